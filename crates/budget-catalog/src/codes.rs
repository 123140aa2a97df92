//! Account codes: 支出功能分类 (类 3, 款 5, 项 7 digits) and 支出经济分类 (类 3, 款 5 digits).

use std::{borrow::Cow, sync::OnceLock};

use budget_syntax::expr::Level;
use rustc_hash::FxHashMap;

/// Which classification a code belongs to.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Debug,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Classification {
    /// 支出功能分类.
    Functional,
    /// 支出经济分类.
    Economic,
}

/// How far a row of the catalogue can be trusted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Trust {
    /// From memory and uncertain.
    Uncertain,
    /// From memory: justifies at most a hint.
    Memory,
    /// Read in a published page or document, or in a pack of the user's own.
    Document,
}

impl Trust {
    /// Trust in the name that a `source` column gives: the best of its sources.
    pub fn of_source(source: &str) -> Self {
        match source {
            // Nearly all rows: the program reads them at every start.
            "memory" | "" => Self::Memory,
            "memory(uncertain)" => Self::Uncertain,
            _ => {
                let best = source.split(';').map(|source| match source.trim() {
                    "memory" | "" => Self::Memory,
                    other if other.starts_with("memory") => Self::Uncertain,
                    _ => Self::Document,
                });
                best.max().unwrap_or(Self::Uncertain)
            }
        }
    }
}

/// A code with its name in some years.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeEntry {
    /// `2010301`
    pub code: Cow<'static, str>,
    /// `行政运行`
    pub name: Cow<'static, str>,
    /// By the code's length.
    pub level: Level,
    /// First year it is valid, if known.
    pub from: Option<u16>,
    /// Last year it is valid, if known.
    pub to: Option<u16>,
    /// Trust of the row.
    pub trust: Trust,
    /// Where the row comes from.
    pub source: Cow<'static, str>,
}

impl CodeEntry {
    /// Whether it is valid in a year; true where the year or the entry's years are not known.
    pub fn holds_in(&self, year: Option<u16>) -> bool {
        let Some(year) = year else { return true };
        self.from.is_none_or(|from| from <= year) && self.to.is_none_or(|to| year <= to)
    }
}

/// The codes of one classification, sorted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CodeTable {
    entries: Vec<CodeEntry>,
    /// Of each entry its code as a number: see [`rank`].
    ranks: Vec<u32>,
    /// Indices of the entries by normalised name; made when it is first asked for.
    by_name: OnceLock<FxHashMap<String, Vec<usize>>>,
}

impl CodeTable {
    /// Reads `code, name, level, valid_from_year, valid_to_year, source` rows under a header. Rows
    /// that are not codes are left out; a test counts that there are none in the built-in data.
    pub(crate) fn from_tsv(text: &'static str) -> Self {
        let mut entries: Vec<CodeEntry> = Vec::with_capacity(text.len() / 40);
        rows(text, |fields| entries.extend(entry(fields)));
        // Several rows of a code stay in the file's order.
        if !entries.is_sorted_by(|a, b| a.code <= b.code) {
            entries.sort_by(|a, b| a.code.cmp(&b.code));
        }
        Self::of(entries)
    }

    /// `entries` are sorted by code.
    fn of(entries: Vec<CodeEntry>) -> Self {
        let ranks = entries.iter().filter_map(|entry| rank(&entry.code));
        Self {
            ranks: ranks.collect(),
            entries,
            by_name: OnceLock::new(),
        }
    }

    /// This table with further rows; what it says of the same code in the same years gives way.
    pub(crate) fn with(&self, rows: Vec<CodeEntry>) -> Self {
        let years = |entry: &CodeEntry| (entry.from.unwrap_or(0), entry.to.unwrap_or(u16::MAX));
        let mut own: FxHashMap<&str, Vec<(u16, u16)>> = FxHashMap::default();
        for row in &rows {
            own.entry(&row.code).or_default().push(years(row));
        }
        let stays = |entry: &&CodeEntry| {
            let (from, to) = years(entry);
            let said = own.get(&*entry.code).map(Vec::as_slice).unwrap_or_default();
            !said
                .iter()
                .any(|(first, last)| *first <= to && from <= *last)
        };
        let mut entries: Vec<CodeEntry> = self.entries.iter().filter(stays).cloned().collect();
        entries.extend(rows);
        entries.sort_by(|a, b| a.code.cmp(&b.code));
        Self::of(entries)
    }

    /// All entries by code.
    pub fn entries(&self) -> &[CodeEntry] {
        &self.entries
    }

    /// Every entry of a code, whatever its years.
    pub fn lookup(&self, code: &str) -> &[CodeEntry] {
        let Some(rank) = rank(code) else { return &[] };
        let start = self.ranks.partition_point(|other| *other < rank);
        let rest = self.ranks.get(start..).unwrap_or_default();
        let count = rest.iter().take_while(|other| **other == rank).count();
        self.entries.get(start..start + count).unwrap_or_default()
    }

    /// The entry of a code in a year: one whose years hold it, the most trusted of them, then the
    /// latest.
    pub fn in_year(&self, code: &str, year: Option<u16>) -> Option<&CodeEntry> {
        let valid = self.lookup(code).iter().filter(|e| e.holds_in(year));
        valid.max_by_key(|entry| (entry.trust, entry.to.unwrap_or(u16::MAX), entry.from))
    }

    /// Every entry of that name, in the form of [`crate::name::normalize_account`].
    pub fn named(&self, name: &str) -> impl Iterator<Item = &CodeEntry> {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name: FxHashMap<String, Vec<usize>> = FxHashMap::default();
            for (index, entry) in self.entries.iter().enumerate() {
                let key = crate::name::normalize_account(&entry.name).into_owned();
                by_name.entry(key).or_default().push(index);
            }
            by_name
        });
        let found = by_name.get(name).into_iter().flatten();
        found.filter_map(|index| self.entries.get(*index))
    }

    /// The entries one level below a code; all classes for the empty code. A code with several
    /// names over the years comes several times: [`CodeEntry::holds_in`] tells them apart.
    pub fn children(&self, code: &str) -> impl Iterator<Item = &CodeEntry> {
        let length = if code.is_empty() { 3 } else { code.len() + 2 };
        let start = self.entries.partition_point(|entry| *entry.code < *code);
        let rest = self.entries.get(start..).unwrap_or_default().iter();
        rest.take_while(move |entry| entry.code.starts_with(code))
            .filter(move |entry| entry.code.len() == length)
    }

    /// Names from the class down to the code itself: `一般公共服务支出 / … / 行政运行`. A level that
    /// the catalogue doesn't have is left out.
    pub fn path(&self, code: &str, year: Option<u16>) -> Vec<&str> {
        let prefixes = [3, 5, 7]
            .into_iter()
            .filter_map(|length| code.get(..length));
        prefixes
            .filter_map(|code| {
                let entry = self.in_year(code, year);
                entry.or_else(|| self.in_year(code, None))
            })
            .map(|entry| &*entry.name)
            .collect()
    }
}

/// Columns of the data files.
const FIELDS: usize = 6;

/// Splits the rows below the header at tabs, in one pass: every start of the program waits for it.
fn rows(text: &'static str, mut each: impl FnMut([&'static str; FIELDS])) {
    let body = text.find('\n').and_then(|end| text.get(end + 1..));
    let body = body.unwrap_or_default();
    let (mut fields, mut count, mut start) = ([""; FIELDS], 0, 0);
    for at in memchr::memchr2_iter(b'\t', b'\n', body.as_bytes()) {
        if let Some(field) = fields.get_mut(count) {
            *field = body.get(start..at).unwrap_or_default();
        }
        (count, start) = (count + 1, at + 1);
        if body.as_bytes().get(at) == Some(&b'\n') {
            each(fields);
            (fields, count) = ([""; FIELDS], 0);
        }
    }
}

fn entry(fields: [&'static str; FIELDS]) -> Option<CodeEntry> {
    let [code, name, _level_in_words, from, to, source] = fields;
    let level = level_by_length(code)?;
    // Where the source doubts the years, a year must not make the code wrong.
    let year = |text: &str| match text {
        "" => None,
        _ if source.ends_with("(years uncertain)") => None,
        _ => text.parse().ok(),
    };
    Some(CodeEntry {
        code: Cow::Borrowed(code),
        name: Cow::Borrowed(name),
        level,
        from: year(from),
        to: year(to),
        trust: Trust::of_source(source),
        source: Cow::Borrowed(source),
    })
}

/// A number that rises as codes do: `201`, `20101`, `2010101`, `202`. `None` for what is no code.
fn rank(code: &str) -> Option<u32> {
    level_by_length(code)?;
    let digits = code.bytes().chain(std::iter::repeat(b'0')).take(7);
    let padded = digits.fold(0, |rank, digit| rank * 10 + u32::from(digit - b'0'));
    Some(padded * 8 + u32::try_from(code.len()).ok()?)
}

fn level_by_length(code: &str) -> Option<Level> {
    if !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match code.len() {
        3 => Some(Level::Class),
        5 => Some(Level::Paragraph),
        7 => Some(Level::Item),
        _ => None,
    }
}

/// The level of a code by its digits; `None` where the length fits no level or it holds anything
/// but digits.
pub fn level_of(code: &str, classification: Classification) -> Option<Level> {
    let level = level_by_length(code)?;
    (level != Level::Item || classification == Classification::Functional).then_some(level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    #[test]
    fn every_row_of_the_data_is_an_entry() {
        for (text, table) in [
            (crate::FUNCTIONAL, &Catalog::builtin().functional),
            (crate::ECONOMIC, &Catalog::builtin().economic),
        ] {
            assert_eq!(text.lines().count() - 1, table.entries().len());
            for (line, entry) in text.lines().skip(1).zip(table.entries()) {
                let level = match entry.level {
                    Level::Class => "类",
                    Level::Paragraph => "款",
                    Level::Item => "项",
                };
                assert_eq!(line.split('\t').nth(2), Some(level), "{line}");
                assert!(!entry.name.is_empty(), "{line}");
            }
        }
    }

    #[test]
    fn every_code_has_its_parents() {
        for table in [&Catalog::builtin().functional, &Catalog::builtin().economic] {
            for entry in table.entries() {
                for length in [3, 5] {
                    let parent = entry.code.get(..length).unwrap_or(&*entry.code);
                    assert!(
                        !table.lookup(parent).is_empty(),
                        "{} lacks {parent}",
                        entry.code
                    );
                }
            }
        }
    }

    #[test]
    fn sources_are_trusted_by_their_best() {
        assert_eq!(Trust::of_source("seed:000;seed:001"), Trust::Document);
        assert_eq!(
            Trust::of_source("document;memory(years uncertain)"),
            Trust::Document
        );
        assert_eq!(Trust::of_source("page:https://a.b/c"), Trust::Document);
        assert_eq!(Trust::of_source("memory"), Trust::Memory);
        assert_eq!(Trust::of_source("memory(uncertain)"), Trust::Uncertain);
    }

    #[test]
    fn names_depend_on_the_year() {
        let codes = &Catalog::builtin().functional;
        let name = |code, year| codes.in_year(code, year).map(|entry| &*entry.name);
        assert_eq!(name("210", Some(2018)), Some("医疗卫生与计划生育支出"));
        assert_eq!(name("210", Some(2020)), Some("卫生健康支出"));
        assert_eq!(name("20805", Some(2019)), Some("行政事业单位离退休"));
        assert_eq!(name("20805", Some(2020)), Some("行政事业单位养老支出"));
        assert_eq!(name("224", Some(2018)), None);
        assert_eq!(name("210", None), Some("卫生健康支出"));
        assert_eq!(codes.lookup("20805").len(), 2);
        assert_eq!(name("20199999", None), None);
        assert_eq!(name("", None), None);
    }

    #[test]
    fn children_are_one_level_below() {
        let codes = &Catalog::builtin().economic;
        let children: Vec<_> = codes.children("301").map(|entry| &*entry.code).collect();
        assert_eq!(children.first(), Some(&"30101"));
        assert_eq!(children.last(), Some(&"30199"));
        assert!(children.iter().all(|code| code.len() == 5));
        assert!(codes.children("").all(|entry| entry.level == Level::Class));
        assert!(codes.children("").any(|entry| entry.code == "399"));
        assert_eq!(codes.children("30101").count(), 0);
    }

    #[test]
    fn paths_go_from_class_to_item() {
        let codes = &Catalog::builtin().functional;
        assert_eq!(
            codes.path("2010301", Some(2020)),
            [
                "一般公共服务支出",
                "政府办公厅（室）及相关机构事务",
                "行政运行"
            ]
        );
        assert_eq!(codes.path("201", None), ["一般公共服务支出"]);
        assert_eq!(codes.path("二〇一", None), Vec::<&str>::new());
    }

    #[test]
    fn levels_follow_from_length() {
        use Classification::{Economic, Functional};
        assert_eq!(level_of("201", Functional), Some(Level::Class));
        assert_eq!(level_of("2010301", Functional), Some(Level::Item));
        assert_eq!(level_of("3010101", Economic), None);
        assert_eq!(level_of("30101", Economic), Some(Level::Paragraph));
        assert_eq!(level_of("2O1", Functional), None);
        assert_eq!(level_of("一", Functional), None);
    }
}
