//! Whether the parts of a list are all there is of their whole.

use smallvec::SmallVec;

use super::super::{
    concept::{self, Scope},
    fact::{Fact, List, Opening, StatementId},
};
use super::{Checker, sum::Complete};
use crate::Amount;

impl Checker<'_> {
    /// Whether the parts are all there is of the whole.
    pub(super) fn is_whole(
        &mut self,
        list: &List,
        whole: StatementId,
        parts: &[StatementId],
    ) -> bool {
        // 资金分配情况：3390 万元 is all of it.
        let alone = parts.first().and_then(|id| self.narrative.statement(*id));
        let alone = alone.is_some_and(|it| it.subject.is_empty());
        if list.opening == Opening::Allocation && parts.len() == 1 && alone {
            return true;
        }
        if list.opening == Opening::Mainly || parts.len() < 2 {
            return false;
        }
        if list.opening == Opening::Allocation {
            return true;
        }
        // …等 says that there are more.
        if parts.last().is_some_and(|last| self.goes_on(*last)) {
            return false;
        }
        let concepts: Vec<_> = parts.iter().map(|id| self.binder.concept(*id)).collect();
        let stems: Vec<&str> = concepts.iter().map(|it| &*it.stem).collect();
        // 其他 closes a list: what is left is in it, and so does 其他车辆 a list of 车辆. 其他商品和服务支出 is an account.
        let of_whole = &*self.binder.concept(whole).stem;
        let rest = stems.last().and_then(|stem| stem.strip_prefix("其他"));
        // 其他用车 closes a list of cars.
        let cars = |rest: &str| rest == "用车" && of_whole.contains('车');
        let closed = rest.is_some_and(|rest| rest.is_empty() || rest == of_whole || cars(rest))
            && concepts.iter().all(|it| it.account.is_none());
        let coded = concepts.iter().all(|it| {
            it.account
                .as_ref()
                .is_some_and(|account| account.code.is_some())
        });
        let name = self.name_of_whole(whole);
        // 支出总计 is more than what was spent.
        let grand = self.binder.concept(whole).grand;
        if coded || !grand && (closed || concept::is_partition(&stems, &name)) {
            return true;
        }
        // 占基本支出的 81% are shares of something else.
        if parts.iter().any(|id| self.shares_another(*id)) {
            return false;
        }
        let shares: Option<Vec<(Amount, u8)>> = parts
            .iter()
            .map(|id| {
                let (share, _) = self.narrative.statement(*id)?.share?;
                self.fact(share).map(|fact| (fact.amount, fact.decimals))
            })
            .collect();
        let Some(shares) = shares else { return false };
        let sum = shares
            .iter()
            .try_fold(Amount::ZERO, |sum, share| sum.checked_add(share.0));
        // They add up to 100, as far as they are rounded.
        let least = shares.iter().map(|share| share.1).min().unwrap_or(0);
        let room = Amount::half_step(least).checked_mul(Amount::from_count(shares.len()));
        let apart = sum.and_then(|sum| sum.checked_sub(Amount::HUNDRED));
        apart
            .zip(room)
            .is_some_and(|(apart, room)| apart.abs() <= room)
    }

    /// A list, parted where it says anew by what its whole is divided: …；按资金来源，一般公共预算 …，单位资金 ….
    /// With each whether it says so.
    pub(super) fn divisions(&self, list: List) -> Vec<(List, bool)> {
        let place = |id: StatementId| {
            let statement = self.narrative.statement(id)?;
            self.fact(statement.amount.or(statement.count)?)
        };
        let mut last = None;
        let mut starts: SmallVec<[usize; 2]> = SmallVec::new();
        for (at, part) in list.parts.iter().enumerate() {
            let here = place(*part);
            let between = last.zip(here).and_then(|(from, to): (u32, &Fact)| {
                let text = &self.document.text;
                text.get(from as usize..to.range.start() as usize)
            });
            let anew = between.is_some_and(divides);
            last = here.map(|fact| fact.whole.end()).or(last);
            if anew {
                starts.push(at);
            }
        }
        if starts.is_empty() {
            return vec![(list, false)];
        }
        let mut divisions: Vec<(List, bool)> = Vec::new();
        let mut from = 0;
        for (number, to) in starts.iter().copied().chain([list.parts.len()]).enumerate() {
            let parts = list.parts.get(from..to).unwrap_or_default().to_vec();
            if !parts.is_empty() {
                divisions.push((
                    List {
                        parts,
                        ..list.clone()
                    },
                    number > 0,
                ));
            }
            from = to;
        }
        divisions
    }

    /// Whether the parts are all there is of the whole: known to be, or as a rule.
    pub(super) fn completeness(
        &mut self,
        (list, divided): (&List, bool),
        whole: StatementId,
        parts: &[StatementId],
    ) -> Complete {
        if self.is_whole(list, whole, parts) {
            return Complete::Known;
        }
        let several = parts.len() > 1;
        let goes_on = parts.last().is_some_and(|last| self.goes_on(*last));
        if goes_on || list.opening == Opening::Mainly {
            return Complete::Unknown;
        }
        let concepts: Vec<_> = parts.iter().map(|id| self.binder.concept(*id)).collect();
        let stems: Vec<&str> = concepts.iter().map(|it| &*it.stem).collect();
        let name = self.name_of_whole(whole);
        // 局本级 and the bodies below it.
        let first = parts.first().map(|first| self.name(*first));
        let bodies = first.is_some_and(|first| first.ends_with("本级"));
        let usual = divided || bodies || concept::is_usual_division(&stems, &name);
        match several && usual {
            true => Complete::Likely,
            false => Complete::Unknown,
        }
    }

    /// What a whole is called, for what can be all of it: with the words of its heading.
    fn name_of_whole(&mut self, whole: StatementId) -> String {
        let concept = self.binder.concept(whole);
        let scope = match self.binder.scope(whole) {
            Some(Scope::Basic) if concept.account.is_none() => "基本",
            Some(Scope::Hospitality) => "三公",
            _ => "",
        };
        let name = self.name(whole);
        let account = if concept.account.is_some() {
            ""
        } else {
            &*name
        };
        format!("{account}{}{scope}", concept.label)
    }

    /// Whether a list goes on after a part: 县财政 10 万元等.
    fn goes_on(&self, id: StatementId) -> bool {
        let last = self.narrative.statement(id).and_then(|it| {
            let share = it.share.map(|it| it.0);
            self.fact(share.or(it.amount).or(it.count)?)
        });
        let after = last.and_then(|fact| self.document.text.get(fact.whole.end() as usize..));
        after.is_some_and(|after| after.trim_start().starts_with('等'))
    }
}

/// Whether a clause between two numbers says by what is divided anew: ；按资金来源，.
fn divides(between: &str) -> bool {
    const ENDS: [&str; 8] = ["来源", "划分", "性质", "构成", "用途", "类别", "类型", "分"];
    let Some((_, clause)) = between.rsplit_once(['；', ';', '。', '\n']) else {
        return false;
    };
    let clause = clause.trim_start();
    let end = clause.find(['，', ',', '：', ':']);
    let by = end.and_then(|end| clause.get(..end)).unwrap_or_default();
    by.starts_with('按') && ENDS.iter().any(|end| by.trim_end().ends_with(end))
}
