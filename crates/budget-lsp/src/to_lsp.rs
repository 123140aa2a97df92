//! From plain types to the protocol's: what more than one feature needs.

use budget_syntax::format::TextEdit as SyntaxEdit;
use tower_lsp::ls_types::{TextEdit, Uri, WorkspaceEdit};

use crate::position::Positions;

/// Edits of one document.
pub(crate) fn changes(uri: &Uri, edits: Vec<TextEdit>) -> WorkspaceEdit {
    WorkspaceEdit {
        changes: Some(std::iter::once((uri.clone(), edits)).collect()),
        ..WorkspaceEdit::default()
    }
}

/// Edits of the text; quickest in order.
pub(crate) fn edits(edits: Vec<SyntaxEdit>, positions: &Positions<'_>) -> Vec<TextEdit> {
    let mut places = positions.ascending();
    edits
        .into_iter()
        .map(|edit| TextEdit {
            range: places.range(edit.range),
            new_text: edit.text,
        })
        .collect()
}
