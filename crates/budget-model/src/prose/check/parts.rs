//! Parts and their whole: amounts, counts, and changes.

use super::super::{
    base::Base,
    concept::{self, Concept, Letters, Stage, ends, has},
    fact::{Direction, FactId, List, Measure, Opening, StatementId},
    money::Printed,
};
use super::{
    Checker, Kind, slips,
    sum::{Complete, Part, Sum},
};

/// Statements before a list in which the change of its whole is looked for.
const MOST_BEFORE: u32 = 80;

impl Checker<'_> {
    pub(super) fn parts(&mut self) {
        for list in &self.narrative.lists {
            if let (Some(whole), false) = (list.whole, list.parts.is_empty()) {
                let list = self.run_on(list);
                self.changes(&list, whole);
                for (list, divided) in self.divisions(list) {
                    self.amounts((&list, divided), whole);
                    self.counts((&list, divided), whole);
                }
            }
        }
        self.after_colons();
        self.balance();
        self.allocations();
        self.products();
    }

    /// A list goes on over a stop, where what follows is one more of its kind: 购置费为 0 万元。运行费增加 ….
    fn run_on(&mut self, list: &List) -> List {
        let mut list = list.clone();
        if list.opening == Opening::Brackets {
            return list;
        }
        while let Some(last) = list.parts.last().copied() {
            let next = last + 1;
            let (Some(before), Some(after)) = (
                self.narrative.statement(last),
                self.narrative.statement(next),
            ) else {
                break;
            };
            if after.list.is_some()
                || after.heading != before.heading
                || after.sentence > before.sentence + 1
                || self.is_closed_between(last, next)
            {
                break;
            }
            list.parts.push(next);
            let concepts = list.parts.iter().map(|id| self.binder.concept(*id));
            let concepts: Vec<_> = concepts.collect();
            let all: Vec<&str> = concepts.iter().map(|it| &*it.stem).collect();
            let new = all
                .split_last()
                .is_some_and(|(own, rest)| !rest.contains(own));
            if !new || !concept::belong_together(&all) {
                list.parts.pop();
                break;
            }
        }
        list
    }

    /// Whether a bracket ends between two statements.
    fn is_closed_between(&self, last: StatementId, next: StatementId) -> bool {
        let end = |id: StatementId| {
            let statement = self.narrative.statement(id)?;
            let change = statement.changes.first().and_then(|it| it.amount);
            let fact = self.fact(statement.amount.or(change)?)?;
            Some(fact.whole.end() as usize)
        };
        let between = end(last).zip(end(next));
        let between = between.and_then(|(from, to)| self.document.text.get(from..to));
        between.is_some_and(|text| {
            let open = text.find(['（', '(']).unwrap_or(text.len());
            text.find(['）', ')']).is_some_and(|close| close < open)
        })
    }

    /// Whether a part is none: another year's number, or another number of the whole itself.
    fn is_no_part(&self, id: StatementId, list: &List) -> bool {
        let concept = self.binder.concept(id);
        let bare = concept.account.is_none() && concept.stem.is_empty();
        let subject = self.narrative.statement(id).map(|it| it.subject);
        let unnamed = || {
            let own = subject.map(|range| self.binder.concept_of(self.document.slice(range)));
            own.is_some_and(|own| own.is_empty() || own.is_total() && !own.placed)
        };
        let brackets = list.opening == Opening::Brackets;
        let aside = subject.is_some_and(|it| concept::is_aside(self.document.slice(it)));
        aside
            || concept.apart && (bare || brackets)
            || brackets && concept.stage.is_some() && unnamed()
    }

    fn amounts(&mut self, (list, divided): (&List, bool), whole: StatementId) {
        // 年初预算 30 万元，差值为 10 万元。其中：…
        const OPERATIONS: [&str; 6] = ["差值", "差", "增减", "结余", "超支", "节约"];
        let has_amount = |id: &StatementId| {
            let statement = self.narrative.statement(*id);
            statement.is_some_and(|it| it.amount.is_some())
        };
        if !list.parts.iter().any(has_amount) {
            return;
        }
        let cut = self.up_to_the_same(list, whole);
        let list = cut.as_ref().unwrap_or(list);
        let concept = self.binder.concept(whole);
        if OPERATIONS.contains(&&*concept.label)
            || list.parts.iter().any(|id| self.is_no_part(*id, list))
        {
            return;
        }
        let staged = self.is_staged(list);
        // Of a settlement budget and final numbers are listed side by side.
        for stage in [None, Some(Stage::Budget), Some(Stage::Final)] {
            let parts: Vec<StatementId> = list
                .parts
                .iter()
                .copied()
                .filter(|id| {
                    let own = self.binder.concept(*id).stage.filter(|_| staged);
                    own == stage && has_amount(id)
                })
                .collect();
            if parts.is_empty() {
                continue;
            }
            let Some(whole) = self.whole_of(whole, stage, staged) else {
                continue;
            };
            let amount = |id: StatementId| {
                let fact = self.narrative.statement(id)?.amount?;
                Some((id, fact, self.exact(fact)?))
            };
            let Some(whole) = amount(whole) else { continue };
            let Some(numbers) = parts
                .iter()
                .map(|id| amount(*id))
                .collect::<Option<Vec<_>>>()
            else {
                continue;
            };
            if numbers
                .iter()
                .any(|(id, fact, _)| self.is_price(*id, *fact))
            {
                continue;
            }
            let complete = self.completeness((list, divided), whole.0, &parts);
            self.sum(
                Sum {
                    whole,
                    parts: numbers,
                    kind: Kind::Parts,
                },
                complete,
            );
        }
    }

    /// A list over paragraphs ends where its whole is told again, with parts of another kind.
    fn up_to_the_same(&self, list: &List, whole: StatementId) -> Option<List> {
        let amount = |id: StatementId| {
            let statement = self.narrative.statement(id)?;
            self.exact(statement.amount?)
        };
        let is_again = |id: &StatementId| {
            self.wholes.contains_key(id) && amount(whole).is_some_and(|it| amount(*id) == Some(it))
        };
        let again = list.parts.iter().position(is_again);
        let parts = list.parts.get(..again.filter(|at| *at > 0)?)?.to_vec();
        Some(List {
            parts,
            ..list.clone()
        })
    }

    /// Whether the parts of a list give both numbers of a settlement, some the one, some the other: also 基本支出 950
    /// 万元，全年预算数 960 万元；项目支出 280 万元，全年预算数 335 万元.
    fn is_staged(&self, list: &List) -> bool {
        let parts = || list.parts.iter().map(|id| self.binder.concept(*id));
        let mut given = parts().filter_map(|it| it.stage);
        let first = given.next();
        let planned = |id: &StatementId| {
            let subject = self.narrative.statement(*id).map(|it| it.subject);
            let subject = subject.map_or("", |it| self.document.slice(it));
            let own = || self.binder.concept_of(subject);
            let is = |it: Concept| it.stage == Some(Stage::Budget) && it.is_empty();
            // A line may end between the two.
            ["预", "算"].iter().all(|it| has(subject, it)) && is(own())
        };
        given.any(|other| Some(other) != first)
            || parts().any(|it| it.stage.is_none()) && list.parts.iter().any(planned)
    }

    /// The statement beside the whole that gives the number wanted.
    fn whole_of(
        &mut self,
        whole: StatementId,
        stage: Option<Stage>,
        staged: bool,
    ) -> Option<StatementId> {
        if stage.is_none() && !staged {
            return Some(whole);
        }
        let mut both = [Some(whole), whole.checked_sub(1)].into_iter().flatten();
        both.find(|id| {
            let own = self.binder.concept(*id).stage;
            own == stage || stage.is_none() && own != Some(Stage::Budget)
        })
    }

    /// A price or a rate of pay is no part of a sum.
    pub(super) fn is_price(&self, id: StatementId, fact: FactId) -> bool {
        let Some(statement) = self.narrative.statement(id) else {
            return false;
        };
        let subject = self.document.slice(statement.subject).trim_end();
        let inside = ["人均", "年均", "月均", "车均", "每", "单价", "月工资"];
        let last = ["均价", "标准", "价格", "均"];
        let after = self.fact(fact).map_or("", |fact| {
            let end = fact.whole.end() as usize;
            self.document.text.get(end..).unwrap_or_default()
        });
        let after = after.trim_start();
        if after.starts_with(['/', '／', '每', '一']) || last.iter().any(|word| ends(subject, word))
        {
            return true;
        }
        let letters = Letters::of(subject);
        inside.iter().any(|word| letters.have(subject, word))
    }

    fn counts(&mut self, (list, divided): (&List, bool), whole: StatementId) {
        let count = |id: StatementId| {
            let fact = self.narrative.statement(id)?.count?;
            Some((id, fact, self.number(fact)?))
        };
        let Some(whole) = count(whole) else { return };
        let Some(word) = self.measure_word(whole.1) else {
            return;
        };
        if list.parts.iter().any(|id| self.is_no_part(*id, list)) {
            return;
        }
        let parts: Vec<_> = list
            .parts
            .iter()
            .filter_map(|id| count(*id))
            .filter(|part| {
                self.measure_word(part.1)
                    .is_some_and(|it| same_things(it, word))
            })
            .collect();
        if parts.is_empty() {
            return;
        }
        let ids: Vec<StatementId> = parts.iter().map(|part| part.0).collect();
        let complete = self.completeness((list, divided), whole.0, &ids);
        self.sum(
            Sum {
                whole,
                parts,
                kind: Kind::Parts,
            },
            complete,
        );
    }

    pub(super) fn measure_word(&self, id: FactId) -> Option<&str> {
        let fact = self.fact(id)?;
        let text = self.document.slice(fact.whole);
        let number = self.document.slice(fact.range);
        matches!(fact.measure, Measure::Count { .. })
            .then(|| text.strip_prefix(number).unwrap_or_default().trim())
    }

    /// Changes of the parts against that of the whole, with their signs.
    fn changes(&mut self, list: &List, whole: StatementId) {
        let own = self.signed_change(whole);
        // A list over paragraphs ends where another begins.
        let mut list = list.clone();
        let next = list
            .parts
            .iter()
            .position(|id| self.wholes.contains_key(id));
        if let Some(next) = next.filter(|_| own.is_none()) {
            list.parts.truncate(next);
        }
        let list = &list;
        let Some(total) = own.or_else(|| self.change_of_same(list, whole)) else {
            return;
        };
        let elsewhere = own.is_none();
        if list
            .parts
            .iter()
            .any(|id| !self.is_of_one_base(total.0, *id))
        {
            return;
        }
        let mut parts = Vec::new();
        for id in &list.parts {
            match self.signed_change(*id) {
                Some(part) => parts.push(part),
                // 购置费为 0: no change of it either, where only changes are listed.
                None => {
                    let statement = self.narrative.statement(*id);
                    let zero = statement
                        .and_then(|it| it.amount)
                        .and_then(|fact| Some((fact, self.money(fact)?)))
                        .filter(|(_, printed)| printed.is_zero());
                    match zero {
                        Some((fact, printed)) => parts.push((*id, fact, printed)),
                        None => return,
                    }
                }
            }
        }
        let ids: Vec<StatementId> = parts.iter().map(|part| part.0).collect();
        if elsewhere && !self.is_sum_or_slip(&total, &parts) {
            return;
        }
        let complete = match elsewhere || self.is_whole(list, whole, &ids) {
            true => Complete::Known,
            false => Complete::Unknown,
        };
        self.sum(
            Sum {
                whole: total,
                parts,
                kind: Kind::Changes,
            },
            complete,
        );
    }

    /// Whether two changes are against the same: 上年预算 is another base than 上年执行数.
    fn is_of_one_base(&self, a: StatementId, b: StatementId) -> bool {
        let own = self.document.front.year;
        let base = |id: StatementId| {
            let change = self.narrative.statement(id)?.changes.first()?;
            Base::of(self.document.slice(change.base?), own)
        };
        base(a).zip(base(b)).is_none_or(|(a, b)| a == b)
    }

    /// Whether changes add up, or would but for a usual slip in one of them.
    pub(super) fn is_sum_or_slip(&self, total: &Part, parts: &[Part]) -> bool {
        let sum = parts
            .iter()
            .try_fold(Printed::default(), |sum, it| sum.add(it.2));
        let Some(rest) = sum.and_then(|sum| total.2.sub(sum)) else {
            return false;
        };
        let slipped = |(_, fact, own): &Part| {
            let right = own.add(rest).map(Printed::abs);
            let right = right.and_then(|right| self.as_printed(*fact, right));
            let written = self.fact(*fact).map(|it| it.amount.abs());
            written.zip(right).is_some_and(|(written, right)| {
                slips::is_long(right) && slips::of_amount(written, right).is_some()
            })
        };
        let held = rest.is_zero() || rest.meets(Printed::default());
        let all = total.2.sub(rest);
        let whole = all.and_then(|all| self.as_printed(total.1, all.abs()));
        let whole = self.fact(total.1).zip(whole).is_some_and(|(fact, right)| {
            slips::is_long(right) && slips::of_amount(fact.amount.abs(), right).is_some()
        });
        held || whole || parts.iter().any(slipped)
    }

    /// The change of a whole that is told where the same was said before it, of parts that add up to it.
    fn change_of_same(&mut self, list: &List, whole: StatementId) -> Option<Part> {
        let amount = |this: &Self, id: StatementId| {
            let statement = this.narrative.statement(id)?;
            this.exact(statement.amount?)
        };
        let own = amount(self, whole)?;
        let added = list
            .parts
            .iter()
            .try_fold(Printed::default(), |sum, id| sum.add(amount(self, *id)?))?;
        let each = |id: &StatementId| self.signed_change(*id).is_some();
        if list.parts.len() < 2 || added.value != own.value || !list.parts.iter().all(each) {
            return None;
        }
        let concept = self.binder.concept(whole);
        let mut before = (whole.saturating_sub(MOST_BEFORE)..whole).rev();
        before.find_map(|id| {
            let other = self.binder.concept(id);
            let same = other.stem == concept.stem && other.account == concept.account;
            let said = same && amount(self, id).is_some_and(|it| it.value == own.value);
            self.signed_change(id).filter(|_| said)
        })
    }

    pub(super) fn signed_change(&self, id: StatementId) -> Option<(StatementId, FactId, Printed)> {
        let statement = self.narrative.statement(id)?;
        let change = statement.changes.first()?;
        let fact = change.amount?;
        let amount = self.exact(fact)?;
        Some(match change.direction {
            Direction::Down => (id, fact, amount.abs().negate()),
            _ => (id, fact, amount),
        })
    }
}

/// 人 and 名 count the same, and so do 个 and 家.
pub(super) fn same_things(a: &str, b: &str) -> bool {
    const SAME: [&[&str]; 3] = [
        &["人", "名", "位"],
        &["个", "家"],
        &["台", "台（套）", "套"],
    ];
    a == b
        || SAME
            .iter()
            .any(|same| same.contains(&a) && same.contains(&b))
}
