//! Expressions, identities and paths: read or explained; what is read is written and read again the same.
#![no_main]

use budget_syntax::expr;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(read) = expr::parse_slot(text) {
        let written = read.to_string();
        assert_eq!(expr::parse_slot(&written).ok().map(|again| again.to_string()), Some(written));
    }
    if let Ok(read) = expr::parse_identity(text) {
        let written = read.to_string();
        assert_eq!(expr::parse_identity(&written).ok().map(|again| again.to_string()), Some(written));
    }
    if let Ok(read) = expr::parse_path(text) {
        let written = read.to_string();
        assert_eq!(expr::parse_path(&written).ok().map(|again| again.to_string()), Some(written));
    }
});
