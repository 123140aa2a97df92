//! The front matter: fences, ASCII colons, quotes where a YAML reader would misread a value.

use super::edits::Edits;
use crate::lines::{Shape, is_space, shape};
use crate::tree::{Block, Entry, FrontMatter};

pub(super) fn format(text: &str, edits: &mut Edits<'_>, block: Block<'_>, matter: FrontMatter<'_>) {
    let mut entries = matter.entries().peekable();
    for line in edits.lines_of(block.range) {
        let content = line.of(text).trim_end_matches(is_space);
        let entry = entries.next_if(|entry| line.contains(entry.key));
        let new = match entry {
            // Next to its colon a backslash would escape it.
            Some(entry) if entry.key.of(text).ends_with('\\') => content.to_owned(),
            Some(entry) => written(text, entry, line.end()),
            None if shape(content) == Shape::Rule => "---".to_owned(),
            None => content.to_owned(),
        };
        edits.replace_line(line, &new);
    }
}

/// `键: 值`, as far as it stands on its first line.
fn written(text: &str, entry: Entry, line_end: u32) -> String {
    let key = entry.key.of(text);
    if entry.value.start() > line_end || entry.value.is_empty() && !is_quoted(text, entry) {
        return format!("{key}:");
    }
    let value = entry.value.of(text);
    if is_quoted(text, entry) {
        let quote = text
            .get(..entry.value.start() as usize)
            .and_then(|before| before.chars().next_back())
            .unwrap_or('"');
        let first = value.lines().next().unwrap_or("");
        let closing = if first.len() == value.len() {
            quote.to_string()
        } else {
            String::new()
        };
        return format!("{key}: {quote}{first}{closing}");
    }
    let first = value
        .split(['\n', '\r'])
        .next()
        .unwrap_or("")
        .trim_end_matches(is_space);
    let whole = first.len() == value.len();
    match quote_for(value).filter(|_| whole) {
        Some(quote) => format!("{key}: {quote}{value}{quote}"),
        None => format!("{key}: {first}"),
    }
}

fn is_quoted(text: &str, entry: Entry) -> bool {
    let before = text.get(..entry.value.start() as usize).unwrap_or("");
    let after = text.get(entry.value.end() as usize..).unwrap_or("");
    ['"', '\'']
        .iter()
        .any(|quote| before.ends_with(*quote) && after.starts_with(*quote))
}

/// The quote a plain value needs so that YAML reads it as it is; none if it needs none, or has
/// both kinds in it.
fn quote_for(value: &str) -> Option<char> {
    let special = value.starts_with(|c: char| "[]{}#&*!|>'\"%@`,".contains(c))
        || ["- ", "? ", ": "]
            .iter()
            .any(|mark| value.starts_with(mark))
        || value.contains(": ")
        || value.contains(" #")
        || value.ends_with(':');
    if !special {
        return None;
    }
    if !value.contains('"') && !value.contains('\\') {
        Some('"')
    } else if !value.contains('\'') {
        Some('\'')
    } else {
        None
    }
}
