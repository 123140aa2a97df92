//! The colours that were told of a document: what the next answer differs from.

use std::sync::{Arc, Mutex, PoisonError};

use tower_lsp::ls_types::SemanticToken;

/// An answer may have been cancelled, so the one before it is kept too.
const KEPT: usize = 2;

/// The last answers, the newest first. Shared by all versions of a document while it is open.
#[derive(Clone, Default)]
pub(crate) struct Painted(Arc<Mutex<Vec<Answer>>>);

struct Answer {
    id: String,
    tokens: Vec<SemanticToken>,
}

impl Painted {
    /// The tokens of an answer, if it is still known.
    pub(crate) fn get(&self, id: &str) -> Option<Vec<SemanticToken>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|answer| answer.id == id);
        found.map(|answer| answer.tokens.clone())
    }

    /// Keeps an answer, and forgets an old one.
    pub(crate) fn keep(&self, id: &str, tokens: &[SemanticToken]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|answer| answer.id != id);
        kept.truncate(KEPT - 1);
        let (id, tokens) = (id.to_owned(), tokens.to_vec());
        kept.insert(0, Answer { id, tokens });
    }
}
