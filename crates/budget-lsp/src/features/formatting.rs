//! Formatting of a whole document.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{DocumentFormattingParams, TextEdit};

use crate::server::Backend;
use crate::to_lsp;

/// `textDocument/formatting`.
pub(crate) async fn asked(
    backend: &Backend,
    params: DocumentFormattingParams,
) -> Result<Option<Vec<TextEdit>>> {
    backend
        .answer(
            params.text_document.uri.as_str(),
            |_, read, positions, _| {
                let edits = budget_syntax::format::format_open(
                    &read.document().text,
                    &read.document().parse.tree,
                );
                Some(to_lsp::edits(edits, positions))
            },
        )
        .await
}
