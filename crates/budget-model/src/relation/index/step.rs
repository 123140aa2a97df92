//! The step that all values of a document are whole numbers of.

use crate::{Document, Unit};

/// Most decimals of the common step; a cell with more is not calculated with.
const MAX_DECIMALS: u32 = 9;

/// What values are counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Step {
    /// Decimals.
    pub(super) decimals: u32,
    /// The unit, in powers of ten from 元.
    pub(super) base: u32,
    /// Whether any amount of the document has decimals.
    pub(crate) has_decimals: bool,
}

/// Powers of ten from 元.
pub(crate) fn exponent(unit: Unit) -> u32 {
    match unit {
        Unit::Yuan => 0,
        Unit::TenThousandYuan => 4,
        Unit::HundredMillionYuan => 8,
    }
}

impl Step {
    pub(super) fn of(document: &Document) -> Self {
        let tables = || document.tables.iter();
        let base = tables().map(|table| exponent(table.unit)).min();
        let mut step = Self {
            base: base.unwrap_or(0),
            ..Self::default()
        };
        for table in tables() {
            let printed = table.grids.iter().filter_map(|grid| grid.printed.most);
            let own = printed.max().map_or(0, |own| own.max(table.decimals));
            step.has_decimals |= own > 0;
            // A digit typed behind the last of a number changes no other's value.
            let typed = u32::from(table.most_decimals) + 1;
            let most = typed.max(u32::from(own)).min(MAX_DECIMALS);
            step.decimals = step.decimals.max(most);
        }
        step
    }
}
