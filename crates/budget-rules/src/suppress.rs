//! `<!-- 忽略 规则、规则: 理由 -->`: silences rules on what follows, if it gives a reason. One that
//! silences nothing is told, so that none outlives its cause.

mod insert;

use std::sync::Arc;

use budget_model::Document;
use budget_model::document::Suppression;
use budget_syntax::TextRange;
use rustc_hash::FxHashSet;

use crate::finding::{Detail, Finding, Subject};
use crate::registry::{Rule, select};
use crate::syntax::SUPPRESSION;

pub use insert::suppress;

/// A finding that is set aside. It is counted and listed none the less.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppressed {
    /// The finding, as it would be told.
    pub finding: Arc<Finding>,
    /// By what.
    pub by: Waiver,
}

/// What sets a finding aside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Waiver {
    /// `<!-- 忽略 … -->` in the document, with its reason.
    Comment {
        /// As written.
        reason: String,
    },
    /// The rule is off in `budget.toml` or on the command line.
    Off,
    /// It stands in the baseline: it was there before checking began.
    Baseline,
}

/// Stands where a reason is still to be written; it is none.
pub const REASON: &str = "请写明理由";

/// Whether what stands for a reason is none.
pub fn lacks_reason(written: &str) -> bool {
    let written = written.trim().trim_end_matches(['。', '.', '！', '!']);
    written.is_empty() || written == REASON
}

/// Takes the silenced findings out and returns them; adds SYN009 for suppressions without effect.
/// `findings` are in order of place.
pub(crate) fn apply(document: &Document, findings: &mut Vec<Arc<Finding>>) -> Vec<Suppressed> {
    if document.suppressions.is_empty() {
        return Vec::new();
    }
    let mut silenced: Vec<Option<&Suppression>> = vec![None; findings.len()];
    let mut useless = Vec::new();
    for suppression in &document.suppressions {
        let has_reason = !lacks_reason(document.slice(suppression.reason));
        // A name written twice says no more than once.
        let mut seen = FxHashSet::default();
        for name in names(document, suppression).filter(|name| seen.insert(*name)) {
            let rules = select(name);
            let fault = if rules.is_empty() {
                Fault::UnknownRule
            } else if !has_reason {
                Fault::NoReason
            } else if silence(findings, &mut silenced, rules, suppression) {
                continue;
            } else {
                Fault::Unused
            };
            useless.push(Arc::new(tell(document, suppression, name, fault)));
        }
    }
    let mut suppressed = Vec::new();
    let mut told = Vec::with_capacity(findings.len());
    for (finding, by) in findings.drain(..).zip(silenced) {
        match by {
            None => told.push(finding),
            Some(by) => suppressed.push(Suppressed {
                finding,
                by: Waiver::Comment {
                    reason: document.slice(by.reason).to_owned(),
                },
            }),
        }
    }
    told.append(&mut useless);
    *findings = told;
    suppressed
}

/// The names of rules that a suppression gives, as written.
fn names<'d>(document: &'d Document, suppression: &Suppression) -> impl Iterator<Item = &'d str> {
    let names = document.slice(suppression.rules).split(['、', '，', ',']);
    names.map(str::trim)
}

/// Marks the rules' findings in the scope; whether there are any.
fn silence<'s>(
    findings: &[Arc<Finding>],
    silenced: &mut [Option<&'s Suppression>],
    rules: &[Rule],
    suppression: &'s Suppression,
) -> bool {
    let scope = suppression.scope;
    let first = findings.partition_point(|finding| finding.range.start() < scope.start());
    let mut any = false;
    for (finding, silenced) in findings.iter().zip(silenced).skip(first) {
        if finding.range.start() > scope.end() {
            break;
        }
        let meant = rules.iter().any(|rule| rule.code == finding.rule);
        if meant && scope.contains(finding.range) {
            silenced.get_or_insert(suppression);
            any = true;
        }
    }
    any
}

/// Why a suppression has no effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// No rule has that name.
    UnknownRule,
    /// It gives no reason.
    NoReason,
    /// The rule finds nothing there.
    Unused,
}

fn tell(document: &Document, suppression: &Suppression, name: &str, fault: Fault) -> Finding {
    let mut finding = Finding::new(
        SUPPRESSION.code,
        SUPPRESSION.severity,
        suppression.range,
        Subject::default(),
        Detail::Suppression {
            rule: name.to_owned(),
            fault,
        },
    );
    if fault == Fault::Unused {
        let (range, text) = without(document, suppression, name);
        finding.fix("删去这个忽略标记", true, range, text);
    }
    finding
}

/// The suppression without a rule: what is replaced, and by what. Without its last rule it goes, and with it the
/// empty line or the bar that only it needed.
fn without(document: &Document, suppression: &Suppression, name: &str) -> (TextRange, String) {
    let names = names(document, suppression);
    let others: Vec<&str> = names.filter(|other| *other != name).collect();
    if !others.is_empty() {
        return (suppression.rules, others.join("、"));
    }
    let Suppression { range, comment, .. } = *suppression;
    let text = &*document.text;
    let before = TextRange::new(0, comment.start()).of(text);
    let after = text.get(comment.end() as usize..).unwrap_or_default();
    let len = |text: &str| u32::try_from(text.len()).unwrap_or(0);
    if range == comment || document.slice(range).trim() == document.slice(comment) {
        let lines = after.len() - after.trim_start_matches([' ', '\t']).len();
        let rest = after.get(lines..).unwrap_or_default();
        let breaks = rest
            .split_inclusive('\n')
            .take_while(|line| line.trim().is_empty());
        let gone = lines + breaks.take(2).map(str::len).sum::<usize>();
        let end = comment.end() + u32::try_from(gone).unwrap_or(0);
        return (TextRange::new(comment.start(), end), String::new());
    }
    let blank = |text: &str| {
        text.chars()
            .next()
            .is_some_and(|c| c == ' ' || c == '\t' || c == '　')
    };
    let kept = before.trim_end_matches([' ', '\t', '　']);
    let start = len(kept);
    let bar = after.trim_start_matches([' ', '\t', '　']);
    // Alone in a cell of its own, which goes too.
    let alone = kept.ends_with(['|', '｜']) && bar.starts_with(['|', '｜']);
    if alone {
        let bar_len = bar.chars().next().map_or(0, char::len_utf8);
        let end = comment.end() + len(after) - len(bar) + u32::try_from(bar_len).unwrap_or(0);
        return (TextRange::new(start, end), String::new());
    }
    let space = if blank(after) || after.is_empty() {
        ""
    } else {
        " "
    };
    (TextRange::new(start, comment.end()), space.to_owned())
}

#[cfg(test)]
mod tests {
    use budget_catalog::Catalog;
    use budget_model::relation::Collect;

    use super::*;

    #[test]
    fn a_name_written_often_is_told_once() {
        let names = "ARI001、TXT002、".repeat(20_000);
        let text = format!("<!-- 忽略 {names}ARI001: 理由 -->\n\n安排。\n");
        let document = Document::new(text.into(), Catalog::builtin().clone());
        let findings = crate::check(&document, Collect::Broken).findings;
        let unused = findings.iter().filter(|it| it.rule == SUPPRESSION.code);
        let told: Vec<_> = unused.map(|it| it.detail.clone()).collect();
        let unused = |rule: &str| Detail::Suppression {
            rule: rule.to_owned(),
            fault: Fault::Unused,
        };
        assert_eq!(told, [unused("ARI001"), unused("TXT002")]);
    }
}
