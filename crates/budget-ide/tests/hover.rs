//! What is said of the thing under the cursor (`$0`).

mod support;

use expect_test::{Expect, expect};
use support::{HEAD, hover};

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&hover(text));
}

const GLOSSARY: &str = "
# 第四部分 名词解释

一、财政拨款：指由𠮷县财政安排的拨款数。

二、财政拨款收入：另一个
名词。
";

fn narrative(text: &str) -> String {
    format!("{HEAD}# 第三部分 部门预算情况说明\n\n## 二、收入预算情况说明\n\n{text}\n{GLOSSARY}")
}

fn table(rows: &str) -> String {
    format!(
        "{HEAD}# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n\
         | 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
         | --- | --- | ---: | ---: | ---: |\n{rows}\n{GLOSSARY}"
    )
}

#[test]
fn a_term_of_the_document() {
    check(
        &narrative("𠮷县财$0政拨款 3 万元。"),
        &expect![[r#"
        [财政拨款]
        **财政拨款**

        指由𠮷县财政安排的拨款数。

        见本文件“名词解释”。
    "#]],
    );
    // The longest that holds the cursor.
    check(
        &narrative("财政拨$0款收入 3 万元。"),
        &expect![[r#"
        [财政拨款收入]
        **财政拨款收入**

        另一个名词。

        见本文件“名词解释”。
    "#]],
    );
    // At its last character, and not behind it.
    assert!(hover(&narrative("有财政拨$0款。")).starts_with("[财政拨款]"));
    assert_eq!(hover(&narrative("有财政拨款$0。")), "nothing");
}

#[test]
fn a_term_in_headings_and_cells() {
    assert!(hover(&table("| 201 | 财$0政拨款 | 1 | 1 | |")).starts_with("[财政拨款]"));
    let heading = format!("{HEAD}# 第三部分 情况说明\n\n## 四、财政$0拨款收支\n{GLOSSARY}");
    assert!(hover(&heading).starts_with("[财政拨款]"));
}

#[test]
fn a_term_of_the_catalogue_says_so() {
    check(
        &narrative("其中基本$0支出 3 万元。"),
        &expect![[r#"
        [基本支出]
        **基本支出**

        指为保障机构正常运转、完成日常工作任务而发生的人员支出和公用支出。

        本文件的“名词解释”没有这个名词；以上是其他已公开文件的解释。
    "#]],
    );
    assert_eq!(hover(&narrative("𠮷$0𠮷𠮷。")), "nothing");
}

#[test]
fn a_code() {
    check(
        &table("| 201$00301 | 行政运行 | 1 | 1 | |"),
        &expect![[r#"
            [2010301]
            **2010301 行政运行**

            一般公共服务支出 / 政府办公厅（室）及相关机构事务 / 行政运行

            支出功能分类的项级科目。编码和名称见于已公开的文件。
        "#]],
    );
    check(
        &table("| 201$0 | 一般公共服务支出 | 1 | 1 | |"),
        &expect![[r#"
            [201]
            **201 一般公共服务支出**

            支出功能分类的类级科目。编码和名称见于已公开的文件。
        "#]],
    );
    check(
        &table("| 299$09999 | 𠮷 | 1 | 1 | |"),
        &expect![[r#"
            [2999999]
            **2999999**

            支出功能分类目录中没有这个编码，请核对。

            规则 `COD007` 科目目录中没有的编码：编码的位数对，但随程序附带的科目目录里没有。目录并不完整，所以只作提示，默认不显示。
        "#]],
    );
}

#[test]
fn an_amount_with_its_relations() {
    let rows = "| 201 | 一般公共服务支出 | 15$00.00 | 110.00 | 30.00 |\n|  | 合计 | 150.00 | 110.00 | 40.00 |";
    check(
        &table(rows),
        &expect![[r#"
            [150.00]
            **201 一般公共服务支出 · 合计**

            表三 部门支出总体情况表

            150.00 万元

            涉及它的核对关系：

            - **不成立** `表三.201.合计 = 表三.201.基本支出 + 表三.201.项目支出`：左值 150.00，右值 140.00
            - **成立** `表三.合计.合计 = 合(表三.类.合计)`
            - **成立** `表三.合计.合计 = 合(表三.*.合计)`
        "#]],
    );
}

#[test]
fn a_derived_cell() {
    let rows =
        "| 201 | 一般公共服务支出 | 150.00 | 110.00 | 40.00 |\n|  | 合计 | =$0 | 110.00 | 40.00 |";
    check(
        &table(rows),
        &expect![[r#"
            [=]
            **合计 · 合计**

            表三 部门支出总体情况表

            算出 150.00 万元，公式：`合(表三.类.合计)`

            涉及它的核对关系：

            - **成立** `表三.合计.合计 = 合(表三.类.合计)`
            - **成立** `表三.合计.合计 = 合(表三.*.合计)`
            - **成立** `表三.合计.合计 = 表三.合计.基本支出 + 表三.合计.项目支出`
        "#]],
    );
}

#[test]
fn words_where_a_number_belongs() {
    check(
        &table("| 201 | 一般公共服务支出 | 待$0填 | 110.00 | 40.00 |"),
        &expect![[r#"
            [待填]
            **201 一般公共服务支出 · 合计**

            表三 部门支出总体情况表

            待填：还没有数，涉及它的核对都等着。

            规则 `STR014` 待填未填：“待填”、XX、××、下划线空格等还没有填写的地方。状态为“草稿”时每张表只计数；送审、公开时每一处都是错误。XL、X 光、5×6 这样的不算。
        "#]],
    );
    assert_eq!(
        hover(&table("| 201 | 一般公共服务支出 | $0 |  |  |")),
        "nothing"
    );
}
