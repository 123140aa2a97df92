//! The usual slips, between what is printed and what should be.

use super::{Cause, Printed};
use crate::Amount;
use crate::relation::{Slip, digits_slip};

/// The slip that turns `right` into what is written.
pub(super) fn of_amount(written: Amount, right: Amount) -> Option<Cause> {
    digits_slip(written, right).map(|slip| match slip {
        Slip::Unit => Cause::Unit,
        Slip::Point => Cause::Point,
        Slip::Sign => Cause::Direction,
        Slip::Transposed => Cause::Transposed,
        _ => Cause::Digit,
    })
}

/// Whether a number in 元 was meant in 万元.
pub(super) fn in_ten_thousands(printed: Printed) -> Option<Printed> {
    Some(Printed {
        value: printed.value.checked_mul(10_000)?,
        half: printed.half.checked_mul(10_000)?,
    })
}
