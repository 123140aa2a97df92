//! Imports of small documents written for the purpose.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use budget_catalog::Catalog;
use budget_convert::{DamageKind, Import, ImportOptions, ImportStatus, import_text};

fn import(source: &str) -> Import {
    import_text(source, &ImportOptions::default(), Catalog::builtin())
}

/// The text without the padding of cells.
fn lines(import: &Import) -> Vec<String> {
    import
        .budget
        .lines()
        .map(|line| {
            if line.starts_with('|') {
                let cells: Vec<&str> = line
                    .trim_matches('|')
                    .split(" |")
                    .map(|cell| cell.trim_start_matches('|').trim())
                    .collect();
                cells.join("|")
            } else {
                line.to_owned()
            }
        })
        .collect()
}

fn has(import: &Import, line: &str) {
    assert!(
        lines(import).iter().any(|found| found == line),
        "no line {line:?} in:\n{}",
        import.budget
    );
}

fn whole(import: &Import) {
    assert_eq!(import.report.numbers.lost, 0, "{}", import.budget);
    assert_eq!(import.report.lost_characters, 0, "{}", import.budget);
}

#[test]
fn an_empty_text_is_a_file() {
    let import = import("");
    assert_eq!(import.budget, "---\n模板: 通用-预算\n---\n");
    assert_eq!(import.report.status, ImportStatus::Placed);
}

#[test]
fn cover_and_signature_give_the_front_matter() {
    let import = import(
        "某省某某局\n2021年部门预算公开（本级）\n目 录\n第一部分 概况\n第一部分 概况\n\
         一、主要职能\n某局负责某事。\n某省某某局\n2021年2月28日\n",
    );
    for line in [
        "部门: 某省某某局（本级）",
        "年度: 2021",
        "公开日期: 2021-02-28",
        "落款: 某省某某局",
        "封面: 某省某某局 2021年部门预算公开（本级）",
        "# 目录",
        "# 第一部分 概况",
        "## 一、主要职能",
    ] {
        has(&import, line);
    }
    whole(&import);
}

#[test]
fn code_columns_fold_and_groups_become_paths() {
    let import = import(
        "表一\n某表\n单位：元\n\
         功能分类科目编码\t\t\t科目名称\t合计\t财政拨款\t\t\n\
         类\t款\t项\t\t\t小计\t基本 支出\t项目支出\n\
         201\t\t\t一般公共服务支出\t3\t3\t1\t2\n\
         201\t3\t01\t行政运行\t3\t3\t1\t2\n\
         \t\t\t合计\t3\t3\t1\t2\n",
    );
    has(&import, "## 表一 某表");
    has(&import, "- 金额单位：元");
    has(
        &import,
        "科目编码|科目名称|合计|财政拨款/小计|财政拨款/基本支出|财政拨款/项目支出",
    );
    has(&import, "2010301|行政运行|3|3|1|2");
    has(&import, "|合计|3|3|1|2");
    has(&import, "<!-- 原表头: 功能分类科目编码；类、款、项 -->");
    whole(&import);
    assert_eq!(import.report.numbers.comments, 0);
}

#[test]
fn a_caption_over_all_amounts_is_no_group() {
    let import = import(
        "表二\n某表\n项目\t支出预算\t\n科目名称\t基本支出\t项目支出\n甲\t1\t2\n合计\t1\t2\n",
    );
    has(&import, "科目名称|基本支出|项目支出");
    has(&import, "<!-- 原表头: 项目、支出预算 -->");
}

#[test]
fn sides_are_two_grids() {
    let import = import(
        "表一\n收支表\n收 入\t\t支 出\t\n项 目\t预算数\t功能分类\t预算数\n\
         财政拨款\t5\t201 一般公共服务支出\t3\n其他\t\t208 社会保障和就业支出\t2\n\
         \t\t210 卫生健康支出\t\n收 入 总 计\t5\t支出合计\t5\n",
    );
    let lines = lines(&import);
    let income = lines.iter().position(|line| line == "### 收入").unwrap();
    let expense = lines.iter().position(|line| line == "### 支出").unwrap();
    let row = |text: &str| lines.iter().position(|line| line == text).unwrap();
    assert!((income..expense).contains(&row("收入总计|5")));
    assert!(row("科目编码|功能分类|预算数") > expense);
    assert!(row("208|社会保障和就业支出|2") > expense);
    assert!(row("|支出合计|5") > expense);
    assert!(!lines.iter().any(|line| line == "|"), "{}", import.budget);
    whole(&import);
}

#[test]
fn a_page_break_in_a_sentence_is_joined_and_nothing_else_is() {
    let import = import(
        "第一部分 说明\n一、说明\n\
         本年一般公共预算财政拨款基本支出预算数为一千零四十三万\n\n元，比上年增加一成。\n\
         项目承担单位：某省某某厅某某办公室机关服务中心后勤管理处某某科\n资金分配情况：三万元\n\
         本年一般公共预算财政拨款基本支出的预算数由去年的数变成了3\n5万元，增加。\n",
    );
    has(
        &import,
        "本年一般公共预算财政拨款基本支出预算数为一千零四十三万元，比上年增加一成。",
    );
    has(&import, "资金分配情况：三万元");
    has(&import, "5万元，增加。");
    let joined = |damage: &&budget_convert::Damage| damage.kind == DamageKind::SplitSentence;
    let joined: Vec<_> = import.report.damage.iter().filter(joined).collect();
    assert_eq!(joined.len(), 1);
    assert_eq!(joined.first().unwrap().line, 5);
    whole(&import);
}

#[test]
fn the_row_of_a_lost_table_goes_where_the_contents_promise_it() {
    let source = "某省某某局\n2020年部门预算公开\n目录\n第一部分 部门预算公开表\n\
        六、一般公共预算基本支出情况表\n七、项目支出情况表\n八、一般公共预算“三公”经费支出情况表\n\
        第一部分 部门预算公开表\n表六：\n一般公共预算基本支出情况表\n\
        经济分类科目编码\t\t经济分类科目名称\t小计\t人员经费\t公用经费\n类\t款\t\t\t\t\n\
        301\t\t工资福利支出\t7\t7\t\n\n\
        \t\t\t\t合计\t9\t4\t5\t\t\t\t\t\t\t\t\n\n表八：\n一般公共预算“三公”经费支出情况表\n\
        合计\t公务接待费\n1\t1\n";
    let options = ImportOptions {
        template: Some("新疆-2020-部门预算".to_owned()),
    };
    let import = import_text(source, &options, Catalog::builtin());
    let lines = lines(&import);
    let at = |text: &str| {
        lines
            .iter()
            .position(|line| line == text)
            .unwrap_or_else(|| panic!("no {text} in\n{}", import.budget))
    };
    let six = at("## 表六 一般公共预算基本支出情况表");
    let seven = at("## 表七 项目支出情况表");
    let eight = at("## 表八 一般公共预算“三公”经费支出情况表");
    assert!((six..seven).contains(&at("<!-- 转换缺失: 合计行 -->")));
    assert!((seven..eight).contains(&at("<!-- 转换缺失: 表头、明细 -->")));
    assert!((seven..eight).contains(&at("||合计|9|4|5||||||||")));
    assert_eq!(import.report.status, ImportStatus::Partly);
    whole(&import);
}

#[test]
fn a_total_that_the_author_left_out_is_not_marked() {
    let import = import(
        "表六：\n一般公共预算基本支出情况表\n编码\t名称\t小计\n301\t工资福利支出\t7\n\n表七：\n项目支出情况表\n\
         名称\t合计\n甲\t1\n",
    );
    assert!(!import.budget.contains("转换缺失"), "{}", import.budget);
}

#[test]
fn a_form_becomes_fields_and_indicators() {
    let import = import(
        "(编号: 7) 项目支出绩效目标表\n\
         预算单位\t某局\t\t\t项目名称\t某项目\t\n\
         项目资金(万元)\t年度资金总额:\t5\t其中: 财政拨款\t5\t其他资金\t\t\n\
         项目总体目标\t<p>甲。</p> <p>乙。</p>\t\t\t\t\t\n\
         一级指标\t二级指标\t三级指标\t\t指标值\t\n\
         项目完成指标\t数量指标\t次数\t\t3次\t\n\
         质量指标\t合格率\t\t98%\t\t\n\
         \t质量指标\t及格率\t\t97%\t\n\
         满意度指标\t满意度指标\t群众满意度\t\t95%\t\n",
    );
    for line in [
        "## 项目支出绩效目标表（编号：7）",
        "- 预算单位：某局",
        "- 项目名称：某项目",
        "- 年度资金总额：5",
        "- 其中：财政拨款：5",
        "- 其他资金：",
        "- 项目总体目标：\\<p>甲。\\</p>",
        "  \\<p>乙。\\</p>",
        "一级指标|二级指标|三级指标|指标值",
        "项目完成指标|数量指标|次数|3次",
        "|质量指标|合格率|98%",
        "|质量指标|及格率|97%",
        "满意度指标|满意度指标|群众满意度|95%",
    ] {
        has(&import, line);
    }
    whole(&import);
}

#[test]
fn markup_of_the_source_stays_text() {
    let import =
        import("名称\t值\n甲|乙\t=\n{丙}\t<i>\n\n# \n<!-- 忽略 -->\n|丁\n7*24小时\n<b>戊</b>\n");
    let parse = budget_syntax::parse(&import.budget);
    assert!(
        parse.errors.is_empty(),
        "{:?}\n{}",
        parse.errors,
        import.budget
    );
    for text in [
        "甲\\|乙",
        "\\=",
        "\\{丙\\}",
        "\\<i>",
        "\\<!--",
        "\\|丁",
        "7\\*24",
        "**戊**",
    ] {
        assert!(
            import.budget.contains(text),
            "no {text} in\n{}",
            import.budget
        );
    }
    whole(&import);
}

#[test]
fn hostile_texts_are_read_in_bounded_time() {
    let rows: String = (0..100_000)
        .map(|n| format!("201\t{n}\t甲\t{n}.5\n"))
        .collect();
    let wide = format!("{}\n{}", "列\t".repeat(20_000), "1\t2\n".repeat(20_000));
    let orphans = format!(
        "目录\n第一部分 表\n一、甲表\n二、乙表\n第一部分 表\n表一\n甲表\n名\t值\n甲\t1\n{}",
        "丙\n\t2\t3\n".repeat(8_000)
    );
    for source in [
        "字".repeat(350_000),
        "1".repeat(1_000_000),
        "\t".repeat(500_000),
        "（一）\n".repeat(15_000),
        "表一\n".repeat(15_000),
        "<p>".repeat(100_000) + &"</p>".repeat(100_000),
        format!("名称\t目标\n项目总体目标\t{}\n", "<p>甲</p>".repeat(50_000)),
        "一级指标\t二级指标\n".repeat(15_000),
        "a\0b\u{0C}\u{3000}\r\u{10FFFF}𠀀\t\u{FEFF}\r\n".repeat(10_000),
        rows,
        wide,
        orphans,
    ] {
        let import = import(&source);
        assert_eq!(import.report.numbers.lost, 0);
    }
}

mod nothing_is_lost {
    use super::*;
    use proptest::prelude::*;

    fn piece() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "  ",
            "  ",
            "     ",
            "\u{C}",
            "\t",
            "\t",
            "\t",
            "\n",
            "\n",
            "\n\n",
            "目录",
            "第一部分 表",
            "第二部分 说明",
            "表一：",
            "表 2",
            "一、甲",
            "（一）乙",
            "1. 丙",
            "编制部门：某局",
            "单位：万元",
            "类",
            "款",
            "项",
            "201",
            "03",
            "0",
            "1,234.50",
            "12.5",
            "7",
            "合计",
            "收 入",
            "支 出",
            "201 一般公共服务支出",
            "项目名称",
            "预算单位",
            "项目总体目标",
            "一级指标",
            "二级指标",
            "质量指标",
            "项目支出绩效目标表",
            "(编号: 1) 绩效目标表",
            "----",
            "功能分类科目名称",
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "|",
            "{",
            "}",
            "=",
            "\\",
            "- ",
            "# ",
            "2020年1月2日",
            "，",
            "。",
            "很长的一句话它没有说完就被分页断开了所以要接到下一行去看看是不是",
            "※",
            "<!--",
            "-->",
            "---",
            "\r",
            "\u{3000}",
            "\0",
            "備",
            "𠀀",
        ])
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn of_any_text(pieces in prop::collection::vec(piece(), 0..60)) {
            let source: String = pieces.concat();
            let import = import(&source);
            prop_assert_eq!(import.report.numbers.lost, 0, "{}\n=>\n{}", source, import.budget);
            prop_assert_eq!(import.report.lost_characters, 0, "{}\n=>\n{}", source, import.budget);
            let parse = budget_syntax::parse(&import.budget);
            prop_assert!(parse.errors.is_empty(), "{:?}\n{}\n=>\n{}", parse.errors, source, import.budget);
            let edits = budget_syntax::format::format(&import.budget, &parse.tree);
            prop_assert!(edits.is_empty(), "{:?}\n{}\n=>\n{}", edits, source, import.budget);
        }
    }
}

#[test]
fn page_numbers_leave_the_text_and_are_kept() {
    let source = "第一部分 概况\n负责全市水利工程建设与运行管理工作，组织编制年度计划并监督\n\n— 7 —\n\n实施。\n\
        第二部分 预算表\n表1-2\n部门支出总表\n科目编码\t科目名称\t合计\n201\t一般公共服务支出\t8\n\n- 8 -\n\n\
        科目编码\t科目名称\t合计\n20103\t办公室\t8\n";
    let import = import(source);
    has(
        &import,
        "负责全市水利工程建设与运行管理工作，组织编制年度计划并监督实施。",
    );
    has(&import, "## 表1-2 部门支出总表");
    has(&import, "20103|办公室|8");
    has(&import, "<!-- 原文页码: — 7 —；- 8 - -->");
    has(&import, "<!-- 续表: 科目编码、科目名称、合计 -->");
    // One table, whose header stands once; pages' numbers are none of the document's.
    assert_eq!(import.report.tables.len(), 1);
    assert_eq!(import.report.numbers.source, 6);
    assert_eq!(import.report.status, ImportStatus::Placed);
    whole(&import);
}

#[test]
fn a_table_is_opened_by_its_name_alone() {
    let source = "甲市水利局2025年部门预算\n目录\n一、部门概况\n二、部门预算表\n一、部门概况\n（一）主要职责\n\
        负责全市水利工作。\n二、部门预算表\n2025年部门收入预算总表\n编制单位：甲市水利局\t\t单位：元\n\
        单位名称\t合计\n甲市水利局\t5\n";
    let import = import(source);
    for line in [
        "# 一、部门概况",
        "## （一）主要职责",
        "# 二、部门预算表",
        "## 2025年部门收入预算总表",
        "- 编制单位：甲市水利局",
        "- 金额单位：元",
        "甲市水利局|5",
    ] {
        has(&import, line);
    }
    whole(&import);
}

#[test]
fn a_form_with_a_stub_beside_its_indicators() {
    let source = "项目支出绩效目标表\n项目名称\t公路养护\t\t\t\n年度目标\t路况良好。\t\t\t\n\
        绩效指标\t一级指标\t二级指标\t三级指标\t指标值\n\t产出指标\t数量指标\t养护里程\t≥328公里\n\
        \t\t质量指标\t优良路率\t≥90%\n\t质量指标\t工程合格率\t≥95%\t\n";
    let import = import(source);
    has(&import, "- 项目名称：公路养护");
    has(&import, "一级指标|二级指标|三级指标|指标值");
    has(&import, "产出指标|数量指标|养护里程|≥328公里");
    // The row had slipped by one cell.
    has(&import, "|质量指标|工程合格率|≥95%");
    assert!(
        import
            .report
            .damage
            .iter()
            .any(|damage| damage.kind == DamageKind::Displaced)
    );
    whole(&import);
}

/// The reasons for a template, one a line.
fn reasons(source: &str) -> (String, String) {
    let report = import(source).report;
    (report.template, report.reasons.join("\n"))
}

#[test]
fn the_guess_of_a_template_says_why() {
    let titles = "部门收支总体情况表\n部门收入总体情况表\n部门支出总体情况表\n财政拨款收支总体情况表\n\
        一般公共预算支出情况表\n一般公共预算基本支出情况表\n一般公共预算项目支出情况表\n";
    let (id, why) = reasons(&format!("甲局2024年部门预算\n{titles}"));
    assert_eq!(id, "新疆-2024-部门预算");
    assert!(
        why.contains("开头写着“甲局2024年部门预算”：2024 年的部门预算"),
        "{why}"
    );
    assert!(why.contains("模板共 11 张"), "{why}");

    // Two of eleven tables: no template of a province, and how near the nearest is.
    let (id, why) = reasons(
        "乙局2024年部门预算\n部门收支总体情况表\n部门收入总体情况表\n乙局支出预算表\n人员情况统计表\n",
    );
    assert_eq!(id, "通用-预算");
    assert!(
        why.contains(
            "共 11 张表，表名只对上 2 张（部门收支总体情况表、部门收入总体情况表），不到一半"
        ),
        "{why}"
    );
    assert!(why.contains("用“通用-预算”：见到 4 张表"), "{why}");

    // Accounts of another year, in the words of no template.
    let (id, why) = reasons("丙局2022年度部门决算\n一、收入总表\n二、支出总表\n");
    assert_eq!(id, "通用-决算");
    assert!(why.contains("2022 年的部门决算"), "{why}");
    assert!(why.contains("收入总表、支出总表"), "{why}");

    let (id, why) = reasons("丁局\n概况\n");
    assert_eq!(id, "通用-预算");
    assert!(why.contains("也没有写预算还是决算"), "{why}");
    assert!(why.contains("没有见到表名"), "{why}");
}

#[test]
fn a_side_without_columns_keeps_its_title() {
    let source = "收入\t\t支出\n项目\t金额\n合计\t6\n";
    let import = import_text(source, &ImportOptions::default(), Catalog::builtin());
    assert!(import.budget.contains("支出"), "{}", import.budget);
    whole(&import);
}

#[test]
fn what_is_cut_off_on_a_later_page_is_told() {
    let source = "第二部分 预算表\n表1-2\n部门支出总表\n科目编码\t科目名称\t合计\n201\t一般公共服务支出\t8\n单位：万元\n\
        科目编码\t科目名称\t合计\n20103\t办公室（室\t8\n";
    let import = import(source);
    has(&import, "20103|办公室（室|8");
    let cut: Vec<u32> = import
        .report
        .damage
        .iter()
        .filter(|damage| damage.kind == DamageKind::CutCell)
        .map(|damage| damage.line)
        .collect();
    assert_eq!(cut, [8]);
}

#[test]
fn a_label_that_is_cut_off_is_completed_by_its_template() {
    let source = "某局2020年部门预算公开\n表四：\n财政拨款收支预算总体情况表\n收 入\t\t支 出\t\n项 目\t合计\t功能分类\t合计\n\
        财政拨款（补\t5\t201 一般公共服务支出\t5\n其他（乙\t\t208 社会保障和就业支出\t\n";
    let options = ImportOptions {
        template: Some("新疆-2020-部门预算".to_owned()),
    };
    let import = import_text(source, &options, Catalog::builtin());
    has(&import, "财政拨款（补助）|5");
    // What no row of the template begins with stays as it is.
    has(&import, "其他（乙|");
    let kinds: Vec<DamageKind> = import
        .report
        .damage
        .iter()
        .map(|damage| damage.kind)
        .collect();
    assert!(kinds.contains(&DamageKind::Completed), "{kinds:?}");
    assert!(kinds.contains(&DamageKind::CutCell), "{kinds:?}");
    whole(&import);
}
