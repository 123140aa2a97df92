//! The cells of one table that bear a name.

use budget_catalog::name;
use smallvec::SmallVec;

use super::super::{
    concept::{self, Account, Concept, Flow, Scope, Stage},
    money::Printed,
};
use super::{
    Binder, Candidate, MAX_CANDIDATES, MAX_ROWS,
    keys::{ColumnKey, GridKeys},
};
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
        let staged = |held: &&ColumnKey| match (concept.stage, held.stage) {
            (Some(wanted), Some(stage)) => wanted == stage,
            (Some(Stage::Budget), None) => !settled,
            (None, Some(stage)) => stage == Stage::Final,
            _ => true,
        };
        // 本年收入 and 本年支出 side by side.
        let flows = |held: &&ColumnKey| {
            let both = concept.flow.zip(held.flow);
            staged(held) && both.is_none_or(|(wanted, flow)| wanted == flow)
        };
        let fits = |flow: Option<Flow>, grid: &GridKeys| match (flow, grid.flow) {
            (Some(wanted), Some(flow)) => wanted == flow,
            _ => true,
        };
        if let Some(account) = &concept.account {
            let rows = match &account.code {
                Some(code) => keys.coded(code),
                None => None,
            };
            let by_name = || {
                let last = account.names.last()?;
                keys.rows.get(last.as_str())
            };
            let coded = rows.is_some();
            let rows = rows.or_else(by_name);
            for (grid, row) in rows.into_iter().flatten().take(MAX_ROWS) {
                let own = document
                    .tables
                    .get(table as usize)
                    .and_then(|it| it.grids.get(*grid as usize));
                let Some(keys) = keys.grids.get(*grid as usize) else {
                    continue;
                };
                // 一、一般公共服务支出: a 类 in a table without codes.
                let named = match (coded, keys.coded) {
                    (true, _) => true,
                    (false, false) => account.is_class(),
                    _ => own.is_some_and(|grid| is_account(document, grid, *row, account)),
                };
                if named && fits(concept.flow, keys) {
                    for total in keys.totals.iter().filter(flows) {
                        push(*grid, *row, total.column);
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
                    .get(concept::fund(label))
                    .into_iter()
                    .flatten()
                    .take(MAX_ROWS)
                {
                    if let Some(keys) = keys.grids.get(*grid as usize)
                        && fits(concept.flow, keys)
                    {
                        for total in keys.totals.iter().filter(flows) {
                            push(*grid, *row, total.column);
                        }
                    }
                }
                let label = concept::fund(label);
                let pairs = keys.pairs.get(label).into_iter().flatten();
                for (grid, row, column) in pairs.take(MAX_ROWS) {
                    if keys
                        .grids
                        .get(*grid as usize)
                        .is_some_and(|keys| fits(concept.flow, keys))
                    {
                        push(*grid, *row, *column);
                    }
                }
                // By the name of a column, in the row of totals.
                for (number, keys) in (0..).zip(&keys.grids) {
                    let columns = keys.columns.get(label).into_iter().flatten();
                    for held in columns.filter(flows) {
                        for row in &keys.total_rows {
                            push(number, *row, held.column);
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
                        for total in keys.totals.iter().filter(flows) {
                            push(number, *row, total.column);
                        }
                    }
                }
                // 财政拨款收入 may be this year's alone.
                if concept.stem.is_empty() && concept.flow.is_some() {
                    for (grid, row) in keys.rows.get("本年").into_iter().flatten() {
                        if let Some(keys) = keys.grids.get(*grid as usize)
                            && fits(concept.flow, keys)
                        {
                            for total in keys.totals.iter().filter(flows) {
                                push(*grid, *row, total.column);
                            }
                        }
                    }
                }
            }
        }
        // Several purchases of one kind are together what is said of it.
        let kinds = keys.kinds.get(&*concept.stem);
        let kinds = kinds.filter(|_| scope == Scope::Purchases);
        let mut sums: SmallVec<[SmallVec<[CellId; 1]>; 1]> = SmallVec::new();
        for (number, keys) in (0..).zip(&keys.grids) {
            for total in keys.totals.iter().filter(flows) {
                let rows = kinds.into_iter().flatten().filter(|it| it.0 == number);
                let id = |(grid, row): &(u32, u32)| CellId {
                    table,
                    grid: *grid,
                    row: *row,
                    column: total.column,
                };
                sums.push(rows.map(id).take(MAX_ROWS).collect());
            }
        }
        for cells in sums {
            out.extend(self.candidate(cells));
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

    /// What cells come to together; none where one of them is no number, or all are empty.
    pub(crate) fn sum_of(
        &self,
        cells: SmallVec<[CellId; 1]>,
    ) -> Option<(SmallVec<[CellId; 1]>, Printed)> {
        let sum = self.candidate(cells).filter(|it| !it.empty)?;
        Some((sum.cells, sum.printed))
    }

    /// The sum of cells; none where one of them is no number.
    pub(super) fn candidate(&self, cells: SmallVec<[CellId; 1]>) -> Option<Candidate> {
        let mut sum: Option<Printed> = None;
        let mut empty = true;
        let mut room = 0;
        for id in &cells {
            let table = self.document.tables.get(id.table as usize)?;
            let cell = self.cell(*id)?;
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
fn is_account(document: &Document, grid: &Grid, row: u32, account: &Account) -> bool {
    let names = &account.names;
    let level = |row: &crate::Row| row.code.as_deref().map_or(0, |code| code.len() / 2);
    let mut at = grid.rows.get(row as usize);
    let own = match account.is_alone() {
        true => usize::from(account.level),
        false => names.len(),
    };
    if account.code.is_some() || at.is_none_or(|row| level(row) != own) {
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
