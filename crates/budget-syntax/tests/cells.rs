//! Editors that go from cell to cell find the cells of a row by themselves, line by line; this is what they find.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fs;

use budget_syntax::parse;
use budget_syntax::tree::{BlockKind, RowKind};
use serde_json::Value;

#[test]
fn the_cells_of_the_editors_are_those_of_the_language() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/editors/cells.json"
    );
    let all: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(all.len() > 10);
    for one in &all {
        let line = one["line"].as_str().unwrap();
        let wanted: Vec<&str> = one["cells"]
            .as_array()
            .unwrap()
            .iter()
            .map(|cell| cell.as_str().unwrap())
            .collect();
        let columns = one["columns"]
            .as_u64()
            .map_or(wanted.len(), |it| usize::try_from(it).unwrap());
        let text = format!(
            "|{}\n|{}\n{line}\n",
            "名称|".repeat(columns),
            "---|".repeat(columns)
        );
        let parse = parse(&text);
        let table = parse
            .tree
            .blocks()
            .find_map(|block| match block.kind {
                BlockKind::Table(table) => Some(table),
                _ => None,
            })
            .unwrap();
        let row = table
            .rows()
            .find(|row| row.kind == RowKind::Body)
            .unwrap_or_else(|| panic!("no row: {line}"));
        let cells: Vec<&str> = row.cells().map(|cell| cell.content.of(&text)).collect();
        assert_eq!(cells, wanted, "{line}");
    }
}
