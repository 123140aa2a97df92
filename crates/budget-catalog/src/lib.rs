//! Data: account codes by year, disclosure templates, glossary; and packs of a user's own.
//!
//! Nothing here knows a document. What a template, a year, a province or a term says is in the
//! files of `data/`.

pub mod codes;
mod definitions;
pub mod digest;
pub mod front;
pub mod glossary;
mod index;
mod load;
pub mod mention;
pub mod name;
mod own;
mod packs;
pub mod place;
mod rows;
mod spelling;
pub mod template;
mod validate;

use std::sync::{Arc, OnceLock};

pub use codes::{Classification, CodeEntry, CodeTable, Trust};
pub use front::FrontKey;
pub use glossary::{Glossary, GlossaryEntry};
use load::TemplateSource;
pub use own::{OwnFault, OwnRelation};
pub use packs::PackError;
pub use spelling::Spelling;
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
    pub glossary: Glossary,
    /// Templates are read when they are first asked for: a check needs one of them.
    templates: Vec<TemplateSource>,
    /// Relations of a body's own.
    own: own::Own,
}

impl Catalog {
    /// The data this program was built with.
    pub fn builtin() -> &'static Arc<Catalog> {
        static BUILTIN: OnceLock<Arc<Catalog>> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            Arc::new(Catalog {
                functional: CodeTable::from_tsv(FUNCTIONAL),
                economic: CodeTable::from_tsv(ECONOMIC),
                glossary: Glossary::from_tsv(GLOSSARY),
                templates: load::builtin(),
                own: own::Own::default(),
            })
        })
    }

    /// The table of codes of a classification.
    pub fn codes(&self, classification: Classification) -> &CodeTable {
        match classification {
            Classification::Functional => &self.functional,
            Classification::Economic => &self.economic,
        }
    }
}
