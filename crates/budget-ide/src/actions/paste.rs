//! Cells pasted from a spreadsheet: lines with tabs become a table, or rows of the table above them.

use budget_catalog::template::{ColumnKind, RowRole};
use budget_convert::table::{self, Table, tables};
use budget_model::table::{is_hole, role_of};
use budget_model::{Document, Grid, Row, Value};
use budget_syntax::TextRange;
use budget_syntax::format::TextEdit;
use budget_syntax::tree::BlockKind;

use super::shapes::{formatted, written};
use super::{Action, ActionKind, Scope};
use crate::rows::{RowWriter, line_end};

pub(super) fn offer<'r>(scope: &Scope<'r>, all: &mut Vec<Action<'r>>) {
    let document = scope.document;
    let Some(pasted) = pasted(document, scope.range) else {
        return;
    };
    // Such lines are told as a table that can't be read.
    let mut findings = scope.findings();
    let finding = findings.find(|it| it.rule == "SYN003" && pasted.contains(it.range));
    let above = grid_above(document, pasted);
    let fitting = above.filter(|(_, grid)| into_grid(document, pasted, grid).is_some());
    if let Some((table, grid)) = fitting {
        let heading = table.heading.and_then(|id| document.heading(id));
        let name = heading.map_or("上面的表", |heading| document.slice(heading.text));
        let title = format!("把粘贴的内容填入“{name}”");
        let work = move || into_grid(document, pasted, grid).unwrap_or_default();
        all.push(Action::new(ActionKind::QuickFix, title, work).mends(finding));
    }
    let work = move || as_table(document, pasted);
    let title = "把粘贴的内容转成表格".to_owned();
    all.push(Action::new(ActionKind::QuickFix, title, work).mends(finding));
}

/// The lines with tabs around a place: all lines of a paragraph.
fn pasted(document: &Document, range: TextRange) -> Option<TextRange> {
    let block = document.parse.tree.block_at(range.start())?;
    let BlockKind::Paragraph(_) = block.kind else {
        return None;
    };
    let text = document.slice(block.range);
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    (text.contains('\t') && lines.all(|line| line.contains('\t'))).then_some(block.range)
}

fn lines_of(document: &Document, range: TextRange) -> Vec<Vec<&str>> {
    let lines = document.slice(range).lines();
    lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split('\t').collect())
        .collect()
}

fn as_table(document: &Document, range: TextRange) -> Vec<TextEdit> {
    let end = line_end(&document.text);
    let mut text = String::new();
    for table in tables(&lines_of(document, range)) {
        if !table.title.is_empty() {
            let level = document
                .heading_at(range.start())
                .and_then(|id| document.heading(id))
                .map_or(2, |heading| usize::from(heading.level));
            let marks = "#".repeat((level + 1).min(6));
            text.push_str(&format!("{marks} {}{end}{end}", table.title));
        }
        text.push_str(&written(&table, end, table::cell));
        text.push_str(end);
    }
    vec![TextEdit {
        range,
        text: formatted(text.trim_end(), end) + end,
    }]
}

/// The last grid above a place in its section.
fn grid_above(document: &Document, range: TextRange) -> Option<(&budget_model::Table, &Grid)> {
    let heading = document.heading_at(range.start());
    let mut tables = document.tables.iter().rev();
    let table = tables.find(|table| {
        let mut grids = table.grids.iter();
        grids.any(|grid| grid.range.end() <= range.start())
    })?;
    let grid = table.grids.iter().rev();
    let grid = { grid }.find(|grid| grid.range.end() <= range.start())?;
    let own = document.heading_at(grid.range.start());
    (own == heading && table.source.is_none()).then_some((table, grid))
}

/// The rows below those of the grid, above its total. Rows that were all to be filled in make room, and
/// so does a total to be worked out for one that is pasted.
fn into_grid(document: &Document, range: TextRange, grid: &Grid) -> Option<Vec<TextEdit>> {
    let lines = lines_of(document, range);
    let mut found = tables(&lines);
    let pasted = found.pop().filter(|_| found.is_empty())?;
    let pasted = &match pasted.headed {
        true => pasted,
        false => as_they_are(&lines),
    };
    let places = places(document, grid, pasted)?;
    let writer = RowWriter::new(document, grid)?;
    let line = |row: &Vec<String>| {
        writer.line(|column, _| {
            let from = places.iter().position(|place| *place == Some(column));
            let cell = from.and_then(|from| row.get(from));
            cell.map_or_else(String::new, |cell| table::cell(cell))
        })
    };
    let says = |row: usize| {
        let cells = (0..grid.columns.len()).filter_map(move |column| grid.cell(row, column));
        cells.map(|cell| document.slice(cell.range))
    };
    let is_fresh = |row: usize| {
        let open = |text: &str| text.is_empty() || matches!(text, "=" | "＝") || is_hole(text);
        says(row).all(open) && says(row).any(is_hole)
    };
    // As the model reads the row's role: by its label, else its project, else what stands first in it.
    let is_total = |row: &Vec<String>| {
        let cells = || {
            let columns = places.iter().map(|place| grid.columns.get((*place)?));
            let kinds = columns.map(|column| column.map(|column| column.kind));
            kinds.zip(row.iter().map(|cell| cell.trim()))
        };
        let first = |wanted: &dyn Fn(ColumnKind) -> bool| {
            let mut filled = cells().filter(|(_, cell)| !cell.is_empty());
            filled
                .find(|(kind, _)| kind.is_some_and(wanted))
                .map(|(_, cell)| cell)
        };
        let name = first(&|kind| matches!(kind, ColumnKind::Name | ColumnKind::CodeName));
        let label = name
            .or_else(|| first(&|kind| kind == ColumnKind::Project))
            .or_else(|| first(&|_| true));
        label.is_some_and(|label| role_of(&document.template, label) == RowRole::Total)
    };
    let ends_with_total = pasted.rows.last().is_some_and(is_total);
    let is_worked_out = |row: usize| {
        let columns = grid.columns.iter().enumerate();
        let mut amounts = columns.filter(|(_, column)| column.kind == ColumnKind::Amount);
        amounts.all(|(at, _)| {
            let value = grid.cell(row, at).map(|cell| cell.value);
            matches!(
                value,
                Some(Value::Empty | Value::Derived | Value::Hole) | None
            )
        })
    };
    let total = grid.rows.iter().position(|row| row.role == RowRole::Total);
    let gone = |(at, row): &(usize, &Row)| {
        is_fresh(*at) || ends_with_total && row.role == RowRole::Total && is_worked_out(*at)
    };
    let mut edits = vec![removed(document, range)];
    let lines: Vec<String> = pasted.rows.iter().map(line).collect();
    edits.push(writer.above(total.unwrap_or(grid.rows.len()), &lines));
    let rows = grid.rows.iter().enumerate();
    edits.extend(rows.filter(gone).map(|(_, row)| TextEdit {
        range: with_line_above(document, row.range),
        text: String::new(),
    }));
    joined(edits)
}

/// Lines without a header: their cells one by one, as many as hold something.
fn as_they_are(lines: &[Vec<&str>]) -> Table {
    let filled = |line: &Vec<&str>| line.iter().rposition(|cell| !cell.trim().is_empty());
    let count = lines
        .iter()
        .filter_map(filled)
        .max()
        .map_or(0, |last| last + 1);
    let row = |line: &Vec<&str>| line.iter().map(|cell| cell.trim().to_owned()).collect();
    Table {
        columns: vec![(String::new(), false); count],
        rows: lines.iter().map(row).collect(),
        ..Table::default()
    }
}

/// The grid's column of each pasted one, by the headers, or one by one where there is no header; `None`
/// if one that holds something has no place.
fn places(document: &Document, grid: &Grid, pasted: &Table) -> Option<Vec<Option<usize>>> {
    if !pasted.headed {
        let count = pasted.columns.len();
        return (2..=grid.columns.len())
            .contains(&count)
            .then(|| (0..count).map(Some).collect());
    }
    let table = document.tables.iter().find(|table| {
        table
            .grids
            .iter()
            .any(|other| std::ptr::eq(other.as_ref(), grid))
    });
    let spec = table.and_then(|table| document.grid_spec(table, grid));
    let place = |name: &str| {
        let known = spec.and_then(|spec| table::column(spec, name));
        let mut columns = grid.columns.iter();
        columns.position(|column| {
            known.is_some() && column.spec == known
                || table::is_same(document.slice(column.name), name)
        })
    };
    let places: Vec<Option<usize>> = pasted.columns.iter().map(|(name, _)| place(name)).collect();
    let mut lost = places
        .iter()
        .enumerate()
        .filter(|(_, place)| place.is_none());
    let holds = |at: usize| {
        let mut cells = pasted.rows.iter().filter_map(|row| row.get(at));
        cells.any(|cell| !cell.trim().is_empty())
    };
    let mut seen: Vec<usize> = places.iter().flatten().copied().collect();
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    (!lost.any(|(at, _)| holds(at)) && seen.len() == count && count > 0).then_some(places)
}

/// A paragraph taken away with the empty lines that parted it from what follows, or at the end of the file from
/// what stands above.
fn removed(document: &Document, range: TextRange) -> TextEdit {
    let text: &str = &document.text;
    let offset = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let after = text.get(range.end() as usize..).unwrap_or_default();
    let lines = after.split_inclusive('\n');
    let blank = lines
        .take_while(|line| line.trim().is_empty())
        .map(str::len);
    let end = range.end() + offset(blank.sum());
    if end < offset(text.len()) {
        return TextEdit {
            range: TextRange::new(range.start(), end),
            text: String::new(),
        };
    }
    let before = text.get(..range.start() as usize).unwrap_or_default();
    TextEdit {
        range: TextRange::new(offset(before.trim_end_matches(['\n', '\r']).len()), end),
        text: line_end(text).to_owned(),
    }
}

/// A piece of whole lines with the line end before it.
fn with_line_above(document: &Document, range: TextRange) -> TextRange {
    let text = document
        .text
        .get(..range.start() as usize)
        .unwrap_or_default();
    let kept = text.strip_suffix('\n').unwrap_or(text);
    let kept = kept.strip_suffix('\r').unwrap_or(kept);
    let line = document.slice(range);
    let end = line.trim_end_matches(['\n', '\r']).len();
    let offset = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    TextRange::new(offset(kept.len()), range.start() + offset(end))
}

/// Edits in order; one that adds where another takes away becomes one with it.
fn joined(mut edits: Vec<TextEdit>) -> Option<Vec<TextEdit>> {
    edits.sort_by_key(|edit| (edit.range.start(), edit.range.end()));
    let mut out: Vec<TextEdit> = Vec::new();
    for edit in edits {
        match out.last_mut() {
            Some(last) if edit.range.start() < last.range.end() => return None,
            Some(last) if edit.range.start() == last.range.end() => {
                last.range = last.range.cover(edit.range);
                last.text.push_str(&edit.text);
            }
            _ => out.push(edit),
        }
    }
    Some(out)
}
