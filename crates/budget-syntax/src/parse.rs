//! From lines to blocks, and from a block's tokens to its nodes.

use chumsky::Parser as _;
use chumsky::error::{EmptyErr, Rich};
use chumsky::extra::SimpleState;

use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::grammar::{self, Sink};
use crate::lines::{self, Line, Shape, shape};
use crate::token::{self, TokenKind};
use crate::tree::{BlockData, FieldData, Node, RowData, RowKind, Span, Tree, count, trim};
use crate::{TextRange, tree};

/// What [`parse`] gives: a tree for the whole text, and what couldn't be read.
#[derive(Debug, Default)]
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
    let mut builder = Builder {
        text: text.get(..longest).unwrap_or(""),
        at: 0,
        parse: Parse::default(),
        sink: SimpleState(Sink::default()),
        unclosed_until: 0,
    };
    builder.reserve();
    builder.front_matter();
    while let Some(line) = builder.line(builder.at) {
        builder.block(line);
    }
    // Of one line, errors may have been found out of order.
    builder.parse.errors.sort_by_key(|error| error.range);
    builder.parse
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

    // --- front matter ---

    fn front_matter(&mut self) {
        let Some(fence) = self.line(0).filter(|line| self.shape(*line) == Shape::Rule) else {
            return;
        };
        let (end, closed) = self.front_matter_end(fence);
        let block = self.open(end);
        let entries = count(&self.parse.tree.entries);
        let mut line = self.line_tokens(&block, block.tokens.start);
        let fence = line;
        let mut open_entry = false;
        loop {
            line = self.line_tokens(&block, line.end);
            if line.start == line.end {
                break;
            }
            if closed && line.end == block.tokens.end {
                break;
            }
            self.front_matter_line(&block, line, &mut open_entry);
        }
        if !closed {
            let range = self.range(&block, trim(&self.parse.tree.kinds, fence));
            self.error(
                range,
                SyntaxErrorKind::FrontMatter,
                "文件开头的说明没有结束：缺少第二行 ---",
                "在最后一个“键: 值”的下面另起一行写 ---",
            );
        }
        let entries = Span::new(entries, count(&self.parse.tree.entries));
        self.close(block, Node::FrontMatter { entries });
    }

    /// Where the front matter ends, and whether its second fence is there.
    fn front_matter_end(&self, fence: Line) -> (usize, bool) {
        let mut end = fence.next;
        let mut first_blank = None;
        while let Some(line) = self.line(end) {
            match self.shape(line) {
                Shape::Rule => return (line.next, true),
                Shape::Heading | Shape::Row => break,
                Shape::Blank => first_blank = first_blank.or(Some(line.start)),
                Shape::Item | Shape::Comment | Shape::Text => {}
            }
            end = line.next;
        }
        (first_blank.unwrap_or(end), false)
    }

    fn front_matter_line(&mut self, block: &BlockData, line: Span, open_entry: &mut bool) {
        let text = trim(&self.parse.tree.kinds, line);
        if text.start == text.end {
            return;
        }
        let raw = self.of(block, line);
        let runs_on = *open_entry && raw.starts_with([' ', '\t']);
        if runs_on {
            // A value of several lines.
            if let Some(entry) = self.parse.tree.entries.last_mut() {
                if entry.value.start == entry.value.end {
                    entry.value.start = text.start;
                }
                entry.value.end = text.end;
            }
        } else if let Some(field) = self.field(block, line) {
            let value = self.of(block, field.value);
            let quoted = ['"', '\''].iter().any(|quote| {
                value.len() >= 2 && value.starts_with(*quote) && value.ends_with(*quote)
            });
            self.parse.tree.entries.push(FieldData { quoted, ..field });
            *open_entry = true;
        } else {
            let range = self.range(block, text);
            self.error(
                range,
                SyntaxErrorKind::FrontMatter,
                "文件开头的说明里，这一行不是“键: 值”",
                "写成“键: 值”，例如“年度: 2020”；正文写在第二行 --- 的下面",
            );
        }
    }

    // --- lines of text ---

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
            colon = self.colon(block, rest).unwrap_or(colon);
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

    // --- tables ---

    fn table(&mut self, first: Line) {
        let end = self.table_end(first);
        let block = self.open(end);
        let rows = count(&self.parse.tree.rows);
        let mut shape = TableShape::default();
        let mut comments = count(&self.parse.tree.comments);
        let mut line = self.line_tokens(&block, block.tokens.start);
        while line.start < line.end {
            let text = trim(&self.parse.tree.kinds, line);
            if text.of(&self.parse.tree.kinds).first() == Some(&TokenKind::CommentOpen) {
                // It belongs to the row below.
                self.parse.tree.comments.push(text);
            } else {
                self.row(&block, line, &mut shape, comments);
                comments = count(&self.parse.tree.comments);
            }
            line = self.line_tokens(&block, line.end);
        }
        if shape.lines == 1 && shape.has_header {
            self.missing_delimiter(shape.header_line);
        }
        let rows = Span::new(rows, count(&self.parse.tree.rows));
        self.close(block, Node::Table { rows });
    }

    /// A table is a run of rows, with lines that are whole comments between them.
    fn table_end(&self, first: Line) -> usize {
        let mut end = first.next;
        let mut at = end;
        while let Some(line) = self.line(at) {
            match self.shape(line) {
                Shape::Row => end = line.next,
                Shape::Comment if lines::is_whole_comment(line.text(self.text)) => {}
                _ => break,
            }
            at = line.next;
        }
        end
    }

    fn row(&mut self, block: &BlockData, line: Span, shape: &mut TableShape, comments: u32) {
        self.read_row(block, line);
        let tree = &mut self.parse.tree;
        let first_cell = count(&tree.cells);
        let mut cells = self.sink.cells.drain(..).peekable();
        while let Some(cell) = cells.next() {
            let cell = shifted(cell, line.start);
            // What stands after the last bar is a cell only if there is something.
            let blank =
                cells.peek().is_none() && trim(&tree.kinds, cell).of(&tree.kinds).is_empty();
            if blank {
                break;
            }
            tree.cells.push(cell);
        }
        drop(cells);
        // A comment alone beyond the last column belongs to the row and is no cell.
        let width = shape.width.unwrap_or(0);
        while count(&tree.cells) - first_cell > width
            && tree
                .cells
                .last()
                .is_some_and(|cell| is_comment(&tree.kinds, *cell))
        {
            tree.cells.pop();
        }
        let own = self.sink.comments.drain(..);
        tree.comments.extend(own.map(|c| shifted(c, line.start)));
        let cells = Span::new(first_cell, count(&tree.cells));
        let content = line_content(&tree.kinds, line);
        let comments = Span::new(comments, count(&tree.comments));
        let kind = self.row_kind(block, line, content, cells, shape);
        if kind == RowKind::Delimiter
            && let Some(header) = self.parse.tree.rows.last_mut().filter(|_| shape.has_header)
        {
            // A comment between the header and its delimiter belongs to the header.
            header.comments.end = comments.end;
        }
        self.parse.tree.rows.push(RowData {
            kind,
            line: content,
            cells,
            comments: match kind {
                RowKind::Delimiter => Span::new(comments.end, comments.end),
                RowKind::Header | RowKind::Body => comments,
            },
        });
    }

    /// Puts the cells of a line into the sink: first the cheap way, then, if a comment isn't
    /// closed, with its message and its marks as text.
    fn read_row(&mut self, block: &BlockData, line: Span) {
        let tokens = line.of(&self.parse.tree.kinds);
        let read = grammar::row::<EmptyErr>().parse_with_state(tokens, &mut self.sink);
        if read.has_output() {
            return;
        }
        self.sink.cells.clear();
        self.sink.comments.clear();
        let _ =
            grammar::row_without_comments::<EmptyErr>().parse_with_state(tokens, &mut self.sink);
        let open = tokens
            .iter()
            .position(|kind| *kind == TokenKind::CommentOpen)
            .unwrap_or(0);
        let open = line.start + u32::try_from(open).unwrap_or(0);
        let range = self.range(
            block,
            Span::new(open, line_content(&self.parse.tree.kinds, line).end),
        );
        self.error(
            range,
            SyntaxErrorKind::Comment,
            "这一行的注释没有结束：缺少 -->",
            "在这一格的末尾写上 -->；表格里的注释不能换行",
        );
    }

    /// What the line is, by its place in the table; says what is wrong with its shape.
    fn row_kind(
        &mut self,
        block: &BlockData,
        line: Span,
        content: Span,
        cells: Span,
        shape: &mut TableShape,
    ) -> RowKind {
        let number = shape.lines;
        shape.lines += 1;
        let width = cells.end - cells.start;
        let place = |builder: &Self| builder.range(block, trim(&builder.parse.tree.kinds, content));
        match number {
            0 if self.is_delimiter(line) => {
                let range = place(self);
                self.error(
                    range,
                    SyntaxErrorKind::Table,
                    "表格缺少表头",
                    "在 | --- | 这一行的上面写一行各列的名称",
                );
                RowKind::Delimiter
            }
            0 => {
                shape.has_header = true;
                shape.width = Some(width);
                shape.header_line = place(self);
                RowKind::Header
            }
            1 if shape.has_header && self.is_delimiter(line) => {
                if shape.width != Some(width) {
                    let range = place(self);
                    let message = format!(
                        "表头有 {} 列，分隔行有 {width} 列",
                        shape.width.unwrap_or(0)
                    );
                    self.error(
                        range,
                        SyntaxErrorKind::Table,
                        &message,
                        "表头有几列，分隔行就写几个 ---；整理格式可以补齐",
                    );
                }
                RowKind::Delimiter
            }
            _ => {
                if number == 1 && shape.has_header {
                    self.delimiter_error(block, line, shape.header_line);
                }
                self.extra_cells(block, cells, shape.width);
                RowKind::Body
            }
        }
    }

    fn is_delimiter(&mut self, line: Span) -> bool {
        let tokens = line.of(&self.parse.tree.kinds);
        grammar::delimiter::<EmptyErr>()
            .parse_with_state(tokens, &mut self.sink)
            .has_output()
    }

    /// The second line is no delimiter row: a slip in one if it begins like one.
    fn delimiter_error(&mut self, block: &BlockData, line: Span, header: TextRange) {
        let tokens = line.of(&self.parse.tree.kinds);
        let read = grammar::delimiter::<Rich<'_, TokenKind>>()
            .parse_with_state(tokens, &mut SimpleState(Sink::default()));
        let at = read.into_errors().first().map(|error| error.span().start);
        let dash = tokens.iter().position(|kind| *kind == TokenKind::Dash);
        let Some(at) = at.filter(|at| dash.is_some_and(|dash| dash < *at)) else {
            self.missing_delimiter(header);
            return;
        };
        let at = line.start + u32::try_from(at).unwrap_or(0);
        let end = line_content(&self.parse.tree.kinds, line).end;
        let range = self.range(block, Span::new(at.min(end), (at + 1).min(end)));
        self.error(
            range,
            SyntaxErrorKind::Table,
            "分隔行只能写 |、- 和 :",
            "每一列写 ---，金额列写 ---:，例如 | --- | ---: |",
        );
    }

    fn missing_delimiter(&mut self, header: TextRange) {
        self.error(
            header,
            SyntaxErrorKind::Table,
            "表头下面缺少分隔行",
            "在表头下面加一行，每列一个 ---，金额列写 ---:，例如 | --- | ---: |",
        );
    }

    fn extra_cells(&mut self, block: &BlockData, cells: Span, width: Option<u32>) {
        let Some(width) = width.filter(|width| *width < cells.end - cells.start) else {
            return;
        };
        let extra = Span::new(cells.start + width, cells.end).of(&self.parse.tree.cells);
        let (Some(first), Some(last)) = (extra.first(), extra.last()) else {
            return;
        };
        let range = self.range(block, Span::new(first.start, last.end));
        let message = format!("这一行比表头多 {} 格", extra.len());
        self.error(
            range,
            SyntaxErrorKind::ExtraCells,
            &message,
            "删去多出的 |，或给表头补上这一列；文字里的竖线写成 \\|",
        );
    }
}

/// What is known of a table while its lines are read.
#[derive(Default)]
struct TableShape {
    lines: u32,
    has_header: bool,
    /// Cells of the header.
    width: Option<u32>,
    header_line: TextRange,
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

/// Whether a cell holds comments and nothing else.
fn is_comment(kinds: &[TokenKind], cell: Span) -> bool {
    let mut inside = false;
    let mut any = false;
    for kind in cell.of(kinds) {
        match kind {
            TokenKind::CommentOpen => (inside, any) = (true, true),
            TokenKind::CommentClose if inside => inside = false,
            kind if inside || kind.is_blank() => {}
            _ => return false,
        }
    }
    any && !inside
}
