//! Standard explanations of terms, from published glossaries.

use crate::Trust;

/// A term's explanation in one source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GlossaryEntry {
    /// `财政拨款`
    pub term: &'static str,
    /// The explanation.
    pub definition: &'static str,
    /// Where it was read; `memory` rows justify at most a hint.
    pub source: &'static str,
    /// Trust of the row.
    pub trust: Trust,
    /// A remark for maintainers.
    pub note: &'static str,
}

/// Reads `term, source, definition, note` rows under a header.
pub(crate) fn from_tsv(text: &'static str) -> Vec<GlossaryEntry> {
    let rows = text.lines().skip(1).filter_map(|line| {
        let mut fields = line.split('\t');
        let term = fields.next()?;
        let source = fields.next()?;
        Some(GlossaryEntry {
            term,
            definition: fields.next()?,
            source,
            trust: Trust::of_source(source),
            note: fields.next().unwrap_or_default(),
        })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use crate::{Catalog, Trust};

    #[test]
    fn every_row_is_an_entry() {
        let glossary = &Catalog::builtin().glossary;
        assert_eq!(glossary.len(), crate::GLOSSARY.lines().count() - 1);
        let first = glossary.first().expect("an entry");
        assert_eq!(first.term, "财政拨款");
        assert_eq!(first.trust, Trust::Document);
        assert!(glossary.iter().all(|entry| !entry.definition.is_empty()));
    }
}
