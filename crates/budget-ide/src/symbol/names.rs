//! Names that a document gives itself: its terms and its projects.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, MatchKind};
use budget_catalog::mention::Folded;
use budget_catalog::name::normalize;
use budget_catalog::template::RowRole;
use budget_model::{Document, Row};
use budget_syntax::TextRange;
use budget_syntax::tree::BlockKind;
use rustc_hash::FxHashSet;

use super::passages::{Passage, PassageKind};

/// The key of the field, and of the line of the narrative, that names a project.
pub(crate) const PROJECT_NAME: &str = "项目名称";

/// A mention of a project inside a longer text: shorter names are words that mean other things too.
pub(crate) const LEAST_PROJECT: usize = 4;
/// A name of so many characters is no piece of a sentence: it is a mention wherever it stands.
const SURE_PROJECT: usize = 12;
/// Words that run into the name of a project and aren't a part of a longer word: `用于网站维护`.
const BEFORE_PROJECT: [&str; 2] = ["用于", "安排"];
/// As [`BEFORE_PROJECT`], behind it: `网站维护项目`, `网站维护安排 40 万元`.
const AFTER_PROJECT: [&str; 4] = ["项目", "专项", "经费", "安排"];
/// Bytes before and after an offset in which a name is looked for.
const NEAR: u32 = 600;

/// What a name names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum NameKind {
    Term,
    Project,
}

/// A name, reduced.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Name {
    pub(crate) key: String,
    pub(crate) kind: NameKind,
}

/// A name as names are compared; a backslash only escapes.
pub(crate) fn key(written: &str) -> String {
    normalize(&unescaped(written)).into_owned()
}

/// Text without the backslashes that escape marks.
pub(crate) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The project of a row; none of a row that adds up or heads others.
pub(crate) fn project_of(row: &Row) -> Option<TextRange> {
    let own = matches!(row.role, RowRole::Detail | RowRole::Account);
    row.project.filter(|range| own && !range.is_empty())
}

/// The terms of a document.
pub(crate) fn terms(document: &Document) -> Vec<Name> {
    let terms = document.terms.iter().map(|term| Name {
        key: key(document.slice(term.name)),
        kind: NameKind::Term,
    });
    terms.collect()
}

/// All names of a document, each once.
pub(crate) fn names(document: &Document) -> Vec<Name> {
    let projects = projects(document).map(|range| Name {
        key: key(document.slice(range)),
        kind: NameKind::Project,
    });
    let mut seen = FxHashSet::default();
    terms(document)
        .into_iter()
        .chain(projects)
        .filter(|name| !name.key.is_empty() && seen.insert(name.clone()))
        .collect()
}

/// The places that give a project its name: rows, forms, lines of the narrative.
pub(crate) fn projects(document: &Document) -> impl Iterator<Item = TextRange> + '_ {
    let rows = document
        .tables
        .iter()
        .flat_map(|table| &table.grids)
        .flat_map(|grid| grid.rows.iter().filter_map(project_of));
    let fields = document.tables.iter().flat_map(|table| &table.fields);
    let fields = fields
        .filter(|field| normalize(document.slice(field.key)) == PROJECT_NAME)
        .map(|field| field.value);
    // Most documents say the words somewhere; a large table alone doesn't.
    let told = document.text.contains(PROJECT_NAME);
    let blocks = told.then(|| document.parse.tree.blocks());
    let lines = blocks
        .into_iter()
        .flatten()
        .filter_map(|block| match block.kind {
            BlockKind::Paragraph(paragraph) => project_line(document, paragraph.text),
            BlockKind::ListItem(item) => project_line(document, item.text),
            _ => None,
        });
    rows.chain(fields).chain(lines)
}

/// `1. 项目名称：…`: the name.
fn project_line(document: &Document, range: TextRange) -> Option<TextRange> {
    let text = document.slice(range);
    let line = text.lines().next()?;
    let (label, value) = line.split_once(['：', ':'])?;
    if label.len() > 64 || normalize(label) != PROJECT_NAME {
        return None;
    }
    let lead = value.len() - value.trim_start().len();
    let start = range.start() + length(line.len() - value.len() + lead);
    let found = TextRange::new(start, start + length(value.trim().len()));
    (!found.is_empty()).then_some(found)
}

pub(crate) fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// The name that stands at an offset of a passage: the longest, a project before a term.
pub(crate) fn name_at(
    document: &Document,
    names: &[Name],
    passage: Passage,
    offset: u32,
) -> Option<(TextRange, Name)> {
    let text = document.slice(passage.range);
    if passage.kind == PassageKind::Cell {
        let own = key(text);
        let whole = names
            .iter()
            .find(|name| name.kind == NameKind::Project && name.key == own);
        if let Some(name) = whole {
            return Some((passage.range, name.clone()));
        }
    }
    let at = offset.checked_sub(passage.range.start())?;
    let window = window(text, at);
    let folded = Folded::new(window.of(text));
    let base = passage.range.start() + window.start();
    let hits = names.iter().filter_map(|name| {
        if !may_stand(name, passage.kind) {
            return None;
        }
        let mut places = folded.find(&name.key);
        let place = places.find_map(|place| {
            let range = TextRange::new(length(place.start), length(place.end)).shift(base);
            let here = range.start() <= offset && offset < range.end();
            (here && is_mention(document, name, passage, range)).then_some(range)
        })?;
        Some((place, name))
    });
    let best = hits.max_by_key(|(place, name)| (place.len(), name.kind == NameKind::Project));
    best.map(|(place, name)| (place, name.clone()))
}

/// Whether a name may stand inside a longer text of that kind.
fn may_stand(name: &Name, kind: PassageKind) -> bool {
    match name.kind {
        NameKind::Term => true,
        NameKind::Project => {
            !matches!(kind, PassageKind::Cell | PassageKind::Header)
                && name.key.chars().count() >= LEAST_PROJECT
        }
    }
}

/// Whether a name that stands in a text is meant there. A project's name may be an ordinary word
/// (`推进乡村振兴战略`), so it stands apart or beside a word that speaks of projects.
fn is_mention(document: &Document, name: &Name, passage: Passage, place: TextRange) -> bool {
    if name.kind == NameKind::Term || name.key.chars().nth(SURE_PROJECT - 1).is_some() {
        return true;
    }
    let before = document.slice(TextRange::new(passage.range.start(), place.start()));
    let after = document.slice(TextRange::new(place.end(), passage.range.end()));
    let parts = |c: char| !c.is_alphabetic();
    (before.chars().next_back().is_none_or(parts)
        || BEFORE_PROJECT.iter().any(|word| before.ends_with(word)))
        && (after.chars().next().is_none_or(parts)
            || AFTER_PROJECT.iter().any(|word| after.starts_with(word)))
}

/// A part of a text around a place, cut between characters.
fn window(text: &str, at: u32) -> TextRange {
    let floor = |at: u32| {
        let at = (at as usize).min(text.len());
        (0..=at).rev().find(|at| text.is_char_boundary(*at))
    };
    let start = floor(at.saturating_sub(NEAR)).unwrap_or(0);
    let end = floor(at.saturating_add(NEAR)).unwrap_or(text.len());
    TextRange::new(length(start), length(end))
}

/// A place of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    pub(crate) range: TextRange,
    /// Within words that are the template's.
    pub(crate) prescribed: bool,
}

/// Finds one name in many passages, where it isn't a part of a longer one. Linear, however many
/// longer ones there are.
pub(crate) struct Finder<'n> {
    name: &'n Name,
    /// The name, the names that hold it, and words of the template that hold it, in that order; none
    /// where it stands alone.
    words: Option<AhoCorasick>,
    /// Words before those of the template.
    names: usize,
}

impl<'n> Finder<'n> {
    /// `template`: words that are the template's, reduced.
    pub(crate) fn new(name: &'n Name, names: &[Name], template: &[String]) -> Self {
        let is_longer =
            |other: &&str| other.len() > name.key.len() && other.contains(name.key.as_str());
        let longer = names.iter().map(|other| other.key.as_str());
        let mut words = vec![name.key.as_str()];
        words.extend(longer.filter(is_longer));
        let names = words.len();
        words.extend(template.iter().map(String::as_str).filter(is_longer));
        let alone = words.len() == 1;
        // Of words of such a length an automaton can always be built; without one every place counts.
        let words = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words)
            .ok()
            .filter(|_| !alone);
        Self { name, words, names }
    }

    /// The places in a passage.
    pub(crate) fn find(&self, document: &Document, passage: Passage) -> Vec<Found> {
        let text = document.slice(passage.range);
        // Most cells are numbers.
        if text.is_ascii() && !self.name.key.is_ascii() {
            return Vec::new();
        }
        let own = |range| Found {
            range,
            prescribed: false,
        };
        let line = || {
            project_line(document, passage.range)
                .filter(|range| key(document.slice(*range)) == self.name.key)
                .map(own)
        };
        if self.name.kind == NameKind::Project && !may_stand(self.name, passage.kind) {
            return match passage.kind {
                PassageKind::Cell if key(text) == self.name.key => vec![own(passage.range)],
                PassageKind::Prose => line().into_iter().collect(),
                _ => Vec::new(),
            };
        }
        let folded = Folded::new(text);
        let place = |at: std::ops::Range<usize>| {
            let at = folded.origin(at);
            TextRange::new(length(at.start), length(at.end)).shift(passage.range.start())
        };
        let key = self.name.key.as_str();
        let found: Vec<Found> = match &self.words {
            None => memchr::memmem::find_iter(folded.text().as_bytes(), key)
                .map(|at| own(place(at..at + key.len())))
                .collect(),
            Some(words) => words
                .find_iter(folded.text())
                .flat_map(|hit| {
                    let which = hit.pattern().as_usize();
                    let in_template = which >= self.names;
                    let piece = (which == 0 || in_template).then(|| folded.text().get(hit.range()));
                    let piece = piece.flatten().unwrap_or_default();
                    let places = piece.match_indices(key);
                    places.map(move |(at, _)| (hit.start() + at, in_template))
                })
                .map(|(at, prescribed)| Found {
                    range: place(at..at + key.len()),
                    prescribed,
                })
                .collect(),
        };
        let meant = |it: &Found| is_mention(document, self.name, passage, it.range);
        found.into_iter().filter(meant).collect()
    }
}
