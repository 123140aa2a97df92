//! A run of lines that may be a table, page by page.

use super::columns::{self, Column};
use super::header;
use super::lines::{Kind, Line};
use super::names::Names;
use super::rows::{self, Row};
use super::words::{Measure, segments};
use rustc_hash::FxHashMap;

/// Reads runs of lines.
pub(super) struct Reader {
    pub(super) measure: Measure,
    pub(super) names: Names,
}

/// A table that the next page may go on with.
pub(super) struct Open {
    columns: Vec<Column>,
    header: Vec<Vec<String>>,
}

/// A table's rows, its header's first, and what of them is in doubt.
#[derive(Default)]
pub(super) struct Table {
    pub(super) rows: Vec<Row>,
    pub(super) doubts: Vec<(u32, String)>,
}

/// What a run of lines is.
pub(super) enum Read {
    Table(Table, Open),
    Prose {
        /// It looks like a table that couldn't be read.
        doubtful: bool,
    },
}

impl Reader {
    /// Reads a run of lines; `open` is the table before, if no text stands between. `titled` says
    /// whether a title or fields stand right above.
    pub(super) fn read(&self, region: &[Line<'_>], open: Option<Open>, titled: bool) -> Read {
        let seen = Seen::of(region);
        if seen.sentences * 3 > seen.strong || seen.is_contents() {
            return Read::Prose {
                doubtful: seen.sentences * 3 > seen.strong && seen.wide >= 4 && seen.decimals >= 4,
            };
        }
        let titled = titled || open.is_some();
        if !titled && (seen.strong < 2 || seen.amounts == 0) {
            return Read::Prose { doubtful: false };
        }
        let mut out = Table::default();
        let mut open = open;
        let mut from = 0;
        while from < region.len() {
            let mut next = page_end(region, from);
            // A page may end within the header.
            while !region
                .get(from..next)
                .unwrap_or(&[])
                .iter()
                .any(begins_body)
            {
                let after = page_end(region, next);
                let rest = region.get(next..after).unwrap_or(&[]);
                let head = rest.iter().take_while(|line| !begins_body(line));
                if !head.clone().any(|line| line.kind == Kind::Strong) {
                    break;
                }
                next = after;
            }
            let page = region.get(from..next).unwrap_or(&[]);
            if page
                .iter()
                .any(|line| line.kind == Kind::Strong || open.is_some() && line.is_row())
            {
                match self.page(page, open.take(), &mut out) {
                    Some(read) => open = Some(read),
                    None => return Read::Prose { doubtful: true },
                }
            } else if page.iter().any(Line::is_row) {
                return Read::Prose { doubtful: false };
            }
            from = next;
        }
        match open {
            Some(open) if open.columns.len() > 1 => Read::Table(out, open),
            _ => Read::Prose {
                doubtful: seen.wide >= 4 && seen.decimals >= 4,
            },
        }
    }

    /// One page of a table.
    fn page(&self, page: &[Line<'_>], open: Option<Open>, out: &mut Table) -> Option<Open> {
        let measure = self.measure;
        let first = page.iter().position(begins_body).unwrap_or(page.len());
        let (head, body) = page.split_at(first);
        // On a page that goes on with a table, only the same words again are its header.
        let known = open.as_ref().map(|open| alike(head, &open.header));
        let (head, body) = match known {
            Some(Alike::Not) => (&[][..], page),
            _ => (head, body),
        };
        let head: Vec<&Line<'_>> = head.iter().filter(|line| line.is_row()).collect();
        let lines: Vec<&Line<'_>> = body.iter().filter(|line| line.is_row()).collect();
        let mut spans = columns::columns(&lines, measure, false);
        if let Some(before) = &open
            && spans.len() < before.columns.iter().filter(|column| column.filled).count()
        {
            let apart = columns::columns(&lines, measure, true);
            if apart.len() <= before.columns.len() {
                spans = apart;
            }
        }
        let header = header::read(&head, &spans, measure, &self.names, columns::MOST)?;
        let read = rows::read(body, &header.columns, measure);
        let line = lines.first().or(head.first()).map_or(0, |line| line.number);
        if let Some(line) = read.doubtful.first() {
            out.doubts.push((
                *line,
                format!(
                    "用空格对齐的表，从这一行起有 {} 行的数字看不准属于哪一列，已就近放置。请对照原文核对，或改用 Word、Excel 原件导入",
                    read.doubtful.len()
                ),
            ));
        }
        if header.guessed {
            out.doubts.push((
                line,
                "用空格对齐的表，有的列不在它的表头正下方，旁边又有空列，已就近对应。请对照原文核对，或改用 Word、Excel 原件导入".to_owned(),
            ));
        }
        match (open, known) {
            (Some(before), Some(Alike::Exactly)) => {
                let rows = before.header.clone();
                push(rows, head.first().map_or(line, |line| line.number), out);
                Some(fit(read.rows, header.columns, before, line, out))
            }
            (Some(before), Some(Alike::Not)) => {
                Some(fit(read.rows, header.columns, before, line, out))
            }
            _ => {
                let opened = Open {
                    columns: header.columns,
                    header: header.rows.clone(),
                };
                push(
                    header.rows,
                    head.first().map_or(line, |line| line.number),
                    out,
                );
                out.rows.extend(read.rows);
                Some(opened)
            }
        }
    }
}

/// Puts a page's rows under the columns of the page before.
fn fit(rows: Vec<Row>, columns: Vec<Column>, before: Open, line: u32, out: &mut Table) -> Open {
    let width = before.columns.len();
    let Some(places) = columns::matched(&columns, &before.columns) else {
        out.doubts.push((
            line,
            "这一页的列比上一页多，各列照原样保留。请对照原文核对，或改用 Word、Excel 原件导入"
                .to_owned(),
        ));
        out.rows.extend(rows);
        return before;
    };
    if columns.len() < width {
        out.doubts.push((
            line,
            "这一页有的列整列没有数，已按位置对应到上一页的列。请对照原文核对".to_owned(),
        ));
    }
    for row in rows {
        let mut cells = vec![String::new(); width];
        for (cell, place) in row.cells.into_iter().zip(&places) {
            if let Some(out) = cells.get_mut(*place) {
                *out = cell;
            }
        }
        out.rows.push(Row {
            number: row.number,
            cells,
        });
    }
    // A page with all columns tells where they are from now on.
    if columns.len() == width {
        Open { columns, ..before }
    } else {
        before
    }
}

fn push(header: Vec<Vec<String>>, number: u32, out: &mut Table) {
    let rows = header.into_iter().map(|cells| Row { number, cells });
    out.rows.extend(rows);
}

/// Where the page ends that begins with this line.
fn page_end(lines: &[Line<'_>], from: usize) -> usize {
    let mut rest = lines.iter().enumerate().skip(from + 1);
    rest.find(|(_, line)| line.page)
        .map_or(lines.len(), |(at, _)| at)
}

/// Whether the rows begin with this line: a number, a code or a total stands in it.
fn begins_body(line: &Line<'_>) -> bool {
    let total = |words: &[super::words::Word<'_>]| {
        let label: String = words.iter().map(|word| word.text).collect();
        crate::header::is_total(&label)
    };
    line.is_row()
        && (line.words.iter().enumerate().any(|(at, word)| {
            word.is_amount(line.words.get(at + 1))
                || word.is_code()
                || word.text == "无"
                || (at == 0 || word.gap > 1) && crate::text::numbered(word.text).is_some()
        }) || (segments(&line.words).next().is_some_and(total)
            && segments(&line.words).count() == 1))
}

/// How near lines come to a header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Alike {
    /// The same letters, however they are wrapped.
    Exactly,
    /// Most of its letters, and few others.
    Mostly,
    Not,
}

fn alike(lines: &[Line<'_>], header: &[Vec<String>]) -> Alike {
    let mut known: FxHashMap<char, isize> = FxHashMap::default();
    let mut all = 0isize;
    let letters =
        |text: &str| -> Vec<char> { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    for c in header.iter().flatten().flat_map(|cell| letters(cell)) {
        *known.entry(c).or_default() += 1;
        all += 1;
    }
    let (mut met, mut other) = (0isize, 0isize);
    let words = lines
        .iter()
        .filter(|line| line.is_row())
        .flat_map(|line| &line.words);
    for c in words.flat_map(|word| letters(word.text)) {
        match known.get_mut(&c) {
            Some(left) if *left > 0 => {
                *left -= 1;
                met += 1;
            }
            _ => other += 1,
        }
    }
    if all > 0 && met == all && other == 0 {
        Alike::Exactly
    } else if all > 0 && met * 3 >= all * 2 && other * 3 <= all {
        Alike::Mostly
    } else {
        Alike::Not
    }
}

/// What stands in a run of lines, by count.
#[derive(Default)]
struct Seen {
    strong: usize,
    /// Lines with the punctuation of sentences.
    sentences: usize,
    /// Lines with a gap of four columns and more.
    wide: usize,
    /// Lines with an amount; with one that has decimals.
    amounts: usize,
    decimals: usize,
    /// Lines that end with a small whole number, and whether these count up.
    pages: usize,
    counts_up: bool,
}

impl Seen {
    fn of(region: &[Line<'_>]) -> Self {
        let mut out = Seen {
            counts_up: true,
            ..Seen::default()
        };
        let mut last = 0;
        for line in region.iter().filter(|line| line.is_row()) {
            let words = &line.words;
            let amounts = (0..words.len())
                .filter(|at| {
                    words
                        .get(*at)
                        .is_some_and(|word| word.is_amount(words.get(at + 1)))
                })
                .count();
            out.strong += usize::from(line.kind == Kind::Strong);
            out.sentences += usize::from(
                words
                    .iter()
                    .any(|word| word.text.contains(['，', '。', '；'])),
            );
            out.wide += usize::from(words.iter().skip(1).any(|word| word.gap >= 4));
            out.amounts += usize::from(amounts > 0);
            out.decimals += usize::from(words.iter().any(|word| word.is_decimal()));
            let page = words.last().and_then(|word| word.text.parse::<u32>().ok());
            if let Some(page) = page.filter(|page| *page < 1000 && amounts == 1) {
                out.counts_up &= page >= last;
                out.pages += 1;
                last = page;
            }
        }
        out
    }

    /// A page of contents: titles, and the pages where they stand.
    fn is_contents(&self) -> bool {
        self.pages >= 3 && self.pages * 4 >= self.strong * 3 && self.counts_up && self.decimals == 0
    }
}
