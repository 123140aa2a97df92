//! Reading again after a change gives what reading from scratch gives.
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test may panic")]

use std::fs;

use budget_syntax::{parse, parse_again};
use proptest::prelude::*;

/// Marks that begin, end or join blocks, and text.
fn piece() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "|",
        "｜",
        "# ",
        "#",
        "- ",
        "---",
        "<!--",
        "-->",
        "<!-- 注 -->",
        "<!-- 注 -->\n",
        "\n",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        " ",
        "  ",
        "\t",
        "  续行",
        "\n  续行\n",
        "甲",
        "一二",
        "其中：",
        "键：值",
        "\n---\n",
        "| 甲 | 乙 |\n",
        "| --- | ---: |\n",
        "| 一 | 2 |\n",
        "- 项\n",
        "- 项\n\n",
        "段落。\n",
        "\n# 题\n\n",
        "{表一.合计}",
        "\u{FEFF}",
        "𠮷",
    ])
}

fn pieces(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..most).prop_map(|pieces| pieces.concat())
}

fn changed(text: &str, from: usize, length: usize, new: &str) -> String {
    let from = text.floor_char_boundary(from % (text.len() + 1));
    let to = text
        .floor_char_boundary((from + length).min(text.len()))
        .max(from);
    [&text[..from], new, &text[to..]].concat()
}

fn agrees(before: &str, text: &str) {
    let known = parse(before);
    let again = parse_again(text, before, &known);
    assert!(again == parse(text), "{before:?} became {text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn any_change_of_any_text(
        head in any::<bool>(),
        text in pieces(30),
        from in 0usize..200,
        length in 0usize..12,
        new in pieces(4),
    ) {
        let text = if head { format!("---\n部门: 某县办\n---\n\n{text}") } else { text };
        let new = changed(&text, from, length, &new);
        agrees(&text, &new);
        // And from what was read again.
        let known = parse_again(&new, &text, &parse(&text));
        let third = changed(&new, from / 2, length, "\n");
        assert!(parse_again(&third, &new, &known) == parse(&third), "{new:?} became {third:?}");
    }
}

#[test]
fn changes_of_real_documents() {
    let root = env!("CARGO_MANIFEST_DIR");
    for name in ["000", "001", "003", "004"] {
        let mut text =
            fs::read_to_string(format!("{root}/../../tests/corpus/{name}.budget")).unwrap();
        let news = [
            "1",
            "",
            "|",
            "\n",
            "\n\n",
            "# ",
            "<!--",
            "-->",
            "- ",
            "甲",
            "\n| 1 | 2 |\n",
        ];
        let mut known = parse(&text);
        let mut seed = 12_345_usize;
        for new in news.iter().cycle().take(66) {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let next = changed(&text, seed >> 20, (seed >> 9) % 5, new);
            let again = parse_again(&next, &text, &known);
            assert!(again == parse(&next), "{name}, {new:?} at {}", seed >> 20);
            (text, known) = (next, again);
        }
    }
}

#[test]
fn the_whole_may_change() {
    let text = "---\n部门: 某县办\n---\n\n# 题\n\n| 甲 |\n| --- |\n| 1 |\n";
    for other in ["", "\n", "---\n", "# 题", text] {
        agrees(text, other);
        agrees(other, text);
    }
    // What makes the first block another, and what no longer is the first.
    agrees("部门: 某县办\n---\n", "---\n部门: 某县办\n---\n");
    agrees(
        "---\n部门: 某县办\n---\n\n# 题\n",
        "x---\n部门: 某县办\n---\n\n# 题\n",
    );
    agrees(
        "---\n部门: 某县办\n---\n\n# 题\n",
        "\n---\n部门: 某县办\n---\n\n# 题\n",
    );
}
