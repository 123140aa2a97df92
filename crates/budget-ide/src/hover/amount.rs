//! A number of a table: its value, where it comes from, and the relations it stands in.

use budget_model::relation::{EvaluationErrorKind, Explorer, Instance, Outcome};
use budget_model::{CellId, Document, Unit, Value};

use super::formula::{self, print};
use crate::MarkupText;
use crate::place::CellPlace;

/// Relations shown; the rest are counted.
const MOST: usize = 8;

/// A cell of a column of numbers.
pub(super) fn explain(
    document: &Document,
    cell: &CellPlace<'_>,
    explorer: &Explorer<'_>,
) -> MarkupText {
    let table = document.tables.get(cell.id.table as usize);
    let heading = table
        .and_then(|table| table.heading)
        .and_then(|id| document.heading(id))
        .map(|heading| document.slice(heading.text))
        .unwrap_or_default();
    let unit = table.map(|table| table.unit);
    let mut markup = MarkupText::default().bold(&place(document, cell));
    if !heading.is_empty() {
        markup = markup.paragraph().text(heading);
    }
    markup = value(markup.paragraph(), document, cell, unit, explorer);
    let value = document.cell(cell.id).map(|cell| cell.value);
    let counts = matches!(value, Some(Value::Number(_) | Value::Derived | Value::Slot));
    relations(markup, document, cell.id, explorer, counts)
}

/// `2010301 行政运行 · 基本支出`
fn place(document: &Document, cell: &CellPlace<'_>) -> String {
    let mut row = cell.row.code.clone().unwrap_or_default();
    let label = document.slice(cell.row.label);
    if label != row && !label.is_empty() {
        if !row.is_empty() {
            row.push(' ');
        }
        row.push_str(label);
    }
    if let Some(project) = cell.row.project {
        if !row.is_empty() {
            row.push_str(" · ");
        }
        row.push_str(document.slice(project));
    }
    let column = document.slice(cell.column.name);
    if row.is_empty() {
        column.to_owned()
    } else {
        format!("{row} · {column}")
    }
}

fn value(
    markup: MarkupText,
    document: &Document,
    cell: &CellPlace<'_>,
    unit: Option<Unit>,
    explorer: &Explorer<'_>,
) -> MarkupText {
    let text = document.slice(cell.text);
    let money = cell.column.kind == budget_catalog::template::ColumnKind::Amount;
    let unit = match unit.filter(|_| money) {
        Some(unit) => format!(" {}", unit.name()),
        None => String::new(),
    };
    match document.cell(cell.id).map(|cell| cell.value) {
        Some(Value::Number(_)) => markup.text(&format!("{text}{unit}")),
        Some(Value::Dash) => markup.text("写明没有。"),
        Some(Value::Hole) => markup.text("待填：还没有数，涉及它的核对都等着。"),
        Some(Value::Derived | Value::Slot) => derived(markup, cell, &unit, explorer),
        _ => markup.text("不是数，不参加核对。"),
    }
}

fn derived(
    markup: MarkupText,
    cell: &CellPlace<'_>,
    unit: &str,
    explorer: &Explorer<'_>,
) -> MarkupText {
    let of_cell = |derived: &&budget_model::relation::Derived| {
        derived.cell == Some(cell.id) || cell.text.contains(derived.range)
    };
    if let Some(derived) = explorer.derived().iter().find(of_cell) {
        return markup
            .text(&format!("算出 {}{unit}，公式：", derived.text))
            .code(&derived.formula);
    }
    let mut errors = explorer.errors().iter();
    match errors.find(|error| cell.text.contains(error.range)) {
        Some(error) => markup.text(why_not(error.kind)),
        None => markup.text("还算不出。"),
    }
}

/// Why an expression has no value, and what to do.
pub(super) fn why_not(kind: EvaluationErrorKind) -> &'static str {
    match kind {
        EvaluationErrorKind::Syntax => "算不出：式子写法有误。",
        EvaluationErrorKind::UnknownPath => "算不出：式子里有找不到的表、行或列。",
        EvaluationErrorKind::OtherDocument => "算不出：所引用的另一份文件没有打开。",
        EvaluationErrorKind::AmbiguousPath => "算不出：式子里的名称对应多个位置。",
        EvaluationErrorKind::Cycle => "算不出：它要靠自己来算。",
        EvaluationErrorKind::Unit => "算不出：单位不能混算。",
        EvaluationErrorKind::UnknownFunction => "算不出：式子里有不认识的函数。",
        EvaluationErrorKind::NoDefinition => "算不出：模板没有规定这个单元格怎么算，请填写数字。",
        EvaluationErrorKind::NotANumber => "算不出：所引用的内容不是数字。",
        EvaluationErrorKind::DivisionByZero => "算不出：除数是零。",
        EvaluationErrorKind::Overflow => "算不出：数太大。",
    }
}

/// The relations that hold the cell, those that don't add up first. That there are none is worth
/// saying of a number only (`counts`).
fn relations(
    mut markup: MarkupText,
    document: &Document,
    cell: CellId,
    explorer: &Explorer<'_>,
    counts: bool,
) -> MarkupText {
    let mut found = explorer.relations(cell);
    found.retain(|instance| instance.outcome != Outcome::NotApplicable);
    if found.is_empty() && !counts {
        return markup;
    }
    if found.is_empty() {
        return markup.paragraph().text("没有涉及它的核对关系。");
    }
    found.sort_by_key(|instance| match instance.outcome {
        Outcome::Broken => 0,
        Outcome::Rounding => 1,
        Outcome::Unknown => 2,
        Outcome::Waiting => 3,
        Outcome::Held | Outcome::NotApplicable => 4,
    });
    markup = markup.paragraph().text("涉及它的核对关系：").gap();
    for instance in found.iter().take(MOST) {
        markup = relation(markup.item(), document, explorer, instance);
    }
    if let Some(more) = found.len().checked_sub(MOST).filter(|more| *more > 0) {
        markup = markup.item().text(&format!("另有 {more} 条"));
    }
    markup
}

/// Its verdict, formula, numbers and cells; of what fails its two values, the difference, and why
/// they are expected to be equal.
fn relation(
    mut markup: MarkupText,
    document: &Document,
    explorer: &Explorer<'_>,
    instance: &Instance,
) -> MarkupText {
    markup = markup
        .bold(formula::outcome(instance.outcome))
        .text(" ")
        .code(&instance.formula);
    if let Some(filled) = formula::filled(document, explorer, instance) {
        markup = markup.text("：").text(&filled);
    }
    let told = matches!(instance.outcome, Outcome::Broken | Outcome::Rounding);
    if let (true, Some(left), Some(right)) = (told, instance.left, instance.right) {
        let (l, r) = (print(left), print(right));
        markup = markup.text(&format!("；左值 {l}，右值 {r}"));
        if let Some(difference) = left.checked_sub(right) {
            markup = markup.text(&format!("，差 {}", print(difference.abs())));
        }
        let identity = document.template.identities.get(instance.identity);
        if let Some(identity) = identity.filter(|identity| !identity.message.is_empty()) {
            markup = markup.text(&format!("。{}", identity.message));
        }
    }
    match instance.why {
        Some(why) => markup.text(&format!("（{}）", formula::why(why))),
        None => markup,
    }
}
