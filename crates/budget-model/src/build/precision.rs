//! With how many decimals the numbers of a document are printed.
//!
//! A number printed with k decimals stands for itself ± half a step. Many documents trim trailing
//! zeros: `3405` beside `308.6` and `43.03` is 3405.00. A number with fewer decimals than the most,
//! but not none, gives such a document away.

use budget_catalog::template::{ColumnKind, NumberStyle};

use crate::{Table, Unit, Value};

#[derive(Clone, Copy, Default)]
struct Use {
    most: u8,
    fewest_fraction: Option<u8>,
}

/// Sets `decimals` and `most_decimals` of every table.
pub(super) fn apply(tables: &mut [Table], front: &NumberStyle, template: &NumberStyle) {
    let mut uses = [Use::default(); 3];
    let slot = |unit: Unit| match unit {
        Unit::Yuan => 0,
        Unit::TenThousandYuan => 1,
        Unit::HundredMillionYuan => 2,
    };
    for table in tables.iter() {
        let Some(used) = uses.get_mut(slot(table.unit)) else {
            continue;
        };
        for grid in &table.grids {
            let width = grid.columns.len().max(1);
            for (index, cell) in grid.cells.iter().enumerate() {
                let Value::Number(number) = cell.value else {
                    continue;
                };
                let kind = grid.columns.get(index % width).map(|column| column.kind);
                if kind != Some(ColumnKind::Amount) || number.decimals == 0 {
                    continue;
                }
                used.most = used.most.max(number.decimals);
                let fewest = used.fewest_fraction.get_or_insert(number.decimals);
                *fewest = (*fewest).min(number.decimals);
            }
        }
    }
    let said_decimals = front.decimals.or(template.decimals);
    let said_trimmed = front
        .trailing_zeros
        .or(template.trailing_zeros)
        .map(|kept| !kept);
    for table in tables {
        let used = uses.get(slot(table.unit)).copied().unwrap_or_default();
        let seen_trimmed = used
            .fewest_fraction
            .is_some_and(|fewest| fewest < used.most);
        table.most_decimals = used.most.max(said_decimals.unwrap_or(0));
        table.decimals = if said_trimmed.unwrap_or(seen_trimmed) {
            table.most_decimals
        } else {
            0
        };
    }
}
