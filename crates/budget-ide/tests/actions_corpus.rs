//! Every action on real documents, and on right ones made wrong: the text reads as well as before, what the
//! action mends is gone, and nothing new is found.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

use std::collections::BTreeMap;
use std::path::Path;

use budget_catalog::Catalog;
use budget_ide::Scope;
use budget_model::relation::Collect;
use budget_model::{Document, Value};
use budget_rules::{Report, Severity};
use budget_syntax::TextRange;
use budget_syntax::format::apply;

/// Amounts looked at in a document: every so many.
const EVERY: usize = 37;

fn read(text: &str) -> (Document, Report) {
    let document = Document::new(text.into(), Catalog::builtin().clone());
    let report = budget_rules::check(&document, Collect::Broken);
    (document, report)
}

fn counts(report: &Report) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in &report.findings {
        *counts.entry(finding.rule).or_default() += 1;
    }
    counts
}

/// What digits a text holds, in any order: nothing is dropped.
fn digits(text: &str) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for c in text.chars().filter(char::is_ascii_digit) {
        *counts.entry(c).or_default() += 1;
    }
    counts
}

/// Tries every action at each place; gives how many were tried, by the beginning of their titles.
fn try_all(name: &str, text: &str, places: &[TextRange], tried: &mut BTreeMap<String, usize>) {
    let (document, report) = read(text);
    let before = counts(&report);
    for place in places {
        let scope = Scope {
            document: &document,
            report: &report,
            range: *place,
            least: Severity::Info,
        };
        for action in budget_ide::actions(&scope, |_| true) {
            let edits = action.edits();
            let told = format!("{name}: {action:?} at {place:?}");
            assert!(!edits.is_empty(), "{told}");
            let apart = edits
                .windows(2)
                .all(|pair| pair[0].range.end() <= pair[1].range.start());
            assert!(apart, "{told}");
            let sourced = document
                .tables
                .iter()
                .filter(|table| table.source.is_some());
            let mut grids = sourced.flat_map(|table| &table.grids);
            let comment = action.title.starts_with("忽略");
            assert!(
                comment
                    || !grids.any(|grid| edits.iter().any(|edit| grid.range.contains(edit.range))),
                "{told}"
            );
            // A reason that someone writes.
            let after = apply(text, &edits).replace(budget_rules::REASON, "原件如此");
            let (written, now) = read(&after);
            assert!(
                written.parse.errors.len() <= document.parse.errors.len(),
                "{told}\n{edits:#?}\n{:#?}",
                written.parse.errors
            );
            let mut left = before.clone();
            if let Some(finding) = action.finding {
                let rule = left.get_mut(finding.rule).unwrap();
                let fewer = counts(&now)
                    .get(finding.rule)
                    .is_none_or(|count| count < rule);
                assert!(fewer, "{told}\n{edits:#?}");
            }
            // What adds rows or numbers, or changes what was meant, may bring to light what was hidden;
            // nothing else may.
            let adds = ["补上", "在“", "填上", "写入", "改为算出"];
            let adds = adds.iter().any(|word| action.title.starts_with(word));
            if !adds && !action.title.ends_with("（改后请核对）") {
                for (rule, count) in counts(&now) {
                    let most = left.get(rule).copied().unwrap_or_default();
                    assert!(count <= most, "{told}: {rule}\n{edits:#?}");
                }
            }
            let shape = action.title.starts_with('把') || action.title.starts_with('拆');
            if shape && !action.title.contains("填入") {
                assert_eq!(digits(text), digits(&after), "{told}");
            }
            let kind: String = action.title.chars().take(3).collect();
            *tried.entry(kind).or_default() += 1;
        }
    }
}

/// Where findings are, and some of the amounts and headers.
fn places(text: &str) -> Vec<TextRange> {
    let (document, report) = read(text);
    let mut places: Vec<TextRange> = report
        .findings
        .iter()
        .map(|finding| finding.range)
        .collect();
    places.truncate(12);
    let grids = document.tables.iter().flat_map(|table| &table.grids);
    for grid in grids {
        places.push(TextRange::empty(grid.range.start() + 2));
        let numbers = grid
            .cells
            .iter()
            .filter(|cell| matches!(cell.value, Value::Number(_) | Value::Hole));
        places.extend(
            numbers
                .step_by(EVERY)
                .map(|cell| TextRange::empty(cell.range.start())),
        );
    }
    places
}

fn documents(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut all: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "budget"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    all.sort();
    all
}

#[test]
fn real_documents() {
    let mut tried = BTreeMap::new();
    for (name, text) in documents("../../tests/corpus") {
        try_all(&name, &text, &places(&text), &mut tried);
    }
    assert!(tried["忽略 "] > 10 && tried["改为“"] > 10, "{tried:?}");
}

#[test]
fn right_documents_and_what_they_become_when_a_number_or_a_row_is_gone() {
    let mut tried = BTreeMap::new();
    for (name, text) in documents("../../tests/corpus/right") {
        try_all(&name, &text, &places(&text), &mut tried);
        let (document, _) = read(&text);
        // Some numbers are still to be filled in, some rows are missing.
        let grids = || document.tables.iter().flat_map(|table| &table.grids);
        let numbers = grids().flat_map(|grid| &grid.cells);
        let numbers = numbers.filter(|cell| matches!(cell.value, Value::Number(_)));
        for cell in numbers.skip(5).step_by(61).take(3) {
            let (head, tail) = (cell.range.start() as usize, cell.range.end() as usize);
            let open = format!(
                "{}待填{}",
                text.get(..head).unwrap(),
                text.get(tail..).unwrap()
            );
            let at = TextRange::empty(cell.range.start());
            try_all(&name, &open, &[at], &mut tried);
        }
        let rows = grids()
            .flat_map(|grid| &grid.rows)
            .filter(|row| row.code.is_some());
        for row in rows.skip(3).step_by(23).take(3) {
            let (head, tail) = (row.range.start() as usize, row.range.end() as usize);
            let without = format!(
                "{}{}",
                text.get(..head).unwrap(),
                text.get(tail..).unwrap().trim_start_matches(['\r', '\n'])
            );
            let places: Vec<TextRange> = read(&without)
                .1
                .findings
                .iter()
                .map(|it| it.range)
                .take(6)
                .collect();
            try_all(&name, &without, &places, &mut tried);
        }
    }
    for kind in ["写入算", "填上这", "忽略 ", "把类、", "改为“", "补上上"] {
        assert!(
            tried.get(kind).is_some_and(|count| *count > 3),
            "{kind}: {tried:?}"
        );
    }
    let rows = tried.iter().filter(|(kind, _)| kind.starts_with("在“"));
    assert!(rows.map(|(_, count)| count).sum::<usize>() > 1, "{tried:?}");
}
