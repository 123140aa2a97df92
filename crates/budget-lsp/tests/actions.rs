//! Code actions: the fixes of findings, one by one and all that are safe.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use serde_json::{Value, json};
use support::{Client, URI, encoded};

/// 35.00 belongs where 53.00 stands: the row and the column say so. Twice there is one mark too many; an
/// astral character stands before one of them.
const WRONG: &str = "\
---
模板: 新疆-2020-部门预算
---

# 第二部分 部门预算公开表

## 表三 部门支出总体情况表

| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 205 | 教育支出 | 90.00 | 60.00 | 30.00 |
| 206 | 科学技术支出 | 5.00 | | 5.00 |
| | 合计 | 95.00 | 60.00 | 53.00 |

# 第三部分 部门预算情况说明

## 三、支出预算情况说明

𠮷县安排经费。。

都已安排；；没有结余。
";

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
        assert_eq!(titles, ["改为 35.00（改后请核对）"], "{encoding}");
        assert_eq!(number[0]["diagnostics"][0]["code"], "ARI003");
        assert!(number[0].get("isPreferred").is_none());
        let text = client.apply(2, &number[0]["edit"]);
        assert_eq!(text, WRONG.replace("53.00", "35.00"));
        let mark = ask(&mut client, 18, None);
        assert_eq!(mark[0]["isPreferred"], true);
        assert_eq!(
            mark.len(),
            1,
            "all at once is offered where it is asked for"
        );
        let text = client.apply(3, &mark[0]["edit"]);
        assert_eq!(text, WRONG.replace("53.00", "35.00").replace("。。", "。"));
        assert_eq!(ask(&mut client, 18, Some("quickfix")), Vec::<Value>::new());
    }
}

#[test]
fn all_that_is_safe_is_mended_at_once_and_nothing_else() {
    for only in ["source.fixAll", "source"] {
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
