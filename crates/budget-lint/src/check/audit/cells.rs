//! The cells that a record lists: amounts, and whatever a relation is about.

use budget_catalog::template::{ColumnKind, RowRole};
use budget_model::{
    CellId, Value,
    relation::{Instance, Outcome, Why},
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    super::{Sheet, json::range, ledger},
    record::{CellRecord, Standing, TableRecord},
};

/// The cells on their way into the record.
pub(super) struct Cells<'a> {
    list: Vec<CellRecord<'a>>,
    places: FxHashMap<CellId, usize>,
    derived: FxHashMap<CellId, &'a str>,
    /// Of each cell, why the first relation that could not be decided was not.
    why: FxHashMap<usize, &'static str>,
}

impl<'a> Cells<'a> {
    /// Amount cells in which something stands, in the order of the document.
    pub(super) fn of(sheet: &'a Sheet<'_>) -> Self {
        let derived = sheet.report.ledger.derived.iter();
        let mut cells = Self {
            list: Vec::new(),
            places: FxHashMap::default(),
            derived: derived
                .filter_map(|it| Some((it.cell?, it.text.as_str())))
                .collect(),
            why: FxHashMap::default(),
        };
        for (table, grid, own) in sheet
            .document
            .tables
            .iter()
            .enumerate()
            .flat_map(|(t, table)| {
                let grids = table.grids.iter().enumerate();
                grids.map(move |(g, grid)| (t, g, grid))
            })
        {
            let amounts: Vec<usize> = (0..own.columns.len())
                .filter(|at| {
                    own.columns
                        .get(*at)
                        .is_some_and(|it| it.kind == ColumnKind::Amount)
                })
                .collect();
            for (row, it) in own.rows.iter().enumerate() {
                if matches!(it.role, RowRole::ColumnNumbers | RowRole::RepeatedHeader) {
                    continue;
                }
                for column in &amounts {
                    let filled = own
                        .cell(row, *column)
                        .is_some_and(|cell| !matches!(cell.value, Value::Empty | Value::Dash));
                    if filled {
                        let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                        cells.place(
                            sheet,
                            CellId {
                                table: index(table),
                                grid: index(grid),
                                row: index(row),
                                column: index(*column),
                            },
                        );
                    }
                }
            }
        }
        cells
    }

    /// The place of a cell in the list; it is added if it isn't there.
    pub(super) fn place(&mut self, sheet: &'a Sheet<'_>, id: CellId) -> Option<usize> {
        if let Some(place) = self.places.get(&id) {
            return Some(*place);
        }
        let (subject, at) = ledger::subject(sheet, id)?;
        let cell = sheet.document.cell(id)?;
        let column = sheet.document.grid(id)?.columns.get(id.column as usize)?;
        let value = self.derived.get(&id).copied();
        let standing = match cell.value {
            Value::Number(_) => Standing::Uncovered,
            Value::Derived | Value::Slot if value.is_some() => Standing::Uncovered,
            Value::Derived | Value::Slot | Value::Text => Standing::NotRead,
            Value::Hole => Standing::Waiting,
            Value::Empty | Value::Dash => Standing::Empty,
        };
        let place = self.list.len();
        self.list.push(CellRecord {
            id,
            table: id.table as usize,
            subject,
            range: range(&sheet.places, at),
            text: sheet.document.slice(at),
            value,
            amount: column.kind == ColumnKind::Amount,
            standing,
            reason: None,
            relations: Vec::new(),
        });
        self.places.insert(id, place);
        Some(place)
    }

    /// A relation is about a cell.
    pub(super) fn relate(&mut self, place: usize, number: usize, instance: &Instance) {
        let Some(cell) = self.list.get_mut(place) else {
            return;
        };
        // A cell may stand on both sides.
        if cell.relations.last() == Some(&number) {
            return;
        }
        cell.relations.push(number);
        let compared = matches!(
            instance.outcome,
            Outcome::Held | Outcome::Rounding | Outcome::Broken
        );
        match cell.standing {
            Standing::Uncovered | Standing::Undecided if compared => {
                cell.standing = Standing::Checked;
            }
            Standing::Uncovered => cell.standing = Standing::Undecided,
            _ => {}
        }
        if !compared {
            let why = match (instance.outcome, instance.why) {
                (Outcome::Waiting, _) => "有关的数待填",
                (_, Some(Why::Lost)) => "有关的数原文转换时缺失",
                (_, Some(Why::Apart)) => "有关的表格另附",
                (_, Some(why)) => ledger::why(why).1,
                (_, None) => "没有结论",
            };
            self.why.entry(place).or_insert(why);
        }
    }

    /// The list, and the places of the amounts that no relation is about; each table is told how its
    /// amounts stand.
    pub(super) fn finish(
        mut self,
        sheet: &Sheet<'_>,
        tables: &mut [TableRecord<'a>],
    ) -> (Vec<CellRecord<'a>>, Vec<usize>) {
        let none: FxHashSet<CellId> = sheet.report.ledger.uncovered.iter().copied().collect();
        let mut uncovered = Vec::new();
        for (place, cell) in self.list.iter_mut().enumerate() {
            let Some(table) = tables.get_mut(cell.table).filter(|_| cell.amount) else {
                continue;
            };
            if none.contains(&cell.id) {
                cell.standing = Standing::Uncovered;
            }
            let amounts = &mut table.amounts;
            match cell.standing {
                Standing::Checked => amounts.checked += 1,
                Standing::Undecided => {
                    amounts.undecided += 1;
                    cell.reason = self.why.get(&place).copied();
                }
                Standing::Uncovered => {
                    amounts.uncovered += 1;
                    uncovered.push(place);
                    cell.reason = Some(reason(sheet, cell.id));
                }
                Standing::NotRead => {
                    cell.reason = Some("不是数字");
                    continue;
                }
                Standing::Waiting | Standing::Empty => continue,
            }
            amounts.total += 1;
        }
        (self.list, uncovered)
    }
}

/// Why no relation is about an amount.
fn reason(sheet: &Sheet<'_>, id: CellId) -> &'static str {
    let document = sheet.document;
    let parts = || {
        let table = document.tables.get(id.table as usize)?;
        let grid = document.grid(id)?;
        let row = grid.rows.get(id.row as usize)?;
        Some((table, row, grid.columns.get(id.column as usize)?))
    };
    let Some((table, row, column)) = parts() else {
        return "";
    };
    match () {
        () if table.working => "底稿不核对",
        () if document.read_as(table).is_none() => "模板里没有这张表",
        () if table.missing.any() => "这张表的原文在转换时缺了一部分",
        () if table.spec.is_none() => "通用模板没有涉及它的关系",
        () if column.spec.is_none() => "模板里没有这一栏",
        () if row.spec.is_none() && row.code.is_none() => "模板里没有这一行",
        () => "模板没有涉及它的关系",
    }
}
