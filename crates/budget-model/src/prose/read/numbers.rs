//! Numbers that are said of a subject, and those that are none.

use budget_syntax::TextRange;

use super::super::{
    concept,
    fact::{Measure, Opening, Role, Statement},
    grammar::{Piece, Quantity, Span},
    lexer::Tok,
};
use super::Reader;

impl Reader<'_> {
    pub(super) fn number(&mut self, quantity: Quantity, span: Span, next: Option<Piece>) {
        let subject = self.subject(span.0);
        match quantity.measure {
            Measure::Money { .. } => {}
            // （05项） is a code.
            Measure::Count { .. } if self.is_code(span) => return,
            Measure::Count { .. } => {}
            Measure::None => {
                // `1.`, `2、` at the beginning; a code in brackets.
                let begins = self.clause == span.0 && !self.counted;
                if begins && self.list_number(span, next) {
                    return;
                }
                // 公务用车购置费为 0，未安排预算
                let zero = self
                    .tokens
                    .number(quantity.number)
                    .is_some_and(|number| number.amount.is_zero());
                let led = self.tokens.kind(span.0.wrapping_sub(1)) == Some(Tok::Filler);
                if !(zero && led) || subject.is_empty() {
                    return;
                }
            }
            // 减少 5 万元（6.25%）
            Measure::Percent if self.is_rate_of_change(span) => {
                let fact = self.fact(quantity, span, Role::Growth);
                if let Some(id) = self.current {
                    self.belongs(fact, id);
                    let change = self.statement(id).and_then(|it| it.changes.last_mut());
                    if let Some(change) = change {
                        change.percent = Some(fact);
                    }
                }
                self.after(span.1);
                return;
            }
            Measure::Percent | Measure::Points | Measure::Times => {
                self.fact(quantity, span, Role::Other);
                self.after(span.1);
                return;
            }
        }
        if self.in_reason {
            self.fact(quantity, span, Role::Reason);
            self.after(span.1);
            return;
        }
        // 较上年决算数 300 万元增加 …: what stands after a base is never the subject's own number.
        if self.prior == span.0 {
            self.compared(quantity, span);
            return;
        }
        // 增加 5 万元（上年 80 万元）
        if self.is_before_change(subject, quantity, span)
            || self.more_than_before(subject, quantity, span)
            || self.surplus(subject, quantity, span)
        {
            return;
        }
        let fact = self.fact(quantity, span, Role::Amount);
        let is_count = matches!(quantity.measure, Measure::Count { .. });
        let depends = subject.is_empty() || is_dependent(self.text(subject));
        let same = self.current.filter(|id| {
            let statement = self.out.statement(*id);
            let free = |it: &Statement| {
                if is_count {
                    false
                } else {
                    it.amount.is_none() && it.count.is_some()
                }
            };
            depends && statement.is_some_and(free)
        });
        let id = same.unwrap_or_else(|| self.state(subject));
        // 基本支出中人员经费 770 万元，公用经费 180 万元: of the same whole.
        if let Some(length) = concept::leading(self.text(subject))
            && let Ok(length) = u32::try_from(length)
        {
            let start = subject.start();
            self.head = Some(TextRange::new(start, start.saturating_add(length)));
        }
        self.belongs(fact, id);
        if let Some(statement) = self.statement(id) {
            let slot = if is_count {
                &mut statement.count
            } else {
                &mut statement.amount
            };
            slot.get_or_insert(fact);
        }
        if self.nested.len() < 2 {
            self.bears.stated = self.leaves(Some(id));
        }
        self.after(span.1);
    }

    /// What was before a change, in brackets behind it: 增加 5 万元（上年 80 万元）. Whether it was read so.
    fn is_before_change(&mut self, subject: TextRange, quantity: Quantity, span: Span) -> bool {
        const BEFORE: [&str; 10] = [
            "上年",
            "去年",
            "上年度",
            "上一年",
            "上年为",
            "去年为",
            "上年预算",
            "上年预算数",
            "上年决算",
            "上年决算数",
        ];
        let list = self.nested.last();
        let list = list.and_then(|list| self.out.lists.get(*list as usize));
        let of = list
            .filter(|it| it.opening == Opening::Brackets && it.parts.is_empty())
            .and_then(|it| it.whole);
        let is_money = matches!(quantity.measure, Measure::Money { .. });
        let closed = self.tokens.kind(span.1) == Some(Tok::Close);
        let Some(id) = of.filter(|_| is_money && closed) else {
            return false;
        };
        if !BEFORE.contains(&self.text(subject).trim()) {
            return false;
        }
        let last = self.out.facts.len().checked_sub(1);
        let change = self.out.statement(id).and_then(|it| it.changes.last());
        let open = change.filter(|it| it.prior.is_none());
        // Directly behind it.
        let told = open.and_then(|it| it.percent.or(it.amount));
        if told.map(|fact| fact as usize) != last || last.is_none() {
            return false;
        }
        let fact = self.fact(quantity, span, Role::Prior);
        self.belongs(fact, id);
        let change = self.statement(id).and_then(|it| it.changes.last_mut());
        if let Some(change) = change {
            change.prior = Some(fact);
        }
        self.after(span.1);
        true
    }

    /// Whether a percentage stands alone in brackets, just after the amount of a change.
    fn is_rate_of_change(&self, span: Span) -> bool {
        let kind = |at: u32| self.tokens.kind(at);
        let open = span.0.checked_sub(1);
        let alone =
            open.is_some_and(|at| kind(at) == Some(Tok::Open)) && kind(span.1) == Some(Tok::Close);
        let change = self
            .current
            .and_then(|id| self.out.statement(id)?.changes.last());
        let last = self.out.facts.len().checked_sub(1);
        let amount = change
            .filter(|it| it.percent.is_none())
            .and_then(|it| it.amount);
        let fact = amount.filter(|fact| Some(*fact as usize) == last);
        let fact = fact.and_then(|fact| self.out.fact(fact));
        let before = open.map(|open| self.tokens.range(open, open + 1));
        alone
            && !self.in_reason
            && fact
                .zip(before)
                .is_some_and(|(fact, open)| fact.whole.end() == open.start())
    }

    /// Whether digits in brackets are a code: （05款）, （208类）.
    pub(super) fn is_code(&self, span: Span) -> bool {
        let open = self.tokens.kind(span.0.wrapping_sub(1)) == Some(Tok::Open);
        let close = self.tokens.kind(span.1) == Some(Tok::Close);
        let text = self.text(self.tokens.range(span.0, span.1));
        open && close && text.ends_with(['类', '款', '项'])
    }

    /// The number of a list's item, which is none of its numbers.
    pub(super) fn list_number(&mut self, span: Span, next: Option<Piece>) -> bool {
        let dot = self
            .document
            .text
            .get(self.tokens.range(span.0, span.1).end() as usize..)
            .is_some_and(|rest| rest.starts_with(['.', '．', '、']));
        let is = dot || next == Some(Piece::Mark(Tok::Pause));
        if is {
            self.clause = span.1;
        }
        is
    }
}

/// Words that say which number of the same subject follows.
fn is_dependent(subject: &str) -> bool {
    matches!(
        subject.trim(),
        "价值"
            | "金额"
            | "总价值"
            | "账面价值"
            | "原值"
            | "面积"
            | "资金"
            | "涉及金额"
            | "涉及资金"
    )
}
