//! The direction of a change against the reason that is given for it.

use super::super::{
    concept::{ends, has},
    fact::{Direction, Statement, StatementId},
};
use super::{Cause, Checker, Kind, Outcome, Relation};

/// What says that it is more, and that it is less.
const MORE: [&str; 6] = ["增长", "增加", "上升", "提高", "增多", "上涨"];
const LESS: [&str; 7] = ["减少", "下降", "降低", "压减", "缩减", "压缩", "下调"];

/// What says that a reason speaks of the change itself: 所以 2024 年项目支出预算比上年增长.
const CONCLUDES: [&str; 6] = ["比上年", "较上年", "比去年", "较去年", "同比", "与上年相比"];

impl Checker<'_> {
    pub(super) fn reasons(&mut self) {
        for (id, statement) in (0..).zip(&self.narrative.statements) {
            self.reason(id, statement);
        }
    }

    /// Whether a clause of a reason speaks of what the statement does: 相应支出, 项目支出预算.
    fn is_own(&mut self, id: StatementId, clause: &str) -> bool {
        let clause: String = clause.split_whitespace().collect();
        let mut rest = clause.trim_start_matches(['：', ':']);
        while let Some(next) = LEADS.iter().find_map(|word| rest.strip_prefix(word)) {
            rest = next;
        }
        let said = self.binder.concept_of(rest);
        let own = self.binder.concept(id);
        let plain = ["", "总体", "该项", "此项", "相应", "各项"];
        said.account.is_none() && plain.contains(&&*said.stem)
            || said.stem == own.stem && said.account == own.account && !said.stem.is_empty()
    }

    fn reason(&mut self, id: StatementId, statement: &Statement) {
        let (Some(change), Some(reason)) = (statement.changes.first(), statement.reason) else {
            return;
        };
        let Some(fact) = change.amount.or(change.percent) else {
            return;
        };
        if self.fact(fact).is_none_or(|fact| fact.amount.is_zero()) {
            return;
        }
        let text = self.document.slice(reason);
        let opposite = match change.direction {
            Direction::Up => &LESS[..],
            Direction::Down => &MORE[..],
            Direction::Flat => return,
        };
        let Some((word, clause)) = concluded(text) else {
            return;
        };
        if !self.is_own(id, clause) {
            return;
        }
        let against = opposite.iter().any(|it| word.starts_with(it));
        let (outcome, cause) = if against {
            (Outcome::Broken, Some(Cause::Direction))
        } else {
            (Outcome::Held, None)
        };
        let formula = self.formula(outcome, || {
            let written: String = text.split_whitespace().collect();
            format!(
                "“{}”与原因“{}”",
                self.document.slice(change.word),
                written.trim_start_matches(['：', ':'])
            )
        });
        self.add(Relation {
            cause,
            formula,
            ..Relation::of(Kind::Direction, outcome, id, fact)
        });
    }
}

/// Words before what a conclusion is about.
const LEADS: [&str; 13] = [
    "所以", "因此", "因而", "故", "导致", "致使", "使得", "使", "相应", "相关", "该", "本项",
    "此项",
];

/// The direction that a reason ends in saying, and the clause that says of what.
fn concluded(reason: &str) -> Option<(&str, &str)> {
    let reason = reason.trim_end_matches(['。', '；', ';', ' ']);
    // Few end so.
    let last = reason.trim_end_matches(['了', '较', '多']);
    let mut words = MORE.iter().chain(&LESS);
    if !words.any(|word| ends(last, word.trim_end_matches('多'))) {
        return None;
    }
    let (at, word) = CONCLUDES
        .iter()
        .filter(|word| has(reason, word))
        .filter_map(|word| Some((reason.rfind(word)?, *word)))
        .max()?;
    // The last clause, and nothing after the word.
    let rest = reason
        .get(at + word.len()..)?
        .trim_start_matches(['有', '所', '略', '大', '幅']);
    let rest = rest.trim_start_matches("预算").trim_start_matches("执行数");
    let is_last = MORE.iter().chain(&LESS).any(|word| {
        rest.strip_prefix(word)
            .is_some_and(|rest| rest.trim_start_matches(['了', '较', '多']).is_empty())
    });
    // 因上年项目增加 speaks of last year.
    let head = reason.get(..at)?;
    let clause = head.rsplit(['，', ',', '；', '。']).next().unwrap_or(head);
    let money = [
        "支出", "预算", "收入", "经费", "拨款", "费用", "费", "资金", "决算",
    ];
    let own = money.iter().any(|word| clause.trim_end().ends_with(word));
    (is_last && own).then_some((rest, clause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_may_say_the_direction_again() {
        let word = |reason| concluded(reason).map(|it| it.0);
        assert_eq!(word("业务拓展，支出比上年增多了"), Some("增多了"));
        assert!(
            word("本单位业务拓展，所以 2024 年项目支出预算比上年增长")
                .is_some_and(|rest| rest.starts_with("增长"))
        );
        assert!(word("相应支出较上年有所下降。").is_some_and(|rest| rest.starts_with("下降")));
        for reason in [
            "在职人员减少",
            "新成立临时机构增加专项工作经费",
            "比上年增加了两个处室，办公费用相应变化",
            "上年一次性项目支出增加",
            "办公设备比上年增加2台",
            "在职人员比上年减少",
        ] {
            assert_eq!(concluded(reason), None, "{reason}");
        }
    }
}
