//! 下设 3 个处室，分别是：…: how many there are against how many are listed.
//!
//! Where names may have 、 or 和 in them, or a comma parts them, every reading counts: only a number that none of
//! them gives is told.

use std::ops::RangeInclusive;

use super::super::{
    concept::{Letters, ends},
    fact::{Measure, StatementId},
};
use super::{Checker, Kind, Outcome, Relation, Weight};
use crate::Amount;

/// Words that lead to the number of parts of an organisation.
const LEADS: [&str; 8] = [
    "内设", "下设", "设有", "下辖", "下属", "所属", "设置", "设立",
];

/// What it is parted into.
const PARTS: [&str; 16] = [
    "处",
    "科",
    "股",
    "室",
    "机构",
    "部门",
    "单位",
    "中心",
    "站",
    "所",
    "队",
    "局",
    "院",
    "馆",
    "学校",
    "办公室",
];

/// What names of such parts end in.
const ENDS: [&str; 34] = [
    "室", "科", "处", "股", "办", "中心", "队", "局", "站", "所", "院", "会", "部", "司", "厅",
    "组", "馆", "校", "园", "委", "社", "厂", "场", "公司", "大学", "中学", "小学", "政府", "机关",
    "本级", "团", "台", "法庭", "机构",
];

/// What may stand between the number and its list.
const OPENS: [&str; 11] = [
    "分别是",
    "分别为",
    "具体包括",
    "具体是",
    "具体为",
    "包括",
    "包含",
    "分别",
    "即",
    "为",
    "是",
];

/// Words that go on about something else.
const OTHERS: [&str; 9] = [
    "其中", "编制", "人员", "实有", "负责", "承担", "主要", "均", "共",
];

/// Bytes of a sentence that are looked at.
const REACH: usize = 3000;

impl Checker<'_> {
    pub(super) fn counted(&mut self) {
        for (id, statement) in (0..).zip(&self.narrative.statements) {
            if let Some(fact) = statement.count {
                self.count_of_list(id, fact);
            }
        }
    }

    fn count_of_list(&mut self, id: StatementId, fact: u32) {
        let (Some(statement), Some(own)) = (self.narrative.statement(id), self.fact(fact)) else {
            return;
        };
        let subject = self.document.slice(statement.subject);
        let Measure::Count { shift: 0, .. } = own.measure else {
            return;
        };
        let things = self.measure_word(fact);
        if !things.is_some_and(|it| matches!(it, "个" | "家"))
            || !LEADS.iter().any(|word| subject.contains(word))
            || own.decimals > 0
        {
            return;
        }
        let after = self.document.text.get(own.whole.end() as usize..);
        let Some(sentence) = after.and_then(sentence) else {
            return;
        };
        let Some(listed) = listed(&sentence, subject) else {
            return;
        };
        let (written, scale) = own.amount.trimmed().parts();
        let Some(written) = usize::try_from(written).ok().filter(|_| scale == 0) else {
            return;
        };
        let outcome = match listed.contains(&written) {
            true => Outcome::Held,
            false => Outcome::Broken,
        };
        let one = (listed.start() == listed.end()).then_some(*listed.start());
        let formula = self.formula(outcome, || match one {
            Some(one) => format!("{} = {one}", self.text(fact)),
            None => format!("{} = {}～{}", self.text(fact), listed.start(), listed.end()),
        });
        let expected = one.filter(|_| outcome == Outcome::Broken);
        self.add(Relation {
            expected: expected.map(Amount::from_count),
            weight: Weight::Likely,
            formula,
            ..Relation::of(Kind::Counted, outcome, id, fact)
        });
    }
}

/// The rest of a sentence, without blanks.
fn sentence(after: &str) -> Option<String> {
    let mut out = String::new();
    let mut broken = false;
    for c in after.chars() {
        match c {
            '。' | '！' => return Some(out),
            // A blank line ends a paragraph.
            '\n' if broken => return Some(out),
            '\n' => broken = true,
            '\r' | ' ' | '\t' | '\u{a0}' | '\u{3000}' => {}
            '#' | '|' if broken => return None,
            _ => {
                broken = false;
                out.push(c);
            }
        }
        if out.len() > REACH {
            return None;
        }
    }
    Some(out)
}

/// How many names are listed after a number; none where no list is told.
fn listed(sentence: &str, subject: &str) -> Option<RangeInclusive<usize>> {
    let open = sentence.find(['：', ':', '，', ',', '（', '(', '；', '、'])?;
    let (mut noun, mut rest) = sentence.split_at_checked(open)?;
    if let Some(at) = noun.find("分别").or_else(|| noun.find("包括")) {
        (noun, rest) = sentence.split_at_checked(at)?;
    }
    let is_part = |text: &str| PARTS.iter().any(|part| text.ends_with(part));
    if !(is_part(noun) || noun.is_empty() && PARTS.iter().any(|part| subject.contains(part))) {
        return None;
    }
    let list = if let Some(inner) = rest.strip_prefix(['（', '(']) {
        inner.split(['）', ')']).next()?
    } else {
        let colon = rest.starts_with(['：', ':']);
        let plain = rest.trim_start_matches(['，', ',', '：', ':']);
        let opened = OPENS.iter().find_map(|word| plain.strip_prefix(word));
        if !colon && opened.is_none() {
            return None;
        }
        opened.unwrap_or(plain).trim_start_matches(['：', ':'])
    };
    names(&outside_brackets(list))
}

/// A text without what stands in brackets.
fn outside_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// How many names a list may hold.
fn names(list: &str) -> Option<RangeInclusive<usize>> {
    let (mut least, mut most) = (0, 0);
    for (at, clause) in list.split(['，', ',', '；', ';']).enumerate() {
        for piece in clause.split('、') {
            let name = piece.trim_start_matches(|c: char| c.is_ascii_digit() || ".．".contains(c));
            // 1、办公室
            if name.is_empty() && !piece.is_empty() {
                continue;
            }
            let letters = Letters::of(name);
            let is_other = |c| matches!(c, '0'..='9' | '：' | ':' | '“' | '”');
            let other =
                name.contains(is_other) || OTHERS.iter().any(|word| letters.have(name, word));
            if other && at == 0 || name.contains('等') {
                return None;
            }
            if other {
                return (least > 0).then_some(least..=most);
            }
            let is_name = ENDS.iter().any(|end| ends(name, end));
            if !is_name && at > 0 {
                return (least > 0).then_some(least..=most);
            }
            // 规划、建设科 may be one.
            least += usize::from(is_name && (at == 0 || least == 0));
            let joined = name.matches(['和', '及', '与']).count();
            most += 1 + joined;
        }
    }
    (least > 0).then_some(least..=most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<(usize, usize)> {
        let sentence = sentence(text).unwrap();
        listed(&sentence, "下设").map(|it| (*it.start(), *it.end()))
    }

    #[test]
    fn every_reading_counts() {
        assert_eq!(of("处室，分别是：办公室、监测科。"), Some((2, 2)));
        assert_eq!(of("科室：办公室、财务科、人事科。"), Some((3, 3)));
        assert_eq!(of("科室（办公室、财务科）。"), Some((2, 2)));
        assert_eq!(
            of("科室，即办公室（保密室、机要室）、财务科。"),
            Some((2, 2))
        );
        assert_eq!(of("科室：1、办公室、2、财务科。"), Some((2, 2)));
        // 和 may join two, or stand in a name; 、 may stand in one too.
        assert_eq!(of("科室，分别为办公室、规划和财务科。"), Some((2, 3)));
        assert_eq!(of("科室：办公室、规划、建设科。"), Some((2, 3)));
        assert_eq!(of("科室：办公室，财务科，人事科。"), Some((1, 3)));
        assert_eq!(
            of("处室，分别是：办公室、财务科，行政编制20名。"),
            Some((2, 2))
        );
    }

    #[test]
    fn what_is_no_list_is_not_counted() {
        for text in [
            "科室，无下属单位。",
            "科室：办公室、财务科等。",
            "项目：办公室改造、财务科搬迁。",
            "家预算单位，其中行政单位1家。",
            "单位：行政单位1家、事业单位2家。",
            "科室。",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
