//! What the source lost (`<!-- 转换缺失: … -->`) or publishes apart (`<!-- 另附 -->`), by heading.
//!
//! What touches such a place is unknown: rules on required things count it as present.

use budget_model::{Document, HeadingId};
use rustc_hash::FxHashMap;

/// The marks of a document: what each says is lost, without spaces; empty for all of it.
#[derive(Default)]
pub(crate) struct Marks {
    by_heading: FxHashMap<Option<HeadingId>, Vec<String>>,
}

impl Marks {
    pub(crate) fn new(document: &Document) -> Self {
        let mut marks = Self::default();
        for mark in document.marks.iter().filter(|mark| !mark.row) {
            let text = document.slice(mark.range).trim();
            let what = text.split_once([':', '：']).map_or("", |(_, what)| what);
            let what = what.trim_end_matches("-->");
            let what = what.chars().filter(|c| !c.is_whitespace()).collect();
            marks.by_heading.entry(mark.heading).or_default().push(what);
        }
        marks
    }

    /// Whether something with this title, which belongs under the heading, may be lost or
    /// published apart: a mark under the heading or one above it says all of that is, or a mark
    /// anywhere names the title.
    pub(crate) fn covers(
        &self,
        document: &Document,
        heading: Option<HeadingId>,
        title: &str,
    ) -> bool {
        if self.by_heading.is_empty() {
            return false;
        }
        let all = |at: Option<HeadingId>| {
            let marks = self.by_heading.get(&at);
            marks.is_some_and(|marks| marks.iter().any(String::is_empty))
        };
        let title: String = title.chars().filter(|c| !c.is_whitespace()).collect();
        let named = |what: &String| !title.is_empty() && what.contains(&title);
        all(None)
            || heading.is_some_and(|id| document.ancestors(id).any(|(id, _)| all(Some(id))))
            || self.by_heading.values().flatten().any(named)
    }

    /// Whether a mark stands under the heading itself (not under one below it).
    pub(crate) fn under(&self, heading: Option<HeadingId>) -> bool {
        self.by_heading.contains_key(&heading)
    }

    /// Whether there are any.
    pub(crate) fn any(&self) -> bool {
        !self.by_heading.is_empty()
    }
}
