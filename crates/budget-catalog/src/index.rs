//! The names that a grid's columns and rows answer to, made once when a template is loaded.

use rustc_hash::FxHashMap;

use crate::name::normalize;
use crate::template::{GridSpec, RowSpec};

/// Normalised names, aliases and ids, and what they mean.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct GridIndex {
    columns: FxHashMap<String, usize>,
    rows: FxHashMap<String, usize>,
    /// All rows of a label that several answer to, each under another row.
    alike: FxHashMap<String, Vec<usize>>,
    /// The row that each row stands under.
    parents: Vec<Option<usize>>,
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
                match index.rows.get(&key) {
                    Some(first) if *first != at => {
                        let alike = index.alike.entry(key).or_insert_with(|| vec![*first]);
                        if alike.last() != Some(&at) {
                            alike.push(at);
                        }
                    }
                    Some(_) => {}
                    None => {
                        index.rows.insert(key, at);
                    }
                }
            }
            let above = |other: &RowSpec| other.depth < row.depth;
            let before = grid.rows.get(..at).unwrap_or_default();
            index.parents.push(before.iter().rposition(above));
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

    /// The row of that label, alias or id, in any spelling; the first where several answer to it.
    pub fn row_named(&self, name: &str) -> Option<usize> {
        self.row_by_key(&normalize(name))
    }

    /// As [`GridSpec::row_named`], for a label already [normalised](normalize).
    pub fn row_by_key(&self, key: &str) -> Option<usize> {
        self.index.rows.get(key).copied()
    }

    /// The row of that label that a document's row is which follows the template's row `last`: of
    /// several, the next one.
    pub fn row_after(&self, name: &str, last: Option<usize>) -> Option<usize> {
        let key = normalize(name);
        let Some(alike) = self.index.alike.get(&*key) else {
            return self.row_by_key(&key);
        };
        let next = alike
            .iter()
            .find(|row| last.is_none_or(|last| **row > last));
        next.or(alike.first()).copied()
    }

    /// The row that `上年结转结余/单位资金` means: the last name is its own, those before it stand
    /// above it. None if there is none, or more than one.
    pub fn row_by_path<S: AsRef<str>>(&self, names: &[S]) -> Option<usize> {
        let (own, above) = names.split_last()?;
        let key = normalize(own.as_ref());
        let fits = |row: &usize| {
            let mut at = Some(*row);
            above.iter().rev().all(|name| {
                let key = normalize(name.as_ref());
                loop {
                    at = at.and_then(|at| self.row_above(at));
                    match at {
                        Some(row) if self.answers(row, &key) => return true,
                        Some(_) => {}
                        None => return false,
                    }
                }
            })
        };
        let first = self.index.rows.get(&*key);
        let all = match self.index.alike.get(&*key) {
            Some(alike) => alike.as_slice(),
            None => first.map_or(&[][..], std::slice::from_ref),
        };
        let mut found = all.iter().filter(|row| fits(row));
        found.next().filter(|_| found.next().is_none()).copied()
    }

    /// The row that a row stands under, by depth.
    pub(crate) fn row_above(&self, row: usize) -> Option<usize> {
        *self.index.parents.get(row)?
    }

    fn answers(&self, row: usize, key: &str) -> bool {
        self.index.rows.get(key) == Some(&row)
            || self
                .index
                .alike
                .get(key)
                .is_some_and(|all| all.contains(&row))
    }

    /// The row of that account code, in a grid whose template names its classes.
    pub fn row_by_code(&self, code: &str) -> Option<usize> {
        self.index.codes.get(code).copied()
    }

    /// Whether its columns are words that a header may hold, in no order.
    pub fn is_vocabulary(&self) -> bool {
        self.vocabulary
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

    #[test]
    fn a_label_that_stands_twice_means_the_row_of_its_place() {
        let template = Catalog::builtin()
            .template("新疆-2024-部门预算")
            .expect("built in");
        let grid = &template.tables[0].grids[0];
        let id = |row: Option<usize>| row.map(|row| grid.rows[row].id.as_str());
        assert_eq!(id(grid.row_by_path(&["单位资金"])), None);
        assert_eq!(
            id(grid.row_by_path(&["本年收入", "单位资金"])),
            Some("unit")
        );
        assert_eq!(
            id(grid.row_by_path(&["上年结转结余", "单位资金"])),
            Some("carryover-unit")
        );
        assert_eq!(id(grid.row_by_path(&["本年收入", "收入总计"])), None);
        assert_eq!(id(grid.row_by_path(&["收入总计"])), Some("total"));
        assert_eq!(id(grid.row_after("5. 单位资金", Some(10))), Some("unit"));
        assert_eq!(
            id(grid.row_after("单位资金", Some(23))),
            Some("carryover-unit")
        );
        assert_eq!(id(grid.row_after("单位资金", None)), Some("unit"));
    }
}
