//! 增长 1.5 倍, 是上年的 2.5 倍, 翻一番.

use super::super::{
    base::{Base, Year},
    concept::has,
    fact::{Change, Direction, FactId, Measure, StatementId},
    money::Printed,
};
use super::{Checker, Kind, Outcome, Relation, Weight, slips};
use crate::Amount;

/// Bytes before a number in which what it is of is looked for.
const REACH: usize = 600;

impl Checker<'_> {
    pub(super) fn times(&mut self) {
        for (id, statement) in (0..).zip(&self.narrative.statements) {
            for change in &statement.changes {
                if change.direction == Direction::Up {
                    self.doubled(id, change);
                }
            }
        }
        for (id, fact) in (0..).zip(&self.narrative.facts) {
            match (fact.measure, fact.statement) {
                (Measure::Times, Some(statement)) => self.times_more(statement, id),
                (Measure::Times, None) => self.times_of(id),
                (Measure::Points, _) => self.points(id),
                _ => {}
            }
        }
    }

    /// 增加 60 万元，增长 1.5 倍: 60 is 1.5 times what was before.
    fn times_more(&mut self, id: StatementId, fact: FactId) {
        let Some(statement) = self.narrative.statement(id) else {
            return;
        };
        let change = statement.changes.last();
        let Some(change) = change else {
            // 上年为 40 万元，增长 1.5 倍
            self.times_of(fact);
            return;
        };
        let (Direction::Up, Some(by), Some(now)) =
            (change.direction, change.amount, statement.amount)
        else {
            return;
        };
        let (Some(by_much), Some(there)) = (self.exact(by), self.exact(now)) else {
            return;
        };
        let Some(before) = there.sub(by_much).filter(|it| it.value > 0) else {
            return;
        };
        let (by_text, now_text) = (self.text(by), self.text(now));
        let formula = format!("{} = {by_text} ÷ ({now_text} - {by_text})", self.text(fact));
        // 增长 2.5 倍 for 是 2.5 倍.
        self.told_times((id, fact), (by_much, there), before, [by, now], formula);
    }

    /// Whether a part is so many times what was before; `instead`: what is meant by another word.
    fn told_times(
        &mut self,
        (id, fact): (StatementId, FactId),
        (part, instead): (Printed, Printed),
        before: Printed,
        facts: [FactId; 2],
        formula: String,
    ) {
        let Some(times) = self.fact(fact) else { return };
        let fits = |part: Printed| times_fit(times.amount, times.decimals, part, before);
        let outcome = match fits(part) {
            Some(true) => Outcome::Held,
            Some(false) => Outcome::Broken,
            None => return,
        };
        let broken = outcome == Outcome::Broken;
        let is_other = broken && fits(instead) == Some(true);
        let expected = ratio(part, before, times.decimals).filter(|_| broken);
        let cause = expected
            .filter(|_| !is_other)
            .and_then(|right| slips::of_amount(times.amount, right));
        if broken && !is_other && cause.is_none() {
            return;
        }
        let formula = self.formula(outcome, || formula);
        self.add(Relation {
            facts: facts.into_iter().collect(),
            expected,
            weight: Weight::Likely,
            cause,
            formula,
            ..Relation::of(Kind::Growth, outcome, id, fact)
        });
    }

    /// 是上年的 2.5 倍, 是上年 40 万元的 2.5 倍; 上年为 40 万元，增长 1.5 倍: what there is now over what was before.
    fn times_of(&mut self, fact: FactId) {
        let Some(times) = self.fact(fact) else { return };
        let text = &self.document.text;
        let place = times.range.start();
        let reach = text.floor_char_boundary((place as usize).saturating_sub(REACH));
        let before = text.get(reach..place as usize).unwrap_or_default();
        let clause = before.rsplit(['，', ',', '。', '；', ';', '：', '（', '、', '\n']);
        let clause = clause.into_iter().next().unwrap_or_default();
        let about = ["约", "近", "超", "不足", "余", "左右", "以上", "多"];
        let after = text.get(times.whole.end() as usize..).unwrap_or_default();
        let rough = about
            .iter()
            .any(|word| has(clause, word) || after.starts_with(word));
        let plain: String = clause.split_whitespace().collect();
        let more = ["增长", "增加", "提高", "上升"];
        let more = more
            .iter()
            .any(|word| plain == *word || plain == format!("{word}了"));
        let year = self.is_of_the_year_before(&plain);
        if rough || !(more || year) {
            return;
        }
        // What is said of in the same sentence, and what was before.
        let narrative = self.narrative;
        let from = narrative
            .statements
            .partition_point(|it| it.subject.start() < place);
        let near = narrative.statements.get(..from).unwrap_or_default();
        let mut now = None;
        let mut prior = None;
        let sentence = near.last().map(|it| it.sentence);
        for (id, it) in (0..from).rev().zip(near.iter().rev()) {
            let said = (it.subject.start() as usize).checked_sub(reach);
            let same = said
                .and_then(|said| before.get(said..))
                .is_some_and(|text| !text.contains(['。', '；', '\n']));
            let Ok(id) = StatementId::try_from(id) else {
                return;
            };
            if !same || Some(it.sentence) != sentence {
                break;
            }
            let concept = self.binder.concept(id);
            let amount = it
                .amount
                .filter(|fact| self.fact(*fact).is_some_and(|it| it.unit().is_some()));
            match amount {
                Some(amount) if concept.apart && concept.is_only_a_year() && prior.is_none() => {
                    prior = Some(amount);
                }
                Some(amount) if !concept.elsewhere => {
                    now = Some((id, amount, it.changes.as_slice()));
                    break;
                }
                _ => return,
            }
        }
        let Some((id, now, changes)) = now else {
            return;
        };
        let there = self.exact(now);
        // In the clause itself, or what the change comes to.
        let own = fact.checked_sub(1).filter(|own| {
            self.fact(*own).is_some_and(|it| {
                it.unit().is_some() && it.range.start() as usize + clause.len() > place as usize
            })
        });
        let prior = own.or(prior);
        let by = changes.last().filter(|it| it.prior.is_none());
        let by = by.and_then(|it| Some((it.direction, it.amount?)));
        let was = match (prior, by) {
            (Some(prior), _) => self.exact(prior),
            (None, Some((Direction::Up, by))) => {
                there.zip(self.exact(by)).and_then(|(now, by)| now.sub(by))
            }
            _ => None,
        };
        let other = prior.or(by.map(|it| it.1));
        let (Some(there), Some(was), Some(other)) = (there, was.filter(|it| it.value > 0), other)
        else {
            return;
        };
        let part = |more: bool| if more { there.sub(was) } else { Some(there) };
        let (Some(part), Some(instead)) = (part(more), part(!more)) else {
            return;
        };
        let (now_text, other_text) = (self.text(now), self.text(other));
        let times = self.text(fact);
        let formula = match (more, prior) {
            (true, _) => format!("{times} = ({now_text} - {other_text}) ÷ {other_text}"),
            (false, Some(_)) => format!("{times} = {now_text} ÷ {other_text}"),
            (false, None) => format!("{times} = {now_text} ÷ ({now_text} - {other_text})"),
        };
        self.told_times((id, fact), (part, instead), was, [now, other], formula);
    }

    /// 是上年的, 为 2018 年 40 万元的
    fn is_of_the_year_before(&self, clause: &str) -> bool {
        const LEADS: [&str; 7] = ["相当于", "达到", "已是", "是", "为", "达", "系"];
        let lead = LEADS.iter().find_map(|word| clause.strip_prefix(word));
        let Some(of) = lead.filter(|it| it.ends_with('的')) else {
            return false;
        };
        let own = self.document.front.year;
        Base::of(of, own).is_some_and(|it| it.year == Year::Last)
    }

    /// 增加 50 万元，翻了一番
    fn doubled(&mut self, id: StatementId, change: &Change) {
        let statement = self.narrative.statement(id);
        let (Some(by), Some(now)) = (change.amount, statement.and_then(|it| it.amount)) else {
            return;
        };
        let last = change.percent.unwrap_or(by);
        let end = self.fact(last).map_or(0, |it| it.whole.end() as usize);
        let rest = self.document.text.get(end..).unwrap_or_default();
        let rest = rest.trim_start_matches(['，', ',', ' ']);
        let rest = rest.strip_prefix("实现").unwrap_or(rest);
        let Some(rest) = rest.strip_prefix('翻') else {
            return;
        };
        let rest = rest.strip_prefix('了').unwrap_or(rest);
        let folds = [("一番", 2), ("两番", 4), ("番", 2)];
        let fold = folds
            .iter()
            .find_map(|(word, by)| Some((*by, rest.strip_prefix(word)?)));
        let Some((fold, after)) = fold else { return };
        let rough = ["多", "以上", "有余", "左右"];
        if rough.iter().any(|word| after.starts_with(word)) {
            return;
        }
        let (Some(there), Some(by_much)) = (self.exact(now), self.exact(by)) else {
            return;
        };
        // 2 × (now - by) = now.
        let Some(right) = there.value.checked_mul(fold - 1) else {
            return;
        };
        let Some(off) = by_much.value.checked_mul(fold).map(|it| it.abs_diff(right)) else {
            return;
        };
        let room = by_much.half.saturating_mul(fold).saturating_add(there.half);
        let held = off == 0;
        let close = i128::try_from(off).is_ok_and(|off| off <= room);
        let outcome = match (held, close) {
            (true, _) => Outcome::Held,
            (_, true) => Outcome::Rounding,
            _ => Outcome::Broken,
        };
        let value = right / fold;
        let right = self.as_printed(by, Printed { value, ..by_much });
        let written = self.fact(by).map(|it| it.amount.abs());
        let cause = written.zip(right).and_then(|(written, right)| {
            slips::of_amount(written, right).filter(|_| slips::is_long(right))
        });
        let broken = outcome == Outcome::Broken;
        if broken && cause.is_none() {
            return;
        }
        let formula = self.formula(outcome, || {
            let (by, now) = (self.text(by), self.text(now));
            format!("{now} = {fold} × ({now} - {by})")
        });
        self.add(Relation {
            facts: [now].into_iter().collect(),
            expected: right.filter(|_| broken),
            weight: Weight::Likely,
            cause: cause.filter(|_| broken),
            formula,
            ..Relation::of(Kind::Difference, outcome, id, by)
        });
    }
}

/// Whether a number of times, as printed, can be a part over what was before.
fn times_fit(times: Amount, decimals: u8, part: Printed, before: Printed) -> Option<bool> {
    let scale = 10_i128.checked_pow(u32::from(decimals))?;
    let (mantissa, own) = times.parts();
    let more = 10_i128.checked_pow(u32::from(decimals).checked_sub(own)?)?;
    let mantissa = mantissa.checked_mul(more)?;
    // Half a step either way, or cut off.
    let low = mantissa.checked_mul(2)?.checked_sub(1)?;
    let high = mantissa.checked_mul(2)?.checked_add(2)?;
    let least = low.checked_mul(before.value.checked_sub(before.half)?)?;
    let most = high.checked_mul(before.value.checked_add(before.half)?)?;
    let twice = scale.checked_mul(2)?;
    let from = twice.checked_mul(part.value.checked_sub(part.half)?)?;
    let to = twice.checked_mul(part.value.checked_add(part.half)?)?;
    Some(from <= most && least <= to)
}

/// A part over a whole, rounded.
fn ratio(part: Printed, whole: Printed, decimals: u8) -> Option<Amount> {
    let scale = 10_i128.checked_pow(u32::from(decimals))?;
    let twice = part.value.checked_mul(scale)?.checked_mul(2)?;
    let rounded = twice
        .checked_add(whole.value)?
        .checked_div(whole.value.checked_mul(2)?)?;
    Amount::from_parts(rounded, u32::from(decimals))
}
