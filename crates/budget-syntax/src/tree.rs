//! The tree: blocks by line shape, with ranges into the text.

use crate::{SyntaxError, TextRange};

/// What [`parse`] gives: a tree for the whole text, and what couldn't be read.
#[derive(Debug, Default)]
pub struct Parse {
    /// Every byte of the text is in one block of it.
    pub tree: Tree,
    /// In order of place.
    pub errors: Vec<SyntaxError>,
}

/// Reads a text. Never fails; linear in its length.
pub fn parse(_text: &str) -> Parse {
    Parse::default()
}

/// The blocks of a file, in order, without gap or overlap.
#[derive(Debug, Default)]
pub struct Tree {}

impl Tree {
    /// All blocks, in order.
    pub fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        std::iter::empty()
    }
}

/// A block with its place in the file.
#[derive(Clone, Copy, Debug)]
pub struct Block<'t> {
    /// All of the block, its line ends included.
    pub range: TextRange,
    /// What it is.
    pub kind: BlockKind<'t>,
}

/// The kinds of block; line shape alone decides.
#[derive(Clone, Copy, Debug)]
pub enum BlockKind<'t> {
    /// `---` … `---` at the top of the file.
    FrontMatter(FrontMatter<'t>),
    /// `## …`
    Heading(Heading),
    /// A run of lines that begin with `|` (or `｜`).
    Table(Table<'t>),
    /// `- …`, with the indented paragraphs that run on.
    ListItem(ListItem),
    /// `<!-- … -->` standing alone.
    Comment(Comment),
    /// Other text: one paragraph, its lines joined.
    Paragraph(Paragraph),
    /// Empty lines.
    Blank,
}

/// The front matter.
#[derive(Clone, Copy, Debug)]
pub struct FrontMatter<'t> {
    _tree: &'t Tree,
}

impl<'t> FrontMatter<'t> {
    /// `键: 值` lines in order.
    pub fn entries(self) -> impl Iterator<Item = Entry> + 't {
        std::iter::empty()
    }
}

/// A line `键: 值`.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The key, trimmed.
    pub key: TextRange,
    /// The value, trimmed, without its quotes.
    pub value: TextRange,
}

/// A heading.
#[derive(Clone, Copy, Debug)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text, trimmed.
    pub text: TextRange,
}

/// A list item, which may be a field `- 键：值`.
#[derive(Clone, Copy, Debug)]
pub struct ListItem {
    /// All text after the marker, trimmed, paragraphs that run on included.
    pub text: TextRange,
    /// The key and value, if the first line holds a colon (`:` or `：`). `其中：` belongs to the key.
    pub field: Option<Entry>,
}

/// A comment.
#[derive(Clone, Copy, Debug)]
pub struct Comment {
    /// Between `<!--` and `-->`, trimmed.
    pub text: TextRange,
}

/// A paragraph.
#[derive(Clone, Copy, Debug)]
pub struct Paragraph {
    /// Its text, trimmed; may hold line ends.
    pub text: TextRange,
    /// Key and value if it is one bare line `键：值`; whether it is a field is the model's to say.
    pub field: Option<Entry>,
}

/// A table.
#[derive(Clone, Copy, Debug)]
pub struct Table<'t> {
    tree: &'t Tree,
}

impl<'t> Table<'t> {
    /// Header, delimiter and body rows in order.
    pub fn rows(self) -> impl Iterator<Item = Row<'t>> {
        let _ = self.tree;
        std::iter::empty()
    }
}

/// What a line of a table is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowKind {
    /// The first line.
    Header,
    /// `| --- | ---: |`
    Delimiter,
    /// Any other.
    Body,
}

/// A line of a table.
#[derive(Clone, Copy, Debug)]
pub struct Row<'t> {
    /// The line without its line end.
    pub range: TextRange,
    /// Header, delimiter or body.
    pub kind: RowKind,
    tree: &'t Tree,
}

impl<'t> Row<'t> {
    /// The cells between the bars.
    pub fn cells(self) -> impl Iterator<Item = Cell> + 't {
        let _ = self.tree;
        std::iter::empty()
    }

    /// A comment in the last cell: it belongs to the row.
    pub fn comment(self) -> Option<Comment> {
        None
    }
}

/// A cell.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// Between the bars, spaces included.
    pub outer: TextRange,
    /// The text, trimmed, without emphasis marks around it; empty at the place to type if blank.
    pub text: TextRange,
}

/// The `{…}` slots of a piece of text (a paragraph, a list item or a cell); a backslash escapes.
/// `base` is added to the ranges.
pub fn slots(_text: &str, _base: u32) -> impl Iterator<Item = Slot> + '_ {
    std::iter::empty()
}

/// A `{…}` in prose or in a cell.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// With its braces.
    pub range: TextRange,
    /// Between the braces.
    pub inner: TextRange,
}
