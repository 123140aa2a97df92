//! A table's rows, padded by display width.

use super::width::width;
use crate::tree::{Alignment, Row, RowKind, Table};

/// A text column is padded to its widest cell of at most this width.
const WIDEST_TEXT: usize = 40;
/// A table wider than this is written with single spaces.
const WIDEST_TABLE: usize = 160;

/// The most columns up to which short rows are filled.
const MOST_FILLED: usize = 256;

/// How the cells of a table are padded.
pub(super) struct Layout {
    /// As many as the header or the delimiter row has.
    columns: Vec<Column>,
    /// Cells of the header.
    header: usize,
    /// Too wide to pad.
    tight: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Column {
    alignment: Alignment,
    width: usize,
}

impl Column {
    /// The narrowest delimiter: `---`, `---:`.
    pub(super) fn narrowest(alignment: Alignment) -> usize {
        match alignment {
            Alignment::None => 3,
            Alignment::Left | Alignment::Right => 4,
            Alignment::Center => 5,
        }
    }
}

impl Layout {
    pub(super) fn of(text: &str, table: Table<'_>) -> Self {
        let header = table.rows().next().map_or(0, |row| row.cells().len());
        let mut alignments: Vec<_> = table.alignments().collect();
        alignments.resize(alignments.len().max(header), Alignment::None);
        let mut columns: Vec<Column> = alignments
            .into_iter()
            .map(|alignment| Column {
                alignment,
                width: Column::narrowest(alignment),
            })
            .collect();
        for row in table.rows().filter(|row| row.kind != RowKind::Delimiter) {
            for (column, cell) in columns.iter_mut().zip(row.cells()) {
                let width = width(cell.content.of(text));
                if column.alignment == Alignment::Right || width <= WIDEST_TEXT {
                    column.width = column.width.max(width);
                }
            }
        }
        let whole: usize = columns.iter().map(|column| column.width + 3).sum();
        let tight = whole + 1 > WIDEST_TABLE;
        Self {
            columns,
            header,
            tight,
        }
    }

    /// A row as it should be written.
    pub(super) fn row(&self, text: &str, row: Row<'_>) -> String {
        let mut out = String::with_capacity(row.range.len() as usize + 16);
        out.push('|');
        if row.kind == RowKind::Delimiter {
            self.delimiter(&mut out);
            return out;
        }
        let comments = comments(text, row);
        let header = row.kind == RowKind::Header;
        let cells = row.cells();
        // A short row is filled up, unless the header is so wide that a small file of short rows
        // would become a huge one.
        let count = if self.header > MOST_FILLED {
            cells.len()
        } else {
            cells.len().max(self.header)
        };
        // In a header, comments stand in the last cell that has a text: with one cell more than the delimiter row
        // has a viewer sees no table, and a last cell of comments alone is no cell.
        let host = (header && count > 0 && !comments.is_empty()).then(|| {
            let named = row.cells().rposition(|cell| !cell.content.is_empty());
            named.unwrap_or(0)
        });
        let contents = cells
            .map(|cell| cell.content.of(text))
            .chain(std::iter::repeat(""));
        for (at, content) in contents.take(count).enumerate() {
            let column = self.columns.get(at).copied();
            if host == Some(at) {
                let with_comments = format!("{content}{comments}");
                let space = usize::from(content.is_empty());
                self.cell(&mut out, column, with_comments.get(space..).unwrap_or(""));
            } else {
                self.cell(&mut out, column, content);
            }
        }
        if host.is_none() && !comments.is_empty() {
            out.push_str(&comments);
            out.push_str(" |");
        }
        out
    }

    /// A body row of these cells.
    pub(super) fn cells<'c>(&self, cells: impl IntoIterator<Item = &'c str>) -> String {
        let mut out = String::from("|");
        for (at, content) in cells.into_iter().enumerate() {
            self.cell(&mut out, self.columns.get(at).copied(), content);
        }
        out
    }

    fn cell(&self, out: &mut String, column: Option<Column>, content: &str) {
        let padding = match column {
            Some(column) if !self.tight => column.width.saturating_sub(width(content)),
            _ => 0,
        };
        let right = column.is_some_and(|column| column.alignment == Alignment::Right);
        out.push(' ');
        pad(out, if right { padding } else { 0 }, ' ');
        out.push_str(content);
        pad(out, if right { 0 } else { padding }, ' ');
        out.push_str(" |");
    }

    fn delimiter(&self, out: &mut String) {
        for column in &self.columns {
            let narrowest = Column::narrowest(column.alignment);
            let width = if self.tight { narrowest } else { column.width };
            let (left, right) = match column.alignment {
                Alignment::None => ("", ""),
                Alignment::Left => (":", ""),
                Alignment::Right => ("", ":"),
                Alignment::Center => (":", ":"),
            };
            out.push(' ');
            out.push_str(left);
            pad(out, width - left.len() - right.len(), '-');
            out.push_str(right);
            out.push_str(" |");
        }
    }
}

/// Whether a comment opens in the row that isn't closed there: what is written after it would become part of it.
pub(super) fn is_open(text: &str, row: Row<'_>) -> bool {
    let closed = row
        .comments()
        .any(|comment| row.range.contains(comment.range));
    !closed && row.range.of(text).contains("<!--")
}

/// The row's comments, a space before each; nothing for those that stand amid a cell's text.
fn comments(text: &str, row: Row<'_>) -> String {
    let mut out = String::new();
    if is_open(text, row) {
        return out;
    }
    let mut cells = row.cells().map(|cell| cell.content).peekable();
    for comment in row.comments() {
        while cells
            .next_if(|cell| cell.end() < comment.range.end())
            .is_some()
        {}
        let inside = cells
            .peek()
            .is_some_and(|cell| cell.contains(comment.range));
        if !inside {
            out.push(' ');
            out.push_str(comment.range.of(text));
        }
    }
    out
}

fn pad(out: &mut String, count: usize, with: char) {
    out.extend(std::iter::repeat_n(with, count));
}
