//! TXT002: a quote or bracket that is opened and not closed, or closed and not opened.
//!
//! Brackets pair whatever their width. A paragraph that a page break split is healed by the one
//! that follows it, and `1）` numbers a list.

use budget_syntax::TextRange;

use crate::Severity;
use crate::context::{Context, Prose};
use crate::detail::TextFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Rule};
use crate::text;

pub(crate) const RULE: Rule = Rule {
    code: "TXT002",
    slug: "unbalanced-quotes",
    name: "引号或括号不成对",
    group: "文字",
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("../../../../docs/rules/TXT002-unbalanced-quotes.md"),
    check: Check::Document(check),
};

#[derive(Clone, Copy, PartialEq, Eq)]
struct Stray {
    kind: u8,
    opens: bool,
    range: TextRange,
}

fn kind(c: char) -> Option<(u8, bool)> {
    Some(match c {
        '“' => (0, true),
        '”' => (0, false),
        '（' | '(' => (1, true),
        '）' | ')' => (1, false),
        '《' => (2, true),
        '》' => (2, false),
        '‘' => (3, true),
        '’' => (3, false),
        '【' => (4, true),
        '】' => (4, false),
        _ => return None,
    })
}

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let mut before: Vec<Stray> = Vec::new();
    let mut before_heading = None;
    for prose in &context.prose {
        let mut strays = strays(prose);
        if before_heading == prose.heading {
            heal(&mut before, &mut strays);
        }
        tell(context, &before, sink);
        before = strays;
        before_heading = prose.heading;
    }
    tell(context, &before, sink);
}

/// What opens at the end of one paragraph and closes in the next is one pair over a page break.
fn heal(before: &mut Vec<Stray>, after: &mut Vec<Stray>) {
    while let Some(open) = before.last().filter(|stray| stray.opens) {
        let Some(close) = after.iter().position(|s| !s.opens && s.kind == open.kind) else {
            break;
        };
        after.remove(close);
        before.pop();
    }
}

fn tell(context: &Context<'_>, strays: &[Stray], sink: &mut Sink<'_>) {
    for stray in strays {
        let mark = context.text(stray.range).to_owned();
        let detail = Detail::Text(TextFault::Unbalanced {
            mark,
            opens: stray.opens,
        });
        sink.report(stray.range, Subject::default(), detail);
    }
}

fn strays(prose: &Prose<'_>) -> Vec<Stray> {
    let mut open: Vec<Stray> = Vec::new();
    let mut stray: Vec<Stray> = Vec::new();
    let mut numbers_list = true;
    for (at, c) in prose.text.char_indices() {
        if let Some((kind, opens)) = kind(c) {
            let start = prose.range.start() + text::offset(at);
            let range = TextRange::new(start, start + text::offset(c.len_utf8()));
            let this = Stray { kind, opens, range };
            if opens {
                open.push(this);
            } else if open.last().is_some_and(|last| last.kind == kind) {
                open.pop();
            } else if let Some(index) = open.iter().rposition(|other| other.kind == kind) {
                // Crossed pairs are pairs.
                open.remove(index);
            } else if !(kind == 1 && numbers_list) {
                stray.push(this);
            }
        }
        // `1）`, `一）`, `2、1）`: a bracket after nothing but a number at the start of a piece.
        numbers_list = match c {
            '\n' | '。' | '；' | ';' | '：' | ':' | '，' | '、' | '.' => true,
            _ => {
                numbers_list
                    && (c.is_whitespace()
                        || c.is_ascii_alphanumeric()
                        || "一二三四五六七八九十".contains(c))
            }
        };
    }
    stray.extend(open);
    stray.sort_by_key(|stray| stray.range);
    stray
}
