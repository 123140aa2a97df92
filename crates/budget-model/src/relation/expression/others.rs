//! The documents that `上年.…` and `预算.…` lead to.

use std::cell::OnceCell;

use super::{super::derive::derive, super::plan::Plan, Index};
use crate::Document;

/// Another document's numbers, read when an expression first asks for them.
struct Other<'d> {
    document: Option<&'d Document>,
    index: OnceCell<Index<'d>>,
}

/// The documents that a document names. They have none themselves: `上年.上年.…` leads nowhere.
pub(crate) struct Others<'d> {
    last_year: Other<'d>,
    budget: Other<'d>,
}

impl<'d> Others<'d> {
    pub(crate) fn of(document: &'d Document) -> Self {
        let other = |document| Other {
            document,
            index: OnceCell::new(),
        };
        Self {
            last_year: other(document.siblings.last_year.as_deref()),
            budget: other(document.siblings.budget.as_deref()),
        }
    }

    /// The document that the first name of a path means; none if it isn't there.
    pub(super) fn named(&self, name: &str) -> Option<&Index<'d>> {
        let other = match name {
            "上年" => &self.last_year,
            "预算" => &self.budget,
            _ => return None,
        };
        let document = other.document?;
        Some(other.index.get_or_init(|| {
            let mut index = Index::new(document);
            derive(&mut index, &Plan::of(&document.template));
            index
        }))
    }
}
