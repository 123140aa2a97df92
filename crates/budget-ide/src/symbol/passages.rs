//! The pieces of running text of a document.

use budget_model::{Document, Target};
use budget_syntax::TextRange;
use budget_syntax::tree::{Block, BlockKind, RowKind};

/// Where a piece of text stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PassageKind {
    /// A heading's text.
    Heading,
    /// A paragraph or list item under 目录.
    Contents,
    /// A paragraph or list item.
    Prose,
    /// A cell of a table's header.
    Header,
    /// A cell of a table's body.
    Cell,
}

/// A piece of text: what holds a name stands in one of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Passage {
    pub(crate) range: TextRange,
    pub(crate) kind: PassageKind,
}

/// All pieces of text, in order. Comments and front matter are none.
pub(crate) fn passages(document: &Document) -> impl Iterator<Item = Passage> + '_ {
    let contents = contents_range(document);
    document
        .parse
        .tree
        .blocks()
        .flat_map(move |block| of_block(block, contents))
}

/// The piece of text around an offset.
pub(crate) fn passage_at(document: &Document, offset: u32) -> Option<Passage> {
    let block = document.parse.tree.block_at(offset)?;
    let contents = contents_range(document);
    of_block(block, contents).find(|passage| passage.range.touches(offset))
}

fn of_block(block: Block<'_>, contents: TextRange) -> impl Iterator<Item = Passage> + '_ {
    let text = match block.kind {
        BlockKind::Heading(heading) => Some((heading.text, PassageKind::Heading)),
        BlockKind::Paragraph(paragraph) => Some((paragraph.text, PassageKind::Prose)),
        BlockKind::ListItem(item) => Some((item.text, PassageKind::Prose)),
        _ => None,
    };
    let text = text.map(|(range, kind)| Passage {
        range,
        kind: match kind {
            PassageKind::Prose if contents.contains(range) => PassageKind::Contents,
            kind => kind,
        },
    });
    let rows = match block.kind {
        BlockKind::Table(table) => Some(table.rows()),
        _ => None,
    };
    let cells = rows.into_iter().flatten().flat_map(|row| {
        let kind = match row.kind {
            RowKind::Header => Some(PassageKind::Header),
            RowKind::Body => Some(PassageKind::Cell),
            RowKind::Delimiter => None,
        };
        let cells = kind.map(|kind| {
            row.cells()
                .map(|cell| cell.text)
                .filter(|range| !range.is_empty())
                .map(move |range| Passage { range, kind })
        });
        cells.into_iter().flatten()
    });
    text.into_iter().chain(cells)
}

/// What stands under 目录 itself; empty if there is none.
fn contents_range(document: &Document) -> TextRange {
    let at = document
        .headings
        .iter()
        .position(|heading| heading.target == Target::Contents);
    let Some((at, heading)) = at.and_then(|at| Some((at, document.headings.get(at)?))) else {
        return TextRange::empty(0);
    };
    let next = document.headings.get(at + 1);
    let end = next.map_or(heading.extent.end(), |next| next.range.start());
    TextRange::new(heading.range.end(), end)
}
