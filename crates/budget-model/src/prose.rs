//! The narrative: its numbers and what is said of them, and the terms explained in the glossary.

pub(crate) mod base;
mod bind;
pub mod check;
mod concept;
pub mod fact;
mod grammar;
mod joined;
mod lexer;
mod money;
mod path;
mod read;
mod words;

pub(crate) use bind::Asked;
pub use bind::Spending;
pub use check::{Checked, check};
pub use joined::JoinedText;
pub use path::of_cell as cell_path;
pub(crate) use read::Story;
pub use read::read;

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
