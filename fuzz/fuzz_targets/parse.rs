//! Any bytes give a tree whose tokens are the text, expressions that are read or explained, and
//! places that come back. Read again after a piece is left out, the tree is that of the rest.
#![no_main]

use budget_syntax::position::{Encoding, LineIndex};
use budget_syntax::{expr, parse, parse_again, slots};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let parse = parse(&text);
    let mut at = 0;
    for block in parse.tree.blocks() {
        for (_, token) in block.tokens() {
            assert_eq!(token.start(), at);
            at = token.end();
        }
        assert_eq!(at, block.range.end());
    }
    assert_eq!(at as usize, text.len());
    let (from, to) = (text.len() / 3, text.len() / 2);
    let (from, to) = (text.floor_char_boundary(from), text.floor_char_boundary(to));
    let shorter = [&text[..from], &text[to..]].concat();
    let rest = budget_syntax::parse(&shorter);
    assert!(parse_again(&shorter, &text, &parse) == rest);
    assert!(parse_again(&text, &shorter, &rest) == parse);
    for slot in slots(&text, 0) {
        let _ = expr::parse_slot(slot.inner.of(&text));
    }
    for line in text.lines().take(8) {
        let _ = expr::parse_identity(line);
    }
    let index = LineIndex::new(&text);
    for error in &parse.errors {
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let place = index.position(&text, error.range.start(), encoding);
            assert_eq!(index.offset(&text, place, encoding), error.range.start());
        }
    }
});
