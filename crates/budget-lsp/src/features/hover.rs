//! Hover.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use crate::capabilities::Client;
use crate::position::Positions;
use crate::server::Backend;

/// `textDocument/hover`.
pub(crate) async fn asked(backend: &Backend, params: HoverParams) -> Result<Option<Hover>> {
    let at = params.text_document_position_params;
    backend
        .answer(
            at.text_document.uri.as_str(),
            move |open, read, positions, client| {
                let offset = positions.offset(at.position);
                let hover = budget_ide::hover(read.document(), open.report(), offset)?;
                Some(told(hover, positions, client))
            },
        )
        .await
}

/// A hover, in Markdown if the client shows it.
fn told(hover: budget_ide::Hover, positions: &Positions<'_>, client: &Client) -> Hover {
    let range = Some(positions.range(hover.range));
    let (kind, value) = if client.markdown {
        (MarkupKind::Markdown, hover.markup.into_markdown())
    } else {
        (MarkupKind::PlainText, hover.markup.into_plain())
    };
    Hover {
        contents: HoverContents::Markup(MarkupContent { kind, value }),
        range,
    }
}
