//! What holds for the corpus after any edits: tokens, folds, selections and symbols are in order and within the text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::string_slice,
    reason = "tests only"
)]

use std::sync::Arc;

use budget_catalog::Catalog;
use budget_ide::{Symbol, folds, hints, lenses, links, outline, selection, tokens};
use budget_model::Document;
use budget_model::relation::{Collect, check};
use budget_syntax::TextRange;
use proptest::prelude::*;

/// A piece of a document of the corpus, some thousand bytes from a line on.
fn piece() -> impl Strategy<Value = String> {
    let texts: Vec<String> = ["000", "001", "003", "004"]
        .into_iter()
        .map(|name| {
            let path = format!(
                "{}/../../tests/corpus/{name}.budget",
                env!("CARGO_MANIFEST_DIR")
            );
            std::fs::read_to_string(path).expect("a document")
        })
        .collect();
    (0..texts.len(), any::<prop::sample::Index>()).prop_map(move |(at, line)| {
        let text = &texts[at];
        let front = text.find("\n\n").unwrap_or(0);
        let lines: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        let start = lines[line.index(lines.len())];
        let end = text.floor_char_boundary((start + 4000).min(text.len()));
        format!("{}\n\n{}", &text[..front], &text[start..end])
    })
}

fn edit() -> impl Strategy<Value = (prop::sample::Index, usize, &'static str)> {
    let marks = [
        "",
        "|",
        "｜",
        "\n",
        "\r\n",
        "\r",
        "#",
        "---",
        "<!--",
        "-->",
        "{",
        "}",
        "表三.",
        "=",
        "待填",
        "- ",
        "：",
        "𠮷",
        "**",
        "<!-- 忽略 ARI001: 甲 -->",
        "\u{3000}",
        "\\",
        "| 201 | 1 |\n",
        "https://a.cn",
    ];
    (
        any::<prop::sample::Index>(),
        0_usize..6,
        prop::sample::select(marks.to_vec()),
    )
}

fn within(symbols: &[Symbol], range: TextRange) {
    let mut start = range.start();
    for symbol in symbols {
        assert!(range.contains(symbol.range) && symbol.range.contains(symbol.selection));
        assert!(symbol.range.start() >= start && !symbol.name.is_empty());
        start = symbol.range.start();
        within(&symbol.children, symbol.range);
    }
}

fn holds(text: String, at: prop::sample::Index) {
    let document = Document::new(Arc::from(text), Catalog::builtin().clone());
    let text = &document.text;
    let all = TextRange::new(0, u32::try_from(text.len()).unwrap());
    let whole = |range: TextRange| {
        text.get(range.start() as usize..range.end() as usize)
            .expect("whole characters")
    };
    let found = tokens(&document, None);
    let mut end = 0;
    for token in &found {
        assert!(token.range.start() >= end && !token.range.is_empty());
        assert!(!whole(token.range).contains(['\n', '\r']));
        end = token.range.end();
    }
    assert_eq!(tokens(&document, Some(all)), found);
    for fold in folds(&document) {
        assert!(
            whole(fold.range)
                .trim_start_matches(' ')
                .starts_with(['\n', '\r'])
        );
    }
    let offset = u32::try_from(text.floor_char_boundary(at.index(text.len() + 1))).unwrap();
    let ranges = selection(&document, offset);
    assert_eq!(ranges.last(), Some(&all));
    for pair in ranges.windows(2) {
        assert!(pair[1].contains(pair[0]) && pair[0] != pair[1]);
        whole(pair[0]);
    }
    assert!(ranges[0].touches(offset));
    within(&outline(&document), all);
    for link in links(&document, |_| true) {
        assert!(!whole(link.range).is_empty());
    }
    let ledger = check(&document, Collect::All);
    let hints = hints(&document, &ledger, all, true);
    assert!(hints.is_sorted_by_key(|hint| hint.offset));
    let broken = check(&document, Collect::Broken);
    assert_eq!(ledger.by_table, broken.by_table);
    for lens in lenses(&document, &broken) {
        assert!(!whole(lens.range).is_empty() && !lens.title.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn after_any_edits(mut text in piece(), edits in prop::collection::vec(edit(), 0..6), at in any::<prop::sample::Index>()) {
        for (place, remove, insert) in edits {
            let start = text.floor_char_boundary(place.index(text.len() + 1));
            let end = text.floor_char_boundary((start + remove).min(text.len()));
            text.replace_range(start..end.max(start), insert);
        }
        holds(text, at);
    }
}
