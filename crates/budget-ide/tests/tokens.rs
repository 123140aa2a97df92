//! What each piece of a text is, for colours.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::string_slice,
    reason = "tests only"
)]

mod support;

use budget_ide::{Token, tokens};
use budget_syntax::TextRange;
use expect_test::{Expect, expect};
use support::{HEAD, fixture};

/// A token a line: its kind, its modifiers, its text.
fn shown(text: &str, tokens: &[Token]) -> String {
    let line = |token: &Token| {
        let mut line = format!("{:?}", token.kind);
        let marks = [
            (token.modifiers.declaration, "declaration"),
            (token.modifiers.total, "total"),
            (token.modifiers.part, "part"),
            (token.modifiers.table, "table"),
        ];
        for (_, name) in marks.iter().filter(|(is, _)| *is) {
            line += &format!(" +{name}");
        }
        line + &format!(" {}\n", token.range.of(text))
    };
    tokens.iter().map(line).collect()
}

/// The tokens after the marker.
fn check(text: &str, expected: &Expect) {
    let (document, offset) = fixture(text);
    let all = tokens(&document, None);
    ordered(&document.text, &all);
    let after = all.partition_point(|token| token.range.start() < offset);
    expected.assert_eq(&shown(&document.text, &all[after..]));
}

/// In order, apart, never empty, never over a line end.
fn ordered(text: &str, tokens: &[Token]) {
    let mut end = 0;
    for token in tokens {
        assert!(token.range.start() >= end && !token.range.is_empty());
        let piece = text
            .get(token.range.start() as usize..token.range.end() as usize)
            .expect("whole characters");
        assert!(!piece.contains(['\n', '\r']), "{piece:?}");
        end = token.range.end();
    }
}

#[test]
fn front_matter_and_headings() {
    check(
        "$0---\n模板: 新疆-2020-部门预算\n金额单位: 万元\n别名：甲\n---\n\n# 第二部分 部门预算公开表\n\n\
         ## 表三 部门支出总体情况表\n\n# 第三部分 部门预算情况说明\n\n## 三、支出预算情况说明\n\n# 底稿\n",
        &expect![[r#"
            Key 模板
            Value 新疆-2020-部门预算
            Key 金额单位
            Unit 万元
            Key 别名
            Value 甲
            Heading +part 第二部分 部门预算公开表
            Heading +table 表三 部门支出总体情况表
            Heading +part 第三部分 部门预算情况说明
            Heading 三、支出预算情况说明
            Heading +part 底稿
        "#]],
    );
}

#[test]
fn tables() {
    check(
        &format!(
            "{HEAD}# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n$0- 编制部门：𠮷县人民政府办公室\n\
             - 金额单位：万元\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n| --- | --- | ---: | ---: | ---: |\n\
             | 201 | 一般公共服务支出 | 待填 | **110.00** | - |\n| 2010301 | 行政运行 | = | {{表二.201.总计}} | 1 <!-- 忽略 ARI001、表内: 原表如此 --> |\n\
             | | 合计 | 150.00 | = | |\n"
        ),
        &expect![[r#"
            Key 编制部门
            Value 𠮷县人民政府办公室
            Key 金额单位
            Unit 万元
            Key +declaration 科目编码
            Key +declaration 功能分类科目名称
            Key +declaration 合计
            Key +declaration 基本支出
            Key +declaration 项目支出
            Code 201
            Label 一般公共服务支出
            Hole 待填
            Number 110.00
            Code 2010301
            Label 行政运行
            Operator =
            Operator {
            Table 表二
            Code 201
            Key 总计
            Operator }
            Number 1
            Comment <!--
            Keyword 忽略
            Rule ARI001、表内
            Comment : 原表如此 -->
            Label +total 合计
            Number +total 150.00
            Operator +total =
        "#]],
    );
}

#[test]
fn projects_codes_with_names_and_comments_above_rows() {
    check(
        &format!(
            "{HEAD}# 第二部分 部门预算公开表\n\n## 表七 项目支出情况表\n\n$0<!-- 转换缺失: 明细 -->\n\n| 科目编码 | 功能分类科目名称 | 项目名称 | 项目支出合计 |\n\
             | --- | --- | --- | ---: |\n<!-- 原表\t如此 -->\n| 2010302 | 一般行政管理事务 | 𠮷县征兵工作 | 12 |\n"
        ),
        &expect![[r#"
            Comment <!--
            Keyword 转换缺失
            Comment : 明细 -->
            Key +declaration 科目编码
            Key +declaration 功能分类科目名称
            Key +declaration 项目名称
            Key +declaration 项目支出合计
            Comment <!-- 原表	如此 -->
            Code 2010302
            Label 一般行政管理事务
            Project 𠮷县征兵工作
            Number 12
        "#]],
    );
}

#[test]
fn prose() {
    check(
        &format!(
            "{HEAD}# 第三部分 部门预算情况说明\n\n## 三、支出预算情况说明\n\n$0支出预算 {{表三.合计.合计}}万元，比上年\
             {{增减(表三.合计.合计, 上年.表三.合计.合计, 词=增长/下降)}} 元，待填人，{{43269.30 记为 执行数|2}} 亿元，{{执行\n\n\
             <!-- 两行的\n     说明 -->\n\n# 第四部分 名词解释\n\n一、财政拨款：指待填。\n"
        ),
        &expect![[r#"
            Operator {
            Table 表三
            Label 合计
            Key 合计
            Operator }
            Unit 万元
            Operator {
            Function 增减
            Table 表三
            Label 合计
            Key 合计
            Table 上年
            Table 表三
            Label 合计
            Key 合计
            Argument 词
            Operator =
            Name 增长/下降
            Operator }
            Unit 元
            Hole 待填
            Operator {
            Number 43269.30
            Keyword 记为
            Name +declaration 执行数
            Operator |
            Number 2
            Operator }
            Unit 亿元
            Comment <!-- 两行的
            Comment 说明 -->
            Heading +part 第四部分 名词解释
            Term +declaration 财政拨款
            Hole 待填
        "#]],
    );
}

#[test]
fn a_range_is_its_part_of_all() {
    let (document, _) = fixture(
        "$0# 一\n\n- 甲：待填\n\n| 名称 | 数 |\n| --- | --- |\n| 乙 | 2 |\n<!-- 注 -->\n| 丙 | 3 |\n\n待填。\n",
    );
    let all = tokens(&document, None);
    let part = |at: &str| {
        let at = u32::try_from(document.text.find(at).unwrap()).unwrap();
        let some = tokens(&document, Some(TextRange::new(at, at + 1)));
        // What is told of a range is told of all.
        assert!(some.iter().all(|token| all.contains(token)));
        shown(&document.text, &some)
    };
    assert_eq!(part("名称"), "Key +declaration 名称\nKey +declaration 数\n");
    // The rows of a table one by one.
    assert_eq!(part("乙"), "Label 乙\nNumber 2\n");
    assert_eq!(part("注"), "Comment <!-- 注 -->\nLabel 丙\nNumber 3\n");
    assert_eq!(part("。"), "Hole 待填\n");
    let end = u32::try_from(document.text.len()).unwrap();
    assert_eq!(tokens(&document, Some(TextRange::new(0, end))), all);
}
