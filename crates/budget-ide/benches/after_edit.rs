//! What an editor asks for after each edit, on real documents made larger by repetition. Names are `feature/size`: at the
//! same cost a byte the sizes of a feature stand 1 : 17 : 175. The document is read and checked before.
#![allow(missing_docs, reason = "divan's macro writes the main function")]
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::sync::{Arc, LazyLock};

use budget_catalog::Catalog;
use budget_model::Document;
use budget_model::relation::{Collect, Ledger, check};
use budget_syntax::TextRange;
use budget_syntax::format::{align_row, format, format_range};
use divan::{Bencher, black_box};

const SIZES: [&str; 3] = ["60KB", "1MB", "10MB"];

struct Read {
    document: Document,
    broken: Ledger,
}

static READ: LazyLock<[Read; 3]> = LazyLock::new(|| {
    [60 << 10, 1 << 20, 10 << 20].map(|size| {
        let document = Document::new(Arc::from(text(size)), Catalog::builtin().clone());
        let broken = check(&document, Collect::Broken);
        Read { document, broken }
    })
});

/// The documents of the corpus, their front matter but once, over and over.
fn text(size: usize) -> String {
    let all = [
        include_str!("../../../tests/corpus/000.budget"),
        include_str!("../../../tests/corpus/001.budget"),
        include_str!("../../../tests/corpus/003.budget"),
    ];
    let (front, _) = all[0].split_once("\n\n").unwrap();
    let mut out = front.to_owned();
    for body in all.iter().cycle() {
        if out.len() >= size {
            break;
        }
        let (_, body) = body.split_once("\n\n").unwrap();
        out.push_str("\n\n");
        let rest = body.floor_char_boundary(size.saturating_sub(out.len()).min(body.len()));
        out.push_str(body.get(..rest).unwrap());
    }
    out
}

fn read(size: &str) -> &'static Read {
    let at = SIZES.iter().position(|name| *name == size).unwrap();
    &READ[at]
}

fn main() {
    divan::main();
}

#[divan::bench(args = SIZES)]
fn tokens(bencher: Bencher<'_, '_>, size: &str) {
    let read = read(size);
    bencher.bench(|| budget_ide::tokens(black_box(&read.document), None));
}

#[divan::bench(args = SIZES)]
fn folds(bencher: Bencher<'_, '_>, size: &str) {
    let read = read(size);
    bencher.bench(|| budget_ide::folds(black_box(&read.document)));
}

#[divan::bench(args = SIZES)]
fn outline(bencher: Bencher<'_, '_>, size: &str) {
    let read = read(size);
    bencher.bench(|| budget_ide::outline(black_box(&read.document)));
}

#[divan::bench(args = SIZES)]
fn selection(bencher: Bencher<'_, '_>, size: &str) {
    let read = read(size);
    let middle = u32::try_from(read.document.text.len() / 2).unwrap();
    bencher.bench(|| budget_ide::selection(black_box(&read.document), middle));
}

#[divan::bench(args = SIZES)]
fn links(bencher: Bencher<'_, '_>, size: &str) {
    let read = read(size);
    bencher.bench(|| budget_ide::links(black_box(&read.document), |_| true));
}

#[divan::bench(args = SIZES)]
fn hints(bencher: Bencher<'_, '_>, size: &str) {
    let read = read(size);
    let all = TextRange::new(0, u32::try_from(read.document.text.len()).unwrap());
    bencher.bench(|| budget_ide::hints(black_box(&read.document), &read.broken, all, true));
}

#[divan::bench(args = SIZES)]
fn lenses(bencher: Bencher<'_, '_>, size: &str) {
    let read = read(size);
    bencher.bench(|| budget_ide::lenses(black_box(&read.document), &read.broken));
}

#[divan::bench(args = SIZES)]
fn format_all(bencher: Bencher<'_, '_>, size: &str) {
    let document = &read(size).document;
    bencher.bench(|| format(black_box(&document.text), &document.parse.tree));
}

#[divan::bench(args = SIZES)]
fn format_part(bencher: Bencher<'_, '_>, size: &str) {
    let document = &read(size).document;
    let middle = TextRange::empty(u32::try_from(document.text.len() / 2).unwrap());
    bencher.bench(|| format_range(black_box(&document.text), &document.parse.tree, middle));
}

/// The last bar of the last row.
#[divan::bench(args = SIZES)]
fn align(bencher: Bencher<'_, '_>, size: &str) {
    let document = &read(size).document;
    let cursor = u32::try_from(document.text.rfind('|').unwrap() + 1).unwrap();
    bencher.bench(|| align_row(black_box(&document.text), &document.parse.tree, cursor));
}
