//! Checks a document from scratch, a number of times: scripts/cost.py counts what that takes.

use std::sync::Arc;

use budget_catalog::Catalog;
use budget_model::{Document, relation::Collect};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_default();
    let times = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(1);
    let text = std::fs::read_to_string(path).unwrap_or_default();
    for _ in 0..times {
        let document = Document::new(Arc::from(&*text), Arc::clone(Catalog::builtin()));
        let report = budget_rules::check(&document, Collect::Broken);
        println!("{}", report.findings.len());
    }
}
