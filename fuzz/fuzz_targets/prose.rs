//! Sentences with numbers: read without a panic, every place within the text and on its boundaries, and
//! every number of a relation is one of the narrative's.
#![no_main]

use std::sync::Arc;

use budget_catalog::Catalog;
use budget_model::{Document, prose};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let text = format!("---\n年度: 2024\n金额单位: 万元\n---\n\n## 一、支出预算情况说明\n\n{text}\n");
    let document = Document::new(Arc::from(text), Arc::clone(Catalog::builtin()));
    let checked = prose::check(&document, &[], true);
    let narrative = &checked.narrative;
    for fact in &narrative.facts {
        assert!(document.text.get(fact.range.start() as usize..fact.range.end() as usize).is_some());
        assert!(fact.whole.contains(fact.range));
    }
    for relation in &*checked.relations {
        assert!(narrative.fact(relation.fact).is_some());
        assert!(relation.facts.iter().all(|fact| narrative.fact(*fact).is_some()));
        assert!(relation.statement.is_none_or(|id| narrative.statement(id).is_some()));
    }
});
