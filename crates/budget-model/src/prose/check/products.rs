//! What is allotted against the whole, and heads × price against the sum.

use super::super::{
    fact::{Opening, Role, StatementId},
    money::Printed,
};
use super::{Checker, Kind, Outcome, Relation, Weight, parts::same_things, slips};
use crate::Amount;
use budget_syntax::TextRange;

impl Checker<'_> {
    /// 资金分配情况 of the project against its 预算安排规模 is a list as others; a total at its end
    /// (共计 10 万元) is the same number again.
    pub(super) fn allocations(&mut self) {
        for list in &self.narrative.lists {
            if list.opening != Opening::Allocation || list.parts.len() < 2 {
                continue;
            }
            let Some(whole) = list
                .whole
                .and_then(|id| self.narrative.statement(id)?.amount)
            else {
                continue;
            };
            let Some((last, fact)) = list.parts.last().and_then(|id| {
                let statement = self.narrative.statement(*id)?;
                statement
                    .subject
                    .is_empty()
                    .then_some((*id, statement.amount?))
            }) else {
                continue;
            };
            let (Some(a), Some(b)) = (self.exact(fact), self.exact(whole)) else {
                continue;
            };
            let outcome = if a.restates(b) {
                Outcome::Held
            } else {
                Outcome::Broken
            };
            let formula = self.formula(outcome, || {
                format!("{} = {}", self.text(fact), self.text(whole))
            });
            let expected = self.as_printed(fact, b);
            self.add(Relation {
                facts: [whole].into_iter().collect(),
                expected,
                weight: Weight::Likely,
                formula,
                ..Relation::of(Kind::Repeated, outcome, last, fact)
            });
        }
    }

    /// 3 名 … 人均月工资 5600 元 … 全年共计 15 万元; 250 人按照 400 元每人 … 共计 10 万元.
    pub(super) fn products(&mut self) {
        let sentences: Vec<Vec<StatementId>> = {
            let mut runs: Vec<Vec<StatementId>> = Vec::new();
            let mut last = None;
            for (id, statement) in (0..).zip(&self.narrative.statements) {
                if last != Some(statement.sentence) {
                    runs.push(Vec::new());
                    last = Some(statement.sentence);
                }
                if let Some(run) = runs.last_mut() {
                    run.push(id);
                }
            }
            runs
        };
        for run in sentences.iter().filter(|run| run.len() >= 2) {
            self.product(run);
        }
    }

    fn product(&mut self, run: &[StatementId]) {
        let subject = |id: StatementId| {
            let statement = self.narrative.statement(id);
            statement.map_or("", |it| self.document.slice(it.subject))
        };
        for window in run.windows(3) {
            let [heads, price, total] = window else {
                continue;
            };
            let statement = |id: &StatementId| self.narrative.statement(*id);
            let heads_fact = statement(heads).and_then(|it| it.count);
            let price_fact = statement(price).and_then(|it| it.amount);
            let total_fact = statement(total).and_then(|it| it.amount);
            let (Some(count), Some(each), Some(sum)) = (heads_fact, price_fact, total_fact) else {
                continue;
            };
            if !self
                .measure_word(count)
                .is_some_and(|word| same_things(word, "人"))
                || !self.is_price(*price, each)
                || self.fact(sum).is_none_or(|fact| fact.role != Role::Amount)
            {
                continue;
            }
            // What leads to the sum says that it is one.
            let lead = self.fact(sum).map_or("", |fact| {
                let from = self.fact(each).map_or(0, |fact| fact.whole.end());
                self.document
                    .slice(TextRange::new(from, fact.range.start().max(from)))
            });
            let told = ["共计", "合计", "总计", "共"]
                .iter()
                .any(|word| lead.contains(word));
            // Of days and times it isn't said how many.
            if subject(*price).contains(['天', '日', '次', '时', '场', '周']) {
                continue;
            }
            let monthly = subject(*price).contains('月');
            let yearly = lead.contains("全年") || lead.contains("年度");
            // 从 4 月起 is no whole year.
            let part = monthly && (lead.contains('月') || lead.contains('起'));
            if !told || monthly && !yearly || part || lead.contains(['。', '；']) {
                continue;
            }
            let months = if monthly { 12 } else { 1 };
            let (Some(heads_by), Some(each_by), Some(sum_by)) =
                (self.fact(count), self.exact(each), self.exact(sum))
            else {
                continue;
            };
            let times = Amount::from_count(months).checked_mul(heads_by.amount);
            let product = times.and_then(|times| {
                let one = each_by.amount(0)?;
                Printed::new(one.checked_mul(times)?, 2, 0)
            });
            let Some(product) = product else { continue };
            let outcome = if sum_by.restates(product) || sum_by.value == product.value {
                Outcome::Held
            } else {
                Outcome::Broken
            };
            let formula = self.formula(outcome, || {
                let months = if monthly { " × 12" } else { "" };
                format!(
                    "{} × {}{months} = {}",
                    self.text(count),
                    self.with_unit(each, sum),
                    self.text(sum)
                )
            });
            let expected = self.as_printed(sum, product);
            let written = self.fact(sum).map(|it| it.amount);
            let cause = written.zip(expected).and_then(|(written, right)| {
                slips::of_amount(written, right).filter(|_| outcome == Outcome::Broken)
            });
            self.add(Relation {
                facts: [count, each].into_iter().collect(),
                expected,
                weight: Weight::Likely,
                cause,
                formula,
                ..Relation::of(Kind::Product, outcome, *total, sum)
            });
        }
    }
}
