//! Relations over documents written out by hand.

use std::sync::Arc;

use budget_catalog::Catalog;

use super::*;

mod derived;
mod outcomes;
mod property;
mod several;

pub(super) fn document(text: &str) -> Document {
    Document::new(Arc::from(text), Arc::clone(Catalog::builtin()))
}

/// A cell as `表3.201.基本支出`.
pub(super) fn name(document: &Document, id: CellId) -> String {
    let table = &document.tables[id.table as usize];
    let ordinal = document
        .table_spec(table)
        .and_then(|spec| spec.ordinal)
        .map_or("?".to_owned(), |n| n.to_string());
    let grid = &table.grids[id.grid as usize];
    let row = &grid.rows[id.row as usize];
    let label = row
        .code
        .clone()
        .unwrap_or_else(|| document.slice(row.label).to_owned());
    format!(
        "表{ordinal}.{label}.{}",
        document.slice(grid.columns[id.column as usize].name)
    )
}

pub(super) fn blames(document: &Document, ledger: &Ledger) -> Vec<String> {
    ledger
        .blames
        .iter()
        .map(|blame| match blame.cell {
            Some(cell) => format!(
                "{} 应为 {} {}",
                name(document, cell),
                blame.expected.unwrap(),
                match blame.cause {
                    None => "",
                    Some(Slip::OtherLevel(_)) => "合",
                    Some(Slip::Neighbour(_)) => "邻",
                    Some(Slip::Unit) => "元",
                    Some(Slip::Point) => "点",
                    Some(Slip::Sign) => "负",
                    Some(Slip::Transposed) => "倒",
                    Some(Slip::Digit) => "字",
                }
            )
            .trim_end()
            .to_owned(),
            None => format!(
                "? {} | {}",
                blame
                    .candidates
                    .iter()
                    .map(|(cell, value)| format!("{} {value}", name(document, *cell)))
                    .collect::<Vec<_>>()
                    .join(" / "),
                ledger.broken[blame.broken[0]].formula
            ),
        })
        .collect()
}

fn corpus(file: &str) -> Document {
    let path = format!(
        "{}/../../tests/corpus/{file}.budget",
        env!("CARGO_MANIFEST_DIR")
    );
    document(&std::fs::read_to_string(path).unwrap())
}

/// 表三 and 表五 of this document give 284.08, the 合计 of 基本支出, in the rows 201 and 20103 too.
/// 201: 336.06 = 265.06 + 71.00; 20103 the same; 2010301: 265.06; 208: 19.02; 265.06 + 19.02 = 284.08.
#[test]
fn four_cells_of_a_real_document() {
    let document = corpus("001");
    let ledger = check(&document, Collect::Broken);
    let found: Vec<String> = ledger
        .blames
        .iter()
        .map(|blame| {
            format!(
                "{} {} {}",
                name(&document, blame.cell.unwrap()),
                blame.expected.unwrap(),
                matches!(blame.cause, Some(Slip::OtherLevel(total)) if name(&document, total).contains("合计")),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "表3.201.基本支出 265.06 true",
            "表3.20103.基本支出 265.06 true",
            "表5.201.基本支出 265.06 true",
            "表5.20103.基本支出 265.06 true",
        ]
    );
    // Each table: two row sums, 20103 = Σ项, 合计 = Σ类.
    assert_eq!(ledger.broken.len(), 8);
    assert!(ledger.missing_rows.is_empty());
}

/// The other real document has no wrong table number; what it lost is unknown, not wrong.
#[test]
fn nothing_hard_is_broken_in_the_other_document() {
    let document = corpus("000");
    let ledger = check(&document, Collect::All);
    for blame in &ledger.blames {
        assert_eq!(blame.cell, None);
        for &broken in &blame.broken {
            let spec = &document.template.identities[ledger.broken[broken].identity];
            assert_eq!(spec.strength, budget_catalog::template::Strength::Soft);
        }
    }
    assert!(ledger.missing_rows.is_empty());
    assert!(ledger.counts[Outcome::Held as usize] > 300);
    assert!(ledger.counts[Outcome::Unknown as usize] > 0);
    assert_eq!(
        ledger.counts.iter().sum::<u32>() as usize,
        ledger.instances.len()
    );
}

/// The example of the design: 130.00, the 合计 of 基本支出, typed into 201 and 20103 too.
#[test]
fn a_total_typed_into_two_rows() {
    let text = "---\n模板: 新疆-2020-部门预算\n金额单位: 万元\n---\n
# 第二部分 部门预算公开表\n
## 表三 部门支出总体情况表\n
| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 201 | 一般公共服务支出 | 150.00 | 130.00 | 40.00 |
| 20103 | 政府办公厅（室）及相关机构事务 | 150.00 | 130.00 | 40.00 |
| 2010301 | 行政运行 | 110.00 | 110.00 | |
| 2010399 | 其他支出 | 40.00 | | 40.00 |
| 208 | 社会保障和就业支出 | 20.00 | 20.00 | |
| | 合计 | 170.00 | 130.00 | 40.00 |\n
## 表五 一般公共预算支出情况表\n
| 科目编码 | 功能分类科目名称 | 小计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 201 | 一般公共服务支出 | 150.00 | 110.00 | 40.00 |
| 20103 | 政府办公厅（室）及相关机构事务 | 150.00 | 110.00 | 40.00 |
| 2010301 | 行政运行 | 110.00 | 110.00 | |
| 2010399 | 其他支出 | 40.00 | | 40.00 |
| 208 | 社会保障和就业支出 | 20.00 | 20.00 | |
| | 合计 | 170.00 | 130.00 | 40.00 |\n";
    let document = document(text);
    let ledger = check(&document, Collect::Broken);
    assert_eq!(
        blames(&document, &ledger),
        [
            "表3.201.基本支出 应为 110 合",
            "表3.20103.基本支出 应为 110 合"
        ]
    );
}

pub(super) const HEAD: &str =
    "---\n模板: 新疆-2020-部门预算\n金额单位: 万元\n---\n\n# 第二部分 部门预算公开表\n\n";
