//! Findings: what a perfect reviewer would say, and nothing else. One file a rule; a finding is
//! data; its sentence is made in [`message`].

mod accounts;
mod clues;
mod context;
pub mod detail;
mod engine;
pub mod finding;
mod marks;
pub mod message;
mod miscoded;
mod missing;
mod outline;
pub mod registry;
mod relation;
mod rules;
mod suppress;
mod syntax;
mod text;

use budget_model::{
    Document,
    relation::{Collect, Ledger},
};

pub use detail::{Detail, Operand, Structure, Verdict};
pub use finding::{Edit, Finding, Fix, Related, Severity, Subject};
pub use message::{Message, tell};
pub use registry::{Rule, find, rules};
pub use suppress::Fault;
pub use syntax::encoding;

/// What checking a document gives.
#[derive(Debug, Default)]
pub struct Report {
    /// In order of place.
    pub findings: Vec<Finding>,
    /// Findings silenced by `<!-- 忽略 … -->`: counted and listed.
    pub suppressed: Vec<Finding>,
    /// Findings that only follow from another, which stands: sums that fail for a wrong code.
    pub(crate) echoes: Vec<Finding>,
    /// What was checked.
    pub ledger: Ledger,
}

impl Report {
    /// Puts back what followed from findings that have since been taken out.
    pub fn restore_echoes(&mut self) {
        engine::restore_echoes(self);
    }
}

/// Checks a document: syntax, relations and every rule, in one walk.
pub fn check(document: &Document, collect: Collect) -> Report {
    engine::check(document, collect)
}
