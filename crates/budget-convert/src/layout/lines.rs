//! The lines of a text, by what they can be: rows in columns, labels alone, or what parts tables.

use super::words::{Word, segments, words};
use crate::outline::is_title;
use crate::page;
use crate::text::{self, Numbering};

/// The most words of a row; a longer line is prose.
const WORDS: usize = 80;

/// The widest row, as displayed; a longer line is prose.
const WIDTH: usize = 600;

/// The widest label that stands alone in its line.
const LABEL: usize = 64;

/// The most blank lines between two rows of one table.
const BLANK: usize = 60;

/// What a line can be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Blank,
    /// A page number.
    Page,
    /// Fields above a table: `编制部门：…     单位：万元`.
    Fields,
    /// A title, a sentence, a note: no part of a table.
    Prose,
    /// Words with wide gaps between, or numbers side by side.
    Strong,
    /// Short words without a gap: a label alone, or the rest of a wrapped one.
    Weak,
}

/// A line.
#[derive(Debug)]
pub(super) struct Line<'t> {
    pub(super) number: u32,
    /// Without its end.
    pub(super) raw: &'t str,
    pub(super) words: Vec<Word<'t>>,
    pub(super) kind: Kind,
    /// Whether a page begins here.
    pub(super) page: bool,
}

impl Line<'_> {
    /// The texts between wide gaps.
    pub(super) fn segments(&self) -> impl Iterator<Item = String> {
        segments(&self.words).map(join)
    }

    pub(super) fn is_row(&self) -> bool {
        matches!(self.kind, Kind::Strong | Kind::Weak)
    }
}

fn join(words: &[Word<'_>]) -> String {
    let texts: Vec<&str> = words.iter().map(|word| word.text).collect();
    texts.join(" ")
}

/// The lines of a text.
pub(super) fn lines(source: &str) -> Vec<Line<'_>> {
    let pages = page::pages(crate::block::lines(source));
    let lines = (1u32..).zip(crate::block::lines(source));
    lines
        .map(|(number, raw)| {
            let found = words(raw, WORDS);
            let kind = if pages.contains(&number) {
                Kind::Page
            } else {
                found
                    .as_deref()
                    .map_or(Kind::Prose, |words| kind(raw, words))
            };
            Line {
                number,
                raw,
                words: found.unwrap_or_default(),
                kind,
                page: raw.starts_with('\u{C}'),
            }
        })
        .collect()
}

fn kind(raw: &str, words: &[Word<'_>]) -> Kind {
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return Kind::Blank;
    };
    let width = last.span(super::Measure::Display).end;
    if raw.contains(['\t', '|', '\0']) || first.text.starts_with(['#', '<']) || width > WIDTH {
        return Kind::Prose;
    }
    let parts: Vec<String> = segments(words).map(join).collect();
    if parts.first().is_some_and(|part| text::is_field(part))
        || parts.iter().skip(1).any(|part| text::is_field(part))
    {
        return Kind::Fields;
    }
    let [only] = parts.as_slice() else {
        return Kind::Strong;
    };
    if is_note(only) || opens_table(only) {
        return Kind::Prose;
    }
    let decimals = words.iter().filter(|word| word.is_decimal()).count();
    let sentence = only.contains(['，', '。', '；', '：', ':']);
    if decimals >= 2 && !sentence {
        return Kind::Strong;
    }
    let start = first.span(super::Measure::Display).start;
    let ends = text::ends_sentence(only) && only.chars().count() > 6;
    if ends || only.contains(['。', '；']) || width.saturating_sub(start) > LABEL {
        return Kind::Prose;
    }
    Kind::Weak
}

fn is_note(line: &str) -> bool {
    ["注：", "注:", "备注：", "备注:", "说明：", "说明:"]
        .iter()
        .any(|mark| line.starts_with(mark))
}

/// Whether a line is a title, not a row of a table.
pub(super) fn opens_table(line: &str) -> bool {
    let numbered = text::numbered(line).is_some_and(|numbered| {
        matches!(
            numbered.numbering,
            Numbering::Part | Numbering::Table | Numbering::Annex
        ) && is_title(numbered.rest)
    });
    let compacted = text::compact(line);
    let name = compacted
        .strip_suffix(')')
        .and_then(|line| line.rsplit_once('('))
        .map_or(compacted.as_str(), |(name, _)| name);
    numbered || compacted == "目录" || (name.ends_with('表') && name.chars().count() >= 4)
}

/// Where the lines end that from here on may be one table: rows, and blank lines between them.
/// `from` itself if no table can begin there. `titled` says whether a title stands above.
pub(super) fn region(lines: &[Line<'_>], from: usize, titled: bool) -> usize {
    if !lines.get(from).is_some_and(Line::is_row) {
        return from;
    }
    let mut end = from;
    let mut strong = false;
    let mut blank = 0;
    let mut first = from;
    for (at, line) in lines.iter().enumerate().skip(from) {
        match line.kind {
            Kind::Strong => {
                strong = true;
                end = at + 1;
                blank = 0;
            }
            // The rest of a wrapped cell stands right below it.
            Kind::Weak => {
                if strong && blank == 0 && end == at {
                    end = at + 1;
                }
                // A line alone before the table is none of it.
                if !strong && blank > 0 && at > first && !titled {
                    return from;
                }
                if !strong {
                    first = at;
                }
                blank = 0;
            }
            Kind::Blank => {
                blank += 1;
                if blank > BLANK || !strong && !titled {
                    break;
                }
            }
            Kind::Page | Kind::Fields | Kind::Prose => break,
        }
    }
    end
}

/// The first amount of a text whose tables were written one cell a line: many of its lines are
/// amounts alone and few stand beside another, or some are and none does.
pub(super) fn one_cell_a_line(lines: &[Line<'_>]) -> Option<u32> {
    let filled = lines.iter().filter(|line| line.kind != Kind::Blank);
    let alone = |line: &&Line<'_>| matches!(line.words.as_slice(), [word] if word.is_decimal());
    let beside = lines
        .iter()
        .filter(|line| {
            line.raw.contains(['\t', '|']) || line.words.iter().skip(1).any(|word| word.gap > 1)
        })
        .count();
    let amounts = filled.clone().filter(alone).count();
    let many = amounts >= 12 && amounts * 6 >= filled.count() && beside * 4 < amounts;
    (many || amounts >= 3 && beside == 0)
        .then(|| lines.iter().find(|line| alone(line)))
        .flatten()
        .map(|line| line.number)
}
