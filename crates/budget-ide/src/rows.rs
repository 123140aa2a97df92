//! Rows to be added to a grid, padded as it is.

use budget_catalog::template::ColumnKind;
use budget_model::{CellId, Document, Grid};
use budget_syntax::TextRange;
use budget_syntax::format::{Padding, TextEdit};
use budget_syntax::tree::{BlockKind, RowKind};

/// How rows of a grid are written.
pub(crate) struct RowWriter<'d> {
    document: &'d Document,
    grid: &'d Grid,
    padding: Padding,
    /// The model's column of each cell of a line.
    columns: Vec<usize>,
}

impl<'d> RowWriter<'d> {
    /// `None` where a line's cells are not the grid's columns, one by one: a code printed in three
    /// columns is read as one.
    pub(crate) fn new(document: &'d Document, grid: &'d Grid) -> Option<Self> {
        let block = document.parse.tree.block_at(grid.range.start())?;
        let BlockKind::Table(table) = block.kind else {
            return None;
        };
        let header = table.rows().find(|row| row.kind == RowKind::Header)?;
        let column = |cell: budget_syntax::tree::Cell| {
            let is_its = |column: &budget_model::Column| cell.outer.contains(column.name);
            grid.columns.iter().position(is_its)
        };
        let columns: Option<Vec<usize>> = header.cells().map(column).collect();
        Some(Self {
            document,
            grid,
            padding: Padding::of(&document.text, table),
            columns: columns.filter(|columns| columns.len() == grid.columns.len())?,
        })
    }

    /// A line: what stands in each of the model's columns.
    pub(crate) fn line(&self, cell: impl Fn(usize, ColumnKind) -> String) -> String {
        let kind = |column: usize| self.grid.columns.get(column).map(|column| column.kind);
        let cells: Vec<String> = self
            .columns
            .iter()
            .map(|column| cell(*column, kind(*column).unwrap_or_default()))
            .collect();
        self.padding.row(cells.iter().map(String::as_str))
    }

    /// The row of an account; `amount` for each column of numbers.
    pub(crate) fn account(
        &self,
        code: &str,
        name: &str,
        amount: impl Fn(usize) -> String,
    ) -> String {
        self.line(|column, kind| match kind {
            ColumnKind::Code => code_in(self.grid, column, code).to_owned(),
            ColumnKind::Name => name.to_owned(),
            ColumnKind::CodeName => format!("{code} {name}"),
            ColumnKind::Amount => amount(column),
            _ => String::new(),
        })
    }

    /// An edit that writes lines above a row of the grid; after the last one if there is no such row.
    pub(crate) fn above(&self, row: usize, lines: &[String]) -> TextEdit {
        let text: &str = &self.document.text;
        let end = line_end(text);
        let before = self.grid.rows.get(row).map_or(self.end(), |row| {
            // Comments on lines of their own belong to the row below them.
            let mut start = line_start(text, row.range.start());
            loop {
                let end = end_of_line_above(text, start);
                let line = TextRange::new(line_start(text, end), end);
                if start == 0 || !line.of(text).trim_start().starts_with("<!--") {
                    break;
                }
                start = line.start();
            }
            end_of_line_above(text, start)
        });
        TextEdit {
            range: TextRange::empty(before),
            text: lines.iter().flat_map(|line| [end, line]).collect(),
        }
    }

    /// Where the last line of the grid ends.
    fn end(&self) -> u32 {
        let block = self.grid.range.of(&self.document.text);
        let length = block.trim_end_matches(['\n', '\r']).len();
        self.grid.range.start() + u32::try_from(length).unwrap_or(0)
    }
}

/// What of a code stands in a column: all of it, or its 类, 款 or 项 where each has a column.
pub(crate) fn code_in<'c>(grid: &Grid, column: usize, code: &'c str) -> &'c str {
    let levels = code_columns(grid);
    let place = levels.iter().position(|other| *other == column);
    let (from, to) = match place {
        _ if levels.len() < 2 => (0, code.len()),
        Some(0) => (0, 3),
        Some(1) => (3, 5),
        Some(2) => (5, 7),
        _ => return "",
    };
    code.get(from.min(code.len())..to.min(code.len()))
        .unwrap_or_default()
}

/// The columns of codes, in order.
pub(crate) fn code_columns(grid: &Grid) -> Vec<usize> {
    let columns = grid.columns.iter().enumerate();
    columns
        .filter(|(_, column)| column.kind == ColumnKind::Code)
        .map(|(at, _)| at)
        .collect()
}

/// The rows of the account codes above a code that its segment of the grid lacks, as the catalogue
/// has them: where each belongs and what it is called.
pub(crate) fn missing_parents(
    document: &Document,
    id: CellId,
    grid: &Grid,
    code: &str,
    exclude: Option<usize>,
) -> Vec<(usize, String, String)> {
    let classification = crate::place::classification(document, id, grid);
    let codes = document.catalog.codes(classification);
    let year = crate::place::code_year(document);
    let row = id.row as usize;
    let segment = grid.rows.get(row).and_then(|row| row.segment);
    let others = || {
        let rows = grid.rows.iter().enumerate();
        rows.filter(move |(at, row)| Some(*at) != exclude && row.segment == segment)
            .filter_map(|(at, row)| Some((at, row.code.as_deref()?)))
    };
    let levels = [3, 5].into_iter().filter(|length| *length < code.len());
    levels
        .filter_map(|length| code.get(..length))
        .filter(|parent| others().all(|(_, other)| other != *parent))
        .filter_map(|parent| {
            let entry = codes.in_year(parent, year);
            let entry = entry.or_else(|| codes.in_year(parent, None))?;
            // Above the first of its rows that stands there already.
            let below = others().find(|(at, other)| *at < row && other.starts_with(parent));
            let place = below.map_or(row, |(at, _)| at);
            Some((place, parent.to_owned(), entry.name.to_string()))
        })
        .collect()
}

pub(crate) use budget_syntax::format::line_end;

/// Where the line that holds an offset begins.
pub(crate) fn line_start(text: &str, offset: u32) -> u32 {
    let before = text.get(..offset as usize).unwrap_or_default();
    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    u32::try_from(start).unwrap_or(offset)
}

/// Where the line above ends, its line end left out.
fn end_of_line_above(text: &str, line_start: u32) -> u32 {
    let before = text.get(..line_start as usize).unwrap_or_default();
    let before = before.strip_suffix('\n').unwrap_or(before);
    let before = before.strip_suffix('\r').unwrap_or(before);
    u32::try_from(before.len()).unwrap_or(line_start)
}
