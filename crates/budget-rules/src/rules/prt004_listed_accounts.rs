//! PRT004: 支出预算包括：… lists accounts, and the table has others with money, or none for one that is listed.
//!
//! Only where every name is an account as the tables print it, and the sentence is whole.

mod below;

use std::sync::LazyLock;

use budget_catalog::{Classification, name, template::ColumnKind};
use budget_model::{Column, Grid, Value, prose::Spending};
use budget_syntax::TextRange;
use memchr::memmem::Finder;
use rustc_hash::FxHashMap;

use crate::Severity;
use crate::clues::Clue;
use crate::context::{Context, Prose, RowAt};
use crate::detail::TextFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Fixable, Rule};
use crate::text;

pub(crate) const RULE: Rule = Rule {
    code: "PRT004",
    slug: "listed-accounts",
    name: "所列科目与表中不一致",
    group: "文表",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/PRT004-listed-accounts.md"),
    check: Check::Document(check),
    indifferent_to: &[],
};

/// What leads to a list.
static CONSISTS: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("包括"));

/// What a list of all that is spent is led by.
const HEADS: [&str; 5] = ["支出", "支出预算", "支出决算", "支出总预算", "支出安排"];

/// Words that make it a list of something else.
const OTHERS: [&str; 14] = [
    "项目", "基本", "主要", "其中", "三公", "上年", "去年", "经费", "下属", "所属", "收入", "结转",
    "其他", "占",
];

/// A 类 of a table.
struct Row<'d> {
    name: String,
    label: &'d str,
    place: TextRange,
    /// Whether it has money.
    filled: bool,
}

/// The 类 of the tables of one kind, and what the first of these is called.
type Listed<'d> = (Vec<Row<'d>>, String);

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    // Tables are read once, however many lists there are.
    let mut known = FxHashMap::default();
    let mut below = below::Known::default();
    let lists = context.prose.iter().filter(|it| it.has(Clue::List));
    lists.for_each(|prose| {
        check_paragraph(context, prose, &mut known, sink);
        below::check_paragraph(context, prose, &mut below, sink);
    });
}

fn check_paragraph<'d>(
    context: &Context<'d>,
    prose: &Prose<'_>,
    known: &mut FxHashMap<Spending, Option<Listed<'d>>>,
    sink: &mut Sink<'_>,
) {
    for at in CONSISTS.find_iter(prose.text.as_bytes()) {
        let rest = prose.text.get(at + CONSISTS.needle().len()..);
        let rest = rest.unwrap_or_default();
        let Some(rest) = rest.strip_prefix(['：', ':']) else {
            continue;
        };
        // A sentence that a page break cuts isn't whole.
        let Some((list, _)) = rest.split_once('。').filter(|it| !it.0.contains('\n')) else {
            continue;
        };
        let before = prose.text.get(..at).unwrap_or_default();
        let head = before.rsplit(['。', '；', ';', '，', ',', '\n', '：', ':']);
        let head = head.map(str::trim).next().unwrap_or_default();
        let is_all = HEADS.iter().any(|end| head.ends_with(end))
            && !OTHERS.iter().any(|word| head.contains(word));
        let start = prose.range.start() + text::offset(prose.text.len() - rest.len());
        if is_all
            && let Some(names) = names(context, list, start)
            && let Some(spending) = Spending::of(context.document, prose.heading, head)
            && let Some(listed) = known
                .entry(spending)
                .or_insert_with(|| listed(context, spending))
        {
            let whole = TextRange::new(start, start + text::offset(list.trim_end().len()));
            compare(context, head, whole, &names, listed, sink);
        }
    }
}

/// The 类 that a list names, each with its place; none where a name is no 类.
fn names(context: &Context<'_>, list: &str, start: u32) -> Option<Vec<(String, TextRange)>> {
    let numbered = list.contains("万元") || list.contains('元');
    let mut found: Vec<(String, TextRange)> = Vec::new();
    let mut at = start;
    for piece in list.split_inclusive(['、', '；', ';', '，', ',']) {
        let item = piece.trim_end_matches(['、', '；', ';', '，', ',']);
        let own = item.trim_start();
        let lead = text::offset(item.len() - own.len());
        let end = own.find(|c: char| c.is_ascii_digit()).unwrap_or(own.len());
        let written = own.get(..end).unwrap_or_default().trim_end();
        let key = name::normalize_account(written);
        let from = at + lead;
        at += text::offset(piece.len());
        if is_class(context, &key) {
            let range = TextRange::new(from, from + text::offset(written.len()));
            found.push((key.into_owned(), range));
        } else if !numbered || end < own.len() && !written.is_empty() {
            // What a number follows, or stands in a list of names alone, is named as an account.
            return None;
        }
    }
    let open = list.trim_end().ends_with('等') || list.contains("万元等");
    (found.len() > 1 && !open).then_some(found)
}

fn is_class(context: &Context<'_>, key: &str) -> bool {
    let codes = context.document.catalog.codes(Classification::Functional);
    let mut named = codes.named(key);
    named.any(|entry| entry.code.len() == 3)
}

/// The 类 that the tables of one kind print; none where that isn't known, or they say different things: each may be
/// meant then.
fn listed<'d>(context: &Context<'d>, spending: Spending) -> Option<Listed<'d>> {
    let mut all: Option<Listed<'d>> = None;
    let filled = |rows: &[Row<'_>]| {
        let rows = rows.iter().filter(|row| row.filled);
        let mut names: Vec<String> = rows.map(|row| row.name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    for index in spending.tables(context.document) {
        let rows = classes(context, index)?;
        if rows.is_empty() {
            continue;
        }
        match &all {
            Some((before, _)) if filled(before) != filled(&rows) => return None,
            Some(_) => {}
            None => {
                let table = context.table(index);
                let table = table.map(|it| it.name(context.document).into_owned());
                all = Some((rows, table.unwrap_or_default()));
            }
        }
    }
    all
}

/// What a list leaves out, and what it names for nothing.
fn compare(
    context: &Context<'_>,
    head: &str,
    whole: TextRange,
    names: &[(String, TextRange)],
    (rows, table): &Listed<'_>,
    sink: &mut Sink<'_>,
) {
    let has = |name: &str| rows.iter().any(|row| row.filled && row.name == name);
    let known = names.iter().filter(|(name, _)| has(name)).count();
    // Most of it agrees, or it is a list of something else.
    if known * 2 < names.len() || known < 2 && names.len() > 2 {
        return;
    }
    let listed = |row: &&Row<'_>| names.iter().any(|(name, _)| *name == row.name);
    let mut lacking: Vec<&Row<'_>> = Vec::new();
    for row in rows.iter().filter(|row| row.filled && !listed(row)) {
        if !lacking.iter().any(|it| it.name == row.name) {
            lacking.push(row);
        }
    }
    let vain = names.iter().filter(|(name, _)| !has(name));
    let vain: Vec<(&str, TextRange)> = vain.map(|it| (it.0.as_str(), it.1)).collect();
    tell(context, (head, table), whole, &lacking, &vain, rows, sink);
}

/// What a list lacks, and what it names in vain.
fn tell(
    context: &Context<'_>,
    (head, table): (&str, &str),
    whole: TextRange,
    lacking: &[&Row<'_>],
    vain: &[(&str, TextRange)],
    rows: &[Row<'_>],
    sink: &mut Sink<'_>,
) {
    for row in lacking {
        let detail = Detail::Text(TextFault::NotListed {
            account: row.label.to_owned(),
            head: head.split_whitespace().collect(),
            table: table.to_owned(),
        });
        sink.report(whole, Subject::default(), detail)
            .relate(row.place, "表中有数的科目");
    }
    for (name, place) in vain {
        let detail = Detail::Text(TextFault::ListedInVain {
            account: context.text(*place).split_whitespace().collect(),
            table: table.to_owned(),
        });
        let found = sink.report(*place, Subject::default(), detail);
        if let Some(row) = rows.iter().find(|row| row.name == *name) {
            found.relate(row.place, "表中的科目，没有数");
        }
    }
}

/// The 类 of a table's rows; none where it isn't known which have money.
fn classes<'d>(context: &Context<'d>, index: usize) -> Option<Vec<Row<'d>>> {
    let table = context.table(index)?;
    if table.table.missing.any() {
        return None;
    }
    let mut found: Vec<Row<'d>> = Vec::new();
    for grid in table.grids() {
        let columns = columns(context, grid.grid);
        for at in grid.rows() {
            let label = context.text(at.row.label);
            if label.is_empty() {
                continue;
            }
            let key = name::normalize_account(label);
            if !is_class(context, &key) {
                continue;
            }
            let filled = is_filled(at, &columns)?;
            found.push(Row {
                name: key.into_owned(),
                label,
                place: at.row.label,
                filled,
            });
        }
    }
    Some(found)
}

/// The columns of a grid that have money of this year.
fn columns(context: &Context<'_>, grid: &Grid) -> Vec<usize> {
    let own = context.document.front.year.map(|year| format!("{year}年"));
    let is_own = |column: &Column| {
        let name = context.text(column.name);
        let year = name.contains('年')
            && name.contains(|c: char| c.is_ascii_digit())
            && own.as_ref().is_none_or(|own| !name.contains(own.as_str()));
        let others = ["上年", "结转", "结余", "增减"];
        column.kind == ColumnKind::Amount && !year && !others.iter().any(|word| name.contains(word))
    };
    let columns = grid.columns.iter().enumerate();
    columns.filter(|it| is_own(it.1)).map(|it| it.0).collect()
}

/// Whether a row has money in one of the columns; none where that isn't known.
fn is_filled(row: RowAt<'_>, columns: &[usize]) -> Option<bool> {
    let mut filled = false;
    for cell in columns.iter().filter_map(|column| row.cell(*column)) {
        match cell.cell.value {
            Value::Number(number) => filled |= !number.amount.is_zero(),
            Value::Derived | Value::Slot | Value::Hole => return None,
            _ => {}
        }
    }
    Some(filled)
}
