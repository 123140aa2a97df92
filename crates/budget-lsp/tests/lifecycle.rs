//! Beginning and end of a session, and messages that don't belong.

mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::requests::{Place, advertised, everything, follow_ups};
use support::{Client, URI, encoded, pushed, text_document};

#[test]
fn exits_within_a_second_with_input_open() {
    let mut client = Client::start(pushed());
    client.open("甲\n");
    assert_eq!(client.call("shutdown", Value::Null), Value::Null);
    let since = Instant::now();
    client.notify("exit", Value::Null);
    let status = client.wait_exit(Duration::from_secs(1));
    assert_eq!(status.and_then(|status| status.code()), Some(0));
    assert!(since.elapsed() < Duration::from_secs(1));
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    let mut client = Client::start(pushed());
    client.notify("exit", Value::Null);
    let status = client.wait_exit(Duration::from_secs(1));
    assert_eq!(status.and_then(|status| status.code()), Some(1));
}

#[test]
fn the_end_of_input_ends_the_server() {
    let mut client = Client::start(pushed());
    client.close_input();
    let status = client.wait_exit(Duration::from_secs(1));
    assert_eq!(status.and_then(|status| status.code()), Some(1));
}

/// The server's parent is this test; the client it is told of is another process, which ends.
#[cfg(unix)]
#[test]
fn the_end_of_the_client_ends_the_server() {
    let mut other = Command::new("sleep").arg("600").spawn().unwrap();
    let mut client = Client::spawn();
    client.call(
        "initialize",
        json!({"processId": other.id(), "rootUri": null, "capabilities": {}}),
    );
    assert_eq!(client.wait_exit(Duration::from_millis(100)), None);
    other.kill().unwrap();
    other.wait().unwrap();
    assert!(client.wait_exit(Duration::from_secs(10)).is_some());
}

#[test]
fn documents_before_initialize_are_refused() {
    let mut client = Client::spawn();
    client.open("甲\n");
    let id = client.request(
        "textDocument/hover",
        json!({
            "textDocument": {"uri": URI}, "position": {"line": 0, "character": 0},
        }),
    );
    assert_eq!(client.answer(id)["error"]["code"], -32002);
    client.initialize(pushed());
    assert_eq!(
        client.call("budget/documentText", text_document()),
        Value::Null
    );
    client.open("乙\n");
    assert_eq!(client.text(), (1, "乙\n".to_owned()));
}

#[test]
fn what_is_not_known_is_answered() {
    let mut client = Client::start(pushed());
    let id = client.request(
        "textDocument/declaration",
        json!({
            "textDocument": {"uri": URI}, "position": {"line": 0, "character": 0},
        }),
    );
    assert_eq!(client.answer(id)["error"]["code"], -32601);
    let id = client.request("no/such", json!({}));
    assert_eq!(client.answer(id)["error"]["code"], -32601);
    let id = client.request("textDocument/hover", json!({"textDocument": 1}));
    assert_eq!(client.answer(id)["error"]["code"], -32602);
    client.notify("no/such", json!({}));
    client.notify("$/setTrace", json!({"value": "off"}));
    client.send_raw(b"Content-Length: 5\r\n\r\n{\"a\":");
    assert_eq!(
        client.wait(|message| message["id"].is_null() && message.get("error").is_some())["error"]["code"],
        -32700
    );
    // A document that was never opened.
    client.change(2, [0, 0, 0, 0], "x");
    let log = client.wait(|message| message["method"] == "window/logMessage");
    assert!(
        log["params"]["message"]
            .as_str()
            .unwrap()
            .contains("didChange")
    );
    client.open("丙\n");
    assert_eq!(client.text(), (1, "丙\n".to_owned()));
}

/// What is advertised must be answered, whatever the document.
#[test]
fn every_capability_has_a_handler() {
    for pulls in [true, false] {
        let mut client = Client::spawn();
        let capabilities = client.initialize(everything(pulls))["capabilities"].clone();
        for text in [
            "",
            "| 201 |",
            "# 第一部分\n\n| 科目编码 |\n|---|\n| 201 |\n",
        ] {
            client.open(text);
            let far = Place {
                line: 9,
                character: 9,
            };
            for (method, params) in advertised(&capabilities, far) {
                let id = client.request(method, params);
                let answer = client.answer(id);
                // There is nothing to rename there, and that is an answer too.
                let refused = method.contains("ename") && answer["error"]["code"] == -32803;
                assert!(
                    refused || answer.get("error").is_none(),
                    "{method}: {answer}"
                );
                for (method, params) in follow_ups(&capabilities, method, &answer["result"]) {
                    client.call(method, params);
                }
            }
            client.notify("textDocument/didClose", text_document());
        }
    }
}

#[test]
fn encodings_are_negotiated() {
    for encoding in ["utf-8", "utf-16", "utf-32"] {
        let mut client = Client::spawn();
        let result = client.initialize(encoded(encoding));
        assert_eq!(result["capabilities"]["positionEncoding"], encoding);
    }
    let mut client = Client::spawn();
    let result = client.initialize(json!({}));
    assert_eq!(result["capabilities"]["positionEncoding"], "utf-16");
}

/// File names that a client forgot to encode.
#[test]
fn raw_chinese_uris_are_understood() {
    let raw = "file:///t/县 政府.budget";
    let mut client = Client::spawn();
    let params = json!({
        "processId": null, "rootUri": "file:///t/县", "capabilities": pushed(),
        "workspaceFolders": [{"uri": "file:///t/县", "name": "县"}],
    });
    client.call("initialize", params);
    client.notify("initialized", json!({}));
    client.notify(
        "textDocument/didOpen",
        json!({
            "textDocument": {"uri": raw, "languageId": "budget", "version": 7, "text": "甲"},
        }),
    );
    assert_eq!(client.published(7)["uri"], raw);
    let text = client.call("budget/documentText", json!({"textDocument": {"uri": raw}}));
    assert_eq!(text["text"], "甲");
}

#[test]
fn command_line() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_budget-lsp"))
            .args(arguments)
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let version = format!("budget-lsp {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(run(&["--version"]), (Some(0), version, String::new()));
    let (code, _, error) = run(&["--port=1"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("--port=1"), "{error}");
}
