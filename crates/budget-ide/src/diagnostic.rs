//! Findings, told.

use budget_model::Document;
use budget_rules::{Finding, Report, Severity};
use budget_syntax::TextRange;

/// A finding as an editor shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Where; the same range as on the command line.
    pub range: TextRange,
    /// How much it counts.
    pub severity: Severity,
    /// The rule's code.
    pub code: &'static str,
    /// What is wrong, and on lines of their own what to do and what was said of it.
    pub message: String,
}

/// All findings of a report, in its order.
pub fn diagnostics(document: &Document, report: &Report) -> Vec<Diagnostic> {
    report
        .findings
        .iter()
        .map(|finding| diagnostic(document, finding))
        .collect()
}

/// One finding.
pub fn diagnostic(document: &Document, finding: &Finding) -> Diagnostic {
    let told = budget_rules::message::tell(finding, document);
    let mut message = told.text;
    if let Some(action) = told.action.filter(|action| !action.is_empty()) {
        message.push('\n');
        message.push_str(&action);
    }
    if let Some(said) = &finding.explanation {
        message.push_str("\n说明：");
        message.push_str(&said.told());
    }
    Diagnostic {
        range: finding.range,
        severity: finding.severity,
        code: finding.rule,
        message,
    }
}

/// Other places that belong to a finding, the first `most` of them, and what stands there.
pub fn related(document: &Document, finding: &Finding, most: usize) -> Vec<(TextRange, String)> {
    let related = finding.related.iter().take(most);
    let tell = |note| budget_rules::message::note(note, document);
    related.map(|it| (it.range, tell(&it.note))).collect()
}
