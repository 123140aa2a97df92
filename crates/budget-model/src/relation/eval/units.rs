//! The walk piece by piece: an identity over one choice of tables is judged by what these tables hold, so a later
//! version of the document takes over what was judged of tables that are the same.

use std::sync::Arc;

use budget_syntax::TextRange;

use super::*;
use crate::{
    Changes, Document, Unit,
    carried::Common,
    relation::{
        Ledger,
        index::{Laid, Val},
    },
    table::Missing,
};

/// What a walk leaves to that of a later version.
#[derive(Debug)]
pub(crate) struct Walked {
    judgements: Judgements,
    collect: Collect,
    /// The pieces in the order of the walk: where each ends in the judgements.
    ends: Vec<End>,
    laid: Arc<Laid>,
    values: Arc<Vec<Val>>,
    tables: Vec<Facts>,
    titles: Vec<Option<TextRange>>,
    has_derived: bool,
    /// What is said of the tables; none where it has places in the text.
    ledger: Option<Arc<Ledger>>,
}

/// Where a piece ends.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct End {
    kept: usize,
    arena: usize,
    undecided: usize,
    lacks: usize,
    /// Its own outcomes, before it was asked what is borne out.
    counts: [u32; 6],
}

/// What is known of a table beside its cells.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Facts {
    unit: Unit,
    missing: Missing,
    decimals: (u8, u8),
    approved: bool,
}

/// What is known of each table.
fn facts(document: &Document) -> impl Iterator<Item = Facts> {
    document.tables.iter().map(|table| Facts {
        unit: table.unit,
        missing: table.missing,
        decimals: (table.decimals, table.most_decimals),
        approved: table.source.is_some(),
    })
}

/// Where the headings of tables stand.
fn titles(document: &Document) -> impl Iterator<Item = Option<TextRange>> {
    let headings = document.tables.iter().map(|table| table.heading);
    headings.map(|id| Some(document.heading(id?)?.text))
}

/// What an earlier version left, as far as this one is the same.
pub(crate) struct Again<'w> {
    walked: &'w Walked,
    /// Which tables are.
    same: Vec<bool>,
    /// So are their headings, by which relations call them.
    titled: bool,
}

impl<'w> Again<'w> {
    /// What of an earlier walk holds for a document; none where its numbers mean something else.
    pub(crate) fn new(
        walked: &'w Walked,
        common: &Common,
        index: &Index<'_>,
        collect: Collect,
    ) -> Option<Self> {
        let document = index.document;
        let laid = index.laid();
        let alike = Arc::ptr_eq(&walked.laid, laid) || walked.laid == *laid;
        if !alike || walked.collect != collect {
            return None;
        }
        let facts = facts(document).zip(&walked.tables).zip(&common.tables);
        let facts = facts.map(|((now, before), same)| *same && now == *before);
        let mut tables: Vec<bool> = facts.collect();
        let mut differ = |table: usize| {
            if let Some(slot) = tables.get_mut(table) {
                *slot = false;
            }
        };
        // What is derived may come from anywhere.
        let values = (0..).zip(&*walked.values).zip(&*index.values);
        let derived = values.filter(|_| walked.has_derived || index.has_derived);
        for ((cell, before), now) in derived {
            let grid = (before.derived && before != now).then(|| index.grid_of(cell));
            if let Some(grid) = grid.flatten() {
                differ(grid.table as usize);
            }
        }
        let titles = titles(document).map(|title| title.map(|title| common.same.before(title)));
        let titled = titles.eq(walked.titles.iter().map(|title| title.map(Some)));
        Some(Self {
            walked,
            same: tables,
            titled,
        })
    }

    /// Room for as much as there was.
    pub(super) fn room(&self) -> Judgements {
        let known = &self.walked.judgements;
        Judgements {
            kept: Vec::with_capacity(known.kept.len() + known.kept.len() / 16),
            arena: Vec::with_capacity(known.arena.len() + known.arena.len() / 16),
            ..Judgements::default()
        }
    }

    /// Where a piece of the walk begins and ends.
    fn piece(&self, number: usize) -> Option<(End, End)> {
        let ends = &self.walked.ends;
        let from = match number.checked_sub(1) {
            Some(before) => *ends.get(before)?,
            None => End::default(),
        };
        Some((from, *ends.get(number)?))
    }

    /// What was said of all tables, if all are the same: it holds if they are judged the same.
    fn ledger(&self) -> Option<Arc<Ledger>> {
        let all = self.titled && self.same.iter().all(|same| *same);
        self.walked.ledger.clone().filter(|_| all)
    }
}

impl Walker<'_, '_, '_> {
    /// Judges a piece, or takes it over if nothing that it is about has changed.
    pub(super) fn piece(
        &mut self,
        chosen: Option<(usize, u32)>,
        identity: &Compiled,
        judge: impl FnOnce(&mut Self),
    ) {
        let before = self.out.counts;
        if !self.take(identity, chosen) {
            judge(self);
            self.changed = self.changed || self.is_new();
        }
        let out = &self.out;
        let mut counts = out.counts;
        for (count, before) in counts.iter_mut().zip(before) {
            *count = count.wrapping_sub(before);
        }
        self.ends.push(End {
            kept: out.kept.len(),
            arena: out.arena.len(),
            undecided: out.undecided.len(),
            lacks: out.lacks.len(),
            counts,
        });
    }

    /// Whether the piece that was judged last came to something else in the earlier version. Until one did, all stands
    /// where it stood.
    fn is_new(&self) -> bool {
        let Some(again) = &self.again else {
            return true;
        };
        let Some((from, to)) = again.piece(self.ends.len()) else {
            return true;
        };
        let (known, out) = (&again.walked.judgements, &self.out);
        out.kept.get(from.kept..) != known.kept.get(from.kept..to.kept)
            || out.arena.get(from.arena..) != known.arena.get(from.arena..to.arena)
            || out.undecided.get(from.undecided..)
                != known.undecided.get(from.undecided..to.undecided)
            || out.lacks.get(from.lacks..) != known.lacks.get(from.lacks..to.lacks)
    }

    /// All that is said of the tables, if it is what was said before.
    pub(super) fn ledger(&self) -> Option<Arc<Ledger>> {
        let again = self.again.as_ref().filter(|_| !self.changed)?;
        again.ledger()
    }

    fn take(&mut self, identity: &Compiled, chosen: Option<(usize, u32)>) -> bool {
        let Some(again) = &self.again else {
            return false;
        };
        let table = |spec: &usize| match chosen {
            Some((_, table)) => Some(table),
            None => self.tables.get(*spec)?.first().copied(),
        };
        let mut tables = identity.specs.iter().filter_map(table);
        let same = |table: u32| again.same.get(table as usize) == Some(&true);
        if identity.anywhere || !tables.all(same) {
            return false;
        }
        let Some((from, to)) = again.piece(self.ends.len()) else {
            return false;
        };
        let known = &again.walked.judgements;
        let out = &mut self.out;
        let moved = to_u32(out.arena.len()).wrapping_sub(to_u32(from.arena));
        let by = |at: u32| at.wrapping_add(moved);
        let kept = known.kept.get(from.kept..to.kept).unwrap_or_default();
        out.kept.extend(kept.iter().map(|judged| {
            let mut judged = judged.clone();
            judged.operands = by(judged.operands.start)..by(judged.operands.end);
            judged.middle = by(judged.middle);
            // Whether it is borne out is asked again.
            if judged.why == Some(Why::Unconfirmed) {
                (judged.outcome, judged.why) = (Outcome::Broken, None);
            }
            judged
        }));
        let arena = known.arena.get(from.arena..to.arena);
        out.arena.extend_from_slice(arena.unwrap_or_default());
        let undecided = known.undecided.get(from.undecided..to.undecided);
        out.undecided
            .extend_from_slice(undecided.unwrap_or_default());
        let lacks = known.lacks.get(from.lacks..to.lacks);
        out.lacks.extend_from_slice(lacks.unwrap_or_default());
        for (count, own) in out.counts.iter_mut().zip(to.counts) {
            *count = count.wrapping_add(own);
        }
        true
    }
}

impl Walked {
    /// Lays out the numbers of a later version: as they were, but for the cells that have changed, where nothing else has.
    pub(crate) fn index<'d>(&self, document: &'d Document, changes: &Changes) -> Index<'d> {
        let cells = changes.cells().filter(|_| !self.has_derived);
        match cells.filter(|_| facts(document).eq(self.tables.iter().copied())) {
            Some(cells) => Index::after(document, (&self.laid, &self.values), cells),
            None => Index::new(document),
        }
    }

    /// What a walk over a document leaves.
    pub(crate) fn new(
        index: &Index<'_>,
        collect: Collect,
        (mut judgements, ends): (Judgements, Vec<End>),
        ledger: &Arc<Ledger>,
    ) -> Self {
        // They stay as long as the document does.
        judgements.kept.shrink_to_fit();
        judgements.arena.shrink_to_fit();
        let document = index.document;
        Self {
            collect,
            laid: Arc::clone(index.laid()),
            values: Arc::clone(&index.values),
            tables: facts(document).collect(),
            titles: titles(document).collect(),
            has_derived: index.has_derived,
            judgements,
            ends,
            ledger: Some(ledger)
                .filter(|it| it.derived.is_empty() && it.errors.is_empty())
                .cloned(),
        }
    }
}
