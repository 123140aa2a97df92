//! From lines to blocks, and from a block's tokens to its nodes.

mod again;
mod front_matter;
mod table;

pub use again::{Same, parse_again, parse_where};

use chumsky::Parser as _;
use chumsky::error::EmptyErr;
use chumsky::extra::SimpleState;

use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::grammar::{self, Sink};
use crate::lines::{self, Line, Shape, shape};
use crate::token::{self, TokenKind};
use crate::tree::{BlockData, FieldData, Node, Span, Tree, count, trim};
use crate::{TextRange, tree};

/// What [`parse`] gives: a tree for the whole text, and what couldn't be read.
#[derive(PartialEq, Eq, Debug, Default)]
pub struct Parse {
    /// Every byte of the text is in one block of it.
    pub tree: Tree,
    /// In order of place.
    pub errors: Vec<SyntaxError>,
}

/// Reads a text. Never fails; linear in its length. What `{…}` hold is not read here: see
/// [`crate::slots`] and [`crate::expr::parse_slot`]. A text of 4 GiB or more, whose places no
/// `u32` can hold, gives the tree of its first 4 GiB.
pub fn parse(text: &str) -> Parse {
    let longest = text.floor_char_boundary(u32::MAX as usize);
    let mut builder = Builder::new(text.get(..longest).unwrap_or(""));
    builder.front_matter();
    while let Some(line) = builder.line(builder.at) {
        builder.block(line);
    }
    builder.finish()
}

/// Keys longer than this are sentences.
const LONGEST_KEY: usize = 30;

struct Builder<'s> {
    text: &'s str,
    /// Where the next block begins.
    at: usize,
    parse: Parse,
    sink: SimpleState<Sink>,
    /// No comment that opens before this offset is closed.
    unclosed_until: usize,
}

impl<'s> Builder<'s> {
    fn new(text: &'s str) -> Self {
        let mut builder = Self {
            text,
            at: 0,
            parse: Parse::default(),
            sink: SimpleState(Sink::default()),
            unclosed_until: 0,
        };
        builder.reserve();
        builder
    }

    fn finish(mut self) -> Parse {
        // Of one line, errors may have been found out of order.
        self.parse.errors.sort_by_key(|error| error.range);
        self.parse
    }

    /// Rough sizes, so that the lists seldom grow.
    fn reserve(&mut self) {
        let length = self.text.len();
        let tree = &mut self.parse.tree;
        tree.kinds.reserve(length / 6);
        tree.ends.reserve(length / 6);
        tree.cells.reserve(length / 16);
        tree.rows.reserve(length / 96);
        tree.blocks.reserve(length / 96);
    }

    fn line(&self, at: usize) -> Option<Line> {
        Line::at(self.text, at)
    }

    fn shape(&self, line: Line) -> Shape {
        shape(line.text(self.text))
    }

    fn block(&mut self, first: Line) {
        match self.shape(first) {
            Shape::Blank => {
                let end = self.run(first, Shape::Blank);
                let block = self.open(end);
                self.close(block, Node::Blank);
            }
            Shape::Heading => self.heading(first),
            Shape::Row => self.table(first),
            Shape::Item => self.item(first),
            Shape::Comment => self.comment(first),
            Shape::Rule => self.paragraph(first.next, false),
            Shape::Text => {
                let end = self.run(first, Shape::Text);
                self.paragraph(end, end == first.next);
            }
        }
    }

    /// The end of the run of lines of one shape that begins with `first`.
    fn run(&self, first: Line, of: Shape) -> usize {
        let mut end = first.next;
        while let Some(line) = self.line(end)
            && self.shape(line) == of
        {
            end = line.next;
        }
        end
    }

    /// Lexes the block from `self.at` to `end`.
    fn open(&mut self, end: usize) -> BlockData {
        let tree = &mut self.parse.tree;
        let first = count(&tree.kinds);
        let text = self.text.get(self.at..end).unwrap_or("");
        token::lex(text, &mut tree.kinds, &mut tree.ends);
        BlockData {
            start: offset(self.at),
            end: offset(end),
            tokens: Span::new(first, count(&tree.kinds)),
            node: Node::Blank,
        }
    }

    fn close(&mut self, mut block: BlockData, node: Node) {
        block.node = node;
        self.at = block.end as usize;
        self.parse.tree.blocks.push(block);
    }

    fn range(&self, block: &BlockData, tokens: Span) -> TextRange {
        let tree = &self.parse.tree;
        tree::Place { tree, data: block }.range(tokens)
    }

    fn of(&self, block: &BlockData, tokens: Span) -> &'s str {
        self.range(block, tokens).of(self.text)
    }

    fn error(&mut self, range: TextRange, kind: SyntaxErrorKind, message: &str, help: &str) {
        self.parse.errors.push(SyntaxError {
            range,
            kind,
            message: message.to_owned(),
            help: help.to_owned(),
        });
    }

    /// The tokens of the line that begins at token `first`, its end included.
    fn line_tokens(&self, block: &BlockData, first: u32) -> Span {
        let rest = Span::new(first, block.tokens.end).of(&self.parse.tree.kinds);
        let length = rest
            .iter()
            .position(|kind| *kind == TokenKind::Newline)
            .map_or(rest.len(), |at| at + 1);
        Span::new(first, first + u32::try_from(length).unwrap_or(u32::MAX))
    }

    /// Key and value of the first line of `tokens`, if a colon parts them.
    fn field(&self, block: &BlockData, tokens: Span) -> Option<FieldData> {
        let line = trim(
            &self.parse.tree.kinds,
            self.line_tokens(block, tokens.start),
        );
        let line = Span::new(line.start, line.end.min(tokens.end));
        let mut colon = self.colon(block, line)?;
        if self.of(block, Span::new(line.start, colon)).trim() == "其中" {
            let rest = Span::new(colon + 1, line.end);
            // Not a value that begins with a mark: a colon, a quote.
            let inner = self.colon(block, rest).filter(|inner| {
                let name = self.of(block, Span::new(rest.start, *inner)).trim();
                name.starts_with(char::is_alphanumeric)
            });
            colon = inner.unwrap_or(colon);
        }
        let kinds = &self.parse.tree.kinds;
        let key = trim(kinds, Span::new(line.start, colon));
        let name = self.of(block, key);
        if name.is_empty() || name.chars().nth(LONGEST_KEY).is_some() {
            return None;
        }
        let value = trim(kinds, Span::new(colon + 1, line.end));
        Some(FieldData {
            key,
            value,
            quoted: false,
        })
    }

    /// The colon that parts a key from its value; not that of a time or an address.
    fn colon(&self, block: &BlockData, line: Span) -> Option<u32> {
        // A longer line may be a field, a longer key is none.
        let near = Span::new(
            line.start,
            line.end.min(line.start + 2 * LONGEST_KEY as u32),
        );
        let tokens = near.of(&self.parse.tree.kinds);
        let key = grammar::key::<EmptyErr>()
            .parse_with_state(tokens, &mut SimpleState(Sink::default()))
            .into_output()?;
        let colon = line.start + key.end;
        let before = self.of(block, Span::new(line.start, colon));
        let after = self.of(block, Span::new(colon + 1, line.end));
        let time = before.ends_with(|c: char| c.is_ascii_digit())
            && after.starts_with(|c: char| c.is_ascii_digit());
        (!time && !after.starts_with("//")).then_some(colon)
    }

    fn heading(&mut self, line: Line) {
        let block = self.open(line.next);
        let tokens = block.tokens.of(&self.parse.tree.kinds);
        let read = grammar::heading::<EmptyErr>().parse_with_state(tokens, &mut self.sink);
        let all = trim(&self.parse.tree.kinds, block.tokens);
        let mark = match read.into_output() {
            Some(mark) => shifted(mark, block.tokens.start),
            None => {
                let range = self.range(&block, all);
                self.error(
                    range,
                    SyntaxErrorKind::Heading,
                    "# 后面缺少标题",
                    "在 # 后面空一格，写上标题；不要这个标题就删去 #",
                );
                Span::new(all.start, all.start + 1)
            }
        };
        let marks = self.of(&block, mark).chars().count();
        if marks > 6 {
            let range = self.range(&block, mark);
            self.error(
                range,
                SyntaxErrorKind::Heading,
                "标题最多六级，这里的 # 太多",
                "改成一到六个 #",
            );
        }
        let text = trim(&self.parse.tree.kinds, Span::new(mark.end, all.end));
        let level = u8::try_from(marks.clamp(1, 6)).unwrap_or(6);
        self.close(block, Node::Heading { level, text });
    }

    fn paragraph(&mut self, end: usize, may_be_field: bool) {
        let block = self.open(end);
        let text = trim(&self.parse.tree.kinds, block.tokens);
        let field = may_be_field.then(|| self.field(&block, text)).flatten();
        self.close(block, Node::Paragraph { text, field });
    }

    fn item(&mut self, first: Line) {
        let end = self.item_end(first);
        let block = self.open(end);
        let all = trim(&self.parse.tree.kinds, block.tokens);
        let text = trim(&self.parse.tree.kinds, Span::new(all.start + 1, all.end));
        let mut field = self.field(&block, text);
        if let Some(field) = &mut field {
            // The value runs on to the end of the item.
            let empty = field.value.start == field.value.end;
            let after_key = trim(
                &self.parse.tree.kinds,
                Span::new(field.value.start, text.end.max(field.value.start)),
            );
            if !empty || after_key.start < after_key.end {
                field.value = after_key;
            }
        }
        self.close(block, Node::ListItem { text, field });
    }

    /// An item runs on in indented lines of text, empty lines between them.
    fn item_end(&self, first: Line) -> usize {
        let mut end = first.next;
        let mut after_blank = end;
        while let Some(line) = self.line(after_blank) {
            match self.shape(line) {
                Shape::Blank => {}
                Shape::Text if lines::is_indented(line.text(self.text)) => end = line.next,
                _ => break,
            }
            after_blank = line.next;
        }
        end
    }

    fn comment(&mut self, first: Line) {
        let close = if first.start < self.unclosed_until {
            None
        } else {
            self.comment_close(first)
        };
        let end = close.unwrap_or(first.next);
        // Text after the comment is a block of its own; spaces and the line end are not.
        let rest = self.line(end).filter(|_| close.is_some());
        let end = match rest {
            Some(line) if self.shape(line) == Shape::Blank => line.next,
            _ => end,
        };
        let block = self.open(end);
        let all = trim(&self.parse.tree.kinds, block.tokens);
        if close.is_none() {
            let range = self.range(&block, all);
            self.error(
                range,
                SyntaxErrorKind::Comment,
                "注释没有结束：下一个标题之前没有 -->",
                "在注释的末尾写上 -->",
            );
        }
        let last = all.end - u32::from(close.is_some());
        let text = trim(
            &self.parse.tree.kinds,
            Span::new((all.start + 1).min(last), last),
        );
        self.close(block, Node::Comment { text });
    }

    /// Where the comment that `first` opens is closed, if it is before the next heading.
    fn comment_close(&mut self, first: Line) -> Option<usize> {
        let mut line = first;
        let mut from = first.start + first.text(self.text).find("<!--").map_or(0, |at| at + 4);
        loop {
            let text = self.text.get(from..line.end).unwrap_or("");
            if let Some(at) = text.find("-->") {
                return Some(from + at + 3);
            }
            match self.line(line.next) {
                Some(next) if self.shape(next) != Shape::Heading => line = next,
                _ => {
                    self.unclosed_until = line.next;
                    return None;
                }
            }
            from = line.start;
        }
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn shifted(span: Span, by: u32) -> Span {
    Span::new(span.start + by, span.end + by)
}

/// The line without its line end.
fn line_content(kinds: &[TokenKind], line: Span) -> Span {
    let newline = line.of(kinds).last() == Some(&TokenKind::Newline);
    Span::new(line.start, line.end - u32::from(newline))
}
