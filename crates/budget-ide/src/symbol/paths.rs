//! Paths in the `{…}` of a document.

use budget_model::Document;
use budget_syntax::TextRange;
use budget_syntax::expr::{Expr, Path, Segment, Spanned, parse_slot};
use budget_syntax::tree::{Slot, slots};

use super::names::length;
use super::passages::{Passage, passage_at, passages};

/// A path, with its place in the document.
pub(crate) struct FoundPath {
    pub(crate) path: Path,
    pub(crate) range: TextRange,
    pub(crate) pieces: Vec<Piece>,
}

/// One name of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Piece {
    /// With its `【】`.
    pub(crate) range: TextRange,
    /// Without them.
    pub(crate) name: String,
    /// Which of the path's steps it belongs to.
    pub(crate) step: usize,
}

/// Every `{…}` of a document, in order.
pub(crate) fn all_slots(document: &Document) -> impl Iterator<Item = Slot> + '_ {
    let any = document.text.contains(['{', '｛']);
    let passages = any.then(|| passages(document)).into_iter().flatten();
    passages.flat_map(move |Passage { range, .. }| slots(document.slice(range), range.start()))
}

/// The `{…}` around an offset.
pub(crate) fn slot_at(document: &Document, offset: u32) -> Option<Slot> {
    let Passage { range, .. } = passage_at(document, offset)?;
    let mut found = slots(document.slice(range), range.start());
    found.find(|slot| slot.range.start() <= offset && offset < slot.range.end())
}

/// The paths of a `{…}`, in order; none if it can't be read.
pub(crate) fn paths_of(document: &Document, slot: Slot) -> Vec<FoundPath> {
    let text = document.slice(slot.inner);
    let Ok(parsed) = parse_slot(text) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    collect(&parsed.expr, text, slot.inner.start(), &mut found);
    found
}

fn collect(expr: &Spanned<Expr>, text: &str, base: u32, out: &mut Vec<FoundPath>) {
    match &expr.node {
        Expr::Number(_) => {}
        Expr::Path(path) => out.push(FoundPath {
            path: path.clone(),
            range: expr.range.shift(base),
            pieces: pieces(path, text, base),
        }),
        Expr::Negate(inner) => collect(inner, text, base, out),
        Expr::Binary { lhs, rhs, .. } => {
            collect(lhs, text, base, out);
            collect(rhs, text, base, out);
        }
        // `词=增加/减少` names nothing.
        Expr::Call { args, .. } => args
            .iter()
            .filter(|arg| arg.name.is_none())
            .for_each(|arg| collect(&arg.value, text, base, out)),
    }
}

fn pieces(path: &Path, text: &str, base: u32) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (step, segment) in path.segments.iter().enumerate() {
        let Segment::Name(_) = &segment.node else {
            pieces.push(Piece {
                range: segment.range.shift(base),
                name: String::new(),
                step,
            });
            continue;
        };
        // Ancestors stand before a name, parted by a slash.
        let written = segment.range.of(text);
        let mut start = 0;
        let mut quoted = false;
        let ends = written.char_indices().filter_map(|(at, c)| {
            match c {
                '【' => quoted = true,
                '】' => quoted = false,
                _ => {}
            }
            (!quoted && matches!(c, '/' | '／')).then_some((at, c.len_utf8()))
        });
        for (end, width) in ends.chain([(written.len(), 0)]) {
            let part = written.get(start..end).unwrap_or_default();
            let name = part.trim();
            let lead = part.len() - part.trim_start().len();
            let from = segment.range.start() + base + length(start + lead);
            let inner = name
                .strip_prefix('【')
                .and_then(|name| name.strip_suffix('】'));
            pieces.push(Piece {
                range: TextRange::new(from, from + length(name.len())),
                name: inner.unwrap_or(name).trim().to_owned(),
                step,
            });
            start = end + width;
        }
    }
    pieces
}
