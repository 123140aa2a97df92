//! What the source lost (`<!-- 转换缺失: … -->`) or publishes apart (`<!-- 另附 -->`), by heading.
//!
//! What touches such a place is unknown: rules on required things count it as present.

use budget_model::{Document, HeadingId};
use budget_syntax::TextRange;
use rustc_hash::FxHashMap;

/// The marks of a document.
#[derive(Default)]
pub(crate) struct Marks {
    by_heading: FxHashMap<Option<HeadingId>, Vec<Mark>>,
}

/// A mark.
pub(crate) struct Mark {
    /// What is lost, as written after the colon; empty for all of it.
    what: String,
    /// The comment.
    range: TextRange,
}

impl Marks {
    pub(crate) fn new(document: &Document) -> Self {
        let mut marks = Self::default();
        for mark in &document.marks {
            let text = document.slice(mark.range);
            let what = text.split_once([':', '：']).map_or("", |(_, what)| what);
            let what = what.trim_end_matches("-->");
            marks
                .by_heading
                .entry(mark.heading)
                .or_default()
                .push(Mark {
                    what: budget_catalog::name::normalize(what).into_owned(),
                    range: mark.range,
                });
        }
        marks
    }

    /// The first mark under a heading itself (not under one below it).
    pub(crate) fn under(&self, heading: Option<HeadingId>) -> Option<TextRange> {
        self.by_heading
            .get(&heading)?
            .first()
            .map(|mark| mark.range)
    }

    /// Whether `title` (normalised), which belongs under the heading, may be lost or published
    /// apart: a mark under the heading or one above it names it, or names nothing in particular.
    pub(crate) fn covers(
        &self,
        document: &Document,
        heading: Option<HeadingId>,
        title: &str,
    ) -> bool {
        if self.by_heading.is_empty() {
            return false;
        }
        let mut at = heading;
        loop {
            let marks = self.by_heading.get(&at);
            if marks.is_some_and(|marks| marks.iter().any(|mark| mark.covers(title))) {
                return true;
            }
            let Some(id) = at else { return false };
            let parent = document
                .headings
                .get(id.0 as usize)
                .and_then(|heading| heading.parent);
            at = parent.filter(|parent| *parent < id);
        }
    }
}

impl Mark {
    fn covers(&self, title: &str) -> bool {
        self.what.is_empty() || self.what.contains(title)
    }
}
