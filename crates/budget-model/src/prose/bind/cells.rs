//! The cells of one table that bear a name.

use budget_catalog::name;
use smallvec::SmallVec;

use super::super::{
    concept::{self, Concept, Flow, Scope, Stage},
    money::Printed,
};
use super::{Binder, Candidate, MAX_CANDIDATES, MAX_ROWS, keys::GridKeys};
use crate::{CellId, Document, Grid, Value};

impl Binder<'_> {
    pub(super) fn in_table(
        &mut self,
        table: u32,
        scope: Scope,
        concept: &Concept,
        out: &mut Vec<Candidate>,
    ) {
        let document = self.document;
        let mut cells: SmallVec<[CellId; 8]> = SmallVec::new();
        let mut push = |grid: u32, row: u32, column: u32| {
            cells.push(CellId {
                table,
                grid,
                row,
                column,
            });
        };
        let settled = self.settled.contains(&table);
        let keys = self.keys(table);
        let staged = |(_, stage): &&(u32, Option<Stage>)| match (concept.stage, stage) {
            (Some(wanted), Some(stage)) => wanted == *stage,
            (Some(Stage::Budget), None) => !settled,
            (None, Some(stage)) => *stage == Stage::Final,
            _ => true,
        };
        let fits = |flow: Option<Flow>, grid: &GridKeys| match (flow, grid.flow) {
            (Some(wanted), Some(flow)) => wanted == flow,
            _ => true,
        };
        if let Some(account) = &concept.account {
            let rows = match &account.code {
                Some(code) => keys.codes.get(code.as_str()),
                None => None,
            };
            let by_name = || {
                let last = account.names.last()?;
                keys.rows.get(last.as_str())
            };
            let rows = rows.or_else(|| account.code.is_none().then(by_name).flatten());
            for (grid, row) in rows.into_iter().flatten().take(MAX_ROWS) {
                let own = document
                    .tables
                    .get(table as usize)
                    .and_then(|it| it.grids.get(*grid as usize));
                let named = account.code.is_some()
                    || own.is_some_and(|grid| is_account(document, grid, *row, &account.names));
                if let Some(keys) = keys.grids.get(*grid as usize).filter(|_| named) {
                    for total in keys.totals.iter().filter(staged) {
                        push(*grid, *row, total.0);
                    }
                }
            }
        } else {
            let own_total = concept.is_total()
                || is_name_of(scope, &concept.label)
                || scope == Scope::Hospitality && concept::has(&concept.stem, "三公")
                || scope == Scope::Basic && concept.stem == "基本"
                || scope == Scope::Projects && concept.stem == "项目";
            // By the label of a row.
            for label in [&concept.label, &concept.stem] {
                if label.is_empty() {
                    continue;
                }
                for (grid, row) in keys
                    .rows
                    .get(label.as_str())
                    .into_iter()
                    .flatten()
                    .take(MAX_ROWS)
                {
                    if let Some(keys) = keys.grids.get(*grid as usize)
                        && fits(concept.flow, keys)
                    {
                        for total in keys.totals.iter().filter(staged) {
                            push(*grid, *row, total.0);
                        }
                    }
                }
                // By the name of a column, in the row of totals.
                for (number, keys) in (0..).zip(&keys.grids) {
                    for (column, stage) in keys.columns.get(label).into_iter().flatten() {
                        if staged(&&(*column, *stage)) {
                            for row in &keys.total_rows {
                                push(number, *row, *column);
                            }
                        }
                    }
                }
                if concept.label == concept.stem {
                    break;
                }
            }
            if own_total {
                for (number, keys) in (0..).zip(&keys.grids) {
                    if !fits(concept.flow, keys) {
                        continue;
                    }
                    for row in &keys.total_rows {
                        for total in keys.totals.iter().filter(staged) {
                            push(number, *row, total.0);
                        }
                    }
                }
                // 财政拨款收入 may be this year's alone.
                if concept.stem.is_empty() && concept.flow.is_some() {
                    for (grid, row) in keys.rows.get("本年").into_iter().flatten() {
                        if let Some(keys) = keys.grids.get(*grid as usize)
                            && fits(concept.flow, keys)
                        {
                            for total in keys.totals.iter().filter(staged) {
                                push(*grid, *row, total.0);
                            }
                        }
                    }
                }
            }
        }
        for cell in cells {
            let candidate = self.candidate(SmallVec::from_slice(&[cell]));
            if let Some(candidate) = candidate
                && !out.contains(&candidate)
                && out.len() < MAX_CANDIDATES
            {
                out.push(candidate);
            }
        }
    }

    /// The sum of cells; none where one of them is no number.
    pub(super) fn candidate(&self, cells: SmallVec<[CellId; 1]>) -> Option<Candidate> {
        let mut sum: Option<Printed> = None;
        let mut empty = true;
        let mut room = 0;
        for id in &cells {
            let table = self.document.tables.get(id.table as usize)?;
            let cell = self.document.cell(*id)?;
            let (amount, decimals) = match cell.value {
                Value::Number(number) => (number.amount, number.decimals.max(table.decimals)),
                Value::Derived | Value::Slot => {
                    let amount = *self.derived.get(id)?;
                    // As it is printed: what `=` comes to has its table's decimals.
                    (amount, amount.decimals().max(table.most_decimals))
                }
                Value::Empty | Value::Dash => {
                    if table.missing.any() {
                        return None;
                    }
                    continue;
                }
                Value::Hole | Value::Text => return None,
            };
            let printed = Printed::money(amount, decimals, table.unit)?;
            empty = false;
            sum = Some(match sum {
                // Printed to the coarser step of its parts.
                Some(before) => Printed {
                    half: before.half.max(printed.half),
                    ..before.add(printed)?
                },
                None => printed,
            });
            room += printed.half;
        }
        (!cells.is_empty()).then_some(Candidate {
            cells,
            printed: sum.unwrap_or_default(),
            room,
            empty,
            beside: false,
        })
    }
}

/// Whether a label is the name of all that a table is about.
fn is_name_of(scope: Scope, label: &str) -> bool {
    let whole: &[&str] = match scope {
        Scope::General => &[
            "一般公共",
            "一般公共预算财政",
            "一般公共预算当年",
            "一般公共预算当年财政",
        ],
        Scope::Fund => &["政府性基金", "政府性基金预算财政"],
        Scope::Capital => &["国有资本经营", "国有资本经营预算财政"],
        Scope::Basic => &["一般公共预算基本", "一般公共预算财政拨款基本"],
        Scope::Projects => &["一般公共预算项目"],
        _ => &[],
    };
    whole.contains(&label)
}

pub(super) fn is_name_of_any(label: &str) -> bool {
    let scopes = [
        Scope::General,
        Scope::Fund,
        Scope::Capital,
        Scope::Basic,
        Scope::Projects,
    ];
    scopes.iter().any(|scope| is_name_of(*scope, label))
}

/// Whether a row is the account whose names are given, 类 first.
fn is_account(document: &Document, grid: &Grid, row: u32, names: &[String]) -> bool {
    let level = |row: &crate::Row| row.code.as_deref().map_or(0, |code| code.len() / 2);
    let mut at = grid.rows.get(row as usize);
    if at.is_none_or(|row| level(row) != names.len()) {
        return false;
    }
    // The names above it, as far as rows stand there.
    for wanted in names.iter().rev() {
        let Some(row) = at else { return true };
        if row.code.is_some() {
            let label = name::normalize_account(document.slice(row.label));
            if concept::stem(&label).0 != *wanted {
                return false;
            }
        }
        at = row.parent.and_then(|parent| grid.rows.get(parent as usize));
    }
    true
}
