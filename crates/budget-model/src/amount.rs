//! Money and other exact numbers. The one type that does arithmetic; every operation is checked.

use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy};

/// Most decimals that a number may have and still be read.
const MAX_SCALE: usize = 28;

/// An exact decimal in the unit of its table. Operations that would overflow give `None`.
/// Equality, order and hash are those of the value: `71` is `71.00`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Amount(Decimal);

/// How a number is printed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Style {
    /// Decimals that it is rounded to.
    pub decimals: u8,
    /// Whether zeros at the end of the decimals are kept (`71.00`) or dropped (`71`).
    pub trailing_zeros: bool,
    /// Whether thousands are separated by a comma.
    pub thousands: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            decimals: 2,
            trailing_zeros: true,
            thousands: false,
        }
    }
}

impl Amount {
    /// Zero.
    pub const ZERO: Amount = Amount(Decimal::ZERO);
    /// A hundred: what a share is multiplied by to be printed in percent.
    pub const HUNDRED: Amount = Amount(Decimal::ONE_HUNDRED);

    /// Reads a number as a clerk types it, with the decimals as written: `3384.08`, `3,384.08`,
    /// `３，３８４．０８`, `-12`, `－12`, `−12`, `.5`. Thousands must stand in groups of three.
    /// `None` for anything else (`5.`, `12%`, `NaN`, `(5)`) and for more digits than are exact.
    pub fn parse(text: &str) -> Option<(Amount, u8)> {
        let text = text.trim();
        parse_plain(text).or_else(|| parse_any(text))
    }

    /// `mantissa / 10^decimals`; `None` if there are more than 28 decimals.
    pub fn new(mantissa: i64, decimals: u8) -> Option<Self> {
        Decimal::try_new(mantissa, u32::from(decimals))
            .ok()
            .map(Self)
    }

    /// A whole number.
    pub fn from_count(count: usize) -> Self {
        Self(Decimal::from(count))
    }

    /// Mantissa and decimals: the value is the first over ten to the power of the second.
    pub(crate) fn parts(self) -> (i128, u32) {
        (self.0.mantissa(), self.0.scale())
    }

    /// From mantissa and decimals, if they fit.
    pub(crate) fn from_parts(mantissa: i128, decimals: u32) -> Option<Self> {
        Decimal::try_from_i128_with_scale(mantissa, decimals)
            .ok()
            .map(Self)
    }

    /// The same value with the fewest decimals that write it.
    pub fn trimmed(self) -> Self {
        Self(self.0.normalize())
    }

    /// Sum.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        exact(self.0.checked_add(other.0)?, [self.0, other.0], u32::max)
    }

    /// Difference.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        exact(self.0.checked_sub(other.0)?, [self.0, other.0], u32::max)
    }

    /// Product.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let add = |a: u32, b: u32| a.saturating_add(b);
        exact(self.0.checked_mul(other.0)?, [self.0, other.0], add)
    }

    /// The number of the other sign.
    pub fn negate(self) -> Self {
        if self.is_zero() { self } else { Self(-self.0) }
    }

    /// Without its sign.
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// Whether it is 0, however written.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Whether it is less than 0.
    pub fn is_negative(self) -> bool {
        self.0 < Decimal::ZERO
    }

    /// The fewest decimals that write it exactly.
    pub fn decimals(self) -> u8 {
        u8::try_from(self.0.normalize().scale()).unwrap_or(u8::MAX)
    }

    /// Half a step of a number printed with so many decimals: 0.005 for 2.
    pub fn half_step(decimals: u8) -> Self {
        Self::new(5, decimals.saturating_add(1)).unwrap_or(Self::ZERO)
    }

    /// Rounded half away from zero (四舍五入).
    pub fn round(self, decimals: u8) -> Self {
        Self(
            self.0.round_dp_with_strategy(
                u32::from(decimals),
                RoundingStrategy::MidpointAwayFromZero,
            ),
        )
    }

    /// Times ten to the power of `places`: how units are converted (万元 to 元: 4).
    pub fn shift(self, places: i32) -> Option<Self> {
        let (mantissa, scale) = self.parts();
        let scale = i64::from(scale) - i64::from(places);
        if scale < 0 {
            let factor = 10i128.checked_pow(u32::try_from(-scale).ok()?)?;
            return Self::from_parts(mantissa.checked_mul(factor)?, 0);
        }
        let mut amount = Self::from_parts(mantissa, u32::try_from(scale).ok()?)?;
        amount.0.normalize_assign();
        Some(amount)
    }

    /// `self / divisor` rounded half away from zero on the exact quotient. `None` for a zero
    /// divisor and on overflow.
    pub fn divide(self, divisor: Self, decimals: u8) -> Option<Self> {
        let (a, a_scale) = self.parts();
        let (b, b_scale) = divisor.parts();
        // a/10^as : b/10^bs, times 10^decimals, as a quotient of two integers.
        let mut numerator = a;
        let mut denominator = b;
        let exponent = i64::from(b_scale) + i64::from(decimals) - i64::from(a_scale);
        let factor = 10i128.checked_pow(u32::try_from(exponent.unsigned_abs()).ok()?)?;
        if exponent >= 0 {
            numerator = numerator.checked_mul(factor)?;
        } else {
            denominator = denominator.checked_mul(factor)?;
        }
        let quotient = numerator.checked_div(denominator)?;
        let rest = numerator.checked_rem(denominator)?;
        let away = rest.unsigned_abs() >= denominator.unsigned_abs().div_ceil(2);
        let step = match (away, (numerator < 0) == (denominator < 0)) {
            (false, _) => 0,
            (true, true) => 1,
            (true, false) => -1,
        };
        Self::from_parts(quotient.checked_add(step)?, u32::from(decimals))
    }

    /// The number as printed.
    pub fn print(self, style: Style) -> String {
        let mut rounded = self.round(style.decimals).0;
        if style.trailing_zeros {
            rounded.rescale(u32::from(style.decimals));
        } else {
            rounded.normalize_assign();
        }
        if rounded.is_zero() {
            rounded.set_sign_positive(true);
        }
        let plain = rounded.to_string();
        if !style.thousands {
            return plain;
        }
        let (sign, digits) = match plain.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", plain.as_str()),
        };
        let (whole, rest) = match digits.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (digits, None),
        };
        let mut out = String::with_capacity(plain.len() + plain.len() / 3);
        out.push_str(sign);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        if let Some(decimals) = rest {
            out.push('.');
            out.push_str(decimals);
        }
        out
    }
}

/// The exact value with the decimals it has.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// `rust_decimal` rounds a result that needs more digits than it has; here that is an overflow.
fn exact(
    result: Decimal,
    operands: [Decimal; 2],
    scale: impl Fn(u32, u32) -> u32,
) -> Option<Amount> {
    let [a, b] = operands;
    let kept = result.scale() >= scale(a.scale(), b.scale())
        || result.scale() >= scale(a.normalize().scale(), b.normalize().scale());
    (kept || result.is_zero() && (a.is_zero() || b.is_zero())).then_some(Amount(result))
}

/// A short ASCII number without separators: nearly all of them.
fn parse_plain(text: &str) -> Option<(Amount, u8)> {
    let bytes = text.as_bytes();
    let (negative, digits) = match bytes.split_first()? {
        (b'-', rest) => (true, rest),
        _ => (false, bytes),
    };
    if digits.len() > 18 {
        return None;
    }
    let mut mantissa = 0i64;
    let mut decimals = None;
    let mut last_is_digit = false;
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                // At most 18 digits: below 10^18.
                mantissa = mantissa * 10 + i64::from(byte - b'0');
                if let Some(count) = &mut decimals {
                    *count += 1;
                }
                last_is_digit = true;
            }
            b'.' if decimals.is_none() => {
                decimals = Some(0u8);
                last_is_digit = false;
            }
            _ => return None,
        }
    }
    if !last_is_digit {
        return None;
    }
    let decimals = decimals.unwrap_or(0);
    let mantissa = if negative { -mantissa } else { mantissa };
    Some((Amount::new(mantissa, decimals)?, decimals))
}

/// Any other spelling.
fn parse_any(text: &str) -> Option<(Amount, u8)> {
    let mut plain = String::new();
    let mut decimals: Option<usize> = None;
    // Digits since the last separator of thousands; `None` before the first one.
    let mut group: Option<usize> = None;
    let mut whole = 0usize;
    for (index, c) in text.char_indices() {
        let c = match c {
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32)?,
            '．' => '.',
            '，' => ',',
            '－' | '−' => '-',
            '＋' => '+',
            c => c,
        };
        match c {
            '-' if index == 0 => plain.push('-'),
            '+' if index == 0 => {}
            '0'..='9' => {
                plain.push(c);
                match (&mut decimals, &mut group) {
                    (Some(count), _) => *count += 1,
                    (None, Some(count)) => *count += 1,
                    (None, None) => whole += 1,
                }
            }
            ',' if decimals.is_none() => {
                let fits = match group {
                    None => (1..=3).contains(&whole),
                    Some(digits) => digits == 3,
                };
                if !fits {
                    return None;
                }
                group = Some(0);
            }
            '.' if decimals.is_none() => {
                plain.push('.');
                decimals = Some(0);
            }
            _ => return None,
        }
    }
    let complete = plain.ends_with(|c: char| c.is_ascii_digit()) && group.is_none_or(|d| d == 3);
    let decimals = decimals.unwrap_or(0);
    if !complete || decimals > MAX_SCALE {
        return None;
    }
    // `from_str` would round past 28 digits; this refuses.
    let mut value = Decimal::from_str_exact(&plain).ok()?;
    if value.is_zero() {
        value.set_sign_positive(true);
    }
    Some((Amount(value), u8::try_from(decimals).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap().0
    }

    #[test]
    fn numbers_as_typed() {
        for (text, plain, decimals) in [
            ("3384.08", "3384.08", 2),
            (" 71 ", "71", 0),
            ("71.00", "71", 2),
            ("3,384.08", "3384.08", 2),
            ("1，234，567.8", "1234567.8", 1),
            ("３３８４．０８", "3384.08", 2),
            ("-12.5", "-12.5", 1),
            ("－12.5", "-12.5", 1),
            ("−12.5", "-12.5", 1),
            ("+3", "3", 0),
            (".5", "0.5", 1),
            ("-0.00", "0", 2),
            ("－0", "0", 0),
            ("007", "7", 0),
            ("1234567890123456789012.34", "1234567890123456789012.34", 2),
        ] {
            let (value, found) = Amount::parse(text).unwrap();
            assert_eq!(value, Amount::parse(plain).unwrap().0, "{text}");
            assert_eq!(found, decimals, "{text}");
            assert!(!(value.is_zero() && value.is_negative()), "{text}");
        }
    }

    #[test]
    fn not_numbers() {
        for text in [
            "",
            "-",
            "—",
            ".",
            "5.",
            "1.2.3",
            "1,23",
            "1234,567",
            ",123",
            "1,234,",
            "12%",
            "(5)",
            "NaN",
            "inf",
            "1e5",
            "0x10",
            "1_000",
            "1 234",
            "--5",
            "5-",
            "一百",
            "待填",
            "1,234.5,6",
            "1.234,567",
            // More digits than are exact: refused, not rounded.
            "0.12345678901234567890123456789",
            "99999999999999999999999999999999",
        ] {
            assert_eq!(Amount::parse(text), None, "{text}");
        }
    }

    #[test]
    fn rounds_half_away_from_zero() {
        assert_eq!(amount("2.345").round(2), amount("2.35"));
        assert_eq!(amount("-2.345").round(2), amount("-2.35"));
        assert_eq!(amount("2.3449").round(2), amount("2.34"));
        assert_eq!(amount("0.5").round(0), amount("1"));
        assert_eq!(Amount::half_step(2), amount("0.005"));
        assert_eq!(Amount::half_step(0), amount("0.5"));
    }

    #[test]
    fn quotients_are_exact_before_they_are_rounded() {
        // 284.08 / 355.08 = 0.80004...
        let share = amount("284.08").checked_mul(Amount::HUNDRED).unwrap();
        assert_eq!(share.divide(amount("355.08"), 2), Some(amount("80.00")));
        // 1/8 = 0.125, a tie; -1/8 the same the other way.
        assert_eq!(amount("1").divide(amount("8"), 2), Some(amount("0.13")));
        assert_eq!(amount("-1").divide(amount("8"), 2), Some(amount("-0.13")));
        assert_eq!(amount("1").divide(amount("-8"), 2), Some(amount("-0.13")));
        assert_eq!(amount("1").divide(amount("3"), 3), Some(amount("0.333")));
        assert_eq!(amount("2").divide(amount("3"), 0), Some(amount("1")));
        assert_eq!(amount("1").divide(Amount::ZERO, 2), None);
    }

    #[test]
    fn units_shift_the_point() {
        assert_eq!(amount("3384.08").shift(4), Some(amount("33840800")));
        assert_eq!(amount("33840800").shift(-4), Some(amount("3384.08")));
        assert_eq!(amount("1").shift(40), None);
    }

    #[test]
    fn prints_in_a_style() {
        let style = |decimals, trailing_zeros, thousands| Style {
            decimals,
            trailing_zeros,
            thousands,
        };
        assert_eq!(amount("3384.08").print(style(2, true, true)), "3,384.08");
        assert_eq!(amount("71").print(style(2, true, false)), "71.00");
        assert_eq!(amount("71.00").print(style(2, false, false)), "71");
        assert_eq!(amount("100").print(style(0, false, true)), "100");
        assert_eq!(
            amount("-1234567.5").print(style(0, true, true)),
            "-1,234,568"
        );
        assert_eq!(amount("-0.001").print(style(2, true, false)), "0.00");
    }

    #[test]
    fn overflow_is_none() {
        let big = amount("9999999999999999999999999999");
        assert_eq!(big.checked_mul(big), None);
        // 9999999999999999999999999999.5 has digits too many.
        assert_eq!(big.checked_add(amount("0.05")), None);
        let small = amount("0.000000000000001");
        assert_eq!(small.checked_mul(small), None);
        assert_eq!(Amount::ZERO.checked_mul(small), Some(Amount::ZERO));
    }
}
