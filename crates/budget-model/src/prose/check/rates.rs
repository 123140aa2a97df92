//! Rates of change: on the intervals of printed numbers.

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::super::{
    concept::{Stage, has},
    fact::{Change, Direction, FactId, StatementId},
    money::{Fit, Printed, Rate},
};
use super::{Cause, Checker, Kind, Outcome, Relation, Weight, slips};
use crate::{Amount, Unit};

/// An amount that a change may be told of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) fact: Option<FactId>,
    pub(super) now: Printed,
    /// What it is compared with, where the sentence gives that.
    pub(super) prior: Option<FactId>,
}

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

    /// A wrong rate: by one step, cut off or made to add up, it is only to be looked at.
    pub(super) fn of_rate(rate: Rate, expected: Amount, cause: Option<Cause>) -> Self {
        let near = rate.decimals >= 2 && rate.is_next_to(expected);
        let small = near && matches!(cause, Some(Cause::Cut | Cause::Balanced));
        Self {
            weight: if small { Weight::Open } else { Weight::Sure },
            ..Self::broken(Some(expected), cause)
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

    /// The amounts that a change may be told of, the likeliest first; none where it isn't known whose.
    fn readings(&mut self, id: StatementId, change: &Change) -> SmallVec<[Reading; 2]> {
        let mut found = SmallVec::new();
        let Some(statement) = self.narrative.statement(id) else {
            return found;
        };
        let reading = |now: (Option<FactId>, Printed), prior| Reading {
            fact: now.0,
            now: now.1,
            prior,
        };
        let concept = self.binder.concept(id);
        let before = id.checked_sub(1).filter(|before| {
            let other = self.narrative.statement(*before);
            other.is_some_and(|it| it.sentence == statement.sentence)
        });
        // …，上年 1100 万元，增加 130 万元: of what was said before it.
        if concept.apart {
            if !self.is_against_last_year(change) {
                return found;
            }
            let year = concept.is_only_a_year();
            let named = before.filter(|before| {
                let other = self.binder.concept(*before);
                !other.apart && (year || other.stem == concept.stem)
            });
            let prior = statement.amount.and_then(|fact| self.exact(fact));
            if let Some(now) = named.and_then(|id| self.amount_of(id))
                && let Some(prior) = prior
                && now.1.sub(prior).is_some_and(|by| match change.amount {
                    Some(fact) => self
                        .exact(fact)
                        .is_some_and(|it| it.abs().value == by.abs().value),
                    None => true,
                })
            {
                found.push(reading(now, statement.amount));
            } else if let Some(now) = self.told_against(id, change)
                && let Some(now) = self.amount_of(now)
            {
                found.push(reading(now, statement.amount));
            }
            return found;
        }
        let base = change.base.map_or("", |base| self.document.slice(base));
        let planned = concept.stage == Some(Stage::Budget)
            && ["上年", "决算", "执行", "去年", "同期"]
                .iter()
                .any(|word| has(base, word))
            && !has(base, "预算");
        let told = change.prior.or_else(|| self.told_after(id, change));
        let own = self.amount_of(id);
        let told = told.or_else(|| self.planned_of(own.as_ref()?.0, change));
        let own = own.map(|now| reading(now, told));
        // 收入总计 …，支出总计 …。收支较上年增加 ….
        for fact in self.said_of_all(id) {
            let Some(now) = self.exact(fact) else {
                continue;
            };
            let told = change.prior.or_else(|| self.planned_of(Some(fact), change));
            if found.iter().all(|it: &Reading| it.now.value != now.value) {
                found.push(reading((Some(fact), now), told));
            }
        }
        let own = own.filter(|own| found.iter().all(|it| it.now.value != own.now.value));
        // 决算数 …，年初预算数 …，比上年决算数增加 …: of the settlement.
        if let Some(before) = before
            && planned
            && self.binder.concept(before).stage == Some(Stage::Final)
        {
            found.extend(self.amount_of(before).map(|now| reading(now, change.prior)));
            return found;
        }
        found.extend(own);
        // 项目支出 280 万元，主要用于 …。支出较上年增加 …: of that, perhaps.
        if !found.is_empty()
            && let Some(last) = self.said_last(id)
        {
            found.extend(self.amount_of(last).map(|now| reading(now, change.prior)));
        }
        if let Some(also) = change.also {
            found.extend(self.amount_of(also).map(|now| reading(now, change.prior)));
        }
        // …，其中：…，项目支出 280 万元，比上年增加 …: of the last part, or of the whole.
        let list = statement
            .list
            .and_then(|list| self.narrative.lists.get(list as usize));
        if let Some(list) = list
            && list.parts.len() > 1
            && list.parts.last() == Some(&id)
            && let Some(whole) = list.whole
            && list.parts.iter().all(|part| {
                let other = self.narrative.statement(*part);
                *part == id || other.is_none_or(|it| it.changes.is_empty())
            })
        {
            found.extend(self.amount_of(whole).map(|now| reading(now, change.prior)));
        }
        found
    }

    /// 比上年增加 N，增长 P%.
    fn growth(&mut self, id: StatementId, change: &Change) {
        let readings = self.readings(id, change);
        self.difference(id, change, &readings);
        let Some(percent) = change.percent else {
            return;
        };
        let Some(rate) = self.rate(percent) else {
            return;
        };
        if self.none_before(id, change, rate, &readings)
            || self.as_much(id, change, rate)
            || self.is_over(change, rate, &readings)
        {
            return;
        }
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
        let is_rough = change.amount.is_some_and(|fact| self.is_rough(fact));
        if change.amount.is_some() && direction != own && !rate.percent.is_zero() && !is_rough {
            let zero = change
                .amount
                .and_then(|fact| self.fact(fact))
                .is_some_and(|fact| fact.amount.is_zero());
            if !zero {
                // The number is right or wrong by the direction that is meant, which isn't known.
                self.opposed(id, change, percent);
                return;
            }
        }
        let judged = |this: &Self, reading: &Reading| {
            let before = reading.prior.and_then(|fact| this.exact(fact));
            let apart = before.and_then(|before| reading.now.sub(before));
            let by = match change.amount {
                Some(fact) => match this.exact(fact)? {
                    none if none.is_zero() => this.money(fact)?,
                    some => some,
                },
                // The amount before it, where the sentence gives it.
                None => apart?.abs(),
            };
            // The numbers say which way it went; that the word says otherwise is told apart.
            let up = match apart {
                Some(apart) if apart.abs().value == by.abs().value => apart.value > 0,
                _ => own == Direction::Up,
            };
            let judgement = this.judge_growth(rate, (reading.now, by), up)?;
            Some((judgement, by, up))
        };
        let mut found = None;
        for reading in &readings {
            let Some(next) = judged(self, reading) else {
                continue;
            };
            let holds = next.0.outcome != Outcome::Broken;
            if holds || found.is_none() {
                found = Some((*reading, next));
            }
            if holds {
                break;
            }
        }
        // 支出总计 1,260 万元。财政拨款支出较上年增加 …: of this year's, perhaps, which only a table says.
        let stated = self.narrative.statement(id).and_then(|it| it.amount);
        let broken = found
            .as_ref()
            .filter(|it| it.1.0.outcome == Outcome::Broken);
        if stated.is_none() && broken.is_some() {
            let cells = self.binder.candidates(id).into_iter();
            let mut cells = cells.filter(|it| !it.empty).map(|it| Reading {
                fact: None,
                now: it.printed,
                prior: change.prior,
            });
            let holds = cells.find_map(|reading| {
                let next = judged(self, &reading)?;
                (next.0.outcome != Outcome::Broken).then_some((reading, next))
            });
            found = holds.or(found);
        }
        let Some((reading, (mut judgement, by, up))) = found else {
            return;
        };
        if judgement.outcome == Outcome::Broken && readings.len() > 1 {
            judgement.expected = None;
        }
        // 上年 1300 万元，其中：项目支出 320 万元，减少 40 万元: of which year that is isn't known.
        if judgement.outcome == Outcome::Broken && self.is_part_of_another_year(id) {
            return;
        }
        let (amount, now) = (reading.fact, reading.now);
        let prior = |by: Printed| if up { now.sub(by) } else { now.add(by) };
        let facts: SmallVec<[FactId; 4]> = [change.amount, amount, reading.prior]
            .into_iter()
            .flatten()
            .collect();
        let mut follows = None;
        if judgement.outcome == Outcome::Broken {
            let right = |fact: Option<FactId>| self.corrected.get(&fact?).copied();
            let (right_now, right_by) = (right(amount), right(change.amount));
            if let Some((_, index)) = right_now.or(right_by) {
                let now = right_now.map_or(now, |it| it.0);
                let by = right_by.map_or(by, |it| it.0);
                let mended = self.judge_growth(rate, (now, by), up);
                if mended.is_some_and(|it| it.outcome != Outcome::Broken) {
                    follows = Some(index);
                }
            }
        }
        // A rate that a slip in the change or the amount makes right, and no slip of its own explains.
        let mut place = (percent, judgement.expected, judgement.cause);
        if judgement.outcome == Outcome::Broken
            && follows.is_none()
            && judgement.cause.is_none()
            && readings.len() == 1
            && let Some(likelier) = self.likelier(rate, change.amount, (amount, now), by, up)
        {
            place = likelier;
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
        let (place, expected, cause) = place;
        let all = facts.into_iter().chain([percent]);
        self.add(Relation {
            facts: all.filter(|it| *it != place).collect(),
            expected,
            weight: judgement.weight,
            cause,
            follows,
            formula,
            ..Relation::of(Kind::Growth, judgement.outcome, id, place)
        });
    }

    /// Whether a statement is a part of what was in another year.
    fn is_part_of_another_year(&self, id: StatementId) -> bool {
        let list = self.narrative.statement(id).and_then(|it| it.list);
        let list = list.and_then(|list| self.narrative.lists.get(list as usize));
        let whole = list.and_then(|list| list.whole);
        whole.is_some_and(|whole| self.binder.concept(whole).apart)
    }

    /// The change, or the amount, with a usual slip that makes a rate exactly right: three numbers and one
    /// equation tell that much.
    fn likelier(
        &self,
        rate: Rate,
        change: Option<FactId>,
        (amount, now): (Option<FactId>, Printed),
        by: Printed,
        up: bool,
    ) -> Option<(FactId, Option<Amount>, Option<Cause>)> {
        let sign = if up { 1 } else { -1 };
        let of_by = change.and_then(|fact| {
            self.slipped(fact, |by| {
                rate.of(by, now.value - sign * by) == Some(rate.percent)
            })
        });
        of_by.or_else(|| {
            self.slipped(amount?, |now| {
                rate.of(by.value, now - sign * by.value) == Some(rate.percent)
            })
        })
    }

    /// A number that no cell says, with the usual slip that explains it: one that makes true what `fits`
    /// asks.
    pub(super) fn slipped(
        &self,
        id: FactId,
        fits: impl Fn(i128) -> bool,
    ) -> Option<(FactId, Option<Amount>, Option<Cause>)> {
        let fact = self.fact(id)?;
        if self.confirmed.contains_key(&id) || self.summed.contains(&id) {
            return None;
        }
        let unit = fact.unit()?;
        let holds = |right: Amount| {
            Printed::money(right, fact.decimals, unit).is_some_and(|it| fits(it.value))
        };
        let found = slips::behind(fact.amount, fact.decimals, holds);
        let (right, cause) = *found.first()?;
        let expected = (found.len() == 1).then_some(right);
        Some((id, expected, Some(cause)))
    }

    pub(super) fn judge_growth(
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
        let before = if up { now.sub(by)? } else { now.add(by)? };
        if by.is_zero() {
            // 0.00 亿元 may be some.
            let most = (before.value > 0).then(|| rate.of(by.half, before.value));
            return Some(match rate.percent.is_zero() {
                true => Judgement::held(),
                false if most.flatten() >= Some(rate.percent) => Judgement::rounding(),
                false => Judgement::broken(Some(Amount::ZERO), None),
            });
        }
        match before.value.cmp(&0) {
            // More than there is now can't have been added: of something else, most likely.
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
        let cause = slips::of_rate(
            rate,
            (by.value, before.value),
            Some((Cause::Denominator, now.value)),
            Some((Cause::Direction, other.value)),
        );
        Some(Judgement::of_rate(rate, expected, cause))
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
}

pub(super) fn shown(printed: Printed, unit: Unit) -> String {
    printed
        .amount(unit.exponent())
        .map_or_else(String::new, |amount| amount.to_string())
}
