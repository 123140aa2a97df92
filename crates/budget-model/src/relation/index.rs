//! A document's numbers laid out for arithmetic: cells, rows and codes by number, values as whole
//! numbers of one step that all cells share.

mod by_code;
mod laid;
mod lookup;
mod step;

use std::{cell::OnceCell, ops::Deref, sync::Arc};

use budget_catalog::template::ColumnKind;
use rustc_hash::FxHashMap;

use crate::{Amount, CellId, Document, Grid, Table, Value, table::Missing};
pub(crate) use laid::{Group, Laid, RowIndex};
use laid::{code_column, is_blank};
use step::Step;
pub(crate) use step::exponent;

/// No row, code, column …
pub(crate) const NONE: u32 = u32::MAX;
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

/// The document: how it is laid out, and its values.
#[derive(Debug)]
pub(crate) struct Index<'d> {
    pub(crate) document: &'d Document,
    /// Shared with the next version, where rows, columns and the common step are the same.
    laid: Arc<Laid>,
    /// Shared with the next version too, as long as it has the same.
    pub(crate) values: Arc<Vec<Val>>,
    /// Whether any cell is derived.
    pub(crate) has_derived: bool,
    /// Tables by normalised heading; made when a path first asks for one.
    headings: OnceCell<FxHashMap<String, u32>>,
}

impl Deref for Index<'_> {
    type Target = Laid;

    fn deref(&self) -> &Laid {
        &self.laid
    }
}

fn power(n: u32) -> i128 {
    10_i128.checked_pow(n).unwrap_or(0)
}

impl<'d> Index<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        Self::laid_out(document, Arc::new(Laid::new(document)))
    }

    /// As [`Self::new`], of a document in which only the numbers or texts of those cells are others than in an earlier
    /// version that was laid out so and had those values.
    pub(crate) fn after(
        document: &'d Document,
        (laid, values): (&Arc<Laid>, &Arc<Vec<Val>>),
        cells: &[CellId],
    ) -> Self {
        if Step::of(document) != laid.step || laid.twins && !cells.is_empty() {
            return Self::new(document);
        }
        let mut index = Self {
            document,
            laid: Arc::clone(laid),
            values: Arc::clone(values),
            has_derived: false,
            headings: OnceCell::new(),
        };
        for cell in cells {
            let typed = document.tables.get(cell.table as usize).and_then(|table| {
                let grid = table.grids.get(cell.grid as usize)?;
                let own = (cell.row as usize).checked_mul(grid.columns.len())?;
                let own = own.checked_add(cell.column as usize)?;
                Some(index.typed(table, grid, code_column(grid), own))
            });
            let slot = index.cell_number(*cell);
            if let (Some(typed), Some(slot)) = (typed, slot)
                && let Some(slot) = Arc::make_mut(&mut index.values).get_mut(slot as usize)
            {
                *slot = typed;
            }
        }
        debug_assert!(index.is_as(&Self::new(document)), "carried and changed");
        index
    }

    /// Whether both are laid out in the same way and have the same values.
    fn is_as(&self, other: &Self) -> bool {
        self.laid == other.laid && self.values == other.values
    }

    fn laid_out(document: &'d Document, laid: Arc<Laid>) -> Self {
        let mut values = Vec::with_capacity(laid.cells as usize);
        let mut index = Self {
            document,
            laid,
            values: Arc::default(),
            has_derived: false,
            headings: OnceCell::new(),
        };
        for table in &document.tables {
            for grid in &table.grids {
                let code_column = code_column(grid);
                let cells = 0..grid.cells.len();
                values.extend(cells.map(|cell| index.typed(table, grid, code_column, cell)));
            }
        }
        index.has_derived = values.iter().any(|val| val.derived);
        index.values = Arc::new(values);
        index
    }

    /// What stands in a cell of a grid, by its number there.
    fn typed(&self, table: &Table, grid: &Grid, code_column: Option<usize>, number: usize) -> Val {
        let width = grid.columns.len().max(1);
        let mut val = Val {
            value: 0,
            half: 0,
            state: State::Empty,
            decimals: 0,
            derived: false,
        };
        match grid
            .cells
            .get(number)
            .map_or(Value::Empty, |cell| cell.value)
        {
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
            }
            Value::Number(typed) => {
                let kind = grid.columns.get(number % width).map(|column| column.kind);
                let is_amount = kind == Some(ColumnKind::Amount);
                let least = if is_amount { table.decimals } else { 0 };
                let decimals = typed.decimals.max(least);
                let shift = exponent(table.unit) - self.step.base;
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
        val
    }

    /// How the document is laid out, for the next version.
    pub(crate) fn laid(&self) -> &Arc<Laid> {
        &self.laid
    }

    /// A number in common steps; `shift` is its unit's, in powers of ten above the base.
    pub(crate) fn number(&self, amount: Amount, decimals: u8, shift: u32) -> Val {
        // One more digit than any cell shows: half a step is whole too.
        let scale = self.step.decimals + 1 + shift;
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
            .map_or(self.step.base, |table| exponent(table.unit));
        Some(Amount::from_parts(value, self.step.decimals + 1 + (unit - self.step.base))?.trimmed())
    }

    /// Common steps as a number without a unit of money.
    pub(crate) fn plain_amount(&self, value: i128) -> Option<Amount> {
        Some(Amount::from_parts(value, self.step.decimals + 1)?.trimmed())
    }

    /// Powers of ten from the common unit to a table's.
    pub(crate) fn shift(&self, table: u32) -> u32 {
        self.document
            .tables
            .get(table as usize)
            .map_or(0, |table| exponent(table.unit) - self.step.base)
    }

    /// The printed step of a table's amounts, in common steps.
    pub(crate) fn step(&self, table: u32) -> i128 {
        let Some(table) = self.document.tables.get(table as usize) else {
            return 1;
        };
        let scale = self.step.decimals + 1 + (exponent(table.unit) - self.step.base);
        power(scale.saturating_sub(u32::from(table.most_decimals)))
    }

    pub(crate) fn set(&mut self, cell: u32, val: Val) {
        if let Some(slot) = Arc::make_mut(&mut self.values).get_mut(cell as usize) {
            *slot = Val {
                derived: true,
                ..val
            };
        }
    }
}
