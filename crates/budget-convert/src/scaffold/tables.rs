//! From a document's table: grids, columns, rows and what identifies a row.

use budget_catalog::{
    Classification,
    codes::level_of,
    name::{normalize, normalize_account},
    template::{ColumnKind, GridSpec, KeyPart, RowRole, RowSpec},
};
use budget_model::{Document, Grid, Row, Table, Value};
use budget_syntax::expr::Level;
use rustc_hash::FxHashSet;

use super::{columns, ids::Ids};

/// Rows of labels beyond this are a list of the unit's own, not a form.
const MOST_ROWS: usize = 80;
/// Classes that a table lists one by one, amount or none.
const LEAST_CLASSES: usize = 5;
/// Lines called after classes that make a table one by class.
const LEAST_NAMED: usize = 3;

/// A table's draft.
#[derive(Default)]
pub(super) struct Drafted {
    pub(super) grids: Vec<GridSpec>,
    pub(super) key: Vec<KeyPart>,
    pub(super) unit: Option<String>,
    /// For each grid and column, the column of a sum that it is a part of.
    pub(super) parts: Vec<Vec<Option<usize>>>,
    pub(super) notes: Vec<String>,
    /// Whether it holds a number other than 0.
    pub(super) numbers: bool,
}

/// Drafts a table from the document's tables under its heading, each with the heading of its half.
pub(super) fn draft(document: &Document, blocks: &[(usize, Option<String>)]) -> Drafted {
    let mut drafted = Drafted::default();
    let mut found: Vec<(&Table, &Grid, Option<String>)> = Vec::new();
    for (index, title) in blocks {
        let Some(table) = document.tables.get(*index) else {
            continue;
        };
        if table.missing.any() {
            let note = "有转换缺失的地方，草稿里也就没有，请对照原件补上";
            drafted.notes.push(note.to_owned());
        }
        let unit = document.front.unit.unwrap_or_default();
        if table.unit != unit {
            drafted.unit = Some(table.unit.name().to_owned());
        }
        for grid in &table.grids {
            drafted.numbers |= grid.cells.iter().any(|cell| match cell.value {
                Value::Number(number) => !number.amount.is_zero(),
                _ => false,
            });
            found.push((table, grid, title.clone()));
        }
    }
    let several_titled = found.iter().filter(|(.., title)| title.is_some()).count() > 1;
    let mut kept: Vec<(&Table, &Grid, Option<String>)> = Vec::new();
    for (table, grid, title) in found {
        // What runs on over a page is the same grid; another one without a heading has no name.
        let mut others = kept.iter().map(|(_, other, _)| *other);
        let half = || others.clone().all(|other| other.spec != grid.spec);
        let side_by_side = || others.clone().any(|other| other.range == grid.range);
        if kept.is_empty() || several_titled || half() || side_by_side() {
            kept.push((table, grid, title));
        } else if !others.any(|other| header(document, other) == header(document, grid)) {
            drafted
                .notes
                .push("同一标题下还有表头不同的表，没有写进草稿".to_owned());
        }
    }
    let several = kept.len() > 1;
    let mut ids = Ids::default();
    let mut titles = FxHashSet::default();
    let mut keys = Keys::default();
    for (at, (table, grid, title)) in kept.iter().enumerate() {
        let mut spec = GridSpec::default();
        if several {
            let mut own = title.clone().unwrap_or_else(|| half_title(document, grid));
            if own.is_empty() || !titles.insert(normalize(&own).into_owned()) {
                own = format!(
                    "第{}栏",
                    crate::text::chinese(u32::try_from(at + 1).unwrap_or(0))
                );
                titles.insert(own.clone());
            }
            let known = match normalize(&own).as_ref() {
                "收入" => Some("income"),
                "支出" => Some("expense"),
                _ => None,
            };
            spec.id = ids.give(known, format!("g{}", at + 1));
            spec.title = own;
        }
        let (columns, parts) = columns::draft(document, table, grid, &mut drafted.notes);
        spec.columns = columns;
        spec.classification = classification(grid);
        spec.rows = rows(document, grid, several, spec.classification, &mut keys);
        if spec.classification.is_none() && name_classes(document, &mut spec.rows) {
            spec.classification = Some(Classification::Functional);
        }
        drafted.parts.push(parts);
        drafted.grids.push(spec);
    }
    drafted.key = keys.list();
    drafted
}

fn header(document: &Document, grid: &Grid) -> Vec<String> {
    let columns = grid.columns.iter();
    let names = columns.map(|column| normalize(document.slice(column.name)).into_owned());
    names.collect()
}

/// The name of a half that has no heading: the first level of its header, else what its rows are.
fn half_title(document: &Document, grid: &Grid) -> String {
    let first = grid.columns.first();
    let name = first.map_or("", |column| document.slice(column.name));
    if let Some((level, _)) = name.split_once('/') {
        return level.trim().to_owned();
    }
    let said = |word: &str| {
        let rows = grid.rows.iter();
        name.contains(word)
            || rows
                .filter(|row| matches!(row.role, RowRole::Total | RowRole::Subtotal))
                .any(|row| document.slice(row.label).contains(word))
    };
    match (said("收入"), said("支出")) {
        (true, false) => "收入".to_owned(),
        (false, true) => "支出".to_owned(),
        _ => String::new(),
    }
}

/// 功能 or 经济, by what most codes begin with.
fn classification(grid: &Grid) -> Option<Classification> {
    let mut counts = [0_usize; 2];
    for code in grid.rows.iter().filter_map(|row| row.code.as_deref()) {
        let of = match code.bytes().next() {
            Some(b'2') => Classification::Functional,
            Some(b'3' | b'5') => Classification::Economic,
            _ => continue,
        };
        if level_of(code, of).is_some() {
            let slot = usize::from(of == Classification::Economic);
            if let Some(count) = counts.get_mut(slot) {
                *count += 1;
            }
        }
    }
    match counts {
        [0, 0] => None,
        [functional, economic] if functional >= economic => Some(Classification::Functional),
        _ => Some(Classification::Economic),
    }
}

/// What identifies the rows of a table, over its grids.
#[derive(Default)]
struct Keys {
    coded: bool,
    segments: bool,
    projects: bool,
}

impl Keys {
    fn list(&self) -> Vec<KeyPart> {
        let mut key = Vec::new();
        if self.coded && self.segments {
            key.push(KeyPart::Segment);
        }
        if self.coded {
            key.push(KeyPart::Code);
        }
        if self.projects {
            key.push(KeyPart::Project);
        }
        if key.is_empty() {
            key.push(KeyPart::Label);
        }
        key
    }
}

pub(super) fn is_body(row: &Row) -> bool {
    !matches!(
        row.role,
        RowRole::Blank | RowRole::ColumnNumbers | RowRole::RepeatedHeader | RowRole::None
    )
}

/// The rows that the template names: totals, and the lines of a form.
fn rows(
    document: &Document,
    grid: &Grid,
    half: bool,
    classification: Option<Classification>,
    keys: &mut Keys,
) -> Vec<RowSpec> {
    let has = |kind| grid.columns.iter().any(|column| column.kind == kind);
    let amounts = has(ColumnKind::Amount);
    let body: Vec<(usize, &Row)> = grid
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| is_body(row))
        .collect();
    let mut writer = Rows::default();
    if let [(_, only)] = body.as_slice()
        && amounts
        && only.label.is_empty()
        && only.code.is_none()
    {
        // “三公”经费: one row without a name.
        writer.push(String::new(), Some("only"), |row| row.required = true);
        return writer.rows;
    }
    let classes = body.iter().filter(|(_, row)| {
        row.code
            .as_deref()
            .is_some_and(|code| code.len() == 3 && classification.is_some())
    });
    let classes = classes.count();
    let coded = body.iter().filter(|(_, row)| row.code.is_some()).count();
    // Every class, amount or none: the form names them.
    let by_class = half && classes == coded && classes >= LEAST_CLASSES;
    let by_code = coded > 0 && !by_class;
    let projects = has(ColumnKind::Project);
    // Projects below their account, in its column.
    let below = body.iter().any(|(_, row)| row.project.is_some());
    keys.projects |= projects || below;
    keys.coded |= by_code;
    keys.segments |= body.iter().any(|(_, row)| row.role == RowRole::SegmentHead);
    let labelled = body.iter().filter(|(_, row)| !row.label.is_empty()).count();
    // 单位名称: a list of the body's own units.
    let units = grid.columns.iter().any(|column| {
        let name = document.slice(column.name);
        column.kind == ColumnKind::Name && (name.contains("单位") || name.contains("部门"))
    });
    let form = !by_code && !projects && !units && amounts && labelled <= MOST_ROWS;
    let numbered = body.iter().any(|(_, row)| {
        let label = document.slice(row.label);
        label.starts_with("其中") || budget_model::heading::ordinal(label).is_some()
    });
    for (index, row) in body {
        let label = document.slice(row.label).trim();
        let role = role(label, row.role);
        let total = matches!(role, RowRole::Total | RowRole::Subtotal);
        if !total && !form {
            continue;
        }
        if label.is_empty() {
            if row.code.is_none() && holds_number(grid, index) {
                writer.push("小计".to_owned(), None, |row| {
                    row.role = RowRole::Subtotal;
                    row.unlabelled = true;
                });
            }
            continue;
        }
        let code = row.code.clone().filter(|_| by_class);
        let id = match (&code, role) {
            (Some(code), _) => Some(format!("c{code}")),
            (None, RowRole::Total) => Some("total".to_owned()),
            (None, RowRole::Subtotal) => Some("subtotal".to_owned()),
            _ => None,
        };
        writer.push(label.to_owned(), id.as_deref(), |spec| {
            spec.role = if code.is_some() {
                RowRole::Account
            } else {
                role
            };
            spec.code = code;
            spec.depth = if form { row.depth } else { 0 };
            // A unit's own list has other lines at another unit.
            spec.required = if form {
                half || numbered
            } else {
                total && role == RowRole::Total
            };
        });
    }
    writer.rows
}

/// Gives the lines that are called after classes their codes, where no code is printed.
fn name_classes(document: &Document, rows: &mut [RowSpec]) -> bool {
    let year = document.front.year;
    let code = |label: &str| {
        let name = normalize_account(label_name(label));
        let mut entries = document.catalog.functional.named(&name);
        let class = entries.find(|entry| entry.level == Level::Class && entry.holds_in(year))?;
        Some(class.code.to_string())
    };
    let found: Vec<Option<String>> = rows
        .iter()
        .map(|row| code(&row.label).filter(|_| row.role == RowRole::Detail))
        .collect();
    if found.iter().flatten().count() < LEAST_NAMED {
        return false;
    }
    let mut ids: FxHashSet<String> = rows.iter().map(|row| row.id.clone()).collect();
    for (row, code) in rows.iter_mut().zip(found) {
        if let Some(code) = code {
            let id = format!("c{code}");
            if ids.insert(id.clone()) {
                row.id = id;
                row.code = Some(code);
                row.role = RowRole::Account;
            }
        }
    }
    // `一、本年支出` above the classes is their sum.
    let first = rows.iter().position(|row| row.code.is_some());
    if let Some(first) = first
        && let Some(depth) = rows.get(first).map(|row| row.depth)
        && let Some(above) = first.checked_sub(1).and_then(|above| rows.get_mut(above))
        && above.depth < depth
        && above.role == RowRole::Detail
    {
        above.role = RowRole::Subtotal;
    }
    true
}

/// A label without its number and 其中：.
pub(super) fn label_name(label: &str) -> &str {
    let mut name = label.trim();
    for _ in 0..3 {
        let rest = crate::text::numbered(name).map_or(name, |numbered| numbered.rest);
        let rest = rest
            .strip_prefix("其中")
            .and_then(|rest| rest.strip_prefix(['：', ':']))
            .unwrap_or(rest)
            .trim_start();
        if rest.is_empty() || rest == name {
            break;
        }
        name = rest;
    }
    name
}

/// 本年收入合计 is no total where 收入总计 follows.
fn role(label: &str, role: RowRole) -> RowRole {
    let part = ["本年", "当年", "小计"]
        .iter()
        .any(|word| label.contains(word));
    match role {
        RowRole::Total if part => RowRole::Subtotal,
        RowRole::SegmentHead | RowRole::Account => RowRole::Detail,
        other => other,
    }
}

fn holds_number(grid: &Grid, row: usize) -> bool {
    (0..grid.columns.len()).any(|column| {
        grid.cell(row, column)
            .is_some_and(|cell| matches!(cell.value, Value::Number(_)))
    })
}

/// The rows named so far; two of one name under one row would be told apart by no one.
#[derive(Default)]
struct Rows {
    rows: Vec<RowSpec>,
    ids: Ids,
    names: FxHashSet<(String, Option<usize>)>,
}

impl Rows {
    fn push(&mut self, label: String, id: Option<&str>, fill: impl FnOnce(&mut RowSpec)) {
        let mut spec = RowSpec {
            label,
            ..RowSpec::default()
        };
        fill(&mut spec);
        let above = self.rows.iter().rposition(|row| row.depth < spec.depth);
        if !self
            .names
            .insert((normalize(&spec.label).into_owned(), above))
        {
            return;
        }
        spec.id = self.ids.give(id, format!("r{}", self.rows.len() + 1));
        self.rows.push(spec);
    }
}
