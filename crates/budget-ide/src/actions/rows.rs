//! Rows of account codes that are missing: in the table on the other side of a relation, and above a
//! code whose parents aren't there.

use budget_catalog::template::{ColumnKind, RowRole};
use budget_model::relation::MissingRow;
use budget_model::{CellId, Document, Grid, Table, Value};
use budget_syntax::TextRange;
use budget_syntax::expr::{Condition, Expr, Segment, Spanned};
use budget_syntax::format::TextEdit;

use super::{Action, ActionKind, Scope};
use crate::place::{self, CellPlace};
use crate::rows::{RowWriter, missing_parents};

pub(super) fn offer<'r>(scope: &Scope<'r>, all: &mut Vec<Action<'r>>) {
    across_tables(scope, all);
    parents(scope, all);
}

/// `在表五补上 2080501 行政单位离退休`: at the code that has money, and at the table that lacks it.
fn across_tables<'r>(scope: &Scope<'r>, all: &mut Vec<Action<'r>>) {
    let document = scope.document;
    for missing in &scope.report.ledger.missing_rows {
        let Some(table) = document.tables.get(missing.table) else {
            continue;
        };
        let mut present = missing.present.iter();
        let at_money = present.any(|id| {
            let cell = document.cell(*id);
            cell.is_some_and(|cell| meet(cell.range, scope.range))
        });
        let heading = table.heading.and_then(|id| document.heading(id));
        let at_table = heading.is_some_and(|heading| meet(heading.range, scope.range));
        if !(at_money || at_table) || table.source.is_some() {
            continue;
        }
        let Some((number, grid)) = (0..).zip(&table.grids).find(|(_, grid)| takes_codes(grid))
        else {
            continue;
        };
        let id = CellId {
            table: u32::try_from(missing.table).unwrap_or(u32::MAX),
            grid: number,
            row: 0,
            column: 0,
        };
        let edits = move || insert(document, table, grid, id, missing);
        if edits().is_empty() {
            continue;
        }
        let codes = document
            .catalog
            .codes(place::classification(document, id, grid));
        let year = place::code_year(document);
        let name = codes
            .in_year(&missing.code, year)
            .map_or("", |entry| &*entry.name);
        let name = format!("{} {name}", missing.code);
        let place = heading.map_or("", |heading| document.slice(heading.text));
        let title = format!("在“{place}”补上 {}", name.trim());
        if all.iter().any(|known: &Action<'_>| known.title == title) {
            continue;
        }
        let mut findings = scope.findings();
        let finding = findings.find(|finding| {
            finding.rule == "COD008" && finding.subject.row.as_deref() == Some(&*missing.code)
        });
        all.push(Action::new(ActionKind::QuickFix, title, edits).mends(finding));
    }
}

fn meet(a: TextRange, b: TextRange) -> bool {
    a.start() <= b.end() && b.start() <= a.end()
}

fn takes_codes(grid: &Grid) -> bool {
    let is_code = |kind| matches!(kind, ColumnKind::Code | ColumnKind::CodeName);
    grid.columns.iter().any(|column| is_code(column.kind))
}

/// The row in its place in the order of codes, with the rows above it that are missing too. Where
/// segments part the table nobody knows which.
fn insert(
    document: &Document,
    table: &Table,
    grid: &Grid,
    id: CellId,
    missing: &MissingRow,
) -> Vec<TextEdit> {
    let code = missing.code.as_str();
    let is_parted = grid.rows.iter().any(|row| row.segment.is_some());
    let Some(writer) = RowWriter::new(document, grid).filter(|_| !is_parted) else {
        return Vec::new();
    };
    let codes = document
        .catalog
        .codes(place::classification(document, id, grid));
    let year = place::code_year(document);
    let Some(entry) = codes
        .in_year(code, year)
        .or_else(|| codes.in_year(code, None))
    else {
        return Vec::new();
    };
    let accounts = || {
        let rows = grid.rows.iter().enumerate();
        rows.filter_map(|(at, row)| Some((at, row.code.as_deref()?)))
    };
    let after = accounts()
        .find(|(_, other)| *other > code)
        .map(|(at, _)| at);
    let total = || {
        let mut rows = grid.rows.iter();
        rows.position(|row| row.role == RowRole::Total)
    };
    let row = after
        .or_else(|| accounts().next_back().map(|(at, _)| at + 1))
        .or_else(total)
        .unwrap_or(grid.rows.len());
    let below = CellId {
        row: u32::try_from(row).unwrap_or(u32::MAX),
        ..id
    };
    let parents = missing_parents(document, below, grid, code, None);
    // A total above its rows, or one of them further up: the order isn't that of the codes.
    if parents.iter().any(|(place, ..)| *place != row) {
        return Vec::new();
    }
    let mut lines: Vec<String> = parents
        .iter()
        .map(|(_, code, name)| writer.account(code, name, |_| "=".to_owned()))
        .collect();
    let amount = amount(document, table, grid, missing);
    lines.push(writer.account(code, &entry.name, |column| match amount {
        Some((at, text)) if at == column => text.to_owned(),
        _ => String::new(),
    }));
    vec![writer.above(row, &lines)]
}

/// The money that the other table has for the code, and the column where it belongs; none where the
/// tables have different units or several cells hold it.
fn amount<'d>(
    document: &'d Document,
    table: &Table,
    grid: &Grid,
    missing: &MissingRow,
) -> Option<(usize, &'d str)> {
    let [from] = missing.present.as_slice() else {
        return None;
    };
    let cell = document.cell(*from)?;
    let other = document.tables.get(from.table as usize)?;
    if other.unit != table.unit || !matches!(cell.value, Value::Number(_)) {
        return None;
    }
    let identity = document.template.identities.get(missing.identity)?;
    let mut body = &identity.parsed.as_ref()?.body.node;
    while let Condition::Implies(_, then) = body {
        body = &then.node;
    }
    let Condition::Relation { lhs, rhs, .. } = body else {
        return None;
    };
    let spec = table.spec.or(table.reading)?;
    let mut sides = std::iter::once(lhs).chain(rhs);
    let column = sides.find_map(|side| last_of_path(document, side, spec))?;
    let at = match column {
        Segment::Name(names) => {
            let own = document.template.tables.get(spec)?.grids.get(grid.spec?)?;
            let wanted = own.column_named(&names.join("/"))?;
            let mut columns = grid.columns.iter();
            columns.position(|column| column.spec == Some(wanted))?
        }
        Segment::Variable(_) => {
            let name = document.slice(
                document
                    .grid(*from)?
                    .columns
                    .get(from.column as usize)?
                    .name,
            );
            let same = |other: &str| budget_convert::table::is_same(name, other);
            let mut columns = grid.columns.iter();
            columns.position(|column| same(document.slice(column.name)))?
        }
        _ => return None,
    };
    Some((at, document.slice(cell.range)))
}

/// The column that a path into a table names.
fn last_of_path<'t>(
    document: &Document,
    side: &'t Spanned<Expr>,
    spec: usize,
) -> Option<&'t Segment> {
    let Expr::Path(path) = &side.node else {
        return None;
    };
    let Segment::Name(table) = &path.segments.first()?.node else {
        return None;
    };
    let is_it = document.template.table_named(&table.join("/")) == Some(spec);
    is_it
        .then(|| path.segments.last().map(|last| &last.node))
        .flatten()
}

/// `补上上级科目 201 一般公共服务支出`: at a row whose parents aren't there.
fn parents<'r>(scope: &Scope<'r>, all: &mut Vec<Action<'r>>) {
    let document = scope.document;
    let mut findings = scope.findings();
    let Some(finding) = findings.find(|finding| finding.rule == "COD004") else {
        return;
    };
    let Some(cell) = CellPlace::at(document, finding.range.start()) else {
        return;
    };
    let Some(code) = cell
        .row
        .code
        .as_deref()
        .filter(|_| !cell.is_approved(document))
    else {
        return;
    };
    let row = cell.id.row as usize;
    let missing = missing_parents(document, cell.id, cell.grid, code, Some(row));
    let Some(writer) = RowWriter::new(document, cell.grid).filter(|_| !missing.is_empty()) else {
        return;
    };
    let names: Vec<String> = missing
        .iter()
        .map(|(_, code, name)| format!("{code} {name}"))
        .collect();
    let title = format!("补上上级科目 {}", names.join("、"));
    let work = move || {
        let mut edits: Vec<TextEdit> = Vec::new();
        for (place, code, name) in &missing {
            let line = writer.account(code, name, |_| "=".to_owned());
            let edit = writer.above(*place, &[line]);
            match edits.iter_mut().find(|known| known.range == edit.range) {
                Some(known) => known.text.push_str(&edit.text),
                None => edits.push(edit),
            }
        }
        edits
    };
    all.push(Action::new(ActionKind::QuickFix, title, work).mends(Some(finding)));
}
