//! Amounts of change: what there is now, what there was, and how much more or less that is.

use super::super::{
    fact::{Change, Direction, FactId, StatementId},
    money::Printed,
};
use super::{
    Cause, Checker, Kind, Outcome, Relation, Weight,
    rates::{Reading, shown},
    slips,
};
use crate::{Amount, Unit};

impl Checker<'_> {
    /// 较上年决算数 300 万元增加 20 万元.
    pub(super) fn difference(&mut self, id: StatementId, change: &Change, readings: &[Reading]) {
        let Some(by) = change.amount else { return };
        let holds = |reading: &&Reading| {
            let before = reading.prior.and_then(|fact| self.exact(fact));
            let apart = before.and_then(|before| reading.now.sub(before));
            let by = self.exact(by);
            apart
                .zip(by)
                .is_some_and(|(apart, by)| apart.abs().value == by.abs().value)
        };
        let reading = readings.iter().find(holds).or_else(|| {
            // Where several may be meant, none is known to be wrong.
            readings.first().filter(|_| readings.len() == 1)
        });
        let Some((reading, before)) = reading.and_then(|it| Some((it, it.prior?))) else {
            return;
        };
        // 增加 5 万元（上年 80 万元）: what there is now may be a cell's alone.
        let now = reading.fact;
        let numbers = [before, by].map(|fact| self.exact(fact));
        let [Some(b), Some(change_by)] = numbers else {
            return;
        };
        let a = match now {
            Some(now) => self.exact(now),
            None => Some(reading.now),
        };
        let Some(a) = a else { return };
        let signed = match change.direction {
            Direction::Down => change_by.abs().negate(),
            _ => change_by,
        };
        let Some((left, right)) = a.sub(b).zip(Some(signed)) else {
            return;
        };
        let outcome = match (
            left.value == right.value,
            left.meets(right) && self.rounds(),
        ) {
            (true, _) => Outcome::Held,
            (_, true) => Outcome::Rounding,
            _ => Outcome::Broken,
        };
        let cause = (left.value == -right.value).then_some(Cause::Direction);
        let (place, expected, cause) = match (outcome, cause) {
            (Outcome::Broken, None) => {
                self.difference_slip(change, (a, b), signed, (now, before, by))
            }
            _ => (by, None, cause),
        };
        let formula = self.formula(outcome, || {
            format!(
                "{} - {} = {}",
                now.map_or_else(|| shown(a, Unit::TenThousandYuan), |now| self.text(now)),
                self.text(before),
                self.text(by)
            )
        });
        // With the number that the tables say of the year before, or of this, it may hold.
        let right = |fact: FactId, own: Printed| self.corrected.get(&fact).map_or(own, |it| it.0);
        let mended = now.map_or(a, |now| right(now, a)).sub(right(before, b));
        let facts = now.into_iter().chain([before, by]);
        let follows = facts
            .clone()
            .find_map(|fact| self.corrected.get(&fact))
            .map(|it| it.1)
            .filter(|_| mended.is_some_and(|it| it.abs().meets(right(by, change_by).abs())));
        let weight = match now {
            Some(_) => Weight::Sure,
            None => Weight::Likely,
        };
        let index = self.add(Relation {
            facts: facts.filter(|it| *it != place).collect(),
            expected,
            weight,
            cause,
            follows,
            formula,
            ..Relation::of(Kind::Difference, outcome, id, place)
        });
        // The rate that agrees with the right change only follows.
        let right = expected.filter(|_| place == by && follows.is_none());
        let right = self.fact(by).zip(right).and_then(|(fact, right)| {
            Printed::money(right, fact.decimals.max(right.decimals()), fact.unit()?)
        });
        if let Some(right) = right {
            self.corrected.entry(by).or_insert((right, index));
        }
    }

    /// Which of three numbers that don't agree is wrong: the one with a usual slip, of those that the rate doesn't bear
    /// out.
    fn difference_slip(
        &self,
        change: &Change,
        (now, before): (Printed, Printed),
        signed: Printed,
        (now_fact, before_fact, by_fact): (Option<FactId>, FactId, FactId),
    ) -> (FactId, Option<Amount>, Option<Cause>) {
        let rate = change.percent.and_then(|fact| self.rate(fact));
        let up = change.direction != Direction::Down;
        let fits = |now: Printed, by: Printed| {
            let judged = rate.and_then(|rate| self.judge_growth(rate, (now, by), up));
            judged.is_none_or(|it| it.outcome != Outcome::Broken)
        };
        let apart = now.sub(before);
        let readings = [
            (
                Some(by_fact),
                apart.map(Printed::abs),
                apart.is_some_and(|by| fits(now, by)),
            ),
            (Some(before_fact), now.sub(signed), fits(now, signed)),
            (
                now_fact,
                before.add(signed),
                before.add(signed).is_some_and(|now| fits(now, signed)),
            ),
        ];
        let slip = readings.iter().find_map(|(fact, right, fits)| {
            let fact = (*fact)?;
            let right = self.as_printed(fact, (*right)?)?;
            let doubtful = *fits && !self.confirmed.contains_key(&fact) && !right.is_negative();
            let written = self.fact(fact)?.amount.abs();
            // The change is what is worked out: a short one may be slipped too.
            let long = fact == by_fact || slips::is_long(right);
            let cause = slips::of_amount(written, right).filter(|_| long)?;
            doubtful.then_some((fact, Some(right), Some(cause)))
        });
        let expected = apart.and_then(|by| self.as_printed(by_fact, by.abs()));
        slip.unwrap_or((by_fact, expected, None))
    }
}
