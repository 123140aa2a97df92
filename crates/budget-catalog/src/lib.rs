//! Data: account codes by year, disclosure templates, glossary; and packs of a user's own.
//!
//! Nothing here knows a document. What a template, a year, a province or a term says is in the
//! files of `data/`.

pub mod codes;
pub mod glossary;
mod load;
pub mod name;
pub mod template;

use std::sync::{Arc, OnceLock};

pub use codes::{Classification, CodeEntry, CodeTable, Trust};
pub use glossary::GlossaryEntry;
pub use load::PackError;
use load::TemplateSource;
pub use template::Template;

pub(crate) const FUNCTIONAL: &str = include_str!("../data/codes_function.tsv");
pub(crate) const ECONOMIC: &str = include_str!("../data/codes_economic.tsv");
pub(crate) const GLOSSARY: &str = include_str!("../data/glossary.tsv");

/// All data a check needs.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// 支出功能分类.
    pub functional: CodeTable,
    /// 支出经济分类 (部门预算).
    pub economic: CodeTable,
    /// Standard explanations of terms.
    pub glossary: Vec<GlossaryEntry>,
    /// Templates are read when they are first asked for: a check needs one of them.
    templates: Vec<TemplateSource>,
}

impl Catalog {
    /// The data this program was built with.
    pub fn builtin() -> &'static Arc<Catalog> {
        static BUILTIN: OnceLock<Arc<Catalog>> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            Arc::new(Catalog {
                functional: CodeTable::from_tsv(FUNCTIONAL),
                economic: CodeTable::from_tsv(ECONOMIC),
                glossary: glossary::from_tsv(GLOSSARY),
                templates: load::builtin(),
            })
        })
    }

    /// The built-in data and template packs of a user: each a path, for messages, and its text.
    ///
    /// A pack that can't be read is left out and told; the rest is loaded. A pack that gives a
    /// template an id or a slug that is there already must say `override = true`.
    pub fn with_packs(
        builtin: &Catalog,
        packs: impl IntoIterator<Item = (String, String)>,
    ) -> (Catalog, Vec<PackError>) {
        load::with_packs(builtin, packs)
    }

    /// The template with that id (`新疆-2020-部门预算`) or slug (`xinjiang-2020-budget`), `extends`
    /// resolved; none if there is no such template.
    pub fn template(&self, id: &str) -> Option<&Arc<Template>> {
        load::resolve(&self.templates, id)?.as_ref().ok()
    }

    /// Ids of all templates a document can name, the built-in ones first. Nothing is read for it.
    pub fn template_ids(&self) -> impl Iterator<Item = &str> {
        let named = self.templates.iter().filter(|source| !source.is_base);
        named.map(|source| source.id.as_ref())
    }

    /// All templates a document can name; reads them all.
    pub fn templates(&self) -> impl Iterator<Item = &Arc<Template>> {
        self.template_ids().filter_map(|id| self.template(id))
    }

    /// The table of codes of a classification.
    pub fn codes(&self, classification: Classification) -> &CodeTable {
        match classification {
            Classification::Functional => &self.functional,
            Classification::Economic => &self.economic,
        }
    }
}
