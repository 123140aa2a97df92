//! The four documents with all that is wrong in them mended: `corpus/mended/README.md` lists each mend, and
//! the files differ from the corpus in nothing else. `MENDED=write` writes the files anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{fs, path::PathBuf, sync::Arc};

use budget_catalog::Catalog;
use budget_model::{Document, relation::Collect};
use budget_rules::Severity;

const NAMES: [&str; 4] = ["000", "001", "003", "004"];

fn corpus(path: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus");
    folder.join(path)
}

/// What is mended: as it stands, as it should be, and in how many places.
struct Mend {
    wrong: String,
    right: String,
    places: usize,
}

/// The rows of a document's table in the list; `\|` is a bar.
fn mends(name: &str) -> Vec<Mend> {
    let list = fs::read_to_string(corpus("mended/README.md")).unwrap();
    let (_, section) = list.split_once(&format!("\n## {name}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        let row = row.replace(r"\|", "\u{0}");
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [wrong, right, places, verdict, why] = cells[..] else {
            panic!("{row}")
        };
        assert!(["定", "择"].contains(&verdict), "{row}");
        assert!(!why.is_empty(), "{row}");
        let text = |cell: &str| {
            let inner = cell.strip_prefix('`').and_then(|it| it.strip_suffix('`'));
            inner
                .unwrap_or_else(|| panic!("{row}"))
                .replace('\u{0}', "|")
        };
        Mend {
            wrong: text(wrong),
            right: text(right),
            places: places.parse().unwrap(),
        }
    })
    .collect()
}

/// The document of the corpus with its mends.
fn mended(name: &str) -> String {
    let mut text = fs::read_to_string(corpus(&format!("{name}.budget"))).unwrap();
    for mend in mends(name) {
        let places = text.matches(&mend.wrong).count();
        assert_eq!(places, mend.places, "{name}: {}", mend.wrong);
        text = text.replace(&mend.wrong, &mend.right);
    }
    text
}

#[test]
fn mended_documents_are_the_corpus_with_the_mends_listed() {
    for name in NAMES {
        let path = corpus(&format!("mended/{name}.budget"));
        let mended = mended(name);
        if std::env::var_os("MENDED").is_some() {
            fs::write(&path, &mended).unwrap();
        }
        let stored = fs::read_to_string(&path).unwrap();
        assert!(stored == mended, "{name}: MENDED=write writes it anew");
    }
}

#[test]
fn nothing_is_said_of_mended_documents() {
    for name in NAMES {
        let text = fs::read_to_string(corpus(&format!("mended/{name}.budget"))).unwrap();
        let document = Document::new(Arc::from(text), Arc::clone(Catalog::builtin()));
        let mut told = budget_rules::check(&document, Collect::Broken).findings;
        told.retain(|finding| finding.severity >= Severity::Warning);
        assert!(told.is_empty(), "{name}: {told:#?}");
    }
}
