//! What a bare `=` in a cell means must not depend on the cell itself, in no document: checked once
//! on the template, with one row standing for all rows of a kind.

use budget_syntax::expr::{Comparison, Condition, Expr, Identity, Level, Spanned};
use rustc_hash::FxHashMap;

use crate::place::{Columns, Rows, TemplatePlace};
use crate::template::{ColumnKind, GridSpec, Template};
use crate::validate::expr_paths;

/// The cell that an identity defines and what from: its equation, with or without a condition.
pub(crate) fn defined(identity: &Identity) -> Option<(&Spanned<Expr>, &[Spanned<Expr>])> {
    let mut body = &identity.body.node;
    if let Condition::Implies(_, then) = body {
        body = &then.node;
    }
    match body {
        Condition::Relation {
            lhs,
            op: Comparison::Equal,
            rhs,
        } if matches!(lhs.node, Expr::Path(_)) => Some((lhs, rhs)),
        _ => None,
    }
}

/// All rows of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Row {
    Named(usize),
    Class,
    Paragraph,
    Item,
    Project,
}

/// All cells of a kind: table, grid, row, column.
type Cell = (usize, usize, Row, usize);

/// The id of an identity on a circle of definitions.
pub(crate) fn cycle(template: &Template) -> Option<String> {
    let mut needs: FxHashMap<Cell, Vec<(Cell, usize)>> = FxHashMap::default();
    for (index, spec) in template.identities.iter().enumerate() {
        let Some(identity) = spec.parsed.as_ref().filter(|_| spec.defines) else {
            continue;
        };
        let Some((lhs, rhs)) = defined(identity) else {
            continue;
        };
        let mut paths = Vec::new();
        rhs.iter()
            .for_each(|expr| expr_paths(expr, true, &mut paths));
        let Expr::Path(left) = &lhs.node else {
            continue;
        };
        let Ok(left) = template.place(left) else {
            continue;
        };
        for cell in cells(template, &left) {
            for (path, ..) in &paths {
                let Ok(right) = template.place(path) else {
                    continue;
                };
                let from = bound(template, &left, &right, cell);
                needs
                    .entry(cell)
                    .or_default()
                    .extend(from.map(|cell| (cell, index)));
            }
        }
    }
    let on_circle = circle(&needs)?;
    template
        .identities
        .get(on_circle)
        .map(|spec| spec.id.clone())
}

/// An identity on a circle: what is left when cells that need nothing undefined are taken away,
/// again and again, holds one; following what is needed leads into it.
fn circle(needs: &FxHashMap<Cell, Vec<(Cell, usize)>>) -> Option<usize> {
    let mut waiting: FxHashMap<Cell, usize> = FxHashMap::default();
    let mut needed_by: FxHashMap<Cell, Vec<Cell>> = FxHashMap::default();
    for (&cell, from) in needs {
        let undefined = from.iter().filter(|(other, _)| needs.contains_key(other));
        for (other, _) in undefined {
            *waiting.entry(cell).or_default() += 1;
            needed_by.entry(*other).or_default().push(cell);
        }
    }
    let free = needs.keys().filter(|cell| !waiting.contains_key(*cell));
    let mut free: Vec<Cell> = free.copied().collect();
    while let Some(cell) = free.pop() {
        for other in needed_by.get(&cell).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(other) {
                *count -= 1;
                if *count == 0 {
                    waiting.remove(other);
                    free.push(*other);
                }
            }
        }
    }
    let mut at = *waiting.keys().next()?;
    let mut identity = None;
    for _ in 0..=waiting.len() {
        let mut from = needs.get(&at)?.iter();
        let (next, by) = from.find(|(other, _)| waiting.contains_key(other))?;
        (at, identity) = (*next, Some(*by));
    }
    identity
}

fn grid<'a>(template: &'a Template, place: &TemplatePlace) -> Option<&'a GridSpec> {
    template.tables.get(place.table)?.grids.get(place.grid)
}

/// The cells that a place holds.
fn cells(template: &Template, place: &TemplatePlace) -> Vec<Cell> {
    let Some(grid) = grid(template, place) else {
        return Vec::new();
    };
    let columns: Vec<usize> = columns(grid, &place.columns).collect();
    let rows = rows(grid, &place.rows).into_iter();
    rows.flat_map(|row| {
        columns
            .iter()
            .map(move |&column| (place.table, place.grid, row, column))
    })
    .collect()
}

/// The cells of the right side that belong to one cell of the left: variables stand for the same
/// on both sides.
fn bound<'a>(
    template: &'a Template,
    left: &TemplatePlace,
    right: &'a TemplatePlace,
    (_, _, row, column): Cell,
) -> impl Iterator<Item = Cell> {
    let same_rows = left.rows == right.rows;
    let same_columns = left.columns == Columns::All && right.columns == Columns::All;
    let below = match &right.rows {
        Rows::Below(base) if **base == left.rows => Some(below(row)),
        _ => None,
    };
    let all = cells(template, right).into_iter();
    all.filter(move |(table, grid, from, at)| {
        let row_fits = match (&below, same_rows) {
            (Some(below), _) => below.contains(from),
            (None, true) => *from == row,
            (None, false) => true,
        };
        // Of one table only: columns of two tables are not the same by index.
        let same_table = (*table, *grid) == (left.table, left.grid);
        row_fits && (!same_columns || !same_table || *at == column)
    })
}

fn below(row: Row) -> &'static [Row] {
    match row {
        Row::Class => &[Row::Paragraph, Row::Item, Row::Project],
        Row::Paragraph => &[Row::Item, Row::Project],
        Row::Item => &[Row::Project],
        Row::Named(_) | Row::Project => &[],
    }
}

const BY_CODE: [Row; 4] = [Row::Class, Row::Paragraph, Row::Item, Row::Project];

fn rows(grid: &GridSpec, rows: &Rows) -> Vec<Row> {
    let named = || {
        let rows = grid.rows.iter().enumerate();
        let named = rows.filter(|(_, row)| row.code.is_none());
        named.map(|(index, _)| Row::Named(index))
    };
    match rows {
        Rows::All | Rows::Each => named().chain(BY_CODE).collect(),
        Rows::Named(index) => vec![Row::Named(*index)],
        Rows::Level(Level::Class) => vec![Row::Class],
        Rows::Level(Level::Paragraph) => vec![Row::Paragraph],
        Rows::Level(Level::Item) => vec![Row::Item],
        Rows::Coded => vec![Row::Class, Row::Paragraph, Row::Item],
        Rows::Leaves => BY_CODE.to_vec(),
        Rows::Below(base) => {
            let mut all: Vec<Row> = self::rows(grid, base)
                .into_iter()
                .flat_map(below)
                .copied()
                .collect();
            all.dedup();
            all
        }
        Rows::Segment => Vec::new(),
        Rows::Project => vec![Row::Project],
    }
}

fn columns(grid: &GridSpec, columns: &Columns) -> impl Iterator<Item = usize> {
    let amount = |(index, column): (usize, &crate::template::ColumnSpec)| {
        (column.kind == ColumnKind::Amount).then_some(index)
    };
    let amounts = grid.columns.iter().enumerate().filter_map(amount);
    let (from, to) = match columns {
        Columns::All => (0, usize::MAX),
        Columns::One(one) => (*one, *one),
        Columns::Span(from, to) => (*from, *to),
        Columns::Number(_) => (1, 0),
    };
    amounts.filter(move |index| (from..=to).contains(index))
}
