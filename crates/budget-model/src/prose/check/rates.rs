//! Rates of change, shares, rates of completion: on the intervals of printed numbers.

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::super::{
    concept::Stage,
    fact::{Change, Direction, FactId, RateKind, StatementId},
    money::{Fit, Printed, Rate},
};
use super::{Cause, Checker, Kind, Outcome, Relation, Weight, slips};
use crate::{Amount, Unit};

/// What a rate is judged by.
pub(super) struct Judgement {
    pub(super) outcome: Outcome,
    pub(super) expected: Option<Amount>,
    pub(super) cause: Option<Cause>,
    pub(super) weight: Weight,
}

impl Judgement {
    pub(super) fn held() -> Self {
        Self {
            outcome: Outcome::Held,
            expected: None,
            cause: None,
            weight: Weight::Sure,
        }
    }

    pub(super) fn rounding() -> Self {
        Self {
            outcome: Outcome::Rounding,
            ..Self::held()
        }
    }

    pub(super) fn broken(expected: Option<Amount>, cause: Option<Cause>) -> Self {
        Self {
            outcome: Outcome::Broken,
            expected,
            cause,
            weight: Weight::Sure,
        }
    }
}

impl Checker<'_> {
    pub(super) fn rates(&mut self) {
        for (id, statement) in (0..).zip(&self.narrative.statements) {
            for change in &statement.changes {
                self.growth(id, change);
            }
            for (kind, fact) in &statement.rates {
                self.rate_of_plan(id, *kind, *fact);
            }
        }
        self.shares();
    }

    pub(super) fn rate(&self, id: FactId) -> Option<Rate> {
        let fact = self.fact(id)?;
        Some(Rate {
            percent: fact.amount,
            decimals: fact.decimals,
        })
    }

    /// The amount of a statement: its own, the cell's that it speaks of, or what was said before.
    fn amount_of(&mut self, id: StatementId) -> Option<(Option<FactId>, Printed)> {
        let statement = self.narrative.statement(id)?;
        if let Some(fact) = statement.amount {
            return Some((Some(fact), self.exact(fact)?));
        }
        if statement.count.is_some() {
            return None;
        }
        let concept = self.binder.concept(id);
        if concept.is_empty() || concept.elsewhere {
            return None;
        }
        // The nearest statement before it with this subject, under the same heading.
        let wanted = (self.binder.scope(id), &concept.stem, &concept.account);
        for before in (id.saturating_sub(40)..id).rev() {
            let other = self.narrative.statement(before)?;
            if other.heading != statement.heading {
                break;
            }
            let Some(fact) = other.amount else { continue };
            let own = self.binder.concept(before);
            let scope = self.binder.scope(before);
            if (scope, &own.stem, &own.account) == wanted
                && own.elsewhere == concept.elsewhere
                && self.fact(fact)?.unit().is_some()
            {
                return Some((Some(fact), self.exact(fact)?));
            }
        }
        let candidates = self.binder.candidates(id);
        let mut filled = candidates.into_iter().filter(|it| !it.empty);
        let first = filled.next()?;
        filled
            .all(|it| it.printed == first.printed)
            .then_some((None, first.printed))
    }

    /// 比上年增加 N，增长 P%.
    fn growth(&mut self, id: StatementId, change: &Change) {
        self.difference(id, change);
        let Some(percent) = change.percent else {
            return;
        };
        let Some(rate) = self.rate(percent) else {
            return;
        };
        let (direction, _) = change
            .percent_direction
            .unwrap_or((change.direction, change.word));
        // Both words say which way it went; 增长 -5% is 下降 5%.
        let minus = |fact: FactId| self.fact(fact).is_some_and(|it| it.amount.is_negative());
        let turned = |direction: Direction, fact: Option<FactId>| match fact.is_some_and(minus) {
            true => direction.turned(),
            false => direction,
        };
        let direction = turned(direction, change.percent);
        let own = turned(change.direction, change.amount);
        if change.amount.is_some() && direction != own && !rate.percent.is_zero() {
            let zero = change
                .amount
                .and_then(|fact| self.fact(fact))
                .is_some_and(|fact| fact.amount.is_zero());
            if !zero {
                self.opposed(id, change, percent);
            }
        }
        let Some((amount, now)) = self.amount_of(id) else {
            return;
        };
        let up = own == Direction::Up;
        let prior = |by: Printed| if up { now.sub(by) } else { now.add(by) };
        let facts: SmallVec<[FactId; 4]> = [change.amount, amount].into_iter().flatten().collect();
        let by = match change.amount {
            Some(fact) => self.exact(fact),
            None => {
                // The amount before it, where the sentence gives it.
                let before = self
                    .narrative
                    .statement(id)
                    .and_then(|it| it.prior)
                    .and_then(|fact| self.exact(fact));
                before.and_then(|before| now.sub(before)).map(Printed::abs)
            }
        };
        let Some(by) = by else { return };
        let judgement = self.judge_growth(rate, (now, by), up);
        let Some(judgement) = judgement else { return };
        let mut follows = None;
        if judgement.outcome == Outcome::Broken
            && let Some((right, index)) = amount.and_then(|fact| self.corrected.get(&fact)).copied()
        {
            let mended = self.judge_growth(rate, (right, by), up);
            if mended.is_some_and(|it| it.outcome != Outcome::Broken) {
                follows = Some(index);
            }
        }
        let formula = self.formula(judgement.outcome, || {
            let number = |fact: Option<FactId>, printed: Printed| match fact {
                Some(fact) => self.text(fact),
                None => shown(printed, Unit::TenThousandYuan),
            };
            let sign = if up { '-' } else { '+' };
            let by_text = number(change.amount, by);
            let now_text = number(amount, now);
            let base = prior(by).map_or_else(String::new, |prior| {
                let unit = change
                    .amount
                    .and_then(|fact| self.fact(fact)?.unit())
                    .unwrap_or_default();
                format!(" = {by_text} ÷ {}", shown(prior, unit))
            });
            format!(
                "{}% = {by_text} ÷ ({now_text} {sign} {by_text}){base}",
                self.text(percent)
            )
        });
        self.add(Relation {
            facts,
            expected: judgement.expected,
            weight: judgement.weight,
            cause: judgement.cause,
            follows,
            formula,
            ..Relation::of(Kind::Growth, judgement.outcome, id, percent)
        });
    }

    fn judge_growth(
        &self,
        rate: Rate,
        (now, by): (Printed, Printed),
        up: bool,
    ) -> Option<Judgement> {
        // A minus says what the word says already.
        let rate = Rate {
            percent: rate.percent.abs(),
            ..rate
        };
        let by = by.abs();
        if by.is_zero() {
            return Some(match rate.percent.is_zero() {
                true => Judgement::held(),
                false => Judgement::broken(Some(Amount::ZERO), None),
            });
        }
        let before = if up { now.sub(by)? } else { now.add(by)? };
        match before.value.cmp(&0) {
            // More than there is now can't have been added.
            Ordering::Less if !before.meets(Printed::default()) && now.value >= 0 => {
                return Some(Judgement::broken(None, None));
            }
            Ordering::Less => return None,
            // Nothing before: 100 %, or whatever is put there, is convention.
            Ordering::Equal => {
                let usual = rate.percent == Amount::HUNDRED || rate.percent.is_zero();
                return Some(match usual {
                    true => Judgement::held(),
                    false => Judgement::broken(Some(Amount::HUNDRED), None),
                });
            }
            Ordering::Greater => {}
        }
        let fit = rate.fits_change(now, by, up)?;
        if fit != Fit::Wrong {
            return Some(match fit {
                Fit::Right => Judgement::held(),
                _ => Judgement::rounding(),
            });
        }
        let expected = rate.of(by.value, before.value)?;
        let other = if up { now.add(by)? } else { now.sub(by)? };
        let is = |whole: Printed| {
            whole.value > 0 && rate.of(by.value, whole.value) == Some(rate.percent)
        };
        let cut = rate.cut(by.value, before.value) == Some(rate.percent);
        let cause = if now.value > 0 && is(now) {
            Some(Cause::Denominator)
        } else if cut {
            Some(Cause::Cut)
        } else if is(other) {
            Some(Cause::Direction)
        } else {
            slips::of_amount(rate.percent, expected)
        };
        let mut judgement = Judgement::broken(Some(expected), cause);
        if rate.decimals >= 2 && rate.is_next_to(expected) && cause == Some(Cause::Cut) {
            judgement.weight = Weight::Open;
        }
        Some(judgement)
    }

    /// 减少 …，增长 …%.
    fn opposed(&mut self, id: StatementId, change: &Change, percent: FactId) {
        let formula = self.formula(Outcome::Broken, || {
            let words = change.percent_direction.map(|it| it.1);
            let text = |range| self.document.slice(range);
            format!(
                "“{}”与“{}”方向相反",
                text(change.word),
                words.map_or("", text)
            )
        });
        self.add(Relation {
            facts: change.amount.into_iter().collect(),
            cause: Some(Cause::Direction),
            formula,
            ..Relation::of(Kind::Direction, Outcome::Broken, id, percent)
        });
    }

    /// 较上年决算数 300 万元增加 20 万元.
    fn difference(&mut self, id: StatementId, change: &Change) {
        let Some(statement) = self.narrative.statement(id) else {
            return;
        };
        let (Some(now), Some(before), Some(by)) =
            (statement.amount, statement.prior, change.amount)
        else {
            return;
        };
        let numbers = [now, before, by].map(|fact| self.exact(fact));
        let [Some(a), Some(b), Some(change_by)] = numbers else {
            return;
        };
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
        let formula = self.formula(outcome, || {
            format!(
                "{} - {} = {}",
                self.text(now),
                self.text(before),
                self.text(by)
            )
        });
        let expected = self.as_printed(by, left.abs());
        self.add(Relation {
            facts: [now, before].into_iter().collect(),
            expected,
            cause,
            formula,
            ..Relation::of(Kind::Difference, outcome, id, by)
        });
    }

    /// 年初预算数 …，决算数 …，预决算差异率 …%.
    fn rate_of_plan(&mut self, id: StatementId, kind: RateKind, fact: FactId) {
        let Some(statement) = self.narrative.statement(id) else {
            return;
        };
        let Some(done) = statement.amount else { return };
        let sentence = statement.sentence;
        let concept = self.binder.concept(id);
        let plan = (id.saturating_sub(4)..id).rev().find_map(|before| {
            let other = self.narrative.statement(before)?;
            let own = self.binder.concept(before);
            let same = other.sentence == sentence
                && own.stage == Some(Stage::Budget)
                && own.stem == concept.stem
                && own.account == concept.account;
            other.amount.filter(|_| same)
        });
        let (Some(plan), Some(rate)) = (plan, self.rate(fact)) else {
            return;
        };
        let (Some(done_by), Some(plan_by)) = (self.exact(done), self.exact(plan)) else {
            return;
        };
        let Some(judgement) = judge_plan(rate, kind, done_by, plan_by) else {
            return;
        };
        let formula = self.formula(judgement.outcome, || {
            let (a, b) = (self.text(done), self.text(plan));
            match kind {
                RateKind::Completion => format!("{}% = {a} ÷ {b}", self.text(fact)),
                RateKind::Difference => format!("{}% = ({a} - {b}) ÷ {b}", self.text(fact)),
            }
        });
        self.add(Relation {
            facts: [done, plan].into_iter().collect(),
            expected: judgement.expected,
            weight: judgement.weight,
            cause: judgement.cause,
            formula,
            ..Relation::of(Kind::Rate, judgement.outcome, id, fact)
        });
    }
}

pub(super) fn shown(printed: Printed, unit: Unit) -> String {
    printed
        .amount(unit.exponent())
        .map_or_else(String::new, |amount| amount.to_string())
}

fn judge_plan(rate: Rate, kind: RateKind, done: Printed, plan: Printed) -> Option<Judgement> {
    let zero = rate.percent.is_zero();
    if plan.value <= 0 {
        return (plan.is_zero() && done.is_zero() && zero).then(Judgement::held);
    }
    let part = match kind {
        RateKind::Completion => done,
        RateKind::Difference => done.sub(plan)?,
    };
    let positive = Rate {
        percent: rate.percent.abs(),
        ..rate
    };
    // What was spent is the plan and the difference: 100 % and the rate.
    let of_plan = match kind {
        RateKind::Completion => rate,
        RateKind::Difference => Rate {
            percent: rate.percent.checked_add(Amount::HUNDRED)?,
            ..rate
        },
    };
    let expected = rate.of(part.value, plan.value)?;
    let fit = of_plan.fits(done, plan)?;
    if fit != Fit::Wrong || expected == rate.percent {
        return Some(match fit {
            Fit::Rounding => Judgement::rounding(),
            _ => Judgement::held(),
        });
    }
    let sign = expected.is_negative() == rate.percent.is_negative() || expected.is_zero() || zero;
    let cut = positive.cut(part.value.abs(), plan.value) == Some(positive.percent);
    let cause = if !sign {
        Some(Cause::Direction)
    } else if done.value > 0 && rate.of(part.value, done.value) == Some(rate.percent) {
        Some(Cause::Denominator)
    } else if cut {
        Some(Cause::Cut)
    } else {
        slips::of_amount(rate.percent, expected)
    };
    let mut judgement = Judgement::broken(Some(expected), cause);
    if sign && rate.decimals >= 2 && cut && positive.is_next_to(expected.abs()) {
        judgement.weight = Weight::Open;
    }
    Some(judgement)
}
