//! A check that panics ends itself, not the server.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use std::sync::Arc;

use budget_lsp::Options;
use serde_json::json;
use support::{URI, duplex, frame, pulling, text_document};
use tokio::io::AsyncWriteExt;

#[tokio::test(flavor = "current_thread")]
async fn a_panic_is_told_and_the_server_serves_on() {
    let default = Options::default();
    let options = Options {
        check: Arc::new(move |file| {
            assert!(!file.text.contains("炸"), "此处出错");
            (default.check)(file)
        }),
        watch_parent: false,
    };
    let (server, mut read, mut write) = duplex::start(options);

    let open = |text: &str| {
        json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {
            "textDocument": {"uri": URI, "languageId": "budget", "version": 1, "text": text},
        }})
    };
    let ask = |id: i64| {
        json!({
            "jsonrpc": "2.0", "id": id, "method": "textDocument/diagnostic",
            "params": text_document(),
        })
    };
    // A hover wants the report too, for the rules of the findings there.
    let mut hover = text_document();
    hover["position"] = json!({"line": 0, "character": 0});
    let hover = json!({
        "jsonrpc": "2.0", "id": 4, "method": "textDocument/hover", "params": hover,
    });
    for message in [
        json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"capabilities": pulling()}}),
        open("炸\n"),
        ask(1),
        hover,
        open("不\n"),
        ask(2),
        json!({"jsonrpc": "2.0", "id": 3, "method": "shutdown"}),
        json!({"jsonrpc": "2.0", "method": "exit"}),
    ] {
        write.write_all(&frame(&message)).await.unwrap();
        let Some(id) = message.get("id") else {
            continue;
        };
        let mut logged = Vec::new();
        let answer = loop {
            let message = duplex::next(&mut read).await;
            if message["id"] == *id {
                break message;
            }
            logged.push(message);
        };
        let items = &answer["result"]["items"];
        match id.as_i64() {
            Some(1) => {
                assert!(items[0]["message"].as_str().unwrap().contains("内部出错"));
                let log = match logged.pop() {
                    Some(log) => log,
                    None => duplex::next(&mut read).await,
                };
                assert_eq!(log["method"], "window/logMessage");
                assert!(
                    log["params"]["message"]
                        .as_str()
                        .unwrap()
                        .contains("此处出错")
                );
            }
            Some(4) => {
                assert_eq!(answer["error"]["code"], -32603);
                let message = answer["error"]["message"].as_str().unwrap();
                assert!(message.contains("此处出错"), "{message}");
            }
            Some(2) => assert!(!items.to_string().contains("内部出错")),
            _ => {}
        }
    }
    assert_eq!(server.await.unwrap(), 0);
}
