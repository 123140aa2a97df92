//! Where the `{…}` of a piece of text stand.

use crate::TextRange;

/// A `{…}` in prose or in a cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    /// With its braces.
    pub range: TextRange,
    /// Between the braces.
    pub inner: TextRange,
}

/// The `{…}` slots of a piece of text (a paragraph, a list item or a cell); a backslash escapes.
/// `base` is added to the ranges. A brace that isn't closed before the next `{` is text. What
/// stands between the braces is for [`crate::expr::parse_slot`] to read.
pub fn slots(text: &str, base: u32) -> impl Iterator<Item = Slot> + '_ {
    // Chinese prose rarely holds a brace: most calls end here.
    let bytes = text.as_bytes();
    let any = memchr::memchr2(b'{', 0xEF, bytes).is_some();
    let mut chars = any.then(|| text.char_indices()).into_iter().flatten();
    let mut open: Option<(usize, usize)> = None;
    std::iter::from_fn(move || {
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => {
                    chars.next();
                }
                '{' | '｛' => open = Some((at, at + c.len_utf8())),
                '}' | '｝' => {
                    if let Some((start, inner)) = open.take() {
                        let end = at + c.len_utf8();
                        return Some(Slot {
                            range: range(start, end).shift(base),
                            inner: range(inner, at).shift(base),
                        });
                    }
                }
                _ => {}
            }
        }
        None
    })
}

fn range(start: usize, end: usize) -> TextRange {
    let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
    TextRange::new(offset(start), offset(end))
}
