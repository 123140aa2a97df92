//! `<!-- 忽略 规则: 理由 -->`: silences a rule on what follows, if it gives a reason. One that
//! silences nothing is told, so that none outlives its cause.

use budget_model::Document;
use budget_model::document::Suppression;

use crate::finding::{Detail, Finding, Subject};
use crate::registry::{Rule, find};
use crate::syntax::SUPPRESSION;

/// Takes the silenced findings out and returns them; adds SYN009 for suppressions without effect.
/// `findings` are in order of place.
pub(crate) fn apply(document: &Document, findings: &mut Vec<Finding>) -> Vec<Finding> {
    if document.suppressions.is_empty() {
        return Vec::new();
    }
    let mut silenced = vec![false; findings.len()];
    let mut useless = Vec::new();
    for suppression in &document.suppressions {
        let name = document.slice(suppression.rule);
        let fault = match find(name) {
            None => Some(Fault::UnknownRule),
            Some(_) if document.slice(suppression.reason).trim().is_empty() => {
                Some(Fault::NoReason)
            }
            Some(rule) if silence(findings, &mut silenced, rule, suppression) => None,
            Some(_) => Some(Fault::Unused),
        };
        if let Some(fault) = fault {
            useless.push(tell(suppression, name, fault));
        }
    }
    let mut silenced = silenced.into_iter();
    let suppressed = findings
        .extract_if(.., |_| silenced.next() == Some(true))
        .collect();
    findings.append(&mut useless);
    suppressed
}

/// Marks the rule's findings in the scope; whether there are any.
fn silence(
    findings: &[Finding],
    silenced: &mut [bool],
    rule: &Rule,
    suppression: &Suppression,
) -> bool {
    let scope = suppression.scope;
    let first = findings.partition_point(|finding| finding.range.start() < scope.start());
    let mut any = false;
    for (finding, silenced) in findings.iter().zip(silenced).skip(first) {
        if finding.range.start() > scope.end() {
            break;
        }
        if finding.rule == rule.code && scope.contains(finding.range) {
            *silenced = true;
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

fn tell(suppression: &Suppression, name: &str, fault: Fault) -> Finding {
    Finding::new(
        SUPPRESSION.code,
        SUPPRESSION.severity,
        suppression.range,
        Subject::default(),
        Detail::Suppression {
            rule: name.to_owned(),
            fault,
        },
    )
}
