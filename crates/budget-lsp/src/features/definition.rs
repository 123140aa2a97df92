//! Where what stands at a position is said.

use budget_ide::{Definition, Goal};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    GotoDefinitionParams, GotoDefinitionResponse, Location, LocationLink, Range, Uri,
};

use crate::capabilities::Client;
use crate::position::Positions;
use crate::server::Backend;
use crate::world::OpenDocument;

/// `textDocument/definition`.
pub(crate) async fn asked(
    backend: &Backend,
    params: GotoDefinitionParams,
) -> Result<Option<GotoDefinitionResponse>> {
    let at = params.text_document_position_params;
    let uri = at.text_document.uri.clone();
    backend
        .answer(
            at.text_document.uri.as_str(),
            move |open, read, positions, client| {
                let offset = positions.offset(at.position);
                let found = budget_ide::definition(read.document(), open.prose(), offset)?;
                told(&found, open, positions, client, &uri)
            },
        )
        .await
}

fn told(
    found: &Definition,
    open: &OpenDocument,
    positions: &Positions<'_>,
    client: &Client,
    uri: &Uri,
) -> Option<GotoDefinitionResponse> {
    let places = found.goals.iter().filter_map(|goal| match goal {
        Goal::Here(range) => Some((uri.clone(), positions.range(*range))),
        // A document that isn't there can't be gone to.
        Goal::Document(name) => {
            let path = open.beside(name).filter(|path| path.is_file())?;
            Some((Uri::from_file_path(path)?, Range::default()))
        }
    });
    let places: Vec<(Uri, Range)> = places.collect();
    if places.is_empty() {
        return None;
    }
    let places = places.into_iter();
    Some(if client.links {
        let origin = positions.range(found.origin);
        let links = places.map(|(target_uri, range)| LocationLink {
            origin_selection_range: Some(origin),
            target_uri,
            target_range: range,
            target_selection_range: range,
        });
        GotoDefinitionResponse::Link(links.collect())
    } else {
        let locations = places.map(|(uri, range)| Location { uri, range });
        GotoDefinitionResponse::Array(locations.collect())
    })
}
