//! One code of a right document typed wrong: how often it is told, how often as one finding, how often with the right
//! code.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::string_slice,
    reason = "tests"
)]

use std::{fs, path::PathBuf, sync::Arc};

use budget_catalog::Catalog;
use budget_model::{Document, relation::Collect};
use budget_rules::{Finding, Severity, Waiver};
use budget_syntax::TextRange;

fn read(text: &str) -> Document {
    Document::new(Arc::from(text), Arc::clone(Catalog::builtin()))
}

fn told(document: &Document) -> Vec<Arc<Finding>> {
    let mut findings = budget_rules::check(document, Collect::Broken).findings;
    findings.retain(|finding| finding.severity >= Severity::Warning);
    findings
}

/// The last digit one more, and the third and fourth digits swapped.
fn slips(code: &str) -> Vec<String> {
    let mut slips = Vec::new();
    let digits = code.as_bytes();
    let (last, rest) = digits.split_last().unwrap();
    if last.is_ascii_digit() {
        let mut more = rest.to_vec();
        more.push(if *last == b'9' { b'1' } else { last + 1 });
        slips.push(String::from_utf8(more).unwrap());
    }
    if digits.len() > 4 && digits.is_ascii() && digits[2] != digits[3] {
        let mut swapped = digits.to_vec();
        swapped.swap(2, 3);
        slips.push(String::from_utf8(swapped).unwrap());
    }
    slips
}

#[derive(Default, Debug)]
struct Counts {
    all: usize,
    told: usize,
    one: usize,
    right: usize,
}

#[test]
fn a_wrong_code_is_told_once() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/right");
    let mut counts = Counts::default();
    for name in ["2020-two-decimals", "2020-several-sources", "2020-yuan"] {
        let text = fs::read_to_string(folder.join(format!("{name}.budget"))).unwrap();
        let document = read(&text);
        assert!(told(&document).is_empty());
        let rows = document.tables.iter().flat_map(|table| &table.grids);
        let codes: Vec<TextRange> = rows
            .flat_map(|grid| &grid.rows)
            .filter(|row| row.code.is_some() && !row.code_range.is_empty())
            .map(|row| row.code_range)
            .collect();
        for range in codes {
            let code = document.slice(range);
            for typed in slips(code) {
                let (start, end) = (range.start() as usize, range.end() as usize);
                let changed = [&text[..start], &typed, &text[end..]].concat();
                let changed = read(&changed);
                let found = told(&changed);
                counts.all += 1;
                counts.told += usize::from(!found.is_empty());
                counts.one += usize::from(found.len() == 1);
                let right = found.iter().any(|finding| {
                    let action = budget_rules::message::tell(finding, &changed).action;
                    action.is_some_and(|action| action.contains(code))
                });
                counts.right += usize::from(right);
                if (found.len() != 1 || !right) && std::env::var_os("MUTATIONS").is_some() {
                    eprintln!("{name} {code} -> {typed}");
                    for finding in &found {
                        let told = budget_rules::message::tell(finding, &changed).text;
                        eprintln!("    {} {told}", finding.rule);
                    }
                }
            }
        }
    }
    eprintln!("{counts:?}");
    // Not told: rows without money, which nothing depends on. Not one: where sums can't tell which row is wrong.
    assert!(counts.told * 100 >= counts.all * 94, "{counts:?}");
    assert!(counts.one * 100 >= counts.all * 80, "{counts:?}");
    assert!(counts.right * 100 >= counts.all * 65, "{counts:?}");
}

#[test]
fn what_follows_from_a_wrong_code_is_told_when_that_is_not() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/right");
    let text = fs::read_to_string(folder.join("2020-two-decimals.budget")).unwrap();
    let wrong = text.replacen("| 30101 ", "| 30301 ", 1);
    assert_ne!(text, wrong);
    let rules = |report: &budget_rules::Report| -> Vec<&'static str> {
        let errors = report.findings.iter();
        let errors = errors.filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| finding.rule).collect()
    };
    let mut report = budget_rules::check(&read(&wrong), Collect::Broken);
    assert_eq!(rules(&report), ["COD009"]);
    // As a configuration does that turns the rule off.
    report.waive(|finding| (finding.rule == "COD009").then_some(Waiver::Off));
    assert!(rules(&report).iter().any(|rule| rule.starts_with("ARI")));

    let line = wrong
        .lines()
        .find(|line| line.starts_with("| 30301 "))
        .unwrap();
    let marked = format!("{line} <!-- 忽略 COD009: 原表如此 --> |");
    let report = budget_rules::check(&read(&wrong.replace(line, &marked)), Collect::Broken);
    assert!(rules(&report).iter().any(|rule| rule.starts_with("ARI")));
}
