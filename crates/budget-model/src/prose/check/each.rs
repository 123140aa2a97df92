//! What falls to each: 车均, 人均 against the money and the count of the same sentence.

use super::super::{
    concept::{Letters, Stage},
    fact::{FactId, StatementId},
    money::Printed,
};
use super::{Cause, Checker, Kind, Outcome, Relation, Weight, parts::same_things, slips};
use crate::Amount;

/// Words for what falls to each, and what is counted.
const EACH: [(&str, &str); 5] = [
    ("车均", "辆"),
    ("辆均", "辆"),
    ("每辆", "辆"),
    ("人均", "人"),
    ("每人", "人"),
];

/// Statements that are looked at.
const MOST_SEEN: u32 = 12;

/// Statements that are looked at for the money of an item that is named.
const MOST_BEFORE: u32 = 40;

/// Words for items of “三公” whose money may be said in another paragraph, and what they are called there.
const ITEMS: [(&str, &[&str]); 3] = [
    ("接待", &["公务接待", "国内接待", "国内公务接待"]),
    ("维护费", &["公务用车运行", "公务车运行", "公车运行"]),
    ("运行费", &["公务用车运行", "公务车运行", "公车运行"]),
];

/// Where a number is said, and what it is.
type Number<T> = (StatementId, FactId, T);

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
        let (mut money, counts) = self.near(id, thing);
        let apart = money.is_empty() && !counts.is_empty();
        if apart {
            money.extend(self.of_item(id));
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
        let pairs = money.iter().flat_map(|sum| {
            let counts = counts.iter();
            counts.map(move |count| (*sum, *count))
        });
        let held = pairs.into_iter().find(|(sum, count)| holds(sum.2, count.2));
        // Of the money said last before it, where one number alone was counted since.
        let last = money.iter().find(|it| !it.2.is_zero());
        let only = || {
            let last = last.filter(|last| apart || self.is_one_clause(last.1, fact))?;
            let mut since = counts.iter().filter(|count| count.0 >= last.0);
            let count = since.next().filter(|_| since.next().is_none())?;
            Some((*last, *count))
        };
        let Some((sum, count)) = held.or_else(only) else {
            return;
        };
        let (outcome, slip) = match held {
            Some(_) => (Outcome::Held, None),
            None => (Outcome::Broken, self.slip_of_each((fact, own), sum, count)),
        };
        // Money and count of one sentence may be of two things: only a slip tells that they aren't.
        if held.is_none() && slip.is_none() {
            return;
        }
        let (place, expected, cause) = match slip {
            Some((place, right, cause)) => (place, Some(right), Some(cause)),
            None => (fact, None, None),
        };
        let (sum, count) = (sum.1, count.1);
        let formula = self.formula(outcome, || {
            format!(
                "{} ÷ {} = {}",
                self.with_unit(sum, fact),
                self.text(count),
                self.text(fact)
            )
        });
        let all = [fact, sum, count].into_iter();
        self.add(Relation {
            facts: all.filter(|it| *it != place).collect(),
            expected,
            weight: Weight::Likely,
            cause,
            formula,
            ..Relation::of(Kind::Product, outcome, id, place)
        });
    }

    /// Whether nothing parts two numbers, and what is summed up isn't said after them: 每人 1,000 元，共计 3 万元.
    fn is_one_clause(&self, from: FactId, to: FactId) -> bool {
        let Some((from, to)) = self.fact(from).zip(self.fact(to)) else {
            return false;
        };
        let text = &self.document.text;
        let between = text.get(from.whole.end() as usize..to.range.start() as usize);
        let after = text.get(to.whole.end() as usize..).unwrap_or_default();
        let after = after.trim_start_matches(['，', ',', ' ']);
        let summed = ["共计", "合计", "总计", "共"]
            .iter()
            .any(|word| after.starts_with(word));
        !summed && between.is_some_and(|it| !it.contains(['；', ';']))
    }

    /// Money and counts of the same sentence before a statement, the nearest first; where that has no money, with those
    /// of the sentence before it.
    fn near(&self, id: StatementId, thing: &str) -> (Vec<Number<Printed>>, Vec<Number<i128>>) {
        let (mut money, mut counts) = (Vec::new(), Vec::new());
        let Some(own) = self.narrative.statement(id) else {
            return (money, counts);
        };
        let mut sentence = own.sentence;
        for before in (id.saturating_sub(MOST_SEEN)..id).rev() {
            let Some(other) = self.narrative.statement(before) else {
                break;
            };
            if other.sentence != sentence {
                if !money.is_empty()
                    || other.sentence + 1 != own.sentence
                    || other.heading != own.heading
                {
                    break;
                }
                sentence = other.sentence;
            }
            if let Some(amount) = other.amount
                && !self.is_price(before, amount)
            {
                money.extend(self.exact(amount).map(|printed| (before, amount, printed)));
            }
            let count = other.count.filter(|count| {
                let word = self.measure_word(*count);
                word.is_some_and(|word| same_things(word, thing) || (word, thing) == ("人次", "人"))
            });
            let number = count.and_then(|count| {
                let (mantissa, scale) = self.fact(count)?.amount.trimmed().parts();
                (scale == 0 && mantissa > 0).then_some((before, count, mantissa))
            });
            counts.extend(number);
        }
        (money, counts)
    }

    /// What was said before of the item of “三公” that falls to each: 人均接待费, 车均维护费.
    fn of_item(&self, id: StatementId) -> Option<Number<Printed>> {
        let subject = self.document.slice(self.narrative.statement(id)?.subject);
        let letters = Letters::of(subject);
        let (_, stems) = ITEMS.iter().find(|(word, _)| letters.have(subject, word))?;
        (id.saturating_sub(MOST_BEFORE)..id)
            .rev()
            .find_map(|before| {
                let other = self.narrative.statement(before)?;
                let amount = other.amount?;
                let concept = self.binder.concept(before);
                let same = stems.contains(&&*concept.stem)
                    && !concept.apart
                    && !concept.elsewhere
                    && concept.stage != Some(Stage::Budget)
                    && !self.is_price(before, amount);
                Some((before, amount, self.exact(amount).filter(|_| same)?))
            })
    }

    /// Which of what falls to each, how many there are and what they come to has a usual slip.
    fn slip_of_each(
        &self,
        (fact, own): (FactId, Printed),
        (_, sum, money): Number<Printed>,
        (_, count, number): Number<i128>,
    ) -> Option<(FactId, Amount, Cause)> {
        let written = |fact: FactId| self.fact(fact).map(|it| (it.amount, it.decimals));
        let each = Printed {
            value: (money.value + number / 2).checked_div(number)?,
            half: 0,
        };
        let (amount, decimals) = written(fact)?;
        let right = self.as_printed(fact, each)?.round(decimals);
        if let Some(cause) = slips::of_amount(amount, right) {
            return Some((fact, right, cause));
        }
        let slipped = |place: FactId, right: Amount| {
            let cause = slips::of_amount(written(place)?.0, right);
            Some((place, right, cause.filter(|_| slips::is_long(right))?))
        };
        if money.value.checked_rem(own.value) == Some(0) {
            let many = usize::try_from(money.value / own.value).ok()?;
            let found = slipped(count, Amount::from_count(many));
            if found.is_some() {
                return found;
            }
        }
        if self.confirmed.contains_key(&sum) {
            return None;
        }
        let value = own.value.checked_mul(number)?;
        slipped(sum, self.as_printed(sum, Printed { value, half: 0 })?)
    }
}
