//! What became of a document: where its numbers went, what was recognised, what the conversion
//! had broken.

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::grid::Folded;
use crate::source::Note;
use crate::text;

/// The outcome of an import (`import --report json`).
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ImportReport {
    /// Everything in its place, or some of it only kept.
    pub status: ImportStatus,
    /// The template the file names.
    pub template: String,
    /// Why that one, in Chinese.
    pub reasons: Vec<String>,
    /// Where the numbers of the source went.
    pub numbers: NumberCounts,
    /// Characters of the source's words that the file lacks: always 0.
    pub lost_characters: usize,
    /// The headings, in order.
    pub headings: Vec<FoundHeading>,
    /// The tables, in order.
    pub tables: Vec<FoundTable>,
    /// Where the conversion had broken the document, by line of the source.
    pub damage: Vec<Damage>,
    /// What the file holds that its text doesn't show.
    pub notes: Vec<Note>,
}

/// How far an import came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportStatus {
    /// All numbers stand in cells or prose, and nothing of the document is missing.
    #[default]
    Placed,
    /// Something is missing or stands only in a comment.
    Partly,
}

/// Numbers of the source by where they went. Three code columns that became one count once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct NumberCounts {
    /// All numbers of the source.
    pub source: usize,
    /// In cells of tables.
    pub cells: usize,
    /// In headings, paragraphs, fields and the cover.
    pub prose: usize,
    /// In comments.
    pub comments: usize,
    /// Nowhere: always 0.
    pub lost: usize,
}

impl NumberCounts {
    /// The share that stands in cells or prose, in percent.
    pub fn placed_percent(&self) -> f64 {
        if self.source == 0 {
            return 100.0;
        }
        let away = self.comments + self.lost;
        #[expect(clippy::cast_precision_loss, reason = "a share, for reading")]
        let share = 100.0 * self.source.saturating_sub(away) as f64 / self.source as f64;
        share
    }
}

/// A heading of the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct FoundHeading {
    /// Line of the source; absent if it was made for a lost part.
    pub line: Option<u32>,
    /// 1 to 6.
    pub level: usize,
    /// Its text.
    pub text: String,
}

/// A table of the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct FoundTable {
    /// Line of the source where its first row stands.
    pub line: u32,
    /// The heading above it.
    pub title: String,
    /// The template's table, if one is known.
    pub id: Option<String>,
    /// Rows, without the header.
    pub rows: usize,
    /// Columns, as written.
    pub columns: usize,
}

/// What the conversion had broken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Damage {
    /// Line of the source.
    pub line: u32,
    /// What kind.
    pub kind: DamageKind,
    /// In Chinese: what was found and what was done.
    pub message: String,
}

/// Kinds of damage.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DamageKind {
    /// A page break in a table: its rows run on.
    PageBreak,
    /// A sentence cut by a page break: joined.
    SplitSentence,
    /// Cells that had slipped: put back.
    Displaced,
    /// A cell whose end is cut off: kept as it stands.
    CutCell,
    /// A label whose end is cut off: completed by the only one of the template that begins so.
    Completed,
    /// A part that is lost: marked 转换缺失.
    Lost,
    /// A rule of dashes: left out.
    Separator,
    /// Numbers of the printed pages: taken out of the text, kept in one comment.
    PageNumber,
    /// Cells set with spaces, or one a line, whose columns can't be told for sure.
    Unaligned,
}

impl DamageKind {
    /// Whether the file still lacks something because of it.
    pub fn open(self) -> bool {
        matches!(
            self,
            DamageKind::CutCell | DamageKind::Lost | DamageKind::Unaligned
        )
    }
}

/// Begins the comment that keeps the page numbers.
pub(crate) const PAGES: &str = "原文页码: ";

/// Counts where the numbers of a source went, and what its file lacks. Page numbers are no numbers
/// of the document.
pub(crate) fn account(
    source: &str,
    file: &str,
    folded: &[Folded],
    pages: &[&str],
) -> (NumberCounts, usize) {
    // The source's numbers, as they are to be found: three code cells as one number.
    let mut wanted: FxHashMap<&str, isize> = FxHashMap::default();
    for number in text::numbers(source) {
        *wanted.entry(number).or_default() += 1;
    }
    for number in pages.iter().flat_map(|page| text::numbers(page)) {
        *wanted.entry(number).or_default() -= 1;
    }
    for fold in folded {
        for piece in fold.pieces.iter().flat_map(|piece| text::numbers(piece)) {
            *wanted.entry(piece).or_default() -= 1;
        }
        *wanted.entry(fold.whole.as_str()).or_default() += 1;
    }
    let mut counts = NumberCounts {
        source: wanted
            .values()
            .map(|n| usize::try_from(*n).unwrap_or(0))
            .sum(),
        ..NumberCounts::default()
    };
    let mut take = |text: &str| {
        text::numbers(text)
            .filter(|number| match wanted.get_mut::<str>(number) {
                Some(left) if *left > 0 => {
                    *left -= 1;
                    true
                }
                _ => false,
            })
            .count()
    };
    // The body first: the front matter repeats it, but the cover stands there alone.
    let (front, body) = split_front(file);
    let is_pages = |line: &&str| {
        line.strip_prefix("<!-- ")
            .is_some_and(|comment| comment.starts_with(PAGES))
    };
    for line in body.lines().filter(|line| !is_pages(line)) {
        if line.starts_with('|') {
            counts.cells += take(line);
        } else if line.starts_with("<!--") {
            counts.comments += take(line);
        } else {
            counts.prose += take(line);
        }
    }
    for line in front.lines().filter(|line| line.starts_with("封面: ")) {
        counts.prose += take(line);
    }
    counts.lost = wanted
        .values()
        .map(|n| usize::try_from(*n).unwrap_or(0))
        .sum();

    let mut words: FxHashMap<char, isize> = FxHashMap::default();
    let mut source = source.to_owned();
    for tag in ["<b>", "</b>", "<strong>", "</strong>"] {
        source = source.replace(tag, "");
    }
    for c in source.chars().filter(|c| c.is_alphabetic()) {
        *words.entry(c).or_default() += 1;
    }
    for c in file.chars().filter(|c| c.is_alphabetic()) {
        *words.entry(c).or_default() -= 1;
    }
    let lost = words
        .values()
        .map(|n| usize::try_from(*n).unwrap_or(0))
        .sum();
    (counts, lost)
}

fn split_front(file: &str) -> (&str, &str) {
    file.strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .unwrap_or(("", file))
}
