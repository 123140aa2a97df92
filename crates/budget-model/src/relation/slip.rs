//! The usual slips: why a clerk would have typed this number there.

use budget_catalog::template::RowRole;

use super::{
    Slip,
    index::{Index, NONE, State},
};
use crate::Amount;

/// The slip that turns `expected` into what the cell says. `values` in common steps, amounts in the
/// cell's unit; `blamed` are the cells that are wrong themselves.
pub(crate) fn explain(
    index: &Index<'_>,
    cell: u32,
    expected: i128,
    amounts: (Amount, Amount),
    blamed: &dyn Fn(u32) -> bool,
) -> Option<Slip> {
    let typed = index.value(cell).filter(|val| val.state == State::Number)?;
    if typed.value == 0 || expected == 0 {
        return None;
    }
    if typed.value == -expected {
        return Some(Slip::Sign);
    }
    if let Some(slip) = scaled(typed.value, expected) {
        return Some(slip);
    }
    let (typed_amount, expected_amount) = amounts;
    // A number that stands elsewhere says more than a digit that differs.
    match digits(typed_amount, expected_amount) {
        Some(Slip::Transposed) => Some(Slip::Transposed),
        other => elsewhere(index, cell, typed.value, blamed).or(other),
    }
}

/// The slip between two numbers that the numbers alone tell: power of ten, sign, digits.
pub(crate) fn of_numbers(typed: Amount, expected: Amount) -> Option<Slip> {
    if typed.is_zero() || expected.is_zero() {
        return None;
    }
    if typed == expected.negate() {
        return Some(Slip::Sign);
    }
    let (typed, expected) = (typed.trimmed(), expected.trimmed());
    let ((a, a_scale), (b, b_scale)) = (typed.parts(), expected.parts());
    let scale = a_scale.max(b_scale);
    let whole = |mantissa: i128, own: u32| mantissa.checked_mul(10_i128.checked_pow(scale - own)?);
    whole(a, a_scale)
        .zip(whole(b, b_scale))
        .and_then(|(a, b)| scaled(a, b))
        .or_else(|| digits(typed, expected))
}

fn scaled(typed: i128, expected: i128) -> Option<Slip> {
    let times = |power: u32| 10_i128.checked_pow(power);
    for power in 1..=8 {
        let factor = times(power)?;
        let is = typed == expected.checked_mul(factor)? || expected == typed.checked_mul(factor)?;
        if is {
            return Some(if power == 4 { Slip::Unit } else { Slip::Point });
        }
    }
    None
}

fn digits(typed: Amount, expected: Amount) -> Option<Slip> {
    let decimals = typed.decimals().max(expected.decimals());
    let print = |amount: Amount| {
        amount
            .print(crate::amount::Style {
                decimals,
                trailing_zeros: true,
                thousands: false,
            })
            .chars()
            .filter(|c| *c != '.')
            .collect::<Vec<char>>()
    };
    let (a, b) = (print(typed), print(expected));
    if a.len() == b.len() {
        let differing: Vec<usize> = a
            .iter()
            .zip(&b)
            .enumerate()
            .filter(|(_, (a, b))| a != b)
            .map(|(at, _)| at)
            .collect();
        return match differing.as_slice() {
            [_] => Some(Slip::Digit),
            [i, j] if j - i == 1 && a.get(*i) == b.get(*j) && a.get(*j) == b.get(*i) => {
                Some(Slip::Transposed)
            }
            _ => None,
        };
    }
    // One digit left out or doubled, in numbers long enough for that to mean something.
    let (short, long) = if a.len() < b.len() {
        (&a, &b)
    } else {
        (&b, &a)
    };
    if long.len() != short.len() + 1 || short.len() < 3 {
        return None;
    }
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let rest_equal = short.get(same..) == long.get(same + 1..);
    rest_equal.then_some(Slip::Digit)
}

/// The same number in a cell of another level of the column, or beside it.
fn elsewhere(
    index: &Index<'_>,
    cell: u32,
    typed: i128,
    blamed: &dyn Fn(u32) -> bool,
) -> Option<Slip> {
    let row = index.row_of(cell)?;
    let grid = index.grid_of(cell)?;
    let column = cell.checked_sub(grid.cell_base)?.checked_rem(grid.width)?;
    let same = |cell: u32| {
        !blamed(cell)
            && index
                .value(cell)
                .is_some_and(|val| val.state == State::Number && val.value == typed)
    };
    let at = |row: u32| index.cell(row, column).filter(|cell| same(*cell));
    // Upwards: 款, 类, then the totals of the group; downwards: its children.
    let mut above = index.row(row)?.parent;
    let mut steps = 0;
    while above != NONE && steps < 16 {
        if let Some(cell) = at(above) {
            return index.cell_id(cell).map(Slip::OtherLevel);
        }
        above = index.row(above).map_or(NONE, |row| row.parent);
        steps += 1;
    }
    let group = index.group(grid.group)?;
    let totals = group.rows.iter().copied().filter(|other| {
        *other != row
            && index
                .row(*other)
                .is_some_and(|row| row.role == RowRole::Total)
    });
    let levels = totals.chain(index.children(row).iter().copied());
    if let Some(cell) = levels.filter_map(at).next() {
        return index.cell_id(cell).map(Slip::OtherLevel);
    }
    let mut beside = [
        row.checked_sub(1).and_then(|row| index.cell(row, column)),
        row.checked_add(1).and_then(|row| index.cell(row, column)),
        column
            .checked_sub(1)
            .and_then(|column| index.cell(row, column)),
        column
            .checked_add(1)
            .and_then(|column| index.cell(row, column)),
    ]
    .into_iter()
    .flatten()
    .filter(|other| {
        index
            .grid_of(*other)
            .is_some_and(|g| g.cell_base == grid.cell_base)
    });
    let found = beside.find(|cell| same(*cell))?;
    index.cell_id(found).map(Slip::Neighbour)
}
