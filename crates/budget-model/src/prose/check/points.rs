//! 提高 2.3 个百分点: of two shares or rates beside it.

use std::cmp::Ordering;

use super::super::{
    base::{Base, Year},
    fact::{Direction, Fact, FactId, Measure, StatementId},
};
use super::{Cause, Checker, Kind, Outcome, Relation, Weight, slips};
use crate::Amount;

/// Words for more, and for less.
const UP: [&str; 6] = ["提高", "上升", "增加", "增长", "升至", "增至"];
const DOWN: [&str; 6] = ["下降", "降低", "减少", "回落", "降至", "减至"];

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
            let words = [None, last_word(told)];
            self.apart_by(id, (id - 2, first), (id - 1, second), words);
        } else if reaches(lead) && told.matches(['，', ',']).count() <= 1 {
            let words = [last_word(lead), last_word(told)];
            self.apart_by(id, (id - 1, second), (id - 2, first), words);
        }
    }

    /// Whether between two shares only that the second is the year before's is said: ，上年占; ，占比较上年的.
    fn is_last_year(&self, lead: &str) -> bool {
        let lead: String = lead.split_whitespace().collect();
        let mark = lead.strip_prefix(['，', ',', '（', '(']);
        let compared = lead.contains(['比', '较']).then_some(&*lead);
        let Some(rest) = mark.or(compared) else {
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
            "的",
            "比",
            "较",
        ]
        .iter()
        .fold(rest.to_owned(), |rest, word| rest.replace(word, ""));
        let known = Base::of(&rest, self.document.front.year);
        let plain = ["上年", "上年度", "去年", "上年同期", "去年同期"].contains(&&*rest)
            || rest.ends_with(['年', '度']) && rest.chars().count() <= 6;
        // 占 38.03%，比 2021 年的 35.60% 提高 …, said of 2022 in 2023.
        let of_year = compared.is_some() && rest.starts_with("20");
        plain && (of_year || known.is_some_and(|it| it.year == Year::Last))
    }

    /// Whether what there is now less what was before is what is said, and the words say which is more.
    fn apart_by(
        &mut self,
        id: FactId,
        now: (FactId, &Fact),
        before: (FactId, &Fact),
        words: [Option<Direction>; 2],
    ) {
        let Some(own) = self.fact(id) else { return };
        let signed = now.1.amount.checked_sub(before.1.amount);
        let coarse = now.1.decimals.min(before.1.decimals);
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
        let wrong = match signed.is_negative() {
            true => Direction::Up,
            false => Direction::Down,
        };
        let turned = words.contains(&Some(wrong)) && !apart.is_zero();
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
        let expected = (broken && !turned).then_some(apart);
        let mut place = (id, expected, cause);
        if broken && cause.is_none() {
            let Some(slip) = self.end_slipped(now, before, own.amount.abs(), words) else {
                return;
            };
            place = slip;
        }
        let (more, less) = match signed.is_negative() {
            true => (before.0, now.0),
            false => (now.0, before.0),
        };
        let formula = self.formula(outcome, || {
            let [own, most, least] = [id, more, less].map(|it| self.text(it));
            format!("{own} = {most} - {least}")
        });
        let statement = self.statement_before(own);
        let (place, expected, cause) = place;
        let all = [id, less, more].into_iter();
        self.add(Relation {
            facts: all.filter(|it| *it != place).collect(),
            expected,
            weight: Weight::Likely,
            cause,
            formula,
            ..Relation::of(Kind::Growth, outcome, statement, place)
        });
    }

    /// Which of two shares has a usual slip, by the points that part them and the words that say which is more; what
    /// else bears a share out is right.
    fn end_slipped(
        &self,
        (now, now_fact): (FactId, &Fact),
        (before, before_fact): (FactId, &Fact),
        points: Amount,
        words: [Option<Direction>; 2],
    ) -> Option<(FactId, Option<Amount>, Option<Cause>)> {
        let mut told = words.into_iter().flatten();
        let direction = told.next()?;
        if told.any(|it| it != direction) {
            return None;
        }
        let by = match direction {
            Direction::Down => points.negate(),
            _ => points,
        };
        let ends = [
            (before, before_fact, now_fact.amount.checked_sub(by)?),
            (now, now_fact, before_fact.amount.checked_add(by)?),
        ];
        let held = |fact: FactId| {
            let mut relations = self.relations.iter();
            relations.any(|it| it.fact == fact && it.outcome == Outcome::Held)
        };
        let mut slips = ends.into_iter().filter_map(|(id, fact, right)| {
            let long = !right.is_negative() && slips::is_long(right);
            let cause = slips::of_amount(fact.amount, right).filter(|_| long && !held(id))?;
            Some((id, Some(right), Some(cause)))
        });
        slips.next()
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

/// 由 74.0% 提高到 77.2%，提高 ….
fn reaches(lead: &str) -> bool {
    const REACHES: [&str; 12] = [
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
    REACHES.iter().any(|word| lead.contains(word))
}

/// The direction of the last word that says one.
fn last_word(text: &str) -> Option<Direction> {
    let last = |words: &[&str]| words.iter().filter_map(|word| text.rfind(word)).max();
    let (up, down) = (last(&UP), last(&DOWN));
    match up.cmp(&down) {
        Ordering::Greater => Some(Direction::Up),
        Ordering::Less => Some(Direction::Down),
        Ordering::Equal => None,
    }
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
