//! The narrative run by run: a later version of the document takes over the runs that it has in common with an
//! earlier one.

use std::{ops::Range, sync::Arc};

use budget_syntax::{Same, TextRange};

use smallvec::SmallVec;

use super::{
    Passage, Reader,
    bearing::{Run, Whole},
    passages, tokens_of,
};
use crate::{
    Document,
    carried::Common,
    prose::{bind::Known, check::Told, fact::Narrative, grammar, lexer::Tokens},
    relation::Derived,
};

/// The narrative as it was read.
#[derive(Debug, Default)]
pub(crate) struct Story {
    /// What it says.
    pub(crate) narrative: Arc<Narrative>,
    /// What its statements and the tables are about, once that was read; before, what an earlier version knew.
    pub(crate) known: Known,
    /// What was said of it, for the next version.
    pub(crate) told: Option<Arc<Told>>,
    /// An earlier version said all of it, and nothing else, in the same order.
    pub(crate) all_known: bool,
    runs: Vec<Run>,
    /// What its lists are of, before [`Reader::finish`].
    wholes: Vec<Whole>,
    /// The passages of all runs.
    passages: Vec<Passage>,
}

/// Sections that are read anew one by one where an earlier version doesn't fit; where more don't, all are.
const MOST_ANEW: usize = 4;

/// What is done with a passage, or with several.
enum Step<'r> {
    /// It is read: these tokens.
    Read(Range<u32>),
    /// As an earlier version read them, so many bytes away (wrapping).
    Take(&'r Run, u32),
}

impl Story {
    /// Reads the narrative; from an earlier version what is the same in both. That makes no other difference.
    pub(crate) fn read(
        document: &Document,
        derived: &[Derived],
        before: Option<(&Story, &Common)>,
    ) -> Self {
        let mut slots: Vec<Derived> = Vec::new();
        let in_text = derived.iter().filter(|it| it.cell.is_none());
        slots.extend(in_text.cloned());
        slots.sort_by_key(|it| it.range);
        let passages = passages(document);
        let mut anew: SmallVec<[usize; MOST_ANEW]> = SmallVec::new();
        let mut story = loop {
            let before = before.filter(|_| anew.len() < MOST_ANEW);
            match Self::read_after(document, &slots, &passages, (before, &anew)) {
                Ok(story) => break story,
                Err(section) => anew.push(section),
            }
        };
        if let Some((before, common)) = before {
            story.known.take_tables(&before.known, &common.tables);
        }
        story.passages = passages;
        story
    }

    /// The first passage of a section that must be read anew if an earlier version can't be taken over as far as its
    /// text is the same; those of `anew` are.
    fn read_after(
        document: &Document,
        slots: &[Derived],
        passages: &[Passage],
        (before, anew): (Option<(&Story, &Common)>, &[usize]),
    ) -> Result<Self, usize> {
        let length = match before {
            Some(_) => 0,
            None => passages
                .iter()
                .flat_map(|it| &it.ranges)
                .map(|it| it.len())
                .sum::<u32>(),
        };
        let mut tokens = Tokens::for_bytes(length as usize);
        let mut steps: Vec<(usize, Step<'_>)> = Vec::new();
        let (mut at, mut section) = (0, 0);
        while let Some(passage) = passages.get(at) {
            if is_first(passages, at) {
                section = at;
            }
            let before = before.filter(|_| !anew.contains(&section));
            let known = before.and_then(|(story, common)| {
                story.find(passages, at, &common.same).filter(|(run, _)| {
                    let own = passages.get(at..at + run.passages.len());
                    !own.is_some_and(|own| has_slots(own, slots))
                })
            });
            if let Some((run, moved)) = known {
                steps.push((at, Step::Take(run, moved)));
                at += run.passages.len();
            } else {
                let own = tokens_of((&document.text, slots), passage, &mut tokens);
                steps.push((at, Step::Read(own)));
                at += 1;
            }
        }
        let pieces = grammar::parse(&tokens.kinds);
        let mut rest = pieces.as_slice();
        let mut reader = Reader::new(document, &tokens);
        let mut story = Story {
            all_known: before.is_some_and(|(story, _)| {
                let taken = |it: &(usize, Step<'_>)| matches!(it.1, Step::Take(..));
                story.runs.len() == steps.len() && steps.iter().all(taken)
            }),
            ..Story::default()
        };
        let concepts = &mut story.known.concepts;
        for (at, step) in steps {
            if is_first(passages, at) {
                section = at;
                reader.section(passages.get(at).and_then(|it| it.heading), at);
            }
            match step {
                Step::Take(run, moved) => {
                    let before = before.filter(|_| reader.fits(run));
                    let (before, _) = before.ok_or(section)?;
                    let own = run.begin.statements as usize..run.end.statements as usize;
                    concepts.resize(reader.out.statements.len(), None);
                    let known = before.known.concepts.get(own).unwrap_or_default();
                    concepts.extend_from_slice(known);
                    let source = (&*before.narrative, before.wholes.as_slice());
                    reader.take(source, run, (at, moved));
                }
                Step::Read(tokens) => {
                    reader.begins(at);
                    if !tokens.is_empty() {
                        reader.passage(tokens.start);
                    }
                    while let Some(((piece, span), after)) =
                        rest.split_first().filter(|it| it.0.1.0 < tokens.end)
                    {
                        reader.piece(*piece, *span, after);
                        rest = after;
                    }
                }
            }
        }
        concepts.resize(reader.out.statements.len(), None);
        // A later passage may have told more of a statement that was taken over.
        for joined in std::mem::take(&mut reader.joined) {
            let own = concepts.get_mut(joined.start as usize..joined.end as usize);
            own.unwrap_or_default().fill(None);
        }
        let (narrative, mut runs, wholes) = reader.finish(passages.len());
        for run in &mut runs {
            let own = passages.get(run.passages.clone());
            run.slots = own.is_some_and(|own| has_slots(own, slots));
        }
        story.narrative = Arc::new(narrative);
        story.runs = runs;
        story.wholes = wholes;
        Ok(story)
    }

    /// The run that had the passages from this one on, and how far they have moved (wrapping).
    fn find(&self, passages: &[Passage], at: usize, same: &Same) -> Option<(&Run, u32)> {
        let first = |passages: &[Passage]| passages.first()?.ranges.first().copied();
        let rest = passages.get(at..)?;
        let here = first(rest)?;
        let there = same.before(here)?;
        let found = self.runs.binary_search_by_key(&there.start(), |run| {
            let passages = self.passages.get(run.passages.clone());
            passages.and_then(first).map_or(0, TextRange::start)
        });
        let run = self.runs.get(found.ok()?)?;
        let (own, after) = rest.split_at_checked(run.passages.len())?;
        let heading = own.first()?.heading;
        // What a list that is still open names may come.
        let goes_on = after.first().is_some_and(|next| next.heading == heading);
        let moved = here.start().wrapping_sub(there.start());
        let now = own.iter().flat_map(|it| &it.ranges);
        let now = now.map(|it| same.before(*it).filter(|before| before.moved(moved) == *it));
        let before = self.passages.get(run.passages.clone())?;
        let parts = |it: &Passage| it.ranges.len();
        let same = before.iter().map(parts).eq(own.iter().map(parts))
            && now.eq(before.iter().flat_map(|it| &it.ranges).map(|it| Some(*it)))
            && own.iter().all(|it| it.heading == heading);
        // What stands nowhere stands at 0.
        let is = same
            && !run.slots
            && run.first == is_first(passages, at)
            && !(run.is_open() && goes_on)
            && there.start() > 0;
        is.then_some((run, moved))
    }
}

/// Whether a passage is the first of its section.
fn is_first(passages: &[Passage], at: usize) -> bool {
    let heading = |at: usize| passages.get(at).map(|it| it.heading);
    at.checked_sub(1)
        .is_none_or(|before| heading(before) != heading(at))
}

/// Whether values stand in passages.
fn has_slots(passages: &[Passage], slots: &[Derived]) -> bool {
    let ranges = || passages.iter().flat_map(|it| &it.ranges);
    let start = ranges().next().map_or(0, |it| it.start());
    let end = ranges().next_back().map_or(0, |it| it.end());
    let first = slots.partition_point(|slot| slot.range.end() <= start);
    slots
        .get(first)
        .is_some_and(|slot| slot.range.start() < end)
}
