//! Bytes to findings, stage by stage, on one thread: the real documents and generated ones of
//! 1 MB and 10 MB. Throughput is counted in bytes and in numbers.

#![allow(clippy::expect_used, reason = "a benchmark without its input is none")]

mod generate;

use std::{fs, hint::black_box, path::PathBuf, sync::Arc};

use budget_catalog::Catalog;
use budget_model::{
    Document, Value,
    relation::{self, Collect},
};
use budget_syntax::format;
use budget_workspace::decode;
use divan::{
    Bencher,
    counter::{BytesCount, ItemsCount},
};

/// A document is many small lists, made and dropped at once: a fifth faster than with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

const INPUTS: [&str; 4] = ["000", "001", "1 MB", "10 MB"];

fn text(name: &str) -> String {
    match name {
        "1 MB" => generate::document(1_000_000),
        "10 MB" => generate::document(10_000_000),
        name => {
            let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
            fs::read_to_string(corpus.join(name).with_extension("budget")).expect("the corpus")
        }
    }
}

fn document(text: &str) -> Document {
    Document::new(Arc::from(text), Arc::clone(Catalog::builtin()))
}

/// Cells with a number.
fn numbers(document: &Document) -> usize {
    let grids = document.tables.iter().flat_map(|table| &table.grids);
    grids
        .flat_map(|grid| &grid.cells)
        .filter(|cell| matches!(cell.value, Value::Number(_)))
        .count()
}

#[divan::bench(args = INPUTS)]
fn a_decode(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = text(name).into_bytes();
    bencher
        .counter(BytesCount::new(bytes.len()))
        .with_inputs(|| bytes.clone())
        .bench_values(decode);
}

#[divan::bench(args = INPUTS)]
fn b_parse(bencher: Bencher<'_, '_>, name: &str) {
    let text = text(name);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| budget_syntax::parse(black_box(&text)));
}

/// Parsing included.
#[divan::bench(args = INPUTS)]
fn c_model(bencher: Bencher<'_, '_>, name: &str) {
    let text: Arc<str> = text(name).into();
    bencher
        .counter(BytesCount::of_str(&text))
        .counter(ItemsCount::new(numbers(&document(&text))))
        .bench_local(|| Document::new(Arc::clone(&text), Arc::clone(Catalog::builtin())));
}

/// Relations alone.
#[divan::bench(args = INPUTS)]
fn d_relations(bencher: Bencher<'_, '_>, name: &str) {
    let document = document(&text(name));
    bencher
        .counter(BytesCount::of_str(&document.text))
        .counter(ItemsCount::new(numbers(&document)))
        .bench_local(|| relation::check(black_box(&document), Collect::Broken));
}

/// Relations and rules.
#[divan::bench(args = INPUTS)]
fn e_rules(bencher: Bencher<'_, '_>, name: &str) {
    let document = document(&text(name));
    bencher
        .counter(BytesCount::of_str(&document.text))
        .counter(ItemsCount::new(numbers(&document)))
        .bench_local(|| budget_rules::check(black_box(&document), Collect::Broken));
}

/// Bytes to findings: the whole chain of `budget-lint check`.
#[divan::bench(args = INPUTS)]
fn f_whole(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = text(name).into_bytes();
    let count = numbers(&document(&text(name)));
    bencher
        .counter(BytesCount::new(bytes.len()))
        .counter(ItemsCount::new(count))
        .with_inputs(|| bytes.clone())
        .bench_local_values(|bytes| {
            let text = decode(bytes).expect("readable").text;
            budget_rules::check(&document(&text), Collect::Broken)
        });
}

/// Parsing and formatting.
#[divan::bench(args = INPUTS)]
fn g_format(bencher: Bencher<'_, '_>, name: &str) {
    let text = text(name);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| format::format(&text, &budget_syntax::parse(&text).tree));
}
