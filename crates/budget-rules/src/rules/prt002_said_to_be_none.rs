//! PRT002: the narrative says that there is no money of a fund (未安排政府性基金预算支出) or of an item of “三公”, or that a
//! table is empty, and the table has some.
//!
//! Only where the clause says nothing else: not of last year, of other bodies, of a part, in a reason.

use std::sync::LazyLock;

use budget_catalog::{
    name,
    template::{ColumnKind, DisclosureKind, RowRole},
};
use budget_model::{Column, Value};
use budget_syntax::TextRange;
use memchr::memmem::{self, Finder};

use crate::Severity;
use crate::clues::Clue;
use crate::context::{Context, Prose, TableAt};
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
    indifferent_to: &[],
};

/// The funds that have tables of their own, by the words of both.
const FUNDS: [&str; 2] = ["政府性基金", "国有资本经营"];

/// What looks for [`FUNDS`] and for [`ITEMS`].
static NAMES: LazyLock<([Finder<'_>; 2], [Finder<'_>; 3])> = LazyLock::new(|| {
    // What items begin with.
    let items = ["因公出国", "公务用车", "公务接待"];
    (FUNDS.map(Finder::new), items.map(Finder::new))
});

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

/// Items of “三公”, as a clause may name them, and what the label of the row or column has; the longer first.
const ITEMS: [&str; 5] = [
    "因公出国",
    "公务用车购置及运行",
    "公务用车购置",
    "公务用车运行",
    "公务接待",
];

/// What may stand between an item's name and the end of the clause, beside [`REST`].
const ITEM_REST: [&str; 9] = [
    "（境）",
    "(境)",
    "维护",
    "费用",
    "经费",
    "费",
    "预算",
    "支出",
    "安排",
];

/// What else than the body's own money a clause may be about.
const NARROWER: [&str; 7] = ["基金", "资本", "项目", "资金", "其他", "专项", "自有"];

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    items(context, sink);
    empty_tables(context, sink);
    for (fund, finder) in FUNDS.iter().zip(&NAMES.0) {
        let mut tables = None;
        for at in places(context, finder) {
            let Some((clause, _)) = says_none(context, at, fund, &REST) else {
                continue;
            };
            let filled = tables.get_or_insert_with(|| filled(context, fund));
            if let Some((table, cell)) = filled {
                tell(context, clause, table, *cell, sink);
            }
        }
    }
}

/// Where a name stands in paragraphs that may say that there is none of it.
fn places<'c>(
    context: &'c Context<'_>,
    name: &'c Finder<'_>,
) -> impl Iterator<Item = usize> + use<'c> {
    let prose = context.prose.iter().filter(|it| it.has(Clue::Nothing));
    prose.flat_map(|it| {
        let start = it.range.start() as usize;
        let found = name.find_iter(it.text.as_bytes());
        found.map(move |at| start + at)
    })
}

/// The paragraph at an offset.
fn prose_at<'c, 'd>(context: &'c Context<'d>, at: usize) -> Option<&'c Prose<'d>> {
    let place = text::offset(at);
    let prose = context.prose.partition_point(|it| it.range.end() <= place);
    let prose = context.prose.get(prose)?;
    prose
        .range
        .contains(TextRange::empty(place))
        .then_some(prose)
}

/// The clause that says that there is none of what is named at an offset, and who has none.
fn says_none<'d>(
    context: &Context<'d>,
    at: usize,
    fund: &str,
    may_follow: &[&str],
) -> Option<(TextRange, &'d str)> {
    let place = text::offset(at);
    let prose = prose_at(context, at)?;
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
    while let Some(next) = may_follow.iter().find_map(|word| left.strip_prefix(word)) {
        left = next.trim_start();
    }
    // Of what comes in alone it may be true: what was carried over is spent.
    let spent = rest.contains("支") || !rest.contains("收入");
    let start = place.checked_sub(text::offset(lead.len()))?;
    let clause = TextRange::new(start, place + text::offset(fund.len() + end));
    (left.is_empty() && spent).then_some((clause, none))
}

/// 未安排公务接待费, and the table of “三公” has some.
fn items(context: &Context<'_>, sink: &mut Sink<'_>) {
    let mut told_at = 0;
    for (at, item) in mentions(context) {
        if at < told_at {
            continue;
        }
        told_at = at + item.len();
        let Some((clause, who)) = says_none(context, at, item, &ITEM_REST) else {
            continue;
        };
        // Of a settlement it is said of what was spent, not of what was planned.
        let settles = context.template.kind == DisclosureKind::FinalAccounts;
        let planned = context.text(clause).contains("安排");
        let under = prose_at(context, at).and_then(|it| it.heading);
        let other = under.and_then(|id| context.heading(id)).is_some_and(|it| {
            FUNDS
                .iter()
                .any(|fund| context.text(it.heading.text).contains(fund))
        });
        if other || settles && planned || NARROWER.iter().any(|word| who.contains(word)) {
            continue;
        }
        if let Some((table, cell)) = filled_item(context, item) {
            tell(context, clause, &table, cell, sink);
        }
    }
}

/// Where the items of “三公” are named and may be said to be none, in order; of two names the longer.
fn mentions(context: &Context<'_>) -> Vec<(usize, &'static str)> {
    let places = NAMES.1.iter().flat_map(|name| places(context, name));
    let item = |at: usize| {
        let rest = context.document.text.get(at..)?;
        Some((at, *ITEMS.iter().find(|item| rest.starts_with(**item))?))
    };
    let mut found: Vec<(usize, &'static str)> = places.filter_map(item).collect();
    found.sort_unstable();
    found
}

/// Whether a label is that of an item: 购置费 isn't 购置及运行费.
fn is_item(label: &str, item: &str) -> bool {
    let label = name::normalize(label.rsplit('/').next().unwrap_or(label));
    let item = name::normalize(item);
    let both = label.contains("及运行") || label.contains("和运行");
    let rest = label
        .find(&*item)
        .and_then(|at| label.get(at + item.len()..));
    rest.is_some() && both == item.contains("及运行")
}

/// The table of “三公” with the cell of an item that isn't empty.
fn filled_item<'d>(context: &Context<'d>, item: &str) -> Option<(TableAt<'d>, TextRange)> {
    context.tables().find_map(|at| {
        if !title(context, &at)?.contains("三公") || at.table.missing.any() {
            return None;
        }
        let cell = at.table.grids.iter().find_map(|grid| {
            let settled = grid
                .columns
                .iter()
                .any(|column| context.text(column.name).contains("决算"));
            let spent = |column: &Column| {
                let name = context.text(column.name);
                let other = ["上年", "增减", "比"]
                    .iter()
                    .any(|word| name.contains(word))
                    || is_of_another_year(context, name)
                    || settled && name.contains("预算");
                column.kind == ColumnKind::Amount && !other
            };
            let rows = grid.rows.iter().enumerate().filter(|(_, row)| {
                !matches!(row.role, RowRole::ColumnNumbers | RowRole::RepeatedHeader)
            });
            for (at, row) in rows {
                let of_row = is_item(context.text(row.label), item);
                for (number, column) in grid.columns.iter().enumerate().filter(|it| spent(it.1)) {
                    let of_column = is_item(context.text(column.name), item);
                    if let Some(cell) = grid.cell(at, number)
                        && (of_row || of_column)
                        && is_filled(cell.value)
                    {
                        return Some(cell.range);
                    }
                }
            }
            None
        })?;
        Some((at, cell))
    })
}

fn is_filled(value: Value) -> bool {
    matches!(value, Value::Number(number) if !number.amount.is_zero())
}

/// The title of a table, reduced.
fn title(context: &Context<'_>, at: &TableAt<'_>) -> Option<String> {
    let heading = at.table.heading.and_then(|id| context.document.heading(id));
    let heading = heading.map(|it| context.text(it.text));
    let title = at.spec.map(|spec| spec.title.as_str()).or(heading)?;
    Some(name::normalize(title).into_owned())
}

/// 政府性基金预算支出情况表为空表, and it isn't; 本表为空表 below a table.
fn empty_tables(context: &Context<'_>, sink: &mut Sink<'_>) {
    for at in memmem::find_iter(context.document.text.as_bytes(), "为空表") {
        let Some(prose) = prose_at(context, at) else {
            continue;
        };
        let before = at
            .checked_sub(prose.range.start() as usize)
            .and_then(|inside| prose.text.get(..inside));
        let sentence = before.and_then(|it| it.rsplit(['。', '；', ';', '\n', '！']).next());
        let Some(sentence) = sentence else { continue };
        let clause = sentence
            .rsplit(['，', ',', '：', ':'])
            .next()
            .unwrap_or(sentence);
        // That there is none of a fund is told of the same sentence.
        let told = FUNDS.iter().any(|fund| {
            let lead = sentence.strip_suffix(clause).unwrap_or_default();
            lead.contains(fund) && NONE.iter().any(|none| lead.contains(none))
        });
        let other = OTHERS.iter().any(|word| sentence.contains(word));
        if told || other || is_of_another_year(context, clause) {
            continue;
        }
        let name = name::normalize(clause.trim()).into_owned();
        let named = |at: &TableAt<'_>| match &*name {
            "本表" | "此表" | "该表" => at.table.heading == prose.heading,
            // Its own name, with the body's and the year before it or not.
            name => title(context, at).is_some_and(|title| {
                let title = title.trim_start_matches(|c: char| {
                    !c.is_alphabetic() || "表附件一二三四五六七八九十".contains(c)
                });
                let title = drop_years(title);
                title.chars().count() > 4 && drop_years(name).ends_with(&*title)
            }),
        };
        let mut found = context.tables().filter(named);
        let (Some(table), None) = (found.next(), found.next()) else {
            continue;
        };
        let own = table.spec.is_some_and(|spec| spec.empty_note.is_some());
        let grids = table.table.grids.iter();
        let columns = grids.flat_map(|grid| {
            let amounts = (0..)
                .zip(&grid.columns)
                .filter(|it| it.1.kind == ColumnKind::Amount)
                .map(|it| it.0);
            let amounts: Vec<usize> = amounts.collect();
            let rows = 0..grid.rows.len();
            rows.flat_map(move |row| {
                let cells = amounts
                    .iter()
                    .filter_map(move |column| grid.cell(row, *column));
                cells.collect::<Vec<_>>()
            })
        });
        let mut filled = columns.filter(|cell| is_filled(cell.value));
        if let Some(cell) = filled.next().filter(|_| !own && !table.table.missing.any()) {
            let start = text::offset(at - clause.trim_start().len());
            let clause = TextRange::new(start, text::offset(at + "为空表".len()));
            tell(context, clause, &table, cell.range, sink);
        }
    }
}

/// Without the years in it.
fn drop_years(title: &str) -> String {
    let mut out = String::new();
    let mut rest = title;
    while let Some(at) = rest.find('年') {
        let (head, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let kept = head.trim_end_matches(|c: char| c.is_ascii_digit());
        out.push_str(kept);
        if kept.len() == head.len() {
            out.push('年');
        }
        rest = tail.trim_start_matches('年').trim_start_matches('度');
    }
    out + rest
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
        let title = title(context, &at)?;
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
