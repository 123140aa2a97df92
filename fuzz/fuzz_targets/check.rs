//! Any text is checked to the end: places lie in the text, and every finding has its sentence.
#![no_main]

use std::sync::Arc;

use budget_catalog::Catalog;
use budget_model::Document;
use budget_model::relation::Collect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text: Arc<str> = Arc::from(String::from_utf8_lossy(bytes));
    let document = Document::new(Arc::clone(&text), Arc::clone(Catalog::builtin()));
    for finding in budget_rules::check(&document, Collect::All).findings {
        let told = budget_rules::message::tell(&finding, &document);
        assert!(!told.text.is_empty(), "{}", finding.rule);
        assert!(text.get(finding.range.start() as usize..finding.range.end() as usize).is_some());
    }
});
