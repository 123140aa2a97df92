//! Right documents: nothing is said of them at error or warning.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use std::{fmt::Write as _, fs, path::PathBuf, sync::Arc};

use budget_catalog::Catalog;
use budget_model::{
    Document,
    relation::{Collect, Outcome},
};
use budget_rules::Severity;

fn documents() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/right");
    let mut found: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn nothing_is_said_of_right_documents() {
    let mut wrong = String::new();
    for (name, text) in documents() {
        let document = Document::new(Arc::from(text), Arc::clone(Catalog::builtin()));
        let report = budget_rules::check(&document, Collect::All);
        let counts = report.ledger.counts;
        eprintln!(
            "{name}: {counts:?}, {} numbers not compared",
            report.ledger.uncovered.len()
        );
        for finding in &report.findings {
            if finding.severity >= Severity::Warning {
                let _ = writeln!(
                    wrong,
                    "{name} {} {:?} {:?} {:?} expected {:?}",
                    finding.rule,
                    finding.subject,
                    document.slice(finding.range),
                    finding.formula,
                    finding.expected,
                );
            }
        }
        // Silence means something only where much was compared.
        assert!(counts[Outcome::Held as usize] >= 50, "{name}: {counts:?}");
        assert!(
            counts[Outcome::Unknown as usize] * 10 <= counts[Outcome::Held as usize],
            "{name}: {counts:?}"
        );
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
