//! What an editor asks at a place, in the longest real document (78 KB): goals are 1 ms.

use std::sync::Arc;

use budget_catalog::Catalog;
use budget_ide::{definition, hover, prepare_rename, references};
use budget_model::Document;
use budget_model::relation::Collect;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

const TEXT: &str = include_str!("../../../tests/corpus/003.budget");

fn document() -> Document {
    Document::new(Arc::from(TEXT), Arc::clone(Catalog::builtin()))
}

/// Words and a step into what follows them: a number, a code, an account, a term, a project, a heading.
const PLACES: [(&str, &str); 6] = [
    ("number", "| 2010301 | 行政运行 | "),
    ("code", "| 2010"),
    ("account", "（款）行政"),
    ("term", "财政"),
    ("project", "项目名称：巴州"),
    ("heading", "# 第二"),
];

fn at(name: &str) -> u32 {
    let words = PLACES.iter().find(|(known, _)| *known == name);
    let words = words.map_or("", |(_, words)| words);
    let start = TEXT.find(words).unwrap_or_default();
    u32::try_from(start + words.len()).unwrap_or_default()
}

fn names() -> impl Iterator<Item = &'static str> {
    PLACES.iter().map(|(name, _)| *name)
}

#[divan::bench(args = names())]
fn hovers(bencher: Bencher<'_, '_>, name: &str) {
    let document = document();
    let report = budget_rules::check(&document, Collect::Broken);
    bencher.bench(|| hover(black_box(&document), &report, at(name)));
}

#[divan::bench(args = names())]
fn definitions(bencher: Bencher<'_, '_>, name: &str) {
    let document = document();
    let prose = budget_rules::check(&document, Collect::Broken).ledger.prose;
    bencher.bench(|| definition(black_box(&document), &prose, at(name)));
}

#[divan::bench(args = names())]
fn highlights(bencher: Bencher<'_, '_>, name: &str) {
    let document = document();
    let prose = budget_rules::check(&document, Collect::Broken).ledger.prose;
    bencher.bench(|| references(black_box(&document), &prose, at(name)));
}

#[divan::bench(args = names())]
fn prepares_rename(bencher: Bencher<'_, '_>, name: &str) {
    let document = document();
    bencher.bench(|| prepare_rename(black_box(&document), at(name)));
}
