//! What the tables of another year say of a subject: columns of the year before in this document's tables, and the tables of another
//! document.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use budget_catalog::{name, template::ColumnKind};
use smallvec::SmallVec;

use super::super::{
    base::{self, Held, Stated},
    concept::{self, Concept, Scope, Stage},
    fact::StatementId,
    money::Printed,
};
use super::{Binder, Candidate, Keys, Known, cells::is_name_of_any, keys::has_years_as_rows};
use crate::{
    CellId, Document,
    relation::{Derived, Explorer},
};

/// What a column of the year before says of a row.
pub(crate) struct Past {
    /// What this year's column says.
    pub(crate) now: Printed,
    /// What was before.
    pub(crate) before: Printed,
    pub(crate) stated: Stated,
    pub(crate) cell: CellId,
}

/// What was made of a document's tables for others that name it: once, however often they are checked.
#[derive(Default, Debug)]
pub(crate) struct Asked {
    derived: OnceLock<Vec<Derived>>,
    keys: Mutex<Keys>,
}

impl Asked {
    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is derived in a document's cells.
fn derived(document: &Document) -> Vec<Derived> {
    let is_derived = |value| matches!(value, crate::Value::Derived | crate::Value::Slot);
    let mut cells = document
        .tables
        .iter()
        .flat_map(|table| &table.grids)
        .flat_map(|grid| &grid.cells);
    match cells.any(|cell| is_derived(cell.value)) {
        true => Explorer::new(document).derived().to_vec(),
        false => Vec::new(),
    }
}

impl<'d> Binder<'d> {
    /// A binder of another document's tables: it has no narrative of its own.
    pub(crate) fn of_tables(
        document: &'d Document,
        narrative: &'d super::super::fact::Narrative,
    ) -> Self {
        let asked = &document.asked;
        let known = Known {
            keys: asked.keys().clone(),
            ..Known::default()
        };
        let derived = asked.derived.get_or_init(|| derived(document));
        Self::new(document, narrative, derived, known)
    }

    /// Keeps what was made of that document's tables with it.
    pub(crate) fn leave_tables(self) {
        let mut keys = self.document.asked.keys();
        for (table, own) in self.keys {
            keys.entry(table).or_insert(own);
        }
    }

    /// The tables that have a column of the year before.
    pub(crate) fn tables_with_past(&self) -> Vec<u32> {
        let year = self.document.front.year;
        let has = |table: &u32| {
            let Some(table) = self.document.tables.get(*table as usize) else {
                return false;
            };
            let columns = table.grids.iter().flat_map(|grid| &grid.columns);
            let mut names = columns
                .filter(|column| column.kind == ColumnKind::Amount)
                .map(|column| self.document.slice(column.name));
            names.any(|name| {
                let may = concept::has(name, "年") || concept::has(name, "增减");
                may && base::column(&name::normalize(name), year).is_some()
            }) || table
                .grids
                .iter()
                .any(|grid| has_years_as_rows(self.document, grid))
        };
        self.tables.iter().map(|it| it.1).filter(has).collect()
    }

    /// What the columns of the year before say of what a statement speaks of.
    pub(crate) fn past(&mut self, id: StatementId, tables: &[u32]) -> SmallVec<[Past; 2]> {
        let mut found = SmallVec::new();
        let mut candidates = self.candidates(id);
        candidates.retain(|it| it.cells.iter().all(|cell| tables.contains(&cell.table)));
        // An account, or the total, may be told of in the words of another table: 财政拨款支出表.
        let concept = self.concept(id);
        let total = concept.is_total() || is_name_of_any(&concept.label);
        if concept.account.is_some() || total {
            let concept = match concept.account {
                Some(_) => Concept::clone(&concept),
                None => Concept {
                    flow: concept.flow,
                    stage: concept.stage,
                    ..Concept::default()
                },
            };
            for table in tables {
                self.in_table(*table, Scope::General, &concept, &mut candidates);
            }
        }
        for candidate in candidates {
            let [cell] = *candidate.cells.as_slice() else {
                continue;
            };
            if candidate.empty {
                continue;
            }
            let keys = self.keys(cell.table);
            let Some(grid) = keys.grids.get(cell.grid as usize) else {
                continue;
            };
            let is_total = grid.totals.iter().any(|it| it.column == cell.column);
            let belongs = |key: &Option<String>| match key {
                None => is_total,
                Some(key) => grid
                    .columns
                    .get(key)
                    .is_some_and(|it| it.iter().any(|it| it.column == cell.column)),
            };
            let is_own = grid.total_rows.contains(&cell.row);
            let rows = grid.before_rows.iter().filter(|_| is_own);
            let rows =
                rows.map(|(row, held, stated)| (CellId { row: *row, ..cell }, *held, *stated));
            let there: SmallVec<[(CellId, Held, Stated); 2]> = grid
                .before
                .iter()
                .filter(|it| belongs(&it.key))
                .map(|it| {
                    let cell = CellId {
                        column: it.column,
                        ..cell
                    };
                    (cell, it.held, it.stated)
                })
                .chain(rows)
                .collect();
            for (cell, held, stated) in there {
                let own = self.candidate(SmallVec::from_slice(&[cell]));
                let Some(own) = own.filter(|it| !it.empty) else {
                    continue;
                };
                let now = candidate.printed;
                let before = match held {
                    Held::Amount => Some(own.printed),
                    Held::Change => now.sub(own.printed),
                };
                found.extend(before.map(|before| Past {
                    now,
                    before,
                    stated,
                    cell,
                }));
            }
        }
        found
    }

    /// The cells of another document that say what this one's words name; `about` is the statement that
    /// they belong to.
    pub(crate) fn in_other(
        &mut self,
        other: &mut Binder<'_>,
        about: StatementId,
        concept: &Concept,
        stage: Option<Stage>,
    ) -> Vec<Candidate> {
        let mut found = Vec::new();
        if concept.label == "其他" && concept.flow.is_none()
            || self.is_added_to(about)
            || self.of_whole(about, concept).is_some()
        {
            return found;
        }
        let concept = Concept {
            stage,
            ..Concept::clone(concept)
        };
        let above = match concept.scope {
            Some(Scope::Hospitality) | None => None,
            Some(_) => self.scope_above(about),
        };
        if let Some(above) = above.filter(|above| Some(*above) != concept.scope) {
            let label = Concept {
                scope: None,
                stem: concept.label.clone(),
                ..Concept::clone(&concept)
            };
            if !label.is_total() {
                other.in_tables(above, &label, &mut found, &|_| false);
            }
        }
        let scope = concept.scope.or_else(|| self.scope(about));
        if found.is_empty()
            && let Some(scope) = scope
        {
            other.in_tables(scope, &concept, &mut found, &|_| false);
        }
        found.retain(|it| !it.beside);
        found
    }
}
