//! What takes long is shown as long as it lasts, to clients that can show it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use budget_lsp::Options;
use serde_json::{Value, json};
use support::{URI, duplex, frame, pulling, text_document};
use tokio::io::AsyncWriteExt;

/// What the server says until it has answered a question about a text whose check takes `time`.
async fn said(text: &str, time: Duration, shows: bool) -> Vec<Value> {
    let default = Options::default();
    let options = Options {
        check: Arc::new(move |file| {
            std::thread::sleep(time);
            (default.check)(file)
        }),
        watch_parent: false,
    };
    let (_server, mut read, mut write) = duplex::start(options);
    let mut capabilities = pulling();
    capabilities["window"] = json!({"workDoneProgress": shows});
    for message in [
        json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"capabilities": capabilities}}),
        json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
        json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {
            "textDocument": {"uri": URI, "languageId": "budget", "version": 1, "text": text},
        }}),
        json!({"jsonrpc": "2.0", "id": 1, "method": "textDocument/diagnostic", "params": text_document()}),
    ] {
        write.write_all(&frame(&message)).await.unwrap();
        // Nothing can be opened before.
        while message["id"] == 0 && duplex::next(&mut read).await["id"] != 0 {}
    }
    let mut messages = Vec::new();
    let mut open = 1;
    while open > 0 {
        let message = duplex::next(&mut read).await;
        match message["method"].as_str() {
            Some("window/workDoneProgress/create") => {
                // It is answered for, and ends, after the answer.
                open += 1;
                let answer = json!({"jsonrpc": "2.0", "id": message["id"], "result": null});
                write.write_all(&frame(&answer)).await.unwrap();
            }
            Some("$/progress") if message["params"]["value"]["kind"] == "end" => open -= 1,
            None if message["id"] == 1 => open -= 1,
            _ => {}
        }
        messages.push(message);
    }
    messages
}

fn kinds(messages: &[Value]) -> Vec<String> {
    let progress = messages
        .iter()
        .filter(|message| message["method"] == "$/progress");
    let kind = |message: &Value| {
        message["params"]["value"]["kind"]
            .as_str()
            .map(str::to_owned)
    };
    progress.filter_map(kind).collect()
}

#[tokio::test(flavor = "current_thread")]
async fn a_long_check_is_shown_while_it_lasts() {
    let large = "甲\n".repeat(300_000);
    let slow = Duration::from_millis(1500);
    let messages = said(&large, slow, true).await;
    assert_eq!(kinds(&messages), ["begin", "end"]);
    let begin = messages
        .iter()
        .find(|message| message["method"] == "$/progress")
        .unwrap();
    assert_eq!(begin["params"]["value"]["title"], "正在核对");
    // Not to who can't show it, and not for a text that is checked in a moment.
    assert_eq!(kinds(&said(&large, slow, false).await), [""; 0]);
    assert_eq!(kinds(&said("甲\n", Duration::ZERO, true).await), [""; 0]);
}
