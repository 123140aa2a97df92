//! 收入较上年增加 5 万元: which of the numbers said before it that is told of, where only all there is is named.

use smallvec::SmallVec;

use budget_catalog::template::DisclosureKind;

use super::super::{
    concept::{Concept, Flow, Stage},
    fact::{FactId, StatementId},
};
use super::Checker;

/// Statements that are looked at.
const MOST_SEEN: u32 = 40;

impl Checker<'_> {
    /// The amounts of all there is that a statement without its own may speak of: in its sentence, and in the one before
    /// it.
    pub(super) fn said_of_all(&self, id: StatementId) -> SmallVec<[FactId; 2]> {
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
                && of.scope.zip(concept.scope).is_none_or(|(a, b)| a == b);
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
pub(super) fn agree(a: Option<Flow>, b: Option<Flow>) -> bool {
    a.zip(b).is_none_or(|(a, b)| a == b)
}
