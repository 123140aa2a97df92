//! Parts and their whole: amounts, counts, and changes.

use smallvec::SmallVec;

use super::super::{
    concept::{self, Stage},
    fact::{Direction, FactId, List, Measure, Opening, StatementId},
    money::Printed,
};
use super::{Cause, Checker, Kind, Outcome, Relation, Weight, slips};
use crate::Amount;

/// A sum and what it should be.
struct Sum {
    whole: (StatementId, FactId, Printed),
    parts: Vec<(StatementId, FactId, Printed)>,
    kind: Kind,
}

/// Most parts of a list that are told in a formula.
const MOST_SHOWN: usize = 40;

impl Checker<'_> {
    pub(super) fn parts(&mut self) {
        for list in &self.narrative.lists {
            if let (Some(whole), false) = (list.whole, list.parts.is_empty()) {
                let list = &self.run_on(list);
                self.amounts(list, whole);
                self.counts(list, whole);
                self.changes(list, whole);
            }
        }
        self.balance();
        self.allocations();
        self.products();
    }

    /// A list goes on over a stop, where what follows is one more of its kind: 购置费为 0 万元。运行费增加 ….
    fn run_on(&mut self, list: &List) -> List {
        let mut list = list.clone();
        let stems = |this: &mut Self, parts: &[StatementId]| -> Vec<String> {
            let concepts = parts.iter().map(|id| this.binder.concept(*id));
            concepts.map(|it| it.stem).collect()
        };
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
            {
                break;
            }
            list.parts.push(next);
            let all = stems(self, &list.parts);
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

    /// Whether the parts are all there is of the whole.
    fn is_whole(&mut self, list: &List, parts: &[StatementId]) -> bool {
        // 资金分配情况：3390 万元 is all of it.
        let alone = parts.first().and_then(|id| self.narrative.statement(*id));
        let alone = alone.is_some_and(|it| it.subject.is_empty());
        if list.opening == Opening::Allocation && parts.len() == 1 && alone {
            return true;
        }
        if list.opening == Opening::Mainly || parts.len() < 2 {
            return false;
        }
        if matches!(list.opening, Opening::Brackets | Opening::Allocation) {
            return true;
        }
        let concepts: Vec<_> = parts.iter().map(|id| self.binder.concept(*id)).collect();
        let stems: Vec<String> = concepts.iter().map(|it| it.stem.clone()).collect();
        // 其他 closes a list: what is left is in it.
        let closed = stems.last().is_some_and(|stem| stem.starts_with("其他"))
            && concepts.iter().all(|it| it.account.is_none());
        let coded = concepts.iter().all(|it| {
            it.account
                .as_ref()
                .is_some_and(|account| account.code.is_some())
        });
        if closed || coded || concept::is_partition(&stems) {
            return true;
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

    fn amounts(&mut self, list: &List, whole: StatementId) {
        // Of a settlement budget and final numbers are listed side by side.
        for stage in [None, Some(Stage::Budget), Some(Stage::Final)] {
            let parts: Vec<StatementId> = list
                .parts
                .iter()
                .copied()
                .filter(|id| {
                    let amount = self.narrative.statement(*id).and_then(|it| it.amount);
                    amount.is_some() && self.column(*id, list) == stage
                })
                .collect();
            if parts.is_empty() {
                continue;
            }
            let Some(whole) = self.whole_of(whole, stage) else {
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
            let is_all = self.is_whole(list, &parts);
            self.sum(
                Sum {
                    whole,
                    parts: numbers,
                    kind: Kind::Parts,
                },
                is_all,
            );
        }
    }

    /// Which of the two numbers of a settlement a part of a list gives; none where all give one.
    fn column(&mut self, id: StatementId, list: &List) -> Option<Stage> {
        let own = self.binder.concept(id).stage;
        let two = list.parts.iter().any(|other| {
            let other = self.binder.concept(*other).stage;
            other.is_some() && own.is_some() && other != own
        });
        own.filter(|_| two)
    }

    /// The statement beside the whole that gives the number wanted.
    fn whole_of(&mut self, whole: StatementId, stage: Option<Stage>) -> Option<StatementId> {
        let Some(stage) = stage else {
            return Some(whole);
        };
        [Some(whole), whole.checked_sub(1)]
            .into_iter()
            .flatten()
            .find(|id| self.binder.concept(*id).stage == Some(stage))
    }

    /// A price or a rate of pay is no part of a sum.
    pub(super) fn is_price(&self, id: StatementId, fact: FactId) -> bool {
        let Some(statement) = self.narrative.statement(id) else {
            return false;
        };
        let subject = self.document.slice(statement.subject);
        let words = ["均", "每", "标准", "单价", "价格", "工资"];
        let after = self.fact(fact).map_or("", |fact| {
            let end = fact.whole.end() as usize;
            self.document.text.get(end..).unwrap_or_default()
        });
        let after = after.trim_start();
        words.iter().any(|word| subject.contains(word))
            || ["/", "／", "每", "一"]
                .iter()
                .any(|word| after.starts_with(word))
    }

    fn counts(&mut self, list: &List, whole: StatementId) {
        let count = |id: StatementId| {
            let fact = self.narrative.statement(id)?.count?;
            Some((id, fact, self.number(fact)?))
        };
        let Some(whole) = count(whole) else { return };
        let Some(word) = self.measure_word(whole.1) else {
            return;
        };
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
        let is_all = self.is_whole(list, &ids);
        self.sum(
            Sum {
                whole,
                parts,
                kind: Kind::Parts,
            },
            is_all,
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
        let Some(total) = self.signed_change(whole) else {
            return;
        };
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
        let is_all = self.is_whole(list, &ids);
        self.sum(
            Sum {
                whole: total,
                parts,
                kind: Kind::Changes,
            },
            is_all,
        );
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

    /// Σ parts = whole.
    fn sum(&mut self, sum: Sum, is_all: bool) {
        let Sum { whole, parts, kind } = &sum;
        let (statement, fact, stated) = *whole;
        let Some(added) = parts
            .iter()
            .try_fold(Printed::default(), |sum, part| sum.add(part.2))
        else {
            return;
        };
        // A whole that is one of its own parts is none.
        if parts.iter().any(|part| part.1 == fact) {
            return;
        }
        // What has parts of its own may begin something else: 编制 30 名，其中 …；实有 45 人，其中 ….
        if added.value != stated.value
            && let Some(at) = parts
                .iter()
                .position(|part| self.is_whole_of_another(part.0))
            && at > 0
            && let Some(first) = parts.get(..at)
            && first
                .iter()
                .try_fold(Printed::default(), |sum, part| sum.add(part.2))
                .is_some_and(|sum| sum.value == stated.value)
        {
            let parts = first.to_vec();
            return self.sum(Sum { parts, ..sum }, is_all);
        }
        let same = added.value == stated.value;
        let outcome = if same {
            Outcome::Held
        } else if added.meets(stated) && self.rounds() {
            Outcome::Rounding
        } else if is_all {
            Outcome::Broken
        } else if let Some(slipped) = self.units(&sum) {
            self.unit_slips(&sum, &slipped);
            return;
        } else {
            self.within(&sum);
            return;
        };
        if outcome == Outcome::Broken
            && let Some(slipped) = self.units(&sum)
        {
            self.unit_slips(&sum, &slipped);
            return;
        }
        let (place, expected, cause, follows) = match outcome {
            Outcome::Broken => self.blame(&sum, added),
            _ => (fact, None, None, None),
        };
        let all = std::iter::once(fact).chain(parts.iter().map(|part| part.1));
        let facts: SmallVec<[FactId; 4]> = all.clone().filter(|it| *it != place).collect();
        if same && *kind == Kind::Parts {
            self.summed.extend(all);
        }
        let kind = *kind;
        let formula = self.formula(outcome, || self.sum_formula(&sum));
        self.add(Relation {
            kind,
            outcome,
            statement,
            fact: place,
            facts,
            cells: SmallVec::new(),
            expected,
            weight: Weight::Sure,
            cause,
            follows,
            blame: None,
            subject: String::new(),
            formula,
        });
    }

    fn is_whole_of_another(&self, id: StatementId) -> bool {
        self.wholes.contains(&id)
    }

    /// Parts that are not all: none is more than the whole.
    fn within(&mut self, sum: &Sum) {
        if sum.kind != Kind::Parts {
            return;
        }
        let (statement, whole, stated) = sum.whole;
        for (_, fact, part) in &sum.parts {
            let own = self.fact(*fact).and_then(|it| it.statement);
            if own.is_some_and(|own| self.is_whole_of_another(own)) {
                continue;
            }
            let more = part.value > stated.value && !part.meets(stated);
            let outcome = if more { Outcome::Broken } else { Outcome::Held };
            let formula = self.formula(outcome, || {
                format!("{} <= {}", self.with_unit(*fact, whole), self.text(whole))
            });
            self.add(Relation {
                kind: sum.kind,
                outcome,
                statement,
                fact: *fact,
                facts: [whole].into_iter().collect(),
                cells: SmallVec::new(),
                expected: None,
                weight: Weight::Likely,
                cause: None,
                follows: None,
                blame: None,
                subject: String::new(),
                formula,
            });
        }
    }

    fn sum_formula(&self, sum: &Sum) -> String {
        let mut out = String::new();
        for (at, (_, fact, printed)) in sum.parts.iter().take(MOST_SHOWN).enumerate() {
            let negative = printed.value < 0;
            out.push_str(match (at, negative) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            });
            out.push_str(self.with_unit(*fact, sum.whole.1).trim_start_matches('-'));
        }
        if sum.parts.len() > MOST_SHOWN {
            out.push_str(" + …");
        }
        let sign = if sum.whole.2.value < 0 { "-" } else { "" };
        let whole = self.text(sum.whole.1);
        format!("{out} = {sign}{}", whole.trim_start_matches('-'))
    }

    /// A number, with its unit where that isn't the whole's.
    pub(super) fn with_unit(&self, id: FactId, whole: FactId) -> String {
        let unit = |id| self.fact(id).and_then(|fact| fact.unit());
        match unit(id) {
            Some(own) if unit(whole) != Some(own) => format!("{} {}", self.text(id), own.name()),
            _ => self.text(id),
        }
    }

    /// Which number of a sum is wrong, what it should be, and why; or the relation that it follows from.
    fn blame(
        &self,
        sum: &Sum,
        added: Printed,
    ) -> (FactId, Option<Amount>, Option<Cause>, Option<usize>) {
        let (_, whole, stated) = sum.whole;
        // With the numbers that cells say, it may hold.
        let right = |id: FactId, own: Printed| match self.corrected.get(&id) {
            Some((right, _)) if sum.kind == Kind::Parts => *right,
            _ => own,
        };
        let corrected = sum.parts.iter().try_fold(Printed::default(), |sum, part| {
            sum.add(right(part.1, part.2))
        });
        let all = std::iter::once(whole).chain(sum.parts.iter().map(|part| part.1));
        let follows = all
            .filter_map(|fact| self.corrected.get(&fact))
            .map(|it| it.1)
            .next();
        if let (Some(index), Some(corrected), Kind::Parts) = (follows, corrected, sum.kind)
            && corrected.meets(right(whole, stated))
        {
            return (whole, None, None, Some(index));
        }
        let confirmed =
            |fact: &FactId| self.confirmed.contains_key(fact) || self.summed.contains(fact);
        let missing = |own: Printed| stated.sub(added).and_then(|rest| rest.add(own));
        let doubtful: Vec<_> = sum
            .parts
            .iter()
            .filter(|part| !confirmed(&part.1))
            .collect();
        let amount = |fact: FactId, value: Printed| {
            let value = match sum.kind {
                Kind::Changes => value.abs(),
                _ => value,
            };
            self.as_printed(fact, value)
        };
        let written = |fact: FactId| self.fact(fact).map(|it| it.amount);
        // One part alone is not confirmed, and the whole is.
        if confirmed(&whole)
            && let [(_, fact, own)] = doubtful.as_slice()
            && let Some(right) = missing(*own)
        {
            let expected = amount(*fact, right);
            let cause = written(*fact)
                .zip(expected)
                .and_then(|(written, right)| slips::of_amount(written, right));
            return (*fact, expected, cause, None);
        }
        // A slip that explains it, in the whole or in one of the parts.
        let of_whole = amount(whole, added);
        if !confirmed(&whole)
            && let Some((written, right)) = written(whole).zip(of_whole)
            && let Some(cause) = slips::of_amount(written, right)
        {
            return (whole, of_whole, Some(cause), None);
        }
        for (_, fact, own) in &doubtful {
            let right = missing(*own);
            if sum.kind == Kind::Changes && right.is_some_and(|right| right.value == -own.value) {
                return (*fact, None, Some(Cause::Direction), None);
            }
            if let Some((written, right)) =
                written(*fact).zip(right.and_then(|it| amount(*fact, it)))
                && !right.is_negative()
                && let Some(cause) = slips::of_amount(written, right)
            {
                return (*fact, Some(right), Some(cause), None);
            }
        }
        (whole, of_whole, None, None)
    }

    /// Parts in 元 that would make the sum right in 万元.
    fn units(&self, sum: &Sum) -> Option<Vec<usize>> {
        let yuan: Vec<usize> = sum
            .parts
            .iter()
            .enumerate()
            .filter(|(_, part)| {
                self.fact(part.1).and_then(|it| it.unit()) == Some(crate::Unit::Yuan)
            })
            .map(|(at, _)| at)
            .collect();
        if yuan.is_empty() || sum.kind != Kind::Parts {
            return None;
        }
        let with = |changed: &[usize]| {
            let values = sum.parts.iter().enumerate().map(|(at, part)| {
                if changed.contains(&at) {
                    slips::in_ten_thousands(part.2)
                } else {
                    Some(part.2)
                }
            });
            values
                .collect::<Option<Vec<_>>>()?
                .into_iter()
                .try_fold(Printed::default(), Printed::add)
        };
        let holds = |changed: &[usize]| {
            with(changed).is_some_and(|sum_of| sum_of.value == sum.whole.2.value)
        };
        if holds(&yuan) {
            return Some(yuan);
        }
        yuan.into_iter().map(|at| vec![at]).find(|one| holds(one))
    }

    fn unit_slips(&mut self, sum: &Sum, slipped: &[usize]) {
        for at in slipped {
            let Some((_, fact, _)) = sum.parts.get(*at).copied() else {
                continue;
            };
            let all = std::iter::once(sum.whole.1).chain(sum.parts.iter().map(|part| part.1));
            let relation = Relation {
                kind: sum.kind,
                outcome: Outcome::Broken,
                statement: sum.whole.0,
                fact,
                facts: all.filter(|it| *it != fact).collect(),
                cells: SmallVec::new(),
                expected: None,
                weight: Weight::Sure,
                cause: Some(Cause::Unit),
                follows: None,
                blame: None,
                subject: String::new(),
                formula: self.sum_formula(sum),
            };
            self.add(relation);
        }
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
