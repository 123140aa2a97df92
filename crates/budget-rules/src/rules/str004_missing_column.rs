//! STR004: a column that the template requires isn't there.

use budget_catalog::template::{ColumnKind, ColumnSpec};

use crate::context::{Context, GridAt};
use crate::detail::{Kind, Structure};
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR004",
    slug: "missing-column",
    name: "缺少列",
    group: "结构",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/STR004-missing-column.md"),
    check: Check::Grid(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

fn check(context: &Context<'_>, at: GridAt<'_>, sink: &mut Sink<'_>) {
    let missing = at.table.table.missing;
    let Some(spec) = at.spec else { return };
    if missing.header
        || missing.all
        || missing.apart
        || at.grid.columns.is_empty()
        || !at.is_first()
    {
        return;
    }
    let absent: Vec<&ColumnSpec> = spec
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| !column.optional)
        .filter(|(index, column)| !stands_in(at, *index, column))
        .map(|(_, column)| column)
        .collect();
    let Some(first) = absent.first() else { return };
    let subject = Subject {
        column: Some(first.id.clone()),
        ..at.table.subject(context)
    };
    let detail = Structure::Missing {
        kind: Kind::Column,
        titles: absent.iter().map(|column| column.name.clone()).collect(),
        within: Some(at.table.name(context.document).into_owned()),
    };
    sink.report(at.place(), subject, detail);
}

/// Whether a column of the document is this one, or holds it with another (`201 一般公共服务支出` in
/// one cell is code and name) or in pieces (类, 款 and 项 are the code).
fn stands_in(at: GridAt<'_>, index: usize, spec: &ColumnSpec) -> bool {
    at.alike()
        .flat_map(|grid| &grid.grid.columns)
        .any(|column| {
            column.spec == Some(index)
                || match spec.kind {
                    ColumnKind::Code => {
                        matches!(column.kind, ColumnKind::Code | ColumnKind::CodeName)
                    }
                    ColumnKind::Name => column.kind == ColumnKind::CodeName,
                    _ => false,
                }
        })
}
