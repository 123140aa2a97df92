//! What a selection grows to, step by step, from a cursor outwards.

use budget_model::Document;
use budget_syntax::expr::{Expr, Spanned, parse_slot, pieces};
use budget_syntax::tree::{Block, BlockKind, RowKind, Table};
use budget_syntax::{TextRange, slots};

/// The ranges around an offset, the innermost first; each holds the one before and is larger. Never empty: the last is
/// the document.
pub fn selection(document: &Document, offset: u32) -> Vec<TextRange> {
    let mut growing = Growing {
        text: &document.text,
        offset,
        ranges: Vec::new(),
    };
    if let Some(block) = document.parse.tree.block_at(offset) {
        growing.block(block);
    }
    if let Some(heading) = document.heading_at(offset) {
        for (_, heading) in document.ancestors(heading) {
            growing.add(trimmed(&document.text, heading.extent));
            growing.add(heading.extent);
        }
    }
    let all = u32::try_from(document.text.len()).unwrap_or(u32::MAX);
    growing.add(TextRange::new(0, all));
    let mut ranges = growing.ranges;
    if ranges.is_empty() {
        ranges.push(TextRange::new(0, all));
    }
    ranges
}

struct Growing<'t> {
    text: &'t str,
    offset: u32,
    ranges: Vec<TextRange>,
}

impl Growing<'_> {
    /// Adds a range if it is larger than the last.
    fn add(&mut self, range: TextRange) {
        let larger = self
            .ranges
            .last()
            .is_none_or(|last| range.contains(*last) && range != *last);
        if range.touches(self.offset) && !range.is_empty() && larger {
            self.ranges.push(range);
        }
    }

    fn block(&mut self, block: Block<'_>) {
        match block.kind {
            BlockKind::FrontMatter(matter) => {
                let entry = matter
                    .entries()
                    .find(|entry| entry.key.cover(entry.value).touches(self.offset));
                if let Some(entry) = entry {
                    self.add(entry.value);
                    self.add(entry.key);
                    self.add(entry.key.cover(entry.value));
                }
            }
            BlockKind::Heading(heading) => self.add(heading.text),
            BlockKind::Table(table) => self.table(table),
            BlockKind::ListItem(item) => {
                if let Some(field) = item.field {
                    self.prose(field.value);
                    self.add(field.key);
                }
                self.prose(item.text);
            }
            BlockKind::Paragraph(paragraph) => {
                if let Some(field) = paragraph.field {
                    self.prose(field.value);
                    self.add(field.key);
                }
                self.prose(paragraph.text);
            }
            BlockKind::Comment(comment) => {
                self.add(comment.text);
                self.add(comment.range);
            }
            BlockKind::Blank => return,
        }
        self.add(trimmed(self.text, block.range));
        self.add(block.range);
    }

    fn table(&mut self, table: Table<'_>) {
        if let Some(row) = table.row_at(self.offset) {
            let cell = row.cells().find(|cell| cell.outer.touches(self.offset));
            if let Some(cell) = cell {
                self.slot(cell.text);
                self.add(cell.text);
                self.add(cell.content);
                self.add(cell.outer);
            }
            for comment in row.comments() {
                if comment.range.touches(self.offset) {
                    self.add(comment.text);
                    self.add(comment.range);
                }
            }
            self.add(row.range);
            // The body, without the header.
            if row.kind == RowKind::Body {
                let first = table.rows().find(|row| row.kind == RowKind::Body);
                // What ends the table's block may be empty lines or comments; its last row doesn't.
                if let (Some(first), Some(last)) = (first, table.last_row()) {
                    self.add(first.range.cover(last.range));
                }
            }
        }
    }

    /// A slot, a clause, a sentence, all of a text.
    fn prose(&mut self, range: TextRange) {
        if !range.touches(self.offset) {
            return;
        }
        self.slot(range);
        self.add(self.between(range, &['，', '；', '：', '。', '！', '？', ';', ':']));
        self.add(self.between(range, &['；', '。', '！', '？', ';']));
        self.add(self.between(range, &['。', '！', '？']));
        self.add(range);
    }

    /// The piece around the offset that marks set off, without them.
    fn between(&self, range: TextRange, marks: &[char]) -> TextRange {
        let before = TextRange::new(range.start(), self.offset).of(self.text);
        let after = TextRange::new(self.offset, range.end()).of(self.text);
        let is_mark = |c: char| marks.contains(&c) || matches!(c, '\n' | '\r');
        let length = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX);
        let before = before.rsplit(is_mark).next().unwrap_or_default();
        let after = after.split(is_mark).next().unwrap_or_default();
        let piece = TextRange::new(self.offset - length(before), self.offset + length(after));
        let text = piece.of(self.text);
        let lead = length(text) - length(text.trim_start());
        TextRange::new(
            piece.start() + lead,
            piece.start() + lead + length(text.trim()),
        )
    }

    /// Within a `{…}`: the step of a path, the path, what holds it, all between the braces, and with them.
    fn slot(&mut self, range: TextRange) {
        let found =
            slots(range.of(self.text), range.start()).find(|slot| slot.range.touches(self.offset));
        let Some(slot) = found else { return };
        let inner = slot.inner.of(self.text);
        for (_, piece) in pieces(inner) {
            self.add(piece.shift(slot.inner.start()));
        }
        if let Ok(parsed) = parse_slot(inner) {
            self.expression(&parsed.expr, slot.inner.start());
        }
        self.add(trimmed(self.text, slot.inner));
        self.add(slot.range);
    }

    /// The smallest that holds the offset first.
    fn expression(&mut self, expr: &Spanned<Expr>, base: u32) {
        let range = expr.range.shift(base);
        if !range.touches(self.offset) {
            return;
        }
        match &expr.node {
            Expr::Number(_) => {}
            Expr::Path(path) => {
                // Up to the step of the cursor: a table, its row.
                let mut upto = None::<TextRange>;
                for step in &path.segments {
                    let step = step.range.shift(base);
                    let longer = upto.map_or(step, |upto| upto.cover(step));
                    upto = Some(longer);
                    if longer.touches(self.offset) {
                        self.add(longer);
                    }
                }
            }
            Expr::Call { args, .. } => {
                for argument in args {
                    self.expression(&argument.value, base);
                    if let Some(name) = &argument.name {
                        self.add(name.range.cover(argument.value.range).shift(base));
                    }
                }
            }
            Expr::Negate(inner) => self.expression(inner, base),
            Expr::Binary { lhs, rhs, .. } => {
                self.expression(lhs, base);
                self.expression(rhs, base);
            }
        }
        self.add(range);
    }
}

/// Without the empty lines at its end.
fn trimmed(text: &str, range: TextRange) -> TextRange {
    let trimmed = range.of(text).trim_end();
    let length = u32::try_from(trimmed.len()).unwrap_or(u32::MAX);
    TextRange::new(range.start(), range.start() + length)
}
