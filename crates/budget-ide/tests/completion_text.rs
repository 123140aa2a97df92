//! What is proposed outside of code cells: headers, labels, projects, headings with what belongs under
//! them, the front matter, glossary entries, comments.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use budget_ide::{Ask, CompletionKind};
use budget_model::relation::Collect;
use support::{HEAD, after, completion, fixture, shown, taken};

fn tables(body: &str) -> String {
    format!("{HEAD}# 第二部分 部门预算公开表\n\n{body}\n")
}

fn labels(text: &str) -> Vec<String> {
    let items = completion(text).items.into_iter();
    items.map(|item| item.label).collect()
}

/// What a typed character brings up.
fn triggered(text: &str, trigger: char) -> Vec<String> {
    let (document, offset) = fixture(text);
    let ask = Ask {
        trigger: Some(trigger),
        ..Ask::at(offset)
    };
    let list = budget_ide::completion(&document, &ask).unwrap_or_default();
    list.items.into_iter().map(|item| item.label).collect()
}

#[test]
fn a_header_wants_the_columns_that_it_lacks() {
    let header = |row: &str| tables(&format!("## 表三 部门支出总体情况表\n\n{row}\n"));
    assert_eq!(
        labels(&header("| 科目编码 | $0 | 合计 |")),
        ["功能分类科目名称", "基本支出", "项目支出"]
    );
    assert_eq!(
        taken(&header("| 科目编码 | 基$0 |"), "基本支出"),
        "| 科目编码 | 基本支出 |"
    );
    let (_, text, _) = after(&header("|$0"), "整行表头");
    assert!(text.contains(
        "\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n| --- | --- | ---: | ---: | ---: |\n"
    ));
    // Halves have columns of their own.
    let half = tables("## 表一 部门收支总体情况表\n\n### 支出\n\n| $0 |\n");
    assert_eq!(
        labels(&half),
        ["整行表头", "科目编码", "功能分类", "预算数"]
    );
}

#[test]
fn a_label_cell_wants_the_rows_that_are_missing_next_ones_first() {
    let rows = |rows: &str| {
        tables(&format!(
            "## 表一 部门收支总体情况表\n\n### 收入\n\n| 项目 | 预算数 |\n| --- | ---: |\n{rows}\n"
        ))
    };
    let all = labels(&rows("| 政府性基金预算 | 1 |\n| $0 | |\n| 收入总计 | = |"));
    assert_eq!(
        all.first().map(String::as_str),
        Some("教育收费（财政专户）")
    );
    assert_eq!(all.last().map(String::as_str), Some("一般公共预算"));
    assert!(
        !all.iter()
            .any(|label| label == "收入总计" || label == "政府性基金预算")
    );
    assert_eq!(taken(&rows("| 小$0 | |"), "小计"), "| 小计 | |");
    assert_eq!(taken(&rows("| 待填$0 | 待填 |"), "小计"), "| 小计 | 待填 |");
    // A bar opens the list here too, but no other mark does.
    assert!(!triggered(&rows("|$0 | |"), '|').is_empty());
    assert_eq!(triggered(&rows("| 小。$0 | |"), '。'), Vec::<String>::new());
    // The half that prints every class takes no other code.
    let half = "## 表一 部门收支总体情况表\n\n### 支出\n\n| 科目编码 | 功能分类 | 预算数 |\n| --- | --- | ---: |\n| $0 | | |\n";
    assert!(
        labels(&tables(half))
            .iter()
            .all(|label| label.split(' ').next().unwrap().len() == 3)
    );
}

#[test]
fn projects_named_elsewhere_are_proposed() {
    let text = tables(
        "## 表七 项目支出情况表\n\n| 科目编码 | 科目名称 | 项目名称 | 项目支出合计 |\n| --- | --- | --- | ---: |\n\
         | 2010302 | 一般行政管理事务 | 政务服务大厅运行 | 10.00 |\n\
         | 2010302 | 一般行政管理事务 | 𠮷县志编纂 | 5.00 |\n| 2010399 | 其他 | 县志$0 | |\n",
    );
    assert_eq!(labels(&text), ["𠮷县志编纂"]);
    assert_eq!(
        taken(&text, "𠮷县志编纂"),
        "| 2010399 | 其他 | 𠮷县志编纂 | |"
    );
}

#[test]
fn a_fresh_heading_brings_what_belongs_under_it() {
    let (_, text, _) = after(&tables("## 表三$0"), "表三 部门支出总体情况表");
    assert!(
        text.ends_with(
            "## 表三 部门支出总体情况表\n\n- 编制部门：𠮷县人民政府办公室\n- 金额单位：万元\n\n\
             | 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
             | -------- | ---------------- | ---: | -------: | -------: |\n\
             | 待填     | 待填             |    = |     待填 |     待填 |\n\
             |          | 合计             |    = |        = |        = |\n\n"
        ),
        "{text}"
    );
    // Where something stands under it, the heading alone.
    let renamed = tables("## 表$0\n\n| 科目编码 |\n| --- |\n");
    assert_eq!(
        taken(&renamed, "表三 部门支出总体情况表"),
        "## 表三 部门支出总体情况表"
    );
    // With tab stops where the editor has them: the first hole is where one types.
    let (document, offset) = fixture(&format!("{HEAD}# 第三部分 部门预算情况说明\n\n＃＃ 三$0\n"));
    let ask = Ask {
        snippets: true,
        ..Ask::at(offset)
    };
    let list = budget_ide::completion(&document, &ask).unwrap();
    let item = list
        .items
        .iter()
        .find(|item| item.label.starts_with("三、"))
        .unwrap();
    assert!(
        item.snippet && item.edit.text.ends_with("情况说明\n\n${0:待填}\n"),
        "{item:?}"
    );
}

#[test]
fn a_whole_table_that_is_taken_has_no_error() {
    for spec in [1, 2, 3, 4, 5, 7, 8] {
        let template = budget_catalog::Catalog::builtin()
            .template("新疆-2020-部门预算")
            .unwrap();
        let table = &template.tables[spec];
        let label = budget_convert::skeleton::table_title(template, table);
        let head = HEAD.replace("年度: 2020", "年度: 2020\n状态: 草稿");
        let text = format!("{head}# 第二部分 部门预算公开表\n\n## $0\n");
        let (document, text, _) = after(&text, &label);
        let catalog = document.catalog.clone();
        let written = budget_model::Document::new(text.as_str().into(), catalog);
        assert!(written.parse.errors.is_empty(), "{text}");
        assert_eq!(written.tables[0].spec, Some(spec));
        let report = budget_rules::check(&written, Collect::Broken);
        let errors: Vec<_> = report
            .findings
            .iter()
            .filter(|it| {
                it.severity == budget_rules::Severity::Error && !it.rule.starts_with("STR00")
            })
            .collect();
        assert!(errors.is_empty(), "{text}\n{errors:#?}");
    }
}

#[test]
fn keys_and_values_of_the_front_matter_pass_the_check() {
    let head = |line: &str| format!("---\n模板: 新疆-2020-部门预算\n{line}\n---\n");
    let keys = labels(&head("$0"));
    assert_eq!(keys.first().map(String::as_str), Some("部门"));
    assert!(!keys.iter().any(|key| key == "模板"));
    assert_eq!(taken(&head("年$0"), "年度"), "年度: ");
    let mut checked = 0;
    for key in keys {
        for value in labels(&head(&format!("{key}: $0"))) {
            let text = head(&format!("{key}: {value}"));
            let catalog = budget_catalog::Catalog::builtin().clone();
            let document = budget_model::Document::new(text.as_str().into(), catalog);
            let report = budget_rules::check(&document, Collect::Broken);
            assert!(
                !report.findings.iter().any(|it| it.rule == "STR020"),
                "{text}"
            );
            checked += 1;
        }
    }
    assert!(checked > 15, "{checked}");
    // Documents of the folder are the server's to know.
    let (document, offset) = fixture(&head("上年文档：$0"));
    let ask = Ask {
        trigger: Some('：'),
        documents: Some(&|| vec!["2019.budget".to_owned()]),
        ..Ask::at(offset)
    };
    let list = budget_ide::completion(&document, &ask).unwrap();
    assert_eq!(list.items[0].edit.text, " 2019.budget");
}

#[test]
fn an_empty_file_begins_with_a_template() {
    let all = labels("$0");
    assert!(all.contains(&"新疆-2020-部门预算".to_owned()), "{all:?}");
    let (_, text, _) = after("$0", "新疆-2020-部门预算");
    assert!(
        text.starts_with("---\n模板: 新疆-2020-部门预算\n部门: 待填\n年度: 2020\n"),
        "{text}"
    );
    assert_eq!(shown("甲$0", 9), "");
}

#[test]
fn terms_are_explained_with_their_number() {
    let part = |body: &str| {
        format!(
            "{HEAD}# 第三部分 部门预算情况说明\n\n本年基本支出 1 万元。\n\n# 第四部分 名词解释\n\n{body}\n"
        )
    };
    // Those that the document uses come first; those explained are left out.
    let all = labels(&part("一、财政拨款：指同级财政安排的资金。\n\n$0"));
    assert_eq!(all.first().map(String::as_str), Some("基本支出"));
    assert!(!all.contains(&"财政拨款".to_owned()));
    let line = taken(
        &part("一、财政拨款：指同级财政安排的资金。\n\n基本$0"),
        "基本支出",
    );
    assert!(line.starts_with("二、基本支出："), "{line}");
    // Numbered as the entry above, or not at all.
    let line = taken(
        &part("9. 财政拨款：指同级财政安排的资金。\n\n基本$0"),
        "基本支出",
    );
    assert!(line.starts_with("10.基本支出："), "{line}");
    let line = taken(
        &part("财政拨款：指同级财政安排的资金。\n\n基本$0"),
        "基本支出",
    );
    assert!(line.starts_with("基本支出："), "{line}");
    assert!(taken(&part("$0"), "基本支出").starts_with("一、基本支出："));
    // An explanation is nobody's to complete.
    assert_eq!(labels(&part("一、财政拨款：指$0")), Vec::<String>::new());
}

#[test]
fn prose_is_left_alone_until_two_characters_fit() {
    let prose = |body: &str| format!("{HEAD}# 第三部分 部门预算情况说明\n\n{body}\n");
    assert_eq!(
        taken(&prose("本年一般公共$0"), "一般公共预算"),
        "本年一般公共预算"
    );
    assert_eq!(labels(&prose("本年一$0")), Vec::<String>::new());
    assert_eq!(labels(&prose("一般公共预算$0安排")), ["一般公共预算拨款"]);
    for mark in ['，', '。', '：', '.', ',', ':', '|', '｜', '（', '#', '1'] {
        let text = prose(&format!("本年财政拨款{mark}$0"));
        assert_eq!(triggered(&text, mark), Vec::<String>::new(), "{mark}");
    }
}

#[test]
fn comments_name_rules() {
    let text = tables("<!-- $0 -->");
    assert_eq!(labels(&text).first().map(String::as_str), Some("忽略"));
    let text = tables("<!-- 忽略 ARI00$0 -->");
    let all = labels(&text);
    assert!(all.len() > 5 && all.iter().all(|label| label.starts_with("ARI00")));
    let label = "ARI001 行合计不等于各列之和";
    assert_eq!(taken(&text, label), "<!-- 忽略 ARI001 -->");
    let text = tables("<!-- 忽略 ARI002、行合计$0: 原表如此 -->");
    assert_eq!(
        taken(&text, label),
        "<!-- 忽略 ARI002、ARI001: 原表如此 -->"
    );
    assert_eq!(
        labels(&tables("<!-- 忽略 ARI001: 原$0 -->")),
        Vec::<String>::new()
    );
    // What was found there comes first.
    let (document, offset) = fixture(&tables("<!-- 忽略 $0 -->\n\n说明。。"));
    let report = budget_rules::check(&document, Collect::Broken);
    let found = || {
        report
            .findings
            .iter()
            .map(|it| (it.range, it.rule))
            .collect()
    };
    let ask = Ask {
        found: Some(&found),
        ..Ask::at(offset)
    };
    let list = budget_ide::completion(&document, &ask).unwrap();
    assert!(
        list.items[0].label.starts_with("TXT001"),
        "{:?}",
        list.items[0]
    );
    assert_eq!(list.items[0].kind, CompletionKind::Rule);
}

#[test]
fn fields_above_a_table() {
    let text = tables("## 表三 部门支出总体情况表\n\n- 编制部门：𠮷县人民政府办公室\n- $0\n");
    let all = labels(&text);
    assert!(
        all.contains(&"金额单位".to_owned()) && !all.contains(&"编制部门".to_owned()),
        "{all:?}"
    );
    assert_eq!(taken(&text, "金额单位"), "- 金额单位：");
    let text = tables("## 表三 部门支出总体情况表\n\n- 金额单位：$0\n");
    assert_eq!(triggered(&text, '：'), ["万元", "元", "亿元"]);
    let text = tables("## 表三 部门支出总体情况表\n\n- 编制部门：𠮷$0\n");
    assert_eq!(
        taken(&text, "𠮷县人民政府办公室"),
        "- 编制部门：𠮷县人民政府办公室"
    );
}
