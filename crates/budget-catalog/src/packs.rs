//! Template packs of a user's own: TOML files that add templates, or replace built-in ones.

use sha2::{Digest, Sha256};

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

/// Resolves `extends`, checks, and puts the template in its place. Its version then bears the hash of its text:
/// `1.0.0+sha256.5f2c…`.
fn add(catalog: &mut Catalog, mut pack: Pack) -> Result<(), PackError> {
    let mut digest = Sha256::new_with_prefix(&pack.text);
    if let Some(parent) = pack.template.extends.clone() {
        let Some(parent) = catalog.template(&parent).cloned() else {
            return Err(pack.error(
                Place::key("extends"),
                format!("extends 指向的模板“{parent}”不存在，或有错没有载入"),
                "请把 extends 改为已有模板的 id",
            ));
        };
        digest.update(&parent.version);
        pack.template.inherit(&parent);
    }
    // Reports tell by which words a document was checked: a version alone may be said of many.
    let digest: String = digest
        .finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    pack.template.version = format!("{}+sha256.{digest}", pack.template.version);
    pack.template.finish();
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
            message: in_chinese(error.message()),
            help: "请对照 template.schema.json 改正这一处".to_owned(),
        }
    })
}

/// What the TOML reader says, in Chinese: it names the key between backticks.
fn in_chinese(message: &str) -> String {
    let name = message.split('`').nth(1).unwrap_or_default();
    match message {
        _ if message.starts_with("missing field") => format!("缺少“{name}”"),
        _ if message.starts_with("unknown field") => format!("模板里没有“{name}”这一项"),
        _ if message.starts_with("unknown variant") => format!("这里不能写“{name}”"),
        _ if message.starts_with("duplicate") => "同一项写了两次".to_owned(),
        _ if message.starts_with("invalid type") => "这里的值类型不对".to_owned(),
        _ if message.starts_with("invalid value") => "这里的值超出范围".to_owned(),
        _ => "这里不合 TOML 的写法".to_owned(),
    }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const HEAD: &str = "id = \"甲\"\nslug = \"a\"\nversion = \"1.0.0\"\ntitle = \"甲\"\n";

    fn load(packs: &[&str]) -> (Catalog, Vec<PackError>) {
        let packs = packs.iter().enumerate();
        let packs = packs.map(|(at, text)| (format!("{at}.toml"), (*text).to_owned()));
        Catalog::with_packs(Catalog::builtin(), packs)
    }

    /// The one error of packs, and where: path, line, column.
    #[track_caller]
    fn refused(packs: &[&str], at: (&str, u32, u32), words: &str) {
        let (_, errors) = load(packs);
        let [error] = errors.as_slice() else {
            panic!("one error wanted: {errors:?}");
        };
        assert_eq!(
            (error.path.as_str(), error.line, error.column),
            at,
            "{error}"
        );
        assert!(error.message.contains(words), "{error}");
        assert!(!error.help.is_empty());
    }

    fn named(id: &str, slug: &str, rest: &str) -> String {
        format!("id = \"{id}\"\nslug = \"{slug}\"\nversion = \"1\"\ntitle = \"{id}\"\n{rest}")
    }

    #[test]
    fn a_pack_adds_a_template_on_top_of_a_built_in_one() {
        let pack = format!(
            "{HEAD}extends = \"新疆-2020-部门预算\"\n\
             [[tables]]\nid = \"t10\"\nordinal = 10\ntitle = \"新表\"\n\
             [[tables.grids]]\ncolumns = [{{ id = \"a\", name = \"金额\", kind = \"amount\" }}]\n"
        );
        let (catalog, errors) = load(&[&pack]);
        assert_eq!(errors, []);
        let template = catalog.template("甲").expect("loaded");
        assert!(Arc::ptr_eq(
            template,
            catalog.template("a").expect("by slug")
        ));
        // By its ordinal: before the forms, which have none.
        assert_eq!(template.table_named("表十"), Some(9));
        assert_eq!(template.table_named("表一"), Some(0));
        assert!(
            template
                .identities
                .iter()
                .all(|identity| identity.parsed.is_some())
        );
        assert_eq!(catalog.template_ids().last(), Some("甲"));
        assert!(Catalog::builtin().template("甲").is_none());
    }

    #[test]
    fn packs_may_come_in_any_order() {
        let child = named("乙", "b", "extends = \"甲\"");
        let parent = format!("{HEAD}year = 2021");
        let (catalog, errors) = load(&[&child, &parent]);
        assert_eq!(errors, []);
        assert_eq!(
            catalog.template("乙").and_then(|template| template.year),
            Some(2021)
        );
    }

    #[test]
    fn what_a_child_gives_replaces_by_id() {
        let pack = format!(
            "{HEAD}extends = \"新疆-2020-部门预算\"\n\
             [[identities]]\nid = \"A1\"\nexpr = \"表一.收入.收入总计.预算数 <= 表一.支出.支出合计.预算数\"\n\
             kind = \"balance\"\nmessage = \"换掉的\"\n"
        );
        let (catalog, errors) = load(&[&pack]);
        assert_eq!(errors, []);
        let of = |id: &str| {
            let identities = &catalog.template(id).expect("loaded").identities;
            let place = identities.iter().position(|identity| identity.id == "A1");
            (place, identities.len())
        };
        assert_eq!(of("甲"), of("新疆-2020-部门预算"));
        let identities = &catalog.template("甲").expect("loaded").identities;
        assert!(
            identities
                .iter()
                .any(|identity| identity.message == "换掉的")
        );
    }

    #[test]
    fn a_built_in_template_is_replaced_only_on_demand() {
        let id = "新疆-2020-部门预算";
        let same = named(id, "xinjiang-2020-budget", "");
        refused(&[&same], ("0.toml", 1, 6), "已有");
        let rest = "override = true\nextends = \"新疆-2020-部门预算\"\nyear = 2022";
        let (catalog, errors) = load(&[&named(id, "xinjiang-2020-budget", rest)]);
        assert_eq!(errors, []);
        let template = catalog.template(id).expect("replaced");
        assert_eq!(template.year, Some(2022));
        assert_eq!(template.tables.len(), 10);
        let builtin = Catalog::builtin().template_ids().count();
        assert_eq!(catalog.template_ids().count(), builtin);
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let wrong = format!("{HEAD}kind = \"决算\"\n");
        refused(&[&wrong], ("0.toml", 5, 8), "不能写“决算”");
        let wrong = format!("{HEAD}标题 = 1\n");
        refused(&[&wrong], ("0.toml", 5, 1), "TOML");
        let wrong = format!("{HEAD}colour = 1\n");
        refused(&[&wrong], ("0.toml", 5, 1), "没有“colour”");
        refused(&["id = \"甲\"\n"], ("0.toml", 1, 1), "缺少");
        let wrong = named("甲", "A b", "");
        refused(&[&wrong], ("0.toml", 2, 8), "slug");
        refused(
            &[&format!("{HEAD}extends = \"丙\"\n")],
            ("0.toml", 5, 11),
            "“丙”不存在",
        );
        refused(&[HEAD, HEAD], ("1.toml", 1, 6), "已由 0.toml 提供");
    }

    #[test]
    fn extending_each_other_is_told_and_ends() {
        let one = format!("{HEAD}extends = \"乙\"\n");
        let other = named("乙", "b", "extends = \"甲\"\n");
        let (catalog, errors) = load(&[&one, &other]);
        assert_eq!(errors.len(), 2);
        assert!(errors.iter().all(|error| error.message.contains("绕回")));
        assert!(catalog.template("甲").is_none());
        refused(
            &[&format!("{HEAD}extends = \"甲\"\n")],
            ("0.toml", 5, 11),
            "绕回",
        );
    }

    fn with_identity(expr: &str, rest: &str) -> String {
        format!(
            "{HEAD}extends = \"新疆-2020-部门预算\"\n[[identities]]\nid = \"X1\"\n\
             expr = \"{expr}\"\nkind = \"total\"\nmessage = \"甲等于乙\"\n{rest}"
        )
    }

    #[test]
    fn identities_must_lead_somewhere() {
        for (expr, rest, column, words) in [
            ("表一.收入.收入总计.预算数 = ", "", 24, "缺少"),
            ("表十二.合计.合计 = 表三.合计.合计", "", 9, "没有这张表"),
            (
                "表三.合计.合计 = 表三.合计.基本",
                "",
                26,
                "没有这一行或这一列",
            ),
            (
                "表三.合记.合计 = 表三.合计.合计",
                "",
                12,
                "没有这一行或这一列",
            ),
            (
                "表一.收入总计.预算数 = 表三.合计.合计",
                "",
                12,
                "没有这一部分",
            ),
            (
                "表三.@科目.合计 = 表三.合计.合计",
                "",
                12,
                "没有用“每 …”引入",
            ),
            ("每 @月 于 表三: 表三.合计.合计 = 0", "", 11, "没有变量"),
            ("表三.2010.合计 = 0", "", 12, "没有这一行或这一列"),
            ("空(表九) 则 有空表说明(说明.十二)", "", 23, "没有这一节"),
            (
                "表三.合计.合计 <= 表二.合计.总计",
                "defines = true\n",
                9,
                "左边",
            ),
        ] {
            refused(&[&with_identity(expr, rest)], ("0.toml", 8, column), words);
        }
    }

    #[test]
    fn definitions_must_not_go_round() {
        // 表二's total is defined by what it sums; here it is also what one of them is made of.
        let expr = "每 @行 于 表二: 表二.@行.其他收入 = 表二.@行.总计 - 表二.@行.事业收入";
        let pack = with_identity(expr, "defines = true\n");
        let (_, errors) = load(&[&pack]);
        assert!(
            errors.iter().any(|error| error.message.contains("绕回")),
            "{errors:?}"
        );
        let (_, errors) = load(&[&with_identity(expr, "")]);
        assert_eq!(errors, []);
    }

    #[test]
    fn names_must_mean_one_thing() {
        let table = |columns: &str| {
            format!(
                "{HEAD}[[tables]]\nid = \"t1\"\ntitle = \"表\"\n[[tables.grids]]\ncolumns = [{columns}]\n"
            )
        };
        let two = "{ id = \"a\", name = \"合计\" }, { id = \"b\", name = \"合 计\" }";
        refused(&[&table(two)], ("0.toml", 6, 6), "两列都叫“合计”");
        let two = "{ id = \"a\", name = \"合计\" }, { id = \"a\", name = \"小计\" }";
        refused(&[&table(two)], ("0.toml", 6, 6), "用了两次");
        let one = "{ id = \"列\", name = \"合计\" }";
        refused(&[&table(one)], ("0.toml", 6, 6), "不合写法");
    }
}
