//! What is proposed between braces, and what it comes to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests only"
)]

mod support;

use std::sync::Arc;

use budget_catalog::Catalog;
use budget_ide::{Ask, Whole};
use budget_model::Document;
use budget_model::document::Reading;
use support::{HEAD, completion, fixture, shown, taken};

const TABLES: &str = "# 第二部分 部门预算公开表\n\n## 表一 部门收支总体情况表\n\n### 收入\n\n\
    | 项目 | 预算数 |\n| --- | ---: |\n| 财政拨款（补助） | 170.00 |\n| 收入总计 | 170.00 |\n\n\
    ### 支出\n\n| 科目编码 | 功能分类 | 预算数 |\n| --- | --- | ---: |\n| 201 | 一般公共服务支出 | 170.00 |\n\n\
    ## 表三 部门支出总体情况表\n\n\
    | 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n| --- | --- | ---: | ---: | ---: |\n\
    | 201 | 一般公共服务支出 | 170.00 | 110.00 | 60.00 |\n| 204 | 公共安全支出 | 待填 |  | 5.00 |\n\
    |  | 合计 | = | = | = |\n\n# 第三部分 部门预算情况说明\n\n";

fn prose(body: &str) -> String {
    format!("{HEAD}{TABLES}{body}\n")
}

fn labels(text: &str) -> Vec<String> {
    let items = completion(text).items.into_iter();
    items.map(|item| item.label).collect()
}

#[test]
fn step_by_step() {
    let all = labels(&prose("共 {$0} 万元"));
    assert_eq!(all.get(..2).unwrap(), ["表一", "表三"]);
    assert!(all.contains(&"占比".to_owned()) && !all.contains(&"上年".to_owned()));
    assert_eq!(labels(&prose("共 ｛表一。$0｝ 万元")), ["收入", "支出"]);
    assert_eq!(
        labels(&prose("共 {表一.收入.$0} 万元")),
        ["财政拨款（补助）", "收入总计"]
    );
    assert_eq!(
        taken(&prose("共 {表一.收入.财政$0} 万元"), "财政拨款（补助）"),
        "共 {表一.收入.【财政拨款（补助）】} 万元"
    );
    assert_eq!(
        labels(&prose("共 {表三.20$0} 万元")),
        ["201 一般公共服务支出", "204 公共安全支出"]
    );
    assert_eq!(
        taken(&prose("共 {表三.公共安全$0} 万元"), "204 公共安全支出"),
        "共 {表三.204} 万元"
    );
}

#[test]
fn each_column_with_what_it_comes_to() {
    // 110 + nothing, 60 + 5; the total of 合计 waits for a hole.
    assert_eq!(
        shown(&prose("共 {表三.合计.$0} 万元"), 9),
        "合计 | 合计 还没有数\n基本支出 | = 110.00 万元\n项目支出 | = 65.00 万元\n"
    );
    assert_eq!(
        shown(
            &prose("占 {占比(表三.合计.项目支出, 表三.201.基$0本支出)}"),
            9
        ),
        "基本支出 | = 110.00 万元\n"
    );
    assert_eq!(
        taken(
            &prose("占 {占比(表三.合计.项目支出, 表三.201.基$0本支出)}"),
            "基本支出"
        ),
        "占 {占比(表三.合计.项目支出, 表三.201.基本支出)}"
    );
    assert_eq!(
        shown(&prose("共 {表一.收入.【财政拨款（补助）】.$0} 万元"), 9),
        "预算数 | = 170.00 万元\n"
    );
    // In a cell too.
    let cell = prose("x").replace(
        "|  | 合计 | = | = | = |",
        "|  | 合计 | = | {表三.201.$0} | = |",
    );
    assert_eq!(labels(&cell), ["合计", "基本支出", "项目支出"]);
    // A row that is looked at tells all of its columns.
    let (document, offset) = fixture(&prose("共 {表三.$0} 万元"));
    let ask = Ask {
        whole: Whole::None,
        ..Ask::at(offset)
    };
    let row = budget_ide::completion::resolve(&document, &ask, "201 一般公共服务支出").unwrap();
    let told = row.documentation.unwrap().into_plain();
    assert_eq!(
        told.trim(),
        "- 合计：170.00 万元\n- 基本支出：110.00 万元\n- 项目支出：60.00 万元"
    );
}

#[test]
fn functions_have_places_for_their_arguments() {
    assert_eq!(taken(&prose("占 {占$0}"), "占比"), "占 {占比(}");
    let (document, offset) = fixture(&prose("占 {1 + 增$0}"));
    let ask = Ask {
        snippets: true,
        ..Ask::at(offset)
    };
    let list = budget_ide::completion(&document, &ask).unwrap();
    let texts: Vec<&str> = list
        .items
        .iter()
        .map(|item| item.edit.text.as_str())
        .collect();
    assert_eq!(
        texts,
        ["增减(${1:本年}, ${2:上年})", "增幅(${1:本年}, ${2:上年})"]
    );
    // Every function that is proposed is one that the language knows.
    for name in ["占比", "增减", "增幅", "差异率"] {
        let expression = format!("{name}(表三.201.项目支出, 表三.201.合计)");
        let numbers = budget_model::relation::Explorer::new(&document);
        let parsed = budget_syntax::expr::parse_slot(&expression).unwrap();
        assert!(
            numbers.worth(&parsed.expr, &expression).is_some(),
            "{expression}"
        );
    }
}

#[test]
fn numbers_that_the_paragraph_names() {
    let text = prose("执行 {43,269.30 记为 执行数} 万元，平均 {(执$0) / 2}。");
    assert_eq!(labels(&text), ["执行数"]);
}

#[test]
fn nothing_where_nothing_fits() {
    for text in [
        "共 {12$0} 万元",
        "共 {12.$0} 万元",
        "共 {表三.合计.合计|$0} 万元",
        "共 {43 记为 $0} 万元",
        "共 {表九.$0} 万元",
        "共 \\{表$0",
        "共 {上年.$0}",
    ] {
        assert_eq!(labels(&prose(text)), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_document_of_the_year_before() {
    let catalog = Catalog::builtin();
    let before: Arc<str> = format!("{HEAD}{TABLES}").replace("110.00", "100.00").into();
    let text = format!("{HEAD}{TABLES}增减 {{增减(表三.201.基本支出, 上年.表三.201.基)}}\n")
        .replace("年度: 2020", "年度: 2020\n上年文档: 2019.budget");
    let offset = text.find("基)}").unwrap() + "基".len();
    let before = Arc::new(Document::new(before, catalog.clone()));
    let fetch = |name: &str| (name == "2019.budget").then(|| before.clone());
    let reading = Reading {
        fetch: Some(&fetch),
        ..Reading::default()
    };
    let document = Document::read(text.as_str().into(), catalog.clone(), reading);
    let list = |offset: usize| {
        let offset = u32::try_from(offset).unwrap();
        budget_ide::completion(&document, &Ask::at(offset))
            .unwrap_or_default()
            .items
    };
    let [item] = &list(offset)[..] else {
        panic!("one column")
    };
    assert_eq!((&*item.label, &*item.detail), ("基本支出", "= 100.00 万元"));
    let open = text.find("上年.表三").unwrap();
    let names: Vec<String> = list(open).into_iter().map(|item| item.label).collect();
    assert!(
        names.contains(&"上年".to_owned()) && !names.contains(&"预算".to_owned()),
        "{names:?}"
    );
}
