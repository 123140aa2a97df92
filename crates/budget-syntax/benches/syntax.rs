//! Lexing, parsing and formatting of generated documents. Names are `step/size`: at the same cost
//! a byte the three sizes of a step stand 1 : 17 : 175.
#![allow(missing_docs, reason = "divan's macro writes the main function")]
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::fmt::Write as _;
use std::sync::LazyLock;

use budget_syntax::format::format;
use budget_syntax::position::{Encoding, LineIndex};
use budget_syntax::{expr, parse};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};

const SIZES: [&str; 3] = ["60KB", "1MB", "10MB"];

static TEXTS: LazyLock<[String; 3]> = LazyLock::new(|| [60 << 10, 1 << 20, 10 << 20].map(document));

fn text(size: &str) -> &'static str {
    let at = SIZES.iter().position(|name| *name == size).unwrap();
    &TEXTS[at]
}

fn main() {
    divan::main();
}

/// A disclosure of about `size` bytes: half tables, half prose, as the real ones are.
fn document(size: usize) -> String {
    let mut out = String::with_capacity(size + 8192);
    out.push_str("---\n模板: 新疆-2020-部门预算\n部门: 某县人民政府办公室\n年度: 2020\n金额单位: 万元\n---\n\n");
    let mut seed = 7u32;
    let mut unit = 0;
    while out.len() < size {
        unit += 1;
        table(&mut out, &mut seed, unit);
        prose(&mut out, &mut seed, unit);
    }
    out
}

fn next(seed: &mut u32) -> u32 {
    *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    *seed >> 8
}

fn table(out: &mut String, seed: &mut u32, unit: u32) {
    write!(out, "## 表三 部门支出总体情况表（{unit}）\n\n- 编制部门：某县人民政府办公室\n- 金额单位：万元\n\n").unwrap();
    out.push_str(
        "| 科目编码 | 功能分类科目名称                       |     合计 | 基本支出 | 项目支出 |\n",
    );
    out.push_str(
        "| -------- | -------------------------------------- | -------: | -------: | -------: |\n",
    );
    let names = [
        "行政运行",
        "一般行政管理事务",
        "机关服务",
        "其他政府办公厅（室）及相关机构事务支出",
    ];
    for row in 0..30 {
        let (a, b) = (next(seed) % 99_999, next(seed) % 9_999);
        let name = names[row % names.len()];
        let (sum, a, b) = (
            f64::from(a + b) / 100.0,
            f64::from(a) / 100.0,
            f64::from(b) / 100.0,
        );
        writeln!(
            out,
            "| 20103{row:02}  | {name} | {sum:8.2} | {a:8.2} | {b:8.2} |"
        )
        .unwrap();
    }
    out.push_str("|          | 合计                                   |        = |        = |        = |\n\n");
}

fn prose(out: &mut String, seed: &mut u32, unit: u32) {
    write!(
        out,
        "## 三、关于某县人民政府办公室 2020 年支出预算情况说明（{unit}）\n\n"
    )
    .unwrap();
    for _ in 0..8 {
        let amount = f64::from(next(seed) % 99_999) / 100.0;
        writeln!(
            out,
            "某县人民政府办公室 2020 年支出预算 {{表三.合计.合计}} 万元，其中：基本支出 {amount:.2} 万元，占 {{占比(表三.合计.基本支出, 表三.合计.合计)}}，比上年增加 12.30 万元，主要原因是：严格落实过紧日子要求，压减一般性支出，人员增减变动及正常晋级晋档，工资福利支出相应变化。\n"
        )
        .unwrap();
    }
}

fn bytes(bencher: Bencher<'_, '_>, text: &'static str, run: impl Fn(&str) + Sync) {
    bencher
        .counter(BytesCount::of_str(text))
        .bench(|| run(black_box(text)));
}

/// Tokens alone: one lexer over the whole text.
#[divan::bench(args = SIZES, sample_count = 20)]
fn lex(bencher: Bencher<'_, '_>, size: &str) {
    use logos::Logos as _;
    bytes(bencher, text(size), |text| {
        black_box(budget_syntax::TokenKind::lexer(text).count());
    });
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn tree(bencher: Bencher<'_, '_>, size: &str) {
    bytes(bencher, text(size), |text| {
        black_box(parse(text));
    });
}

/// Every cell of every row looked at, as the model does.
#[divan::bench(args = SIZES, sample_count = 20)]
fn tree_and_cells(bencher: Bencher<'_, '_>, size: &str) {
    use budget_syntax::tree::BlockKind;
    bytes(bencher, text(size), |text| {
        let parse = parse(text);
        let mut length = 0;
        for block in parse.tree.blocks() {
            if let BlockKind::Table(table) = block.kind {
                for cell in table.rows().flat_map(|row| row.cells()) {
                    length += cell.text.len();
                }
            }
        }
        black_box(length);
    });
}

/// A text already formatted but for the amounts' padding.
#[divan::bench(args = SIZES, sample_count = 20)]
fn fmt(bencher: Bencher<'_, '_>, size: &str) {
    let text = text(size);
    let tree = parse(text).tree;
    bencher
        .counter(BytesCount::of_str(text))
        .bench_local(|| black_box(format(black_box(text), &tree)));
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn lines(bencher: Bencher<'_, '_>, size: &str) {
    bytes(bencher, text(size), |text| {
        let index = LineIndex::new(text);
        black_box(index.position(text, 50_000, Encoding::Utf16));
    });
}

#[divan::bench]
fn slot() {
    let text = "占比(表三.合计.基本支出, 表三.合计.合计)";
    black_box(expr::parse_slot(black_box(text)).ok());
}
