//! `- 来源：文件#工作表` under the heading of each table that came from a file of cells.

use rustc_hash::FxHashSet;

use crate::report::FoundTable;
use crate::write::Node;

/// Where lines of the text come from: the first line of each sheet, and what it is called.
pub(crate) type Origins = Vec<(u32, String)>;

/// Puts the origins under the tables' headings. Each table of the report is a table among the
/// nodes, in order; the sides of one table share its heading.
pub(crate) fn place(nodes: Vec<Node>, tables: &[FoundTable], origins: &Origins) -> Vec<Node> {
    let mut lines = tables.iter().map(|table| table.line);
    let mut heading = None;
    let mut under: Vec<(usize, &str)> = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        match node {
            Node::Heading { text, .. } if !matches!(text.as_str(), "收入" | "支出") => {
                heading = Some(at);
            }
            Node::Table(_) => {
                let Some(line) = lines.next() else { break };
                let before = origins.partition_point(|(first, _)| *first <= line);
                let origin = before.checked_sub(1).and_then(|at| origins.get(at));
                if let Some((_, origin)) = origin {
                    // A table without a heading has it above itself.
                    under.push((heading.map_or(at, |heading| heading + 1), origin));
                }
            }
            _ => {}
        }
    }
    let mut seen = FxHashSet::default();
    under.retain(|place| seen.insert(*place));
    let mut under = under.into_iter().peekable();
    let mut out = Vec::with_capacity(nodes.len() + tables.len());
    for (at, node) in nodes.into_iter().enumerate() {
        while let Some((_, origin)) = under.next_if(|(place, _)| *place <= at) {
            out.push(item(origin));
        }
        out.push(node);
    }
    out.extend(under.map(|(_, origin)| item(origin)));
    out
}

fn item(origin: &str) -> Node {
    Node::Field {
        key: KEY.to_owned(),
        value: vec![origin.to_owned()],
    }
}

const KEY: &str = "来源";

/// A file's text without the origins: their digits are none of the source's.
pub(crate) fn without(file: &str, origins: &Origins) -> String {
    let lines: FxHashSet<String> = origins
        .iter()
        .map(|(_, origin)| format!("- {KEY}：{origin}"))
        .collect();
    let mut out = String::with_capacity(file.len());
    for line in file.lines().filter(|line| !lines.contains(*line)) {
        out.push_str(line);
        out.push('\n');
    }
    out
}
