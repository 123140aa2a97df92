//! Text whose tables are set with spaces, as `pdftotext -layout` writes it. How the files were made
//! is in `tests/fixtures/convert`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use budget_catalog::Catalog;
use budget_convert::{DamageKind, Import, ImportOptions, ImportStatus, import_text};

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

fn import(text: &str) -> Import {
    let import = import_text(text, &ImportOptions::default(), Catalog::builtin());
    assert_eq!(import.report.numbers.lost, 0, "{}", import.budget);
    assert_eq!(import.report.lost_characters, 0, "{}", import.budget);
    let parsed = budget_syntax::parse(&import.budget);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    import
}

fn of_file(path: &str) -> Import {
    import(&fs::read_to_string(tests().join(path)).unwrap())
}

/// The rows of the tables, cells joined by bars.
fn rows(import: &Import) -> Vec<String> {
    let lines = import.budget.lines().filter(|line| line.starts_with('|'));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            cells.join("|")
        })
        .collect()
}

fn unaligned(import: &Import) -> Vec<u32> {
    let damage = import.report.damage.iter();
    damage
        .filter(|damage| damage.kind == DamageKind::Unaligned)
        .map(|damage| damage.line)
        .collect()
}

/// A document's amounts with decimals, by the table they stand in, their row's label and the last
/// level of their column's name.
fn amounts(import: &Import) -> HashMap<[String; 4], usize> {
    let mut out = HashMap::new();
    let mut title = String::new();
    let mut header: Vec<String> = Vec::new();
    let letters = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    for line in import.budget.lines() {
        if line.starts_with('#') {
            title = letters(line);
        } else if !line.starts_with('|') {
            header.clear();
        } else {
            let inner = line.trim_start_matches('|').trim_end_matches('|');
            let cells: Vec<String> = inner.split('|').map(letters).collect();
            if header.is_empty() {
                let leaf = |name: &String| name.rsplit('/').next().unwrap().to_owned();
                header = cells.iter().map(leaf).collect();
            }
            let label = cells
                .iter()
                .find(|cell| cell.contains(|c: char| c.is_alphabetic()));
            for (cell, column) in cells.iter().zip(&header) {
                let amount = cell.contains('.')
                    && cell
                        .chars()
                        .all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'));
                if amount {
                    let label = label.cloned().unwrap_or_default();
                    let key = [title.clone(), label, column.clone(), cell.clone()];
                    *out.entry(key).or_default() += 1;
                }
            }
        }
    }
    out
}

/// How many amounts of `right` stand where they should, and how many there are; `levels` of the key
/// are compared, from the right.
fn placed(import: &Import, right: &Import, parts: &[usize]) -> (usize, usize) {
    let fold = |amounts: HashMap<[String; 4], usize>| {
        let mut out: HashMap<Vec<String>, usize> = HashMap::new();
        for (key, count) in amounts {
            let key = parts.iter().map(|part| key[*part].clone()).collect();
            *out.entry(key).or_default() += count;
        }
        out
    };
    let (found, wanted) = (fold(amounts(import)), fold(amounts(right)));
    let met = wanted
        .iter()
        .map(|(key, count)| found.get(key).copied().unwrap_or(0).min(*count))
        .sum();
    (met, wanted.values().sum())
}

#[test]
fn a_document_of_another_province() {
    let spaced = of_file("fixtures/convert/guangdong-like.layout.txt");
    let right = of_file("corpus/raw/guangdong-like.txt");
    assert_eq!(spaced.report.template, right.report.template);
    // In a cell of its table, its row and its column.
    let (met, all) = placed(&spaced, &right, &[0, 1, 2, 3]);
    eprintln!("guangdong-like: {met} of {all}");
    assert_eq!(all, 202);
    assert!(met * 100 >= all * 97, "{met} of {all}");
    assert_eq!(spaced.report.status, ImportStatus::Placed);
    assert!(rows(&spaced).contains(
        &"科目编码|科目名称|合计|财政拨款/一般公共预算|财政拨款/政府性基金预算|财政拨款/国有资本经营预算|财政专户拨款|其他资金/事业收入|其他资金/其他收入"
            .to_owned()
    ));
}

#[test]
fn a_document_of_a_known_template() {
    let spaced = of_file("fixtures/convert/000.layout.txt");
    let right = of_file("corpus/seeds/000.txt");
    assert_eq!(spaced.report.template, right.report.template);
    let (met, all) = placed(&spaced, &right, &[0, 3]);
    let (exact, _) = placed(&spaced, &right, &[0, 1, 2, 3]);
    eprintln!("000: {met} of {all} in their tables, {exact} in row and column");
    assert!(met * 100 >= all * 97, "{met} of {all}");
    // Columns too narrow for their headers: said, and by line.
    assert_eq!(spaced.report.status, ImportStatus::Partly);
    assert!(!unaligned(&spaced).is_empty());
}

#[test]
fn one_cell_a_line_is_told() {
    let import = of_file("fixtures/convert/guangdong-like.plain.txt");
    assert_eq!(import.report.status, ImportStatus::Partly);
    let message = import
        .report
        .damage
        .iter()
        .find(|damage| damage.kind == DamageKind::Unaligned);
    assert!(message.unwrap().message.contains("pdftotext -layout"));
}

/// As little as one short table, written column by column.
#[test]
fn columns_written_one_below_the_other_are_told() {
    let told = |text: &str| {
        let import = import_text(text, &ImportOptions::default(), Catalog::builtin());
        assert_eq!(import.report.numbers.lost, 0);
        import
            .report
            .damage
            .iter()
            .find(|damage| damage.kind == DamageKind::Unaligned)
            .map(|damage| damage.line)
    };
    let columns = "某局2024年部门预算\n部门支出总表\n单位：万元\n科目名称\n教育支出\n合计\n\n\
        金额\n112.00\n12.50\n124.50\n";
    assert_eq!(told(columns), Some(9));
    // Amounts in sentences, and beside their names, are no such table.
    let prose = "收入预算\n124.50\n万元，其中教育支出\n112.00\n万元，比上年增加12.50万元。\n";
    assert_eq!(told(prose), None);
    assert_eq!(
        told("项目\t金额\n甲\t112.00\n112.00\n12.50\n124.50\n"),
        None
    );
}

/// An ideograph takes two columns here, as most programs but pdftotext have it.
const DISPLAYED: &str = "\
甲市文化局2024年部门预算
表3
部门支出总表
单位：万元
  科目编码    科目名称                      合计          其中：
                                                   基本支出   项目支出
              合计                        412.00     300.00     112.00
  208         社会保障和就业支出          112.00                112.00
  20805       行政事业单位养老支出        112.00                112.00
  2080505     机关事业单位基本养老保       12.00                 12.00
              险缴费支出
  2080599     其他行政事业单位养老支出（含街道补助费） 100.00    100.00
  221         住房保障支出                300.00     300.00
\u{C}
  科目编码    科目名称                      合计          其中：
                                                   基本支出   项目支出
  22102       住房改革支出                300.00     300.00
  2210201     住房公积金                  300.00     300.00
";

#[test]
fn wide_characters_ragged_rows_and_wrapped_labels() {
    let import = import(DISPLAYED);
    assert_eq!(
        rows(&import)
            .into_iter()
            .filter(|row| !row.contains("---"))
            .collect::<Vec<_>>(),
        [
            "科目编码|科目名称|合计|其中：/基本支出|其中：/项目支出",
            "|合计|412.00|300.00|112.00",
            "208|社会保障和就业支出|112.00||112.00",
            "20805|行政事业单位养老支出|112.00||112.00",
            "2080505|机关事业单位基本养老保险缴费支出|12.00||12.00",
            "2080599|其他行政事业单位养老支出（含街道补助费）|100.00||100.00",
            "221|住房保障支出|300.00|300.00|",
            "22102|住房改革支出|300.00|300.00|",
            "2210201|住房公积金|300.00|300.00|",
        ],
        "{}",
        import.budget
    );
}

#[test]
fn lines_of_the_report_are_those_of_the_source() {
    let import = import(DISPLAYED);
    let table = import.report.tables.first().unwrap();
    assert_eq!(table.line, 5);
    let heading = import.report.headings.last().unwrap();
    assert_eq!(
        (heading.line, heading.text.as_str()),
        (Some(2), "表3 部门支出总表")
    );
}

#[test]
fn prose_with_stray_spaces_stays_prose() {
    let text = "一、收支情况\n2024年本部门  收入预算3575.06万元，比上年增加212.36万元，\n\
        增长7.4%，主要是  人员经费增加；支出预算  3575.06万元。\n其中  基本支出2327.21万元，\n\
        项目支出1247.85万元。\n　　甲　乙　丙\n";
    let import = import(text);
    assert!(import.report.tables.is_empty(), "{}", import.budget);
    assert_eq!(import.report.status, ImportStatus::Placed);
    assert!(
        import.budget.contains("2024年本部门  收入预算3575.06万元"),
        "{}",
        import.budget
    );
}

#[test]
fn a_page_of_contents_is_no_table() {
    let text = "甲市文化局2024年部门预算\n目    录\n一、部门概况          1\n二、收支总表          3\n\
        三、支出总表          3\n四、名词解释          12\n一、部门概况\n负责全市文化工作。\n";
    let import = import(text);
    assert!(import.report.tables.is_empty(), "{}", import.budget);
    assert!(unaligned(&import).is_empty());
}

#[test]
fn what_cannot_be_read_is_kept_and_told() {
    let text = "绩效目标\n    项目      保障办公，开展检查。    完成率  98.50\n      内容     组织培训，完成。   12.50 次\n\
        数量    全年不少于，按时。  金额    33.20\n 质量       按规定，合格。    97.50\n时效   及时。     95.50  完成\n";
    let import = import(text);
    assert!(import.report.tables.is_empty());
    assert_eq!(import.report.status, ImportStatus::Partly);
    assert_eq!(unaligned(&import), [2]);
    assert!(import.budget.contains("97.50"));
}

#[test]
fn hostile_texts_are_read_in_bounded_time() {
    let wide: String = (0..70).map(|n| format!("{n}.5  ")).collect();
    let moving: String = (0..20_000)
        .map(|n| {
            format!(
                "{}甲  {}1.5  2.5\n",
                " ".repeat(n % 90),
                " ".repeat(n * 7 % 80)
            )
        })
        .collect();
    let pages: String = (0..5_000)
        .map(|n| format!("\u{C}甲{n}   1.5    2.5 3.5\n\n"))
        .collect();
    let heads = format!(
        "表1\n{}\n甲  1.5\n",
        "收入  支出 其中： 合计\n".repeat(5_000)
    );
    for text in [
        "甲  1.5\n".repeat(100_000),
        " ".repeat(1_000_000),
        "甲 ".repeat(300_000),
        format!("{wide}\n").repeat(3_000),
        moving,
        pages,
        heads,
        "甲  乙\n".repeat(50_000),
        "\u{3000}甲\u{3000}\u{3000}1.5\n".repeat(30_000),
    ] {
        import(&text);
    }
}
