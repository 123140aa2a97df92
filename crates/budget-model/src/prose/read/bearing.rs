//! What passages of a section leave for those after them, and where nothing that is left is used: there a section is
//! cut into runs that a later version of the document takes over one by one.

use std::ops::Range;

use budget_syntax::TextRange;

use super::{Reader, shift::Shift};
use crate::prose::fact::{Narrative, StatementId};

/// Passages between two cuts, and so read by themselves.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) passages: Range<usize>,
    /// It begins a section.
    pub(super) first: bool,
    /// It has slots, whose values may change while its text doesn't.
    pub(super) slots: bool,
    pub(super) begin: Begin,
    pub(super) end: Begin,
    /// What it found left that says something by not being there.
    pub(super) found: Found,
    /// What was left at its end.
    pub(super) left: Bearing,
}

/// What a list is of, as far as it was read.
pub(super) type Whole = Option<StatementId>;

/// A place between two runs in what was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Begin {
    pub(super) facts: u32,
    pub(super) statements: u32,
    pub(super) lists: u32,
    pub(super) sentences: u32,
}

/// Passages that a cut is from the one before, at least: a run costs something to be found again.
const APART: usize = 4;

/// What bears on later passages of the section.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bearing {
    /// The project that is told of.
    pub(super) project: Left<TextRange>,
    /// A numbered line that names something: what the paragraphs below it are about.
    pub(super) context: Left<TextRange>,
    /// A list that runs on over paragraphs.
    pub(super) open: Left<u32>,
    /// The last statement that is no part of another.
    pub(super) top: Left<StatementId>,
    /// The last one that has a change: what a reason is given for.
    pub(super) changed: Left<StatementId>,
    /// The last one with an amount, outside nested lists.
    pub(super) stated: Left<StatementId>,
}

/// What was left, and by which passage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left<T> {
    pub(super) value: Option<T>,
    pub(super) by: usize,
}

impl<T> Default for Left<T> {
    fn default() -> Self {
        Self { value: None, by: 0 }
    }
}

/// What every statement is told of, if it is there: where it isn't, no earlier passage is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Found {
    project: bool,
    context: bool,
    open: bool,
}

impl Bearing {
    fn found(&self) -> Found {
        Found {
            project: self.project.value.is_some(),
            context: self.context.value.is_some(),
            open: self.open.value.is_some(),
        }
    }
}

impl Found {
    /// Whether what was read then would be read now: what was there and isn't used doesn't matter.
    fn allows(self, now: Self) -> bool {
        (self.project || !now.project) && (self.context || !now.context) && (self.open || !now.open)
    }
}

impl Run {
    /// Whether it leaves a list open, whose parts may still come.
    pub(super) fn is_open(&self) -> bool {
        self.left.open.value.is_some()
    }
}

impl Reader<'_> {
    /// What this passage leaves.
    pub(super) fn leaves<T>(&self, value: Option<T>) -> Left<T> {
        Left {
            value,
            by: self.passage,
        }
    }

    /// A section begins: nothing of what was read before bears on it.
    pub(super) fn bears_nothing(&mut self, passage: usize) {
        self.ends(passage);
        self.passage = passage;
        self.bears = Bearing {
            project: self.leaves(None),
            context: self.leaves(None),
            open: self.leaves(None),
            top: self.leaves(None),
            changed: self.leaves(None),
            stated: self.leaves(None),
        };
        self.cut(true);
        self.taken = false;
    }

    /// What was left: no cut lies between the passage that left it and this one.
    pub(super) fn uses<T>(&mut self, left: Left<T>) -> Option<T> {
        self.joins(|run| run.passages.start > left.by);
        left.value
    }

    /// Takes cuts back. What was read between them may be changed now.
    fn joins(&mut self, is_after: impl Fn(&Run) -> bool) {
        let before = self.runs.len();
        while self
            .runs
            .pop_if(|run| !run.first && is_after(run))
            .is_some()
        {}
        if let Some(run) = self.runs.last().filter(|_| self.runs.len() < before) {
            let end = u32::try_from(self.out.statements.len()).unwrap_or(u32::MAX);
            self.joined.push(run.begin.statements..end);
        }
    }

    /// As [`Reader::uses`], of what says by not being there that no earlier passage is asked.
    pub(super) fn uses_if_there<T: Copy>(&mut self, left: Left<T>) -> Option<T> {
        left.value.and_then(|_| self.uses(left))
    }

    /// Statements are looked at: those from this one on, or so many.
    pub(super) fn looks_back(&mut self, to: Option<StatementId>, count: usize) {
        let first = || u32::try_from(self.out.statements.len().saturating_sub(count)).ok();
        let id = to.or_else(first).unwrap_or(0);
        self.joins(|run| run.begin.statements > id);
    }

    /// A passage begins: perhaps a run too.
    pub(super) fn begins(&mut self, passage: usize) {
        self.passage = passage;
        let last = self.runs.last().filter(|_| !self.taken);
        let near = last.is_some_and(|run| passage < run.passages.start.saturating_add(APART));
        if !near {
            self.ends(passage);
            self.cut(false);
        }
        self.taken = false;
    }

    /// A run of another version, so many bytes away (wrapping), is taken over.
    pub(super) fn take(
        &mut self,
        source: (&Narrative, &[Whole]),
        run: &Run,
        (passage, moved): (usize, u32),
    ) {
        self.passage = passage;
        if !run.first {
            self.ends(passage);
            self.cut(false);
        }
        let shift = Shift {
            heading: self.heading,
            moved,
            from: run.begin,
            to: self.begin(),
        };
        let end = shift.take(source, run.end, &mut self.out);
        self.sentence = end.sentences;
        self.bears = shift.left(run, passage, &self.bears);
        self.taken = true;
    }

    /// A run begins with this passage.
    fn cut(&mut self, first: bool) {
        let begin = self.begin();
        self.runs.push(Run {
            passages: self.passage..self.passage,
            first,
            slots: false,
            begin,
            end: begin,
            found: self.bears.found(),
            left: self.bears,
        });
    }

    /// The run ends before a passage.
    pub(super) fn ends(&mut self, passage: usize) {
        let end = self.begin();
        if let Some(last) = self.runs.last_mut() {
            last.passages.end = passage;
            last.end = end;
            last.left = self.bears;
        }
    }

    /// Whether a run that was read in another version would be read so here.
    pub(super) fn fits(&self, run: &Run) -> bool {
        run.first || run.found.allows(self.bears.found())
    }
}
