//! Money and other exact numbers. The one type that does arithmetic; every operation is checked.

use rust_decimal::Decimal;

/// An exact decimal in the unit of its table. Operations that would overflow give `None`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Amount(Decimal);

impl Amount {
    /// Zero.
    pub const ZERO: Amount = Amount(Decimal::ZERO);
}
