//! Lists of what stands below something that is named with its money: 公用经费 180 万元，包括：办公费、印刷费;
//! 教育支出（类）60 万元，用于：学前教育、小学教育.

use std::sync::LazyLock;

use budget_catalog::{Classification, Spelling, name};
use budget_model::prose::Spending;
use budget_syntax::TextRange;
use memchr::memmem::Finder;
use rustc_hash::FxHashMap;

use super::{Row, columns, is_filled, tell};
use crate::accounts::is_near;
use crate::context::{Context, GridAt, Prose};
use crate::engine::Sink;
use crate::text;

/// What leads to a list.
static LEADS: LazyLock<[Finder<'_>; 3]> =
    LazyLock::new(|| ["包括", "包含", "用于"].map(Finder::new));

/// Words that make the head another one.
const OTHERS: [&str; 14] = [
    "项目",
    "上年",
    "去年",
    "所属",
    "下属",
    "三公",
    "机关运行",
    "政府性基金",
    "采购",
    "其他资金",
    "单位资金",
    "结转",
    "人均",
    "定额",
];

/// Words of headings under which 公用经费 is another.
const HEADINGS: [&str; 7] = [
    "机关运行",
    "采购",
    "三公",
    "政府性基金",
    "结转",
    "绩效",
    "项目支出",
];

/// Bytes of a sentence before a list, and of a list, that are read.
const REACH: usize = 4000;

/// Words between the head and its list that say nothing else.
const BETWEEN: [&str; 22] = [
    "万元",
    "亿元",
    "元",
    "预算数",
    "决算数",
    "执行数",
    "预算",
    "决算",
    "基本支出",
    "支出",
    "合计",
    "共计",
    "安排",
    "全部",
    "其中",
    "占",
    "为",
    "的",
    "共",
    "数",
    "，",
    ",",
];

/// A named account's own words at the end of a head.
const MARKS: [(&str, usize); 4] = [("（类）", 3), ("(类)", 3), ("（款）", 5), ("(款)", 5)];

/// What a list is of.
struct Head<'t> {
    /// As it is called.
    name: &'t str,
    of: Of,
}

enum Of {
    /// 人员经费, or 公用经费: 款 of the economic classification.
    Economic { staff: bool },
    /// What stands below a 类 or 款.
    Account { key: String, length: usize },
}

/// The rows that lists of one head are compared with, and what their first table is called; read once.
pub(super) type Known<'d> = FxHashMap<(Spending, String), Option<(Vec<Row<'d>>, String)>>;

/// An item of a list.
struct Item {
    key: String,
    place: TextRange,
    /// Money stands after it.
    numbered: bool,
}

pub(super) fn check_paragraph<'d>(
    context: &Context<'d>,
    prose: &Prose<'_>,
    known: &mut Known<'d>,
    sink: &mut Sink<'_>,
) {
    for word in &*LEADS {
        for at in word.find_iter(prose.text.as_bytes()) {
            let (before, rest) = prose.text.split_at_checked(at).unwrap_or_default();
            if before.ends_with("主要") {
                continue;
            }
            let rest = rest.get(word.needle().len()..).unwrap_or_default();
            let rest = rest.strip_prefix(['：', ':']).unwrap_or(rest);
            let near = before.floor_char_boundary(before.len().saturating_sub(REACH / 8));
            let before = before.get(near..).unwrap_or_default();
            // A sentence that a page break cuts isn't whole.
            let reach = rest.get(..rest.floor_char_boundary(REACH)).unwrap_or(rest);
            let Some(end) = reach.find(['。', '；', ';', '\n']) else {
                continue;
            };
            let (list, mark) = rest.split_at_checked(end).unwrap_or_default();
            let open = mark.starts_with('\n') || list.contains('等') || list.contains("其他费用");
            if open {
                continue;
            }
            let sentence = before
                .rsplit(['。', '；', ';', '\n'])
                .next()
                .unwrap_or_default();
            let start = prose.range.start() + text::offset(prose.text.len() - rest.len());
            if let Some(head) = head(context, sentence)
                && is_about_spending(context, prose)
            {
                check_list(
                    context,
                    (prose, sentence),
                    &head,
                    (list, start),
                    known,
                    sink,
                );
            }
        }
    }
}

/// Whether no heading says that it is another thing: 机关运行经费, 政府采购.
fn is_about_spending(context: &Context<'_>, prose: &Prose<'_>) -> bool {
    let Some(heading) = prose.heading else {
        return true;
    };
    let mut above = context.document.ancestors(heading);
    above.all(|(_, it)| {
        let title = context.document.slice(it.text);
        !HEADINGS.iter().any(|word| title.contains(word))
    })
}

/// What stands before a list, with its money.
fn head<'t>(context: &Context<'_>, sentence: &'t str) -> Option<Head<'t>> {
    // What all of them have, and most sentences lack.
    let (has_economic, has_marked) = (sentence.contains("经费"), sentence.contains(['类', '款']));
    if !has_economic && !has_marked {
        return None;
    }
    let economic = [("人员经费", true), ("公用经费", false)];
    let economic = economic
        .iter()
        .filter(|it| has_economic && sentence.contains(it.0));
    let economic =
        economic.filter_map(|(word, staff)| Some((sentence.rfind(word)?, *word, *staff)));
    let economic = economic.max_by_key(|it| it.0);
    let marked = MARKS
        .iter()
        .filter(|it| has_marked && sentence.contains(it.0));
    let marked = marked.filter_map(|(word, length)| Some((sentence.rfind(word)?, *word, *length)));
    let marked = marked.max_by_key(|it| it.0);
    if economic.is_none() && marked.is_none() {
        return None;
    }
    let year = context.document.front.year.map(|year| year.to_string());
    let other_year = sentence.split('年').any(|before| {
        let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let own = before.get(before.len() - digits..).unwrap_or_default();
        digits == 4 && sentence.contains(&format!("{own}年")) && year.as_deref() != Some(own)
    });
    if other_year || OTHERS.iter().any(|word| sentence.contains(word)) {
        return None;
    }
    let is_economic = economic.map(|it| it.0) > marked.map(|it| it.0);
    let (at, word) = match is_economic {
        true => economic.map(|it| (it.0, it.1))?,
        false => marked.map(|it| (it.0, it.1))?,
    };
    let (before, after) = sentence.split_at_checked(at)?;
    let after = after.strip_prefix(word)?;
    if !is_only_money(after) {
        return None;
    }
    if let Some((_, name, staff)) = economic.filter(|_| is_economic) {
        let of = Of::Economic { staff };
        return Some(Head { name, of });
    }
    let (_, _, length) = marked?;
    let from = before.rfind(['，', ',', '：', ':', '、', '.', ' ', '“']);
    let from = from.map_or(0, |at| at + before.get(at..).map_or(0, first));
    let above = MARKS
        .iter()
        .filter_map(|(mark, _)| Some(before.rfind(mark)? + mark.len()));
    let from = above.fold(from, usize::max);
    let own = before.get(from..)?;
    let key = name::normalize_account(own).into_owned();
    let name = sentence.get(from..at + word.len())?;
    (!key.is_empty()).then_some(Head {
        name,
        of: Of::Account { key, length },
    })
}

/// Bytes of the first character.
fn first(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// Whether words are an amount, perhaps its share, and nothing else.
fn is_only_money(words: &str) -> bool {
    let mut rest: String = words.split_whitespace().collect();
    let stated = rest.contains('元') && rest.contains(|c: char| c.is_ascii_digit());
    for word in BETWEEN {
        if rest.contains(word) {
            rest = rest.replace(word, "");
        }
    }
    stated
        && rest
            .chars()
            .all(|c| c.is_ascii_digit() || ".%％：:".contains(c))
}

fn check_list<'d>(
    context: &Context<'d>,
    (prose, sentence): (&Prose<'_>, &str),
    head: &Head<'_>,
    (list, start): (&str, u32),
    known: &mut Known<'d>,
    sink: &mut Sink<'_>,
) {
    let items = items(list, start);
    let named = |of: Classification, length: usize, prefix: &str| {
        let codes = context.document.catalog.codes(of);
        items.iter().all(|item| {
            let mut named = codes.named(&item.key);
            named.any(|it| it.code.len() == length && it.code.starts_with(prefix))
        })
    };
    if items.len() < 2 {
        return;
    }
    let found = match &head.of {
        Of::Economic { staff } if named(Classification::Economic, 5, "3") => {
            let key = (Spending::basic(), format!("economic {staff}"));
            let is_own = |code: &str| code.len() == 5 && is_staff(code) == Some(*staff);
            known
                .entry(key)
                .or_insert_with(|| rows(context, Spending::basic(), &is_own))
        }
        Of::Economic { .. } => return,
        Of::Account { key, length } => {
            let Some(spending) = Spending::of(context.document, prose.heading, sentence) else {
                return;
            };
            let below = [5, 7].into_iter().filter(|it| it > length);
            let mut below = below.filter(|length| named(Classification::Functional, *length, "2"));
            let Some(below) = below.next() else { return };
            let own = (spending, format!("{key} {length} {below}"));
            known.entry(own).or_insert_with(|| {
                let code = code_of(context, spending, key, *length)?;
                let is_below = |own: &str| own.len() == below && own.starts_with(&*code);
                rows(context, spending, &is_below)
            })
        }
    };
    let Some((rows, table)) = found else { return };
    let filled = || rows.iter().filter(|row| row.filled);
    let has = |key: &str| filled().any(|row| row.name == key);
    let listed = items.iter().filter(|item| has(&item.key)).count();
    // Most of it agrees, or it is a list of something else.
    if listed < 2 || listed * 2 < items.len() {
        return;
    }
    let near = |row: &Row<'_>| {
        let own = Spelling::new(&row.name);
        items
            .iter()
            .any(|item| item.key == row.name || is_near(&own, &Spelling::new(&item.key)))
    };
    let mut lacking: Vec<&Row<'_>> = filled().filter(|row| !near(row)).collect();
    lacking.dedup_by(|a, b| a.name == b.name);
    // What leaves out much is no list of all.
    if lacking.len() * 3 > filled().count() {
        lacking.clear();
    }
    // Those of 人员经费 are listed as every body lists them, with money or without.
    let economic = matches!(head.of, Of::Economic { .. });
    let vain = items
        .iter()
        .filter(|item| !has(&item.key) && (item.numbered || !economic));
    let vain: Vec<(&str, TextRange)> = vain.map(|it| (&*it.key, it.place)).collect();
    let whole = TextRange::new(start, start + text::offset(list.trim_end().len()));
    tell(
        context,
        (head.name, table),
        whole,
        &lacking,
        &vain,
        rows,
        sink,
    );
}

fn items(list: &str, start: u32) -> Vec<Item> {
    let mut found = Vec::new();
    let mut at = start;
    for piece in list.split_inclusive(['、', '，', ',']) {
        let item = piece.trim_end_matches(['、', '，', ',']);
        let own = item.trim_start();
        let lead = text::offset(item.len() - own.len());
        let end = own.find(|c: char| c.is_ascii_digit()).unwrap_or(own.len());
        let written = own.get(..end).unwrap_or_default().trim_end();
        let marks = ["（款）", "(款)", "（项）", "(项)"];
        let bare = marks.iter().find_map(|mark| written.strip_suffix(mark));
        let place = TextRange::new(at + lead, at + lead + text::offset(written.len()));
        let numbered = own
            .get(end..)
            .is_some_and(|rest| rest.contains(|c| ('1'..='9').contains(&c)));
        at += text::offset(piece.len());
        found.push(Item {
            key: name::normalize_account(bare.unwrap_or(written)).into_owned(),
            place,
            numbered,
        });
    }
    found
}

/// Whether a 款 of the economic classification is 人员经费; none if it is neither.
fn is_staff(code: &str) -> Option<bool> {
    match code.get(..3)? {
        "301" | "303" => Some(true),
        "302" | "310" => Some(false),
        _ => None,
    }
}

/// The rows of the tables of one kind whose codes are wanted; none where tables differ or it isn't known what has
/// money.
fn rows<'d>(
    context: &Context<'d>,
    spending: Spending,
    wanted: &dyn Fn(&str) -> bool,
) -> Option<(Vec<Row<'d>>, String)> {
    let mut all: Option<(Vec<Row<'d>>, String)> = None;
    for index in spending.tables(context.document) {
        let table = context.table(index)?;
        if table.table.missing.any() {
            return None;
        }
        let mut found: Vec<Row<'d>> = Vec::new();
        for grid in table.grids() {
            let columns = columns(context, grid.grid);
            for at in grid.rows() {
                let code = at.row.code.as_deref().filter(|code| wanted(code));
                if code.is_none() || at.row.project.is_some() {
                    continue;
                }
                let label = context.text(at.row.label);
                found.push(Row {
                    name: name::normalize_account(label).into_owned(),
                    label,
                    place: at.row.label,
                    filled: is_filled(at, &columns)?,
                });
            }
        }
        let filled = |rows: &[Row<'_>]| {
            let rows = rows.iter().filter(|row| row.filled);
            let mut names: Vec<String> = rows.map(|row| row.name.clone()).collect();
            names.sort_unstable();
            names
        };
        match &all {
            _ if found.is_empty() => {}
            Some((before, _)) if filled(before) != filled(&found) => return None,
            Some(_) => {}
            None => all = Some((found, table.name(context.document).into_owned())),
        }
    }
    all
}

/// The one code of that length that tables give a name.
fn code_of(context: &Context<'_>, spending: Spending, key: &str, length: usize) -> Option<String> {
    let mut found: Option<&str> = None;
    for index in spending.tables(context.document) {
        for at in context.table(index)?.grids().flat_map(GridAt::rows) {
            let code = at.row.code.as_deref().filter(|code| code.len() == length);
            if let Some(code) = code
                && name::normalize_account(context.text(at.row.label)) == key
            {
                if found.is_some_and(|before| before != code) {
                    return None;
                }
                found = Some(code);
            }
        }
    }
    found.map(str::to_owned)
}
