//! Links to files and to the web.

use std::cell::RefCell;
use std::str::FromStr;

use budget_ide::LinkTarget;
use rustc_hash::FxHashMap;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{DocumentLink, DocumentLinkParams, Uri};

use crate::server::Backend;
use crate::uri;

/// `textDocument/documentLink`.
pub(crate) async fn asked(
    backend: &Backend,
    params: DocumentLinkParams,
) -> Result<Option<Vec<DocumentLink>>> {
    backend
        .answer(
            params.text_document.uri.as_str(),
            |open, read, positions, _| {
                let folder = open.folder();
                let path = |name: &str| Some(folder?.join(name));
                // Many tables may come from one file.
                let known: RefCell<FxHashMap<String, bool>> = RefCell::default();
                let exists = |name: &str| {
                    if let Some(is) = known.borrow().get(name) {
                        return *is;
                    }
                    let is = path(name).is_some_and(|path| path.is_file());
                    known.borrow_mut().insert(name.to_owned(), is);
                    is
                };
                let links = budget_ide::links(read.document(), exists);
                let links = links.into_iter().filter_map(|link| {
                    let target = match link.target {
                        LinkTarget::File(name) => Uri::from_file_path(path(&name)?)?,
                        LinkTarget::Url(url) => Uri::from_str(&uri::normalize(&url)).ok()?,
                    };
                    Some(DocumentLink {
                        range: positions.range(link.range),
                        target: Some(target),
                        tooltip: Some(link.tooltip.to_owned()),
                        data: None,
                    })
                });
                Some(links.collect())
            },
        )
        .await
}
