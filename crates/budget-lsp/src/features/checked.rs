//! What was checked, for an editor's status bar: told after each check to clients that ask for it.

use budget_rules::{Severity, message};
use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::notification::Notification;

use crate::world::OpenDocument;

/// `budget/checked`.
pub(crate) enum Checked {}

impl Notification for Checked {
    type Params = Params;
    const METHOD: &'static str = "budget/checked";
}

/// What was checked of a version, and what was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Params {
    /// As the client writes it.
    uri: String,
    version: i32,
    /// The command line's opening line, without the file's name.
    opening: String,
    /// The template's id.
    template: String,
    /// Findings, those below the least severity shown too.
    counts: Counts,
    /// Findings set aside.
    suppressed: usize,
    held: u32,
    rounding: u32,
    broken: u32,
    waiting: u32,
    not_applicable: u32,
    unknown: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
struct Counts {
    error: usize,
    warning: usize,
    info: usize,
    hint: usize,
}

/// What to tell of a version; checks it if it hasn't been.
pub(crate) fn told(open: &OpenDocument) -> Params {
    let document = open.read().document();
    let report = open.report();
    let mut counts = Counts::default();
    for finding in &report.findings {
        let count = match finding.severity {
            Severity::Error => &mut counts.error,
            Severity::Warning => &mut counts.warning,
            Severity::Info => &mut counts.info,
            Severity::Hint => &mut counts.hint,
        };
        *count += 1;
    }
    let [held, rounding, broken, waiting, not_applicable, unknown] = report.ledger.counts;
    Params {
        uri: open.uri.to_string(),
        version: open.version,
        opening: message::opening(document, &report.ledger),
        template: document.template.id.clone(),
        counts,
        suppressed: report.suppressed.len(),
        held,
        rounding,
        broken,
        waiting,
        not_applicable,
        unknown,
    }
}
