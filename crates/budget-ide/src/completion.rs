//! Completion.

use budget_model::Document;
use budget_syntax::format::TextEdit;

use crate::MarkupText;

/// What an item stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompletionKind {
    /// An account code.
    Code,
    /// A template's id.
    Template,
    /// The title of a part, section or table.
    Heading,
}

/// One proposal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompletionItem {
    /// What it stands for.
    pub kind: CompletionKind,
    /// What the list shows.
    pub label: String,
    /// More, in a line: `一般公共服务支出 / 政府办公厅（室）及相关机构事务 / 行政运行`.
    pub detail: String,
    /// A short remark beside the label.
    pub note: Option<String>,
    /// More, on demand.
    pub documentation: Option<MarkupText>,
    /// What the typed text is matched against.
    pub filter: String,
    /// Replaces what was typed.
    pub edit: TextEdit,
    /// Made too: the name cell filled.
    pub also: Vec<TextEdit>,
}

/// Proposals, the best first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CompletionList {
    /// The proposals.
    pub items: Vec<CompletionItem>,
    /// Ask again after the next character.
    pub incomplete: bool,
}

/// What may be typed at an offset.
pub fn completion(_document: &Document, _offset: u32) -> Option<CompletionList> {
    None
}
