//! One file a feature: a request's parameters, the call into `budget-ide` or `budget-syntax`, and
//! the protocol's types of the answer. `asked` answers the request; each runs through
//! [`Backend::feature`](crate::server::Backend::feature) unless it needs more than one document.

pub(crate) mod code_action;
pub(crate) mod completion;
pub(crate) mod definition;
pub(crate) mod diagnostics;
pub(crate) mod formatting;
pub(crate) mod hover;
pub(crate) mod references;
pub(crate) mod rename;
