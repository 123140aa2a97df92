//! Lines of cells as tables: what pasted cells, three code columns or two tables side by side are in
//! the language.

use budget_catalog::template::GridSpec;

use crate::block::{RawRow, RawTable};
use crate::{grid, names, text, write};

/// A table: columns and rows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    /// `收入` or `支出` for a half of a table that was printed side by side, else empty.
    pub title: String,
    /// Names of the columns, and whether they hold amounts.
    pub columns: Vec<(String, bool)>,
    /// Cells, as they were.
    pub rows: Vec<Vec<String>>,
    /// The lines began with a header; otherwise the names of the columns are made up.
    pub headed: bool,
}

/// Reads lines of cells: headers of several lines are joined, 类 | 款 | 项 become one column, 收入 and
/// 支出 side by side two tables. No cell is dropped.
pub fn tables(lines: &[Vec<&str>]) -> Vec<Table> {
    let rows = lines.iter().zip(1..).map(|(cells, number)| RawRow {
        number,
        cells: cells.iter().map(|cell| cell.trim()).collect(),
    });
    let table = RawTable {
        rows: rows.collect(),
        breaks: Vec::new(),
    };
    let grids = grid::read(&table, None).into_iter();
    grids
        .map(|grid| Table {
            title: grid.title,
            columns: grid
                .columns
                .into_iter()
                .map(|column| (column.name, column.amount))
                .collect(),
            rows: grid.rows,
            headed: grid.header,
        })
        .collect()
}

/// The column of a grid that a header names.
pub fn column(spec: &GridSpec, name: &str) -> Option<usize> {
    names::column(spec, name)
}

/// Whether two headers are one.
pub fn is_same(a: &str, b: &str) -> bool {
    names::same(a, b)
}

/// Text as a cell of a row holds it: bars and what would be an expression escaped.
pub fn cell(text: &str) -> String {
    let text = text::tidy(text);
    let escaped = write::cell(&text);
    if text == "=" {
        format!("\\{escaped}")
    } else {
        escaped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Table> {
        let lines: Vec<Vec<&str>> = text
            .lines()
            .map(|line| line.split('\t').collect())
            .collect();
        tables(&lines)
    }

    fn names(table: &Table) -> Vec<&str> {
        table
            .columns
            .iter()
            .map(|(name, _)| name.as_str())
            .collect()
    }

    #[test]
    fn three_columns_of_a_code_are_one() {
        let all = read(
            "类\t款\t项\t科目名称\t合计\n201\t\t\t一般公共服务支出\t=\n201\t03\t01\t行政运行\t15.00",
        );
        let [table] = all.as_slice() else {
            panic!("{all:?}")
        };
        assert_eq!(names(table), ["科目编码", "科目名称", "合计"]);
        assert_eq!(
            table.rows,
            [
                ["201", "一般公共服务支出", "="],
                ["2010301", "行政运行", "15.00"]
            ]
        );
        assert!(table.headed);
    }

    #[test]
    fn side_by_side_is_two() {
        let all = read(
            "收入\t\t支出\t\n项目\t预算数\t功能分类\t预算数\n财政拨款\t1.00\t一般公共服务支出\t1.00\n\t\t教育支出\t",
        );
        let [income, expense] = all.as_slice() else {
            panic!("{all:?}")
        };
        assert_eq!(
            (income.title.as_str(), expense.title.as_str()),
            ("收入", "支出")
        );
        assert_eq!(names(income), ["项目", "预算数"]);
        assert_eq!(income.rows, [["财政拨款", "1.00"]]);
        assert_eq!(
            expense.rows,
            [["一般公共服务支出", "1.00"], ["教育支出", ""]]
        );
    }

    #[test]
    fn cells_without_a_header() {
        let all = read("2010301\t行政运行\t15.00\n2010302\t一般行政管理事务\t1.00");
        let [table] = all.as_slice() else {
            panic!("{all:?}")
        };
        assert!(!table.headed);
        assert_eq!(table.rows.len(), 2);
        assert_eq!(cell("甲|乙 {丙"), "甲\\|乙 \\{丙");
        assert_eq!(cell("="), "\\=");
    }
}
