//! STR007: parts, sections or tables in another order than the template's, or under another
//! heading than the one they belong to.

use budget_catalog::template::PartContent;
use budget_model::{HeadingId, Target};

use crate::context::{Context, HeadingAt};
use crate::detail::Structure;
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::outline::{part_title, section_title, spellings, table_title, title_of};
use crate::registry::{Check, Fixable, Rule};
use crate::text::out_of_order;
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR007",
    slug: "misplaced",
    name: "位置不对",
    group: "结构",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/STR007-misplaced.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    order(context, parts(context), sink);
    for (part, spec) in context.template.parts.iter().enumerate() {
        let sections = (0..spec.sections.len()).map(|section| Target::Section {
            part,
            section,
            subsection: None,
        });
        order(context, sections, sink);
        for (section, spec) in spec.sections.iter().enumerate() {
            let below = (0..spec.sections.len()).map(|subsection| Target::Section {
                part,
                section,
                subsection: Some(subsection),
            });
            order(context, below, sink);
        }
    }
    let numbered = context.template.tables.iter().enumerate();
    let numbered = numbered.filter(|(_, spec)| !context.outline.is_form(spec));
    order(
        context,
        numbered.map(|(spec, _)| Target::Table { spec }),
        sink,
    );
    wrong_part(context, sink);
    elsewhere(context, sink);
}

fn parts(context: &Context<'_>) -> impl Iterator<Item = Target> + use<> {
    (0..context.template.parts.len()).map(|part| Target::Part { part })
}

/// Tells those that stand outside the order of `targets`, which is the template's.
fn order(context: &Context<'_>, targets: impl Iterator<Item = Target>, sink: &mut Sink<'_>) {
    let found: Vec<(Target, HeadingId)> = targets
        .filter_map(|target| Some((target, context.outline.first(target)?)))
        .collect();
    let places: Vec<u32> = found.iter().map(|(_, id)| id.0).collect();
    for index in out_of_order(&places) {
        let Some((target, id)) = found.get(index) else {
            continue;
        };
        let before = index.checked_sub(1).and_then(|index| found.get(index));
        let after = found.get(index + 1);
        let name = |other: Option<&(Target, HeadingId)>| {
            let (title, _) = title_of(context.template, other?.0)?;
            Some(title.into_owned())
        };
        let detail = Structure::OutOfOrder {
            title: name(found.get(index)).unwrap_or_default(),
            after: name(before),
            before: name(after),
        };
        tell(context, *target, *id, detail, sink);
    }
}

/// A numbered table under a part that isn't the tables'.
fn wrong_part(context: &Context<'_>, sink: &mut Sink<'_>) {
    let parts = &context.template.parts;
    let Some((home, spec)) = parts
        .iter()
        .enumerate()
        .find(|(_, part)| part.content == PartContent::Tables)
    else {
        return;
    };
    // Where the part itself isn't there, that is told (STR001).
    if !context.outline.has(Target::Part { part: home }) {
        return;
    }
    for table in context.tables() {
        let Some(spec_index) = table.table.spec else {
            continue;
        };
        let Some(id) = table.table.heading else {
            continue;
        };
        if table.spec.is_none_or(|spec| context.outline.is_form(spec)) {
            continue;
        }
        let under = context
            .ancestors(Some(id))
            .find_map(|at| match at.heading.target {
                Target::Part { part } => Some(part),
                _ => None,
            });
        let Some(under) = under.filter(|under| *under != home) else {
            continue;
        };
        let detail = Structure::WrongPlace {
            title: table
                .spec
                .map(|spec| table_title(context.template, spec).into_owned())
                .unwrap_or_default(),
            belongs: part_title(home, spec),
            stands: parts
                .get(under)
                .map(|part| part_title(under, part))
                .unwrap_or_default(),
        };
        tell(
            context,
            Target::Table { spec: spec_index },
            id,
            detail,
            sink,
        );
    }
}

/// What is required and absent, but stands under a heading where the template doesn't look for it.
fn elsewhere(context: &Context<'_>, sink: &mut Sink<'_>) {
    let outline = &context.outline;
    let template = context.template;
    for (part, spec) in template.parts.iter().enumerate() {
        let target = Target::Part { part };
        if !outline.has(target)
            && let Some(id) = outline.elsewhere(spellings(&spec.title, &spec.aliases))
        {
            wrong(context, target, id, part_title(part, spec), None, sink);
        }
        for (section, below) in spec.sections.iter().enumerate() {
            let target = Target::Section {
                part,
                section,
                subsection: None,
            };
            if outline.has(Target::Part { part })
                && !outline.has(target)
                && let Some(id) = outline.elsewhere(spellings(&below.title, &below.aliases))
            {
                let belongs = Some(part_title(part, spec));
                wrong(
                    context,
                    target,
                    id,
                    section_title(below).into_owned(),
                    belongs,
                    sink,
                );
            }
        }
    }
    // Where the tables' part itself isn't there, that is told (STR001).
    let home = template
        .parts
        .iter()
        .position(|part| part.content == PartContent::Tables);
    if home.is_some_and(|part| !outline.has(Target::Part { part })) {
        return;
    }
    for (spec, table) in template.tables.iter().enumerate() {
        let target = Target::Table { spec };
        if !outline.is_form(table)
            && !outline.has(target)
            && let Some(id) = outline.elsewhere(spellings(&table.title, &table.aliases))
        {
            wrong(
                context,
                target,
                id,
                table_title(context.template, table).into_owned(),
                None,
                sink,
            );
        }
    }
}

fn wrong(
    context: &Context<'_>,
    target: Target,
    id: HeadingId,
    title: String,
    belongs: Option<String>,
    sink: &mut Sink<'_>,
) {
    let above = context
        .heading(id)
        .and_then(|at| at.heading.parent)
        .and_then(|id| context.heading(id));
    let stands = above
        .map_or("文件开头", |at| context.text(at.heading.text))
        .to_owned();
    let tables = context.template.parts.iter().enumerate();
    let mut tables = tables.filter(|(_, part)| part.content == PartContent::Tables);
    let belongs = belongs.or_else(|| match target {
        Target::Table { .. } => tables.next().map(|(index, part)| part_title(index, part)),
        _ => None,
    });
    let detail = Structure::WrongPlace {
        title,
        belongs: belongs.unwrap_or_else(|| "文件的第一级标题".to_owned()),
        stands,
    };
    tell(context, target, id, detail, sink);
}

fn tell(
    context: &Context<'_>,
    target: Target,
    id: HeadingId,
    detail: Structure,
    sink: &mut Sink<'_>,
) {
    let Some(HeadingAt { heading, .. }) = context.heading(id) else {
        return;
    };
    let id = title_of(context.template, target).map(|(_, id)| id.to_owned());
    let subject = match target {
        Target::Table { .. } => Subject {
            table: id,
            ..Subject::default()
        },
        _ => Subject {
            section: id,
            ..Subject::default()
        },
    };
    sink.report(heading.text, subject, detail);
}
