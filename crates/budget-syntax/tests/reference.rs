//! The language reference: its examples are read, and are as it says they are.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use budget_syntax::expr::{parse_identity, parse_path, parse_slot};
use budget_syntax::format::{apply, format};
use budget_syntax::{parse, slots};

const REFERENCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../grammar/README.md");

/// The fenced blocks of a kind, each with the paragraph after it.
fn examples(reference: &str, kind: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lines = reference.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let code: String = lines
            .by_ref()
            .take_while(|line| *line != "```")
            .fold(String::new(), |code, line| code + line + "\n");
        if info == kind {
            let after = lines.clone().find(|line| !line.is_empty()).unwrap_or("");
            found.push((code, after.to_owned()));
        }
    }
    found
}

fn reference() -> String {
    std::fs::read_to_string(REFERENCE).unwrap()
}

#[test]
fn examples_are_read_and_formatted() {
    let examples = examples(&reference(), "budget");
    assert!(examples.len() >= 4);
    for (text, _) in examples {
        let parse = parse(&text);
        assert_eq!(parse.errors, [], "{text}");
        assert_eq!(apply(&text, &format(&text, &parse.tree)), text);
        for slot in slots(&text, 0) {
            let inner = slot.inner.of(&text);
            assert!(parse_slot(inner).is_ok(), "{inner}");
        }
    }
}

#[test]
fn errors_are_told_as_written() {
    let examples = examples(&reference(), "budget 错误");
    assert!(examples.len() >= 10);
    for (text, after) in examples {
        let told: Vec<_> = parse(&text).errors.into_iter().map(|e| e.message).collect();
        let written = after.trim_start_matches("> ").replace("\\#", "#");
        assert_eq!(told, [written], "{text}");
    }
}

#[test]
fn identities_are_read() {
    let examples = examples(&reference(), "勾稽");
    let lines: Vec<_> = examples.iter().flat_map(|(text, _)| text.lines()).collect();
    assert!(lines.len() >= 7);
    for line in lines {
        assert!(parse_identity(line).is_ok(), "{line}");
    }
}

#[test]
fn tables_of_paths_and_messages_are_true() {
    let reference = reference();
    let mut paths = 0;
    let mut messages = 0;
    for line in reference.lines() {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, code, says, _] = cells.as_slice() else {
            continue;
        };
        let Some(code) = code
            .strip_prefix('`')
            .and_then(|code| code.strip_suffix('`'))
        else {
            continue;
        };
        if let Some(slot) = code
            .strip_prefix('{')
            .and_then(|code| code.strip_suffix('}'))
        {
            let told = parse_slot(slot).unwrap_err();
            assert_eq!(told.first().unwrap().message, *says, "{code}");
            messages += 1;
        } else if code.contains('.') {
            assert!(parse_path(code).is_ok(), "{code}");
            paths += 1;
        }
    }
    assert!(paths >= 12 && messages >= 6, "{paths} {messages}");
}
