//! The tokens of an expression.

use logos::Logos;

use crate::TextRange;

/// A token of an expression; full-width twins are the same.
#[derive(Logos, Clone, Copy, PartialEq, Eq, Debug)]
#[logos(skip(r"\s+"))]
pub(super) enum Tok {
    #[regex("[0-9０-９]+", priority = 10)]
    Digits,
    /// `43,269`; between brackets its commas part arguments.
    #[regex("[0-9０-９]{1,3}([,，][0-9０-９]{3})+", priority = 10)]
    Grouped,
    #[regex(
        "[^\\s.．。,，:：+＋\\-－−*＊×/／÷=＝<＜>＞≤≦≥≧≈≒()（）\\[［\\]］【】@＠|｜\\\\{}｛｝]+"
    )]
    Word,
    #[regex("【[^】]*】")]
    Quoted,
    #[regex("[@＠]")]
    At,
    #[regex("[.．。]")]
    Dot,
    #[regex("[.．。][.．。]+")]
    Dots,
    #[regex("[,，]")]
    Comma,
    #[regex("[:：]")]
    Colon,
    #[regex("[+＋]")]
    Plus,
    #[regex("[-－−]")]
    Minus,
    #[regex("[*＊×]")]
    Star,
    /// `/` without a space beside it: what stands before it is the ancestor of what follows.
    #[regex("[/／]")]
    Slash,
    #[token("÷")]
    Divide,
    #[regex("[=＝]|==")]
    Equal,
    #[regex("[<＜][=＝]|[≤≦]")]
    AtMost,
    #[regex("[>＞][=＝]|[≥≧]")]
    AtLeast,
    #[regex("[≈≒]")]
    About,
    #[regex("[(（]")]
    Open,
    #[regex("[)）]")]
    Close,
    #[regex(r"[\[［]")]
    SquareOpen,
    #[regex(r"[\]］]")]
    SquareClose,
    /// In a cell the bar is escaped.
    #[regex(r"\\?[|｜]")]
    Bar,
    #[token("每")]
    Each,
    #[token("于")]
    Of,
    #[token("有下级")]
    HasChildren,
    #[token("则")]
    Then,
    #[token("当且仅当")]
    Iff,
    #[token("或")]
    Or,
    #[token("记为")]
    As,
    /// What can't be in an expression.
    Unknown,
}

/// The tokens of `text` with their places.
pub(super) fn lex(text: &str) -> (Vec<Tok>, Vec<TextRange>) {
    let mut kinds = Vec::new();
    let mut places = Vec::new();
    let mut depth = 0usize;
    for (kind, span) in Tok::lexer(text).spanned() {
        let kind = kind.unwrap_or(Tok::Unknown);
        let range = TextRange::new(offset(span.start), offset(span.end));
        match kind {
            Tok::Open => depth += 1,
            Tok::Close => depth = depth.saturating_sub(1),
            Tok::Grouped if depth > 0 => {
                split_group(text, range, &mut kinds, &mut places);
                continue;
            }
            Tok::Word if split_binding(text, range, &mut kinds, &mut places) => continue,
            _ => {}
        }
        let spaced = kind == Tok::Slash && has_space_beside(text, range);
        kinds.push(if spaced { Tok::Divide } else { kind });
        places.push(range);
    }
    (kinds, places)
}

/// `43269.30记为执行数`: an input method types no spaces.
fn split_binding(
    text: &str,
    range: TextRange,
    kinds: &mut Vec<Tok>,
    places: &mut Vec<TextRange>,
) -> bool {
    const AS: &str = "记为";
    let Some((digits, name)) = range.of(text).split_once(AS) else {
        return false;
    };
    let is_digit = |c: char| matches!(c, '0'..='9' | '０'..='９');
    if !digits.chars().all(is_digit) || (digits.is_empty() && kinds.last() == Some(&Tok::Dot)) {
        return false;
    }
    let start = range.start() + offset(digits.len());
    let parts = [
        (Tok::Digits, TextRange::new(range.start(), start)),
        (Tok::As, TextRange::new(start, start + offset(AS.len()))),
        (
            Tok::Word,
            TextRange::new(range.end() - offset(name.len()), range.end()),
        ),
    ];
    for (kind, place) in parts {
        if !place.is_empty() {
            kinds.push(kind);
            places.push(place);
        }
    }
    true
}

fn has_space_beside(text: &str, range: TextRange) -> bool {
    let blank = |c: char| c.is_whitespace();
    let before = text.get(..range.start() as usize).unwrap_or("");
    let after = text.get(range.end() as usize..).unwrap_or("");
    before.ends_with(blank) || after.starts_with(blank)
}

fn split_group(text: &str, range: TextRange, kinds: &mut Vec<Tok>, places: &mut Vec<TextRange>) {
    for part in range.of(text).split_inclusive([',', '，']) {
        let start = places.last().map_or(range.start(), |last: &TextRange| {
            last.end().max(range.start())
        });
        let digits = part.trim_end_matches([',', '，']);
        let middle = start + offset(digits.len());
        kinds.push(Tok::Digits);
        places.push(TextRange::new(start, middle));
        if digits.len() < part.len() {
            kinds.push(Tok::Comma);
            places.push(TextRange::new(middle, start + offset(part.len())));
        }
    }
}

pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
