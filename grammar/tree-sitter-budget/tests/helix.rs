//! What editors/helix says, as far as it can be looked at without a Helix.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use toml::Table;
use tree_sitter::Query;

#[test]
fn configuration_names_what_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join("editors/helix/languages.toml")).unwrap();
    let all: Table = text.parse().unwrap();

    let language = &all["language"][0];
    assert_eq!(language["name"].as_str(), Some("budget"));
    assert_eq!(language["file-types"][0].as_str(), Some("budget"));
    let server = language["language-servers"][0].as_str().unwrap();
    let command = all["language-server"][server]["command"].as_str().unwrap();
    assert!(root.join("crates").join(command).is_dir(), "{command}");

    let grammar = &all["grammar"][0];
    assert_eq!(grammar["name"], language["name"]);
    let folder = root.join(grammar["source"]["subpath"].as_str().unwrap());
    for file in ["src/parser.c", "src/scanner.c"] {
        assert!(folder.join(file).is_file(), "{file}");
    }
    let mut queries = 0;
    for file in fs::read_dir(folder.join("queries")).unwrap() {
        let path = file.unwrap().path();
        let query = Query::new(
            &tree_sitter_budget::LANGUAGE.into(),
            &fs::read_to_string(&path).unwrap(),
        );
        assert!(query.is_ok(), "{}: {:?}", path.display(), query.err());
        queries += 1;
    }
    assert!(queries >= 3);
}
