//! Which number is told, how sure it is, and where a fix is offered.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use budget_catalog::Catalog;
use budget_model::{Document, relation::Collect};
use budget_rules::Severity;

/// A budget with a table of “三公” that nothing else says, and one of accounts.
fn document(text: &str) -> String {
    with(text, "")
}

fn with(text: &str, hospitality: &str) -> String {
    format!(
        "---
模板: 通用-预算
部门: 临江市水利局
年度: 2024
金额单位: 万元
---

# 第二部分 2024年部门预算表

## 表1 一般公共预算财政拨款支出表

| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 213 | 农林水支出 | 452 | 281 | 171 |
| 21303 | 水利 | 452 | 281 | 171 |
| 2130301 | 行政运行 | 281 | 281 | |
| 2130305 | 水利工程建设 | 171 | | 171 |
| | 合计 | 452 | 281 | 171 |

## 表2 一般公共预算“三公”经费支出表

| 因公出国（境）费 | 公务用车运行维护费 | 公务接待费 |
| ---: | ---: | ---: |
| 0.00 | 15.25 | 3.75 |

# 第三部分 2024年部门预算情况说明

## 一、一般公共预算支出情况说明

{text}

## 二、“三公”经费预算情况说明

2024年公务接待费3.75万元，公务用车运行维护费15.25万元。

{hospitality}

## 三、其他重要事项的情况说明

本年无其他重要事项。
"
    )
}

/// Rule, severity, place, whether a fix is offered.
fn told(text: &str) -> Vec<(String, Severity, String, bool)> {
    let document = Document::new(Arc::from(text), Arc::clone(Catalog::builtin()));
    let report = budget_rules::check(&document, Collect::Broken);
    let of_prose = report
        .findings
        .iter()
        .filter(|it| it.rule.starts_with("PR"));
    of_prose
        .filter(|it| it.severity > Severity::Hint)
        .map(|it| {
            let place = document.slice(it.range).to_owned();
            (it.rule.to_owned(), it.severity, place, !it.fixes.is_empty())
        })
        .collect()
}

fn one(
    rule: &str,
    severity: Severity,
    place: &str,
    fix: bool,
) -> Vec<(String, Severity, String, bool)> {
    vec![(rule.to_owned(), severity, place.to_owned(), fix)]
}

#[test]
fn a_slip_in_the_change_is_no_wrong_rate() {
    // 130 / 1100 = 11.82 %; 103 / 1127 = 9.14 %.
    let text = "2024年信息化建设投入1,230.00万元，比上年增加103.00万元，增长11.82%。";
    let wrong = told(&document(text));
    assert_eq!(wrong, one("PRO001", Severity::Error, "103.00万元", false));
    // 281 is a cell's; 21.60 / 259.40 = 8.33 %. What the change should be isn't known: no fix.
    let text = "2130301行政运行281.00万元，比上年增加21.60万元，增长8.35%。";
    let wrong = told(&document(text));
    assert_eq!(wrong, one("PRO001", Severity::Error, "8.35%", false));
    // By this year's amount: 21.60 / 281 = 7.69 %.
    let text = "2130301行政运行281.00万元，比上年增加21.60万元，增长7.69%。";
    let wrong = told(&document(text));
    assert_eq!(wrong, one("PRO001", Severity::Error, "7.69%", true));
}

#[test]
fn a_word_that_the_end_of_a_line_parts_is_one() {
    for planned in ["全年预算数", "全年预\n算数"] {
        let text = format!(
            "培训支出1,230.00万元，其中：基本支出950.00万元，{planned}960.00万元；项目支出280.00万元。"
        );
        assert_eq!(told(&document(&text)), [], "{planned}");
    }
}

#[test]
fn nothing_is_mended_beside_a_wrong_direction() {
    // 281 - 250 = 31, 31 / 250 = 12.4 %.
    let text = "2130301行政运行281.00万元，比上年250.00万元减少31.00万元，下降12.4%。";
    let wrong = told(&document(text));
    assert!(!wrong.is_empty());
    assert!(wrong.iter().all(|it| !it.3), "{wrong:?}");
}

#[test]
fn a_sentence_that_is_finer_than_its_cell_isnt_borne_out() {
    let held = "2130301行政运行281.23万元。";
    let document = Document::new(Arc::from(document(held)), Arc::clone(Catalog::builtin()));
    let report = budget_rules::check(&document, Collect::All);
    let relations = report.ledger.prose.relations.iter();
    let outcomes: Vec<_> = relations
        .filter(|it| {
            document.slice(report.ledger.prose.narrative.fact(it.fact).unwrap().range) == "281.23"
        })
        .map(|it| it.outcome)
        .collect();
    assert_eq!(outcomes, [budget_model::relation::Outcome::Rounding]);
}

#[test]
fn a_cell_that_sentences_agree_against_is_the_odd_one() {
    let right = with("", "公务接待费3.75万元，主要用于接待来访人员。");
    assert_eq!(told(&right), []);
    let wrong = right.replace("| 15.25 | 3.75 |", "| 15.25 | 7.35 |");
    let found = told(&wrong);
    assert_eq!(found, one("PRT001", Severity::Warning, "7.35", false));
}

#[test]
fn what_has_no_cause_is_only_to_be_looked_at() {
    // 40 for 12: no slip.
    let text = "2024年举办培训，差旅费12.35万元。会议期间差旅费12.35万元。";
    assert_eq!(told(&document(text)), []);
    let text = "2024年信息化建设投入1,230.00万元，占本年投入的比重为39.1%。";
    assert_eq!(told(&document(text)), []);
    // 100 / 250 = 40 %, nothing makes it 77.77 %.
    let text = "2024年信息化建设投入250.00万元，比上年增加100.00万元，增长31.7%。";
    let found = told(&document(text));
    assert!(
        found.iter().all(|it| it.1 <= Severity::Info && !it.3),
        "{found:?}"
    );
}

#[test]
fn rows_that_only_together_have_a_projects_money_are_one_project() {
    // 46.20 + 12.30 = 58.50 in the table; the form says 58.50.
    let document = |name: &str, amount: &str| {
        format!(
            "---
模板: 新疆-2020-部门预算
部门: 某县水利局
年度: 2020
金额单位: 万元
---

# 第二部分 部门预算公开表

## 表七 项目支出情况表

| 科目编码 | 功能分类科目名称 | 项目名称 | 项目支出合计 |
| --- | --- | --- | ---: |
| 2130305 | 水利工程建设 | 水质监测站点运行项目 | 46.20 |
| 2050803 | 培训支出 | {name} | 12.30 |

# 第三部分 部门预算情况说明

## 七、项目支出情况说明

项目名称：水质监测站点运行项目

预算安排规模：{amount} 万元
"
        )
    };
    let named = |text: &str| {
        let document = Document::new(Arc::from(text), Arc::clone(Catalog::builtin()));
        let report = budget_rules::check(&document, Collect::Broken);
        report
            .findings
            .iter()
            .filter(|it| it.rule == "NAM002")
            .count()
    };
    assert_eq!(named(&document("水质监测站点运行项目", "58.50")), 0);
    assert_eq!(named(&document("水质监测站点项目", "58.50")), 1);
    // Two projects: one has its own money elsewhere.
    assert_eq!(named(&document("水质监测站点项目", "46.20")), 0);
}

/// 200.00 + 45.60 = 245.60; two projects, each with its form.
fn projects(text: &str) -> String {
    format!(
        "---
模板: 通用-决算
部门: 临江市水利局
年度: 2024
金额单位: 万元
---

# 第二部分 2024年度部门决算情况说明

## 一、预算绩效情况说明

{text}

### 附表1 项目支出绩效评价汇总表

| 序号 | 部门单位 | 项目名称 | 全年预算数（万元） | 执行数（万元） |
| --- | --- | --- | ---: | ---: |
| 1 | 临江市水利局 | 站点改造 | 200.00 | 190.00 |
| 2 | 临江市水利局 | 系统运行维护 | 45.60 | 28.50 |

### 附表2 项目支出绩效自评表

- 项目名称：站点改造

| 项目资金（万元） | 全年预算数 | 全年执行数 |
| --- | ---: | ---: |
| 年度资金总额 | 200.00 | 190.00 |

### 附表3 项目支出绩效自评表

- 项目名称：系统运行维护

| 项目资金（万元） | 全年预算数 | 全年执行数 |
| --- | ---: | ---: |
| 年度资金总额 | 45.60 | 28.50 |
"
    )
}

#[test]
fn how_many_projects_are_evaluated_and_their_money() {
    for right in [
        "2024年度组织对2个项目开展绩效自评，涉及资金245.60万元。",
        // What was spent: 190.00 + 28.50.
        "2024年度纳入绩效评价的项目2个，涉及资金218.50万元。",
        // Others are meant than those whose forms are published.
        "2024年度组织对5个项目开展绩效自评，涉及资金980.00万元。",
        "2024年度组织对1个重点项目开展绩效评价，涉及资金200.00万元。其中：优1个。",
        "2024年度组织对2个项目开展绩效自评，涉及财政资金230.60万元。",
    ] {
        assert_eq!(told(&projects(right)), [], "{right}");
    }
    let wrong = told(&projects(
        "2024年度组织对2个项目开展绩效自评，涉及资金254.60万元。",
    ));
    assert_eq!(wrong, one("PRT001", Severity::Warning, "254.60万元", true));
    let wrong = told(&projects(
        "2024年度组织对3个项目开展绩效自评，涉及资金245.60万元。",
    ));
    assert_eq!(wrong, one("PRT001", Severity::Warning, "3个", true));
}

/// 15.25 ÷ 5 = 3.05, and the money is a cell's; 4 × 4500 × 12 = 216000 元, and no cell says any of that.
#[test]
fn a_product_is_mended_only_where_its_money_is_a_cells() {
    let each = "公务用车运行维护费15.25万元，公务用车保有量5辆，车均运行费3.50万元。";
    assert_eq!(
        told(&with("", each)),
        one("PRO007", Severity::Warning, "3.50万元", true)
    );
    let total = "聘用人员4人，每人每月4500元，全年共计261000元。";
    assert_eq!(
        told(&with(total, "")),
        one("PRO007", Severity::Warning, "261000元", false)
    );
}

/// The parts come to as much less as the whole is said to be more.
#[test]
fn the_whole_goes_another_way_than_all_its_parts() {
    let text = "公务用车运行维护费和公务接待费19.00万元，比上年增加4.20万元，\
                其中公务用车运行费减少3.10万元，公务接待费减少1.10万元。";
    let told = told(&with("", text));
    assert_eq!(told.len(), 1, "{told:?}");
    let (rule, _, place, fixed) = told.first().unwrap();
    assert_eq!(
        (rule.as_str(), place.as_str(), *fixed),
        ("PRO003", "4.20万元", false)
    );
}
