//! What can be folded away: the front matter, headings with all below them, tables, runs of comments.

use budget_model::Document;
use budget_syntax::TextRange;
use budget_syntax::tree::{BlockKind, RowKind};

/// What is folded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FoldKind {
    /// The front matter.
    FrontMatter,
    /// A heading and what stands under it.
    Section,
    /// Comments, one after the other.
    Comments,
    /// A table: its header stays.
    Table,
}

/// Something that can be folded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fold {
    /// From the end of the line that stays to the end of the last line that goes, empty lines after it left out. Always
    /// over a line end.
    pub range: TextRange,
    /// What it is.
    pub kind: FoldKind,
    /// What stands for what is gone, in Chinese.
    pub instead: Option<String>,
}

/// Everything that can be folded, in order of place, the outer before the inner.
pub fn folds(document: &Document) -> Vec<Fold> {
    let text = &document.text;
    let mut folds = Vec::new();
    // Ends of the blocks that aren't blank.
    let mut ends: Vec<u32> = Vec::new();
    let mut comments: Option<TextRange> = None;
    let mut put = |range: TextRange, kind, instead| {
        if let Some(range) = hidden(text, range) {
            folds.push(Fold {
                range,
                kind,
                instead,
            });
        }
    };
    for block in document.parse.tree.blocks() {
        if let BlockKind::Blank = block.kind {
            continue;
        }
        ends.push(block.range.end());
        if let BlockKind::Comment(comment) = block.kind {
            comments = Some(comments.map_or(comment.range, |run| run.cover(comment.range)));
            continue;
        }
        if let Some(run) = comments.take() {
            put(run, FoldKind::Comments, None);
        }
        match block.kind {
            BlockKind::FrontMatter(_) => put(block.range, FoldKind::FrontMatter, None),
            BlockKind::Table(table) => {
                let rows = table.rows().filter(|row| row.kind == RowKind::Body);
                let instead = format!("…… {} 行", rows.count());
                put(block.range, FoldKind::Table, Some(instead));
            }
            _ => {}
        }
    }
    if let Some(run) = comments {
        put(run, FoldKind::Comments, None);
    }
    for heading in &document.headings {
        let after = ends.partition_point(|end| *end <= heading.extent.end());
        let last = after.checked_sub(1).and_then(|at| ends.get(at));
        if let Some(end) = last.filter(|end| **end > heading.range.end()) {
            let range = TextRange::new(heading.range.start(), *end);
            put(range, FoldKind::Section, None);
        }
    }
    folds.sort_by_key(|fold| (fold.range.start(), std::cmp::Reverse(fold.range.end())));
    folds
}

/// From the end of the first line of a range to the end of its last; none if that is one line.
fn hidden(text: &str, range: TextRange) -> Option<TextRange> {
    let lines = range.of(text).trim_end();
    let first = lines.find(['\n', '\r'])?;
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Some(TextRange::new(
        range.start() + offset(first),
        range.start() + offset(lines.len()),
    ))
}
