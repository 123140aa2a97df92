//! Numbers while they are calculated with: exact quotients with a dimension.

use super::EvaluationErrorKind;
use super::index::exponent;
use crate::{Amount, Unit};

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dimension {
    /// A literal: takes the dimension of what it meets.
    Plain,
    Money(Unit),
    Percent,
    Count,
}

/// An exact number: `numerator / denominator`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Quantity {
    numerator: Amount,
    denominator: Option<Amount>,
    pub(crate) dimension: Dimension,
}

type Result<T> = std::result::Result<T, EvaluationErrorKind>;

fn fits<T>(value: Option<T>) -> Result<T> {
    value.ok_or(EvaluationErrorKind::Overflow)
}

impl Quantity {
    pub(crate) fn new(amount: Amount, dimension: Dimension) -> Self {
        Self {
            numerator: amount,
            denominator: None,
            dimension,
        }
    }

    /// The same number, taken for something else.
    pub(crate) fn taken_as(self, dimension: Dimension) -> Self {
        Self { dimension, ..self }
    }

    pub(crate) fn is_zero(self) -> bool {
        self.numerator.is_zero()
    }

    pub(crate) fn is_negative(self) -> bool {
        let below = self.denominator.is_some_and(Amount::is_negative);
        !self.is_zero() && (self.numerator.is_negative() != below)
    }

    pub(crate) fn negate(self) -> Self {
        Self {
            numerator: self.numerator.negate(),
            ..self
        }
    }

    pub(crate) fn abs(self) -> Self {
        if self.is_negative() {
            self.negate()
        } else {
            self
        }
    }

    /// The same money in another unit.
    pub(crate) fn in_unit(self, unit: Unit) -> Result<Self> {
        let Dimension::Money(from) = self.dimension else {
            return Ok(self);
        };
        let places =
            i32::try_from(exponent(from)).unwrap_or(0) - i32::try_from(exponent(unit)).unwrap_or(0);
        Ok(Self {
            numerator: fits(self.numerator.shift(places))?,
            denominator: self.denominator,
            dimension: Dimension::Money(unit),
        })
    }

    /// Both in one dimension; the left one's unit.
    fn alike(self, other: Self) -> Result<(Self, Self)> {
        use Dimension::{Money, Plain};
        match (self.dimension, other.dimension) {
            (a, b) if a == b => Ok((self, other)),
            (Plain, b) => Ok((
                Self {
                    dimension: b,
                    ..self
                },
                other,
            )),
            (a, Plain) => Ok((
                self,
                Self {
                    dimension: a,
                    ..other
                },
            )),
            (Money(unit), Money(_)) => Ok((self, other.in_unit(unit)?)),
            _ => Err(EvaluationErrorKind::Unit),
        }
    }

    pub(crate) fn add(self, other: Self) -> Result<Self> {
        let (a, b) = self.alike(other)?;
        if a.denominator == b.denominator {
            return Ok(Self {
                numerator: fits(a.numerator.checked_add(b.numerator))?,
                ..a
            });
        }
        let one = Amount::from_count(1);
        let (da, db) = (a.denominator.unwrap_or(one), b.denominator.unwrap_or(one));
        let left = fits(a.numerator.checked_mul(db))?;
        let right = fits(b.numerator.checked_mul(da))?;
        Ok(Self {
            numerator: fits(left.checked_add(right))?,
            denominator: Some(fits(da.checked_mul(db))?),
            dimension: a.dimension,
        })
    }

    pub(crate) fn sub(self, other: Self) -> Result<Self> {
        self.add(other.negate())
    }

    pub(crate) fn mul(self, other: Self) -> Result<Self> {
        use Dimension::Plain;
        let dimension = match (self.dimension, other.dimension) {
            (Plain, other) => other,
            (own, Plain) => own,
            _ => return Err(EvaluationErrorKind::Unit),
        };
        let denominator = match (self.denominator, other.denominator) {
            (Some(a), Some(b)) => Some(fits(a.checked_mul(b))?),
            (a, b) => a.or(b),
        };
        Ok(Self {
            numerator: fits(self.numerator.checked_mul(other.numerator))?,
            denominator,
            dimension,
        })
    }

    pub(crate) fn div(self, other: Self) -> Result<Self> {
        if other.is_zero() {
            return Err(EvaluationErrorKind::DivisionByZero);
        }
        let (a, b) = match (self.dimension, other.dimension) {
            // A part of itself, or per something: a plain number of the dividend's dimension.
            (_, Dimension::Plain) | (Dimension::Money(_), Dimension::Count) => (self, other),
            _ => {
                let (a, b) = self.alike(other)?;
                (
                    Self {
                        dimension: Dimension::Plain,
                        ..a
                    },
                    b,
                )
            }
        };
        let one = Amount::from_count(1);
        let (da, db) = (a.denominator.unwrap_or(one), b.denominator.unwrap_or(one));
        Ok(Self {
            numerator: fits(a.numerator.checked_mul(db))?,
            denominator: Some(fits(da.checked_mul(b.numerator))?),
            dimension: a.dimension,
        })
    }

    /// `part / whole` in percent.
    pub(crate) fn percent(self, whole: Self) -> Result<Self> {
        let hundred = Self::new(Amount::HUNDRED, Dimension::Plain);
        let quotient = self.div(whole)?.mul(hundred)?;
        Ok(Self {
            dimension: Dimension::Percent,
            ..quotient
        })
    }

    /// Rounded half away from zero, on the exact quotient.
    pub(crate) fn round(self, decimals: u8) -> Result<Amount> {
        match self.denominator {
            None => Ok(self.numerator.round(decimals)),
            Some(denominator) => fits(self.numerator.divide(denominator, decimals)),
        }
    }

    /// Decimals that write it exactly; 2 for a quotient.
    pub(crate) fn own_decimals(self) -> u8 {
        match self.denominator {
            None => self.numerator.decimals(),
            Some(_) => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str, unit: Unit) -> Quantity {
        Quantity::new(Amount::parse(text).unwrap().0, Dimension::Money(unit))
    }

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap().0
    }

    #[test]
    fn units_are_converted_before_they_are_added() {
        // 3.5 万元 + 2500 元 = 3.75 万元
        let sum = money("3.5", Unit::TenThousandYuan)
            .add(money("2500", Unit::Yuan))
            .unwrap();
        assert_eq!(sum.dimension, Dimension::Money(Unit::TenThousandYuan));
        assert_eq!(sum.round(2), Ok(amount("3.75")));
        let yuan = sum.in_unit(Unit::Yuan).unwrap();
        assert_eq!(yuan.round(0), Ok(amount("37500")));
    }

    #[test]
    fn shares_are_rounded_once() {
        // 265.06 / 355.08 = 74.648...%
        let share = money("265.06", Unit::TenThousandYuan)
            .percent(money("355.08", Unit::TenThousandYuan))
            .unwrap();
        assert_eq!(share.round(2), Ok(amount("74.65")));
        // Thrice a third is the whole.
        let third = money("1", Unit::Yuan).div(Quantity::new(amount("3"), Dimension::Plain));
        let third = third.unwrap();
        let whole = third.add(third).unwrap().add(third).unwrap();
        assert_eq!(whole.round(6), Ok(amount("1")));
    }

    #[test]
    fn what_does_not_go_together() {
        let heads = Quantity::new(amount("3"), Dimension::Count);
        let money = money("3", Unit::Yuan);
        assert_eq!(money.add(heads), Err(EvaluationErrorKind::Unit));
        assert_eq!(money.mul(money), Err(EvaluationErrorKind::Unit));
        let zero = Quantity::new(Amount::ZERO, Dimension::Plain);
        assert_eq!(money.div(zero), Err(EvaluationErrorKind::DivisionByZero));
    }
}
