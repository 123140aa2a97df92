//! The examples on the rules' pages are the rules' tests: a wrong one must be found on the lines
//! it names, a right one must not be found at all (by the rule whose page it is on).
//!
//! ```text
//! ```budget 错误 第5行、第8行
//! ```budget 正确
//! ```

#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test may panic")]

use std::fmt::Write;
use std::sync::Arc;

use budget_catalog::{Catalog, OwnRelation};
use budget_model::{Document, relation::Collect};
use budget_rules::{Edit, Finding, Fixable, Report, Rule, rules};

/// An example of a page.
struct Example<'p> {
    /// Line of the page.
    line: usize,
    /// Lines of the example where the rule must find something; none for a right example.
    expected: Vec<usize>,
    text: &'p str,
}

fn examples(page: &str) -> Vec<Example<'_>> {
    let mut found = Vec::new();
    let mut offset = 0;
    let mut open: Option<(usize, usize, Vec<usize>)> = None;
    for (index, line) in page.split_inclusive('\n').enumerate() {
        let start = offset;
        offset += line.len();
        match (&open, line.trim_end()) {
            (None, fence) if fence.starts_with("```budget") => {
                let info = fence.trim_start_matches("```budget").trim();
                let lines = info
                    .split(|c: char| !c.is_ascii_digit())
                    .filter_map(|digits| digits.parse().ok())
                    .collect();
                assert!(
                    info.starts_with("错误 ") || info == "正确",
                    "line {}: an example is 错误 第N行 or 正确, not {info:?}",
                    index + 1
                );
                open = Some((index + 1, offset, lines));
            }
            (Some(_), "```") => {
                let (line, from, expected) = open.take().unwrap();
                found.push(Example {
                    line,
                    expected,
                    text: &page[from..start],
                });
            }
            _ => {}
        }
    }
    assert!(open.is_none(), "an example without its end");
    found
}

/// The data that a page's examples are checked with: the built-in, and the relations that the page
/// shows as they stand in a `budget.toml`.
fn catalog(page: &str) -> Arc<Catalog> {
    let Some((_, shown)) = page.split_once("```toml\n[[relations]]\n") else {
        return Arc::clone(Catalog::builtin());
    };
    let (shown, _) = shown.split_once("\n```").unwrap();
    let relations = shown.split("[[relations]]").map(|relation| {
        let value = |key: &str| {
            let line = relation.lines().find_map(|line| line.strip_prefix(key));
            line.unwrap().trim_matches([' ', '=', '"']).to_owned()
        };
        OwnRelation {
            name: value("name"),
            expr: value("expr"),
            message: value("message"),
            template: None,
        }
    });
    let relations: Vec<_> = relations.collect();
    Arc::new(Catalog::builtin().with_relations(&relations).unwrap())
}

fn check(text: &str, catalog: &Arc<Catalog>) -> (Document, Report) {
    let document = Document::new(Arc::from(text), Arc::clone(catalog));
    let report = budget_rules::check(&document, Collect::Broken);
    (document, report)
}

fn line_of(text: &str, offset: u32) -> usize {
    text[..offset as usize].matches('\n').count() + 1
}

fn told(document: &Document, findings: &[&Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let line = line_of(&document.text, finding.range.start());
        let message = budget_rules::tell(finding, document);
        let _ = writeln!(out, "    第{line}行 {} {}", finding.rule, message.text);
    }
    out
}

fn own<'r>(report: &'r Report, rule: &Rule) -> Vec<&'r Finding> {
    report
        .findings
        .iter()
        .map(AsRef::as_ref)
        .filter(|finding| finding.rule == rule.code)
        .collect()
}

#[test]
fn examples_are_found_and_not_found() {
    let mut wrong = String::new();
    for rule in rules() {
        let catalog = catalog(rule.page);
        for example in examples(rule.page) {
            let (document, report) = check(example.text, &catalog);
            let findings = own(&report, rule);
            let mut lines: Vec<usize> = findings
                .iter()
                .map(|finding| line_of(&document.text, finding.range.start()))
                .collect();
            lines.dedup();
            if lines != example.expected {
                let _ = writeln!(
                    wrong,
                    "{}-{}.md line {}: expected {:?}, found {lines:?}\n{}",
                    rule.code,
                    rule.slug,
                    example.line,
                    example.expected,
                    told(&document, &findings)
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// A fix mends its finding and makes none.
#[test]
fn fixes_mend() {
    let mut wrong = String::new();
    for rule in rules() {
        let catalog = catalog(rule.page);
        for example in examples(rule.page)
            .iter()
            .filter(|example| !example.expected.is_empty())
        {
            let (document, report) = check(example.text, &catalog);
            for finding in own(&report, rule) {
                for fix in &finding.fixes {
                    let (after, mended) = check(&apply(example.text, &fix.edits), &catalog);
                    let left = own(&mended, rule).len();
                    let before = own(&report, rule).len();
                    let more = mended.findings.len() >= report.findings.len();
                    if left >= before || fix.safe && more {
                        let _ = writeln!(
                            wrong,
                            "{}-{}.md line {}: “{}” mends nothing or breaks something\n{}{}",
                            rule.code,
                            rule.slug,
                            example.line,
                            fix.title,
                            told(&document, &own(&report, rule)),
                            told(
                                &after,
                                &mended
                                    .findings
                                    .iter()
                                    .map(AsRef::as_ref)
                                    .collect::<Vec<_>>()
                            )
                        );
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Rules of relations whose pages show no certain cell.
const RELATIONS: [&str; 4] = ["ARI001", "ARI005", "CRS002", "CRS003"];

/// A rule says whether it has fixes, and its page shows them.
#[test]
fn rules_say_whether_they_can_be_mended() {
    let mut wrong = String::new();
    for rule in rules() {
        let catalog = catalog(rule.page);
        let mut has = Fixable::No;
        for example in examples(rule.page) {
            let (_, report) = check(example.text, &catalog);
            let fixes = own(&report, rule).into_iter().flat_map(|it| &it.fixes);
            for fix in fixes {
                has = if fix.safe || has == Fixable::Safe {
                    Fixable::Safe
                } else {
                    Fixable::Unsafe
                };
            }
        }
        // Which cell of a relation is wrong is certain where several meet: more than a page can show.
        let shown = has != Fixable::No || !RELATIONS.contains(&rule.code);
        if rule.fix != has && shown {
            let _ = writeln!(wrong, "{}-{}.md shows {has:?}", rule.code, rule.slug);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.range.start() as usize]);
        out.push_str(&edit.text);
        at = edit.range.end() as usize;
    }
    out + &text[at..]
}

/// The sections of a page, in order.
const SECTIONS: [&str; 6] = [
    "## 检查什么",
    "## 为什么",
    "## 错误示例",
    "## 正确示例",
    "## 修复",
    "## 依据",
];

#[test]
fn pages_have_their_parts() {
    for rule in rules() {
        let name = format!("{}-{}.md", rule.code, rule.slug);
        let mut lines = rule.page.lines();
        let title = format!("# {} {} {}", rule.code, rule.slug, rule.name);
        assert_eq!(lines.next(), Some(title.as_str()), "{name}");
        let mut card = format!("{} · {}", rule.group, rule.severity.label());
        if rule.fix != Fixable::No {
            card = format!("{card} · {}", rule.fix.label());
        }
        card = format!("{card} · 始于 {}", rule.since);
        assert_eq!(lines.nth(1), Some(card.as_str()), "{name}");
        let sections: Vec<&str> = {
            let mut fenced = false;
            let all = rule.page.lines().filter(|line| {
                fenced ^= line.starts_with("```");
                !fenced && line.starts_with("## ")
            });
            all.collect()
        };
        assert_eq!(sections, SECTIONS, "{name}");
        // The encoding of a file can't be shown in a page.
        if rule.code == "SYN008" {
            continue;
        }
        let examples = examples(rule.page);
        let wrong = examples
            .iter()
            .filter(|example| !example.expected.is_empty())
            .count();
        assert!(wrong >= 2, "{name} has {wrong} wrong examples");
        assert!(
            examples.len() - wrong >= 3,
            "{name} has too few right examples"
        );
    }
}
