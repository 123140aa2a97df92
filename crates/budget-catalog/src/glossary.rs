//! Standard explanations of terms, from published glossaries.

use std::{borrow::Cow, sync::OnceLock};

use rustc_hash::FxHashMap;

use crate::{Trust, name};

/// A term's explanation in one source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GlossaryEntry {
    /// `财政拨款`
    pub term: Cow<'static, str>,
    /// The explanation.
    pub definition: Cow<'static, str>,
    /// Where it was read; `memory` rows justify at most a hint.
    pub source: Cow<'static, str>,
    /// Trust of the row.
    pub trust: Trust,
    /// A remark for maintainers.
    pub note: Cow<'static, str>,
}

/// Every explanation of every term, in the file's order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Glossary {
    entries: Vec<GlossaryEntry>,
    /// Indices of the entries by term; made when it is first asked for.
    by_term: OnceLock<FxHashMap<String, Vec<usize>>>,
}

impl Glossary {
    /// Reads `term, source, definition, note` rows under a header.
    pub(crate) fn from_tsv(text: &'static str) -> Self {
        Self {
            entries: rows(text).collect(),
            by_term: OnceLock::new(),
        }
    }

    /// These explanations after further ones: the first of a term is shown.
    pub(crate) fn after(&self, mut entries: Vec<GlossaryEntry>) -> Self {
        entries.extend(self.entries.iter().cloned());
        Self {
            entries,
            by_term: OnceLock::new(),
        }
    }

    /// All explanations.
    pub fn entries(&self) -> &[GlossaryEntry] {
        &self.entries
    }

    /// The explanations of a term, in the form of [`name::normalize`].
    pub fn of_term(&self, term: &str) -> impl Iterator<Item = &GlossaryEntry> + Clone {
        let by_term = self.by_term.get_or_init(|| {
            let mut by_term: FxHashMap<String, Vec<usize>> = FxHashMap::default();
            for (index, entry) in self.entries.iter().enumerate() {
                let key = name::normalize(&entry.term).into_owned();
                by_term.entry(key).or_default().push(index);
            }
            by_term
        });
        let found = by_term.get(term).into_iter().flatten();
        found.filter_map(|index| self.entries.get(*index))
    }
}

fn rows(text: &'static str) -> impl Iterator<Item = GlossaryEntry> {
    text.lines().skip(1).filter_map(|line| {
        let mut fields = line.split('\t');
        let term = fields.next()?;
        let source = fields.next()?;
        Some(GlossaryEntry {
            term: Cow::Borrowed(term),
            definition: Cow::Borrowed(fields.next()?),
            source: Cow::Borrowed(source),
            trust: Trust::of_source(source),
            note: Cow::Borrowed(fields.next().unwrap_or_default()),
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::{Catalog, Trust};

    #[test]
    fn every_row_is_an_entry() {
        let glossary = Catalog::builtin().glossary.entries();
        assert_eq!(glossary.len(), crate::GLOSSARY.lines().count() - 1);
        let first = glossary.first().expect("an entry");
        assert_eq!(first.term, "财政拨款");
        assert_eq!(first.trust, Trust::Document);
        assert!(glossary.iter().all(|entry| !entry.definition.is_empty()));
    }
}
