//! What restates a cell, and what is stated twice.

use rustc_hash::FxHashMap;

use super::super::{
    bind::Candidate,
    concept::{Flow, Scope, Stage},
    fact::{FactId, Role, StatementId},
    money::Printed,
};
use super::{Cause, Checker, Free, Kind, Outcome, Relation, Weight, slips};
use crate::CellId;

/// Subjects whose numbers no table has, though one may have their name.
const NOT_IN_TABLES: [&str; 4] = ["机关运行", "政府采购", "单位运行", "绩效"];

impl Checker<'_> {
    /// Every amount that a cell says too.
    pub(super) fn restatements(&mut self) {
        let mut open: Vec<(StatementId, FactId, Printed)> = Vec::new();
        for (id, statement) in (0..).zip(&self.narrative.statements) {
            let Some(fact) = statement.amount else {
                continue;
            };
            if self.fact(fact).is_none_or(|fact| fact.derived) {
                if let Some(printed) = self.money(fact) {
                    self.confirmed.insert(fact, printed);
                }
                continue;
            }
            let Some(printed) = self.money(fact) else {
                continue;
            };
            let concept = self.binder.concept(id);
            let named = |word: &&str| concept.label.contains(*word);
            if concept.elsewhere || NOT_IN_TABLES.iter().any(named) {
                self.unbound.insert(fact, Free::Elsewhere);
                open.push((id, fact, printed));
                continue;
            }
            let candidates = self.binder.candidates(id);
            if !self.restates(id, fact, printed, &candidates) {
                open.push((id, fact, printed));
            }
        }
        self.outvoted();
        self.repeated(open);
    }

    /// Whether a number is told apart by its candidates: it is one of them, or all of them say another.
    fn restates(
        &mut self,
        id: StatementId,
        fact: FactId,
        printed: Printed,
        candidates: &[Candidate],
    ) -> bool {
        let held = candidates
            .iter()
            .filter(|it| !it.empty || printed.is_zero())
            .find(|it| printed.restates(it.printed));
        if let Some(candidate) = held {
            let relation = self.restatement(id, fact, candidate, Outcome::Held);
            self.add(relation);
            self.confirmed.insert(fact, candidate.printed);
            return true;
        }
        let mut filled = candidates.iter().filter(|it| !it.empty);
        let Some(first) = filled.next() else {
            self.unbound.insert(fact, Free::NoCell);
            return false;
        };
        if filled.any(|it| !it.printed.restates(first.printed)) {
            self.unbound.insert(fact, Free::Ambiguous);
            return false;
        }
        let mut relation = self.restatement(id, fact, first, Outcome::Broken);
        let rounded = self.fact(fact).and_then(|it| {
            let amount = self.as_printed(fact, first.printed)?;
            Some((
                it.amount,
                amount.round(it.decimals.max(amount.decimals().min(2))),
            ))
        });
        let Some((written, expected)) = rounded else {
            return false;
        };
        relation.expected = Some(expected);
        relation.cause = self
            .of_another_row(first, printed)
            .or_else(|| slips::of_amount(written, expected));
        let index = self.add(relation);
        self.corrected.insert(fact, (first.printed, index));
        true
    }

    /// The cell of the same column whose number it is: of its 类 or 款, or the row above or below.
    fn of_another_row(&self, candidate: &Candidate, printed: Printed) -> Option<Cause> {
        let [id] = candidate.cells.as_slice() else {
            return None;
        };
        let grid = self.document.grid(*id)?;
        let table = self.document.tables.get(id.table as usize)?;
        let at = |row: Option<u32>, column: u32| -> Option<CellId> {
            let id = CellId {
                row: row?,
                column,
                ..*id
            };
            let number = match self.document.cell(id)?.value {
                crate::Value::Number(number) if !number.amount.is_zero() => number,
                _ => return None,
            };
            let own = Printed::money(
                number.amount,
                number.decimals.max(table.decimals),
                table.unit,
            )?;
            printed.restates(own).then_some(id)
        };
        let parent = grid.rows.get(id.row as usize)?.parent;
        let above = parent.and_then(|parent| grid.rows.get(parent as usize)?.parent);
        at(parent, id.column)
            .or_else(|| at(above, id.column))
            .or_else(|| at(id.row.checked_sub(1), id.column))
            .or_else(|| at(id.row.checked_add(1), id.column))
            .or_else(|| at(Some(id.row), id.column.checked_sub(1)?))
            .or_else(|| at(Some(id.row), id.column.checked_add(1)?))
            .map(Cause::Other)
    }

    fn restatement(
        &self,
        statement: StatementId,
        fact: FactId,
        candidate: &Candidate,
        outcome: Outcome,
    ) -> Relation {
        let formula = self.formula(outcome, || {
            let cells: Vec<String> = candidate
                .cells
                .iter()
                .map(|cell| super::super::path::of_cell(self.document, *cell))
                .collect();
            format!("说明.{} = {}", self.name(statement), cells.join(" + "))
        });
        Relation {
            kind: Kind::Restated,
            outcome,
            statement,
            fact,
            facts: Default::default(),
            cells: candidate.cells.clone(),
            expected: None,
            weight: Weight::Sure,
            cause: None,
            follows: None,
            blame: None,
            subject: String::new(),
            formula,
        }
    }

    /// Where several sentences say another number than a cell, and all the same, the cell is the odd one.
    fn outvoted(&mut self) {
        let mut said: FxHashMap<CellId, Vec<usize>> = FxHashMap::default();
        for (index, relation) in self.relations.iter().enumerate() {
            if let [cell] = relation.cells.as_slice() {
                said.entry(*cell).or_default().push(index);
            }
        }
        for indices in said.into_values().filter(|it| it.len() > 1) {
            let relations = || {
                indices
                    .iter()
                    .filter_map(|index| self.relations.get(*index))
            };
            let broken = relations().all(|it| it.outcome == Outcome::Broken);
            let mut numbers = relations().filter_map(|it| self.money(it.fact));
            let Some(first) = numbers.next().filter(|_| broken) else {
                continue;
            };
            if numbers.all(|other| other.restates(first)) {
                for index in indices {
                    if let Some(relation) = self.relations.get_mut(index) {
                        relation.weight = Weight::Likely;
                    }
                }
            }
        }
    }

    /// The same subject with its number, where no table has it.
    fn repeated(&mut self, open: Vec<(StatementId, FactId, Printed)>) {
        type Key = (
            Option<Scope>,
            Vec<String>,
            (String, Option<Flow>),
            Option<Stage>,
            bool,
        );
        let settles = self.document.text.contains("决算数");
        let usual = if settles { Stage::Final } else { Stage::Budget };
        let mut first: FxHashMap<Key, (StatementId, FactId, Printed)> = FxHashMap::default();
        for (id, fact, printed) in open {
            let Some(statement) = self.narrative.statement(id) else {
                continue;
            };
            let role = self.fact(fact).map(|fact| fact.role);
            if statement.project.is_some() || role != Some(Role::Amount) {
                continue;
            }
            let concept = self.binder.concept(id);
            let scope = self.binder.scope(id);
            // What no heading or word of its own places may be said of anything.
            let placed =
                scope.is_some() || NOT_IN_TABLES.iter().any(|it| concept.label.contains(it));
            if !placed || concept.label.chars().count() < 2 && concept.account.is_none() {
                continue;
            }
            let account = concept.account.clone();
            let names = account.map_or_else(Vec::new, |it| match it.code {
                Some(code) => vec![code],
                None => it.names,
            });
            let key = (
                scope,
                names,
                (concept.label.clone(), concept.flow),
                Some(concept.stage.unwrap_or(usual)),
                concept.elsewhere,
            );
            let Some((before, other, number)) = first.get(&key).copied() else {
                first.insert(key, (id, fact, printed));
                continue;
            };
            let outcome = if printed.restates(number) {
                Outcome::Held
            } else {
                Outcome::Broken
            };
            let formula = self.formula(outcome, || {
                format!("说明.{} = 说明.{}", self.name(id), self.name(before))
            });
            let expected = self.as_printed(fact, number);
            self.add(Relation {
                kind: Kind::Repeated,
                outcome,
                statement: id,
                fact,
                facts: [other].into_iter().collect(),
                cells: Default::default(),
                expected,
                weight: Weight::Likely,
                cause: None,
                follows: None,
                blame: None,
                subject: String::new(),
                formula,
            });
        }
    }
}
