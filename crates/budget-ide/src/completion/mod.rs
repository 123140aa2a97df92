//! Completion: account codes, headings of the template, values of the front matter.

mod codes;
mod front;
mod headings;

use budget_model::Document;
use budget_syntax::TextRange;
use budget_syntax::format::TextEdit;

pub(crate) use codes::{trust_sentence, years};

use crate::MarkupText;

/// What an item stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompletionKind {
    /// An account code.
    Code,
    /// A value of the front matter: a template's id, a unit.
    Value,
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
    /// There are more, or other ones, after the next character.
    pub incomplete: bool,
}

/// What may be typed at an offset; `None` where nothing is proposed.
pub fn completion(document: &Document, offset: u32) -> Option<CompletionList> {
    let list = codes::complete(document, offset)
        .or_else(|| front::complete(document, offset))
        .or_else(|| headings::complete(document, offset))?;
    (!list.items.is_empty()).then_some(list)
}

/// The line that holds an offset, without its line end.
fn line_at(text: &str, offset: u32) -> Option<TextRange> {
    let (before, after) = text.split_at_checked(offset as usize)?;
    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let end = after.find(['\n', '\r']).unwrap_or(after.len());
    Some(TextRange::new(
        u32::try_from(start).ok()?,
        offset.saturating_add(u32::try_from(end).ok()?),
    ))
}
