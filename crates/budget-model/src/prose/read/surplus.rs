//! 决算数大于年初预算数 7.48 万元: one number more or less than another, and words that only point back to what
//! was said.

use budget_syntax::TextRange;

use super::super::{
    concept::Letters,
    fact::Direction,
    grammar::{Quantity, Span},
};
use super::{Reader, changes::Moved};

/// Words between two numbers that are compared.
pub(crate) const BETWEEN: [(&str, Direction); 9] = [
    ("大于", Direction::Up),
    ("高于", Direction::Up),
    ("多于", Direction::Up),
    ("超出", Direction::Up),
    ("超过", Direction::Up),
    ("小于", Direction::Down),
    ("低于", Direction::Down),
    ("少于", Direction::Down),
    ("超", Direction::Up),
];

/// How what is compared with begins, and ends.
const BEGINS: [&str; 8] = [
    "年初预算",
    "预算",
    "上年",
    "去年",
    "决算",
    "当年预算",
    "全年预算",
    "调整",
];
const ENDS: [&str; 4] = ["预算", "决算", "执行", "支出"];

/// Words for what was just spoken of.
const THINGS: [&str; 12] = [
    "费用支出",
    "费用",
    "该项支出",
    "该项费用",
    "该项经费",
    "该项收入",
    "该支出",
    "该费用",
    "该经费",
    "此项支出",
    "此项费用",
    "此项经费",
];

/// Words for its number that was carried out.
const CARRIED_OUT: [&str; 8] = [
    "决算",
    "决算数",
    "支出决算",
    "支出决算数",
    "决算支出",
    "决算支出数",
    "实际支出",
    "实际支出数",
];

impl Reader<'_> {
    /// What a change is said of: nothing of its own, where its words only point back.
    pub(super) fn spoken_of(&self, subject: TextRange) -> TextRange {
        let text: String = self.text(subject).split_whitespace().collect();
        let Some(target) = self.current.or(self.last) else {
            return subject;
        };
        let planned = || {
            let subject = self.out.statement(target).map(|it| self.text(it.subject));
            subject.is_none_or(|it| it.trim_end().trim_end_matches('数').ends_with("预算"))
        };
        let back = THINGS.contains(&&*text) || CARRIED_OUT.contains(&&*text) && !planned();
        if back {
            TextRange::new(subject.start(), subject.start())
        } else {
            subject
        }
    }

    /// 决算数大于年初预算数 7.48 万元 is no number of either. Says whether it is one.
    pub(super) fn surplus(&mut self, subject: TextRange, quantity: Quantity, span: Span) -> bool {
        let text = self.text(subject);
        let end = text.trim_end().trim_end_matches(['数', '的']);
        // Few subjects do.
        if !ENDS.iter().any(|it| end.ends_with(it)) {
            return false;
        }
        let letters = Letters::of(text);
        let mut words = BETWEEN.iter().filter(|it| letters.may_have(it.0));
        let found = words.find_map(|(word, direction)| {
            let at = text.rfind(word)?;
            let base = text.get(at + word.len()..)?.trim();
            let ended = base.trim_end_matches(['数', '的']);
            let known = BEGINS.iter().any(|it| base.starts_with(it))
                && ENDS.iter().any(|it| ended.ends_with(it));
            // 未超过年初预算数 8 万元
            let before = text.get(..at)?.trim_end();
            let denied = ["不", "未", "没", "没有"]
                .iter()
                .any(|it| before.ends_with(it));
            (known && !denied).then_some((at, word.len(), *direction))
        });
        let Some((at, length, direction)) = found else {
            return false;
        };
        let place = |at: usize| {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            subject.start().saturating_add(at)
        };
        let own = TextRange::new(subject.start(), place(at));
        let word = TextRange::new(place(at), place(at + length));
        let base = Some(TextRange::new(word.end(), subject.end()));
        let moved = Moved {
            subject: self.spoken_of(own),
            spread: false,
            base,
            own_base: base,
            direction,
            word,
        };
        self.moved(moved, quantity, span);
        true
    }
}
