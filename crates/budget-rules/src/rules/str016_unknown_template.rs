//! STR016: the document names a template that isn't there.

use budget_model::document::TemplateChoice;

use crate::context::Context;
use crate::detail::Structure;
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR016",
    slug: "unknown-template",
    name: "模板不认识",
    group: "结构",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::Unsafe,
    page: include_str!("../../../../docs/rules/STR016-unknown-template.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

/// How alike a template's name must be to be proposed.
const ALIKE: f64 = 0.5;

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    if context.document.template_choice != TemplateChoice::Unknown {
        return;
    }
    let Some(field) = context.document.front.template.as_ref() else {
        return;
    };
    let written = context.text(field.value);
    let near = context
        .document
        .catalog
        .template_ids()
        .filter(|_| written.len() < 300)
        .map(|id| (strsim::normalized_levenshtein(id, written), id))
        .filter(|(alike, _)| *alike >= ALIKE)
        // Of two that are as near, the first.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, id)| id.to_owned());
    let detail = Structure::UnknownTemplate {
        written: written.to_owned(),
        near: near.clone(),
    };
    let finding = sink.report(field.value, Subject::default(), detail);
    if let Some(near) = near {
        finding.fix(format!("改为“{near}”"), false, field.value, near);
    }
}
