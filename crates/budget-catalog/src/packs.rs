//! Template packs of a user's own: TOML files that add templates, or replace built-in ones.

use crate::load::TemplateSource;
use crate::validate::{self, Place};
use crate::{Catalog, Template};

/// A template file that can't be used: where, why, and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path}{}：{message}。{help}。", position(*line, *column))]
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

fn position(line: u32, column: u32) -> String {
    match line {
        0 => String::new(),
        _ => format!("（第 {line} 行第 {column} 列）"),
    }
}

/// A pack on its way into the catalogue.
struct Pack {
    path: String,
    text: String,
    template: Template,
}

impl Pack {
    fn error(&self, place: Place, message: impl Into<String>, help: &str) -> PackError {
        let offset = place.find(&self.text);
        let (line, column) = offset.map_or((0, 0), |at| line_column(&self.text, at));
        PackError {
            path: self.path.clone(),
            line,
            column,
            message: message.into(),
            help: help.to_owned(),
        }
    }
}

impl Catalog {
    /// The built-in data and template packs of a user: each a path, for messages, and its text.
    ///
    /// A pack that can't be used is left out and told; the rest is loaded. A pack whose template
    /// bears the id or slug of another must say `override = true`; it may extend the one that it
    /// replaces.
    pub fn with_packs(
        builtin: &Catalog,
        packs: impl IntoIterator<Item = (String, String)>,
    ) -> (Catalog, Vec<PackError>) {
        let mut catalog = builtin.clone();
        let mut errors = Vec::new();
        let mut waiting = Vec::new();
        for (path, text) in packs {
            match parse(&path, &text) {
                Ok(template) => waiting.push(Pack {
                    path,
                    text,
                    template,
                }),
                Err(error) => errors.push(error),
            }
        }
        let mut taken: Vec<(String, String)> = Vec::new();
        waiting.retain(|pack| match conflict(builtin, &taken, pack) {
            Some(error) => {
                errors.push(error);
                false
            }
            None => {
                taken.push((pack.template.id.clone(), pack.path.clone()));
                true
            }
        });
        // In the order in which they build on each other, whatever order they were given in.
        while let Some(ready) = waiting.iter().position(|pack| is_ready(pack, &waiting)) {
            let pack = waiting.remove(ready);
            if let Err(error) = add(&mut catalog, pack) {
                errors.push(error);
            }
        }
        for pack in waiting {
            errors.push(pack.error(
                Place::key("extends"),
                "extends 绕回了自己",
                "请改 extends，使它指向一个不以本模板为基础的模板",
            ));
        }
        (catalog, errors)
    }
}

/// Whether no other waiting pack gives the template that a pack extends.
fn is_ready(pack: &Pack, waiting: &[Pack]) -> bool {
    let Some(parent) = &pack.template.extends else {
        return true;
    };
    let replaces_parent = pack.template.overrides && pack.template.id == *parent;
    let gives_parent = |other: &Pack| [&other.template.id, &other.template.slug].contains(&parent);
    replaces_parent || !waiting.iter().any(gives_parent)
}

/// What forbids a pack to bear its id.
fn conflict(builtin: &Catalog, taken: &[(String, String)], pack: &Pack) -> Option<PackError> {
    let Template { id, slug, .. } = &pack.template;
    if id.is_empty() || !is_slug(slug) {
        return Some(pack.error(
            Place::key("slug"),
            format!("模板要有 id 和 slug，现在是“{id}”和“{slug}”"),
            "请填写 id；slug 只用小写英文字母、数字和连字符",
        ));
    }
    if let Some((_, other)) = taken.iter().find(|(taken, _)| taken == id) {
        return Some(pack.error(
            Place::key("id"),
            format!("模板“{id}”已由 {other} 提供"),
            "请改 id，或删去其中一个文件",
        ));
    }
    let mut named = builtin.templates.iter();
    let same = named.find(|source| source.answers_to(id) || source.answers_to(slug))?;
    if same.id == *id && pack.template.overrides {
        return None;
    }
    Some(pack.error(
        Place::key("id"),
        format!("已有 id 或 slug 相同的内置模板“{}”", same.id),
        "要替换它，请把 id 写得与它一样并加一行 override = true；否则请改 id 和 slug",
    ))
}

fn is_slug(slug: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !slug.is_empty() && slug.bytes().all(allowed)
}

/// Resolves `extends`, checks, and puts the template in its place.
fn add(catalog: &mut Catalog, mut pack: Pack) -> Result<(), PackError> {
    if let Some(parent) = pack.template.extends.clone() {
        let Some(parent) = catalog.template(&parent).cloned() else {
            return Err(pack.error(
                Place::key("extends"),
                format!("extends 指向的模板“{parent}”不存在，或有错没有载入"),
                "请把 extends 改为已有模板的 id",
            ));
        };
        pack.template.inherit(&parent);
    }
    pack.template.parse_identities();
    if let Some(problem) = validate::problems(&pack.template).into_iter().next() {
        return Err(pack.error(problem.place, problem.message, &problem.help));
    }
    let source = TemplateSource::pack(pack.template);
    match catalog
        .templates
        .iter_mut()
        .find(|other| other.id == source.id)
    {
        Some(replaced) => *replaced = source,
        None => catalog.templates.push(source),
    }
    Ok(())
}

/// One file, `extends` not resolved.
pub(crate) fn parse(path: &str, text: &str) -> Result<Template, PackError> {
    toml::from_str(text).map_err(|error| {
        let (line, column) = line_column(text, error.span().map_or(0, |span| span.start));
        PackError {
            path: path.to_owned(),
            line,
            column,
            message: format!("模板文件这里读不懂（{}）", error.message()),
            help: "请对照 template.schema.json 改正这一处".to_owned(),
        }
    })
}

/// Line and column of a byte, from 1.
fn line_column(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
    (
        count(before.matches('\n').count()),
        count(line.chars().count()),
    )
}
