//! What was said of the narrative, for the next version: it stands where neither the sentences have changed nor any cell
//! that was looked at for them.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use rustc_hash::FxHashSet;

use super::{Checked, FactId, Free, Relation};
use crate::{CellId, Change, Document, carried::Common, prose::Story};

/// Bytes before a number, and after it, in which words are looked for: more than any check does.
const BEFORE: u32 = 1024;
const AFTER: u32 = 4096;

/// The cells whose numbers were looked at.
#[derive(Default, Debug)]
pub(crate) struct Looked {
    cells: RefCell<FxHashSet<CellId>>,
    everywhere: Cell<bool>,
}

impl Looked {
    pub(crate) fn at(&self, cell: CellId) {
        self.cells.borrow_mut().insert(cell);
    }

    /// At cells that aren't known one by one.
    pub(crate) fn everywhere(&self) {
        self.everywhere.set(true);
    }

    /// None if any cell may be one of them.
    pub(crate) fn into_cells(self) -> Option<FxHashSet<CellId>> {
        (!self.everywhere.get()).then(|| self.cells.into_inner())
    }
}

/// What was said of the narrative of a document in which nothing is derived.
#[derive(Debug)]
pub(crate) struct Told {
    relations: Arc<Vec<Relation>>,
    free: Arc<Vec<(FactId, Free)>>,
    formulas: bool,
    /// What it hangs on: the cells, and how many decimals the numbers of each table have.
    looked: FxHashSet<CellId>,
    decimals: Vec<(u8, u8)>,
}

impl Told {
    pub(crate) fn new(
        document: &Document,
        checked: &Checked,
        formulas: bool,
        looked: FxHashSet<CellId>,
    ) -> Self {
        Self {
            relations: Arc::clone(&checked.relations),
            free: Arc::clone(&checked.free),
            formulas,
            looked,
            decimals: document.decimals().collect(),
        }
    }

    /// Whether it can be said of a document whose sentences are all the same, with other cells than an earlier one.
    fn stands(
        &self,
        document: &Document,
        (earlier, story): (&Story, &Story),
        common: &Common,
        formulas: bool,
    ) -> bool {
        let unread = |cell: &CellId| {
            !self.looked.contains(cell)
                && !earlier.known.reads_texts_of(cell.table)
                && !is_near(document, *cell, story)
        };
        let changes = &common.changes;
        let cells = changes.cells();
        self.formulas == formulas
            && changes.are_only(&[Change::Numbers, Change::Texts])
            && cells.is_some_and(|cells| cells.iter().all(unread))
            && document.decimals().eq(self.decimals.iter().copied())
    }
}

/// Whether a cell stands so near to a number of the narrative that it may be looked at for the words around that.
fn is_near(document: &Document, cell: CellId, story: &Story) -> bool {
    let Some(place) = document.cell(cell).map(|cell| cell.range) else {
        return true;
    };
    let facts = &story.narrative.facts;
    let after = facts.partition_point(|fact| fact.range.start() < place.start());
    let next = facts.get(after).map(|fact| fact.range.start());
    let last = after.checked_sub(1).and_then(|at| facts.get(at));
    let last = last.map(|fact| fact.whole.end());
    next.is_some_and(|next| next.saturating_sub(place.end()) < BEFORE)
        || last.is_some_and(|last| place.start().saturating_sub(last) < AFTER)
}

/// What was said of an earlier version's narrative, if it stands.
pub(super) fn still(
    document: &Document,
    story: &mut Story,
    formulas: bool,
    before: Option<(&Story, &Common)>,
) -> Option<Checked> {
    let (earlier, common) = before?;
    let told = earlier.told.as_ref()?;
    if !story.all_known || !told.stands(document, (earlier, story), common, formulas) {
        return None;
    }
    story.known.take_all_tables(&earlier.known);
    story.told = Some(Arc::clone(told));
    Some(Checked {
        narrative: Arc::clone(&story.narrative),
        relations: Arc::clone(&told.relations),
        free: Arc::clone(&told.free),
    })
}
