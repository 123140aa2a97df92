//! From plain types to the protocol's: what more than one feature needs.

use budget_syntax::format::TextEdit as SyntaxEdit;
use tower_lsp::ls_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit,
    Uri, WorkspaceEdit,
};

use crate::position::Positions;

/// Edits of one document; of that version of it alone, if the client compares versions.
pub(crate) fn changes(uri: &Uri, edits: Vec<TextEdit>, version: Option<i32>) -> WorkspaceEdit {
    let Some(version) = version else {
        return WorkspaceEdit {
            changes: Some(std::iter::once((uri.clone(), edits)).collect()),
            ..WorkspaceEdit::default()
        };
    };
    let edit = TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            uri: uri.clone(),
            version: Some(version),
        },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    };
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(vec![edit])),
        ..WorkspaceEdit::default()
    }
}

/// Edits of the text; quickest in order.
pub(crate) fn edits(edits: Vec<SyntaxEdit>, positions: &Positions<'_>) -> Vec<TextEdit> {
    edits
        .into_iter()
        .map(|edit| TextEdit {
            range: positions.range(edit.range),
            new_text: edit.text,
        })
        .collect()
}
