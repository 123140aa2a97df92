//! The names that a grid's columns and rows answer to, made once when a template is loaded.

use rustc_hash::FxHashMap;

use crate::name::normalize;
use crate::template::GridSpec;

/// Normalised names, aliases and ids, and what they mean.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct GridIndex {
    columns: FxHashMap<String, usize>,
    rows: FxHashMap<String, usize>,
    codes: FxHashMap<String, usize>,
}

impl GridIndex {
    /// Names come before last levels of headers, and those before ids; of two that are the same
    /// the first counts, but a last level only where it is unique.
    pub(crate) fn new(grid: &GridSpec) -> Self {
        let mut index = Self::default();
        for (at, column) in grid.columns.iter().enumerate() {
            for name in std::iter::once(&column.name).chain(&column.aliases) {
                let key = normalize(name).into_owned();
                index.columns.entry(key).or_insert(at);
            }
        }
        let mut last_levels: FxHashMap<String, Option<usize>> = FxHashMap::default();
        for (at, column) in grid.columns.iter().enumerate() {
            if let Some((_, last)) = column.name.rsplit_once('/') {
                let key = normalize(last).into_owned();
                let only = last_levels.entry(key).or_insert(Some(at));
                *only = only.filter(|other| *other == at);
            }
        }
        for (key, only) in last_levels {
            if let Some(at) = only {
                index.columns.entry(key).or_insert(at);
            }
        }
        for (at, column) in grid.columns.iter().enumerate() {
            index.columns.entry(column.id.clone()).or_insert(at);
        }
        for (at, row) in grid.rows.iter().enumerate() {
            let names = std::iter::once(&row.label).chain(&row.aliases);
            for name in names.filter(|name| !name.is_empty()) {
                let key = normalize(name).into_owned();
                index.rows.entry(key).or_insert(at);
            }
            if let Some(code) = &row.code {
                index.codes.entry(code.clone()).or_insert(at);
            }
        }
        for (at, row) in grid.rows.iter().enumerate() {
            index.rows.entry(row.id.clone()).or_insert(at);
        }
        index
    }
}

impl GridSpec {
    /// The column of that name, alias or id, in any spelling; of a header of several levels the
    /// last alone will do where it is unique.
    pub fn column_named(&self, name: &str) -> Option<usize> {
        self.column_by_key(&normalize(name))
    }

    /// As [`GridSpec::column_named`], for a name already [normalised](normalize).
    pub fn column_by_key(&self, key: &str) -> Option<usize> {
        self.index.columns.get(key).copied()
    }

    /// The row of that label, alias or id, in any spelling.
    pub fn row_named(&self, name: &str) -> Option<usize> {
        self.row_by_key(&normalize(name))
    }

    /// As [`GridSpec::row_named`], for a label already [normalised](normalize).
    pub fn row_by_key(&self, key: &str) -> Option<usize> {
        self.index.rows.get(key).copied()
    }

    /// The row of that account code, in a grid whose template names its classes.
    pub fn row_by_code(&self, code: &str) -> Option<usize> {
        self.index.codes.get(code).copied()
    }

    /// A grid of one row without a label (“三公”经费): its paths have no row.
    pub fn has_one_unlabelled_row(&self) -> bool {
        matches!(self.rows.as_slice(), [row] if row.label.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use crate::Catalog;
    use crate::template::GridSpec;

    fn grid(table: usize, grid: usize) -> &'static GridSpec {
        let template = Catalog::builtin().template("新疆-2020-部门预算");
        let table = template.and_then(|template| template.tables.get(table));
        table
            .and_then(|table| table.grids.get(grid))
            .expect("built in")
    }

    #[test]
    fn the_last_level_of_a_header_will_do_where_it_is_unique() {
        let grid = grid(7, 0);
        assert!(grid.has_one_unlabelled_row());
        assert_eq!(grid.column_named("小计"), Some(2));
        assert_eq!(grid.column_named("公务用车购置及运行费/小计"), Some(2));
        assert_eq!(grid.column_named("公务用车运行费"), Some(4));
        assert_eq!(grid.column_named("因公出国(境)费"), Some(1));
        assert_eq!(grid.column_named("reception"), Some(5));
        assert_eq!(grid.column_named("无此列"), None);
        assert_eq!(grid.column_named(""), None);
    }

    #[test]
    fn rows_answer_to_label_alias_and_code() {
        let (income, expense) = (grid(0, 0), grid(0, 1));
        assert_eq!(income.row_named("财政拨款 (补助)"), Some(0));
        assert_eq!(income.row_named("单位上年结余"), Some(9));
        assert_eq!(income.row_named("收 入 总 计"), income.row_named("total"));
        assert_eq!(expense.row_by_code("201"), Some(0));
        assert_eq!(expense.row_named("一般公共服务支出"), Some(0));
        assert_eq!(expense.row_by_code("999"), None);
        assert_eq!(expense.row_named(""), None);
    }
}
