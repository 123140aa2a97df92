//! Positions of the protocol in a rope, and back from byte offsets. Only LF, CR and CRLF end a
//! line; what lies outside the text is clamped; nothing panics.

use budget_syntax::TextRange;
use budget_syntax::position::{Encoding, LineColumn, LineIndex, Places};
use ropey::Rope;
use tower_lsp::ls_types::{Position, Range, TextEdit};

/// The char index of a position. A column past its line is the line's end (before its line end);
/// a line past the text is the text's end; a column within a character is that character's start.
pub(crate) fn char_index(rope: &Rope, position: Position, encoding: Encoding) -> usize {
    let line = position.line as usize;
    if line >= rope.len_lines() {
        return rope.len_chars();
    }
    let slice = rope.line(line);
    let column = position.character as usize;
    let wanted = match encoding {
        Encoding::Utf8 => slice.byte_to_char(column.min(slice.len_bytes())),
        Encoding::Utf16 => slice.utf16_cu_to_char(column.min(slice.len_utf16_cu())),
        Encoding::Utf32 => column.min(slice.len_chars()),
    };
    let mut end = slice.len_chars();
    while end > 0 && matches!(slice.get_char(end - 1), Some('\n' | '\r')) {
        end -= 1;
    }
    rope.line_to_char(line) + wanted.min(end)
}

/// Replaces a range of the rope; without a range, all of it.
pub(crate) fn edit(rope: &mut Rope, range: Option<Range>, text: &str, encoding: Encoding) {
    let Some(range) = range else {
        *rope = Rope::from_str(text);
        return;
    };
    let start = char_index(rope, range.start, encoding);
    let end = char_index(rope, range.end, encoding).max(start);
    if rope.try_remove(start..end).is_ok() {
        let _ = rope.try_insert(start, text);
    }
}

/// Byte offsets of one text to positions of the protocol and back.
pub(crate) struct Positions<'t> {
    text: &'t str,
    index: &'t LineIndex,
    encoding: Encoding,
    places: Places<'t>,
}

impl<'t> Positions<'t> {
    pub(crate) fn new(text: &'t str, index: &'t LineIndex, encoding: Encoding) -> Self {
        Self {
            text,
            index,
            encoding,
            places: Places::new(text, index, encoding),
        }
    }

    pub(crate) fn position(&self, offset: u32) -> Position {
        position(self.places.position(offset))
    }

    pub(crate) fn range(&self, range: TextRange) -> Range {
        let (start, end) = self.places.range(range);
        Range::new(position(start), position(end))
    }

    /// A range of the protocol; one that ends before it begins is empty.
    pub(crate) fn text_range(&self, range: Range) -> TextRange {
        let start = self.offset(range.start);
        TextRange::new(start, self.offset(range.end).max(start))
    }

    /// The one edit that makes the text another: what lies between their common beginning and end.
    pub(crate) fn replacement(&self, other: &str) -> TextEdit {
        let same = |a: &str, b: &str| {
            a.chars()
                .zip(b.chars())
                .take_while(|(a, b)| a == b)
                .map(|(a, _)| a.len_utf8())
                .sum()
        };
        let start: usize = same(self.text, other);
        let (own, new) = (self.text.get(start..), other.get(start..));
        let (own, new) = (own.unwrap_or_default(), new.unwrap_or_default());
        let ends = own.chars().rev().zip(new.chars().rev());
        let end: usize = ends
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum();
        let at = |offset: usize| self.position(u32::try_from(offset).unwrap_or(u32::MAX));
        TextEdit {
            range: Range::new(at(start), at(self.text.len() - end)),
            new_text: new.get(..new.len() - end).unwrap_or_default().to_owned(),
        }
    }

    pub(crate) fn offset(&self, position: Position) -> u32 {
        let at = LineColumn {
            line: position.line,
            column: position.character,
        };
        self.index.offset(self.text, at, self.encoding)
    }
}

fn position(LineColumn { line, column }: LineColumn) -> Position {
    Position::new(line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    fn apply(text: &str, range: [u32; 4], new: &str, encoding: Encoding) -> String {
        let mut rope = Rope::from_str(text);
        let range = Range::new(
            Position::new(range[0], range[1]),
            Position::new(range[2], range[3]),
        );
        edit(&mut rope, Some(range), new, encoding);
        rope.to_string()
    }

    #[test]
    fn counts_in_three_encodings() {
        // 𠮷 is four bytes, two UTF-16 units, one scalar value.
        for (encoding, column) in [
            (Encoding::Utf8, 7),
            (Encoding::Utf16, 3),
            (Encoding::Utf32, 2),
        ] {
            assert_eq!(
                apply("合𠮷计\n", [0, column, 0, column], "|", encoding),
                "合𠮷|计\n",
                "{encoding:?}"
            );
        }
    }

    #[test]
    fn clamps_what_lies_outside() {
        for encoding in ALL {
            assert_eq!(
                apply("甲\r\n乙", [0, 99, 0, 99], "x", encoding),
                "甲x\r\n乙"
            );
            assert_eq!(apply("甲\r\n乙", [9, 0, 9, 9], "x", encoding), "甲\r\n乙x");
            assert_eq!(apply("甲\r\n乙", [1, 0, 0, 0], "x", encoding), "甲\r\nx乙");
        }
        // The middle of 𠮷.
        assert_eq!(apply("𠮷", [0, 1, 0, 1], "x", Encoding::Utf16), "x𠮷");
        assert_eq!(apply("𠮷", [0, 2, 0, 2], "x", Encoding::Utf8), "x𠮷");
    }

    #[test]
    fn only_lf_cr_and_crlf_end_a_line() {
        let text = "一\u{000B}\u{000C}\u{0085}\u{2028}\u{2029}\r二\n三\r\n四";
        let rope = Rope::from_str(text);
        let index = LineIndex::new(text);
        assert_eq!(rope.len_lines(), 4);
        assert_eq!(index.line_count(), 4);
    }

    #[test]
    fn rope_and_index_agree() {
        let text = "---\r\n模板: 𠮷\r县\n\n| 合𠮷计 | 1 |\r\n\u{2028}e\u{301}\u{FEFF}";
        let rope = Rope::from_str(text);
        let index = LineIndex::new(text);
        for encoding in ALL {
            let positions = Positions::new(text, &index, encoding);
            for (byte, _) in text.char_indices().chain([(text.len(), ' ')]) {
                // Between CR and LF there is no position.
                if byte > 0
                    && text.as_bytes().get(byte) == Some(&b'\n')
                    && text.as_bytes().get(byte - 1) == Some(&b'\r')
                {
                    continue;
                }
                let position = positions.position(u32::try_from(byte).unwrap());
                assert_eq!(
                    positions.offset(position) as usize,
                    byte,
                    "{encoding:?} {position:?}"
                );
                assert_eq!(
                    rope.char_to_byte(char_index(&rope, position, encoding)),
                    byte,
                    "{encoding:?} {position:?}"
                );
            }
        }
    }

    /// Any edit, positions outside the text and within characters included, has the same effect
    /// through the rope as through the index that diagnostics are placed by.
    fn agrees(text: &str, range: Range, new: &str, encoding: Encoding) {
        let index = LineIndex::new(text);
        let positions = Positions::new(text, &index, encoding);
        let start = positions.offset(range.start) as usize;
        let end = (positions.offset(range.end) as usize).max(start);
        let mut expected = text.to_owned();
        expected.replace_range(start..end, new);
        let mut rope = Rope::from_str(text);
        edit(&mut rope, Some(range), new, encoding);
        assert_eq!(
            rope.to_string(),
            expected,
            "{text:?} {range:?} {encoding:?}"
        );
    }

    proptest::proptest! {
        #[test]
        fn rope_and_index_edit_alike(
            text in "[a|合𠮷\u{301}\u{2028}\u{B}\n\r]{0,40}",
            new in "[1𠮷\r\n]{0,3}",
            at in proptest::array::uniform4(0_u32..12),
        ) {
            let range = Range::new(Position::new(at[0], at[1]), Position::new(at[2], at[3]));
            for encoding in ALL {
                agrees(&text, range, &new, encoding);
            }
        }
    }
}
