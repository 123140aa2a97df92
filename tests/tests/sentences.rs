//! Right sentences in the phrasings of many provinces, each in a document whose tables hold its numbers:
//! nothing is said of any of them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{fmt::Write as _, fs, path::PathBuf, sync::Arc};

use budget_catalog::Catalog;
use budget_model::{Document, relation::Collect};
use budget_rules::Severity;

fn corpus(path: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus");
    fs::read_to_string(folder.join(path)).unwrap()
}

/// The document with the text of a section replaced.
fn with(document: &str, section: &str, text: &str) -> String {
    let is_section = |line: &&str| {
        let title = line.trim_start_matches('#');
        title != *line && title.trim_start().starts_with(section)
    };
    let heading = document.lines().find(is_section);
    let heading = heading.unwrap_or_else(|| panic!("no section {section}"));
    let (before, after) = document.split_once(heading).unwrap();
    let rest = after.find("\n#").map_or("", |at| after.get(at..).unwrap());
    format!("{before}{heading}\n\n{text}\n{rest}")
}

fn nothing_is_said(name: &str) {
    let document = corpus(&format!("right/{name}.budget"));
    let list = corpus(&format!("sentences/{name}.md"));
    let mut wrong = String::new();
    let mut held = 0;
    let mut cases = 0;
    for case in list.split("\n## ").skip(1) {
        let (section, text) = case.split_once("\n\n").unwrap();
        let text = Arc::from(with(&document, section, text.trim_end()));
        let document = Document::new(text, Arc::clone(Catalog::builtin()));
        let report = budget_rules::check(&document, Collect::Broken);
        cases += 1;
        let relations = &report.ledger.prose.relations;
        held += usize::from(!relations.is_empty());
        for finding in &report.findings {
            let of_text = ["PR", "NAM", "TXT", "GLO"]
                .iter()
                .any(|group| finding.rule.starts_with(group));
            if of_text && finding.severity >= Severity::Warning {
                let message = budget_rules::tell(finding, &document);
                let _ = writeln!(
                    wrong,
                    "{section}: {}\n  {} {}",
                    case, finding.rule, message.text
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    // Silence means something only where something was compared.
    assert!(held * 10 >= cases * 9, "{name}: {held} of {cases}");
}

#[test]
fn of_final_accounts() {
    nothing_is_said("generic-accounts");
}

#[test]
fn of_budgets() {
    nothing_is_said("2024-carry-over");
    nothing_is_said("2020-yuan");
    nothing_is_said("generic-traps");
    nothing_is_said("generic-years");
}

/// Sentences with one number wrong: the rule, the place and the number that belongs there.
#[test]
fn what_is_wrong_is_told() {
    let mut missed = String::new();
    for name in ["generic-accounts", "generic-traps", "generic-years"] {
        let base = corpus(&format!("right/{name}.budget"));
        let list = corpus(&format!("sentences/wrong/{name}.md"));
        for case in list.split("\n## ").skip(1) {
            let (title, text) = case.split_once("\n\n").unwrap();
            let mut title = title.split(" |").map(str::trim);
            let mut next = || title.next().unwrap_or_default();
            let (section, rule, place, expected) = (next(), next(), next(), next());
            let text = Arc::from(with(&base, section, text.trim_end()));
            let document = Document::new(text, Arc::clone(Catalog::builtin()));
            let report = budget_rules::check(&document, Collect::Broken);
            let of_text = |rule: &str| ["PR", "NAM"].iter().any(|group| rule.starts_with(group));
            let told = report.findings.iter();
            let told = told.filter(|it| of_text(it.rule) && it.severity >= Severity::Warning);
            let told: Vec<_> = told
                .map(|it| {
                    let expected = it.expected.clone().unwrap_or_default();
                    (it.rule, document.slice(it.range).to_owned(), expected)
                })
                .collect();
            let wanted = (rule, place.to_owned(), expected.to_owned());
            if told != [wanted] {
                let _ = writeln!(missed, "{case}\n  {told:?}");
            }
        }
    }
    assert!(missed.is_empty(), "\n{missed}");
}

/// Whole narratives as eleven provinces write them.
#[test]
fn of_whole_narratives() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/phrasing");
    let mut wrong = String::new();
    let mut documents = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = Arc::from(fs::read_to_string(&path).unwrap());
        let document = Document::new(text, Arc::clone(Catalog::builtin()));
        let report = budget_rules::check(&document, Collect::Broken);
        documents += 1;
        let relations = report.ledger.prose.relations.len();
        assert!(relations >= 10, "{}: {relations}", path.display());
        for finding in &report.findings {
            if finding.severity >= Severity::Warning {
                let message = budget_rules::tell(finding, &document);
                let _ = writeln!(
                    wrong,
                    "{}: {} {}",
                    path.display(),
                    finding.rule,
                    message.text
                );
            }
        }
    }
    assert!(documents > 10 && wrong.is_empty(), "{documents}\n{wrong}");
}
