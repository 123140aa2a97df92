//! STR020: a value of the front matter that can't be what it says, or a key that is nearly one.

use crate::context::Context;
use crate::detail::Structure;
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};

pub(super) const RULE: Rule = Rule {
    code: "STR020",
    slug: "front-matter-value",
    name: "文档信息的值不对",
    group: "结构",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::Unsafe,
    page: include_str!("../../../../docs/rules/STR020-front-matter-value.md"),
    check: Check::Document(check),
};

/// The keys the language knows, and what may be written there.
const KEYS: [(&str, Wanted); 16] = [
    ("模板", Wanted::Text),
    ("部门", Wanted::Text),
    ("简称", Wanted::Text),
    ("下属单位", Wanted::Text),
    ("封面", Wanted::Text),
    ("落款", Wanted::Text),
    ("上年文档", Wanted::Text),
    ("预算文档", Wanted::Text),
    ("金额单位", Wanted::Text),
    ("年度", Wanted::Year),
    ("公开日期", Wanted::Date),
    ("状态", Wanted::OneOf(&["草稿", "送审", "公开"])),
    ("末尾零", Wanted::OneOf(&["去", "留"])),
    ("千分位", Wanted::OneOf(&["有", "无"])),
    ("小数", Wanted::Decimals),
    ("百分比小数", Wanted::Decimals),
];

/// What may be written.
#[derive(Clone, Copy)]
enum Wanted {
    /// Anything: other rules look at it.
    Text,
    /// Four digits: `2020`, `2020年`.
    Year,
    /// A day or month of the calendar.
    Date,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A number of decimals.
    Decimals,
}

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for field in &context.document.front.entries {
        let key = context.text(field.key);
        let value = context.text(field.value).trim();
        let Some((_, wanted)) = KEYS.iter().find(|(known, _)| *known == key) else {
            if let Some(near) = near(key) {
                let detail = Structure::FrontKey {
                    written: key.to_owned(),
                    near,
                };
                sink.report(field.key, Subject::default(), detail)
                    .severity(Severity::Info)
                    .fix(format!("改为“{near}”"), false, field.key, near);
            }
            continue;
        };
        // What is empty or still to be filled in is told by others.
        if value.is_empty() || !crate::text::holes(value).is_empty() {
            continue;
        }
        if let Some(expected) = wanted.unlike(value) {
            let detail = Structure::FrontValue {
                key: key.to_owned(),
                written: value.to_owned(),
                expected,
            };
            sink.report(field.value, Subject::default(), detail);
        }
    }
}

impl Wanted {
    /// What should be written instead of the value, in Chinese; none if it will do.
    fn unlike(self, value: &str) -> Option<String> {
        let numbers = numbers(value);
        // The model reads the number that a value begins with.
        let begins = value.starts_with(|c: char| digit(c).is_some());
        let (fits, expected) = match self {
            Self::Text => return None,
            Self::Year => (
                begins && matches!(numbers.first(), Some(1950..=2200)),
                "四位数字，如 2020".to_owned(),
            ),
            Self::Date => (
                match numbers.as_slice() {
                    [1950..=2200, 1..=12] => true,
                    [year @ 1950..=2200, month @ 1..=12, day] => {
                        (1..=days(*year, *month)).contains(day)
                    }
                    _ => false,
                },
                "日历上有的日期，如 2020-02-03".to_owned(),
            ),
            Self::OneOf(words) => (words.contains(&value), words.join("、")),
            Self::Decimals => (
                begins && matches!(numbers.as_slice(), [0..=6]),
                "小数的位数，如 2".to_owned(),
            ),
        };
        (!fits).then_some(expected)
    }
}

/// Days of a month.
fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(400) => 29,
        2 if year.is_multiple_of(4) && !year.is_multiple_of(100) => 29,
        2 => 28,
        _ => 31,
    }
}

fn digit(c: char) -> Option<u32> {
    match c {
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        c => c.to_digit(10),
    }
}

/// The runs of digits, full-width ones too.
fn numbers(value: &str) -> Vec<u32> {
    let mut found = Vec::new();
    let mut open = None;
    for c in value.chars() {
        open = match (open, digit(c)) {
            (run, Some(digit)) => {
                let run: u32 = run.unwrap_or(0);
                Some(run.saturating_mul(10).saturating_add(digit))
            }
            (Some(run), None) => {
                found.push(run);
                None
            }
            (None, None) => None,
        };
    }
    found.extend(open);
    found
}

/// The known key that differs by one character.
fn near(key: &str) -> Option<&'static str> {
    let length = key.chars().count();
    let known = KEYS.iter().map(|(known, _)| *known);
    let mut alike = known.filter(|known| {
        known.chars().count() == length
            && known
                .chars()
                .zip(key.chars())
                .filter(|(a, b)| a != b)
                .count()
                == 1
    });
    let first = alike.next()?;
    alike.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn keys_that_are_nearly_known() {
        assert_eq!(near("状况"), Some("状态"));
        assert_eq!(near("备注"), None);
        assert_eq!(near("公开日其"), Some("公开日期"));
    }
}
