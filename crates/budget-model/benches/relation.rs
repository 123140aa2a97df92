//! Relations over real and large documents: bytes of the document a second.

use std::{fmt::Write as _, sync::Arc};

use budget_catalog::Catalog;
use budget_model::{
    Document,
    relation::{Collect, check},
};
use divan::{Bencher, counter::BytesCount};

fn main() {
    divan::main();
}

fn read(text: &str) -> Document {
    Document::new(Arc::from(text), Arc::clone(Catalog::builtin()))
}

fn corpus(name: &str) -> String {
    let path = format!(
        "{}/../../tests/corpus/{name}.budget",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(path).unwrap_or_default()
}

/// 表二, 表三 and 表五 of `classes` classes, each of 9 × 9 items. With `wrong`, one cell in a
/// thousand is.
fn large(classes: u32, wrong: bool) -> String {
    let mut text = String::from(
        "---\n模板: 新疆-2020-部门预算\n金额单位: 万元\n---\n\n# 第二部分 部门预算公开表\n",
    );
    for (title, columns) in [
        ("表三 部门支出总体情况表", "合计 | 基本支出 | 项目支出"),
        ("表五 一般公共预算支出情况表", "小计 | 基本支出 | 项目支出"),
    ] {
        let _ = write!(
            text,
            "\n## {title}\n\n| 科目编码 | 功能分类科目名称 | {columns} |\n| --- | --- | ---: | ---: | ---: |\n"
        );
        let mut row = |code: &str, items: u64, number: u32| {
            let (basic, project) = (items * 1234, items * 4321);
            let slip = u64::from(wrong && number % 1000 == 7);
            let _ = writeln!(
                text,
                "| {code} | 某项支出 | {}.{:02} | {}.{:02} | {}.{:02} |",
                (basic + project) / 100,
                (basic + project) % 100,
                (basic + slip * 100) / 100,
                basic % 100,
                project / 100,
                project % 100,
            );
        };
        let mut number = 0;
        for class in 0..classes {
            let class = 100 + class;
            row(&class.to_string(), 81, 0);
            for paragraph in 1..10 {
                row(&format!("{class}{paragraph:02}"), 9, 0);
                for item in 1..10 {
                    number += 1;
                    row(&format!("{class}{paragraph:02}{item:02}"), 1, number);
                }
            }
        }
        row("", 81 * u64::from(classes), 0);
    }
    text.replace("|  | 某项支出 |", "|  | 合计 |")
}

fn run(bencher: Bencher<'_, '_>, text: &str, collect: Collect) {
    let document = read(text);
    bencher
        .counter(BytesCount::of_str(text))
        .bench(|| check(divan::black_box(&document), collect));
}

#[divan::bench(args = ["000", "001"])]
fn real(bencher: Bencher<'_, '_>, name: &str) {
    run(bencher, &corpus(name), Collect::Broken);
}

#[divan::bench(args = ["000", "001"])]
fn real_all(bencher: Bencher<'_, '_>, name: &str) {
    run(bencher, &corpus(name), Collect::All);
}

#[divan::bench(args = [90, 900])]
fn consistent(bencher: Bencher<'_, '_>, classes: u32) {
    run(bencher, &large(classes, false), Collect::Broken);
}

#[divan::bench(args = [90, 900])]
fn with_errors(bencher: Bencher<'_, '_>, classes: u32) {
    run(bencher, &large(classes, true), Collect::Broken);
}

/// A document without its narrative.
fn tables_of(text: &str) -> String {
    let mut front = 0;
    let lines = text.split_inclusive('\n').filter(|line| {
        front += u32::from(front < 2 && line.trim_end() == "---");
        front < 2 || line.trim().is_empty() || line.starts_with(['#', '|', '-'])
    });
    lines.collect()
}

/// What the tables cost, from where they are read: beside it, [`narrative`]. Instructions, and the rules of both:
/// `scripts/cost.py`.
#[divan::bench(args = ["000", "001", "003", "004"])]
fn tables(bencher: Bencher<'_, '_>, name: &str) {
    run(bencher, &tables_of(&corpus(name)), Collect::Broken);
}

/// What the narrative costs beside the tables.
#[divan::bench(args = ["000", "001", "003", "004"])]
fn narrative(bencher: Bencher<'_, '_>, name: &str) {
    let text = corpus(name);
    let document = read(&text);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| budget_model::prose::check(divan::black_box(&document), &[], false));
}

/// Reading alone: joined text, tokens, grammar, statements.
#[divan::bench(args = ["000", "004"])]
fn narrative_read(bencher: Bencher<'_, '_>, name: &str) {
    let text = corpus(name);
    let document = read(&text);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| budget_model::prose::read(divan::black_box(&document), &[]));
}
