//! STR003: a table that the template requires isn't there, or its heading has no table below it.

use budget_catalog::template::PartContent;
use budget_model::{HeadingId, Target};

use crate::context::{Context, TableAt};
use crate::detail::{Kind, Structure};
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::outline::{spellings, table_title};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR003",
    slug: "missing-table",
    name: "缺少表",
    group: "结构",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/STR003-missing-table.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for table in context.tables() {
        if !table.table.missing.any() {
            incomplete(context, table, sink);
        }
    }
    absent(context, sink);
}

/// A heading without its table, or a side-by-side table with one half only.
fn incomplete(context: &Context<'_>, table: TableAt<'_>, sink: &mut Sink<'_>) {
    let Some(spec) = table.spec else { return };
    if table.table.grids.is_empty() {
        // A form's fields are its content.
        if context.outline.is_form(spec) {
            return;
        }
        let note = !table.table.notes.is_empty();
        let detail = Structure::HeadingWithoutTable {
            table: table_title(context.template, spec).into_owned(),
            note,
        };
        let finding = sink.report(table.place(context), table.subject(context), detail);
        if note {
            finding.severity(Severity::Warning);
        }
        return;
    }
    let halves = spec.grids.len();
    if halves < 2 || table.table.grids.iter().any(|grid| grid.spec.is_none()) {
        return;
    }
    for (index, half) in spec.grids.iter().enumerate() {
        if table
            .table
            .grids
            .iter()
            .all(|grid| grid.spec != Some(index))
        {
            let detail = Structure::Missing {
                kind: Kind::Grid,
                titles: vec![half.title.clone()],
                within: Some(table.name(context.document).into_owned()),
            };
            sink.report(table.place(context), table.subject(context), detail);
        }
    }
}

fn absent(context: &Context<'_>, sink: &mut Sink<'_>) {
    let part = context
        .template
        .parts
        .iter()
        .position(|part| part.content == PartContent::Tables);
    let part = part.and_then(|part| context.outline.first(Target::Part { part }));
    let Some(first) = place(context, part) else {
        // Neither the part nor one of its tables is there: STR001 says so.
        return;
    };
    let mut place = first;
    let mut present = false;
    let mut found = Vec::new();
    for (index, spec) in context.template.tables.iter().enumerate() {
        if let Some(id) = context.outline.first(Target::Table { spec: index }) {
            if let Some(at) = context.heading(id)
                && !context.outline.is_form(spec)
            {
                place = at.heading.text;
                present = true;
            }
            continue;
        }
        let numbered = spec
            .ordinal
            .map(|n| format!("表{}", crate::text::chinese_number(n)));
        let mut titles = spellings(&spec.title, &spec.aliases);
        let lost = titles
            .clone()
            .chain(numbered.as_ref())
            .any(|title| context.marks.covers(context.document, part, title));
        if spec.required
            && !context.outline.is_form(spec)
            && !lost
            && context.outline.elsewhere(&mut titles).is_none()
        {
            found.push((place, spec));
        }
    }
    let within = part
        .and_then(|id| context.heading(id))
        .map(|at| context.text(at.heading.text).to_owned());
    if !present && found.len() > 1 {
        let titles = found
            .iter()
            .map(|(_, spec)| table_title(context.template, spec).into_owned())
            .collect();
        let detail = Structure::Missing {
            kind: Kind::Table,
            titles,
            within,
        };
        sink.report(first, Subject::default(), detail);
        return;
    }
    for (place, spec) in found {
        let titles = vec![table_title(context.template, spec).into_owned()];
        let subject = Subject {
            table: Some(spec.id.clone()),
            ..Subject::default()
        };
        let detail = Structure::Missing {
            kind: Kind::Table,
            titles,
            within: within.clone(),
        };
        let finding = sink.report(place, subject, detail);
        // A table whose heading is lost stands under the one before.
        for stray in context.tables().filter(|table| table.spec.is_none()) {
            let above = stray.table.heading.and_then(|id| context.heading(id));
            if above.is_some_and(|above| above.heading.text == place)
                && let Some(grid) = stray.grid(0)
            {
                finding.relate(grid.place(), "这里有一张没有标题的表");
            }
        }
    }
}

/// The tables' part, else the first table of the template that stands without it.
fn place(context: &Context<'_>, part: Option<HeadingId>) -> Option<budget_syntax::TextRange> {
    if let Some(at) = part.and_then(|id| context.heading(id)) {
        return Some(at.heading.text);
    }
    let mut tables = context.tables().filter(|table| {
        table
            .spec
            .is_some_and(|spec| !context.outline.is_form(spec))
    });
    tables.next().map(|table| table.place(context))
}
