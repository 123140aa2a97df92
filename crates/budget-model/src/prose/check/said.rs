//! Which number a statement without its own speaks of: 收入较上年增加 5 万元 of those said before it.

use smallvec::SmallVec;

use budget_catalog::template::DisclosureKind;

use super::super::{
    concept::{Concept, Flow, Stage},
    fact::{FactId, StatementId},
    money::Printed,
};
use super::Checker;

/// Statements that are looked at.
const MOST_SEEN: u32 = 40;

impl Checker<'_> {
    /// The amount of a statement: its own, the cell's that it speaks of, or what was said before.
    pub(super) fn amount_of(&mut self, id: StatementId) -> Option<(Option<FactId>, Printed)> {
        let statement = self.narrative.statement(id)?;
        if let Some(fact) = statement.amount {
            return Some((Some(fact), self.exact(fact)?));
        }
        if statement.count.is_some() {
            return None;
        }
        let concept = self.binder.concept(id);
        if concept.is_empty() || concept.elsewhere {
            return None;
        }
        // The nearest statement before it with this subject, under the same heading.
        let wanted = (self.binder.scope(id), &concept.stem, &concept.account);
        for before in (id.saturating_sub(40)..id).rev() {
            let other = self.narrative.statement(before)?;
            if other.heading != statement.heading {
                break;
            }
            let Some(fact) = other.amount else { continue };
            let own = self.binder.concept(before);
            let scope = self.binder.scope(before);
            let planned = |stage| stage == Some(Stage::Budget);
            if (scope, &own.stem, &own.account) == wanted
                && planned(own.stage) == planned(concept.stage)
                && own.elsewhere == concept.elsewhere
                && agree(own.flow, concept.flow)
                && self.fact(fact)?.unit().is_some()
            {
                return Some((Some(fact), self.exact(fact)?));
            }
        }
        let candidates = self.binder.candidates(id);
        let mut filled = candidates.into_iter().filter(|it| !it.empty && !it.beside);
        let first = filled.next()?;
        filled
            .all(|it| it.printed == first.printed)
            .then_some((None, first.printed))
    }

    /// The amounts of all there is that a statement without its own may speak of: in its sentence, and in the one before
    /// it.
    pub(super) fn said_of_all(&mut self, id: StatementId) -> SmallVec<[FactId; 2]> {
        let mut found = SmallVec::new();
        let Some(own) = self.narrative.statement(id) else {
            return found;
        };
        let concept = self.binder.concept(id);
        let bare = own.amount.is_none() && own.count.is_none() && own.list.is_none();
        if !bare || concept.apart || concept.elsewhere || !is_all(&concept) {
            return found;
        }
        let settles = self.document.template.kind == DisclosureKind::FinalAccounts;
        for before in (id.saturating_sub(MOST_SEEN)..id).rev() {
            let Some(other) = self.narrative.statement(before) else {
                break;
            };
            if other.heading != own.heading || other.sentence + 1 < own.sentence {
                break;
            }
            let of = self.binder.concept(before);
            let money = other
                .amount
                .filter(|fact| self.fact(*fact).is_some_and(|it| it.unit().is_some()));
            let planned = |it: &Concept| settles && it.stage == Some(Stage::Budget);
            let same = other.list.is_none()
                && !of.apart
                && !of.elsewhere
                && is_all(&of)
                && planned(&of) == planned(&concept)
                && agree(of.flow, concept.flow)
                // 本年支出 1,230 万元。财政拨款支出较上年增加 …: of less than that.
                && concept.scope.is_none_or(|scope| self.binder.scope(before) == Some(scope));
            found.extend(money.filter(|_| same));
        }
        found
    }

    /// What was said last before a statement that names nothing but 收入 or 支出, in the sentence before it, if that is
    /// something else than all there is.
    pub(super) fn said_last(&self, id: StatementId) -> Option<StatementId> {
        let own = self.narrative.statement(id)?;
        let concept = self.binder.concept(id);
        let bare = own.amount.is_none()
            && own.count.is_none()
            && concept.is_total()
            && !concept.placed
            && concept.scope.is_none();
        let mut before = (id.saturating_sub(MOST_SEEN)..id).rev();
        let last = before.find(|at| {
            let other = self.narrative.statement(*at);
            other.is_some_and(|it| it.list.is_none() && it.amount.is_some())
        })?;
        let other = self.narrative.statement(last)?;
        let near = other.heading == own.heading && other.sentence + 1 >= own.sentence;
        (bare && near && !is_all(&self.binder.concept(last))).then_some(last)
    }
}

/// Whether all of something is meant: 收支总计, “三公”经费.
fn is_all(concept: &Concept) -> bool {
    let rest = concept.stem.strip_prefix("\"三公\"");
    let rest = rest.map(|it| it.strip_prefix("经费").unwrap_or(it));
    let named = rest.is_some_and(|it| matches!(it, "" | "财政" | "一般公共预算财政"));
    concept.is_total() || concept.account.is_none() && named
}

/// What comes in isn't what goes out.
fn agree(a: Option<Flow>, b: Option<Flow>) -> bool {
    a.zip(b).is_none_or(|(a, b)| a == b)
}
