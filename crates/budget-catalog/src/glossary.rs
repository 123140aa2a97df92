//! Standard explanations of terms, from published glossaries.

/// A term's explanation in one source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GlossaryEntry {
    /// `财政拨款`
    pub term: String,
    /// The explanation.
    pub definition: String,
    /// Where it was read; `memory` rows justify at most a hint.
    pub source: String,
    /// A remark for maintainers.
    pub note: String,
}
