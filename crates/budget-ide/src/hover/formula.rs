//! A relation with its numbers filled in.

use std::fmt::Write as _;

use budget_model::relation::{Explorer, Instance, Outcome, Why};
use budget_model::{Amount, CellId, Document, Value, amount::Style};
use budget_syntax::expr::Comparison;

/// Operands of a side that are written out.
const MOST: usize = 12;

/// How an instance ended.
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Held => "成立",
        Outcome::Rounding => "舍位可解释",
        Outcome::Broken => "不成立",
        Outcome::Waiting => "待填",
        Outcome::NotApplicable => "不适用",
        Outcome::Unknown => "无法核对",
    }
}

/// Why an instance was not decided.
pub(super) fn why(why: Why) -> &'static str {
    match why {
        Why::NoTable => "没有这张表",
        Why::NoRow => "没有这一行",
        Why::NoColumn => "没有这一列",
        Why::AllEmpty => "都是空的",
        Why::Lost => "原件缺失了要用的部分",
        Why::Apart => "表格另附",
        Why::NotANumber => "有的格不是数字",
        Why::NotEvaluated => "有的格还算不出",
        Why::Condition => "条件不满足",
        Why::NoSection => "没有说明它的那一节",
        Why::Ambiguous => "同一编码有几行，分不清是哪一行",
        Why::Unconfirmed => "这张表大多不合这个关系，可能列的含义不同",
    }
}

/// With all its decimals: a difference must not be rounded away.
pub(super) fn print(amount: Amount) -> String {
    let decimals = amount.decimals().max(2);
    amount.print(Style {
        decimals,
        ..Style::default()
    })
}

/// `150.00（合计） ≠ 110.00（基本支出） + 30.00（项目支出）`: both sides as they stand in the cells, each
/// with what tells it from the others. None of a relation that compares nothing.
pub(super) fn filled(
    document: &Document,
    explorer: &Explorer<'_>,
    instance: &Instance,
) -> Option<String> {
    let sign = sign(instance)?;
    let (left, right) = (&instance.left_cells, &instance.right_cells);
    if left.is_empty() && right.is_empty() {
        return None;
    }
    let shown = left.iter().take(MOST).chain(right.iter().take(MOST));
    let names = Names::of(document, shown);
    let side = |cells: &[CellId]| {
        let mut out = String::new();
        // What is empty adds nothing.
        let holds = |id: &&CellId| {
            document
                .cell(**id)
                .is_some_and(|it| it.value != Value::Empty)
        };
        let mut told: Vec<&CellId> = cells.iter().filter(holds).collect();
        if told.is_empty() {
            told.extend(cells.first());
        }
        for (number, id) in told.iter().take(MOST).enumerate() {
            let minus = instance.subtracted.contains(id);
            match (number, minus) {
                (0, false) => {}
                (0, true) => out.push_str("－ "),
                (_, false) => out.push_str(" + "),
                (_, true) => out.push_str(" － "),
            }
            out.push_str(&written(document, explorer, **id));
            let name = names.name(document, **id);
            if !name.is_empty() {
                let _ = write!(out, "（{name}）");
            }
        }
        if told.len() > MOST {
            let _ = write!(out, " + ……（共 {} 个数）", told.len());
        }
        if cells.is_empty() {
            out.push('0');
        }
        out
    };
    Some(format!("{} {sign} {}", side(left), side(right)))
}

/// The comparison, as it turned out.
fn sign(instance: &Instance) -> Option<&'static str> {
    let broken = instance.outcome == Outcome::Broken;
    Some(match instance.comparison? {
        Comparison::AtMost if broken => "＞",
        Comparison::AtMost => "≤",
        Comparison::AtLeast if broken => "＜",
        Comparison::AtLeast => "≥",
        Comparison::About => "≈",
        Comparison::Equal => match instance.outcome {
            Outcome::Broken => "≠",
            Outcome::Rounding => "≈",
            _ => "=",
        },
    })
}

/// A cell's number as typed; of a derived one its value.
pub(super) fn written(document: &Document, explorer: &Explorer<'_>, id: CellId) -> String {
    let Some(cell) = document.cell(id) else {
        return "空".to_owned();
    };
    match cell.value {
        Value::Empty => "空".to_owned(),
        Value::Hole => "待填".to_owned(),
        Value::Derived | Value::Slot => match explorer.amount(id) {
            Some(amount) => print(amount),
            None => "还算不出".to_owned(),
        },
        _ => document.slice(cell.range).to_owned(),
    }
}

/// What of a cell's place tells it from others.
#[derive(Clone, Copy)]
struct Names {
    tables: bool,
    rows: bool,
    columns: bool,
}

impl Names {
    /// What tells the first cells of a relation apart.
    fn of<'c>(document: &Document, mut cells: impl Iterator<Item = &'c CellId>) -> Self {
        let mut names = Names {
            tables: false,
            rows: false,
            columns: false,
        };
        let Some(first) = cells.next() else {
            return names;
        };
        let (row, column) = (row_name(document, *first), column_name(document, *first));
        for id in cells {
            names.tables |= (id.table, id.grid) != (first.table, first.grid);
            names.rows |= row_name(document, *id) != row;
            names.columns |= column_name(document, *id) != column;
        }
        names
    }

    fn name(self, document: &Document, id: CellId) -> String {
        let mut parts = Vec::new();
        if self.tables {
            parts.push(table_name(document, id));
        }
        if self.rows {
            parts.push(row_name(document, id));
        }
        if self.columns {
            let name = column_name(document, id);
            // The last level of a header is enough, unless every group has one of that name.
            let last = name
                .rsplit('/')
                .next()
                .filter(|last| !matches!(*last, "小计" | "合计"));
            parts.push(last.unwrap_or(name).to_owned());
        }
        parts.retain(|part| !part.is_empty());
        parts.join(" ")
    }
}

/// `表三`, else the heading; with 收入 or 支出 where there are two.
pub(super) fn table_name(document: &Document, id: CellId) -> String {
    let Some(table) = document.tables.get(id.table as usize) else {
        return String::new();
    };
    let spec = document.table_spec(table);
    let heading = table.heading.and_then(|id| document.heading(id));
    let heading = heading.map(|heading| document.slice(heading.text));
    let mut name = match heading {
        Some(heading) => match heading.split_once([' ', '\u{3000}', '：']) {
            Some((number, _)) if number.starts_with('表') => number.to_owned(),
            _ => heading.to_owned(),
        },
        None => spec.map_or_else(String::new, |spec| spec.title.clone()),
    };
    let grid = table.grids.get(id.grid as usize);
    let half = grid.and_then(|grid| document.grid_spec(table, grid));
    if let Some(half) = half.filter(|half| !half.title.is_empty()) {
        name.push_str(&half.title);
    }
    name
}

/// A row's code, else its label, else its project.
fn row_name(document: &Document, id: CellId) -> String {
    let row = document
        .grid(id)
        .and_then(|grid| grid.rows.get(id.row as usize));
    let Some(row) = row else { return String::new() };
    let label = document.slice(row.label);
    let project = row.project.map(|project| document.slice(project));
    match (&row.code, project) {
        (Some(code), Some(project)) => format!("{code} {project}"),
        (Some(code), None) => code.clone(),
        (None, _) if !label.is_empty() => label.to_owned(),
        (None, Some(project)) => project.to_owned(),
        (None, None) => String::new(),
    }
}

pub(super) fn column_name(document: &Document, id: CellId) -> &str {
    let grid = document.grid(id);
    let column = grid.and_then(|grid| grid.columns.get(id.column as usize));
    column.map_or("", |column| document.slice(column.name))
}

/// `表三 · 2010301 行政运行 · 基本支出`
pub(super) fn place(document: &Document, id: CellId) -> String {
    let row = document
        .grid(id)
        .and_then(|grid| grid.rows.get(id.row as usize));
    let label = row.map_or("", |row| document.slice(row.label));
    let mut name = row_name(document, id);
    if row.is_some_and(|row| row.code.is_some() && row.project.is_none()) && !label.is_empty() {
        name.push(' ');
        name.push_str(label);
    }
    let parts = [
        table_name(document, id),
        name,
        column_name(document, id).to_owned(),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}
