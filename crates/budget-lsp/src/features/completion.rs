//! Completion.

use budget_ide::{CompletionKind, CompletionList};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionParams,
    CompletionResponse, CompletionTextEdit, Documentation, MarkupContent, MarkupKind, TextEdit,
};

use crate::position::Positions;
use crate::server::Backend;
use crate::to_lsp;

/// `textDocument/completion`.
pub(crate) async fn asked(
    backend: &Backend,
    params: CompletionParams,
) -> Result<Option<CompletionResponse>> {
    let at = params.text_document_position;
    backend
        .feature(
            at.text_document.uri.as_str(),
            move |_, read, positions, _| {
                let offset = positions.offset(at.position);
                let list = budget_ide::completion(read.document(), offset)?;
                Some(items(list, positions))
            },
        )
        .await
}

/// A list of completions.
fn items(list: CompletionList, positions: &Positions<'_>) -> CompletionResponse {
    let items = list
        .items
        .into_iter()
        .enumerate()
        .map(|(rank, item)| CompletionItem {
            label: item.label,
            label_details: item.note.map(|note| CompletionItemLabelDetails {
                detail: None,
                description: Some(note),
            }),
            kind: Some(match item.kind {
                CompletionKind::Code => CompletionItemKind::ENUM_MEMBER,
                CompletionKind::Value => CompletionItemKind::VALUE,
                CompletionKind::Heading => CompletionItemKind::STRUCT,
            }),
            detail: Some(item.detail).filter(|detail| !detail.is_empty()),
            documentation: item.documentation.map(|markup| {
                Documentation::MarkupContent(MarkupContent {
                    kind: MarkupKind::Markdown,
                    value: markup.into_markdown(),
                })
            }),
            // The order here is the order shown.
            sort_text: Some(format!("{rank:05}")),
            filter_text: Some(item.filter),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit {
                range: positions.range(item.edit.range),
                new_text: item.edit.text,
            })),
            additional_text_edits: (!item.also.is_empty())
                .then(|| to_lsp::edits(item.also, positions)),
            ..CompletionItem::default()
        })
        .collect();
    CompletionResponse::List(tower_lsp::ls_types::CompletionList {
        is_incomplete: list.incomplete,
        items,
    })
}
