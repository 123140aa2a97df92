//! STR009: the table of contents and the headings of the body don't say the same.

use budget_catalog::name::normalize;
use budget_catalog::template::PartContent;
use budget_model::heading::{Match, Ordinal, ordinal};
use budget_model::{HeadingId, Target};
use rustc_hash::FxHashMap;

use crate::contents::{self, Entry};
use crate::context::{Context, HeadingAt};
use crate::detail::{ContentsSlip, Structure};
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use crate::text::{differ_in_small_words, out_of_order, split_number};
use budget_model::Change;

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
    indifferent_to: &[Change::Numbers],
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let Some(contents) = context.outline.first(Target::Contents) else {
        return;
    };
    let under = context
        .prose
        .iter()
        .filter(|prose| prose.heading == Some(contents));
    let ranges = under.map(|prose| prose.range);
    let key = |title: &str| context.outline.key(title);
    let entries = contents::paired(context.document, contents, ranges, &key);
    if entries.is_empty() {
        return;
    }
    for entry in &entries {
        match entry.heading.and_then(|id| context.heading(id)) {
            Some(at) => compare(context, entry, at, sink),
            None => absent(context, entry, sink),
        }
    }
    order(context, &entries, sink);
    unlisted(context, &entries, sink);
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
