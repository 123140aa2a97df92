//! A cell that several sentences agree against: it is the odd one, and is told once, at the cell.

use rustc_hash::FxHashMap;

use super::super::fact::StatementId;
use super::{Checker, Kind, Outcome, Weight};
use crate::{CellId, relation::Explorer};

impl Checker<'_> {
    /// Where several sentences say another number than a cell, and all the same.
    pub(super) fn outvoted(&mut self) {
        let mut said: FxHashMap<CellId, Vec<usize>> = FxHashMap::default();
        for (index, relation) in self.relations.iter().enumerate() {
            if let ([cell], Kind::Restated) = (relation.cells.as_slice(), relation.kind) {
                said.entry(*cell).or_default().push(index);
            }
        }
        said.retain(|_, indices| indices.len() > 1 && self.agree(indices));
        if said.is_empty() {
            return;
        }
        let mut cells: Vec<(CellId, Vec<usize>)> = said.into_iter().collect();
        cells.sort_unstable_by_key(|it| it.0);
        self.binder.looks_everywhere();
        let explorer = Explorer::new(self.document);
        for (cell, indices) in cells {
            // What another table says too, or adds up to, isn't the odd one.
            let borne_out = explorer
                .relations(cell)
                .iter()
                .any(|it| it.outcome == Outcome::Held)
                || indices.iter().any(|index| {
                    let relation = self.relations.get(*index);
                    let id = relation.and_then(|it| it.statement);
                    id.is_none_or(|id| self.stands_elsewhere(id))
                });
            if borne_out {
                for index in indices {
                    if let Some(relation) = self.relations.get_mut(index) {
                        relation.weight = relation.weight.min(Weight::Likely);
                    }
                }
            } else {
                self.told_at(cell, &indices);
            }
        }
    }

    /// Whether sentences all say one number, and not the cell's.
    fn agree(&self, indices: &[usize]) -> bool {
        let relations = || {
            indices
                .iter()
                .filter_map(|index| self.relations.get(*index))
        };
        let mut sentences = relations().filter_map(|it| self.narrative.statement(it.statement?));
        let first = sentences.next().map(|it| it.sentence);
        let apart = sentences.any(|it| Some(it.sentence) != first);
        let mut numbers = relations().filter_map(|it| self.money(it.fact));
        apart
            && relations().all(|it| it.outcome == Outcome::Broken)
            && numbers
                .next()
                .is_some_and(|first| numbers.all(|other| other.restates(first)))
    }

    /// Whether another cell says what a statement's cell does.
    fn stands_elsewhere(&mut self, id: StatementId) -> bool {
        let candidates = self.binder.candidates(id);
        let filled = candidates.iter().filter(|it| !it.empty && !it.beside);
        filled.count() > 1
    }

    fn told_at(&mut self, cell: CellId, indices: &[usize]) {
        let Some((first, rest)) = indices.split_first() else {
            return;
        };
        let facts: Vec<_> = indices
            .iter()
            .filter_map(|index| Some(self.relations.get(*index)?.fact))
            .collect();
        let stated = facts.first().and_then(|fact| self.money(*fact));
        let unit = self
            .document
            .tables
            .get(cell.table as usize)
            .map(|it| it.unit);
        for fact in &facts {
            self.corrected.remove(fact);
            if let Some(printed) = self.money(*fact) {
                self.confirmed.insert(*fact, printed);
            }
        }
        for index in rest {
            if let Some(relation) = self.relations.get_mut(*index) {
                relation.follows = Some(*first);
                relation.weight = Weight::Likely;
            }
        }
        if let Some(relation) = self.relations.get_mut(*first) {
            relation.odd = true;
            relation.weight = Weight::Likely;
            relation.facts.extend(facts.into_iter().skip(1));
            relation.expected = stated
                .zip(unit)
                .and_then(|(stated, unit)| stated.amount(unit.exponent()));
            relation.cause = None;
        }
    }
}
