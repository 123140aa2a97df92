//! Formatting of what is selected, and of the row that is typed.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentOnTypeFormattingParams, DocumentRangeFormattingParams, TextEdit,
};

use crate::server::Backend;
use crate::to_lsp;

/// `textDocument/rangeFormatting`.
pub(crate) async fn asked(
    backend: &Backend,
    params: DocumentRangeFormattingParams,
) -> Result<Option<Vec<TextEdit>>> {
    let range = params.range;
    backend
        .answer(
            params.text_document.uri.as_str(),
            move |_, read, positions, _| {
                let document = read.document();
                let range = positions.text_range(range);
                let tree = &document.parse.tree;
                let edits = budget_syntax::format::format_range(&document.text, tree, range);
                Some(to_lsp::edits(edits, positions))
            },
        )
        .await
}

/// `textDocument/onTypeFormatting`: a bar was typed.
pub(crate) async fn typed(
    backend: &Backend,
    params: DocumentOnTypeFormattingParams,
) -> Result<Option<Vec<TextEdit>>> {
    let at = params.text_document_position;
    backend
        .answer(
            at.text_document.uri.as_str(),
            move |_, read, positions, _| {
                let document = read.document();
                let cursor = positions.offset(at.position);
                let tree = &document.parse.tree;
                let edits = budget_syntax::format::align_row(&document.text, tree, cursor);
                Some(to_lsp::edits(edits, positions))
            },
        )
        .await
}
