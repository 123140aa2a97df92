//! What an editor asks of a document: diagnostics, completion, hover, what can be done about findings. Plain types and byte
//! offsets; knows no LSP, does no input or output, never fails.

pub mod actions;
pub mod completion;
pub mod diagnostic;
pub mod hover;
pub mod markup;
mod place;

pub use actions::{Action, actions};
pub use completion::{CompletionItem, CompletionKind, CompletionList, completion};
pub use diagnostic::{Diagnostic, diagnostic, diagnostics};
pub use hover::{Hover, hover};
pub use markup::MarkupText;
