//! What can be folded.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::string_slice,
    reason = "tests only"
)]

mod support;

use budget_ide::folds;
use expect_test::expect;
use support::fixture;

#[test]
fn what_can_be_folded() {
    let text = "$0---
模板: 新疆-2020-部门预算
---

# 第二部分 部门预算公开表

## 表一 部门收支总体情况表

### 收入

| 项目 | 预算数 |
| --- | ---: |
| 收入总计 | = |


## 表三 部门支出总体情况表

<!-- 转换缺失: 明细 -->
<!-- 原表
如此 -->

# 底稿

## 空的
";
    let (document, _) = fixture(text);
    let line = |offset: u32| document.text[..offset as usize].matches('\n').count();
    let shown: String = folds(&document)
        .iter()
        .map(|fold| {
            let (start, end) = (line(fold.range.start()), line(fold.range.end()));
            let first = document.text.lines().nth(start).unwrap();
            let last = document.text.lines().nth(end).unwrap();
            let instead = fold.instead.as_deref().unwrap_or_default();
            assert!(first.is_empty() || !first.ends_with(' '));
            format!("{:?} {start} {first} ~ {end} {last} {instead}\n", fold.kind)
        })
        .collect();
    expect![[r#"
        FrontMatter 0 --- ~ 2 --- 
        Section 4 # 第二部分 部门预算公开表 ~ 19 如此 --> 
        Section 6 ## 表一 部门收支总体情况表 ~ 12 | 收入总计 | = | 
        Section 8 ### 收入 ~ 12 | 收入总计 | = | 
        Table 10 | 项目 | 预算数 | ~ 12 | 收入总计 | = | …… 1 行
        Section 15 ## 表三 部门支出总体情况表 ~ 19 如此 --> 
        Comments 17 <!-- 转换缺失: 明细 --> ~ 19 如此 --> 
        Section 21 # 底稿 ~ 23 ## 空的 
    "#]]
    .assert_eq(&shown);
}

#[test]
fn one_line_is_not_folded() {
    for text in [
        "$0",
        "$0# 一\n\n\n",
        "$0| 甲 |",
        "$0<!-- 一 -->\n\n# 二",
        "$0---\n",
    ] {
        assert_eq!(folds(&fixture(text).0), []);
    }
    // Lines that end with CR or CRLF.
    for end in ["\r", "\r\n"] {
        let (document, _) = fixture(&format!("$0# 一{end}{end}说明。{end}"));
        let folds = folds(&document);
        assert_eq!(folds.len(), 1);
        assert_eq!(
            document.slice(folds[0].range).trim_matches(['\r', '\n']),
            "说明。"
        );
        assert!(document.slice(folds[0].range).starts_with(end));
    }
}
