//! Several wrong cells at once: each is a finding of its own, and absorbs only what its value mends.

use super::*;

/// 表三 with two classes of two items each, all right:
/// 2010301 110 = 110 + 0, 2010399 40 = 0 + 40, 20103 = 150 = 110 + 40;
/// 2080505 20 = 20 + 0, 2080599 9 = 4 + 5, 20805 = 29 = 24 + 5; 合计 179 = 134 + 45.
const ROWS: &str = "| 201 | 甲 | 150.00 | 110.00 | 40.00 |
| 20103 | 甲一 | 150.00 | 110.00 | 40.00 |
| 2010301 | 甲一一 | 110.00 | 110.00 | |
| 2010399 | 甲一二 | 40.00 | | 40.00 |
| 208 | 乙 | 29.00 | 24.00 | 5.00 |
| 20805 | 乙一 | 29.00 | 24.00 | 5.00 |
| 2080505 | 乙一一 | 20.00 | 20.00 | |
| 2080599 | 乙一二 | 9.00 | 4.00 | 5.00 |
| | 合计 | 179.00 | 134.00 | 45.00 |
";

fn table(title: &str, first: &str, rows: &str) -> String {
    format!(
        "## {title}\n\n| 科目编码 | 功能分类科目名称 | {first} | 基本支出 | 项目支出 |\n| --- | --- | ---: | ---: | ---: |\n{rows}\n"
    )
}

/// 表三 with these slips: a row's beginning and how it stands instead.
fn three(slips: &[(&str, &str)]) -> String {
    table("表三 部门支出总体情况表", "合计", &slipped(slips))
}

fn five(slips: &[(&str, &str)]) -> String {
    table("表五 一般公共预算支出情况表", "小计", &slipped(slips))
}

fn slipped(slips: &[(&str, &str)]) -> String {
    let mut rows = ROWS.to_owned();
    for (right, wrong) in slips {
        assert_eq!(rows.matches(right).count(), 1, "{right}");
        rows = rows.replace(right, wrong);
    }
    rows
}

fn read(body: &str) -> (Document, Ledger) {
    let document = document(&format!("{HEAD}{body}"));
    let ledger = check(&document, Collect::Broken);
    (document, ledger)
}

/// Each blame's cell and value, and the formulas it absorbs.
fn told(body: &str) -> Vec<(String, Vec<String>)> {
    let (document, ledger) = read(body);
    let formulas = ledger.blames.iter().map(|blame| {
        let broken = blame.broken.iter();
        let mut formulas: Vec<String> = broken
            .map(|at| ledger.broken[*at].formula.clone())
            .collect();
        formulas.sort();
        formulas
    });
    let names: Vec<String> = ledger
        .blames
        .iter()
        .map(|blame| match (blame.cell, blame.expected) {
            (Some(cell), Some(expected)) => format!("{} {expected}", name(&document, cell)),
            _ => "?".to_owned(),
        })
        .collect();
    names.into_iter().zip(formulas).collect()
}

fn cells(body: &str) -> Vec<String> {
    told(body).into_iter().map(|(cell, _)| cell).collect()
}

#[test]
fn the_right_table_holds() {
    let none: Vec<String> = Vec::new();
    assert_eq!(cells(&(three(&[]) + &five(&[]))), none);
}

/// 20103.基本 112 (for 110) breaks its row, its parent and its children; 20805.项目 7 (for 5) the
/// same. They share no broken relation.
#[test]
fn two_wrong_cells_apart() {
    let body = three(&[
        (
            "| 20103 | 甲一 | 150.00 | 110.00 |",
            "| 20103 | 甲一 | 150.00 | 112.00 |",
        ),
        (
            "| 20805 | 乙一 | 29.00 | 24.00 | 5.00 |",
            "| 20805 | 乙一 | 29.00 | 24.00 | 7.00 |",
        ),
    ]);
    assert_eq!(
        cells(&body),
        ["表3.20103.基本支出 110", "表3.20805.项目支出 5"]
    );
}

/// 201.基本 114 (for 110) and 合计.合计 197 (for 179): 合计.基本 134 = 114 + 24 fails for the first,
/// 合计.合计 197 = 134 + 45 for the second, 合计.合计 = 150 + 29 too. Each absorbs its own.
#[test]
fn two_wrong_cells_in_one_component() {
    let body = three(&[
        (
            "| 201 | 甲 | 150.00 | 110.00 |",
            "| 201 | 甲 | 150.00 | 114.00 |",
        ),
        ("| | 合计 | 179.00 |", "| | 合计 | 197.00 |"),
    ]);
    let told = told(&body);
    let cells: Vec<&str> = told.iter().map(|(cell, _)| cell.as_str()).collect();
    assert_eq!(cells, ["表3.201.基本支出 110", "表3.合计.合计 179"]);
    for (cell, formulas) in &told {
        let own: String = cell.chars().skip(3).take_while(|c| *c != ' ').collect();
        let (row, column) = own.split_once('.').unwrap();
        for formula in formulas {
            // What is attached speaks of the cell: by its row, its parent's children or its class.
            let speaks = formula.contains(&format!("{row}.{column}"))
                || formula.contains(&format!("类.{column}"))
                || formula.contains(&format!("*.{column}"));
            assert!(speaks, "{cell}: {formula}");
        }
    }
}

/// Two wrong cells of one row: 20103 says 150 = 112 + 43 for 110 + 40. Either is one of a column
/// with a parent (110, 40) and children (110 + 0, 0 + 40).
#[test]
fn two_wrong_cells_in_one_row() {
    let body = three(&[(
        "| 20103 | 甲一 | 150.00 | 110.00 | 40.00 |",
        "| 20103 | 甲一 | 150.00 | 112.00 | 43.00 |",
    )]);
    assert_eq!(
        cells(&body),
        ["表3.20103.基本支出 110", "表3.20103.项目支出 40"]
    );
}

/// A wrong cell of 表三 and another of 表五, which restates it: 201.基本 114 there, 20805.项目 7 here.
#[test]
fn a_wrong_cell_in_each_of_two_tables() {
    let body = three(&[(
        "| 201 | 甲 | 150.00 | 110.00 |",
        "| 201 | 甲 | 150.00 | 114.00 |",
    )]) + &five(&[(
        "| 20805 | 乙一 | 29.00 | 24.00 | 5.00 |",
        "| 20805 | 乙一 | 29.00 | 24.00 | 7.00 |",
    )]);
    assert_eq!(
        cells(&body),
        ["表3.201.基本支出 110", "表5.20805.项目支出 5"]
    );
}

/// Three: 201.基本 114 (110), 合计.合计 197 (179), 20805.项目 7 (5).
#[test]
fn three_wrong_cells() {
    let body = three(&[
        (
            "| 201 | 甲 | 150.00 | 110.00 |",
            "| 201 | 甲 | 150.00 | 114.00 |",
        ),
        ("| | 合计 | 179.00 |", "| | 合计 | 197.00 |"),
        (
            "| 20805 | 乙一 | 29.00 | 24.00 | 5.00 |",
            "| 20805 | 乙一 | 29.00 | 24.00 | 7.00 |",
        ),
    ]);
    assert_eq!(
        cells(&body),
        [
            "表3.201.基本支出 110",
            "表3.20805.项目支出 5",
            "表3.合计.合计 179"
        ]
    );
}

/// 001 has four wrong cells; one more, the 合计 of 表三 (355.80 for 355.08), hides none of them.
#[test]
fn a_new_wrong_cell_hides_no_old_one() {
    let path = format!(
        "{}/../../tests/corpus/001.budget",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).unwrap();
    let at = text.find("## 表三").unwrap();
    let (before, after) = text.split_at(at);
    let after = after.replacen(
        "355.08 |   284.08 |    71.00",
        "355.80 |   284.08 |    71.00",
        1,
    );
    let document = document(&format!("{before}{after}"));
    let ledger = check(&document, Collect::Broken);
    assert_eq!(
        blames(&document, &ledger),
        [
            "表3.201.基本支出 应为 265.06 合",
            "表3.20103.基本支出 应为 265.06 合",
            "表3.合计.合计 应为 355.08 倒",
            "表5.201.基本支出 应为 265.06 合",
            "表5.20103.基本支出 应为 265.06 合",
        ]
    );
    // The total absorbs what holds the total: nothing of 合计.基本支出 and the classes.
    let total = &ledger.blames[2];
    for broken in &total.broken {
        let formula = &ledger.broken[*broken].formula;
        assert!(formula.contains("表三.合计.合计"), "{formula}");
    }
}

/// Seven classes (201 … 207) of one item each, 10.00 = 6.00 + 4.00; 合计 70.00 = 42.00 + 28.00. All seven
/// classes say 16, 26, … for 6.00: more cells than a search changes together. Each breaks its own row
/// (10 = 16 + 4) and the sum of its item (6), which one change mends; all of them the 合计 of 基本支出.
#[test]
fn more_wrong_cells_than_are_changed_together() {
    let mut rows = String::new();
    for class in 201..=207 {
        let wrong = (class - 200) * 10 + 6;
        rows += &format!(
            "| {class} | 甲 | 10.00 | {wrong}.00 | 4.00 |\n| {class}01 | 乙 | 10.00 | 6.00 | 4.00 |\n"
        );
    }
    rows += "| | 合计 | 70.00 | 42.00 | 28.00 |\n";
    let told = told(&table("表三 部门支出总体情况表", "合计", &rows));
    let wanted: Vec<String> = (201..=207)
        .map(|class| format!("表3.{class}.基本支出 6"))
        .collect();
    let cells: Vec<&String> = told.iter().map(|(cell, _)| cell).collect();
    assert_eq!(cells, wanted.iter().collect::<Vec<_>>());
    for (_, formulas) in &told {
        let total = "表三.合计.基本支出 = 合(表三.类.基本支出)";
        assert_eq!(formulas.len(), 3, "{formulas:?}");
        assert!(formulas.iter().any(|formula| formula == total));
    }
}

/// A right document with its total, 185.52, written 186.52 in all the seventeen cells of 表一 to 表六
/// that hold it (表一 5, 表二 2, 表三 2, 表四 5, 表五 2, 表六 1). The tables agree with each other, and
/// the parts of each, 14.37 + 6.88 + 151.22 + 13.05 in five of them and 153.85 + 28.57 + 3.10 and
/// 156.95 + 28.57 in 表六, with 185.52: one wrong number, and no other number is contradicted so often.
#[test]
fn a_total_that_is_wrong_throughout_is_one_finding() {
    let (document, ledger) = read_right(&[("185.52", "186.52")]);
    assert_eq!(
        blames(&document, &ledger),
        ["表1.支出合计.预算数 应为 185.52 字"]
    );
    let [blame] = ledger.blames.as_slice() else {
        panic!("{:?}", ledger.blames)
    };
    assert_eq!(blame.also.len(), 16);
    let wanted = blame.expected.unwrap();
    assert!(blame.also.iter().all(|(_, value)| *value == wanted));
    assert_eq!(
        blame.broken.len(),
        ledger
            .broken
            .iter()
            .filter(|it| is_hard(&document, it))
            .count()
    );
}

/// The same, and one more cell: 表三 says 15.22 for 151.22 of 基本支出 in 21303.
#[test]
fn a_total_that_is_wrong_throughout_and_another_cell() {
    let (document, ledger) = read_right(&[
        ("185.52", "186.52"),
        // The row stands so in 表三 and 表五; the first is 表三.
        (
            "| 21303 | 水利 | 151.22 | 151.22 |  |\n",
            "| 21303 | 水利 | 151.22 | 15.22 |  |\n",
        ),
    ]);
    assert_eq!(
        blames(&document, &ledger),
        [
            "表1.支出合计.预算数 应为 185.52 字",
            "表3.21303.基本支出 应为 151.22 字"
        ]
    );
}

fn is_hard(document: &Document, instance: &Instance) -> bool {
    document.template.identities[instance.identity].strength
        == budget_catalog::template::Strength::Hard
}

/// A right document with changes: the first in every place, the others in their first.
fn read_right(changes: &[(&str, &str)]) -> (Document, Ledger) {
    let path = format!(
        "{}/../../tests/corpus/right/2020-two-decimals.budget",
        env!("CARGO_MANIFEST_DIR")
    );
    let mut text = std::fs::read_to_string(path).unwrap();
    for (number, (right, wrong)) in changes.iter().enumerate() {
        assert!(text.contains(right), "{right}");
        let most = if number == 0 { usize::MAX } else { 1 };
        text = text.replacen(right, wrong, most);
    }
    let document = document(&text);
    let ledger = check(&document, Collect::Broken);
    (document, ledger)
}

#[test]
fn a_table_that_is_finer_than_the_rest_is_mended_as_finely() {
    // 900 amounts with two decimals, and a table of seven with four: 0.1234 + 0.2345 = 0.3579.
    let row = |n: u32| format!("| {} | 甲 | {n}.25 | {n}.25 | |\n", 201 + n);
    let rows: String = (1..=450).map(row).collect();
    let text = format!(
        "---\n模板: 新疆-2020-部门预算\n部门: 某县水利局\n年度: 2020\n金额单位: 万元\n---\n\
         # 第二部分 部门预算公开表\n\
         ## 表三 部门支出总体情况表\n\
         | 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n|---|---|---|---|---|\n{rows}\n\
         ## 表六 一般公共预算基本支出情况表\n\
         | 科目编码 | 经济分类科目名称 | 小计 | 人员经费 | 公用经费 |\n|---|---|---|---|---|\n\
         | 301 | 工资福利支出 | 0.1234 | 0.1234 | |\n\
         | 302 | 商品和服务支出 | 0.2345 | | 0.2345 |\n\
         | | 合计 | 0.3597 | 0.1234 | 0.2345 |\n"
    );
    let document = document(&text);
    let ledger = check(&document, Collect::Broken);
    let found = blames(&document, &ledger);
    assert!(
        found.iter().any(|it| it == "表6.合计.小计 应为 0.3579 倒"),
        "{found:?}"
    );
}
