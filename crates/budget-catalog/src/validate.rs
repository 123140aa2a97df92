//! What must be true of every template: ids, names that mean one thing, identities that can be
//! read and lead somewhere, definitions that don't go round in a circle.

mod operations;

use budget_syntax::expr::{Condition, Expr, Path, Segment, Spanned};
use rustc_hash::FxHashSet;

use crate::codes::level_of;
use crate::definitions;
use crate::name::normalize;
use crate::template::{GridSpec, IdentitySpec, SectionSpec, TableSpec, Template};

/// Something wrong with a template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Problem {
    pub(crate) place: Place,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// A place in a template's file, found only when there is something to tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// The value of a key at the top.
    Key(&'static str),
    /// The thing of an array (`tables`, `identities` …) with that id.
    Id(&'static str, String),
    /// A byte of an identity's expression.
    Expr(String, u32),
}

impl Place {
    pub(crate) fn key(key: &'static str) -> Self {
        Self::Key(key)
    }

    /// The byte of the file it is at; none if it isn't in this file (inherited).
    pub(crate) fn find(&self, text: &str) -> Option<usize> {
        let document = toml::de::DeTable::parse(text).ok()?.into_inner();
        let with_id = |array: &str, id: &str| {
            let items = document.get(array)?.get_ref().as_array()?;
            items.iter().find(|item| {
                let table = item.get_ref().as_table();
                let found = table.and_then(|table| table.get("id")?.get_ref().as_str());
                found == Some(id)
            })
        };
        match self {
            Self::Key(key) => Some(document.get(*key)?.span().start),
            Self::Id(array, id) => {
                let item = with_id(array, id)?.get_ref().as_table()?;
                Some(item.get("id")?.span().start)
            }
            Self::Expr(id, offset) => {
                let item = with_id("identities", id)?.get_ref().as_table()?;
                let span = item.get("expr")?.span();
                // The span holds the quotes: one, or three and a line break.
                let quoted = text.get(span.clone())?;
                let plain = quoted.trim_start_matches(['"', '\'']);
                let plain = plain.trim_start_matches(['\r', '\n']);
                Some(span.start + (quoted.len() - plain.len()) + usize::try_from(*offset).ok()?)
            }
        }
    }
}

/// Everything wrong with a template, `extends` resolved and identities read.
pub(crate) fn problems(template: &Template) -> Vec<Problem> {
    let mut found = Vec::new();
    names(template, &mut found);
    for table in &template.tables {
        table_names(template, table, &mut found);
    }
    for spec in &template.identities {
        identity(template, spec, &mut found);
    }
    if found.is_empty() {
        found.extend(definitions::cycle(template).map(|id| Problem {
            place: Place::Id("identities", id.clone()),
            message: format!("恒等式“{id}”定义的数绕回了自己"),
            help: "请去掉其中一条的 defines = true".to_owned(),
        }));
    }
    found
}

/// Everything wrong with an identity that is to stand in a template.
pub(crate) fn identity_problems(template: &Template, spec: &IdentitySpec) -> Vec<Problem> {
    let mut found = Vec::new();
    identity(template, spec, &mut found);
    found
}

fn is_id(id: &str) -> bool {
    let first = id
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic());
    first
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Ids of an array: ASCII, each once.
fn ids<'a>(
    array: &'static str,
    of: &str,
    all: impl IntoIterator<Item = &'a String>,
    found: &mut Vec<Problem>,
) {
    let mut seen = FxHashSet::default();
    for id in all {
        let message = if !is_id(id) {
            format!("{of}的 id“{id}”不合写法")
        } else if !seen.insert(id) {
            format!("{of}的 id“{id}”用了两次")
        } else {
            continue;
        };
        found.push(Problem {
            place: Place::Id(array, id.clone()),
            message,
            help: "请用小写英文字母、数字和连字符给它起一个不重复的 id".to_owned(),
        });
    }
}

fn names(template: &Template, found: &mut Vec<Problem>) {
    ids(
        "parts",
        "部分",
        template.parts.iter().map(|part| &part.id),
        found,
    );
    ids(
        "tables",
        "表",
        template.tables.iter().map(|table| &table.id),
        found,
    );
    ids(
        "fields",
        "填报项",
        template.fields.iter().map(|field| &field.id),
        found,
    );
    ids(
        "identities",
        "恒等式",
        template.identities.iter().map(|one| &one.id),
        found,
    );
    let mut sections = Vec::new();
    for part in &template.parts {
        walk(&part.sections, &mut sections);
    }
    ids(
        "parts",
        "小节",
        sections.iter().map(|section| &section.id),
        found,
    );
    for section in &sections {
        for table in &section.tables {
            if !template.tables.iter().any(|spec| spec.id == *table) {
                found.push(Problem {
                    place: Place::key("parts"),
                    message: format!("小节“{}”里的表“{table}”不存在", section.title),
                    help: "请写已有表的 id".to_owned(),
                });
            }
        }
    }
    for table in &template.tables {
        let note = table.empty_note.as_ref();
        if note.is_some_and(|id| !sections.iter().any(|section| section.id == *id)) {
            found.push(Problem {
                place: Place::Id("tables", table.id.clone()),
                message: format!("“{}”的 empty-note 指向不存在的小节", table.title),
                help: "请写已有小节的 id".to_owned(),
            });
        }
    }
}

fn walk<'a>(sections: &'a [SectionSpec], all: &mut Vec<&'a SectionSpec>) {
    for section in sections {
        all.push(section);
        walk(&section.sections, all);
    }
}

fn table_names(template: &Template, table: &TableSpec, found: &mut Vec<Problem>) {
    let mut add = |message: String, help: &str| {
        found.push(Problem {
            place: Place::Id("tables", table.id.clone()),
            message,
            help: help.to_owned(),
        });
    };
    let same = |other: &&TableSpec| other.ordinal.is_some() && other.ordinal == table.ordinal;
    if template.tables.iter().filter(same).count() > 1 {
        add(
            format!("“{}”的序号与另一张表相同", table.title),
            "请改 ordinal",
        );
    }
    if table.grids.is_empty() {
        add(
            format!("“{}”没有列", table.title),
            "请加 [[tables.grids]] 和 columns",
        );
    }
    let several = table.grids.len() > 1;
    for grid in &table.grids {
        if several && (grid.title.is_empty() || !is_id(&grid.id)) {
            add(
                format!("“{}”有几部分，每一部分都要有 id 和 title", table.title),
                "请给每个 [[tables.grids]] 加 id 和 title",
            );
        }
        for message in grid_problems(grid) {
            add(
                format!("“{}”{message}", table.title),
                "请使 id 和名称各不相同",
            );
        }
    }
}

fn grid_problems(grid: &GridSpec) -> Vec<String> {
    let mut found = Vec::new();
    let (mut seen, mut answers) = (FxHashSet::default(), FxHashSet::default());
    for column in &grid.columns {
        if !is_id(&column.id) || !seen.insert(&column.id) {
            found.push(format!(
                "列“{}”的 id“{}”不合写法或用了两次",
                column.name, column.id
            ));
        }
        for name in spellings(&column.name, &column.aliases) {
            if !answers.insert(name.clone()) {
                found.push(format!("有两列都叫“{name}”"));
            }
        }
    }
    let (mut seen, mut answers) = (FxHashSet::default(), FxHashSet::default());
    for (at, row) in grid.rows.iter().enumerate() {
        if !is_id(&row.id) || !seen.insert(&row.id) {
            found.push(format!(
                "行“{}”的 id“{}”不合写法或用了两次",
                row.label, row.id
            ));
        }
        for name in spellings(&row.label, &row.aliases) {
            if !answers.insert((name.clone(), grid.row_above(at))) {
                found.push(format!("同一行下面有两行都叫“{name}”"));
            }
        }
        if let Some(code) = &row.code {
            let level = grid.classification.and_then(|of| level_of(code, of));
            if level.is_none() {
                found.push(format!("行“{}”的科目编码“{code}”位数不对", row.label));
            }
        }
    }
    found
}

fn spellings(name: &str, aliases: &[String]) -> FxHashSet<String> {
    let all = std::iter::once(name).chain(aliases.iter().map(String::as_str));
    all.map(|name| normalize(name).into_owned()).collect()
}

fn identity(template: &Template, spec: &IdentitySpec, found: &mut Vec<Problem>) {
    let mut add = |at: u32, message: String, help: String| {
        found.push(Problem {
            place: Place::Expr(spec.id.clone(), at),
            message: format!("恒等式“{}”：{message}", spec.id),
            help,
        });
    };
    let Some(identity) = &spec.parsed else {
        for error in budget_syntax::expr::parse_identity(&spec.expr)
            .err()
            .into_iter()
            .flatten()
        {
            add(error.range.start(), error.message, error.help);
        }
        return;
    };
    for binder in &identity.binders {
        let variable = &binder.node.variable;
        if !VARIABLES.contains(&variable.as_str()) {
            add(
                binder.range.start(),
                format!("没有变量“@{variable}”"),
                format!(
                    "请改用 {}",
                    VARIABLES.map(|name| format!("@{name}")).join(" ")
                ),
            );
        }
    }
    operations::of_condition(
        &identity.body.node,
        &mut |at, message: String, help: &str| {
            add(at, message, help.to_owned());
        },
    );
    let mut paths = Vec::new();
    for domain in &identity.domains {
        paths.push((&domain.node, domain.range.start(), true));
    }
    condition_paths(&identity.body.node, true, &mut paths);
    for (path, start, is_table) in paths {
        for step in &path.segments {
            let Segment::Variable(variable) = &step.node else {
                continue;
            };
            if !identity
                .binders
                .iter()
                .any(|binder| binder.node.variable == *variable)
            {
                add(
                    step.range.start(),
                    format!("“@{variable}”没有用“每 …”引入"),
                    format!("请在前面加上“每 @{variable} 于 …：”"),
                );
            }
        }
        if is_table {
            if let Err(astray) = template.place(path) {
                let help = "请写模板里有的表、行、列；名称里有括号时写成【名称】";
                add(
                    astray.range.start().max(start),
                    astray.message,
                    help.to_owned(),
                );
            }
        } else if template.narrative_section(&numbers(path)).is_none() {
            let help = "请写成“说明.九”这样的编号";
            add(start, "情况说明里没有这一节".to_owned(), help.to_owned());
        }
    }
    if spec.defines && definitions::defined(identity).is_none() {
        add(
            0,
            "defines = true 的恒等式左边要是一个数，中间是等号".to_owned(),
            "请改写这一条，或去掉 defines = true".to_owned(),
        );
    }
}

const VARIABLES: [&str; 8] = ["科目", "类", "款", "项", "行", "列", "段", "项目"];

/// The numbers of `说明.五.（三）`.
fn numbers(path: &Path) -> Vec<&str> {
    let names = path
        .segments
        .iter()
        .skip(1)
        .filter_map(|step| match &step.node {
            Segment::Name(names) => names.last().map(String::as_str),
            _ => None,
        });
    names.collect()
}

/// Every path of a condition; whether it leads to a table, and not to a section.
fn condition_paths<'a>(
    condition: &'a Condition,
    tables: bool,
    found: &mut Vec<(&'a Path, u32, bool)>,
) {
    match condition {
        Condition::Relation { lhs, rhs, .. } => {
            expr_paths(lhs, tables, found);
            rhs.iter().for_each(|expr| expr_paths(expr, tables, found));
        }
        Condition::Predicate { name, args } => {
            let tables = name.node != "有空表说明";
            args.iter().for_each(|expr| expr_paths(expr, tables, found));
        }
        Condition::Implies(a, b) | Condition::Iff(a, b) => {
            condition_paths(&a.node, tables, found);
            condition_paths(&b.node, tables, found);
        }
    }
}

pub(crate) fn expr_paths<'a>(
    expr: &'a Spanned<Expr>,
    tables: bool,
    found: &mut Vec<(&'a Path, u32, bool)>,
) {
    match &expr.node {
        Expr::Number(_) => {}
        Expr::Path(path) => found.push((path, expr.range.start(), tables)),
        Expr::Call { args, .. } => {
            args.iter()
                .for_each(|argument| expr_paths(&argument.value, tables, found));
        }
        Expr::Negate(inner) => expr_paths(inner, tables, found),
        Expr::Binary { lhs, rhs, .. } => {
            expr_paths(lhs, tables, found);
            expr_paths(rhs, tables, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    #[test]
    fn the_built_in_templates_are_sound() {
        let catalog = Catalog::builtin();
        for id in [
            "新疆-2020-部门预算",
            "新疆-2024-部门预算",
            "新疆-部门预算",
            "新疆-2019-部门决算",
            "通用-预算",
            "通用-决算",
            "共用",
        ] {
            let template = catalog.template(id).expect("built in");
            assert_eq!(problems(template), [], "{id}");
            let unread = template
                .identities
                .iter()
                .filter(|one| one.parsed.is_none());
            assert_eq!(unread.count(), 0);
        }
    }
}
