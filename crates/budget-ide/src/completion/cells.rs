//! What a cell may say that is no code: a column's name in the header, the label of a row that the
//! template prints, a project that is named elsewhere.

use budget_catalog::name::normalize;
use budget_catalog::template::{ColumnKind, GridSpec, RowRole, RowSpec, TableSpec};
use budget_model::{Document, Grid, Target};
use budget_syntax::TextRange;
use budget_syntax::tree::{BlockKind, Cell, Row, RowKind};
use rustc_hash::FxHashSet;

use super::item::Typed;
use super::{Ask, CompletionItem, CompletionKind, CompletionList, filter, fits};
use crate::place::CellPlace;

/// The most projects or labels of one list.
const MOST: usize = 200;

pub(super) fn complete(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    header(document, ask).or_else(|| body(document, ask))
}

/// Columns that the template has and the header lacks.
fn header(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    let block = document.parse.tree.block_at(ask.offset.saturating_sub(1))?;
    let BlockKind::Table(table) = block.kind else {
        return None;
    };
    let row = table.rows().find(|row| row.range.touches(ask.offset))?;
    if row.kind != RowKind::Header {
        return None;
    }
    let typed = in_row(document, row, ask.offset)?;
    let (table_spec, spec) = grid_spec(document, block.range.start())?;
    let others = row
        .cells()
        .filter(|cell| !cell.outer.touches(ask.offset) || cell.text.start() != typed.range.start());
    let named: FxHashSet<usize> = others
        .filter_map(|cell| spec.column_named(document.slice(cell.text)))
        .collect();
    let mut items = Vec::new();
    let alone = row.cells().all(|cell| cell.text.is_empty()) && table.rows().count() == 1;
    if alone {
        items.push(whole_header(table_spec, spec, row, document));
    }
    let missing = spec.columns.iter().enumerate();
    let missing =
        missing.filter(|(at, column)| !named.contains(at) && fits(typed.text, &column.name));
    items.extend(missing.map(|(_, column)| {
        CompletionItem::new(CompletionKind::Column, &column.name, typed.range)
            .filter(filter(typed.text, &column.name))
            .detail(kind_name(column.kind))
            .note(column.optional.then(|| "可省略".to_owned()))
    }));
    Some(CompletionList {
        incomplete: items.iter().any(|item| item.filter != item.label),
        items,
    })
}

/// All columns at once, with the line below them.
fn whole_header(
    table: &TableSpec,
    spec: &GridSpec,
    row: Row<'_>,
    document: &Document,
) -> CompletionItem {
    let columns = spec.columns.iter().filter(|column| !column.optional);
    let names: Vec<&str> = columns.clone().map(|column| column.name.as_str()).collect();
    let rules: Vec<&str> = columns
        .map(|column| match column.kind {
            ColumnKind::Amount | ColumnKind::Rate | ColumnKind::Count => "---:",
            _ => "---",
        })
        .collect();
    let end = crate::rows::line_end(&document.text);
    let text = format!(
        "| {} |{end}| {} |{end}",
        names.join(" | "),
        rules.join(" | ")
    );
    CompletionItem::new(CompletionKind::Heading, "整行表头", row.range)
        .text(text)
        .detail(table.title.clone())
        .filter(document.slice(row.range))
}

fn kind_name(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Code => "编码",
        ColumnKind::Name => "名称",
        ColumnKind::CodeName => "编码和名称",
        ColumnKind::Project => "项目名称",
        ColumnKind::Amount => "金额",
        ColumnKind::Rate => "比率",
        ColumnKind::Count => "数量",
        ColumnKind::Text => "文字",
    }
}

/// The grid of the template that stands under the heading above an offset.
fn grid_spec(document: &Document, offset: u32) -> Option<(&TableSpec, &GridSpec)> {
    let above = document.ancestors(document.heading_at(offset)?);
    for (_, heading) in above {
        let (spec, grid) = match heading.target {
            Target::Grid { spec, grid } => (spec, grid),
            Target::Table { spec } => (spec, 0),
            _ => continue,
        };
        let table = document.template.tables.get(spec)?;
        return Some((table, table.grids.get(grid)?));
    }
    None
}

/// The cell of a line around an offset: what is typed there.
fn in_row<'d>(document: &'d Document, row: Row<'_>, offset: u32) -> Option<Typed<'d>> {
    if row.cells().len() == 0 {
        return Some(Typed::new(document, TextRange::empty(offset), offset));
    }
    let cell: Cell = row.cells().find(|cell| cell.outer.touches(offset))?;
    if cell.text.is_empty() {
        return Some(Typed::new(document, TextRange::empty(offset), offset));
    }
    cell.text
        .touches(offset)
        .then(|| Typed::new(document, cell.text, offset))
}

/// Labels and projects.
fn body(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    let cell = CellPlace::typed(document, ask.offset)?;
    let range = match cell.text.is_empty() {
        true => TextRange::empty(ask.offset),
        false => cell.text,
    };
    if !range.touches(ask.offset) {
        return None;
    }
    let mut typed = Typed::new(document, range, ask.offset);
    let hole = cell.is_hole(document).then_some(typed.text);
    if hole.is_some() {
        typed.text = "";
    }
    let (mut items, more) = match cell.column.kind {
        ColumnKind::Name => (labels(document, &cell, typed), false),
        ColumnKind::Project => projects(document, Some(cell.grid), &typed),
        _ => return None,
    };
    let before = TextRange::new(0, range.start()).of(&document.text);
    let gap = range.is_empty() && before.ends_with(['|', '｜']);
    for item in &mut items {
        if let Some(hole) = hole {
            item.filter = hole.to_owned();
        }
        if gap {
            item.edit.text.insert(0, ' ');
        }
    }
    Some(CompletionList {
        incomplete: more || items.iter().any(|item| item.filter != item.label),
        items,
    })
}

fn labels(document: &Document, cell: &CellPlace<'_>, typed: Typed<'_>) -> Vec<CompletionItem> {
    let missing = missing_labels(document, cell, typed.text);
    missing
        .map(|spec| label_item(spec, typed.text, typed.range))
        .collect()
}

pub(super) fn label_item(spec: &RowSpec, typed: &str, range: TextRange) -> CompletionItem {
    CompletionItem::new(CompletionKind::Row, &spec.label, range)
        .filter(filter(typed, &spec.label))
        .detail(match spec.role {
            RowRole::Total => "合计行",
            RowRole::Subtotal => "小计行",
            _ => "模板规定的行",
        })
}

/// Rows of the template that the grid lacks, those after the row above the cell first.
pub(super) fn missing_labels<'d>(
    document: &'d Document,
    cell: &CellPlace<'d>,
    typed: &str,
) -> impl Iterator<Item = &'d RowSpec> {
    let table = document.tables.get(cell.id.table as usize);
    let spec = table.and_then(|table| document.grid_spec(table, cell.grid));
    let rows: &[RowSpec] = spec.map(|spec| spec.rows.as_slice()).unwrap_or_default();
    let row = cell.id.row as usize;
    let others = || {
        let all = cell.grid.rows.iter().enumerate();
        all.filter(move |(at, _)| *at != row)
    };
    let there: FxHashSet<usize> = others().filter_map(|(_, row)| row.spec).collect();
    let next = others()
        .filter(|(at, _)| *at < row)
        .filter_map(|(_, row)| row.spec)
        .max()
        .map_or(0, |last| last + 1);
    let lacks = |at: &usize| !there.contains(at);
    let order = (next..rows.len()).chain(0..next.min(rows.len()));
    let found: Vec<&RowSpec> = order
        .filter(lacks)
        .filter_map(|at| rows.get(at))
        .filter(|spec| spec.code.is_none() && !spec.label.is_empty() && fits(typed, &spec.label))
        .collect();
    found.into_iter()
}

/// Projects that the document names, those that a grid lacks first; whether there are more.
pub(super) fn projects(
    document: &Document,
    grid: Option<&Grid>,
    typed: &Typed<'_>,
) -> (Vec<CompletionItem>, bool) {
    let of = |grid: &Grid| -> Vec<TextRange> {
        let rows = grid.rows.iter().filter_map(|row| row.project);
        rows.filter(|range| *range != typed.range).collect()
    };
    let own: FxHashSet<String> = grid
        .map(&of)
        .into_iter()
        .flatten()
        .map(|range| normalize(document.slice(range)).into_owned())
        .collect();
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let mut found = Vec::new();
    let tables = document.tables.iter().flat_map(|table| {
        let title = table.heading.and_then(|id| document.heading(id));
        table.grids.iter().map(move |grid| (title, grid))
    });
    for (title, grid) in tables {
        for range in of(grid) {
            let name = document.slice(range);
            let key = normalize(name).into_owned();
            if !fits(typed.text, name) || seen.contains(&key) {
                continue;
            }
            found.push((name, title, own.contains(&key)));
            seen.insert(key);
        }
    }
    found.sort_by_key(|(.., here)| *here);
    let more = found.len() > MOST;
    let items = found.into_iter().take(MOST).map(|(name, title, here)| {
        CompletionItem::new(CompletionKind::Project, name, typed.range)
            .filter(filter(typed.text, name))
            .detail(title.map_or("", |heading| document.slice(heading.text)))
            .note(here.then(|| "本表已有".to_owned()))
    });
    (items.collect(), more)
}
