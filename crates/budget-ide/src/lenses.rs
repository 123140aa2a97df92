//! How the check of each table ended, in a line above it.

use budget_model::amount::Style;
use budget_model::relation::{Ledger, Tally};
use budget_model::{Amount, Document, Table, Value};
use budget_syntax::TextRange;

/// A table's verdict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lens {
    /// The table's heading, or the first line of a table without one.
    pub range: TextRange,
    /// `合计 √ · 12 项核对`
    pub title: String,
    /// The table: index into [`Document::tables`].
    pub table: usize,
    /// Its id in the template (`t3`), if it has one.
    pub id: Option<String>,
}

/// A line for every table that anything can be said of, in order.
pub fn lenses(document: &Document, ledger: &Ledger) -> Vec<Lens> {
    let mut lenses: Vec<Lens> = Vec::new();
    let mut last = None;
    for (index, (table, tally)) in document.tables.iter().zip(&ledger.by_table).enumerate() {
        let spec = document.table_spec(table);
        let empty = || (spec.is_some() && is_empty(table)).then(|| "空表".to_owned());
        let Some(title) = told(tally, holes(table)).or_else(empty) else {
            continue;
        };
        let heading = table.heading.and_then(|id| document.heading(id));
        let first = table.grids.first();
        let first = first.map(|grid| first_line(document, grid.range));
        // Tables of one heading stand one after the other: the first has the heading's line, the others their own.
        let place = heading
            .filter(|_| table.heading != last)
            .map(|heading| heading.text)
            .or(first);
        last = table.heading;
        if let Some(range) = place {
            lenses.push(Lens {
                range,
                title,
                table: index,
                id: spec.map(|spec| spec.id.clone()),
            });
        }
    }
    lenses.sort_by_key(|lens| lens.range.start());
    lenses
}

/// What is wrong or missing first, then how much was checked; nothing if nothing was.
fn told(tally: &Tally, holes: usize) -> Option<String> {
    let [held, rounding, broken, waiting, _, unknown] = tally.counts;
    let wrong = broken - tally.soft;
    let waiting = holes.max(usize::from(waiting > 0));
    let checked = held + rounding + broken;
    let mut parts = Vec::new();
    match (wrong, tally.difference.map(difference)) {
        (0, _) => {}
        (1, Some(difference)) => parts.push(format!("差 {difference}")),
        (wrong, Some(difference)) => parts.push(format!("不成立 {wrong} 项，最大差 {difference}")),
        (wrong, None) => parts.push(format!("不成立 {wrong} 项")),
    }
    if waiting > 0 {
        parts.push(format!("待填 {waiting}"));
    }
    if tally.soft > 0 {
        parts.push(format!("请核实 {} 项", tally.soft));
    }
    if unknown > 0 {
        parts.push(format!("无法核对 {unknown} 项"));
    }
    if parts.is_empty() && checked > 0 {
        let all = if tally.totals > 0 {
            "合计 √"
        } else {
            "√"
        };
        parts.push(all.to_owned());
    }
    if rounding > 0 {
        parts.push(format!("舍位 {rounding} 项"));
    }
    if checked > 0 {
        parts.push(format!("{checked} 项核对"));
    }
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// With all its decimals.
fn difference(amount: Amount) -> String {
    let decimals = amount.decimals().max(2);
    amount.print(Style {
        decimals,
        ..Style::default()
    })
}

/// Cells still to be filled in.
fn holes(table: &Table) -> usize {
    let cells = table.grids.iter().flat_map(|grid| &grid.cells);
    cells.filter(|cell| cell.value == Value::Hole).count()
}

/// A table is there, and no amount in it.
fn is_empty(table: &Table) -> bool {
    let amount = |value| !matches!(value, Value::Empty | Value::Dash | Value::Text);
    let mut cells = table.grids.iter().flat_map(|grid| &grid.cells);
    !table.grids.is_empty() && !cells.any(|cell| amount(cell.value))
}

fn first_line(document: &Document, range: TextRange) -> TextRange {
    let text = document.slice(range);
    let length = text.find(['\n', '\r']).unwrap_or(text.len());
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    TextRange::new(range.start(), range.start() + length)
}
