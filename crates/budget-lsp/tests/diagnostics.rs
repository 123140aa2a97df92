//! Diagnostics: pushed or asked for, never both; of the right version; in the right columns.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use budget_workspace::{Baseline, File, FilePath, Resolver};
use serde_json::{Value, json};
use support::{Client, URI, encoded, pulling, pushed, text_document};

/// A total that is not the sum, and a name that is not the code's.
const WRONG: &str = "\
---
模板: 新疆-2020-部门预算
部门: 𠮷县人民政府办公室
年度: 2020
金额单位: 万元
---

# 第二部分 部门预算公开表

## 表三 部门支出总体情况表

| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 201 | 一般公共服务支出 | 150.00 | 110.00 | 40.00 |
| 20103 | 政府办公厅（室）及相关机构事务 | 150.00 | 110.00 | 40.00 |
| 2010301 | 𠮷行政运行 | 155.00 | 110.00 | 40.00 |
|  | 合计 | 150.00 | 110.00 | 40.00 |
";

fn is_publication(message: &Value) -> bool {
    message["method"] == "textDocument/publishDiagnostics"
}

fn pull(client: &mut Client, previous: Option<&str>) -> Value {
    let mut params = text_document();
    if let Some(previous) = previous {
        params["previousResultId"] = previous.into();
    }
    client.call("textDocument/diagnostic", params)
}

#[test]
fn pushed_with_their_version_to_who_cannot_ask() {
    let mut client = Client::start(pushed());
    client.open(WRONG);
    let first = client.published(1);
    assert_eq!(first["uri"], URI);
    assert!(!first["diagnostics"].as_array().unwrap().is_empty());
    client.change(2, [7, 0, 7, 0], "\n");
    client.published(2);
    client.notify("textDocument/didClose", text_document());
    let last = client.wait(is_publication);
    assert_eq!(last["params"], json!({"uri": URI, "diagnostics": []}));
}

#[test]
fn never_pushed_to_who_asks() {
    let mut client = Client::start(pulling());
    client.open(WRONG);
    let report = pull(&mut client, None);
    assert_eq!(report["kind"], "full");
    assert!(!report["items"].as_array().unwrap().is_empty());
    let id = report["resultId"].as_str().unwrap().to_owned();
    assert_eq!(pull(&mut client, Some(&id))["kind"], "unchanged");
    client.change(2, [7, 0, 7, 0], "\n");
    assert_eq!(pull(&mut client, Some(&id))["kind"], "full");
    assert!(!client.others().iter().any(is_publication));
}

#[test]
fn both_ways_say_the_same() {
    let mut asks = Client::start(pulling());
    asks.open(WRONG);
    // Who asks for diagnostics can open the pages of rules; who is told has to say so.
    let mut capabilities = pushed();
    capabilities["textDocument"]["publishDiagnostics"]["codeDescriptionSupport"] = json!(true);
    let mut told = Client::start(capabilities);
    told.open(WRONG);
    assert_eq!(
        pull(&mut asks, None)["items"],
        told.published(1)["diagnostics"]
    );
}

/// The same places in three encodings: 𠮷 is 4 bytes, 2 units, 1 scalar value; 行 3, 1, 1.
#[test]
fn columns_count_what_was_agreed() {
    let columns = |encoding: &str| {
        let mut client = Client::start(encoded(encoding));
        client.open(WRONG);
        let published = client.published(1);
        let found = published["diagnostics"].as_array().unwrap().clone();
        ["COD005", "ARI002"].map(|code| {
            let found = found.iter().find(|found| found["code"] == code);
            let found = found.expect("a finding");
            assert_eq!(found["source"], "budget-lint");
            let range = &found["range"];
            assert_eq!(
                (&range["start"]["line"], &range["end"]["line"]),
                (&json!(15), &json!(15))
            );
            let column = |end: &str| range[end]["character"].as_u64().unwrap();
            (column("start"), column("end"))
        })
    };
    // `| 2010301 | 𠮷行政运行 | 155.00 |`
    assert_eq!(
        columns("utf-8"),
        [(12, 12 + 16), (12 + 16 + 3, 12 + 16 + 3 + 6)]
    );
    assert_eq!(
        columns("utf-16"),
        [(12, 12 + 6), (12 + 6 + 3, 12 + 6 + 3 + 6)]
    );
    assert_eq!(
        columns("utf-32"),
        [(12, 12 + 5), (12 + 5 + 3, 12 + 5 + 3 + 6)]
    );
}

/// Runs `budget-lint` in a folder.
fn command_line(folder: &Path, arguments: &[&str]) -> Output {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--manifest-path", manifest])
        .args(["--package", "budget-lint", "--"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// Levels, a relation of one's own, a baseline and explanations count for both alike; the editor follows the files that
/// `budget.toml` names.
#[test]
fn the_command_line_finds_the_same_under_a_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("a.budget", &format!("{WRONG}\n安排办公经费。。\n"));
    let settings =
        "ignore = [\"STR\"]\nrules = { TXT001 = \"info\" }\nexplanations = \"说明.toml\"\n";
    let relation = "[[relations]]\nname = \"甲\"\nexpr = \"表三.201.合计 = 表三.201.基本支出\"\n\
                    message = \"应相等\"\nseverity = \"warning\"\n";
    write("budget.toml", &format!("{settings}{relation}"));
    let run = |arguments: &[&str]| command_line(folder.path(), arguments);
    let baseline = [
        "baseline",
        "--select",
        "COD",
        "--baseline",
        "基线.json",
        "a.budget",
    ];
    assert!(run(&baseline).status.success());
    let explain = [
        "check",
        "--add-explanations",
        "--select",
        "CRS003",
        "--reason",
        "口径不同",
    ];
    assert!(run(&explain).status.success());

    let found = || -> Vec<(String, u64, bool)> {
        let output = run(&["check", "--format", "json", "a.budget"]);
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let found = found.as_array().unwrap().iter().map(|it| {
            let severity = ["error", "warning", "info"];
            let level = severity.iter().position(|name| it["severity"] == *name);
            (
                it["rule"].as_str().unwrap().to_owned(),
                1 + level.unwrap() as u64,
                it["explanation"].is_object(),
            )
        });
        found.collect()
    };
    let published = |publication: &Value| -> Vec<(String, u64, bool)> {
        let found = publication["params"]["diagnostics"].as_array().unwrap();
        let found = found.iter().map(|it| {
            (
                it["code"].as_str().unwrap().to_owned(),
                it["severity"].as_u64().unwrap(),
                it["message"].as_str().unwrap().contains("\n说明：口径不同"),
            )
        });
        found.collect()
    };
    let has = |found: &[(String, u64, bool)], rule: &str| found.iter().any(|it| it.0 == rule);

    let mut client = Client::start(pushed());
    let uri = format!("file://{}/a.budget", folder.path().display());
    let text = fs::read_to_string(folder.path().join("a.budget")).unwrap();
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": uri, "languageId": "budget", "version": 1, "text": text}}),
    );
    let of = |message: &Value| is_publication(message) && message["params"]["uri"] == uri;
    let told = published(&client.wait(of));
    assert_eq!(told, found());
    assert!(has(&told, "COD005") && !has(&told, "STR002"), "{told:?}");
    assert!(told.contains(&("CRS003".to_owned(), 2, true)), "{told:?}");
    assert!(told.contains(&("TXT001".to_owned(), 3, false)), "{told:?}");

    write(
        "budget.toml",
        &format!("baseline = \"基线.json\"\n{settings}{relation}"),
    );
    let changed = |name: &str| {
        let uri = format!("file://{}/{name}", folder.path().display());
        json!({"changes": [{"uri": uri, "type": 2}]})
    };
    client.notify("workspace/didChangeWatchedFiles", changed("budget.toml"));
    let told = published(&client.wait(of));
    assert_eq!(told, found());
    assert!(!has(&told, "COD005") && has(&told, "CRS003"), "{told:?}");

    write("基线.json", "{\"version\":1,\"findings\":[]}");
    client.notify("workspace/didChangeWatchedFiles", changed("基线.json"));
    let told = published(&client.wait(of));
    assert_eq!(told, found());
    assert!(has(&told, "COD005"), "{told:?}");
}

/// The command line and the server say the same of a real document, at the same places.
#[test]
fn the_command_line_finds_the_same() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus/000.budget");
    let place = |line: &Value, column: &Value, from: u64| {
        (
            line.as_u64().unwrap() - from,
            column.as_u64().unwrap() - from,
        )
    };
    let output = command_line(Path::new("."), &["check", "--format", "json", path]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut command_line: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            let (start, end) = (&found["range"]["start"], &found["range"]["end"]);
            (
                found["rule"].as_str().unwrap().to_owned(),
                place(&start["line"], &start["column"], 1),
                place(&end["line"], &end["column"], 1),
                found["related"].as_array().map_or(0, Vec::len),
            )
        })
        .collect();

    let mut client = Client::start(encoded("utf-32"));
    let uri = format!("file://{path}");
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {
            "uri": uri, "languageId": "budget", "version": 1,
            "text": fs::read_to_string(path).unwrap(),
        }}),
    );
    let published = client.published(1);
    let mut server: Vec<_> = published["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            let (start, end) = (&found["range"]["start"], &found["range"]["end"]);
            (
                found["code"].as_str().unwrap().to_owned(),
                place(&start["line"], &start["character"], 0),
                place(&end["line"], &end["character"], 0),
                found["relatedInformation"].as_array().map_or(0, Vec::len),
            )
        })
        .collect();
    command_line.sort();
    server.sort();
    assert!(!server.is_empty());
    assert_eq!(server, command_line);
}

#[test]
fn settings_and_configuration_are_followed() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("budget.toml");
    let uri = format!("file://{}/a.budget", folder.path().display());
    let config_uri = format!("file://{}", config.display());
    let codes = |publication: &Value| -> Vec<String> {
        let found = publication["params"]["diagnostics"].as_array().unwrap();
        let code = |found: &Value| found["code"].as_str().unwrap_or_default().to_owned();
        found.iter().map(code).collect()
    };
    let mut client = Client::start(pushed());
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": uri, "languageId": "budget", "version": 1, "text": WRONG}}),
    );
    let of = |wanted: String| {
        move |message: &Value| is_publication(message) && message["params"]["uri"] == wanted
    };
    let before = client.wait(of(uri.clone()));
    assert!(codes(&before).contains(&"COD005".to_owned()));

    fs::write(&config, "[rules]\nCOD005 = \"off\"\n").unwrap();
    let changed = json!({"changes": [{"uri": config_uri, "type": 1}]});
    client.notify("workspace/didChangeWatchedFiles", changed.clone());
    let after = client.wait(of(uri.clone()));
    assert!(!codes(&after).contains(&"COD005".to_owned()));

    // A slip in it: said in that file, and what it said before still holds.
    fs::write(&config, "[rules]\nCOD005 = \"never\"\n").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed.clone());
    let error = client.wait(of(config_uri.clone()));
    assert_eq!(
        error["params"]["diagnostics"][0]["range"]["start"]["line"],
        1
    );
    fs::write(&config, "").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed);
    let mended = client.wait(of(config_uri));
    assert_eq!(mended["params"]["diagnostics"], json!([]));
    let again = client.wait(of(uri.clone()));
    assert!(codes(&again).contains(&"COD005".to_owned()));

    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"budget": {"minSeverity": "error"}}}),
    );
    let fewer = client.wait(of(uri));
    let found = fewer["params"]["diagnostics"].as_array().unwrap();
    assert!(found.iter().all(|found| found["severity"] == 1));
}

/// What findings hang on besides the text: a baseline, and a document that this one names.
#[test]
fn other_files_are_followed() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let uri = format!("file://{}/a.budget", folder.path().display());
    let text = WRONG.replacen("---\n", "---\n上年文档: 上年.budget\n", 1)
        + "\n上年{上年.表三.合计.合计}万元。\n";
    fs::write(at("a.budget"), &text).unwrap();
    let codes = |publication: &Value| -> Vec<String> {
        let found = publication["params"]["diagnostics"].as_array().unwrap();
        let code = |found: &Value| found["code"].as_str().unwrap_or_default().to_owned();
        found.iter().map(code).collect()
    };
    let wanted = uri.clone();
    let of_text = |message: &Value| is_publication(message) && message["params"]["uri"] == wanted;
    let mut client = Client::start(pushed());
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": uri, "languageId": "budget", "version": 1, "text": text}}),
    );
    let before = client.wait(of_text);
    assert!(codes(&before).contains(&"SYN007".to_owned()), "{before}");

    let other = "---\n模板: 新疆-2020-部门预算\n---\n\n# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n\
        | 科目编码 | 功能分类科目名称 | 合计 |\n| --- | --- | ---: |\n| 201 | 一般公共服务支出 | 1.00 |\n| | 合计 | 1.00 |\n";
    fs::write(at("上年.budget"), other).unwrap();
    let changed = |name: &str| {
        let uri = format!("file://{}/{name}", folder.path().display());
        json!({"changes": [{"uri": uri, "type": 2}]})
    };
    client.notify("workspace/didChangeWatchedFiles", changed("上年.budget"));
    let after = client.wait(of_text);
    assert!(!codes(&after).contains(&"SYN007".to_owned()), "{after}");
    assert!(!codes(&after).is_empty());

    // A rule of its own in the folder, and what it finds in the baseline.
    fs::write(at("budget.toml"), "baseline = \"b.json\"\n").unwrap();
    fs::write(at("b.json"), "").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed("budget.toml"));
    client.wait(of_text);
    let settings = Resolver::default().resolve(&FilePath::Disk(at("a.budget")));
    let file = File::new(
        FilePath::Disk(at("a.budget")),
        text.as_str().into(),
        None,
        None,
        settings,
    );
    let mut baseline = Baseline::new(&at("b.json"));
    baseline.take(&at("a.budget"), file.report(), file.document());
    assert!(!baseline.is_empty());
    fs::write(at("b.json"), baseline.to_text()).unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed("b.json"));
    let silent = client.wait(of_text);
    assert_eq!(silent["params"]["diagnostics"], json!([]));
}

/// A document that others name counts as it stands in the editor, not as it was saved.
#[test]
fn open_documents_that_others_name() {
    let folder = tempfile::tempdir().unwrap();
    let uri = |name: &str| format!("file://{}/{name}", folder.path().display());
    let of = |name: &str, version: i64| {
        let wanted = uri(name);
        move |message: &Value| {
            is_publication(message)
                && message["params"]["uri"] == wanted
                && message["params"]["version"] == version
        }
    };
    let open = |name: &str, text: &str| json!({"textDocument": {"uri": uri(name), "languageId": "budget", "version": 1, "text": text}});
    let mut client = Client::start(pushed());
    let text = WRONG.replacen("---\n", "---\n上年文档: ./b.budget\n", 1)
        + "\n上年{上年.表三.合计.合计}万元。\n";
    let broken = |publication: &Value| {
        publication["params"]["diagnostics"]
            .to_string()
            .contains("SYN007")
    };
    client.notify("textDocument/didOpen", open("a.budget", &text));
    assert!(broken(&client.wait(of("a.budget", 1))));

    // It is never saved.
    let other = "---\n模板: 新疆-2020-部门预算\n---\n\n# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n\
        | 科目编码 | 功能分类科目名称 | 合计 |\n| --- | --- | ---: |\n| 201 | 一般公共服务支出 | 1.00 |\n| | 合计 | 1.00 |\n";
    client.notify("textDocument/didOpen", open("b.budget", other));
    assert!(!broken(&client.wait(of("a.budget", 1))));
    let line = other.split('\n').count() - 2;
    client.notify(
        "textDocument/didChange",
        json!({
            "textDocument": {"uri": uri("b.budget"), "version": 2},
            "contentChanges": [{
                "range": {"start": {"line": line, "character": 0}, "end": {"line": line + 1, "character": 0}},
                "text": "",
            }],
        }),
    );
    assert!(broken(&client.wait(of("a.budget", 1))));
    client.notify(
        "textDocument/didClose",
        json!({"textDocument": {"uri": uri("b.budget")}}),
    );
    assert!(broken(&client.wait(of("a.budget", 1))));
}

/// Settings lie over what `initialize` brought; those that say nothing of this server change nothing.
#[test]
fn settings_of_others_change_nothing() {
    let mut client = Client::spawn();
    let params = json!({
        "processId": null, "rootUri": null, "capabilities": pulling(),
        "initializationOptions": {"minSeverity": "hint"},
    });
    client.call("initialize", params);
    client.notify("initialized", json!({}));
    client.open(WRONG);
    let mut found = |settings: Value| {
        let settings = json!({ "settings": settings });
        client.notify("workspace/didChangeConfiguration", settings);
        pull(&mut client, None)["items"].as_array().unwrap().len()
    };
    let hints = found(json!({}));
    for settings in [
        json!(null),
        json!({"python": {}}),
        json!([]),
        json!({"budget": {}}),
    ] {
        assert_eq!(found(settings), hints);
    }
    assert!(found(json!({"minSeverity": "error"})) < hints);
    assert!(found(json!({"budget": {"minSeverity": "warning"}})) < hints);
    // Taken back.
    assert_eq!(found(json!({"budget": {}})), hints);
}
