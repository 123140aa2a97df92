//! STR009: the table of contents and the headings of the body don't say the same.

use budget_catalog::Spelling;
use budget_catalog::name::normalize;
use budget_catalog::template::PartContent;
use budget_model::heading::{Match, Ordinal, ordinal};
use budget_model::{HeadingId, Target};
use budget_syntax::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::context::{Context, HeadingAt};
use crate::detail::{ContentsSlip, Structure};
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use crate::text::{differ_in_small_words, out_of_order, split_number};

pub(super) const RULE: Rule = Rule {
    code: "STR009",
    slug: "contents-mismatch",
    name: "目录与正文不一致",
    group: "结构",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::Unsafe,
    page: include_str!("../../../../docs/rules/STR009-contents-mismatch.md"),
    check: Check::Document(check),
};

/// A line of the contents.
struct Entry<'d> {
    text: &'d str,
    range: TextRange,
    key: String,
    number: Option<u8>,
    is_part: bool,
    /// The part heading above it in the body, once that is known.
    part: Option<HeadingId>,
    heading: Option<HeadingId>,
}

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(contents) = context.outline.first(Target::Contents) else {
        return;
    };
    let mut entries = read(context, contents);
    if entries.is_empty() {
        return;
    }
    pair(context, contents, &mut entries);
    for entry in &entries {
        match entry.heading.and_then(|id| context.heading(id)) {
            Some(at) => compare(context, entry, at, sink),
            None => absent(context, entry, sink),
        }
    }
    order(context, &entries, sink);
    unlisted(context, &entries, sink);
}

/// The lines under the heading, without dots and page numbers at their ends.
fn read<'d>(context: &Context<'d>, contents: HeadingId) -> Vec<Entry<'d>> {
    // Only what stands under the heading itself: a part whose heading is lost isn't contents.
    let under = context
        .prose
        .iter()
        .filter(|prose| prose.heading == Some(contents));
    let mut entries = Vec::new();
    for prose in under {
        let mut start = prose.range.start();
        for line in prose.text.split_inclusive(['\n', '\r']) {
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
                key: context.outline.key(trimmed),
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
fn pair(context: &Context<'_>, contents: HeadingId, entries: &mut [Entry<'_>]) {
    let body: Vec<HeadingAt<'_>> = context
        .headings()
        .filter(|at| at.id != contents)
        .filter(|at| !matches!(at.heading.target, Target::Workings | Target::Grid { .. }))
        .collect();
    let mut part = None;
    let mut by_key: FxHashMap<(Option<HeadingId>, &str), Vec<HeadingId>> = FxHashMap::default();
    let mut by_number: FxHashMap<(Option<HeadingId>, bool, u8), Vec<HeadingId>> =
        FxHashMap::default();
    let listed_parts = entries.iter().any(|entry| entry.is_part);
    for at in &body {
        let text = context.text(at.heading.text);
        let number = ordinal(text);
        let is_part = at.heading.parent.is_none();
        if is_part {
            part = Some(at.id);
        }
        let scope = if is_part || !listed_parts { None } else { part };
        by_key
            .entry((scope, &at.heading.key))
            .or_default()
            .push(at.id);
        if let Some(number) = number {
            let part = matches!(number, Ordinal::Part(_));
            by_number
                .entry((scope, part, value(number)))
                .or_default()
                .push(at.id);
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
            let at = context.heading(*id);
            !used.contains(id) && at.is_some_and(|at| alike(entry, at))
        });
        used.extend(found);
        entry.heading = found;
    }
}

/// Of the headings that bear a line's number, so many are compared with it: there should be one.
const MOST_ALIKE: usize = 8;

fn alike(entry: &Entry<'_>, at: HeadingAt<'_>) -> bool {
    let key = &at.heading.key;
    let short = key.len() < 300 && entry.key.len() < 300;
    short && Spelling::new(key).is_alike(&Spelling::new(&entry.key), 0.4)
}

fn subject(context: &Context<'_>, target: Target) -> Subject {
    let id = crate::outline::title_of(context.template, target).map(|(_, id)| id.to_owned());
    match target {
        Target::Table { .. } => Subject {
            table: id,
            ..Subject::default()
        },
        _ => Subject {
            section: id,
            ..Subject::default()
        },
    }
}

fn compare(context: &Context<'_>, entry: &Entry<'_>, at: HeadingAt<'_>, sink: &mut Sink<'_>) {
    let heading = context.text(at.heading.text);
    if entry.text == heading {
        return;
    }
    let (listed, written) = (normalize(entry.text), normalize(heading));
    let key = &at.heading.key;
    let same = strip_part(&listed) == strip_part(&written);
    // A short title, without 关于, the body and the year, is allowed in either place.
    let short = listed.ends_with(key.as_str()) && written.ends_with(entry.key.as_str());
    let is_short = |text: &str, key: &str| text.chars().count() <= key.chars().count() + 4;
    if same
        || *key == entry.key && short && (is_short(&listed, &entry.key) || is_short(&written, key))
    {
        return;
    }
    // The heading isn't the template's and the contents are: that is told at the heading (STR008).
    if at.heading.fit != Match::Exact && known(context, &entry.key) {
        return;
    }
    let small = *key == entry.key || differ_in_small_words(key, &entry.key);
    let detail = Structure::Contents {
        entry: entry.text.to_owned(),
        heading: heading.to_owned(),
        slip: ContentsSlip::Differs,
    };
    // The contents count their entries in their own way: `四、` where the table says `表四`.
    let (number, _) = split_number(entry.text);
    let (_, title) = split_number(heading);
    let mended = format!("{number}{title}");
    sink.report(entry.range, subject(context, at.heading.target), detail)
        .severity(if small {
            Severity::Info
        } else {
            Severity::Warning
        })
        .expect(entry.text, heading)
        .relate(at.heading.text, "正文的标题")
        .fix(format!("目录改为“{mended}”"), false, entry.range, mended);
}

fn strip_part(text: &str) -> &str {
    match ordinal(text) {
        Some(Ordinal::Part(_)) => text.split_once("部分").map_or(text, |(_, rest)| rest),
        _ => text,
    }
}

fn absent(context: &Context<'_>, entry: &Entry<'_>, sink: &mut Sink<'_>) {
    // Its part isn't there either (and is told), or is lost.
    if !entry.is_part && entry.part.is_none() && context.template.parts.len() > 1 {
        return;
    }
    if context.marks.any()
        && context
            .marks
            .covers(context.document, entry.part, &entry.key)
    {
        return;
    }
    // What the template requires is told as missing.
    if !context.template.generic && known(context, &entry.key) {
        return;
    }
    let detail = Structure::Contents {
        entry: entry.text.to_owned(),
        heading: String::new(),
        slip: ContentsSlip::NotInBody,
    };
    sink.report(entry.range, Subject::default(), detail);
}

fn known(context: &Context<'_>, key: &str) -> bool {
    context.outline.knows(&context.document.template, key)
}

/// Lines in another order than the headings: parts among themselves, then within each part.
fn order(context: &Context<'_>, entries: &[Entry<'_>], sink: &mut Sink<'_>) {
    let mut scopes: FxHashMap<Option<HeadingId>, Vec<(&Entry<'_>, HeadingId)>> =
        FxHashMap::default();
    for entry in entries {
        if let Some(id) = entry.heading {
            let scope = if entry.is_part { None } else { entry.part };
            scopes.entry(scope).or_default().push((entry, id));
        }
    }
    for found in scopes.values() {
        let places: Vec<u32> = found.iter().map(|(_, id)| id.0).collect();
        let moved = out_of_order(&places);
        if moved.is_empty() || body_is_out_of_order(context, found) {
            continue;
        }
        for (entry, id) in moved.into_iter().filter_map(|index| found.get(index)) {
            let Some(at) = context.heading(*id) else {
                continue;
            };
            let detail = Structure::Contents {
                entry: entry.text.to_owned(),
                heading: context.text(at.heading.text).to_owned(),
                slip: ContentsSlip::Order,
            };
            sink.report(entry.range, subject(context, at.heading.target), detail)
                .relate(at.heading.text, "正文的标题");
        }
    }
}

/// Whether the headings themselves stand in another order than the template's: that is told there
/// (STR007), and the contents may well be right.
fn body_is_out_of_order(context: &Context<'_>, found: &[(&Entry<'_>, HeadingId)]) -> bool {
    let mut ids: Vec<HeadingId> = found.iter().map(|(_, id)| *id).collect();
    ids.sort();
    let targets = ids
        .iter()
        .filter_map(|id| context.heading(*id))
        .map(|at| at.heading.target);
    let ranks: Vec<u32> = targets
        .filter_map(|target| match target {
            Target::Part { part } => u32::try_from(part).ok(),
            Target::Section {
                section,
                subsection,
                ..
            } => {
                let below = subsection.map_or(0, |subsection| subsection + 1);
                u32::try_from(section * 1000 + below).ok()
            }
            Target::Table { spec } => u32::try_from(spec).ok(),
            _ => None,
        })
        .collect();
    !out_of_order(&ranks).is_empty()
}

/// Headings that the contents leave out although they list others beside them.
fn unlisted(context: &Context<'_>, entries: &[Entry<'_>], sink: &mut Sink<'_>) {
    let mut listed = vec![false; context.document.headings.len()];
    // Under which headings, and at which level, the contents list anything.
    let mut depth: FxHashMap<Option<HeadingId>, u8> = FxHashMap::default();
    for id in entries.iter().filter_map(|entry| entry.heading) {
        if let Some(flag) = listed.get_mut(id.index()) {
            *flag = true;
        }
        if let Some(at) = context.heading(id) {
            depth.insert(at.heading.parent, at.heading.level);
        }
    }
    let Some(last) = entries.last() else { return };
    for (at, listed) in context.headings().zip(listed) {
        let beside = depth.get(&at.heading.parent) == Some(&at.heading.level);
        let counts = match at.heading.target {
            Target::Contents | Target::Workings | Target::Grid { .. } => false,
            // A form stands once for each project.
            Target::Table { spec } => context
                .template
                .tables
                .get(spec)
                .is_some_and(|spec| !context.outline.is_form(spec)),
            // Before the contents stands the cover; what the template knows strayed here.
            Target::Other => {
                at.heading.range.start() > last.range.end() && !known(context, &at.heading.key)
            }
            _ => true,
        };
        // What stands twice is told as such (STR006), what stands where its part is lost too.
        let again = context
            .outline
            .first(at.heading.target)
            .is_some_and(|first| first != at.id);
        if listed
            || again
            || !beside
            || !counts
            || !at_home(context, at)
            || at.heading.fit != Match::Exact
        {
            continue;
        }
        let heading = context.text(at.heading.text);
        let detail = Structure::Contents {
            entry: String::new(),
            heading: heading.to_owned(),
            slip: ContentsSlip::NotListed,
        };
        let finding = sink.report(at.heading.text, subject(context, at.heading.target), detail);
        if at.heading.target == Target::Other {
            finding.severity(Severity::Info);
        }
    }
}

/// Whether a table of the template stands in the part of tables.
fn at_home(context: &Context<'_>, at: HeadingAt<'_>) -> bool {
    !matches!(at.heading.target, Target::Table { .. })
        || context.template.parts.is_empty()
        || context
            .ancestors(Some(at.id))
            .any(|above| match above.heading.target {
                Target::Part { part } => context
                    .template
                    .parts
                    .get(part)
                    .is_some_and(|part| part.content == PartContent::Tables),
                _ => false,
            })
}
