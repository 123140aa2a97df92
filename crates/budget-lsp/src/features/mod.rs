//! One file a feature: a request's parameters, the call into `budget-ide` or `budget-syntax`, and
//! the protocol's types of the answer. `asked` answers the request; each runs through
//! [`Backend::feature`](crate::server::Backend::feature) unless it needs more than one document.

pub(crate) mod checked;
pub(crate) mod code_action;
pub(crate) mod code_lens;
pub(crate) mod completion;
pub(crate) mod definition;
pub(crate) mod diagnostics;
pub(crate) mod document_link;
pub(crate) mod document_symbol;
pub(crate) mod execute_command;
pub(crate) mod folding_range;
pub(crate) mod formatting;
pub(crate) mod hover;
pub(crate) mod inlay_hint;
pub(crate) mod range_formatting;
pub(crate) mod references;
pub(crate) mod rename;
pub(crate) mod selection_range;
pub(crate) mod semantic_tokens;
pub(crate) mod workspace_symbol;
