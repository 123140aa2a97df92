//! What must hold of any document: what stands at a place stands there among all its places, and a
//! renamed thing stands where the old one stood.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

use std::collections::BTreeSet;
use std::sync::Arc;

use budget_catalog::Catalog;
use budget_ide::symbol::{Role, Symbol, Writing};
use budget_ide::{definition, hover, occurrences, rename, symbol_at};
use budget_model::Document;
use budget_model::relation::Collect;
use budget_syntax::format::apply;

const DOCUMENTS: [&str; 4] = [
    include_str!("../../../tests/corpus/000.budget"),
    include_str!("../../../tests/corpus/001.budget"),
    include_str!("../../../tests/corpus/003.budget"),
    include_str!("../../../tests/corpus/004.budget"),
];

fn read(text: &str) -> Document {
    Document::new(Arc::from(text), Catalog::builtin().clone())
}

/// The first place of each symbol but the numbers, looked for at every so many characters.
fn symbols(document: &Document, step: usize) -> Vec<(u32, Symbol)> {
    let mut seen = BTreeSet::new();
    let places = document.text.char_indices().step_by(step);
    let found = places.filter_map(|(at, _)| {
        let at = u32::try_from(at).unwrap();
        Some((at, symbol_at(document, at)?.symbol))
    });
    found
        .filter(|(_, symbol)| !matches!(symbol, Symbol::Cells(_)))
        .filter(|(_, symbol)| seen.insert(format!("{symbol:?}")))
        .collect()
}

#[test]
fn every_place_of_a_symbol_is_a_place_of_it() {
    for text in DOCUMENTS {
        let document = read(text);
        let prose = budget_rules::check(&document, Collect::Broken).ledger.prose;
        for (at, symbol) in symbols(&document, 29) {
            let places = occurrences(&document, &symbol);
            let mut end = 0;
            for it in &places {
                assert!(it.range.start() >= end, "{symbol:?}: one place overlaps");
                end = it.range.end();
                assert!(!document.slice(it.range).is_empty());
                // A heading is told by the names in it, a line of the contents by its heading.
                let here = symbol_at(&document, it.range.start()).map(|it| it.symbol);
                let other = matches!(
                    (&symbol, &here),
                    (
                        Symbol::Heading(_),
                        Some(Symbol::Term(_) | Symbol::Project(_))
                    ) | (Symbol::Project(_), Some(Symbol::Heading(_)))
                );
                assert!(
                    here.as_ref() == Some(&symbol) || other,
                    "{symbol:?} at {:?}: {here:?}",
                    document.slice(it.range)
                );
            }
            let own = |it: &&budget_ide::symbol::Occurrence| it.range.touches(at);
            // An account's name in a table is its code's, and the code is shown.
            assert!(
                places.iter().any(|it| own(&it)) || matches!(symbol, Symbol::Code { .. }),
                "{symbol:?} does not stand where it was found"
            );
            let defines = places.iter().filter(|it| it.role == Role::Definition);
            assert!(defines.count() >= 1, "{symbol:?} is never defined");
            assert!(definition(&document, &prose, at).is_some(), "{symbol:?}");
        }
    }
}

#[test]
fn what_is_renamed_stands_where_it_stood() {
    for text in DOCUMENTS {
        let document = read(text);
        for (at, symbol) in symbols(&document, 31) {
            let before: Vec<_> = occurrences(&document, &symbol)
                .into_iter()
                .filter(|it| it.writing != Writing::Prescribed && it.writing != Writing::Other)
                .collect();
            let new = match &symbol {
                Symbol::Term(_) => "某某新词（甲）".to_owned(),
                Symbol::Project(_) => "某某新项目“甲”（乙|丙）".to_owned(),
                Symbol::Code { code, .. } => {
                    let head = code.get(..code.len() - 2).unwrap();
                    format!("{head}97")
                }
                _ => continue,
            };
            let Ok(edits) = rename(&document, at, &new) else {
                // Asked at an account's name.
                assert!(matches!(symbol, Symbol::Code { .. }), "{symbol:?}");
                continue;
            };
            let after = read(&apply(&document.text, &edits));
            assert_eq!(after.tables.len(), document.tables.len());
            assert_eq!(after.headings.len(), document.headings.len());
            let key = |name: &str| budget_catalog::name::normalize(name).into_owned();
            let renamed = match &symbol {
                Symbol::Term(_) => Symbol::Term(key(&new)),
                Symbol::Project(_) => Symbol::Project(key(&new)),
                Symbol::Code { classification, .. } => Symbol::Code {
                    code: new,
                    classification: *classification,
                },
                _ => continue,
            };
            let now = occurrences(&after, &renamed).into_iter();
            let now = now.filter(|it| it.writing != Writing::Other).count();
            assert_eq!(now, before.len(), "{symbol:?}");
        }
    }
}

#[test]
fn whatever_is_explained_says_something() {
    for text in DOCUMENTS {
        let document = read(text);
        let report = budget_rules::check(&document, Collect::Broken);
        for (at, _) in text.char_indices().step_by(37) {
            let at = u32::try_from(at).unwrap();
            let Some(found) = hover(&document, &report, at) else {
                continue;
            };
            assert!(found.range.touches(at), "{at}");
            assert!(!found.markup.is_empty(), "{at}");
            let told = found.markup.as_markdown();
            assert!(told.len() < 20_000, "{at}: {} bytes", told.len());
        }
    }
}
