//! STR010: an empty table without a note that says so, or a note that says so of a filled table.
//! (Whether the narrative agrees is a relation of the template, told under the same code.)

use budget_catalog::template::RelationKind;
use budget_syntax::TextRange;
use rustc_hash::FxHashSet;

use crate::context::{Judged, TableAt};
use crate::detail::{EmptyNote, Structure};
use crate::engine::Sink;
use crate::finding::Severity;
use crate::registry::{Check, Fixable, Rule};
use crate::text::says_empty;

pub(super) const RULE: Rule = Rule {
    code: "STR010",
    slug: "empty-table-note",
    name: "空表说明",
    group: "结构",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/STR010-empty-table-note.md"),
    check: Check::Ledger(check),
    indifferent_to: &[],
};

fn check(context: &Judged<'_>, sink: &mut Sink<'_>) {
    for table in context.tables() {
        check_table(context, table, sink);
    }
}

fn check_table(context: &Judged<'_>, at: TableAt<'_>, sink: &mut Sink<'_>) {
    let table = at.table;
    let form = at.spec.is_some_and(|spec| context.outline.is_form(spec));
    // A table whose cells are still to be filled is neither.
    if table.missing.any() || table.grids.is_empty() || form || at.holds_holes() {
        return;
    }
    if at.grids().any(|grid| grid.holds_amounts()) {
        let said = table
            .notes
            .iter()
            .find(|note| says_empty(context.text(**note)));
        if let Some(note) = said.filter(|_| is_filled(context, at)) {
            let detail = Structure::EmptyNote {
                table: at.name(context.document).into_owned(),
                slip: EmptyNote::Filled,
            };
            sink.report(*note, at.subject(context), detail)
                .severity(Severity::Error)
                .relate(at.place(context), "这张表有数");
        }
        return;
    }
    // A table without any amount column, or one the template doesn't know, may be of another kind.
    if at.has_lost_rows()
        || !table.notes.is_empty()
        || !at.has_amount_columns()
        || told_by_relation(context, at)
    {
        return;
    }
    let section = at.spec.and_then(|spec| spec.empty_note.as_deref());
    let section = section.and_then(|id| context.document.section(id));
    let said = section.filter(|section| says_empty(context.document.section_text(section)));
    let slip = match said {
        Some(section) => EmptyNote::OnlyInSection(context.text(section.text).to_owned()),
        None => EmptyNote::None,
    };
    let severity = match (&slip, at.spec) {
        (EmptyNote::None, Some(_)) => Severity::Warning,
        _ => Severity::Info,
    };
    let detail = Structure::EmptyNote {
        table: at.name(context.document).into_owned(),
        slip,
    };
    sink.report(at.place(context), at.subject(context), detail)
        .severity(severity)
        .origin("无数据的表应保留空表并说明");
}

/// Whether a cell holds an amount other than 0, typed or worked out: `=` in a row without numbers comes to none.
fn is_filled(context: &Judged<'_>, at: TableAt<'_>) -> bool {
    let amounts: FxHashSet<TextRange> = context
        .ledger
        .derived
        .iter()
        .filter(|it| it.amount.is_some_and(|amount| !amount.is_zero()))
        .map(|it| it.range)
        .collect();
    at.grids()
        .any(|grid| grid.holds(|cell| amounts.contains(&cell.range)))
}

/// Whether the template's relation between the table and its narrative section is broken: then
/// that is told, once.
fn told_by_relation(context: &Judged<'_>, at: TableAt<'_>) -> bool {
    let Some(spec) = at.spec else { return false };
    let number = at.name(context.document);
    context.ledger.broken.iter().any(|instance| {
        context
            .template
            .identities
            .get(instance.identity)
            .is_some_and(|identity| {
                identity.kind == RelationKind::EmptyTable
                    && (identity.expr.contains(number.as_ref())
                        || identity.expr.contains(&spec.title))
            })
    })
}
