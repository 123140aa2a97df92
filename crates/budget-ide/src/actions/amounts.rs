//! Numbers that the program can work out: written into a cell, a row, a column; or left to it with `=`.

use budget_catalog::template::{ColumnKind, RowRole};
use budget_model::relation::{Derived, worked_out};
use budget_model::{CellId, Document, Grid, Value};
use budget_syntax::format::TextEdit;

use super::{Action, ActionKind, Scope};
use crate::place::CellPlace;

pub(super) fn offer<'r>(scope: &Scope<'r>, all: &mut Vec<Action<'r>>) {
    let document = scope.document;
    let Some(cell) = CellPlace::at(document, scope.range.start()) else {
        return;
    };
    let is_number = cell.column.kind == ColumnKind::Amount && holds_amounts(cell.row.role);
    if !is_number || !cell.row.range.contains(scope.range) || cell.is_approved(document) {
        return;
    }
    one(scope, &cell, all);
    // Where the cell itself is to be worked out, its row and column mostly are too.
    let open = open_cells(document, cell.grid, vec![cell.id]);
    if open.is_empty() {
        return;
    }
    let row: Vec<CellId> = (0..)
        .zip(&cell.grid.columns)
        .filter(|(_, column)| column.kind == ColumnKind::Amount)
        .map(|(column, _)| CellId { column, ..cell.id })
        .collect();
    let column: Vec<CellId> = (0..)
        .zip(&cell.grid.rows)
        .filter(|(_, row)| holds_amounts(row.role))
        .map(|(row, _)| CellId { row, ..cell.id })
        .collect();
    for (title, cells) in [
        ("填上这一行里算得出的数", row),
        ("填上这一列里算得出的数", column),
    ] {
        let open = open_cells(document, cell.grid, cells);
        // One is offered above.
        if open.iter().any(|id| *id != cell.id) && !fill(document, &open).is_empty() {
            let work = move || fill(document, &open);
            all.push(Action::new(ActionKind::Rewrite, title.to_owned(), work));
        }
    }
}

fn holds_amounts(role: RowRole) -> bool {
    !matches!(
        role,
        RowRole::ColumnNumbers | RowRole::RepeatedHeader | RowRole::SegmentHead | RowRole::None
    )
}

/// The cell itself: what it would say, or `=` where it says that.
fn one<'r>(scope: &Scope<'r>, cell: &CellPlace<'r>, all: &mut Vec<Action<'r>>) {
    let document = scope.document;
    let Some(value) = document.cell(cell.id).map(|cell| cell.value) else {
        return;
    };
    if !matches!(value, Value::Empty | Value::Hole | Value::Number(_)) {
        return;
    }
    let worked = worked_out(document, &[cell.id]);
    let Some(derived) = worked
        .into_iter()
        .find(|derived| says_something(value, derived))
    else {
        return;
    };
    let range = cell.text;
    let (title, text) = match value {
        // A table of nothing is said to be empty by what is typed there.
        Value::Number(number) if number.amount.is_zero() => return,
        Value::Number(number) if Some(number.amount) == derived.amount => {
            // Of a sum that fails it may be this that is wrong.
            if scope.findings().next().is_some() {
                return;
            }
            ("改为“=”，由程序算出".to_owned(), "=".to_owned())
        }
        Value::Number(_) => {
            // What rounding explains is nobody's to mend.
            if scope.findings().next().is_none() {
                return;
            }
            let text = derived.text;
            // The finding's own fix says the same.
            let mut fixes = scope.findings().flat_map(|finding| &finding.fixes);
            let is_it = |edit: &budget_rules::Edit| edit.range == range && edit.text == text;
            if fixes.any(|fix| fix.edits.iter().any(is_it)) {
                return;
            }
            (format!("改为算出的 {text}（改后请核对）"), text)
        }
        _ => (format!("写入算出的 {}", derived.text), derived.text),
    };
    let work = move || {
        vec![TextEdit {
            range,
            text: text.clone(),
        }]
    };
    all.push(Action::new(ActionKind::Rewrite, title, work));
}

/// Where nothing stands, nothing is as good as 0.
fn says_something(value: Value, derived: &Derived) -> bool {
    let zero = derived.amount.is_none_or(|amount| amount.is_zero());
    let nothing = derived.text.is_empty() || value == Value::Empty && zero;
    !nothing
}

/// Of some cells, those that are empty or still to be filled in.
fn open_cells(document: &Document, grid: &Grid, cells: Vec<CellId>) -> Vec<CellId> {
    let open = |id: &CellId| {
        let row = grid.rows.get(id.row as usize);
        let value = document.cell(*id).map(|cell| cell.value);
        matches!(value, Some(Value::Empty | Value::Hole)) && row.is_some_and(|row| !row.lost)
    };
    cells.into_iter().filter(open).collect()
}

fn fill(document: &Document, cells: &[CellId]) -> Vec<TextEdit> {
    let worked = worked_out(document, cells).into_iter();
    let fitting = worked.filter(|derived| {
        let cell = derived.cell.and_then(|id| document.cell(id));
        cell.is_some_and(|cell| says_something(cell.value, derived))
    });
    fitting
        .map(|derived| TextEdit {
            range: derived.range,
            text: derived.text,
        })
        .collect()
}
