//! Tables: a run of rows, with whole comments between them.

use chumsky::Parser as _;
use chumsky::error::{EmptyErr, Rich};
use chumsky::extra::SimpleState;

use super::{Builder, line_content, shifted};
use crate::TextRange;
use crate::error::SyntaxErrorKind;
use crate::grammar::{self, Sink};
use crate::lines::{self, Line, Shape};
use crate::token::TokenKind;
use crate::tree::{BlockData, Node, RowData, RowKind, Span, count, trim};

impl Builder<'_> {
    pub(super) fn table(&mut self, first: Line) {
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
        // A comment alone beyond the last column belongs to the row and is no cell; a header has one column at least.
        let width = shape.width.unwrap_or(1);
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
