//! The outline of a document.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::string_slice,
    reason = "tests only"
)]

mod support;

use budget_ide::{Symbol, outline};
use budget_model::Document;
use expect_test::expect;
use support::fixture;

fn shown(document: &Document, symbols: &[Symbol], depth: usize, out: &mut String) {
    for (at, symbol) in symbols.iter().enumerate() {
        assert!(symbol.range.contains(symbol.selection));
        if let Some(next) = symbols.get(at + 1) {
            assert!(symbol.range.start() <= next.range.start());
        }
        let indent = "  ".repeat(depth);
        let selection = document.slice(symbol.selection).replace('\n', "↵");
        *out += &format!(
            "{indent}{:?} {} | {} | {selection}\n",
            symbol.kind, symbol.name, symbol.detail
        );
        for child in &symbol.children {
            assert!(symbol.range.contains(child.range));
        }
        shown(document, &symbol.children, depth + 1, out);
    }
}

#[test]
fn what_one_looks_for() {
    let (document, _) = fixture(
        "$0---
模板: 新疆-2020-部门预算
部门: 𠮷县人民政府办公室
---

# 第二部分 部门预算公开表

## 表一 部门收支总体情况表

### 收入

| 项目 | 预算数 |
| --- | ---: |
| 财政拨款（补助） | 170.00 |
| 收入总计 | 170.00 |

### 支出

| 科目编码 | 功能分类 | 预算数 |
| --- | --- | ---: |
| 201 | 一般公共服务支出 | 170.00 |
| | 支出合计 | = |

## 表七 项目支出情况表

| 科目编码 | 功能分类科目名称 | 项目名称 | 项目支出合计 |
| --- | --- | --- | ---: |
| 2010302 | 一般行政管理事务 | 𠮷县征兵 | 12 |
| 2010399 | 其他支出 | 𠮷县征兵 | 8 |
| 2010302 | 一般行政管理事务 | 参事  调研 | 待填 |
| | | 合计 | 20 |

# 第四部分 名词解释

一、财政拨款：指由财政安排的拨款数。

#

# 底稿
",
    );
    let mut out = String::new();
    shown(&document, &outline(&document), 0, &mut out);
    expect![[r#"
        FrontMatter 文档信息 | 新疆-2020-部门预算 | 𠮷县人民政府办公室
        Part 第二部分 部门预算公开表 |  | 第二部分 部门预算公开表
          Table 表一 部门收支总体情况表 |  | 表一 部门收支总体情况表
            Grid 收入 |  | 收入
              Total 收入总计 | 170.00 | 收入总计
            Grid 支出 |  | 支出
              Total 支出合计 |  | 支出合计
          Table 表七 项目支出情况表 |  | 表七 项目支出情况表
            Project 𠮷县征兵 | 12 | 𠮷县征兵
            Project 参事 调研 |  | 参事  调研
            Total 合计 | 20 | 合计
        Part 第四部分 名词解释 |  | 第四部分 名词解释
          Term 财政拨款 |  | 财政拨款
        Part 底稿 |  | 底稿
    "#]]
    .assert_eq(&out);
}

#[test]
fn nothing_to_show() {
    assert_eq!(outline(&fixture("$0").0), []);
    assert_eq!(outline(&fixture("$0说明。\n").0), []);
}
