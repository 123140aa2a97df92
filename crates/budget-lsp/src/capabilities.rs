//! What the client can do, read once from `initialize`, and what this server offers it.

use budget_syntax::position::Encoding;
use tower_lsp::ls_types::{
    ClientCapabilities, CompletionItemCapability, CompletionOptions, DiagnosticOptions,
    DiagnosticServerCapabilities, HoverProviderCapability, InitializeParams, MarkupKind, OneOf,
    PositionEncodingKind, RenameOptions, ServerCapabilities, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, WorkDoneProgressOptions,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use crate::features::{code_action, execute_command};
use crate::shows::Shows;

/// The source of every diagnostic.
pub(crate) const SOURCE: &str = "budget-lint";

/// What the client can do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Client {
    /// What its columns count.
    pub(crate) encoding: Encoding,
    /// It asks for diagnostics; otherwise they are pushed. Never both.
    pub(crate) pulls: bool,
    /// It can be told that all diagnostics should be asked for again.
    pub(crate) refreshes: bool,
    /// It shows related places.
    pub(crate) related: bool,
    /// It shows Markdown in hovers.
    pub(crate) markdown: bool,
    /// Files can be watched by registration.
    pub(crate) watches: bool,
    /// It may have several folders open, and tells when they change.
    pub(crate) folders: bool,
    /// It takes a definition with the piece that it is of.
    pub(crate) links: bool,
    /// It asks whether something can be renamed before it asks for a name.
    pub(crate) prepares_rename: bool,
    /// What it shows beside the text and its findings.
    pub(crate) shows: Shows,
    /// How it takes completions.
    pub(crate) completion: Completion,
    /// How it takes code actions.
    pub(crate) actions: code_action::Takes,
    /// It compares the version that edits are made for.
    pub(crate) versioned_edits: bool,
    /// It can be asked to show a page.
    pub(crate) shows_documents: bool,
    /// It links a finding's code to a page.
    pub(crate) links_codes: bool,
    /// It shows what takes long.
    pub(crate) progress: bool,
}

/// How a client takes completions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Completion {
    /// Texts may hold tab stops.
    pub(crate) snippets: bool,
    /// It asks for an item's documentation, and for the edits of other lines, when the item is looked at.
    pub(crate) resolves: bool,
    /// It shows Markdown beside the list.
    pub(crate) markdown: bool,
    /// It shows remarks beside labels.
    pub(crate) details: bool,
}

impl Completion {
    fn new(client: &CompletionItemCapability) -> Self {
        let lazy = client.resolve_support.as_ref();
        let can = |property: &str| {
            lazy.is_some_and(|lazy| lazy.properties.iter().any(|known| known == property))
        };
        Self {
            snippets: client.snippet_support.unwrap_or(false),
            resolves: ["documentation", "detail", "additionalTextEdits"]
                .into_iter()
                .all(can),
            details: client.label_details_support.unwrap_or(false),
            markdown: client
                .documentation_format
                .as_deref()
                .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
        }
    }
}

impl Client {
    pub(crate) fn new(params: &InitializeParams) -> Self {
        let ClientCapabilities {
            workspace,
            text_document,
            general,
            window,
            ..
        } = &params.capabilities;
        let workspace = workspace.as_ref();
        let document = text_document.as_ref();
        let pull = document.and_then(|document| document.diagnostic.as_ref());
        let push = document.and_then(|document| document.publish_diagnostics.as_ref());
        Self {
            progress: window
                .as_ref()
                .and_then(|window| window.work_done_progress)
                .unwrap_or(false),
            encoding: general
                .as_ref()
                .and_then(|general| general.position_encodings.as_deref())
                .and_then(|offered| offered.iter().find_map(encoding))
                .unwrap_or_default(),
            pulls: pull.is_some(),
            refreshes: workspace
                .and_then(|workspace| workspace.diagnostics.as_ref())
                .and_then(|diagnostics| diagnostics.refresh_support)
                .unwrap_or(false),
            related: push
                .and_then(|push| push.related_information)
                .or(pull.and_then(|pull| pull.related_information))
                .unwrap_or(false),
            markdown: document
                .and_then(|document| document.hover.as_ref())
                .and_then(|hover| hover.content_format.as_deref())
                .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            watches: workspace
                .and_then(|workspace| workspace.did_change_watched_files.as_ref())
                .and_then(|watched| watched.dynamic_registration)
                .unwrap_or(false),
            folders: workspace
                .and_then(|workspace| workspace.workspace_folders)
                .unwrap_or(false),
            links: document
                .and_then(|document| document.definition.as_ref())
                .and_then(|definition| definition.link_support)
                .unwrap_or(false),
            prepares_rename: document
                .and_then(|document| document.rename.as_ref())
                .and_then(|rename| rename.prepare_support)
                .unwrap_or(false),
            shows: Shows::new(params),
            completion: document
                .and_then(|document| document.completion.as_ref())
                .and_then(|completion| completion.completion_item.as_ref())
                .map(Completion::new)
                .unwrap_or_default(),
            actions: code_action::Takes::new(params),
            versioned_edits: workspace
                .and_then(|workspace| workspace.workspace_edit.as_ref())
                .and_then(|edit| edit.document_changes)
                .unwrap_or(false),
            shows_documents: window
                .as_ref()
                .and_then(|window| window.show_document.as_ref())
                .is_some_and(|show| show.support),
            // Who asks for diagnostics has no other way to say so.
            links_codes: push
                .and_then(|push| push.code_description_support)
                .unwrap_or(pull.is_some()),
        }
    }
}

fn encoding(kind: &PositionEncodingKind) -> Option<Encoding> {
    match kind.as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    }
}

/// What this server offers that client.
pub(crate) fn offered(client: &Client) -> ServerCapabilities {
    let mut capabilities = ServerCapabilities {
        position_encoding: Some(match client.encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(TextDocumentSyncCapability::Options(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::INCREMENTAL),
                ..TextDocumentSyncOptions::default()
            },
        )),
        diagnostic_provider: client.pulls.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some(SOURCE.to_owned()),
                // 上年文档 and 预算文档 may be open too.
                inter_file_dependencies: true,
                ..DiagnosticOptions::default()
            })
        }),
        completion_provider: Some(CompletionOptions {
            // Editors open the list by themselves for words, but not for digits; `：` is what an
            // input method types after `模板`. Where a mark means nothing it gets no answer.
            trigger_characters: Some(
                "0123456789０１２３４５６７８９:：{｛.。．,，(（|｜#＃"
                    .chars()
                    .map(|character| character.to_string())
                    .collect(),
            ),
            resolve_provider: client.completion.resolves.then_some(true),
            ..CompletionOptions::default()
        }),
        code_action_provider: client.actions.offered(execute_command::opens_pages(client)),
        execute_command_provider: execute_command::offered(client),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        workspace: client.folders.then_some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        document_highlight_provider: Some(OneOf::Left(true)),
        rename_provider: Some(match client.prepares_rename {
            true => OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            false => OneOf::Left(true),
        }),
        document_formatting_provider: Some(OneOf::Left(true)),
        ..ServerCapabilities::default()
    };
    client.shows.offer(&mut capabilities);
    capabilities
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(capabilities: serde_json::Value) -> Client {
        let params =
            serde_json::from_value(serde_json::json!({ "capabilities": capabilities })).unwrap();
        Client::new(&params)
    }

    #[test]
    fn takes_the_first_encoding_it_knows() {
        let offers = |list: serde_json::Value| {
            client(serde_json::json!({"general": {"positionEncodings": list}})).encoding
        };
        assert_eq!(
            offers(serde_json::json!(["utf-8", "utf-16"])),
            Encoding::Utf8
        );
        assert_eq!(
            offers(serde_json::json!(["utf-7", "utf-32"])),
            Encoding::Utf32
        );
        assert_eq!(offers(serde_json::json!([])), Encoding::Utf16);
        assert_eq!(client(serde_json::json!({})).encoding, Encoding::Utf16);
    }

    #[test]
    fn offers_to_prepare_a_rename_only_to_who_asks() {
        let prepares = |capabilities| {
            let offered = offered(&client(capabilities)).rename_provider;
            matches!(offered, Some(OneOf::Right(options)) if options.prepare_provider == Some(true))
        };
        let rename = |options| serde_json::json!({"textDocument": {"rename": options}});
        assert!(prepares(rename(
            serde_json::json!({"prepareSupport": true})
        )));
        assert!(!prepares(rename(serde_json::json!({}))));
        assert!(!prepares(serde_json::json!({})));
    }

    #[test]
    fn offers_pull_only_to_who_asks() {
        let pulling = client(serde_json::json!({"textDocument": {"diagnostic": {}}}));
        assert!(pulling.pulls && offered(&pulling).diagnostic_provider.is_some());
        let pushed = client(serde_json::json!({"textDocument": {"publishDiagnostics": {}}}));
        assert!(!pushed.pulls && offered(&pushed).diagnostic_provider.is_none());
    }
}
