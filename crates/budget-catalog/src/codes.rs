//! Account codes: 支出功能分类 (类 3, 款 5, 项 7 digits) and 支出经济分类 (类 3, 款 5 digits).

use budget_syntax::expr::Level;

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
    /// Read in a published page or document.
    Document,
}

/// A code with its name in some years.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeEntry {
    /// `2010301`
    pub code: String,
    /// `行政运行`
    pub name: String,
    /// By the code's length.
    pub level: Level,
    /// First year it is valid, if known.
    pub from: Option<u16>,
    /// Last year it is valid, if known.
    pub to: Option<u16>,
    /// Trust of the row.
    pub trust: Trust,
    /// Where the row comes from.
    pub source: String,
}

/// The codes of one classification, sorted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CodeTable {
    entries: Vec<CodeEntry>,
}

impl CodeTable {
    /// All entries by code.
    pub fn entries(&self) -> &[CodeEntry] {
        &self.entries
    }

    /// Every entry of a code, whatever its years.
    pub fn lookup(&self, _code: &str) -> &[CodeEntry] {
        &[]
    }

    /// The entry of a code in a year: one whose years hold it, the most trusted of them.
    pub fn in_year(&self, _code: &str, _year: Option<u16>) -> Option<&CodeEntry> {
        None
    }

    /// The entries one level below a code; all classes for the empty code.
    pub fn children(&self, _code: &str) -> impl Iterator<Item = &CodeEntry> {
        std::iter::empty()
    }

    /// Names from the class down to the code itself: `一般公共服务支出 / … / 行政运行`.
    pub fn path(&self, _code: &str, _year: Option<u16>) -> Vec<&str> {
        Vec::new()
    }
}

/// The level of a code by its digits; `None` where the length fits no level.
pub fn level_of(code: &str, classification: Classification) -> Option<Level> {
    match (code.len(), classification) {
        (3, _) => Some(Level::Class),
        (5, _) => Some(Level::Paragraph),
        (7, Classification::Functional) => Some(Level::Item),
        _ => None,
    }
}
