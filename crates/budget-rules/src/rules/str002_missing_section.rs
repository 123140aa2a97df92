//! STR002: a section that the template requires isn't there, or isn't marked as a heading.

use std::cell::OnceCell;

use budget_catalog::template::SectionSpec;
use budget_model::{HeadingId, Target};
use budget_syntax::TextRange;
use rustc_hash::FxHashMap;

use crate::context::{Context, HeadingAt, Prose};
use crate::detail::{Kind, Structure};
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::outline::{section_title, spellings};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR002",
    slug: "missing-section",
    name: "缺少章节",
    group: "结构",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::Unsafe,
    page: include_str!("../../../../docs/rules/STR002-missing-section.md"),
    check: Check::Heading(check),
    indifferent_to: &[Change::Numbers],
};

fn check(context: &Context<'_>, at: HeadingAt<'_>, sink: &mut Sink<'_>) {
    // Of a part or section that stands twice (STR006) the first is looked at.
    if context.outline.first(at.heading.target) != Some(at.id) {
        return;
    }
    let parts = &context.template.parts;
    let (sections, target): (&[SectionSpec], &dyn Fn(usize) -> Target) = match at.heading.target {
        Target::Part { part } => {
            let Some(spec) = parts.get(part) else { return };
            let below = move |section| Target::Section {
                part,
                section,
                subsection: None,
            };
            (&spec.sections, &{ below })
        }
        Target::Section {
            part,
            section,
            subsection: None,
        } => {
            let Some(spec) = parts.get(part).and_then(|part| part.sections.get(section)) else {
                return;
            };
            let below = move |sub| Target::Section {
                part,
                section,
                subsection: Some(sub),
            };
            (&spec.sections, &{ below })
        }
        _ => return,
    };
    missing(context, at, sections, target, sink);
}

fn missing(
    context: &Context<'_>,
    at: HeadingAt<'_>,
    sections: &[SectionSpec],
    target: &dyn Fn(usize) -> Target,
    sink: &mut Sink<'_>,
) {
    let mut place = at.heading.text;
    let mut found: Vec<(TextRange, &SectionSpec)> = Vec::new();
    let mut present = false;
    let paragraphs = OnceCell::new();
    for (index, spec) in sections.iter().enumerate() {
        if let Some(at) = context
            .outline
            .first(target(index))
            .and_then(|id| context.heading(id))
        {
            place = at.heading.text;
            present = true;
        } else if spec.required && !accounted_for(context, at.id, spec) {
            let paragraphs = paragraphs.get_or_init(|| by_key(context, at));
            if let Some(prose) = as_paragraph(context, paragraphs, spec) {
                present = true;
                not_a_heading(at, spec, prose, sink);
            } else {
                found.push((place, spec));
            }
        }
    }
    let within = Some(context.text(at.heading.text).to_owned());
    // Where nothing of it is there, one finding says so.
    if !present && found.len() > 1 {
        let titles = found
            .iter()
            .map(|(_, spec)| section_title(spec).into_owned())
            .collect();
        let detail = Structure::Missing {
            kind: Kind::Section,
            titles,
            within,
        };
        sink.report(at.heading.text, subject(context, at), detail);
        return;
    }
    for (place, spec) in found {
        let titles = vec![section_title(spec).into_owned()];
        let detail = Structure::Missing {
            kind: Kind::Section,
            titles,
            within: within.clone(),
        };
        sink.report(place, section_subject(spec), detail);
    }
}

/// Lost by the source, published apart, or under another heading (STR007).
fn accounted_for(context: &Context<'_>, under: HeadingId, spec: &SectionSpec) -> bool {
    let titles = spellings(&spec.title, &spec.aliases);
    let lost = titles
        .clone()
        .any(|title| context.marks.covers(context.document, Some(under), title));
    lost || context.outline.elsewhere(titles).is_some()
}

/// Paragraphs below the heading that are short enough for a title, each key with the first of them.
fn by_key(context: &Context<'_>, at: HeadingAt<'_>) -> FxHashMap<String, usize> {
    let extent = at.heading.extent;
    let first = context
        .prose
        .partition_point(|prose| prose.range.start() < extent.start());
    let longest = context.text(at.heading.text).len() + 200;
    let below = context.prose.iter().enumerate().skip(first);
    let below = below.take_while(|(_, prose)| prose.range.start() < extent.end());
    let mut paragraphs = FxHashMap::default();
    // A sentence is no title.
    let short =
        below.filter(|(_, prose)| prose.text.len() <= longest && !prose.text.ends_with('。'));
    for (index, prose) in short {
        let key = context.outline.key(prose.text);
        paragraphs.entry(key).or_insert(index);
    }
    paragraphs
}

/// The section's title as a paragraph of its own below the heading: the `#` was forgotten.
fn as_paragraph<'d>(
    context: &Context<'d>,
    paragraphs: &FxHashMap<String, usize>,
    spec: &SectionSpec,
) -> Option<Prose<'d>> {
    let titles = spellings(&spec.title, &spec.aliases);
    let found = titles.filter_map(|title| paragraphs.get(&context.outline.key(title)));
    context.prose.get(*found.min()?).copied()
}

fn not_a_heading(at: HeadingAt<'_>, spec: &SectionSpec, prose: Prose<'_>, sink: &mut Sink<'_>) {
    let marks = "#".repeat(usize::from(at.heading.level.saturating_add(1).min(6)));
    let detail = Structure::NotAHeading {
        title: prose.text.to_owned(),
    };
    let start = TextRange::empty(prose.range.start());
    sink.report(prose.range, section_subject(spec), detail)
        .severity(Severity::Warning)
        .fix(
            format!("在行首加“{marks} ”"),
            false,
            start,
            format!("{marks} "),
        );
}

fn section_subject(spec: &SectionSpec) -> Subject {
    Subject {
        section: Some(spec.id.clone()),
        ..Subject::default()
    }
}

fn subject(context: &Context<'_>, at: HeadingAt<'_>) -> Subject {
    Subject {
        section: crate::outline::title_of(context.template, at.heading.target)
            .map(|(_, id)| id.to_owned()),
        ..Subject::default()
    }
}
