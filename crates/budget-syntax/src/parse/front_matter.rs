//! The front matter: from `---` on the first line to the next `---`.

use super::Builder;
use crate::error::SyntaxErrorKind;
use crate::lines::{Line, Shape};
use crate::tree::{BlockData, FieldData, Node, Span, count, trim};

impl Builder<'_> {
    pub(super) fn front_matter(&mut self) {
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
                "文档信息没有结束：缺少第二行 ---",
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
            let Some(entry) = self.parse.tree.entries.last_mut() else {
                return;
            };
            if entry.value.start == entry.value.end {
                entry.value.start = text.start;
            }
            entry.value.end = text.end;
            let value = entry.value;
            // Quotes around its first line are not around the whole.
            let quoted = is_quoted(self.of(block, value));
            if let Some(entry) = self.parse.tree.entries.last_mut() {
                entry.quoted = quoted;
            }
        } else if let Some(field) = self.field(block, line) {
            let quoted = is_quoted(self.of(block, field.value));
            self.parse.tree.entries.push(FieldData { quoted, ..field });
            *open_entry = true;
        } else {
            let range = self.range(block, text);
            self.error(
                range,
                SyntaxErrorKind::FrontMatter,
                "文档信息里，这一行不是“键: 值”",
                "写成“键: 值”，例如“年度: 2020”；正文写在第二行 --- 的下面",
            );
        }
    }
}

fn is_quoted(value: &str) -> bool {
    let quotes = |quote| value.starts_with(quote) && value.ends_with(quote);
    value.len() >= 2 && (quotes('"') || quotes('\''))
}
