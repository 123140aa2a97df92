//! Begins a rule: its file, its page, its place in the list. What it checks is left to write; until its page has
//! examples that it finds and leaves alone, its tests fail.

use std::error::Error;
use std::fs;
use std::process::ExitCode;

use budget_rules::rules;

use crate::codegen::root;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Letters of the group: COD, GLO, NAM, PER, STR, TXT …
    group: String,
    /// Short name, in English: `doubled-punctuation`.
    slug: String,
    /// What is wrong, in Chinese: `标点重复`.
    name: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let group = arguments.group.to_ascii_uppercase();
    let of_group = rules().iter().filter(|rule| rule.code.starts_with(&group));
    let Some(last) = of_group.max_by_key(|rule| rule.code) else {
        return Err(format!("no rule begins with {group}: a new group is more than a file").into());
    };
    let slug = &arguments.slug;
    if !slug
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    {
        return Err(format!("{slug} is not lower case with hyphens").into());
    }
    let taken = |name: &str| budget_rules::find(name).is_some();
    if taken(slug) || taken(&arguments.name) {
        return Err("a rule of that name is there".into());
    }
    // Codes are never used again, so the next is one above the highest there ever was on the list.
    let number: u32 = last
        .code
        .trim_start_matches(|c: char| !c.is_ascii_digit())
        .parse()?;
    let code = format!("{group}{:03}", number + 1);
    let module = format!("{}_{}", code.to_ascii_lowercase(), slug.replace('-', "_"));

    let root = root()?;
    let file = root.join(format!("crates/budget-rules/src/rules/{module}.rs"));
    let page = root.join(format!("docs/rules/{code}-{slug}.md"));
    let list = root.join("crates/budget-rules/src/rules/mod.rs");
    let listed = register(&fs::read_to_string(&list)?, &module)
        .ok_or("the list of rules has changed its form")?;
    fs::write(&file, source(&code, slug, &arguments.name, last.group))?;
    fs::write(&page, page_text(&code, slug, &arguments.name, last.group))?;
    fs::write(&list, listed)?;
    for path in [&file, &page, &list] {
        println!("{}", path.strip_prefix(&root)?.display());
    }
    println!(
        "then: write check(), the page's examples, and run UPDATE_EXPECT=1 cargo test -p budget-rules"
    );
    Ok(ExitCode::SUCCESS)
}

/// The list with a module more, at its place by name in both of its lists.
fn register(list: &str, module: &str) -> Option<String> {
    let (modules, rest) = list.split_once("\n\nuse ")?;
    let (head, modules) = modules.split_once("\n\n")?;
    let mut modules: Vec<&str> = modules.lines().collect();
    let line = format!("mod {module};");
    modules.insert(modules.partition_point(|other| **other < *line), &line);

    let (before, rules) = rest.split_once("RULES: &[Rule] = &[\n")?;
    let (rules, after) = rules.split_once("];")?;
    let mut rules: Vec<&str> = rules.lines().collect();
    let line = format!("    {module}::RULE,");
    // After the last of its group or, for the first file of one, of the groups before it.
    let place = rules
        .iter()
        .rposition(|other| other.contains("::RULE,") && **other < *line)?;
    rules.insert(place + 1, &line);
    Some(format!(
        "{head}\n\n{}\n\nuse {before}RULES: &[Rule] = &[\n{}\n];{after}",
        modules.join("\n"),
        rules.join("\n")
    ))
}

fn source(code: &str, slug: &str, name: &str, group: &str) -> String {
    format!(
        "//! {code}: what is looked for, and what is not.\n\n\
         use crate::Severity;\n\
         use crate::context::Context;\n\
         use crate::engine::Sink;\n\
         use crate::registry::{{Check, Fixable, Rule}};\n\n\
         pub(crate) const RULE: Rule = Rule {{\n    \
         code: \"{code}\",\n    slug: \"{slug}\",\n    name: \"{name}\",\n    group: \"{group}\",\n    \
         severity: Severity::Info,\n    since: \"{}\",\n    fix: Fixable::No,\n    \
         page: include_str!(\"../../../../docs/rules/{code}-{slug}.md\"),\n    \
         // The narrowest event that tells enough: see `Check`.\n    check: Check::Document(check),\n    \
         // Changes that make no difference to it: see `Rule::indifferent_to`.\n    indifferent_to: &[],\n}};\n\n\
         fn check(_context: &Context<'_>, _sink: &mut Sink<'_>) {{}}\n",
        env!("CARGO_PKG_VERSION"),
    )
}

fn page_text(code: &str, slug: &str, name: &str, group: &str) -> String {
    let example = |said: &str| format!("说明。\n\n```budget {said}\n正文。\n```\n\n");
    format!(
        "# {code} {slug} {name}\n\n{group} · 请核实 · 始于 {}\n\n## 检查什么\n\n\n## 为什么\n\n\n## 错误示例\n\n{}\
         ## 正确示例\n\n{}## 修复\n\n\n## 依据\n\n",
        env!("CARGO_PKG_VERSION"),
        example("错误 第1行").repeat(2),
        example("正确").repeat(3),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "//! Rules.\n\nmod cod001_a;\nmod str001_b;\nmod txt001_c;\n\nuse x;\n\n\
        static RULES: &[Rule] = &[\n    relation::SUM,\n    cod001_a::RULE,\n    relation::CROSS,\n    \
        str001_b::RULE,\n    syntax::MATTER,\n    txt001_c::RULE,\n];\n";

    #[test]
    fn a_rule_stands_behind_those_of_its_group() {
        let listed = register(LIST, "cod002_d").expect("listed");
        assert!(
            listed.contains("mod cod001_a;\nmod cod002_d;\nmod str001_b;"),
            "{listed}"
        );
        assert!(
            listed.contains("    cod001_a::RULE,\n    cod002_d::RULE,\n    relation::CROSS,"),
            "{listed}"
        );
        let listed = register(LIST, "txt002_d").expect("listed");
        assert!(
            listed.contains("    txt001_c::RULE,\n    txt002_d::RULE,\n];"),
            "{listed}"
        );
        let without = listed
            .replace("mod txt002_d;\n", "")
            .replace("    txt002_d::RULE,\n", "");
        assert_eq!(without, LIST);
    }
}
