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
