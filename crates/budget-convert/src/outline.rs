//! Cover, contents and body: where each begins, and what the contents promise.

use rustc_hash::FxHashSet;

use crate::block::{Block, Line};
use crate::text::{self, Numbering};

/// The parts of a document before its body.
#[derive(Debug, Default)]
pub(crate) struct Outline<'t> {
    pub(crate) cover: Vec<Line<'t>>,
    /// The line 目录 and what follows it.
    pub(crate) contents: Vec<Line<'t>>,
    /// Index of the first block of the body.
    pub(crate) body: usize,
    /// Compacted lines of the contents.
    titles: FxHashSet<String>,
}

/// The longest line that may be a title.
const TITLE: usize = 60;

/// The most lines of a cover.
const COVER: usize = 8;

/// The most lines of a contents page.
const CONTENTS: usize = 400;

impl<'t> Outline<'t> {
    pub(crate) fn of(blocks: &[Block<'t>]) -> Self {
        let mut out = Outline::default();
        let mut texts = blocks
            .iter()
            .enumerate()
            .map_while(|(at, block)| match block {
                Block::Text(line) => Some((at, *line)),
                Block::Table(_) => None,
            })
            .fuse();
        let mut found = false;
        for (at, line) in texts.by_ref() {
            found = text::compact(line.text) == "目录";
            if found {
                out.contents.push(line);
                out.body = at + 1;
                break;
            }
            if text::numbered(line.text).is_some() || !is_cover(line.text) || at >= COVER {
                break;
            }
            out.cover.push(line);
            out.body = at + 1;
        }
        // Without a contents page only a title makes the first lines a cover.
        let title = |line: &Line<'_>| line.text.contains("预算") || line.text.contains("决算");
        let table_next = matches!(blocks.get(out.body), Some(Block::Table(_)));
        if !found {
            if table_next || !out.cover.iter().any(title) {
                return Outline::default();
            }
            return out;
        }
        let mut first_part = None;
        for (at, line) in texts {
            let numbered = text::numbered(line.text);
            let part = numbered
                .filter(|n| n.numbering == Numbering::Part)
                .map(|n| n.ordinal);
            let again = if first_part.is_some() {
                part.is_some() && part == first_part
            } else {
                out.titles.contains(&text::compact(line.text))
            };
            if again || !is_title(line.text) || out.contents.len() >= CONTENTS {
                break;
            }
            first_part = first_part.or(part);
            out.titles.insert(text::compact(line.text));
            out.contents.push(line);
            out.body = at + 1;
        }
        out
    }

    /// Whether the contents hold that line.
    pub(crate) fn lists(&self, line: &str) -> bool {
        self.titles.contains(&text::compact(line))
    }

    /// The titles under a part, by their numbers.
    pub(crate) fn under_part(&self, part: u32) -> Vec<(u32, &'t str)> {
        let mut inside = false;
        let mut out = Vec::new();
        for numbered in self
            .contents
            .iter()
            .filter_map(|line| text::numbered(line.text))
        {
            match numbered.numbering {
                Numbering::Part => inside = numbered.ordinal == part,
                Numbering::Chinese | Numbering::Table if inside => {
                    out.push((numbered.ordinal, numbered.rest));
                }
                _ => {}
            }
        }
        out
    }
}

/// Whether a line can stand on a cover.
fn is_cover(line: &str) -> bool {
    !line.contains(['。', '；']) && line.chars().take(TITLE + 1).count() <= TITLE
}

/// Whether a line can be a title: short, and no sentence.
pub(crate) fn is_title(line: &str) -> bool {
    !line.contains(['。', '；', '，', '：', ':', ';'])
        && line.chars().take(TITLE + 1).count() <= TITLE
}
