//! Exact arithmetic on printed numbers: each stands for an interval of ± half a step.

use crate::{Amount, Unit};

/// Decimals of the common step: 0.00001 元, so that half a step of 8 decimals of 万元 is whole.
const SCALE: u32 = 5;

/// A number and half of its last step, in common steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Printed {
    pub(crate) value: i128,
    pub(crate) half: i128,
}

/// The largest value in common steps, and half step: sums of a few of them, and twice them, are no overflow.
const MOST: u128 = 10_u128.pow(30);

fn power(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

impl Printed {
    /// A number of money; `None` for more digits than are exact, and for more money than there is.
    pub(crate) fn money(amount: Amount, decimals: u8, unit: Unit) -> Option<Self> {
        Self::new(amount, decimals, unit.exponent())
    }

    /// A number in a unit of ten to the power of `exponent`.
    pub(crate) fn new(amount: Amount, decimals: u8, exponent: u32) -> Option<Self> {
        let (mantissa, scale) = amount.trimmed().parts();
        let places = (SCALE + exponent).checked_sub(scale)?;
        let half = (SCALE + exponent).checked_sub(u32::from(decimals) + 1)?;
        Self {
            value: mantissa.checked_mul(power(places)?)?,
            half: power(half)?.checked_mul(5)?,
        }
        .bounded()
    }

    fn bounded(self) -> Option<Self> {
        let fits = self.value.unsigned_abs().max(self.half.unsigned_abs()) <= MOST;
        fits.then_some(self)
    }

    /// A count: exact.
    pub(crate) fn count(amount: Amount, shift: u8) -> Option<Self> {
        let printed = Self::new(amount, 0, u32::from(shift))?;
        Some(Self { half: 0, ..printed })
    }

    /// As an amount of a unit.
    pub(crate) fn amount(self, exponent: u32) -> Option<Amount> {
        Some(Amount::from_parts(self.value, SCALE + exponent)?.trimmed())
    }

    pub(crate) fn add(self, other: Self) -> Option<Self> {
        Self {
            value: self.value.checked_add(other.value)?,
            half: self.half.checked_add(other.half)?,
        }
        .bounded()
    }

    pub(crate) fn sub(self, other: Self) -> Option<Self> {
        self.add(other.negate())
    }

    pub(crate) fn negate(self) -> Self {
        Self {
            value: -self.value,
            ..self
        }
    }

    pub(crate) fn abs(self) -> Self {
        Self {
            value: self.value.abs(),
            ..self
        }
    }

    fn low(self) -> i128 {
        self.value - self.half
    }

    fn high(self) -> i128 {
        self.value + self.half
    }

    pub(crate) fn is_zero(self) -> bool {
        self.value == 0
    }

    /// Whether one number printed twice is one: the finer, rounded half away from zero, is the coarser.
    pub(crate) fn restates(self, other: Self) -> bool {
        let (fine, coarse) = if self.half <= other.half {
            (self, other)
        } else {
            (other, self)
        };
        coarse.rounded(fine.value) == Some(coarse.value)
    }

    /// A value rounded half away from zero to this number's step.
    pub(crate) fn rounded(self, value: i128) -> Option<i128> {
        let step = self.half.checked_mul(2)?.max(1);
        let rest = value.abs().checked_rem(step)?;
        let down = value.abs() - rest;
        let rounded = if rest * 2 >= step { down + step } else { down };
        Some(if value < 0 { -rounded } else { rounded })
    }

    /// Whether two numbers can be the same: half-open intervals meet.
    pub(crate) fn meets(self, other: Self) -> bool {
        (self.value - other.value).abs() < (self.half + other.half).max(1)
    }
}

/// How a printed rate stands to the numbers it comes of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Fit {
    /// Rounded as it should be.
    Right,
    /// The intervals meet.
    Rounding,
    /// They don't.
    Wrong,
}

/// A rate as printed: in percent, with its decimals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rate {
    pub(crate) percent: Amount,
    pub(crate) decimals: u8,
}

impl Rate {
    /// Percent and half of its step, in ten-thousandths of the printed step.
    fn scaled(self) -> Option<(i128, i128, i128)> {
        let (mantissa, scale) = self.percent.trimmed().parts();
        let places = u32::from(self.decimals) + 1;
        let value = mantissa.checked_mul(power(places.checked_sub(scale)?)?)?;
        Some((value - 5, value + 5, power(places + 2)?))
    }

    /// `part / whole` against the rate, on intervals.
    pub(crate) fn fits(self, part: Printed, whole: Printed) -> Option<Fit> {
        self.between(
            (part.low(), whole.high()),
            (part.high(), whole.low()),
            (part.value, whole.value),
        )
    }

    /// The rate between two quotients; `exact` is the one of the numbers as printed.
    fn between(
        self,
        (low, below): (i128, i128),
        (high, above): (i128, i128),
        exact: (i128, i128),
    ) -> Option<Fit> {
        if below <= 0 || above <= 0 || exact.1 <= 0 {
            return None;
        }
        let (least, most, factor) = self.scaled()?;
        if self.of(exact.0, exact.1)? == self.percent {
            return Some(Fit::Right);
        }
        // low/below <= most/factor, high/above >= least/factor
        let under = low.checked_mul(factor)? <= most.checked_mul(below)?;
        let over = high.checked_mul(factor)? >= least.checked_mul(above)?;
        Some(if under && over {
            Fit::Rounding
        } else {
            Fit::Wrong
        })
    }

    /// The rate of change against the amount now: `up`, more than before. The prior amount is what is
    /// left without the change.
    pub(crate) fn fits_change(self, now: Printed, change: Printed, up: bool) -> Option<Fit> {
        if up {
            // N / (X - N): least with the least change and the greatest amount.
            self.between(
                (change.low(), now.high() - change.low()),
                (change.high(), now.low() - change.high()),
                (change.value, now.value - change.value),
            )
        } else {
            self.between(
                (change.low(), now.high() + change.low()),
                (change.high(), now.low() + change.high()),
                (change.value, now.value + change.value),
            )
        }
    }

    /// `part / whole` in percent, rounded as this rate is printed.
    pub(crate) fn of(self, part: i128, whole: i128) -> Option<Amount> {
        let part = Amount::from_parts(part, 0)?.shift(2)?;
        part.divide(Amount::from_parts(whole, 0)?, self.decimals)
    }

    /// The rate cut off instead of rounded.
    pub(crate) fn cut(self, part: i128, whole: i128) -> Option<Amount> {
        let (_, _, factor) = self.scaled()?;
        let quotient = part.checked_mul(factor / 10)?.checked_div(whole)?;
        Amount::from_parts(quotient, u32::from(self.decimals))
    }

    /// Whether it is one step off a percentage.
    pub(crate) fn is_next_to(self, percent: Amount) -> bool {
        let step = Amount::new(1, self.decimals);
        let apart = self.percent.checked_sub(percent).map(Amount::abs);
        apart.is_some() && apart == step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wan(text: &str) -> Printed {
        let (amount, decimals) = Amount::parse(text).unwrap();
        Printed::money(amount, decimals, Unit::TenThousandYuan).unwrap()
    }

    fn yuan(text: &str) -> Printed {
        let (amount, decimals) = Amount::parse(text).unwrap();
        Printed::money(amount, decimals, Unit::Yuan).unwrap()
    }

    fn rate(text: &str) -> Rate {
        let (percent, decimals) = Amount::parse(text).unwrap();
        Rate { percent, decimals }
    }

    #[test]
    fn more_money_than_there_is_is_not_compared() {
        let (amount, decimals) = Amount::parse("99999999999999999999").unwrap();
        assert_eq!(
            Printed::money(amount, decimals, Unit::HundredMillionYuan),
            None
        );
        let most = Printed::money(amount, decimals, Unit::TenThousandYuan).unwrap();
        // Nine times as much is more than is counted; nothing overflows on the way.
        let sums = std::iter::successors(Some(most), |sum| sum.add(most));
        assert!(sums.take(20).count() < 20);
    }

    #[test]
    fn the_finer_number_is_rounded() {
        assert!(wan("28915.73").restates(yuan("289157326.00")));
        assert!(!wan("28915.74").restates(yuan("289157326.00")));
        assert!(wan("71").restates(wan("71.00")));
        assert!(wan("0.6").restates(wan("0.61")));
        // Half is rounded away from zero.
        assert!(wan("0.13").restates(yuan("1250")));
        assert!(!wan("0.12").restates(yuan("1250")));
        assert!(wan("-0.13").restates(yuan("-1250")));
    }

    #[test]
    fn rates_of_change_by_the_prior_amount() {
        // 746.65 / 5520.18 = 13.53 %
        let fits = |text| rate(text).fits_change(wan("4773.53"), wan("746.65"), false);
        assert_eq!(fits("14"), Some(Fit::Right));
        assert_eq!(fits("13.53"), Some(Fit::Right));
        assert_eq!(fits("16"), Some(Fit::Wrong));
        // 72.55 / 609.45 = 11.904 %
        let fits = |text| rate(text).fits_change(wan("682"), wan("72.55"), true);
        assert_eq!(fits("12"), Some(Fit::Right));
        assert_eq!(fits("11"), Some(Fit::Wrong));
        // Nothing before: no rate.
        assert_eq!(
            rate("100").fits_change(wan("5.00"), wan("5.00"), true),
            None
        );
    }

    #[test]
    fn rates_of_rounded_numbers_have_room() {
        // 1.3 / 6.6 = 19.7 %; 1.25 / 6.65 = 18.8 %, 1.35 / 6.55 = 20.6 %
        assert_eq!(
            rate("20.3").fits(wan("1.3"), wan("6.6")),
            Some(Fit::Rounding)
        );
        assert_eq!(rate("19.7").fits(wan("1.3"), wan("6.6")), Some(Fit::Right));
        assert_eq!(rate("20.9").fits(wan("1.3"), wan("6.6")), Some(Fit::Wrong));
        assert_eq!(rate("18.5").fits(wan("1.3"), wan("6.6")), Some(Fit::Wrong));
    }

    #[test]
    fn rates_cut_off() {
        // 2347.01 / 3134.08 = 74.8867 %
        let printed = rate("74.88");
        let (part, whole) = (wan("2347.01").value, wan("3134.08").value);
        assert_eq!(printed.of(part, whole), Some(rate("74.89").percent));
        assert_eq!(printed.cut(part, whole), Some(rate("74.88").percent));
        assert!(printed.is_next_to(rate("74.89").percent));
    }
}
