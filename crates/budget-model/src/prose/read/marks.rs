//! What parts and joins: stops, colons, brackets, and the words that open lists and reasons.

use super::super::{
    concept,
    fact::Opening,
    grammar::{Piece, Span},
    lexer::Tok,
};
use super::Reader;

/// Bytes of the longest name that stands alone in a sentence or a line.
const MOST_NAMED: usize = 300;

impl Reader<'_> {
    pub(super) fn mark(&mut self, mark: Tok, span: Span, next: Option<Piece>) {
        let after = span.1;
        match mark {
            Tok::Comma => self.comma(span, next),
            Tok::Pause if self.counted => self.clause(after),
            Tok::Semicolon => {
                // A list of one of several things ends with it; else its parts are parted so.
                let kept = usize::from(!self.siblings);
                self.nested.truncate(self.nested.len().min(kept));
                self.siblings |= self.nested.is_empty() && self.current.is_some();
                self.current = None;
                self.head = self
                    .head
                    .filter(|head| Some(*head) == self.bears.context.value);
                self.base = None;
                self.before = None;
                self.in_reason = false;
                self.clause(after);
            }
            Tok::Stop | Tok::Break => {
                let last = self.last.map(|last| self.root(last));
                let mut last = last;
                if self.told == self.out.facts.len() && (last.is_none() || self.is_numbered()) {
                    let named = self.opening;
                    self.name_what_follows(mark, span.0);
                    // 2.水情预报项目。: what was said before is of another.
                    if mark == Tok::Stop && self.opening != named {
                        last = None;
                    }
                }
                self.sentence(after);
                self.head = match mark {
                    Tok::Stop => self.opening.or(self.bears.context.value),
                    _ => self.bears.context.value,
                };
                // A list goes on only where 其中： stands at the end of its paragraph.
                if mark == Tok::Stop {
                    self.last = last;
                } else {
                    self.opening = None;
                }
            }
            Tok::Colon => {
                let head = self.subject(span.0);
                // 基本支出 950 万元：工资福利支出 …，主要包括 …；商品和服务支出 …: side by side.
                let opens = [Tok::OfWhich, Tok::Consists, Tok::MainlyConsists];
                let opens = opens.iter().any(|tok| next == Some(Piece::Mark(*tok)));
                if self.counted && self.current.is_some() && self.nested.is_empty() && !opens {
                    self.siblings = true;
                    self.under = self.current;
                }
                if !head.is_empty() && !self.counted {
                    self.titled(head);
                    // 按功能科目：… is still of what stands above.
                    let parted = self.text(head).starts_with(['按', '从']);
                    let lead = concept::is_lead(self.text(head));
                    if !(parted && self.uses_head().is_some() || lead) {
                        self.head = Some(head);
                    }
                }
                self.clause(after);
            }
            // 支出主要用于…: of what goes out, not of what was said last.
            Tok::MainlyConsists if self.current.is_none() && !self.subject(span.0).is_empty() => {
                self.clause(after);
            }
            Tok::OfWhich => self.list(Opening::OfWhich, after, next),
            Tok::Consists => self.list(Opening::Consists, after, next),
            Tok::MainlyConsists => self.list(Opening::Mainly, after, next),
            Tok::Open => {
                // Numbers in brackets after an amount are its parts.
                let follows = self.clause == span.0 && self.counted;
                if follows && self.current.is_some() {
                    self.push(Opening::Brackets, self.current);
                    self.clause(after);
                }
            }
            Tok::Close => {
                let brackets = |list: &u32| {
                    self.out
                        .lists
                        .get(*list as usize)
                        .is_some_and(|list| list.opening == Opening::Brackets)
                };
                if let Some(at) = self.nested.iter().rposition(brackets) {
                    let whole = self
                        .nested
                        .get(at)
                        .and_then(|list| self.out.lists.get(*list as usize)?.whole);
                    self.nested.truncate(at);
                    self.current = whole;
                    self.clause(after);
                    self.counted = true;
                }
            }
            Tok::Reason => {
                self.in_reason = true;
                let end = self.end_of_reason(after);
                let reason = self.tokens.range(after, end);
                let target = self.current;
                let target = target.or_else(|| self.uses(self.bears.changed));
                if let Some(statement) = target.and_then(|id| self.statement(id))
                    && statement.reason.is_none()
                {
                    statement.reason = Some(reason);
                }
                self.clause(after);
            }
            _ => {}
        }
    }

    /// 2.水情预报, （二）水情预报
    fn is_numbered(&self) -> bool {
        matches!(self.tokens.kind(self.begin), Some(Tok::Number | Tok::Open))
    }

    /// A sentence or a line that only names something: what follows is said of that.
    fn name_what_follows(&mut self, mark: Tok, end: u32) {
        // 1.青河市水文站
        let first = self.tokens.kind(self.begin);
        let numbered = self.is_numbered();
        let close = (self.begin..end.min(self.begin.saturating_add(4)))
            .find(|token| self.tokens.kind(*token) == Some(Tok::Close));
        if first == Some(Tok::Open)
            && let Some(close) = close
        {
            self.clause = self.clause.max(close + 1);
        }
        let named = self.subject(end);
        let commas = self.tokens.kinds.get(self.begin as usize..end as usize);
        let plain = commas.is_some_and(|it| !it.contains(&Tok::Comma) && !it.contains(&Tok::Colon));
        // （三）具体情况。 names nothing.
        let short = !named.is_empty() && plain && named.len() as usize <= MOST_NAMED;
        let short = short && !concept::is_lead(self.text(named));
        match mark {
            Tok::Stop if short => self.opening = Some(named),
            Tok::Break if numbered => {
                self.bears.context = self.leaves(Some(named).filter(|_| short));
            }
            _ => {}
        }
    }

    /// The token before which a reason ends.
    fn end_of_reason(&mut self, from: u32) -> u32 {
        if from < self.reason_end {
            return self.reason_end;
        }
        let rest = self.tokens.kinds.get(from as usize..).unwrap_or_default();
        let ends = |tok: &Tok| matches!(tok, Tok::Semicolon | Tok::Stop | Tok::Break);
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.reason_end = from.saturating_add(u32::try_from(length).unwrap_or(u32::MAX));
        self.reason_end
    }
}
