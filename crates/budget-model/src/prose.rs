//! The narrative's text: terms explained in the glossary part.

use budget_syntax::TextRange;

/// A term that the document explains (名词解释).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Term {
    /// The term, without its number and quotes.
    pub name: TextRange,
    /// The explanation after the colon, with the paragraphs that run on.
    pub definition: TextRange,
    /// The whole entry.
    pub range: TextRange,
}
