//! What is offered at a place (`$0`), and what the text becomes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    reason = "tests only"
)]

mod support;

use budget_ide::{ActionKind, Scope};
use budget_model::Document;
use budget_model::relation::Collect;
use budget_rules::{Report, Severity};
use budget_syntax::TextRange;
use budget_syntax::format::apply;
use support::{HEAD, fixture};

fn checked(text: &str) -> (Document, Report, TextRange) {
    let (document, offset) = fixture(text);
    let report = budget_rules::check(&document, Collect::Broken);
    (document, report, TextRange::empty(offset))
}

fn offered(text: &str, least: Severity) -> Vec<(String, bool)> {
    let (document, report, range) = checked(text);
    let scope = Scope {
        document: &document,
        report: &report,
        range,
        least,
    };
    let all = budget_ide::actions(&scope, |_| true).into_iter();
    all.map(|it| (it.title, it.safe)).collect()
}

fn titles(text: &str) -> Vec<String> {
    let all = offered(text, Severity::Hint).into_iter();
    all.map(|(title, _)| title).collect()
}

/// The text after the action that begins so.
fn done(text: &str, title: &str) -> String {
    let (document, report, range) = checked(text);
    let scope = Scope {
        document: &document,
        report: &report,
        range,
        least: Severity::Hint,
    };
    let all = budget_ide::actions(&scope, |_| true);
    let Some(action) = all.iter().find(|it| it.title.starts_with(title)) else {
        panic!("{all:?}")
    };
    apply(&document.text, &action.edits())
}

fn tables(body: &str) -> String {
    format!("{HEAD}# 第二部分 部门预算公开表\n\n{body}")
}

fn functional(rows: &str) -> String {
    tables(&format!(
        "## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
         | --- | --- | ---: | ---: | ---: |\n{rows}\n"
    ))
}

/// 35.00 belongs where 53.00 stands: the row and the column say so.
const WRONG: &str = "| 205 | 教育支出 | 90.00 | 60.00 | 30.00 |\n\
    | 206 | 科学技术支出 | 5.00 | | 5.00 |\n|  | 合计 | 95.00 | 60.00 | 53.00$0 |";

#[test]
fn the_fixes_at_the_cursor() {
    let mend = "改为 35.00（改后请核对）".to_owned();
    let all = offered(&functional(WRONG), Severity::Info);
    assert_eq!(all[0], (mend.clone(), false));
    assert_eq!(
        all.iter()
            .filter(|(title, _)| title.contains("35.00"))
            .count(),
        1
    );
    assert!(done(&functional(WRONG), "改为 35.00").contains("| 60.00 | 35.00 |"));
    let prose = format!("{HEAD}# 第三部分 部门预算情况说明\n\n说明。。$0\n");
    assert_eq!(
        offered(&prose, Severity::Info)[0],
        ("改为“。”".to_owned(), true)
    );
    assert_eq!(offered(&prose, Severity::Error), []);
    // Approved numbers are left alone; a remark beside them is none of them.
    let sourced = functional(WRONG).replace("情况表\n\n|", "情况表\n\n- 来源：批复.xlsx\n\n|");
    assert!(
        titles(&sourced)
            .iter()
            .all(|title| title.starts_with("忽略")),
        "{:?}",
        titles(&sourced)
    );
}

#[test]
fn totals_are_written_or_left_to_the_program() {
    let text = functional("| 205 | 教育支出 |  | 60.00 | 30.00 |\n|  | 合计 | 待填$0 | 待填 |  |");
    // 合计 of 205 is empty: nothing is as good as 0 beside it, so its total is not known to be 90.
    assert!(
        done(
            &functional("| 205 | 教育支出 | $0 | 60.00 | 30.00 |"),
            "写入算出的 90.00"
        )
        .contains("| 90.00 | 60.00")
    );
    assert!(done(&text, "填上这一行").contains("合计 | 待填 | 60.00 | 30.00 |"));
    let column = done(&text, "填上这一列");
    assert!(
        column.contains("| 205 | 教育支出 | 90.00 |") && column.contains("合计 | 90.00 |"),
        "{column}"
    );
    // What is right may be left to the program, what is wrong is only proposed.
    let right = functional("| 205 | 教育支出 | 90.00$0 | 60.00 | 30.00 |");
    assert!(done(&right, "改为“=”").contains("| = | 60.00 |"));
    let wrong = functional("| 205 | 教育支出 | 91.00$0 | 60.00 | 30.00 |");
    assert!(
        titles(&wrong)
            .iter()
            .all(|title| !title.starts_with("改为“=”"))
    );
    // A number that nothing defines is nobody's to write, and neither is a code.
    for text in [
        "| 205 | 教育支出 | 90.00 | $0 | 30.00 |",
        "| 205$0 | 教育支出 | 90.00 | 60.00 | 30.00 |",
    ] {
        assert_eq!(titles(&functional(text)), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_row_that_another_table_has_is_added() {
    let text = tables(
        "## 表二 部门收入总体情况表\n\n| 科目编码 | 功能分类科目名称 | 总计 | 一般公共预算拨款 |\n| --- | --- | ---: | ---: |\n\
         | 201 | 一般公共服务支出 | 7.00 | 7.00 |\n| 204 | 公共安全支出 | 3.00$0 | 3.00 |\n| 205 | 教育支出 | 1.00 | 1.00 |\n|  | 合计 | 11.00 | 11.00 |\n\n\
         ## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
         | --- | --- | ---: | ---: | ---: |\n| 201 | 一般公共服务支出 | 7.00 | 7.00 |  |\n| 205 | 教育支出 | 1.00 | 1.00 |  |\n|  | 合计 | 11.00 | 11.00 |  |\n",
    );
    let after = done(&text, "在“表三 部门支出总体情况表”补上 204 公共安全支出");
    assert!(
        after.contains(
            "| 201 | 一般公共服务支出 | 7.00 | 7.00 |  |\n| 204      | 公共安全支出     |  3.00 |          |          |\n| 205 |"
        ),
        "{after}"
    );
    // At the table that lacks it, too.
    let there = text
        .replace("3.00$0", "3.00")
        .replace("## 表三", "## 表三$0");
    assert!(
        titles(&there)
            .iter()
            .any(|title| title.contains("补上 204")),
        "{:?}",
        titles(&there)
    );
}

#[test]
fn rows_above_a_code_are_added() {
    let text = functional(
        "| 201 | 一般公共服务支出 | 1.00 | 1.00 |  |\n| 20101 | 人大事务 | 1.00 | 1.00 |  |\n| 2010101 | 行政运行 | 1.00 | 1.00 |  |\n\
         | 208 | 社会保障和就业支出 | 2.00 | 2.00 |  |\n| 2080501$0 | 行政单位离退休 | 2.00 | 2.00 |  |\n|  | 合计 | 3.00 | 3.00 |  |",
    );
    let after = done(&text, "补上上级科目 20805 行政事业单位养老支出");
    assert!(
        after.contains(
            "\n| 20805    | 行政事业单位养老支出 |    = |        = |        = |\n| 2080501 |"
        ),
        "{after}"
    );
}

#[test]
fn three_columns_of_a_code_become_one() {
    let text = tables(
        "## 表三 部门支出总体情况表\n\n| 类 | 款 | 项$0 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
         | --- | --- | --- | --- | ---: | ---: | ---: |\n| 201 |  |  | 一般公共服务支出 | = | = |  |\n\
         | 201 | 03 |  | 政府办公厅（室）及相关机构事务 | 15.00 | 15.00 |  |\n| 201 | 03 | 01 | 行政运行 | 15.00 | {表三.合计.合计} |  |\n",
    );
    let after = done(&text, "把类、款、项合为一列科目编码");
    assert!(after.contains("| 科目编码 | 功能分类科目名称"), "{after}");
    assert!(after.contains("| 2010301  | 行政运行"), "{after}");
    assert!(
        after.contains("{表三.合计.合计}") && after.contains("|     = |"),
        "{after}"
    );
}

#[test]
fn tables_side_by_side_become_two() {
    let text = tables(
        "## 表一 部门收支总体情况表\n\n| 收入$0 |  | 支出 |  |\n| --- | ---: | --- | ---: |\n| 项目 | 预算数 | 功能分类 | 预算数 |\n\
         | 财政拨款（补助） | 1.00 | 201 一般公共服务支出 | 1.00 |\n| 收入总计 | 1.00 | 支出合计 | 1.00 |\n",
    );
    let after = done(&text, "拆成“收入”“支出”两张表");
    assert!(after.contains("### 收入\n\n| 项目 "), "{after}");
    assert!(after.contains("\n### 支出\n\n"), "{after}");
    let catalog = budget_catalog::Catalog::builtin().clone();
    let read = Document::new(after.as_str().into(), catalog);
    assert_eq!(read.tables.len(), 1);
    assert_eq!(read.tables[0].grids.len(), 2, "{after}");
    assert!(read.parse.errors.is_empty());
}

#[test]
fn cells_from_a_spreadsheet_become_rows() {
    let pasted = "功能分类科目名称\t科目编码\t合计\t基本支出\t项目支出\n一般公共服务支出\t201\t15.00\t15.00\t\n合计\t\t15.00\t15.00\t$0\n";
    let fresh = "| 待填     | 待填             |    = |     待填 |     待填 |\n|          | 合计             |    = |        = |        = |\n\n";
    let text = functional(&format!("{fresh}{pasted}"));
    let after = done(&text, "把粘贴的内容填入“表三 部门支出总体情况表”");
    let rows: Vec<&str> = after
        .lines()
        .filter(|line| line.starts_with('|'))
        .skip(2)
        .collect();
    assert_eq!(
        rows,
        [
            "| 201      | 一般公共服务支出 | 15.00 |    15.00 |          |",
            "|          | 合计             | 15.00 |    15.00 |          |",
        ],
        "{after}"
    );
    assert!(!after.contains('\t'));
    assert!(after.ends_with("15.00 |          |\n"), "{after:?}");
    // A total by any of its names takes the place of the one that is to be worked out.
    for name in ["合　计", "支出总计", "收入合计"] {
        let text = text.replace("\n合计\t", &format!("\n{name}\t"));
        let after = done(&text, "把粘贴的内容填入“表三 部门支出总体情况表”");
        let totals = after
            .lines()
            .filter(|line| line.contains("计") && line.starts_with("|  "));
        assert_eq!(totals.count(), 1, "{after}");
    }
    // What follows is parted as it was.
    let next = format!("{}\n# 第三部分 部门预算情况说明\n", text.trim_end());
    let after = done(&next, "把粘贴的内容填入");
    assert!(
        after.ends_with("15.00 |          |\n\n# 第三部分 部门预算情况说明\n"),
        "{after:?}"
    );
    // Without a header by place; above the total of the table.
    let text = functional(
        "| 205 | 教育支出 | 1.00 | 1.00 |  |\n|  | 合计 | = | = | = |\n\n206\t科学技术支出\t2\t2\t$0\n207\t文化旅游体育与传媒支出\t3\t3\t\n",
    );
    let after = done(&text, "把粘贴的内容填入");
    let codes: Vec<&str> = after
        .lines()
        .filter(|line| line.starts_with("| 2"))
        .map(|line| &line[2..5])
        .collect();
    assert_eq!(codes, ["205", "206", "207"], "{after}");
    assert!(after.find("207").unwrap() < after.find("合计 | =").unwrap());
    // Columns that the table doesn't have: a table of its own, and no text is lost.
    let text =
        functional("| 205 | 教育支出 | 1.00 | 1.00 |  |\n\n姓名\t工资|补贴\n甲\t{1}\n乙\t=$0\n");
    let all = titles(&text);
    assert_eq!(
        all.first().map(String::as_str),
        Some("把粘贴的内容转成表格")
    );
    assert!(!all.iter().any(|title| title.contains("填入")), "{all:?}");
    let after = done(&text, "把粘贴的内容转成表格");
    assert!(after.contains("| 姓名 | 工资\\|补贴 |"), "{after}");
    assert!(
        after.contains("\\{1\\}") && after.contains("\\="),
        "{after}"
    );
    // Lines without tabs are text.
    let text = functional("| 205 | 教育支出 | 1.00 | 1.00 |  |\n\n甲\t乙\n丙$0\n");
    assert!(!titles(&text).iter().any(|title| title.contains("粘贴")));
}

#[test]
fn a_finding_is_set_aside_with_a_reason() {
    let text = functional(WRONG);
    let after = done(&text, "忽略 ARI003");
    // What would be told in its place is meant too.
    assert!(
        after.contains("| 53.00 | <!-- 忽略 ARI001、ARI003: 请写明理由 --> |"),
        "{after}"
    );
    let prose = format!("{HEAD}# 第三部分 部门预算情况说明\n\n说明。。$0\n");
    let after = done(&prose, "忽略 TXT001 ");
    assert!(
        after.contains("<!-- 忽略 TXT001: 请写明理由 -->\n\n说明。。"),
        "{after}"
    );
}

#[test]
fn kinds_are_kept_apart() {
    let (document, report, range) = checked(&functional(WRONG));
    let scope = Scope {
        document: &document,
        report: &report,
        range,
        least: Severity::Hint,
    };
    for kind in [ActionKind::QuickFix, ActionKind::Rewrite] {
        let all = budget_ide::actions(&scope, |it| it == kind);
        assert!(all.iter().all(|it| it.kind == kind));
    }
}
