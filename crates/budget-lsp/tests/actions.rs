//! Code actions: fixes one by one and all that are safe, totals, rows and tables, findings set aside and
//! explained; edits made when the action is chosen, for the version that they were made for.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use serde_json::{Value, json};
use support::{Client, URI, disclosure, encoded, pushed, requests, text_document};

/// 35.00 belongs where 53.00 stands: the row and the column say so. Twice there is one mark too many; an
/// astral character stands before one of them.
const WRONG: &str = disclosure!(
    "\
| 205 | 教育支出 | 90.00 | 60.00 | 30.00 |
| 206 | 科学技术支出 | 5.00 | | 5.00 |
| | 合计 | 95.00 | 60.00 | 53.00 |
",
    "𠮷县安排经费。。\n\n都已安排；；没有结余。\n"
);

/// All text of the document, in a range of its own.
fn ask(client: &mut Client, line: u32, only: Option<&str>) -> Vec<Value> {
    let at = json!({"line": line, "character": 0});
    let end = json!({"line": line, "character": 999});
    let mut context = json!({"diagnostics": []});
    if let Some(kind) = only {
        context["only"] = json!([kind]);
    }
    let params = json!({"textDocument": {"uri": URI}, "range": {"start": at, "end": end}, "context": context});
    let answer = client.call("textDocument/codeAction", params);
    answer.as_array().cloned().unwrap_or_default()
}

#[test]
fn fixes_are_offered_where_they_are_needed() {
    for encoding in ["utf-8", "utf-16", "utf-32"] {
        let mut client = Client::start(encoded(encoding));
        client.open(WRONG);
        let number = ask(&mut client, 12, Some("quickfix"));
        let titles: Vec<_> = number
            .iter()
            .map(|it| it["title"].as_str().unwrap())
            .collect();
        assert_eq!(
            titles,
            [
                "改为 35.00（改后请核对）",
                "忽略 ARI003 合计行不等于各行之和（写明理由）"
            ],
            "{encoding}"
        );
        assert_eq!(number[0]["diagnostics"][0]["code"], "ARI003");
        assert!(number[0].get("isPreferred").is_none());
        let text = client.apply(2, &number[0]["edit"]);
        assert_eq!(text, WRONG.replace("53.00", "35.00"));
        let mark = ask(&mut client, 18, None);
        assert_eq!(mark[0]["isPreferred"], true);
        assert!(
            mark.iter().all(|it| it["kind"] == "quickfix"),
            "all at once is offered where it is asked for"
        );
        let preferred = mark.iter().filter(|it| it["isPreferred"] == true);
        assert_eq!(preferred.count(), 1);
        let text = client.apply(3, &mark[0]["edit"]);
        assert_eq!(text, WRONG.replace("53.00", "35.00").replace("。。", "。"));
        assert_eq!(ask(&mut client, 18, Some("quickfix")), Vec::<Value>::new());
    }
}

#[test]
fn all_that_is_safe_is_mended_at_once_and_nothing_else() {
    for only in ["source.fixAll.budget", "source.fixAll", "source"] {
        let mut client = Client::start(encoded("utf-16"));
        client.open(WRONG);
        let all = ask(&mut client, 0, Some(only));
        assert_eq!(all.len(), 1);
        let text = client.apply(2, &all[0]["edit"]);
        assert_eq!(text, WRONG.replace("。。", "。").replace("；；", "；"));
        assert_eq!(ask(&mut client, 0, Some(only)), Vec::<Value>::new());
    }
    let mut client = Client::start(encoded("utf-16"));
    client.open(WRONG);
    assert_eq!(ask(&mut client, 18, Some("refactor")), Vec::<Value>::new());
    assert_eq!(
        ask(&mut client, 18, Some("source.organizeImports")),
        Vec::<Value>::new()
    );
}

fn titled<'a>(all: &'a [Value], title: &str) -> &'a Value {
    let mut found = all.iter();
    let found = found.find(|it| it["title"].as_str().unwrap().starts_with(title));
    found.unwrap_or(&Value::Null)
}

#[test]
fn edits_are_made_when_an_action_is_chosen() {
    let mut client = Client::start(requests::everything(false));
    client.open(WRONG);
    let all = ask(&mut client, 12, None);
    assert!(all.iter().all(|it| it.get("edit").is_none()), "{all:?}");
    let fix = client.call("codeAction/resolve", titled(&all, "改为 35.00").clone());
    let change = &fix["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["version"], 1);
    assert_eq!(change["edits"][0]["newText"], "35.00");
    let aside = client.call("codeAction/resolve", titled(&all, "忽略 ARI003").clone());
    let text = &aside["edit"]["documentChanges"][0]["edits"][0]["newText"];
    assert_eq!(text, " <!-- 忽略 ARI001、ARI003: 请写明理由 --> |");
    // Of a text that has changed since nobody knows.
    client.change(2, [14, 0, 14, 0], "x");
    let id = client.request("codeAction/resolve", titled(&all, "改为 35.00").clone());
    assert_eq!(client.answer(id)["error"]["code"], -32801);
    // A client that can't wait gets the edits at once, and no promise.
    let mut client = Client::spawn();
    let offered = client.initialize(pushed());
    let provider = &offered["capabilities"]["codeActionProvider"];
    assert!(provider.get("resolveProvider").is_none());
    assert!(
        offered["capabilities"]
            .get("executeCommandProvider")
            .is_none()
    );
    client.open(WRONG);
    let all = ask(&mut client, 12, None);
    assert!(titled(&all, "改为 35.00")["edit"]["changes"][URI].is_array());
    assert!(
        all.iter()
            .all(|it| it.get("data").is_none() && it.get("command").is_none())
    );
}

#[test]
fn kinds_are_kept_apart() {
    let mut client = Client::start(requests::everything(false));
    client.open(&WRONG.replace("53.00", "待填"));
    let at = json!({"line": 12, "character": 26});
    let mut kinds = |only: &str| -> Vec<Value> {
        let params = json!({
            "textDocument": {"uri": URI}, "range": {"start": at, "end": at},
            "context": {"diagnostics": [], "only": [only]},
        });
        client
            .call("textDocument/codeAction", params)
            .as_array()
            .unwrap()
            .clone()
    };
    let rewrites = kinds("refactor");
    let write = titled(&rewrites, "写入算出的 35.00");
    assert_eq!(write["kind"], "refactor.rewrite");
    assert!(rewrites.iter().all(|it| it["kind"] == "refactor.rewrite"));
    assert!(kinds("quickfix").iter().all(|it| it["kind"] == "quickfix"));
    assert_eq!(kinds("source.organizeImports"), Vec::<Value>::new());
    let resolved = client.call("codeAction/resolve", write.clone());
    let text = client.apply(2, &resolved["edit"]);
    assert_eq!(text, WRONG.replace("53.00", "35.00"));
}

#[test]
fn rules_are_explained_on_their_page() {
    let mut client = Client::start(requests::everything(false));
    client.open(WRONG);
    let page = |url: &Value| {
        url.as_str()
            .unwrap()
            .ends_with("/docs/rules/ARI003-total.md")
    };
    let told = client.published(1);
    let mut codes = told["diagnostics"].as_array().unwrap().iter();
    let total = codes.find(|it| it["code"] == "ARI003").unwrap();
    assert!(page(&total["codeDescription"]["href"]), "{total}");
    let all = ask(&mut client, 12, None);
    let explain = titled(&all, "解释规则 ARI003 ");
    let command = &explain["command"];
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    assert_eq!(client.call("workspace/executeCommand", params), Value::Null);
    let shown = client.wait(|message| message["method"] == "window/showDocument");
    assert!(
        page(&shown["params"]["uri"]) && shown["params"]["external"] == true,
        "{shown}"
    );
    for wrong in [
        json!({"command": "rm", "arguments": ["ARI003"]}),
        json!({"command": "budget.openRule"}),
    ] {
        let id = client.request("workspace/executeCommand", wrong);
        assert!(client.answer(id).get("error").is_some());
    }
    // Who can't open a page isn't told of one.
    let mut client =
        Client::start(json!({"textDocument": {"publishDiagnostics": {"versionSupport": true}}}));
    client.open(WRONG);
    let told = client.published(1);
    let mut all = told["diagnostics"].as_array().unwrap().iter();
    assert!(all.all(|it| it.get("codeDescription").is_none()));
}

#[test]
fn a_reason_is_written_where_explanations_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("budget.toml", "explanations = \"出错说明.toml\"\n");
    let known = "# 甲𠮷";
    write("出错说明.toml", known);
    let path = folder.path().join("2020.budget");
    let uri = format!("file://{}", path.display());
    let mut client = Client::start(requests::everything(false));
    let open = json!({"uri": uri, "languageId": "budget", "version": 1, "text": WRONG});
    client.notify("textDocument/didOpen", json!({"textDocument": open}));
    let at = json!({"line": 12, "character": 26});
    let params = json!({
        "textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": {"diagnostics": []},
    });
    let all = client.call("textDocument/codeAction", params.clone());
    let all = all.as_array().unwrap();
    let action = titled(all, "在 出错说明.toml 中说明 ARI003 的原因");
    let changes = action["edit"]["changes"].as_object().unwrap();
    let (file, edits) = changes.iter().next().unwrap();
    assert!(file.ends_with(".toml"), "{file}");
    // After the last line, which has no end of its own.
    assert_eq!(
        edits[0]["range"]["start"],
        json!({"line": 0, "character": 5})
    );
    let text = edits[0]["newText"].as_str().unwrap();
    assert!(
        text.starts_with("\n\n[[explanation]]\nfile = \"2020.budget\"\nrule = \"ARI003\"\n"),
        "{text}"
    );
    assert!(text.contains("\nreason = \"\"\n"), "{text}");

    // Where that file is open, not saved as yet: at its end as it stands there, in that version.
    let toml = format!("file://{}/出错说明.toml", folder.path().display());
    let open =
        json!({"uri": toml, "languageId": "toml", "version": 7, "text": "# 甲𠮷\n\n# 还没有存\n"});
    client.notify("textDocument/didOpen", json!({"textDocument": open}));
    let all = client.call("textDocument/codeAction", params);
    let action = titled(
        all.as_array().unwrap(),
        "在 出错说明.toml 中说明 ARI003 的原因",
    );
    let change = &action["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["version"], 7);
    let edit = &change["edits"][0];
    assert_eq!(edit["range"]["start"], json!({"line": 3, "character": 0}));
    let text = edit["newText"].as_str().unwrap();
    assert!(text.starts_with("\n[[explanation]]\n"), "{text}");
}

/// Actions are younger than the protocol: a client that doesn't declare them takes commands, and makes the edits that
/// it is asked to make.
#[test]
fn who_knows_no_actions_gets_commands() {
    let mut capabilities = requests::everything(false);
    capabilities["textDocument"]["codeAction"] = json!({});
    capabilities["textDocument"]["publishDiagnostics"] = json!({"versionSupport": true});
    let mut client = Client::spawn();
    let offered = client.initialize(capabilities.clone());
    let offered = &offered["capabilities"];
    assert_eq!(offered["codeActionProvider"], true);
    assert_eq!(
        offered["executeCommandProvider"]["commands"],
        json!(["budget.openRule", "budget.applyAction"])
    );
    client.open(WRONG);
    let all = ask(&mut client, 12, None);
    // Commands: strings, not actions with a command.
    assert!(all.iter().all(|it| it["command"].is_string()), "{all:?}");
    titled(&all, "解释规则 ARI003 ");
    let mend = titled(&all, "改为 35.00");
    let params = json!({"command": mend["command"], "arguments": mend["arguments"]});
    let done = client.call("workspace/executeCommand", params.clone());
    assert_eq!(done, Value::Null);
    let asked = client.wait(|message| message["method"] == "workspace/applyEdit");
    let answer = json!({"jsonrpc": "2.0", "id": asked["id"], "result": {"applied": true}});
    client.send(&answer);
    let text = client.apply(2, &asked["params"]["edit"]);
    assert_eq!(text, WRONG.replace("53.00", "35.00"));
    // Of a text that is gone.
    let id = client.request("workspace/executeCommand", params);
    assert_eq!(client.answer(id)["error"]["code"], -32801);

    // Who can't be asked to make edits gets the pages alone; who can't show those either is offered nothing.
    capabilities["workspace"]["applyEdit"] = json!(false);
    let mut client = Client::start(capabilities.clone());
    client.open(WRONG);
    let all = ask(&mut client, 12, None);
    assert!(!all.is_empty());
    assert!(all.iter().all(|it| it["command"] == "budget.openRule"));
    capabilities["window"] = json!({});
    let mut client = Client::spawn();
    let offered = client.initialize(capabilities);
    for provider in ["codeActionProvider", "executeCommandProvider"] {
        assert!(
            offered["capabilities"].get(provider).is_none(),
            "{provider}"
        );
    }
    client.open(WRONG);
    assert_eq!(ask(&mut client, 12, None), Vec::<Value>::new());
}

#[test]
fn a_command_that_the_client_has_is_not_offered_twice() {
    let mut client = Client::spawn();
    let params = json!({
        "processId": std::process::id(), "rootUri": null, "capabilities": requests::everything(false),
        "initializationOptions": {"commands": true},
    });
    let offered = client.call("initialize", params);
    assert!(
        offered["capabilities"]
            .get("executeCommandProvider")
            .is_none()
    );
    client.notify("initialized", json!({}));
    client.open(WRONG);
    let all = ask(&mut client, 12, None);
    let explain = titled(&all, "解释规则 ARI003 ");
    assert_eq!(explain["command"]["command"], "budget.openRule");
    assert_eq!(explain["command"]["arguments"], json!(["ARI003"]));
}

/// Two findings may be mended in words that are the same: each in its own place.
#[test]
fn of_equal_titles_each_mends_its_own_place() {
    let mut client = Client::start(support::requests::everything(true));
    client.open(include_str!("../../../tests/corpus/001.budget"));
    let mut params = text_document();
    params["range"] =
        json!({"start": {"line": 0, "character": 0}, "end": {"line": 9999, "character": 0}});
    params["context"] = json!({"diagnostics": [], "only": ["quickfix"]});
    let actions = client.call("textDocument/codeAction", params);
    let mut places: Vec<Value> = Vec::new();
    let same = |action: &&Value| action["title"] == "改为 265.06（改后请核对）";
    for action in actions.as_array().unwrap().iter().filter(same) {
        let finding = action["diagnostics"][0]["range"].clone();
        let resolved = client.call("codeAction/resolve", action.clone());
        let edits = &resolved["edit"]["documentChanges"][0]["edits"];
        assert_eq!(edits[0]["range"], finding, "{resolved}");
        places.push(finding);
    }
    // 表三 and 表五, each in two rows.
    assert_eq!(places.len(), 4);
    places.dedup();
    assert_eq!(places.len(), 4);
}
