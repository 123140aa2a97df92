//! `=` and `{…}`.

use super::*;
use crate::document::Reading;

/// 表三 of the design, its total row and 2010301's 合计 derived.
const DERIVED: &str = "## 表三 部门支出总体情况表\n
| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 201 | 一般公共服务支出 | 150.00 | 110.00 | 40.00 |
| 20103 | 政府办公厅（室）及相关机构事务 | = | = | = |
| 2010301 | 行政运行 | = | 110.00 | |
| 2010399 | 其他政府办公厅（室）及相关机构事务支出 | 40.00 | | {40} |
| 208 | 社会保障和就业支出 | 20.00 | 20.00 | |
| | 合计 | = | = | = |\n\n";

fn derived(document: &Document, ledger: &Ledger) -> Vec<String> {
    ledger
        .derived
        .iter()
        .map(|derived| match derived.cell {
            Some(cell) => format!("{} {}", name(document, cell), derived.text),
            None => derived.text.clone(),
        })
        .collect()
}

fn errors(document: &Document, ledger: &Ledger) -> Vec<String> {
    ledger
        .errors
        .iter()
        .map(|error| {
            format!(
                "{} {:?} {}",
                document.slice(error.range),
                error.kind,
                error.subject
            )
        })
        .collect()
}

#[test]
fn derived_cells_in_any_order() {
    let document = document(&format!("{HEAD}{DERIVED}"));
    let ledger = check(&document, Collect::All);
    assert_eq!(
        derived(&document, &ledger),
        [
            "表3.20103.合计 150.00",
            "表3.20103.基本支出 110.00",
            "表3.20103.项目支出 40.00",
            "表3.2010301.合计 110.00",
            "表3.2010399.项目支出 40.00",
            "表3.合计.合计 170.00",
            "表3.合计.基本支出 130.00",
            "表3.合计.项目支出 40.00",
        ]
    );
    assert!(ledger.errors.is_empty());
    assert!(ledger.broken.is_empty());
    assert!(ledger.counts[Outcome::Held as usize] > 0);
    assert_eq!(ledger.counts[Outcome::Unknown as usize], 0);
}

#[test]
fn slots_in_prose() {
    let prose = "# 第三部分 部门预算情况说明\n\n## 三、支出预算情况说明\n
支出预算 {表三.合计.合计} 万元（{表三.合计.合计}元），其中：
基本支出 {表三.合计.基本支出}万元，占 {占比(表三.合计.基本支出, 表三.合计.合计)}，比上年执行数 {139.50 记为 上年数} 万元{增减(表三.合计.基本支出, 上年数)} 万元，{增幅(表三.合计.基本支出, 上年数)}；差异 {差异率(表三.合计.基本支出, 上年数)}。\n
包括{名单(表三.类, 合计)}等{个数(表三.类)}类，{合(表三.201.合计, 表三.208.合计)|0} 万元，{上年数} 万元。
人均 {表三.合计.基本支出 / 3} 万元，{增减(表三.208.合计, 表三.201.合计, 词=多/少)} 万元。\n";
    let document = document(&format!("{HEAD}{DERIVED}{prose}"));
    let ledger = check(&document, Collect::Broken);
    let found: Vec<String> = ledger
        .derived
        .iter()
        .filter(|derived| derived.cell.is_none())
        .map(|derived| derived.text.clone())
        .collect();
    assert_eq!(
        found,
        [
            "170.00",
            "1700000.00",
            "130.00",
            // 130 / 170 = 76.4705...%
            "76.47%",
            "139.50",
            "减少9.50",
            // 9.5 / 139.5 = 6.8100...%
            "下降6.81%",
            "-6.81%",
            "一般公共服务支出、社会保障和就业支出",
            "2",
            "170",
            // 130 / 3 = 43.333…
            "43.33",
            "少130.00",
        ]
    );
    // The name holds in its own paragraph only.
    assert_eq!(errors(&document, &ledger), ["{上年数} UnknownPath 上年数"]);
}

#[test]
fn what_cannot_be_derived() {
    let text = format!(
        "{HEAD}## 表三 部门支出总体情况表\n
| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 201 | 一般公共服务支出 | {{表三.208.合计}} | 110.00 | = |
| 208 | 社会保障和就业支出 | {{表三.201.合计}} | 20.00 | {{上年.表三.208.项目支出}} |
| 210 | 卫生健康支出 | {{表三.299.合计}} | {{占比(表三.201.基本支出, 0)}} | {{未知(1)}} |
"
    );
    let document = document(&text);
    let ledger = check(&document, Collect::Broken);
    assert_eq!(
        errors(&document, &ledger),
        [
            "{表三.208.合计} Cycle {表三.208.合计}",
            "= NoDefinition =",
            "{上年.表三.208.项目支出} OtherDocument 上年.表三.208.项目支出",
            "{表三.299.合计} UnknownPath 表三.299.合计",
            "{占比(表三.201.基本支出, 0)} DivisionByZero 占比(表三.201.基本支出, 0)",
            "{未知(1)} UnknownFunction 未知(1)",
        ]
    );
    assert!(ledger.blames.is_empty());
    // What hangs on them is unknown, not wrong.
    assert!(ledger.counts[Outcome::Unknown as usize] > 0);
}

/// A wrong part under a derived total: the total follows, the part is to blame.
#[test]
fn a_derived_total_is_never_blamed() {
    let text = format!(
        "{HEAD}{}## 表五 一般公共预算支出情况表\n
| 科目编码 | 功能分类科目名称 | 小计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 208 | 社会保障和就业支出 | 20.00 | 20.00 | |
",
        DERIVED.replace(
            "| 2010301 | 行政运行 | = | 110.00 |",
            "| 2010301 | 行政运行 | = | 101.00 |"
        )
    );
    let document = document(&text);
    let ledger = check(&document, Collect::Broken);
    // 20103 becomes 101.00 and 141.00; 201 says 110.00 and 150.00.
    assert_eq!(
        blames(&document, &ledger),
        ["表3.2010301.基本支出 应为 110 倒"]
    );
    assert_eq!(ledger.blames[0].broken.len(), ledger.broken.len());
}

/// A document whose front matter names another: in 元, with a total that is derived there.
fn with_last_year(own: &str) -> Document {
    let before = "---\n模板: 新疆-2020-部门预算\n年度: 2019\n金额单位: 元\n---\n\n# 第二部分 部门预算公开表\n\n\
        ## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
        | --- | --- | ---: | ---: | ---: |\n| 201 | 一般公共服务支出 | 1200000.00 | 1200000.00 | 待填 |\n\
        | 208 | 社会保障和就业支出 | 300000.00 | 300000.00 | |\n| | 合计 | = | = | = |\n";
    let fetch = |name: &str| {
        let catalog = Catalog::builtin().clone();
        (name == "2019.budget").then(|| Arc::new(Document::new(before.into(), catalog)))
    };
    let reading = Reading {
        fetch: Some(&fetch),
        ..Reading::default()
    };
    let text = format!(
        "---\n模板: 新疆-2020-部门预算\n年度: 2020\n金额单位: 万元\n{own}\n---\n\n# 第二部分 部门预算公开表\n\n{DERIVED}\
         # 第三部分 部门预算情况说明\n\n## 三、支出预算情况说明\n\n\
         比上年{{增减(表三.合计.基本支出, 上年.表三.合计.基本支出)}} 万元，{{增幅(表三.合计.基本支出, 上年.表三.合计.基本支出)}}；\
         上年 {{上年.表三.合计.项目支出}} 万元，{{上年.表三.299.合计}}，{{预算.表三.合计.合计}}。\n"
    );
    Document::read(text.into(), Catalog::builtin().clone(), reading)
}

#[test]
fn another_document_is_read_where_it_is_named() {
    let document = with_last_year("上年文档: 2019.budget");
    assert_eq!(document.others().collect::<Vec<_>>(), ["2019.budget"]);
    let ledger = check(&document, Collect::Broken);
    let prose: Vec<_> = ledger
        .derived
        .iter()
        .filter(|it| it.cell.is_none())
        .collect();
    let prose: Vec<_> = prose.iter().map(|it| it.text.as_str()).collect();
    // 130.00 万元 against 1,500,000.00 元, which is 150.00 万元: 20.00 less, 20 / 150 = 13.33%.
    assert_eq!(prose, ["减少20.00", "下降13.33%"]);
    // What waits there waits here; what isn't there is told, and so is a document that isn't named.
    assert_eq!(
        errors(&document, &ledger),
        [
            "{上年.表三.299.合计} UnknownPath 上年.表三.299.合计",
            "{预算.表三.合计.合计} OtherDocument 预算.表三.合计.合计",
        ]
    );
}

#[test]
fn a_document_that_cannot_be_had_is_told_where_it_is_needed() {
    for own in ["上年文档: 没有.budget", "部门: 某局"] {
        let document = with_last_year(own);
        let kinds: Vec<_> = check(&document, Collect::Broken)
            .errors
            .iter()
            .map(|it| it.kind)
            .collect();
        assert_eq!(kinds, [EvaluationErrorKind::OtherDocument; 5], "{own}");
    }
}
