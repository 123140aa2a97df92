//! Formatting twice is formatting once, and keeps every character that isn't syntax or space.
#![no_main]

use budget_syntax::format::{apply, format};
use budget_syntax::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let once = apply(&text, &format(&text, &parse(&text).tree));
    let again = format(&once, &parse(&once).tree);
    assert!(again.is_empty(), "{:?}", again.first());
    assert_eq!(letters(&text), letters(&once));
});

/// Letters and digits, in order but for comments, which may move within their table.
fn letters(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.sort_unstable();
    letters
}
