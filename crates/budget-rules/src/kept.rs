//! What a check keeps for that of the next version: what rules found, and the signs in paragraphs. A rule says which
//! changes make no difference to it ([`Rule::indifferent_to`]); where there were no others, what it found stands, each
//! finding where its place is now.

use std::{iter::Peekable, slice, sync::Arc};

use budget_model::relation::Instance;
use budget_model::{CellId, Change, Document, Since};
use budget_syntax::TextRange;
use rustc_hash::FxHashMap;

use crate::clues::Clues;
use crate::context::{Brackets, Context, Prose};
use crate::finding::Finding;
use crate::rules::RULES;

/// Where a paragraph stands, its clues, and its part of the brackets.
type Paragraph = (TextRange, Clues, (usize, usize));

/// What one check keeps.
#[derive(Debug)]
pub(crate) struct Kept {
    /// By the number of their rule in [`RULES`]; none of a rule that is asked each time.
    findings: Vec<Option<Vec<Arc<Finding>>>>,
    /// Relations that were told by themselves.
    relations: Vec<Arc<Finding>>,
    /// Decimals of each table's numbers: they hang on all tables.
    decimals: Vec<(u8, u8)>,
    /// In order.
    paragraphs: Vec<Paragraph>,
    brackets: Brackets,
}

impl Kept {
    /// What is kept of a check; `found` by rule, and the relations that were told by themselves.
    pub(crate) fn new(
        context: &Context<'_>,
        found: &[Option<Vec<Arc<Finding>>>],
        relations: Vec<Arc<Finding>>,
    ) -> Self {
        let findings = RULES.iter().zip(found);
        let findings =
            findings.map(|(rule, found)| found.clone().filter(|_| !rule.indifferent_to.is_empty()));
        let paragraphs = context.prose.iter().map(Prose::signs);
        Self {
            findings: findings.collect(),
            relations,
            decimals: context.document.decimals().collect(),
            paragraphs: paragraphs.collect(),
            brackets: context.all_brackets().clone(),
        }
    }
}

/// What a check of an earlier version kept, and what has changed since.
pub(crate) struct Before {
    kept: Arc<Kept>,
    since: Since,
}

impl Before {
    pub(crate) fn of(document: &Document) -> Option<Self> {
        let (kept, since) = document.kept::<Kept>()?;
        Some(Self { kept, since })
    }

    /// What rules found that are indifferent to all that has changed, by the number of their rule.
    pub(crate) fn findings(&self) -> Vec<Option<Vec<Arc<Finding>>>> {
        let known = RULES.iter().zip(&self.kept.findings);
        let known = known.map(|(rule, found)| {
            let stands = self.since.changes.are_only(rule.indifferent_to);
            let found = found.as_ref().filter(|_| stands)?;
            found.iter().map(|it| self.moved(it)).collect()
        });
        known.collect()
    }

    /// A finding where its places are now; none if a change touches the beginning or the end of one. Shared where they
    /// stay.
    fn moved(&self, finding: &Arc<Finding>) -> Option<Arc<Finding>> {
        let same = &self.since.same;
        if finding
            .places()
            .all(|place| same.now(*place) == Some(*place))
        {
            return Some(Arc::clone(finding));
        }
        let mut moved = Finding::clone(finding);
        for place in moved.places_mut() {
            *place = same.now(*place)?;
        }
        Some(Arc::new(moved))
    }

    /// What was told of relations by themselves; nothing where rows, columns or decimals are others now.
    pub(crate) fn relations(&self, document: &Document) -> Relations<'_> {
        let structure = [Change::Numbers, Change::Words, Change::Texts];
        let stands = self.since.changes.are_only(&structure)
            && document.decimals().eq(self.kept.decimals.iter().copied());
        let mut known = FxHashMap::default();
        for finding in self.kept.relations.iter().filter(|_| stands) {
            if let Some(place) = self.since.same.now(finding.range) {
                // Of two with the same name none is known.
                let one = known.entry((place, finding.formula.as_deref()));
                one.and_modify(|it| *it = None).or_insert(Some(finding));
            }
        }
        Relations {
            before: self,
            known,
        }
    }

    /// What is known of paragraphs that are the same.
    pub(crate) fn signs(&self) -> Signs<'_> {
        Signs {
            before: self,
            next: self.kept.paragraphs.iter().peekable(),
        }
    }
}

/// What was told of relations by themselves, by their first cell and their formula.
pub(crate) struct Relations<'b> {
    before: &'b Before,
    known: FxHashMap<(TextRange, Option<&'b str>), Option<&'b Arc<Finding>>>,
}

impl Relations<'_> {
    /// What was told of a relation, if all blocks that it has cells of are the same.
    pub(crate) fn of(&self, context: &Context<'_>, instance: &Instance) -> Option<Arc<Finding>> {
        let document = context.document;
        let mut cells = instance.left_cells.iter().chain(&instance.right_cells);
        let first = document.cell(*cells.clone().next()?)?;
        let known = self.known.get(&(first.range, Some(&*instance.formula)));
        let known = known.copied().flatten()?;
        let same = &self.before.since.same;
        let is_same = |id: &CellId| {
            let grid = document.grid(*id);
            grid.is_some_and(|grid| same.before(grid.range).is_some())
        };
        cells.all(is_same).then(|| self.before.moved(known))?
    }
}

/// What was in paragraphs of an earlier version.
pub(crate) struct Signs<'b> {
    before: &'b Before,
    next: Peekable<slice::Iter<'b, Paragraph>>,
}

impl<'b> Signs<'b> {
    /// The clues and brackets of a paragraph, if it was the same. Paragraphs are asked for in order.
    pub(crate) fn of(&mut self, range: TextRange) -> Option<(Clues, &'b [(usize, char)])> {
        let there = self.before.since.same.before(range)?;
        let is_earlier = |it: &&Paragraph| it.0.start() < there.start();
        while self.next.next_if(is_earlier).is_some() {}
        let (_, clues, (first, end)) = self.next.next_if(|it| it.0 == there)?;
        Some((*clues, self.before.kept.brackets.get(*first..*end)?))
    }
}
