//! The template's words: labels that give a row its role, header words that give a column its kind.

use std::borrow::Cow;

use budget_catalog::{
    name,
    template::{ColumnKind, RowRole, Template},
};
use rustc_hash::FxHashMap;

/// Words in the form in which names are compared. Made once a document.
pub(super) struct Words {
    roles: FxHashMap<String, RowRole>,
    kinds: Vec<(String, ColumnKind)>,
    endings: Vec<(String, ColumnKind)>,
    asides: Vec<String>,
}

impl Words {
    pub(super) fn new(template: &Template) -> Self {
        let key = |word: &String| name::normalize(word).into_owned();
        let mut roles = FxHashMap::default();
        for words in &template.row_words {
            for word in &words.names {
                roles.entry(key(word)).or_insert(words.role);
            }
        }
        let kinds = &template.column_words;
        let pairs = |words: fn(&budget_catalog::template::ColumnWords) -> &Vec<String>| {
            kinds
                .iter()
                .flat_map(|kind| words(kind).iter().map(|word| (key(word), kind.kind)))
                .collect()
        };
        Self {
            roles,
            kinds: pairs(|words| &words.names),
            endings: pairs(|words| &words.endings),
            asides: template.asides.iter().map(key).collect(),
        }
    }

    /// The role that a label's words give a row without a code. [`role_of`] reads one label alone.
    pub(super) fn role(&self, label: &str) -> RowRole {
        let key: Cow<'_, str> = name::normalize(label);
        self.roles.get(&*key).copied().unwrap_or_default()
    }

    /// Whether a normalised header says something about other columns, and is no part of a sum.
    pub(super) fn is_aside(&self, header: &str) -> bool {
        self.asides
            .iter()
            .any(|word| header.contains(word.as_str()))
    }

    /// Whether the last level of a normalised header is that of a sum.
    pub(super) fn is_sum(&self, header: &str) -> bool {
        let last = header.rsplit('/').next().unwrap_or_default();
        let role = self.roles.get(last).copied().unwrap_or_default();
        matches!(role, RowRole::Total | RowRole::Subtotal)
            || ["合计", "总计", "小计"]
                .iter()
                .any(|sum| last.ends_with(sum))
    }

    /// Whether the text is a mark of a row of column numbers (`※`, `栏次`).
    pub(super) fn is_column_mark(&self, text: &str) -> bool {
        self.role(text) == RowRole::ColumnNumbers
    }

    /// The kinds that a header's last level may have, whole words before endings.
    pub(super) fn kinds(&self, header: &str) -> impl Iterator<Item = ColumnKind> {
        let key = name::normalize(header).into_owned();
        let last = key.rsplit('/').next().unwrap_or_default().to_owned();
        let ending = last.clone();
        let whole = self.kinds.iter().filter(move |(word, _)| *word == last);
        let ends = self
            .endings
            .iter()
            .filter(move |(word, _)| ending.ends_with(word.as_str()));
        whole.chain(ends).map(|(_, kind)| *kind)
    }
}

/// The role that a label's words give a row without a code, as a template reads them.
#[must_use]
pub fn role_of(template: &Template, label: &str) -> RowRole {
    let key = name::normalize(label);
    let is_it = |name: &String| name::normalize(name) == key;
    let mut words = template.row_words.iter();
    let found = words.find(|words| words.names.iter().any(is_it));
    found.map_or_else(RowRole::default, |words| words.role)
}
