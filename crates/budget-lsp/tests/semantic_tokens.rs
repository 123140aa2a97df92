//! Colours: all, differences, ranges.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use serde_json::{Value, json};
use support::requests::everything;
use support::{Client, URI, text_document};

const DOCUMENT: &str = include_str!("../../../tests/corpus/000.budget");

fn numbers(value: &Value) -> Vec<u64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|number| number.as_u64().unwrap()).collect()
}

fn full(client: &mut Client) -> (String, Vec<u64>) {
    let all = client.call("textDocument/semanticTokens/full", text_document());
    let id = all["resultId"].as_str().unwrap().to_owned();
    (id, numbers(&all["data"]))
}

fn delta(client: &mut Client, previous: &str) -> Value {
    client.call(
        "textDocument/semanticTokens/full/delta",
        json!({"textDocument": {"uri": URI}, "previousResultId": previous}),
    )
}

/// As a client does.
fn applied(mut old: Vec<u64>, edits: &Value) -> Vec<u64> {
    for edit in edits.as_array().unwrap().iter().rev() {
        let start = usize::try_from(edit["start"].as_u64().unwrap()).unwrap();
        let count = usize::try_from(edit["deleteCount"].as_u64().unwrap()).unwrap();
        let new = edit.get("data").map(numbers).unwrap_or_default();
        old.splice(start..start + count, new);
    }
    old
}

#[test]
fn a_small_edit_is_a_small_difference() {
    let mut client = Client::start(everything(true));
    client.open(DOCUMENT);
    let (mut id, mut data) = full(&mut client);
    assert!(data.len() > 4000, "{}", data.len());
    let amount = DOCUMENT
        .lines()
        .position(|line| line.starts_with("| 2"))
        .unwrap();
    for (version, edit, text) in [
        (2, [amount, 2, amount, 3], "3"),
        (3, [amount, 2, amount, 2], "1"),
        (4, [amount, 0, amount, 1], ""),
        (5, [amount, 0, amount, 0], "|"),
        (6, [amount, 0, amount, 0], "\n"),
        (7, [0, 0, 0, 0], "x"),
    ] {
        client.change(version, edit, text);
        let answer = delta(&mut client, &id);
        assert!(answer.get("data").is_none(), "a difference");
        if version < 4 {
            assert!(answer.to_string().len() < 1024, "{answer}");
        }
        data = applied(data, &answer["edits"]);
        answer["resultId"].as_str().unwrap().clone_into(&mut id);
        assert_eq!(data, full(&mut client).1, "version {version}");
    }
    // Nothing changed.
    assert_eq!(delta(&mut client, &id)["edits"], json!([]));
}

#[test]
fn what_is_not_known_any_more_is_answered_with_all() {
    let mut client = Client::start(everything(true));
    client.open("# 一\n");
    let (id, data) = full(&mut client);
    for unknown in ["", "x", "999999"] {
        assert_eq!(numbers(&delta(&mut client, unknown)["data"]), data);
    }
    client.notify("textDocument/didClose", text_document());
    client.open("# 一\n");
    assert_eq!(numbers(&delta(&mut client, &id)["data"]), data);
    // The answer before the last is still known: the last may have been cancelled.
    let (before, old) = full(&mut client);
    client.change(2, [0, 3, 0, 3], "二");
    full(&mut client);
    client.change(3, [0, 4, 0, 4], "三");
    let answer = delta(&mut client, &before);
    let new = applied(old, &answer["edits"]);
    assert_eq!(new, full(&mut client).1);
}

#[test]
fn tokens_are_whole_characters_in_each_encoding_and_lie_in_their_lines() {
    for encoding in ["utf-8", "utf-16", "utf-32"] {
        let mut capabilities = everything(true);
        capabilities["general"] = json!({"positionEncodings": [encoding]});
        let mut client = Client::start(capabilities);
        let text = DOCUMENT.replacen("| 2", "| 𠮷", 40).replace('\n', "\r\n");
        client.open(&text);
        let (_, data) = full(&mut client);
        let lines: Vec<&str> = text.split("\r\n").collect();
        let (mut line, mut column) = (0_u64, 0_u64);
        for token in data.chunks_exact(5) {
            column = if token[0] == 0 {
                column + token[1]
            } else {
                token[1]
            };
            line += token[0];
            let content = lines[usize::try_from(line).unwrap()];
            let width = |c: char| match encoding {
                "utf-8" => c.len_utf8(),
                "utf-16" => c.len_utf16(),
                _ => 1,
            } as u64;
            let mut ends = vec![0];
            for c in content.chars() {
                ends.push(ends.last().unwrap() + width(c));
            }
            assert!(token[2] > 0);
            assert!(
                ends.contains(&column) && ends.contains(&(column + token[2])),
                "{content} {token:?}"
            );
        }
    }
}

#[test]
fn a_range_is_a_part_of_all() {
    let mut client = Client::start(everything(true));
    client.open("# 一\n\n| 名 | 数 |\n| --- | ---: |\n| 甲 | 1 |\n\n待填\n");
    let range = json!({"start": {"line": 2, "character": 0}, "end": {"line": 4, "character": 0}});
    let part = client.call(
        "textDocument/semanticTokens/range",
        json!({"textDocument": {"uri": URI}, "range": range}),
    );
    let data = numbers(&part["data"]);
    // The table: two names of columns, a label, a number.
    let lengths: Vec<_> = data.chunks_exact(5).map(|it| (it[0], it[2])).collect();
    assert_eq!(lengths, [(2, 1), (0, 1), (2, 1), (0, 1)]);
}

#[test]
fn the_offer_depends_on_the_client() {
    let offered = |requests: Value| {
        let mut client = Client::spawn();
        let tokens = json!({"requests": requests, "formats": ["relative"], "tokenTypes": [], "tokenModifiers": []});
        client.initialize(json!({"textDocument": {"semanticTokens": tokens}}))["capabilities"]["semanticTokensProvider"].clone()
    };
    let all = offered(json!({"full": {"delta": true}, "range": true}));
    assert_eq!(
        (&all["full"], &all["range"]),
        (&json!({"delta": true}), &json!(true))
    );
    assert_eq!(all["legend"]["tokenTypes"][0], "heading");
    let some = offered(json!({"full": true}));
    assert_eq!((&some["full"], some.get("range")), (&json!(true), None));
    assert_eq!(offered(json!({"range": true})), Value::Null);
}

/// The extension explains every name that isn't the protocol's own, and no other.
#[test]
fn the_extension_knows_the_names() {
    let package: Value =
        serde_json::from_str(include_str!("../../../editors/vscode/package.json")).unwrap();
    let ids = |key: &str| -> Vec<String> {
        let list = package["contributes"][key].as_array().unwrap().iter();
        list.map(|it| it["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut client = Client::spawn();
    let legend =
        client.initialize(everything(true))["capabilities"]["semanticTokensProvider"]["legend"]
            .clone();
    let own = |key: &str, standard: &[&str]| -> Vec<String> {
        let names = legend[key].as_array().unwrap().iter();
        let names = names.map(|name| name.as_str().unwrap().to_owned());
        names
            .filter(|name| !standard.contains(&name.as_str()))
            .collect()
    };
    let types = [
        "property",
        "string",
        "enumMember",
        "label",
        "number",
        "operator",
        "function",
        "class",
        "variable",
        "parameter",
        "keyword",
        "decorator",
        "comment",
    ];
    assert_eq!(own("tokenTypes", &types), ids("semanticTokenTypes"));
    assert_eq!(
        own("tokenModifiers", &["declaration"]),
        ids("semanticTokenModifiers")
    );
}
