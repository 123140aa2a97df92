//! Dates and times: days since the turn of 1900 (or of 1904).

use std::fmt::Write;

use super::Token;

/// The last day that is a date: 9999-12-31.
const LAST: f64 = 2_958_466.0;

/// A month beside an hour or a second is a minute.
pub(super) fn minutes(tokens: &mut [Token]) {
    let mut hour = false;
    for at in 0..tokens.len() {
        let next = tokens
            .iter()
            .skip(at + 1)
            .find(|token| !matches!(token, Token::Literal(_)));
        let second = matches!(next, Some(Token::Date('s', _)));
        match tokens.get_mut(at) {
            Some(Token::Date(letter @ 'm', count)) if (hour || second) && *count <= 2 => {
                *letter = 'i';
                hour = false;
            }
            Some(Token::Date(letter, _) | Token::Elapsed(letter)) => hour = *letter == 'h',
            _ => {}
        }
    }
}

/// A date as its format shows it; `None` if the number is none.
pub(super) fn show(tokens: &[Token], value: f64, from_1904: bool) -> Option<String> {
    let value = if from_1904 { value + 1462.0 } else { value };
    if !(0.0..LAST).contains(&value) {
        return None;
    }
    // To the nearest second: a day's fraction is never exact.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range is checked above"
    )]
    let seconds = (value * 86_400.0).round() as i64;
    let (day, time) = (seconds / 86_400, seconds % 86_400);
    let (year, month, date) = civil(day);
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    let noon = tokens.iter().any(|token| matches!(token, Token::Noon(..)));
    let clock = if noon { (hour + 11) % 12 + 1 } else { hour };
    let mut out = String::new();
    let pad = |out: &mut String, number: i64, width: usize| {
        let _ = write!(out, "{number:0width$}");
    };
    for token in tokens {
        match token {
            Token::Literal(text) => out.push_str(text),
            Token::Date('y' | 'e', 2) => pad(&mut out, year % 100, 2),
            Token::Date('y' | 'e', _) => pad(&mut out, year, 4),
            Token::Date('m', width @ (1 | 2)) => pad(&mut out, month, *width),
            Token::Date('m', width) => out.push_str(name(month, *width)),
            Token::Date('d', width @ (1 | 2)) => pad(&mut out, date, *width),
            Token::Date('h', width) => pad(&mut out, clock, (*width).min(2)),
            Token::Date('i', width) => pad(&mut out, minute, (*width).min(2)),
            Token::Date('s', width) => pad(&mut out, second, (*width).min(2)),
            Token::Date('a' | 'd', width) => {
                // Day 1 was a Sunday in this calendar.
                let days = ["六", "日", "一", "二", "三", "四", "五"];
                let weekday = usize::try_from(day % 7).ok().and_then(|at| days.get(at));
                out.push_str(if *width == 4 { "星期" } else { "周" });
                out.push_str(weekday.unwrap_or(&""));
            }
            Token::Elapsed('h') => pad(&mut out, seconds / 3600, 1),
            Token::Elapsed('m') => pad(&mut out, seconds / 60, 1),
            Token::Elapsed(_) => pad(&mut out, seconds, 1),
            Token::Noon(before, after) => out.push_str(if hour < 12 { before } else { after }),
            Token::Point => out.push('.'),
            Token::Comma => out.push(','),
            Token::Percent => out.push('%'),
            // Fractions of a second.
            Token::Digit(_) => out.push('0'),
            // `General` or `@` beside a date's letters: no format of dates.
            Token::Date(..) | Token::General => return None,
        }
    }
    Some(out)
}

fn name(month: i64, width: usize) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let at = usize::try_from(month - 1).unwrap_or(0);
    let name = NAMES.get(at).copied().unwrap_or("");
    let end = if width == 3 { 3 } else { name.len() };
    name.get(..end).unwrap_or(name)
}

/// Year, month and day of a serial day. Day 60 is 1900-02-29, which spreadsheets count though it
/// never was.
fn civil(day: i64) -> (i64, i64, i64) {
    if day == 60 {
        return (1900, 2, 29);
    }
    // Days since 0000-03-01, in cycles of 400 years.
    let days = day + if day < 60 { 1 } else { 0 } + 693_899;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let date = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (year + era * 400 + i64::from(month <= 2), month, date)
}
