//! More, less and as much: changes, what they are compared with, and how far they reach.

use budget_syntax::TextRange;

use super::super::{
    base::{Base, Stated, Year},
    fact::{Change, Direction, Measure, Role},
    grammar::{Quantity, Span},
    lexer::Tok,
};
use super::{OPENS, Reader};

impl Reader<'_> {
    /// A number directly after a base: what was before, or 多支出 30 万元.
    pub(super) fn compared(&mut self, quantity: Quantity, span: Span) {
        let base = self
            .base
            .map_or("", |base| self.text(self.tokens.range(base.0, base.1)));
        match compared_by(base) {
            Compared::Before => {
                let fact = self.fact(quantity, span, Role::Prior);
                let target = self.current.or(self.last);
                if let Some(target) = target.or_else(|| self.uses(self.bears.top)) {
                    self.current = Some(target);
                    self.belongs(fact, target);
                }
                self.before = Some(fact);
                self.after(span.1);
            }
            Compared::By(direction) => {
                self.change((None, direction, Some(quantity)), span);
            }
            Compared::Unknown => {
                self.fact(quantity, span, Role::Other);
                self.current = None;
                self.after(span.1);
            }
        }
    }

    /// 比上年决算数 24.11 万元多支出 15.40 万元: how much more than what stands just before. Says whether it is.
    pub(super) fn more_than_before(
        &mut self,
        subject: TextRange,
        quantity: Quantity,
        span: Span,
    ) -> bool {
        let before = self.before.and_then(|fact| self.out.fact(fact));
        let directly = before.is_some_and(|it| it.whole.end() == subject.start());
        if !directly || quantity.measure == Measure::Percent {
            return false;
        }
        let word = self.text(subject).trim();
        let direction = match word {
            more if MORE.contains(&more) => Direction::Up,
            less if LESS.contains(&less) => Direction::Down,
            _ => return false,
        };
        let base = self.base.map(|base| self.tokens.range(base.0, base.1));
        let moved = Moved {
            subject: TextRange::new(subject.start(), subject.start()),
            spread: false,
            base,
            own_base: None,
            direction,
            word: subject,
        };
        self.moved(moved, quantity, span);
        true
    }

    pub(super) fn change(
        &mut self,
        (base, direction, quantity): (Option<Span>, Direction, Option<Quantity>),
        span: Span,
    ) {
        let own_base = base;
        let base = base.or(self.base);
        let subject = self.spoken_of(self.subject(span.0));
        let word = self.word(span, quantity);
        let range = |span: Span| self.tokens.range(span.0, span.1);
        let (base, own_base) = (base.map(range), own_base.map(range));
        let Some(quantity) = quantity else {
            if let Some(id) = self.current.filter(|_| !self.in_reason)
                && let Some(statement) = self.statement(id)
            {
                statement.changes.push(Change {
                    base,
                    direction,
                    word,
                    amount: None,
                    percent: None,
                    percent_direction: None,
                    prior: None,
                    also: None,
                });
            }
            self.after(span.1);
            return;
        };
        // 增加到 180 万元 is what there is now.
        let lead = self.tokens.range(span.0, quantity.number);
        if self.text(lead).contains(['到', '至', '达']) {
            self.reached(quantity, span);
            return;
        }
        // 收、支总计各增加: said of what was said before.
        let spread = self.is_spread(span.0);
        let moved = Moved {
            subject,
            spread,
            base,
            own_base,
            direction,
            word,
        };
        self.moved(moved, quantity, span);
    }

    /// By how much there is more, or less.
    pub(super) fn moved(&mut self, it: Moved, quantity: Quantity, span: Span) {
        let percent = quantity.measure == Measure::Percent;
        let role = match quantity.measure {
            Measure::Percent => Role::Growth,
            Measure::Money { .. } | Measure::None | Measure::Count { .. } => Role::Change,
            _ => Role::Other,
        };
        let fact = self.fact(quantity, span, role);
        if self.in_reason || role == Role::Other {
            // 增长 1.5 倍
            let of = self
                .current
                .filter(|_| !self.in_reason && it.subject.is_empty());
            if let (Measure::Times, Some(id)) = (quantity.measure, of) {
                self.belongs(fact, id);
            }
            self.after(span.1);
            return;
        }
        let goes_on = self.current.is_none() && (it.subject.is_empty() || it.spread);
        let id = match self.current {
            Some(current) if it.subject.is_empty() || it.spread => current,
            _ if it.subject.is_empty() && percent => {
                self.after(span.1);
                return;
            }
            // A sentence that begins with the change goes on about the last subject.
            _ if it.subject.is_empty() || it.spread => {
                match self.last.or_else(|| self.uses(self.bears.top)) {
                    Some(last) => last,
                    None => self.state(it.subject),
                }
            }
            _ => self.state(it.subject),
        };
        self.current = Some(id);
        self.belongs(fact, id);
        self.bears.changed = self.leaves(Some(id));
        let before = self.before.take();
        let also = self.lead.filter(|lead| goes_on && *lead != id);
        let document = self.document;
        let text = |range: Option<TextRange>| range.map(|range| document.slice(range));
        // 比 2022 年增加 5 万元，同比增长 2.5%
        let year = |range: Option<TextRange>| {
            let base = Base::of(document.slice(range?), document.front.year)?;
            (base.year == Year::Last && base.stated == Stated::Plain).then_some(())
        };
        let same = |a: Option<TextRange>, b: Option<TextRange>| {
            text(a) == text(b) || year(a).zip(year(b)).is_some()
        };
        if let Some(statement) = self.statement(id) {
            match statement.changes.last_mut() {
                // Against another base it is another change.
                Some(open)
                    if percent
                        && before.is_none()
                        && open.percent.is_none()
                        && open.direction != Direction::Flat
                        && (it.own_base.is_none() || same(it.own_base, open.base)) =>
                {
                    open.percent = Some(fact);
                    open.percent_direction = Some((it.direction, it.word));
                }
                _ => statement.changes.push(Change {
                    base: it.base,
                    direction: it.direction,
                    word: it.word,
                    amount: (!percent).then_some(fact),
                    percent: percent.then_some(fact),
                    percent_direction: percent.then_some((it.direction, it.word)),
                    prior: before,
                    also,
                }),
            }
        }
        self.after(span.1);
    }

    /// Whether 各 or 均 before a change spreads it: 收、支总计各增加, but not 人均增加.
    pub(super) fn is_spread(&self, token: u32) -> bool {
        let at = |back: u32| token.checked_sub(back).and_then(|at| self.tokens.kind(at));
        let before = self.tokens.range(token.saturating_sub(1), token);
        let text = self.text(before);
        let alone = !matches!(at(2), Some(Tok::Year | Tok::Measure));
        at(1) == Some(Tok::Filler) && text.contains(['各', '均']) && alone
    }

    /// 由上年的 120 万元增加到 180 万元: now, and what was before.
    pub(super) fn reached(&mut self, quantity: Quantity, span: Span) {
        let current = self.current.filter(|_| !self.in_reason);
        let from = current.and_then(|id| {
            let statement = self.out.statement(id)?;
            let text = self.text(statement.subject);
            let at = text.rfind(['由', '从'])?;
            let before = statement.amount?;
            let start = statement.subject.start();
            let end = start.saturating_add(u32::try_from(at).ok()?);
            Some((id, before, TextRange::new(start, end)))
        });
        let money = matches!(quantity.measure, Measure::Money { .. });
        match from.filter(|_| money) {
            Some((id, before, subject)) => {
                let fact = self.fact(quantity, span, Role::Amount);
                self.belongs(fact, id);
                if let Some(old) = self.out.facts.get_mut(before as usize) {
                    old.role = Role::Prior;
                }
                if let Some(statement) = self.statement(id) {
                    statement.subject = subject;
                    statement.amount = Some(fact);
                }
                self.before = Some(before);
            }
            None => {
                self.fact(quantity, span, Role::Other);
                self.current = None;
            }
        }
        self.after(span.1);
    }

    /// Where the direction word of a change stands.
    pub(super) fn word(&self, span: Span, quantity: Option<Quantity>) -> TextRange {
        let end = quantity.map_or(span.1, |quantity| quantity.number);
        let found = (span.0..end).rev().find(|token| {
            self.tokens
                .kind(*token)
                .is_some_and(|tok| tok.direction().is_some())
        });
        found.map_or_else(
            || self.tokens.range(span.0, span.1),
            |token| self.tokens.range(token, token + 1),
        )
    }
}

/// A change, and what it is said of.
pub(super) struct Moved {
    pub(super) subject: TextRange,
    /// Of each of those that were said before.
    pub(super) spread: bool,
    pub(super) base: Option<TextRange>,
    /// The same, where it stands with the change.
    pub(super) own_base: Option<TextRange>,
    pub(super) direction: Direction,
    pub(super) word: TextRange,
}

/// How a number after a base stands to it.
enum Compared {
    /// It is what was before: 比上年决算数 300 万元.
    Before,
    /// It is the difference: 比上年多支出 30 万元.
    By(Direction),
    /// It isn't known.
    Unknown,
}

/// Words for more that a base ends in.
const MORE: [&str; 9] = [
    "增支",
    "增收",
    "多支出",
    "多支",
    "多收入",
    "多收",
    "净增",
    "增",
    "多",
];
/// And words for less.
const LESS: [&str; 9] = [
    "减支",
    "减收",
    "少支出",
    "少支",
    "少收入",
    "少收",
    "净减",
    "减",
    "少",
];

/// What a base with words of its own says of the number after it.
fn compared_by(base: &str) -> Compared {
    // 与上年（80 万元）相比
    let base: String = base.trim_end_matches(OPENS).split_whitespace().collect();
    const NUMBERS: [&str; 14] = [
        "年", "年度", "同期", "数", "的", "预算", "决算", "执行", "实际", "支出", "收入", "总额",
        "总计", "合计",
    ];
    let ends = |words: &[&str]| words.iter().any(|word| base.ends_with(word));
    if ends(&MORE) {
        Compared::By(Direction::Up)
    } else if ends(&LESS) {
        Compared::By(Direction::Down)
    } else if ends(&NUMBERS) {
        Compared::Before
    } else {
        Compared::Unknown
    }
}
