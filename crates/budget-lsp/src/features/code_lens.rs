//! The verdict above each table.

use budget_ide::Lens;
use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command};

use crate::server::Backend;
use crate::service::snapshot;

/// The client's own command: it shows the ledger of a table. Its argument is `{uri, version, table, id, range}`; `table`
/// is the table's place in the document.
const SHOW_LEDGER: &str = "budget.showLedger";

/// `textDocument/codeLens`.
pub(crate) async fn asked(
    backend: &Backend,
    params: CodeLensParams,
) -> Result<Option<Vec<CodeLens>>> {
    let wanted = snapshot().preferences.code_lens;
    let uri = params.text_document.uri.clone();
    backend
        .answer(
            params.text_document.uri.as_str(),
            move |open, read, positions, client| {
                if !wanted {
                    return Some(Vec::new());
                }
                let lens = |lens: Lens| {
                    let range = positions.range(lens.range);
                    let argument = json!({
                        "uri": uri, "version": open.version, "table": lens.table, "id": lens.id, "range": range,
                    });
                    CodeLens {
                        range,
                        command: Some(if client.shows.commands {
                            Command::new(lens.title, SHOW_LEDGER.to_owned(), Some(vec![argument]))
                        } else {
                            // Nothing but a title: so the protocol's clients expect it.
                            Command::new(lens.title, String::new(), None)
                        }),
                        data: None,
                    }
                };
                let ledger = &open.report().ledger;
                let lenses = budget_ide::lenses(read.document(), ledger);
                Some(lenses.into_iter().map(lens).collect())
            },
        )
        .await
}
