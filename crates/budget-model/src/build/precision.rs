//! With how many decimals the numbers of a document are printed.
//!
//! A number printed with k decimals stands for itself ± half a step. Many documents trim trailing
//! zeros: `3405` beside `308.6` and `43.03` is 3405.00. Numbers with fewer decimals than the most,
//! but not none, give such a document away. A few among many that are printed otherwise are slips, or
//! are just being typed: they say nothing of the others, but for those of their own table.

use budget_catalog::template::{ColumnKind, NumberStyle};

use crate::{Cell, Column, Table, Unit, Value, table::Printed};

/// Of more numbers with decimals than this, one tells nothing of how all are printed.
const FEW: u32 = 100;
/// So many numbers of a table that are finer than those of the document are meant to be.
const MEANT: u32 = 2;

/// How the numbers of cells are printed, row by row.
pub(super) fn printed(columns: &[Column], cells: &[Cell]) -> Printed {
    let mut printed = Printed::default();
    let width = columns.len().max(1);
    for (index, cell) in cells.iter().enumerate() {
        let Value::Number(number) = cell.value else {
            continue;
        };
        printed.most = printed.most.max(Some(number.decimals));
        let kind = columns.get(index % width).map(|column| column.kind);
        if kind == Some(ColumnKind::Amount)
            && let Some(place) = usize::from(number.decimals).checked_sub(1)
        {
            let last = printed.amounts.len() - 1;
            if let Some(count) = printed.amounts.get_mut(place.min(last)) {
                *count = count.saturating_add(1);
            }
        }
    }
    printed
}

/// How many amounts of one unit have one decimal, two and so on.
#[derive(Clone, Copy, Default)]
struct Use([u32; Printed::DECIMALS]);

impl Use {
    fn add(&mut self, printed: &Printed) {
        for (sum, count) in self.0.iter_mut().zip(&printed.amounts) {
            *sum = sum.saturating_add(*count);
        }
    }

    /// The most decimals that some amounts of a table have, not just one.
    fn meant(&self) -> u8 {
        let most = self.0.iter().rposition(|count| *count >= MEANT);
        most.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0)
    }

    /// The most decimals, and whether a good few amounts have fewer.
    fn tells(&self) -> (u8, bool) {
        let all = self.0.iter().fold(0_u32, |sum, it| sum.saturating_add(*it));
        let is_few = |count: u32| count == 0 || count.saturating_mul(FEW) < all;
        let most = self.0.iter().rposition(|count| !is_few(*count));
        let below = self.0.iter().take(most.unwrap_or(0)).copied();
        let fewer = below.fold(0_u32, u32::saturating_add);
        let most = most.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0);
        (most, !is_few(fewer))
    }
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
        if let Some(used) = uses.get_mut(slot(table.unit)) {
            table.grids.iter().for_each(|grid| used.add(&grid.printed));
        }
    }
    let told = uses.map(|used| used.tells());
    let said_decimals = front.decimals.or(template.decimals);
    let said_trimmed = front
        .trailing_zeros
        .or(template.trailing_zeros)
        .map(|kept| !kept);
    for table in tables {
        let (most, trimmed) = told.get(slot(table.unit)).copied().unwrap_or_default();
        let mut own = Use::default();
        table.grids.iter().for_each(|grid| own.add(&grid.printed));
        table.most_decimals = most.max(own.meant()).max(said_decimals.unwrap_or(0));
        table.decimals = if said_trimmed.unwrap_or(trimmed) {
            table.most_decimals
        } else {
            0
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tells(amounts: &[(usize, u32)]) -> (u8, bool) {
        let mut used = Use::default();
        for (decimals, count) in amounts {
            used.0[decimals - 1] = *count;
        }
        used.tells()
    }

    #[test]
    fn a_few_numbers_tell_how_the_others_are_printed() {
        assert_eq!(tells(&[]), (0, false));
        assert_eq!(tells(&[(2, 12)]), (2, false));
        // 308.6 beside 43.03
        assert_eq!(tells(&[(1, 1), (2, 1)]), (2, true));
        assert_eq!(tells(&[(1, 2), (2, 123)]), (2, true));
        assert_eq!(tells(&[(1, 29), (2, 57), (4, 2)]), (4, true));
    }

    #[test]
    fn one_number_among_many_does_not() {
        assert_eq!(tells(&[(1, 1), (2, 320)]), (2, false));
        assert_eq!(tells(&[(2, 320), (3, 1)]), (2, false));
        assert_eq!(tells(&[(1, 20), (2, 320), (6, 1)]), (2, true));
        assert_eq!(tells(&[(2, 320), (3, 3)]), (2, false));
        // At a hundred it does.
        assert_eq!(tells(&[(1, 1), (2, 99)]), (2, true));
    }
}
