//! Names across documents: open ones as they stand in the editor, others as they are on disk, in several folders.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{Client, encoded, pushed};

fn document(title: &str) -> String {
    format!("# 第二部分 部门预算公开表\r\n\r\n## 𠮷{title}\r\n")
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn ask(client: &mut Client, query: &str) -> Vec<(String, String, Value)> {
    let found = client.call("workspace/symbol", json!({"query": query}));
    let found = found.as_array().unwrap().iter();
    let place = |it: &Value| {
        let uri = it["location"]["uri"].as_str().unwrap();
        let file = uri.rsplit('/').next().unwrap().to_owned();
        let name = it["name"].as_str().unwrap().to_owned();
        (file, name, it["location"]["range"].clone())
    };
    found.map(place).collect()
}

fn names(client: &mut Client, query: &str) -> Vec<(String, String)> {
    let found = ask(client, query).into_iter();
    found.map(|(file, name, _)| (file, name)).collect()
}

fn pair(file: &str, name: &str) -> (String, String) {
    (file.to_owned(), name.to_owned())
}

/// Two folders, one within `budget.toml`'s `exclude`.
fn start(client: &mut Client, folders: &[&Path]) -> Value {
    let folders: Vec<Value> = folders
        .iter()
        .map(|path| json!({"uri": uri(path), "name": "f"}))
        .collect();
    let mut capabilities = pushed();
    capabilities["workspace"] = json!({"workspaceFolders": true});
    let params = json!({
        "processId": std::process::id(), "rootUri": null, "capabilities": capabilities,
        "workspaceFolders": folders,
    });
    let answer = client.call("initialize", params);
    client.notify("initialized", json!({}));
    answer["capabilities"].clone()
}

#[test]
fn several_folders_come_and_go() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(one.path().join("a.budget"), document("甲表")).unwrap();
    fs::create_dir(one.path().join("old")).unwrap();
    fs::write(one.path().join("old/b.budget"), document("旧表")).unwrap();
    fs::write(one.path().join("budget.toml"), "exclude = [\"old\"]\n").unwrap();
    fs::write(two.path().join("c.budget"), document("乙表")).unwrap();
    let mut client = Client::spawn();
    let capabilities = start(&mut client, &[one.path()]);
    let folders = &capabilities["workspace"]["workspaceFolders"];
    assert_eq!(
        *folders,
        json!({"supported": true, "changeNotifications": true})
    );
    assert_eq!(names(&mut client, "𠮷表"), [pair("a.budget", "𠮷甲表")]);
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({"event": {"added": [{"uri": uri(two.path()), "name": "t"}], "removed": []}}),
    );
    let mut both = names(&mut client, "𠮷表");
    both.sort();
    assert_eq!(
        both,
        [pair("a.budget", "𠮷甲表"), pair("c.budget", "𠮷乙表")]
    );
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({"event": {"added": [], "removed": [{"uri": uri(one.path()), "name": "o"}]}}),
    );
    assert_eq!(names(&mut client, "𠮷表"), [pair("c.budget", "𠮷乙表")]);
    // Written anew: another name.
    fs::write(two.path().join("c.budget"), document("新乙表名")).unwrap();
    assert_eq!(names(&mut client, "𠮷表"), [pair("c.budget", "𠮷新乙表名")]);
    fs::remove_file(two.path().join("c.budget")).unwrap();
    assert_eq!(names(&mut client, "𠮷表"), []);
}

#[test]
fn an_open_document_counts_as_it_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.budget");
    fs::write(&path, document("盘上")).unwrap();
    let mut client = Client::spawn();
    start(&mut client, &[folder.path()]);
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": uri(&path), "languageId": "budget", "version": 1, "text": document("屏上")}}),
    );
    assert_eq!(
        names(&mut client, ""),
        [
            pair("a.budget", "第二部分 部门预算公开表"),
            pair("a.budget", "𠮷屏上")
        ]
    );
    client.notify(
        "textDocument/didClose",
        json!({"textDocument": {"uri": uri(&path)}}),
    );
    assert_eq!(names(&mut client, "盘"), [pair("a.budget", "𠮷盘上")]);
}

#[test]
fn places_are_in_the_clients_columns() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.budget"), document("表")).unwrap();
    for (encoding, end) in [("utf-8", 10), ("utf-16", 6), ("utf-32", 5)] {
        let mut client = Client::spawn();
        // A client of one folder.
        let params = json!({
            "processId": std::process::id(), "rootUri": uri(folder.path()), "capabilities": encoded(encoding),
        });
        let answer = client.call("initialize", params);
        assert_eq!(answer["capabilities"]["workspace"], Value::Null);
        client.notify("initialized", json!({}));
        let found = ask(&mut client, "𠮷表");
        let range = json!({
            "start": {"line": 2, "character": 3}, "end": {"line": 2, "character": end},
        });
        assert_eq!(found.first().map(|it| &it.2), Some(&range), "{encoding}");
    }
}
