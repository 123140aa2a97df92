//! Templates by id: the built-in ones, read when they are first asked for, and those of a user's
//! packs, read at once so that every mistake in them is told.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use crate::{Catalog, Template};

/// A template and how to get at it.
#[derive(Clone, Debug)]
pub(crate) struct TemplateSource {
    pub(crate) id: Cow<'static, str>,
    pub(crate) slug: Cow<'static, str>,
    /// Only there to be extended: documents can't name it.
    pub(crate) is_base: bool,
    body: Body,
}

#[derive(Clone, Debug)]
enum Body {
    Builtin {
        /// Made from the TOML file by the build script.
        json: &'static str,
        extends: Option<&'static str>,
        read: OnceLock<Option<Arc<Template>>>,
    },
    Pack(Arc<Template>),
}

impl TemplateSource {
    pub(crate) fn pack(template: Template) -> Self {
        Self {
            id: template.id.clone().into(),
            slug: template.slug.clone().into(),
            is_base: template.base,
            body: Body::Pack(Arc::new(template)),
        }
    }

    pub(crate) fn answers_to(&self, name: &str) -> bool {
        self.id == name || self.slug == name
    }
}

macro_rules! builtin {
    ($($id:literal, $slug:literal, $is_base:literal, $extends:expr;)*) => {
        vec![$(TemplateSource {
            id: Cow::Borrowed($id),
            slug: Cow::Borrowed($slug),
            is_base: $is_base,
            body: Body::Builtin {
                json: include_str!(concat!(env!("OUT_DIR"), "/", $slug, ".json")),
                extends: $extends,
                read: OnceLock::new(),
            },
        }),*]
    };
}

/// The built-in templates, unread. Their heads are repeated here so that nothing need be read to
/// list them; a test compares.
pub(crate) fn builtin() -> Vec<TemplateSource> {
    builtin! {
        "新疆-2020-部门预算", "xinjiang-2020-budget", false, Some("新疆-部门预算");
        "新疆-2024-部门预算", "xinjiang-2024-budget", false, Some("新疆-部门预算");
        "新疆-2019-部门决算", "xinjiang-2019-accounts", false, Some("共用");
        "通用-预算", "generic-budget", false, Some("共用");
        "通用-决算", "generic-accounts", false, Some("共用");
        "新疆-部门预算", "xinjiang-budget", true, Some("共用");
        "共用", "common", true, None;
    }
}

/// The template of an id or slug, `extends` resolved, read at most once.
pub(crate) fn resolve<'a>(sources: &'a [TemplateSource], name: &str) -> Option<&'a Arc<Template>> {
    let source = sources.iter().find(|source| source.answers_to(name))?;
    match &source.body {
        Body::Pack(template) => Some(template),
        Body::Builtin {
            json,
            extends,
            read,
        } => read
            .get_or_init(|| {
                // A test reads every built-in template, so none fails here.
                let mut template: Template = serde_json::from_str(json).ok()?;
                if let Some(parent) = extends {
                    template.inherit(resolve(sources, parent)?);
                }
                template.finish();
                Some(Arc::new(template))
            })
            .as_ref(),
    }
}

impl Catalog {
    /// The template with that id (`新疆-2020-部门预算`) or slug (`xinjiang-2020-budget`), `extends`
    /// resolved; none if there is no such template.
    pub fn template(&self, id: &str) -> Option<&Arc<Template>> {
        if self.own.is_empty() {
            return resolve(&self.templates, id);
        }
        let place = self
            .templates
            .iter()
            .position(|source| source.answers_to(id))?;
        let template = || resolve(&self.templates, id).cloned();
        self.own.extend(place, template)
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_list_says_what_the_files_say() {
        let sources = builtin();
        let files = std::fs::read_dir("data/templates").expect("templates");
        assert_eq!(files.count(), sources.len());
        for source in &sources {
            let Body::Builtin { json, extends, .. } = &source.body else {
                panic!("not built in");
            };
            let own: Template = serde_json::from_str(json).expect("the template's schema");
            assert_eq!(own.id, source.id);
            assert_eq!(own.slug, source.slug);
            assert_eq!(own.base, source.is_base);
            assert_eq!(own.extends.as_deref(), *extends);
            assert!(resolve(&sources, &source.id).is_some(), "{}", source.id);
        }
    }

    #[test]
    fn a_parent_gives_what_the_child_lacks() {
        let catalog = Catalog::builtin();
        let template = catalog.template("xinjiang-2020-budget").expect("built in");
        assert!(template.fields.iter().any(|field| field.name == "编制部门"));
        assert!(template.fields.iter().any(|field| field.name == "预算单位"));
        assert!(!template.row_words.is_empty());
        assert_eq!(template.tables.len(), 10);
        assert!(catalog.template("共用").is_some());
        let ids: Vec<&str> = catalog.template_ids().collect();
        assert_eq!(
            ids,
            [
                "新疆-2020-部门预算",
                "新疆-2024-部门预算",
                "新疆-2019-部门决算",
                "通用-预算",
                "通用-决算",
            ]
        );
    }
}
