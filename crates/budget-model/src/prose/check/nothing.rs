//! Nothing before, and no change: 增加 45 万元，增长 100% of 45 万元, 与上年持平，增长 0%.

use super::super::{
    fact::{Change, Direction, StatementId},
    money::Rate,
};
use super::{Checker, Kind, Outcome, Relation, Weight, rates::Reading, slips};
use crate::Amount;

/// The least number, without its point, that a slip tells from others.
pub(super) const LEAST: i128 = 100;

impl Checker<'_> {
    /// By 100 %, all there is is new: the change with a usual slip is told. Says whether it is.
    pub(super) fn none_before(
        &mut self,
        id: StatementId,
        change: &Change,
        rate: Rate,
        readings: &[Reading],
    ) -> bool {
        let (Some(by), [reading]) = (change.amount, readings) else {
            return false;
        };
        let up = change.direction == Direction::Up && reading.prior.is_none();
        let Some((now, much)) = reading.fact.zip(self.exact(by)).filter(|_| up) else {
            return false;
        };
        let broken = self
            .judge_growth(rate, (reading.now, much), true)
            .is_none_or(|it| it.outcome == Outcome::Broken);
        let right = self.as_printed(by, reading.now);
        let written = self.fact(by).map(|it| it.amount);
        let cause = written
            .zip(right)
            .and_then(|(written, right)| slips::of_amount(written, right));
        let short = self.fact(now).is_none_or(|it| it.amount.parts().0 < LEAST);
        if rate.percent != Amount::HUNDRED || !broken || short || cause.is_none() {
            return false;
        }
        let formula = self.formula(Outcome::Broken, || {
            format!("{} - 0 = {}", self.text(now), self.text(by))
        });
        self.add(Relation {
            facts: [now].into_iter().chain(change.percent).collect(),
            expected: right,
            weight: Weight::Likely,
            cause,
            formula,
            ..Relation::of(Kind::Difference, Outcome::Broken, id, by)
        });
        true
    }

    /// 与上年持平，增长 0%: as much as before is no more. Says whether that is what is said.
    pub(super) fn as_much(&mut self, id: StatementId, change: &Change, rate: Rate) -> bool {
        let (Some(percent), None, None) = (change.percent, change.amount, change.base) else {
            return false;
        };
        let statement = self.narrative.statement(id);
        let changes = statement.map(|it| &it.changes);
        let mut pairs = changes
            .iter()
            .flat_map(|it| it.iter().zip(it.iter().skip(1)));
        let before = pairs.find(|(_, next)| next.percent == Some(percent));
        let before = before.map(|it| it.0).filter(|it| {
            it.direction == Direction::Flat && it.amount.is_none() && it.percent.is_none()
        });
        let Some(before) = before else { return false };
        let from = before.base.map_or(before.word.start(), |base| base.start());
        let text = |from: u32, to: u32| self.document.text.get(from as usize..to as usize);
        // 与上年基本持平，增长 0.3%
        let plain = text(from, before.word.end());
        let plain = plain.is_some_and(|it| {
            let about = ["基本", "大致", "大体", "总体", "略"];
            !about.iter().any(|word| it.contains(word))
        });
        let directly = text(before.word.end(), change.word.start());
        let directly = directly.is_some_and(|it| matches!(it.trim(), "，" | ","));
        if !plain || !directly {
            return false;
        }
        let outcome = match rate.percent.is_zero() {
            true => Outcome::Held,
            false => Outcome::Broken,
        };
        let formula = self.formula(outcome, || format!("{}% = 0", self.text(percent)));
        let amount = statement.and_then(|it| it.amount);
        self.add(Relation {
            facts: amount.into_iter().collect(),
            expected: (outcome == Outcome::Broken).then_some(Amount::ZERO),
            weight: Weight::Likely,
            formula,
            ..Relation::of(Kind::Growth, outcome, id, percent)
        });
        true
    }
}
