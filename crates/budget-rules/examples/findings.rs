//! Prints the findings of a file: `cargo run -p budget-rules --example findings FILE`.

use std::sync::Arc;

use budget_catalog::Catalog;
use budget_model::{Document, relation::Collect};

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let text: Arc<str> = std::fs::read_to_string(&path)?.into();
        let document = Document::new(Arc::clone(&text), Arc::clone(Catalog::builtin()));
        let report = budget_rules::check(&document, Collect::Broken);
        println!("{path}: {:?}", report.ledger.counts);
        for finding in &report.findings {
            let before = text.get(..finding.range.start() as usize).unwrap_or("");
            let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
            let message = budget_rules::tell(finding, &document);
            println!(
                "{line} {} {:?} {}",
                finding.rule, finding.severity, message.text
            );
            for related in &finding.related {
                println!("      {}", related.message);
            }
        }
    }
    Ok(())
}
