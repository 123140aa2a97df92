//! What an editor offers to do at a place: the fixes of findings, totals written, rows added, tables
//! reshaped, findings set aside. Offers are cheap; the edits of one are worked out when it is taken.

mod amounts;
mod fixes;
mod paste;
mod rows;
mod shapes;
mod waive;

use budget_model::Document;
use budget_rules::{Finding, Report, Severity};
use budget_syntax::TextRange;
use budget_syntax::format::TextEdit;

/// What an action is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ActionKind {
    /// It mends something.
    QuickFix,
    /// It writes the same in another way, or more of it.
    Rewrite,
}

/// Something that an editor offers to do.
pub struct Action<'r> {
    /// In Chinese: what it does. Tells the actions of a place apart.
    pub title: String,
    /// What it is for.
    pub kind: ActionKind,
    /// The finding that it takes away.
    pub finding: Option<&'r Finding>,
    /// It can't change what was meant.
    pub safe: bool,
    work: Work<'r>,
}

type Work<'r> = Box<dyn Fn() -> Vec<TextEdit> + 'r>;

impl<'r> Action<'r> {
    fn new(kind: ActionKind, title: String, work: impl Fn() -> Vec<TextEdit> + 'r) -> Self {
        Self {
            title,
            kind,
            finding: None,
            safe: false,
            work: Box::new(work),
        }
    }

    fn mends(mut self, finding: Option<&'r Finding>) -> Self {
        self.finding = finding;
        self
    }

    /// What it changes: in order, not overlapping.
    pub fn edits(&self) -> Vec<TextEdit> {
        let mut edits = (self.work)();
        edits.sort_by_key(|edit| edit.range);
        edits
    }
}

impl std::fmt::Debug for Action<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            title, kind, safe, ..
        } = self;
        write!(f, "{title} ({kind:?}, safe: {safe})")
    }
}

/// Where something could be done.
#[derive(Clone, Copy)]
pub struct Scope<'r> {
    /// The document.
    pub document: &'r Document,
    /// What was found in it.
    pub report: &'r Report,
    /// The cursor or selection.
    pub range: TextRange,
    /// Findings below it are as if they weren't there.
    pub least: Severity,
}

impl<'r> Scope<'r> {
    /// The findings that touch the range.
    pub fn findings(&self) -> impl Iterator<Item = &'r Finding> {
        let Self { range, least, .. } = *self;
        let all = self.report.findings.iter().map(AsRef::as_ref);
        all.filter(move |finding: &&Finding| {
            finding.severity >= least
                && finding.range.start() <= range.end()
                && range.start() <= finding.range.end()
        })
    }
}

/// All that can be done at a place, of the kinds that are wanted; what mends comes first.
pub fn actions<'r>(scope: &Scope<'r>, wants: impl Fn(ActionKind) -> bool) -> Vec<Action<'r>> {
    let mut all = Vec::new();
    if wants(ActionKind::QuickFix) {
        fixes::offer(scope, &mut all);
        rows::offer(scope, &mut all);
        paste::offer(scope, &mut all);
    }
    if wants(ActionKind::Rewrite) {
        amounts::offer(scope, &mut all);
        shapes::offer(scope, &mut all);
    }
    if wants(ActionKind::QuickFix) {
        waive::offer(scope, &mut all);
    }
    all
}

/// Whether a place lies in a table whose numbers were approved elsewhere (来源): they are never touched.
fn is_approved(document: &Document, range: TextRange) -> bool {
    let mut sourced = document
        .tables
        .iter()
        .filter(|table| table.source.is_some());
    sourced.any(|table| table.grids.iter().any(|grid| grid.range.contains(range)))
}
