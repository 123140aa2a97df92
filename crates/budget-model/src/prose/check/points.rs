//! 提高 2.3 个百分点: of two shares or rates beside it.

use super::super::{
    base::{Base, Year},
    fact::{Fact, FactId, Measure, StatementId},
};
use super::{Cause, Checker, Kind, Outcome, Relation, Weight, slips};
use crate::Amount;

/// Words for more, and for less.
const UP: [&str; 4] = ["提高", "上升", "增加", "增长"];
const DOWN: [&str; 4] = ["下降", "降低", "减少", "回落"];

/// Bytes before a number in which what it is of is looked for.
const REACH: u32 = 600;

impl Checker<'_> {
    /// 由 74.0% 提高到 77.2%，提高 3.2 个百分点; 比上年的 74.0% 提高 3.2 个百分点; 占 77.2%，上年占 74.0%，提高 3.2 个百分点.
    pub(super) fn points(&mut self, id: FactId) {
        let percent = |back: FactId| {
            let fact = self.fact(id.checked_sub(back)?)?;
            (fact.measure == Measure::Percent).then_some(fact)
        };
        let (Some(own), Some(second), Some(first)) = (self.fact(id), percent(1), percent(2)) else {
            return;
        };
        let between = |from: u32, to: u32| {
            let text = self.document.text.get(from as usize..to as usize);
            text.filter(|text| text.chars().count() <= 24 && !text.contains(['。', '；', '、']))
        };
        let lead = between(first.whole.end(), second.range.start());
        let told = between(second.whole.end(), own.range.start());
        let (Some(lead), Some(told)) = (lead, told) else {
            return;
        };
        if self.is_last_year(lead) && is_of_the_same(told) {
            self.apart_by(id, (id - 2, first), (id - 1, second), Some(told));
        } else if moves(lead, told) {
            let (most, least) = match second.amount < first.amount {
                true => ((id - 2, first), (id - 1, second)),
                false => ((id - 1, second), (id - 2, first)),
            };
            self.apart_by(id, most, least, None);
        }
    }

    /// Whether between two shares only that the second is the year before's is said: ，上年占.
    fn is_last_year(&self, lead: &str) -> bool {
        let lead: String = lead.split_whitespace().collect();
        let Some(rest) = lead.strip_prefix(['，', ',', '（', '(']) else {
            return false;
        };
        let rest = [
            "所占比重",
            "比重",
            "占比",
            "比例",
            "占",
            "执行率",
            "完成率",
            "数",
            "为",
            "是",
        ]
        .iter()
        .fold(rest.to_owned(), |rest, word| rest.replace(word, ""));
        let known = Base::of(&rest, self.document.front.year);
        let plain = ["上年", "上年度", "去年", "上年同期", "去年同期"].contains(&&*rest)
            || rest.ends_with(['年', '度']) && rest.chars().count() <= 6;
        plain && known.is_some_and(|it| it.year == Year::Last)
    }

    /// Whether one share less another is what is said; `word`: with the word that says which is more.
    fn apart_by(
        &mut self,
        id: FactId,
        (more, most): (FactId, &Fact),
        (less, least): (FactId, &Fact),
        word: Option<&str>,
    ) {
        let Some(own) = self.fact(id) else { return };
        let signed = most.amount.checked_sub(least.amount);
        let coarse = most.decimals.min(least.decimals);
        let Some(signed) = signed.filter(|_| coarse >= own.decimals) else {
            return;
        };
        let apart = signed.abs();
        // Each is rounded.
        let room = Amount::half_step(coarse).checked_mul(Amount::from_count(2));
        let room = room.and_then(|it| it.checked_add(Amount::half_step(own.decimals)));
        let off = apart.checked_sub(own.amount.abs()).map(Amount::abs);
        let Some((off, room)) = off.zip(room) else {
            return;
        };
        let says =
            |words: &[&str]| word.is_some_and(|text| words.iter().any(|it| text.contains(it)));
        let turned = match signed.is_negative() {
            true => says(&UP),
            false => says(&DOWN),
        };
        let turned = turned && !apart.is_zero();
        let held = apart == own.amount.abs();
        let outcome = match (turned, held, off < room) {
            (false, true, _) => Outcome::Held,
            (false, _, true) => Outcome::Rounding,
            _ => Outcome::Broken,
        };
        let broken = outcome == Outcome::Broken;
        let cause = match turned {
            true => Some(Cause::Direction).filter(|_| off < room),
            false => slips::of_amount(own.amount, apart).filter(|_| broken),
        };
        if broken && cause.is_none() {
            return;
        }
        let formula = self.formula(outcome, || {
            let [own, most, least] = [id, more, less].map(|it| self.text(it));
            format!("{own} = {most} - {least}")
        });
        let statement = self.statement_before(own);
        self.add(Relation {
            facts: [less, more].into_iter().collect(),
            expected: (broken && !turned).then_some(apart),
            weight: Weight::Likely,
            cause,
            formula,
            ..Relation::of(Kind::Growth, outcome, statement, id)
        });
    }

    /// What is said of something in the same sentence.
    fn statement_before(&self, fact: &Fact) -> Option<StatementId> {
        let place = fact.range.start();
        let statements = &self.narrative.statements;
        let after = statements.partition_point(|it| it.subject.start() <= place);
        let at = after.checked_sub(1)?;
        let from = statements.get(at)?.subject.start();
        if place.saturating_sub(from) > REACH {
            return None;
        }
        let text = self.document.text.get(from as usize..place as usize)?;
        let same = !text.contains(['。', '\n', '；']);
        StatementId::try_from(at).ok().filter(|_| same)
    }
}

/// 由 74.0% 提高到 77.2%，提高 …; 比上年的 74.0% 提高 ….
fn moves(first: &str, second: &str) -> bool {
    let moved = UP.iter().chain(&DOWN);
    let both = [
        "提高到",
        "上升到",
        "增加到",
        "增长到",
        "下降到",
        "降低到",
        "降至",
        "升至",
        "增至",
        "减至",
        "提高至",
        "下降至",
    ];
    let told = both.iter().any(|word| first.contains(word))
        || first.contains(['比', '较']) && moved.into_iter().any(|word| second.contains(word));
    // 比上年的 74.0%: of the same share, not of another clause's.
    told && second.matches(['，', ',']).count() <= 1
}

/// Whether nothing else is named before 提高: ，占比同比提高.
fn is_of_the_same(told: &str) -> bool {
    let told: String = told.split_whitespace().collect();
    let plain = [
        "所占比重",
        "比重",
        "占比",
        "比例",
        "同比",
        "比上年",
        "较上年",
        "了",
        "，",
        ",",
        "）",
        ")",
    ]
    .iter()
    .chain(&UP)
    .chain(&DOWN)
    .fold(told.clone(), |rest, word| rest.replace(word, ""));
    let moved = UP.iter().chain(&DOWN).filter(|word| told.contains(*word));
    plain.is_empty() && moved.count() == 1
}
