//! What a version of a document leaves to the next: results of the check that hold for whatever both have in common.
//! It makes no difference but to time: with it or without, a document is read and checked to the same end.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use budget_catalog::{Catalog, Template};
use budget_syntax::{
    Same, TextRange,
    tree::{BlockKind, Parse},
};

use crate::{
    Document,
    prose::Story,
    relation::{Tolerance, Walked},
};

/// What a check leaves.
#[derive(Debug)]
pub(crate) struct Carried {
    context: Context,
    pub(crate) story: Story,
    pub(crate) walked: Walked,
}

/// What all of a document hangs on.
#[derive(Debug)]
struct Context {
    text: Arc<str>,
    front: TextRange,
    catalog: Arc<Catalog>,
    template: Arc<Template>,
    tolerance: Tolerance,
}

impl Context {
    fn of(document: &Document) -> Self {
        Self {
            text: Arc::clone(&document.text),
            front: front(&document.parse),
            catalog: Arc::clone(&document.catalog),
            template: Arc::clone(&document.template),
            tolerance: document.tolerance,
        }
    }

    fn is_that_of(&self, document: &Document) -> bool {
        Arc::ptr_eq(&self.catalog, &document.catalog)
            && Arc::ptr_eq(&self.template, &document.template)
            && self.tolerance == document.tolerance
            && self.front.of(&self.text) == document.slice(front(&document.parse))
    }
}

/// The front matter.
fn front(parse: &Parse) -> TextRange {
    let first = parse.tree.blocks().next();
    let front = first.filter(|block| matches!(block.kind, BlockKind::FrontMatter(_)));
    front.map(|block| block.range).unwrap_or_default()
}

/// The place of a document for what an earlier version left, and for what it leaves itself.
#[derive(Default, Debug)]
pub(crate) struct Carry {
    before: Mutex<Option<Arc<Carried>>>,
    own: OnceLock<Arc<Carried>>,
}

impl Carry {
    /// What a document that was there before leaves: its own, or what it had and didn't need.
    pub(crate) fn after(before: &Document) -> Self {
        let carry = &before.carry;
        let left = carry.own.get().cloned().or_else(|| carry.lock().clone());
        Self {
            before: Mutex::new(left),
            own: OnceLock::new(),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<Carried>>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Document {
    /// What an earlier version left, and what this one has in common with it. Given once: the next version takes
    /// what this one leaves.
    pub(crate) fn carried(&self) -> Option<(Arc<Carried>, Same)> {
        let left = self.carry.lock().take()?;
        let serves = left.context.is_that_of(self);
        serves.then(|| {
            let same = Same::of(&self.text, &left.context.text);
            (left, same)
        })
    }

    /// Leaves something for the next version.
    pub(crate) fn leave(&self, story: Story, walked: Walked) {
        let context = Context::of(self);
        // Whoever checks it first.
        let _ = self.carry.own.set(Arc::new(Carried {
            context,
            story,
            walked,
        }));
    }
}
