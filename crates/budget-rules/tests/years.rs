//! Numbers of the year before and of the budget, against the documents and columns that hold them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use budget_catalog::Catalog;
use budget_model::{
    Document,
    document::Reading,
    prose::check::Kind,
    relation::{Collect, Outcome},
};
use budget_rules::Severity;

/// The settlement of 2023: 4,100,000.00 元 and so on, in 元.
const LAST_ACCOUNTS: &str = "---
模板: 通用-决算
部门: 临江市水利局
年度: 2023
金额单位: 元
---

# 第二部分 2023年度部门决算表

## 一、收入支出决算总表

| 项目 | 决算数 | 项目 | 决算数 |
| --- | ---: | --- | ---: |
| 一、一般公共预算财政拨款收入 | 4,150,000.00 | 一、农林水支出 | 4,100,000.00 |
| 本年收入合计 | 4,150,000.00 | 本年支出合计 | 4,100,000.00 |
| 年初结转和结余 | 103,600.00 | 年末结转和结余 | 153,600.00 |
| 总计 | 4,253,600.00 | 总计 | 4,253,600.00 |

## 二、一般公共预算财政拨款支出决算表

| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 213 | 农林水支出 | 4,100,000.00 | 2,596,400.00 | 1,503,600.00 |
| 21303 | 水利 | 4,100,000.00 | 2,596,400.00 | 1,503,600.00 |
| 2130301 | 行政运行 | 2,596,400.00 | 2,596,400.00 | |
| 2130304 | 水利行业业务管理 | 301,500.00 | | 301,500.00 |
| 2130305 | 水利工程建设 | 1,202,100.00 | | 1,202,100.00 |
| | 合计 | 4,100,000.00 | 2,596,400.00 | 1,503,600.00 |
";

/// The budget of a year, in 万元.
fn budget(year: u16, running: &str, works: &str, sum: &str, front: &str, text: &str) -> String {
    format!(
        "---
模板: 通用-预算
部门: 临江市水利局
年度: {year}
金额单位: 万元
{front}---

# 第二部分 {year}年部门预算表

## 表1 一般公共预算财政拨款支出表

| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 213 | 农林水支出 | {sum} | {running} | {works} |
| 21303 | 水利 | {sum} | {running} | {works} |
| 2130301 | 行政运行 | {running} | {running} | |
| 2130305 | 水利工程建设 | {works} | | {works} |
| | 合计 | {sum} | {running} | {works} |

# 第三部分 {year}年部门预算情况说明

## 一、一般公共预算财政拨款支出情况说明

{text}
"
    )
}

/// The budget of 2024, which is settled by [`accounts`].
fn plan() -> String {
    let plan = budget(2024, "280.00", "160.00", "440.00", "", "");
    // 160 = 30 + 130
    let row = "| 2130305 | 水利工程建设 | 160.00 | | 160.00 |";
    let rows = "| 2130304 | 水利行业业务管理 | 30.00 | | 30.00 |\n| 2130305 | 水利工程建设 | 130.00 | | 130.00 |";
    plan.replace(row, rows)
}

/// The settlement of 2024, in 万元.
fn accounts(text: &str) -> String {
    format!(
        "---
模板: 通用-决算
部门: 临江市水利局
年度: 2024
金额单位: 万元
上年文档: 上年
预算文档: 预算
---

# 第二部分 2024年度部门决算表

## 一、收入支出决算总表

| 项目 | 决算数 | 项目 | 决算数 |
| --- | ---: | --- | ---: |
| 一、一般公共预算财政拨款收入 | 460.00 | 一、农林水支出 | 455.00 |
| 本年收入合计 | 460.00 | 本年支出合计 | 455.00 |
| 年初结转和结余 | 15.36 | 年末结转和结余 | 20.36 |
| 总计 | 475.36 | 总计 | 475.36 |

## 二、一般公共预算财政拨款支出决算表

| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 213 | 农林水支出 | 455.00 | 285.00 | 170.00 |
| 21303 | 水利 | 455.00 | 285.00 | 170.00 |
| 2130301 | 行政运行 | 285.00 | 285.00 | |
| 2130304 | 水利行业业务管理 | 33.00 | | 33.00 |
| 2130305 | 水利工程建设 | 137.00 | | 137.00 |
| | 合计 | 455.00 | 285.00 | 170.00 |

# 第三部分 2024年度部门决算情况说明

## 一、收入支出决算总体情况说明

2024年度收入总计475.36万元，支出总计475.36万元。

## 二、一般公共预算财政拨款支出决算情况说明

{text}
"
    )
}

struct Told {
    /// Errors and warnings: rule, and what stands there.
    told: Vec<(String, String)>,
    /// How many numbers other years' tables bear out.
    held: usize,
}

fn read(text: &str, last: Option<&str>, plan: Option<&str>) -> Told {
    let document = |text: &str| {
        Arc::new(Document::new(
            Arc::from(text),
            Arc::clone(Catalog::builtin()),
        ))
    };
    let fetch = |name: &str| match name {
        "上年" => last.map(document),
        "预算" => plan.map(document),
        _ => None,
    };
    let reading = Reading {
        fetch: Some(&fetch),
        ..Reading::default()
    };
    let document = Document::read(Arc::from(text), Arc::clone(Catalog::builtin()), reading);
    let report = budget_rules::check(&document, Collect::All);
    let relations = &report.ledger.prose.relations;
    let told = report
        .findings
        .iter()
        .filter(|it| it.severity >= Severity::Warning && it.rule.starts_with("PR"));
    Told {
        told: told
            .map(|it| (it.rule.to_owned(), document.slice(it.range).to_owned()))
            .collect(),
        held: relations
            .iter()
            .filter(|it| it.kind == Kind::Across && it.outcome == Outcome::Held)
            .count(),
    }
}

/// 455 - 410 = 45, 45 / 410 = 10.98 %; 285 - 259.64 = 25.36, 25.36 / 259.64 = 9.77 %; 33 - 30.15 = 2.85, 2.85 / 30.15 = 9.45 %;
/// 137 - 120.21 = 16.79, 16.79 / 120.21 = 13.97 %; 285 / 280 = 101.79 %; 33 / 30 = 110 %; 137 / 130 = 105.38 %.
const RIGHT: &str = "2024年度一般公共预算财政拨款支出455.00万元，比上年决算数410.00万元增加45.00万元，增长10.98%。

1.农林水支出（类）水利（款）行政运行（项）。年初预算为280.00万元，支出决算为285.00万元，完成年初预算的101.79%，比上年增加25.36万元，增长9.77%。

2.农林水支出（类）水利（款）水利行业业务管理（项）。年初预算为30.00万元，支出决算为33.00万元，完成年初预算的110.00%，比上年增加2.85万元，增长9.45%。

3.农林水支出（类）水利（款）水利工程建设（项）。年初预算为130.00万元，支出决算为137.00万元，完成年初预算的105.38%，比2023年增加16.79万元，增长13.97%。";

#[test]
fn numbers_of_other_years_are_borne_out() {
    let found = read(&accounts(RIGHT), Some(LAST_ACCOUNTS), Some(&plan()));
    assert_eq!(found.told, []);
    // 410; 280 and 25.36; 30 and 2.85; 130 and 16.79.
    assert_eq!(found.held, 7);
}

#[test]
fn absent_documents_are_no_errors() {
    let found = read(&accounts(RIGHT), None, None);
    assert_eq!((found.told, found.held), (Vec::new(), 0));
}

#[test]
fn what_was_copied_wrong_is_told() {
    let wrong = |from: &str, to: &str| {
        let text = RIGHT.replacen(from, to, 1);
        assert_ne!(text, RIGHT);
        read(&accounts(&text), Some(LAST_ACCOUNTS), Some(&plan())).told
    };
    let one = |rule: &str, place: &str| vec![(rule.to_owned(), place.to_owned())];
    // 410 in 元 is 4,100,000.
    assert_eq!(
        wrong(
            "比上年决算数410.00万元增加45.00万元",
            "比上年决算数401.00万元增加45.00万元"
        ),
        one("PRT003", "401.00万元")
    );
    // 285 / 280 = 101.79 %: the rate holds with the plan's own number.
    assert_eq!(
        wrong("年初预算为280.00万元", "年初预算为208.00万元"),
        one("PRT003", "208.00万元")
    );
    // Two others say 上年 and mean the settlement.
    assert_eq!(
        wrong(
            "比上年增加25.36万元，增长9.77%",
            "比上年增加52.36万元，增长9.77%"
        ),
        one("PRT003", "52.36万元")
    );
}

#[test]
fn bases_are_kept_apart() {
    // 比上年预算 isn't looked for in a settlement; 调整预算 isn't 年初预算.
    let text = "2024年度一般公共预算财政拨款支出455.00万元，比上年预算数401.00万元增加54.00万元，增长13.47%。

1.农林水支出（类）水利（款）行政运行（项）。调整预算数为290.00万元，支出决算为285.00万元，比2022年决算数201.00万元增加84.00万元，增长41.79%。";
    let found = read(&accounts(text), Some(LAST_ACCOUNTS), Some(&plan()));
    assert_eq!((found.told, found.held), (Vec::new(), 0));
}

#[test]
fn budgets_against_budgets() {
    let front = "上年文档: 上年\n";
    let last = budget(2024, "280.00", "160.00", "440.00", "", "");
    // 298 - 280 = 18, 18 / 280 = 6.43 %; 450 - 440 = 10, 10 / 440 = 2.27 %.
    let right = "2025年一般公共预算财政拨款支出450.00万元，比上年预算增加10.00万元，增长2.27%。

2130301行政运行298.00万元，比2024年年初预算280.00万元增加18.00万元，增长6.43%；2130305水利工程建设152.00万元，较上年执行数减少18.00万元，下降10.59%。";
    let text = budget(2025, "298.00", "152.00", "450.00", front, right);
    let found = read(&text, Some(&last), None);
    assert_eq!((found.told, found.held), (Vec::new(), 2));
    let wrong = text.replace("比上年预算增加", "比上年预算404.00万元增加");
    let found = read(&wrong, Some(&last), None);
    assert_eq!(found.told, [("PRT003".to_owned(), "404.00万元".to_owned())]);
    // A document of the wrong year is none of the year before.
    let old = last.replace("年度: 2024", "年度: 2022");
    let found = read(&text, Some(&old), None);
    assert_eq!((found.told, found.held), (Vec::new(), 0));
}

#[test]
fn what_was_carried_over_is_what_was_left() {
    let text = "2024年度年初结转和结余15.36万元，本年收入460.00万元，本年支出455.00万元，年末结转和结余20.36万元。";
    let whole = |text: &str| {
        accounts(RIGHT).replace("2024年度收入总计475.36万元，支出总计475.36万元。", text)
    };
    let found = read(&whole(text), Some(LAST_ACCOUNTS), None);
    assert_eq!(found.told, []);
    // 410, 25.36, 2.85 and 16.79, and what was carried over.
    assert_eq!(found.held, 5);
    let wrong = text.replace("年初结转和结余15.36", "年初结转和结余51.36");
    let found = read(&whole(&wrong), Some(LAST_ACCOUNTS), None);
    assert_eq!(found.told.len(), 1);
}
