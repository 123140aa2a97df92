//! Changes of what comes in against changes of what goes out.

use super::super::{
    concept::Scope,
    fact::{FactId, StatementId},
    money::Printed,
};
use super::{Checker, Kind, Outcome, Relation, Weight};

/// The changes of one side.
struct Side {
    whole: StatementId,
    first: FactId,
    sum: Printed,
    facts: Vec<FactId>,
    /// What they are compared with, as written.
    base: String,
}

impl Checker<'_> {
    /// What comes in and what goes out change by the same, where both are told against one base.
    pub(super) fn balance(&mut self) {
        let mut sides: [Option<Side>; 2] = [None, None];
        for list in &self.narrative.lists {
            let Some(whole) = list.whole else { continue };
            let side = match self.binder.scope(whole) {
                Some(Scope::Income) => 0,
                Some(Scope::Expense) => 1,
                _ => continue,
            };
            if sides.get(side).is_none_or(Option::is_some) {
                continue;
            }
            let ids = &list.parts;
            let mut sum = Printed::default();
            let mut facts = Vec::new();
            let mut base: Option<String> = None;
            let mut complete = true;
            for id in ids {
                let statement = self.narrative.statement(*id);
                let zero = statement
                    .and_then(|it| self.money(it.amount?))
                    .is_some_and(Printed::is_zero);
                match self.signed_change(*id) {
                    Some((_, fact, printed)) => {
                        let change = statement.and_then(|it| it.changes.first());
                        let own = change.and_then(|it| it.base);
                        let own: String = own
                            .map_or("", |range| self.document.slice(range))
                            .split_whitespace()
                            .collect();
                        complete &= base.as_ref().is_none_or(|base| *base == own);
                        base = Some(own);
                        facts.push(fact);
                        match sum.add(printed) {
                            Some(added) => sum = added,
                            None => complete = false,
                        }
                    }
                    None => complete &= zero,
                }
            }
            // All that the whole is made of.
            let amounts: Option<Printed> = ids
                .iter()
                .filter_map(|id| self.narrative.statement(*id)?.amount)
                .map(|fact| self.exact(fact))
                .try_fold(Printed::default(), |sum, own| sum.add(own?));
            let stated = self
                .narrative
                .statement(whole)
                .and_then(|it| self.exact(it.amount?));
            let all = amounts.zip(stated).is_some_and(|(a, b)| a.value == b.value);
            if let (true, true, Some(base), Some(first)) =
                (complete, all, base, facts.first().copied())
                && let Some(slot) = sides.get_mut(side)
            {
                *slot = Some(Side {
                    whole,
                    first,
                    sum,
                    facts,
                    base,
                });
            }
        }
        let [Some(income), Some(expense)] = sides else {
            return;
        };
        let amount = |id: StatementId| {
            let fact = self.narrative.statement(id)?.amount?;
            self.exact(fact)
        };
        if income.base != expense.base
            || amount(income.whole).map(|it| it.value) != amount(expense.whole).map(|it| it.value)
        {
            return;
        }
        let outcome = if income.sum.value == expense.sum.value {
            Outcome::Held
        } else if income.sum.meets(expense.sum) && self.rounds() {
            Outcome::Rounding
        } else {
            Outcome::Broken
        };
        let formula = self.formula(outcome, || {
            let side = |facts: &[FactId]| {
                let mut out = String::new();
                for (at, fact) in facts.iter().enumerate() {
                    let signed = self
                        .fact(*fact)
                        .and_then(|it| self.signed_change(it.statement?));
                    let negative = signed.is_some_and(|it| it.2.value < 0);
                    out.push_str(match (at, negative) {
                        (0, false) => "",
                        (0, true) => "-",
                        (_, false) => " + ",
                        (_, true) => " - ",
                    });
                    out.push_str(&self.text(*fact));
                }
                out
            };
            format!("{} = {}", side(&income.facts), side(&expense.facts))
        });
        let all = income.facts.iter().chain(&expense.facts).copied();
        self.add(Relation {
            facts: all.filter(|it| *it != income.first).collect(),
            // Carried-over money may make the difference.
            weight: Weight::Likely,
            formula,
            ..Relation::of(Kind::Changes, outcome, income.whole, income.first)
        });
    }
}
