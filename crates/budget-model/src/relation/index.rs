//! A document's numbers laid out for arithmetic: cells, rows and codes by number, values as whole
//! numbers of one step that all cells share.

mod by_code;
mod lookup;

use std::{cell::OnceCell, ops::Range};

use budget_catalog::template::{ColumnKind, KeyPart, RowRole};
use budget_syntax::expr::Level;
use rustc_hash::FxHashMap;

use crate::{Amount, CellId, Column, Document, Grid, Table, Unit, Value, table::Missing};
use by_code::{ByCode, Interner};

/// No row, code, column …
pub(crate) const NONE: u32 = u32::MAX;
/// Most decimals of the common step; a cell with more is not calculated with.
const MAX_DECIMALS: u32 = 9;
/// Largest value of a cell in common steps: a sum of 2^32 of them still fits.
const MAX_VALUE: i128 = 10_i128.pow(28);

/// What a cell is to arithmetic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    /// Nothing, or a dash.
    Empty,
    Number,
    Hole,
    /// Nothing, in a row of which the source lost some.
    Lost,
    /// Text where a number is expected.
    Text,
    /// Derived, and not (yet) evaluated; or too long a number.
    Failed,
}

/// A cell's number.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Val {
    /// In common steps.
    pub(crate) value: i128,
    /// Half a step of its own, in common steps.
    pub(crate) half: i64,
    pub(crate) state: State,
    /// Decimals it is printed with, trimmed zeros counted.
    pub(crate) decimals: u8,
    /// `=` or `{…}`.
    pub(crate) derived: bool,
}

/// A grid.
#[derive(Debug)]
pub(crate) struct GridIndex {
    pub(crate) table: u32,
    pub(crate) grid: u32,
    pub(crate) group: u32,
    pub(crate) cell_base: u32,
    pub(crate) row_base: u32,
    pub(crate) width: u32,
    /// From the grid spec's columns to the grid's.
    by_spec: Vec<u32>,
    /// Columns that are parts of a sum, by the sum's.
    parts: FxHashMap<u32, Vec<u32>>,
}

/// A row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowIndex {
    /// Index into [`Index::grids`].
    pub(crate) grid: u32,
    /// Its number in its grid.
    pub(crate) local: u32,
    /// Index into [`Index::codes`].
    pub(crate) code: u32,
    /// Row of the segment head.
    pub(crate) segment: u32,
    pub(crate) parent: u32,
    /// Index into [`Index::projects`].
    pub(crate) project: u32,
    pub(crate) level: Option<Level>,
    pub(crate) role: RowRole,
    /// Stands for its code: not a project row below a row of the same code.
    pub(crate) effective: bool,
}

/// The grids of a table that are one grid of the template (a table that runs on).
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) table: u32,
    /// Index into the table spec's grids.
    pub(crate) spec: Option<usize>,
    /// Index into [`Index::grids`].
    pub(crate) grids: Vec<u32>,
    pub(crate) rows: Vec<u32>,
    /// The first row whose code is still to be filled in: it may belong to any sum of the rows.
    pub(crate) blank: Option<u32>,
    /// Codes in order of appearance.
    pub(crate) codes: Vec<u32>,
    code_rows: ByCode,
    code_list: Vec<u32>,
    /// Rows by the template's row.
    named: FxHashMap<usize, Vec<u32>>,
    /// Rows by normalised label; made when a path first asks for one.
    labels: OnceCell<FxHashMap<String, Vec<u32>>>,
    pub(crate) segmented: bool,
}

/// The document.
#[derive(Debug)]
pub(crate) struct Index<'d> {
    pub(crate) document: &'d Document,
    pub(crate) grids: Vec<GridIndex>,
    pub(crate) groups: Vec<Group>,
    /// Groups of each table of the document.
    pub(crate) table_groups: Vec<Range<usize>>,
    pub(crate) rows: Vec<RowIndex>,
    pub(crate) codes: Vec<&'d str>,
    code_ids: FxHashMap<&'d str, u32>,
    /// Tables by normalised heading; made when a path first asks for one.
    headings: OnceCell<FxHashMap<String, u32>>,
    pub(crate) projects: Vec<&'d str>,
    pub(crate) project_rows: Vec<Vec<u32>>,
    child_start: Vec<u32>,
    child_list: Vec<u32>,
    pub(crate) values: Vec<Val>,
    /// Decimals of the common step.
    decimals: u32,
    /// Unit of the common step.
    base: u32,
    /// Whether any amount of the document has decimals.
    pub(crate) has_decimals: bool,
    /// Whether any cell is derived.
    pub(crate) has_derived: bool,
}

/// Powers of ten from 元.
pub(crate) fn exponent(unit: Unit) -> u32 {
    match unit {
        Unit::Yuan => 0,
        Unit::TenThousandYuan => 4,
        Unit::HundredMillionYuan => 8,
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(NONE)
}

fn power(n: u32) -> i128 {
    10_i128.checked_pow(n).unwrap_or(0)
}

/// Where a grid has account codes.
fn code_column(grid: &Grid) -> Option<usize> {
    let code = |column: &Column| matches!(column.kind, ColumnKind::Code | ColumnKind::CodeName);
    grid.columns.iter().position(code)
}

/// Whether the code of a row is still to be filled in.
fn is_blank(grid: &Grid, code_column: Option<usize>, row: usize) -> bool {
    code_column.is_some_and(|column| {
        let cell = grid.cells.get(row * grid.columns.len() + column);
        cell.is_some_and(|cell| cell.value == Value::Hole)
    })
}

impl<'d> Index<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        let mut index = Index {
            document,
            grids: Vec::new(),
            groups: Vec::new(),
            table_groups: Vec::with_capacity(document.tables.len()),
            rows: Vec::new(),
            codes: Vec::new(),
            code_ids: FxHashMap::default(),
            headings: OnceCell::new(),
            projects: Vec::new(),
            project_rows: Vec::new(),
            child_start: Vec::new(),
            child_list: Vec::new(),
            values: Vec::new(),
            decimals: 0,
            base: 0,
            has_decimals: false,
            has_derived: false,
        };
        let grids = || document.tables.iter().flat_map(|table| &table.grids);
        index
            .rows
            .reserve(grids().map(|grid| grid.rows.len()).sum());
        let cells = grids().map(|grid| grid.cells.len()).sum();
        index.values.reserve(cells);
        index.choose_step();
        let mut interner = Interner::default();
        for (number, table) in document.tables.iter().enumerate() {
            index.add_table(number, table, &mut interner);
        }
        index.code_ids = interner.into_codes();
        for group in 0..index.groups.len() {
            index.index_codes(group);
        }
        index.link_children();
        index
    }

    fn choose_step(&mut self) {
        let tables = || self.document.tables.iter();
        let base = tables()
            .map(|table| exponent(table.unit))
            .min()
            .unwrap_or(0);
        let mut decimals = 0;
        let mut has_decimals = false;
        for table in tables() {
            let printed = table
                .grids
                .iter()
                .filter_map(|grid| grid.printed.most)
                .max();
            let own = printed.map_or(0, |own| own.max(table.decimals));
            has_decimals |= own > 0;
            // A digit typed behind the last of a number changes no other's value.
            let typed = u32::from(table.most_decimals) + 1;
            decimals = decimals.max(typed.max(u32::from(own)).min(MAX_DECIMALS));
        }
        self.base = base;
        self.decimals = decimals;
        self.has_decimals = has_decimals;
    }

    fn add_table(&mut self, number: usize, table: &'d Table, interner: &mut Interner<'d>) {
        let first_group = self.groups.len();
        let spec = table
            .spec
            .or(table.reading)
            .and_then(|spec| self.document.template.tables.get(spec));
        for (grid_number, grid) in table.grids.iter().enumerate() {
            let grid_spec = spec.zip(grid.spec).and_then(|(spec, g)| spec.grids.get(g));
            let group = self
                .groups
                .get(first_group..)
                .and_then(|groups| {
                    groups
                        .iter()
                        .position(|group| group.spec.is_some() && group.spec == grid.spec)
                })
                .map(|found| first_group + found);
            let group = group.unwrap_or_else(|| {
                let has = |part| spec.is_some_and(|spec| spec.key.contains(&part));
                self.groups.push(Group {
                    table: to_u32(number),
                    spec: grid.spec,
                    grids: Vec::new(),
                    rows: Vec::new(),
                    blank: None,
                    codes: Vec::new(),
                    code_rows: ByCode::default(),
                    code_list: Vec::new(),
                    named: FxHashMap::default(),
                    labels: OnceCell::new(),
                    segmented: has(KeyPart::Segment),
                });
                self.groups.len() - 1
            });
            let flat = to_u32(self.grids.len());
            let row_base = to_u32(self.rows.len());
            let cell_base = to_u32(self.values.len());
            let mut by_spec = vec![NONE; grid_spec.map_or(0, |spec| spec.columns.len())];
            for (number, column) in grid.columns.iter().enumerate() {
                if let Some(slot) = column.spec.and_then(|spec| by_spec.get_mut(spec))
                    && *slot == NONE
                {
                    *slot = to_u32(number);
                }
            }
            let code_column = code_column(grid);
            if let Some(group) = self.groups.get_mut(group) {
                group.rows.reserve(grid.rows.len());
            }
            for (local, row) in grid.rows.iter().enumerate() {
                let global = to_u32(self.rows.len());
                let at = |local: Option<u32>| local.map_or(NONE, |l| row_base.saturating_add(l));
                let project = row.project.map_or(NONE, |range| {
                    interner.project(self.document.slice(range), &mut self.projects)
                });
                if project != NONE {
                    let slot = project as usize;
                    if self.project_rows.len() <= slot {
                        self.project_rows.resize_with(slot + 1, Vec::new);
                    }
                    if let Some(rows) = self.project_rows.get_mut(slot) {
                        rows.push(global);
                    }
                }
                self.rows.push(RowIndex {
                    grid: flat,
                    local: to_u32(local),
                    code: row
                        .code
                        .as_deref()
                        .map_or(NONE, |code| interner.code(code, &mut self.codes)),
                    segment: at(row.segment),
                    parent: at(row.parent),
                    project,
                    level: row.level,
                    role: row.role,
                    effective: true,
                });
                if let Some(group) = self.groups.get_mut(group) {
                    group.rows.push(global);
                    if group.blank.is_none() && is_blank(grid, code_column, local) {
                        group.blank = Some(global);
                    }
                    if let Some(spec) = row.spec {
                        group.named.entry(spec).or_default().push(global);
                    }
                }
            }
            self.add_values(table, grid);
            if let Some(group) = self.groups.get_mut(group) {
                group.grids.push(flat);
            }
            let mut parts: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
            for (column, own) in (0..).zip(&grid.columns) {
                if let Some(whole) = own.part_of {
                    parts.entry(whole).or_default().push(column);
                }
            }
            self.grids.push(GridIndex {
                table: to_u32(number),
                grid: to_u32(grid_number),
                group: to_u32(group),
                cell_base,
                row_base,
                width: to_u32(grid.columns.len()),
                by_spec,
                parts,
            });
        }
        self.table_groups.push(first_group..self.groups.len());
    }

    fn add_values(&mut self, table: &Table, grid: &Grid) {
        let width = grid.columns.len().max(1);
        let shift = exponent(table.unit) - self.base;
        let code_column = code_column(grid);
        for (number, cell) in grid.cells.iter().enumerate() {
            let mut val = Val {
                value: 0,
                half: 0,
                state: State::Empty,
                decimals: 0,
                derived: false,
            };
            match cell.value {
                Value::Empty => {
                    let row = grid.rows.get(number / width);
                    if row.is_some_and(|row| row.lost) {
                        val.state = State::Lost;
                    }
                }
                Value::Dash => {}
                Value::Hole => val.state = State::Hole,
                Value::Text => val.state = State::Text,
                Value::Derived | Value::Slot => {
                    val.state = State::Failed;
                    val.derived = true;
                    self.has_derived = true;
                }
                Value::Number(typed) => {
                    let kind = grid.columns.get(number % width).map(|column| column.kind);
                    let is_amount = kind == Some(ColumnKind::Amount);
                    let least = if is_amount { table.decimals } else { 0 };
                    let decimals = typed.decimals.max(least);
                    let shift = if is_amount { shift } else { 0 };
                    val = self.number(typed.amount, decimals, shift);
                }
            }
            // What a row without its code is about isn't known, and so isn't what its numbers are.
            if matches!(val.state, State::Number | State::Empty)
                && is_blank(grid, code_column, number / width)
            {
                val.state = State::Hole;
            }
            self.values.push(val);
        }
    }

    /// The step that all values are in: its decimals, its unit, and whether anything has decimals.
    pub(crate) fn common_step(&self) -> (u32, u32, bool) {
        (self.decimals, self.base, self.has_decimals)
    }

    /// A number in common steps; `shift` is its unit's, in powers of ten above the base.
    pub(crate) fn number(&self, amount: Amount, decimals: u8, shift: u32) -> Val {
        // One more digit than any cell shows: half a step is whole too.
        let scale = self.decimals + 1 + shift;
        let (mantissa, own) = amount.parts();
        let half = scale
            .checked_sub(1 + u32::from(decimals))
            .and_then(|places| i64::try_from(power(places).checked_mul(5)?).ok());
        let value = scale
            .checked_sub(own)
            .and_then(|places| mantissa.checked_mul(power(places)))
            .filter(|value| value.unsigned_abs() <= MAX_VALUE.unsigned_abs());
        let (state, value) = match value {
            Some(value) => (State::Number, value),
            None => (State::Failed, 0),
        };
        Val {
            value,
            half: half.unwrap_or(0),
            state,
            decimals,
            derived: false,
        }
    }

    /// A literal of an identity in common steps.
    pub(crate) fn constant(&self, amount: Amount) -> Option<i128> {
        let val = self.number(amount, 0, 0);
        (val.state == State::Number).then_some(val.value)
    }

    /// Common steps as an amount in a table's unit.
    pub(crate) fn amount(&self, value: i128, table: u32) -> Option<Amount> {
        let unit = self
            .document
            .tables
            .get(table as usize)
            .map_or(self.base, |table| exponent(table.unit));
        Some(Amount::from_parts(value, self.decimals + 1 + (unit - self.base))?.trimmed())
    }

    /// Common steps as a number without a unit of money.
    pub(crate) fn plain_amount(&self, value: i128) -> Option<Amount> {
        Some(Amount::from_parts(value, self.decimals + 1)?.trimmed())
    }

    /// Powers of ten from the common unit to a table's.
    pub(crate) fn shift(&self, table: u32) -> u32 {
        self.document
            .tables
            .get(table as usize)
            .map_or(0, |table| exponent(table.unit) - self.base)
    }

    /// The printed step of a table's amounts, in common steps.
    pub(crate) fn step(&self, table: u32) -> i128 {
        let Some(table) = self.document.tables.get(table as usize) else {
            return 1;
        };
        let scale = self.decimals + 1 + (exponent(table.unit) - self.base);
        power(scale.saturating_sub(u32::from(table.most_decimals)))
    }

    pub(crate) fn set(&mut self, cell: u32, val: Val) {
        if let Some(slot) = self.values.get_mut(cell as usize) {
            *slot = Val {
                derived: true,
                ..val
            };
        }
    }

    fn link_children(&mut self) {
        let count = self.rows.len();
        let mut start = vec![0_u32; count + 1];
        for row in &self.rows {
            if let Some(slot) = start.get_mut(row.parent as usize + 1)
                && row.parent != NONE
            {
                *slot += 1;
            }
        }
        let mut total = 0;
        for slot in &mut start {
            total += *slot;
            *slot = total;
        }
        let mut next = start.clone();
        let mut list = vec![0; total as usize];
        for (number, row) in self.rows.iter().enumerate() {
            if row.parent == NONE {
                continue;
            }
            if let Some(slot) = next.get_mut(row.parent as usize) {
                if let Some(place) = list.get_mut(*slot as usize) {
                    *place = to_u32(number);
                }
                *slot += 1;
            }
        }
        self.child_start = start;
        self.child_list = list;
    }
}
