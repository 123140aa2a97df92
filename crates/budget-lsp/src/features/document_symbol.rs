//! The outline.

use budget_ide::{Symbol, SymbolKind as Kind};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation,
    SymbolKind, Uri,
};

use crate::position::Positions;
use crate::server::Backend;

/// `textDocument/documentSymbol`: as a tree if the client shows one.
pub(crate) async fn asked(
    backend: &Backend,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>> {
    let uri = params.text_document.uri.clone();
    backend
        .answer(
            params.text_document.uri.as_str(),
            move |_, read, positions, client| {
                let symbols = budget_ide::outline(read.document());
                Some(if client.shows.symbols.is_some_and(|it| it.nested) {
                    let tree = symbols.into_iter().map(|it| nested(it, positions));
                    DocumentSymbolResponse::Nested(tree.collect())
                } else {
                    let mut list = Vec::new();
                    flat(symbols, None, &uri, positions, &mut list);
                    DocumentSymbolResponse::Flat(list)
                })
            },
        )
        .await
}

#[expect(deprecated, reason = "the type has no other way to be made")]
fn nested(symbol: Symbol, positions: &Positions<'_>) -> DocumentSymbol {
    let children = symbol.children.into_iter().map(|it| nested(it, positions));
    let children: Vec<_> = children.collect();
    DocumentSymbol {
        name: symbol.name,
        detail: Some(symbol.detail).filter(|detail| !detail.is_empty()),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: positions.range(symbol.range),
        selection_range: positions.range(symbol.selection),
        children: (!children.is_empty()).then_some(children),
    }
}

#[expect(deprecated, reason = "the type has no other way to be made")]
fn flat(
    symbols: Vec<Symbol>,
    container: Option<&str>,
    uri: &Uri,
    positions: &Positions<'_>,
    list: &mut Vec<SymbolInformation>,
) {
    for symbol in symbols {
        list.push(SymbolInformation {
            name: symbol.name.clone(),
            kind: kind(symbol.kind),
            tags: None,
            deprecated: None,
            location: Location {
                uri: uri.clone(),
                range: positions.range(symbol.range),
            },
            container_name: container.map(str::to_owned),
        });
        flat(symbol.children, Some(&symbol.name), uri, positions, list);
    }
}

/// As the protocol names it.
pub(crate) fn kind(kind: Kind) -> SymbolKind {
    match kind {
        Kind::FrontMatter => SymbolKind::FILE,
        Kind::Part => SymbolKind::MODULE,
        Kind::Section => SymbolKind::NAMESPACE,
        Kind::Table => SymbolKind::CLASS,
        Kind::Grid => SymbolKind::STRUCT,
        Kind::Total => SymbolKind::NUMBER,
        Kind::Project => SymbolKind::OBJECT,
        Kind::Term => SymbolKind::KEY,
    }
}
