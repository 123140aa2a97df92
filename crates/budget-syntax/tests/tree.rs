//! The tree of small documents, written out.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use budget_syntax::tree::{BlockKind, Entry, RowKind};
use budget_syntax::{TextRange, parse};
use expect_test::{Expect, expect};
use std::fmt::Write as _;

/// The tree and its errors, one node a line.
fn dump(text: &str) -> String {
    let parse = parse(text);
    let mut out = String::new();
    let of = |range: TextRange| format!("{:?}", range.of(text));
    let field = |field: Option<Entry>| match field {
        Some(entry) => format!(" 键 {} 值 {}", of(entry.key), of(entry.value)),
        None => String::new(),
    };
    for block in parse.tree.blocks() {
        match block.kind {
            BlockKind::FrontMatter(matter) => {
                out.push_str("说明\n");
                for entry in matter.entries() {
                    writeln!(out, "  {} = {}", of(entry.key), of(entry.value)).unwrap();
                }
            }
            BlockKind::Heading(heading) => {
                writeln!(out, "标题 {} {}", heading.level, of(heading.text)).unwrap();
            }
            BlockKind::Table(table) => {
                writeln!(out, "表 {:?}", table.alignments().collect::<Vec<_>>()).unwrap();
                for row in table.rows() {
                    let kind = match row.kind {
                        RowKind::Header => "头",
                        RowKind::Delimiter => "分",
                        RowKind::Body => "行",
                    };
                    write!(out, "  {kind}").unwrap();
                    for cell in row.cells() {
                        write!(out, " {}", of(cell.text)).unwrap();
                    }
                    for comment in row.comments() {
                        write!(out, " 注 {}", of(comment.text)).unwrap();
                    }
                    out.push('\n');
                }
            }
            BlockKind::ListItem(item) => {
                writeln!(out, "项 {}{}", of(item.text), field(item.field)).unwrap();
            }
            BlockKind::Comment(comment) => writeln!(out, "注 {}", of(comment.text)).unwrap(),
            BlockKind::Paragraph(text) => {
                writeln!(out, "段 {}{}", of(text.text), field(text.field)).unwrap();
            }
            BlockKind::Blank => out.push_str("空\n"),
        }
    }
    for error in parse.errors {
        writeln!(
            out,
            "错 {:?} {}：{}；{}",
            error.kind,
            of(error.range),
            error.message,
            error.help
        )
        .unwrap();
    }
    out
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&dump(text));
}

#[test]
fn whole() {
    check(
        "---\n模板: 新疆-2020-部门预算\n部门：\"某县: 办\"\n---\n# 一、标题\n\n## ＃\n| a | **3,384.08** | <!-- 忽略 x: y --> |\n｜ --- ｜---：|\n|1|2|3|\n<!-- q -->\n|  |2\n\n- 其中：财政拨款：3390\n- 目标：甲\n\n  乙\n丙\n<!-- a\nb --> 尾\n<!-- 开\n",
        &expect![[r#"
            说明
              "模板" = "新疆-2020-部门预算"
              "部门" = "某县: 办"
            标题 1 "一、标题"
            空
            标题 2 "＃"
            表 [None, Right]
              头 "a" "3,384.08" 注 "忽略 x: y"
              分 "---" "---："
              行 "1" "2" "3"
              行 "" "2" 注 "q"
            空
            项 "其中：财政拨款：3390" 键 "其中：财政拨款" 值 "3390"
            项 "目标：甲\n\n  乙" 键 "目标" 值 "甲\n\n  乙"
            段 "丙"
            注 "a\nb"
            段 "尾"
            注 "开"
            错 ExtraCells "3"：这一行比表头多 1 格；删去多出的 |，或给表头补上这一列；文字里的竖线写成 \|
            错 Comment "<!-- 开"：注释没有结束：下一个标题之前没有 -->；在注释的末尾写上 -->
        "#]],
    );
}

#[test]
fn front_matter() {
    check(
        "---\n年度: 2020\n\n部门: 甲\n---\n正文\n",
        &expect![[r#"
        说明
          "年度" = "2020"
          "部门" = "甲"
        段 "正文"
    "#]],
    );
    check(
        "---\n年度: 2020\n\n正文\n",
        &expect![[r#"
        说明
          "年度" = "2020"
        空
        段 "正文"
        错 FrontMatter "---"：文档信息没有结束：缺少第二行 ---；在最后一个“键: 值”的下面另起一行写 ---
    "#]],
    );
    check(
        "---\n下属单位:\n  甲（简称 乙）\n  丙\n说明\n---\n",
        &expect![[r#"
            说明
              "下属单位" = "甲（简称 乙）\n  丙"
            错 FrontMatter "说明"：文档信息里，这一行不是“键: 值”；写成“键: 值”，例如“年度: 2020”；正文写在第二行 --- 的下面
        "#]],
    );
    check(
        "---\n部门: \"甲\"\n  乙\n简称: \"丙\n  丁\"\n---\n",
        &expect![[r#"
            说明
              "部门" = "\"甲\"\n  乙"
              "简称" = "丙\n  丁"
        "#]],
    );
    check(
        "\n---\n年度: 2020\n---\n",
        &expect![[r#"
        空
        段 "---"
        段 "年度: 2020" 键 "年度" 值 "2020"
        段 "---"
    "#]],
    );
}

#[test]
fn fields() {
    check(
        "- 单位：元\n- 其中：财政拨款：3390\n- 其中：财政拨款\n- 会议于10:30召开\n- 见 http://www.gov.cn\n- 项目（备注：无）名称：甲\n- 经审核，结论：无\n- 空：\n- \n-文字\n",
        &expect![[r#"
            项 "单位：元" 键 "单位" 值 "元"
            项 "其中：财政拨款：3390" 键 "其中：财政拨款" 值 "3390"
            项 "其中：财政拨款" 键 "其中" 值 "财政拨款"
            项 "会议于10:30召开"
            项 "见 http://www.gov.cn"
            项 "项目（备注：无）名称：甲" 键 "项目（备注：无）名称" 值 "甲"
            项 "经审核，结论：无"
            项 "空：" 键 "空" 值 ""
            项 ""
            段 "-文字"
        "#]],
    );
    check(
        "单位：元\n\n单位：元\n万元\n\n一、财政拨款：指由一般公共预算安排的数。\n\n各项业务工作管理经费各项业务工作管理经费各项业务工作管理经费：长\n",
        &expect![[r#"
            段 "单位：元" 键 "单位" 值 "元"
            空
            段 "单位：元\n万元"
            空
            段 "一、财政拨款：指由一般公共预算安排的数。" 键 "一、财政拨款" 值 "指由一般公共预算安排的数。"
            空
            段 "各项业务工作管理经费各项业务工作管理经费各项业务工作管理经费：长" 键 "各项业务工作管理经费各项业务工作管理经费各项业务工作管理经费" 值 "长"
        "#]],
    );
}

#[test]
fn item_runs_on_in_indented_lines() {
    check(
        "- 目标：\n  甲\n\n\t乙\n\n　　丙\n- 一\n  - 二\n  | 三 |\n",
        &expect![[r#"
            项 "目标：\n  甲\n\n\t乙" 键 "目标" 值 "甲\n\n\t乙"
            空
            段 "丙"
            项 "一"
            项 "二"
            表 []
              头 "三"
            错 Table "| 三 |"：表头下面缺少分隔行；在表头下面加一行，每列一个 ---，金额列写 ---:，例如 | --- | ---: |
        "#]],
    );
}

#[test]
fn comments() {
    check(
        "<!-- 忽略 STR001: 无 -->\n<!--a--> 后文\n甲 <!-- 乙 --> 丙\n",
        &expect![[r#"
            注 "忽略 STR001: 无"
            注 "a"
            段 "后文\n甲 <!-- 乙 --> 丙"
        "#]],
    );
    check(
        "<!-- 一\n# 题\n--> 二\n",
        &expect![[r#"
        注 "一"
        标题 1 "题"
        段 "--> 二"
        错 Comment "<!-- 一"：注释没有结束：下一个标题之前没有 -->；在注释的末尾写上 -->
    "#]],
    );
    check(
        "<!-- 一\n\n| 二 |\n-->\n<!--->\n",
        &expect![[r#"
        注 "一\n\n| 二 |"
        注 "->"
        错 Comment "<!--->"：注释没有结束：下一个标题之前没有 -->；在注释的末尾写上 -->
    "#]],
    );
}

#[test]
fn tables() {
    check(
        "| 甲 | 乙 |\n",
        &expect![[r#"
        表 []
          头 "甲" "乙"
        错 Table "| 甲 | 乙 |"：表头下面缺少分隔行；在表头下面加一行，每列一个 ---，金额列写 ---:，例如 | --- | ---: |
    "#]],
    );
    check(
        "| --- | --- |\n| 1 | 2 |\n",
        &expect![[r#"
        表 [None, None]
          分 "---" "---"
          行 "1" "2"
        错 Table "| --- | --- |"：表格缺少表头；在 | --- | 这一行的上面写一行各列的名称
    "#]],
    );
    check(
        "| 甲 | 乙 |\n| --- | -x- |\n| 1 | 2 |\n",
        &expect![[r#"
        表 []
          头 "甲" "乙"
          行 "---" "-x-"
          行 "1" "2"
        错 Table "x"：分隔行只能写 |、- 和 :；每一列写 ---，金额列写 ---:，例如 | --- | ---: |
    "#]],
    );
    check(
        "| 甲 | 乙 |\n| --- |\n|  | 3 | 4 |  |\n|\n||\n",
        &expect![[r#"
            表 [None]
              头 "甲" "乙"
              分 "---"
              行 "" "3" "4" ""
              行
              行 ""
            错 Table "| --- |"：表头有 2 列，分隔行有 1 列；表头有几列，分隔行就写几个 ---；整理格式可以补齐
            错 ExtraCells " 4 |  "：这一行比表头多 2 格；删去多出的 |，或给表头补上这一列；文字里的竖线写成 \|
        "#]],
    );
    check(
        "| 甲\\|乙 | `*` |\n| :-- | :-: |\n| **加粗** | *a* 和 *b* |\n| 7\\*24<br>时 | {合(表三.类.合计)\\|2} |\n",
        &expect![[r#"
            表 [Left, Center]
              头 "甲\\|乙" "`*`"
              分 ":--" ":-:"
              行 "加粗" "*a* 和 *b*"
              行 "7\\*24<br>时" "{合(表三.类.合计)\\|2}"
        "#]],
    );
    check(
        "| 甲 |\n| --- |\n| 1 <!-- a --> <!-- b --> |\n<!-- c -->\n<!-- d -->\n| 2 | <!-- e -->\n| 3 | <!-- f\n| 4 <!-- g --> 5 |\n<!-- h -->\n",
        &expect![[r#"
            表 [None]
              头 "甲"
              分 "---"
              行 "1" 注 "a" 注 "b"
              行 "2" 注 "c" 注 "d" 注 "e"
              行 "3" "<!-- f"
              行 "4 <!-- g --> 5" 注 "g"
            注 "h"
            错 ExtraCells " <!-- f"：这一行比表头多 1 格；删去多出的 |，或给表头补上这一列；文字里的竖线写成 \|
            错 Comment "<!-- f"：这一行的注释没有结束：缺少 -->；在这一格的末尾写上 -->；表格里的注释不能换行
        "#]],
    );
}

#[test]
fn headings() {
    check(
        "#一\n###### 六\n####### 七\n#\n  # 缩进\n＃＃　二\n\\# 文\n",
        &expect![[r########"
            标题 1 "一"
            标题 6 "六"
            标题 6 "七"
            标题 1 ""
            标题 1 "缩进"
            标题 2 "二"
            段 "\\# 文"
            错 Heading "#######"：标题最多六级，这里的 # 太多；改成一到六个 #
            错 Heading "#"：# 后面缺少标题；在 # 后面空一格，写上标题；不要这个标题就删去 #
        "########]],
    );
}

#[test]
fn emphasis_of_nothing_is_nothing() {
    check(
        "| a | b | c |\n| --- | --- | --- |\n| **** | ** | **x** |\n",
        &expect![[r#"
            表 [None, None, None]
              头 "a" "b" "c"
              分 "---" "---" "---"
              行 "" "**" "x"
        "#]],
    );
}
