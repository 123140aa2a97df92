//! Any file is read or refused; of text nothing is lost, and what is written is well formed and tidy.
#![no_main]

use budget_catalog::Catalog;
use budget_convert::{ImportOptions, import_source, import_text, read_source};
use budget_syntax::{format, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let catalog = Catalog::builtin();
    let options = ImportOptions::default();
    let text = String::from_utf8_lossy(bytes);
    let import = import_text(&text, &options, catalog);
    assert_eq!(import.report.numbers.lost, 0);
    assert_eq!(import.report.lost_characters, 0);
    let parsed = parse(&import.budget);
    assert!(format::format(&import.budget, &parsed.tree).is_empty());

    let decode = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|error| error.to_string());
    if let Ok(source) = read_source(bytes.to_vec(), "a.docx", decode) {
        let import = import_source(&source, &options, catalog);
        assert_eq!(import.report.numbers.lost, 0);
        assert_eq!(import.report.lost_characters, 0);
    }
});
