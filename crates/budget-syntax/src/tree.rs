//! The tree: blocks by line shape, with ranges into the text.
//!
//! A token is a kind and its end within its block; nodes are ranges of token indices. A place in
//! the file is the block's start plus such an end, so nothing in a block moves when the text
//! before it changes.

use crate::TextRange;
pub use crate::parse::{Parse, parse};
pub use crate::slot::{Slot, slots};
use crate::token::TokenKind;

/// Half-open range of indices into one of the tree's lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    pub(crate) fn of<T>(self, list: &[T]) -> &[T] {
        list.get(self.start as usize..self.end as usize)
            .unwrap_or(&[])
    }
}

/// The length of a list as an index.
pub(crate) fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// Key and value as token ranges.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FieldData {
    pub(crate) key: Span,
    pub(crate) value: Span,
    /// Whether quotes (one byte each) stand around the value.
    pub(crate) quoted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Node {
    FrontMatter {
        entries: Span,
    },
    Heading {
        level: u8,
        text: Span,
    },
    Table {
        rows: Span,
    },
    ListItem {
        text: Span,
        field: Option<FieldData>,
    },
    Comment {
        text: Span,
    },
    Paragraph {
        text: Span,
        field: Option<FieldData>,
    },
    Blank,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct BlockData {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) tokens: Span,
    pub(crate) node: Node,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RowData {
    pub(crate) kind: RowKind,
    pub(crate) line: Span,
    pub(crate) cells: Span,
    pub(crate) comments: Span,
}

/// The blocks of a file, in order, without gap or overlap.
#[derive(PartialEq, Eq, Debug, Default)]
pub struct Tree {
    pub(crate) kinds: Vec<TokenKind>,
    /// Where each token ends, from its block's start.
    pub(crate) ends: Vec<u32>,
    pub(crate) blocks: Vec<BlockData>,
    pub(crate) rows: Vec<RowData>,
    /// Tokens between two bars.
    pub(crate) cells: Vec<Span>,
    /// Tokens from `<!--` to `-->` of comments that belong to rows.
    pub(crate) comments: Vec<Span>,
    pub(crate) entries: Vec<FieldData>,
}

impl Tree {
    /// All blocks, in order.
    pub fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        self.blocks.iter().map(|data| self.block(data))
    }

    /// The block that holds the byte at `offset`; the last one at the end of the text.
    pub fn block_at(&self, offset: u32) -> Option<Block<'_>> {
        let after = self.blocks.partition_point(|block| block.end <= offset);
        let data = self.blocks.get(after).or(self.blocks.last())?;
        Some(self.block(data))
    }

    /// The blocks that end at an offset or after it, in order.
    pub fn blocks_from(&self, offset: u32) -> impl Iterator<Item = Block<'_>> {
        let first = self.blocks.partition_point(|block| block.end < offset);
        let blocks = self.blocks.iter().skip(first);
        blocks.map(|data| self.block(data))
    }

    fn block<'t>(&'t self, data: &'t BlockData) -> Block<'t> {
        let place = Place { tree: self, data };
        let kind = match data.node {
            Node::FrontMatter { entries } => BlockKind::FrontMatter(FrontMatter { place, entries }),
            Node::Heading { level, text } => BlockKind::Heading(Heading {
                level,
                text: place.range(text),
            }),
            Node::Table { rows } => BlockKind::Table(Table { place, rows }),
            Node::ListItem { text, field } => BlockKind::ListItem(ListItem {
                text: place.range(text),
                field: field.map(|field| place.entry(field)),
            }),
            Node::Comment { text } => BlockKind::Comment(Comment {
                text: place.range(text),
                range: place.range(place.trim(data.tokens)),
            }),
            Node::Paragraph { text, field } => BlockKind::Paragraph(Paragraph {
                text: place.range(text),
                field: field.map(|field| place.entry(field)),
            }),
            Node::Blank => BlockKind::Blank,
        };
        Block {
            range: TextRange::new(data.start, data.end),
            kind,
            place,
        }
    }
}

/// A block of a tree: what turns token indices into places in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) data: &'t BlockData,
}

impl Place<'_> {
    /// Where token `index` begins.
    pub(crate) fn offset(&self, index: u32) -> u32 {
        let before = index
            .checked_sub(1)
            .filter(|_| index > self.data.tokens.start)
            .and_then(|before| self.tree.ends.get(before as usize));
        self.data.start.saturating_add(before.copied().unwrap_or(0))
    }

    pub(crate) fn range(&self, tokens: Span) -> TextRange {
        TextRange::new(self.offset(tokens.start), self.offset(tokens.end))
    }

    pub(crate) fn trim(&self, tokens: Span) -> Span {
        trim(&self.tree.kinds, tokens)
    }

    fn entry(&self, field: FieldData) -> Entry {
        let value = self.range(field.value);
        Entry {
            key: self.range(field.key),
            value: if field.quoted {
                TextRange::new(value.start() + 1, value.end().saturating_sub(1))
            } else {
                value
            },
        }
    }

    /// The cell between two bars.
    fn cell(&self, tokens: Span, comments: Span) -> Cell {
        let kinds = &self.tree.kinds;
        let kind = |index: u32| kinds.get(index as usize).copied();
        let outer = self.range(tokens);
        let mut text = self.without_comments(tokens, comments);
        if text.start == text.end {
            // The place to type: after one space, if there is one.
            let blank = kind(tokens.start) == Some(TokenKind::Space) && !outer.is_empty();
            let at = TextRange::empty(outer.start() + u32::from(blank));
            return Cell {
                outer,
                content: at,
                text: at,
            };
        }
        let content = self.range(text);
        let (first, last) = (text.start, text.end - 1);
        if first == last && kind(first) == Some(TokenKind::Emphasis) && self.length(first) == 4 {
            // `****`: the marks are left of what was deleted between them.
            return Cell {
                outer,
                content,
                text: TextRange::empty(content.start() + 2),
            };
        }
        if first < last
            && kind(first) == Some(TokenKind::Emphasis)
            && kind(last) == Some(TokenKind::Emphasis)
            && self.length(first) == self.length(last)
            && first + 1 < last
            && !Span::new(first + 1, last)
                .of(kinds)
                .contains(&TokenKind::Emphasis)
        {
            text = self.trim(Span::new(first + 1, last));
        }
        Cell {
            outer,
            content,
            text: self.range(text),
        }
    }

    /// `tokens` without blank ones and without `comments` at the end: those belong to the row.
    fn without_comments(&self, tokens: Span, comments: Span) -> Span {
        let mut text = self.trim(tokens);
        // In order of place: a row may have many comments and many cells.
        let comments = comments.of(&self.tree.comments);
        let before = comments.partition_point(|comment| comment.end <= text.end);
        let near = comments.get(..before).unwrap_or(&[]).iter().rev();
        for comment in near {
            if comment.end != text.end || comment.start < text.start {
                break;
            }
            text = self.trim(Span::new(text.start, comment.start));
        }
        text
    }

    fn length(&self, index: u32) -> u32 {
        self.range(Span::new(index, index + 1)).len()
    }
}

/// `tokens` without the blank ones at both ends; empty at its start if all are.
pub(crate) fn trim(kinds: &[TokenKind], tokens: Span) -> Span {
    let inner = tokens.of(kinds);
    let blank = |kind: &&TokenKind| kind.is_blank();
    let left = inner.iter().take_while(blank).count();
    let right = inner.iter().rev().take_while(blank).count();
    let left = u32::try_from(left).unwrap_or(0);
    let right = u32::try_from(right).unwrap_or(0);
    if tokens.start + left >= tokens.end {
        return Span::new(tokens.start, tokens.start);
    }
    Span::new(tokens.start + left, tokens.end - right)
}

/// A block with its place in the file.
#[derive(Clone, Copy, Debug)]
pub struct Block<'t> {
    /// All of the block, its line ends included.
    pub range: TextRange,
    /// What it is.
    pub kind: BlockKind<'t>,
    pub(crate) place: Place<'t>,
}

impl<'t> Block<'t> {
    /// The tokens of the block; together they are its whole text.
    pub fn tokens(self) -> impl Iterator<Item = (TokenKind, TextRange)> + 't {
        let tokens = self.place.data.tokens;
        let tree = self.place.tree;
        let start = self.place.data.start;
        let kinds = tokens.of(&tree.kinds).iter();
        let mut from = start;
        kinds.zip(tokens.of(&tree.ends)).map(move |(kind, end)| {
            let range = TextRange::new(from, start.saturating_add(*end));
            from = range.end();
            (*kind, range)
        })
    }
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
    place: Place<'t>,
    entries: Span,
}

impl<'t> FrontMatter<'t> {
    /// `键: 值` lines in order.
    pub fn entries(self) -> impl Iterator<Item = Entry> + 't {
        let place = self.place;
        self.entries
            .of(&place.tree.entries)
            .iter()
            .map(move |field| place.entry(*field))
    }
}

/// A line `键: 值`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The key, trimmed.
    pub key: TextRange,
    /// The value, trimmed, without its quotes.
    pub value: TextRange,
}

/// A heading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text, trimmed.
    pub text: TextRange,
}

/// A list item, which may be a field `- 键：值`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ListItem {
    /// All text after the marker, trimmed, paragraphs that run on included.
    pub text: TextRange,
    /// The key and value, if the first line holds a colon (`:` or `：`). `其中：` belongs to the key.
    pub field: Option<Entry>,
}

/// A comment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment {
    /// Between `<!--` and `-->`, trimmed.
    pub text: TextRange,
    /// With its marks.
    pub range: TextRange,
}

/// A paragraph.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Paragraph {
    /// Its text, trimmed; may hold line ends.
    pub text: TextRange,
    /// Key and value if it is one bare line `键：值`; whether it is a field is the model's to say.
    pub field: Option<Entry>,
}

/// A table.
#[derive(Clone, Copy, Debug)]
pub struct Table<'t> {
    place: Place<'t>,
    rows: Span,
}

impl<'t> Table<'t> {
    /// Header, delimiter and body rows in order.
    pub fn rows(self) -> impl Iterator<Item = Row<'t>> {
        let place = self.place;
        self.rows.of(&place.tree.rows).iter().map(move |data| Row {
            range: place.range(data.line),
            kind: data.kind,
            place,
            data,
        })
    }

    /// The last row; none of an empty table.
    pub fn last_row(self) -> Option<Row<'t>> {
        let place = self.place;
        let data = self.rows.of(&place.tree.rows).last()?;
        Some(Row {
            range: place.range(data.line),
            kind: data.kind,
            place,
            data,
        })
    }

    /// The row on whose line an offset stands, its end included.
    pub fn row_at(self, offset: u32) -> Option<Row<'t>> {
        let place = self.place;
        let rows = self.rows.of(&place.tree.rows);
        let after = rows.partition_point(|data| place.range(data.line).start() <= offset);
        let data = rows.get(after.checked_sub(1)?)?;
        let range = place.range(data.line);
        range.touches(offset).then_some(Row {
            range,
            kind: data.kind,
            place,
            data,
        })
    }

    /// How the delimiter row aligns its columns; nothing if there is none.
    pub fn alignments(self) -> impl Iterator<Item = Alignment> + 't {
        let Place { tree, .. } = self.place;
        self.rows
            .of(&tree.rows)
            .iter()
            .find(|row| row.kind == RowKind::Delimiter)
            .into_iter()
            .flat_map(|row| row.cells.of(&tree.cells))
            .map(|cell| {
                let text = trim(&tree.kinds, *cell).of(&tree.kinds);
                let left = text.first() == Some(&TokenKind::Colon);
                let right = text.last() == Some(&TokenKind::Colon);
                match (left, right) {
                    (true, true) => Alignment::Center,
                    (true, false) => Alignment::Left,
                    (false, true) => Alignment::Right,
                    (false, false) => Alignment::None,
                }
            })
    }
}

/// What a cell of the delimiter row says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alignment {
    /// `---`
    None,
    /// `:---`
    Left,
    /// `---:`: a column of amounts.
    Right,
    /// `:---:`
    Center,
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
    place: Place<'t>,
    data: &'t RowData,
}

impl<'t> Row<'t> {
    /// The cells between the bars.
    pub fn cells(self) -> impl DoubleEndedIterator<Item = Cell> + ExactSizeIterator + 't {
        let Self { place, data, .. } = self;
        data.cells
            .of(&place.tree.cells)
            .iter()
            .map(move |cell| place.cell(*cell, data.comments))
    }

    /// The first of [`Self::comments`].
    pub fn comment(self) -> Option<Comment> {
        self.comments().next()
    }

    /// Comments that belong to the row: on lines of their own just above it, then in its last
    /// cell.
    pub fn comments(self) -> impl Iterator<Item = Comment> + 't {
        let place = self.place;
        self.data
            .comments
            .of(&place.tree.comments)
            .iter()
            .map(move |comment| Comment {
                text: place
                    .range(place.trim(Span::new(comment.start + 1, comment.end.saturating_sub(1)))),
                range: place.range(*comment),
            })
    }
}

/// A cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Between the bars, spaces included.
    pub outer: TextRange,
    /// What is written there, trimmed: emphasis marks included, comments at the end not.
    pub content: TextRange,
    /// The text, trimmed, without emphasis marks around it; empty at the place to type if blank.
    pub text: TextRange,
}
