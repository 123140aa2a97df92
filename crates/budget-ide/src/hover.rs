//! What stands under the cursor.

use budget_model::Document;
use budget_rules::Report;
use budget_syntax::TextRange;

use crate::MarkupText;

/// An explanation of a piece of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// The piece.
    pub range: TextRange,
    /// The explanation.
    pub markup: MarkupText,
}

/// Explains what stands at an offset.
pub fn hover(_document: &Document, _report: &Report, _offset: u32) -> Option<Hover> {
    None
}
