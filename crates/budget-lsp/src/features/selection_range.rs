//! Selections that grow.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{SelectionRange, SelectionRangeParams};

use crate::position::Positions;
use crate::server::Backend;

/// `textDocument/selectionRange`: for each position what a selection there grows to.
pub(crate) async fn asked(
    backend: &Backend,
    params: SelectionRangeParams,
) -> Result<Option<Vec<SelectionRange>>> {
    let cursors = params.positions;
    backend
        .answer(
            params.text_document.uri.as_str(),
            move |_, read, positions, _| {
                let cursor = |at| {
                    let offset = positions.offset(at);
                    nested(&budget_ide::selection(read.document(), offset), positions)
                };
                cursors.into_iter().map(cursor).collect()
            },
        )
        .await
}

/// Each range with the next larger one as its parent.
fn nested(
    ranges: &[budget_syntax::TextRange],
    positions: &Positions<'_>,
) -> Option<SelectionRange> {
    ranges.iter().rev().fold(None, |parent, range| {
        Some(SelectionRange {
            range: positions.range(*range),
            parent: parent.map(Box::new),
        })
    })
}
