//! What a selection grows to from the cursor (`$0`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::string_slice,
    reason = "tests only"
)]

mod support;

use budget_ide::selection;
use budget_syntax::TextRange;
use expect_test::{Expect, expect};
use support::{HEAD, fixture};

/// A range a line, its line ends shown, its middle left out.
fn check(text: &str, expected: &Expect) {
    let (document, offset) = fixture(text);
    let ranges = selection(&document, offset);
    for pair in ranges.windows(2) {
        assert!(pair[1].contains(pair[0]) && pair[0] != pair[1]);
    }
    assert_eq!(ranges.last().unwrap().len() as usize, document.text.len());
    let mut shown = String::new();
    for range in &ranges {
        assert!(range.touches(offset));
        let text = document.slice(*range).replace('\n', "↵");
        let chars: Vec<char> = text.chars().collect();
        if chars.len() > 44 {
            let head: String = chars[..20].iter().collect();
            let tail: String = chars[chars.len() - 20..].iter().collect();
            shown += &format!("{head} …… {tail}\n");
        } else {
            shown += &format!("{text}\n");
        }
    }
    expected.assert_eq(&shown);
}

#[test]
fn from_a_cell_to_the_document() {
    check(
        &format!(
            "{HEAD}# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n\
             | 科目编码 | 合计 |\n| --- | ---: |\n| 201 | **15$00.00** |\n| 205 | 3 |\n\n备注：无。\n\n## 表四\n\n# 第三部分\n"
        ),
        &expect![[r#"
            150.00
            **150.00**
             **150.00** 
            | 201 | **150.00** |
            | 201 | **150.00** |↵| 205 | 3 |
            | 科目编码 | 合计 |↵| ---  …… 0.00** |↵| 205 | 3 |
            | 科目编码 | 合计 |↵| ---  …… .00** |↵| 205 | 3 |↵
            ## 表三 部门支出总体情况表↵↵| 科 …… |↵| 205 | 3 |↵↵备注：无。
            ## 表三 部门支出总体情况表↵↵| 科 …… | 205 | 3 |↵↵备注：无。↵↵
            # 第二部分 部门预算公开表↵↵## 表 ……  | 3 |↵↵备注：无。↵↵## 表四
            # 第二部分 部门预算公开表↵↵## 表 ……  3 |↵↵备注：无。↵↵## 表四↵↵
            ---↵模板: 新疆-2020-部门预算 …… 注：无。↵↵## 表四↵↵# 第三部分↵
        "#]],
    );
}

#[test]
fn from_a_step_to_the_paragraph() {
    check(
        "# 一\n\n支出增加，占{占比(表三.2010$0301.基本支出, 表三.合计.合计)}；另有结余。都已安排。\n",
        &expect![[r#"
            2010301
            表三.2010301
            表三.2010301.基本支出
            占比(表三.2010301.基本支出, 表三.合计.合计)
            {占比(表三.2010301.基本支出, 表三.合计.合计)}
            占{占比(表三.2010301.基本支出, 表三.合计.合计)}
            支出增加，占{占比(表三.2010301.基本支出, 表三.合计.合计)}
            支出增加，占{占比(表三.2010301.基本支出, 表三.合计.合计)}；另有结余
            支出增加，占{占比(表三.2010301 …… 三.合计.合计)}；另有结余。都已安排。
            支出增加，占{占比(表三.2010301 …… .合计.合计)}；另有结余。都已安排。↵
            # 一↵↵支出增加，占{占比(表三.20 …… .合计.合计)}；另有结余。都已安排。↵
        "#]],
    );
}

#[test]
fn elsewhere() {
    check(
        "---\n模板: 新$0疆\n年度: 2020\n---\n",
        &expect![[r#"
            新疆
            模板: 新疆
            ---↵模板: 新疆↵年度: 2020↵---
            ---↵模板: 新疆↵年度: 2020↵---↵
        "#]],
    );
    check(
        "<!-- 忽$0略 ARI001: 甲 -->\n",
        &expect![[r#"
        忽略 ARI001: 甲
        <!-- 忽略 ARI001: 甲 -->
        <!-- 忽略 ARI001: 甲 -->↵
    "#]],
    );
    check(
        "- 编制部门：某县$0财政局\n",
        &expect![[r#"
        某县财政局
        编制部门：某县财政局
        - 编制部门：某县财政局
        - 编制部门：某县财政局↵
    "#]],
    );
    let (empty, _) = fixture("$0");
    assert_eq!(selection(&empty, 0), [TextRange::empty(0)]);
}
