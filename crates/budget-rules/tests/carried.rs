//! A version of a document that takes over what an earlier one left is checked to the same end as one read afresh.
#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{fs, path::Path, sync::Arc};

use budget_catalog::Catalog;
use budget_model::{
    Document,
    document::{Reading, Siblings},
    relation::{Collect, Tolerance},
};
use budget_rules::{Report, check};

/// A small generator of numbers that look random: what fails can be run again by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.roll(all.len())]
    }
}

/// What an author may type, or paste.
const PIECES: &[&str] = &[
    "1",
    "0",
    ".",
    "-",
    "2",
    "元",
    "万",
    "|",
    "｜",
    " | ",
    "\n",
    "\n\n",
    "# ",
    "## ",
    "- ",
    "、",
    "，",
    "。",
    "；",
    "：",
    "（",
    "）",
    "其中：",
    "包括",
    "主要原因是",
    "增加",
    "下降",
    "比上年增加 1 万元，增长 5%",
    "合计",
    "总计",
    "基本支出",
    "项目支出",
    "人员经费",
    "2018年",
    "上年",
    "项目名称：",
    "\n\n项目名称：某改造项目\n\n",
    "由上年的 5 万元",
    "比上年减少 2 万元，减少到 3 万元",
    "，总价值 3 万元",
    "比上年增加 2 辆，",
    "\n\n资金分配情况：办公费 3 万元，差旅费 2 万元。\n\n",
    "\n\n1.某某工作\n\n",
    "支出 5 万元，包括：\n\n",
    "分别占 60%、40%",
    "办公费、差旅费分别为 3 万元、2 万元",
    "其中，办公费中，",
    "=",
    "待填",
    "{表三.合计.合计}",
    "{表一.合计}",
    "{",
    "}",
    "<!-- 转换缺失: 明细 -->",
    "<!-- 另附 -->",
    "<!-- 忽略本节 STR001: 已核 -->",
    "<!--",
    "-->",
    "201",
    "2010301",
    "行政运行",
    "一般公共服务支出",
    "其中",
    "单位：元",
    "占",
    "3 辆",
    "空表",
    "\r\n",
    "\u{3000}",
    "𠮷",
];

/// One edit of a line that is drawn, or of several.
fn edit(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if lines.is_empty() {
        return PIECES[0].to_owned();
    }
    let wanted: fn(&str) -> bool = match dice.roll(8) {
        0..=2 => |line| line.starts_with('|') && line.contains('.'),
        3 | 4 => |line| !line.starts_with('|') && line.contains("万元"),
        5 => |line| line.starts_with('#'),
        _ => |_| true,
    };
    let fitting: Vec<usize> = (0..lines.len()).filter(|at| wanted(&lines[*at])).collect();
    let at = match fitting.is_empty() {
        true => dice.roll(lines.len()),
        false => *dice.of(&fitting),
    };
    let line = lines[at].clone();
    let place = line.floor_char_boundary(dice.roll(line.len() + 1));
    let rest = &line[place..];
    let next = rest.chars().next().map_or(0, char::len_utf8);
    let digits: Vec<usize> = line
        .match_indices(|c: char| c.is_ascii_digit())
        .map(|it| it.0)
        .collect();
    match dice.roll(12) {
        0..=4 if !digits.is_empty() => {
            let digit = *dice.of(&digits);
            let new = ["", "1", "7", "00", "."][dice.roll(5)];
            let end = digit + dice.roll(2);
            lines[at] = format!("{}{new}{}", &line[..digit], &line[end..]);
        }
        0..=6 => lines[at] = format!("{}{}{rest}", &line[..place], dice.of(PIECES)),
        7 => lines[at] = format!("{}{}", &line[..place], &rest[next..]),
        8 => drop(lines.remove(at)),
        9 => lines.insert(at, line),
        10 => {
            let other = dice.roll(lines.len());
            lines.swap(at, other);
        }
        _ => {
            let from = dice.roll(lines.len());
            let part: Vec<String> = lines[from..]
                .iter()
                .take(1 + dice.roll(8))
                .cloned()
                .collect();
            lines.splice(at..at, part);
        }
    }
    lines.concat()
}

fn read(text: &str, before: Option<&Document>) -> Document {
    let reading = Reading {
        before,
        ..Reading::default()
    };
    Document::read(Arc::from(text), Arc::clone(Catalog::builtin()), reading)
}

/// Two readings and their checks are the same, told by what differs first.
fn agree(text: &str, (document, report): (&Document, &Report), fresh: &Document, context: &str) {
    let same = |is: bool, what: &str| assert!(is, "{context}: {what} differ in\n{text}");
    same(document.parse == fresh.parse, "trees");
    same(document.tables == fresh.tables, "tables");
    same(document.terms == fresh.terms, "terms");
    same(document.marks == fresh.marks, "marks");
    same(document.suppressions == fresh.suppressions, "suppressions");
    let other = check(fresh, Collect::Broken);
    let (own, other_ledger) = (&report.ledger, &other.ledger);
    same(own.prose.narrative == other_ledger.prose.narrative, "facts");
    same(
        own.prose.relations == other_ledger.prose.relations,
        "relations of the narrative",
    );
    same(own.counts == other_ledger.counts, "outcomes");
    same(own.broken == other_ledger.broken, "broken relations");
    same(own.blames == other_ledger.blames, "blames");
    same(own == other_ledger, "ledgers");
    same(report.findings == other.findings, "findings");
    same(
        report.suppressed.len() == other.suppressed.len(),
        "waived findings",
    );
    same(report.echoes() == other.echoes(), "echoes");
}

/// Edits of a text one after the other, each version with what the one before left; some are never checked.
fn edits(name: &str, text: &str, seed: u64, count: usize) {
    let mut dice = Dice(seed);
    let mut own = text.to_owned();
    let mut document = read(text, None);
    check(&document, Collect::Broken);
    for step in 0..count {
        own = match dice.roll(10) {
            // All is taken back: else no sentence would be left whole in the end.
            0 => text.to_owned(),
            _ => edit(&own, &mut dice),
        };
        let next = read(&own, Some(&document));
        document = next;
        if dice.roll(8) == 0 {
            continue;
        }
        let report = check(&document, Collect::Broken);
        let context = format!("{name}, edit {step} of seed {seed}");
        agree(&own, (&document, &report), &read(&own, None), &context);
    }
}

/// How many edits: more by `BUDGET_EDITS`.
fn count(usual: usize) -> usize {
    let more = std::env::var("BUDGET_EDITS").ok();
    more.and_then(|more| more.parse().ok()).unwrap_or(usual)
}

fn corpus(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn edits_of_a_small_disclosure() {
    for seed in 0..2 {
        edits("small", SMALL, seed, count(250));
    }
}

#[test]
fn edits_of_a_small_disclosure_without_slots() {
    let text = SMALL
        .replace("{表三.合计.项目支出}", "400.00")
        .replace("| = |", "| 200.00 |");
    for seed in 2..4 {
        edits("typed", &text, seed, count(250));
    }
}

/// What comes in and what goes out stand side by side in one block: two grids.
#[test]
fn edits_of_a_table_of_two_halves() {
    for seed in 5..7 {
        edits("halves", HALVES, seed, count(120));
    }
}

/// A number in the second half of a block is one of its cells too.
#[test]
fn the_second_half_of_a_block_is_seen() {
    let before = read(HALVES, None);
    check(&before, Collect::Broken);
    for (from, to) in [
        ("| 455.00 |\n\n", "| 456.00 |\n\n"),
        ("一、农林水", "一、林农水"),
    ] {
        let changed = HALVES.replace(from, to);
        assert_ne!(changed, HALVES);
        let after = read(&changed, Some(&before));
        let report = check(&after, Collect::Broken);
        agree(&changed, (&after, &report), &read(&changed, None), to);
    }
}

#[test]
fn edits_of_real_disclosures() {
    for (name, seed) in [("000.budget", 1), ("003.budget", 2), ("004.budget", 3)] {
        edits(name, &corpus(name), seed, count(30));
    }
}

/// Paragraphs under one heading: a section is read anew only as far as what was changed bears.
#[test]
fn edits_of_a_long_section() {
    let headless = |text: &str| -> String {
        let lines = text.split_inclusive('\n').map(|line| {
            let title = line.trim_start_matches('#');
            match line.len() - title.len() {
                2.. if !title.contains('表') => format!("{}\n", title.trim_start()),
                _ => line.to_owned(),
            }
        });
        lines.collect()
    };
    for (name, seed) in [("001.budget", 11), ("003.budget", 12), ("004.budget", 13)] {
        edits(name, &headless(&corpus(name)), seed, count(30));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/phrasing");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    files.sort();
    files.retain(|it| it.extension().is_some_and(|it| it == "budget"));
    assert!(!files.is_empty());
    for (seed, file) in (20..).zip(files) {
        let text = headless(&fs::read_to_string(&file).unwrap());
        edits(&file.display().to_string(), &text, seed, count(40));
    }
}

/// What a passage tells of a statement that stands some passages before it.
#[test]
fn a_sentence_goes_on_with_what_was_taken_over() {
    let filler = "\n\n保障工作正常开展。".repeat(6);
    for (first, last) in [
        (
            "公务接待费由上年的 5 万元。",
            "比上年减少 2 万元，减少到 3 万元。",
        ),
        ("公务用车 5 辆。", "比上年增加 2 辆，总价值 20 万元。"),
        (
            "收入 20 万元。支出比上年增加 10 万元，其中：教育支出 5 万元，卫生支出 3 万元。",
            "其中，教育支出中，办公费 2 万元。比上年增加 1 万元。",
        ),
        (
            "支出比上年增加 10 万元，其中：教育支出 5 万元，卫生支出 3 万元。",
            "其中，教育支出中，办公费 2 万元。比上年增加 1 万元。",
        ),
    ] {
        let text = |last: &str| {
            let (head, _) = SMALL.split_once("某县水利局2024年支出总计").unwrap();
            format!("{head}{first}{filler}\n\n{last}{filler}\n")
        };
        let (short, long) = (text("保障工作。"), text(last));
        for (from, to) in [(&short, &long), (&long, &short)] {
            let before = read(from, None);
            check(&before, Collect::Broken);
            let after = read(to, Some(&before));
            let report = check(&after, Collect::Broken);
            agree(to, (&after, &report), &read(to, None), last);
        }
    }
}

/// What has a table of its own is spoken of otherwise than what hasn't.
#[test]
fn a_table_of_purchases_that_goes_is_seen() {
    let text = corpus("phrasing/guangxi.budget");
    let heading = "## 表九：政府采购预算表";
    let without = text.replace(heading, "政府采购预算表");
    assert_ne!(without, text);
    for (from, to) in [(&text, &without), (&without, &text)] {
        let before = read(from, None);
        check(&before, Collect::Broken);
        let after = read(to, Some(&before));
        let report = check(&after, Collect::Broken);
        agree(to, (&after, &report), &read(to, None), heading);
    }
}

/// Documents in which each rule finds something: what it found must stand, or be found anew.
#[test]
fn edits_of_the_examples_of_rules() {
    for rule in budget_rules::rules() {
        let examples = rule.page.split("```budget ").skip(1);
        for (number, example) in (0..).zip(examples) {
            let text = example.split_once('\n').unwrap().1;
            let text = text.split_once("\n```").unwrap().0;
            edits(rule.code, text, number, count(12));
        }
    }
}

/// What the whole document hangs on is no part of its text.
#[test]
fn other_data_leave_nothing() {
    let text = SMALL.replace("1200.00 万元", "1230.00 万元");
    let before = read(SMALL, None);
    check(&before, Collect::Broken);
    let mended = |text: &str| text.replace("部门: 某县水利局", "部门: 某县林业局");
    let own: Arc<Catalog> = Arc::new(Catalog::builtin().as_ref().clone());
    let readings: [(&str, String, Reading<'_>, Arc<Catalog>); 5] = [
        (
            "body",
            mended(&text),
            Reading::default(),
            Catalog::builtin().clone(),
        ),
        (
            "year",
            text.replace("年度: 2024", "年度: 2023"),
            Reading::default(),
            Catalog::builtin().clone(),
        ),
        (
            "template",
            text.replace("模板: 新疆-2024-部门预算", "模板: 通用-预算"),
            Reading::default(),
            Catalog::builtin().clone(),
        ),
        (
            "tolerance",
            text.clone(),
            Reading {
                tolerance: Tolerance::Exact,
                ..Reading::default()
            },
            Catalog::builtin().clone(),
        ),
        ("catalogue", text.clone(), Reading::default(), own),
    ];
    for (what, text, reading, catalog) in readings {
        let text: Arc<str> = Arc::from(text);
        let fresh = Document::read(Arc::clone(&text), Arc::clone(&catalog), reading);
        let reading = Reading {
            before: Some(&before),
            ..reading
        };
        let after = Document::read(Arc::clone(&text), catalog, reading);
        let report = check(&after, Collect::Broken);
        agree(&text, (&after, &report), &fresh, what);
    }
}

/// Another document is named: what it says is not part of the text either.
#[test]
fn another_sibling_is_seen() {
    let text = SMALL.replace("年度: 2024\n", "年度: 2024\n上年文档: a.budget\n");
    let text = text.replace("1200.00 万元", "{上年.表三.合计.合计} 万元");
    let of_last_year = |sum: &str| {
        Arc::new(read(
            &SMALL.replace("2024", "2023").replace("1200.00", sum),
            None,
        ))
    };
    let (old, new) = (of_last_year("1100.00"), of_last_year("1300.00"));
    let reading = |sibling: &Arc<Document>, before: Option<&Document>| {
        let fetch = |_: &str| Some(Arc::clone(sibling));
        let reading = Reading {
            fetch: Some(&fetch),
            before,
            ..Reading::default()
        };
        Document::read(
            Arc::from(text.as_str()),
            Arc::clone(Catalog::builtin()),
            reading,
        )
    };
    let before = reading(&old, None);
    check(&before, Collect::Broken);
    let after = reading(&new, Some(&before));
    let report = check(&after, Collect::Broken);
    let Siblings { last_year, .. } = &after.siblings;
    assert!(last_year.as_ref().is_some_and(|it| Arc::ptr_eq(it, &new)));
    agree(&text, (&after, &report), &reading(&new, None), "sibling");
}

/// So is one that only the sentences are compared with.
#[test]
fn another_sibling_of_sentences_is_seen() {
    let text = SMALL.replace("年度: 2024\n", "年度: 2024\n上年文档: a.budget\n");
    let text = text
        .replace("{表三.合计.项目支出}", "400.00")
        .replace("| = |", "| 200.00 |");
    let of_last_year = |sum: &str| {
        let before = SMALL.replace("2024", "2023");
        Arc::new(read(&before.replace("800.00", sum), None))
    };
    let (old, new) = (of_last_year("720.00"), of_last_year("730.00"));
    let reading = |text: &str, sibling: &Arc<Document>, before: Option<&Document>| {
        let fetch = |_: &str| Some(Arc::clone(sibling));
        let reading = Reading {
            fetch: Some(&fetch),
            before,
            ..Reading::default()
        };
        Document::read(Arc::from(text), Arc::clone(Catalog::builtin()), reading)
    };
    let before = reading(&text, &old, None);
    let first = check(&before, Collect::Broken);
    let changed = text.replace("| 120.00 | 180.00 |", "| 120.00 | 181.00 |");
    let after = reading(&changed, &new, Some(&before));
    let report = check(&after, Collect::Broken);
    let fresh = reading(&changed, &new, None);
    agree(&changed, (&after, &report), &fresh, "sibling");
    let relations = |report: &Report| Arc::clone(&report.ledger.prose.relations);
    assert_ne!(relations(&first), relations(&report));
}

/// A row that stands twice counts once, until a number of one is another.
#[test]
fn a_copy_of_a_row_is_one_no_more() {
    let row = "| 2130301 | 行政运行 | 200.00 | 200.00 | |\n";
    let text = SMALL.replace(row, &row.repeat(2));
    let text = text
        .replace("{表三.合计.项目支出}", "400.00")
        .replace("| = |", "| 200.00 |");
    let before = read(&text, None);
    check(&before, Collect::Broken);
    let changed = text.replacen("| 200.00 | 200.00 | |", "| 201.00 | 200.00 | |", 1);
    let after = read(&changed, Some(&before));
    let report = check(&after, Collect::Broken);
    agree(
        &changed,
        (&after, &report),
        &read(&changed, None),
        "changed",
    );
    let again = read(&text, Some(&after));
    let report = check(&again, Collect::Broken);
    agree(&text, (&again, &report), &read(&text, None), "back");
}

/// Sentences are not weighed anew for a number that none of them is compared with.
#[test]
fn what_is_said_of_sentences_stands() {
    // Far from the sentences.
    let far = format!("\n\n{}\n\n# 第三部分", "本表无其他说明。\n\n".repeat(60));
    let text = SMALL
        .replace("{表三.合计.项目支出}", "400.00")
        .replace("| = |", "| 200.00 |")
        .replace("\n\n# 第三部分", &far);
    let relations = |text: &str, before: &Document| {
        let document = read(text, Some(before));
        let report = check(&document, Collect::Broken);
        agree(text, (&document, &report), &read(text, None), "edited");
        report.ledger.prose.relations
    };
    let before = read(&text, None);
    let first = check(&before, Collect::Broken).ledger.prose.relations;
    let unread = relations(
        &text.replace("| 120.00 | 180.00 |", "| 120.00 | 181.00 |"),
        &before,
    );
    assert!(Arc::ptr_eq(&first, &unread));
    let before = read(&text, None);
    let first = check(&before, Collect::Broken).ledger.prose.relations;
    let restated = relations(
        &text.replace("| 800.00 | 400.00 |", "| 801.00 | 400.00 |"),
        &before,
    );
    assert!(!Arc::ptr_eq(&first, &restated));
}

/// Where sentences outvote a cell, what the tables say of it counts too.
#[test]
fn what_bears_out_a_cell_is_seen() {
    let text = "---
模板: 通用-预算
部门: 临江市水利局
年度: 2024
金额单位: 万元
---

# 第二部分 2024年部门预算表

## 表2 一般公共预算“三公”经费支出表

| 合计 | 因公出国（境）费 | 公务用车运行维护费 | 公务接待费 |
| ---: | ---: | ---: | ---: |
| 19.00 | 0.00 | 15.25 | 7.35 |

# 第三部分 2024年部门预算情况说明

## 二、“三公”经费预算情况说明

2024年公务接待费3.75万元，公务用车运行维护费15.25万元。

公务接待费3.75万元，主要用于接待来访人员。
";
    let odd = |report: &Report| report.ledger.prose.relations.iter().any(|it| it.odd);
    let before = read(text, None);
    assert!(odd(&check(&before, Collect::Broken)));
    let borne_out = text.replace("19.00", "22.60");
    let after = read(&borne_out, Some(&before));
    let report = check(&after, Collect::Broken);
    assert!(!odd(&report));
    agree(
        &borne_out,
        (&after, &report),
        &read(&borne_out, None),
        "borne out",
    );
}

const HALVES: &str = "---
模板: 通用-决算
部门: 某县水利局
年度: 2023
金额单位: 万元
---

# 第二部分 2023年度部门决算表

## 财政拨款收入支出决算总表

| 项目 | 决算数 | 项目 | 决算数 |
| --- | ---: | --- | ---: |
| 一、一般公共预算财政拨款收入 | 460.00 | 一、农林水支出 | 455.00 |
| 本年收入合计 | 460.00 | 本年支出合计 | 455.00 |

# 第三部分 2023年度部门决算情况说明

## 一、财政拨款收入支出决算总体情况说明

2023年度财政拨款本年收入合计460.00万元，本年支出合计455.00万元。
";

const SMALL: &str = "---
模板: 新疆-2024-部门预算
部门: 某县水利局
年度: 2024
金额单位: 万元
---

# 第一部分 2024年某县水利局部门概况

## 一、主要职能

负责水利工作。

# 第二部分 2024年部门预算公开表

## 表三 部门支出总体情况表

| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 201 | 一般公共服务支出 | 900.00 | 600.00 | 300.00 |
| 20103 | 政府办公厅（室）及相关机构事务 | 900.00 | 600.00 | 300.00 |
| 2010301 | 行政运行 | 600.00 | 600.00 | |
| 2010302 | 一般行政管理事务 | 300.00 | | 300.00 |
| 213 | 农林水支出 | 300.00 | 200.00 | 100.00 |
| 21303 | 水利 | 300.00 | 200.00 | 100.00 |
| 2130301 | 行政运行 | 200.00 | 200.00 | |
| 2130305 | 水利工程建设 | 100.00 | | 100.00 |
| | 合计 | 1200.00 | 800.00 | 400.00 |

## 表五 一般公共预算支出情况表

| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 201 | 一般公共服务支出 | 900.00 | 600.00 | 300.00 |
| 20103 | 政府办公厅（室）及相关机构事务 | 900.00 | 600.00 | 300.00 |
| 2010301 | 行政运行 | 600.00 | 600.00 | |
| 2010302 | 一般行政管理事务 | 300.00 | | 300.00 |
| 213 | 农林水支出 | 300.00 | = | 100.00 |
| 2130301 | 行政运行 | 200.00 | 200.00 | |
| 2130305 | 水利工程建设 | 100.00 | | 100.00 |
| | 合计 | 1200.00 | 800.00 | 400.00 |

## 表七 一般公共预算项目支出情况表

| 科目编码 | 科目名称 | 项目名称 | 合计 | 商品和服务支出 | 资本性支出 |
| --- | --- | --- | ---: | ---: | ---: |
| 2010302 | 一般行政管理事务 | 水库维修 | 300.00 | 120.00 | 180.00 |
| 2130305 | 水利工程建设 | 河道整治 | 100.00 | | 100.00 |
| | 合计 | | 400.00 | 120.00 | 280.00 |

# 第三部分 2024年部门预算情况说明

## 一、关于某县水利局2024年收支预算情况的总体说明

某县水利局2024年支出总计1200.00 万元，其中：基本支出800.00万元，占66.67%，比上年增加80.00万元，增长11.11%；项目支出400.00万元，占33.33%。主要原因是人员增加、水库维修。

## 三、关于某县水利局2024年支出预算情况说明

某县水利局2024年支出预算1200.00 万元，其中：

基本支出800.00万元，占66.67%。

项目支出 {表三.合计.项目支出} 万元，占33.33%。

## 五、关于某县水利局2024年一般公共预算当年拨款情况说明

1.一般公共服务支出（201）900.00万元，占75.00%。

2.农林水支出（213）300.00万元，占25.00%。

行政运行（项）：2024年预算数为600.00万元，比上年执行数增加60.00万元，增长11.11%，主要原因是：人员
增加。

## 七、关于某县水利局2024年一般公共预算项目支出情况说明

项目名称：水库维修

预算安排规模：300.00万元

项目名称：河道整治

预算安排规模：100.00万元

# 第四部分 专业名词解释

一、财政拨款：指由一般公共预算安排的资金。
";
