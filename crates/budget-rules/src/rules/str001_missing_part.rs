//! STR001: a part that the template requires isn't there.

use budget_model::Target;

use crate::context::Context;
use crate::detail::{Kind, Structure};
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::outline::{part_title, spellings};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR001",
    slug: "missing-part",
    name: "缺少部分",
    group: "结构",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/STR001-missing-part.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let mut place = context.front_place();
    for (part, spec) in context.template.parts.iter().enumerate() {
        if let Some(id) = context.outline.first(Target::Part { part }) {
            if let Some(at) = context.heading(id) {
                place = at.heading.text;
            }
            continue;
        }
        let mut titles = spellings(&spec.title, &spec.aliases);
        let lost = titles
            .clone()
            .any(|title| context.marks.covers(context.document, None, title));
        // A part under another heading is misplaced (STR007), not missing.
        if !spec.required || lost || context.outline.elsewhere(&mut titles).is_some() {
            continue;
        }
        let subject = Subject {
            section: Some(spec.id.clone()),
            ..Subject::default()
        };
        let detail = Structure::Missing {
            kind: Kind::Part,
            titles: vec![part_title(part, spec)],
            within: None,
        };
        sink.report(place, subject, detail);
    }
}
