//! Commands that the server carries out.

use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::request::ShowDocument;
use tower_lsp::ls_types::{
    ExecuteCommandOptions, ExecuteCommandParams, LSPAny, ShowDocumentParams,
    WorkDoneProgressOptions,
};

use super::code_action::Chosen;
use crate::capabilities::Client;
use crate::server::Backend;
use crate::service::snapshot;

/// Opens the page of the rule whose code is the argument.
pub(crate) const OPEN_RULE: &str = "budget.openRule";

/// Makes the edits of an action, for clients that know actions only as commands.
pub(crate) const APPLY: &str = "budget.applyAction";

/// Whether a rule's page can be opened: by a command of the client's own, or by asking it to show the page.
pub(crate) fn opens_pages(client: &Client) -> bool {
    client.shows.commands || client.shows_documents
}

/// What is offered. A page is opened neither for a client that can't show one, nor for one that has the command
/// itself (two commands of one name can't be).
pub(crate) fn offered(client: &Client) -> Option<ExecuteCommandOptions> {
    let pages = client.shows_documents && !client.shows.commands;
    let ours = [(OPEN_RULE, pages), (APPLY, client.actions.by_command())];
    let ours = ours.into_iter().filter(|(_, offered)| *offered);
    let commands: Vec<String> = ours.map(|(name, _)| name.to_owned()).collect();
    (!commands.is_empty()).then(|| ExecuteCommandOptions {
        commands,
        work_done_progress_options: WorkDoneProgressOptions::default(),
    })
}

/// `workspace/executeCommand`.
pub(crate) async fn asked(
    backend: &Backend,
    params: ExecuteCommandParams,
) -> Result<Option<LSPAny>> {
    if params.command == APPLY {
        return apply(backend, params.arguments);
    }
    let code = params.arguments.first().and_then(|it| it.as_str());
    if params.command != OPEN_RULE {
        let message = format!("没有这个命令：{}", params.command);
        return Err(Error::invalid_params(message));
    }
    let rule = code.and_then(budget_rules::find);
    let Some(uri) = rule.and_then(|rule| rule.url().parse().ok()) else {
        let message = format!("没有编号为“{}”的规则", code.unwrap_or_default());
        return Err(Error::invalid_params(message));
    };
    let sink = backend.sink().clone();
    // No handler waits for the client.
    tokio::spawn(async move {
        let page = ShowDocumentParams {
            uri,
            external: Some(true),
            take_focus: None,
            selection: None,
        };
        let _ = sink.send_request::<ShowDocument>(page).await;
    });
    Ok(None)
}

/// Asks the client to make the edits of an action, unless the text has changed since it was offered.
fn apply(backend: &Backend, arguments: Vec<LSPAny>) -> Result<Option<LSPAny>> {
    let chosen = arguments.into_iter().next().unwrap_or_default();
    let Ok(Chosen(key, revision, edit)) = serde_json::from_value(chosen) else {
        return Err(Error::invalid_params("这个命令由修改建议带着内容执行"));
    };
    let open = snapshot().document(&key).cloned();
    if open.is_none_or(|open| open.revision != revision) {
        return Err(Error::content_modified());
    }
    let sink = backend.sink().clone();
    // No handler waits for the client.
    tokio::spawn(async move {
        let _ = sink.apply_edit(edit).await;
    });
    Ok(None)
}
