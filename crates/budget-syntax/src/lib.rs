//! Text to tokens to tree. This floor knows lines, headings, tables, comments, paths and
//! expressions; it does not know what a budget is.
//!
//! Invariants: parsing never fails ([`parse`] returns a tree for any text, with errors beside
//! it), and every byte of the file lies in exactly one token.

pub mod error;
pub mod expr;
pub mod format;
mod grammar;
mod lines;
mod parse;
pub mod position;
pub mod range;
pub mod slot;
pub mod token;
pub mod tree;

pub use error::SyntaxError;
pub use parse::{Parse, Same, parse, parse_again, parse_where};
pub use range::TextRange;
pub use slot::{Slot, slots};
pub use token::TokenKind;
pub use tree::Tree;
