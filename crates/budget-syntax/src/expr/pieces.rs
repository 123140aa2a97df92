//! What stands where in an expression, whether it can be read or not: for colours and selections while it is typed.

use super::lex::{Tok, lex};
use crate::TextRange;

/// A piece of an expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece {
    /// `43,269.30`; the decimals after `|`.
    Number,
    /// The name before a bracket: `占比(…)`.
    Function,
    /// The name before `=`: `词=…`.
    Argument,
    /// A step of a path, by its place in the path.
    Step {
        /// From 0.
        at: usize,
        /// Nothing follows it.
        last: bool,
    },
    /// `下级`, `类`, `款`, `项`, `段`, `*` as a step; `记为`.
    Keyword,
    /// The name after `记为`.
    Binding,
    /// `+`, `-`, `|` …
    Operator,
}

/// The pieces of what stands between `{` and `}`, in order, not overlapping.
pub fn pieces(text: &str) -> Vec<(Piece, TextRange)> {
    let (kinds, places) = lex(text);
    let mut reader = Reader {
        text,
        kinds: &kinds,
        places: &places,
        at: 0,
        out: Vec::new(),
    };
    while reader.at < kinds.len() {
        reader.next();
    }
    reader.out
}

struct Reader<'s> {
    text: &'s str,
    kinds: &'s [Tok],
    places: &'s [TextRange],
    at: usize,
    out: Vec<(Piece, TextRange)>,
}

impl Reader<'_> {
    fn kind(&self, at: usize) -> Option<Tok> {
        self.kinds.get(at).copied()
    }

    fn place(&self, at: usize) -> TextRange {
        self.places.get(at).copied().unwrap_or_default()
    }

    /// Puts the tokens from where the reader stands up to `end` down as one piece.
    fn put(&mut self, piece: Piece, end: usize) {
        let last = self.place(end.saturating_sub(1));
        self.out.push((piece, self.place(self.at).cover(last)));
        self.at = end;
    }

    fn next(&mut self) {
        let (at, following) = (self.at, self.kind(self.at + 1));
        match self.kind(at) {
            Some(Tok::Digits | Tok::Grouped) => {
                let decimals =
                    following == Some(Tok::Dot) && self.kind(at + 2) == Some(Tok::Digits);
                self.put(Piece::Number, at + if decimals { 3 } else { 1 });
            }
            Some(Tok::Word | Tok::Quoted) if at > 0 && self.kind(at - 1) == Some(Tok::As) => {
                self.put(Piece::Binding, at + 1);
            }
            Some(Tok::Word) if following == Some(Tok::Equal) => self.put(Piece::Argument, at + 1),
            Some(Tok::Word) if following == Some(Tok::Open) => self.put(Piece::Function, at + 1),
            Some(Tok::Word | Tok::Quoted | Tok::At) => self.path(),
            Some(Tok::As) => self.put(Piece::Keyword, at + 1),
            Some(
                Tok::Plus
                | Tok::Minus
                | Tok::Star
                | Tok::Slash
                | Tok::Divide
                | Tok::Bar
                | Tok::Equal
                | Tok::AtMost
                | Tok::AtLeast
                | Tok::About,
            ) => self.put(Piece::Operator, at + 1),
            _ => self.at += 1,
        }
    }

    fn path(&mut self) {
        let mut number = 0;
        loop {
            let end = self.step_end(number > 0);
            if end == self.at {
                // A path that ends with a dot is being typed.
                return;
            }
            let last = self.kind(end) != Some(Tok::Dot);
            let text = self.place(self.at).cover(self.place(end - 1)).of(self.text);
            let piece = if number > 0
                && matches!(text, "下级" | "类" | "款" | "项" | "段" | "*" | "＊" | "×")
            {
                Piece::Keyword
            } else {
                Piece::Step { at: number, last }
            };
            self.put(piece, end);
            if last {
                return;
            }
            self.at += 1;
            number += 1;
        }
    }

    /// Where the step that begins at a token ends; what a bracket holds belongs to it, except in a path's first step.
    fn step_end(&self, brackets: bool) -> usize {
        let mut depth = 0_u32;
        let mut at = self.at;
        while let Some(kind) = self.kind(at) {
            match kind {
                Tok::Open | Tok::SquareOpen if brackets => depth += 1,
                Tok::Close | Tok::SquareClose if depth > 0 => depth -= 1,
                Tok::Star if brackets && at == self.at => {}
                Tok::Word | Tok::Quoted | Tok::At | Tok::Slash => {}
                Tok::Digits if brackets => {}
                _ if depth > 0 => {}
                _ => break,
            }
            at += 1;
        }
        at
    }
}
