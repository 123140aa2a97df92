//! The rows and columns of a table by what they are about.

use std::borrow::Cow;

use budget_catalog::{
    name,
    template::{ColumnKind, RowRole},
};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::super::{
    base::{self, Held, Stated},
    concept::{self, Flow, Stage},
};
use crate::{Document, Grid};

/// Rows by their grid and their place in it.
pub(super) type Rows = SmallVec<[(u32, u32); 2]>;
/// Columns of a grid, each with the number of a settlement that it holds.
pub(super) type Columns = SmallVec<[(u32, Option<Stage>); 2]>;

/// The rows and columns of a table by what they are about.
#[derive(Debug, Default)]
pub(super) struct TableKeys<'d> {
    pub(super) codes: FxHashMap<&'d str, Rows>,
    pub(super) rows: FxHashMap<Cow<'d, str>, Rows>,
    pub(super) projects: FxHashMap<Cow<'d, str>, Rows>,
    pub(super) grids: Vec<GridKeys>,
}

#[derive(Debug, Default)]
pub(super) struct GridKeys {
    pub(super) flow: Option<Flow>,
    pub(super) columns: FxHashMap<String, Columns>,
    /// The columns that are the sum of the others, or the only ones.
    pub(super) totals: Columns,
    /// The rows that are the sum of the others, or the only one.
    pub(super) total_rows: SmallVec<[u32; 2]>,
    /// Rows of 总计, and of 本年收入, 本年支出, each with its flow.
    pub(super) grand_rows: SmallVec<[(u32, Option<Flow>); 2]>,
    pub(super) this_year_rows: SmallVec<[(u32, Option<Flow>); 2]>,
    /// Columns of the year before.
    pub(super) before: SmallVec<[Before; 2]>,
}

/// A column of the year before.
#[derive(Debug)]
pub(super) struct Before {
    pub(super) column: u32,
    pub(super) held: Held,
    pub(super) stated: Stated,
    /// The column of this year it belongs to, by its key; none: the total.
    pub(super) key: Option<String>,
}

impl<'d> TableKeys<'d> {
    pub(super) fn new(document: &'d Document, number: u32) -> Self {
        let mut keys = TableKeys::default();
        let Some(table) = document.tables.get(number as usize) else {
            return keys;
        };
        for (number, grid) in (0..).zip(&table.grids) {
            let spec = document
                .table_spec(table)
                .or_else(|| document.read_as(table));
            let title = spec
                .zip(grid.spec)
                .and_then(|(spec, grid)| spec.grids.get(grid))
                .map_or("", |grid| grid.title.as_str());
            let flow = match title {
                title if title.contains("收入") => Some(Flow::Income),
                title if title.contains("支出") => Some(Flow::Expense),
                _ => None,
            };
            keys.add(document, number, grid, flow);
        }
        keys
    }

    fn add(&mut self, document: &'d Document, number: u32, grid: &'d Grid, flow: Option<Flow>) {
        let mut own = GridKeys {
            flow,
            ..GridKeys::default()
        };
        own.columns(document, grid);
        let mut only = None;
        let mut bodies = 0;
        for (at, row) in (0..).zip(&grid.rows) {
            if matches!(
                row.role,
                RowRole::ColumnNumbers | RowRole::RepeatedHeader | RowRole::Blank | RowRole::None
            ) {
                continue;
            }
            bodies += 1;
            only = Some(at);
            if row.role == RowRole::Total {
                own.total_rows.push(at);
            }
            if let Some(project) = row.project {
                let key = name::normalize(document.slice(project));
                self.projects.entry(key).or_default().push((number, at));
            }
            if let Some(code) = &row.code {
                let place = self.codes.entry(code).or_default();
                if row.project.is_none() {
                    place.push((number, at));
                }
            }
            let label = document.slice(row.label);
            if !label.is_empty() && row.project.is_none() {
                let label = if row.code.is_some() {
                    name::normalize_account(label)
                } else {
                    name::normalize(label)
                };
                let is_grand = concept::has(&label, "总计");
                let (key, flow) = concept::stem_of(label);
                if is_grand {
                    own.grand_rows.push((at, flow));
                }
                if key == "本年" {
                    own.this_year_rows.push((at, flow));
                }
                self.rows.entry(key).or_default().push((number, at));
            }
        }
        if own.total_rows.is_empty() && bodies == 1 {
            own.total_rows.extend(only);
        }
        self.grids.push(own);
    }
}

/// Names of columns that hold the sum of the others, or are the only ones.
const SUMS: [&str; 9] = [
    "",
    "合",
    "小",
    "总",
    "本年",
    "收支",
    "项目支出合",
    "金",
    "年",
];

impl GridKeys {
    fn columns(&mut self, document: &Document, grid: &Grid) {
        let amounts = (0..)
            .zip(&grid.columns)
            .filter(|(_, column)| column.kind == ColumnKind::Amount);
        let mut first = None;
        for (at, column) in amounts {
            let name = name::normalize(document.slice(column.name));
            if let Some((held, stated)) = base::column(&name, document.front.year) {
                let last = name.rsplit('/').next().unwrap_or_default();
                let key = concept::stem(last).0;
                let is_total = held == Held::Change || !name.contains('/') || SUMS.contains(&&*key);
                self.before.push(Before {
                    column: at,
                    held,
                    stated,
                    key: (!is_total).then(|| key.into_owned()),
                });
                continue;
            }
            let stage = if concept::has(&name, "决算数") {
                Some(Stage::Final)
            } else if concept::has(&name, "预算数") && !name.starts_with("20") {
                Some(Stage::Budget)
            } else {
                None
            };
            // The last level of a header in levels, unless it only says that it is the sum.
            let mut levels = name.rsplit('/');
            let last = levels.next().unwrap_or_default();
            let key = concept::stem(&crate::heading::drop_years(last))
                .0
                .into_owned();
            let key = if matches!(&*key, "" | "小" | "合") {
                let above = levels.next();
                above.map_or(key, |above| concept::stem(above).0.into_owned())
            } else {
                key
            };
            first = first.or(Some((at, stage)));
            if SUMS.contains(&&*key) || key.ends_with("项目支出") {
                self.totals.push((at, stage));
            }
            self.columns.entry(key).or_default().push((at, stage));
        }
        if self.totals.is_empty() {
            self.totals.extend(first);
        }
        // 增减额 is against the column beside it.
        let base = self.before.iter().find(|it| it.held == Held::Amount);
        if let Some(stated) = base.map(|it| it.stated) {
            for column in &mut self.before {
                if column.stated == Stated::Plain {
                    column.stated = stated;
                }
            }
        }
        // Where only one of 预算数 and 决算数 is there, it is what is meant.
        let staged: FxHashSet<_> = self.totals.iter().filter_map(|it| it.1).collect();
        if staged.len() < 2 {
            for total in &mut self.totals {
                total.1 = None;
            }
            for column in self.columns.values_mut().flatten() {
                column.1 = None;
            }
        }
    }
}
