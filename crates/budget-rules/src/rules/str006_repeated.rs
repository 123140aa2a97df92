//! STR006: a part, section or table stands twice.

use budget_model::{HeadingId, Target};

use crate::context::{Context, HeadingAt};
use crate::detail::{Kind, Structure};
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::outline::title_of;
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR006",
    slug: "repeated",
    name: "重复出现",
    group: "结构",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/STR006-repeated.md"),
    check: Check::Heading(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

fn check(context: &Context<'_>, at: HeadingAt<'_>, sink: &mut Sink<'_>) {
    let target = at.heading.target;
    let kind = match target {
        Target::Part { .. } => Kind::Part,
        Target::Section { .. } => {
            if context
                .document
                .section_spec(target)
                .is_some_and(|spec| spec.repeats)
            {
                return;
            }
            Kind::Section
        }
        Target::Table { spec } => {
            let Some(spec) = context.template.tables.get(spec) else {
                return;
            };
            if context.outline.is_form(spec) {
                return;
            }
            Kind::Table
        }
        Target::Grid { .. } => Kind::Grid,
        Target::Contents | Target::Workings | Target::Other => return,
    };
    let Some(first) = before(context, at) else {
        return;
    };
    // What stands under something that stands twice is not told again.
    let mut above = context.ancestors(at.heading.parent);
    if above.any(|above| before(context, above).is_some()) {
        return;
    }
    // A table that goes on over a page says so.
    let text = context.text(at.heading.text);
    if text.contains('续') {
        return;
    }
    let Some((title, id)) = title_of(context.template, target) else {
        return;
    };
    let id = id.to_owned();
    let subject = match kind {
        Kind::Table | Kind::Grid => Subject {
            table: Some(id),
            ..Subject::default()
        },
        _ => Subject {
            section: Some(id),
            ..Subject::default()
        },
    };
    let detail = Structure::Repeated {
        kind,
        title: title.into_owned(),
    };
    let finding = sink.report(at.heading.text, subject, detail);
    if let Some(first) = context.heading(first) {
        finding.relate(first.heading.text, "前一处在这里");
    }
}

/// The heading before this one that is the same thing; of a half of a table, under the same table.
fn before(context: &Context<'_>, at: HeadingAt<'_>) -> Option<HeadingId> {
    let same = context.outline.of(at.heading.target);
    let first = match at.heading.target {
        Target::Grid { .. } => same.iter().copied().find(|id| {
            context
                .heading(*id)
                .is_some_and(|other| other.heading.parent == at.heading.parent)
        }),
        _ => same.first().copied(),
    };
    first.filter(|first| *first < at.id)
}
