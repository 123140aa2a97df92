//! Commands that the server carries out.

use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::request::ShowDocument;
use tower_lsp::ls_types::{
    ExecuteCommandOptions, ExecuteCommandParams, LSPAny, ShowDocumentParams,
    WorkDoneProgressOptions,
};

use crate::capabilities::Client;
use crate::server::Backend;

/// Opens the page of the rule whose code is the argument.
pub(crate) const OPEN_RULE: &str = "budget.openRule";

/// Whether a rule's page can be opened: by a command of the client's own, or by asking it to show the page.
pub(crate) fn opens_pages(client: &Client) -> bool {
    client.shows.commands || client.shows_documents
}

/// What is offered: nothing to a client that can't show a page, nor to one that has the command itself (two
/// commands of one name can't be).
pub(crate) fn offered(client: &Client) -> Option<ExecuteCommandOptions> {
    let ours = client.shows_documents && !client.shows.commands;
    ours.then(|| ExecuteCommandOptions {
        commands: vec![OPEN_RULE.to_owned()],
        work_done_progress_options: WorkDoneProgressOptions::default(),
    })
}

/// `workspace/executeCommand`.
pub(crate) async fn asked(
    backend: &Backend,
    params: ExecuteCommandParams,
) -> Result<Option<LSPAny>> {
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
