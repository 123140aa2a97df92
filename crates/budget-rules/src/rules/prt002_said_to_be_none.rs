//! PRT002: the narrative says that there is no money of a fund (未安排政府性基金预算支出), and the table of
//! that fund has some.
//!
//! Only where the clause says nothing else: not of last year, of other bodies, of a part, in a reason.

use budget_catalog::{
    name,
    template::{ColumnKind, RowRole},
};
use budget_model::Value;
use budget_syntax::TextRange;
use memchr::memmem;

use crate::Severity;
use crate::context::{Context, TableAt};
use crate::detail::TextFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Fixable, Rule};
use crate::text;

pub(crate) const RULE: Rule = Rule {
    code: "PRT002",
    slug: "said-to-be-none",
    name: "说没有而表中有数",
    group: "文表",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/PRT002-said-to-be-none.md"),
    check: Check::Document(check),
};

/// The funds that have tables of their own, by the words of both.
const FUNDS: [&str; 2] = ["政府性基金", "国有资本经营"];

/// What says that there is none.
const NONE: [&str; 11] = [
    "没有使用",
    "没有安排",
    "未安排",
    "未使用",
    "未发生",
    "不涉及",
    "不存在",
    "无安排",
    "没有",
    "并无",
    "无",
];

/// What may stand before it in its sentence only where it is said of something else.
const OTHERS: [&str; 14] = [
    "上年",
    "去年",
    "下属",
    "所属",
    "原因",
    "由于",
    "因为",
    "因",
    "除",
    "其中",
    "部分",
    "若",
    "如",
    "以前年度",
];

/// What may stand between the fund's name and the end of the clause.
const REST: [&str; 17] = [
    "预算", "财政", "拨款", "安排", "支出", "收支", "收入", "的", "、", "和", "及", "也", "资金",
    "项目", "决算", "情况", "业务",
];

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for fund in FUNDS {
        let mut tables = None;
        for at in memmem::find_iter(context.document.text.as_bytes(), fund) {
            let Some(clause) = says_none(context, at, fund) else {
                continue;
            };
            let filled = tables.get_or_insert_with(|| filled(context, fund));
            if let Some((table, cell)) = filled {
                tell(context, clause, table, *cell, sink);
            }
        }
    }
}

/// The clause that says that there is none of a fund named at an offset.
fn says_none(context: &Context<'_>, at: usize, fund: &str) -> Option<TextRange> {
    let place = text::offset(at);
    let prose = context.prose.partition_point(|it| it.range.end() <= place);
    let prose = context.prose.get(prose)?;
    if !prose.range.contains(TextRange::empty(place)) {
        return None;
    }
    let inside = at.checked_sub(prose.range.start() as usize)?;
    let before = prose.text.get(..inside)?;
    let sentence = before.rsplit(['。', '；', ';', '\n', '！']).next()?;
    // 本年度我单位没有
    let lead = sentence
        .rsplit(['，', ',', '：', ':', '、'])
        .next()?
        .trim_start();
    let none = NONE.iter().find_map(|word| lead.strip_suffix(word))?;
    let others = OTHERS.iter().any(|word| sentence.contains(word));
    if others || none.chars().count() > 30 || is_of_another_year(context, none) {
        return None;
    }
    let after = prose.text.get(inside + fund.len()..)?;
    let end = after
        .find(['，', ',', '。', '；', ';', '\n', '！'])
        .unwrap_or(after.len());
    let rest = after.get(..end)?;
    let mut left = rest.trim();
    while let Some(next) = REST.iter().find_map(|word| left.strip_prefix(word)) {
        left = next.trim_start();
    }
    // Of what comes in alone it may be true: what was carried over is spent.
    let spent = rest.contains("支") || !rest.contains("收入");
    let start = place.checked_sub(text::offset(lead.len()))?;
    (left.is_empty() && spent)
        .then(|| TextRange::new(start, place + text::offset(fund.len() + end)))
}

fn is_of_another_year(context: &Context<'_>, lead: &str) -> bool {
    let lead = name::normalize(lead);
    let own = context.document.front.year.map(|year| format!("{year}年"));
    let years = lead.matches("年").count();
    let known = own.is_some_and(|own| lead.contains(&*own)) || lead.contains("本年");
    lead.bytes().any(|byte| byte.is_ascii_digit()) && years > 0 && !known
}

/// The table of a fund, with the first of its cells that says what is spent.
fn filled<'d>(context: &Context<'d>, fund: &str) -> Option<(TableAt<'d>, TextRange)> {
    context.tables().find_map(|at| {
        let heading = at.table.heading.and_then(|id| context.document.heading(id));
        let heading = heading.map(|it| context.text(it.text));
        let title = at.spec.map(|spec| spec.title.as_str()).or(heading)?;
        let title = name::normalize(title).into_owned();
        // A narrative section of the template tells it by a relation (STR010).
        let told = at.spec.is_some_and(|spec| spec.empty_note.is_some());
        if told || !title.contains(fund) || title.contains("一般公共") || at.table.missing.any()
        {
            return None;
        }
        let cell = at.table.grids.iter().find_map(|grid| {
            let spent = (0..).zip(&grid.columns).filter(|(_, column)| {
                let name = context.text(column.name);
                let other = ["收入", "结转", "结余"]
                    .iter()
                    .any(|word| name.contains(word));
                column.kind == ColumnKind::Amount && !other
            });
            let columns: Vec<usize> = spent.map(|it| it.0).collect();
            let rows = grid.rows.iter().enumerate().filter(|(_, row)| {
                !matches!(row.role, RowRole::ColumnNumbers | RowRole::RepeatedHeader)
            });
            let cells = rows.flat_map(|(row, _)| {
                let cell = |column: &usize| grid.cell(row, *column);
                columns.iter().filter_map(cell).collect::<Vec<_>>()
            });
            let mut amounts = cells.filter(|cell| match cell.value {
                Value::Number(number) => !number.amount.is_zero(),
                _ => false,
            });
            amounts.next().map(|cell| cell.range)
        })?;
        Some((at, cell))
    })
}

fn tell(
    context: &Context<'_>,
    clause: TextRange,
    table: &TableAt<'_>,
    cell: TextRange,
    sink: &mut Sink<'_>,
) {
    let detail = Detail::Text(TextFault::SaidToBeNone {
        written: context.text(clause).split_whitespace().collect(),
        table: table.name(context.document).into_owned(),
        amount: context.text(cell).to_owned(),
    });
    sink.report(clause, Subject::default(), detail)
        .relate(cell, "表中的数");
}
