//! What a subject may mean several of, and its number is none of them but a slip of one.

use super::super::{
    bind::Candidate,
    concept::Scope,
    fact::{FactId, StatementId},
    money::Printed,
};
use super::{Cause, Checker, Outcome, Weight, slips};
use crate::Amount;

/// Digits that two numbers must have, zeros at their ends apart: 1000 and 1200 may well be two things.
pub(super) fn digits(amount: Amount) -> u32 {
    let mut digits = amount.trimmed().parts().0.unsigned_abs();
    while digits > 0 && digits.is_multiple_of(10) {
        digits /= 10;
    }
    digits.checked_ilog10().map_or(0, |log| log + 1)
}

impl Checker<'_> {
    /// Where the cells that may be meant say several numbers, or stand only where the same may be said:
    /// whether the sentence's number is a slip of one, and of one alone.
    pub(super) fn is_slip(
        &mut self,
        id: StatementId,
        fact: FactId,
        printed: Printed,
        candidates: &[Candidate],
    ) -> bool {
        let filled = || candidates.iter().filter(|it| !it.empty);
        let own = filled().filter(|it| !it.beside).count();
        let agree = |first: &Candidate| {
            let mut own = filled().filter(|it| !it.beside);
            own.all(|it| it.printed.restates(first.printed))
        };
        let sure = filled().find(|it| !it.beside).is_some_and(agree);
        let named = matches!(
            self.binder.concept(id).scope,
            Some(Scope::Running | Scope::Purchases)
        );
        // Of an account, or another row, it is a part: no cell says it.
        let whole = self.narrative.statement(id).and_then(|it| it.list);
        let whole = whole.and_then(|list| self.narrative.lists.get(list as usize)?.whole);
        if whole.is_some_and(|whole| self.binder.is_row(whole)) {
            return false;
        }
        // These are told as they are; an account's own number is nobody else's.
        if own > 0 && sure && !named || printed.is_zero() || self.is_extended(fact) {
            return false;
        }
        let mut found: Option<(&Candidate, Amount, Cause)> = None;
        for candidate in filled() {
            let Some((right, cause)) = self.slip_of(fact, candidate) else {
                continue;
            };
            if found
                .as_ref()
                .is_some_and(|it| it.0.printed != candidate.printed)
            {
                return false;
            }
            found = found.or(Some((candidate, right, cause)));
        }
        let Some((candidate, right, cause)) = found else {
            return false;
        };
        let mut relation = self.restatement(id, fact, candidate, Outcome::Broken);
        relation.expected = Some(right);
        relation.weight = Weight::Likely;
        relation.cause = Some(cause);
        let index = self.add(relation);
        self.corrected.insert(fact, (candidate.printed, index));
        true
    }

    /// What a number should be if it is the slip of a cell's.
    fn slip_of(&self, fact: FactId, candidate: &Candidate) -> Option<(Amount, Cause)> {
        let written = self.fact(fact)?;
        let right = self.as_printed(fact, candidate.printed)?;
        let right = right.round(written.decimals.max(right.decimals().min(2)));
        let cause = slips::of_amount(written.amount, right)?;
        let (own, other) = (digits(written.amount), digits(right));
        // One digit apart may be a round sum more; elsewhere than the words say to look, it often is.
        let long = match cause {
            Cause::Digit => own.max(other) >= 4 && own.min(other) >= 3,
            _ => own.max(other) >= 3,
        };
        (long && !(candidate.beside && cause == Cause::Digit)).then_some((right, cause))
    }
}
