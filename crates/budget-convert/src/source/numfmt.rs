//! Number formats: what a cell shows of its number.
//!
//! A number counts in the disclosure as it is shown, so rounding is decimal, half away from zero,
//! over the fifteen digits that a spreadsheet keeps. A format that isn't understood shows the
//! number itself: no format may lose one.

mod builtin;
mod date;
mod digits;

pub(super) use builtin::builtin;
use digits::Digits;

/// The longest code, in bytes.
const MAX_CODE: usize = 1024;

/// A format's code, read.
#[derive(Clone, Debug)]
pub(super) struct Format {
    sections: Vec<Section>,
}

#[derive(Clone, Debug, Default)]
struct Section {
    condition: Option<(Compare, f64)>,
    tokens: Vec<Token>,
    /// Something this reader doesn't know: the number is shown as it is.
    unknown: bool,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Compare {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
}

#[derive(Clone, PartialEq, Debug)]
enum Token {
    Literal(String),
    /// `0`, `#` or `?`
    Digit(char),
    Point,
    Comma,
    Percent,
    General,
    /// `yyyy`, `m`, … : the letter in lower case and how often it stands.
    Date(char, usize),
    /// `[h]`
    Elapsed(char),
    /// AM/PM, 上午/下午: which words.
    Noon(&'static str, &'static str),
}

/// What a cell shows.
pub(super) struct Shown {
    pub(super) text: String,
    /// The format hides a number that isn't 0; the text is the number all the same.
    pub(super) hidden: bool,
}

impl Format {
    pub(super) fn parse(code: &str) -> Self {
        // No spreadsheet takes a longer one.
        let code = if code.len() > MAX_CODE {
            "General"
        } else {
            code
        };
        let mut sections = vec![Section::default()];
        let mut chars = code.chars().peekable();
        while let Some(c) = chars.next() {
            if c == ';' {
                sections.push(Section::default());
                continue;
            }
            let Some(section) = sections.last_mut() else {
                break;
            };
            match c {
                '"' => {
                    let text: String = chars.by_ref().take_while(|c| *c != '"').collect();
                    section.literal(&text);
                }
                '\\' | '!' => section.literal(&chars.next().map(String::from).unwrap_or_default()),
                // A space as wide as a character, and one that fills the cell.
                '_' => {
                    chars.next();
                    section.literal(" ");
                }
                '*' => {
                    chars.next();
                }
                '[' => {
                    let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    section.bracket(&inner);
                }
                '0' | '#' | '?' => section.tokens.push(Token::Digit(c)),
                '.' => section.tokens.push(Token::Point),
                ',' => section.tokens.push(Token::Comma),
                '%' => section.tokens.push(Token::Percent),
                'E' | 'e' if matches!(chars.peek(), Some('+' | '-')) => section.unknown = true,
                'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'e' => {
                    let letter = c.to_ascii_lowercase();
                    section.date(letter);
                }
                'A' | 'a' | '上' => section.noon(c, &mut chars),
                'G' | 'g' if rest_is(&mut chars, "eneral") => section.tokens.push(Token::General),
                '@' => section.tokens.push(Token::General),
                '/' if section.tokens.iter().any(|t| matches!(t, Token::Digit(_))) => {
                    section.unknown = true;
                }
                'B' | 'b' | 'N' | 'n' | 'R' | 'r' => section.unknown = true,
                other => section.literal(&other.to_string()),
            }
        }
        for section in &mut sections {
            date::minutes(&mut section.tokens);
        }
        Self { sections }
    }

    /// What a number looks like.
    pub(super) fn show(&self, value: f64, from_1904: bool) -> Shown {
        let digits = Digits::of(value);
        let plain = |hidden| Shown {
            text: digits.general(),
            hidden,
        };
        let Some((section, minus)) = self.section(value) else {
            return plain(false);
        };
        if section.unknown {
            return plain(false);
        }
        if section.tokens.is_empty() && self.sections.len() > 1 {
            return if digits.is_zero() {
                Shown {
                    text: String::new(),
                    hidden: false,
                }
            } else {
                plain(true)
            };
        }
        let text = if section.is_date() {
            date::show(&section.tokens, value, from_1904)
        } else {
            section.number(&digits, minus)
        };
        match text {
            Some(text) => Shown {
                text: text.trim().to_owned(),
                hidden: false,
            },
            None => plain(false),
        }
    }

    /// The section for a number, and whether it needs a minus of its own.
    fn section(&self, value: f64) -> Option<(&Section, bool)> {
        let negative = value < 0.0;
        if self
            .sections
            .iter()
            .any(|section| section.condition.is_some())
        {
            let found = self
                .sections
                .iter()
                .take(3)
                .find(|section| section.takes(value));
            let section = found.or(self.sections.last())?;
            let only_negative = matches!(
                section.condition,
                Some((Compare::Less, limit)) if limit <= 0.0
            );
            return Some((section, negative && !only_negative));
        }
        // The fourth section is for text.
        let count = self.sections.len().min(3);
        let at = match (negative, value == 0.0) {
            (true, _) if count >= 2 => 1,
            (_, true) if count >= 3 => 2,
            _ => 0,
        };
        Some((self.sections.get(at)?, negative && at == 0))
    }
}

impl Section {
    fn literal(&mut self, text: &str) {
        if let Some(Token::Literal(last)) = self.tokens.last_mut() {
            last.push_str(text);
        } else {
            self.tokens.push(Token::Literal(text.to_owned()));
        }
    }

    /// `[Red]`, `[>=10]`, `[$¥-804]`, `[h]`, `[DBNum1]`
    fn bracket(&mut self, inner: &str) {
        let lower = inner.to_ascii_lowercase();
        let elapsed = lower
            .chars()
            .next()
            .filter(|first| matches!(first, 'h' | 'm' | 's') && lower.chars().all(|c| c == *first));
        let comparisons = [
            (">=", Compare::GreaterEqual),
            ("<=", Compare::LessEqual),
            ("<>", Compare::NotEqual),
            (">", Compare::Greater),
            ("<", Compare::Less),
            ("=", Compare::Equal),
        ];
        if let Some(letter) = elapsed {
            self.tokens.push(Token::Elapsed(letter));
        } else if let Some((sign, compare)) = comparisons
            .into_iter()
            .find(|(sign, _)| inner.starts_with(sign))
        {
            let limit = inner
                .get(sign.len()..)
                .and_then(|limit| limit.trim().parse().ok());
            self.condition = limit.map(|limit| (compare, limit));
        } else if lower.starts_with("dbnum") {
            // Chinese digits: the number itself says the same.
            self.unknown = true;
        }
    }

    fn date(&mut self, letter: char) {
        match self.tokens.last_mut() {
            Some(Token::Date(last, count)) if *last == letter => *count += 1,
            _ => self.tokens.push(Token::Date(letter, 1)),
        }
    }

    /// `AM/PM`, `A/P`, `上午/下午`, `aaaa` (the day of the week).
    fn noon(&mut self, first: char, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
        if first == '上' {
            if rest_is(chars, "午/下午") {
                self.tokens.push(Token::Noon("上午", "下午"));
            } else {
                self.literal("上");
            }
        } else if rest_is(chars, "M/PM") || rest_is(chars, "m/pm") {
            self.tokens.push(Token::Noon("AM", "PM"));
        } else if rest_is(chars, "/P") || rest_is(chars, "/p") {
            self.tokens.push(Token::Noon("A", "P"));
        } else {
            self.date('a');
        }
    }

    fn takes(&self, value: f64) -> bool {
        let Some((compare, limit)) = self.condition else {
            return true;
        };
        match compare {
            Compare::Less => value < limit,
            Compare::LessEqual => value <= limit,
            Compare::Equal => value == limit,
            Compare::NotEqual => value != limit,
            Compare::Greater => value > limit,
            Compare::GreaterEqual => value >= limit,
        }
    }

    fn is_date(&self) -> bool {
        self.tokens
            .iter()
            .any(|token| matches!(token, Token::Date(..) | Token::Elapsed(_) | Token::Noon(..)))
    }

    fn number(&self, digits: &Digits, minus: bool) -> Option<String> {
        let is_digit = |token: &Token| matches!(token, Token::Digit(_));
        let point = self.tokens.iter().position(|token| *token == Token::Point);
        let (before, after) = self.tokens.split_at(point.unwrap_or(self.tokens.len()));
        let last = before.iter().rposition(is_digit);
        // A comma among the digits groups them; one behind the last is a division by a thousand.
        let groups = before
            .iter()
            .enumerate()
            .any(|(at, token)| *token == Token::Comma && last.is_some_and(|last| at < last));
        let trailing = |tokens: &[Token]| {
            let last = tokens.iter().rposition(is_digit).map_or(0, |at| at + 1);
            let rest = tokens.iter().skip(last);
            rest.filter(|token| **token == Token::Comma).count()
        };
        let thousands = if after.is_empty() {
            trailing(before)
        } else {
            trailing(after) + trailing(before)
        };
        let percents = self.tokens.iter().filter(|t| **t == Token::Percent).count();
        let mut shift = i32::try_from(percents).ok()?.checked_mul(2)?;
        shift = shift.checked_sub(i32::try_from(thousands).ok()?.checked_mul(3)?)?;

        let decimals = after.iter().filter(|token| is_digit(token)).count();
        let (whole, fraction) = digits.rounded(shift, decimals)?;
        let mut out = String::new();
        if minus {
            out.push('-');
        }
        let mut places = before.iter().filter(|token| is_digit(token)).count();
        let mut left = whole.len();
        for token in before {
            match token {
                Token::Digit(sign) => {
                    // The first place takes all digits that have no place of their own.
                    let take = left.saturating_sub(places - 1);
                    let from = whole.len() - left;
                    if take == 0 && *sign == '0' {
                        out.push('0');
                        separate(&mut out, groups, places - 1);
                    }
                    for digit in whole.chars().skip(from).take(take) {
                        out.push(digit);
                        left -= 1;
                        separate(&mut out, groups, left);
                    }
                    places -= 1;
                }
                token => literal(&mut out, token, digits),
            }
        }
        let least = after
            .iter()
            .filter(|token| is_digit(token))
            .zip(1..)
            .filter(|(token, _)| **token == Token::Digit('0'))
            .map(|(_, at)| at)
            .last()
            .unwrap_or(0);
        let kept = fraction.trim_end_matches('0').len().max(least);
        let mut rest = fraction.chars().take(kept);
        for token in after {
            match token {
                Token::Point if kept > 0 => out.push('.'),
                Token::Digit(_) => out.extend(rest.next()),
                token => literal(&mut out, token, digits),
            }
        }
        Some(out)
    }
}

/// A comma after a digit that has `left` more behind it.
fn separate(out: &mut String, groups: bool, left: usize) {
    if groups && left > 0 && left.is_multiple_of(3) {
        out.push(',');
    }
}

fn literal(out: &mut String, token: &Token, digits: &Digits) {
    match token {
        // A sign of money before an amount is none of its digits, and the table says the unit.
        Token::Literal(text) => out.extend(text.chars().filter(|c| !matches!(c, '¥' | '￥' | '$'))),
        Token::Percent => out.push('%'),
        Token::General => out.push_str(digits.general().trim_start_matches('-')),
        _ => {}
    }
}

/// Takes an expected rest of a word.
fn rest_is(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, rest: &str) -> bool {
    let mut ahead = chars.clone();
    let found = rest
        .chars()
        .all(|c| ahead.next().is_some_and(|own| own == c));
    if found {
        *chars = ahead;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(value: f64, code: &str) -> String {
        Format::parse(code).show(value, false).text
    }

    #[test]
    #[expect(clippy::excessive_precision, reason = "as a workbook stores it")]
    fn numbers_as_they_are_shown() {
        let cases = [
            (2597.0100000000002, "General", "2597.01"),
            (0.1 + 0.2, "General", "0.3"),
            (2010301.0, "General", "2010301"),
            (-0.5, "General", "-0.5"),
            (71.0, "0.00", "71.00"),
            // Halves go up, though the binary number is a little less.
            (1.005, "0.00", "1.01"),
            (0.285, "0.00", "0.29"),
            (-2.675, "0.00", "-2.68"),
            (9.995, "0.00", "10.00"),
            (1234567.891, "#,##0.00", "1,234,567.89"),
            (999.999, "#,##0.00", "1,000.00"),
            (12.0, "#,##0", "12"),
            (0.5, "#.##", ".5"),
            (3.0, "0.##", "3"),
            (3.10, "0.0#", "3.1"),
            (5.0, "000", "005"),
            (1234.0, "0,000", "1,234"),
            (12.0, "0,000", "0,012"),
            (-3.2, "0.0_ ", "-3.2"),
            (-5.0, "0.00_);[Red]\\(0.00\\)", "(5.00)"),
            (-5.0, "#,##0.00;[Red]-#,##0.00", "-5.00"),
            (0.81, "0%", "81%"),
            (0.8125, "0.0%", "81.3%"),
            (12345.0, "0!.0,\"万\"", "1.2万"),
            (25_970_100.0, "#,##0,", "25,970"),
            (1234.5, "[$¥-804]#,##0.00", "1,234.50"),
            (5.0, "0.00\"万元\"", "5.00万元"),
            (5.0, "[>=10]0;0.0", "5.0"),
            (12.0, "[>=10]0;0.0", "12"),
            (123.0, "[DBNum1][$-804]General", "123"),
            (0.0, "0.00;-0.00;", ""),
            (0.0, "0.00;-0.00;\"—\"", "—"),
            (7.0, "@", "7"),
            (1e22, "General", "10000000000000000000000"),
        ];
        for (value, code, shown) in cases {
            assert_eq!(show(value, code), shown, "{value} {code}");
        }
        let accounting = builtin(43);
        assert_eq!(show(1234.5, accounting), "1,234.50");
        assert_eq!(show(-1234.5, accounting), "-1,234.50");
        assert_eq!(show(0.0, accounting), "-");
    }

    #[test]
    fn a_hidden_number_is_still_written() {
        let shown = Format::parse(";;;").show(12.5, false);
        assert_eq!((shown.text.as_str(), shown.hidden), ("12.5", true));
    }

    #[test]
    fn dates_as_they_are_shown() {
        // 43831 is 2020-01-01; 60 is the day that never was, 1900-02-29.
        assert_eq!(show(43831.0, builtin(31)), "2020年1月1日");
        assert_eq!(show(43831.0, "yyyy\\-mm\\-dd;@"), "2020-01-01");
        assert_eq!(show(43831.5, builtin(22)), "2020/1/1 12:00");
        assert_eq!(show(43831.0, "[$-804]yyyy年m月"), "2020年1月");
        assert_eq!(show(1.0, "yyyy/m/d"), "1900/1/1");
        assert_eq!(show(61.0, "yyyy/m/d"), "1900/3/1");
        assert_eq!(show(1.5, "[h]:mm"), "36:00");
        assert_eq!(show(0.75, builtin(34)), "下午6时00分");
        let shown = Format::parse("yyyy/m/d").show(42369.0, true);
        assert_eq!(shown.text, "2020/1/1");
    }

    #[test]
    fn strange_codes_lose_nothing() {
        for code in [
            "", "0.00E+00", "# ?/?", "[", "\"", "\\", "_", "*", ";;", "[h", "%%%", ",", ".",
            "0.0.0",
        ] {
            for value in [
                1.5,
                -1.5,
                0.0,
                f64::MAX,
                f64::MIN_POSITIVE,
                f64::NAN,
                f64::INFINITY,
            ] {
                let _ = show(value, code);
            }
        }
        assert_eq!(show(0.5, "# ?/?"), "0.5");
        assert_eq!(show(1500.0, "0.00E+00"), "1500");
    }
}
