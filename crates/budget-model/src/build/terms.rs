//! Terms explained in the glossary part (名词解释).

use budget_catalog::template::PartContent;
use budget_syntax::{TextRange, tree::BlockKind};

use crate::{Document, Target, heading::ordinal, prose::Term};

/// A term is a short name before the first colon of a paragraph or list item; what follows without
/// a number and a colon of its own runs on.
pub(super) fn read(document: &Document) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let places = document
        .headings
        .iter()
        .filter(|heading| is_glossary(document, heading.target, heading.text));
    let mut extents: Vec<TextRange> = places.map(|heading| heading.extent).collect();
    extents.dedup_by(|inner, outer| outer.contains(*inner));
    let blocks = |extent: TextRange| {
        let blocks = document.parse.tree.blocks_from(extent.start());
        let blocks = blocks.take_while(move |block| block.range.start() <= extent.end());
        blocks.filter(move |block| extent.contains(block.range))
    };
    for block in extents.into_iter().flat_map(blocks) {
        let text = match block.kind {
            BlockKind::Paragraph(paragraph) => paragraph.text,
            BlockKind::ListItem(item) => item.text,
            _ => continue,
        };
        match split_term(document, text) {
            Some((name, definition)) if !definition.is_empty() => {
                terms.push(Term {
                    name,
                    definition,
                    range: text,
                });
            }
            Some(_) => {}
            None => {
                if let Some(last) = terms.last_mut()
                    && !is_signature(document, text)
                {
                    last.definition = last.definition.cover(text);
                    last.range = last.range.cover(text);
                }
            }
        }
    }
    terms
}

fn is_glossary(document: &Document, target: Target, title: TextRange) -> bool {
    match target {
        Target::Part { part } => document
            .template
            .parts
            .get(part)
            .is_some_and(|part| part.content == PartContent::Glossary),
        Target::Other => document.slice(title).contains("名词解释"),
        _ => false,
    }
}

/// A last line that names the body or a date.
fn is_signature(document: &Document, range: TextRange) -> bool {
    let text = document.slice(range);
    let is_date = text.chars().next().is_some_and(|c| c.is_ascii_digit())
        && text.contains('年')
        && text.trim_end().ends_with('日');
    is_date
        || document
            .front
            .names
            .iter()
            .any(|name| name.of(&document.text) == text.trim())
}

/// `一、“三公”经费：指…` gives `“三公”经费` and the rest. The colon stands in the first line and the
/// name is short; `其中：` is no name.
fn split_term(document: &Document, range: TextRange) -> Option<(TextRange, TextRange)> {
    let text = document.slice(range);
    let (head, tail) = text.split_once(['：', ':'])?;
    // Emphasis around a name is no part of it: `**财政拨款**：…`, `**一、财政拨款：**…`.
    let bare = head.trim_start().trim_start_matches('*');
    let name = match ordinal(bare) {
        Some(_) => bare.split_once(['、', '.', '．', '）', ')'])?.1,
        None => bare,
    };
    let name = name.trim().trim_matches('*').trim();
    if name.is_empty() || name.chars().count() > 40 || name.starts_with("其中") {
        return None;
    }
    if name.contains(['，', '。', '；', '\n']) {
        return None;
    }
    let start = range.start() + super::len(head) - super::len(head_tail(head, name));
    let name_range = TextRange::new(start, start + super::len(name));
    let tail = match head.matches("**").count() % 2 {
        0 => tail,
        _ => tail.strip_prefix("**").unwrap_or(tail),
    };
    let definition = tail.trim();
    let from = range.end() - super::len(tail.trim_start());
    let definition = TextRange::new(from, from + super::len(definition));
    Some((name_range, definition))
}

/// What of `head` begins with `name`: `name` is a trimmed tail of it.
fn head_tail<'h>(head: &'h str, name: &str) -> &'h str {
    head.rfind(name)
        .and_then(|at| head.get(at..))
        .unwrap_or(head)
}
