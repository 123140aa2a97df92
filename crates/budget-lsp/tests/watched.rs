//! Files that change on disk.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{Client, pushed};

fn uri(folder: &Path, name: &str) -> String {
    format!("file://{}/{name}", folder.display())
}

/// A client with a document of a template that only the folder's own data has.
fn opened(folder: &Path) -> Client {
    let text = "---\n模板: 某县\n---\n\n# 甲\n";
    fs::create_dir(folder.join("模板")).unwrap();
    fs::write(folder.join("budget.toml"), "packs = \"模板\"\n").unwrap();
    let mut client = Client::start(pushed());
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": uri(folder, "a.budget"), "languageId": "budget", "version": 1, "text": text}}),
    );
    assert!(unknown(&client.published(1)));
    client
}

/// Whether the template is unknown (STR016).
fn unknown(published: &Value) -> bool {
    published["diagnostics"].to_string().contains("STR016")
}

fn changed(client: &mut Client, uris: impl Iterator<Item = String>) {
    let changes: Vec<Value> = uris.map(|uri| json!({"uri": uri, "type": 2})).collect();
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": changes}),
    );
}

const PACK: &str = "id = \"某县\"\nslug = \"some-county\"\nversion = \"1.0.0\"\ntitle = \"某县\"\n";

#[test]
fn what_hangs_on_no_changed_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = opened(folder.path());
    let names = ["package.json", "其他.budget", "src/Cargo.toml"];
    changed(
        &mut client,
        names.iter().map(|name| uri(folder.path(), name)),
    );
    assert_eq!(client.others(), Vec::<Value>::new());
    // A file that wasn't there.
    fs::write(folder.path().join("模板/a.toml"), PACK).unwrap();
    let pack = [uri(folder.path(), "模板/a.toml")];
    changed(&mut client, pack.into_iter());
    assert!(!unknown(&client.published(1)));
}

/// A thousand changes at once, one of them in a file that takes as long to read as the test wants.
#[cfg(unix)]
#[test]
fn keys_are_answered_while_files_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = opened(folder.path());
    let slow = folder.path().join("模板/慢.toml");
    let made = std::process::Command::new("mkfifo").arg(&slow).status();
    assert!(made.unwrap().success());
    let many = (0..999).map(|n| uri(folder.path(), &format!("表/{n}.toml")));
    changed(
        &mut client,
        many.chain([uri(folder.path(), "模板/慢.toml")]),
    );
    let text_document = json!({"uri": uri(folder.path(), "a.budget")});
    for version in 2..50 {
        client.notify(
            "textDocument/didChange",
            json!({
                "textDocument": {"uri": uri(folder.path(), "a.budget"), "version": version},
                "contentChanges": [{
                    "range": {"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 0}},
                    "text": "字",
                }],
            }),
        );
        // More changes only wait.
        changed(
            &mut client,
            [uri(folder.path(), "模板/慢.toml")].into_iter(),
        );
        let symbols = client.call(
            "textDocument/documentSymbol",
            json!({"textDocument": text_document}),
        );
        assert_eq!(symbols.as_array().map(Vec::len), Some(2), "{symbols}");
    }
    assert!(unknown(&client.published(49)), "it can't be read as yet");
    // What waited is read once more; it is a file by then.
    let writer = fs::OpenOptions::new().write(true).open(&slow).unwrap();
    fs::remove_file(&slow).unwrap();
    fs::write(&slow, PACK).unwrap();
    std::io::Write::write_all(&mut &writer, PACK.as_bytes()).unwrap();
    drop(writer);
    assert!(!unknown(&client.published(49)));
}
