//! A table block becomes one grid, or two where 收入 and 支出 stand side by side in it.

mod columns;
mod rows;

use budget_catalog::{
    name,
    template::{ColumnKind, GridSpec, TableSpec},
};
use budget_syntax::{
    TextRange,
    tree::{RowKind, Table as TableBlock},
};

pub(super) use columns::find_column;
use columns::{columns, infer_kind};
use rows::{Layout, value};

use super::{precision, words::Words};
use crate::{
    Cell, Grid,
    prose::base::{self, Held},
    table::Printed,
};

/// A body row as the parser gives it.
struct RawRow {
    range: TextRange,
    cells: Vec<TextRange>,
}

/// What the tables of a document are read with.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) text: &'t str,
    pub(super) words: &'t Words,
    /// The document's year.
    pub(super) year: Option<u16>,
}

impl Source<'_> {
    /// Whether a column holds numbers of the year before, by its header: never this year's amounts.
    pub(super) fn is_past(self, header: TextRange) -> bool {
        let name = name::normalize(header.of(self.text));
        base::column(&name, self.year).is_some_and(|(held, _)| held == Held::Amount)
    }
}

/// Reads a table block. `wanted` is the grid that the heading names, if it names one.
pub(super) fn read(
    source: Source<'_>,
    range: TextRange,
    block: TableBlock<'_>,
    spec: Option<&TableSpec>,
    wanted: Option<usize>,
) -> Vec<Grid> {
    let Source { text, words, .. } = source;
    let mut header = Vec::new();
    let mut body = Vec::new();
    for row in block.rows() {
        match row.kind {
            RowKind::Header => header = row.cells().map(|cell| cell.text).collect(),
            RowKind::Delimiter => {}
            RowKind::Body => body.push(RawRow {
                range: row.range,
                cells: row.cells().map(|cell| cell.text).collect(),
            }),
        }
    }
    let build = |columns: std::ops::Range<usize>, index: Option<usize>| {
        let grid_spec = super::grid_spec(spec, index);
        let names = header.get(columns.clone()).unwrap_or_default();
        build_grid(source, range, names, columns.start, &body, grid_spec, index)
    };
    let grids = spec.map_or(0, |spec| spec.grids.len());
    if wanted.is_none()
        && (2..=MOST_HALVES).contains(&grids)
        && let Some(halves) = split_side_by_side(text, &header, spec)
    {
        let halves = halves.into_iter().enumerate();
        return halves.map(|(i, columns)| build(columns, Some(i))).collect();
    }
    let index = wanted.or((grids > 0).then_some(0));
    if spec.is_some_and(|spec| spec.reading.is_some()) && wanted.is_none() {
        let kinds: Vec<ColumnKind> = header
            .iter()
            .enumerate()
            .map(|(i, name)| infer_kind(text, words, *name, &body, i))
            .collect();
        let halves = side_by_side(&kinds);
        if halves.len() > 1 {
            let halves = halves.into_iter().enumerate();
            let last = grids.saturating_sub(1);
            return halves
                .map(|(i, columns)| build(columns, Some(i.min(last))))
                .collect();
        }
    }
    vec![build(0..header.len(), index)]
}

/// The columns of each half of a side-by-side header: every column is one of its half's.
fn split_side_by_side(
    text: &str,
    header: &[TextRange],
    spec: Option<&TableSpec>,
) -> Option<Vec<std::ops::Range<usize>>> {
    let grids = &spec?.grids;
    let fits = |columns: &[TextRange], spec: &GridSpec| {
        let mut seen = Vec::new();
        columns.iter().all(|name| {
            let found = find_column(spec, name.of(text)).filter(|column| !seen.contains(column));
            seen.extend(found);
            found.is_some()
        })
    };
    // A header that is one half's stands by itself.
    if grids.iter().any(|grid| fits(header, grid)) {
        return None;
    }
    let mut halves = Vec::with_capacity(grids.len());
    split(header, 0, grids, &fits, &mut halves).then_some(halves)
}

/// Splits the columns from one on among grids, each having one at least.
fn split(
    header: &[TextRange],
    from: usize,
    grids: &[GridSpec],
    fits: &impl Fn(&[TextRange], &GridSpec) -> bool,
    halves: &mut Vec<std::ops::Range<usize>>,
) -> bool {
    let Some((first, rest)) = grids.split_first() else {
        return from == header.len();
    };
    let ends = from + 1..=header.len();
    let mut fitting = ends.take_while(|end| {
        let columns = header.get(from..*end);
        columns.is_some_and(|columns| fits(columns, first))
    });
    fitting.any(|end| {
        halves.push(from..end);
        let found = split(header, end, rest, fits, halves);
        if !found {
            halves.pop();
        }
        found
    })
}

/// Most tables that are printed side by side.
const MOST_HALVES: usize = 4;

/// The columns of each of several tables side by side: text, then amounts, each time anew.
fn side_by_side(kinds: &[ColumnKind]) -> Vec<std::ops::Range<usize>> {
    let is_label = |kind: &ColumnKind| {
        matches!(
            kind,
            ColumnKind::Name | ColumnKind::Code | ColumnKind::CodeName
        )
    };
    let is_amount = |kind: &ColumnKind| *kind == ColumnKind::Amount;
    let mut starts = vec![0];
    for at in 1..kinds.len() {
        let before = kinds.get(at - 1).is_some_and(is_amount);
        let rest = kinds.get(at..).unwrap_or_default();
        if before && rest.first().is_some_and(is_label) && rest.iter().any(is_amount) {
            starts.push(at);
        }
    }
    if starts.len() > MOST_HALVES {
        starts.truncate(1);
    }
    let ends = starts.iter().copied().skip(1).chain([kinds.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(a, b)| a..b)
        .collect()
}
fn build_grid(
    source: Source<'_>,
    range: TextRange,
    header: &[TextRange],
    first: usize,
    body: &[RawRow],
    spec: Option<&GridSpec>,
    index: Option<usize>,
) -> Grid {
    let Source { text, words, .. } = source;
    let columns = columns(source, header, first, body, spec);
    let layout = Layout::new(text, &columns, spec);
    let mut grid = Grid {
        spec: index.filter(|_| spec.is_some()),
        range,
        rows: Vec::with_capacity(body.len()),
        cells: Vec::with_capacity(body.len().saturating_mul(columns.len())),
        columns,
        printed: Printed::default(),
    };
    for raw in body {
        let start = grid.cells.len();
        for (i, column) in grid.columns.iter().enumerate() {
            let cell = raw.cells.get(first + i).copied();
            let range = cell.unwrap_or(TextRange::empty(raw.range.end()));
            grid.cells.push(Cell {
                range,
                value: value(range.of(text), column.kind),
            });
        }
        let cells = grid.cells.get(start..).unwrap_or_default();
        grid.rows
            .push(layout.row(text, words, raw.range, cells, header, spec));
    }
    grid.printed = precision::printed(&grid.columns, &grid.cells);
    grid
}
