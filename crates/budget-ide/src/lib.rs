//! What an editor asks of a document: diagnostics, completion, hover. Plain types and byte
//! offsets; knows no LSP, does no input or output, never fails.

pub mod completion;
pub mod diagnostic;
pub mod hover;
pub mod markup;
mod place;

pub use completion::{CompletionItem, CompletionKind, CompletionList, completion};
pub use diagnostic::{Diagnostic, diagnostic, diagnostics};
pub use hover::{Hover, hover};
pub use markup::MarkupText;
