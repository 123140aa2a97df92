//! The rows and columns of a table by what they are about.

use std::sync::Arc;

use budget_catalog::{
    name,
    template::{ColumnKind, RowRole},
};
use budget_syntax::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::super::{
    base::{self, Held, Stated},
    concept::{self, Flow, Scope, Stage},
};
use crate::{Document, Grid};

/// Rows by their grid and their place in it.
pub(super) type Rows = SmallVec<[(u32, u32); 2]>;
/// Cells by their grid, row and column.
pub(super) type Pairs = SmallVec<[(u32, u32, u32); 1]>;
/// Columns of a grid.
pub(super) type Columns = SmallVec<[ColumnKey; 2]>;

/// A column, and which number it holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ColumnKey {
    pub(super) column: u32,
    /// Of a settlement: the planned or the final one.
    pub(super) stage: Option<Stage>,
    /// 本年收入, 本年支出 side by side: which of them.
    pub(super) flow: Option<Flow>,
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

/// The rows and columns of a table by what they are about.
#[derive(Debug, Default)]
pub(crate) struct TableKeys {
    /// What the table is about as a whole.
    pub(super) scope: Option<Scope>,
    codes: FxHashMap<u64, Rows>,
    pub(super) rows: FxHashMap<Arc<str>, Rows>,
    pub(super) projects: FxHashMap<String, Rows>,
    /// Cells by a label that stands beside them in the middle of a row: 支出用途 | 金额.
    pub(super) pairs: FxHashMap<String, Pairs>,
    /// Rows of purchases by their kind.
    pub(super) kinds: FxHashMap<&'static str, Rows>,
    pub(super) grids: Vec<GridKeys>,
}

/// What is bought.
const KINDS: [&str; 3] = ["货物", "工程", "服务"];

#[derive(Debug, Default)]
pub(super) struct GridKeys {
    pub(super) flow: Option<Flow>,
    /// Its rows have codes.
    pub(super) coded: bool,
    pub(super) columns: FxHashMap<String, Columns>,
    /// The columns that are the sum of the others, or the only ones.
    pub(super) totals: Columns,
    /// The rows that are the sum of the others, or the only one.
    pub(super) total_rows: SmallVec<[u32; 2]>,
    /// Columns of the year before.
    pub(super) before: SmallVec<[Before; 2]>,
    /// Rows of the year before, where the rows are years.
    pub(super) before_rows: SmallVec<[(u32, Held, Stated); 1]>,
    /// Rows of 总计, and of 本年收入, 本年支出, each with its flow.
    pub(super) grand_rows: SmallVec<[(u32, Option<Flow>); 2]>,
    pub(super) this_year_rows: SmallVec<[(u32, Option<Flow>); 2]>,
}

/// What labels of rows are about: tables print the same ones over and over.
#[derive(Default)]
pub(super) struct Labels<'d>(FxHashMap<(&'d str, bool), Label>);

/// What the label of a row is about.
#[derive(Clone)]
struct Label {
    key: Arc<str>,
    /// 总计
    grand: bool,
    flow: Option<Flow>,
}

impl<'d> Labels<'d> {
    /// `coded`: of a row with a code.
    fn read(&mut self, label: &'d str, coded: bool) -> Label {
        let read = || {
            let label = match coded {
                true => name::normalize_account(label),
                false => name::normalize(label),
            };
            let grand = concept::has(&label, "总计");
            let (key, flow) = concept::stem_of(label);
            Label {
                key: concept::fund(&key).into(),
                grand,
                flow,
            }
        };
        let known = self.0.entry((label, coded));
        known.or_insert_with(read).clone()
    }
}

impl TableKeys {
    pub(super) fn new<'d>(
        document: &'d Document,
        number: u32,
        scope: Option<Scope>,
        labels: &mut Labels<'d>,
    ) -> Self {
        let mut keys = TableKeys {
            scope,
            ..TableKeys::default()
        };
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
            keys.add(document, number, grid, flow, labels);
            if scope == Some(Scope::Purchases) {
                keys.add_kinds(document, number, grid);
            }
        }
        keys
    }

    fn add<'d>(
        &mut self,
        document: &'d Document,
        number: u32,
        grid: &Grid,
        flow: Option<Flow>,
        labels: &mut Labels<'d>,
    ) {
        let mut own = GridKeys {
            flow,
            ..GridKeys::default()
        };
        self.codes.reserve(grid.rows.len());
        self.rows.reserve(grid.rows.len());
        let pairs = pairs(document, grid);
        own.columns(document, grid, &pairs);
        self.add_pairs(document, (number, grid), &pairs);
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
                let key = name::normalize(document.slice(project)).into_owned();
                self.projects.entry(key).or_default().push((number, at));
            }
            if let Some(code) = &row.code {
                own.coded = true;
                if let Some(code) = packed(code) {
                    let place = self.codes.entry(code).or_default();
                    if row.project.is_none() {
                        place.push((number, at));
                    }
                }
            }
            let label = document.slice(row.label);
            if !label.is_empty() && row.project.is_none() {
                let Label { key, grand, flow } = labels.read(label, row.code.is_some());
                if grand {
                    own.grand_rows.push((at, flow));
                }
                if &*key == "本年" {
                    own.this_year_rows.push((at, flow));
                }
                self.rows.entry(key).or_default().push((number, at));
            }
        }
        if own.total_rows.is_empty() && bodies == 1 {
            own.total_rows.extend(only);
        }
        if own.total_rows.is_empty() && !own.coded {
            own.years(document, grid);
        }
        self.grids.push(own);
    }
}

impl TableKeys {
    /// Whether it is made of texts in cells that tell nothing of their row too.
    pub(super) fn reads_texts(&self) -> bool {
        self.scope == Some(Scope::Purchases) || !self.pairs.is_empty()
    }

    /// The rows of an account's code.
    pub(super) fn coded(&self, code: &str) -> Option<&Rows> {
        self.codes.get(&packed(code)?)
    }

    fn add_kinds(&mut self, document: &Document, number: u32, grid: &Grid) {
        let texts = (0..).zip(&grid.columns).filter(|(_, column)| {
            !matches!(
                column.kind,
                ColumnKind::Amount | ColumnKind::Rate | ColumnKind::Count
            )
        });
        let texts: SmallVec<[usize; 4]> = texts.map(|it| it.0).collect();
        for at in 0..grid.rows.len() {
            let cells = texts.iter().filter_map(|column| grid.cell(at, *column));
            let mut kind = cells.filter_map(|cell| {
                let text = document.slice(cell.range).trim();
                let text = text.strip_suffix('类').unwrap_or(text);
                KINDS.iter().find(|kind| **kind == text).copied()
            });
            if let Some((kind, row)) = kind.next_back().zip(u32::try_from(at).ok()) {
                self.kinds.entry(kind).or_default().push((number, row));
            }
        }
    }

    fn add_pairs(
        &mut self,
        document: &Document,
        (number, grid): (u32, &Grid),
        pairs: &[(u32, u32)],
    ) {
        for (label, column) in pairs {
            for (at, row) in (0..).zip(&grid.rows) {
                if matches!(
                    row.role,
                    RowRole::ColumnNumbers | RowRole::RepeatedHeader | RowRole::Blank
                ) {
                    continue;
                }
                let cell = grid.cell(at as usize, *label as usize);
                let label = cell.map_or("", |cell| document.slice(cell.range));
                if !label.is_empty() {
                    let key = concept::stem_of(name::normalize(label)).0.into_owned();
                    let place = self.pairs.entry(key).or_default();
                    place.push((number, at, *column));
                }
            }
        }
    }
}

/// The bytes of an account's code as a number; none of what is longer than any code.
fn packed(code: &str) -> Option<u64> {
    let mut bytes = [0; 8];
    let own = bytes.get_mut(..code.len())?;
    own.copy_from_slice(code.as_bytes());
    Some(u64::from_le_bytes(bytes))
}

/// Amounts that stand after a second column of labels in a row, each with that column.
fn pairs(document: &Document, grid: &Grid) -> SmallVec<[(u32, u32); 2]> {
    const LABELS: [&str; 6] = ["项目", "用途", "支出", "收入", "科目", "分类"];
    let mut found = SmallVec::new();
    let mut label = None;
    let mut amounts = 0;
    let names = |at: u32, name: TextRange| {
        let own = grid
            .rows
            .iter()
            .enumerate()
            .filter_map(|(row, it)| Some((it.label, grid.cell(row, at as usize)?.range)))
            .any(|(label, cell)| !label.is_empty() && label == cell);
        let name = document.slice(name);
        !own && LABELS.iter().any(|word| concept::has(name, word))
    };
    for (at, column) in (0..).zip(&grid.columns) {
        match column.kind {
            ColumnKind::Amount => {
                amounts += 1;
                if let Some(label) = label {
                    found.push((label, at));
                }
            }
            ColumnKind::Name | ColumnKind::CodeName | ColumnKind::Text
                if amounts > 0 && names(at, column.name) =>
            {
                label = Some(at);
            }
            _ => {}
        }
    }
    found
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

/// Most rows of a table whose rows are years.
const MOST_YEARS: usize = 6;

/// What a table's rows are of, where each is of a year: this one or the one before.
enum YearRow {
    Own,
    Before(Held, Stated),
}

fn year_row(label: &str, year: Option<u16>) -> Option<YearRow> {
    let label = name::normalize(label);
    if base::is_own(&label, year) {
        return Some(YearRow::Own);
    }
    let (held, stated) = base::column(&label, year)?;
    Some(YearRow::Before(held, stated))
}

/// Whether a table's rows are years, one of them the year before.
pub(super) fn has_years_as_rows(document: &Document, grid: &Grid) -> bool {
    let mut own = GridKeys::default();
    own.years(document, grid);
    !own.before_rows.is_empty()
}

impl GridKeys {
    /// Where the rows are years, what is said of the whole is this year's row.
    fn years(&mut self, document: &Document, grid: &Grid) {
        if grid.rows.len() > MOST_YEARS {
            return;
        }
        let (mut own, mut before) = (SmallVec::<[u32; 2]>::new(), SmallVec::new());
        for (number, row) in (0..).zip(&grid.rows) {
            if matches!(
                row.role,
                RowRole::ColumnNumbers | RowRole::RepeatedHeader | RowRole::Blank
            ) {
                continue;
            }
            match year_row(document.slice(row.label), document.front.year) {
                Some(YearRow::Own) => own.push(number),
                Some(YearRow::Before(held, stated)) => before.push((number, held, stated)),
                None => return,
            }
        }
        if own.len() == 1 && !before.is_empty() {
            self.total_rows = own;
            self.before_rows = before;
        }
    }

    fn columns(&mut self, document: &Document, grid: &Grid, pairs: &[(u32, u32)]) {
        let amounts = (0..).zip(&grid.columns).filter(|(at, column)| {
            column.kind == ColumnKind::Amount && !pairs.iter().any(|pair| pair.1 == *at)
        });
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
            let flow = match (
                concept::has(&name, "本年收入"),
                concept::has(&name, "本年支出"),
            ) {
                (true, false) => Some(Flow::Income),
                (false, true) => Some(Flow::Expense),
                _ => None,
            };
            // The last level of a header in levels, unless it only says that it is the sum.
            let mut levels = name.rsplit('/').map(crate::heading::drop_years);
            let last = levels.next().unwrap_or_default();
            let key = concept::stem(&last).0.into_owned();
            let key = if matches!(&*key, "" | "小" | "合") {
                let above = levels.next();
                above.map_or(key, |above| concept::stem(&above).0.into_owned())
            } else {
                key
            };
            let key = match concept::fund(&key) {
                fund if fund.len() == key.len() => key,
                fund => fund.to_owned(),
            };
            let held = ColumnKey {
                column: at,
                stage,
                flow,
            };
            first = first.or(Some(held));
            if SUMS.contains(&&*key) || key.ends_with("项目支出") {
                self.totals.push(held);
            }
            self.columns.entry(key).or_default().push(held);
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
        let staged: FxHashSet<_> = self.totals.iter().filter_map(|it| it.stage).collect();
        if staged.len() < 2 {
            for total in &mut self.totals {
                total.stage = None;
            }
            for column in self.columns.values_mut().flatten() {
                column.stage = None;
            }
        }
    }
}
