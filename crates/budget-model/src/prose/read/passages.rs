//! Which paragraphs are narrative, and which of them are one sentence.

use budget_catalog::template::PartContent;
use budget_syntax::{
    TextRange,
    tree::{Block, BlockKind},
};

use smallvec::SmallVec;

use crate::{Document, HeadingId, Target};

/// Paragraphs that are read as one, most of them alone.
#[derive(Debug)]
pub(super) struct Passage {
    /// The heading they stand under.
    pub(super) heading: Option<HeadingId>,
    pub(super) ranges: SmallVec<[TextRange; 1]>,
}

/// Passages with a number, or that one that has it hangs on; those that a page break parts are one.
pub(super) fn passages(document: &Document) -> Vec<Passage> {
    let mut found: Vec<Passage> = Vec::new();
    let mut next = 0;
    let mut told = None;
    let mut skipped = false;
    // Whether the passage before ends in the middle of a sentence.
    let mut open = false;
    for block in document.parse.tree.blocks() {
        while document
            .headings
            .get(next)
            .is_some_and(|heading| heading.range.start() <= block.range.start())
        {
            told = u32::try_from(next).ok().map(HeadingId);
            skipped = told.is_some_and(|id| is_silent(document, id));
            next += 1;
            open = false;
        }
        let Some(range) = text_of(block).filter(|_| !skipped) else {
            open &= matches!(block.kind, BlockKind::Blank | BlockKind::Comment(_));
            continue;
        };
        let text = document.slice(range);
        let is_item = matches!(block.kind, BlockKind::ListItem(_));
        if open
            && !is_item
            && crate::heading::ordinal(text).is_none()
            && !is_titled(text)
            && let Some(last) = found.last_mut()
        {
            last.ranges.push(range);
        } else {
            found.push(Passage {
                heading: told,
                ranges: SmallVec::from_slice(&[range]),
            });
        }
        // A short line is a title or a field.
        let ends = text.trim_end().chars().next_back();
        open = !is_item
            && text.len() > SHORT
            && ends.is_some_and(|c| !"。！？；：.;:!?”）)".contains(c));
    }
    found
}

/// Whether a paragraph begins with a title and a colon: no sentence goes on so.
fn is_titled(text: &str) -> bool {
    let mut start = text.chars().take(14);
    let is_mark = |c: &char| matches!(c, '：' | ':' | '，' | ',' | '。' | '；' | ';' | '、' | ' ');
    matches!(start.find(is_mark), Some('：' | ':'))
}

/// Bytes of a line that can be a heading without its mark.
const SHORT: usize = 120;

fn text_of(block: Block<'_>) -> Option<TextRange> {
    match block.kind {
        BlockKind::Paragraph(paragraph) => Some(paragraph.text),
        BlockKind::ListItem(item) => Some(item.text),
        _ => None,
    }
}

/// Whether what stands under a heading isn't narrative.
fn is_silent(document: &Document, id: HeadingId) -> bool {
    document
        .ancestors(id)
        .any(|(_, heading)| match heading.target {
            Target::Contents | Target::Workings => true,
            Target::Part { part } | Target::Section { part, .. } => document
                .template
                .parts
                .get(part)
                .is_some_and(|part| part.content == PartContent::Glossary),
            _ => false,
        })
}
