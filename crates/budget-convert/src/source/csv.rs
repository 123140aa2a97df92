//! CSV and TSV: one table under a heading named by the file, if it has no title of its own.

use super::sheet::{self, Cell, Sheet};
use super::{Source, SourceError};

/// Reads delimited text; the delimiter is the one that the first lines hold most of.
pub(super) fn read(
    text: &str,
    delimiter: Option<u8>,
    stem: &str,
    file: &str,
) -> Result<Source, SourceError> {
    let delimiter = delimiter.unwrap_or_else(|| guess(text));
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut next = 0u32;
    // A record can only fail to be UTF-8, and the text is.
    for record in reader.records().flatten() {
        let start = record.position().map_or(0, ::csv::Position::byte);
        let row = next.saturating_add(empty_lines(text, start));
        next = row.saturating_add(1);
        for (column, cell) in (0u32..).zip(&record) {
            if !cell.trim().is_empty() {
                sheet.cells.push(Cell {
                    row,
                    column,
                    text: cell.trim_start_matches('\u{FEFF}').to_owned(),
                });
            }
        }
    }
    sheet::lay_out_one(&sheet, stem, file)
}

/// The empty lines at a place, which the reader passes over: they part tables. The line feed of a
/// line before it is none.
fn empty_lines(text: &str, start: u64) -> u32 {
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let after_return = start > 0 && text.as_bytes().get(start - 1) == Some(&b'\r');
    let rest = if after_return {
        rest.strip_prefix(b"\n").unwrap_or(rest)
    } else {
        rest
    };
    let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    let feeds = ends.filter(|byte| **byte == b'\n').count();
    u32::try_from(feeds).unwrap_or(u32::MAX)
}

fn guess(text: &str) -> u8 {
    let head: Vec<&str> = text.lines().take(20).collect();
    let count = |mark: char| {
        head.iter()
            .map(|line| line.matches(mark).count())
            .sum::<usize>()
    };
    [',', '\t', ';']
        .into_iter()
        .rev()
        .max_by_key(|mark| count(*mark))
        .and_then(|mark| u8::try_from(mark).ok())
        .unwrap_or(b',')
}
