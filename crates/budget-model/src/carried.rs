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
    build::TableRead,
    prose::Story,
    relation::{Tolerance, Walked},
};

/// What a check leaves.
#[derive(Debug)]
pub(crate) struct Carried {
    context: Context,
    blocks: Vec<TableRead>,
    pub(crate) story: Story,
    pub(crate) walked: Walked,
}

/// What two versions have in common.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) same: Same,
    /// Which tables are read from the same blocks in the same way, and stand at the same place among the tables.
    pub(crate) tables: Vec<bool>,
}

impl Common {
    fn of(document: &Document, left: &Carried) -> Self {
        let same = Same::of(&document.text, &left.context.text);
        let blocks = || document.blocks.iter().zip(&left.blocks);
        let alike = document.blocks.len() == left.blocks.len()
            && blocks().all(|(now, before)| now.table == before.table);
        let mut tables = vec![alike; document.tables.len()];
        for (now, before) in blocks() {
            let is_same = now.is_as(before) && same.before(now.range) == Some(before.range);
            if let Some(slot) = tables.get_mut(now.table) {
                *slot &= is_same;
            }
        }
        Self { same, tables }
    }
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
    pub(crate) fn carried(&self) -> Option<(Arc<Carried>, Common)> {
        let left = self.carry.lock().take()?;
        let serves = left.context.is_that_of(self);
        serves.then(|| {
            let common = Common::of(self, &left);
            (left, common)
        })
    }

    /// Leaves something for the next version.
    pub(crate) fn leave(&self, story: Story, walked: Walked) {
        let carried = Carried {
            context: Context::of(self),
            blocks: self.blocks.clone(),
            story,
            walked,
        };
        // Whoever checks it first.
        let _ = self.carry.own.set(Arc::new(carried));
    }
}
