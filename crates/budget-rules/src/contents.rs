//! The contents (目录) and the headings that their lines stand for.

use budget_catalog::Spelling;
use budget_model::heading::{Ordinal, TitleKey, ordinal};
use budget_model::{Document, Heading, HeadingId, Target};
use budget_syntax::TextRange;
use budget_syntax::tree::BlockKind;
use rustc_hash::{FxHashMap, FxHashSet};

/// A line of the contents.
#[derive(Clone, Debug)]
pub struct Entry<'d> {
    /// Its text, without dots and page number.
    pub text: &'d str,
    /// The place of the text.
    pub range: TextRange,
    pub(crate) key: String,
    pub(crate) number: Option<u8>,
    pub(crate) is_part: bool,
    /// The part heading above it in the body, once that is known.
    pub(crate) part: Option<HeadingId>,
    /// The heading it stands for, if there is one.
    pub heading: Option<HeadingId>,
}

/// The lines of a document's contents, each with the heading it stands for.
pub fn contents(document: &Document) -> Vec<Entry<'_>> {
    let found = document
        .headings
        .iter()
        .position(|heading| heading.target == Target::Contents);
    let Some(id) = found.and_then(|id| u32::try_from(id).ok()).map(HeadingId) else {
        return Vec::new();
    };
    let after = document.headings.get(id.index() + 1);
    let start = document
        .heading(id)
        .map_or(0, |heading| heading.range.end());
    let end = after.map_or(u32::MAX, |heading| heading.range.start());
    let blocks = document.parse.tree.blocks();
    let under = blocks
        .skip_while(|block| block.range.start() < start)
        .take_while(|block| block.range.start() < end);
    let ranges = under.filter_map(|block| match block.kind {
        BlockKind::Paragraph(paragraph) => Some(paragraph.text),
        BlockKind::ListItem(item) => Some(item.text),
        _ => None,
    });
    let names = document.front.names.iter();
    let keys = TitleKey::new(names.map(|name| document.slice(*name)));
    paired(document, id, ranges, &|title| keys.of(title))
}

/// The lines of some pieces of text under the heading of the contents; `key` reduces titles.
pub(crate) fn paired<'d>(
    document: &'d Document,
    contents: HeadingId,
    ranges: impl Iterator<Item = TextRange>,
    key: &dyn Fn(&str) -> String,
) -> Vec<Entry<'d>> {
    let mut entries = read(document, ranges, key);
    if !entries.is_empty() {
        pair(document, contents, &mut entries);
    }
    entries
}

/// The lines, without dots and page numbers at their ends. Only what stands under the heading
/// itself: a part whose heading is lost isn't contents.
fn read<'d>(
    document: &'d Document,
    ranges: impl Iterator<Item = TextRange>,
    key: &dyn Fn(&str) -> String,
) -> Vec<Entry<'d>> {
    let mut entries = Vec::new();
    for range in ranges {
        let mut start = range.start();
        for line in document.slice(range).split_inclusive(['\n', '\r']) {
            let length = u32::try_from(line.len()).unwrap_or(u32::MAX);
            let trimmed = without_page(line);
            let lead = line.len() - line.trim_start().len();
            let from = start.saturating_add(u32::try_from(lead).unwrap_or(0));
            start = start.saturating_add(length);
            if trimmed.is_empty() {
                continue;
            }
            let end = from.saturating_add(u32::try_from(trimmed.len()).unwrap_or(0));
            let number = ordinal(trimmed);
            entries.push(Entry {
                text: trimmed,
                range: TextRange::new(from, end),
                key: key(trimmed),
                number: number.map(value),
                is_part: matches!(number, Some(Ordinal::Part(_))),
                part: None,
                heading: None,
            });
        }
    }
    entries
}

fn value(ordinal: Ordinal) -> u8 {
    match ordinal {
        Ordinal::Part(n) | Ordinal::Table(n) | Ordinal::Section(n) => n,
    }
}

fn without_page(line: &str) -> &str {
    let line = line.trim();
    let page = line.trim_end_matches(|c: char| c.is_ascii_digit());
    let leaders = [
        '.', '·', '…', '—', '-', '－', '\t', ' ', '　', '。', '．', '（', '(',
    ];
    let title = page.trim_end_matches(leaders);
    // `2020` at the end of a title is no page number: something must lead up to it.
    if title.len() < page.len() || page.is_empty() {
        title
    } else {
        line
    }
}

/// Finds each entry's heading: parts first, then the rest within its part; by title, else by
/// number if the titles are alike.
fn pair(document: &Document, contents: HeadingId, entries: &mut [Entry<'_>]) {
    let headings = document.headings.iter().zip((0..).map(HeadingId));
    let body = headings
        .filter(|(_, id)| *id != contents)
        .filter(|(heading, _)| !matches!(heading.target, Target::Workings | Target::Grid { .. }));
    let mut part = None;
    let mut by_key: FxHashMap<(Option<HeadingId>, &str), Vec<HeadingId>> = FxHashMap::default();
    let mut by_number: FxHashMap<(Option<HeadingId>, bool, u8), Vec<HeadingId>> =
        FxHashMap::default();
    let listed_parts = entries.iter().any(|entry| entry.is_part);
    for (heading, id) in body {
        let text = document.slice(heading.text);
        let number = ordinal(text);
        let is_part = heading.parent.is_none();
        if is_part {
            part = Some(id);
        }
        let scope = if is_part || !listed_parts { None } else { part };
        by_key.entry((scope, &heading.key)).or_default().push(id);
        if let Some(number) = number {
            let part = matches!(number, Ordinal::Part(_));
            by_number
                .entry((scope, part, value(number)))
                .or_default()
                .push(id);
        }
    }
    // Taken from the front: a title that stands twice is met in order.
    for ids in by_key.values_mut().chain(by_number.values_mut()) {
        ids.reverse();
    }
    let mut used: FxHashSet<HeadingId> = FxHashSet::default();
    let mut scope = None;
    for entry in entries.iter_mut() {
        entry.part = if entry.is_part { None } else { scope };
        let key = (entry.part, entry.key.as_str());
        entry.heading = by_key.get_mut(&key).and_then(Vec::pop);
        if entry.is_part {
            // By its number alone: there are few parts.
            let numbered = || by_number.get(&(None, true, entry.number?))?.last().copied();
            entry.heading = entry.heading.or_else(numbered);
            scope = entry.heading;
        }
        used.extend(entry.heading);
    }
    for entry in entries
        .iter_mut()
        .filter(|entry| entry.heading.is_none() && !entry.is_part)
    {
        let Some(number) = entry.number else { continue };
        let Some(ids) = by_number.get_mut(&(entry.part, false, number)) else {
            continue;
        };
        while ids.last().is_some_and(|id| used.contains(id)) {
            ids.pop();
        }
        let mut near = ids.iter().rev().copied().take(MOST_ALIKE);
        let found = near.find(|id| {
            let heading = document.heading(*id);
            !used.contains(id) && heading.is_some_and(|heading| alike(entry, heading))
        });
        used.extend(found);
        entry.heading = found;
    }
}

/// Of the headings that bear a line's number, so many are compared with it: there should be one.
const MOST_ALIKE: usize = 8;

fn alike(entry: &Entry<'_>, heading: &Heading) -> bool {
    let key = &heading.key;
    let short = key.len() < 300 && entry.key.len() < 300;
    short && Spelling::new(key).is_alike(&Spelling::new(&entry.key), 0.4)
}
