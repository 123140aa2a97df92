//! What was read in one version of a document, at its place in another.

use budget_syntax::TextRange;

use super::bearing::{Bearing, Begin, Left, Run, Whole};
use crate::{
    HeadingId,
    prose::fact::{Change, Fact, List, Narrative, Statement},
};

/// From a run's place in what was read to that in what is put together.
pub(super) struct Shift {
    pub(super) heading: Option<HeadingId>,
    /// Bytes (wrapping).
    pub(super) moved: u32,
    pub(super) from: Begin,
    pub(super) to: Begin,
}

impl Shift {
    /// Appends a run, which ends there; says where it ends here.
    pub(super) fn take(
        &self,
        (source, wholes): (&Narrative, &[Whole]),
        end: Begin,
        out: &mut Narrative,
    ) -> Begin {
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
        let wholes = part(wholes, from.lists, end.lists);
        let lists = lists.iter().zip(wholes);
        out.lists
            .extend(lists.map(|(it, whole)| self.list(it, *whole)));
        Begin {
            facts: self.fact_id(end.facts),
            statements: self.statement_id(end.statements),
            lists: self.list_id(end.lists),
            sentences: self.sentence(end.sentences),
        }
    }

    /// What a run left: its own, and what had been left before it here.
    pub(super) fn left(&self, run: &Run, passage: usize, before: &Bearing) -> Bearing {
        fn left<T>(
            then: Left<T>,
            (run, passage): (&Run, usize),
            before: Left<T>,
            shift: impl Fn(T) -> T,
        ) -> Left<T> {
            match then.by >= run.passages.start {
                true => Left {
                    value: then.value.map(shift),
                    by: passage,
                },
                false => before,
            }
        }
        let at = (run, passage);
        let range = |it| self.range(it);
        let statement = |id| self.statement_id(id);
        let then = &run.left;
        Bearing {
            project: left(then.project, at, before.project, range),
            context: left(then.context, at, before.context, range),
            open: left(then.open, at, before.open, |id| self.list_id(id)),
            top: left(then.top, at, before.top, statement),
            changed: left(then.changed, at, before.changed, statement),
            stated: left(then.stated, at, before.stated, statement),
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

    fn list(&self, it: &List, whole: Whole) -> List {
        List {
            whole: whole.map(|id| self.statement_id(id)),
            stated: it.stated.map(|id| self.statement_id(id)),
            parts: it.parts.iter().map(|id| self.statement_id(*id)).collect(),
            opening: it.opening,
        }
    }
}

fn from_to(number: u32, from: u32, to: u32) -> u32 {
    number.wrapping_sub(from).wrapping_add(to)
}
