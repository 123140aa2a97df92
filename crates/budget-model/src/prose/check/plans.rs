//! Rates of completion: what was carried out of what was planned.

use smallvec::SmallVec;

use super::super::{
    base::{Base, Year},
    concept::{Stage, has},
    fact::{Change, Direction, FactId, RateKind, StatementId},
    money::{Fit, Printed, Rate},
    read::surplus::BETWEEN,
};
use super::{
    Cause, Checker, Kind, Outcome, Relation, Weight,
    rates::{Judgement, Reading, shown},
    slips,
};
use crate::{Amount, Unit};

/// Budgets that were changed in the course of the year.
const CHANGED: [&str; 3] = ["调整", "全年", "追加"];

impl Checker<'_> {
    /// What was planned of what a statement says was carried out, said before it: 年初预算 …，支出决算 ….
    fn plan_before(&self, id: StatementId) -> Option<FactId> {
        let sentence = self.narrative.statement(id)?.sentence;
        let concept = self.binder.concept(id);
        (id.saturating_sub(4)..id).rev().find_map(|before| {
            let other = self.narrative.statement(before)?;
            let own = self.binder.concept(before);
            let same = other.sentence == sentence
                && own.stage == Some(Stage::Budget)
                && own.stem == concept.stem
                && own.account == concept.account;
            other.amount.filter(|_| same)
        })
    }

    /// What was planned of an amount, where a change is told against that: 支出决算 …，决算数大于年初预算数 ….
    pub(super) fn planned_of(&self, now: Option<FactId>, change: &Change) -> Option<FactId> {
        let base = self.document.slice(change.base?);
        if !has(base, "预算") {
            return None;
        }
        let of = Base::of(base, self.document.front.year);
        let plain = || {
            let own = base.split_whitespace().collect::<String>();
            let own = own.trim_start_matches(['比', '较', '与', '和', '同']);
            ["预算", "当年预算", "本年预算"].contains(&own.trim_end_matches('数'))
        };
        if !of.map_or_else(plain, |it| it.year == Year::This) {
            return None;
        }
        let id = self.fact(now?)?.statement?;
        if self.binder.concept(id).stage == Some(Stage::Budget) {
            return None;
        }
        let plan = self.narrative.statement(id)?.plan;
        let plan = plan.or_else(|| self.plan_before(id))?;
        // 超过年初预算数 8 万元 may give that number.
        let number = |fact: FactId| self.exact(fact).map(|it| it.value);
        if change.amount.and_then(number) == number(plan) {
            return None;
        }
        // 年初预算 …，调整预算 …，决算 …: which is meant isn't told.
        let said = self.fact(plan)?.range.start() as usize;
        let place = self.fact(now?)?.range.start() as usize;
        let (from, to) = (said.min(place), said.max(place));
        let start = self
            .document
            .text
            .floor_char_boundary(from.saturating_sub(60));
        let around = self.document.text.get(start..to)?;
        let around = around.rsplit(['。', '\n']).next().unwrap_or_default();
        (!CHANGED.iter().any(|word| has(around, word))).then_some(plan)
    }

    /// 支出决算 9 万元，超过年初预算数 8 万元，增长 12.5%: whether the number is what is compared with.
    pub(super) fn is_over(&self, change: &Change, rate: Rate, readings: &[Reading]) -> bool {
        let word = self.document.slice(change.word);
        let Some(plan) = change.amount.and_then(|fact| self.exact(fact)) else {
            return false;
        };
        let up = change.direction == Direction::Up;
        let fits = |reading: &Reading| {
            let by = reading.now.sub(plan)?;
            let same = (by.value > 0) == up;
            let judged = self.judge_growth(rate, (reading.now, by.abs()), up)?;
            Some(same && judged.outcome != Outcome::Broken)
        };
        BETWEEN.iter().any(|it| it.0 == word) && readings.iter().any(|it| fits(it) == Some(true))
    }

    /// 年初预算数 …，决算数 …，预决算差异率 …%.
    pub(super) fn rate_of_plan(&mut self, id: StatementId, kind: RateKind, fact: FactId) {
        let Some(statement) = self.narrative.statement(id) else {
            return;
        };
        let Some(done) = statement.amount else { return };
        let plan = statement.plan.or_else(|| self.plan_before(id));
        let Some(rate) = self.rate(fact) else { return };
        // 年初预算 …，调整后预算 …，执行率 …%: of the one that it is right of, else of the last.
        let told = match (plan, kind) {
            (None, RateKind::Completion) => self.plans_told(id),
            _ => SmallVec::new(),
        };
        let fits = |plan: &&FactId| {
            let numbers = self.exact(done).zip(self.exact(**plan));
            let judged = numbers.and_then(|(done, plan)| judge_plan(rate, kind, done, plan));
            judged.is_some_and(|it| it.outcome != Outcome::Broken)
        };
        let by_words = told.iter().find(fits).or_else(|| told.first()).copied();
        let plan = plan.or(by_words);
        let planned = match plan {
            Some(_) => None,
            None => self.binder.planned(id),
        };
        let plan_by = match plan {
            Some(plan) => self.exact(plan),
            None => planned.as_ref().map(|it| it.printed),
        };
        let (Some(done_by), Some(plan_by)) = (self.exact(done), plan_by) else {
            return;
        };
        let Some(mut judgement) = judge_plan(rate, kind, done_by, plan_by) else {
            return;
        };
        let right = |fact: FactId, own: Printed| self.corrected.get(&fact).map_or(own, |it| it.0);
        let right_plan = plan.map_or(plan_by, |plan| right(plan, plan_by));
        let mended = judge_plan(rate, kind, right(done, done_by), right_plan);
        let holds = mended.is_some_and(|it| it.outcome != Outcome::Broken);
        let broken = judgement.outcome == Outcome::Broken;
        let mut causes = std::iter::once(done).chain(plan);
        let cause = causes.find_map(|it| self.corrected.get(&it));
        let follows = cause.map(|it| it.1).filter(|_| broken && holds);
        let mut place = (fact, judgement.expected, judgement.cause);
        if broken && follows.is_none() && judgement.cause.is_none() {
            let fits = |done: i128, plan: i128| {
                let exact = |value| Printed { value, half: 0 };
                let judged = judge_plan(rate, kind, exact(done), exact(plan));
                judged.is_some_and(|it| it.outcome == Outcome::Held)
            };
            let of_done = self.slipped(done, |done| fits(done, plan_by.value));
            let likelier =
                of_done.or_else(|| self.slipped(plan?, |plan| fits(done_by.value, plan)));
            place = likelier.unwrap_or(place);
        }
        // The table's plan may be another one than the sentence's.
        if plan.is_none() {
            judgement.weight = match place.2 {
                Some(_) => judgement.weight.min(Weight::Likely),
                None => Weight::Open,
            };
        }
        if by_words.is_some() {
            judgement.weight = judgement.weight.min(Weight::Likely);
        }
        let cells = planned.map(|it| it.cells).unwrap_or_default();
        let formula = self.formula(judgement.outcome, || {
            let b = match plan {
                Some(plan) => self.text(plan),
                None => shown(plan_by, Unit::TenThousandYuan),
            };
            let a = self.text(done);
            match kind {
                RateKind::Completion => format!("{}% = {a} ÷ {b}", self.text(fact)),
                RateKind::Difference => format!("{}% = ({a} - {b}) ÷ {b}", self.text(fact)),
            }
        });
        let (place, expected, cause) = place;
        let all = [Some(fact), Some(done), plan].into_iter().flatten();
        self.add(Relation {
            facts: all.filter(|it| *it != place).collect(),
            cells,
            expected,
            weight: judgement.weight,
            cause,
            follows,
            formula,
            ..Relation::of(Kind::Rate, judgement.outcome, id, place)
        });
    }
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
    let cause = if sign {
        let numbers = (part.value.abs(), plan.value);
        slips::of_rate(
            positive,
            numbers,
            Some((Cause::Denominator, done.value)),
            None,
        )
    } else {
        Some(Cause::Direction)
    };
    let judgement = Judgement::of_rate(positive, expected.abs(), cause);
    Some(Judgement {
        expected: Some(expected),
        ..judgement
    })
}
