//! The one table of sentences: every finding's message and action, in Chinese.

use budget_model::Document;

use crate::Finding;
use crate::finding::Detail;

/// A finding told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// What is wrong and why, one sentence.
    pub text: String,
    /// The one thing to do.
    pub action: Option<String>,
}

/// Tells a finding.
pub fn tell(finding: &Finding, _document: &Document) -> Message {
    match &finding.detail {
        Detail::Syntax { message, help } => Message {
            text: message.clone(),
            action: Some(help.clone()),
        },
    }
}
