//! Σ parts = whole: judged, and which of the numbers is wrong.

use smallvec::SmallVec;

use super::super::{
    fact::{FactId, StatementId},
    money::Printed,
};
use super::{Cause, Checker, Kind, Outcome, Relation, Weight, likely, slips};
use crate::Amount;

/// A number of a sum, with the statement that it is of.
pub(super) type Part = (StatementId, FactId, Printed);

/// A sum and what it should be.
pub(super) struct Sum {
    pub(super) whole: Part,
    pub(super) parts: Vec<Part>,
    pub(super) kind: Kind,
}

/// Whether parts are all there is of their whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Complete {
    Known,
    /// Only a usual slip tells that they should have added up: as the sentence says it.
    Told,
    /// As a rule they are.
    Likely,
    Unknown,
}

/// Digits of a whole whose parts are all there is of it only as a rule.
const LEAST_DIGITS: u32 = 4;
/// Most parts of a list that are told in a formula.
const MOST_SHOWN: usize = 40;

impl Checker<'_> {
    /// Σ parts = whole.
    pub(super) fn sum(&mut self, sum: Sum, complete: Complete) {
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
            && let Some(at) = (1..parts.len()).find(|at| {
                let part = parts.get(*at).map(|it| it.0);
                part.is_some_and(|part| self.is_whole_of_another(part))
                    || self.is_parted(parts.get(at - 1), parts.get(*at))
            })
            && let Some(first) = parts.get(..at)
            && first
                .iter()
                .try_fold(Printed::default(), |sum, part| sum.add(part.2))
                .is_some_and(|sum| sum.value == stated.value)
        {
            let parts = first.to_vec();
            return self.sum(Sum { parts, ..sum }, complete);
        }
        let same = added.value == stated.value;
        let outcome = if same {
            Outcome::Held
        } else if added.meets(stated) && self.rounds() {
            Outcome::Rounding
        } else if matches!(complete, Complete::Known | Complete::Told)
            || complete == Complete::Likely
                && self.has_digits(fact)
                && self.is_sum_or_slip(whole, parts)
        {
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
            facts,
            expected,
            cause,
            follows,
            formula,
            weight: match complete {
                Complete::Known => Weight::Sure,
                _ => Weight::Likely,
            },
            ..Relation::of(kind, outcome, statement, place)
        });
    }

    /// Whether a number has digits enough to be no round one, of which anything may be left.
    fn has_digits(&self, fact: FactId) -> bool {
        self.fact(fact)
            .is_some_and(|it| likely::digits(it.amount) >= LEAST_DIGITS)
    }

    /// Whether a semicolon parts two parts.
    fn is_parted(&self, before: Option<&Part>, after: Option<&Part>) -> bool {
        let place = |part: &Part| self.fact(part.1).map(|it| it.range);
        let between = before.and_then(place).zip(after.and_then(place));
        let text = between.and_then(|(from, to)| {
            self.document
                .text
                .get(from.end() as usize..to.start() as usize)
        });
        text.is_some_and(|text| text.contains(['；', ';']))
    }

    fn is_whole_of_another(&self, id: StatementId) -> bool {
        self.wholes.contains_key(&id)
    }

    /// Parts that are not all: none is more than the whole.
    fn within(&mut self, sum: &Sum) {
        if sum.kind != Kind::Parts || self.apart(sum) {
            return;
        }
        let (statement, whole, stated) = sum.whole;
        for (at, (_, fact, part)) in sum.parts.iter().enumerate() {
            let own = self.fact(*fact).and_then(|it| it.statement);
            if own.is_some_and(|own| self.is_whole_of_another(own)) {
                continue;
            }
            let more = part.value > stated.value && !part.meets(stated);
            // 办公设备购置 10 万元；商品和服务支出 170 万元: what a semicolon parts may be beside the whole.
            let before = at.checked_sub(1).and_then(|at| sum.parts.get(at));
            if more && self.is_parted(before, sum.parts.get(at)) {
                continue;
            }
            let outcome = if more { Outcome::Broken } else { Outcome::Held };
            let formula = self.formula(outcome, || {
                format!("{} <= {}", self.with_unit(*fact, whole), self.text(whole))
            });
            self.add(Relation {
                facts: [whole].into_iter().collect(),
                weight: Weight::Likely,
                formula,
                ..Relation::of(sum.kind, outcome, statement, *fact)
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

    /// The parts of which a cell says what would make a sum right.
    fn said_by_cells(&mut self, sum: &Sum, added: Printed) -> SmallVec<[FactId; 2]> {
        let mut said = SmallVec::new();
        let rest = sum.whole.2.sub(added);
        let (Kind::Parts, Some(rest)) = (sum.kind, rest) else {
            return said;
        };
        for (id, fact, own) in sum.parts.iter().take(MOST_SHOWN) {
            let Some(right) = own.add(rest) else { continue };
            let cells = self.binder.candidates(*id);
            if cells
                .iter()
                .any(|it| !it.empty && right.restates(it.printed))
            {
                said.push(*fact);
            }
        }
        said
    }

    /// Which number of a sum is wrong, what it should be, and why; or the relation that it follows from.
    fn blame(
        &mut self,
        sum: &Sum,
        added: Printed,
    ) -> (FactId, Option<Amount>, Option<Cause>, Option<usize>) {
        let (_, whole, stated) = sum.whole;
        let said = self.said_by_cells(sum, added);
        // With the numbers that cells say, it may hold.
        let right = |id: FactId, own: Printed| match self.corrected.get(&id) {
            Some((right, _)) if sum.kind == Kind::Changes && own.value < 0 => right.abs().negate(),
            Some((right, _)) => *right,
            None => own,
        };
        let corrected = sum.parts.iter().try_fold(Printed::default(), |sum, part| {
            sum.add(right(part.1, part.2))
        });
        let all = std::iter::once(whole).chain(sum.parts.iter().map(|part| part.1));
        let follows = all
            .filter_map(|fact| self.corrected.get(&fact))
            .map(|it| it.1)
            .next();
        if let (Some(index), Some(corrected)) = (follows, corrected)
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
        // Any short number is one digit off any other.
        let told = |written: Amount, right: Amount| {
            let long = slips::is_long(right);
            slips::of_amount(written, right).filter(|cause| long || *cause != Cause::Digit)
        };
        // The parts all go the other way, by as much.
        if sum.kind == Kind::Changes && !added.is_zero() && added.value == -stated.value {
            return (whole, None, Some(Cause::Direction), None);
        }
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
            && let Some(cause) = told(written, right)
        {
            return (whole, of_whole, Some(cause), None);
        }
        // That a cell says what would be right tells which of several it is.
        let mut doubtful: Vec<Part> = doubtful.into_iter().copied().collect();
        doubtful.sort_by_key(|part| !said.contains(&part.1));
        for (_, fact, own) in &doubtful {
            let right = missing(*own);
            if sum.kind == Kind::Changes && right.is_some_and(|right| right.value == -own.value) {
                return (*fact, None, Some(Cause::Direction), None);
            }
            if let Some((written, right)) =
                written(*fact).zip(right.and_then(|it| amount(*fact, it)))
                && !right.is_negative()
                && let Some(cause) = told(written, right)
            {
                return (*fact, Some(right), Some(cause), None);
            }
        }
        // All the parts are known to be right, or nothing says which number is wrong.
        let unclear = confirmed(&whole) || !doubtful.is_empty();
        (whole, of_whole.filter(|_| !unclear), None, None)
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
                facts: all.filter(|it| *it != fact).collect(),
                cause: Some(Cause::Unit),
                formula: self.sum_formula(sum),
                ..Relation::of(sum.kind, Outcome::Broken, sum.whole.0, fact)
            };
            self.add(relation);
        }
    }
}
