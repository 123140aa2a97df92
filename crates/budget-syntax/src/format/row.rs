//! One row, while it is typed: its bars under those of the table.

use super::TextEdit;
use super::table::{Column as Padded, is_open};
use super::width::width;
use crate::lines::{Shape, is_space, shape};
use crate::tree::{Alignment, BlockKind, Row, RowKind, Table};
use crate::{TextRange, Tree};

/// Aligns the row in which a bar (`|` or `｜`) was typed before `cursor` to the widths that the table has now, as its
/// delimiter row shows them; where that isn't aligned, neither is the row. The table's other rows stay as they are.
///
/// Only spaces and full-width bars are edited, each run by itself unless there are hundreds. No edit touches the cursor, except the one that makes
/// the bar before it `|`: the cursor stays in its place.
pub fn align_row(text: &str, tree: &Tree, cursor: u32) -> Vec<TextEdit> {
    align(text, tree, cursor).unwrap_or_default()
}

fn align(text: &str, tree: &Tree, cursor: u32) -> Option<Vec<TextEdit>> {
    let bar = cursor.checked_sub(1)?;
    let block = tree.block_at(bar)?;
    let BlockKind::Table(table) = block.kind else {
        return None;
    };
    let row = table.row_at(bar)?;
    // What stands behind a comment that isn't closed is its text, bars and spaces too.
    if is_open(text, row) || in_front_matter(text, tree, block.range.start()) {
        return None;
    }
    let pieces = pieces(text, row);
    // Within a comment, or after a backslash, it is no bar.
    if !pieces.iter().any(|piece| piece.bar.end() == cursor) {
        return None;
    }
    let columns = if row.kind == RowKind::Delimiter {
        Vec::new()
    } else {
        columns(text, table)
    };
    let mut edits = Edits {
        text,
        cursor,
        edits: Vec::new(),
    };
    let last = pieces.len().saturating_sub(1);
    for (at, piece) in pieces.iter().enumerate() {
        edits.bar(piece.bar);
        if row.kind == RowKind::Delimiter {
            continue;
        }
        let closed = at < last;
        let column = columns.get(at).copied();
        edits.cell(piece, column, closed);
    }
    Some(few(text, edits.edits, cursor))
}

/// More edits than a row of any real table needs.
const MANY: usize = 256;

/// Many edits as a few: one on each side of the cursor, with what stays between them. A row of a hundred thousand bars
/// would be answered with megabytes.
fn few(text: &str, edits: Vec<TextEdit>, cursor: u32) -> Vec<TextEdit> {
    if edits.len() <= MANY {
        return edits;
    }
    let mut all: Vec<TextEdit> = Vec::new();
    let apart = |edit: &TextEdit| (edit.range.touches(cursor), edit.range.start() < cursor);
    for edit in edits {
        match all
            .last_mut()
            .filter(|last| apart(last) == apart(&edit) && !edit.range.touches(cursor))
        {
            Some(last) => {
                let between = TextRange::new(last.range.end(), edit.range.start());
                last.text += between.of(text);
                last.text += &edit.text;
                last.range = TextRange::new(last.range.start(), edit.range.end());
            }
            None => all.push(edit),
        }
    }
    all
}

/// Whether a row stands right below a front matter that isn't closed: a row ends it, and so does a bar
/// that is typed amid its keys.
fn in_front_matter(text: &str, tree: &Tree, row: u32) -> bool {
    let above = row.checked_sub(1).and_then(|above| tree.block_at(above));
    let Some(above) = above.filter(|above| matches!(above.kind, BlockKind::FrontMatter(_))) else {
        return false;
    };
    let mut keys = above.range.of(text).lines().skip(1);
    !keys.any(|line| shape(line) == Shape::Rule)
}

/// A bar and what follows it up to the next.
struct Piece {
    bar: TextRange,
    /// All up to the next bar or the line's end.
    outer: TextRange,
}

/// The bars of a row with what follows each. A row has a bar before its first cell, and one between two cells.
fn pieces(text: &str, row: Row<'_>) -> Vec<Piece> {
    let cells: Vec<_> = row.cells().map(|cell| cell.outer).collect();
    let mut pieces = Vec::with_capacity(cells.len() + 1);
    let mut at = row.range.start();
    for outer in cells {
        pieces.push(Piece {
            bar: bar_in(text, TextRange::new(at, outer.start())),
            outer,
        });
        at = outer.end();
    }
    // A bar closes the last cell, or the line ends with it. Behind it only spaces are left, or comments of the row.
    let rest = TextRange::new(at, row.range.end());
    let bar = bar_in(text, rest);
    if !bar.is_empty() {
        pieces.push(Piece {
            bar,
            outer: TextRange::new(bar.end(), row.range.end()),
        });
    }
    pieces
}

/// The bar in a piece of a row that holds one after spaces; empty if there is none.
fn bar_in(text: &str, range: TextRange) -> TextRange {
    let piece = range.of(text);
    let spaces = piece.len() - piece.trim_start_matches(is_space).len();
    let start = range.start() + offset(spaces);
    match piece.get(spaces..).and_then(|rest| rest.chars().next()) {
        Some(c @ ('|' | '｜')) => TextRange::new(start, start + offset(c.len_utf8())),
        _ => TextRange::empty(start),
    }
}

#[derive(Clone, Copy)]
struct Column {
    right: bool,
    width: usize,
    /// As short as its delimiter can be.
    narrowest: usize,
}

/// The columns as wide as the delimiter row draws them now; none where the table isn't padded: its delimiters are as
/// short as can be, and a name in its header is wider.
fn columns(text: &str, table: Table<'_>) -> Vec<Column> {
    let mut rows = table.rows();
    let first = rows.next();
    let (header, delimiter) = match first.map(|row| row.kind) {
        Some(RowKind::Delimiter) => (None, first),
        _ => (first, rows.next()),
    };
    let Some(delimiter) = delimiter.filter(|row| row.kind == RowKind::Delimiter) else {
        return Vec::new();
    };
    let columns: Vec<Column> = delimiter
        .cells()
        .zip(table.alignments())
        .map(|(cell, alignment)| Column {
            right: alignment == Alignment::Right,
            width: width(cell.outer.of(text)).saturating_sub(2),
            narrowest: Padded::narrowest(alignment),
        })
        .collect();
    let short = columns.iter().all(|it| it.width <= it.narrowest);
    let mut named = header.into_iter().flat_map(|row| row.cells()).zip(&columns);
    let wider = named.any(|(cell, it)| width(cell.content.of(text)) > it.width);
    if short && wider { Vec::new() } else { columns }
}

struct Edits<'s> {
    text: &'s str,
    cursor: u32,
    edits: Vec<TextEdit>,
}

impl Edits<'_> {
    /// Makes a bar `|`, unless the cursor stands right before it.
    fn bar(&mut self, bar: TextRange) {
        if !bar.is_empty() && bar.of(self.text) != "|" && bar.start() != self.cursor {
            self.edits.push(TextEdit {
                range: bar,
                text: "|".to_owned(),
            });
        }
    }

    /// Puts the spaces of a cell right; after one that isn't closed yet the author is still typing.
    fn cell(&mut self, piece: &Piece, column: Option<Column>, closed: bool) {
        let outer = piece.outer;
        let whole = outer.of(self.text);
        let content = whole.trim_matches(is_space);
        let wide = column.map_or(0, |column| column.width);
        if content.is_empty() {
            if closed {
                self.spaces(outer, wide + 2, false);
            }
            return;
        }
        let lead = offset(whole.len() - whole.trim_start_matches(is_space).len());
        let tail = offset(whole.len() - whole.trim_end_matches(is_space).len());
        let padding = wide.saturating_sub(width(content));
        let right = column.is_some_and(|column| column.right);
        let (before, after) = if right { (padding, 0) } else { (0, padding) };
        let start = TextRange::new(outer.start(), outer.start() + lead);
        if !closed {
            // Its text may yet grow: it is set off from the bar, no more.
            if lead == 0 {
                self.spaces(start, 1, false);
            }
            return;
        }
        self.spaces(start, 1 + before, false);
        let end = TextRange::new(outer.end() - tail, outer.end());
        self.spaces(end, 1 + after, true);
    }

    /// Makes a run of spaces `count` long, at its first end or at its last, unless that touches the cursor.
    fn spaces(&mut self, run: TextRange, count: usize, first: bool) {
        let old = run.of(self.text);
        let count = offset(count);
        let plain = old.bytes().all(|byte| byte == b' ');
        let edit = if plain {
            let keep = run.len().min(count);
            let range = if first {
                TextRange::new(run.start(), run.end() - keep)
            } else {
                TextRange::new(run.start() + keep, run.end())
            };
            TextEdit {
                range,
                text: " ".repeat((count - keep) as usize),
            }
        } else {
            TextEdit {
                range: run,
                text: " ".repeat(count as usize),
            }
        };
        let changes = !(edit.range.is_empty() && edit.text.is_empty());
        if changes && !edit.range.touches(self.cursor) {
            self.edits.push(edit);
        }
    }
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
