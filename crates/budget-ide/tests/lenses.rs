//! The verdict above each table.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::string_slice,
    reason = "tests only"
)]

mod support;

use std::collections::BTreeSet;

use budget_catalog::Catalog;
use budget_ide::lenses;
use budget_model::Document;
use budget_model::relation::{Collect, Outcome, check};
use support::{HEAD, fixture};

fn shown(body: &str) -> Vec<(String, String)> {
    let (document, _) = fixture(&format!("{HEAD}# 第二部分 部门预算公开表\n\n$0{body}"));
    let ledger = check(&document, Collect::Broken);
    assert_eq!(
        ledger.by_table,
        check(&document, Collect::All).by_table,
        "however much is kept"
    );
    let lenses = lenses(&document, &ledger).into_iter();
    lenses
        .map(|lens| (document.slice(lens.range).to_owned(), lens.title))
        .collect()
}

fn table(total: &str) -> String {
    format!(
        "## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
         | --- | --- | ---: | ---: | ---: |\n| 205 | 教育支出 | 90.00 | 60.00 | 30.00 |\n\
         | 206 | 科学技术支出 | 5.00 | | 5.00 |\n| | 合计 | 95.00 | 60.00 | {total} |\n"
    )
}

fn title(total: &str) -> String {
    let all = shown(&table(total));
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].0, "表三 部门支出总体情况表");
    all[0].1.clone()
}

#[test]
fn how_the_check_ended() {
    // Three rows across; three columns down, by the 类 and by the rows without rows below them.
    assert_eq!(title("35.00"), "合计 √ · 9 项核对");
    // 35.31: the row and the column, checked twice, are 0.31 off.
    assert_eq!(title("35.31"), "不成立 3 项，最大差 0.31 · 9 项核对");
    // One hole; the row and the column wait for it.
    assert_eq!(title("待填"), "待填 1 · 6 项核对");
}

#[test]
fn one_difference_is_the_difference() {
    let body = "## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
        | --- | --- | ---: | ---: | ---: |\n| 205 | 教育支出 | 90.00 | 60.00 | 30.31 |\n";
    assert_eq!(
        shown(body),
        [(
            "表三 部门支出总体情况表".to_owned(),
            "差 0.31 · 1 项核对".to_owned()
        )]
    );
}

#[test]
fn what_was_lost_can_not_be_checked() {
    let body = table("35.00").replace("\n\n|", "\n\n<!-- 转换缺失: 明细 -->\n\n|");
    let all = shown(&body);
    // The columns down; the three rows across hold.
    assert_eq!(all[0].1, "无法核对 6 项 · 3 项核对");
}

#[test]
fn an_empty_table_of_the_template_is_said_to_be_one() {
    let head = "## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
        | --- | --- | ---: | ---: | ---: |\n";
    let named = "表三 部门支出总体情况表".to_owned();
    assert_eq!(shown(head), [(named.clone(), "空表".to_owned())]);
    let blank = format!("{head}| | | | - | |\n");
    assert_eq!(shown(&blank), [(named, "空表".to_owned())]);
}

#[test]
fn nothing_to_say_nothing_said() {
    assert_eq!(shown("## 表三 部门支出总体情况表\n"), []);
    assert_eq!(shown("| 甲 | 乙 |\n| --- | --- |\n| 一 | 二 |\n"), []);
}

/// The verdicts of a real document are what its ledger says, instance by instance.
#[test]
fn verdicts_of_the_corpus_count_what_the_ledger_lists() {
    for name in ["000", "001", "003", "004"] {
        let root = env!("CARGO_MANIFEST_DIR");
        let path = format!("{root}/../../tests/corpus/{name}.budget");
        let text = std::fs::read_to_string(path).unwrap();
        let document = Document::new(text.into(), Catalog::builtin().clone());
        let ledger = check(&document, Collect::All);
        // What the narrative says of a table is told in the narrative.
        let listed = |outcome: Outcome| {
            let instances = ledger.instances.iter();
            instances.filter(move |it| it.outcome == outcome && it.prose.is_none())
        };
        for outcome in [Outcome::Held, Outcome::Rounding, Outcome::Broken] {
            let mut counts = vec![0; document.tables.len()];
            for instance in listed(outcome) {
                let cells = instance.left_cells.iter().chain(&instance.right_cells);
                let tables: BTreeSet<_> = cells.map(|cell| cell.table as usize).collect();
                for table in tables {
                    counts[table] += 1;
                }
            }
            let told: Vec<_> = ledger.by_table.iter().map(|it| it.count(outcome)).collect();
            assert_eq!(told, counts, "{name} {outcome:?}");
        }
        // Each that waits or can't be decided is counted for some table.
        for outcome in [Outcome::Waiting, Outcome::Unknown] {
            let all = u32::try_from(listed(outcome).count()).unwrap();
            let told: u32 = ledger.by_table.iter().map(|it| it.count(outcome)).sum();
            assert!(told >= all, "{name} {outcome:?}: {told} of {all}");
        }
    }
}
