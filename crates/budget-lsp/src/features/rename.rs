//! Renaming, and whether it can be.

use budget_ide::Refusal;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{
    PrepareRenameResponse, RenameParams, TextDocumentPositionParams, WorkspaceEdit,
};

use crate::server::Backend;
use crate::to_lsp::{changes, edits};

/// `textDocument/prepareRename`.
pub(crate) async fn prepared(
    backend: &Backend,
    params: TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>> {
    let answer = backend
        .feature(
            params.text_document.uri.as_str(),
            move |_, read, positions, _| {
                let offset = positions.offset(params.position);
                let found = budget_ide::prepare_rename(read.document(), offset);
                Some(
                    found.map(|found| PrepareRenameResponse::RangeWithPlaceholder {
                        range: positions.range(found.range),
                        placeholder: found.name,
                    }),
                )
            },
        )
        .await?;
    answer.transpose().map_err(refused)
}

/// `textDocument/rename`.
pub(crate) async fn asked(
    backend: &Backend,
    params: RenameParams,
) -> Result<Option<WorkspaceEdit>> {
    let at = params.text_document_position;
    let uri = at.text_document.uri.clone();
    let answer = backend
        .feature(
            at.text_document.uri.as_str(),
            move |open, read, positions, client| {
                let offset = positions.offset(at.position);
                let version = client.versioned_edits.then_some(open.version);
                let found = budget_ide::rename(read.document(), offset, &params.new_name);
                Some(found.map(|found| changes(&uri, edits(found, positions), version)))
            },
        )
        .await?;
    answer.transpose().map_err(refused)
}

/// `RequestFailed`: the message is for the reader.
const REQUEST_FAILED: i64 = -32803;

fn refused(refusal: Refusal) -> Error {
    Error {
        code: ErrorCode::ServerError(REQUEST_FAILED),
        message: refusal.0.into(),
        data: None,
    }
}
