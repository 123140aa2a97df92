//! STR005: a row that the template requires isn't there.

use budget_catalog::template::{RowRole, RowSpec};
use budget_model::Target;
use budget_model::table::Value;

use crate::context::{Context, GridAt, TableAt};
use crate::detail::{Kind, Structure};
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR005",
    slug: "missing-row",
    name: "缺少行",
    group: "结构",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/STR005-missing-row.md"),
    check: Check::Grid(check),
    indifferent_to: &[Change::Words],
};

fn check(context: &Context<'_>, at: GridAt<'_>, sink: &mut Sink<'_>) {
    let Some(spec) = at.spec else { return };
    // An empty table need not have its rows: that it is empty is said elsewhere.
    if at.table.table.missing.any() || !at.is_first() || !at.alike().any(GridAt::holds_amounts) {
        return;
    }
    let absent = |row: &(usize, &RowSpec)| {
        let mut rows = at.alike().flat_map(|grid| &grid.grid.rows);
        !rows.any(|have| have.spec == Some(row.0)) && !stands_unlabelled(at, row.1)
    };
    let rows = || {
        spec.rows
            .iter()
            .enumerate()
            .filter(absent)
            .map(|(_, row)| row)
    };
    report(
        context,
        at,
        Severity::Error,
        rows().filter(|row| is_required_total(row)),
        sink,
    );
    // A line without an amount that is left out changes nothing.
    report(
        context,
        at,
        Severity::Info,
        rows().filter(|row| is_required_line(row)),
        sink,
    );
    for row in rows().filter(|row| !row.required) {
        if let Some(other) = listed_in_sibling(context, at, row) {
            let detail = Structure::RowListedElsewhere {
                row: title(row),
                table: at.name(context.document),
                other: other.name(context.document),
            };
            sink.report(at.place(), subject(context, at, row), detail)
                .severity(Severity::Info);
        }
    }
}

fn is_required_total(row: &RowSpec) -> bool {
    row.required && row.role == RowRole::Total
}

fn is_required_line(row: &RowSpec) -> bool {
    row.required && row.role != RowRole::Total
}

/// A row printed without its label is there if any row without a label is.
fn stands_unlabelled(at: GridAt<'_>, spec: &RowSpec) -> bool {
    (spec.unlabelled || spec.label.is_empty())
        && at
            .alike()
            .flat_map(|grid| &grid.grid.rows)
            .any(|row| row.label.is_empty() && row.code.is_none())
}

/// Another table of the document that lists this class, empty: the two lists of classes were not
/// made alike. (One with an amount is COD008's.)
fn listed_in_sibling<'d>(
    context: &Context<'d>,
    at: GridAt<'d>,
    spec: &RowSpec,
) -> Option<GridAt<'d>> {
    let code = spec.code.as_deref().filter(|code| code.len() == 3)?;
    // Each table of the template is compared once, however often it stands.
    let first = |table: &TableAt<'_>| {
        table.table.spec.is_some_and(|spec| {
            context.outline.first(Target::Table { spec }) == table.table.heading
        })
    };
    if !first(&at.table) {
        return None;
    }
    let siblings = context
        .tables()
        .filter(|table| table.index != at.table.index);
    let mut grids = siblings
        .filter(first)
        .flat_map(TableAt::grids)
        .filter(|grid| {
            grid.spec
                .is_some_and(|spec| spec.rows.iter().any(|row| row.code.is_some()))
        });
    grids.find(|grid| {
        let row = grid
            .rows()
            .find(|row| row.row.code.as_deref() == Some(code));
        row.is_some_and(|row| {
            row.cells().all(|cell| match cell.cell.value {
                Value::Number(number) => number.amount.is_zero(),
                _ => true,
            })
        })
    })
}

fn title(row: &RowSpec) -> String {
    match &row.code {
        Some(code) => format!("{code} {}", row.label),
        None if row.label.is_empty() => row.id.clone(),
        None => row.label.clone(),
    }
}

fn subject(context: &Context<'_>, at: GridAt<'_>, row: &RowSpec) -> Subject {
    Subject {
        row: Some(row.code.clone().unwrap_or_else(|| row.id.clone())),
        ..at.table.subject(context)
    }
}

fn report<'s>(
    context: &Context<'_>,
    at: GridAt<'_>,
    severity: Severity,
    rows: impl Iterator<Item = &'s RowSpec>,
    sink: &mut Sink<'_>,
) {
    let rows: Vec<&RowSpec> = rows.collect();
    let Some(first) = rows.first() else { return };
    let detail = Structure::Missing {
        kind: Kind::Row,
        titles: rows.iter().map(|row| title(row)).collect(),
        within: Some(at.name(context.document)),
    };
    sink.report(at.place(), subject(context, at, first), detail)
        .severity(severity);
}
