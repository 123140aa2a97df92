//! What the formatter writes.
use budget_syntax::format::{apply, format};
use budget_syntax::parse;
use expect_test::{Expect, expect};

fn formatted(text: &str) -> String {
    apply(text, &format(text, &parse(text).tree))
}

fn check(text: &str, expected: &Expect) {
    let once = formatted(text);
    expected.assert_eq(&once);
    check_twice(text);
}

fn check_twice(text: &str) {
    let once = formatted(text);
    assert_eq!(formatted(&once), once, "formatting twice changes nothing");
    assert!(format(&once, &parse(&once).tree).is_empty());
}

#[test]
fn table_by_display_width() {
    check(
        "｜科目编码｜功能分类科目名称｜合计｜项目支出｜\n|---|---|---：|--:|\n|201|一般公共服务支出|1,150.00|40|\n| 20103 | 政府办公厅（室）及相关机构事务|150.00\n||合计|=|{合(表三.类.项目支出)}|\n",
        &expect![[r#"
            | 科目编码 | 功能分类科目名称               |     合计 |               项目支出 |
            | -------- | ------------------------------ | -------: | ---------------------: |
            | 201      | 一般公共服务支出               | 1,150.00 |                     40 |
            | 20103    | 政府办公厅（室）及相关机构事务 |   150.00 |                        |
            |          | 合计                           |        = | {合(表三.类.项目支出)} |
        "#]],
    );
}

#[test]
fn wide_cells_overflow_and_wide_tables_are_tight() {
    let long = "长".repeat(21);
    check(
        &format!("| 一级指标 | 指标值 |\n| --- | ---: |\n| {long} | 1 |\n| 短 | 22 |\n"),
        &expect![[r#"
            | 一级指标 | 指标值 |
            | -------- | -----: |
            | 长长长长长长长长长长长长长长长长长长长长长 |      1 |
            | 短       |     22 |
        "#]],
    );
    let header = "| 各项业务工作管理经费的名称 ".repeat(7);
    let delimiter = "| --- ".repeat(6) + "| ---: ";
    check(
        &format!("{header}|\n{delimiter}|\n| 一 |  |\n"),
        &expect![[r#"
            | 各项业务工作管理经费的名称 | 各项业务工作管理经费的名称 | 各项业务工作管理经费的名称 | 各项业务工作管理经费的名称 | 各项业务工作管理经费的名称 | 各项业务工作管理经费的名称 | 各项业务工作管理经费的名称 |
            | --- | --- | --- | --- | --- | --- | ---: |
            | 一 |  |  |  |  |  |  |
        "#]],
    );
}

#[test]
fn comments_go_into_rows() {
    check(
        "## 表七\n<!-- 转换缺失: 明细 -->\n| 项目 | 金额 |\n<!-- 头 -->\n| --- | ---: |\n| 甲 | 1 <!-- 忽略 ARI001: 原表如此 --> |\n<!-- 忽略 COD001: 旧码 -->\n| 乙 |\n| 丙 | 2 | 多 | <!-- 尾 --> |\n备注：无。\n",
        &expect![[r#"
            ## 表七

            <!-- 转换缺失: 明细 -->

            | 项目 | 金额 <!-- 头 --> |
            | ---- | ---: |
            | 甲   |    1 | <!-- 忽略 ARI001: 原表如此 --> |
            | 乙   |      | <!-- 忽略 COD001: 旧码 --> |
            | 丙   |    2 | 多 | <!-- 尾 --> |

            备注：无。
        "#]],
    );
}

#[test]
fn comments_of_a_header_with_empty_cells() {
    check(
        "| 科目 | | <!-- 注 -->\n\n|||<!-- 注 -->\n\n||<!-- 注 -->\n|\n",
        &expect![[r#"
            | 科目 <!-- 注 --> |     |

            | <!-- 注 --> |     |

            | <!-- 注 --> |
            |     |
        "#]],
    );
}

#[test]
fn dashes_after_a_comment_close_no_front_matter() {
    check(
        "---\n\n<!--\n年度:-->---",
        &expect![[r#"
            ---

            <!--
            年度:-->---
        "#]],
    );
}

#[test]
fn comments_stay_above_a_row_that_opens_one() {
    check(
        "|科目|数|\n|--|--|\n<!--注-->\n|教育<!--|1|\n",
        &expect![[r#"
            | 科目     | 数  |
            | -------- | --- |
            <!--注-->
            | 教育<!-- | 1   |
        "#]],
    );
    check(
        "|科目<!--|数|\n<!--注-->\n|--|--|\n",
        &expect![[r#"
            | 科目<!-- | 数  |
            <!--注-->
            | -------- | --- |
        "#]],
    );
}

#[test]
fn a_backslash_before_a_colon_stays_away_from_it() {
    check(
        "---\n年度\\ ::\n---\n",
        &expect![[r#"
            ---
            年度\ ::
            ---
        "#]],
    );
}

#[test]
fn nothing_between_two_colons_is_no_key() {
    for entry in [
        "其中：: 甲",
        "其中： : 甲单位，丙",
        "其中：：：甲",
        "其中: 甲：乙",
    ] {
        check_twice(&format!("---\n{entry}\n---\n"));
        check_twice(&format!("## 表三\n\n- {entry}\n"));
        check_twice(&format!("## 表三\n\n{entry}\n"));
    }
}

#[test]
fn a_comment_that_opens_again_stays_on_its_line() {
    check(
        "| 甲 |\n<!--|<!-->\n| 乙 |\n",
        &expect![[r#"
            | 甲  |

            <!--|<!-->

            | 乙  |
        "#]],
    );
}

#[test]
fn front_matter_and_marks() {
    check(
        "\u{FEFF}－－－\r\n模板：新疆-2020-部门预算\r\n部门 :  甲: 乙\r\n简称：\r\n  甲办\r\n年度: \"2020\"\r\n———\r\n＃＃　一、标题  \r\n正文 {表三.合计.合计}   \r\n  第二行\r\n\r\n\r\n- 键：值\r\n-  其中：财政拨款：3\r\n\r\n\r\n      第二段\r\n尾",
        &expect![[r#"
            ---
            模板: 新疆-2020-部门预算
            部门: "甲: 乙"
            简称:
              甲办
            年度: "2020"
            ---

            ## 一、标题

            正文 {表三.合计.合计}
            第二行

            - 键：值
            - 其中：财政拨款：3

              第二段

            尾
        "#]],
    );
}

#[test]
fn text_is_left_alone() {
    check(
        "#标题\n　　首行缩进的段落，全角１２３。\n键: 值\n----\n<!-- 多行\n  注释 --> 后文\n1. 一\n2. 二\n",
        &expect![[r#"
            # 标题

            　　首行缩进的段落，全角１２３。
            键: 值

            ----

            <!-- 多行
              注释 -->

            后文
            1. 一
            2. 二
        "#]],
    );
    check(
        "\n\n---\n\n文\n",
        &expect![[r#"

        ---

        文
    "#]],
    );
    check("\n \n", &expect![[""]]);
    check("", &expect![[""]]);
}

#[test]
fn edits_are_small() {
    let text = "# 标题\n\n| 甲 | 乙 |\n| --- | --- |\n| 一 | 二 |\n|三|四|\n\n段落\n";
    let edits = format(text, &parse(text).tree);
    let changed: Vec<_> = edits.iter().map(|edit| edit.range.of(text)).collect();
    assert_eq!(changed, ["| 甲 | 乙 |", "| 一 | 二 |", "|三|四|"]);
}
