//! Texts nobody should write, which must cost no more than others.

use std::time::{Duration, Instant};

use budget_syntax::format::{apply, format};
use budget_syntax::tree::BlockKind;
use budget_syntax::{SyntaxError, parse, slots};

/// Unoptimised, a megabyte takes some tens of milliseconds; a quadratic step takes minutes.
const PATIENCE: Duration = Duration::from_secs(20);

fn quick(text: &str) -> Vec<SyntaxError> {
    let start = Instant::now();
    let parse = parse(text);
    let once = apply(text, &format(text, &parse.tree));
    for block in parse.tree.blocks() {
        if let BlockKind::Table(table) = block.kind {
            for row in table.rows() {
                let _ = row.cells().count() + row.comments().count();
            }
        }
    }
    let _ = slots(text, 0).count() + once.len();
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    parse.errors
}

#[test]
fn long_lines() {
    for piece in [
        "a",
        "预",
        "|",
        "#",
        "-",
        "—",
        "*",
        " ",
        "\u{3000}",
        "\\",
        "{",
        "（",
        "：",
        "\0",
        "𠮷",
        "<!--",
        "-->",
        "|a",
        "| <!-- a --> ",
        "| b <!-- a --> c ",
        "<",
        "\u{301}",
    ] {
        let long = piece.repeat(500_000 / piece.len());
        quick(&long);
        quick(&format!("| a |\n| --- |\n|{long}|\n"));
        quick(&format!("- {long}\n\n---\n# {long}\n"));
    }
}

#[test]
fn long_tokens() {
    for piece in ["a", "预", "-", "*", " ", "\u{3000}", "#", "\u{301}"] {
        quick(&piece.repeat(1_000_000));
    }
}

#[test]
fn many_lines() {
    for line in [
        "| 201 | 一般公共服务支出 | 1.00 |\n",
        "<!--\n",
        "<!-- a -->\n",
        "- \n",
        "- 键：值\n",
        "#\n",
        "# a\n",
        "\n",
        "\r",
        "---\n",
        "|\n",
        "段\n",
        "  缩\n",
        "- a\n\n",
        "| <!-- |\n",
        "| <!-- a --> |\n",
        "<!-- a --> b\n",
        "（：\n",
        "键：\n",
    ] {
        quick(&line.repeat(5_000));
        quick(&format!("---\n{}", line.repeat(5_000)));
        quick(&format!("- a\n{}", line.repeat(5_000)));
        quick(&format!("| a |\n| --- |\n{}", line.repeat(5_000)));
    }
}

#[test]
fn many_rows() {
    for row in [
        "| 201 | 一般公共服务支出 | 1.00 |\n",
        "| <!-- a --> |\n",
        "<!--\n",
    ] {
        quick(&format!("| a |\n| --- |\n{}", row.repeat(100_000)));
    }
}

#[test]
fn every_bad_line_is_told() {
    // Two cells too many in each row, told once a row.
    let rows = 1_000;
    let text = format!("| a |\n| --- |\n{}", "| 1 | 2 | 3 |\n".repeat(rows));
    assert_eq!(quick(&text).len(), rows);
}
