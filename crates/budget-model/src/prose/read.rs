//! From the pieces of sentences to statements: which number belongs to which subject, which is a
//! part of which. One walk, section by section.

mod bearing;
mod changes;
mod lists;
mod marks;
mod numbers;
mod passages;
mod series;
mod shift;
mod story;
pub(super) mod surplus;

use std::{
    ops::Range,
    sync::{Arc, LazyLock},
};

use budget_syntax::TextRange;

use super::{
    concept::Letters,
    fact::{Fact, FactId, Narrative, Role, Statement, StatementId},
    grammar::{Piece, Quantity, Span},
    joined::{JoinedText, is_soft},
    lexer::{Tok, Tokens},
    words::words_of,
};
use crate::{Document, HeadingId, relation::Derived};
use bearing::{Bearing, Begin, Run};
use passages::{Passage, passages};
use series::Spread;
pub(crate) use story::Story;

/// Reads the narrative of a document: paragraphs and list items outside the contents, the workings
/// and the glossary. `derived` are the values of its slots. Linear.
pub fn read(document: &Document, derived: &[Derived]) -> Narrative {
    Arc::unwrap_or_clone(Story::read(document, derived, None).narrative)
}

/// The tokens of a passage; none if it tells nothing.
fn tokens_of((text, slots): (&str, &[Derived]), passage: &Passage, all: &mut Tokens) -> Range<u32> {
    let count = |all: &Tokens| u32::try_from(all.kinds.len()).unwrap_or(u32::MAX);
    let from = count(all);
    let (first, last) = (passage.ranges.first(), passage.ranges.last());
    let whole = first.zip(last).map(|(first, last)| first.cover(*last));
    if whole.is_some_and(|whole| may_tell(whole.of(text))) {
        let joined = JoinedText::new(text, &passage.ranges, slots);
        all.add(&joined);
        let own = all.kinds.get(from as usize..).unwrap_or_default();
        if !tells(own, joined.text()) {
            all.forget(from as usize);
        }
    }
    from..count(all)
}

/// Whether a passage may tell something, by its letters: most of those that don't are told at once.
fn may_tell(text: &str) -> bool {
    let mut seen = text.chars().filter(|c| !c.is_whitespace() && !is_soft(*c));
    let mut before = match seen.next() {
        Some('（' | '(') => return true,
        first => first.unwrap_or(' '),
    };
    if is_number_or_odd(before) {
        return true;
    }
    let starts = &*STARTS;
    seen.any(|c| {
        let pair = (before, c);
        before = c;
        is_number_or_odd(c) || starts.may_be(pair) && starts.pairs.contains(&pair)
    })
}

/// What a number may begin with, or what may read otherwise than it is written.
fn is_number_or_odd(c: char) -> bool {
    matches!(c, '0'..='9' | '０'..='９' | '{' | '｛' | '<' | '\\')
}

/// What the words of [`BEARING`] begin with, and a project's label.
struct Starts {
    firsts: Letters,
    seconds: Letters,
    pairs: Vec<(char, char)>,
}

impl Starts {
    fn may_be(&self, (first, second): (char, char)) -> bool {
        self.firsts.may_have_char(first) && self.seconds.may_have_char(second)
    }
}

static STARTS: LazyLock<Starts> = LazyLock::new(|| {
    let words = words_of(&BEARING).chain(["项目名称"]);
    let pair = |word: &str| {
        let mut chars = word.chars().filter(|c| !c.is_whitespace());
        chars.next().zip(chars.next())
    };
    let mut pairs: Vec<(char, char)> = words.filter_map(pair).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let firsts: String = pairs.iter().map(|pair| pair.0).collect();
    let seconds: String = pairs.iter().map(|pair| pair.1).collect();
    Starts {
        firsts: Letters::of(&firsts),
        seconds: Letters::of(&seconds),
        pairs,
    }
});

/// Words with which a passage bears on the numbers of others.
const BEARING: [Tok; 4] = [
    Tok::OfWhich,
    Tok::Consists,
    Tok::MainlyConsists,
    Tok::Reason,
];

/// Whether a passage has a number, or bears on those of others: it opens a list, gives a reason,
/// names a project or is a numbered line.
fn tells(own: &[Tok], text: &str) -> bool {
    let bears = |kind: &Tok| {
        use Tok::{Consists, MainlyConsists, Number, OfWhich, Reason};
        matches!(kind, Number | OfWhich | Consists | MainlyConsists | Reason)
    };
    own.first() == Some(&Tok::Open)
        || own.iter().any(bears)
        || own.contains(&Tok::Colon) && text.contains("项目名称")
}

/// What a share may begin with and still be said of what stands before it.
const SHARED: [&str; 9] = ["其占", "该", "此", "所", "上述", "以上", "约", "的", "比重"];

/// Brackets that a number may stand in behind its name.
const OPENS: [char; 6] = ['（', '(', '[', '［', '【', '〔'];

/// Lists in lists that are told apart.
const MOST_NESTED: usize = 16;

struct Reader<'d> {
    document: &'d Document,
    tokens: &'d Tokens,
    out: Narrative,
    heading: Option<HeadingId>,
    sentence: u32,
    /// What bears on later passages of the section.
    bears: Bearing,
    /// The passage that is read.
    passage: usize,
    /// Where it may be cut.
    runs: Vec<Run>,
    /// The passages before were taken over.
    taken: bool,
    /// Statements of runs that were joined.
    joined: Vec<Range<u32>>,
    /// The statement that what follows in the sentence is said of.
    current: Option<StatementId>,
    /// The last one of the sentence that is no part of a nested list.
    last: Option<StatementId>,
    /// Lists of this sentence, the innermost last.
    nested: Vec<u32>,
    /// What stands before a colon of this sentence, with its number.
    under: Option<StatementId>,
    head: Option<TextRange>,
    /// The token at which the clause begins.
    clause: u32,
    /// Whether the clause has had its number.
    counted: bool,
    base: Option<Span>,
    /// The token after a base that stands directly before a number.
    prior: u32,
    /// The number after the base: what the next change is told against.
    before: Option<FactId>,
    /// What the paragraph's first sentence names, where it says nothing else: 行政运行（项）。年初预算为 ….
    opening: Option<TextRange>,
    /// The token at which the sentence begins.
    begin: u32,
    /// The first statement of the sentence, and of the one before.
    first: Option<StatementId>,
    lead: Option<StatementId>,
    /// Facts before the sentence.
    told: usize,
    /// The sentence has had a semicolon outside lists.
    siblings: bool,
    in_reason: bool,
    /// The token at which the last reason ends.
    reason_end: u32,
    /// The statements of the last series of numbers.
    series: Range<usize>,
    /// The sentence that last told other numbers of them.
    lost: u32,
    /// The token up to which a series was read.
    skip: u32,
}

impl<'d> Reader<'d> {
    fn new(document: &'d Document, tokens: &'d Tokens) -> Self {
        Self {
            document,
            tokens,
            out: Narrative::default(),
            heading: None,
            sentence: 0,
            bears: Bearing::default(),
            passage: 0,
            runs: Vec::new(),
            taken: false,
            joined: Vec::new(),
            current: None,
            last: None,
            nested: Vec::new(),
            under: None,
            head: None,
            clause: 0,
            counted: false,
            base: None,
            prior: u32::MAX,
            before: None,
            opening: None,
            begin: 0,
            first: None,
            lead: None,
            told: 0,
            siblings: false,
            in_reason: false,
            reason_end: 0,
            series: 0..0,
            lost: 0,
            skip: 0,
        }
    }

    fn text(&self, range: TextRange) -> &'d str {
        self.document.slice(range)
    }

    /// A section begins, with a passage.
    fn section(&mut self, heading: Option<HeadingId>, passage: usize) {
        self.heading = heading;
        self.first = None;
        self.bears_nothing(passage);
    }

    /// What is read next begins here.
    fn begin(&self) -> Begin {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Begin {
            facts: count(self.out.facts.len()),
            statements: count(self.out.statements.len()),
            lists: count(self.out.lists.len()),
            sentences: self.sentence,
        }
    }

    /// A passage begins.
    fn passage(&mut self, token: u32) {
        self.sentence(token);
        self.lead = None;
        self.head = self.bears.context.value;
        self.opening = None;
    }

    /// A sentence begins.
    fn sentence(&mut self, token: u32) {
        self.sentence += 1;
        self.told = self.out.facts.len();
        self.siblings = false;
        self.before = None;
        self.begin = token;
        self.lead = self.first.take();
        self.current = None;
        self.last = None;
        self.nested.clear();
        self.under = None;
        self.base = None;
        self.in_reason = false;
        self.clause(token);
    }

    fn clause(&mut self, token: u32) {
        self.clause = token;
        self.counted = false;
    }

    /// A piece, and those after it.
    fn piece(&mut self, piece: Piece, span: Span, rest: &[(Piece, Span)]) {
        if span.0 < self.skip {
            return;
        }
        let next = rest.first().map(|(next, _)| *next);
        match piece {
            Piece::Word => {}
            Piece::Aside => {}
            Piece::Mark(Tok::Consists) if self.is_series(span, rest) => {}
            Piece::Mark(mark) => self.mark(mark, span, next),
            Piece::Base(base) => {
                self.base = Some(base);
                self.prior = span.1;
                // 与上年相比收、支总计各增加: the subject may come after it.
                if self.subject(span.0).is_empty() {
                    self.clause = span.1;
                }
            }
            Piece::Number(quantity) => {
                let names = self.names_before(span.0);
                if !names.is_some_and(|names| self.series(names, (quantity, span), rest)) {
                    self.number(quantity, span, next);
                }
            }
            Piece::Change {
                base,
                direction,
                quantity,
            } => {
                let told = Spread::Change(base.or(self.base), direction);
                let one = quantity.map(|quantity| (quantity, span));
                if !one.is_some_and(|one| self.spread(told, one, rest)) {
                    self.change((base, direction, quantity), span);
                }
            }
            Piece::Share { of, quantity }
                if self.spread(Spread::Share(of), (quantity, span), rest) => {}
            Piece::Share { of, quantity } => {
                let fact = self.fact(quantity, span, Role::Share);
                let of = self.tokens.range(of.0, of.1);
                // 分别占 60%、40%: of which of them isn't told here.
                let lead = self.tokens.range(self.clause, span.0);
                let lead = self.text(lead).trim();
                // 财政拨款占 97.25%: said of something else than what stands before.
                let own = !self.counted && !SHARED.iter().any(|word| lead.starts_with(word));
                let own = own
                    && lead != "其"
                    && lead.chars().count() > 1
                    && !self.subject(span.0).is_empty();
                let spread = lead.ends_with("分别") || own;
                if let Some(current) = self.current.filter(|_| !self.in_reason && !spread)
                    && let Some(statement) = self.statement(current)
                    && statement.share.is_none()
                {
                    statement.share = Some((fact, of));
                    self.belongs(fact, current);
                }
                self.after(span.1);
            }
            Piece::Rate { kind, quantity, .. }
                if self.spread(Spread::Rate(kind), (quantity, span), rest) => {}
            Piece::Rate {
                kind,
                plan,
                quantity,
            } => {
                let current = self.current.filter(|_| !self.in_reason);
                if let Some((plan, span)) = plan {
                    let fact = self.fact(plan, span, Role::Prior);
                    if let Some(current) = current {
                        self.belongs(fact, current);
                        if let Some(statement) = self.statement(current) {
                            statement.plan = Some(fact);
                        }
                    }
                }
                let fact = self.fact(quantity, span, Role::Rate);
                if let Some(current) = self.current.filter(|_| !self.in_reason)
                    && let Some(statement) = self.statement(current)
                {
                    statement.rates.push((kind, fact));
                    self.belongs(fact, current);
                }
                self.after(span.1);
            }
        }
    }

    /// The words from the clause's beginning to a token, without those that only lead to a number.
    fn subject(&self, to: u32) -> TextRange {
        let mut to = to;
        while to > self.clause && matches!(self.tokens.kind(to - 1), Some(Tok::Filler | Tok::Minus))
        {
            to -= 1;
        }
        // 与上年（80 万元）相比增加
        let mut from = self.clause;
        while self.counted && matches!(self.tokens.kind(from), Some(Tok::Close | Tok::Compared)) {
            from += 1;
        }
        let subject = self.tokens.range(from, to.max(from));
        // 办公费[5 万元]、邮电费（3 万元）
        let own = self.text(subject).trim_end_matches(OPENS);
        let length = u32::try_from(own.len()).unwrap_or(0);
        let start = subject.start();
        TextRange::new(start, start.saturating_add(length))
    }

    fn fact(&mut self, quantity: Quantity, span: Span, role: Role) -> FactId {
        let id = u32::try_from(self.out.facts.len()).unwrap_or(u32::MAX);
        let written = self.tokens.number(quantity.number).copied();
        let range = self.tokens.range(quantity.number, quantity.number + 1);
        let mut amount = written.map(|it| it.amount).unwrap_or_default();
        if quantity.negative {
            amount = amount.negate();
        }
        let role = if self.in_reason { Role::Reason } else { role };
        self.out.facts.push(Fact {
            range,
            whole: self.tokens.range(quantity.number, span.1),
            amount,
            decimals: written.map_or(0, |it| it.decimals),
            measure: quantity.measure,
            role,
            statement: None,
            derived: self.text(range).starts_with(['{', '｛']),
        });
        id
    }

    fn belongs(&mut self, fact: FactId, statement: StatementId) {
        if let Some(fact) = self.out.facts.get_mut(fact as usize) {
            fact.statement = Some(statement);
        }
    }

    fn statement(&mut self, id: StatementId) -> Option<&mut Statement> {
        self.out.statements.get_mut(id as usize)
    }

    /// The clause goes on after a number.
    fn after(&mut self, token: u32) {
        self.clause = token;
        self.counted = true;
    }

    /// What the sentence is about.
    fn uses_head(&mut self) -> Option<TextRange> {
        let context = self.bears.context;
        if self.head == context.value {
            self.uses_if_there(context);
        }
        self.head
    }

    /// A statement about what stands between the clause's beginning and a token.
    fn state(&mut self, subject: TextRange) -> StatementId {
        let id = u32::try_from(self.out.statements.len()).unwrap_or(u32::MAX);
        let list = self.nested.last().copied();
        let list = list.or_else(|| self.uses_if_there(self.bears.open));
        let project = self.uses_if_there(self.bears.project);
        let head = self.uses_head();
        self.out.statements.push(Statement {
            subject,
            head,
            heading: self.heading,
            project,
            sentence: self.sentence,
            list,
            under: self.under.filter(|_| list.is_none()),
            ..Statement::default()
        });
        if let Some(list) = list.and_then(|list| self.out.lists.get_mut(list as usize)) {
            list.parts.push(id);
        } else {
            self.bears.top = self.leaves(Some(id));
        }
        if self.nested.len() < 2 {
            self.last = Some(id);
        }
        self.first.get_or_insert(id);
        self.current = Some(id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens of a text that is one passage, whatever [`may_tell`] says.
    fn tells_by_its_tokens(text: &str) -> bool {
        let whole = TextRange::new(0, u32::try_from(text.len()).unwrap_or(0));
        let joined = JoinedText::new(text, &[whole], &[]);
        let mut tokens = Tokens::default();
        tokens.add(&joined);
        tells(&tokens.kinds, joined.text())
    }

    #[test]
    fn what_tells_may_tell() {
        let words = words_of(&BEARING).map(|word| format!("做好该项工作，{word}："));
        let others = [
            "全年２个",
            "（二）其他",
            "\u{200b}(二)其他",
            "项目名称：某项目",
            "支出{表一.合计}",
            "\\1",
            "其\n中：",
        ];
        for text in words.chain(others.map(str::to_owned)) {
            assert!(tells_by_its_tokens(&text) || text.contains('{'), "{text}");
            assert!(may_tell(&text), "{text}");
        }
    }

    #[test]
    fn words_without_numbers_mostly_tell_nothing() {
        for text in ["贯彻执行国家方针政策。", "负责机关日常工作，开展调查。", ""]
        {
            assert!(!tells_by_its_tokens(text), "{text}");
            assert!(!may_tell(text), "{text}");
        }
    }
}
