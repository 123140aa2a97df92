//! Tables in another shape: 类 | 款 | 项 as one column, 收入 and 支出 printed side by side as two tables.

use budget_catalog::name::normalize;
use budget_convert::table::{Table, tables};
use budget_model::Document;
use budget_syntax::TextRange;
use budget_syntax::format::{TextEdit, apply, format};
use budget_syntax::tree::{Alignment, BlockKind, Row, RowKind};

use super::{Action, ActionKind, Scope, is_approved};
use crate::rows::line_end;

/// No header has more lines.
const HEADER: usize = 6;

pub(super) fn offer<'r>(scope: &Scope<'r>, all: &mut Vec<Action<'r>>) {
    let document = scope.document;
    let Some(block) = document.parse.tree.block_at(scope.range.start()) else {
        return;
    };
    let BlockKind::Table(table) = block.kind else {
        return;
    };
    let mut rows = table.rows();
    let Some(header) = rows.find(|row| row.kind == RowKind::Header) else {
        return;
    };
    let names: Vec<String> = header
        .cells()
        .map(|cell| normalize(document.slice(cell.text)).into_owned())
        .collect();
    let levels = |pair: &[String]| {
        let [a, b] = pair else { return false };
        ends(a, "类") && ends(b, "款")
    };
    let codes = names.windows(2).any(levels);
    let filled: Vec<&String> = names.iter().filter(|name| !name.is_empty()).collect();
    let sides = matches!(filled.as_slice(), [a, b] if a.ends_with("收入") && b.ends_with("支出"));
    // A comment belongs to its row, and there would be other rows.
    let commented = || table.rows().any(|row| row.comment().is_some());
    if !(codes || sides) || is_approved(document, block.range) || commented() {
        return;
    }
    let title = match sides {
        true => "拆成“收入”“支出”两张表",
        false => "把类、款、项合为一列科目编码",
    };
    let range = block.range;
    // Its first lines tell whether it can be done.
    if !reshaped(document, range, sides, 2 * HEADER).is_empty() {
        let work = move || reshaped(document, range, sides, usize::MAX);
        all.push(Action::new(ActionKind::Rewrite, title.to_owned(), work));
    }
}

/// `类`, or a level of a header that ends so: `科目编码/类`.
fn ends(name: &str, level: &str) -> bool {
    name == level
        || name
            .strip_suffix(level)
            .is_some_and(|rest| rest.ends_with('/'))
}

/// The table in its new shape, as many lines of it as are wanted.
fn reshaped(document: &Document, range: TextRange, sides: bool, most: usize) -> Vec<TextEdit> {
    let Some(block) = document.parse.tree.block_at(range.start()) else {
        return Vec::new();
    };
    let BlockKind::Table(table) = block.kind else {
        return Vec::new();
    };
    let cells = |row: Row<'_>| -> Vec<&str> {
        // As written: what is escaped stays so.
        row.cells()
            .map(|cell| document.slice(cell.content))
            .collect()
    };
    let lines: Vec<Vec<&str>> = table
        .rows()
        .filter(|row| row.kind != RowKind::Delimiter)
        .take(most)
        .map(cells)
        .collect();
    let mut found = tables(&lines);
    found.retain(|table| !table.columns.is_empty());
    // A column that was aligned as amounts are stays so: `=` alone doesn't tell.
    let alignments: Vec<Alignment> = table.alignments().collect();
    let right: Vec<&str> = lines
        .iter()
        .take(HEADER)
        .flat_map(|line| line.iter().zip(&alignments))
        .filter(|(_, alignment)| **alignment == Alignment::Right)
        .map(|(name, _)| *name)
        .collect();
    for (name, amount) in found.iter_mut().flat_map(|table| &mut table.columns) {
        *amount |= right.contains(&name.as_str());
    }
    let is_done = match sides {
        true => found.len() == 2,
        false => found.len() == 1 && found.iter().all(|table| table.headed),
    };
    if !is_done {
        return Vec::new();
    }
    let level = document
        .heading_at(range.start())
        .and_then(|id| document.heading(id))
        .map_or(2, |heading| usize::from(heading.level));
    let end = line_end(&document.text);
    let mut text = String::new();
    for table in &found {
        if !table.title.is_empty() {
            let marks = "#".repeat((level + 1).min(6));
            text.push_str(&format!("{marks} {}{end}{end}", table.title));
        }
        text.push_str(&written(table, end, str::to_owned));
        text.push_str(end);
    }
    vec![TextEdit {
        range,
        text: formatted(text.trim_end(), end) + end,
    }]
}

/// A table as lines between bars.
pub(super) fn written(table: &Table, end: &str, cell: impl Fn(&str) -> String) -> String {
    let line = |cells: Vec<String>| format!("| {} |{end}", cells.join(" | "));
    let names = table.columns.iter().map(|(name, _)| cell(name)).collect();
    let rules = table.columns.iter().map(|(_, amount)| match amount {
        true => "---:".to_owned(),
        false => "---".to_owned(),
    });
    let mut out = line(names);
    out.push_str(&line(rules.collect()));
    for row in &table.rows {
        out.push_str(&line(row.iter().map(|text| cell(text)).collect()));
    }
    out
}

/// A piece of a document as the formatter writes it, without the last line end.
pub(super) fn formatted(text: &str, end: &str) -> String {
    let tree = budget_syntax::parse(text).tree;
    let text = apply(text, &format(text, &tree));
    // The formatter's lines end in LF.
    let text = text.trim_end().replace("\r\n", "\n");
    match end {
        "\n" => text,
        _ => text.replace('\n', end),
    }
}
