//! What is wrong with an expression, in a clerk's words.

use chumsky::error::{Rich, RichPattern};

use super::grammar::Source;
use super::lex::{Tok, offset};
use crate::error::SyntaxErrorKind;
use crate::{SyntaxError, TextRange};

/// Brackets deeper than this are refused, so that no reader of the tree can run out of stack.
const DEEPEST: usize = 24;
/// Expressions of more tokens than this are refused, for the same reason.
const LONGEST: usize = 1000;

fn error(range: TextRange, message: String, help: &str) -> SyntaxError {
    SyntaxError {
        range,
        kind: SyntaxErrorKind::Expression,
        message,
        help: help.to_owned(),
    }
}

/// What can be said before the grammar is asked.
pub(super) fn refuse(source: Source<'_>, kinds: &[Tok]) -> Option<SyntaxError> {
    if kinds.is_empty() {
        let whole = TextRange::new(0, offset(source.text.len()));
        let help = "在 { 和 } 之间写要引用的数，例如 {表三.合计.合计}";
        return Some(error(whole, "式子是空的".to_owned(), help));
    }
    if let Some(beyond) = source.places.get(LONGEST) {
        let help = "把式子分成几个，先用“记为”给中间的数起名";
        return Some(error(*beyond, "式子太长".to_owned(), help));
    }
    let mut open = Vec::new();
    for (kind, place) in kinds.iter().zip(source.places) {
        match kind {
            Tok::Open => open.push(*place),
            Tok::Close if open.pop().is_none() => {
                let message = "多了一个“）”，前面没有和它配对的“（”".to_owned();
                return Some(error(*place, message, "删去这个“）”，或在前面补上“（”"));
            }
            Tok::Unknown => return Some(unknown(*place, place.of(source.text))),
            _ => {}
        }
        if open.len() > DEEPEST {
            let help = "把里层的式子分出来，先用“记为”给它起名";
            return Some(error(*place, "括号套得太深".to_owned(), help));
        }
    }
    let unclosed = open.last()?;
    let message = "这个括号没有配上：缺少“）”".to_owned();
    Some(error(*unclosed, message, "在这一层的末尾补上“）”"))
}

fn unknown(place: TextRange, text: &str) -> SyntaxError {
    let (message, help) = match text.chars().next() {
        Some('【') => ("“【”没有配上：缺少“】”".to_owned(), "在名称后面补上“】”"),
        Some('】') => (
            "多了一个“】”".to_owned(),
            "名称写成【名称】，“【”和“】”成对",
        ),
        Some('<' | '＜') => ("式子里没有“<”".to_owned(), "要写“不大于”，用 <= 或 ≤"),
        Some('>' | '＞') => ("式子里没有“>”".to_owned(), "要写“不小于”，用 >= 或 ≥"),
        Some('{' | '｛' | '}' | '｝') => (
            "式子里面不能再写大括号".to_owned(),
            "删去里层的大括号，改用（）",
        ),
        _ => (
            format!("式子里不能写“{}”", shortened(text)),
            "名称里有这样的符号时，把名称写在【】里",
        ),
    };
    error(place, message, help)
}

/// The message for what the grammar could not read.
pub(super) fn explain(source: Source<'_>, failure: &Rich<'_, Tok>) -> SyntaxError {
    let at = failure.span().start;
    let before = at.checked_sub(1).and_then(|at| source.places.get(at));
    let expected = expected(failure);
    let Some(place) = source.places.get(at) else {
        let before = before.copied().unwrap_or_default();
        let message = format!("“{}”后面缺少{expected}", shortened(before.of(source.text)));
        return error(
            before,
            message,
            &format!("在后面补上{}", example(&expected)),
        );
    };
    let found = shortened(place.of(source.text));
    let message = match before {
        Some(before) => {
            let before = shortened(before.of(source.text));
            format!("“{before}”后面不能写“{found}”")
        }
        None => format!("式子不能以“{found}”开头"),
    };
    let help = if expected == ENOUGH {
        "这里应当结束：删去后面的字；名称里有空格或符号时，写在【】里".to_owned()
    } else if expected == DOTS && found == "]" {
        "只写一个名称时，用【】代替方括号；写一段时，写出两头，例如 表三.[201 .. 229].合计"
            .to_owned()
    } else {
        format!("这里应当写{}", example(&expected))
    };
    error(*place, message, &help)
}

/// What is expected, with an example of it.
fn example(expected: &str) -> String {
    let example = match expected {
        VALUE => "，例如 表三.合计.合计",
        STEP => "，例如 表三.合计.基本支出",
        COMPARISON => "，把两边连起来，例如 表一.收入总计 = 表一.支出合计",
        VARIABLE => "，例如 每 @科目 于 表三：",
        _ => "",
    };
    format!("{expected}{example}")
}

/// The labels of the grammar.
pub(super) const VALUE: &str = "数、名称或括号";
pub(super) const STEP: &str = "行、列或科目的名称";
pub(super) const COMPARISON: &str = "比较号（=、<=、>= 或 ≈）";
pub(super) const VARIABLE: &str = "变量（@科目、@列 等）";

const DOTS: &str = "“..”";
const ENOUGH: &str = "运算符号";

/// What could stand there, the most telling first, at most four.
fn expected(failure: &Rich<'_, Tok>) -> String {
    let mut labels: Vec<String> = Vec::new();
    let mut marks: Vec<String> = Vec::new();
    for pattern in failure.expected() {
        match pattern {
            RichPattern::Label(label) => labels.push(label.to_string()),
            RichPattern::Token(token) => marks.extend(mark(**token).map(str::to_owned)),
            _ => {}
        }
    }
    // A mark that may go on is less telling than what must come.
    let mut all = if labels.is_empty() { marks } else { labels };
    all.sort();
    all.dedup();
    all.truncate(4);
    if all.is_empty() {
        return ENOUGH.to_owned();
    }
    all.join("或")
}

/// How a token that must come is called; operators may come anywhere and tell nothing.
fn mark(token: Tok) -> Option<&'static str> {
    match token {
        Tok::Close => Some("“）”"),
        Tok::SquareClose => Some("“]”"),
        Tok::Dots => Some(DOTS),
        Tok::Colon => Some("“：”"),
        Tok::Of => Some("“于 表名”"),
        Tok::At => Some("“@”"),
        Tok::Word | Tok::Digits | Tok::Quoted => Some("名称"),
        _ => None,
    }
}

/// At most a few words of a text, so that no message runs away.
fn shortened(text: &str) -> String {
    let mut chars = text.chars();
    let mut short: String = chars.by_ref().take(12).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}
