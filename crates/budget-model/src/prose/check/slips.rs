//! The usual slips, between what is printed and what should be.

use super::super::money::Rate;
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

/// Whether a number has digits enough that one wrong digit tells it from any other.
pub(super) fn is_long(number: Amount) -> bool {
    number.trimmed().parts().0.abs() >= 100
}

/// The slip by which `part` over `whole` comes to be printed as `rate`: taken of a usual wrong whole, cut
/// off, taken of a rarer one, or in its digits.
pub(super) fn of_rate(
    rate: Rate,
    (part, whole): (i128, i128),
    usual: Option<(Cause, i128)>,
    rarer: Option<(Cause, i128)>,
) -> Option<Cause> {
    let is = |other: &(Cause, i128)| other.1 > 0 && rate.of(part, other.1) == Some(rate.percent);
    if let Some((cause, _)) = usual.filter(is) {
        return Some(cause);
    }
    if rate.cut(part, whole) == Some(rate.percent) {
        return Some(Cause::Cut);
    }
    match rarer.filter(is) {
        Some((cause, _)) => Some(cause),
        // The point of a rate that is moved takes decimals along.
        None => of_amount(rate.percent, rate.of(part, whole)?).or_else(|| {
            let finer = Rate {
                decimals: rate.decimals + 1,
                ..rate
            };
            of_amount(rate.percent, finer.of(part, whole)?).filter(|it| *it == Cause::Point)
        }),
    }
}

/// The numbers that a usual slip turns into what is written, of those that `fits` accepts, each once.
pub(super) fn behind(
    written: Amount,
    decimals: u8,
    fits: impl Fn(Amount) -> bool,
) -> Vec<(Amount, Cause)> {
    let (mantissa, scale) = written.abs().parts();
    let digits: Vec<u8> = mantissa.to_string().bytes().collect();
    let shift = u32::from(decimals).saturating_sub(scale);
    let number = |digits: &[u8], decimals: u32| {
        let text = std::str::from_utf8(digits).ok()?;
        Amount::from_parts(text.parse().ok()?, decimals)
    };
    let mut found: Vec<(Amount, Cause)> = Vec::new();
    let mut consider = |right: Option<Amount>| {
        let Some(right) = right.map(Amount::trimmed) else {
            return;
        };
        let is_new = found.iter().all(|it| it.0 != right);
        let unit = of_amount(written.abs(), right) == Some(Cause::Unit);
        if is_new
            && (unit || is_long(right))
            && fits(right)
            && let Some(cause) = of_amount(written.abs(), right)
        {
            found.push((right, cause));
        }
    };
    // With the zeros that are printed.
    let mut all = digits;
    all.extend(std::iter::repeat_n(b'0', shift as usize));
    let scale = scale + shift;
    if all.len() > MOST_DIGITS {
        return Vec::new();
    }
    for at in 0..all.len() {
        for digit in b'0'..=b'9' {
            let mut other = all.clone();
            if let Some(slot) = other.get_mut(at) {
                *slot = digit;
            }
            consider(number(&other, scale));
            // One was left out.
            let mut longer = all.clone();
            longer.insert(at, digit);
            consider(number(&longer, scale));
        }
        if at + 1 < all.len() {
            let mut other = all.clone();
            other.swap(at, at + 1);
            consider(number(&other, scale));
        }
        // One was doubled.
        let mut shorter = all.clone();
        shorter.remove(at);
        consider(number(&shorter, scale));
    }
    consider(written.abs().shift(1));
    consider(number(&all, scale + 1));
    // 元 for 万元.
    consider(written.abs().shift(4));
    consider(written.abs().shift(-4));
    found
}

/// More digits than money has.
const MOST_DIGITS: usize = 18;
