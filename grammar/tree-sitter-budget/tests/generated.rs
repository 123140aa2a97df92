//! What is committed is what `grammar.js` makes. `BUDGET_WRITE=1 cargo test -p tree-sitter-budget` makes it anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use tree_sitter_generate::generate_parser_in_directory;

/// Neovim 0.7 reads this one, and so does every editor since.
const ABI: usize = 14;

#[test]
fn parser_is_made_from_the_grammar() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let made = tempfile::tempdir().unwrap();
    let out = made.path().join("src");
    let mut diagnostics = Vec::new();
    generate_parser_in_directory(
        root,
        Some(&out),
        None::<&Path>,
        ABI,
        None,
        Some("node"),
        true,
        Default::default(),
        &mut diagnostics,
    )
    .unwrap();
    assert!(diagnostics.is_empty());
    for file in [
        "grammar.json",
        "node-types.json",
        "parser.c",
        "tree_sitter/alloc.h",
        "tree_sitter/array.h",
        "tree_sitter/parser.h",
    ] {
        let committed = root.join("src").join(file);
        let wanted = fs::read_to_string(out.join(file)).unwrap();
        if std::env::var_os("BUDGET_WRITE").is_some() {
            fs::create_dir_all(committed.parent().unwrap()).unwrap();
            fs::write(committed, wanted).unwrap();
        } else if fs::read_to_string(committed).unwrap_or_default() != wanted {
            panic!(
                "src/{file} is not what grammar.js makes: set BUDGET_WRITE=1 and run the tests again"
            );
        }
    }
}
