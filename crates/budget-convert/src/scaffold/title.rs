//! Titles without their number, 关于, the body and the year.

use budget_model::{Document, Heading, heading::TitleKey};

use crate::text::{Numbering, numbered};

/// A heading's title in its parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Title {
    /// `三`, `（一）`: the number of a section.
    pub(super) number: String,
    /// `支出预算情况说明`
    pub(super) short: String,
    /// `关于{部门}{年度}年支出预算情况说明`, where that says more.
    pub(super) full: Option<String>,
}

/// Reads a heading's title.
pub(super) fn read(document: &Document, heading: &Heading) -> Title {
    of(document, document.slice(heading.text), &heading.key)
}

/// Reads a title as written, given what counts of it.
pub(super) fn of(document: &Document, written: &str, key: &str) -> Title {
    let written = written.trim();
    let number = numbered(written);
    let printed = match number {
        Some(number) => match number.numbering {
            Numbering::Chinese => crate::text::chinese(number.ordinal),
            Numbering::Bracket => format!("（{}）", crate::text::chinese(number.ordinal)),
            Numbering::Arabic => number.ordinal.to_string(),
            Numbering::Part | Numbering::Table | Numbering::Annex => String::new(),
        },
        None => String::new(),
    };
    let rest = number.map_or(written, |number| number.rest);
    let rest = rest.trim_start_matches(['：', ':', '、', ' ', '\u{3000}']);
    let bare = unquoted(rest);
    let names = document
        .front
        .names
        .iter()
        .map(|name| document.slice(*name));
    let mut short = bare.strip_prefix("关于").unwrap_or(bare).to_owned();
    let mut full = bare.to_owned();
    for name in names.filter(|name| name.chars().count() > 1) {
        short = short.replace(name, "");
        full = full.replace(name, "{部门}");
    }
    let short = without_years(&short, "").trim().to_owned();
    let full = without_years(&full, "{年度}年").trim().to_owned();
    let full = Some(full).filter(|full| *full != short && full.contains('{'));
    // What the reader of documents takes for the title must be found again.
    let plain = TitleKey::new(std::iter::empty());
    let fits = |title: &str| !title.is_empty() && plain.of(title) == key;
    let short = [short.as_str(), bare, rest, key, written]
        .into_iter()
        .find(|title| fits(title))
        .unwrap_or(written)
        .to_owned();
    Title {
        number: printed,
        full: full.filter(|full| *full != short),
        short,
    }
}

/// `《收入决算表》` is 收入决算表.
fn unquoted(title: &str) -> &str {
    let inner = title
        .strip_prefix('《')
        .and_then(|it| it.strip_suffix('》'));
    inner
        .filter(|it| !it.contains(['《', '》']))
        .unwrap_or(title)
}

/// A text with `year` for every `2024年`, `2024 年度`.
pub(super) fn without_years(text: &str, year: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('年') {
        let head = before.trim_end();
        let digits = head.chars().rev().take_while(char::is_ascii_digit).count();
        if digits == 4 {
            out.push_str(head.get(..head.len() - 4).unwrap_or(head));
            out.push_str(year);
            let after = after.strip_prefix('度').unwrap_or(after);
            rest = after.trim_start();
        } else {
            out.push_str(before);
            out.push('年');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// A title without trailing brackets: of forms `（编号：140）` is the one's own.
pub(super) fn without_brackets(title: &str) -> &str {
    let mut rest = title.trim_end();
    while rest.ends_with(['）', ')']) {
        let Some(at) = rest.rfind(['（', '(']) else {
            break;
        };
        let before = rest.get(..at).unwrap_or_default().trim_end();
        if before.is_empty() {
            break;
        }
        rest = before;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_of_four_digits_only() {
        assert_eq!(without_years("2024年部门预算", ""), "部门预算");
        assert_eq!(
            without_years("关于2024 年度 收入", "{年度}年"),
            "关于{年度}年收入"
        );
        assert_eq!(without_years("3年规划，上年结转", ""), "3年规划，上年结转");
    }

    #[test]
    fn brackets_at_the_end() {
        assert_eq!(without_brackets("绩效目标表（编号：140）"), "绩效目标表");
        assert_eq!(without_brackets("（二）"), "（二）");
        assert_eq!(without_brackets("甲（乙）丙"), "甲（乙）丙");
    }
}
