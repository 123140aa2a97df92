//! Reading a text again after a change: blocks that the change can't have touched are taken over.
//!
//! A block depends on its own lines and on those after it, up to the first line that ends it: blank lines and comments
//! may stand between. So what is read anew begins a block before the change, not counting blank ones and comments, and
//! ends where a block begins as one did before, in text that is the same.

use super::{Builder, Parse, parse};
use crate::error::SyntaxErrorKind;
use crate::tree::{FieldData, Node, RowData, Span, Tree, count};
use crate::{SyntaxError, TextRange};

/// What [`parse`] gives for `text`, with what it gave for an earlier version of it. Linear in what changed, but for
/// copying.
pub fn parse_again(text: &str, before: &str, known: &Parse) -> Parse {
    parse_where(text, before, known, &Same::of(text, before))
}

/// As [`parse_again`], by one who knows what the texts have in common.
pub fn parse_where(text: &str, before: &str, known: &Parse, same: &Same) -> Parse {
    // What isn't closed depends on all that follows.
    let is_open = |error: &SyntaxError| {
        matches!(
            error.kind,
            SyntaxErrorKind::Comment | SyntaxErrorKind::FrontMatter
        )
    };
    let longest = text.len().max(before.len());
    if u32::try_from(longest).is_err() || known.errors.iter().any(is_open) {
        return parse(text);
    }
    let kept = kept(&known.tree, same.head);
    let start = known.tree.blocks.get(kept).map_or(0, |block| block.start);
    if ends_at(&known.errors, start) {
        return parse(text);
    }
    let mut builder = Builder::new(text);
    builder.parse.tree.make_room_for(&known.tree);
    if kept == 0 {
        builder.front_matter();
    } else {
        builder.at = start as usize;
        let part = Part::of(&known.tree, 0, kept);
        take(&mut builder.parse.tree, &known.tree, &part, 0);
        let errors = known.errors.iter();
        let errors = errors.filter(|error| error.range.start() < start);
        builder.parse.errors.extend(errors.cloned());
    }
    while let Some(line) = builder.line(builder.at) {
        if let Some(index) = same.block(&known.tree, builder.at)
            && let Some(block) = known.tree.blocks.get(index)
            && !ends_at(&known.errors, block.start)
        {
            let moved = offset_between(block.start, builder.at);
            let part = Part::of(&known.tree, index, known.tree.blocks.len());
            take(&mut builder.parse.tree, &known.tree, &part, moved);
            let errors = known.errors.iter();
            let errors = errors.filter(|error| error.range.start() >= block.start);
            builder.parse.errors.extend(errors.map(|error| SyntaxError {
                range: error.range.moved(moved),
                ..error.clone()
            }));
            break;
        }
        builder.block(line);
    }
    builder.finish()
}

/// Whether an error stands between two blocks, and might be of either.
fn ends_at(errors: &[SyntaxError], offset: u32) -> bool {
    let mut errors = errors.iter();
    errors.any(|error| error.range.is_empty() && error.range.start() == offset)
}

/// What `to` is more than `from`, so that adding it (wrapping) leads there.
fn offset_between(from: u32, to: usize) -> u32 {
    super::offset(to).wrapping_sub(from)
}

/// What two versions of a text have in common: what comes before all changes, and what comes after them.
#[derive(Clone, Copy, Debug)]
pub struct Same {
    /// Bytes at the beginning.
    head: u32,
    /// Where the common end begins in the new text, and in the old one.
    tail: (usize, usize),
}

impl Same {
    /// Compares a text with an earlier version of it.
    pub fn of<'t>(text: &'t str, before: &'t str) -> Self {
        let (new, old) = (text.as_bytes(), before.as_bytes());
        let head = common(
            new.iter(),
            old.iter(),
            new.chunks_exact(CHUNK),
            old.chunks_exact(CHUNK),
        );
        let most = new.len().min(old.len()) - head;
        let last = |bytes: &'t [u8]| bytes.get(bytes.len() - most..).unwrap_or_default();
        let (new_rest, old_rest) = (last(new), last(old));
        let tail = common(
            new_rest.iter().rev(),
            old_rest.iter().rev(),
            new_rest.rchunks_exact(CHUNK),
            old_rest.rchunks_exact(CHUNK),
        );
        Self {
            head: super::offset(head),
            tail: (new.len() - tail, old.len() - tail),
        }
    }

    /// Where a piece of the text stood before; none if a change touches it.
    pub fn before(&self, range: TextRange) -> Option<TextRange> {
        if range.end() <= self.head {
            return Some(range);
        }
        let moved = offset_between(super::offset(self.tail.0), self.tail.1);
        let follows = range.start() as usize >= self.tail.0;
        follows.then(|| range.moved(moved))
    }

    /// Where a piece of the earlier text stands now; none if a change touches its beginning or its end.
    pub fn now(&self, range: TextRange) -> Option<TextRange> {
        let place = |at: u32| match at {
            at if at < self.head => Some(at),
            at if at as usize > self.tail.1 => {
                let moved = offset_between(super::offset(self.tail.1), self.tail.0);
                Some(at.wrapping_add(moved))
            }
            _ => None,
        };
        Some(TextRange::new(place(range.start())?, place(range.end())?))
    }

    /// What differs: the piece of the new text and that of the old one.
    pub fn rest(&self) -> (TextRange, TextRange) {
        let head = |end: usize| TextRange::new(self.head, super::offset(end));
        (head(self.tail.0), head(self.tail.1))
    }

    /// The block that began, before, where the new text has `at`.
    fn block(&self, tree: &Tree, at: usize) -> Option<usize> {
        let within = at.checked_sub(self.tail.0)?;
        let old = super::offset(self.tail.1 + within);
        // The first may be what it is for being the first.
        let index = tree.blocks.binary_search_by_key(&old, |block| block.start);
        index.ok().filter(|index| *index > 0)
    }
}

/// Bytes that are compared at once.
const CHUNK: usize = 256;

/// How many bytes are the same, chunk by chunk first.
fn common<'b>(
    new: impl Iterator<Item = &'b u8>,
    old: impl Iterator<Item = &'b u8>,
    new_chunks: impl Iterator<Item = &'b [u8]>,
    old_chunks: impl Iterator<Item = &'b [u8]>,
) -> usize {
    let same = new_chunks.zip(old_chunks).take_while(|(a, b)| a == b);
    let chunks = same.count() * CHUNK;
    let rest = new.skip(chunks).zip(old.skip(chunks));
    chunks + rest.take_while(|(a, b)| a == b).count()
}

/// How many of the blocks before a place of change stay as they are.
fn kept(tree: &Tree, head: u32) -> usize {
    let touched = tree.blocks.partition_point(|block| block.end < head);
    let mut kept = touched.saturating_sub(1);
    let passes = |index: usize| {
        let node = tree.blocks.get(index).map(|block| block.node);
        matches!(node, Some(Node::Blank | Node::Comment { .. }))
    };
    while kept > 0 && passes(kept) {
        kept -= 1;
    }
    kept
}

/// Blocks one after the other, with what is theirs in the tree's lists.
struct Part {
    blocks: Span,
    tokens: Span,
    rows: Span,
    cells: Span,
    comments: Span,
    entries: Span,
}

impl Part {
    fn of(tree: &Tree, from: usize, to: usize) -> Self {
        let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let token = |at: usize| {
            let block = tree.blocks.get(at);
            block.map_or(count(&tree.kinds), |block| block.tokens.start)
        };
        let row = |at: usize| {
            let mut rest = tree.blocks.get(at..).unwrap_or_default().iter();
            let rows = rest.find_map(|block| match block.node {
                Node::Table { rows } => Some(rows.start),
                _ => None,
            });
            rows.unwrap_or(count(&tree.rows))
        };
        let rows = Span::new(row(from), row(to));
        let of_row = |at: u32, pick: fn(&RowData) -> Span, all: u32| {
            let row = tree.rows.get(at as usize);
            row.map_or(all, |row| pick(row).start)
        };
        let cell = |at| of_row(at, |row| row.cells, count(&tree.cells));
        let comment = |at| of_row(at, |row| row.comments, count(&tree.comments));
        // Only the first block may have entries.
        let entries = if from == 0 { count(&tree.entries) } else { 0 };
        Self {
            blocks: Span::new(index(from), index(to)),
            tokens: Span::new(token(from), token(to)),
            rows,
            cells: Span::new(cell(rows.start), cell(rows.end)),
            comments: Span::new(comment(rows.start), comment(rows.end)),
            entries: Span::new(0, entries),
        }
    }
}

impl Tree {
    /// Makes room for as much as another tree holds, and a little more.
    fn make_room_for(&mut self, other: &Tree) {
        fn room<T>(list: &mut Vec<T>, other: &[T]) {
            list.reserve(other.len() + other.len() / 64 + 16);
        }
        room(&mut self.kinds, &other.kinds);
        room(&mut self.ends, &other.ends);
        room(&mut self.blocks, &other.blocks);
        room(&mut self.rows, &other.rows);
        room(&mut self.cells, &other.cells);
    }
}

/// Appends blocks of another tree, so many bytes further on (wrapping).
fn take(tree: &mut Tree, from: &Tree, part: &Part, moved: u32) {
    let by = |list: u32, first: u32| list.wrapping_sub(first);
    let tokens = by(count(&tree.kinds), part.tokens.start);
    let rows = by(count(&tree.rows), part.rows.start);
    let cells = by(count(&tree.cells), part.cells.start);
    let comments = by(count(&tree.comments), part.comments.start);
    tree.kinds.extend(part.tokens.of(&from.kinds));
    tree.ends.extend(part.tokens.of(&from.ends));
    tree.entries.extend(part.entries.of(&from.entries));
    let own = part.cells.of(&from.cells).iter();
    tree.cells.extend(own.map(|cell| cell.moved(tokens)));
    let own = part.comments.of(&from.comments).iter();
    tree.comments
        .extend(own.map(|comment| comment.moved(tokens)));
    let own = part.rows.of(&from.rows).iter();
    tree.rows.extend(own.map(|row| RowData {
        kind: row.kind,
        line: row.line.moved(tokens),
        cells: row.cells.moved(cells),
        comments: row.comments.moved(comments),
    }));
    let own = part.blocks.of(&from.blocks).iter();
    tree.blocks.extend(own.map(|block| {
        let mut block = *block;
        block.start = block.start.wrapping_add(moved);
        block.end = block.end.wrapping_add(moved);
        block.tokens = block.tokens.moved(tokens);
        block.node = match block.node {
            Node::Heading { level, text } => Node::Heading {
                level,
                text: text.moved(tokens),
            },
            Node::Table { rows: own } => Node::Table {
                rows: own.moved(rows),
            },
            Node::ListItem { text, field } => Node::ListItem {
                text: text.moved(tokens),
                field: field.map(|field| field.moved(tokens)),
            },
            Node::Comment { text } => Node::Comment {
                text: text.moved(tokens),
            },
            Node::Paragraph { text, field } => Node::Paragraph {
                text: text.moved(tokens),
                field: field.map(|field| field.moved(tokens)),
            },
            // It is the first, and stays where it is.
            node @ (Node::FrontMatter { .. } | Node::Blank) => node,
        };
        block
    }));
}

impl Span {
    /// So much further on (wrapping).
    fn moved(self, by: u32) -> Self {
        Self::new(self.start.wrapping_add(by), self.end.wrapping_add(by))
    }
}

impl FieldData {
    fn moved(self, by: u32) -> Self {
        Self {
            key: self.key.moved(by),
            value: self.value.moved(by),
            quoted: self.quoted,
        }
    }
}
