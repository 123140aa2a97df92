//! The examples of `test/corpus`, in the form of `tree-sitter test`.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use tree_sitter::{Node, Parser};

/// What stands behind the rules of `=` and `-`: an example may hold such lines of its own.
const SUFFIX: &str = "文";

#[test]
fn examples() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test/corpus");
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_budget::LANGUAGE.into())
        .unwrap();
    let mut count = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for (name, input, wanted) in read(&text) {
            let tree = parser.parse(input, None).unwrap();
            let mut found = String::new();
            write(tree.root_node(), None, 0, &mut found);
            assert_eq!(found.trim(), wanted.trim(), "{}: {name}", path.display());
            count += 1;
        }
    }
    assert!(count >= 25, "{count} examples");
}

/// Name, input and tree of each example.
fn read(text: &str) -> Vec<(&str, &str, &str)> {
    let rule = format!("{}{SUFFIX}\n", "=".repeat(20));
    let line = format!("\n{}{SUFFIX}\n", "-".repeat(20));
    let mut parts = text.split(rule.as_str()).skip(1);
    let mut examples = Vec::new();
    while let (Some(name), Some(rest)) = (parts.next(), parts.next()) {
        let (input, tree) = rest.split_once(line.as_str()).unwrap();
        examples.push((name.trim(), input, tree));
    }
    examples
}

/// Named nodes, one a line.
fn write(node: Node<'_>, field: Option<&str>, depth: usize, out: &mut String) {
    if depth > 0 {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    if let Some(field) = field {
        out.push_str(field);
        out.push_str(": ");
    }
    out.push('(');
    out.push_str(node.kind());
    for index in 0..node.child_count() {
        let child = node.child(index).unwrap();
        if child.is_named() {
            write(child, node.field_name_for_child(index), depth + 1, out);
        }
    }
    out.push(')');
}
