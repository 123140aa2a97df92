//! Requests. Each works on the snapshot it was handed; none waits for the client.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::request::RegisterCapability;
use tower_lsp::ls_types::{
    CodeAction, CodeActionParams, CodeActionResponse, CodeLens, CodeLensParams, CompletionItem,
    CompletionParams, CompletionResponse, DidChangeWatchedFilesRegistrationOptions,
    DocumentDiagnosticParams, DocumentDiagnosticReportResult, DocumentFormattingParams,
    DocumentHighlight, DocumentHighlightParams, DocumentLink, DocumentLinkParams,
    DocumentOnTypeFormattingParams, DocumentRangeFormattingParams, DocumentSymbolParams,
    DocumentSymbolResponse, ExecuteCommandParams, FileSystemWatcher, FoldingRange,
    FoldingRangeParams, GlobPattern, GotoDefinitionParams, GotoDefinitionResponse, Hover,
    HoverParams, InitializeParams, InitializeResult, InitializedParams, InlayHint, InlayHintParams,
    LSPAny, Location, PrepareRenameResponse, ReferenceParams, Registration, RegistrationParams,
    RenameParams, SelectionRange, SelectionRangeParams, SemanticTokensDeltaParams,
    SemanticTokensFullDeltaResult, SemanticTokensParams, SemanticTokensRangeParams,
    SemanticTokensRangeResult, SemanticTokensResult, ServerInfo, TextDocumentIdentifier,
    TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit, WorkspaceSymbolParams,
    WorkspaceSymbolResponse,
};

use crate::answer::Asked;
use crate::capabilities::{self, Client};
use crate::library::Library;
use crate::position::Positions;
use crate::publish::Publisher;
use crate::service::snapshot;
use crate::world::{OpenDocument, Read, Shared, Snapshot};
use crate::{features, jobs, parent, progress};

/// tower-lsp's half of the server.
pub(crate) struct Backend {
    sink: tower_lsp::Client,
    world: Shared,
    client: Arc<OnceLock<Client>>,
    publisher: Arc<Publisher>,
    library: Arc<Library>,
    watch_parent: bool,
}

impl Backend {
    pub(crate) fn new(
        sink: tower_lsp::Client,
        world: Shared,
        client: Arc<OnceLock<Client>>,
        watch_parent: bool,
    ) -> Self {
        let publisher = Arc::new(Publisher::new(sink.clone(), world.clone(), client.clone()));
        Self {
            sink,
            world,
            client,
            publisher,
            library: Arc::default(),
            watch_parent,
        }
    }

    pub(crate) fn sink(&self) -> &tower_lsp::Client {
        &self.sink
    }

    pub(crate) fn publisher(&self) -> &Arc<Publisher> {
        &self.publisher
    }

    /// `budget/documentText`: the text as the server has it, to find out whether client and
    /// server still agree.
    pub(crate) async fn document_text(
        &self,
        params: DocumentTextParams,
    ) -> Result<Option<serde_json::Value>> {
        let snapshot = snapshot();
        let open = snapshot.document(params.text_document.uri.as_str());
        Ok(open.map(|open| serde_json::json!({ "version": open.version, "text": open.text() })))
    }

    /// Runs a feature on the pool; its failure is an error, told in the log too. If the document
    /// has changed before its turn comes, the answer is that it has: nobody wants any other, and
    /// versions that are gone are not read.
    pub(crate) async fn feature<T: Send + 'static>(
        &self,
        key: &str,
        feature: impl FnOnce(&OpenDocument, &Read, &Positions<'_>, &Client) -> Option<T>
        + Send
        + 'static,
    ) -> Result<Option<T>> {
        let (Some(open), Some(client)) = (snapshot().document(key).cloned(), self.client.get())
        else {
            return Ok(None);
        };
        let (client, world, own) = (client.clone(), self.world.clone(), key.to_owned());
        let result = jobs::run(move || {
            if world.newest(&own) != Some(open.revision) {
                return Err(Error::content_modified());
            }
            let read = open.read();
            let positions = Positions::new(
                &read.document().text,
                read.document().lines(),
                client.encoding,
            );
            Ok(feature(&open, read, &positions, &client))
        })
        .await;
        result.unwrap_or_else(|panicked| Err(self.failed(key, &panicked)))
    }

    /// As [`Self::feature`], with the answer given from the pool: none is left to be given.
    pub(crate) async fn answer<T: Serialize + Send + 'static>(
        &self,
        key: &str,
        feature: impl FnOnce(&OpenDocument, &Read, &Positions<'_>, &Client) -> Option<T>
        + Send
        + 'static,
    ) -> Result<Option<T>> {
        let asked = Asked::now();
        let done = self.feature(key, move |open, read, positions, client| {
            let answer = feature(open, read, positions, client)?;
            match asked {
                Some(asked) => asked.answer(&answer),
                None => return Some(answer),
            }
            None
        });
        done.await
    }

    /// Runs what is asked of all documents on the pool; `stop` becomes true when nobody waits for the
    /// answer any more.
    pub(crate) async fn everywhere<T: Send + 'static>(
        &self,
        feature: impl FnOnce(&Everywhere, &dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Result<Option<T>> {
        let Some(client) = self.client.get() else {
            return Ok(None);
        };
        let all = Everywhere {
            snapshot: snapshot(),
            world: self.world.clone(),
            library: self.library.clone(),
            client: client.clone(),
        };
        let stop = Arc::new(AtomicBool::new(false));
        let _gone = OnDrop(stop.clone());
        let job = move || feature(&all, &|| stop.load(Ordering::Relaxed));
        let _progress = client
            .progress
            .then(|| progress::begin(&self.sink, "正在查找各份文件".to_owned()));
        let result = jobs::run(job).await;
        result
            .map(Some)
            .map_err(|panicked| self.failed("工作区", &panicked))
    }

    /// Tells of a handler that failed, and gives the answer to its request.
    fn failed(&self, what: &str, panicked: &jobs::Panicked) -> Error {
        let message = format!("处理 {what} 时程序出错：{}", panicked.0);
        self.publisher.error(message.clone());
        Error {
            code: ErrorCode::InternalError,
            message: message.into(),
            data: None,
        }
    }
}

/// What a request about all documents works on.
pub(crate) struct Everywhere {
    pub(crate) snapshot: Snapshot,
    pub(crate) world: Shared,
    pub(crate) library: Arc<Library>,
    pub(crate) client: Client,
}

/// Tells a job that its request was cancelled.
struct OnDrop(Arc<AtomicBool>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Params of `budget/documentText`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentTextParams {
    text_document: TextDocumentIdentifier,
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let client = Client::new(&params);
        let capabilities = capabilities::offered(&client);
        if let Some(options) = &params.initialization_options {
            self.world.prefer_initially(options);
        }
        if let (true, Some(id)) = (self.watch_parent, params.process_id) {
            parent::watch(id);
        }
        self.world.change_roots(
            [].into_iter(),
            roots(&params).iter().map(|uri| uri.as_str()),
        );
        let _ = self.client.set(client);
        self.world.warm_up();
        Ok(InitializeResult {
            capabilities,
            server_info: Some(ServerInfo {
                name: "budget-lsp".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            ..InitializeResult::default()
        })
    }

    async fn symbol(
        &self,
        params: WorkspaceSymbolParams,
    ) -> Result<Option<WorkspaceSymbolResponse>> {
        features::workspace_symbol::asked(self, params).await
    }

    async fn initialized(&self, _: InitializedParams) {
        if self.client.get().is_some_and(|client| client.watches) {
            let sink = self.sink.clone();
            tokio::spawn(async move {
                let _ = sink.send_request::<RegisterCapability>(watchers()).await;
            });
        }
    }

    async fn shutdown(&self) -> Result<()> {
        self.publisher.set_shut_down();
        Ok(())
    }

    async fn diagnostic(
        &self,
        params: DocumentDiagnosticParams,
    ) -> Result<DocumentDiagnosticReportResult> {
        features::diagnostics::asked(self, params).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        features::completion::asked(self, params).await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        features::completion::resolve(self, item).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        features::hover::asked(self, params).await
    }

    async fn goto_definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>> {
        features::definition::asked(self, params).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        features::references::asked(self, params).await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        features::references::highlighted(self, params).await
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        features::rename::prepared(self, params).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        features::rename::asked(self, params).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        features::code_action::resolve(self, action).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        features::execute_command::asked(self, params).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        features::code_action::asked(self, params).await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        features::formatting::asked(self, params).await
    }

    async fn range_formatting(
        &self,
        params: DocumentRangeFormattingParams,
    ) -> Result<Option<Vec<TextEdit>>> {
        features::range_formatting::asked(self, params).await
    }

    async fn on_type_formatting(
        &self,
        params: DocumentOnTypeFormattingParams,
    ) -> Result<Option<Vec<TextEdit>>> {
        features::range_formatting::typed(self, params).await
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> Result<Option<SemanticTokensResult>> {
        features::semantic_tokens::full(self, params).await
    }

    async fn semantic_tokens_full_delta(
        &self,
        params: SemanticTokensDeltaParams,
    ) -> Result<Option<SemanticTokensFullDeltaResult>> {
        features::semantic_tokens::delta(self, params).await
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>> {
        features::semantic_tokens::range(self, params).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        features::folding_range::asked(self, params).await
    }

    async fn selection_range(
        &self,
        params: SelectionRangeParams,
    ) -> Result<Option<Vec<SelectionRange>>> {
        features::selection_range::asked(self, params).await
    }

    async fn document_symbol(
        &self,
        params: DocumentSymbolParams,
    ) -> Result<Option<DocumentSymbolResponse>> {
        features::document_symbol::asked(self, params).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        features::document_link::asked(self, params).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        features::inlay_hint::asked(self, params).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        features::code_lens::asked(self, params).await
    }
}

/// What findings hang on besides the open text: `budget.toml`, packs, baseline, explanations, and the documents
/// that others name.
const WATCHED: &str = "**/*.{toml,tsv,json,budget}";

/// The folders that the client has open.
fn roots(params: &InitializeParams) -> Vec<Uri> {
    match &params.workspace_folders {
        Some(folders) => folders.iter().map(|folder| folder.uri.clone()).collect(),
        #[expect(deprecated, reason = "clients of one folder still say it so")]
        None => params.root_uri.clone().into_iter().collect(),
    }
}

fn watchers() -> RegistrationParams {
    let options = DidChangeWatchedFilesRegistrationOptions {
        watchers: vec![FileSystemWatcher {
            glob_pattern: GlobPattern::String(WATCHED.to_owned()),
            kind: None,
        }],
    };
    RegistrationParams {
        registrations: vec![Registration {
            id: "budget-files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: serde_json::to_value(options).ok(),
        }],
    }
}
