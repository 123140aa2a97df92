//! The six outcomes, the policy on numbers, and the traps that naive checks fall into.

use super::*;

/// 表三 with these rows.
fn table_3(rows: &str) -> String {
    format!(
        "## 表三 部门支出总体情况表\n
| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
{rows}
"
    )
}

fn table_5(rows: &str) -> String {
    table_3(rows)
        .replace("表三 部门支出总体情况表", "表五 一般公共预算支出情况表")
        .replacen("| 合计 |", "| 小计 |", 1)
}

fn read(body: &str) -> (Document, Ledger) {
    let document = document(&format!("{HEAD}{body}"));
    let ledger = check(&document, Collect::All);
    (document, ledger)
}

/// The outcome of the instance with that formula.
fn outcome(ledger: &Ledger, formula: &str) -> (Outcome, Option<Why>) {
    let found: Vec<&Instance> = ledger
        .instances
        .iter()
        .filter(|instance| instance.formula == formula)
        .collect();
    let formulas: Vec<&String> = ledger.instances.iter().map(|i| &i.formula).collect();
    assert_eq!(found.len(), 1, "{formula} in {formulas:#?}");
    (found[0].outcome, found[0].why)
}

const ROW_SUM: &str = "表三.201.合计 = 表三.201.基本支出 + 表三.201.项目支出";

#[test]
fn held_rounding_and_broken() {
    // 5 ± 0.5 and 6 ± 0.5 may be 10.0 to less than 12.0: 10 ± 0.5 meets that, 9 ± 0.5 doesn't.
    for (total, want) in [
        ("11", Outcome::Held),
        ("10", Outcome::Rounding),
        ("12", Outcome::Rounding),
        ("9", Outcome::Broken),
        ("13", Outcome::Broken),
    ] {
        let (_, ledger) = read(&table_3(&format!("| 201 | 甲 | {total} | 5 | 6 |")));
        assert_eq!(outcome(&ledger, ROW_SUM), (want, None), "{total}");
    }
}

#[test]
fn intervals_are_half_open() {
    // Two numbers of one decimal, ± 0.05 each: 0.1 apart they don't meet.
    let rows = "| 201 | 甲 | 1.1 | 1.0 | |";
    let (_, ledger) = read(&table_3(rows));
    assert_eq!(outcome(&ledger, ROW_SUM).0, Outcome::Broken);
}

#[test]
fn whole_numbers_beside_decimals_are_exact() {
    // 12 for 5 + 6 would be rounding in a document without decimals.
    let rows = "| 201 | 甲 | 12 | 5 | 6 |\n| 208 | 乙 | 1.25 | 1.25 | |";
    let (_, ledger) = read(&table_3(rows));
    assert_eq!(outcome(&ledger, ROW_SUM).0, Outcome::Broken);
}

#[test]
fn a_number_told_twice_is_exact_at_the_coarser_decimals() {
    let formula = "表五.201.小计 <= 表三.201.合计";
    for (told, want) in [
        ("71.20", Outcome::Held),
        ("71.00", Outcome::Held),
        ("71", Outcome::Held),
        ("71.21", Outcome::Broken),
        // 71.20 is 71 when rounded, not 72.
        ("72", Outcome::Broken),
    ] {
        let body = table_3("| 201 | 甲 | 71.20 | 71.20 | |")
            + &table_5(&format!("| 201 | 甲 | {told} | {told} | |"));
        let (_, ledger) = read(&body);
        assert_eq!(outcome(&ledger, formula).0, want, "{told}");
    }
    // 71.60 is 72 when rounded: explained.
    let body = table_3("| 201 | 甲 | 71.60 | 71.60 | |") + &table_5("| 201 | 甲 | 72 | 72 | |");
    let (_, ledger) = read(&body);
    assert_eq!(outcome(&ledger, formula).0, Outcome::Rounding);
    // A number with fewer decimals than the most gives trimmed zeros away: 72 is 72.00.
    let body = table_3("| 201 | 甲 | 71.60 | 71.60 | |\n| 208 | 乙 | 0.5 | 0.5 | |")
        + &table_5("| 201 | 甲 | 72 | 72 | |");
    let (_, ledger) = read(&body);
    assert_eq!(outcome(&ledger, formula).0, Outcome::Broken);
}

#[test]
fn a_hole_waits() {
    let (_, ledger) = read(&table_3("| 201 | 甲 | 11 | 5 | 待填 |"));
    assert_eq!(outcome(&ledger, ROW_SUM), (Outcome::Waiting, None));
    assert!(ledger.blames.is_empty());
}

#[test]
fn empty_is_zero_beside_numbers_only() {
    let rows = "| 201 | 甲 | 5 | 5 | |\n| 208 | 乙 | | | - |";
    let (_, ledger) = read(&table_3(rows));
    assert_eq!(outcome(&ledger, ROW_SUM), (Outcome::Held, None));
    let other = "表三.208.合计 = 表三.208.基本支出 + 表三.208.项目支出";
    assert_eq!(
        outcome(&ledger, other),
        (Outcome::NotApplicable, Some(Why::AllEmpty))
    );
}

#[test]
fn text_is_no_number() {
    let (_, ledger) = read(&table_3("| 201 | 甲 | 5 | 五 | |"));
    assert_eq!(
        outcome(&ledger, ROW_SUM),
        (Outcome::Unknown, Some(Why::NotANumber))
    );
    let (_, ledger) = read(&table_3("| 201 | 甲 | =5% | 5 | |"));
    assert_eq!(outcome(&ledger, ROW_SUM).0, Outcome::Unknown);
}

#[test]
fn what_is_lost_is_unknown() {
    let rows = "| 201 | 甲 | 11 | 5 | 6 |\n| | 合计 | 20 | 9 | 11 |";
    let body = table_3(rows).replacen("\n\n", "\n\n<!-- 转换缺失: 明细 -->\n\n", 1);
    let (_, ledger) = read(&body);
    assert_eq!(
        outcome(&ledger, "表三.合计.合计 = 合(表三.类.合计)"),
        (Outcome::Unknown, Some(Why::Lost))
    );
    // The rows that are there still add up, each in itself.
    assert_eq!(outcome(&ledger, ROW_SUM).0, Outcome::Held);
    assert!(ledger.broken.is_empty());
}

/// The mark stands in the row: its empty cells are unknown, and nothing else of the table.
#[test]
fn what_a_row_lost_is_unknown_in_that_row_alone() {
    let (document, ledger) = read(&table_3(
        "| 201 | 甲 | 11 | 5 | <!-- 转换缺失: 项目支出 --> |\n| 204 | 乙 | 9 | 4 | 8 |\n| | 合计 | 20 | 9 | 8 |",
    ));
    let lost = (Outcome::Unknown, Some(Why::Lost));
    assert_eq!(outcome(&ledger, ROW_SUM), lost);
    let project = "表三.合计.项目支出 = 合(表三.类.项目支出)";
    assert_eq!(outcome(&ledger, project), lost);
    // 11 + 9 = 20 and 5 + 4 = 9 hold; 9 is not 4 + 8.
    let total = outcome(&ledger, "表三.合计.合计 = 合(表三.类.合计)").0;
    assert_eq!(total, Outcome::Held);
    let basic = outcome(&ledger, "表三.合计.基本支出 = 合(表三.类.基本支出)").0;
    assert_eq!(basic, Outcome::Held);
    let other = ROW_SUM.replace("201", "204");
    assert_eq!(outcome(&ledger, &other).0, Outcome::Broken);
    assert!(!document.tables[0].missing.any());
}

/// Which of two rows of one code is meant can't be told: neither their sum nor the first.
#[test]
fn a_code_in_two_rows_is_ambiguous() {
    let rows = "| 208 | 甲 | 9 | 9 | |\n| 20805 | 乙 | 9 | 9 | |\n| 2080505 | 丙 | 4 | 4 | |\n| 2080505 | 丁 | 5 | 5 | |";
    let six = "## 表六 一般公共预算基本支出情况表\n
| 经济分类科目编码 | 经济分类科目名称 | 小计 | 人员经费 | 公用经费 |
| --- | --- | ---: | ---: | ---: |
| 301 | 工资福利支出 | 7 | 7 | |
| 30108 | 机关事业单位基本养老保险缴费 | 7 | 7 | |
";
    let (_, ledger) = read(&format!("{}\n{}\n{six}", table_3(rows), table_5(rows)));
    let unknown = (Outcome::Unknown, Some(Why::Ambiguous));
    let soft = "表五.2080505.基本支出 ≈ 表六.30108.小计";
    assert_eq!(outcome(&ledger, soft), unknown);
    let cross = "表五.2080505.小计 <= 表三.2080505.合计";
    assert_eq!(outcome(&ledger, cross), unknown);
    // As rows below 20805 they are two: 4 + 5 = 9.
    let sum = "表三.20805.合计 = 合(表三.20805.下级.合计)";
    assert_eq!(outcome(&ledger, sum), (Outcome::Held, None));
    assert!(ledger.broken.is_empty());
}

/// 表三 says 90 and 表五 85 from the item to the total; each adds up. Which is wrong can't be told,
/// and it is one difference.
#[test]
fn two_tables_that_differ_are_one_tie() {
    let rows = |n: &str| {
        format!(
            "| 205 | 甲 | {n} | {n} | |\n| 20502 | 乙 | {n} | {n} | |\n| 2050201 | 丙 | {n} | {n} | |\n| | 合计 | {n} | {n} | |"
        )
    };
    let (document, ledger) = read(&format!(
        "{}\n{}",
        table_3(&rows("85")),
        table_5(&rows("90"))
    ));
    // 小计 and 基本支出 of four rows, each no more than in 表三.
    assert_eq!(ledger.broken.len(), 8);
    assert_eq!(ledger.blames.len(), 1, "{:?}", blames(&document, &ledger));
    let blame = &ledger.blames[0];
    assert_eq!((blame.cell, blame.expected), (None, None));
    assert_eq!(blame.broken.len(), 8);
}

#[test]
fn an_empty_table_with_a_lost_row_may_not_be_empty() {
    let note =
        "\n# 第三部分 部门预算情况说明\n\n## 九、关于政府性基金预算拨款情况说明\n\n没有安排。\n";
    let table = table_3("| 201 | 甲 | | | <!-- 转换缺失 --> |")
        .replace("表三 部门支出总体情况表", "表九 政府性基金预算支出情况表");
    let (_, ledger) = read(&format!("{table}{note}"));
    let found = outcome(&ledger, "空(表九) 当且仅当 有空表说明(说明.九)");
    assert_eq!(found, (Outcome::Unknown, Some(Why::Lost)));
}

#[test]
fn absent_tables_and_columns_do_not_apply() {
    let body = "## 表三 部门支出总体情况表\n
| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 |
| --- | --- | ---: | ---: |
| 201 | 甲 | 5 | 4 |
";
    let (_, ledger) = read(body);
    assert_eq!(
        outcome(&ledger, ROW_SUM),
        (Outcome::NotApplicable, Some(Why::NoColumn))
    );
    assert_eq!(
        outcome(&ledger, "表五.合计.小计 <= 表三.合计.合计"),
        (Outcome::NotApplicable, Some(Why::NoTable))
    );
    assert!(ledger.broken.is_empty());
}

#[test]
fn a_code_with_money_on_one_side_is_a_missing_row() {
    let body = table_3("| 201 | 甲 | 5.00 | 5.00 | |")
        + &table_5(
            "| 201 | 甲 | 5.00 | 5.00 | |\n| 208 | 乙 | 3.00 | 3.00 | |\n| 210 | 丙 | | | |",
        );
    let (document, ledger) = read(&body);
    // 表五 is a part of 表三: 208 must be there. 210 holds nothing.
    let codes: Vec<&str> = ledger
        .missing_rows
        .iter()
        .map(|m| m.code.as_str())
        .collect();
    assert!(!codes.is_empty());
    assert!(codes.iter().all(|code| *code == "208"));
    for missing in &ledger.missing_rows {
        assert_eq!(document.tables[missing.table].spec, Some(2));
    }
    assert!(ledger.broken.is_empty());
    // The other way round it is nothing: not all money is 一般公共预算.
    let body = table_3("| 201 | 甲 | 5.00 | 5.00 | |\n| 208 | 乙 | 3.00 | 3.00 | |")
        + &table_5("| 201 | 甲 | 5.00 | 5.00 | |");
    let two = "## 表二 部门收入总体情况表\n
| 科目编码 | 功能分类科目名称 | 总计 | 一般公共预算拨款 | 政府性基金预算拨款 |
| --- | --- | ---: | ---: | ---: |
| 201 | 甲 | 5.00 | 5.00 | |
| 208 | 乙 | 3.00 | | 3.00 |
| | 合计 | 8.00 | 5.00 | 3.00 |
";
    let (_, ledger) = read(&format!("{two}{body}"));
    assert!(ledger.missing_rows.is_empty(), "{:?}", ledger.missing_rows);
    assert!(ledger.broken.is_empty());
}

#[test]
fn units_are_converted() {
    let in_yuan = |amount: &str| {
        table_3("| 201 | 甲 | 5.25 | 5.25 | |")
            + &table_5(&format!("| 201 | 甲 | {amount} | {amount} | |")).replacen(
                "\n\n",
                "\n\n- 金额单位：元\n\n",
                1,
            )
    };
    let formula = "表五.201.小计 <= 表三.201.合计";
    for (amount, want) in [
        ("52500", Outcome::Held),
        // 52,549 元 is 5.25 万元 when rounded.
        ("52549", Outcome::Rounding),
        ("52550", Outcome::Broken),
        ("525000", Outcome::Broken),
    ] {
        let (_, ledger) = read(&in_yuan(amount));
        assert_eq!(outcome(&ledger, formula).0, want, "{amount}");
    }
}

#[test]
fn an_empty_table_and_its_note() {
    let nine = |row: &str, note: &str| {
        format!(
            "## 表九 政府性基金预算支出情况表\n
| 科目编码 | 功能分类科目名称 | 小计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
{row}
# 第三部分 部门预算情况说明\n
## 九、政府性基金预算拨款情况说明\n
{note}
"
        )
    };
    let formula = "空(表九) 当且仅当 有空表说明(说明.九)";
    let said = "2020年没有使用政府性基金预算\n拨款安排的支出，本表为空表。";
    for (row, note, want) in [
        ("| | 合计 | | | |\n", said, Outcome::Held),
        ("| | 合计 | 0 | 0.00 | - |\n", said, Outcome::Held),
        ("", said, Outcome::Held),
        ("| 212 | 甲 | 5 | 5 | |\n", "支出5万元。", Outcome::Held),
        ("| 212 | 甲 | 5 | 5 | |\n", said, Outcome::Broken),
        ("| | 合计 | | | |\n", "支出见表。", Outcome::Broken),
        ("| | 合计 | 待填 | | |\n", said, Outcome::Waiting),
        ("| | 合计 | | | |\n", "待填", Outcome::Waiting),
        ("| 212 | 甲 | 5 | 5 | |\n", "待填", Outcome::Waiting),
    ] {
        let (_, ledger) = read(&nine(row, note));
        assert_eq!(outcome(&ledger, formula).0, want, "{row} {note}");
        let told = ledger.blames.len();
        assert_eq!(told, usize::from(want == Outcome::Broken), "{row} {note}");
    }
    let (_, ledger) = read(&nine("", "").replace("## 九、政府性基金预算拨款情况说明", ""));
    assert_eq!(
        outcome(&ledger, formula),
        (Outcome::Unknown, Some(Why::NoSection))
    );
}

#[test]
fn a_sum_waits_for_a_row_without_its_code() {
    let total = "表三.合计.合计 = 合(表三.类.合计)";
    let rows = "| 201 | 甲 | 5 | 5 | |\n| 20103 | 乙 | 2 | 2 | |\n";
    let with = |blank: &str| {
        let (_, ledger) = read(&table_3(&format!("{rows}{blank}| | 合计 | 19 | 19 | |")));
        let children = "表三.201.合计 = 合(表三.201.下级.合计)";
        let told = ledger.blames.len();
        (
            outcome(&ledger, total).0,
            outcome(&ledger, children).0,
            told,
        )
    };
    let (waiting, broken) = (Outcome::Waiting, Outcome::Broken);
    assert_eq!(
        with("| 待填 | 待填 | = | 待填 | 待填 |\n"),
        (waiting, waiting, 0)
    );
    // Its numbers are those of no account yet.
    assert_eq!(with("| 待填 | | 4 | 4 | |\n"), (waiting, waiting, 0));
    // It may be the row of a code that another table has.
    let across = |blank: &str| {
        let first = "## 表一 部门收支总体情况表\n\n### 支出\n\n\
            | 科目编码 | 功能分类 | 预算数 |\n| --- | --- | ---: |\n| 201 | 甲 | 5 |\n| 208 | 丙 | 7 |\n\n## 表三";
        let text = table_3(&format!("{rows}{blank}")).replacen("## 表三", first, 1);
        let (_, ledger) = read(&text);
        ledger.missing_rows.len()
    };
    assert_eq!(across("| 待填 | 待填 | = | 待填 | 待填 |"), 0);
    assert_eq!(across(""), 1);
    // Only the name is to be filled in, or nothing is.
    let (total, children, told) = with("| 208 | 待填 | 3 | 3 | |\n");
    assert_eq!((total, children), (broken, broken));
    assert!(told > 0);
    assert_eq!(with("").0, broken);
}

#[test]
fn every_instance_is_counted_and_cells_are_covered() {
    let rows = "| 201 | 甲 | 11 | 5 | 6 |\n| 208 | 乙 | 3 | 3 | 待填 |\n| | 合计 | 14 | 8 | 6 |";
    let (document, ledger) = read(&table_3(rows));
    for outcome in [
        Outcome::Held,
        Outcome::Rounding,
        Outcome::Broken,
        Outcome::Waiting,
        Outcome::NotApplicable,
        Outcome::Unknown,
    ] {
        let count = ledger.instances.iter().filter(|i| i.outcome == outcome);
        assert_eq!(
            count.count(),
            ledger.counts[outcome as usize] as usize,
            "{outcome:?}"
        );
    }
    // The row that waits is compared column by column in the totals; all else is covered too.
    let uncovered: Vec<String> = ledger
        .uncovered
        .iter()
        .map(|cell| name(&document, *cell))
        .collect();
    assert_eq!(uncovered, Vec::<String>::new());
    // Collecting changes nothing else.
    let brief = check(&document, Collect::Broken);
    assert_eq!(brief.counts, ledger.counts);
    assert_eq!(brief.broken, ledger.broken);
    assert!(brief.instances.is_empty());
}

#[test]
fn sides_and_signs_of_a_broken_instance() {
    let (document, ledger) = read(&table_3("| 201 | 甲 | 12.00 | 5.00 | 6.00 |"));
    let [broken] = ledger.broken.as_slice() else {
        panic!("{:?}", ledger.broken)
    };
    let names = |cells: &[CellId]| -> Vec<String> {
        cells.iter().map(|cell| name(&document, *cell)).collect()
    };
    assert_eq!(names(&broken.left_cells), ["表3.201.合计"]);
    assert_eq!(
        names(&broken.right_cells),
        ["表3.201.基本支出", "表3.201.项目支出"]
    );
    assert_eq!(broken.left.unwrap().to_string(), "12");
    assert_eq!(broken.right.unwrap().to_string(), "11");
    assert_eq!(broken.formula, ROW_SUM);
    // Nothing else speaks for one of the three cells: a tie, with what each should be.
    let [blame] = ledger.blames.as_slice() else {
        panic!("{:?}", ledger.blames)
    };
    assert_eq!(blame.cell, None);
    let candidates: Vec<String> = blame
        .candidates
        .iter()
        .map(|(cell, value)| format!("{} {value}", name(&document, *cell)))
        .collect();
    assert_eq!(
        candidates,
        [
            "表3.201.合计 11",
            "表3.201.基本支出 6",
            "表3.201.项目支出 7"
        ]
    );
}

#[test]
fn one_wrong_cell_is_one_blame() {
    let rows = "| 201 | 甲 | 11.00 | 5.00 | 6.00 |
| 20103 | 甲乙 | 11.00 | 5.00 | 6.00 |
| 2010301 | 甲乙丙 | 11.00 | 5.00 | 6.00 |
| | 合计 | 11.00 | 5.00 | 6.00 |";
    // 60.00 for 6.00 in the middle: the point moved.
    let wrong = rows.replacen(
        "| 20103 | 甲乙 | 11.00 | 5.00 | 6.00 |",
        "| 20103 | 甲乙 | 11.00 | 5.00 | 60.00 |",
        1,
    );
    let (document, ledger) = read(&table_3(&wrong));
    assert_eq!(blames(&document, &ledger), ["表3.20103.项目支出 应为 6 点"]);
    // Its row, its parent and its child.
    assert_eq!(ledger.blames[0].broken.len(), 3);
    assert_eq!(ledger.broken.len(), 3);
    // Left out.
    let wrong = rows.replacen(
        "| 20103 | 甲乙 | 11.00 | 5.00 | 6.00 |",
        "| 20103 | 甲乙 | 11.00 | | 6.00 |",
        1,
    );
    let (document, ledger) = read(&table_3(&wrong));
    assert_eq!(blames(&document, &ledger), ["表3.20103.基本支出 应为 5"]);
}

#[test]
fn numbers_with_a_source_are_not_blamed() {
    let three = table_3("| 201 | 甲 | 11.00 | 5.00 | 6.00 |\n| | 合计 | 11.00 | 5.00 | 6.00 |");
    let five = table_5("| 201 | 甲 | 12.00 | 6.00 | 6.00 |\n| | 合计 | 12.00 | 6.00 | 6.00 |");
    let two = "## 表二 部门收入总体情况表\n
| 科目编码 | 功能分类科目名称 | 总计 | 一般公共预算拨款 |
| --- | --- | ---: | ---: |
| 201 | 甲 | 11.00 | 11.00 |
| | 合计 | 11.00 | 11.00 |
";
    let sourced = five.replacen("\n\n", "\n\n- 来源：预算批复.xlsx\n\n", 1);
    let (document, ledger) = read(&format!("{two}{three}{sourced}"));
    assert!(!ledger.broken.is_empty());
    for blame in &ledger.blames {
        let cells = blame
            .cell
            .iter()
            .chain(blame.candidates.iter().map(|(cell, _)| cell));
        for cell in cells {
            assert!(!name(&document, *cell).starts_with("表5"));
        }
    }
}

/// Traps of the design: true documents that naive checks find fault with.
#[test]
fn traps() {
    // 小计 of 表一 left empty (8).
    let one = "## 表一 部门收支总体情况表\n
### 收入\n
| 项目 | 预算数 |
| --- | ---: |
| 财政拨款（补助） | 11.00 |
| 一般公共预算 | 11.00 |
| 政府性基金预算 | |
| 小计 | |
| 收入总计 | 11.00 |\n
### 支出\n
| 科目编码 | 功能分类 | 预算数 |
| --- | --- | ---: |
| 201 | 一般公共服务支出 | 11.00 |
| | 支出合计 | 11.00 |
";
    let (_, ledger) = read(one);
    assert!(ledger.broken.is_empty(), "{:?}", ledger.broken);
    // 30231 of 表六 below the vehicles' running cost of 表八: project money (3).
    let six = "## 表六 一般公共预算基本支出情况表\n
| 科目编码 | 经济分类科目名称 | 小计 | 人员经费 | 公用经费 |
| --- | --- | ---: | ---: | ---: |
| 302 | 商品和服务支出 | 5.00 | | 5.00 |
| 30231 | 公务用车运行维护费 | 5.00 | | 5.00 |
| | 合计 | 5.00 | | 5.00 |\n
## 表八 一般公共预算“三公”经费支出情况表\n
| 合计 | 因公出国（境）费 | 公务用车购置及运行费/小计 | 公务用车购置及运行费/公务用车购置费 | 公务用车购置及运行费/公务用车运行费 | 公务接待费 |
| ---: | ---: | ---: | ---: | ---: | ---: |
| 7.00 | 0 | 7.00 | 0 | 7.00 | 0 |
";
    let five = table_5("| 201 | 甲 | 7.00 | 5.00 | 2.00 |\n| | 合计 | 7.00 | 5.00 | 2.00 |");
    let (_, ledger) = read(&format!("{five}{six}"));
    assert!(ledger.broken.is_empty(), "{:?}", ledger.broken);
    assert_eq!(
        outcome(&ledger, "表六.30231.小计 <= 表八.公务用车运行费").0,
        Outcome::Held
    );
    // The whole smaller than its part is wrong.
    let (_, ledger) = read(&format!("{five}{}", six.replace("7.00", "4.00")));
    assert_eq!(
        outcome(&ledger, "表六.30231.小计 <= 表八.公务用车运行费").0,
        Outcome::Broken
    );
    // Project rows below an item stand for it where it has no row of its own (表七).
    let seven = "## 表七 项目支出情况表\n
| 科目编码 | 功能分类科目名称 | 项目名称 | 项目支出合计 | 工资福利支出 | 商品和服务支出 |
| --- | --- | --- | ---: | ---: | ---: |
| 201 | 甲 | | 6 | | 6 |
| 20103 | 乙 | | 6 | | 6 |
| 2010399 | 丙 | 修缮 | 2 | | 2 |
| 2010399 | 丙 | 网站 | 4 | | 4 |
| | 合计 | | 6 | | 6 |
";
    let three = table_3(
        "| 201 | 甲 | 6.00 | | 6.00 |\n| 20103 | 乙 | 6.00 | | 6.00 |\n| 2010399 | 丙 | 6.00 | | 6.00 |\n| | 合计 | 6.00 | | 6.00 |",
    );
    let (_, ledger) = read(&format!("{three}{seven}"));
    assert!(ledger.broken.is_empty(), "{:?}", ledger.broken);
    assert_eq!(
        outcome(&ledger, "表三.2010399.项目支出 = 表七.2010399.项目支出合计").0,
        Outcome::Held
    );
    assert_eq!(
        outcome(
            &ledger,
            "表七.20103.项目支出合计 = 合(表七.20103.下级.项目支出合计)"
        )
        .0,
        Outcome::Held
    );
}

/// Sums over columns of a header of 20,000, by levels and all of one name: linear in their number.
#[test]
fn wide_headers_are_no_trouble() {
    let head = "---\n模板: 通用-预算\n---\n\n## 支出总表\n\n";
    let wide = |name: &dyn Fn(usize) -> String| {
        let names: Vec<String> = (0..20_000).map(name).collect();
        format!(
            "{head}| 科目编码 | {} |\n|{}\n| 201 |{}\n",
            names.join(" | "),
            " --- |".repeat(20_001),
            " 1 |".repeat(20_000)
        )
    };
    let levels = wide(&|i| format!("组{}/{}", i / 2, if i % 2 == 0 { "小计" } else { "费" }));
    let alike = wide(&|_| "合计".to_owned());
    let deep = format!(
        "{head}| 科目编码 | {}小计 | 合计 |\n| --- | --- | --- |\n| 201 | 1 | 1 |\n",
        "甲/".repeat(50_000)
    );
    for text in [levels, alike, deep] {
        let document = document(&text);
        let ledger = check(&document, Collect::Broken);
        assert!(ledger.counts.iter().sum::<u32>() > 0);
    }
}
