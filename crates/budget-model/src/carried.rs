//! What a version of a document leaves to the next: results of the check that hold for whatever both have in common.
//! It makes no difference but to time: with it or without, a document is read and checked to the same end.

use std::{
    any::Any,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use budget_catalog::{Catalog, Template};
use budget_syntax::{
    Same, TextRange,
    tree::{BlockKind, Parse},
};

use crate::{
    Changes, Document,
    build::TableRead,
    document::Siblings,
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
    pub(crate) changes: Changes,
    /// Which tables are read from the same blocks in the same way, and stand at the same place among the tables.
    pub(crate) tables: Vec<bool>,
}

impl Common {
    fn of(document: &Document, left: &Carried, Since { same, changes }: Since) -> Self {
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
        Self {
            same,
            changes,
            tables,
        }
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
    siblings: Siblings,
}

impl Context {
    fn of(document: &Document) -> Self {
        Self {
            text: Arc::clone(&document.text),
            front: front(&document.parse),
            catalog: Arc::clone(&document.catalog),
            template: Arc::clone(&document.template),
            tolerance: document.tolerance,
            siblings: document.siblings.clone(),
        }
    }

    fn is_that_of(&self, document: &Document) -> bool {
        Arc::ptr_eq(&self.catalog, &document.catalog)
            && Arc::ptr_eq(&self.template, &document.template)
            && self.tolerance == document.tolerance
            && self.siblings.are_those(&document.siblings)
            && self.front.of(&self.text) == document.slice(front(&document.parse))
    }
}

/// The front matter.
fn front(parse: &Parse) -> TextRange {
    let first = parse.tree.blocks().next();
    let front = first.filter(|block| matches!(block.kind, BlockKind::FrontMatter(_)));
    front.map(|block| block.range).unwrap_or_default()
}

/// What one who builds on this crate leaves.
#[derive(Debug)]
struct Kept {
    context: Context,
    what: Arc<dyn Any + Send + Sync>,
}

/// What has changed since a version that left something.
#[derive(Debug)]
pub struct Since {
    /// What both texts have in common.
    pub same: Same,
    /// How they differ.
    pub changes: Changes,
}

/// What an earlier version left, and what has changed since, with what both texts have in common if that is known already.
#[derive(Debug)]
struct Left<T> {
    what: Arc<T>,
    same: Option<Same>,
    changes: Changes,
}

impl<T> Left<T> {
    /// What the version before leaves: its own, or what it had and didn't need.
    fn by(
        own: &OnceLock<Arc<T>>,
        had: &Mutex<Option<Left<T>>>,
        same: &Same,
        changes: &Changes,
    ) -> Option<Self> {
        match own.get().cloned() {
            Some(what) => Some(Self {
                what,
                same: Some(*same),
                changes: changes.clone(),
            }),
            None => lock(had).as_ref().map(|had| Self {
                what: Arc::clone(&had.what),
                same: None,
                changes: had.changes.clone().and(changes.clone()),
            }),
        }
    }

    /// What has changed, in a document that another with that text left something for.
    fn since(self, document: &Document, text: &str) -> Since {
        let same = self.same;
        Since {
            same: same.unwrap_or_else(|| Same::of(&document.text, text)),
            changes: self.changes,
        }
    }
}

/// The place of a document for what an earlier version left, and for what it leaves itself.
#[derive(Default, Debug)]
pub(crate) struct Carry {
    before: Mutex<Option<Left<Carried>>>,
    own: OnceLock<Arc<Carried>>,
    kept_before: Mutex<Option<Left<Kept>>>,
    kept: OnceLock<Arc<Kept>>,
}

impl Carry {
    /// Hands on what a document that was there before leaves.
    pub(crate) fn take_over(&self, before: &Document, same: &Same, now: &Document) {
        let carry = &before.carry;
        let changes = Changes::between(before, now, same);
        *lock(&self.before) = Left::by(&carry.own, &carry.before, same, &changes);
        *lock(&self.kept_before) = Left::by(&carry.kept, &carry.kept_before, same, &changes);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Document {
    /// What an earlier version left, and what this one has in common with it. Given once: the next version takes
    /// what this one leaves.
    pub(crate) fn carried(&self) -> Option<(Arc<Carried>, Common)> {
        let left = lock(&self.carry.before).take()?;
        let what = Arc::clone(&left.what);
        let serves = what.context.is_that_of(self);
        serves.then(|| {
            let since = left.since(self, &what.context.text);
            let common = Common::of(self, &what, since);
            (what, common)
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

    /// What was kept of an earlier version ([`Self::keep`]), and what has changed since. Given once.
    pub fn kept<T: Any + Send + Sync>(&self) -> Option<(Arc<T>, Since)> {
        let left = lock(&self.carry.kept_before).take()?;
        let kept = Arc::clone(&left.what);
        let what = Arc::clone(&kept.what).downcast::<T>().ok()?;
        let serves = kept.context.is_that_of(self);
        serves.then(|| (what, left.since(self, &kept.context.text)))
    }

    /// Keeps something for the next version.
    pub fn keep<T: Any + Send + Sync>(&self, what: T) {
        let kept = Kept {
            context: Context::of(self),
            what: Arc::new(what),
        };
        // Whoever checks it first.
        let _ = self.carry.kept.set(Arc::new(kept));
    }
}
