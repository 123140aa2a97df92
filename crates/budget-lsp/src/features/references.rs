//! Everywhere that what stands at a position stands: as places, and marked in the document.

use budget_ide::symbol::Role;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, Location, ReferenceParams,
};

use crate::server::Backend;

/// `textDocument/references`.
pub(crate) async fn asked(
    backend: &Backend,
    params: ReferenceParams,
) -> Result<Option<Vec<Location>>> {
    let at = params.text_document_position;
    let declaration = params.context.include_declaration;
    let uri = at.text_document.uri.clone();
    backend
        .answer(
            at.text_document.uri.as_str(),
            move |open, read, positions, _| {
                let offset = positions.offset(at.position);
                let found = budget_ide::references(read.document(), open.prose(), offset)?;
                let places = found.places.into_iter();
                let wanted = places.filter(|it| declaration || it.role == Role::Use);
                let locations = wanted.map(|it| Location {
                    uri: uri.clone(),
                    range: positions.range(it.range),
                });
                Some(locations.collect())
            },
        )
        .await
}

/// `textDocument/documentHighlight`.
pub(crate) async fn highlighted(
    backend: &Backend,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>> {
    let at = params.text_document_position_params;
    backend
        .answer(
            at.text_document.uri.as_str(),
            move |open, read, positions, _| {
                let offset = positions.offset(at.position);
                let found = budget_ide::references(read.document(), open.prose(), offset)?;
                let marks = found.places.into_iter().map(|it| DocumentHighlight {
                    range: positions.range(it.range),
                    kind: Some(match it.role {
                        Role::Definition => DocumentHighlightKind::WRITE,
                        Role::Use => DocumentHighlightKind::READ,
                    }),
                });
                Some(marks.collect())
            },
        )
        .await
}
