//! What stands at an offset.

use budget_catalog::Classification;
use budget_catalog::template::ColumnKind;
use budget_model::table::is_hole;
use budget_model::{CellId, Column, Document, Grid, Row};
use budget_syntax::TextRange;
use budget_syntax::tree::{BlockKind, RowKind};

/// A cell of a table's body under the cursor.
pub(crate) struct CellPlace<'d> {
    pub(crate) id: CellId,
    pub(crate) grid: &'d Grid,
    pub(crate) row: &'d Row,
    pub(crate) column: &'d Column,
    /// Its text; empty where one would type.
    pub(crate) text: TextRange,
}

impl<'d> CellPlace<'d> {
    /// The cell whose bars the offset lies between.
    pub(crate) fn at(document: &'d Document, offset: u32) -> Option<Self> {
        let syntax = syntax_cell(document, offset)?;
        Self::find(document, offset, |cell, _| syntax.contains(cell))
    }

    /// The cell in which one types: also the next one of a row whose last bar the offset stands behind.
    pub(crate) fn typed(document: &'d Document, offset: u32) -> Option<Self> {
        if let Some(cell) = Self::at(document, offset) {
            return Some(cell);
        }
        let name = next_column(document, offset)?;
        let mut place = Self::find(document, offset, |_, column| name.contains(column.name))?;
        place.text = TextRange::empty(offset);
        Some(place)
    }

    /// The first cell of the row around an offset that is meant.
    fn find(
        document: &'d Document,
        offset: u32,
        is_meant: impl Fn(TextRange, &Column) -> bool,
    ) -> Option<Self> {
        for (t, table) in document.tables.iter().enumerate() {
            for (g, grid) in table.grids.iter().enumerate() {
                if !grid.range.touches(offset) {
                    continue;
                }
                let after = grid.rows.partition_point(|row| row.range.start() <= offset);
                let Some(r) = after.checked_sub(1) else {
                    continue;
                };
                let Some(row) = grid.rows.get(r).filter(|row| row.range.touches(offset)) else {
                    continue;
                };
                for (c, column) in grid.columns.iter().enumerate() {
                    let cell = grid.cell(r, c)?;
                    if is_meant(cell.range, column) {
                        let index = |n: usize| u32::try_from(n).ok();
                        return Some(Self {
                            id: CellId {
                                table: index(t)?,
                                grid: index(g)?,
                                row: index(r)?,
                                column: index(c)?,
                            },
                            grid,
                            row,
                            column,
                            text: cell.range,
                        });
                    }
                }
            }
        }
        None
    }

    /// Whether it says that it is still to be filled in.
    pub(crate) fn is_hole(&self, document: &Document) -> bool {
        is_hole(document.slice(self.text))
    }

    /// Whether the table's numbers came from an approved file (来源).
    pub(crate) fn is_approved(&self, document: &Document) -> bool {
        let table = document.tables.get(self.id.table as usize);
        table.is_some_and(|table| table.source.is_some())
    }

    /// Another cell of the row: the first column of a kind.
    pub(crate) fn sibling(&self, kind: ColumnKind) -> Option<(usize, TextRange)> {
        let c = self.grid.columns.iter().position(|c| c.kind == kind)?;
        let cell = self.grid.cell(self.id.row as usize, c)?;
        Some((c, cell.range))
    }
}

/// The body cell around an offset, spaces included.
fn syntax_cell(document: &Document, offset: u32) -> Option<TextRange> {
    let BlockKind::Table(table) = document.parse.tree.block_at(offset)?.kind else {
        return None;
    };
    let row = table.row_at(offset)?;
    if row.kind != RowKind::Body {
        return None;
    }
    row.cells()
        .map(|cell| cell.outer)
        .find(|outer| outer.touches(offset))
}

/// The header's cell above the cell that a row lacks whose last bar an offset stands behind.
fn next_column(document: &Document, offset: u32) -> Option<TextRange> {
    let block = document.parse.tree.block_at(offset.saturating_sub(1))?;
    let BlockKind::Table(table) = block.kind else {
        return None;
    };
    let header = table.rows().next();
    let header = header.filter(|row| row.kind == RowKind::Header)?;
    let row = table.row_at(offset);
    let row = row.filter(|row| row.kind == RowKind::Body)?;
    let before = TextRange::new(row.range.start(), offset).of(&document.text);
    let after = TextRange::new(offset, row.range.end()).of(&document.text);
    let is_behind = before.trim_end().ends_with(['|', '｜']) && after.trim().is_empty();
    let cell = header
        .cells()
        .nth(row.cells().len())
        .filter(|_| is_behind)?;
    Some(cell.outer)
}

/// Whether a column holds numbers.
pub(crate) fn is_number(kind: ColumnKind) -> bool {
    matches!(
        kind,
        ColumnKind::Amount | ColumnKind::Rate | ColumnKind::Count
    )
}

/// Which classification the codes of a grid belong to: the template's word, or what most of its
/// codes look like.
pub(crate) fn classification(document: &Document, id: CellId, grid: &Grid) -> Classification {
    let spec = document
        .tables
        .get(id.table as usize)
        .and_then(|table| document.grid_spec(table, grid))
        .and_then(|spec| spec.classification);
    if let Some(classification) = spec {
        return classification;
    }
    let (mut functional, mut economic) = (0_u32, 0_u32);
    for code in grid.rows.iter().filter_map(|row| row.code.as_deref()) {
        match code.as_bytes().first() {
            Some(b'2') => functional += 1,
            Some(b'3' | b'5') => economic += 1,
            _ => {}
        }
    }
    let named = |word: &str| {
        let mut names = grid.columns.iter().map(|c| document.slice(c.name));
        names.any(|name| name.contains(word))
    };
    if economic > functional || (functional == 0 && named("经济") && !named("功能")) {
        Classification::Economic
    } else {
        Classification::Functional
    }
}

/// The year whose codes hold in a document.
pub(crate) fn code_year(document: &Document) -> Option<u16> {
    document.template.year.or(document.front.year)
}

/// A piece of running text around an offset: a paragraph, a heading, a list item, a cell.
pub(crate) fn text_at(document: &Document, offset: u32) -> Option<TextRange> {
    let block = document.parse.tree.block_at(offset)?;
    let range = match block.kind {
        BlockKind::Heading(heading) => heading.text,
        BlockKind::ListItem(item) => item.text,
        BlockKind::Paragraph(paragraph) => paragraph.text,
        BlockKind::Table(table) => {
            let row = table.row_at(offset)?;
            row.cells()
                .map(|cell| cell.text)
                .find(|text| text.touches(offset))?
        }
        _ => return None,
    };
    range.touches(offset).then_some(range)
}
