//! 增长 1.5 倍, 提高 2.3 个百分点.

use super::super::{
    fact::{Direction, FactId, Measure, StatementId},
    money::Printed,
};
use super::{Checker, Kind, Outcome, Relation, Weight, slips};
use crate::Amount;

impl Checker<'_> {
    pub(super) fn times(&mut self) {
        for (id, fact) in (0..).zip(&self.narrative.facts) {
            match (fact.measure, fact.statement) {
                (Measure::Times, Some(statement)) => self.times_more(statement, id),
                (Measure::Points, _) => self.points(id),
                _ => {}
            }
        }
    }

    /// 增加 60 万元，增长 1.5 倍: 60 is 1.5 times what was before.
    fn times_more(&mut self, id: StatementId, fact: FactId) {
        let Some(statement) = self.narrative.statement(id) else {
            return;
        };
        let change = statement.changes.last();
        let Some(change) = change.filter(|it| it.direction == Direction::Up) else {
            return;
        };
        let (Some(by), Some(now)) = (change.amount, statement.amount) else {
            return;
        };
        let (Some(by_much), Some(there), Some(times)) =
            (self.exact(by), self.exact(now), self.fact(fact))
        else {
            return;
        };
        let Some(before) = there.sub(by_much).filter(|it| it.value > 0) else {
            return;
        };
        let fits = |part: Printed| times_fit(times.amount, times.decimals, part, before);
        let outcome = match fits(by_much) {
            Some(true) => Outcome::Held,
            Some(false) => Outcome::Broken,
            None => return,
        };
        // 增长 2.5 倍 for 是 2.5 倍.
        let is_all = outcome == Outcome::Broken && fits(there) == Some(true);
        let expected = ratio(by_much, before, times.decimals);
        let cause = expected
            .filter(|_| outcome == Outcome::Broken && !is_all)
            .and_then(|right| slips::of_amount(times.amount, right));
        if outcome == Outcome::Broken && !is_all && cause.is_none() {
            return;
        }
        let formula = self.formula(outcome, || {
            let (by, now) = (self.text(by), self.text(now));
            format!("{} = {by} ÷ ({now} - {by})", self.text(fact))
        });
        self.add(Relation {
            facts: [by, now].into_iter().collect(),
            expected: expected.filter(|_| outcome == Outcome::Broken),
            weight: Weight::Likely,
            cause,
            formula,
            ..Relation::of(Kind::Growth, outcome, id, fact)
        });
    }

    /// 由 74.0% 提高到 77.2%，提高 3.2 个百分点; 比上年的 74.0% 提高 3.2 个百分点.
    fn points(&mut self, id: FactId) {
        let percent = |back: FactId| {
            let fact = self.fact(id.checked_sub(back)?)?;
            (fact.measure == Measure::Percent).then_some(fact)
        };
        let (Some(own), Some(now), Some(before)) = (self.fact(id), percent(1), percent(2)) else {
            return;
        };
        let between = |from: u32, to: u32| {
            let text = self.document.text.get(from as usize..to as usize);
            text.filter(|text| text.chars().count() <= 24 && !text.contains(['。', '；', '、']))
        };
        let first = between(before.whole.end(), now.range.start());
        let second = between(now.whole.end(), own.range.start());
        let (Some(first), Some(second)) = (first, second) else {
            return;
        };
        let moved = ["提高", "上升", "增加", "增长", "下降", "降低", "减少"];
        let both = [
            "提高到",
            "上升到",
            "增加到",
            "增长到",
            "下降到",
            "降低到",
            "降至",
            "升至",
            "增至",
            "减至",
            "提高至",
            "下降至",
        ];
        let told = both.iter().any(|word| first.contains(word))
            || first.contains(['比', '较']) && moved.iter().any(|word| second.contains(word));
        // 比上年的 74.0%: of the same share, not of another clause's.
        if !told || second.matches(['，', ',']).count() > 1 {
            return;
        }
        let apart = now.amount.checked_sub(before.amount).map(Amount::abs);
        let coarse = now.decimals.min(before.decimals);
        let Some(apart) = apart.filter(|_| coarse >= own.decimals) else {
            return;
        };
        // Each is rounded.
        let room = Amount::half_step(coarse).checked_mul(Amount::from_count(2));
        let room = room.and_then(|it| it.checked_add(Amount::half_step(own.decimals)));
        let off = apart.checked_sub(own.amount.abs()).map(Amount::abs);
        let Some((off, room)) = off.zip(room) else {
            return;
        };
        let held = apart == own.amount.abs();
        let outcome = match (held, off < room) {
            (true, _) => Outcome::Held,
            (_, true) => Outcome::Rounding,
            _ => Outcome::Broken,
        };
        let cause = slips::of_amount(own.amount, apart).filter(|_| outcome == Outcome::Broken);
        if outcome == Outcome::Broken && cause.is_none() {
            return;
        }
        let narrative = self.narrative;
        let place = own.range.start();
        let after = narrative
            .statements
            .partition_point(|it| it.subject.start() <= place);
        let at = after.checked_sub(1).and_then(|it| u32::try_from(it).ok());
        // What is said of something in the same sentence.
        let same = |id: &StatementId| {
            let subject = narrative.statement(*id).map(|it| it.subject.start());
            let text =
                subject.and_then(|from| self.document.text.get(from as usize..place as usize));
            text.is_some_and(|text| !text.contains(['。', '\n', '；']))
        };
        let Some(statement) = at.filter(same) else {
            return;
        };
        let (most, least) = match now.amount < before.amount {
            true => (id - 2, id - 1),
            false => (id - 1, id - 2),
        };
        let formula = self.formula(outcome, || {
            format!(
                "{} = {} - {}",
                self.text(id),
                self.text(most),
                self.text(least)
            )
        });
        self.add(Relation {
            facts: [id - 1, id - 2].into_iter().collect(),
            expected: (outcome == Outcome::Broken).then_some(apart),
            weight: Weight::Likely,
            cause,
            formula,
            ..Relation::of(Kind::Growth, outcome, statement, id)
        });
    }
}

/// Whether a number of times, as printed, can be a part over what was before.
fn times_fit(times: Amount, decimals: u8, part: Printed, before: Printed) -> Option<bool> {
    let scale = 10_i128.checked_pow(u32::from(decimals))?;
    let (mantissa, own) = times.parts();
    let more = 10_i128.checked_pow(u32::from(decimals).checked_sub(own)?)?;
    let mantissa = mantissa.checked_mul(more)?;
    // Half a step either way, or cut off.
    let low = mantissa.checked_mul(2)?.checked_sub(1)?;
    let high = mantissa.checked_mul(2)?.checked_add(2)?;
    let least = low.checked_mul(before.value.checked_sub(before.half)?)?;
    let most = high.checked_mul(before.value.checked_add(before.half)?)?;
    let twice = scale.checked_mul(2)?;
    let from = twice.checked_mul(part.value.checked_sub(part.half)?)?;
    let to = twice.checked_mul(part.value.checked_add(part.half)?)?;
    Some(from <= most && least <= to)
}

/// A part over a whole, rounded.
fn ratio(part: Printed, whole: Printed, decimals: u8) -> Option<Amount> {
    let scale = 10_i128.checked_pow(u32::from(decimals))?;
    let twice = part.value.checked_mul(scale)?.checked_mul(2)?;
    let rounded = twice
        .checked_add(whole.value)?
        .checked_div(whole.value.checked_mul(2)?)?;
    Amount::from_parts(rounded, u32::from(decimals))
}
