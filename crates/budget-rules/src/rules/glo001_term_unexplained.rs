//! GLO001: a term of the trade that the tables use and the glossary doesn't explain.

use std::borrow::Cow;

use budget_catalog::{Trust, name, template::PartContent};
use budget_model::Target;
use rustc_hash::FxHashSet;

use crate::Severity;
use crate::context::Context;
use crate::detail::TermFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "GLO001",
    slug: "term-unexplained",
    name: "用到的名词没有解释",
    group: "名词",
    severity: Severity::Hint,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/GLO001-term-unexplained.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers],
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let glossary = context.headings().find(|at| match at.heading.target {
        Target::Part { part } => context
            .template
            .parts
            .get(part)
            .is_some_and(|part| part.content == PartContent::Glossary),
        _ => false,
    });
    let Some(glossary) = glossary else { return };
    if context.document.terms.is_empty() || context.marks.under(Some(glossary.id)) {
        return;
    }
    let explanations = context.document.section_text(glossary.heading);
    let used = columns(context);
    let mut told: FxHashSet<&str> = FxHashSet::default();
    let glossaries = &context.document.catalog.glossary;
    for entry in used.iter().flat_map(|name| glossaries.of_term(name)) {
        if entry.trust < Trust::Document
            || explanations.contains(&*entry.term)
            || !told.insert(&*entry.term)
        {
            continue;
        }
        let detail = Detail::Term(TermFault::Unexplained {
            term: entry.term.to_string(),
        });
        sink.report(
            glossary.heading.text,
            Subject {
                section: Some(entry.term.to_string()),
                ..Subject::default()
            },
            detail,
        );
    }
}

/// The names of all columns of the published tables.
fn columns<'d>(context: &Context<'d>) -> FxHashSet<Cow<'d, str>> {
    let mut names = FxHashSet::default();
    for grid in context.tables().flat_map(|table| table.grids()) {
        for column in &grid.grid.columns {
            names.insert(name::normalize(context.text(column.name)));
        }
    }
    names
}
