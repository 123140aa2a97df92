//! The narrative as it reads: paragraphs joined across line and page breaks, without tags, escapes
//! and soft characters, with the numbers of `{…}` in their places; and the way back to the source.

use std::{borrow::Cow, ops::Range};

use budget_syntax::TextRange;
use smallvec::SmallVec;

use crate::{heading::ordinal, relation::Derived};

/// A run of the joined text that stands in the source as it is, or in place of something.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where it begins in the joined text.
    joined: u32,
    /// What it stands for in the source.
    source: TextRange,
    /// It is written there otherwise: its bytes can't be told apart.
    whole: bool,
}

/// A passage of the narrative and where it comes from. A passage without line ends, tags and slots,
/// as nearly all are, is borrowed.
#[derive(Debug)]
pub struct JoinedText<'t> {
    text: Cow<'t, str>,
    pieces: SmallVec<[Piece; 2]>,
}

/// Whether a passage reads as it is written: without line ends, escapes, tags, slots and what is not seen.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(lead) = bytes.get(at) {
        at += match lead {
            b'\n' | b'\r' | b'\\' | b'<' | b'{' => return false,
            ..0x80 => 1,
            // Nearly all that is Chinese, and its marks.
            0xe3..=0xe9 => 3,
            0xef if bytes.get(at + 1) == Some(&0xbc) => 3,
            _ => {
                let c = text.get(at..).and_then(|rest| rest.chars().next());
                match c {
                    Some('｛') => return false,
                    Some(c) if is_soft(c) => return false,
                    c => c.map_or(1, char::len_utf8),
                }
            }
        };
    }
    true
}

/// Whether a character is written and not seen.
pub(super) fn is_soft(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'
    )
}

impl<'t> JoinedText<'t> {
    /// Joins the passages of a text that are one. `derived` are the values of slots, in order.
    pub fn new(text: &'t str, passages: &[TextRange], derived: &[Derived]) -> Self {
        if let [only] = passages {
            let passage = only.of(text);
            if is_plain(passage) {
                let piece = Piece {
                    joined: 0,
                    source: *only,
                    whole: false,
                };
                return Self {
                    text: Cow::Borrowed(passage),
                    pieces: SmallVec::from_slice(&[piece]),
                };
            }
        }
        let mut joiner = Joiner::default();
        for passage in passages {
            joiner.passage(text, *passage, derived);
        }
        Self {
            text: Cow::Owned(joiner.text),
            pieces: joiner.pieces,
        }
    }

    /// The text as it reads.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it begins in the source, if it is one piece that reads as it is written.
    pub(super) fn written_from(&self) -> Option<u32> {
        match self.pieces.as_slice() {
            [only] if !only.whole && self.text.len() == only.source.len() as usize => {
                Some(only.source.start())
            }
            _ => None,
        }
    }

    /// Where a piece of it stands in the source: from the first to the last of what it is made of.
    #[inline]
    pub fn source(&self, range: Range<u32>) -> TextRange {
        // As nearly all are.
        if let [only] = self.pieces.as_slice()
            && !only.whole
        {
            let at = |offset: u32| (only.source.start() + offset).min(only.source.end());
            return TextRange::new(at(range.start), at(range.end.max(range.start)));
        }
        self.in_pieces(range)
    }

    fn in_pieces(&self, range: Range<u32>) -> TextRange {
        if range.is_empty() {
            return TextRange::empty(self.at(range.start).0);
        }
        let (start, _) = self.at(range.start);
        let (_, end) = self.at(range.end.saturating_sub(1));
        TextRange::new(start, end.max(start))
    }

    /// The piece of the source that the byte at an offset comes from.
    fn at(&self, offset: u32) -> (u32, u32) {
        let after = self.pieces.partition_point(|piece| piece.joined <= offset);
        let Some(piece) = after.checked_sub(1).and_then(|at| self.pieces.get(at)) else {
            return (0, 0);
        };
        if piece.whole {
            return (piece.source.start(), piece.source.end());
        }
        let start = piece.source.start() + (offset - piece.joined);
        let start = start.min(piece.source.end());
        (start, (start + 1).min(piece.source.end()))
    }
}

#[derive(Default)]
struct Joiner {
    text: String,
    pieces: SmallVec<[Piece; 2]>,
}

impl Joiner {
    fn plain(&mut self, text: &str, source: TextRange) {
        if source.is_empty() {
            return;
        }
        self.piece(source, false);
        self.text.push_str(source.of(text));
    }

    fn piece(&mut self, source: TextRange, whole: bool) {
        let joined = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.pieces.push(Piece {
            joined,
            source,
            whole,
        });
    }

    fn passage(&mut self, text: &str, passage: TextRange, derived: &[Derived]) {
        let own = passage.of(text);
        let base = passage.start();
        let range = |from: usize, to: usize| {
            let offset = |at: usize| base + u32::try_from(at).unwrap_or(u32::MAX);
            TextRange::new(offset(from), offset(to))
        };
        // Up to here all is taken over or left out.
        let mut done = 0;
        let mut chars = own.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let skipped = match c {
                '\n' | '\r' => {
                    let rest = own.get(at..).unwrap_or_default();
                    let next = rest.trim_start();
                    // A line of a numbered list stays a line; a number may be broken in two.
                    let before = own.get(..at).unwrap_or_default();
                    let broken = before.ends_with(|c: char| c.is_ascii_digit() || ",.".contains(c))
                        && next.starts_with(|c: char| c.is_ascii_digit());
                    if !broken && ordinal(next).is_some() {
                        continue;
                    }
                    rest.len() - next.len()
                }
                _ if is_soft(c) => c.len_utf8(),
                '\\' if chars
                    .peek()
                    .is_some_and(|(_, next)| next.is_ascii_punctuation()) =>
                {
                    1
                }
                '<' => tag(own.get(at..).unwrap_or_default()),
                '{' | '｛' => {
                    let start = range(at, at).start();
                    let found = derived.partition_point(|slot| slot.range.start() < start);
                    let slot = derived
                        .get(found)
                        .filter(|slot| slot.range.start() == start && !slot.range.is_empty());
                    if let Some(slot) = slot {
                        self.plain(text, range(done, at));
                        self.piece(slot.range, true);
                        self.text.push_str(&slot.text);
                        done = at + slot.range.len() as usize;
                        while chars.peek().is_some_and(|(next, _)| *next < done) {
                            chars.next();
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            if skipped == 0 {
                continue;
            }
            self.plain(text, range(done, at));
            done = at + skipped;
            while chars.peek().is_some_and(|(next, _)| *next < done) {
                chars.next();
            }
        }
        self.plain(text, range(done, own.len()));
    }
}

/// Most bytes of a tag.
const MAX_TAG: usize = 80;

/// The length of the tag (`<p>`, `</p>`, `<br/>`) that a text begins with; 0 if it begins with none.
fn tag(text: &str) -> usize {
    let mut bytes = text.bytes().take(MAX_TAG).enumerate().skip(1);
    match bytes.next() {
        Some((_, b'/' | b'a'..=b'z' | b'A'..=b'Z')) => {}
        _ => return 0,
    }
    bytes
        .take_while(|(_, byte)| byte.is_ascii() && *byte != b'\n' && *byte != b'<')
        .find(|(_, byte)| *byte == b'>')
        .map_or(0, |(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined<'t>(text: &'t str, passages: &[(u32, u32)]) -> JoinedText<'t> {
        let passages: Vec<_> = passages
            .iter()
            .map(|(from, to)| TextRange::new(*from, *to))
            .collect();
        JoinedText::new(text, &passages, &[])
    }

    fn all(text: &str) -> JoinedText<'_> {
        joined(text, &[(0, u32::try_from(text.len()).unwrap())])
    }

    /// Every piece of the joined text that stands in the source so leads back to it.
    fn back(joined: &JoinedText<'_>, source: &str, part: &str) -> String {
        let at = u32::try_from(joined.text().find(part).unwrap()).unwrap();
        let end = at + u32::try_from(part.len()).unwrap();
        joined.source(at..end).of(source).to_owned()
    }

    #[test]
    fn a_plain_passage_is_borrowed() {
        let text = "前文。基本支出 4773.53 万元";
        let from = u32::try_from("前文。".len()).unwrap();
        let joined = joined(text, &[(from, u32::try_from(text.len()).unwrap())]);
        assert!(matches!(joined.text, Cow::Borrowed(_)));
        assert_eq!(joined.text(), "基本支出 4773.53 万元");
        assert_eq!(back(&joined, text, "4773.53"), "4773.53");
    }

    #[test]
    fn what_is_not_seen_is_left_out() {
        for soft in ['\u{ad}', '\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}'] {
            let text = format!("增加“{soft}”3{soft}4 件");
            let joined = all(&text);
            assert_eq!(joined.text(), "增加“”34 件");
            assert_eq!(back(&joined, &text, "34"), format!("3{soft}4"));
        }
    }

    #[test]
    fn breaks_tags_and_escapes_are_left_out() {
        let text = "比上年增\n  加 43.\r\n03 万\n元，\\<p>共计<br/>3\\*4 件；a<b 且 <5";
        let joined = all(text);
        assert_eq!(
            joined.text(),
            "比上年增加 43.03 万元，共计3*4 件；a<b 且 <5"
        );
        assert_eq!(back(&joined, text, "43.03"), "43.\r\n03");
        assert_eq!(back(&joined, text, "增加"), "增\n  加");
        assert_eq!(back(&joined, text, "共计"), "共计");
    }

    #[test]
    fn passages_are_joined() {
        let text = "预算数为 43.03万\n\n元，比上年";
        let first = u32::try_from(text.find('\n').unwrap()).unwrap();
        let second = u32::try_from(text.find('元').unwrap()).unwrap();
        let end = u32::try_from(text.len()).unwrap();
        let joined = joined(text, &[(0, first), (second, end)]);
        assert_eq!(joined.text(), "预算数为 43.03万元，比上年");
        assert_eq!(back(&joined, text, "43.03万元"), "43.03万\n\n元");
        assert_eq!(back(&joined, text, "比上年"), "比上年");
    }

    #[test]
    fn slots_are_read_as_their_values() {
        let text = "支出\n{表三.合计.合计} 万元";
        let start = u32::try_from(text.find('{').unwrap()).unwrap();
        let end = u32::try_from(text.find('}').unwrap() + 1).unwrap();
        let slot = Derived {
            range: TextRange::new(start, end),
            cell: None,
            text: "170.00".to_owned(),
            amount: None,
            formula: String::new(),
        };
        let range = TextRange::new(0, u32::try_from(text.len()).unwrap());
        let joined = JoinedText::new(text, &[range], std::slice::from_ref(&slot));
        assert_eq!(joined.text(), "支出170.00 万元");
        assert_eq!(back(&joined, text, "170.00"), "{表三.合计.合计}");
        // Without a value it is what is written.
        let joined = JoinedText::new(text, &[range], &[]);
        assert_eq!(joined.text(), "支出{表三.合计.合计} 万元");
    }
}
