//! Everything at once: whatever is in flight, each request gets one answer, and what is left is right.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use support::requests::{Place, advertised, everything};
use support::{Client, change, frame, text_document};

/// A real document: the errors of its author are in it.
const DOCUMENT: &str = include_str!("../../../tests/corpus/003.budget");
const FLOOD: i64 = 2000;
const FIRST: i64 = 10_000;

/// Every kind of request, edits between them, some cancelled, while the client answers nothing that it is asked.
#[test]
fn a_flood_of_everything_is_answered_once() {
    for pulls in [true, false] {
        let mut client = Client::spawn();
        let capabilities = client.initialize(everything(pulls))["capabilities"].clone();
        client.open(DOCUMENT);
        let lines = u32::try_from(DOCUMENT.lines().count()).unwrap();
        let mut bytes = Vec::new();
        let mut asked = BTreeMap::new();
        let mut version = 1;
        let mut id = FIRST;
        while id < FIRST + FLOOD {
            let n = u32::try_from(id - FIRST).unwrap();
            let place = Place {
                line: n * 7 % lines,
                character: n * 3 % 40,
            };
            for (method, params) in advertised(&capabilities, place) {
                bytes.extend(frame(
                    &json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}),
                ));
                asked.insert(id, method);
                if id % 10 == 3 {
                    bytes.extend(frame(&json!({
                        "jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": id},
                    })));
                }
                if id % 20 == 7 {
                    version += 1;
                    bytes.extend(frame(&json!({
                        "jsonrpc": "2.0", "method": "textDocument/didChange",
                        "params": change(version, [3, 0, 3, 0], "核"),
                    })));
                }
                if id % 100 == 50 {
                    let severity = ["hint", "info"][usize::from(id % 200 == 50)];
                    bytes.extend(frame(&json!({
                        "jsonrpc": "2.0", "method": "workspace/didChangeConfiguration",
                        "params": {"settings": {"budget": {"minSeverity": severity}}},
                    })));
                }
                id += 1;
            }
        }
        client.send_raw(&bytes);
        let mut answers = Vec::new();
        for (id, method) in &asked {
            let answer = client.answer(*id);
            if let Some(error) = answer.get("error") {
                let code = error["code"].as_i64().unwrap();
                // Cancelled, overtaken by an edit, or nothing there to rename.
                assert!(
                    [-32800, -32801, -32802, -32803].contains(&code),
                    "{method}: {answer}"
                );
                assert!(code != -32800 || id % 10 == 3, "{method}: {answer}");
            }
            answers.push(*id);
        }
        assert_eq!(client.text().0, version);
        // None is answered twice, and no handler failed.
        for message in client.others() {
            let again = message.get("method").is_none() && message["id"].as_i64() >= Some(FIRST);
            assert!(!again, "{message}");
            assert_ne!(message["method"], "window/logMessage", "{message}");
        }
        assert!(answers.len() >= usize::try_from(FLOOD).unwrap());
    }
}

/// What is found after ten thousand edits is what is found in the text that they lead to.
#[test]
fn findings_after_many_edits_are_those_of_the_text() {
    let mut client = Client::start(everything(true));
    client.open(DOCUMENT);
    let mut bytes = Vec::new();
    let lines: Vec<&str> = DOCUMENT.split('\n').collect();
    let mut random = support::Random(11);
    let mut version = 1;
    while version < 10_001 {
        // Writes over a digit in some cell, or takes back a character, or breaks a line and mends it again.
        let line = random.below(lines.len());
        let width = lines[line].chars().map(char::len_utf16).sum::<usize>();
        let column = random.below(width + 1);
        let replaced = usize::from(column < width && lines[line].is_ascii());
        let piece = ["1", "7", "0", "|", "。"][random.below(5)];
        version += 1;
        let edit = change(version, [line, column, line, column + replaced], piece);
        bytes.extend(frame(
            &json!({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": edit}),
        ));
    }
    client.send_raw(&bytes);
    let (_, text) = client.text();
    let edited = items(&mut client);
    client.notify("textDocument/didClose", text_document());
    client.open(&text);
    assert_eq!(edited, items(&mut client));
    assert!(!edited.is_empty());
}

fn items(client: &mut Client) -> Vec<Value> {
    let report = client.call("textDocument/diagnostic", text_document());
    report["items"].as_array().unwrap().clone()
}
