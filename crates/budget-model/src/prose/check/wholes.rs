//! What a share may be of, where its words name something: 占政府采购预算的 75%, 占基本支出的 81%.

use budget_catalog::template::DisclosureKind;
use smallvec::SmallVec;

use super::super::{
    bind::SPLITS,
    concept::{Concept, Scope, Stage},
    fact::{FactId, StatementId},
    money::Printed,
};
use super::{Checker, Outcome, Weight, shares::judge_share};

/// Statements before a share in which what it is of is looked for.
const MOST_BEFORE: u32 = 60;

/// Letters of a name that another one may end with and be the same: 预留面向中小企业采购 and 面向中小企业采购份额.
const LONG: usize = 6;

/// Something that a share may be of.
#[derive(Clone, Copy)]
pub(super) struct Whole {
    pub(super) fact: Option<FactId>,
    pub(super) amount: Printed,
}

impl Checker<'_> {
    /// What a share is of, where several numbers go by that name: the one by which it is right; else `first`, the one said
    /// last, or a cell's, with care.
    pub(super) fn whole_of_any(
        &mut self,
        id: StatementId,
        share: FactId,
        of: &str,
        first: Option<Whole>,
    ) -> Option<(Whole, Weight)> {
        let part = self.exact(self.narrative.statement(id)?.amount?)?;
        let rate = self.rate(share)?;
        let holds = |whole: &Whole| {
            judge_share(rate, part, whole.amount, false)
                .is_some_and(|it| it.outcome != Outcome::Broken)
        };
        if let Some(whole) = first.filter(holds) {
            return Some((whole, Weight::Sure));
        }
        let Some(wanted) = self.wanted(of) else {
            return Some((first?, Weight::Sure));
        };
        let said = self.said(id, &wanted);
        if let Some(whole) = said.iter().find(|it| holds(it)) {
            return Some((*whole, Weight::Sure));
        }
        let cells = self.binder.split(id, &wanted).into_iter();
        let mut cells = cells.map(|amount| Whole { fact: None, amount }).peekable();
        let of_cell = cells.peek().copied();
        if let Some(whole) = cells.find(holds) {
            return Some((whole, Weight::Sure));
        }
        let stated = first.or(said.first().copied());
        let stated = stated.map(|whole| (whole, Weight::Sure));
        stated.or(of_cell.map(|whole| (whole, Weight::Likely)))
    }

    /// What the words of a share name, if it may have numbers of its own.
    fn wanted(&self, of: &str) -> Option<Concept> {
        let of = of.trim();
        let of = of.strip_suffix('的').unwrap_or(of);
        let of = of.strip_suffix("份额").unwrap_or(of);
        let wanted = self.binder.concept_of(of);
        let wanted = self.binder.own_table(&wanted).unwrap_or(wanted);
        let tabled = matches!(wanted.scope, Some(Scope::Purchases | Scope::Running));
        let named = tabled || !wanted.is_total() && !wanted.stem.is_empty();
        (named && !wanted.elsewhere && wanted.account.is_none()).then_some(wanted)
    }

    /// Amounts that were said of it under the same heading, the last first.
    fn said(&mut self, id: StatementId, wanted: &Concept) -> SmallVec<[Whole; 4]> {
        let mut found: SmallVec<[Whole; 4]> = SmallVec::new();
        let Some(statement) = self.narrative.statement(id) else {
            return found;
        };
        for before in (id.saturating_sub(MOST_BEFORE)..id).rev() {
            let other = self.narrative.statement(before);
            let Some(other) = other.filter(|it| it.heading == statement.heading) else {
                break;
            };
            let Some(fact) = other.amount else { continue };
            let own = self.binder.concept(before);
            if !self.is_same(&own, wanted) {
                continue;
            }
            if let Some(amount) = self.exact(fact) {
                found.push(Whole {
                    fact: Some(fact),
                    amount,
                });
            }
        }
        found
    }

    /// Whether what was said may be meant by the words of a share.
    fn is_same(&self, own: &Concept, wanted: &Concept) -> bool {
        let flows = own
            .flow
            .zip(wanted.flow)
            .is_none_or(|(own, wanted)| own == wanted);
        let planned = |it: &Concept| it.stage == Some(Stage::Budget);
        let staged = self.document.template.kind == DisclosureKind::Budget
            || planned(own) == planned(wanted);
        if own.elsewhere || own.account.is_some() || !flows || !staged {
            return false;
        }
        if matches!(wanted.scope, Some(Scope::Purchases | Scope::Running)) {
            return own.scope == wanted.scope && own.stem == wanted.stem;
        }
        let scopes = wanted.scope.is_none() || wanted.scope == own.scope;
        let split = SPLITS.contains(&&*wanted.stem) && own.stem == wanted.stem && scopes;
        let long = wanted.label.chars().count() >= LONG;
        split || long && own.label.ends_with(&*wanted.label)
    }
}
