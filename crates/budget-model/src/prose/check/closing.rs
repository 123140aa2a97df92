//! 甲项目 415.60 万元、乙项目 268.00 万元，合计 683.60 万元: a sum told after its parts.

use super::super::fact::{FactId, StatementId};
use super::{Checker, sum::Part};

/// What leads to a sum of what stands before it.
const LEADS: [&str; 10] = [
    "合计",
    "共计",
    "总计",
    "合计为",
    "共计为",
    "合计金额",
    "金额合计",
    "两项合计",
    "三项合计",
    "以上合计",
];

/// Most parts of such a sum.
const MOST: usize = 40;

impl Checker<'_> {
    pub(super) fn closing(&mut self) {
        for (id, statement) in (0..).zip(&self.narrative.statements) {
            if let Some(fact) = statement.amount.filter(|_| statement.changes.is_empty()) {
                self.closing_sum(id, fact);
            }
        }
    }

    fn closing_sum(&mut self, id: StatementId, fact: FactId) {
        let Some(before) = id.checked_sub(1) else {
            return;
        };
        let lead = self.between(before, id).unwrap_or_default();
        let Some(lead) = lead.strip_prefix(['，', ',']).map(str::trim) else {
            return;
        };
        if !LEADS.contains(&lead) {
            return;
        }
        let part = |this: &Self, id: StatementId| -> Option<Part> {
            let fact = this.narrative.statement(id)?.amount?;
            Some((id, fact, this.exact(fact)?))
        };
        let Some(whole) = self.exact(fact).map(|own| (id, fact, own)) else {
            return;
        };
        // What one mark joins: 甲 …、乙 …、丙 ….
        let mut parts: Vec<Part> = part(self, before).into_iter().collect();
        while let Some((first, ..)) = parts.last().copied()
            && let Some(above) = first.checked_sub(1)
            && parts.len() < MOST
            && self.between(above, first).is_some_and(joins)
            && let Some(next) = part(self, above)
        {
            parts.push(next);
        }
        parts.reverse();
        if parts.len() > 1 {
            self.told_sum(whole, parts);
        }
    }

    /// What stands between the numbers of two statements of one sentence.
    fn between(&self, before: StatementId, after: StatementId) -> Option<&str> {
        let (a, b) = (
            self.narrative.statement(before)?,
            self.narrative.statement(after)?,
        );
        let (from, to) = (self.fact(a.amount?)?, self.fact(b.amount?)?);
        let text = &self.document.text;
        let between = text.get(from.whole.end() as usize..to.range.start() as usize)?;
        (a.sentence == b.sentence).then_some(between)
    }
}

/// Whether a part follows another: 、乙项目.
fn joins(between: &str) -> bool {
    let text = between.trim_start();
    text.starts_with(['、', '和', '及', '与']) && !text.contains(['，', ',', '；', ';', '。', '：'])
}
