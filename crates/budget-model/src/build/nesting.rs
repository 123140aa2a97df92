//! Which row is a child of which, and which of the template's rows each one is.

use budget_catalog::codes::level_of;
use budget_catalog::template::{ColumnKind, GridSpec, KeyPart, RowRole, TableSpec};
use budget_syntax::TextRange;
use rustc_hash::FxHashMap;

use crate::{
    Grid, Row,
    build::{reading::promote_total, words::Words},
};

/// Fills `spec`, `role`, `depth`, `segment` and `parent` of every row.
// By itself in profiles: scripts/cost.py counts it.
#[inline(never)]
pub(super) fn apply(text: &str, words: &Words, grid: &mut Grid, spec: Option<&TableSpec>) {
    let segments = spec.is_some_and(|spec| spec.key.contains(&KeyPart::Segment));
    let grid_spec = super::grid_spec(spec, grid.spec);
    if let Some(grid_spec) = grid_spec {
        name_rows(text, grid, grid_spec);
    }
    let reading = grid_spec.is_some_and(GridSpec::is_vocabulary);
    let coded = || grid.rows.iter().any(|row| row.code.is_some());
    if segments && (!reading || coded()) {
        find_segments(grid);
    }
    if reading {
        promote_total(grid);
    }
    let has_column = || grid.columns.iter().any(|it| it.kind == ColumnKind::Project);
    let below = || spec.is_some_and(|spec| spec.key.contains(&KeyPart::Project));
    if reading || (below() && !has_column()) {
        find_details(text, grid);
    }
    nest_accounts(grid);
    nest_labels(text, words, grid, reading);
}

/// The template's rows by the labels and codes they answer to.
fn name_rows(text: &str, grid: &mut Grid, spec: &GridSpec) {
    if spec.rows.is_empty() {
        return;
    }
    let unlabelled = spec.has_one_unlabelled_row();
    let codes = grid
        .columns
        .iter()
        .any(|column| matches!(column.kind, ColumnKind::Code | ColumnKind::CodeName));
    let named = |label: TextRange, last| spec.row_after(label.of(text), last);
    let mut last: Option<usize> = None;
    for row in &mut grid.rows {
        if matches!(
            row.role,
            RowRole::Blank | RowRole::ColumnNumbers | RowRole::RepeatedHeader
        ) {
            continue;
        }
        let found = match row.code.as_deref() {
            Some(code) => spec.row_by_code(code),
            None if !row.label.is_empty() => named(row.label, last),
            None if row.project.is_some() => row.project.and_then(|label| named(label, last)),
            None if unlabelled => Some(0),
            // A row without a label takes the meaning of the template's row at that place.
            None => last
                .map(|last| last + 1)
                .filter(|next| spec.rows.get(*next).is_some_and(|row| row.code.is_none())),
        };
        if let Some(index) = found {
            row.spec = Some(index);
            last = Some(index);
            if let Some(named) = spec.rows.get(index) {
                row.depth = named.depth;
                // `一、本年收入` heads what is below it; 本年收入合计 sums what is above.
                let heads = spec.is_vocabulary()
                    && named.role == RowRole::Subtotal
                    && crate::heading::ordinal(row.label.of(text)).is_some();
                if row.code.is_none() && !heads {
                    row.role = named.role;
                    // Where no code is printed, the label says which class it is.
                    if !codes && let Some(code) = &named.code {
                        row.level = spec.classification.and_then(|of| level_of(code, of));
                        row.code = Some(code.clone());
                    }
                }
            }
        }
    }
}

/// Segments: a row with a name, no code and not a total begins one.
fn find_segments(grid: &mut Grid) {
    let mut head: Option<u32> = None;
    for (index, row) in grid.rows.iter_mut().enumerate() {
        if row.role == RowRole::Detail && row.code.is_none() && !row.label.is_empty() {
            row.role = RowRole::SegmentHead;
            head = u32::try_from(index).ok();
        }
        row.segment = head;
    }
}

/// Projects printed below their account, under its code and in the same column:
/// `2140106 | | 公路养护` and then `2140106 | 318901 | 农村公路养护补助`. They say more than the
/// account's own row (whose they are), and have a name of their own.
fn find_details(text: &str, grid: &mut Grid) {
    let said = |index: usize| {
        let columns = grid.columns.iter().enumerate();
        columns
            .filter(|(_, column)| column.kind != ColumnKind::Amount)
            .filter(|(at, _)| {
                grid.cell(index, *at)
                    .is_some_and(|cell| !cell.range.is_empty())
            })
            .count()
    };
    let mut own: Option<usize> = None;
    let mut details = Vec::new();
    for (index, row) in grid.rows.iter().enumerate() {
        let above = own.and_then(|own| grid.rows.get(own).map(|row| (own, row)));
        match above {
            Some((own, account))
                if row.code.is_some()
                    && row.code == account.code
                    && row.segment == account.segment =>
            {
                if row.label.of(text) != account.label.of(text) && said(index) > said(own) {
                    details.push(index);
                }
            }
            _ => own = Some(index),
        }
    }
    for index in details {
        if let Some(row) = grid.rows.get_mut(index)
            && row.project.is_none()
            && !row.label.is_empty()
        {
            row.project = Some(row.label);
        }
    }
}

/// Accounts: the parent is the nearest longer code of the same segment that has a row; a project
/// row is a child of its code's own row, else of the paragraph.
fn nest_accounts(grid: &mut Grid) {
    let mut own: FxHashMap<(Option<u32>, &str), u32> = FxHashMap::default();
    own.reserve(grid.rows.len());
    for (index, row) in grid.rows.iter().enumerate() {
        if let (Some(code), Ok(index)) = (row.code.as_deref(), u32::try_from(index))
            && row.project.is_none()
        {
            own.entry((row.segment, code)).or_insert(index);
        }
    }
    let parent = |row: &Row| {
        let code = row.code.as_deref()?;
        let at = |code: &str| own.get(&(row.segment, code)).copied();
        if row.project.is_some()
            && let Some(parent) = at(code)
        {
            return Some(parent);
        }
        [5, 3]
            .into_iter()
            .filter(|len| *len < code.len())
            .find_map(|len| at(code.get(..len)?))
    };
    let parents: Vec<Option<u32>> = grid.rows.iter().map(parent).collect();
    for (row, parent) in grid.rows.iter_mut().zip(parents) {
        row.parent = parent;
    }
}

/// Labelled rows nest by the template's depth or by their numbers: `一、` > `1.` > `其中：`.
fn nest_labels(text: &str, words: &Words, grid: &mut Grid, reading: bool) {
    let mut numbered = 0_usize;
    let mut open: Vec<(u8, u32)> = Vec::new();
    for index in 0..grid.rows.len() {
        let Some(row) = grid.rows.get_mut(index) else {
            break;
        };
        if row.code.is_some() || row.label.is_empty() {
            continue;
        }
        if row.role == RowRole::Total {
            open.clear();
            continue;
        }
        let label = row.label.of(text);
        let number = crate::heading::ordinal(label);
        numbered += usize::from(number.is_some());
        if row.spec.is_none() {
            let above = open.last().map(|(depth, _)| *depth);
            row.depth = match (reading, number, label.trim_start().chars().next()) {
                // `一、` > `（一）` > `1.`
                (true, Some(_), Some('（' | '(')) => 1,
                (true, Some(_), Some(c)) if c.is_ascii_digit() => 2,
                _ => depth_of_label(words, label, above),
            };
            // `一般公共预算` below `一、财政拨款` and above `二、…` is a part of it.
            if reading && number.is_none() && numbered > 0 && row.depth == 0 {
                row.depth = above.map_or(0, |above| above.max(1));
            }
        }
        while open.last().is_some_and(|(depth, _)| *depth >= row.depth) {
            open.pop();
        }
        row.parent = open.last().map(|(_, parent)| *parent);
        // 本年收入合计 below numbered items sums them, and heads nothing below itself.
        let closes = reading && row.role == RowRole::Subtotal && number.is_none() && numbered > 0;
        if closes {
            continue;
        }
        if let Ok(index) = u32::try_from(index) {
            open.push((row.depth, index));
        }
    }
}

fn depth_of_label(words: &Words, label: &str, above: Option<u8>) -> u8 {
    use crate::heading::{Ordinal, ordinal};
    let label = label.trim_start();
    let first = label.chars().next();
    match ordinal(label) {
        Some(Ordinal::Section(_)) if first.is_some_and(|c| c.is_ascii_digit()) => 1,
        Some(Ordinal::Section(_)) => 0,
        _ if label.starts_with("其中") => above.unwrap_or(0).saturating_add(1).min(3),
        _ if words.role(label) != RowRole::Detail => 0,
        // Unprefixed rows after 其中 stand beside it; a plain row stands at the top.
        _ => above.filter(|above| *above >= 2).unwrap_or(0),
    }
}
