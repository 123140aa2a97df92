//! From the pieces of sentences to statements: which number belongs to which subject, which is a
//! part of which. One walk, section by section.

mod changes;
mod lists;
mod marks;
mod numbers;
mod passages;
mod series;
mod story;
pub(super) mod surplus;

use std::{ops::Range, sync::Arc};

use budget_syntax::TextRange;

use super::{
    fact::{Fact, FactId, Narrative, Role, Statement, StatementId},
    grammar::{self, Piece, Quantity, Span},
    joined::JoinedText,
    lexer::{Tok, Tokens},
};
use crate::{Document, HeadingId, relation::Derived};
use passages::{Passage, passages};
use series::Spread;
use story::Begin;
pub(crate) use story::Story;

/// Reads the narrative of a document: paragraphs and list items outside the contents, the workings
/// and the glossary. `derived` are the values of its slots. Linear.
pub fn read(document: &Document, derived: &[Derived]) -> Narrative {
    Arc::unwrap_or_clone(Story::read(document, derived, None).narrative)
}

/// Reads sections, each by itself. Says where each begins in what is read, and where the last one ends.
fn read_sections<'s>(
    document: &Document,
    slots: &[Derived],
    sections: impl Iterator<Item = &'s [Passage]> + Clone,
) -> (Narrative, Vec<Begin>) {
    let passages = sections.clone().flatten();
    let length = passages.flat_map(|it| &it.ranges).map(|it| it.len());
    let mut tokens = Tokens::for_bytes(length.sum::<u32>() as usize);
    // The tokens at which sections and the passages in them begin.
    let mut starts: Vec<(u32, Start)> = Vec::new();
    let count = |tokens: &Tokens| u32::try_from(tokens.kinds.len()).unwrap_or(u32::MAX);
    for passages in sections {
        let heading = passages.first().and_then(|first| first.heading);
        starts.push((count(&tokens), Start::Section(heading)));
        for passage in passages {
            let at = count(&tokens);
            let joined = JoinedText::new(&document.text, &passage.ranges, slots);
            tokens.add(&joined);
            if tells(&tokens, at, joined.text()) {
                starts.push((at, Start::Passage));
            } else {
                tokens.forget(at as usize);
            }
        }
    }
    let pieces = grammar::parse(&tokens.kinds);
    let mut reader = Reader::new(document, &tokens);
    let mut begins = Vec::new();
    let mut starts = starts.into_iter().peekable();
    for (at, (piece, span)) in pieces.iter().enumerate() {
        while let Some((token, start)) = starts.next_if(|(token, _)| *token <= span.0) {
            match start {
                Start::Section(heading) => begins.push(reader.section(heading)),
                Start::Passage => reader.passage(token),
            }
        }
        let rest = pieces.get(at + 1..).unwrap_or_default();
        reader.piece(*piece, *span, rest);
    }
    // Those in which nothing is told, and the end.
    let end = reader.begin();
    let rest = starts.filter(|(_, start)| matches!(start, Start::Section(_)));
    begins.extend(rest.map(|_| end));
    begins.push(end);
    (reader.finish(), begins)
}

/// What begins at a token.
enum Start {
    Section(Option<HeadingId>),
    Passage,
}

/// Whether a passage has a number, or bears on those of others: it opens a list, gives a reason,
/// names a project or is a numbered line.
fn tells(tokens: &Tokens, from: u32, text: &str) -> bool {
    let own = tokens.kinds.get(from as usize..).unwrap_or_default();
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
    project: Option<TextRange>,
    sentence: u32,
    /// The last statement of the section that is no part of another.
    top: Option<StatementId>,
    /// The statement that what follows in the sentence is said of.
    current: Option<StatementId>,
    /// The last one of the sentence that is no part of a nested list.
    last: Option<StatementId>,
    /// The last one that has a change: what a reason is given for.
    changed: Option<StatementId>,
    /// The last one of the section with an amount, outside nested lists.
    stated: Option<StatementId>,
    /// A list that runs on over paragraphs.
    open: Option<u32>,
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
    /// A numbered line that names something: what the paragraphs below it are about.
    context: Option<TextRange>,
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
            project: None,
            sentence: 0,
            top: None,
            current: None,
            last: None,
            changed: None,
            stated: None,
            open: None,
            nested: Vec::new(),
            under: None,
            head: None,
            clause: 0,
            counted: false,
            base: None,
            prior: u32::MAX,
            before: None,
            opening: None,
            context: None,
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

    /// A section begins. Nothing of what was read before bears on it.
    fn section(&mut self, heading: Option<HeadingId>) -> Begin {
        let begin = self.begin();
        self.heading = heading;
        self.top = None;
        self.changed = None;
        self.stated = None;
        self.open = None;
        self.project = None;
        self.context = None;
        self.first = None;
        begin
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
        self.head = self.context;
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

    /// A statement about what stands between the clause's beginning and a token.
    fn state(&mut self, subject: TextRange) -> StatementId {
        let id = u32::try_from(self.out.statements.len()).unwrap_or(u32::MAX);
        let list = self.nested.last().copied().or(self.open);
        self.out.statements.push(Statement {
            subject,
            head: self.head,
            heading: self.heading,
            project: self.project,
            sentence: self.sentence,
            list,
            under: self.under.filter(|_| list.is_none()),
            ..Statement::default()
        });
        if let Some(list) = list.and_then(|list| self.out.lists.get_mut(list as usize)) {
            list.parts.push(id);
        } else {
            self.top = Some(id);
        }
        if self.nested.len() < 2 {
            self.last = Some(id);
        }
        self.first.get_or_insert(id);
        self.current = Some(id);
        id
    }
}
