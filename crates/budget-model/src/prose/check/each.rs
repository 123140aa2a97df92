//! What falls to each: 车均, 人均 against the money and the count of the same sentence.

use super::super::{
    concept::Letters,
    fact::{FactId, StatementId},
    money::Printed,
};
use super::{Checker, Kind, Outcome, Relation, Weight, parts::same_things, slips};

/// Words for what falls to each, and what is counted.
const EACH: [(&str, &str); 5] = [
    ("车均", "辆"),
    ("辆均", "辆"),
    ("每辆", "辆"),
    ("人均", "人"),
    ("每人", "人"),
];

impl Checker<'_> {
    pub(super) fn each(&mut self) {
        for (id, statement) in (0..).zip(&self.narrative.statements) {
            let Some(fact) = statement.amount else {
                continue;
            };
            let subject = self.document.slice(statement.subject);
            let letters = Letters::of(subject);
            let word = EACH.iter().find(|(word, _)| letters.have(subject, word));
            if let Some((_, thing)) = word {
                self.falls_to_each(id, fact, thing);
            }
        }
    }

    fn falls_to_each(&mut self, id: StatementId, fact: FactId, thing: &str) {
        let Some(own) = self.exact(fact).filter(|own| own.value > 0) else {
            return;
        };
        let Some(sentence) = self.narrative.statement(id).map(|it| it.sentence) else {
            return;
        };
        let mut money: Vec<(FactId, Printed)> = Vec::new();
        let mut counts: Vec<(FactId, i128)> = Vec::new();
        for before in (id.saturating_sub(6)..id).rev() {
            let Some(other) = self.narrative.statement(before) else {
                break;
            };
            if other.sentence != sentence {
                break;
            }
            if let Some(amount) = other.amount
                && !self.is_price(before, amount)
            {
                money.extend(self.exact(amount).map(|printed| (amount, printed)));
            }
            let count = other.count.filter(|count| {
                let word = self.measure_word(*count);
                word.is_some_and(|word| same_things(word, thing))
            });
            let number = count.and_then(|count| {
                let (mantissa, scale) = self.fact(count)?.amount.trimmed().parts();
                (scale == 0 && mantissa > 0).then_some((count, mantissa))
            });
            counts.extend(number);
        }
        let holds = |sum: Printed, count: i128| {
            let product = own.value.checked_mul(count);
            let room = own
                .half
                .checked_mul(count)
                .and_then(|it| it.checked_add(sum.half));
            product
                .zip(room)
                .is_some_and(|(product, room)| (product - sum.value).abs() <= room)
        };
        let pairs = || {
            let counts = &counts;
            let of = |(sum, printed): &(FactId, Printed)| {
                let (sum, printed) = (*sum, *printed);
                counts
                    .iter()
                    .map(move |(count, number)| (sum, printed, *count, *number))
            };
            money.iter().flat_map(of)
        };
        let held = pairs().find(|it| holds(it.1, it.3));
        let mut all = pairs();
        let only = all.next().filter(|_| all.next().is_none());
        let Some((sum, printed, count, number)) = held.or(only) else {
            return;
        };
        let half = number / 2;
        let right = Printed {
            value: (printed.value + half).checked_div(number).unwrap_or(0),
            half: 0,
        };
        let decimals = self.fact(fact).map_or(0, |it| it.decimals);
        let expected = self.as_printed(fact, right).map(|it| it.round(decimals));
        let written = self.fact(fact).map(|it| it.amount);
        let cause = written
            .zip(expected)
            .filter(|_| held.is_none())
            .and_then(|(written, right)| slips::of_amount(written, right));
        // Money and count of one sentence may be of two things: only a slip tells that they aren't.
        if held.is_none() && cause.is_none() {
            return;
        }
        let outcome = match held {
            Some(_) => Outcome::Held,
            None => Outcome::Broken,
        };
        let formula = self.formula(outcome, || {
            format!(
                "{} ÷ {} = {}",
                self.with_unit(sum, fact),
                self.text(count),
                self.text(fact)
            )
        });
        self.add(Relation {
            facts: [sum, count].into_iter().collect(),
            expected: expected.filter(|_| held.is_none()),
            weight: Weight::Likely,
            cause,
            formula,
            ..Relation::of(Kind::Product, outcome, id, fact)
        });
    }
}
