//! STR014: what is still to be filled in: `待填`, `XX`, blanks of a form.

use budget_model::Status;
use budget_model::table::Value;
use budget_syntax::TextRange;

use crate::clues::Clue;
use crate::context::{Context, GridAt, RowAt, TableAt};
use crate::detail::Structure;
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use crate::text::{holes, may_hold_holes};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR014",
    slug: "hole",
    name: "待填未填",
    group: "结构",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/STR014-hole.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers],
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for table in context.tables() {
        let found = in_table(context, table);
        tell(context, found, Some(table), sink);
    }
    tell(context, in_text(context), None, sink);
}

/// In a draft one count; later each.
fn tell(
    context: &Context<'_>,
    found: Vec<(TextRange, Subject)>,
    table: Option<TableAt<'_>>,
    sink: &mut Sink<'_>,
) {
    let Some((first, _)) = found.first() else {
        return;
    };
    if context.document.front.status == Status::Draft {
        let (range, subject) = match table {
            Some(table) => (table.place(context), table.subject(context)),
            None => (*first, Subject::default()),
        };
        let detail = Structure::HolesInDraft {
            place: table.map(|table| table.name(context.document).into_owned()),
            count: found.len(),
        };
        sink.report(range, subject, detail).severity(Severity::Info);
        return;
    }
    for (range, subject) in found {
        let detail = Structure::Hole {
            written: context.text(range).to_owned(),
        };
        sink.report(range, subject, detail);
    }
}

fn in_table(context: &Context<'_>, table: TableAt<'_>) -> Vec<(TextRange, Subject)> {
    let mut found = Vec::new();
    let grids = table
        .grids()
        .filter(|grid| may_hold_holes(context.text(grid.grid.range)));
    for cell in grids.flat_map(GridAt::rows).flat_map(RowAt::cells) {
        match cell.cell.value {
            Value::Hole => found.push((cell.cell.range, cell.subject(context))),
            Value::Text => {
                let start = cell.cell.range.start();
                for hole in holes(cell.text(context)) {
                    found.push((hole.shift(start), cell.subject(context)));
                }
            }
            _ => {}
        }
    }
    for field in &table.table.fields {
        for hole in holes(context.text(field.value)) {
            let subject = table.subject(context);
            found.push((hole.shift(field.value.start()), subject));
        }
    }
    // Two halves of a side-by-side table are read off one block, each its own cells.
    found.sort_by_key(|(range, _)| *range);
    found.dedup_by_key(|(range, _)| *range);
    found
}

/// In the front matter, titles and paragraphs that are no table's field.
fn in_text(context: &Context<'_>) -> Vec<(TextRange, Subject)> {
    let entries = context
        .document
        .front
        .entries
        .iter()
        .map(|entry| entry.value);
    let titles = context.headings().map(|at| at.heading.text);
    let fields: rustc_hash::FxHashSet<u32> = context
        .tables()
        .flat_map(|table| &table.table.fields)
        .map(|field| field.key.start())
        .collect();
    let prose = context.prose.iter().filter(|prose| prose.has(Clue::Hole));
    let prose = prose.map(|prose| prose.range);
    let prose = prose.filter(|range| !fields.contains(&range.start()));
    let mut found = Vec::new();
    for range in entries.chain(titles).chain(prose) {
        for hole in holes(context.text(range)) {
            found.push((hole.shift(range.start()), Subject::default()));
        }
    }
    found
}
