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
