//! The checker says of the corpus what the hand-made lists say, no more and no less.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::PathBuf, sync::Arc};

use budget_catalog::Catalog;
use budget_model::{Document, relation::Collect};
use budget_rules::{Finding, Severity};

fn corpus(path: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus");
    fs::read_to_string(folder.join(path)).unwrap()
}

/// Rule, severity, place and marked text.
type Line = [String; 4];

/// The rows of a list's table; `\|` is a bar.
fn listed(name: &str) -> Vec<Line> {
    let list = corpus(&format!("findings/{name}.md"));
    let rows = list.lines().filter(|line| line.starts_with('|')).skip(2);
    let mut lines: Vec<Line> = rows
        .map(|row| {
            let row = row.replace(r"\|", "\u{0}");
            let cells: Vec<String> = row
                .trim_matches('|')
                .split('|')
                .map(|cell| cell.trim().replace('\u{0}', "|"))
                .collect();
            assert_eq!(cells.len(), 6, "{row}");
            assert!(
                ["真", "核"].contains(&cells[4].as_str()),
                "verdict of {row}"
            );
            assert!(!cells[5].is_empty(), "proof of {row}");
            [
                cells[0].clone(),
                cells[1].clone(),
                cells[2].clone(),
                cells[3].clone(),
            ]
        })
        .collect();
    lines.sort();
    lines
}

fn place(finding: &Finding) -> String {
    let subject = &finding.subject;
    let parts = [
        &subject.table,
        &subject.row,
        &subject.column,
        &subject.section,
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    if parts.is_empty() {
        "-".to_owned()
    } else {
        parts.join("/")
    }
}

/// Cells of one row are told apart by one bar, however they are padded.
fn marked(document: &Document, finding: &Finding) -> String {
    let text = document.slice(finding.range);
    let words: Vec<&str> = text.split_whitespace().collect();
    if text.contains('|') {
        words.join(" ")
    } else {
        text.to_owned()
    }
}

fn found(name: &str) -> Vec<Line> {
    let text: Arc<str> = Arc::from(corpus(&format!("{name}.budget")));
    let document = Document::new(text, Arc::clone(Catalog::builtin()));
    let report = budget_rules::check(&document, Collect::Broken);
    let mut lines: Vec<Line> = report
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Hint)
        .map(|finding| {
            let severity = format!("{:?}", finding.severity).to_lowercase();
            [
                finding.rule.to_owned(),
                severity,
                place(finding),
                marked(&document, finding),
            ]
        })
        .collect();
    lines.sort();
    lines
}

fn compare(name: &str) {
    let (listed, found) = (listed(name), found(name));
    let unlisted: Vec<_> = found.iter().filter(|line| !listed.contains(line)).collect();
    let lost: Vec<_> = listed.iter().filter(|line| !found.contains(line)).collect();
    assert!(
        unlisted.is_empty() && lost.is_empty(),
        "{name}: found but not listed: {unlisted:#?}\nlisted but not found: {lost:#?}"
    );
    assert_eq!(listed.len(), found.len());
}

#[test]
fn document_000() {
    compare("000");
}

#[test]
fn document_001() {
    compare("001");
}

#[test]
fn document_003() {
    compare("003");
}

#[test]
fn document_004() {
    compare("004");
}

/// What the ledgers count; the numbers are read off the tables by hand in `findings/`.
#[test]
fn every_wrong_cell_is_told_once() {
    let wrong: Vec<Line> = found("001")
        .into_iter()
        .filter(|line| line[1] == "error" && !line[0].starts_with("PR"))
        .collect();
    let places: Vec<&str> = wrong.iter().map(|line| line[2].as_str()).collect();
    assert_eq!(
        places,
        [
            "t3/20103/basic",
            "t5/20103/basic",
            "t3/201/basic",
            "t5/201/basic"
        ]
    );
}
