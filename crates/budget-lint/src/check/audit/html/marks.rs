//! Which cells the findings stand on.

use budget_model::CellId;
use budget_rules::Severity;
use budget_syntax::TextRange;
use rustc_hash::FxHashMap;

use super::super::super::Sheet;

/// A row, and where it is in the model.
struct Line {
    range: TextRange,
    table: u32,
    grid: u32,
    row: u32,
}

/// Findings by cell.
pub(super) struct Marks {
    /// Numbers of the findings that stand on a cell.
    wrong: FxHashMap<CellId, Vec<usize>>,
    /// Numbers of the grave findings that a cell is another place of.
    related: FxHashMap<CellId, Vec<usize>>,
}

impl Marks {
    pub(super) fn of(sheet: &Sheet<'_>) -> Self {
        let lines = lines(sheet);
        let (mut wrong, mut related) = (FxHashMap::default(), FxHashMap::default());
        let mark = |marks: &mut FxHashMap<CellId, Vec<usize>>, place: TextRange, number: usize| {
            for id in cells(sheet, &lines, place) {
                let numbers = marks.entry(id).or_default();
                if numbers.last() != Some(&number) {
                    numbers.push(number);
                }
            }
        };
        for (place, finding) in sheet.report.findings.iter().enumerate() {
            mark(&mut wrong, finding.range, place + 1);
            // What is only pointed out need not colour whole columns.
            if finding.severity >= Severity::Warning {
                for other in &finding.related {
                    mark(&mut related, other.range, place + 1);
                }
            }
        }
        Self { wrong, related }
    }

    pub(super) fn wrong(&self, id: CellId) -> &[usize] {
        self.wrong.get(&id).map_or(&[], Vec::as_slice)
    }

    pub(super) fn is_related(&self, id: CellId) -> bool {
        self.related.contains_key(&id)
    }
}

fn lines(sheet: &Sheet<'_>) -> Vec<Line> {
    let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut lines = Vec::new();
    for (table, it) in sheet.document.tables.iter().enumerate() {
        for (grid, it) in it.grids.iter().enumerate() {
            lines.extend(it.rows.iter().enumerate().map(|(row, it)| Line {
                range: it.range,
                table: index(table),
                grid: index(grid),
                row: index(row),
            }));
        }
    }
    lines.sort_by_key(|line| line.range);
    lines
}

/// The cells that a place within one row touches. What is about more than a row is marked on no cell.
fn cells(sheet: &Sheet<'_>, lines: &[Line], place: TextRange) -> Vec<CellId> {
    let after = lines.partition_point(|line| line.range.start() <= place.start());
    let line = after.checked_sub(1).and_then(|at| lines.get(at));
    let Some(line) = line.filter(|line| line.range.contains(place)) else {
        return Vec::new();
    };
    let id = |column: usize| CellId {
        table: line.table,
        grid: line.grid,
        row: line.row,
        column: u32::try_from(column).unwrap_or(u32::MAX),
    };
    let cells = sheet.document.grid(id(0)).and_then(|grid| {
        let width = grid.columns.len();
        let start = width.checked_mul(line.row as usize)?;
        grid.cells.get(start..start.checked_add(width)?)
    });
    let cells = cells.unwrap_or_default();
    // In the order of the line; those that the row lacks are empty, at its end.
    let first = cells.partition_point(|cell| cell.range.end() < place.start());
    let near = cells.iter().enumerate().skip(first);
    let near = near.take_while(|(_, cell)| cell.range.start() <= place.end());
    let touched = near.filter(|(_, cell)| {
        // An empty cell is a place of its own.
        cell.range == place || cell.range.start() < place.end() && place.start() < cell.range.end()
    });
    touched.map(|(column, _)| id(column)).collect()
}
