//! Data: account codes by year, disclosure templates, glossary; and packs of a user's own.
//!
//! Nothing here knows a document. What a template, a year, a province or a term says is in the
//! files of `data/`.

pub mod codes;
pub mod glossary;
pub mod name;
pub mod template;

use std::sync::{Arc, OnceLock};

pub use codes::{Classification, CodeEntry, CodeTable, Trust};
pub use glossary::GlossaryEntry;
pub use template::Template;

/// All data a check needs.
#[derive(Debug, Default)]
pub struct Catalog {
    /// 支出功能分类.
    pub functional: CodeTable,
    /// 支出经济分类 (部门预算).
    pub economic: CodeTable,
    /// By id, `extends` resolved; the generic ones among them.
    pub templates: Vec<Arc<Template>>,
    /// Standard explanations of terms.
    pub glossary: Vec<GlossaryEntry>,
}

impl Catalog {
    /// The data this program was built with.
    pub fn builtin() -> &'static Arc<Catalog> {
        static BUILTIN: OnceLock<Arc<Catalog>> = OnceLock::new();
        BUILTIN.get_or_init(|| Arc::new(Catalog::default()))
    }

    /// The template with that id (`新疆-2020-部门预算`), an ASCII alias of it, or none.
    pub fn template(&self, id: &str) -> Option<&Arc<Template>> {
        self.templates.iter().find(|template| template.id == id)
    }

    /// The table of codes of a classification.
    pub fn codes(&self, classification: Classification) -> &CodeTable {
        match classification {
            Classification::Functional => &self.functional,
            Classification::Economic => &self.economic,
        }
    }
}
