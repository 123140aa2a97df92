//! Any text is checked to the end: places lie in the text, and every finding has its sentence. After an edit it is
//! checked as if it had never been another.
#![no_main]

use std::sync::Arc;

use budget_catalog::Catalog;
use budget_model::Document;
use budget_model::document::Reading;
use budget_model::relation::Collect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text: Arc<str> = Arc::from(String::from_utf8_lossy(bytes));
    let catalog = || Arc::clone(Catalog::builtin());
    let document = Document::new(Arc::clone(&text), catalog());
    let report = budget_rules::check(&document, Collect::All);
    let place = bytes.first().map_or(0, |byte| text.len() * usize::from(*byte) / 256);
    let (head, tail) = text.split_at(text.floor_char_boundary(place));
    let edited: Arc<str> = Arc::from([head, "1", tail].concat());
    let reading = Reading {
        before: Some(&document),
        ..Reading::default()
    };
    let after = Document::read(Arc::clone(&edited), catalog(), reading);
    let after = budget_rules::check(&after, Collect::All);
    let fresh = budget_rules::check(&Document::new(edited, catalog()), Collect::All);
    assert!(after.findings == fresh.findings && after.ledger == fresh.ledger);
    for finding in report.findings {
        let told = budget_rules::message::tell(&finding, &document);
        assert!(!told.text.is_empty(), "{}", finding.rule);
        assert!(text.get(finding.range.start() as usize..finding.range.end() as usize).is_some());
    }
});
