//! How wide a text is on screen.

use unicode_width::UnicodeWidthStr as _;

/// Columns of a text in a font of fixed width: Chinese characters and full-width marks take two,
/// and so do characters of ambiguous width (`“` `…` `①`), as Chinese fonts draw them.
pub(crate) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.width_cjk()
}
