//! From a document's table: its columns, and which are parts of which.

use budget_catalog::{
    name::normalize,
    template::{ColumnKind, ColumnSpec},
};
use budget_model::{Column, Document, Grid, Table};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{ids::Ids, tables::is_body, title::without_years};

/// The columns, and of which sum each is a part.
pub(super) fn draft(
    document: &Document,
    table: &Table,
    grid: &Grid,
    notes: &mut Vec<String>,
) -> (Vec<ColumnSpec>, Vec<Option<usize>>) {
    let bare = |column: &Column| {
        let written = document.slice(column.name).trim();
        let name = without_years(written, "");
        if name.is_empty() {
            written.to_owned()
        } else {
            name
        }
    };
    let mut alike: FxHashMap<String, usize> = FxHashMap::default();
    for column in &grid.columns {
        *alike
            .entry(normalize(&bare(column)).into_owned())
            .or_default() += 1;
    }
    let kinds = kinds(document, grid);
    let mut ids = Ids::default();
    let mut names = FxHashSet::default();
    let mut specs = Vec::with_capacity(grid.columns.len());
    for (at, column) in grid.columns.iter().enumerate() {
        let written = document.slice(column.name).trim();
        let mut name = bare(column);
        // 2023年预算数 beside 2024年预算数: only the year tells them apart.
        if alike.get(normalize(&name).as_ref()).is_some_and(|n| *n > 1) {
            name = written.to_owned();
        }
        if !names.insert(normalize(&name).into_owned()) {
            notes.push(format!("有两列都叫“{name}”，请给后一列起名"));
            name = format!("{name}（第{}列）", at + 1);
            names.insert(normalize(&name).into_owned());
        }
        let kind = kinds.get(at).copied().unwrap_or(column.kind);
        let known = match kind {
            ColumnKind::Code => Some("code".to_owned()),
            ColumnKind::Name | ColumnKind::CodeName => Some("name".to_owned()),
            ColumnKind::Project => Some("project".to_owned()),
            _ => vocabulary(document, table, grid, column),
        };
        let before_label = kinds.iter().skip(at).any(|kind| *kind == ColumnKind::Name);
        specs.push(ColumnSpec {
            id: ids.give(known.as_deref(), format!("c{}", at + 1)),
            name,
            kind,
            merged: kind == ColumnKind::Text && before_label && is_merged(grid, at),
            ..ColumnSpec::default()
        });
    }
    (specs, parts(document, grid, &kinds))
}

/// Of which sum each column is a part. The generic reading tells, but for a column of amounts that
/// is empty all the way down: it goes with those of its level of the header.
fn parts(document: &Document, grid: &Grid, kinds: &[ColumnKind]) -> Vec<Option<usize>> {
    let above = |column: &Column| {
        let name = normalize(document.slice(column.name)).into_owned();
        name.rsplit_once('/').map(|(above, _)| above.to_owned())
    };
    let stated = |column: &Column| column.part_of.map(|whole| whole as usize);
    let mut levels: FxHashMap<Option<String>, usize> = FxHashMap::default();
    for column in &grid.columns {
        if let Some(whole) = stated(column) {
            levels.entry(above(column)).or_insert(whole);
        }
    }
    let columns = grid.columns.iter().zip(kinds);
    let parts = columns.map(|(column, kind)| {
        let added = *kind == ColumnKind::Amount && column.kind != ColumnKind::Amount;
        stated(column).or_else(|| levels.get(&above(column)).copied().filter(|_| added))
    });
    parts.collect()
}

/// What the columns hold. The generic reading tells, but for two things: a column that is empty
/// all the way down among amounts is one of amounts, and the rows of a form of words have a name.
fn kinds(document: &Document, grid: &Grid) -> Vec<ColumnKind> {
    let mut kinds: Vec<ColumnKind> = grid.columns.iter().map(|column| column.kind).collect();
    let words = document.template.column_words.iter();
    let words: Vec<_> = words
        .filter(|words| words.kind == ColumnKind::Text)
        .collect();
    let is_remark = |at: usize| {
        let name = grid
            .columns
            .get(at)
            .map(|c| normalize(document.slice(c.name)));
        let name = name.unwrap_or_default();
        words.iter().any(|words| {
            words.names.iter().any(|word| name.ends_with(word.as_str()))
                || words
                    .endings
                    .iter()
                    .any(|word| name.ends_with(word.as_str()))
        })
    };
    let filled = |row: usize, column: usize| {
        let body = grid.rows.get(row).is_some_and(is_body);
        let cell = grid.cell(row, column);
        body && cell.is_some_and(|cell| !cell.range.is_empty())
    };
    let first = kinds.iter().position(|kind| *kind == ColumnKind::Amount);
    for (at, kind) in kinds.iter_mut().enumerate() {
        let among = first.is_some_and(|first| first < at) && *kind == ColumnKind::Text;
        if among && !is_remark(at) && !(0..grid.rows.len()).any(|row| filled(row, at)) {
            *kind = ColumnKind::Amount;
        }
    }
    let names = [
        ColumnKind::Name,
        ColumnKind::Code,
        ColumnKind::CodeName,
        ColumnKind::Project,
    ];
    // Whatever the header calls it, text before the amounts names the row.
    let labelled = [ColumnKind::Name, ColumnKind::CodeName];
    if let Some(first) = first
        && !kinds.iter().any(|kind| labelled.contains(kind))
        && let Some(before) = kinds.get_mut(..first)
        && let Some(kind) = before.iter_mut().rfind(|kind| **kind == ColumnKind::Text)
    {
        *kind = ColumnKind::Name;
    }
    if !kinds.iter().any(|kind| names.contains(kind)) {
        let words = |at: usize| {
            (0..grid.rows.len()).any(|row| {
                let cell = grid
                    .cell(row, at)
                    .map_or("", |cell| document.slice(cell.range));
                filled(row, at) && cell.starts_with(char::is_alphabetic)
            })
        };
        let run = kinds
            .iter()
            .take_while(|kind| **kind == ColumnKind::Text)
            .count();
        let mut run = (0..run).filter(|at| words(*at));
        let name = run
            .clone()
            .find(|at| !is_merged(grid, *at))
            .or_else(|| run.next());
        if let Some(kind) = name.and_then(|at| kinds.get_mut(at)) {
            *kind = ColumnKind::Name;
        }
    }
    kinds
}

/// The word that the generic template has for a column.
fn vocabulary(document: &Document, table: &Table, grid: &Grid, column: &Column) -> Option<String> {
    let spec = document.read_as(table)?.grids.get(grid.spec?)?;
    Some(spec.columns.get(column.spec?)?.id.clone())
}

/// An empty cell below a filled one means the same again.
fn is_merged(grid: &Grid, column: usize) -> bool {
    let filled = |row: usize| {
        grid.cell(row, column)
            .is_some_and(|cell| !cell.range.is_empty())
    };
    let count = (0..grid.rows.len()).filter(|row| filled(*row)).count();
    filled(0) && count < grid.rows.len()
}
