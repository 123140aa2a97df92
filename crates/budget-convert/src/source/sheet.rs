//! Sheets of cells as lines and tables: what stands above a table becomes lines, the rest rows.

mod notes;

use rustc_hash::FxHashMap;

use super::archive::MAX_SIZE;
use super::cells::{one_line, plain_line, push_row};
use super::{Source, SourceError};
use crate::outline::is_title;
use crate::text;
pub(super) use notes::Beside;

/// The most cells that all tables together may have, empty ones counted.
const MAX_CELLS: usize = 20_000_000;

/// The most columns that stay where only some hold something.
const MAX_WIDTH: u32 = 128;

/// The most lines above a sheet's first table.
const ABOVE: usize = 6;

/// The longest key of a line `键：值`.
const KEY: usize = 10;

/// A sheet, sparse: its grid may be a million rows by sixteen thousand columns.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) name: String,
    /// The cells that show something, row by row.
    pub(super) cells: Vec<Cell>,
    /// Merged cells: from their first cell to row and column of the last.
    pub(super) merges: FxHashMap<(u32, u32), (u32, u32)>,
    pub(super) hidden: bool,
    pub(super) room: Room,
    pub(super) hidden_rows: Vec<(u32, u32)>,
    pub(super) hidden_columns: Vec<(u32, u32)>,
    /// Cells, by what is to be said about them.
    pub(super) without_value: Vec<(u32, u32)>,
    pub(super) errors: Vec<(u32, u32)>,
    pub(super) masked: Vec<(u32, u32)>,
    pub(super) beside: Beside,
}

/// A cell that shows something.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) text: String,
}

/// How much more text the cells of a workbook may hold; nothing once there was too much. A shared
/// string is small in its file, however many cells show it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room(Option<u64>);

impl Default for Room {
    fn default() -> Self {
        Self(Some(MAX_SIZE))
    }
}

impl Room {
    /// What is left for the next sheet.
    pub(super) fn checked(self) -> Result<Self, SourceError> {
        self.0.map(|_| self).ok_or(SourceError::TooLarge)
    }
}

impl Sheet {
    /// Adds a cell, if it shows anything and there is room for it.
    pub(super) fn push(&mut self, (row, column): (u32, u32), text: &str) {
        if text.trim().is_empty() {
            return;
        }
        self.room.0 = self
            .room
            .0
            .and_then(|left| left.checked_sub(text.len() as u64));
        if self.room.0.is_some() {
            self.cells.push(Cell {
                row,
                column,
                text: text.to_owned(),
            });
        }
    }

    pub(super) fn hide_rows(&mut self, first: u32, last: u32) {
        extend(&mut self.hidden_rows, first, last);
    }

    pub(super) fn hide_columns(&mut self, first: u32, last: u32) {
        extend(&mut self.hidden_columns, first, last);
    }
}

/// Adds rows or columns to ranges of them.
fn extend(ranges: &mut Vec<(u32, u32)>, first: u32, last: u32) {
    match ranges.last_mut() {
        Some((_, end)) if end.saturating_add(1) == first => *end = last,
        _ => ranges.push((first, last)),
    }
}

/// Writes sheets one after another.
pub(super) fn lay_out(sheets: Vec<Sheet>, file: &str, stem: &str) -> Result<Source, SourceError> {
    let mut out = Writer {
        left: MAX_CELLS,
        ..Writer::default()
    };
    let filled = sheets
        .iter()
        .filter(|sheet| !sheet.cells.is_empty())
        .count();
    for sheet in sheets {
        notes::tell(&sheet, &mut out.source.notes);
        let title = if filled == 1 && is_default_name(&sheet.name) {
            stem
        } else {
            &sheet.name
        };
        let origin = format!("{file}#{}", sheet.name);
        out.sheet(&sheet, title, &origin)?;
        out.source.sheets.push(sheet.name);
    }
    Ok(out.source)
}

/// Writes the one table of a file that has no sheets.
pub(super) fn lay_out_one(sheet: &Sheet, title: &str, file: &str) -> Result<Source, SourceError> {
    let mut out = Writer {
        left: MAX_CELLS,
        ..Writer::default()
    };
    out.sheet(sheet, title, file)?;
    Ok(out.source)
}

/// A row: its number and its cells.
struct Row<'s> {
    number: u32,
    cells: &'s [Cell],
}

/// What rows are.
enum Piece<'s> {
    Line(u32, &'s str),
    Table(Vec<Row<'s>>),
}

#[derive(Default)]
struct Writer {
    source: Source,
    left: usize,
}

impl Writer {
    fn sheet(&mut self, sheet: &Sheet, title: &str, origin: &str) -> Result<(), SourceError> {
        let line = u32::try_from(self.source.places.len()).unwrap_or(u32::MAX);
        let origin = (line.saturating_add(1), plain_line(origin));
        self.source.origins.push(origin);
        let pieces = pieces(sheet);
        // A sheet that begins with a table has a title: a line above it, or the sheet's name.
        let above: Vec<&str> = pieces
            .iter()
            .map_while(|piece| match piece {
                Piece::Line(_, text) => Some(*text),
                Piece::Table(_) => None,
            })
            .collect();
        let begins = above.len() < pieces.len() && above.len() <= ABOVE;
        let own_title = begins.then(|| title_line(&above)).flatten();
        if begins && own_title.is_none() && !has_number(&above) {
            self.line(0, &format!("## {}", plain_line(title)));
        }
        // What is left of all tables is a margin.
        let rows = pieces.iter().flat_map(|piece| match piece {
            Piece::Table(rows) => rows.as_slice(),
            Piece::Line(..) => &[],
        });
        let starts = rows.filter_map(|row| row.cells.first());
        let first = starts.map(|cell| cell.column).min().unwrap_or(0);
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Line(row, text) => {
                    let heading = own_title == Some(at);
                    for line in text.split(['\n', '\r']) {
                        let line = plain_line(line);
                        if !line.is_empty() {
                            let mark = if heading { "## " } else { "" };
                            self.line(*row, &format!("{mark}{line}"));
                        }
                    }
                }
                Piece::Table(rows) => self.table(rows, first, &sheet.name)?,
            }
        }
        self.line(0, "");
        Ok(())
    }

    fn line(&mut self, row: u32, text: &str) {
        self.source.text.push_str(text);
        self.source.text.push('\n');
        self.placed(row);
    }

    fn placed(&mut self, row: u32) {
        let sheet = u32::try_from(self.source.sheets.len()).unwrap_or(u32::MAX);
        self.source.places.push((sheet, row));
    }

    /// Rows of one width. Empty columns among them stay, as they do in text, unless there are too
    /// many to mean anything.
    fn table(&mut self, rows: &[Row<'_>], first: u32, sheet: &str) -> Result<(), SourceError> {
        let mut columns: Vec<u32> = rows
            .iter()
            .flat_map(|row| row.cells.iter().map(|cell| cell.column))
            .collect();
        columns.sort_unstable();
        columns.dedup();
        let last = columns.last().copied().unwrap_or(first);
        if last.saturating_sub(first) < MAX_WIDTH {
            columns = (first..=last).collect();
        }
        let size = rows.len().saturating_mul(columns.len());
        self.left = self
            .left
            .checked_sub(size)
            .ok_or_else(|| SourceError::TooSparse(sheet.to_owned()))?;
        let mut before: Option<u32> = None;
        for row in rows {
            if before.is_some_and(|before| before + 1 < row.number) {
                self.line(row.number, "");
            }
            before = Some(row.number);
            let texts: Vec<(u32, String)> = row
                .cells
                .iter()
                .map(|cell| (cell.column, one_line(&cell.text)))
                .collect();
            let mut next = texts.iter().peekable();
            let cells: Vec<&str> = columns
                .iter()
                .map(|column| {
                    let found = next.next_if(|(own, _)| own == column);
                    found.map_or("", |(_, text)| text.as_str())
                })
                .collect();
            push_row(&mut self.source.text, &cells);
            self.placed(row.number);
        }
        self.line(0, "");
        Ok(())
    }
}

/// Lines and tables of a sheet, in order.
fn pieces(sheet: &Sheet) -> Vec<Piece<'_>> {
    let rows: Vec<Row<'_>> = sheet
        .cells
        .chunk_by(|a, b| a.row == b.row)
        .map(|cells| Row {
            number: cells.first().map_or(0, |cell| cell.row),
            cells,
        })
        .collect();
    let width = sheet
        .cells
        .iter()
        .map(|cell| cell.column)
        .max()
        .unwrap_or(0);
    let mut out: Vec<Piece<'_>> = Vec::new();
    let mut rows = rows.into_iter().peekable();
    let mut before: Option<u32> = None;
    // The last column of the table that is open.
    let mut extent = 0;
    while let Some(row) = rows.next() {
        let gap = before.is_none_or(|before| before + 1 < row.number);
        before = Some(row.number);
        let leading = gap || !matches!(out.last(), Some(Piece::Table(_)));
        let at_end = rows.peek().is_none_or(|next| row.number + 1 < next.number);
        let numbers_follow = rows.peek().is_some_and(has_amount);
        let spans = || {
            let first = row.cells.first().map(|cell| (cell.row, cell.column));
            first
                .and_then(|cell| sheet.merges.get(&cell))
                .is_some_and(|(last_row, last)| *last_row == row.number && *last >= width.max(2))
        };
        let line = match row.cells {
            [cell] => {
                let label = text::compact(&cell.text);
                let total = crate::header::is_total(&cell.text) || text::is_number(&cell.text);
                is_note(&label) || (leading && !total) || (spans() && (at_end || !numbers_follow))
            }
            cells => leading && is_head(cells),
        };
        if line {
            out.extend(
                row.cells
                    .iter()
                    .map(|cell| Piece::Line(row.number, cell.text.as_str())),
            );
            extent = 0;
            continue;
        }
        let end = row.cells.last().map_or(0, |cell| cell.column);
        match out.last_mut() {
            // What is wider after an empty row is another table.
            Some(Piece::Table(rows)) if !gap || end <= extent => rows.push(row),
            _ => out.push(Piece::Table(vec![row])),
        }
        extent = extent.max(end);
    }
    out
}

fn has_amount(row: &Row<'_>) -> bool {
    row.cells.iter().any(|cell| text::is_number(&cell.text))
}

/// Whether a text is a remark below a table.
fn is_note(label: &str) -> bool {
    ["注:", "备注:", "说明:", "附注:", "注1"]
        .iter()
        .any(|mark| label.starts_with(mark))
        || label.ends_with('。')
}

/// `部门：某局 | 单位：万元`, `公开01表 | 单位：万元`: a row of fields above a table.
fn is_head(cells: &[Cell]) -> bool {
    let tag = |text: &str| {
        let label = text::compact(text);
        label.chars().count() <= 10
            && label.ends_with('表')
            && label.contains(|c: char| c.is_ascii_digit())
    };
    cells.len() <= 4
        && cells.iter().any(|cell| is_field(&cell.text))
        && cells
            .iter()
            .all(|cell| is_field(&cell.text) || tag(&cell.text))
}

/// Whether a line is `键：值`.
fn is_field(line: &str) -> bool {
    line.split_once(['：', ':']).is_some_and(|(key, value)| {
        let length = text::compact(key).chars().count();
        (1..=KEY).contains(&length) && !value.trim().is_empty() && text::numbered(line).is_none()
    })
}

/// Whether a line above says which table of the document this is: its title needs no mark.
fn has_number(above: &[&str]) -> bool {
    above.iter().any(|line| {
        text::numbered(line).is_some_and(|numbered| numbered.numbering == text::Numbering::Table)
    })
}

/// The line above a table that is its title, if a mark must say so.
fn title_line(above: &[&str]) -> Option<usize> {
    let candidate =
        |text: &str| !is_field(text) && is_title(text) && text::compact(text).chars().count() >= 4;
    let named = |text: &str| {
        let name = text::compact(text);
        let name = name.split('(').next().unwrap_or("");
        name.ends_with('表') && !name.contains("公开0") && name.chars().count() >= 5
    };
    let mut lines = above.iter().enumerate();
    lines
        .find(|(_, text)| candidate(text) && named(text))
        .or_else(|| above.iter().enumerate().find(|(_, text)| candidate(text)))
        .map(|(at, _)| at)
}

/// `Sheet1`, `工作表1`: a name that says nothing.
fn is_default_name(name: &str) -> bool {
    ["Sheet", "sheet", "SHEET", "工作表"].iter().any(|prefix| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| rest.trim().chars().all(|c| c.is_ascii_digit()))
    })
}
