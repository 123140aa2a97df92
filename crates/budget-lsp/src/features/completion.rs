//! Completion.

use budget_ide::{Ask, CompletionKind, CompletionList, MarkupText, Whole};
use budget_syntax::TextRange;
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::{ErrorCode, Result};
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionParams,
    CompletionResponse, CompletionTextEdit, Documentation, InsertTextFormat, MarkupContent,
    MarkupKind, Position, TextEdit,
};

use crate::capabilities::{Client, Completion};
use crate::position::Positions;
use crate::server::Backend;
use crate::to_lsp;
use crate::world::OpenDocument;

/// `textDocument/completion`.
pub(crate) async fn asked(
    backend: &Backend,
    params: CompletionParams,
) -> Result<Option<CompletionResponse>> {
    let at = params.text_document_position;
    let typed = params.context.and_then(|context| context.trigger_character);
    let trigger = typed.and_then(|typed| typed.chars().next());
    let Position { line, character } = at.position;
    let place = Place(at.text_document.uri.as_str().to_owned(), line, character);
    backend
        .answer(
            at.text_document.uri.as_str(),
            move |open, read, positions, client| {
                let whole = match client.completion.resolves {
                    true => Whole::None,
                    false => Whole::All,
                };
                let offset = positions.offset(Position::new(place.1, place.2));
                let list = ask(open, client, offset, trigger, whole, |ask| {
                    budget_ide::completion(read.document(), ask)
                })?;
                Some(items(list, &place, positions, client))
            },
        )
        .await
}

/// `completionItem/resolve`: the list is made once more, and what is told of the item with its label taken from it.
/// Its edits came with the list, so that who takes it at once has them all.
pub(crate) async fn resolve(backend: &Backend, item: CompletionItem) -> Result<CompletionItem> {
    let data = item.data.clone().unwrap_or_default();
    let Ok(data) = serde_json::from_value::<Data>(data) else {
        return Ok(item);
    };
    let Place(key, line, character) = data.place;
    let label = data.label.unwrap_or_else(|| item.label.clone());
    let position = Position::new(line, character);
    let wanted = item.clone();
    let found = backend.feature(&key, move |open, read, positions, client| {
        let offset = positions.offset(position);
        let more = ask(open, client, offset, None, Whole::None, |ask| {
            budget_ide::completion::resolve(read.document(), ask, &label)
        })?;
        let mut item = wanted;
        item.detail = Some(more.detail).filter(|detail| !detail.is_empty());
        item.documentation = more.documentation.map(|text| documentation(text, client));
        Some(item)
    });
    match found.await {
        // Of a text that has changed since nothing more is told.
        Err(error) if error.code == ErrorCode::ContentModified => Ok(item),
        found => Ok(found?.unwrap_or(item)),
    }
}

/// What an item needs to be resolved.
#[derive(Serialize, Deserialize)]
struct Data {
    place: Place,
    /// Its own label, if another is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

/// The document and the place where the list was asked for.
#[derive(Clone, Serialize, Deserialize)]
struct Place(String, u32, u32);

fn ask<T>(
    open: &OpenDocument,
    client: &Client,
    offset: u32,
    trigger: Option<char>,
    whole: Whole<'_>,
    answer: impl FnOnce(&Ask<'_>) -> Option<T>,
) -> Option<T> {
    let found: &dyn Fn() -> Vec<(TextRange, &'static str)> = &|| {
        let findings = open.report().findings.iter();
        findings.map(|it| (it.range, it.rule)).collect()
    };
    let documents: &dyn Fn() -> Vec<String> = &|| open.documents_beside();
    answer(&Ask {
        offset,
        trigger,
        snippets: client.completion.snippets,
        whole,
        found: Some(found),
        documents: Some(documents),
    })
}

/// A list of completions.
fn items(
    list: CompletionList,
    place: &Place,
    positions: &Positions<'_>,
    client: &Client,
) -> CompletionResponse {
    let Completion {
        resolves, details, ..
    } = client.completion;
    let items = list.items.into_iter().enumerate().map(|(rank, item)| {
        // A remark that can't stand beside the label stands in it.
        let shown = item.note.as_ref().filter(|_| !details);
        let shown = shown.map(|note| remarked(&item.label, note));
        let own = shown.is_some().then(|| item.label.clone());
        CompletionItem {
            label_details: item
                .note
                .filter(|_| details)
                .map(|note| CompletionItemLabelDetails {
                    detail: None,
                    description: Some(note),
                }),
            kind: Some(kind(item.kind)),
            detail: Some(item.detail).filter(|detail| !detail.is_empty()),
            documentation: item.documentation.map(|text| documentation(text, client)),
            // The order here is the order shown.
            sort_text: Some(format!("{rank:05}")),
            filter_text: (shown.is_some() || item.filter != item.label).then_some(item.filter),
            label: shown.unwrap_or(item.label),
            insert_text_format: item.snippet.then_some(InsertTextFormat::SNIPPET),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit {
                range: positions.range(item.edit.range),
                new_text: item.edit.text,
            })),
            additional_text_edits: (!item.also.is_empty())
                .then(|| to_lsp::edits(item.also, positions)),
            data: resolves.then(|| {
                serde_json::json!(Data {
                    place: place.clone(),
                    label: own,
                })
            }),
            ..CompletionItem::default()
        }
    });
    CompletionResponse::List(tower_lsp::ls_types::CompletionList {
        is_incomplete: list.incomplete,
        items: items.collect(),
    })
}

/// `占比(部分, 合计)`, `2010301 行政运行（本表已有）`.
fn remarked(label: &str, note: &str) -> String {
    match note.starts_with('(') {
        true => format!("{label}{note}"),
        false => format!("{label}（{note}）"),
    }
}

fn documentation(text: MarkupText, client: &Client) -> Documentation {
    let (kind, value) = if client.completion.markdown {
        (MarkupKind::Markdown, text.into_markdown())
    } else {
        (MarkupKind::PlainText, text.into_plain())
    };
    Documentation::MarkupContent(MarkupContent { kind, value })
}

fn kind(kind: CompletionKind) -> CompletionItemKind {
    match kind {
        CompletionKind::Code => CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Key => CompletionItemKind::PROPERTY,
        CompletionKind::Value => CompletionItemKind::VALUE,
        CompletionKind::Heading => CompletionItemKind::STRUCT,
        CompletionKind::Table => CompletionItemKind::MODULE,
        CompletionKind::Row => CompletionItemKind::FIELD,
        CompletionKind::Column => CompletionItemKind::FIELD,
        CompletionKind::Project => CompletionItemKind::REFERENCE,
        CompletionKind::Term => CompletionItemKind::TEXT,
        CompletionKind::Function => CompletionItemKind::FUNCTION,
        CompletionKind::Rule => CompletionItemKind::CONSTANT,
    }
}
