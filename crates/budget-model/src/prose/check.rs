//! What must be true of the numbers of the narrative: relations between them, and with cells.
//!
//! A sentence's own numbers come first: they need no table. Then what restates a cell. Whose number
//! is wrong is told once: what holds with the corrected number only follows from it.

mod apart;
mod balance;
mod before;
mod blame;
mod closing;
mod colon;
mod complete;
mod counts;
mod course;
mod differences;
mod each;
mod evidence;
mod funded;
mod kinds;
mod likely;
mod nothing;
mod odd;
mod parts;
mod performance;
mod plans;
mod points;
mod products;
mod rates;
mod reason;
mod restate;
mod said;
mod shares;
mod slips;
mod sum;
mod times;
mod told;
mod wholes;
mod years;

pub(crate) use blame::weigh;
pub use kinds::{Cause, Free, Kind, Relation, Sibling, Weight};
pub(crate) use told::{Looked, Told};

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Story,
    bind::Binder,
    fact::{Fact, FactId, Measure, Narrative, Role, StatementId},
    money::Printed,
};
use crate::{
    Amount, CellId, Document, Unit,
    carried::Common,
    relation::{Derived, Outcome, Tolerance},
};

/// The narrative, checked.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Checked {
    /// What it says.
    pub narrative: Arc<Narrative>,
    /// Relations in the order of their numbers. Shared with the next version, which may say the same.
    pub relations: Arc<Vec<Relation>>,
    /// Numbers in no relation.
    pub free: Arc<Vec<(FactId, Free)>>,
}

impl Checked {
    /// The number at an offset, with its unit.
    pub fn fact_at(&self, offset: u32) -> Option<(FactId, &Fact)> {
        let facts = &self.narrative.facts;
        let after = facts.partition_point(|fact| fact.whole.start() <= offset);
        let at = after.checked_sub(1)?;
        let fact = facts.get(at).filter(|fact| offset < fact.whole.end())?;
        Some((FactId::try_from(at).ok()?, fact))
    }

    /// The relations that a number stands in.
    pub fn about(&self, id: FactId) -> impl Iterator<Item = &Relation> {
        let relations = self.relations.iter();
        relations.filter(move |it| it.fact == id || it.facts.contains(&id))
    }

    /// The relations that restate a cell.
    pub fn restating(&self, cell: CellId) -> impl Iterator<Item = &Relation> {
        let relations = self.relations.iter();
        relations.filter(move |it| it.cells.contains(&cell))
    }
}

pub(crate) struct Checker<'d> {
    pub(crate) document: &'d Document,
    pub(crate) narrative: &'d Narrative,
    pub(crate) binder: Binder<'d>,
    relations: Vec<Relation>,
    /// Why amounts are bound to no cell.
    unbound: FxHashMap<FactId, Free>,
    /// Numbers that a cell confirms.
    confirmed: FxHashMap<FactId, Printed>,
    /// Statements with parts, each with its list.
    wholes: FxHashMap<StatementId, u32>,
    /// Numbers of sums that hold.
    summed: FxHashSet<FactId>,
    /// Numbers that should be others, with the relation that says so.
    corrected: FxHashMap<FactId, (Printed, usize)>,
    /// The most decimals of amounts, where trailing zeros are left off.
    trimmed: FxHashMap<Unit, u8>,
    formulas: bool,
}

/// Checks what the narrative says. `formulas`: of relations that hold too.
pub fn check(document: &Document, derived: &[Derived], formulas: bool) -> Checked {
    check_after(document, derived, formulas, None).0
}

/// As [`check`], with what an earlier version left; with what this one leaves.
pub(crate) fn check_after(
    document: &Document,
    derived: &[Derived],
    formulas: bool,
    before: Option<(&Story, &Common)>,
) -> (Checked, Story) {
    let mut story = Story::read(document, derived, before);
    let narrative = Arc::clone(&story.narrative);
    if narrative.facts.is_empty() {
        return (Checked::default(), story);
    }
    let before = before.filter(|_| derived.is_empty());
    if let Some(checked) = told::still(document, &mut story, formulas, before) {
        return (checked, story);
    }
    let known = std::mem::take(&mut story.known);
    let mut checker = Checker {
        document,
        narrative: &narrative,
        binder: Binder::new(document, &narrative, derived, known),
        relations: Vec::with_capacity(narrative.facts.len()),
        unbound: FxHashMap::default(),
        confirmed: FxHashMap::default(),
        wholes: (0..)
            .zip(&narrative.lists)
            .filter(|(_, list)| !list.parts.is_empty())
            .filter_map(|(at, list)| Some((list.whole?, at)))
            .collect(),
        summed: FxHashSet::default(),
        corrected: FxHashMap::default(),
        trimmed: trimmed(&narrative),
        formulas,
    };
    checker.restatements();
    checker.years();
    checker.performance();
    checker.funded();
    checker.parts();
    checker.courses();
    checker.closing();
    checker.rates();
    checker.times();
    checker.each();
    checker.counted();
    checker.reasons();
    checker.evidence();
    checker.name_subjects();
    let Checker {
        mut relations,
        unbound,
        binder,
        ..
    } = checker;
    let (known, looked) = binder.into_known();
    story.known = known;
    sort(&narrative, &mut relations);
    let free = free(&narrative, &relations, &unbound);
    let checked = Checked {
        narrative,
        relations: Arc::new(relations),
        free: Arc::new(free),
    };
    let looked = looked.into_cells().filter(|_| derived.is_empty());
    let told = looked.map(|looked| Told::new(document, &checked, formulas, looked));
    story.told = told.map(Arc::new);
    (checked, story)
}

/// In the order of the document.
fn sort(narrative: &Narrative, relations: &mut Vec<Relation>) {
    let mut order: Vec<usize> = (0..relations.len()).collect();
    let place = |index: &usize| {
        let relation = relations.get(*index);
        relation.map(|it| (narrative.fact(it.fact).map(|fact| fact.range), it.kind))
    };
    order.sort_by_cached_key(place);
    let mut new = vec![0; order.len()];
    for (now, before) in order.iter().enumerate() {
        if let Some(slot) = new.get_mut(*before) {
            *slot = now;
        }
    }
    let mut taken: Vec<Option<Relation>> = relations.drain(..).map(Some).collect();
    let mut sorted: Vec<Relation> = order
        .iter()
        .filter_map(|index| taken.get_mut(*index)?.take())
        .collect();
    for relation in &mut sorted {
        relation.follows = relation.follows.and_then(|index| new.get(index).copied());
    }
    *relations = sorted;
}

/// Decimals that amounts of a unit have at least, where some have fewer than others.
fn trimmed(narrative: &Narrative) -> FxHashMap<Unit, u8> {
    let amounts = || {
        let facts = narrative.facts.iter();
        let facts = facts.filter(|fact| matches!(fact.role, Role::Amount | Role::Change));
        facts.filter_map(|fact| Some((fact.unit()?, fact.decimals)))
    };
    let mut most: FxHashMap<Unit, u8> = FxHashMap::default();
    for (unit, decimals) in amounts() {
        let most = most.entry(unit).or_default();
        *most = decimals.max(*most);
    }
    let mut trimmed = FxHashMap::default();
    for (unit, decimals) in amounts() {
        let most = most.get(&unit).copied().unwrap_or(0);
        if decimals > 0 && decimals < most {
            trimmed.insert(unit, most);
        }
    }
    trimmed
}

fn free(
    narrative: &Narrative,
    relations: &[Relation],
    unbound: &FxHashMap<FactId, Free>,
) -> Vec<(FactId, Free)> {
    let mut related = vec![false; narrative.facts.len()];
    let judged = relations
        .iter()
        .filter(|it| it.outcome != Outcome::NotApplicable && it.kind != Kind::Direction);
    for fact in judged.flat_map(|it| std::iter::once(&it.fact).chain(&it.facts)) {
        if let Some(slot) = related.get_mut(*fact as usize) {
            *slot = true;
        }
    }
    let why = |id: FactId, fact: &Fact| match (fact.role, fact.measure) {
        (Role::Reason | Role::Other, _) => Free::Words,
        (_, Measure::Count { .. }) => Free::Count,
        (Role::Change | Role::Growth, _) => Free::Base,
        _ if fact.statement.is_none() => Free::Words,
        _ => unbound.get(&id).copied().unwrap_or(Free::NoCell),
    };
    (0..)
        .zip(&narrative.facts)
        .zip(related)
        .filter(|(_, related)| !related)
        .map(|((id, fact), _)| (id, why(id, fact)))
        .collect()
}

impl<'d> Checker<'d> {
    fn fact(&self, id: FactId) -> Option<&'d Fact> {
        self.narrative.fact(id)
    }

    /// Whether a number is only about right: 近 1000 万元, 1200 万元左右.
    fn is_rough(&self, id: FactId) -> bool {
        let Some(fact) = self.fact(id) else {
            return false;
        };
        let text = &self.document.text;
        let before = text.get(..fact.range.start() as usize).unwrap_or_default();
        let after = text.get(fact.whole.end() as usize..).unwrap_or_default();
        let before = before.trim_end_matches([' ', '\u{3000}', '\n']);
        let least = match before.chars().next_back() {
            Some('约' | '近' | '超' | '逾') => true,
            Some('过') => before.ends_with("超过"),
            Some('足' | '到') => before.ends_with("不足") || before.ends_with("不到"),
            Some('破') => before.ends_with("突破"),
            _ => false,
        };
        least
            || match after.chars().next() {
                // 300 万元多支出 15 万元 is more than that.
                Some('多') => !["多支", "多收"].iter().any(|it| after.starts_with(it)),
                Some('余') => true,
                Some('左') => after.starts_with("左右"),
                Some('上') => after.starts_with("上下"),
                _ => false,
            }
    }

    /// A number of money as printed: `0.3 万` too, and a bare 0.
    fn money(&self, id: FactId) -> Option<Printed> {
        let fact = self.fact(id).filter(|_| !self.is_rough(id))?;
        match fact.measure {
            Measure::Money { unit, .. } => Printed::money(fact.amount, fact.decimals, unit),
            Measure::None if fact.amount.is_zero() => Some(Printed::default()),
            _ => None,
        }
    }

    /// The same with the decimals that were left off.
    fn exact(&self, id: FactId) -> Option<Printed> {
        let fact = self.fact(id)?;
        let Measure::Money { unit, .. } = fact.measure else {
            return self.number(id);
        };
        let least = self.trimmed.get(&unit).copied().unwrap_or(0);
        let decimals = fact.decimals.max(least);
        let printed = Printed::money(fact.amount, decimals, unit).filter(|_| !self.is_rough(id))?;
        // Nothing is nothing where others have decimals.
        let half = if printed.is_zero() { 0 } else { printed.half };
        Some(Printed { half, ..printed })
    }

    /// Money or a count.
    fn number(&self, id: FactId) -> Option<Printed> {
        let fact = self.fact(id)?;
        match fact.measure {
            Measure::Count { .. } if self.is_rough(id) => None,
            Measure::Count { shift, .. } if fact.decimals == 0 => {
                Printed::count(fact.amount, shift)
            }
            Measure::Count { shift, .. } => {
                Printed::new(fact.amount, fact.decimals, u32::from(shift))
            }
            _ => self.money(id),
        }
    }

    /// As it should be printed in the place of a number: its unit, and decimals enough.
    fn as_printed(&self, id: FactId, value: Printed) -> Option<Amount> {
        let fact = self.fact(id)?;
        let exponent = match fact.measure {
            Measure::Money { unit, .. } => unit.exponent(),
            Measure::Count { shift, .. } => u32::from(shift),
            _ => Unit::TenThousandYuan.exponent(),
        };
        value.amount(exponent)
    }

    fn text(&self, id: FactId) -> String {
        let Some(fact) = self.fact(id) else {
            return String::new();
        };
        let text = if fact.derived {
            // A slot's own text is its expression.
            return fact.amount.to_string();
        } else {
            self.document.slice(fact.range)
        };
        let sign = if fact.amount.is_negative() { "-" } else { "" };
        format!("{sign}{}", text.split_whitespace().collect::<String>())
    }

    /// Whether sums may differ by what rounding explains.
    fn rounds(&self) -> bool {
        self.document.tolerance == Tolerance::Rounding
    }

    /// Names what broken relations are about.
    fn name_subjects(&mut self) {
        let mut codes: FxHashMap<StatementId, String> = FxHashMap::default();
        for relation in &self.relations {
            if let [cell] = relation.cells.as_slice() {
                let row = self
                    .document
                    .grid(*cell)
                    .and_then(|it| it.rows.get(cell.row as usize));
                codes.extend(row.and_then(|row| Some((relation.statement?, row.code.clone()?))));
            }
        }
        for at in 0..self.relations.len() {
            let Some(relation) = self.relations.get(at) else {
                continue;
            };
            if relation.outcome != Outcome::Broken {
                continue;
            }
            let own = self.fact(relation.fact).and_then(|fact| fact.statement);
            let Some(id) = own.or(relation.statement) else {
                continue;
            };
            let subject = match codes.get(&id) {
                Some(code) => code.clone(),
                None => {
                    let concept = self.binder.concept(id);
                    let account = concept
                        .account
                        .as_ref()
                        .and_then(|it| it.code.as_ref().or(it.names.last()).cloned());
                    account.unwrap_or_else(|| concept.name.clone())
                }
            };
            if let Some(relation) = self.relations.get_mut(at) {
                relation.subject = subject;
            }
        }
    }

    fn add(&mut self, mut relation: Relation) -> usize {
        // What only follows is no surer than what it follows from.
        if let Some(cause) = relation.follows.and_then(|index| self.relations.get(index)) {
            relation.weight = relation.weight.min(cause.weight);
        }
        self.relations.push(relation);
        self.relations.len() - 1
    }

    /// A formula, if it is wanted.
    fn formula(&self, outcome: Outcome, formula: impl FnOnce() -> String) -> String {
        if self.formulas || outcome != Outcome::Held {
            formula()
        } else {
            String::new()
        }
    }

    /// The name of a statement's subject, as written.
    pub(crate) fn name(&self, id: StatementId) -> String {
        let Some(statement) = self.narrative.statement(id) else {
            return String::new();
        };
        let own = self.document.slice(statement.subject);
        let own = own
            .trim_start_matches(['.', '．', '、', '，', ',', ' '])
            .trim();
        let own = if own.is_empty() {
            statement.head.map_or("", |head| self.document.slice(head))
        } else {
            own
        };
        // “行政运行（项）” is told in quotes as it is.
        let quoted = own.strip_prefix('“').and_then(|it| it.strip_suffix('”'));
        let own = quoted.filter(|it| !it.contains('“')).unwrap_or(own);
        own.split_whitespace().collect()
    }
}
