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
    // Positions are lines of the file, so that empty ones part tables.
    for record in reader.records() {
        // A record can only fail to be UTF-8, and the text is.
        let Ok(record) = record else { continue };
        let line = record.position().map_or(0, ::csv::Position::line);
        let row = u32::try_from(line.saturating_sub(1)).unwrap_or(u32::MAX);
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
