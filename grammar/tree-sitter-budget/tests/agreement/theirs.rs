//! The tree of tree-sitter as facts.

use budget_syntax::TextRange;
use budget_syntax::tree::RowKind;
use tree_sitter::{Node, Tree};

use crate::Fact;
use crate::ours::is_odd;

pub(crate) fn facts(text: &str, tree: &Tree) -> Vec<Fact> {
    let mut facts = Vec::new();
    walk(tree.root_node(), text, &mut facts);
    facts
}

fn walk(node: Node<'_>, text: &str, facts: &mut Vec<Fact>) {
    match node.kind() {
        "entry" => {
            let (key, value) = field(node).unwrap();
            facts.push(Fact::Entry {
                key,
                value: unquoted(value, text),
            });
        }
        "heading" => {
            let marker = node.child_by_field_name("marker").unwrap();
            let level = range(marker).of(text).chars().count();
            facts.push(Fact::Heading {
                level: u8::try_from(level).unwrap(),
                title: range(node.child_by_field_name("title").unwrap()),
            });
        }
        "table" => {
            let mut width = 0;
            for child in children(node) {
                let kind = match child.kind() {
                    "header_row" => RowKind::Header,
                    "delimiter_row" => RowKind::Delimiter,
                    "row" => RowKind::Body,
                    "comment" => {
                        facts.push(Fact::Comment(range(child)));
                        continue;
                    }
                    _ => continue,
                };
                let row = row(child, kind, text, width);
                if let (RowKind::Header, Fact::Row { cells, .. }) = (kind, &row) {
                    width = cells.len();
                }
                facts.push(row);
                slots(child, text, facts);
            }
        }
        "list_item" => {
            let content = node.child_by_field_name("content").map(range);
            let field = field(node);
            let all = match field {
                Some((key, value)) => Some(if value.is_empty() {
                    TextRange::new(key.start(), range(node).end())
                } else {
                    key.cover(value)
                }),
                None => content,
            };
            facts.push(Fact::Item {
                text: all.unwrap_or_default(),
                field,
            });
            slots(node, text, facts);
        }
        "paragraph" => {
            facts.push(Fact::Paragraph {
                text: range(node),
                field: field(node),
            });
            slots(node, text, facts);
        }
        "comment" => facts.push(Fact::Comment(range(node))),
        _ => {
            for child in children(node) {
                walk(child, text, facts);
            }
        }
    }
}

fn row(node: Node<'_>, kind: RowKind, text: &str, width: usize) -> Fact {
    // What stands after each bar: a cell, and whether there are comments.
    let mut places: Vec<(Option<TextRange>, bool)> = Vec::new();
    let mut comments = Vec::new();
    for child in children(node) {
        match (child.kind(), places.last_mut()) {
            ("cell" | "alignment", Some(place)) => {
                place.0 = Some(range(child));
                let inside = children(child).filter(|part| part.kind() == "comment");
                comments.extend(inside.map(range));
            }
            ("comment", Some(place)) => {
                place.1 = true;
                comments.push(range(child));
            }
            _ => places.push((None, false)),
        }
    }
    // Nothing after the last bar is no cell, and a comment beyond the last column is none either.
    if places.last() == Some(&(None, false)) {
        places.pop();
    }
    let width = if kind == RowKind::Header { 1 } else { width };
    while places.len() > width && places.last() == Some(&(None, true)) {
        places.pop();
    }
    let cells = places.iter().map(|(cell, _)| cell.unwrap_or_default());
    Fact::Row {
        kind,
        range: trim(range(node), text),
        cells: cells.collect(),
        comments,
    }
}

fn slots(node: Node<'_>, text: &str, facts: &mut Vec<Fact>) {
    for child in children(node) {
        if child.kind() == "slot" {
            if is_odd(range(child).of(text)) {
                continue;
            }
            let read = child.named_child_count() > 0
                && children(child).all(|inner| inner.kind() != "unread");
            facts.push(Fact::Slot {
                range: range(child),
                read,
            });
        } else {
            slots(child, text, facts);
        }
    }
}

fn field(node: Node<'_>) -> Option<(TextRange, TextRange)> {
    let part = |name| node.child_by_field_name(name).map(range);
    Some((part("key")?, part("value").unwrap_or_default()))
}

fn children<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    (0..node.child_count()).filter_map(move |index| node.child(index))
}

fn range(node: Node<'_>) -> TextRange {
    let offset = |at| u32::try_from(at).unwrap();
    TextRange::new(offset(node.start_byte()), offset(node.end_byte()))
}

/// Without blank ends; all that is empty is the same.
pub(crate) fn trim(range: TextRange, text: &str) -> TextRange {
    let space = |c: char| {
        matches!(
            c,
            ' ' | '\t' | '\u{3000}' | '\u{A0}' | '\u{FEFF}' | '\n' | '\r'
        )
    };
    let inner = range.of(text);
    let offset = |length: usize| u32::try_from(length).unwrap();
    let start = range.start() + offset(inner.len() - inner.trim_start_matches(space).len());
    let length = offset(inner.trim_matches(space).len());
    if length == 0 {
        return TextRange::default();
    }
    TextRange::new(start, start + length)
}

/// Without the quotes around it.
fn unquoted(range: TextRange, text: &str) -> TextRange {
    let inner = range.of(text);
    let quoted = |quote| inner.len() >= 2 && inner.starts_with(quote) && inner.ends_with(quote);
    if quoted('"') || quoted('\'') {
        return trim(TextRange::new(range.start() + 1, range.end() - 1), text);
    }
    range
}
