//! The usual slips: what explains that a cell holds another number than it should.

use budget_model::{Amount, table::Value};

use crate::context::{CellAt, Context};

/// The slip that gives exactly the printed number, in Chinese, if there is one.
pub(crate) fn of(context: &Context<'_>, cell: CellAt<'_>, expected: Amount) -> Option<String> {
    let Value::Number(number) = cell.cell.value else {
        return None;
    };
    let actual = number.amount;
    if expected.is_zero() || actual.is_zero() {
        return None;
    }
    if actual == expected.negate() {
        return Some("正负号相反".to_owned());
    }
    if let Some(places) = shifted(actual, expected) {
        return Some(match places {
            4 => "疑似把元当作万元填列".to_owned(),
            -4 => "疑似把万元当作元填列".to_owned(),
            _ => "小数点错位".to_owned(),
        });
    }
    if transposed(&actual.to_string(), &expected.to_string()) {
        return Some("相邻数字颠倒".to_owned());
    }
    neighbour(context, cell, actual)
}

/// By how many places the decimal point was moved, up to four.
fn shifted(actual: Amount, expected: Amount) -> Option<i32> {
    [1, -1, 2, -2, 3, -3, 4, -4]
        .into_iter()
        .find(|places| expected.shift(*places) == Some(actual))
}

/// Whether two numbers differ by one pair of neighbouring digits changed round.
fn transposed(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut unlike = (0..a.len()).filter(|at| a.get(*at) != b.get(*at));
    let (Some(first), Some(second), None) = (unlike.next(), unlike.next(), unlike.next()) else {
        return false;
    };
    second == first + 1 && a.get(first) == b.get(second) && a.get(second) == b.get(first)
}

/// A cell beside, above or below that holds the same number, or the column's last (its total).
fn neighbour(context: &Context<'_>, cell: CellAt<'_>, actual: Amount) -> Option<String> {
    let grid = cell.row.grid;
    let beside = |row: usize, column: usize| grid.row(row)?.cell(column);
    let last = grid.grid.rows.len().checked_sub(1)?;
    let places = [
        (cell.row.index.checked_sub(1), Some(cell.index), "错行"),
        (cell.row.index.checked_add(1), Some(cell.index), "错行"),
        (Some(last), Some(cell.index), "误填合计数"),
        (Some(cell.row.index), cell.index.checked_sub(1), "错列"),
        (Some(cell.row.index), cell.index.checked_add(1), "错列"),
    ];
    places.into_iter().find_map(|(row, column, slip)| {
        let (row, column) = (row?, column?);
        if (row, column) == (cell.row.index, cell.index) {
            return None;
        }
        let other = beside(row, column)?;
        (other.amount() == Some(actual))
            .then(|| format!("与{}相同，疑似{slip}", other.name(context)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap().0
    }

    #[test]
    fn a_moved_point_is_seen() {
        assert_eq!(shifted(amount("1234"), amount("123.4")), Some(1));
        assert_eq!(shifted(amount("12.34"), amount("123400")), Some(-4));
        assert_eq!(shifted(amount("12.35"), amount("123400")), None);
    }

    #[test]
    fn neighbouring_digits_changed_round() {
        assert!(transposed("6624.08", "6642.08"));
        assert!(!transposed("6624.08", "6842.06"));
        assert!(!transposed("66", "660"));
    }
}
