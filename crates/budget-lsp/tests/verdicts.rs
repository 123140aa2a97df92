//! Inlay hints, the verdict above each table, what was checked; and the user's preferences.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use serde_json::{Value, json};
use support::requests::everything;
use support::{Client, URI, disclosure, text_document};

/// 206: 5.00, so the total is 95.00; the row of 205 is right.
const TEXT: &str = disclosure!(
    "\
| 205 | 教育支出 | 90.00 | 60.00 | 30.00 |
| 206 | 科学技术支出 | = | | 5.00 |
| | 合计 | 95.00 | 60.00 | 35.00 |
",
    "𠮷县支出 {表三.合计.合计} 万元，其中 {表三.205.合计} 万元。\n"
);

fn start(capabilities: Value, options: Value) -> Client {
    let mut client = Client::spawn();
    let params = json!({
        "processId": std::process::id(), "rootUri": null, "capabilities": capabilities,
        "initializationOptions": options,
    });
    client.call("initialize", params);
    client.notify("initialized", json!({}));
    client
}

fn hints(client: &mut Client) -> Vec<(u64, u64, String)> {
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let hints = client.call(
        "textDocument/inlayHint",
        json!({"textDocument": {"uri": URI}, "range": range}),
    );
    let hint = |it: &Value| {
        let at = &it["position"];
        let label = it["label"].as_str().unwrap().to_owned();
        (
            at["line"].as_u64().unwrap(),
            at["character"].as_u64().unwrap(),
            label,
        )
    };
    hints.as_array().unwrap().iter().map(hint).collect()
}

fn lenses(client: &mut Client) -> Vec<Value> {
    let lenses = client.call("textDocument/codeLens", text_document());
    lenses.as_array().unwrap().clone()
}

fn prefer(client: &mut Client, settings: Value) {
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"budget": settings}}),
    );
}

#[test]
fn hints_in_prose_and_in_cells_if_wanted() {
    let mut client = start(everything(true), json!({}));
    client.open(TEXT);
    // `𠮷县支出 {表三.合计.合计}`: the astral character is two units.
    let prose = [
        (18, 16, "95.00".to_owned()),
        (18, 30, "教育支出".to_owned()),
        (18, 34, "90.00".to_owned()),
    ];
    assert_eq!(hints(&mut client), prose);
    prefer(&mut client, json!({"inlayHints": {"cells": true}}));
    let all = hints(&mut client);
    assert_eq!(all[0], (11, 18, "5.00".to_owned()));
    assert_eq!(all[1..], prose);
    prefer(&mut client, json!({"inlayHints.enable": false}));
    assert_eq!(hints(&mut client), []);
    let mut client = start(
        everything(true),
        json!({"budget": {"inlayHints": {"enable": false}}}),
    );
    client.open(TEXT);
    assert_eq!(hints(&mut client), []);
}

#[test]
fn a_verdict_above_each_table() {
    let mut client = start(everything(true), json!({}));
    client.open(TEXT);
    let all = lenses(&mut client);
    assert_eq!(all.len(), 1);
    // Who has no such command gets a title.
    assert_eq!(
        all[0]["command"],
        json!({"title": "合计 √ · 9 项核对", "command": ""})
    );
    assert_eq!(all[0]["range"]["start"], json!({"line": 6, "character": 3}));
    // 95.00 becomes 95.31.
    client.change(2, [12, 12, 12, 14], "31");
    let title = |all: &[Value]| all[0]["command"]["title"].as_str().unwrap().to_owned();
    assert_eq!(
        title(&lenses(&mut client)),
        "不成立 3 项，最大差 0.31 · 9 项核对"
    );
    prefer(&mut client, json!({"codeLens": {"enable": false}}));
    assert_eq!(lenses(&mut client), Vec::<Value>::new());

    let mut client = start(everything(true), json!({"commands": true}));
    client.open(TEXT);
    let command = lenses(&mut client)[0]["command"].clone();
    assert_eq!(command["command"], "budget.showLedger");
    let argument = &command["arguments"][0];
    assert_eq!(
        (&argument["uri"], &argument["id"], &argument["table"]),
        (&json!(URI), &json!("t3"), &json!(0))
    );
}

fn checked(client: &mut Client, version: i64) -> Value {
    client.wait(|message| {
        message["method"] == "budget/checked" && message["params"]["version"] == version
    })["params"]
        .clone()
}

/// The very line that the command line opens with (tested there), for whoever asks, however it gets its diagnostics.
#[test]
fn what_was_checked_is_told_to_who_asks() {
    for pulls in [true, false] {
        let mut capabilities = everything(pulls);
        let options = if pulls {
            json!({"checked": true})
        } else {
            capabilities["experimental"] = json!({"budget": {"checked": true}});
            Value::Null
        };
        let mut client = start(capabilities, options);
        client.open(TEXT);
        let mut errors = Vec::new();
        for version in 1..3 {
            if pulls {
                client.call("textDocument/diagnostic", text_document());
            }
            let told = checked(&mut client, version);
            assert_eq!(told["uri"], URI);
            let opening = told["opening"].as_str().unwrap();
            let number = |key: &str| told[key].as_u64().unwrap();
            let total: u64 = [
                "held",
                "rounding",
                "broken",
                "waiting",
                "notApplicable",
                "unknown",
            ]
            .into_iter()
            .map(number)
            .sum();
            assert_eq!(
                opening,
                format!(
                    "按模板 新疆-2020-部门预算@0.1.0 核对，关系 {total} 条：成立 {}、舍位可解释 {}、不成立 {}、待填 {}、不适用 {}、无法核对 {}",
                    number("held"),
                    number("rounding"),
                    number("broken"),
                    number("waiting"),
                    number("notApplicable"),
                    number("unknown"),
                )
            );
            assert_eq!(
                number("broken"),
                [0, 3][usize::try_from(version).unwrap() - 1]
            );
            errors.push(told["counts"]["error"].as_u64().unwrap());
            client.change(version + 1, [12, 12, 12, 14], "31");
        }
        // One wrong number is one more finding.
        assert_eq!(errors[1], errors[0] + 1, "{errors:?}");
    }
    let mut client = start(everything(false), json!({"checked": false}));
    client.open(TEXT);
    client.published(1);
    assert!(
        client
            .others()
            .iter()
            .all(|it| it["method"] != "budget/checked")
    );
}

fn refreshes(client: &mut Client) -> Vec<Value> {
    let others = client.others().into_iter();
    let is = |it: &Value| {
        let method = it["method"].as_str();
        method.is_some_and(|method| method.ends_with("/refresh"))
    };
    others.filter(is).collect()
}

/// A change of preferences asks the client, once each, to ask again; the server doesn't wait for answers.
#[test]
fn preferences_refresh_what_is_shown() {
    let mut client = start(everything(true), json!({}));
    client.open(TEXT);
    prefer(&mut client, json!({"codeLens": {"enable": false}}));
    for method in [
        "workspace/diagnostic/refresh",
        "workspace/semanticTokens/refresh",
        "workspace/inlayHint/refresh",
        "workspace/codeLens/refresh",
    ] {
        client.wait(|message| message["method"] == method);
    }
    // Never answered; the same again changes nothing.
    prefer(&mut client, json!({"codeLens": {"enable": false}}));
    assert_eq!(lenses(&mut client), Vec::<Value>::new());
    assert_eq!(refreshes(&mut client), Vec::<Value>::new());
    // Who can't be told isn't.
    let mut capabilities = everything(true);
    capabilities["workspace"] = json!({});
    let mut client = start(capabilities, json!({}));
    client.open(TEXT);
    prefer(&mut client, json!({"codeLens": {"enable": false}}));
    assert_eq!(refreshes(&mut client), Vec::<Value>::new());
}

/// A document that another names is edited: what is shown in the other is asked for again, one question at a time.
#[test]
fn an_edit_of_a_document_that_another_names_refreshes_what_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let uri = |name: &str| format!("file://{}/{name}", folder.path().display());
    let open = |client: &mut Client, name: &str, text: &str| {
        let item = json!({"uri": uri(name), "languageId": "budget", "version": 1, "text": text});
        client.notify("textDocument/didOpen", json!({"textDocument": item}));
    };
    let mut client = start(everything(true), json!({}));
    let text = TEXT.replace("---\n\n#", "上年文档: last.budget\n---\n\n#");
    let text = text.replace("𠮷县支出 {表三", "𠮷县支出 {上年.表三");
    std::fs::write(folder.path().join("last.budget"), TEXT).unwrap();
    open(&mut client, "this.budget", &text);
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let shown = |client: &mut Client| {
        let params = json!({"textDocument": {"uri": uri("this.budget")}, "range": whole});
        client.call("textDocument/inlayHint", params)[0]["label"].clone()
    };
    assert_eq!(shown(&mut client), "95.00");
    open(&mut client, "last.budget", TEXT);
    // That the other was opened was a change too.
    let kinds = ["workspace/inlayHint/refresh", "workspace/codeLens/refresh"];
    for kind in kinds {
        answer(&mut client, kind);
    }
    assert_eq!(shown(&mut client), "95.00");
    // 95.00 of last year's becomes 85.00, 75.00, 65.00.
    for (version, digit) in [(2, "8"), (3, "7"), (4, "6")] {
        let at = |character: u64| json!({"line": 12, "character": character});
        let change = json!({"range": {"start": at(9), "end": at(10)}, "text": digit});
        let document = json!({"uri": uri("last.budget"), "version": version});
        client.notify(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": [change]}),
        );
    }
    assert_eq!(shown(&mut client), "65.00");
    // One question is open, and after its answer at most one more: for what changed meanwhile.
    answer(&mut client, kinds[0]);
    answer(&mut client, kinds[1]);
    assert!(refreshes(&mut client).len() <= 1);
}

/// Waits for a question of the server and answers it.
fn answer(client: &mut Client, method: &str) {
    let asked = client.wait(|message| message["method"] == method);
    client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": null}));
}
