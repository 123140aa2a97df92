//! The policy on numbers: what is held, what rounding explains, what is broken.

use budget_syntax::expr::Comparison;

use crate::relation::{Outcome, Tolerance, Why};

/// One side of a relation, added up.
#[derive(Clone, Copy, Default)]
pub(super) struct Side {
    pub(super) sum: i128,
    pub(super) half: i128,
    pub(super) cells: u32,
    pub(super) numbers: u32,
    /// Terms that are there.
    pub(super) present: u32,
    pub(super) optional: bool,
    pub(super) missing: Option<Why>,
    /// Table that lacks a code.
    pub(super) lacks: Option<u32>,
    pub(super) waiting: bool,
    pub(super) unknown: Option<Why>,
    /// Printed decimals of its numbers.
    pub(super) most: u8,
    pub(super) constants: bool,
    /// What literals and counts add.
    pub(super) constant: i128,
    /// A lone 小计 that is left empty.
    pub(super) idle: bool,
}

impl Side {
    pub(super) fn add_constant(&mut self, value: Option<i128>, negative: bool) {
        match value {
            Some(value) => {
                let value = if negative { -value } else { value };
                self.sum += value;
                self.constant += value;
            }
            None => self.unknown = self.unknown.or(Some(Why::NotEvaluated)),
        }
    }
}

/// The policy on numbers. `has_decimals`: the document prints decimals somewhere.
pub(super) fn compare(
    left: &Side,
    op: Comparison,
    right: &Side,
    has_decimals: bool,
    policy: Tolerance,
) -> (Outcome, Option<Why>, i128) {
    let missing = left.missing.or(right.missing);
    let nothing = |side: &Side| side.present == 0 && side.missing.is_none();
    if let Some(why) = missing {
        let outcome = why.outcome();
        return (outcome, Some(why), 0);
    }
    if nothing(left) || nothing(right) {
        return (Outcome::NotApplicable, Some(Why::NoRow), 0);
    }
    if left.waiting || right.waiting {
        return (Outcome::Waiting, None, 0);
    }
    if let Some(why) = left.unknown.or(right.unknown) {
        return (Outcome::Unknown, Some(why), 0);
    }
    if left.numbers + right.numbers == 0 {
        return (Outcome::NotApplicable, Some(Why::AllEmpty), 0);
    }
    // Templates have 小计 rows that many leave empty.
    let idle = |side: &Side| side.idle && side.cells == 1 && side.numbers == 0;
    if idle(left) || idle(right) {
        return (Outcome::NotApplicable, Some(Why::AllEmpty), 0);
    }
    let difference = left.sum - right.sum;
    let most = left.most.max(right.most);
    let restated = left.cells == 1 && right.cells == 1 && !left.constants && !right.constants;
    let tolerance = if restated && left.numbers == 1 && right.numbers == 1 {
        restatement(left, right)
    } else if policy == Tolerance::Exact || restated || (most == 0 && has_decimals) {
        // Nothing to round, or none allowed: an empty cell, or whole numbers in a document that has decimals.
        0
    } else {
        (left.half + right.half - 1).max(0)
    };
    let holds = match op {
        Comparison::Equal | Comparison::About => difference == 0,
        Comparison::AtMost => difference <= 0,
        Comparison::AtLeast => difference >= 0,
    };
    let explained = match op {
        Comparison::Equal | Comparison::About => difference.abs() <= tolerance,
        Comparison::AtMost => difference <= tolerance,
        Comparison::AtLeast => -difference <= tolerance,
    };
    let outcome = match (holds, explained) {
        (true, _) => Outcome::Held,
        (false, true) => Outcome::Rounding,
        (false, false) => Outcome::Broken,
    };
    (outcome, None, tolerance)
}

/// One number printed twice: with the same step it is exact; with different steps (decimals, or
/// units) the finer one, rounded half away from zero, must be the coarser one.
fn restatement(left: &Side, right: &Side) -> i128 {
    let (fine, coarse) = match left.half.cmp(&right.half) {
        std::cmp::Ordering::Equal => return 0,
        std::cmp::Ordering::Less => (left, right),
        std::cmp::Ordering::Greater => (right, left),
    };
    // Rounding gives the coarse number from half a step below it (in), to half above (out).
    let below = fine.sum.abs() < coarse.sum.abs();
    if below {
        coarse.half
    } else {
        (coarse.half - 1).max(0)
    }
}
