//! Which equations say nothing new: those that follow from equations taken before.
//!
//! An instance of an identity is a linear equation over the document's numbers other than 0. What
//! it adds to a set of equations is what elimination leaves of it, over the integers modulo a prime
//! (a coefficient of a template is ±1, so nothing but chance, one in 10¹⁸, tells the two apart).

use budget_model::CellId;
use rustc_hash::FxHashMap;

const PRIME: u64 = (1 << 61) - 1;
/// Steps of elimination; beyond them every equation counts as new.
const BUDGET: usize = 30_000_000;

/// An equation: the cells it adds, and those it subtracts, as they stand on one side.
pub(super) type Equation = Vec<(CellId, bool)>;

/// A set of equations, each solved for one cell.
pub(super) struct Span {
    rows: FxHashMap<CellId, Vec<(CellId, u64)>>,
    left: usize,
}

impl Span {
    pub(super) fn new() -> Self {
        Self {
            rows: FxHashMap::default(),
            left: BUDGET,
        }
    }

    /// Whether an equation does not follow from those taken.
    pub(super) fn is_new(&mut self, equation: &Equation) -> bool {
        !self.reduce(equation).is_empty()
    }

    /// Takes an equation.
    pub(super) fn take(&mut self, equation: &Equation) {
        let rest = self.reduce(equation);
        // Solved for its last cell, so that totals, which come first, are told by their parts.
        let Some((pivot, coefficient)) = rest.iter().max_by_key(|(cell, _)| *cell).copied() else {
            return;
        };
        let inverse = power(coefficient, PRIME - 2);
        let row = rest
            .into_iter()
            .map(|(cell, value)| (cell, multiply(value, inverse)));
        self.rows.insert(pivot, row.collect());
    }

    /// What is left of an equation when cells that were solved for are put in. Every row holds
    /// nothing after its pivot, so that taking the last cell first ends.
    fn reduce(&mut self, equation: &Equation) -> Vec<(CellId, u64)> {
        let mut sum: std::collections::BTreeMap<CellId, u64> = std::collections::BTreeMap::new();
        for (cell, minus) in equation {
            let one = if *minus { PRIME - 1 } else { 1 };
            let value = sum.entry(*cell).or_default();
            *value = add(*value, one);
        }
        let mut rest = Vec::new();
        while let Some((cell, value)) = sum.pop_last() {
            if value == 0 {
                continue;
            }
            let row = self.rows.get(&cell).filter(|_| self.left > 0);
            let Some(row) = row else {
                rest.push((cell, value));
                continue;
            };
            self.left = self.left.saturating_sub(row.len());
            let minus = PRIME - value;
            for (other, coefficient) in row.iter().filter(|(other, _)| *other != cell) {
                let slot = sum.entry(*other).or_default();
                *slot = add(*slot, multiply(*coefficient, minus));
            }
        }
        rest
    }
}

fn add(a: u64, b: u64) -> u64 {
    (a + b) % PRIME
}

fn multiply(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b) % u128::from(PRIME);
    u64::try_from(product).unwrap_or(0)
}

fn power(base: u64, mut exponent: u64) -> u64 {
    let (mut base, mut result) = (base, 1);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: u32, column: u32) -> CellId {
        CellId {
            table: 0,
            grid: 0,
            row,
            column,
        }
    }

    /// `a = b + c …`
    fn sum(whole: CellId, parts: &[CellId]) -> Equation {
        let parts = parts.iter().map(|part| (*part, true));
        std::iter::once((whole, false)).chain(parts).collect()
    }

    #[test]
    fn what_follows_is_not_new() {
        let mut span = Span::new();
        // Two rows of two numbers with sums both ways: three sums give the fourth.
        let (a, b, ab) = (cell(1, 1), cell(1, 2), cell(1, 0));
        let (c, d, cd) = (cell(2, 1), cell(2, 2), cell(2, 0));
        let (ac, bd, all) = (cell(0, 1), cell(0, 2), cell(0, 0));
        for equation in [
            sum(ab, &[a, b]),
            sum(cd, &[c, d]),
            sum(ac, &[a, c]),
            sum(bd, &[b, d]),
            sum(all, &[ac, bd]),
        ] {
            assert!(span.is_new(&equation));
            span.take(&equation);
        }
        assert!(!span.is_new(&sum(all, &[ab, cd])));
        assert!(!span.is_new(&sum(all, &[a, b, c, d])));
        assert!(span.is_new(&sum(all, &[a, b, c])));
        assert!(span.is_new(&sum(ab, &[cd])));
    }

    #[test]
    fn one_number_in_three_places_is_two_equations() {
        let mut span = Span::new();
        let [a, b, c] = [0, 1, 2].map(|row| cell(row, 0));
        span.take(&sum(a, &[b]));
        assert!(span.is_new(&sum(b, &[c])));
        span.take(&sum(b, &[c]));
        assert!(!span.is_new(&sum(c, &[a])));
        assert!(!span.is_new(&Vec::new()));
    }
}
