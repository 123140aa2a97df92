//! What was before, said in a clause or a sentence of its own: 预算数为 120 万元。上年预算数为 140 万元，减少 20 万元，下降 14.3%.
//!
//! Whose number it is only the numbers tell: those of three and a rate that agree although one of them is wrong.

use smallvec::SmallVec;

use super::super::{
    base::{Base, Stated, Year},
    fact::{Change, Direction, FactId, StatementId},
    money::Printed,
};
use super::{Checker, Outcome, nothing::LEAST, slips};

/// Sentences after which what was before is said.
const NEAR: u32 = 2;
/// Statements that are looked at, and of them those that may be meant.
const MOST_SEEN: usize = 48;
const MOST: usize = 12;

/// How numbers stand to each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fit {
    /// They agree.
    All,
    /// The rate agrees with two of them.
    ByRate,
    /// One is a usual slip of what the others come to.
    BySlip,
}

impl Checker<'_> {
    /// The statement that a number of the year before is told against.
    pub(super) fn told_against(&mut self, id: StatementId, change: &Change) -> Option<StatementId> {
        let narrative = self.narrative;
        let own = narrative.statement(id)?;
        if !self.is_against_last_year(change) {
            return None;
        }
        let concept = self.binder.concept(id);
        let (prior, before) = (own.amount?, self.exact(own.amount?)?);
        let plain = concept.is_only_a_year();
        let mut near: SmallVec<[StatementId; 8]> = SmallVec::new();
        let earlier = narrative.statements.get(..id as usize)?.iter().rev();
        for (at, other) in (0..id).rev().zip(earlier).take(MOST_SEEN) {
            let far = other.sentence.saturating_add(NEAR) < own.sentence;
            if far || other.heading != own.heading || near.len() == MOST {
                break;
            }
            let of = self.binder.concept(at);
            let same = plain || of.stem == concept.stem && of.account == concept.account;
            if !of.apart && same && other.amount.is_some() {
                near.push(at);
            }
        }
        let mut fits = near.iter().filter_map(|at| {
            let fact = narrative.statement(*at)?.amount?;
            Some((
                *at,
                self.fit((fact, self.exact(fact)?), (prior, before), change)?,
            ))
        });
        let fits: SmallVec<[(StatementId, Fit); 2]> = fits.by_ref().collect();
        let all = fits.iter().find(|it| it.1 == Fit::All);
        // What is nearest, and no part of a list, is meant if anything but the rate has to tell.
        let first = near.first().filter(|at| {
            near.len() == 1
                && narrative
                    .statement(**at)
                    .is_some_and(|it| it.list.is_none())
        });
        let only = match fits.as_slice() {
            [(at, Fit::ByRate)] => Some(*at),
            [(at, Fit::BySlip)] if first == Some(at) => Some(*at),
            _ => None,
        };
        all.map(|it| it.0).or(only)
    }

    /// Not 上年 1300 万元，比 2017 年增加 …，比年初预算增加 ….
    pub(super) fn is_against_last_year(&self, change: &Change) -> bool {
        let own = self.document.front.year;
        let base = change.base.map(|base| self.document.slice(base));
        base.is_none_or(|base| Base::of(base, own).is_some_and(|it| it.year == Year::Last))
    }

    /// What was before a change, said after it in a sentence of its own.
    pub(super) fn told_after(&mut self, id: StatementId, change: &Change) -> Option<FactId> {
        let narrative = self.narrative;
        let own = narrative.statement(id)?;
        let now = (own.amount?, self.exact(own.amount?)?);
        let next = narrative.statement(id + 1)?;
        let near =
            next.heading == own.heading && next.sentence <= own.sentence.saturating_add(NEAR);
        let concept = self.binder.concept(id + 1);
        let plain = concept.is_only_a_year();
        if !near || !concept.apart || !plain || !next.changes.is_empty() {
            return None;
        }
        let year = self.document.front.year;
        let said = Base::of(self.document.slice(next.subject), year)?;
        let base = change.base.map(|base| self.document.slice(base));
        let same = |it: Base| {
            let plain = [it.stated, said.stated].contains(&Stated::Plain);
            it.year == said.year && (plain || it.stated == said.stated)
        };
        if base.is_some_and(|base| !Base::of(base, year).is_some_and(same)) {
            return None;
        }
        let prior = next.amount?;
        let fit = self.fit(now, (prior, self.exact(prior)?), change)?;
        let known = fit != Fit::BySlip || own.list.is_none();
        known.then_some(prior)
    }

    /// Whether numbers belong together: what there is now, what was before, and the change.
    fn fit(
        &self,
        (now_fact, now): (FactId, Printed),
        (prior, before): (FactId, Printed),
        change: &Change,
    ) -> Option<Fit> {
        let money = |fact: FactId| self.fact(fact).is_some_and(|it| it.unit().is_some());
        if !money(now_fact) || !money(prior) || before.value < 0 {
            return None;
        }
        let apart = now.sub(before)?;
        let rate = change.percent.and_then(|fact| self.rate(fact));
        let fits = |by: Printed, up: bool| {
            let judged = rate.and_then(|rate| self.judge_growth(rate, (now, by), up));
            judged.is_some_and(|it| it.outcome != Outcome::Broken)
        };
        let up = change.direction == Direction::Up;
        let same = up == (apart.value > 0);
        let Some(by) = change.amount else {
            return (same && fits(apart.abs(), up)).then_some(Fit::All);
        };
        let by_much = self.exact(by)?.abs();
        if by_much.is_zero() {
            return None;
        }
        if by_much.value == apart.abs().value || same && by_much.meets(apart.abs()) {
            return Some(Fit::All);
        }
        // From nothing: as long as it is printed, for there is but one number that it can be.
        let printed = self.fact(now_fact).map(|it| it.amount.parts().0);
        let from_nothing = before.is_zero() && printed >= Some(LEAST);
        let slipped = |fact: FactId, right: Option<Printed>| {
            let right = right.and_then(|right| self.as_printed(fact, right));
            let written = self.fact(fact).map(|it| it.amount.abs());
            written.zip(right).is_some_and(|(written, right)| {
                !right.is_negative()
                    && (from_nothing || slips::is_long(right))
                    && slips::of_amount(written, right).is_some()
            })
        };
        let was = if up {
            now.sub(by_much)
        } else {
            now.add(by_much)
        };
        let of_prior = || slipped(prior, was);
        if rate.is_some() {
            let by_rate = same && fits(apart.abs(), up) || fits(by_much, up) && of_prior();
            return by_rate.then_some(Fit::ByRate);
        }
        let slip = same && slipped(by, Some(apart.abs())) || of_prior();
        let known = self.confirmed.contains_key(&now_fact);
        (known && slip).then_some(Fit::BySlip)
    }
}
