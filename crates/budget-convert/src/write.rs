//! The parts of a `.budget` file, and their text.

use std::fmt::Write;

use crate::grid::Grid;

/// A part of the output.
#[derive(Debug)]
pub(crate) enum Node {
    /// `## …`, with the marks that stand under it.
    Heading {
        level: usize,
        text: String,
        marks: Vec<String>,
    },
    /// A paragraph.
    Paragraph(String),
    /// `- 键：值`; further paragraphs of the value.
    Field { key: String, value: Vec<String> },
    /// `- …`
    Item(String),
    /// `<!-- … -->`
    Comment(String),
    /// A pipe table.
    Table(Grid),
}

/// Writes the file.
pub(crate) fn write(front: &[(&'static str, String)], nodes: &[Node]) -> String {
    let mut out = String::from("---\n");
    for (key, value) in front {
        let _ = writeln!(out, "{key}: {}", yaml(value));
    }
    out.push_str("---\n");
    let mut list = false;
    for node in nodes {
        let item = matches!(node, Node::Field { .. } | Node::Item(_));
        if !(item && list) {
            out.push('\n');
        }
        list = item;
        match node {
            Node::Heading { level, text, marks } => {
                let _ = writeln!(out, "{} {}", "#".repeat(*level), inline(text));
                for mark in marks {
                    let _ = write!(out, "\n<!-- {} -->\n", comment(mark));
                }
            }
            Node::Paragraph(text) => {
                let _ = writeln!(out, "{}", paragraph(text));
            }
            Node::Item(text) => {
                let _ = writeln!(out, "- {}", inline(text));
            }
            Node::Field { key, value } => field(&mut out, key, value),
            Node::Comment(text) => {
                let _ = writeln!(out, "<!-- {} -->", comment(text));
            }
            Node::Table(grid) => table(&mut out, grid),
        }
    }
    out
}

fn field(out: &mut String, key: &str, value: &[String]) {
    let _ = write!(out, "- {}：", inline(key));
    for (at, paragraph) in value.iter().enumerate() {
        if at > 0 {
            out.push_str("\n  ");
        }
        let _ = writeln!(out, "{}", inline(paragraph));
    }
    if value.is_empty() {
        out.push('\n');
    }
}

fn table(out: &mut String, grid: &Grid) {
    row(out, grid.columns.iter().map(|column| column.name.as_str()));
    for column in &grid.columns {
        out.push_str(if column.amount { "| ---: " } else { "| --- " });
    }
    out.push_str("|\n");
    for cells in &grid.rows {
        row(out, cells.iter().map(String::as_str));
    }
}

fn row<'t>(out: &mut String, cells: impl Iterator<Item = &'t str> + Clone) {
    // A row of nothing but dashes would be read as the line below a header.
    let rule = |cell: &str| {
        cell.chars()
            .all(|c| matches!(c, '-' | '－' | ':' | '：' | ' '))
    };
    let rules = cells.clone().all(rule);
    for text in cells {
        out.push_str("| ");
        if text == "=" || (rules && !text.is_empty()) {
            out.push('\\');
        }
        let _ = write!(out, "{} ", cell(text));
    }
    out.push_str("|\n");
}

/// Text between bars.
pub(crate) fn cell(text: &str) -> String {
    inline(text).replace('|', "\\|").replace('｜', "\\｜")
}

/// Text with backslashes before what would be read as markup.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    let mut before = ' ';
    while let Some(c) = rest.next() {
        // A converter's bold is the language's emphasis; a line break is one.
        if c == '<'
            && let Some((tag, after)) = tag(rest.as_str())
        {
            out.push_str(tag);
            rest = after.chars();
            before = '>';
            continue;
        }
        let next = rest.clone().next().unwrap_or(' ');
        let markup = match c {
            '\\' | '{' | '}' | '｛' | '｝' | '`' => true,
            '<' => next.is_ascii_alphabetic() || matches!(next, '/' | '!'),
            // A single star between texts; a pair is emphasis, and means nothing.
            '*' => before != '*' && next != '*',
            _ => false,
        };
        // `\/` in a column's name is already escaped.
        if markup && !(c == '\\' && next == '/') {
            out.push('\\');
        }
        // No control character but a tab gets into the file; a vertical space is a space.
        out.push(if c.is_control() { ' ' } else { c });
        before = c;
    }
    out
}

/// The tags that mean something, after their `<`: what is written for them and what follows.
fn tag(after: &str) -> Option<(&'static str, &str)> {
    [
        ("b>", "**"),
        ("/b>", "**"),
        ("strong>", "**"),
        ("/strong>", "**"),
        ("br>", "<br>"),
        ("br/>", "<br>"),
        ("br />", "<br>"),
    ]
    .into_iter()
    .find_map(|(tag, written)| Some((written, after.strip_prefix(tag)?)))
}

/// A paragraph: nothing at its start may be read as the start of something else.
fn paragraph(text: &str) -> String {
    let body = inline(text);
    let special = body.starts_with(['#', '|', '｜', '>', '＃'])
        || body.starts_with("---")
        || ["- ", "+ ", "* "].iter().any(|mark| body.starts_with(mark));
    if special { format!("\\{body}") } else { body }
}

/// Text inside a comment: it may not end it.
fn comment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '-' | '>') && out.ends_with('-') {
            out.push(' ');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

/// A value of the front matter, quoted if it must be.
fn yaml(value: &str) -> String {
    let value = value.replace(char::is_control, " ");
    let special = value.is_empty()
        || value.contains(": ")
        || value.contains(" #")
        || value.ends_with(':')
        || value.contains(['"', '\n'])
        || value.starts_with(|c: char| "-?:,[]{}#&*!|>'%@`".contains(c));
    if special {
        format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        value
    }
}
