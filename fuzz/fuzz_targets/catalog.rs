//! Any template pack is loaded or told; what is loaded can check a document.
#![no_main]

use std::sync::Arc;

use budget_catalog::Catalog;
use budget_model::Document;
use budget_model::relation::Collect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let pack = ("a.toml".to_owned(), text.to_owned());
    let (catalog, errors) = Catalog::with_packs(Catalog::builtin(), [pack]);
    for error in &errors {
        assert!(!error.message.is_empty());
    }
    if errors.is_empty() {
        let known = |id: &&str| Catalog::builtin().template(id).is_none();
        let own = catalog.template_ids().find(known).unwrap_or("").to_owned();
        let text = format!("---\n模板: {own}\n---\n\n## 表一 收支\n\n| 项目 | 数 |\n| --- | ---: |\n| 合计 | 1 |\n");
        let document = Document::new(Arc::from(text), Arc::new(catalog));
        budget_rules::check(&document, Collect::All);
    }
});
