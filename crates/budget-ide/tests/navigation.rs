//! Where what stands at the cursor (`$0`) is said, and everywhere that it stands.

mod support;

use budget_ide::symbol::Role;
use budget_ide::{Goal, definition, references};
use expect_test::{Expect, expect};
use support::{HEAD, SPENDING, fixture, places, prose};

/// Tables with codes and a project, its form, narrative and glossary; astral text in between.
fn document(narrative: &str) -> String {
    format!(
        "{HEAD}# 目录

第二部分 部门预算公开表

一、部门支出总体情况表

二、项目支出情况表

# 第二部分 部门预算公开表

## 表三 部门支出总体情况表

{SPENDING}
## 表七 项目支出情况表

| 科目编码 | 功能分类科目名称 | 项目名称 | 项目支出合计 |
| --- | --- | --- | ---: |
| 2010302 | 一般行政管理事务 | 𠮷县网站（一期）维护 | 30.00 |
| 2010302 | 一般行政管理事务 | 𠮷县网站（一期）维护费 | 10.00 |
| | | 合计 | 40.00 |

# 第三部分 部门预算情况说明

## 二、收入预算情况说明

{narrative}

## 十、其他重要事项的情况说明

### （四）预算绩效情况

#### 项目支出绩效目标表（𠮷县网站(一期)维护）

- 项目名称：𠮷县网站(一期)维护
- 年度资金总额：30

| 一级指标 | 二级指标 | 三级指标 | 指标值 |
| --- | --- | --- | --- |
| 产出指标 | 数量指标 | 网站 | 1 |

# 第四部分 名词解释

一、“三公”经费：指因公出国（境）费等。

二、财政拨款：指𠮷县财政安排的钱。

三、财政拨款收入：指财政拨款形成的收入。
"
    )
}

fn goes(text: &str, expected: &Expect) {
    let (document, offset) = fixture(text);
    let found = definition(&document, &prose(&document), offset);
    let shown = found.map_or_else(String::new, |found| {
        let mut out = format!("[{}]\n", document.slice(found.origin));
        for goal in found.goals {
            match goal {
                Goal::Here(range) => out.push_str(&places(&document, [(range, "")])),
                Goal::Document(name) => out.push_str(&format!("-> {name}\n")),
            }
        }
        out
    });
    expected.assert_eq(&shown);
}

fn stands(text: &str, expected: &Expect) {
    let (document, offset) = fixture(text);
    let found = references(&document, &prose(&document), offset);
    let shown = found.map_or_else(String::new, |found| {
        let mark = |role| match role {
            Role::Definition => "= ",
            Role::Use => "",
        };
        let all = found.places.iter().map(|it| (it.range, mark(it.role)));
        format!(
            "[{}]\n{}",
            document.slice(found.origin),
            places(&document, all)
        )
    });
    expected.assert_eq(&shown);
}

#[test]
fn a_term_and_its_entry() {
    let text = document("𠮷县财政拨$0款 3 万元，财政拨款收入 3 万元，\"三公\" 经费 1 万元。");
    goes(
        &text,
        &expect![[r#"
        [财政拨款]
        59: 财政拨款
    "#]],
    );
    stands(
        &text,
        &expect![[r#"
        [财政拨款]
        40: 财政拨款
        59: = 财政拨款
        61: 财政拨款
    "#]],
    );
    // Its quotation marks are others in the entry.
    goes(
        &document("\"三$0公\" 经费 1 万元。"),
        &expect![[r#"
        ["三公" 经费]
        57: “三公”经费
    "#]],
    );
    // Behind its last character too.
    goes(
        &document("有财政拨款$0。"),
        &expect![[r#"
        [财政拨款]
        59: 财政拨款
    "#]],
    );
    goes(&document("无$0。"), &expect![[r#""#]]);
}

#[test]
fn a_code_across_tables_and_text() {
    let text = document(
        "1. 一般公共服务支出（201）政府办公厅（室）及相关机构事务（03）一般行政管理事务（0$02）：40 万元。\n\n\
         2. 一般公共服务支出（类）政府办公厅（室）及相关机构事务（款）一般行政管理事务（项）：40 万元。\n\n\
         其中 2010302 一般行政管理事务 {表三.2010302.项目支出} 万元，电话 2010302.5、{表一.支出.201.预算数}。",
    );
    stands(
        &text,
        &expect![[r#"
        [02]
        25: = 2010302
        32: 2010302
        33: 2010302
        40: 02
        42: 一般行政管理事务
        44: 2010302
        44: 2010302
    "#]],
    );
    goes(
        &text,
        &expect![[r#"
        [02]
        25: 2010302
    "#]],
    );
    goes(
        &document("见 {表三.201030$02.项目支出}。"),
        &expect![[r#"
            [2010302]
            25: 2010302
        "#]],
    );
    goes(
        &document("一般公共服务支出（$0类）150 万元，201 一般公共服务支出，201 人。"),
        &expect![[r#""#]],
    );
    stands(
        &document("一般公$0共服务支出（类）150 万元，201 一般公共服务支出，201 人，201。"),
        &expect![[r#"
            [一般公共服务支出]
            22: = 201
            40: 一般公共服务支出
            40: 201
        "#]],
    );
}

#[test]
fn a_project_in_tables_forms_and_text() {
    let text = document(
        "1. 项目名称：𠮷县网站（一期）维护\n\n\
         𠮷县网站（一期）维$0护安排 {表七.【𠮷县网站（一期）维护】.项目支出合计} 万元，𠮷县网站（一期）维护费 10 万元。",
    );
    stands(
        &text,
        &expect![[r#"
        [𠮷县网站（一期）维护]
        32: = 𠮷县网站（一期）维护
        40: 𠮷县网站（一期）维护
        42: 𠮷县网站（一期）维护
        42: 【𠮷县网站（一期）维护】
        48: 𠮷县网站(一期)维护
        50: 𠮷县网站(一期)维护
    "#]],
    );
    goes(
        &text,
        &expect![[r#"
        [𠮷县网站（一期）维护]
        32: 𠮷县网站（一期）维护
    "#]],
    );
    let cell = document("无。").replacen("维护费 |", "维护$0费 |", 1);
    stands(
        &cell,
        &expect![[r#"
        [𠮷县网站（一期）维护费]
        33: = 𠮷县网站（一期）维护费
    "#]],
    );
}

#[test]
fn a_heading_and_its_line_of_the_contents() {
    let text = document("见表三，{表三.合计.合计} 万元，人大代表三名。");
    let line = text.replacen("部门支出总体", "部门支$0出总体", 1);
    goes(
        &line,
        &expect![[r#"
        [一、部门支出总体情况表]
        18: 表三 部门支出总体情况表
    "#]],
    );
    stands(
        &line,
        &expect![[r#"
        [一、部门支出总体情况表]
        12: 一、部门支出总体情况表
        18: = 表三 部门支出总体情况表
        40: 表三
        40: 表三
    "#]],
    );
    let mention = text.replacen("见表三", "见表$0三", 1);
    goes(
        &mention,
        &expect![[r#"
        [表三]
        18: 表三 部门支出总体情况表
    "#]],
    );
    let part = text.replacen("# 第二部分", "# 第二$0部分", 1);
    stands(
        &part,
        &expect![[r#"
        [第二部分 部门预算公开表]
        10: 第二部分 部门预算公开表
        16: = 第二部分 部门预算公开表
    "#]],
    );
}

#[test]
fn a_number_and_the_numbers_of_its_relations() {
    let text = document("{表三.合计.项目支出} 万元。");
    let cell = text.replacen("| 40.00 |\n| 20103 ", "| 4$00.00 |\n| 20103 ", 1);
    stands(
        &cell,
        &expect![[r#"
        [40.00]
        22: 150.00
        22: 110.00
        22: = 40.00
        23: 40.00
        26: 40.00
    "#]],
    );
    // A number as typed is said where it stands.
    goes(&cell, &expect![[r#""#]]);
    goes(
        &text.replacen("合计.项目", "合计.项$0目", 1),
        &expect![[r#"
            [项目支出]
            26: 40.00
        "#]],
    );
    // A sum is made of its parts.
    let total = text.replacen("| | 合计 | 150.00 |", "| | 合计 | 15$00.00 |", 1);
    goes(
        &total,
        &expect![[r#"
        [150.00]
        24: 110.00
        25: 40.00
    "#]],
    );
    let derived = text.replacen("| | 合计 | 150.00 |", "| | 合计 | =$0 |", 1);
    goes(
        &derived,
        &expect![[r#"
        [=]
        22: 150.00
    "#]],
    );
}

#[test]
fn a_number_of_the_narrative_and_the_cell_it_restates() {
    let text = document("𠮷县人民政府办公室2020年项目支出40.00万元，基本支出110.00万元。")
        .replacen("## 二、收入预算情况说明", "## 三、支出预算情况说明", 1);
    let number = text.replacen("项目支出40.00万", "项目支出4$00.00万", 1);
    goes(
        &number,
        &expect![[r#"
        [40.00万元]
        26: 40.00
    "#]],
    );
    stands(
        &number,
        &expect![[r#"
        [40.00万元]
        26: 40.00
        40: = 40.00
    "#]],
    );
    let cell = text.replacen(
        "| | 合计 | 150.00 | 110.00 | 40.00",
        "| | 合计 | 150.00 | 110.00 | 4$00.00",
        1,
    );
    stands(
        &cell,
        &expect![[r#"
        [40.00]
        22: 40.00
        25: 40.00
        26: 150.00
        26: 110.00
        26: = 40.00
        34: 40.00
        40: 40.00
    "#]],
    );
}

#[test]
fn another_document_and_a_rule() {
    let text = document("比 {上$0年.表三.合计.合计} 万元。")
        .replace("年度: 2020\n", "年度: 2020\n上年文档: 2019/𠮷县.budget\n");
    goes(
        &text,
        &expect![[r#"
        [上年]
        -> 2019/𠮷县.budget
    "#]],
    );
    stands(
        &text,
        &expect![[r#"
        [上年]
        5: = 2019/𠮷县.budget
        41: 上年
    "#]],
    );
    let key = text.replace("$0", "").replacen("上年文档", "上年$0文档", 1);
    goes(
        &key,
        &expect![[r#"
        [2019/𠮷县.budget]
        -> 2019/𠮷县.budget
    "#]],
    );
    let rules = document(
        "<!-- 忽略 TXT001、AR$0I003: 甲 -->\n\n说明。。\n\n<!-- 忽略 合计: 乙 -->\n\n说明。。\n\n<!-- 忽略 ARI003: 丙 -->\n\n说明。。",
    );
    stands(
        &rules,
        &expect![[r#"
        [ARI003]
        40: ARI003
        48: ARI003
    "#]],
    );
}

#[test]
fn nothing_where_nothing_stands() {
    for text in [
        "$0",
        "---\n$0",
        "# 甲\n\n$0\n",
        "| $0 |\n",
        "{$0",
        "<!-- $0",
        "𠮷$0\r\n",
    ] {
        goes(text, &expect![[r#""#]]);
    }
}
