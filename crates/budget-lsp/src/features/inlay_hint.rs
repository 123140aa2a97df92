//! Values and names shown amid the text.

use budget_ide::{Hint, HintKind};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams, InlayHintTooltip,
};

use crate::server::Backend;
use crate::service::snapshot;

/// `textDocument/inlayHint`: as the user wants them.
pub(crate) async fn asked(
    backend: &Backend,
    params: InlayHintParams,
) -> Result<Option<Vec<InlayHint>>> {
    let wanted = snapshot().preferences.inlay_hints;
    let range = params.range;
    backend
        .answer(
            params.text_document.uri.as_str(),
            move |open, read, positions, _| {
                if !wanted.enable {
                    return Some(Vec::new());
                }
                let range = positions.text_range(range);
                let ledger = &open.report().ledger;
                let hints = budget_ide::hints(read.document(), ledger, range, wanted.cells);
                let hint = |hint: Hint| InlayHint {
                    position: positions.position(hint.offset),
                    label: InlayHintLabel::String(hint.text),
                    kind: match hint.kind {
                        HintKind::Value => None,
                        HintKind::Name => Some(InlayHintKind::TYPE),
                    },
                    text_edits: None,
                    tooltip: Some(InlayHintTooltip::String(hint.tooltip)),
                    padding_left: Some(true),
                    padding_right: None,
                    data: None,
                };
                Some(hints.into_iter().map(hint).collect())
            },
        )
        .await
}
