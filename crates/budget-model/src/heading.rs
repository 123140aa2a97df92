//! Headings and what the template calls them.
//!
//! A heading is what its template says after 关于, the body's name, the year and part and section
//! numbers are set aside. A near miss is "renamed", not "missing".

mod matcher;

use std::borrow::Cow;

use budget_catalog::name;
use budget_syntax::TextRange;
use memchr::memmem::Finder;

pub(crate) use matcher::{Matcher, Titles};

/// Index into [`crate::Document::headings`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct HeadingId(pub u32);

impl HeadingId {
    /// As an index.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a heading is in its template.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// `template.parts[part]`
    Part {
        /// Index.
        part: usize,
    },
    /// A section: the path of indices below the part (one or two deep).
    Section {
        /// Index of the part.
        part: usize,
        /// Index in `part.sections`.
        section: usize,
        /// Index in `section.sections`.
        subsection: Option<usize>,
    },
    /// A table of the template: index into `template.tables`. The model's tables point back here
    /// by [`crate::Table::heading`].
    Table {
        /// Index of the table's spec.
        spec: usize,
    },
    /// One grid of a side-by-side table.
    Grid {
        /// Index of the table's spec.
        spec: usize,
        /// Index of the grid's spec.
        grid: usize,
    },
    /// `# 目录`
    Contents,
    /// `# 底稿`, and what stands below it.
    Workings,
    /// A heading that the template doesn't know.
    Other,
}

/// How well a heading's text fits what it was taken for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Match {
    /// The title or an alias.
    Exact,
    /// A near miss: renamed.
    Near,
    /// By its number only.
    Position,
}

/// A heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// The heading's line.
    pub range: TextRange,
    /// Its text.
    pub text: TextRange,
    /// Its text reduced to what counts, by [`TitleKey`].
    pub key: String,
    /// 1 to 6.
    pub level: u8,
    /// The heading it stands under.
    pub parent: Option<HeadingId>,
    /// From the heading's start to the next heading of its level or a higher one.
    pub extent: TextRange,
    /// What the template calls it.
    pub target: Target,
    /// How well it fits.
    pub fit: Match,
}

/// The number a title begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ordinal {
    /// `第二部分`
    Part(u8),
    /// `表三`
    Table(u8),
    /// `三、`, `（三）`, `3.`
    Section(u8),
}

/// A Chinese or Arabic number up to 99, and what follows it.
fn number(text: &str) -> Option<(u8, &str)> {
    let mut value: u32 = 0;
    let mut rest = text;
    let mut seen = false;
    for c in text.chars() {
        let digit = match c {
            '一' => 1,
            '二' => 2,
            '三' => 3,
            '四' => 4,
            '五' => 5,
            '六' => 6,
            '七' => 7,
            '八' => 8,
            '九' => 9,
            '十' => {
                value = if seen { value.checked_mul(10)? } else { 10 };
                seen = true;
                rest = rest.strip_prefix(c)?;
                continue;
            }
            _ => match c.to_digit(10) {
                Some(digit) => {
                    value = value.checked_mul(10)?.checked_add(digit)?;
                    seen = true;
                    rest = rest.strip_prefix(c)?;
                    continue;
                }
                None => break,
            },
        };
        value = if value >= 10 && value.is_multiple_of(10) {
            value + digit
        } else {
            digit
        };
        seen = true;
        rest = rest.strip_prefix(c)?;
    }
    if seen {
        Some((u8::try_from(value).ok()?, rest))
    } else {
        None
    }
}

/// Reads the number a title begins with.
pub fn ordinal(title: &str) -> Option<Ordinal> {
    let title = title.trim_start();
    if let Some(rest) = title.strip_prefix('第') {
        let (n, rest) = number(rest.trim_start())?;
        return rest
            .trim_start()
            .starts_with("部分")
            .then_some(Ordinal::Part(n));
    }
    if let Some(rest) = title
        .strip_prefix('表')
        .or_else(|| title.strip_prefix("附表"))
    {
        return number(rest.trim_start()).map(|(n, _)| Ordinal::Table(n));
    }
    if let Some(rest) = title.strip_prefix(['（', '(']) {
        let (n, rest) = number(rest.trim_start())?;
        return rest
            .trim_start()
            .starts_with(['）', ')'])
            .then_some(Ordinal::Section(n));
    }
    let (n, rest) = number(title)?;
    rest.trim_start()
        .starts_with(['、', '.', '．', '，'])
        .then_some(Ordinal::Section(n))
}

/// Titles reduced to what counts: without numbers, 关于, the body's names and the year.
pub struct TitleKey {
    names: Vec<Finder<'static>>,
}

impl TitleKey {
    /// `names`: every name the body goes by, as written.
    pub fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut names: Vec<String> = names
            .map(|name| name::normalize(name).to_string())
            .collect();
        names.retain(|name| name.chars().count() >= 2);
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.dedup();
        let names = names.iter().map(|name| Finder::new(name).into_owned());
        Self {
            names: names.collect(),
        }
    }

    /// Whether one of the names is in a text, reduced by [`name::normalize`].
    pub fn has_name_in(&self, text: &str) -> bool {
        self.names
            .iter()
            .any(|name| name.find(text.as_bytes()).is_some())
    }

    /// The key of a title.
    pub fn of(&self, title: &str) -> String {
        let mut key = name::normalize(strip_part(title));
        for name in &self.names {
            if let Some(without) = without(&key, name) {
                key = Cow::Owned(without);
            }
        }
        if key.contains('年') {
            key = Cow::Owned(drop_years(&key).into_owned());
        }
        let mut rest = key.as_ref();
        for lead in ["关于", "单位", "本部门", "部门"] {
            // 部门 is dropped only before a longer title: `部门概况` and `概况` are one title,
            // while the tables' own 部门 stays, since both sides lose it.
            rest = rest.strip_prefix(lead).unwrap_or(rest);
        }
        rest.to_owned()
    }
}

/// A text without a name; `None` if it isn't there.
fn without(text: &str, name: &Finder<'_>) -> Option<String> {
    let mut places = name.find_iter(text.as_bytes()).peekable();
    places.peek()?;
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    for at in places {
        out.push_str(text.get(rest..at).unwrap_or_default());
        rest = at + name.needle().len();
    }
    out.push_str(text.get(rest..).unwrap_or_default());
    Some(out)
}

fn strip_part(title: &str) -> &str {
    let title = title.trim_start();
    match ordinal(title) {
        Some(Ordinal::Part(_)) => title.split_once("部分").map_or(title, |(_, rest)| rest),
        // `附表1 2019年度…`: without the blank the two numbers would be one.
        Some(Ordinal::Table(_)) => match title.split_once(char::is_whitespace) {
            Some((number, rest))
                if number.ends_with(|c: char| c.is_ascii_digit())
                    && rest.trim_start().starts_with(|c: char| c.is_ascii_digit()) =>
            {
                rest
            }
            _ => title,
        },
        _ => title,
    }
}

/// Without `2020年`, `2020年度`.
pub(crate) fn drop_years(key: &str) -> Cow<'_, str> {
    if !key.contains('年') {
        return Cow::Borrowed(key);
    }
    let mut out = String::with_capacity(key.len());
    let mut rest = key;
    while let Some(at) = rest.find('年') {
        let (head, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let digits = head.chars().rev().take_while(char::is_ascii_digit).count();
        let tail = tail.strip_prefix('年').unwrap_or(tail);
        if digits == 4 {
            let keep = head.len().saturating_sub(4);
            out.push_str(head.get(..keep).unwrap_or(head));
            rest = tail.strip_prefix('度').unwrap_or(tail);
        } else {
            out.push_str(head);
            out.push('年');
            rest = tail;
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals() {
        assert_eq!(ordinal("第二部分 部门预算公开表"), Some(Ordinal::Part(2)));
        assert_eq!(ordinal("表十一 上年结转"), Some(Ordinal::Table(11)));
        assert_eq!(ordinal("表1 收支"), Some(Ordinal::Table(1)));
        assert_eq!(ordinal("（三）其他"), Some(Ordinal::Section(3)));
        assert_eq!(ordinal("(十) 其他"), Some(Ordinal::Section(10)));
        assert_eq!(ordinal("二十一、其他"), Some(Ordinal::Section(21)));
        assert_eq!(ordinal("10.其他"), Some(Ordinal::Section(10)));
        assert_eq!(ordinal("一般公共预算"), None);
        assert_eq!(ordinal("2020 年部门预算"), None);
    }

    #[test]
    fn titles_lose_body_year_and_number() {
        let keys = TitleKey::new(["某县教育局", "县教育局"].into_iter());
        let plain = TitleKey::new(std::iter::empty());
        let title = plain.of("支出预算情况说明");
        assert_eq!(keys.of("三、关于某县教育局 2020 年支出预算情况说明"), title);
        assert_eq!(
            keys.of("三、关于某县教育局单位2020年支出预算情况说明"),
            title
        );
        assert_eq!(keys.of("第一部分 某县教育局单位概况"), plain.of("单位概况"));
        assert_eq!(
            keys.of("第二部分 2020 年部门预算公开表"),
            plain.of("部门预算公开表")
        );
        assert_ne!(keys.of("四、支出预算情况"), title);
        assert_eq!(
            plain.of("附表1 2019年度绩效评价汇总表"),
            plain.of("绩效评价汇总表")
        );
    }

    #[test]
    fn years_only_when_four_digits() {
        assert_eq!(drop_years("2020年度上年结转"), "上年结转");
        assert_eq!(drop_years("3年规划"), "3年规划");
    }
}
