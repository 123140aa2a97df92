//! Text whose tables are set with spaces (`pdftotext -layout`): blocks of lines that share columns
//! become rows of cells between tabs, which is what the rest of the import reads.
//!
//! Which words stand in one column is told by the gaps that all rows of a page share, never by a
//! number of spaces: where a long label meets a number one space is all there is. What can't be
//! told stays as it is printed and is reported.

mod columns;
mod groups;
mod header;
mod lines;
mod names;
mod panel;
mod rows;
mod words;

use budget_catalog::Catalog;
use rustc_hash::FxHashSet;

use crate::report::{Damage, DamageKind};
use lines::{Kind, Line};
use words::Measure;

/// A text whose tables have tabs.
#[derive(Debug, Default)]
pub(crate) struct Laid {
    pub(crate) text: String,
    /// For each line of the text, that of the source it was made of.
    lines: Vec<u32>,
    /// What couldn't be told, by line of the source.
    pub(crate) damage: Vec<Damage>,
}

impl Laid {
    /// The source's line for a line of the text.
    pub(crate) fn line(&self, line: u32) -> u32 {
        let at = usize::try_from(line).unwrap_or(usize::MAX).wrapping_sub(1);
        self.lines.get(at).copied().unwrap_or(line)
    }

    fn push(&mut self, number: u32, cells: &[String]) {
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        crate::source::cells::push_row(&mut self.text, &cells);
        self.lines.push(number);
    }

    fn push_line(&mut self, line: &Line<'_>) {
        self.text.push_str(line.raw);
        self.text.push('\n');
        self.lines.push(line.number);
    }

    fn unread(&mut self, line: u32, message: impl Into<String>) {
        self.damage.push(Damage {
            line,
            kind: DamageKind::Unaligned,
            message: message.into(),
        });
    }
}

/// Reads the tables of a text; `None` if no columns are set with spaces, and nothing is to be
/// said. Linear in the text's length.
pub(crate) fn read(source: &str, catalog: &Catalog) -> Option<Laid> {
    let lines = lines::lines(source);
    let mut out = Laid::default();
    if let Some(line) = lines::one_cell_a_line(&lines) {
        out.unread(
            line,
            "表格的每一格各占一行，看不出哪些格是一行。请用 pdftotext -layout 重新转换，或改用 Word、Excel 原件导入",
        );
    }
    if out.damage.is_empty() && lines.iter().any(|line| line.kind == Kind::Strong) {
        let reader = panel::Reader {
            measure: measure(&lines),
            names: names::names(catalog),
        };
        regions(&lines, &reader, &mut out);
    } else if out.damage.is_empty() {
        return None;
    } else {
        lines.iter().for_each(|line| out.push_line(line));
    }
    Some(out)
}

/// The measure in which more words stand exactly above one another.
fn measure(lines: &[Line<'_>]) -> Measure {
    let score = |measure: Measure| {
        let strong = lines.iter().filter(|line| line.kind == Kind::Strong);
        let mut last: FxHashSet<(bool, usize)> = FxHashSet::default();
        let mut met = 0usize;
        for line in strong {
            let mut edges = FxHashSet::default();
            for word in line.words.iter().skip(1) {
                let span = word.span(measure);
                edges.insert((false, span.start));
                edges.insert((true, span.end));
            }
            met += edges.intersection(&last).count();
            last = edges;
        }
        met
    };
    if score(Measure::Display) > score(Measure::Characters) {
        Measure::Display
    } else {
        Measure::Characters
    }
}

/// Goes through the lines: what stands in columns as tables, all else as it is.
fn regions(lines: &[Line<'_>], reader: &panel::Reader, out: &mut Laid) {
    let mut table: Option<panel::Open> = None;
    let mut titled = false;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if line.kind == Kind::Fields {
            let fields: Vec<String> = line.segments().collect();
            if fields.len() > 1 {
                out.push(line.number, &fields);
            } else {
                out.push_line(line);
            }
            titled = true;
            at += 1;
            continue;
        }
        let end = lines::region(lines, at, titled);
        if end == at {
            // Page numbers and blank lines part no table.
            if !matches!(line.kind, Kind::Blank | Kind::Page) {
                table = None;
                titled = line.kind == Kind::Prose && lines::opens_table(line.raw);
            }
            out.push_line(line);
            at += 1;
            continue;
        }
        let region = lines.get(at..end).unwrap_or(&[]);
        match reader.read(region, table.take(), titled) {
            panel::Read::Table(rows, open) => {
                for row in &rows.rows {
                    out.push(row.number, &row.cells);
                }
                for (line, message) in rows.doubts {
                    out.unread(line, message);
                }
                table = Some(open);
            }
            panel::Read::Prose { doubtful } => {
                region.iter().for_each(|line| out.push_line(line));
                if doubtful {
                    let row = region.iter().find(|line| line.kind == Kind::Strong);
                    out.unread(
                        row.unwrap_or(line).number,
                        "这里像是用空格对齐的表，列分不清，各行照原样保留。请改用 Word、Excel 原件导入，或把这张表重新录入",
                    );
                }
            }
        }
        titled = false;
        at = end;
    }
}
