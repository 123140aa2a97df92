//! Lines to blocks: text lines, and tables that page breaks may have cut.

use crate::page;
use crate::text;

/// A piece of the source.
#[derive(Debug)]
pub(crate) enum Block<'t> {
    /// A line of text, trimmed, never empty.
    Text(Line<'t>),
    /// Rows that stand together.
    Table(RawTable<'t>),
}

/// A line of text with its number from 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'t> {
    pub(crate) number: u32,
    pub(crate) text: &'t str,
    /// The converter took it for a heading (`## …`).
    pub(crate) heading: bool,
}

/// A row with its number from 1.
#[derive(Clone, Debug)]
pub(crate) struct RawRow<'t> {
    pub(crate) number: u32,
    pub(crate) cells: Vec<&'t str>,
}

impl<'t> RawRow<'t> {
    /// The cell at a place; empty where the row is shorter.
    pub(crate) fn cell(&self, at: usize) -> &'t str {
        self.cells.get(at).copied().unwrap_or("")
    }

    /// Places and texts of the cells that hold something.
    pub(crate) fn filled(&self) -> impl Iterator<Item = (usize, &'t str)> {
        self.cells
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, cell)| !cell.is_empty())
    }
}

/// Rows that stand together.
#[derive(Debug, Default)]
pub(crate) struct RawTable<'t> {
    pub(crate) rows: Vec<RawRow<'t>>,
    /// Page breaks inside, by the line of the row after each.
    pub(crate) breaks: Vec<u32>,
}

impl RawTable<'_> {
    /// Most cells of a row.
    pub(crate) fn width(&self) -> usize {
        self.rows
            .iter()
            .map(|row| row.cells.len())
            .max()
            .unwrap_or(0)
    }
}

/// What the lines of a text are.
#[derive(Debug, Default)]
pub(crate) struct Blocks<'t> {
    pub(crate) blocks: Vec<Block<'t>>,
    /// Lines made of dashes alone, by number.
    pub(crate) separators: Vec<u32>,
    /// Page numbers as printed, with their lines.
    pub(crate) pages: Vec<Line<'t>>,
}

/// Splits a text. LF, CR and CRLF end a line; a form feed is white space.
pub(crate) fn split(source: &str) -> Blocks<'_> {
    let mut out = Blocks::default();
    let mut table = RawTable::default();
    let mut blank = false;
    let pages = page::pages(lines(source));
    for (number, raw) in (1u32..).zip(lines(source)) {
        let trimmed = trim(raw);
        if pages.contains(&number) {
            out.pages.push(Line {
                number,
                text: trimmed,
                heading: false,
            });
            blank = true;
            continue;
        }
        if trimmed.is_empty() && !raw.contains('\t') {
            blank = true;
            continue;
        }
        if is_separator(trimmed) {
            out.separators.push(number);
            continue;
        }
        if let Some(cells) = cells(raw) {
            if cells.iter().all(|cell| cell.is_empty()) {
                continue;
            }
            // 单位名称：… | | 单位：万元: lines above a table, printed at its left and right edge.
            if cells.iter().any(|cell| text::is_field(cell))
                && cells.iter().all(|cell| {
                    cell.is_empty() || text::is_field(cell) || text::is_form_number(cell)
                })
            {
                if !table.rows.is_empty() {
                    out.blocks.push(Block::Table(std::mem::take(&mut table)));
                }
                let fields = cells.iter().filter(|cell| !cell.is_empty());
                out.blocks
                    .extend(fields.map(|cell| Block::Text(line(number, cell))));
                blank = false;
                continue;
            }
            let row = RawRow { number, cells };
            if blank && !table.rows.is_empty() {
                if runs_on(&table, &row) {
                    table.breaks.push(number);
                } else {
                    out.blocks.push(Block::Table(std::mem::take(&mut table)));
                }
            }
            table.rows.push(row);
        } else {
            if !table.rows.is_empty() {
                out.blocks.push(Block::Table(std::mem::take(&mut table)));
            }
            let line = line(number, trimmed);
            if !line.text.is_empty() {
                out.blocks.push(Block::Text(line));
            }
        }
        blank = false;
    }
    if !table.rows.is_empty() {
        out.blocks.push(Block::Table(table));
    }
    out
}

/// A text without what stands for nothing around it: white space, control characters, byte order
/// marks.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{FEFF}')
}

fn line(number: u32, trimmed: &str) -> Line<'_> {
    let hashes = trimmed.bytes().take_while(|b| *b == b'#').count();
    let after = trimmed.get(hashes..).unwrap_or("");
    let heading = (1..=6).contains(&hashes) && after.starts_with([' ', '\t']);
    let text = if heading { trim(after) } else { trimmed };
    // A converter's list marker before the document's own number is no part of the text.
    let text = match text.strip_prefix("- ") {
        Some(item) if text::numbered(item).is_some() => item.trim(),
        _ => text,
    };
    let text = if heading { text::plain(text) } else { text };
    Line {
        number,
        text,
        heading,
    }
}

/// The lines of a text, without their ends.
pub(crate) fn lines(source: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(source);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let after = text.get(end..).unwrap_or("");
        rest = Some(
            after
                .strip_prefix("\r\n")
                .or_else(|| after.get(1..))
                .unwrap_or(""),
        );
        text.get(..end)
    })
}

/// A row of dashes, with or without tabs: a rule the converter drew.
fn is_separator(trimmed: &str) -> bool {
    trimmed.len() >= 2
        && trimmed.contains("--")
        && trimmed
            .chars()
            .all(|c| matches!(c, '-' | '|' | ':') || c.is_whitespace())
}

/// The cells of a row: between tabs, or between the bars of a pipe table.
fn cells(raw: &str) -> Option<Vec<&str>> {
    if raw.contains('\t') {
        return Some(raw.split('\t').map(trim).collect());
    }
    let inner = trim(raw).strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(trim).collect())
}

/// Whether a row after blank lines belongs to the table before them: the same number of cells and
/// not the head of another table.
fn runs_on(table: &RawTable<'_>, row: &RawRow<'_>) -> bool {
    let Some(last) = table.rows.last() else {
        return false;
    };
    let first = table.rows.first().map(|first| &first.cells);
    last.cells.len() == row.cells.len()
        && (row
            .cells
            .iter()
            .any(|cell| text::numbers(cell).next().is_some())
            || row.cell(0).is_empty()
            || first == Some(&row.cells))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_breaks_do_not_end_a_table() {
        let text = "项目\t金额\n甲\t1\n\n乙\t2\r\n---\t---\n\n备注：无\n表二\n";
        let out = split(text);
        assert_eq!(out.separators, [5]);
        let [Block::Table(table), Block::Text(note), Block::Text(_)] = &out.blocks[..] else {
            panic!("{:?}", out.blocks)
        };
        assert_eq!(table.rows.len(), 3);
        assert_eq!(table.breaks, [4]);
        assert_eq!((note.number, note.text), (7, "备注：无"));
    }

    #[test]
    fn another_width_is_another_table() {
        let out = split("a\tb\tc\n1\t2\t3\n\n合计\t5\n");
        assert_eq!(out.blocks.len(), 2);
    }
}
