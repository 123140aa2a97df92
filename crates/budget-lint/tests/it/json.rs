//! The contract of `docs/json.md`.

use serde_json::{Value, json};

use crate::run::Folder;

fn check(text: &str, arguments: &[&str]) -> Value {
    let folder = Folder::with("a.budget", text);
    let mut all = vec!["check", "a.budget", "--format", "json"];
    all.extend(arguments);
    let run = folder.run(&all);
    serde_json::from_str(&run.out).expect("JSON")
}

#[test]
fn nothing_found_is_an_empty_array() {
    let folder = Folder::with("a.budget", "").and("budget.toml", "");
    let run = folder.run_with(
        &["check", "-", "--format", "json", "--min-severity", "error"],
        "",
    );
    assert_eq!(run.out, "[]\n");
}

#[test]
fn a_finding_has_what_applies_and_nothing_else() {
    let text = "---\n模板: 通用-预算\n部门 某县\n---\n";
    let found = check(text, &["--min-severity", "error"]);
    let found = found.as_array().expect("an array").first().expect("one");
    let version = found["template"]
        .as_str()
        .and_then(|t| t.strip_prefix("通用-预算@"));
    assert!(
        version.is_some_and(|version| !version.is_empty()),
        "{found}"
    );
    let mut found = found.clone();
    for key in ["message", "action", "name", "template"] {
        let text = found.as_object_mut().expect("an object").remove(key);
        assert!(
            text.is_some_and(|text| text.as_str().is_some_and(|t| !t.is_empty())),
            "{key}"
        );
    }
    assert_eq!(
        found,
        json!({
            "file": "a.budget",
            "rule": "SYN001",
            "severity": "error",
            // `部门 某县` is five characters; the end is the place after the last.
            "range": {"start": {"line": 3, "column": 1}, "end": {"line": 3, "column": 6}},
        })
    );
}

#[test]
fn with_outcomes_there_is_an_object_with_the_ledger() {
    let found = check("# 表\n", &["--outcomes"]);
    assert!(found["findings"].is_array());
    let ledger = &found["ledger"][0];
    assert_eq!(ledger["file"], "a.budget");
    for key in [
        "held",
        "rounding",
        "broken",
        "waiting",
        "notApplicable",
        "unknown",
    ] {
        assert!(ledger["counts"][key].is_u64(), "{key}");
    }
    assert!(ledger["relations"].is_array());
    assert!(ledger["uncovered"].is_array());
}

/// 2010301: 110.00 + 40.00 = 150.00, but 160.00 stands there, as one cell too many.
pub(crate) const WRONG_ROW: &str = "---
模板: 新疆-2020-部门预算
部门: 某县人民政府办公室
年度: 2020
金额单位: 万元
---

# 第二部分 部门预算公开表

## 表三 部门支出总体情况表

| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 201 | 一般公共服务支出 | 150.00 | 110.00 | 40.00 |
| 20103 | 政府办公厅（室）及相关机构事务 | 150.00 | 110.00 | 40.00 |
| 2010301 | 行政运行 | 160.00 | 110.00 | 40.00 |
|  | 合计 | 150.00 | 110.00 | 40.00 |
";

#[test]
fn a_relation_that_is_broken_has_its_numbers_and_places() {
    let found = check(WRONG_ROW, &["--min-severity", "error"]);
    let relations: Vec<_> = found
        .as_array()
        .expect("an array")
        .iter()
        .filter(|value| value["origin"].is_string())
        .collect();
    let [found] = relations.as_slice() else {
        panic!("one cell is wrong, one finding: {relations:#?}");
    };
    assert_eq!(
        found["subject"],
        json!({"table": "t3", "row": "2010301", "column": "total"})
    );
    // `| 2010301 | 行政运行 | ` is 2 + 7 + 3 + 4 + 3 = 19 characters, `160.00` six.
    assert_eq!(
        found["range"],
        json!({"start": {"line": 16, "column": 20}, "end": {"line": 16, "column": 26}})
    );
    assert_eq!(found["expected"], "150.00");
    assert_eq!(found["actual"], "160.00");
    assert_eq!(found["difference"], "10.00");
    assert!(
        found["formula"]
            .as_str()
            .is_some_and(|formula| formula.contains("20103"))
    );
    assert!(found["left"].is_string() && found["right"].is_string());
    let related = found["related"].as_array().expect("its parts");
    assert!(related.iter().all(|place| place["file"] == "a.budget"
        && place["message"].is_string()
        && place["range"]["start"]["line"].is_u64()));
    // 基本支出 of the same row: after `160.00 | ` at 20 + 6 + 3.
    assert!(
        related
            .iter()
            .any(|place| place["range"]["start"] == json!({"line": 16, "column": 29}))
    );
    for fix in found["fixes"].as_array().into_iter().flatten() {
        assert_eq!(fix["safe"], false, "a change of a number is never safe");
    }
}

#[test]
fn the_ledger_holds_every_relation_by_outcome() {
    let found = check(WRONG_ROW, &["--outcomes"]);
    let ledger = &found["ledger"][0];
    let relations = ledger["relations"].as_array().expect("relations");
    for (outcome, count) in ledger["counts"].as_object().expect("counts") {
        let told = relations
            .iter()
            .filter(|r| r["outcome"] == *outcome)
            .count();
        assert_eq!(Some(told as u64), count.as_u64(), "{outcome}");
    }
    // The row sum of 2010301, and 款 = Σ项 in the same column.
    let broken: Vec<_> = relations
        .iter()
        .filter(|r| r["outcome"] == "broken")
        .collect();
    assert!(broken.len() >= 2, "{broken:#?}");
    let sum = broken
        .iter()
        .find(|relation| relation["left"] == "160.00" || relation["right"] == "160.00")
        .expect("the row sum");
    assert!(
        sum["cells"]
            .as_array()
            .is_some_and(|cells| cells.len() >= 2)
    );
    assert_eq!(ledger["uncovered"], json!([]));
}
