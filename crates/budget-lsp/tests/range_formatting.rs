//! Formatting of what is selected, and of the row that is typed, as a client applies it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use serde_json::{Value, json};
use support::requests::everything;
use support::{Client, URI};

const OPTIONS: &str = r#"{"tabSize": 2, "insertSpaces": true}"#;

fn options() -> Value {
    serde_json::from_str(OPTIONS).unwrap()
}

fn start(encoding: &str) -> Client {
    let mut capabilities = everything(true);
    capabilities["general"] = json!({"positionEncodings": [encoding]});
    Client::start(capabilities)
}

const TEXT: &str = "\
＃ 𠮷县

|项目|金额|
|---|---:|
|𠮷|12|

备注：无。  
";

#[test]
fn only_the_selected_blocks_are_formatted() {
    for encoding in ["utf-8", "utf-16", "utf-32"] {
        let mut client = start(encoding);
        client.open(TEXT);
        let range =
            json!({"start": {"line": 3, "character": 2}, "end": {"line": 4, "character": 1}});
        let params = json!({"textDocument": {"uri": URI}, "range": range, "options": options()});
        let edits = client.call("textDocument/rangeFormatting", params);
        // No line outside the table is touched.
        for edit in edits.as_array().unwrap() {
            let line = edit["range"]["start"]["line"].as_u64().unwrap();
            assert!((2..=4).contains(&line), "{edit}");
        }
        assert_eq!(
            client.edit(2, &edits),
            "＃ 𠮷县\n\n| 项目 | 金额 |\n| ---- | ---: |\n| 𠮷   |   12 |\n\n备注：无。  \n"
        );
    }
}

#[test]
fn all_selected_is_the_whole_format() {
    let mut client = start("utf-16");
    client.open(TEXT);
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let params = json!({"textDocument": {"uri": URI}, "range": range, "options": options()});
    let part = client.call("textDocument/rangeFormatting", params);
    let params = json!({"textDocument": {"uri": URI}, "options": options()});
    assert_eq!(part, client.call("textDocument/formatting", params));
}

/// Types a bar at a place and asks for the row to be aligned.
fn type_bar(client: &mut Client, line: usize, column: usize, width: usize, bar: &str) -> Value {
    client.change(2, [line, column, line, column], bar);
    client.call(
        "textDocument/onTypeFormatting",
        json!({
            "textDocument": {"uri": URI}, "position": {"line": line, "character": column + width},
            "ch": bar, "options": options(),
        }),
    )
}

#[test]
fn a_bar_aligns_its_row_and_leaves_the_cursor() {
    // 𠮷 is four bytes, two UTF-16 units, one scalar value; `｜` three bytes, else one.
    for (encoding, column, width) in [("utf-8", 14, 3), ("utf-16", 12, 1), ("utf-32", 11, 1)] {
        let mut client = start(encoding);
        let table = "| 项目   | 金额 |\n| ------ | ---: |\n";
        client.open(&format!("{table}｜𠮷     |  12\n| 甲 | 3 |\n"));
        // After `｜𠮷     |  12` in UTF-8: 3 + 4 + 5 + 1 + 4 bytes.
        let at = if encoding == "utf-8" { 17 } else { column + 1 };
        let edits = type_bar(&mut client, 2, at, width, "｜");
        let cursor = at + width;
        for edit in edits.as_array().unwrap() {
            let range = &edit["range"];
            assert_eq!(range["start"]["line"], 2, "{edit}");
            let end = range["end"]["character"].as_u64().unwrap();
            assert!(end <= cursor as u64);
            if end == cursor as u64 {
                assert_eq!(edit["newText"], "|", "{edit}");
            }
        }
        assert_eq!(
            client.edit(3, &edits),
            format!("{table}| 𠮷     |   12 |\n| 甲 | 3 |\n")
        );
    }
}

#[test]
fn a_bar_in_prose_does_nothing() {
    let mut client = start("utf-16");
    client.open("说明\n");
    assert_eq!(type_bar(&mut client, 0, 2, 1, "|"), json!([]));
}

#[test]
fn only_who_can_is_offered() {
    let mut client = Client::spawn();
    let capabilities = client.initialize(everything(true))["capabilities"].clone();
    assert_eq!(capabilities["documentRangeFormattingProvider"], true);
    assert_eq!(
        capabilities["documentOnTypeFormattingProvider"],
        json!({"firstTriggerCharacter": "|", "moreTriggerCharacter": ["｜"]})
    );
    let mut client = Client::spawn();
    let capabilities = client.initialize(json!({}))["capabilities"].clone();
    for provider in [
        "documentRangeFormattingProvider",
        "documentOnTypeFormattingProvider",
        "semanticTokensProvider",
        "foldingRangeProvider",
        "selectionRangeProvider",
        "documentSymbolProvider",
        "documentLinkProvider",
        "inlayHintProvider",
        "codeLensProvider",
    ] {
        assert_eq!(capabilities.get(provider), None, "{provider}");
    }
}
