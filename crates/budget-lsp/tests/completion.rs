//! Completion over the wire: lists that editors filter, items that are resolved, edits that fit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests only"
)]

mod support;

use serde_json::{Value, json};
use support::{Client, URI, pushed, requests};

const HEAD: &str = "---\n模板: 新疆-2020-部门预算\n部门: 𠮷县人民政府办公室\n年度: 2020\n---\n\n";

fn table(rows: &str) -> String {
    format!(
        "{HEAD}# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n\
         | 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n| --- | --- | ---: | ---: | ---: |\n{rows}\n"
    )
}

/// Opens a text with the cursor at `$0` and asks there.
fn ask(client: &mut Client, text: &str, trigger: Option<&str>) -> (Value, Value) {
    let (before, after) = text.split_once("$0").unwrap();
    client.open(&format!("{before}{after}"));
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap().encode_utf16().count();
    let position = json!({"line": line, "character": column});
    let mut params = json!({"textDocument": {"uri": URI}, "position": position});
    params["context"] = match trigger {
        Some(mark) => json!({"triggerKind": 2, "triggerCharacter": mark}),
        None => json!({"triggerKind": 1}),
    };
    (client.call("textDocument/completion", params), position)
}

fn item(list: &Value, label: &str) -> Value {
    let items = list["items"].as_array().unwrap();
    let found = items.iter().find(|item| item["label"] == label);
    found
        .unwrap_or_else(|| panic!("no {label} in {list}"))
        .clone()
}

/// The text after an item is taken, as a client does it: all edits refer to the text as it was.
fn take(client: &mut Client, item: &Value) -> String {
    let mut edits = vec![item["textEdit"].clone()];
    edits.extend(
        item["additionalTextEdits"]
            .as_array()
            .cloned()
            .unwrap_or_default(),
    );
    let start = |edit: &Value| {
        let start = &edit["range"]["start"];
        (
            start["line"].as_u64().unwrap(),
            start["character"].as_u64().unwrap(),
        )
    };
    edits.sort_by_key(start);
    edits.reverse();
    let changes: Vec<Value> = edits
        .iter()
        .map(|edit| json!({"range": edit["range"], "text": edit["newText"]}))
        .collect();
    let params = json!({"textDocument": {"uri": URI, "version": 2}, "contentChanges": changes});
    client.notify("textDocument/didChange", params);
    client.text().1
}

#[test]
fn a_code_brings_its_name_and_its_parents() {
    let expected = "\
        | 201      | 一般公共服务支出 |    = |        = |        = |\n\
        | 20103    | 政府办公厅（室）及相关机构事务 |    = |        = |        = |\n\
        | 2010301 | 行政运行 |  |  |  |\n";
    // An editor that resolves gets a list of edits, and the explanation when the item is looked at.
    let mut client = Client::start(requests::everything(false));
    let (list, position) = ask(&mut client, &table("| 2010$0 |  |  |  |  |"), Some("0"));
    assert_eq!(list["isIncomplete"], false);
    let bare = item(&list, "2010301 行政运行");
    assert_eq!(bare["filterText"], "2010301");
    for lazy in ["documentation", "detail"] {
        assert!(bare.get(lazy).is_none(), "{bare}");
    }
    assert_eq!(bare["additionalTextEdits"].as_array().unwrap().len(), 2);
    let whole = client.call("completionItem/resolve", bare.clone());
    assert_eq!(
        whole["detail"],
        "一般公共服务支出 / 政府办公厅（室）及相关机构事务 / 行政运行"
    );
    assert_eq!(whole["documentation"]["kind"], "markdown");
    assert!(
        whole["documentation"]["value"]
            .as_str()
            .unwrap()
            .contains("见于已公开的文件")
    );
    assert!(take(&mut client, &whole).ends_with(expected));
    assert_eq!(position["line"], 12);

    // One that doesn't gets all at once, and no promise.
    let mut client = Client::spawn();
    let offered = client.initialize(pushed());
    assert!(
        offered["capabilities"]["completionProvider"]
            .get("resolveProvider")
            .is_none()
    );
    let (list, _) = ask(&mut client, &table("| 2010$0 |  |  |  |  |"), None);
    let whole = item(&list, "2010301 行政运行");
    assert_eq!(whole["documentation"]["kind"], "plaintext");
    assert!(whole.get("data").is_none());
    assert!(take(&mut client, &whole).ends_with(expected));
}

#[test]
fn an_item_resolved_after_more_was_typed_keeps_its_edits() {
    let mut client = Client::start(requests::everything(false));
    let (list, _) = ask(&mut client, &table("| 20$0 |  |  |  |  |"), Some("0"));
    let bare = item(&list, "20103 政府办公厅（室）及相关机构事务");
    client.change(2, [12, 4, 12, 4], "10");
    let whole = client.call("completionItem/resolve", bare.clone());
    assert_eq!(whole["additionalTextEdits"], bare["additionalTextEdits"]);
    let edits = whole["additionalTextEdits"].as_array().unwrap();
    assert_eq!(edits.len(), 2);
    assert_eq!(edits[1]["range"]["start"]["line"], 11);
}

/// Who takes an item as soon as it is there never resolves it; an answer that comes late is the item as it was.
#[test]
fn an_item_taken_at_once_brings_its_parents() {
    let mut client = Client::start(requests::everything(false));
    let (list, _) = ask(&mut client, &table("| 2010$0 |  |  |  |  |"), Some("0"));
    let bare = item(&list, "2010301 行政运行").clone();
    let asked = client.request("completionItem/resolve", bare.clone());
    let text = take(&mut client, &bare);
    let rows = text.split_once("| 201 ").unwrap().1;
    assert!(
        rows.contains("| 20103 ") && rows.contains("| 2010301 | 行政运行 |"),
        "{text}"
    );
    let answer = client.answer(asked);
    assert_eq!(
        answer["result"]["additionalTextEdits"], bare["additionalTextEdits"],
        "{answer}"
    );
}

/// Remarks that can't stand beside the labels stand in them; what is typed is matched as before.
#[test]
fn remarks_stand_in_the_labels_of_who_shows_nothing_beside_them() {
    let mut capabilities = requests::everything(false);
    capabilities["textDocument"]["completion"]["completionItem"]["labelDetailsSupport"] =
        json!(false);
    let text = table("| 20$0 |  |  |  |  |");
    let mut client = Client::start(capabilities);
    let (list, _) = ask(&mut client, &text, Some("0"));
    let doubtful = item(&list, "20101 人大事务（未经文件核对）");
    assert_eq!(doubtful["filterText"], "20101");
    let items = list["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item.get("labelDetails").is_none()));
    let mut labels: Vec<&str> = items
        .iter()
        .map(|item| item["label"].as_str().unwrap())
        .collect();
    let all = labels.len();
    labels.sort_unstable();
    labels.dedup();
    assert_eq!(labels.len(), all);
    let whole = client.call("completionItem/resolve", doubtful.clone());
    assert_eq!(whole["label"], doubtful["label"]);
    assert!(whole["detail"].is_string(), "{whole}");

    let mut client = Client::start(requests::everything(false));
    let (list, _) = ask(&mut client, &text, Some("0"));
    let doubtful = item(&list, "20101 人大事务");
    assert_eq!(doubtful["labelDetails"]["description"], "未经文件核对");
}

#[test]
fn lists_are_small() {
    let mut client = Client::start(requests::everything(false));
    let (list, _) = ask(&mut client, &table("| $0 |  |  |  |  |"), None);
    let items = list["items"].as_array().unwrap().len();
    assert_eq!(items, 100);
    // Items of at most 600 bytes each, with the rows that they add.
    let bytes = list.to_string().len();
    assert!(bytes < items * 600, "{bytes} bytes for {items} items");
}

#[test]
fn tab_stops_only_for_who_has_them() {
    let text = format!("{HEAD}# 第三部分 部门预算情况说明\n\n## 三$0\n");
    let mut client = Client::start(requests::everything(false));
    let (list, _) = ask(&mut client, &text, None);
    let section = item(&list, "三、支出预算情况说明");
    assert_eq!(section["insertTextFormat"], 2);
    assert!(
        section["textEdit"]["newText"]
            .as_str()
            .unwrap()
            .contains("${0:待填}")
    );
    let mut client = Client::start(pushed());
    let (list, _) = ask(&mut client, &text, None);
    let section = item(&list, "三、支出预算情况说明");
    assert!(section.get("insertTextFormat").is_none());
    assert_eq!(
        section["textEdit"]["newText"],
        "三、支出预算情况说明\n\n待填\n"
    );
}

#[test]
fn full_width_marks_open_lists_and_mean_nothing_elsewhere() {
    let mut client = Client::spawn();
    let offered = client.initialize(requests::everything(false));
    let marks = &offered["capabilities"]["completionProvider"]["triggerCharacters"];
    let marks: Vec<&str> = marks
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect();
    for mark in [
        "：", "，", "。", "｛", "｜", "＃", ":", ",", ".", "{", "|", "#", "0", "０",
    ] {
        assert!(marks.contains(&mark), "{mark}");
    }
    let narrative = |body: &str| {
        format!(
            "{}\n# 第三部分 部门预算情况说明\n\n{body}\n",
            table("| 201 | 一般公共服务支出 | 3176.05 | 3176.05 | |")
        )
    };
    let (list, _) = ask(&mut client, &narrative("共｛表三。$0"), Some("。"));
    assert_eq!(
        item(&list, "201 一般公共服务支出")["textEdit"]["newText"],
        "201"
    );
    let (list, _) = ask(&mut client, &narrative("共｛表三。201。$0"), Some("。"));
    assert_eq!(item(&list, "合计")["detail"], "= 3176.05 万元");
    for mark in marks {
        let (list, _) = ask(
            &mut client,
            &narrative(&format!("财政拨款{mark}$0")),
            Some(mark),
        );
        if !"{｛".contains(mark) {
            assert_eq!(list, Value::Null, "{mark}");
        }
    }
}

#[test]
fn documents_of_the_folder_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["2019.budget", "2018.budget", "说明.txt"] {
        std::fs::write(folder.path().join(name), "甲").unwrap();
    }
    let uri = format!("file://{}/2020.budget", folder.path().display());
    let mut client = Client::start(requests::everything(false));
    let text = "---\n模板: 新疆-2020-部门预算\n上年文档: \n---\n";
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": uri, "languageId": "budget", "version": 1, "text": text}}),
    );
    let params = json!({
        "textDocument": {"uri": uri}, "position": {"line": 2, "character": 6}, "context": {"triggerKind": 1},
    });
    let list = client.call("textDocument/completion", params);
    let labels: Vec<&Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["label"])
        .collect();
    assert_eq!(labels, ["2018.budget", "2019.budget"]);
}
