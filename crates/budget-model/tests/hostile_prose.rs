//! Prose that no one writes: read and checked in a time that its length allows.

use std::{fmt::Write as _, sync::Arc, time::Instant};

use budget_catalog::Catalog;
use budget_model::{Amount, Document, prose, relation::Outcome};

/// Checks a passage; how many numbers it has.
fn numbers(passage: &str) -> usize {
    let text = format!("---\n年度: 2024\n金额单位: 万元\n---\n\n## 一、支出情况\n\n{passage}\n");
    let document = Document::new(Arc::from(text), Arc::clone(Catalog::builtin()));
    let start = Instant::now();
    let checked = prose::check(&document, &[], false);
    let took = start.elapsed();
    let head: String = passage.chars().take(12).collect();
    // Seconds, unoptimised and alone; a quadratic reading takes many minutes.
    assert!(took.as_secs() < 60, "{head}: {took:?}");
    checked.narrative.facts.len()
}

#[test]
fn a_sentence_of_a_million_bytes_without_a_mark() {
    assert_eq!(numbers(&"某单位支出预算比上年".repeat(35_000)), 0);
    assert_eq!(numbers(&"某单位支出 3 万元".repeat(45_000)), 45_000);
}

#[test]
fn lists_that_are_never_filled() {
    assert_eq!(numbers(&"其中：".repeat(100_000)), 0);
    assert_eq!(numbers(&"其中：\n\n".repeat(30_000)), 0);
}

#[test]
fn brackets_in_brackets() {
    let open = "（甲 1 万元".repeat(20_000);
    let close = "）".repeat(20_000);
    assert_eq!(numbers(&format!("支出 1 万元{open}{close}")), 20_001);
}

#[test]
fn a_million_bytes_of_numbers() {
    // Numbers alone say nothing.
    assert_eq!(numbers(&"1.25，".repeat(140_000)), 0);
    let mut parts = String::from("支出 10 万元，其中：");
    for at in 0..10_000 {
        let _ = write!(parts, "甲费 {at} 万元，占 1%、");
    }
    assert_eq!(numbers(&parts), 20_001);
}

#[test]
fn shares_that_nothing_is_said_before() {
    // The damaged row of a table, glued to a sentence: what its relations are about exists.
    let row = "- | | 15 9 年本年支出 1,230.00 万元，项目支出占比由上年的 20.50% 提高到 22.76%，提高 2.62 个百分点。";
    let damaged = row.replacen("- |", "-|", 1);
    for passage in [
        row,
        &damaged,
        "由 20.50% 提高到 22.76%，提高 2.62 个百分点。",
    ] {
        let text =
            format!("---\n年度: 2024\n金额单位: 万元\n---\n\n## 一、支出情况\n\n{passage}\n");
        let document = Document::new(Arc::from(text), Arc::clone(Catalog::builtin()));
        let checked = prose::check(&document, &[], true);
        let mut about = checked.relations.iter().filter_map(|it| it.statement);
        assert!(
            about.all(|id| checked.narrative.statement(id).is_some()),
            "{passage}"
        );
        let mut broken = checked
            .relations
            .iter()
            .filter(|it| it.outcome == Outcome::Broken);
        assert_eq!(
            broken.next().and_then(|it| it.expected),
            Amount::new(226, 2),
            "{passage}"
        );
    }
}
