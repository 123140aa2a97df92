//! Reads templates: TOML, then `extends`, then what must be true of every template.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::{Catalog, Template};

/// A template file that can't be used: where, and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackError {
    /// The file, as it was given.
    pub path: String,
    /// Line from 1; 0 where the whole file is meant.
    pub line: u32,
    /// Column from 1, in Unicode scalar values.
    pub column: u32,
    /// What is wrong, in Chinese.
    pub message: String,
    /// What to do, in Chinese.
    pub help: String,
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            column,
            message,
            help,
        } = self;
        if *line > 0 {
            write!(f, "{path}:{line}:{column}：{message}。{help}。")
        } else {
            write!(f, "{path}：{message}。{help}。")
        }
    }
}

impl std::error::Error for PackError {}

/// A template's text, and the template once it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct TemplateSource {
    pub(crate) id: Cow<'static, str>,
    pub(crate) slug: Cow<'static, str>,
    pub(crate) path: Cow<'static, str>,
    pub(crate) text: Cow<'static, str>,
    /// Only there to be extended: documents can't name it.
    pub(crate) is_base: bool,
    loaded: OnceLock<Result<Arc<Template>, PackError>>,
}

macro_rules! builtin {
    ($($id:literal, $slug:literal, $is_base:literal;)*) => {
        vec![$(TemplateSource {
            id: Cow::Borrowed($id),
            slug: Cow::Borrowed($slug),
            path: Cow::Borrowed(concat!("data/templates/", $slug, ".toml")),
            text: Cow::Borrowed(include_str!(concat!("../data/templates/", $slug, ".toml"))),
            is_base: $is_base,
            loaded: OnceLock::new(),
        }),*]
    };
}

/// The built-in templates, unread. Their heads are repeated here so that nothing need be read to
/// list them; a test compares.
pub(crate) fn builtin() -> Vec<TemplateSource> {
    builtin! {
        "新疆-2020-部门预算", "xinjiang-2020-budget", false;
        "通用-预算", "generic-budget", false;
        "共用", "common", true;
    }
}

/// The template of an id or slug, read at most once.
pub(crate) fn resolve<'a>(
    sources: &'a [TemplateSource],
    id: &str,
) -> Option<&'a Result<Arc<Template>, PackError>> {
    let source = sources
        .iter()
        .find(|source| source.id == id || source.slug == id)?;
    Some(
        source
            .loaded
            .get_or_init(|| read(sources, source).map(Arc::new)),
    )
}

fn read(sources: &[TemplateSource], source: &TemplateSource) -> Result<Template, PackError> {
    let mut template = parse(&source.path, &source.text)?;
    if let Some(parent) = &template.extends {
        let parent = parent.clone();
        let wrong = |message: String, help: &str| PackError {
            path: source.path.clone().into_owned(),
            line: 0,
            column: 0,
            message,
            help: help.to_owned(),
        };
        // A template in the making can't be asked for: `OnceLock` would wait for itself.
        if is_cycle(sources, source) {
            return Err(wrong(
                format!("模板“{}”的 extends 绕回了自己", source.id),
                "请改 extends，使它指向一个不以本模板为基础的模板",
            ));
        }
        match resolve(sources, &parent) {
            Some(Ok(parent)) => template.inherit(parent),
            Some(Err(error)) => return Err(error.clone()),
            None => {
                return Err(wrong(
                    format!("模板“{}”的 extends 指向不存在的模板“{parent}”", source.id),
                    "请把 extends 改为已有模板的 id，或先加入那个模板",
                ));
            }
        }
    }
    Ok(template)
}

/// Whether `extends` leads from a template back to one already passed.
fn is_cycle(sources: &[TemplateSource], start: &TemplateSource) -> bool {
    let mut passed: Vec<&str> = vec![&start.id];
    let mut at = start;
    while let Some(parent) = parse(&at.path, &at.text).ok().and_then(|t| t.extends) {
        let Some(next) = sources
            .iter()
            .find(|s| s.id == *parent || s.slug == *parent)
        else {
            return false;
        };
        if passed.contains(&next.id.as_ref()) {
            return true;
        }
        passed.push(&next.id);
        at = next;
    }
    false
}

/// One file, `extends` not resolved.
fn parse(path: &str, text: &str) -> Result<Template, PackError> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let before = text.get(..at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        PackError {
            path: path.to_owned(),
            line: count(before.matches('\n').count() + 1),
            column: count(before.get(line_start..).unwrap_or("").chars().count() + 1),
            message: format!("模板文件有一处不能识别：{}", error.message()),
            help: "请对照 template.schema.json 改正这一处".to_owned(),
        }
    })
}

pub(crate) fn with_packs(
    builtin: &Catalog,
    packs: impl IntoIterator<Item = (String, String)>,
) -> (Catalog, Vec<PackError>) {
    let mut catalog = Catalog { ..builtin.clone() };
    let mut errors = Vec::new();
    for (path, text) in packs {
        match parse(&path, &text) {
            Ok(template) => catalog.templates.push(TemplateSource {
                id: template.id.into(),
                slug: template.slug.into(),
                path: path.into(),
                text: text.into(),
                is_base: template.base,
                loaded: OnceLock::new(),
            }),
            Err(error) => errors.push(error),
        }
    }
    (catalog, errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_list_says_what_the_files_say() {
        let sources = builtin();
        for source in &sources {
            let result = resolve(&sources, &source.id).expect("listed");
            let template = result.as_ref().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(template.id, source.id);
            assert_eq!(template.slug, source.slug);
            assert_eq!(template.base, source.is_base);
        }
    }

    #[test]
    fn a_parent_gives_what_the_child_lacks() {
        let template = Catalog::builtin()
            .template("xinjiang-2020-budget")
            .expect("built in");
        assert!(template.fields.iter().any(|field| field.name == "编制部门"));
        assert!(template.fields.iter().any(|field| field.name == "预算单位"));
        assert!(!template.row_words.is_empty());
        assert_eq!(template.tables.len(), 10);
        assert!(Catalog::builtin().template("共用").is_some());
        assert!(
            Catalog::builtin()
                .template_ids()
                .eq(["新疆-2020-部门预算", "通用-预算"])
        );
    }
}
