//! What can be done about findings: quick fixes, and all that are safe at once.

use budget_ide::Action;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse,
    TextEdit, Uri,
};

use super::diagnostics::diagnostic;
use crate::capabilities::Client;
use crate::position::Positions;
use crate::server::Backend;
use crate::service::snapshot;
use crate::to_lsp::changes;
use crate::world::Read;

/// `textDocument/codeAction`.
pub(crate) async fn asked(
    backend: &Backend,
    params: CodeActionParams,
) -> Result<Option<CodeActionResponse>> {
    let CodeActionParams {
        text_document,
        range,
        context,
        ..
    } = params;
    let least = snapshot().preferences.min_severity;
    // `source` means every kind below it, `source.fixAll.budget-lint` none of ours.
    let asks = |kind: &CodeActionKind| {
        let under = |wanted: &CodeActionKind| {
            let rest = kind.as_str().strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        context.only.as_ref().map(|only| only.iter().any(under))
    };
    let quick = asks(&CodeActionKind::QUICKFIX).unwrap_or(true);
    // It checks anew for every fix: too much for each move of the cursor.
    let all_safe = asks(&CodeActionKind::SOURCE_FIX_ALL).unwrap_or(false);
    let uri = text_document.uri.clone();
    backend
        .feature(
            text_document.uri.as_str(),
            move |open, read, positions, client| {
                let mut all = CodeActionResponse::new();
                if quick {
                    let range = positions.text_range(range);
                    let found = budget_ide::actions(read.document(), open.report(), range, least);
                    all.extend(
                        found
                            .into_iter()
                            .map(|it| quick_fix(&it, read, positions, client, &uri)),
                    );
                }
                if all_safe {
                    let mended = read.mended(least);
                    all.extend(mended.map(|text| fix_all(&text, positions, &uri)));
                }
                Some(all)
            },
        )
        .await
}

/// A fix of a finding as a quick fix.
fn quick_fix(
    action: &Action<'_>,
    read: &Read,
    positions: &Positions<'_>,
    client: &Client,
    uri: &Uri,
) -> CodeActionOrCommand {
    let edits = action.edits.iter().map(|edit| TextEdit {
        range: positions.range(edit.range),
        new_text: edit.text.clone(),
    });
    CodeActionOrCommand::CodeAction(CodeAction {
        title: action.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic(
            action.finding,
            read,
            positions,
            client,
            None,
        )]),
        edit: Some(changes(uri, edits.collect())),
        is_preferred: action.safe.then_some(true),
        ..CodeAction::default()
    })
}

/// Every safe fix at once, as one edit of what differs.
fn fix_all(mended: &str, positions: &Positions<'_>, uri: &Uri) -> CodeActionOrCommand {
    let edit = positions.replacement(mended);
    CodeActionOrCommand::CodeAction(CodeAction {
        title: "自动修改全部有把握的问题".to_owned(),
        kind: Some(CodeActionKind::SOURCE_FIX_ALL),
        edit: Some(changes(uri, vec![edit])),
        ..CodeAction::default()
    })
}
