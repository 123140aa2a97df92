//! Definition, references and highlights over the wire: astral text, CRLF, three encodings.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use serde_json::{Value, json};
use support::{Client, URI, at, encoded, pushed};

/// The term stands on lines 14, behind an astral character, and 18.
const LINES: [&str; 19] = [
    "---",
    "模板: 新疆-2020-部门预算",
    "上年文档: 上年.budget",
    "---",
    "",
    "# 第二部分 部门预算公开表",
    "",
    "## 表三 部门支出总体情况表",
    "",
    "| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |",
    "| --- | --- | ---: | ---: | ---: |",
    "| 201 | 𠮷县一般公共服务支出 | 150.00 | 110.00 | 40.00 |",
    "| | 合计 | = | 110.00 | 40.00 |",
    "",
    "𠮷县财政拨款 {表三.合计.合计} 万元，{上年.表三.合计.合计}。",
    "",
    "# 第四部分 名词解释",
    "",
    "一、财政拨款：指拨款。",
];

fn text() -> String {
    LINES.join("\r\n")
}

fn range(line: u32, start: u32, end: u32) -> Value {
    json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}})
}

/// Where 财政拨款 stands on its line, and a place inside it, in each encoding.
const PLACES: [(&str, [u32; 3]); 3] = [
    ("utf-8", [7, 13, 19]),
    ("utf-16", [3, 5, 7]),
    ("utf-32", [2, 4, 6]),
];

#[test]
fn a_term_in_three_encodings() {
    for (encoding, [start, inside, end]) in PLACES {
        let mut client = Client::start(encoded(encoding));
        client.open(&text());
        let wide = if encoding == "utf-8" { 3 } else { 1 };
        let entry = range(18, 2 * wide, 6 * wide);
        let found = client.call("textDocument/definition", at(14, inside));
        assert_eq!(found, json!([{"uri": URI, "range": entry}]), "{encoding}");

        let mut params = at(14, inside);
        params["context"] = json!({"includeDeclaration": false});
        let found = client.call("textDocument/references", params.clone());
        let used = range(14, start, end);
        assert_eq!(found, json!([{"uri": URI, "range": used}]), "{encoding}");
        params["context"] = json!({"includeDeclaration": true});
        let found = client.call("textDocument/references", params);
        assert_eq!(
            found,
            json!([{"uri": URI, "range": used}, {"uri": URI, "range": entry}])
        );

        let found = client.call("textDocument/documentHighlight", at(14, inside));
        // Read and written.
        assert_eq!(
            found,
            json!([{"range": used, "kind": 2}, {"range": entry, "kind": 3}])
        );
        // Behind the whole line there is nothing.
        let found = client.call("textDocument/definition", at(14, 999));
        assert_eq!(found, Value::Null);
    }
}

#[test]
fn a_link_says_of_what_it_is() {
    let mut capabilities = pushed();
    capabilities["textDocument"]["definition"] = json!({"linkSupport": true});
    let mut client = Client::start(capabilities);
    client.open(&text());
    // `=` of 合计: the one row it sums.
    let found = client.call("textDocument/definition", at(12, 9));
    let goal = range(11, 22, 28);
    assert_eq!(
        found,
        json!([{
            "originSelectionRange": range(12, 9, 10), "targetUri": URI,
            "targetRange": goal, "targetSelectionRange": goal,
        }])
    );
    // The last name of a path: its cell.
    let found = client.call("textDocument/definition", at(14, 16));
    assert_eq!(found[0]["targetRange"], range(12, 9, 10));
    // Its first: the table.
    let found = client.call("textDocument/definition", at(14, 9));
    assert_eq!(found[0]["targetRange"], range(7, 3, 15));
}

#[test]
fn numbers_of_a_relation_are_marked() {
    let mut client = Client::start(pushed());
    client.open(&text());
    let found = client.call("textDocument/documentHighlight", at(11, 32));
    let marks: Vec<(Value, Value)> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|mark| (mark["range"].clone(), mark["kind"].clone()))
        .collect();
    let mark = |line, start, end, kind: u32| (range(line, start, end), json!(kind));
    assert_eq!(
        marks,
        [
            mark(11, 22, 28, 2),
            mark(11, 31, 37, 3),
            mark(11, 40, 45, 2),
            mark(12, 13, 19, 2),
        ]
    );
}

#[test]
fn another_document_is_gone_to_if_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let uri = |name: &str| format!("file://{}/{name}", folder.path().display());
    let mut client = Client::start(pushed());
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": uri("a.budget"), "languageId": "budget", "version": 1, "text": text()}}),
    );
    let ask = json!({
        "textDocument": {"uri": uri("a.budget")}, "position": {"line": 2, "character": 8},
    });
    let found = client.call("textDocument/definition", ask.clone());
    assert_eq!(found, Value::Null);
    std::fs::write(folder.path().join("上年.budget"), "").unwrap();
    let found = client.call("textDocument/definition", ask);
    assert_eq!(
        found,
        json!([{"uri": uri("%E4%B8%8A%E5%B9%B4.budget"), "range": range(0, 0, 0)}])
    );
}
