//! What an editor asks of a document: diagnostics, completion, hover, where names stand and their renaming, what can be
//! done about findings. Plain types and byte offsets; knows no LSP, does no input or output, never fails.

pub mod actions;
pub mod completion;
pub mod definition;
pub mod diagnostic;
pub mod folding;
pub mod hints;
pub mod hover;
pub mod lenses;
pub mod links;
pub mod markup;
pub mod outline;
mod place;
pub mod references;
pub mod rename;
mod rows;
pub mod search;
pub mod selection;
pub mod symbol;
pub mod tokens;

pub use actions::{Action, ActionKind, Scope, actions};
pub use completion::{Ask, CompletionItem, CompletionKind, CompletionList, Whole, completion};
pub use definition::{Definition, Goal, definition};
pub use diagnostic::{Diagnostic, diagnostic, diagnostics, related};
pub use folding::{Fold, FoldKind, folds};
pub use hints::{Hint, HintKind, hints};
pub use hover::{Hover, hover};
pub use lenses::{Lens, lenses};
pub use links::{Link, LinkTarget, links};
pub use markup::MarkupText;
pub use outline::{Symbol, SymbolKind, outline};
pub use references::{References, references};
pub use rename::{Refusal, Renameable, prepare_rename, rename};
pub use selection::selection;
pub use symbol::{occurrences, symbol_at};
pub use tokens::{Modifiers, Token, TokenKind, tokens};
