//! What the model makes of headings, tables, rows and terms.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fmt::Write, sync::Arc};

use budget_catalog::Catalog;
use budget_model::{Document, Table, Target, Value};
use expect_test::{Expect, expect};

fn read(text: &str) -> Document {
    Document::new(Arc::from(text), Arc::clone(Catalog::builtin()))
}

fn rows(document: &Document, table: &Table) -> String {
    let mut out = String::new();
    for grid in &table.grids {
        for (index, row) in grid.rows.iter().enumerate() {
            let parent = row
                .parent
                .map_or("-".to_owned(), |parent| parent.to_string());
            let numbers = grid
                .cells
                .iter()
                .skip(index * grid.columns.len())
                .take(grid.columns.len())
                .filter(|cell| matches!(cell.value, Value::Number(_)))
                .count();
            let _ = writeln!(
                out,
                "{index} {:?} {} 「{}」 上级 {parent} 数 {numbers}",
                row.role,
                row.code.as_deref().unwrap_or("-"),
                document.slice(row.label),
            );
        }
    }
    out
}

fn check_rows(text: &str, want: Expect) {
    let document = read(text);
    let table = document.tables.first().unwrap();
    want.assert_eq(&rows(&document, table));
}

const HEAD: &str = "---\n模板: 新疆-2020-部门预算\n部门: 某县教育局\n简称: 县教育局\n年度: 2020\n---\n\n# 第二部分 2020年部门预算公开表\n\n";

#[test]
fn headings_are_known_by_title_number_and_near_miss() {
    let text = "---\n模板: 新疆-2020-部门预算\n部门: 某县教育局\n---\n\n\
        # 第二部分 2020年部门预算公开表\n\n## 表一 部门收支总体情况表\n\n### 收入\n\n### 支出\n\n\
        ## 表三 部门支出总体情況表\n\n# 第三部分 2020年部门预算情况说明\n\n\
        ## 三、关于某县教育局2020年支出预算情况说明\n\n## 附 别的事\n";
    let document = read(text);
    let mut out = String::new();
    for heading in &document.headings {
        let title = document.slice(heading.text);
        let target = match heading.target {
            Target::Table { spec } => {
                format!("table {}", document.template.tables.get(spec).unwrap().id)
            }
            Target::Grid { spec, grid } => {
                let table = document.template.tables.get(spec).unwrap();
                format!("grid {}/{}", table.id, table.grids.get(grid).unwrap().id)
            }
            Target::Section { .. } => {
                format!(
                    "section {}",
                    document.section_spec(heading.target).unwrap().title
                )
            }
            Target::Part { part } => {
                format!("part {}", document.template.parts.get(part).unwrap().title)
            }
            other => format!("{other:?}"),
        };
        let _ = writeln!(out, "{title} → {target} {:?}", heading.fit);
    }
    expect![[r#"
        第二部分 2020年部门预算公开表 → part 部门预算公开表 Exact
        表一 部门收支总体情况表 → table t1 Exact
        收入 → grid t1/income Exact
        支出 → grid t1/expense Exact
        表三 部门支出总体情況表 → table t3 Near
        第三部分 2020年部门预算情况说明 → part 部门预算情况说明 Exact
        三、关于某县教育局2020年支出预算情况说明 → section 支出预算情况说明 Exact
        附 别的事 → Other Exact
    "#]]
    .assert_eq(&out);
}

#[test]
fn codes_nest_and_totals_do_not() {
    check_rows(
        &format!(
            "{HEAD}## 表三 部门支出总体情况表\n\n\
             | 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
             | --- | --- | ---: | ---: | ---: |\n\
             | 201 | 一般公共服务支出 | 150.00 | 110.00 | 40.00 |\n\
             | 20103 | 政府办公厅（室）及相关机构事务 | 150.00 | 110.00 | 40.00 |\n\
             | 2010301 | 行政运行 | 110.00 | 110.00 | |\n\
             | 合计 | | 150.00 | 110.00 | 40.00 |\n"
        ),
        expect![[r#"
            0 Account 201 「一般公共服务支出」 上级 - 数 3
            1 Account 20103 「政府办公厅（室）及相关机构事务」 上级 0 数 3
            2 Account 2010301 「行政运行」 上级 1 数 2
            3 Total - 「合计」 上级 - 数 3
        "#]],
    );
}

#[test]
fn three_pasted_code_columns_fold() {
    check_rows(
        &format!(
            "{HEAD}## 表三 部门支出总体情况表\n\n\
             | 类 | 款 | 项 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
             | --- | --- | --- | --- | ---: | ---: | ---: |\n\
             | 201 | | | 一般公共服务支出 | 1 | 1 | 0 |\n\
             | 201 | 3 | | 政府办公厅（室）及相关机构事务 | 1 | 1 | 0 |\n\
             | 201 | 03 | 1 | 行政运行 | 1 | 1 | 0 |\n"
        ),
        expect![[r#"
            0 Account 201 「一般公共服务支出」 上级 - 数 3
            1 Account 20103 「政府办公厅（室）及相关机构事务」 上级 0 数 3
            2 Account 2010301 「行政运行」 上级 1 数 3
        "#]],
    );
}

#[test]
fn side_by_side_becomes_two_grids() {
    let document = read(&format!(
        "{HEAD}## 表一 部门收支总体情况表\n\n\
         | 项目 | 预算数 | 功能分类 | 预算数 |\n| --- | ---: | --- | ---: |\n\
         | 财政拨款（补助） | 1 | 201 一般公共服务支出 | 1 |\n\
         | 收入总计 | 1 | 支出合计 | 1 |\n"
    ));
    let table = document.tables.first().unwrap();
    assert_eq!(table.grids.len(), 2);
    expect![[r#"
        0 Detail - 「财政拨款（补助）」 上级 - 数 1
        1 Total - 「收入总计」 上级 - 数 1
        0 Account 201 「一般公共服务支出」 上级 - 数 1
        1 Total - 「支出合计」 上级 - 数 1
    "#]]
    .assert_eq(&rows(&document, table));
}

#[test]
fn projects_are_children_of_their_code_or_paragraph() {
    check_rows(
        &format!(
            "{HEAD}## 表七 项目支出情况表\n\n\
             | 科目编码 | 功能分类科目名称 | 项目名称 | 项目支出合计 |\n\
             | --- | --- | --- | ---: |\n\
             | 201 | 一般公共服务支出 | | 9 |\n\
             | 20103 | 政府办公厅（室）及相关机构事务 | | 9 |\n\
             | 2010399 | 其他 | 网站维护 | 4 |\n\
             | 2010399 | 其他 | 培训 | 5 |\n\
             | | | 合计 | 9 |\n"
        ),
        expect![[r#"
            0 Account 201 「一般公共服务支出」 上级 - 数 1
            1 Account 20103 「政府办公厅（室）及相关机构事务」 上级 0 数 1
            2 Account 2010399 「其他」 上级 1 数 1
            3 Account 2010399 「其他」 上级 1 数 1
            4 Total - 「」 上级 - 数 1
        "#]],
    );
}

#[test]
fn a_row_without_a_label_takes_the_place_of_the_template() {
    let document = read(&format!(
        "{HEAD}## 表一 部门收支总体情况表\n\n### 支出\n\n\
         | 科目编码 | 功能分类 | 预算数 |\n| --- | --- | ---: |\n\
         | 233 | 债务发行费用支出 | |\n| | | 8.53 |\n| | 支出合计 | 8.53 |\n"
    ));
    let table = document.tables.first().unwrap();
    let spec = document.table_spec(table).unwrap();
    let grid = table.grids.first().unwrap();
    let labels: Vec<&str> = grid
        .rows
        .iter()
        .map(|row| row.spec.map_or("?", |row| &spec.grids[1].rows[row].id))
        .collect();
    assert_eq!(labels, ["c233", "subtotal", "total"]);
}

#[test]
fn marks_say_what_is_lost() {
    let document = read(&format!(
        "{HEAD}## 表六 一般公共预算基本支出情况表\n\n<!-- 转换缺失: 合计行 -->\n\n\
         ## 表七 项目支出情况表\n\n<!-- 转换缺失: 表头、明细 -->\n\n## 表九 政府性基金预算支出情况表\n\n<!-- 另附 -->\n"
    ));
    let missing: Vec<_> = document.tables.iter().map(|table| table.missing).collect();
    assert!(missing[0].totals && !missing[0].rows);
    assert!(missing[1].header && missing[1].rows && !missing[1].all);
    assert!(missing[2].apart && !missing[2].all);
}

#[test]
fn trimmed_zeros_are_seen() {
    let table = |cells: &str| {
        read(&format!(
            "{HEAD}## 表三 部门支出总体情况表\n\n\
             | 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
             | --- | --- | ---: | ---: | ---: |\n| 201 | 一般公共服务支出 | {cells} |\n"
        ))
    };
    let decimals = |document: &Document| {
        let table = document.tables.first().unwrap();
        (table.decimals, table.most_decimals)
    };
    assert_eq!(decimals(&table("3405 | 308.6 | 43.03")), (2, 2));
    assert_eq!(decimals(&table("3405 | 308.60 | 43.03")), (0, 2));
    assert_eq!(decimals(&table("3 | 2 | 1")), (0, 0));
}

#[test]
fn terms_of_the_glossary() {
    let document = read(
        "---\n模板: 新疆-2020-部门预算\n部门: 某县教育局\n---\n\n# 第四部分 名词解释\n\n名词解释：\n\n\
         一、财政拨款：指由一般公共预算安排的数。\n\n二、“三公”经费：指三项费用。\n\n\
         其中，公务接待费指接待支出。\n\n三、**其他资金**：指其他。\n\n**四、基本支出：**指人员。\n\n\
         某县教育局\n\n2020年2月3日\n",
    );
    let terms: Vec<(&str, &str)> = document
        .terms
        .iter()
        .map(|term| (document.slice(term.name), document.slice(term.definition)))
        .collect();
    assert_eq!(
        terms,
        [
            ("财政拨款", "指由一般公共预算安排的数。"),
            ("“三公”经费", "指三项费用。\n\n其中，公务接待费指接待支出。"),
            ("其他资金", "指其他。"),
            ("基本支出", "指人员。"),
        ]
    );
}

#[test]
fn an_unknown_template_is_read_by_the_generic_one() {
    let document = read("---\n模板: 没有这个\n---\n");
    assert_eq!(
        document.template_choice,
        budget_model::document::TemplateChoice::Unknown
    );
    assert!(document.template.generic);
}
