//! A number as the fifteen decimal digits that a spreadsheet keeps of it.

/// The digits a spreadsheet keeps.
const KEPT: usize = 15;

/// The most digits that are written out: beyond it the number keeps its power of ten.
const LONGEST: i32 = 30;

/// 0.ddd × 10^exponent.
#[derive(Clone, Debug)]
pub(super) struct Digits {
    digits: String,
    exponent: i32,
    negative: bool,
    /// As Rust writes it: what isn't a number of reasonable size.
    raw: String,
}

impl Digits {
    pub(super) fn of(value: f64) -> Self {
        let scientific = format!("{:.*e}", KEPT - 1, value.abs());
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or(("", "0"));
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.trim_end_matches('0').to_owned();
        let exponent = exponent.parse::<i32>().unwrap_or(0) + 1;
        Self {
            exponent: if digits.is_empty() { 0 } else { exponent },
            digits,
            negative: value < 0.0,
            raw: format!("{value:e}"),
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// The number without a format.
    pub(super) fn general(&self) -> String {
        let length = i32::try_from(self.digits.len()).unwrap_or(i32::MAX);
        let decimals = length.saturating_sub(self.exponent).max(0);
        let written = usize::try_from(decimals).unwrap_or(0);
        let plain = if decimals > LONGEST {
            None
        } else {
            self.rounded(0, written)
        };
        let Some((whole, fraction)) = plain else {
            return self.raw.clone();
        };
        let sign = if self.negative { "-" } else { "" };
        let whole = if whole.is_empty() { "0" } else { &whole };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{whole}{point}{fraction}")
    }

    /// The absolute number times 10^shift, rounded: its digits before the point (none for 0) and
    /// behind it. `None` if that is no number of reasonable size.
    pub(super) fn rounded(&self, shift: i32, decimals: usize) -> Option<(String, String)> {
        let exponent = self.exponent.checked_add(shift)?;
        if self.raw.contains(['N', 'i']) || exponent > LONGEST {
            return None;
        }
        let places = exponent.checked_add(i32::try_from(decimals).ok()?)?;
        // All digits up to the last decimal, as one whole number.
        let mut kept: Vec<u8> = Vec::new();
        if let Ok(places) = usize::try_from(places) {
            let own = self.digits.bytes().chain(std::iter::repeat(b'0'));
            kept.extend(own.take(places));
            let up = self
                .digits
                .as_bytes()
                .get(places)
                .is_some_and(|next| *next >= b'5');
            if up {
                increase(&mut kept);
            }
        }
        let mut text = String::from_utf8(kept).ok()?;
        while text.len() < decimals {
            text.insert(0, '0');
        }
        let (whole, fraction) = text.split_at_checked(text.len() - decimals)?;
        Some((
            whole.trim_start_matches('0').to_owned(),
            fraction.to_owned(),
        ))
    }
}

fn increase(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}
