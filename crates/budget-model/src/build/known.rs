//! Table blocks that an earlier version of the document has word for word: their grids are taken over.

use std::sync::Arc;

use budget_syntax::{Same, TextRange};

use crate::{Cell, Column, Document, Grid, Heading, Row, Target};

/// How a table block was read.
#[derive(Clone, Debug)]
pub(crate) struct TableRead {
    /// The block.
    pub(crate) range: TextRange,
    /// Its table, what that is, and the grid of it that the heading names.
    pub(crate) table: usize,
    pub(super) spec: Option<usize>,
    pub(super) reading: Option<usize>,
    pub(super) wanted: Option<usize>,
    /// Its grids among those of its table.
    pub(crate) first: usize,
    pub(crate) count: usize,
    /// They were taken over from an earlier version.
    pub(super) known: bool,
    /// The table stayed what it was when the block was read.
    pub(super) settled: bool,
}

impl TableRead {
    /// Whether another block was read in the same way.
    pub(crate) fn is_as(&self, other: &Self) -> bool {
        (self.spec, self.reading, self.wanted, self.settled)
            == (other.spec, other.reading, other.wanted, other.settled)
    }
}

/// An earlier version.
pub(super) struct Known<'d> {
    before: &'d Document,
    same: Same,
    /// The body has the same names, which headings are read without.
    named: bool,
}

impl<'d> Known<'d> {
    /// The version before, if it was read with the same data.
    pub(super) fn of(document: &'d Document, (before, same): (&'d Document, Same)) -> Option<Self> {
        let names = |document: &'d Document| {
            let names = document.front.names.iter();
            names.map(|name| document.slice(*name))
        };
        let same_year = document.front.year == before.front.year;
        (same_year && Arc::ptr_eq(&document.template, &before.template)).then(|| Self {
            before,
            same,
            named: names(document).eq(names(before)),
        })
    }

    /// A heading that was there before, under one that was the same in the template.
    pub(super) fn heading(&self, range: TextRange, above: Option<Target>) -> Option<&'d Heading> {
        let there = self.same.before(range).filter(|_| self.named)?;
        let headings = &self.before.headings;
        let found = headings.binary_search_by_key(&there.start(), |it| it.range.start());
        let known = headings.get(found.ok()?)?;
        let parent = known.parent.and_then(|id| self.before.heading(id));
        let alike = known.range == there && parent.map(|it| it.target) == above;
        alike.then_some(known)
    }

    /// The grids of a block that was there before and read in the same way.
    pub(super) fn grids(&self, read: &mut TableRead) -> Option<Vec<Arc<Grid>>> {
        let there = self.same.before(read.range)?;
        let blocks = &self.before.blocks;
        let found = blocks.binary_search_by_key(&there.start(), |it| it.range.start());
        let known = blocks.get(found.ok()?)?;
        let alike = known.range == there && known.is_as(read);
        if !alike {
            return None;
        }
        let by = read.range.start().wrapping_sub(there.start());
        let table = self.before.tables.get(known.table)?;
        let grids = table.grids.get(known.first..known.first + known.count)?;
        read.known = true;
        // Where nothing before it has changed, both versions share it.
        let there = |grid: &Arc<Grid>| match by {
            0 => Arc::clone(grid),
            _ => Arc::new(moved(grid, by)),
        };
        Some(grids.iter().map(there).collect())
    }
}

/// A grid so many bytes further on (wrapping).
fn moved(grid: &Grid, by: u32) -> Grid {
    let columns = grid.columns.iter().map(|column| Column {
        name: column.name.moved(by),
        ..column.clone()
    });
    let rows = grid.rows.iter().map(|row| Row {
        range: row.range.moved(by),
        code_range: match row.code_range {
            // None.
            none if none == TextRange::default() => none,
            range => range.moved(by),
        },
        label: row.label.moved(by),
        project: row.project.map(|project| project.moved(by)),
        ..row.clone()
    });
    let cells = grid.cells.iter().map(|cell| Cell {
        range: cell.range.moved(by),
        value: cell.value,
    });
    Grid {
        spec: grid.spec,
        range: grid.range.moved(by),
        columns: columns.collect(),
        rows: rows.collect(),
        cells: cells.collect(),
        printed: grid.printed,
    }
}
