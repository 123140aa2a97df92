//! Findings: what a perfect reviewer would say, and nothing else. One file a rule; a finding is
//! data; its sentence is made in [`message`].

mod accounts;
mod clues;
mod contents;
mod context;
pub mod detail;
mod engine;
pub mod finding;
mod kept;
mod key;
mod marks;
pub mod message;
mod miscoded;
mod missing;
mod outline;
mod prose;
pub mod registry;
mod relation;
mod rules;
mod suppress;
mod syntax;
mod text;

use std::sync::Arc;

use budget_model::{
    Document,
    relation::{Collect, Ledger},
};
use rustc_hash::{FxHashMap, FxHashSet};

pub use contents::{Entry as ContentsEntry, contents};
pub use detail::{Detail, Operand, Structure, Verdict};
pub use finding::{Edit, Explanation, Finding, Fix, Note, Related, Severity, Subject};
pub use key::{Key, operands};
pub use message::{Message, tell};
/// The rule under which a broken relation of a body's own (审核公式) is told; its name is the finding's origin.
pub const OWN_RELATION: &str = relation::OWN.code;

pub use prose::code as prose_rule;
pub use registry::{Fixable, Rule, find, rules, select};
pub use relation::code as relation_rule;
pub use suppress::{Fault, REASON, Suppressed, Waiver, lacks_reason, suppress};
pub use syntax::encoding;

/// What checking a document gives.
#[derive(Debug, Default)]
pub struct Report {
    /// In order of place.
    pub findings: Vec<Arc<Finding>>,
    /// Findings set aside: counted and listed.
    pub suppressed: Vec<Suppressed>,
    /// Findings that only follow from another, which stands: sums that fail for a wrong code.
    pub(crate) echoes: Vec<Arc<Finding>>,
    /// What was checked.
    pub ledger: Ledger,
}

impl Report {
    /// Changes every finding, told or not.
    pub fn each(&mut self, mut change: impl FnMut(&mut Finding)) {
        let suppressed = self.suppressed.iter_mut().map(|it| &mut it.finding);
        let findings = self.findings.iter_mut().chain(suppressed);
        let all = findings.chain(&mut self.echoes);
        all.for_each(|finding| change(Arc::make_mut(finding)));
    }

    /// Sets findings aside for which `by` names a waiver, and tells what they stood for, unless that is set aside too.
    pub fn waive(&mut self, mut by: impl FnMut(&Finding) -> Option<Waiver>) {
        let mut asked = std::mem::take(&mut self.findings);
        loop {
            for finding in asked {
                match by(&finding) {
                    None => self.findings.push(finding),
                    Some(by) => self.suppressed.push(Suppressed { finding, by }),
                }
            }
            asked = engine::lost_echoes(self);
            if asked.is_empty() {
                break;
            }
        }
        engine::sort(&mut self.findings);
        engine::sort_suppressed(&mut self.suppressed);
    }

    /// Lists what is set aside once: not also what was told in its place until that was set aside too. The last step:
    /// what is waived after it is asked about anew.
    pub fn fold(&mut self) {
        let place = |it: &Finding| ((it.rule, it.range), it.echo_of.len());
        let listed = self.suppressed.iter().map(|it| place(&it.finding));
        // Of relations of one's own several may have one rule and place; none stands behind itself.
        let mut first: FxHashMap<_, usize> = FxHashMap::default();
        for (place, rank) in listed {
            let least = first.entry(place).or_insert(rank);
            *least = rank.min(*least);
        }
        let follows = |it: &mut Suppressed| {
            let echo_of = &it.finding.echo_of;
            let is_listed = |cause| first.get(cause).is_some_and(|rank| *rank < echo_of.len());
            echo_of.iter().any(is_listed)
        };
        let folded = self.suppressed.extract_if(.., follows);
        self.echoes.extend(folded.map(|it| it.finding));
    }

    /// Findings that are not told because others say them as well.
    pub fn echoes(&self) -> &[Arc<Finding>] {
        &self.echoes
    }

    /// Those that would be told if these findings were silenced.
    pub fn behind<'r>(&'r self, findings: &[&Finding]) -> impl Iterator<Item = &'r Finding> {
        let silenced: FxHashSet<_> = findings.iter().map(|it| (it.rule, it.range)).collect();
        let echoes = self.echoes.iter().map(Arc::as_ref);
        echoes.filter(move |it| it.echo_of.iter().any(|cause| silenced.contains(cause)))
    }

    /// Takes back what was set aside where `told` says so.
    pub fn reinstate(&mut self, told: impl Fn(&Suppressed) -> bool) {
        let back: Vec<Suppressed> = self.suppressed.extract_if(.., |it| told(it)).collect();
        if !back.is_empty() {
            let back = back.into_iter().map(|suppressed| suppressed.finding);
            self.findings.extend(back);
            engine::hide_echoes(self);
        }
    }
}

/// Checks a document: syntax, relations and every rule, in one walk.
pub fn check(document: &Document, collect: Collect) -> Report {
    engine::check(document, collect)
}
