//! The formatter: pads tables by display width, normalises syntax, never text.

mod edits;
mod front_matter;
mod row;
mod table;
pub(crate) mod width;

use crate::lines::{Line, Shape, is_space, shape};
use crate::tree::{Block, BlockKind, Heading, RowKind, Table};
use crate::{TextRange, Tree};
use edits::Edits;
pub use row::align_row;
use table::Layout;

/// A replacement of a range of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextEdit {
    /// What is replaced.
    pub range: TextRange,
    /// By what.
    pub text: String,
}

/// The smallest edits, line by line and in order, that format a text. A column whose delimiter
/// says `---:` holds amounts: it is aligned right and always padded whole.
pub fn format(text: &str, tree: &Tree) -> Vec<TextEdit> {
    format_within(text, tree, None, "\n")
}

/// As [`format`], but lines keep the kind of end that the text's first line has: an editor holds a
/// text with one kind only.
pub fn format_open(text: &str, tree: &Tree) -> Vec<TextEdit> {
    format_within(text, tree, None, line_end(text))
}

/// As [`format_open`], but only the blocks and empty lines that a range touches; an empty range touches
/// the block it stands in. A range that ends where a line begins doesn't touch that line.
pub fn format_range(text: &str, tree: &Tree, range: TextRange) -> Vec<TextEdit> {
    format_within(text, tree, Some(range), line_end(text))
}

/// How the lines of a text end, as its first one does: CRLF or LF.
pub fn line_end(text: &str) -> &'static str {
    match text.split_inclusive('\n').next() {
        Some(line) if line.ends_with("\r\n") => "\r\n",
        _ => "\n",
    }
}

fn format_within(
    text: &str,
    tree: &Tree,
    range: Option<TextRange>,
    end: &'static str,
) -> Vec<TextEdit> {
    let mut formatter = Formatter {
        text,
        range,
        edits: Edits::new(text, end),
        before: None,
        left: false,
        blank: None,
    };
    for block in tree.blocks() {
        formatter.block(block);
    }
    formatter.end()
}

/// A text with edits (in order, not overlapping) applied.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(TextRange::new(at, edit.range.start()).of(text));
        out.push_str(&edit.text);
        at = edit.range.end();
    }
    out.push_str(TextRange::new(at, u32::try_from(text.len()).unwrap_or(u32::MAX)).of(text));
    out
}

/// How the rows of a table are padded, for rows that are added to it.
pub struct Padding(Layout);

impl Padding {
    /// As the formatter would pad the table as it stands.
    pub fn of(text: &str, table: Table<'_>) -> Self {
        Self(Layout::of(text, table))
    }

    /// A row with these cells, without a line end. What stands in a cell is written as it is: bars
    /// of its own have to be escaped.
    pub fn row<'c>(&self, cells: impl IntoIterator<Item = &'c str>) -> String {
        self.0.cells(cells)
    }
}

struct Formatter<'s> {
    text: &'s str,
    /// All of the text if there is none.
    range: Option<TextRange>,
    edits: Edits<'s>,
    /// The block before that isn't blank.
    before: Option<BlockKind<'s>>,
    /// It is left as it is.
    left: bool,
    /// The blank block after it.
    blank: Option<TextRange>,
}

impl<'s> Formatter<'s> {
    fn block(&mut self, block: Block<'s>) {
        if let BlockKind::Blank = block.kind {
            self.blank = Some(block.range);
            return;
        }
        self.separate(block);
        self.left = !self.touches(block.range);
        if !self.left {
            self.content(block);
        }
        self.before = Some(block.kind);
        self.blank = None;
    }

    /// Whether a block or a run of empty lines is to be formatted.
    fn touches(&self, block: TextRange) -> bool {
        self.range.is_none_or(|range| {
            // A cursor at the text's end stands in the last block.
            let at_end = block.end() as usize == self.text.len() && range.start() == block.end();
            range.start() < block.end() && block.start() < range.end().max(range.start() + 1)
                || at_end
        })
    }

    fn content(&mut self, block: Block<'s>) {
        match block.kind {
            BlockKind::FrontMatter(matter) => {
                front_matter::format(self.text, &mut self.edits, block, matter)
            }
            BlockKind::Heading(heading) => self.heading(block, heading),
            BlockKind::Table(table) => self.table(block, table),
            BlockKind::ListItem(_) => self.item(block),
            BlockKind::Comment(_) => self.lines(block, |line| line),
            BlockKind::Paragraph(_) | BlockKind::Blank => {
                self.lines(block, |line| {
                    let text = line.trim_start_matches(is_indent);
                    // Of a row pasted with tabs the first cell may be empty.
                    if text.trim_end_matches(is_space).contains('\t') {
                        line
                    } else {
                        text
                    }
                });
            }
        }
    }

    /// One empty line between blocks; none need stand between items or between comments; none
    /// at the start.
    fn separate(&mut self, block: Block<'s>) {
        let start = block.range.start();
        if !self.touches(self.blank.unwrap_or(block.range)) {
            return;
        }
        // A comment may be followed by text on its line.
        let inside_line = self.before.is_some() && self.blank.is_none() && !self.starts_line(start);
        // On a line of their own three dashes might close a front matter that isn't closed.
        if inside_line && self.is_rule(block) {
            return;
        }
        let wanted = match (self.before, block.kind) {
            // At the start of the file three dashes would open a front matter.
            (None, BlockKind::Paragraph(_)) if self.is_rule(block) => self.edits.end,
            (None, _) => "",
            (Some(BlockKind::ListItem(_)), BlockKind::ListItem(_))
            | (Some(BlockKind::Comment(_)), BlockKind::Comment(_)) => {
                if self.blank.is_some() {
                    self.edits.end
                } else {
                    ""
                }
            }
            _ => self.edits.end,
        };
        if inside_line {
            self.edits.replace(TextRange::empty(start), self.edits.end);
        }
        let blank = self.blank.unwrap_or(TextRange::empty(start));
        // After a line that keeps a bare CR as its end, an LF is part of that end.
        let before = self.text.get(..blank.start() as usize).unwrap_or("");
        if !(self.left && before.ends_with('\r')) {
            self.edits.replace(blank, wanted);
        }
    }

    fn is_rule(&self, block: Block<'_>) -> bool {
        Line::at(self.text, block.range.start() as usize)
            .is_some_and(|line| shape(line.text(self.text)) == Shape::Rule)
    }

    fn starts_line(&self, offset: u32) -> bool {
        let before = self.text.get(..offset as usize).unwrap_or("");
        before.is_empty() || before.ends_with(['\n', '\r'])
    }

    fn end(mut self) -> Vec<TextEdit> {
        if let Some(blank) = self.blank.filter(|blank| self.touches(*blank)) {
            self.edits.replace(blank, "");
        }
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let last = TextRange::new(end.saturating_sub(1), end);
        if self.before.is_some()
            && self.blank.is_none()
            && !self.starts_line(end)
            && self.touches(last)
        {
            self.edits.replace(TextRange::empty(end), self.edits.end);
        }
        self.edits.done()
    }

    fn heading(&mut self, block: Block<'s>, heading: Heading) {
        let line = self.edits.line(block.range.start());
        let text = heading.text.of(self.text);
        let marks = TextRange::new(line.start(), heading.text.start()).of(self.text);
        let marks = marks.trim_matches(is_space).chars().count();
        let level = marks.max(usize::from(heading.level));
        let mut new = "#".repeat(level);
        if !text.is_empty() {
            new.push(' ');
            new.push_str(text);
        }
        self.edits.replace_line(line, &new);
    }

    fn table(&mut self, block: Block<'s>, table: Table<'s>) {
        let layout = Layout::of(self.text, table);
        let mut at = block.range.start();
        let mut open = false;
        for row in table.rows() {
            // Lines of comments go into the row they stand above (those above the delimiter row into the header),
            // or stay where they are if the row can't take them.
            open = table::is_open(self.text, row) || open && row.kind == RowKind::Delimiter;
            if !open {
                self.edits
                    .replace(TextRange::new(at, row.range.start()), "");
            }
            let new = layout.row(self.text, row);
            self.edits.replace_line(row.range, &new);
            at = self.edits.after(row.range);
        }
    }

    fn item(&mut self, block: Block<'s>) {
        let mut first = true;
        let mut blank = false;
        for line in self.edits.lines_of(block.range) {
            let raw = line.of(self.text);
            let content = raw.trim_end_matches(is_space);
            if content.is_empty() {
                // One empty line between paragraphs.
                if blank {
                    self.edits.remove_line(line);
                } else {
                    self.edits.replace_line(line, "");
                }
                blank = true;
                continue;
            }
            blank = false;
            let content = content.trim_start_matches(is_indent);
            let new = if first {
                let rest = content.trim_start_matches(is_space);
                let rest = rest.strip_prefix('-').unwrap_or(rest);
                let rest = rest.trim_start_matches(is_space);
                if rest.is_empty() {
                    "-".to_owned()
                } else {
                    format!("- {rest}")
                }
            } else {
                format!("  {content}")
            };
            first = false;
            self.edits.replace_line(line, &new);
        }
    }

    fn lines(&mut self, block: Block<'s>, trim: fn(&str) -> &str) {
        for line in self.edits.lines_of(block.range) {
            let new = trim(line.of(self.text)).trim_end_matches(is_space);
            self.edits.replace_line(line, new);
        }
    }
}

/// What may be taken away before a line's text; a full-width space is text.
fn is_indent(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{FEFF}')
}
