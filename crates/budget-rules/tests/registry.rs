//! The list of rules, the files of rules, the pages and their index hold together.

#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use budget_rules::{find, rules};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn names(folder: &Path, extension: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let files = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    files
        .filter_map(|name| Some(name.strip_suffix(extension)?.to_owned()))
        .collect()
}

#[test]
fn every_file_of_a_rule_is_registered() {
    let mut files = names(&root().join("crates/budget-rules/src/rules"), ".rs");
    files.remove("mod");
    let registered: BTreeSet<String> = rules()
        .iter()
        .map(|rule| {
            format!(
                "{}_{}",
                rule.code.to_lowercase(),
                rule.slug.replace('-', "_")
            )
        })
        .collect();
    let unregistered: Vec<&String> = files.difference(&registered).collect();
    assert!(
        unregistered.is_empty(),
        "not in src/rules/mod.rs: {unregistered:?}"
    );
}

#[test]
fn every_page_is_a_rules_and_every_rule_has_one() {
    let mut pages = names(&root().join("docs/rules"), ".md");
    pages.remove("README");
    let wanted: BTreeSet<String> = rules()
        .iter()
        .map(|rule| format!("{}-{}", rule.code, rule.slug))
        .collect();
    assert_eq!(pages, wanted);
}

#[test]
fn rules_are_sorted_and_found_by_each_of_their_names() {
    let codes: Vec<&str> = rules().iter().map(|rule| rule.code).collect();
    assert!(codes.is_sorted(), "{codes:?}");
    let mut seen = BTreeSet::new();
    for rule in rules() {
        for name in [rule.code, rule.slug, rule.name] {
            assert!(seen.insert(name), "{name} is the name of two rules");
            assert_eq!(find(name).map(|found| found.code), Some(rule.code));
        }
    }
    assert!(find("没有这条规则").is_none());
}

/// `UPDATE_EXPECT=1 cargo test -p budget-rules` writes it anew.
#[test]
fn the_index_is_up_to_date() {
    let path = root().join("docs/rules/README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once("<!-- 规则表开始 -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- 规则表结束 -->").unwrap();
    let mut table = String::from(
        "\n| 编号 | 短名 | 名称 | 组 | 级别 | 修复 |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for rule in rules() {
        let (code, slug) = (rule.code, rule.slug);
        table += &format!(
            "| [{code}]({code}-{slug}.md) | {slug} | {} | {} | {} | {} |\n",
            rule.name,
            rule.group,
            rule.severity.label(),
            rule.fix.label()
        );
    }
    let wanted = format!("{before}<!-- 规则表开始 -->\n{table}\n<!-- 规则表结束 -->{after}");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &wanted).unwrap();
        return;
    }
    assert_eq!(
        readme, wanted,
        "run UPDATE_EXPECT=1 cargo test -p budget-rules"
    );
}
