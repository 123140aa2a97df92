//! What is proposed at a cursor (`$0`), and what the text becomes.

mod support;

use budget_ide::{Ask, Whole};
use expect_test::{Expect, expect};
use support::{HEAD, after, completion, fixture, shown, taken};

fn check(text: &str, most: usize, expected: &Expect) {
    expected.assert_eq(&shown(text, most));
}

/// A document whose 表三 holds `rows`.
fn functional(rows: &str) -> String {
    format!(
        "{HEAD}# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n\
         | 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
         | --- | --- | ---: | ---: | ---: |\n{rows}\n\n# 第三部分 𠮷\n"
    )
}

fn economic(rows: &str) -> String {
    format!(
        "{HEAD}# 第二部分 部门预算公开表\n\n## 表六 一般公共预算基本支出情况表\n\n\
         | 科目编码 | 经济分类科目名称 | 小计 | 人员经费 | 公用经费 |\n\
         | --- | --- | ---: | ---: | ---: |\n{rows}\n"
    )
}

#[test]
fn digits_typed_are_the_beginning_of_a_code() {
    check(
        &functional("| 20103$0 |  |  |  |  |"),
        4,
        &expect![[r#"
        20103 政府办公厅（室）及相关机构事务 | 一般公共服务支出 / 政府办公厅（室）及相关机构事务
        2010301 行政运行 | 一般公共服务支出 / 政府办公厅（室）及相关机构事务 / 行政运行
        2010302 一般行政管理事务 | 一般公共服务支出 / 政府办公厅（室）及相关机构事务 / 一般行政管理事务
        2010303 机关服务 | 一般公共服务支出 / 政府办公厅（室）及相关机构事务 / 机关服务
    "#]],
    );
    // Full-width digits are digits.
    assert_eq!(
        shown(&functional("| ２０１０３$0 |  |  |  |  |"), 9),
        shown(&functional("| 20103$0 |  |  |  |  |"), 9),
    );
}

#[test]
fn the_name_is_filled_where_there_is_none() {
    assert_eq!(
        taken(
            &functional("| 20103$0 |  | 𠮷 | 1 |  |"),
            "2010301 行政运行"
        ),
        "| 2010301 | 行政运行 | 𠮷 | 1 |  |"
    );
    assert_eq!(
        taken(&functional("| 20103$0 | 𠮷 |  |  |  |"), "2010301 行政运行"),
        "| 2010301 | 𠮷 |  |  |  |"
    );
    // A row half typed is finished, and what is still to be filled in is filled in.
    assert_eq!(
        taken(&functional("| 20103$0"), "2010301 行政运行"),
        "| 2010301 | 行政运行 |  |  |  |"
    );
    // So is one of a bar alone, or a code and its bar.
    for (typed, line) in [
        ("|$0", "| 2010301 | 行政运行 |  |  |  |"),
        ("| 2010301 |$0", "| 2010301 | 行政运行 |  |  |  |"),
        ("| 2010301 | $0", "| 2010301 | 行政运行 |  |  |  |"),
    ] {
        let above = "| 20103 | 政府办公厅（室）及相关机构事务 | 1 | 1 | |";
        let text = functional(&format!("{above}\n{typed}"));
        assert_eq!(taken(&text, "2010301 行政运行"), line, "{typed}");
    }
    assert_eq!(
        taken(
            &functional("| 待填$0 | 待填 | = | 待填 |  |"),
            "2010301 行政运行"
        ),
        "| 2010301 | 行政运行 | = | 待填 |  |"
    );
}

#[test]
fn the_rest_of_the_code_the_cursor_stands_in_is_replaced() {
    for typed in ["20103$001", "2$0010301", "201$00301 "] {
        let line = taken(
            &functional(&format!("| {typed} |  |  |  |  |")),
            "2010301 行政运行",
        );
        assert_eq!(line.matches("2010301").count(), 1, "{typed}: {line}");
        assert!(!line.contains("20103010"), "{typed}: {line}");
    }
    let line = taken(
        &functional("|  | 行政$0运行 |  |  |  |"),
        "2010301 行政运行",
    );
    assert_eq!(line.matches("行政运行").count(), 1, "{line}");
}

#[test]
fn what_stands_behind_the_cursor_is_kept() {
    assert_eq!(
        taken(
            &functional("| 20103$0 项 |  |  |  |  |"),
            "2010301 行政运行"
        ),
        "| 2010301 项 | 行政运行 |  |  |  |"
    );
}

#[test]
fn the_children_of_the_row_above_come_first() {
    check(
        &functional(
            "| 201 | 一般公共服务支出 | 1 | 1 | |\n| 20103 | 政府办公厅（室）及相关机构事务 | 1 | 1 | |\n| $0 | | | | |",
        ),
        3,
        &expect![[r#"
            2010301 行政运行 | 一般公共服务支出 / 政府办公厅（室）及相关机构事务 / 行政运行
            2010302 一般行政管理事务 | 一般公共服务支出 / 政府办公厅（室）及相关机构事务 / 一般行政管理事务
            2010303 机关服务 | 一般公共服务支出 / 政府办公厅（室）及相关机构事务 / 机关服务
        "#]],
    );
    // After an item: the next items of its 款, then its 类's other 款.
    check(
        &functional("| 2010350 | 事业运行 | 1 | 1 | |\n| $0 | | | | |"),
        3,
        &expect![[r#"
            2010399 其他政府办公厅（室）及相关机构事务支出 | 一般公共服务支出 / 政府办公厅（室）及相关机构事务 / 其他政府办公厅（室）及相关机构事务支出
            20104 发展与改革事务 | 一般公共服务支出 / 发展与改革事务 | 未经文件核对
            20105 统计信息事务 | 一般公共服务支出 / 统计信息事务
        "#]],
    );
}

#[test]
fn a_code_that_the_table_has_is_marked() {
    let list = completion(&functional(
        "| 2010301 | 行政运行 | 1 | 1 | |\n| 20103$0 | | | | |",
    ));
    let marked: Vec<&str> = list
        .items
        .iter()
        .filter(|item| {
            item.note
                .as_deref()
                .is_some_and(|note| note.contains("本表已有"))
        })
        .map(|item| item.label.as_str())
        .collect();
    assert_eq!(marked, ["2010301 行政运行"]);
}

#[test]
fn a_piece_of_a_name_finds_codes() {
    check(
        &functional("| 离退休$0 |  |  |  |  |"),
        5,
        &expect![[r#"
        2080503 离退休人员管理机构 | 社会保障和就业支出 / 行政事业单位养老支出 / 离退休人员管理机构 | 未经文件核对
        2080501 行政单位离退休 | 社会保障和就业支出 / 行政事业单位养老支出 / 行政单位离退休
        2080502 事业单位离退休 | 社会保障和就业支出 / 行政事业单位养老支出 / 事业单位离退休
        2080902 军队移交政府的离退休人员安置 | 社会保障和就业支出 / 退役安置 / 军队移交政府的离退休人员安置 | 未经文件核对
        2080903 军队移交政府离退休干部管理机构 | 社会保障和就业支出 / 退役安置 / 军队移交政府离退休干部管理机构 | 未经文件核对
    "#]],
    );
    assert_eq!(
        taken(
            &functional("| 单位离退休$0 |  |  |  |  |"),
            "2080501 行政单位离退休"
        ),
        "| 2080501 | 行政单位离退休 |  |  |  |"
    );
    assert!(completion(&functional("| 离退休$0 |  |  |  |  |")).incomplete);
    // Digits are narrowed down by the editor itself.
    assert!(!completion(&functional("| 20103$0 |  |  |  |  |")).incomplete);
}

#[test]
fn the_rows_of_the_codes_above_are_added_where_they_belong() {
    let rows = |text: &str| -> Vec<String> {
        let table = text.lines().filter(|line| line.starts_with("| 2"));
        table.map(str::to_owned).collect()
    };
    let (_, text, _) = after(&functional("| 2010$0 |  |  |  |  |"), "2010301 行政运行");
    assert_eq!(
        rows(&text),
        [
            "| 201      | 一般公共服务支出 |    = |        = |        = |",
            "| 20103    | 政府办公厅（室）及相关机构事务 |    = |        = |        = |",
            "| 2010301 | 行政运行 |  |  |  |",
        ]
    );
    // A parent belongs above the rows of it that stand there already; one that is there is kept.
    let typed = "| 201 | 一般公共服务支出 | 1 | 1 | |\n| 2010302 | 一般行政管理事务 | 1 | 1 | |\n\
                 | 2010$0 |  |  |  |  |";
    let (document, text, _) = after(&functional(typed), "2010301 行政运行");
    let codes: Vec<String> = rows(&text)
        .iter()
        .map(|row| row.split_whitespace().nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(codes, ["201", "20103", "2010302", "2010301"]);
    // No finding but those that were there, and the sums are worked out.
    assert!(document.parse.errors.is_empty());
    // Lines end as they do in the document; a comment above a row stays above it.
    let typed = "<!-- 忽略 COD003: 原表如此 -->\n| 2010$0 |  |  |  |  |";
    let (_, text, _) = after(&functional(typed).replace('\n', "\r\n"), "2010301 行政运行");
    assert!(
        text.contains("= |\r\n<!-- 忽略 COD003: 原表如此 -->\r\n| 2010301 |"),
        "{text}"
    );
    // Never in a table whose numbers come from an approved file.
    let sourced = functional("| 2010$0 |  |  |  |  |")
        .replace("总体情况表\n\n", "总体情况表\n\n- 来源：批复.xlsx\n\n");
    let (_, text, _) = after(&sourced, "2010301 行政运行");
    assert_eq!(rows(&text), ["| 2010301 | 行政运行 |  |  |  |"]);
}

#[test]
fn a_code_in_three_columns() {
    let text = |row: &str| {
        format!(
            "{HEAD}# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n\
             | 类 | 款 | 项 | 功能分类科目名称 | 合计 |\n| --- | --- | --- | --- | ---: |\n\
             | 201 |  |  | 一般公共服务支出 | 1 |\n| 201 | 03 |  | 政府办公厅 | 1 |\n{row}\n"
        )
    };
    assert_eq!(
        taken(&text("| 201 | 03 | 0$0 |  |  |"), "2010301 行政运行"),
        "| 201 | 03 | 01 | 行政运行 |  |"
    );
    assert_eq!(
        taken(&text("| 201$0 |  |  |  |  |"), "2010301 行政运行"),
        "| 201 | 03 | 01 | 行政运行 |  |"
    );
}

#[test]
fn code_and_name_in_one_cell() {
    let text = |cell: &str| {
        format!(
            "---\n模板: 通用-预算\n---\n\n# 部门支出总表\n\n| 科目编码及名称 | 合计 |\n| --- | ---: |\n\
             | 20103 政府办公厅（室）及相关机构事务 | 1 |\n| {cell} | 1 |\n"
        )
    };
    for typed in ["2010301$0", "行政运$0", "20103 行政$0运"] {
        assert_eq!(
            taken(&text(typed), "2010301 行政运行"),
            "| 2010301 行政运行 | 1 |",
            "{typed}"
        );
    }
    // Its parent is there, the parent's isn't.
    let (_, text, _) = after(&text("2010301$0"), "2010301 行政运行");
    assert_eq!(text.matches("| 201 一般公共服务支出").count(), 1, "{text}");
}

#[test]
fn codes_that_are_there_come_after_their_like() {
    let text = functional(
        "| 20103 | 政府办公厅（室）及相关机构事务 | 1 | 1 | |\n| 2010301 | 行政运行 | 1 | 1 | |\n| 20103$0 | | | | |",
    );
    let first = shown(&text, 1);
    assert!(first.starts_with("2010302 "), "{first}");
}

#[test]
fn a_bar_brings_only_what_is_likely() {
    let text = functional("| 20103 | 政府办公厅（室）及相关机构事务 | 1 | 1 | |\n|$0 | | | | |");
    let (document, offset) = fixture(&text);
    let ask = Ask {
        trigger: Some('|'),
        ..Ask::at(offset)
    };
    let list = budget_ide::completion(&document, &ask).unwrap();
    assert!(list.items.len() < 40, "{}", list.items.len());
    assert!(list.items.iter().all(|item| item.label.starts_with("201")));
    // And nothing where an amount belongs.
    let (document, offset) = fixture(&functional("| 2010301 | 行政运行 |$0 | | |"));
    let ask = Ask {
        trigger: Some('|'),
        ..Ask::at(offset)
    };
    assert_eq!(budget_ide::completion(&document, &ask), None);
}

#[test]
fn an_item_is_explained_when_it_is_looked_at() {
    let (document, offset) = fixture(&functional("| 2010$0 |  |  |  |  |"));
    let ask = Ask {
        whole: Whole::None,
        ..Ask::at(offset)
    };
    let list = budget_ide::completion(&document, &ask).unwrap();
    let bare = list
        .items
        .iter()
        .find(|item| item.label == "2010301 行政运行");
    let bare = bare.unwrap();
    assert_eq!((bare.detail.as_str(), &bare.documentation), ("", &None));
    assert_eq!(bare.also.len(), 2, "the name, and the rows above");
    let whole = budget_ide::completion::resolve(&document, &ask, &bare.label).unwrap();
    assert_eq!(whole.also, bare.also);
    assert!(whole.detail.ends_with(" / 行政运行"));
    let told = whole.documentation.unwrap().into_plain();
    assert!(
        told.contains("一并补上上级科目：201 一般公共服务支出、20103"),
        "{told}"
    );
}

#[test]
fn the_blank_row_of_a_skeleton_stays_below_the_row_that_it_becomes() {
    let total = "|  | 合计 | = | = | = |";
    let blank = "| 待填 | 待填 | = | 待填 | 待填 |";
    let rows = |typed: &str, below: &str| functional(&format!("{typed}\n{below}"));
    let taken_rows = |text: &str| {
        let whole = after(text, "2010301 行政运行");
        let lines = whole.1.lines().filter(|line| line.starts_with('|')).skip(2);
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        taken_rows(&rows("| 2010301$0 | 待填 | = | 待填 | 待填 |", total))[2..],
        [
            "| 2010301 | 行政运行 | = | 待填 | 待填 |",
            "| 待填     | 待填             |    = |     待填 |     待填 |",
            total
        ]
    );
    // One is enough; a row with something in it was none; a table without more rows is whole.
    let once = taken_rows(&rows("| 2010301$0 | 待填 | = | 待填 | 待填 |", blank));
    assert_eq!(
        once[2..],
        ["| 2010301 | 行政运行 | = | 待填 | 待填 |", blank]
    );
    let filled = taken_rows(&rows("| 2010301$0 | 待填 | = | 1.00 | 待填 |", total));
    assert_eq!(
        filled[2..],
        ["| 2010301 | 行政运行 | = | 1.00 | 待填 |", total]
    );
    let last = taken_rows(&functional("| 2010301$0 | 待填 | = | 待填 | 待填 |"));
    assert_eq!(last[2..], ["| 2010301 | 行政运行 | = | 待填 | 待填 |"]);
}

#[test]
fn a_name_cell_wants_a_name_and_its_code() {
    assert_eq!(
        taken(&functional("|  | 行政运$0 |  |  |  |"), "2010301 行政运行"),
        "| 2010301 | 行政运行 |  |  |  |"
    );
    // The code is there: its name only.
    assert_eq!(
        shown(&functional("| 2010301 | $0 |  |  |  |"), 9)
            .lines()
            .count(),
        1
    );
}

#[test]
fn economic_tables_want_economic_codes() {
    check(
        &economic("| 301 | 工资福利支出 | 1 | 1 | |\n| 3010$0 |  |  |  |  |"),
        3,
        &expect![[r#"
            30101 基本工资 | 工资福利支出 / 基本工资
            30102 津贴补贴 | 工资福利支出 / 津贴补贴
            30103 奖金 | 工资福利支出 / 奖金
        "#]],
    );
    assert_eq!(shown(&economic("| 20103$0 |  |  |  |  |"), 9), "");
}

#[test]
fn an_amount_wants_nothing() {
    assert_eq!(
        shown(&functional("| 2010301 | 行政运行 | 2$0 |  |  |"), 9),
        ""
    );
    assert_eq!(
        shown(
            &format!("{HEAD}# 第三部分 情况说明\n\n支出 201$0 万元。\n"),
            9
        ),
        ""
    );
}

#[test]
fn templates_are_proposed_by_id() {
    let text = "---\n模板：$0\n年度: 2020\n---\n";
    assert!(shown(text, 9).contains("新疆-2020-部门预算"));
    assert_eq!(
        taken(text, "新疆-2020-部门预算"),
        "模板： 新疆-2020-部门预算"
    );
    assert_eq!(
        taken("---\n模板: 新疆$0-2019\n", "新疆-2020-部门预算"),
        "模板: 新疆-2020-部门预算"
    );
    check(
        "---\n状态: $0\n---\n",
        9,
        &expect![[r#"
        草稿 | 还在填写：待填处只计数
        送审 | 每个待填处都要填好
        公开 | 已经公开
    "#]],
    );
    // Not outside of the front matter.
    assert!(!shown("甲\n\n模板: $0\n", 9).contains("新疆"));
}

#[test]
fn headings_that_are_missing_are_proposed() {
    check(
        &format!("{HEAD}# 第一部分 单位概况\n\n# $0\n"),
        9,
        &expect![[r#"
            第二部分 部门预算公开表 | 含表样
            第三部分 部门预算情况说明
            第四部分 名词解释
        "#]],
    );
    check(
        &format!("{HEAD}# 第二部分 部门预算公开表\n\n## 表一 部门收支总体情况表\n\n## 表$0\n"),
        3,
        &expect![[r#"
            表二 部门收入总体情况表 | 含表样
            表三 部门支出总体情况表 | 含表样
            表四 财政拨款收支预算总体情况表 | 含表样
        "#]],
    );
    check(
        &format!("{HEAD}# 第三部分 部门预算情况说明\n\n##$0\n"),
        2,
        &expect![[r#"
            一、收支预算情况的总体说明
            二、收入预算情况说明
        "#]],
    );
    check(
        &format!("{HEAD}# 第二部分 部门预算公开表\n\n## 表一 部门收支总体情况表\n\n### $0\n"),
        9,
        &expect![[r#"
            收入 | 含表样
            支出 | 含表样
        "#]],
    );
}

/// As many projects as a table has rows: a list that can be read, and the editor asks again.
#[test]
fn a_list_of_projects_has_an_end() {
    let rows: String = (0..250)
        .map(|at| format!("| 2010302 | 一般行政管理事务 | 项目{at} | 1.00 |\n"))
        .collect();
    let text = format!(
        "{HEAD}# 第二部分 部门预算公开表\n\n## 表七 项目支出情况表\n\n\
         | 科目编码 | 功能分类科目名称 | 项目名称 | 项目支出合计 |\n| --- | --- | --- | ---: |\n{rows}\
         | 2010302 | 一般行政管理事务 | 项$0 | |\n"
    );
    let list = completion(&text);
    assert_eq!(list.items.len(), 200);
    assert!(list.incomplete);
}
