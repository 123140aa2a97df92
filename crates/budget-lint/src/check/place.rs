//! Places as people and the JSON count them: lines and columns from 1, columns in Unicode scalar
//! values.

use std::cell::{Cell, OnceCell};

use budget_syntax::{
    TextRange,
    position::{Encoding, LineIndex},
};

/// The lines of a text. Cheap as long as nobody asks.
pub(super) struct Places<'a> {
    text: &'a str,
    lines: OnceCell<LineIndex>,
    last: Cell<Known>,
}

/// A place found before: counting goes on from it where it can, so that ten thousand findings on
/// one long line are still linear.
#[derive(Clone, Copy, Default)]
struct Known {
    line_start: u32,
    offset: u32,
    column: u32,
}

/// A line and a column, from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            lines: OnceCell::new(),
            last: Cell::default(),
        }
    }

    pub(super) fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text))
    }

    /// Where a range begins and where it ends.
    pub(super) fn span(&self, range: TextRange) -> (Place, Place) {
        (self.of(range.start()), self.of(range.end()))
    }

    /// The place of a byte offset.
    pub(super) fn of(&self, offset: u32) -> Place {
        let bytes = self.lines().position(self.text, offset, Encoding::Utf8);
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let offset = offset.min(end);
        let line_start = offset.saturating_sub(bytes.column);
        let mut known = self.last.get();
        if known.line_start != line_start || known.offset > offset {
            known = Known {
                line_start,
                offset: line_start,
                column: 0,
            };
        }
        let between = TextRange::new(known.offset, offset).of(self.text);
        let more = u32::try_from(between.chars().count()).unwrap_or(u32::MAX);
        let column = known.column.saturating_add(more);
        self.last.set(Known {
            line_start,
            offset,
            column,
        });
        Place {
            line: bytes.line.saturating_add(1),
            column: column.saturating_add(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_in_any_order_of_asking() {
        let text = "甲乙\r\n𠀀b丙\n";
        let places = Places::new(text);
        let at =
            |part: &str| places.of(u32::try_from(text.find(part).expect("there")).expect("u32"));
        let place = |line, column| Place { line, column };
        assert_eq!(at("甲"), place(1, 1));
        assert_eq!(at("乙"), place(1, 2));
        assert_eq!(at("丙"), place(2, 3));
        assert_eq!(at("b"), place(2, 2));
        assert_eq!(at("乙"), place(1, 2));
    }
}
