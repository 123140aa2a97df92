//! Folding, growing selections, the outline, links.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use serde_json::{Value, json};
use support::requests::everything;
use support::{Client, URI, frame, text_document};

const TEXT: &str = "\
---
模板: 新疆-2020-部门预算
---

# 第二部分 部门预算公开表

## 表三 部门支出总体情况表

| 科目编码 | 合计 |
| --- | ---: |
| 𠮷 | 12.00 |
| 合计 | 12.00 |
";

fn with(capability: &str, value: Value) -> Value {
    let mut capabilities = everything(true);
    capabilities["textDocument"][capability] = value;
    capabilities
}

fn folds(shown: Value) -> Vec<Value> {
    let mut client = Client::start(with("foldingRange", shown));
    client.open(TEXT);
    let folds = client.call("textDocument/foldingRange", text_document());
    folds.as_array().unwrap().clone()
}

#[test]
fn folds_as_the_client_shows_them() {
    let lines = |folds: &[Value]| -> Vec<(u64, u64)> {
        let line = |fold: &Value, key: &str| fold[key].as_u64().unwrap();
        folds
            .iter()
            .map(|fold| (line(fold, "startLine"), line(fold, "endLine")))
            .collect()
    };
    let whole = folds(json!({"lineFoldingOnly": true}));
    assert_eq!(lines(&whole), [(0, 2), (4, 11), (6, 11), (8, 11)]);
    assert!(
        whole
            .iter()
            .all(|fold| fold.get("startCharacter").is_none())
    );
    assert!(whole.iter().all(|fold| fold.get("collapsedText").is_none()));
    let exact = folds(json!({"foldingRange": {"collapsedText": true}}));
    assert_eq!(exact[0]["startCharacter"], 3);
    assert_eq!(exact[0]["kind"], "region");
    // `| 合计 | 12.00 |`
    assert_eq!(
        (&exact[3]["endCharacter"], &exact[3]["collapsedText"]),
        (&json!(14), &json!("…… 2 行"))
    );
    // The front matter and the headings rather than the table.
    let fewer = folds(json!({"lineFoldingOnly": true, "rangeLimit": 3}));
    assert_eq!(lines(&fewer), [(0, 2), (4, 11), (6, 11)]);
}

#[test]
fn a_selection_grows_from_each_cursor() {
    let mut client = Client::start(everything(true));
    client.open(TEXT);
    let cursors = json!([{"line": 10, "character": 7}, {"line": 99, "character": 9}]);
    let grown = client.call(
        "textDocument/selectionRange",
        json!({"textDocument": {"uri": URI}, "positions": cursors}),
    );
    // `| 𠮷 | 12.00 |`: the number, its cell, the row, the rows …
    let mut at = grown[0].clone();
    let mut ranges = Vec::new();
    while !at.is_null() {
        let place = |end: &str, axis: &str| at["range"][end][axis].as_u64().unwrap();
        ranges.push([
            place("start", "line"),
            place("start", "character"),
            place("end", "line"),
            place("end", "character"),
        ]);
        at = at["parent"].clone();
    }
    assert_eq!(
        ranges,
        [
            [10, 7, 10, 12],
            [10, 6, 10, 13],
            [10, 0, 10, 14],
            [10, 0, 11, 14],
            [8, 0, 11, 14],
            [8, 0, 12, 0],
            [6, 0, 12, 0],
            [4, 0, 12, 0],
            [0, 0, 12, 0],
        ]
    );
    assert_eq!(grown.as_array().unwrap().len(), 2);
}

#[test]
fn the_outline_as_a_tree_or_a_list() {
    let mut client = Client::start(everything(true));
    client.open(TEXT);
    let tree = client.call("textDocument/documentSymbol", text_document());
    let table = &tree[1]["children"][0];
    assert_eq!(table["name"], "表三 部门支出总体情况表");
    let total = &table["children"][0];
    assert_eq!(
        (&total["name"], &total["detail"]),
        (&json!("合计"), &json!("12.00"))
    );
    assert_eq!(
        total["selectionRange"],
        json!({"start": {"line": 11, "character": 2}, "end": {"line": 11, "character": 4}})
    );
    let mut client = Client::start(with("documentSymbol", json!({})));
    client.open(TEXT);
    let list = client.call("textDocument/documentSymbol", text_document());
    let shown: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["name"].as_str().unwrap(), it["containerName"].as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("文档信息", None),
            ("第二部分 部门预算公开表", None),
            ("表三 部门支出总体情况表", Some("第二部分 部门预算公开表")),
            ("合计", Some("表三 部门支出总体情况表")),
        ]
    );
    assert_eq!(list[0]["location"]["uri"], URI);
}

#[test]
fn links_lead_to_files_that_are_there() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("上年.budget"), "").unwrap();
    let path = folder.path().join("今年.budget");
    let uri = format!("file://{}", path.display());
    let mut client = Client::start(everything(true));
    let text = "---\n上年文档: 上年.budget\n预算文档: 没有.budget\n---\n\n见 https://𠮷.cn 和 http://a.cn/b。\n";
    client.send_raw(&frame(&json!({
        "jsonrpc": "2.0", "method": "textDocument/didOpen",
        "params": {"textDocument": {"uri": uri, "languageId": "budget", "version": 1, "text": text}},
    })));
    let links = client.call(
        "textDocument/documentLink",
        json!({"textDocument": {"uri": uri}}),
    );
    let links = links.as_array().unwrap();
    assert_eq!(links.len(), 2, "{links:?}");
    let target = links[0]["target"].as_str().unwrap();
    assert!(
        target.starts_with("file://") && target.ends_with("/%E4%B8%8A%E5%B9%B4.budget"),
        "{target}"
    );
    assert_eq!(links[0]["tooltip"], "打开上年文档");
    assert_eq!(
        links[0]["range"]["start"],
        json!({"line": 1, "character": 6})
    );
    assert_eq!(links[1]["target"], "http://a.cn/b");
}
