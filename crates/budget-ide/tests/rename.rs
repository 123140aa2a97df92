//! Renaming what stands at the cursor (`$0`).

mod support;

use budget_ide::{prepare_rename, rename};
use budget_syntax::format::apply;
use expect_test::{Expect, expect};
use support::{HEAD, SPENDING, fixture};

fn document(narrative: &str) -> String {
    format!(
        "{HEAD}# 第二部分 部门预算公开表

## 表三 部门支出总体情况表

- 来源：批复.xlsx

{SPENDING}
## 表七 项目支出情况表

| 科目编码 | 功能分类科目名称 | 项目名称 | 项目支出合计 |
| --- | --- | --- | ---: |
| 2010302 | 一般行政管理事务 | 𠮷县网站维护 | 40.00 |
| | | 合计 | 40.00 |

# 第三部分 部门预算情况说明

{narrative}

#### 项目支出绩效目标表（𠮷县网站维护）

- 项目名称：𠮷县网站维护

| 一级指标 | 二级指标 | 三级指标 | 指标值 |
| --- | --- | --- | --- |
| 产出指标 | 数量指标 | 网站 | 1 |

# 第四部分 名词解释

一、基本支出：指人员和公用支出。

二、财政拨款：指财政安排的钱，用于基本支出。
"
    )
}

/// The lines that a renaming changes, as they become; or why it can't be done.
fn check(text: &str, name: &str, expected: &Expect) {
    let (document, offset) = fixture(text);
    let shown = match rename(&document, offset, name) {
        Err(refusal) => format!("{refusal}\n"),
        Ok(edits) => {
            let new = apply(&document.text, &edits);
            assert_eq!(new.lines().count(), document.text.lines().count());
            let lines = new.lines().zip(document.text.lines());
            let changed = lines.filter(|(new, old)| new != old);
            changed.map(|(new, _)| format!("{new}\n")).collect()
        }
    };
    expected.assert_eq(&shown);
}

fn prepared(text: &str) -> String {
    let (document, offset) = fixture(text);
    match prepare_rename(&document, offset) {
        Ok(found) => format!("[{}] {}", document.slice(found.range), found.name),
        Err(refusal) => refusal.to_string(),
    }
}

#[test]
fn a_term_keeps_what_the_template_says() {
    let text = document("𠮷县基本$0支出 110 万元，{表三.合计.基本支出}。");
    check(
        &text,
        "基础支出",
        &expect![[r#"
        𠮷县基础支出 110 万元，{表三.合计.基本支出}。
        一、基础支出：指人员和公用支出。
        二、财政拨款：指财政安排的钱，用于基础支出。
    "#]],
    );
    check(
        &text,
        "财政 拨款",
        &expect![[r#"
        名词解释里已经有“财政拨款”。请换一个名称
    "#]],
    );
    check(
        &text,
        "支出：基本",
        &expect![[r#"
        名词里不能有冒号、逗号、句号、分号、竖线、花括号和反斜杠
    "#]],
    );
    check(
        &text,
        " ",
        &expect![[r#"
        新名称是空的。请输入名称
    "#]],
    );
    check(
        &text,
        "甲\n乙",
        &expect![[r#"
        名称要写在一行里，不能有换行
    "#]],
    );
    // The key of a field is the template's.
    let field = text.replacen("- 来源：批复.xlsx", "- 来源：批复.xlsx\n- 基本支出：110", 1);
    check(
        &field,
        "基础支出",
        &expect![[r#"
        𠮷县基础支出 110 万元，{表三.合计.基本支出}。
        一、基础支出：指人员和公用支出。
        二、财政拨款：指财政安排的钱，用于基础支出。
    "#]],
    );
    // From its entry, to the same name written otherwise.
    let entry = document("基本支出。").replacen("一、基本支出", "一、基本$0支出", 1);
    check(
        &entry,
        "“基本”支出",
        &expect![[r#"
        “基本”支出。
        一、“基本”支出：指人员和公用支出。
        二、财政拨款：指财政安排的钱，用于“基本”支出。
    "#]],
    );
}

#[test]
fn a_project_everywhere() {
    let text = document(
        "1. 项目名称：𠮷县网站维护\n\n𠮷县网$0站维护安排 {表七.【𠮷县网站维护】.项目支出合计} 万元，{表七.𠮷县网站维护.项目支出合计}。",
    );
    check(
        &text,
        "网站运维",
        &expect![[r#"
        | 2010302 | 一般行政管理事务 | 网站运维 | 40.00 |
        1. 项目名称：网站运维
        网站运维安排 {表七.网站运维.项目支出合计} 万元，{表七.网站运维.项目支出合计}。
        #### 项目支出绩效目标表（网站运维）
        - 项目名称：网站运维
    "#]],
    );
    // A bracket needs the quotes of paths.
    check(
        &text,
        "网站（一期）",
        &expect![[r#"
        | 2010302 | 一般行政管理事务 | 网站（一期） | 40.00 |
        1. 项目名称：网站（一期）
        网站（一期）安排 {表七.【网站（一期）】.项目支出合计} 万元，{表七.【网站（一期）】.项目支出合计}。
        #### 项目支出绩效目标表（网站（一期））
        - 项目名称：网站（一期）
    "#]],
    );
    check(
        &text,
        "2024",
        &expect![[r#"
        | 2010302 | 一般行政管理事务 | 2024 | 40.00 |
        1. 项目名称：2024
        2024安排 {表七.【2024】.项目支出合计} 万元，{表七.【2024】.项目支出合计}。
        #### 项目支出绩效目标表（2024）
        - 项目名称：2024
    "#]],
    );
    check(
        &text,
        "甲|乙",
        &expect![[r#"
            表达式引用了这个项目，名称里不能有方头括号和竖线
        "#]],
    );
    let plain = document("𠮷县网$0站维护。");
    check(
        &plain,
        "甲{1}",
        &expect![[r#"
        项目名称里不能有花括号和反斜杠
    "#]],
    );
    check(
        &plain,
        "#甲",
        &expect![[r#"
        项目名称不能以竖线、井号、减号、尖括号和序号开头
    "#]],
    );
    check(
        &plain,
        "甲|乙",
        &expect![[r#"
            | 2010302 | 一般行政管理事务 | 甲\|乙 | 40.00 |
            甲|乙。
            #### 项目支出绩效目标表（甲|乙）
            - 项目名称：甲|乙
        "#]],
    );
    let cell = document("无。").replacen("网站维护 |", "网站$0维护 |", 1);
    check(
        &cell,
        "网站运维",
        &expect![[r#"
        | 2010302 | 一般行政管理事务 | 网站运维 | 40.00 |
        #### 项目支出绩效目标表（网站运维）
        - 项目名称：网站运维
    "#]],
    );
    let two = cell.replacen(
        "| | | 合计 |",
        "| 2010302 | 一般行政管理事务 | 另一项目 | |\n| | | 合计 |",
        1,
    );
    check(
        &two,
        "另一 项目",
        &expect![[r#"
        已经有名为“另一 项目”的项目。请换一个名称
    "#]],
    );
}

#[test]
fn a_code_with_those_below_it() {
    let text = document("见 {表三.2010302.项目支出}，2010302 一般行政管理事务。").replacen(
        "| 2010302 |",
        "| 20103$002 |",
        1,
    );
    check(
        &text,
        "２０１０３０９",
        &expect![[r#"
            | 2010309 | 一般行政管理事务 | 40.00 | | 40.00 |
            | 2010309 | 一般行政管理事务 | 𠮷县网站维护 | 40.00 |
            见 {表三.2010309.项目支出}，2010309 一般行政管理事务。
        "#]],
    );
    check(
        &text,
        "2010301",
        &expect![[r#"
        表三 部门支出总体情况表里已经有编码 2010301。请换一个编码
    "#]],
    );
    check(
        &text,
        "201030",
        &expect![[r#"
        编码 2010302 有 7 位，新编码也要 7 位：类 3 位，款 5 位，项 7 位
    "#]],
    );
    check(
        &text,
        "3010302",
        &expect![[r#"
        支出功能分类编码以 2 开头
    "#]],
    );
    check(
        &text,
        "甲",
        &expect![[r#"
        科目编码只能是数字
    "#]],
    );
    let above =
        document("政府办公厅（室）及相关机构事务（03）。").replacen("| 20103 |", "| 201$003 |", 1);
    check(
        &above,
        "20104",
        &expect![[r#"
        | 20104 | 政府办公厅（室）及相关机构事务 | 150.00 | 110.00 | 40.00 |
        | 2010401 | 行政运行 | 110.00 | 110.00 | |
        | 2010402 | 一般行政管理事务 | 40.00 | | 40.00 |
        | 2010402 | 一般行政管理事务 | 𠮷县网站维护 | 40.00 |
    "#]],
    );
}

/// 类, 款 and 项 in cells of their own: one code, three cells.
#[test]
fn a_code_in_several_cells_is_not_renamed_in_part() {
    let text = format!(
        "{HEAD}# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n\
         | 类 | 款 | 项 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
         | --- | --- | --- | --- | ---: | ---: | ---: |\n\
         | 201 | 03 | 01 | 行政运行 | 1.00 | 1.00 | |\n\n\
         # 第三部分 部门预算情况说明\n\n见 {{表三.2010$0301.合计}}。\n"
    );
    check(
        &text,
        "2010302",
        &expect![[r#"
        有的表把编码分在类、款、项几列里。请先并成一列，再改编码
    "#]],
    );
}

#[test]
fn what_can_be_renamed_and_what_cannot() {
    let text = document("𠮷县网站维护 {表七.【𠮷县网$0站维护】.项目支出合计}。");
    assert_eq!(prepared(&text), "[【𠮷县网站维护】] 𠮷县网站维护");
    let text = document("2010302 一般行政管理事务。");
    let at = |find: &str, with: &str| prepared(&text.replacen(find, with, 1));
    assert_eq!(at("| 2010302 |", "| 201$00302 |"), "[2010302] 2010302");
    assert_eq!(
        at("2010302 一般行政管理事务。", "2010$0302 一般行政管理事务。"),
        "[2010302] 2010302"
    );
    assert_eq!(
        at("| 150.00 |", "| 15$00.00 |"),
        "数字没有名称，不能改名。请直接改单元格里的数字"
    );
    assert_eq!(
        at("| 行政运行", "| 行政$0运行"),
        "要改科目编码，请把光标放在编码上；科目名称以科目目录为准，请在表中直接改"
    );
    assert_eq!(
        at("## 表七 项目", "## 表$0七 项目"),
        "标题由模板规定，不能改名。需要时请直接改标题和目录"
    );
    assert_eq!(
        at("指财政安排", "指$0财政安排"),
        "这里没有可以改名的内容。请把光标放在名词、项目名称或者科目编码上"
    );
}

/// The refusal, or the lines that change.
fn renamed(text: &str, name: &str) -> String {
    let (document, offset) = fixture(text);
    match rename(&document, offset, name) {
        Err(refusal) => refusal.to_string(),
        Ok(edits) => {
            let new = apply(&document.text, &edits);
            let lines = new.lines().zip(document.text.lines());
            let changed = lines.filter(|(new, old)| new != old);
            changed.map(|(new, _)| format!("{new}\n")).collect()
        }
    }
}

/// A name that would make headings, comments, lists or numbers of the lines it stands in.
#[test]
fn a_name_does_not_change_what_a_line_is() {
    let term = document("基本$0支出是钱。");
    let starts = "名词不能以竖线、井号、减号、尖括号和序号开头";
    for name in [
        "# 甲",
        "- 甲",
        "> 甲",
        "---",
        "一、甲",
        "1. 甲",
        "（一）甲",
        "第一部分 甲",
    ] {
        assert_eq!(renamed(&term, name), starts, "{name}");
    }
    let comment = "名称里不能有注释的记号“<!--”和“-->”";
    for name in ["<!-- 甲", "甲<!--乙", "甲-->"] {
        assert_eq!(renamed(&term, name), comment, "{name}");
        assert_eq!(
            renamed(&document("𠮷县网$0站维护。"), name),
            comment,
            "{name}"
        );
    }
    // Marks that aren't in the way: ＃ is read as # is.
    assert_eq!(
        renamed(&term, "＃ 甲"),
        "改成“＃ 甲”后，有的行会被读成标题、列表、表格或者注释。请换一个名称"
    );
    // A project that is called as a total is: its row would be one.
    let project = document("𠮷县网$0站维护。");
    for name in ["合计", "合　计", "支出总计"] {
        assert_eq!(
            renamed(&project, name),
            format!("“{name}”是合计、小计一类的行的名称。请换一个名称")
        );
    }
    assert_eq!(
        renamed(&project, "1. 甲"),
        "项目名称不能以竖线、井号、减号、尖括号和序号开头"
    );
    // A term that becomes a piece of another one.
    let piece = document("项目基本$0支出。").replace("二、财政拨款：", "二、项目支出：");
    assert_eq!(
        renamed(&piece, "支出"),
        "改成“支出”后，第 31 行的内容不会再读作这个名称。请换一个名称"
    );
}

fn rows(projects: impl IntoIterator<Item = String>) -> String {
    let rows = projects.into_iter();
    rows.map(|name| format!("| 2010302 | 一般行政管理事务 | {name} | 1.00 |\n"))
        .collect()
}

/// Many projects whose names begin alike: each is only itself.
#[test]
fn longer_names_of_other_projects_stay_however_many() {
    let longer: Vec<String> = (0..40)
        .map(|at| {
            let letter = |at: u32| char::from_u32(u32::from('甲') + at).unwrap();
            format!("网站维护（{}）项目", letter(at))
        })
        .collect();
    let last = longer.last().unwrap();
    let prose = format!("网站维$0护项目 1 万元，{last} 1 万元。");
    let first = "| | | 合计 | 40.00 |";
    let all = std::iter::once("网站维护".to_owned()).chain(longer.clone());
    let text = document(&prose).replacen(first, &format!("{}{first}", rows(all)), 1);
    assert_eq!(
        renamed(&text, "网站运维"),
        format!(
            "| 2010302 | 一般行政管理事务 | 网站运维 | 1.00 |\n网站运维项目 1 万元，{last} 1 万元。\n"
        )
    );
}

/// The name of a project may be an ordinary word too.
#[test]
fn ordinary_words_of_the_narrative_stay() {
    let text = document("全面推进乡村振兴战略。\n\n“乡村振$0兴”安排 1 万元，用于乡村振兴项目；乡村振兴 1 万元，推进乡村振兴。")
        .replace("𠮷县网站维护", "乡村振兴");
    assert_eq!(
        renamed(&text, "兴村强县"),
        "| 2010302 | 一般行政管理事务 | 兴村强县 | 40.00 |\n\
         “兴村强县”安排 1 万元，用于兴村强县项目；兴村强县 1 万元，推进乡村振兴。\n\
         #### 项目支出绩效目标表（兴村强县）\n\
         - 项目名称：兴村强县\n"
    );
    // What the template calls a row is no mention of a shorter term.
    let text = document("公共财政拨款（补助）资金和财政$0拨款。");
    assert_eq!(
        renamed(&text, "财政补助"),
        "公共财政拨款（补助）资金和财政补助。\n二、财政补助：指财政安排的钱，用于基本支出。\n"
    );
}
