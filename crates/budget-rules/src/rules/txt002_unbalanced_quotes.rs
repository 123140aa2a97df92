//! TXT002: a quote or bracket that is opened and not closed, or closed and not opened.
//!
//! Brackets pair whatever their width. A paragraph that a page break split is healed by the one
//! that follows it, and `1）` numbers a list.

use budget_syntax::TextRange;

use crate::Severity;
use crate::clues::{BRACKETS, bracket};
use crate::context::{Context, Prose};
use crate::detail::TextFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Fixable, Rule};
use crate::text;
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "TXT002",
    slug: "unbalanced-quotes",
    name: "引号或括号不成对",
    group: "文字",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/TXT002-unbalanced-quotes.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers],
};

/// A mark without its other half.
#[derive(Clone, Copy)]
struct Stray {
    /// Which pair it is of.
    pair: usize,
    opens: bool,
    range: TextRange,
}

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let mut before: Vec<Stray> = Vec::new();
    let mut before_heading = None;
    for prose in context.prose {
        let mut strays = strays(context, prose);
        if before_heading == prose.heading && !before.is_empty() {
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
    let mut closing: [Vec<usize>; BRACKETS] = Default::default();
    for (index, stray) in after.iter().enumerate().rev() {
        if let Some(of_pair) = closing.get_mut(stray.pair).filter(|_| !stray.opens) {
            of_pair.push(index);
        }
    }
    let mut healed = vec![false; after.len()];
    while let Some(open) = before.last().filter(|stray| stray.opens) {
        let Some(close) = closing.get_mut(open.pair).and_then(Vec::pop) else {
            break;
        };
        if let Some(healed) = healed.get_mut(close) {
            *healed = true;
        }
        before.pop();
    }
    let mut healed = healed.into_iter();
    after.retain(|_| healed.next() != Some(true));
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

fn strays(context: &Context<'_>, prose: &Prose<'_>) -> Vec<Stray> {
    let brackets = context.brackets(prose);
    let closed = |it: &[(usize, char)]| match it {
        [(_, open), (_, close)] => bracket(*open)
            .is_some_and(|(pair, opens)| opens && bracket(*close) == Some((pair, false))),
        _ => false,
    };
    // As nearly all are: one after the other.
    if brackets.chunks(2).all(closed) {
        return Vec::new();
    }
    // Crossed pairs are pairs: each kind is counted for itself.
    let mut open: [Vec<Stray>; BRACKETS] = Default::default();
    let mut strays: Vec<Stray> = Vec::new();
    for &(at, c) in brackets {
        let Some((pair, opens)) = bracket(c) else {
            continue;
        };
        let Some(open) = open.get_mut(pair) else {
            continue;
        };
        let start = prose.range.start() + text::offset(at);
        let range = TextRange::new(start, start + text::offset(c.len_utf8()));
        let this = Stray { pair, opens, range };
        if opens {
            open.push(this);
        } else if open.pop().is_none() && !(pair == ROUND && numbers_list(prose.text, at)) {
            strays.push(this);
        }
    }
    strays.extend(open.into_iter().flatten());
    strays.sort_by_key(|stray| stray.range);
    turned(strays)
}

/// The pair of round brackets.
const ROUND: usize = 1;

/// The pairs of quotation marks.
const QUOTES: [usize; 2] = [0, 3];

/// `’甲’`, `“甲“`: a pair of quotation marks one of which was typed the wrong way round; that one
/// is told.
fn turned(strays: Vec<Stray>) -> Vec<Stray> {
    let mut told: Vec<Stray> = Vec::with_capacity(strays.len());
    let mut waiting = false;
    for stray in strays {
        waiting = !waiting
            && told.last().is_some_and(|last| {
                QUOTES.contains(&stray.pair) && last.pair == stray.pair && last.opens == stray.opens
            });
        if waiting && stray.opens {
            told.pop();
        }
        if !waiting || stray.opens {
            told.push(stray);
        }
    }
    told
}

/// `1）`, `一）`, `2、1）`: a bracket after nothing but a number at the start of a piece.
fn numbers_list(text: &str, at: usize) -> bool {
    let mut before = text.get(..at).unwrap_or_default().chars().rev();
    let starts_piece =
        |c: char| matches!(c, '\n' | '。' | '；' | ';' | '：' | ':' | '，' | '、' | '.');
    let is_number = |c: char| {
        c.is_whitespace()
            || c.is_ascii_alphanumeric()
            || matches!(
                c,
                '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十'
            )
    };
    before
        .find(|&c| starts_piece(c) || !is_number(c))
        .is_none_or(starts_piece)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use budget_catalog::Catalog;
    use budget_model::Document;
    use budget_model::relation::Collect;

    fn strays(text: &str) -> Vec<String> {
        let document = Document::new(Arc::from(text), Arc::clone(Catalog::builtin()));
        let report = crate::check(&document, Collect::Broken);
        let strays = report
            .findings
            .iter()
            .filter(|f| f.rule == super::RULE.code);
        strays.map(|f| document.slice(f.range).to_owned()).collect()
    }

    #[test]
    fn what_is_not_closed_or_not_opened() {
        assert_eq!(strays("甲（乙"), ["（"]);
        assert_eq!(strays("甲”乙“丙"), ["”", "“"]);
        assert!(strays("甲（乙)、“丙”").is_empty());
    }

    #[test]
    fn crossed_pairs_are_pairs() {
        assert!(strays("甲“乙（丙”丁）").is_empty());
        assert_eq!(strays("甲“（（”）"), ["（"]);
    }

    #[test]
    fn numbers_of_lists_open_nothing() {
        assert!(strays("1）甲；二）乙。2、3）丙").is_empty());
        assert_eq!(strays("甲1）乙"), ["）"]);
    }

    #[test]
    fn a_pair_may_run_over_a_page() {
        assert!(strays("甲（乙“丙\n\n丁”戊）").is_empty());
        assert_eq!(strays("甲（乙\n\n丁”戊）"), ["”"]);
    }

    #[test]
    fn many_that_are_never_closed_cost_no_more_than_others() {
        let text = format!("甲{}\n\n乙{}", "（".repeat(30_000), "》".repeat(30_000));
        assert_eq!(strays(&text).len(), 60_000);
    }
}
