//! Checks a document from scratch, a number of times: scripts/cost.py counts what that takes.
//!
//! With a third argument, that file is the document of the year before, read once: what others that are named cost.

use std::sync::Arc;

use budget_catalog::Catalog;
use budget_model::{Document, document::Reading, relation::Collect};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_default();
    let times = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(1);
    let read = |path: String| Arc::from(std::fs::read_to_string(path).unwrap_or_default());
    let document = |text: &Arc<str>, reading| {
        Document::read(Arc::clone(text), Arc::clone(Catalog::builtin()), reading)
    };
    let sibling = arguments.next().map(read);
    let sibling = sibling.map(|text| Arc::new(document(&text, Reading::default())));
    let fetch = |_: &str| sibling.clone();
    let text = read(path);
    for _ in 0..times {
        let reading = Reading {
            fetch: Some(&fetch),
            ..Reading::default()
        };
        let report = budget_rules::check(&document(&text, reading), Collect::Broken);
        println!("{}", report.findings.len());
    }
}
