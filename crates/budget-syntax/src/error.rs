//! What could not be read, and how to mend it.

use crate::TextRange;

/// One thing the parser could not read. The rest of the file is still in the tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// Where.
    pub range: TextRange,
    /// Which kind, for the rule page (语法 group).
    pub kind: SyntaxErrorKind,
    /// In Chinese: what was expected, in a clerk's words.
    pub message: String,
    /// In Chinese: how to mend it.
    pub help: String,
}

/// The kinds of syntax error; each has a rule of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SyntaxErrorKind {
    /// A front matter that isn't closed, or a line in it that is no `键: 值`.
    FrontMatter,
    /// A heading deeper than six levels or without a text.
    Heading,
    /// A table without its delimiter row, or with a row that can't be read.
    Table,
    /// More cells in a row than the header has.
    ExtraCells,
    /// A comment that isn't closed before the next heading.
    Comment,
    /// An expression in `{…}` that can't be read.
    Expression,
}
