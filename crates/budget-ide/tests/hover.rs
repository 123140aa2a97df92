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
    check(&narrative("𠮷县财$0政拨款 3 万元。"), &expect![[""]]);
    // The longest that holds the cursor.
    check(&narrative("财政拨$0款收入 3 万元。"), &expect![[""]]);
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
    check(&narrative("其中基本$0支出 3 万元。"), &expect![[""]]);
    assert_eq!(hover(&narrative("𠮷$0𠮷𠮷。")), "nothing");
}

#[test]
fn a_code() {
    check(&table("| 201$00301 | 行政运行 | 1 | 1 | |"), &expect![[""]]);
    check(
        &table("| 201$0 | 一般公共服务支出 | 1 | 1 | |"),
        &expect![[""]],
    );
    check(&table("| 299$09999 | 𠮷 | 1 | 1 | |"), &expect![[""]]);
}

#[test]
fn an_amount_with_its_relations() {
    let rows = "| 201 | 一般公共服务支出 | 15$00.00 | 110.00 | 30.00 |\n|  | 合计 | 150.00 | 110.00 | 40.00 |";
    check(&table(rows), &expect![[""]]);
}

#[test]
fn a_derived_cell() {
    let rows =
        "| 201 | 一般公共服务支出 | 150.00 | 110.00 | 40.00 |\n|  | 合计 | =$0 | 110.00 | 40.00 |";
    check(&table(rows), &expect![[""]]);
}

#[test]
fn words_where_a_number_belongs() {
    check(
        &table("| 201 | 一般公共服务支出 | 待$0填 | 110.00 | 40.00 |"),
        &expect![[""]],
    );
    assert_eq!(
        hover(&table("| 201 | 一般公共服务支出 | $0 | 110.00 | 40.00 |")),
        "nothing"
    );
}
