//! The ledger of `--outcomes`: every relation with its verdict, and the amounts that none covers.

use budget_model::{
    Amount, CellId, Value,
    amount::Style,
    prose::{check::Free, fact::Fact},
    relation::{Instance, Outcome, Why},
};
use budget_syntax::TextRange;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::{
    Sheet,
    json::{RangeJson, SubjectJson, range},
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LedgerJson<'a> {
    file: &'a str,
    template: &'a str,
    counts: CountsJson,
    relations: Vec<RelationJson<'a>>,
    uncovered: Vec<CellJson<'a>>,
    prose: Vec<NumberJson<'a>>,
}

/// A number of the narrative.
#[derive(Serialize)]
struct NumberJson<'a> {
    range: RangeJson,
    text: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CountsJson {
    held: u32,
    rounding: u32,
    broken: u32,
    waiting: u32,
    not_applicable: u32,
    unknown: u32,
}

#[derive(Serialize)]
struct RelationJson<'a> {
    origin: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
    formula: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    right: Option<String>,
    cells: Vec<CellJson<'a>>,
}

#[derive(Serialize)]
struct CellJson<'a> {
    subject: SubjectJson<'a>,
    range: RangeJson,
    text: &'a str,
}

pub(super) fn outcome(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Held => ("held", "成立"),
        Outcome::Rounding => ("rounding", "舍位可解释"),
        Outcome::Broken => ("broken", "不成立"),
        Outcome::Waiting => ("waiting", "待填"),
        Outcome::NotApplicable => ("notApplicable", "不适用"),
        Outcome::Unknown => ("unknown", "无法核对"),
    }
}

pub(super) fn why(why: Why) -> (&'static str, &'static str) {
    match why {
        Why::NoTable => ("noTable", "没有这张表"),
        Why::NoRow => ("noRow", "没有这一行"),
        Why::NoColumn => ("noColumn", "没有这一列"),
        Why::AllEmpty => ("allEmpty", "各项都是空的"),
        Why::Lost => ("lost", "原文转换时缺失"),
        Why::Apart => ("apart", "表格另附"),
        Why::NotANumber => ("notANumber", "有的单元格不是数字"),
        Why::NotEvaluated => ("notEvaluated", "有的算式算不出来"),
        Why::Condition => ("condition", "前提不成立"),
        Why::NoSection => ("noSection", "没有相应的说明"),
        Why::Unconfirmed => ("unconfirmed", "这张表的行列关系不能确定"),
        Why::Ambiguous => ("ambiguous", "科目编码重复，不知指哪一行"),
    }
}

/// A number of the narrative.
struct Stated<'s> {
    fact: &'s Fact,
    /// How the relation ended that decides on it, and whether it is one within the narrative.
    end: Option<(Outcome, bool)>,
    /// Why it is in none.
    free: Option<Free>,
}

/// Every number of the narrative.
fn numbers<'s>(sheet: &'s Sheet<'_>) -> Vec<Stated<'s>> {
    let checked = &sheet.report.ledger.prose;
    let facts = &checked.narrative.facts;
    let mut ends: Vec<Option<(Outcome, bool)>> = vec![None; facts.len()];
    for relation in &*checked.relations {
        if relation.outcome == Outcome::NotApplicable {
            continue;
        }
        let within = relation.cells.is_empty();
        for id in std::iter::once(&relation.fact).chain(&relation.facts) {
            let Some(end) = ends.get_mut(*id as usize) else {
                continue;
            };
            // What is broken is told of the number it stands on; a cell tells more than a sentence.
            let broken = relation.outcome == Outcome::Broken;
            let outcome = match (broken && relation.fact != *id, *end) {
                (true, Some((before, _))) => before,
                (true, None) => Outcome::Held,
                (false, Some((Outcome::Broken, _))) => Outcome::Broken,
                (false, _) => relation.outcome,
            };
            let within = within && end.is_none_or(|(_, within)| within);
            *end = Some((outcome, within));
        }
    }
    let free: FxHashMap<u32, Free> = checked.free.iter().copied().collect();
    (0..)
        .zip(facts)
        .zip(ends)
        .map(|((id, fact), end)| Stated {
            fact,
            end,
            free: free.get(&id).copied(),
        })
        .collect()
}

fn free(why: Free) -> &'static str {
    match why {
        Free::Words => "words",
        Free::Count => "count",
        Free::NoCell => "noCell",
        Free::Ambiguous => "ambiguous",
        Free::Elsewhere => "elsewhere",
        Free::Base => "base",
    }
}

fn origin<'a>(sheet: &'a Sheet<'_>, instance: &Instance) -> &'a str {
    if let Some(kind) = instance.prose {
        return kind.name();
    }
    let identity = sheet.document.template.identities.get(instance.identity);
    identity.map_or("", |identity| identity.id.as_str())
}

/// With the decimals of the cells that the values come from.
pub(super) fn style(sheet: &Sheet<'_>, instance: &Instance) -> Style {
    let sides = [instance.left, instance.right];
    let cells = instance.left_cells.iter().chain(&instance.right_cells);
    let written = cells.filter_map(|id| match sheet.document.cell(*id)?.value {
        Value::Number(number) => Some(number.decimals),
        _ => None,
    });
    let exact = sides.into_iter().flatten().map(Amount::decimals);
    Style {
        decimals: written.chain(exact).max().unwrap_or_default(),
        ..Style::default()
    }
}

/// Left and right value.
fn sides(sheet: &Sheet<'_>, instance: &Instance) -> [Option<String>; 2] {
    let style = style(sheet, instance);
    [instance.left, instance.right].map(|side| Some(side?.print(style)))
}

/// What a cell is, by ids that stay when lines move.
pub(super) fn subject<'a>(
    sheet: &'a Sheet<'_>,
    id: CellId,
) -> Option<(SubjectJson<'a>, TextRange)> {
    let document = sheet.document;
    let cell = document.cell(id)?;
    let table = document.tables.get(id.table as usize)?;
    let grid = document.grid(id)?;
    let row = grid.rows.get(id.row as usize)?;
    let column = grid.columns.get(id.column as usize)?;
    let grid_spec = document.grid_spec(table, grid);
    let title = || {
        let heading = document.heading(table.heading?)?;
        Some(document.slice(heading.text))
    };
    let table = match document.table_spec(table) {
        Some(spec) => Some(spec.id.as_str()),
        None => title(),
    };
    let row_name = match (&row.code, row.spec) {
        (Some(code), _) => Some(code.as_str()),
        (None, Some(spec)) => grid_spec.and_then(|g| Some(g.rows.get(spec)?.id.as_str())),
        (None, None) => None,
    };
    let column_name = column
        .spec
        .and_then(|spec| Some(grid_spec?.columns.get(spec)?.id.as_str()));
    let subject = SubjectJson {
        table,
        row: Some(row_name.unwrap_or_else(|| document.slice(row.label))),
        column: Some(column_name.unwrap_or_else(|| document.slice(column.name))),
        section: None,
    };
    Some((subject, cell.range))
}

fn cell<'a>(sheet: &'a Sheet<'_>, id: CellId) -> Option<CellJson<'a>> {
    let (subject, place) = subject(sheet, id)?;
    Some(CellJson {
        subject,
        range: range(&sheet.places, place),
        text: sheet.document.slice(place),
    })
}

/// A file's ledger, on one line.
pub(super) fn json(sheet: &Sheet<'_>) -> String {
    let ledger = &sheet.report.ledger;
    let [held, rounding, broken, waiting, not_applicable, unknown] = ledger.counts;
    let relations = ledger.instances.iter().map(|instance| {
        let [left, right] = sides(sheet, instance);
        RelationJson {
            origin: origin(sheet, instance),
            outcome: outcome(instance.outcome).0,
            why: instance.why.map(|reason| why(reason).0),
            formula: &instance.formula,
            left,
            right,
            cells: instance
                .left_cells
                .iter()
                .chain(&instance.right_cells)
                .filter_map(|id| cell(sheet, *id))
                .collect(),
        }
    });
    let json = LedgerJson {
        file: &sheet.name,
        template: &sheet.template,
        counts: CountsJson {
            held,
            rounding,
            broken,
            waiting,
            not_applicable,
            unknown,
        },
        relations: relations.collect(),
        uncovered: ledger
            .uncovered
            .iter()
            .filter_map(|id| cell(sheet, *id))
            .collect(),
        prose: numbers(sheet)
            .into_iter()
            .map(|it| NumberJson {
                range: range(&sheet.places, it.fact.whole),
                text: sheet.document.slice(it.fact.whole),
                outcome: match it.end {
                    Some((Outcome::Held, true)) => "within",
                    Some((end, _)) => outcome(end).0,
                    None => "free",
                },
                why: it.free.map(free),
            })
            .collect(),
    };
    serde_json::to_string(&json).unwrap_or_default()
}

/// For people: one relation a line, then the amounts that none covers.
pub(super) fn human(sheet: &Sheet<'_>) -> String {
    let ledger = &sheet.report.ledger;
    let mut lines = vec!["核对结果：".to_owned()];
    for instance in &ledger.instances {
        let mut line = format!(
            "  {} [{}] {}",
            outcome(instance.outcome).1,
            origin(sheet, instance),
            instance.formula
        );
        if let [Some(left), Some(right)] = sides(sheet, instance) {
            line += &format!("（左值 {left}，右值 {right}）");
        }
        if let Some(reason) = instance.why {
            line += &format!("：{}", why(reason).1);
        }
        lines.push(line);
    }
    if ledger.uncovered.is_empty() {
        lines.push("所有金额都有关系核对".to_owned());
    } else {
        lines.push(format!(
            "没有关系核对的金额 {} 个：",
            ledger.uncovered.len()
        ));
        for id in &ledger.uncovered {
            if let Some(cell) = cell(sheet, *id) {
                let SubjectJson {
                    table, row, column, ..
                } = cell.subject;
                let name = [table, row, column]
                    .map(Option::unwrap_or_default)
                    .join(".");
                let place = sheet.places.of(sheet
                    .document
                    .cell(*id)
                    .map_or(0, |cell| cell.range.start()));
                lines.push(format!(
                    "  {}:{}:{} {name} {}",
                    sheet.name, place.line, place.column, cell.text
                ));
            }
        }
    }
    prose(sheet, &mut lines);
    lines.push(String::new());
    lines.join("\n")
}

/// The numbers of the narrative, and those that nothing checks with why.
fn prose(sheet: &Sheet<'_>, lines: &mut Vec<String>) {
    let numbers = numbers(sheet);
    if numbers.is_empty() {
        return;
    }
    let count = |is: &dyn Fn(Outcome, bool) -> bool| {
        let ends = numbers.iter().filter_map(|it| it.end);
        ends.filter(|(outcome, within)| is(*outcome, *within))
            .count()
    };
    let cells = count(&|outcome, within| outcome == Outcome::Held && !within);
    let within = count(&|outcome, within| outcome == Outcome::Held && within);
    let rounding = count(&|outcome, _| outcome == Outcome::Rounding);
    let broken = count(&|outcome, _| outcome == Outcome::Broken);
    let loose: Vec<_> = numbers.iter().filter(|it| it.end.is_none()).collect();
    lines.push(format!(
        "文字说明里的数 {} 个：与表一致 {cells}、前后相符 {within}、舍位可解释 {rounding}、不符 {broken}、没有关系核对 {}",
        numbers.len(),
        loose.len()
    ));
    for Stated { fact, free, .. } in loose {
        let place = sheet.places.of(fact.range.start());
        let why = free.map_or("", |why| why.name());
        lines.push(format!(
            "  {}:{}:{} {}：{why}",
            sheet.name,
            place.line,
            place.column,
            sheet.document.slice(fact.whole)
        ));
    }
}
