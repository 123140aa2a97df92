//! The one place where byte offsets become lines and columns, and back.
//!
//! Only LF, CR and CRLF end a line. Columns are counted in the encoding asked for. Nothing here
//! panics: what lies outside is clamped. A line's wide characters are counted when it is asked for:
//! an index of them would cost more than the parse.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::{Same, TextRange};

/// What a column counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: the default of LSP.
    #[default]
    Utf16,
    /// Unicode scalar values: LSP's utf-32, and the columns of the command line's JSON.
    Utf32,
}

/// A line and a column, both from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct LineColumn {
    /// Line from 0.
    pub line: u32,
    /// Column from 0, in units of an [`Encoding`].
    pub column: u32,
}

/// Where the lines of a text begin.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of a text.
    pub fn new(text: &str) -> Self {
        let mut starts = Vec::with_capacity(text.len() / 48 + 1);
        starts.push(0);
        find_starts(text.as_bytes(), 0..text.len(), &mut starts);
        Self { starts }
    }

    /// Finds the lines of a text with those of an earlier version: only what differs is looked at.
    pub fn after(text: &str, before: &LineIndex, same: &Same) -> Self {
        let (new, old) = same.rest();
        let mut starts = Vec::with_capacity(before.starts.len() + new.len() as usize / 48 + 1);
        // Whether a line begins at a place hangs on the byte before it and on the one there.
        let kept = before.starts.partition_point(|at| *at < new.start());
        starts.extend(before.starts.iter().take(kept.max(1)));
        let piece = new.start().saturating_sub(1) as usize..new.end() as usize;
        find_starts(text.as_bytes(), piece, &mut starts);
        let rest = before.starts.partition_point(|at| *at <= old.end());
        let rest = before.starts.get(rest.max(1)..).unwrap_or_default().iter();
        let moved = new.end().wrapping_sub(old.end());
        starts.extend(rest.map(|at| at.wrapping_add(moved)));
        Self { starts }
    }

    /// Number of lines, at least one.
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The line that holds a byte offset.
    pub fn line(&self, offset: u32) -> u32 {
        let after = self.starts.partition_point(|start| *start <= offset);
        clamped(after.saturating_sub(1))
    }

    /// The place of a byte offset; clamped to the text and to a character's start. Within a line
    /// end the place is before it.
    pub fn position(&self, text: &str, offset: u32, encoding: Encoding) -> LineColumn {
        let offset = offset.min(clamped(text.len()));
        let line = self.line(offset);
        let range = self.line_range(text, line);
        let content = range.of(text);
        let inside = offset.saturating_sub(range.start()) as usize;
        let before = content
            .get(..content.floor_char_boundary(inside))
            .unwrap_or("");
        LineColumn {
            line,
            column: clamped(width(before, encoding)),
        }
    }

    /// The byte offset of a place; clamped to its line (before the line end) and to the text. A
    /// column within a character is at its start.
    pub fn offset(&self, text: &str, position: LineColumn, encoding: Encoding) -> u32 {
        let range = self.line_range(text, position.line);
        let content = range.of(text);
        let column = position.column as usize;
        if content.is_ascii() {
            return range.start() + clamped(column.min(content.len()));
        }
        let mut left = column;
        for (at, c) in content.char_indices() {
            let step = char_width(c, encoding);
            if left < step {
                return range.start() + clamped(at);
            }
            left -= step;
        }
        range.end()
    }

    /// The range of a line without its line end; empty at the end if there is no such line.
    pub fn line_range(&self, text: &str, line: u32) -> TextRange {
        let end = clamped(text.len());
        let Some(start) = self.starts.get(line as usize).copied() else {
            return TextRange::empty(end);
        };
        let next = (line as usize)
            .checked_add(1)
            .and_then(|next| self.starts.get(next));
        let Some(next) = next.copied() else {
            return TextRange::new(start.min(end), end);
        };
        let whole = TextRange::new(start, next);
        let ending = match whole.of(text).as_bytes() {
            [.., b'\r', b'\n'] => 2,
            [.., b'\r' | b'\n'] => 1,
            _ => 0,
        };
        TextRange::new(start, next - ending)
    }
}

/// Adds the beginnings of lines that follow a line end in a piece of a text.
fn find_starts(text: &[u8], piece: Range<usize>, starts: &mut Vec<u32>) {
    let first = piece.start;
    let bytes = text.get(piece).unwrap_or_default();
    for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        let at = first + at;
        // The LF of a CRLF ends the line, not its CR.
        let crlf = text.get(at) == Some(&b'\r') && text.get(at + 1) == Some(&b'\n');
        if !crlf {
            starts.push(clamped(at + 1));
        }
    }
}

/// Bytes between two counted places of a long line.
const STEP: u32 = 1024;
/// Lines beyond it are long.
const LONG: u32 = 4 * STEP;

/// Places of offsets in any order: a long line is counted once, however many places in it are asked for.
#[derive(Debug)]
pub struct Places<'t> {
    text: &'t str,
    index: &'t LineIndex,
    encoding: Encoding,
    /// The columns of long lines at every [`STEP`] bytes, by line.
    long: RefCell<BTreeMap<u32, Vec<u32>>>,
}

impl<'t> Places<'t> {
    /// Nothing is counted yet.
    pub fn new(text: &'t str, index: &'t LineIndex, encoding: Encoding) -> Self {
        Self {
            text,
            index,
            encoding,
            long: RefCell::default(),
        }
    }

    /// As [`LineIndex::position`].
    pub fn position(&self, offset: u32) -> LineColumn {
        let offset = offset.min(clamped(self.text.len()));
        let line = self.index.line(offset);
        let range = self.index.line_range(self.text, line);
        if range.len() < LONG {
            return self.index.position(self.text, offset, self.encoding);
        }
        let content = range.of(self.text);
        let inside = offset.saturating_sub(range.start()).min(range.len());
        let mut long = self.long.borrow_mut();
        let columns = long.entry(line).or_insert_with(|| self.columns(content));
        let mark = inside / STEP;
        let before = columns.get(mark as usize).copied().unwrap_or_default();
        let from = content.floor_char_boundary((mark * STEP) as usize);
        let to = content.floor_char_boundary(inside as usize);
        let rest = content.get(from..to).unwrap_or_default();
        LineColumn {
            line,
            column: before + clamped(width(rest, self.encoding)),
        }
    }

    /// The places of both ends of a range.
    pub fn range(&self, range: TextRange) -> (LineColumn, LineColumn) {
        let start = self.position(range.start());
        let within = range.of(self.text);
        // Most ranges are short, and end on the line that they begin on.
        if within.len() != range.len() as usize || within.contains(['\r', '\n']) {
            return (start, self.position(range.end()));
        }
        let column = start.column + clamped(width(within, self.encoding));
        (start, LineColumn { column, ..start })
    }

    fn columns(&self, content: &str) -> Vec<u32> {
        let (mut from, mut column) = (0, 0);
        let mut columns = Vec::new();
        for at in (0..=content.len()).step_by(STEP as usize) {
            let to = content.floor_char_boundary(at);
            let piece = content.get(from..to).unwrap_or_default();
            column += clamped(width(piece, self.encoding));
            columns.push(column);
            from = to;
        }
        columns
    }
}

fn clamped(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn char_width(c: char, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 => c.len_utf8(),
        Encoding::Utf16 => c.len_utf16(),
        Encoding::Utf32 => 1,
    }
}

fn width(text: &str, encoding: Encoding) -> usize {
    let chars = || text.chars().count();
    // A character of four bytes is two units of UTF-16.
    let wide = || {
        text.bytes()
            .map(|byte| usize::from(byte >= 0xf0))
            .sum::<usize>()
    };
    match encoding {
        Encoding::Utf8 => text.len(),
        Encoding::Utf16 => chars() + wide(),
        Encoding::Utf32 => chars(),
    }
}
