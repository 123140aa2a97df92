//! Lines and their shapes: what decides where blocks begin and end.

use memchr::memchr2;

/// A line of a text: where it begins, where its content ends, where the next begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) next: usize,
}

impl Line {
    /// The line that begins at `start`; none at the end of the text.
    pub(crate) fn at(text: &str, start: usize) -> Option<Self> {
        let rest = text.as_bytes().get(start..).filter(|r| !r.is_empty())?;
        let Some(length) = memchr2(b'\n', b'\r', rest) else {
            return Some(Self {
                start,
                end: text.len(),
                next: text.len(),
            });
        };
        let crlf = rest.get(length..length + 2) == Some(b"\r\n");
        Some(Self {
            start,
            end: start + length,
            next: start + length + if crlf { 2 } else { 1 },
        })
    }

    pub(crate) fn text(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// The spaces that show nothing: ASCII space and tab, full-width and no-break space, byte order
/// mark.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{3000}' | '\u{A0}' | '\u{FEFF}')
}

/// A dash as it may be typed.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '－' | '—')
}

/// What a line looks like, by its first mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    Blank,
    /// `|`
    Row,
    /// `#`
    Heading,
    /// `- `
    Item,
    /// `<!--`
    Comment,
    /// Three dashes or more and nothing else.
    Rule,
    Text,
}

pub(crate) fn shape(line: &str) -> Shape {
    let text = line.trim_start_matches(is_space);
    let mut chars = text.chars();
    match chars.next() {
        None => Shape::Blank,
        Some('|' | '｜') => Shape::Row,
        Some('#' | '＃') => Shape::Heading,
        Some('<') if text.starts_with("<!--") => Shape::Comment,
        Some(c) if is_dash(c) => {
            if is_rule(text) {
                Shape::Rule
            } else if c == '-' && chars.next().is_none_or(is_space) {
                Shape::Item
            } else {
                Shape::Text
            }
        }
        Some(_) => Shape::Text,
    }
}

/// Three dashes or more and nothing else; longer lines than a rule could be are none.
fn is_rule(text: &str) -> bool {
    let dashes = text.trim_end_matches(is_space);
    dashes.chars().all(is_dash) && dashes.chars().nth(2).is_some()
}

/// Whether a line begins with two spaces or a tab: it may run on from the list item above.
pub(crate) fn is_indented(line: &str) -> bool {
    line.starts_with("  ") || line.starts_with('\t')
}

/// Whether a line is one whole comment and nothing else. In one that opens again (`<!--|<!-->`) the dashes that close it
/// would be read, in a row, as those that open.
pub(crate) fn is_whole_comment(line: &str) -> bool {
    let text = line.trim_matches(is_space);
    text.strip_prefix("<!--")
        .filter(|inner| !inner.contains("<!--"))
        .and_then(|inner| inner.find("-->").map(|at| at + 3 == inner.len()))
        .unwrap_or(false)
}
