//! The tokens of the narrative: numbers, units, the words that say how a number is meant, and marks.
//!
//! Chinese is parted by the table of [`words`]; what lies between is lexed. Words in the lexer itself
//! make an automaton of thousands of states, which takes minutes to compile.

use std::ops::Range;

use budget_syntax::TextRange;
use logos::Logos;

use super::{joined::JoinedText, words};
use crate::Amount;

/// What a number is more, less or as much than before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Direction {
    /// 增加, 增长 …
    Up,
    /// 减少, 下降 …
    Down,
    /// 持平.
    Flat,
}

impl Direction {
    /// The other way.
    pub(crate) fn turned(self) -> Self {
        match self {
            Direction::Up => Direction::Down,
            Direction::Down => Direction::Up,
            Direction::Flat => Direction::Flat,
        }
    }
}

/// A token. Those without a pattern are the kinds of [`words`].
#[derive(Logos, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[logos(skip(r"[ \t\u{a0}\u{3000}]+"))]
pub(crate) enum Tok {
    #[regex(r"[0-9０-９]+(,[0-9][0-9][0-9])*([.．][0-9０-９]+)?")]
    Number,
    #[regex("[%％]")]
    Percent,
    Points,
    Times,
    Yuan,
    WanYuan,
    YiYuan,
    Wan,
    Yi,
    /// What is counted, after a number; of bytes too.
    #[token("M")]
    Measure,
    Year,
    Day,
    Up,
    Down,
    Flat,
    Compare,
    SameTime,
    Compared,
    /// What a number is compared with.
    Base,
    Share,
    OfWhich,
    Consists,
    MainlyConsists,
    Reason,
    /// What may stand between a word and its number.
    Filler,
    Done,
    Differs,
    /// 以上: the number is a limit.
    Limit,
    #[regex("[,，]")]
    Comma,
    #[token("、")]
    Pause,
    #[regex("[;；]")]
    Semicolon,
    #[regex("[。！？!?]")]
    Stop,
    #[regex("[\r\n]+")]
    Break,
    #[regex("[:：]")]
    Colon,
    #[regex("[（(]")]
    Open,
    #[regex("[）)]")]
    Close,
    #[regex("[-－−]")]
    Minus,
    /// A run of anything else, or a word that has one of the above in it and means something else.
    #[regex(r"[^0-9０-９ \t\u{a0}\u{3000}%％,，、;；。！？!?\r\n:：（()）\-－−M]+")]
    Word,
}

impl Tok {
    /// The direction that a word says.
    pub(crate) fn direction(self) -> Option<Direction> {
        match self {
            Tok::Up => Some(Direction::Up),
            Tok::Down => Some(Direction::Down),
            Tok::Flat => Some(Direction::Flat),
            _ => None,
        }
    }
}

/// A number as written in prose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Written {
    /// Index of its token.
    pub(crate) token: u32,
    pub(crate) amount: Amount,
    pub(crate) decimals: u8,
}

/// The tokens of many passages, one after the other; after each stands a [`Tok::Break`].
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) kinds: Vec<Tok>,
    /// Where each stands in the source.
    pub(crate) places: Vec<TextRange>,
    /// The numbers, in order.
    pub(crate) numbers: Vec<Written>,
}

impl Tokens {
    /// Room for the tokens of a narrative of so many bytes: a guess.
    pub(crate) fn for_bytes(length: usize) -> Self {
        Self {
            kinds: Vec::with_capacity(length / 7),
            places: Vec::with_capacity(length / 7),
            numbers: Vec::with_capacity(length / 64),
        }
    }

    /// Adds a passage.
    pub(crate) fn add(&mut self, joined: &JoinedText<'_>) {
        let text = joined.text();
        let mut passage = Passage {
            first: self.kinds.len(),
            start: joined.written_from(),
            glued: None,
            joined,
            out: self,
        };
        words::split(text, |piece, span| match piece {
            words::Piece::Word(kind) => passage.word(kind, span),
            words::Piece::Other => passage.lex(span),
        });
        let end = self.places.last().map_or(0, |place| place.end());
        self.kinds.push(Tok::Break);
        self.places.push(TextRange::empty(end));
    }

    /// Takes back what begins with a token.
    pub(crate) fn forget(&mut self, from: usize) {
        self.kinds.truncate(from);
        self.places.truncate(from);
        let numbers = &mut self.numbers;
        while numbers.pop_if(|it| it.token as usize >= from).is_some() {}
    }

    /// The number of a token.
    pub(crate) fn number(&self, token: u32) -> Option<&Written> {
        let at = self
            .numbers
            .binary_search_by_key(&token, |number| number.token);
        self.numbers.get(at.ok()?)
    }

    /// Where tokens stand; empty where there are none.
    pub(crate) fn range(&self, from: u32, to: u32) -> TextRange {
        let place = |at: u32| self.places.get(at as usize).copied();
        match (place(from), to.checked_sub(1).and_then(place)) {
            (Some(first), Some(last)) if from < to => first.cover(last),
            (Some(first), _) => TextRange::empty(first.start()),
            _ => TextRange::empty(0),
        }
    }

    pub(crate) fn kind(&self, token: u32) -> Option<Tok> {
        self.kinds.get(token as usize).copied()
    }
}

/// A passage whose tokens are taken.
struct Passage<'a> {
    joined: &'a JoinedText<'a>,
    /// Where it begins in the source, if it reads as it is written.
    start: Option<u32>,
    /// Its first token.
    first: usize,
    /// Where a Latin letter ends the token before.
    glued: Option<usize>,
    out: &'a mut Tokens,
}

impl Passage<'_> {
    /// What lies between words.
    fn lex(&mut self, range: Range<usize>) {
        let start = range.start;
        let between = self.joined.text().get(range).unwrap_or_default();
        for (kind, span) in Tok::lexer(between).spanned() {
            self.token(
                kind.unwrap_or(Tok::Word),
                start + span.start..start + span.end,
            );
        }
    }

    /// What the lexer found.
    fn token(&mut self, mut kind: Tok, span: Range<usize>) {
        let own = self.joined.text().get(span.clone()).unwrap_or_default();
        // `IPv6` is a name, and so is what a number is glued to.
        if kind == Tok::Number && self.glued == Some(span.start) {
            kind = Tok::Word;
        }
        if kind == Tok::Number {
            match Amount::parse(own) {
                Some((amount, decimals)) => self.out.numbers.push(Written {
                    token: offset(self.out.kinds.len()),
                    amount,
                    decimals,
                }),
                None => kind = Tok::Word,
            }
        }
        let end = span.end;
        self.word(kind, span);
        self.glued = latin_end(own).then_some(end);
    }

    /// A word of the table, or one that the lexer found: words that mean nothing are one.
    fn word(&mut self, kind: Tok, span: Range<usize>) {
        self.glued = None;
        let (from, to) = (offset(span.start), offset(span.end));
        let place = match self.start {
            Some(start) => TextRange::new(start.saturating_add(from), start.saturating_add(to)),
            None => self.joined.source(from..to),
        };
        let out = &mut *self.out;
        if kind == Tok::Word
            && out.kinds.last() == Some(&Tok::Word)
            && out.kinds.len() > self.first
            && let Some(last) = out.places.last_mut()
        {
            *last = last.cover(place);
            return;
        }
        out.kinds.push(kind);
        out.places.push(place);
    }
}

fn latin_end(text: &str) -> bool {
    text.bytes()
        .next_back()
        .is_some_and(|byte| byte.is_ascii_alphabetic())
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<(Tok, &str)> {
        let all = TextRange::new(0, offset(text.len()));
        let mut tokens = Tokens::default();
        tokens.add(&JoinedText::new(text, &[all], &[]));
        assert_eq!(tokens.kinds.pop(), Some(Tok::Break));
        let places = tokens.places.iter().map(|place| place.of(text));
        tokens.kinds.iter().copied().zip(places).collect()
    }

    #[test]
    fn words_marks_and_what_lies_between() {
        use Tok::{Comma, Down, Filler, Measure, Number, OfWhich, WanYuan, Word};
        assert_eq!(
            tokens("其 中，电费下降了３.5万元"),
            [
                (OfWhich, "其 中"),
                (Comma, "，"),
                (Word, "电费"),
                (Down, "下降"),
                (Filler, "了"),
                (Number, "３.5"),
                (WanYuan, "万元"),
            ]
        );
        assert_eq!(
            tokens("1,234批（次）"),
            [(Number, "1,234"), (Measure, "批（次）")]
        );
    }

    #[test]
    fn what_is_glued_to_letters_is_a_name() {
        use Tok::{Number, Word};
        assert_eq!(tokens("某IPv6网"), [(Word, "某IPv6网")]);
        assert_eq!(tokens("某IPv 6"), [(Word, "某IPv"), (Number, "6")]);
        // A word that shields is one with the words beside it.
        assert_eq!(tokens("买家具 2"), [(Word, "买家具"), (Number, "2")]);
    }
}
