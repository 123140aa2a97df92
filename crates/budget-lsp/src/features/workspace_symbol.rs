//! Names in all documents: the open ones, and the files of the folders that are open.

use std::path::PathBuf;
use std::str::FromStr;

use budget_ide::search::{Query, entries};
use budget_workspace::discover;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    Location, SymbolInformation, Uri, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::document_symbol::kind;
use crate::library::Placed;
use crate::position::Positions;
use crate::server::{Backend, Everywhere};

/// Files of all folders that are looked into.
const MOST_FILES: usize = 2000;
/// Names that are told: more than anyone reads.
const MOST: usize = 512;

/// `workspace/symbol`.
pub(crate) async fn asked(
    backend: &Backend,
    params: WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>> {
    let found = backend
        .everywhere(move |all, stop| search(all, &params.query, stop))
        .await?;
    Ok(found.map(WorkspaceSymbolResponse::Flat))
}

/// The names that fit, the best first, then in the order of documents and places.
fn search(all: &Everywhere, typed: &str, stop: &dyn Fn() -> bool) -> Vec<SymbolInformation> {
    let query = Query::new(typed);
    let encoding = all.client.encoding;
    let mut found: Vec<(u8, SymbolInformation)> = Vec::new();
    let mut opened = Vec::new();
    for (key, open) in all.snapshot.documents() {
        opened.extend(open.disk().map(budget_workspace::absolute));
        let Ok(uri) = Uri::from_str(key) else {
            continue;
        };
        let read = open.read();
        let positions = Positions::new(&read.document().text, read.document().lines(), encoding);
        for entry in entries(read.document()) {
            if let Some(rank) = query.rank(&entry.name) {
                let placed = Placed::new(entry, &positions);
                found.push((rank, told(&placed, &uri)));
            }
        }
        if stop() {
            return Vec::new();
        }
    }
    let files = files(all, stop);
    all.library.keep(&files);
    for path in files {
        if stop() {
            return Vec::new();
        }
        if opened.contains(&budget_workspace::absolute(&path)) {
            continue;
        }
        let Some(settings) = all.world.settings_of(&path) else {
            continue;
        };
        let Some(uri) = Uri::from_file_path(&path) else {
            continue;
        };
        let entries = all.library.entries(&path, settings, encoding);
        for placed in entries.iter().flat_map(|entries| entries.iter()) {
            if let Some(rank) = query.rank(&placed.name) {
                found.push((rank, told(placed, &uri)));
            }
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.truncate(MOST);
    found.into_iter().map(|(_, symbol)| symbol).collect()
}

/// The files of all folders, in path order, each once.
fn files(all: &Everywhere, stop: &dyn Fn() -> bool) -> Vec<PathBuf> {
    let roots = all.snapshot.roots.iter();
    let mut files: Vec<PathBuf> = roots
        .flat_map(|root| discover::under(root, MOST_FILES, stop))
        .collect();
    files.sort();
    files.dedup();
    files.truncate(MOST_FILES);
    files
}

#[expect(deprecated, reason = "the type has no other way to be made")]
fn told(placed: &Placed, uri: &Uri) -> SymbolInformation {
    SymbolInformation {
        name: placed.name.clone(),
        kind: kind(placed.kind),
        tags: None,
        deprecated: None,
        location: Location {
            uri: uri.clone(),
            range: placed.range,
        },
        container_name: Some(placed.container.clone()).filter(|name| !name.is_empty()),
    }
}
