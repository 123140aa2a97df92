//! Whether a broken relation is a slip or a misreading. What isn't borne out by anything else is only to be looked at, and a
//! number is mended only where it is singled out.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::super::{
    fact::{Direction, FactId, StatementId},
    money::Printed,
};
use super::{Cause, Checker, Kind, Outcome, Relation, Weight};

/// Where numbers stand together.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Sentence(u32),
    List(u32),
}

impl Checker<'_> {
    /// Weighs what is broken.
    pub(super) fn evidence(&mut self) {
        self.neighbours();
        let broken = |it: &&Relation| it.outcome == Outcome::Broken;
        let opposed: FxHashSet<StatementId> = self
            .relations
            .iter()
            .filter(broken)
            .filter(|it| it.cause == Some(Cause::Direction))
            .filter_map(|it| it.statement)
            .collect();
        for at in 0..self.relations.len() {
            let Some(relation) = self.relations.get(at).filter(broken) else {
                continue;
            };
            let is_opposed = relation.statement.is_some_and(|it| opposed.contains(&it));
            let certain = self.singles_out(relation) && !is_opposed;
            let known = relation.cause.is_some()
                || relation.follows.is_some()
                || relation.facts.iter().any(|it| self.is_known(*it))
                || self.is_known(relation.fact)
                || !self.needs_evidence(relation);
            if let Some(relation) = self.relations.get_mut(at) {
                if !known {
                    // Parts that are all there is of their whole are so by what they are called.
                    let is_all = matches!(relation.kind, Kind::Parts | Kind::Changes)
                        && relation.weight == Weight::Sure;
                    let least = if is_all { Weight::Likely } else { Weight::Open };
                    relation.weight = relation.weight.min(least);
                }
                relation.certain = certain && relation.weight != Weight::Open;
            }
        }
    }

    /// A number that a label binds is borne out by its neighbours: those of its sentence or list that the
    /// same table says.
    fn neighbours(&mut self) {
        let mut held: FxHashMap<(Place, u32), usize> = FxHashMap::default();
        for relation in &self.relations {
            let zero = self
                .fact(relation.fact)
                .is_none_or(|it| it.amount.is_zero());
            if let (Kind::Restated, Outcome::Held, [cell], false) = (
                relation.kind,
                relation.outcome,
                relation.cells.as_slice(),
                zero,
            ) {
                for place in self.places(relation.statement) {
                    *held.entry((place, cell.table)).or_default() += 1;
                }
            }
        }
        for at in 0..self.relations.len() {
            let Some(relation) = self.relations.get(at) else {
                continue;
            };
            let (Kind::Restated, Outcome::Broken, Weight::Open, [cell]) = (
                relation.kind,
                relation.outcome,
                relation.weight,
                relation.cells.as_slice(),
            ) else {
                continue;
            };
            let places = self.places(relation.statement).into_iter();
            let most = places
                .filter_map(|place| held.get(&(place, cell.table)).copied())
                .max()
                .unwrap_or(0);
            let least = if relation.cause.is_some() { 1 } else { 2 };
            if most >= least
                && let Some(relation) = self.relations.get_mut(at)
            {
                relation.weight = Weight::Likely;
            }
        }
    }

    /// The sentence and the lists that a statement stands in.
    fn places(&self, id: Option<StatementId>) -> SmallVec<[Place; 3]> {
        let statement = id.and_then(|id| self.narrative.statement(id));
        let sentence = statement.map(|it| Place::Sentence(it.sentence));
        let list = statement.and_then(|it| it.list).map(Place::List);
        let whole = id.and_then(|id| self.wholes.get(&id));
        let whole = whole.map(|list| Place::List(*list));
        sentence.into_iter().chain(list).chain(whole).collect()
    }

    /// Whether cells, or a sum that holds, say a number too.
    fn is_known(&self, fact: FactId) -> bool {
        self.confirmed.contains_key(&fact) || self.summed.contains(&fact)
    }

    /// Whether the numbers alone don't show that they were meant to agree.
    fn needs_evidence(&self, relation: &Relation) -> bool {
        match relation.kind {
            Kind::Growth | Kind::Share | Kind::Rate | Kind::Parts | Kind::Difference => true,
            Kind::Repeated => true,
            // What comes in and what goes out change by the same.
            Kind::Changes => relation.facts.len() < 2,
            Kind::Restated | Kind::Product | Kind::Counted | Kind::Direction | Kind::Across => {
                false
            }
        }
    }

    /// Whether it is plain which number is wrong, and what it should be.
    fn singles_out(&self, relation: &Relation) -> bool {
        let all = !relation.facts.is_empty() && relation.facts.iter().all(|it| self.is_known(*it));
        match relation.kind {
            Kind::Restated => true,
            Kind::Growth | Kind::Share | Kind::Rate => {
                // By another whole, or cut off, the very numbers give what is printed.
                let of_rate = self
                    .fact(relation.fact)
                    .is_some_and(|it| it.unit().is_none());
                all || of_rate && matches!(relation.cause, Some(Cause::Denominator | Cause::Cut))
            }
            Kind::Parts | Kind::Changes | Kind::Difference => {
                all || relation.cause == Some(Cause::Unit)
            }
            Kind::Across => relation.cause.is_some(),
            // The money is a cell's, and a slip makes of it what is printed for each.
            Kind::Product => {
                let money = relation
                    .facts
                    .iter()
                    .filter(|it| self.fact(**it).is_some_and(|fact| fact.unit().is_some()));
                relation.cause.is_some() && money.into_iter().all(|it| self.is_known(*it))
            }
            Kind::Repeated | Kind::Direction | Kind::Counted => false,
        }
    }

    /// Whether other numbers of the sentence ask for what the cell says, and not for what is written.
    pub(super) fn asks_for(&mut self, id: StatementId, cell: Printed, written: Printed) -> bool {
        let Some(statement) = self.narrative.statement(id) else {
            return false;
        };
        for change in &statement.changes {
            let up = change.direction == Direction::Up;
            let by = change.amount.and_then(|fact| self.exact(fact));
            let prior = change.prior.and_then(|fact| self.exact(fact));
            if let Some((by, prior)) = by.zip(prior) {
                let apart = |now: Printed| now.sub(prior).map(|it| it.abs().value);
                if apart(cell) == Some(by.abs().value) {
                    return apart(written) != apart(cell);
                }
            }
            if let Some((by, rate)) = by.zip(change.percent.and_then(|it| self.rate(it))) {
                let fits = |now: Printed| {
                    let judged = self.judge_growth(rate, (now, by), up);
                    judged.map(|it| it.outcome != Outcome::Broken)
                };
                if fits(cell) == Some(true) && fits(written) == Some(false) {
                    return true;
                }
            }
        }
        // Its parts, or its whole with the other parts.
        let sum = |whole: Option<Printed>, parts: &[StatementId], own: Printed| {
            let mut all = Printed::default();
            for part in parts {
                let number = match *part == id {
                    true => own,
                    false => self.exact(self.narrative.statement(*part)?.amount?)?,
                };
                all = all.add(number)?;
            }
            Some(parts.len() > 1 && all.value == whole?.value)
        };
        let lists = [statement.list, self.wholes.get(&id).copied()];
        lists.into_iter().flatten().any(|at| {
            let Some(list) = self.narrative.lists.get(at as usize) else {
                return false;
            };
            let is_whole = list.whole == Some(id);
            let whole = list
                .whole
                .and_then(|whole| self.exact(self.narrative.statement(whole)?.amount?));
            let holds = |own: Printed| {
                let whole = if is_whole { Some(own) } else { whole };
                sum(whole, &list.parts, own) == Some(true)
            };
            holds(cell) && !holds(written)
        })
    }
}
