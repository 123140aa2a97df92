//! Tables, rows and cells as the template understands them.

use std::sync::Arc;

use budget_catalog::template::{ColumnKind, RowRole};
use budget_syntax::{TextRange, expr::Level};

use crate::{Amount, HeadingId, Unit, front::Field};

/// A cell by its place in the model.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CellId {
    /// Index into [`crate::Document::tables`].
    pub table: u32,
    /// Index into [`Table::grids`].
    pub grid: u32,
    /// Index into [`Grid::rows`].
    pub row: u32,
    /// Index into [`Grid::columns`].
    pub column: u32,
}

/// What the source lost of a table (`<!-- 转换缺失: … -->`), or published apart. What touches a
/// missing place is unknown: neither 0 nor an error.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Missing {
    /// Detail rows (明细, 行): sums over rows, and absent rows, are unknown.
    pub rows: bool,
    /// Total rows (合计行): an absent total is unknown, sums over the other rows are not.
    pub totals: bool,
    /// The header (表头).
    pub header: bool,
    /// All of it.
    pub all: bool,
    /// `<!-- 另附 -->`: published apart.
    pub apart: bool,
}

impl Missing {
    /// Whether anything is lost or published apart.
    pub fn any(self) -> bool {
        self.rows || self.totals || self.header || self.all || self.apart
    }

    /// Both.
    pub(crate) fn merge(&mut self, other: Missing) {
        self.rows |= other.rows;
        self.totals |= other.totals;
        self.header |= other.header;
        self.all |= other.all;
        self.apart |= other.apart;
    }
}

/// A table of the document.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// Its heading; none for a table that stands under no heading.
    pub heading: Option<HeadingId>,
    /// Index into `template.tables`, if the template knows it.
    pub spec: Option<usize>,
    /// What it is read as where the template doesn't know it: index into `template.tables`.
    pub reading: Option<usize>,
    /// Its grids: one, or 收入 and 支出. Versions of a document share those that stand at the same place in both.
    pub grids: Vec<Arc<Grid>>,
    /// Fields above it.
    pub fields: Vec<Field>,
    /// 来源: its numbers were approved and came from there.
    pub source: Option<Field>,
    /// Unit of its amounts.
    pub unit: Unit,
    /// Paragraphs after it in its section (备注：…).
    pub notes: Vec<TextRange>,
    /// What the source lost.
    pub missing: Missing,
    /// Under `# 底稿`.
    pub working: bool,
    /// Decimals that every amount of it has at least, written or not: more than 0 only where
    /// trailing zeros are trimmed (`3405` beside `308.6` and `43.03` is 3405.00).
    pub decimals: u8,
    /// The most decimals of amounts in the document's tables of the same unit, but for a few among many that
    /// stand in other tables, and for a single one in its own.
    pub most_decimals: u8,
}

/// A grid.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Grid {
    /// Index into the table spec's `grids`.
    pub spec: Option<usize>,
    /// The table block.
    pub range: TextRange,
    /// Columns, in the document's order.
    pub columns: Vec<Column>,
    /// Body rows, in order; repeated headers and 栏次 rows too.
    pub rows: Vec<Row>,
    /// Row by row, `columns.len()` each.
    pub cells: Vec<Cell>,
    /// How its numbers are printed.
    pub(crate) printed: Printed,
}

/// How numbers are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Printed {
    /// How many amounts have one decimal, two and so on; the last: or more.
    pub(crate) amounts: [u32; Self::DECIMALS],
    /// The most decimals of any number; none if there is no number.
    pub(crate) most: Option<u8>,
}

impl Printed {
    /// Decimals that are told apart.
    pub(crate) const DECIMALS: usize = 9;
}

impl Grid {
    /// A cell.
    pub fn cell(&self, row: usize, column: usize) -> Option<&Cell> {
        if column >= self.columns.len() {
            return None;
        }
        self.cells
            .get(row.checked_mul(self.columns.len())?.checked_add(column)?)
    }
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// The header cell's text.
    pub name: TextRange,
    /// Index into the grid spec's `columns`.
    pub spec: Option<usize>,
    /// What it holds: the template's word, or read off the header and the cells.
    pub kind: ColumnKind,
    /// The column of a sum that it is a part of, where the header tells.
    pub part_of: Option<u32>,
}

/// A row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The line.
    pub range: TextRange,
    /// What it is.
    pub role: RowRole,
    /// Index into the grid spec's `rows`.
    pub spec: Option<usize>,
    /// The account code, digits only, folded to one (`2010301`).
    pub code: Option<String>,
    /// The level of the code.
    pub level: Option<Level>,
    /// The place of the code.
    pub code_range: TextRange,
    /// The label or account name; empty range if none.
    pub label: TextRange,
    /// The project's name, where the table has such a column and it is filled.
    pub project: Option<TextRange>,
    /// The row it is a child of (next higher level in the same segment; `其中：` rows).
    pub parent: Option<u32>,
    /// Depth of labelled nesting, 0 at the top.
    pub depth: u8,
    /// The segment head above it.
    pub segment: Option<u32>,
    /// A mark in the row says that the source lost some of it (转换缺失, 另附): its empty cells are
    /// unknown.
    pub lost: bool,
}

impl Row {
    /// Whether it tells of one project; the account that pays for that may have a code in it.
    pub(crate) fn is_of_project(&self) -> bool {
        self.project.is_some() && matches!(self.role, RowRole::Detail | RowRole::Account)
    }
}

/// A cell.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Cell {
    /// Its text, trimmed.
    pub range: TextRange,
    /// What it says.
    pub value: Value,
}

/// What a cell says. Empty, `0`, `0.00` and `-` are kept apart.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Value {
    /// Nothing.
    Empty,
    /// `-`, `—`, `/`: nothing, said.
    Dash,
    /// A number as typed.
    Number(Number),
    /// `=`: derived.
    Derived,
    /// `{…}`: an expression.
    Slot,
    /// `待填`, `？`, `XX`: a hole.
    Hole,
    /// Anything else.
    Text,
}

pub use crate::build::role_of;

/// What is still to be filled in, as this program writes it.
pub const HOLE: &str = "待填";

/// Whether a text says that something is still to be filled in.
#[must_use]
pub fn is_hole(text: &str) -> bool {
    matches!(text, HOLE | "？" | "?" | "XX" | "xx" | "ＸＸ" | "××")
}

/// A number as typed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Number {
    /// Its value in the unit of its table (a rate: in percent).
    pub amount: Amount,
    /// Decimals as written.
    pub decimals: u8,
}
