//! The narrative section by section: what stands under one heading is read by itself, so a later version of the
//! document takes over what it has in common with an earlier one.

use std::{ops::Range, sync::Arc};

use budget_syntax::{Same, TextRange};

use super::{Passage, passages, read_sections};
use crate::{
    Document, HeadingId,
    carried::Common,
    prose::{
        bind::Known,
        check::Told,
        fact::{Change, Fact, List, Narrative, Statement},
    },
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
    sections: Vec<Section>,
    /// The passages of all sections.
    passages: Vec<Passage>,
}

/// What stands under one heading.
#[derive(Clone, Debug)]
struct Section {
    passages: Range<usize>,
    /// It has slots, whose values may change while its text doesn't.
    slots: bool,
    begin: Begin,
    end: Begin,
}

/// A place between two sections in what was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Begin {
    pub(super) facts: u32,
    pub(super) statements: u32,
    pub(super) lists: u32,
    pub(super) sentences: u32,
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
        let mut sections = sections(&passages, &slots);
        let known: Vec<Option<(&Section, u32)>> = sections
            .iter()
            .map(|section| {
                let (story, common) = before?;
                story.find(
                    passages.get(section.passages.clone())?,
                    section,
                    &common.same,
                )
            })
            .collect();
        let new = sections
            .iter()
            .zip(&known)
            .filter(|(_, known)| known.is_none());
        let new =
            new.map(|(section, _)| passages.get(section.passages.clone()).unwrap_or_default());
        let (read, begins) = read_sections(document, &slots, new);
        let mut begins = begins.windows(2);
        let mut story = Story::default();
        if let Some((before, common)) = before {
            story.known.take_tables(&before.known, &common.tables);
        }
        let Some((before, _)) = before.filter(|_| known.iter().any(Option::is_some)) else {
            for (section, begin) in sections.iter_mut().zip(begins) {
                if let [begin, end] = begin {
                    (section.begin, section.end) = (*begin, *end);
                }
            }
            story.known.concepts.resize(read.statements.len(), None);
            story.narrative = Arc::new(read);
            (story.sections, story.passages) = (sections, passages);
            return story;
        };
        story.all_known =
            before.sections.len() == sections.len() && known.iter().all(Option::is_some);
        let mut out = Narrative::default();
        let most = |a: usize, b: usize| a.saturating_add(b);
        out.facts
            .reserve(most(before.narrative.facts.len(), read.facts.len()));
        out.statements.reserve(most(
            before.narrative.statements.len(),
            read.statements.len(),
        ));
        let mut at = Begin::default();
        for (section, known) in sections.iter_mut().zip(known) {
            let heading = passages
                .get(section.passages.start)
                .and_then(|it| it.heading);
            let (from, end, moved, source) = match known {
                Some((known, moved)) => {
                    let own = known.begin.statements as usize..known.end.statements as usize;
                    let concepts = before.known.concepts.get(own).unwrap_or_default();
                    story.known.concepts.extend_from_slice(concepts);
                    (known.begin, known.end, moved, &*before.narrative)
                }
                None => match begins.next() {
                    Some([begin, end]) => (*begin, *end, 0, &read),
                    _ => continue,
                },
            };
            let shift = Shift {
                heading,
                moved,
                from,
                to: at,
            };
            section.begin = at;
            at = shift.take(source, end, &mut out);
            section.end = at;
            story.known.concepts.resize(out.statements.len(), None);
        }
        story.narrative = Arc::new(out);
        (story.sections, story.passages) = (sections, passages);
        story
    }

    /// The section that had the same passages, and how far they have moved (wrapping).
    fn find(
        &self,
        passages: &[Passage],
        section: &Section,
        same: &Same,
    ) -> Option<(&Section, u32)> {
        let first = |passages: &[Passage]| passages.first()?.ranges.first().copied();
        let here = first(passages)?;
        let there = same.before(here)?;
        let found = self
            .sections
            .binary_search_by_key(&there.start(), |section| {
                let passages = self.passages.get(section.passages.clone());
                passages.and_then(first).map_or(0, TextRange::start)
            });
        let known = self.sections.get(found.ok()?)?;
        let moved = here.start().wrapping_sub(there.start());
        let own = passages.iter().flat_map(|it| &it.ranges);
        let own = own.map(|it| same.before(*it).filter(|before| before.moved(moved) == *it));
        let before = self.passages.get(known.passages.clone())?;
        let parts = |it: &Passage| it.ranges.len();
        let same = before.iter().map(parts).eq(passages.iter().map(parts))
            && own.eq(before.iter().flat_map(|it| &it.ranges).map(|it| Some(*it)));
        // What stands nowhere stands at 0.
        (same && !known.slots && !section.slots && there.start() > 0).then_some((known, moved))
    }
}

/// What stands under each heading.
fn sections(passages: &[Passage], slots: &[Derived]) -> Vec<Section> {
    let mut at = 0;
    let chunks = passages.chunk_by(|a, b| a.heading == b.heading);
    let sections = chunks.map(|chunk| {
        let passages = at..at + chunk.len();
        at = passages.end;
        let ranges = || chunk.iter().flat_map(|it| &it.ranges);
        let start = ranges().next().map_or(0, |it| it.start());
        let end = ranges().last().map_or(0, |it| it.end());
        let first = slots.partition_point(|slot| slot.range.end() <= start);
        Section {
            passages,
            slots: slots
                .get(first)
                .is_some_and(|slot| slot.range.start() < end),
            begin: Begin::default(),
            end: Begin::default(),
        }
    });
    sections.collect()
}

/// From a section's place in what was read to that in what is put together.
struct Shift {
    heading: Option<HeadingId>,
    moved: u32,
    from: Begin,
    to: Begin,
}

impl Shift {
    /// Appends a section, which ends there; says where it ends here.
    fn take(&self, source: &Narrative, end: Begin, out: &mut Narrative) -> Begin {
        fn part<T>(list: &[T], from: u32, to: u32) -> &[T] {
            list.get(from as usize..to as usize).unwrap_or_default()
        }
        let from = self.from;
        let facts = part(&source.facts, from.facts, end.facts);
        out.facts.extend(facts.iter().map(|it| self.fact(it)));
        let statements = part(&source.statements, from.statements, end.statements);
        out.statements
            .extend(statements.iter().map(|it| self.statement(it)));
        let lists = part(&source.lists, from.lists, end.lists);
        out.lists.extend(lists.iter().map(|it| self.list(it)));
        Begin {
            facts: self.fact_id(end.facts),
            statements: self.statement_id(end.statements),
            lists: self.list_id(end.lists),
            sentences: self.sentence(end.sentences),
        }
    }

    fn fact_id(&self, id: u32) -> u32 {
        from_to(id, self.from.facts, self.to.facts)
    }

    fn statement_id(&self, id: u32) -> u32 {
        from_to(id, self.from.statements, self.to.statements)
    }

    fn list_id(&self, id: u32) -> u32 {
        from_to(id, self.from.lists, self.to.lists)
    }

    fn sentence(&self, number: u32) -> u32 {
        from_to(number, self.from.sentences, self.to.sentences)
    }

    /// What stands nowhere stays so.
    fn range(&self, range: TextRange) -> TextRange {
        if range == TextRange::default() {
            return range;
        }
        range.moved(self.moved)
    }

    fn fact(&self, fact: &Fact) -> Fact {
        Fact {
            range: self.range(fact.range),
            whole: self.range(fact.whole),
            amount: fact.amount,
            decimals: fact.decimals,
            measure: fact.measure,
            role: fact.role,
            statement: fact.statement.map(|id| self.statement_id(id)),
            derived: fact.derived,
        }
    }

    fn statement(&self, it: &Statement) -> Statement {
        let range = |range: Option<TextRange>| range.map(|it| self.range(it));
        let fact = |id: Option<u32>| id.map(|id| self.fact_id(id));
        Statement {
            subject: self.range(it.subject),
            head: range(it.head),
            heading: self.heading,
            project: range(it.project),
            sentence: self.sentence(it.sentence),
            amount: fact(it.amount),
            count: fact(it.count),
            share: it.share.map(|(id, of)| (self.fact_id(id), self.range(of))),
            changes: it.changes.iter().map(|it| self.change(it)).collect(),
            rates: it
                .rates
                .iter()
                .map(|(kind, id)| (*kind, self.fact_id(*id)))
                .collect(),
            plan: fact(it.plan),
            reason: range(it.reason),
            list: it.list.map(|id| self.list_id(id)),
            under: it.under.map(|id| self.statement_id(id)),
        }
    }

    fn change(&self, it: &Change) -> Change {
        Change {
            base: it.base.map(|it| self.range(it)),
            direction: it.direction,
            word: self.range(it.word),
            amount: it.amount.map(|id| self.fact_id(id)),
            percent: it.percent.map(|id| self.fact_id(id)),
            percent_direction: it
                .percent_direction
                .map(|(direction, word)| (direction, self.range(word))),
            prior: it.prior.map(|id| self.fact_id(id)),
            also: it.also.map(|id| self.statement_id(id)),
        }
    }

    fn list(&self, it: &List) -> List {
        List {
            whole: it.whole.map(|id| self.statement_id(id)),
            stated: it.stated.map(|id| self.statement_id(id)),
            parts: it.parts.iter().map(|id| self.statement_id(*id)).collect(),
            opening: it.opening,
        }
    }
}

fn from_to(number: u32, from: u32, to: u32) -> u32 {
    number.wrapping_sub(from).wrapping_add(to)
}
