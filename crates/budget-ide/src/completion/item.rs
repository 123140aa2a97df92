//! What is proposed.

use budget_model::Document;
use budget_syntax::TextRange;
use budget_syntax::format::TextEdit;

use crate::MarkupText;

/// What an item stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompletionKind {
    /// An account code.
    Code,
    /// A key of the front matter or of a field.
    Key,
    /// A value: a template's id, a unit, a body.
    Value,
    /// The title of a part, section or table, alone or with what belongs under it.
    Heading,
    /// A table, in a path.
    Table,
    /// A row's label.
    Row,
    /// A column's name.
    Column,
    /// A project's name.
    Project,
    /// A term of the trade.
    Term,
    /// A function of expressions.
    Function,
    /// A rule's code.
    Rule,
}

/// One proposal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompletionItem {
    /// What it stands for.
    pub kind: CompletionKind,
    /// What the list shows; tells the items of a list apart.
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
    /// The text of `edit` holds tab stops: `${1:待填}`.
    pub snippet: bool,
    /// Made too: the name cell filled, the rows of codes above added.
    pub also: Vec<TextEdit>,
}

impl CompletionItem {
    pub(super) fn new(kind: CompletionKind, label: &str, range: TextRange) -> Self {
        Self {
            kind,
            label: label.to_owned(),
            detail: String::new(),
            note: None,
            documentation: None,
            filter: label.to_owned(),
            edit: TextEdit {
                range,
                text: label.to_owned(),
            },
            snippet: false,
            also: Vec::new(),
        }
    }

    pub(super) fn text(mut self, text: impl Into<String>) -> Self {
        self.edit.text = text.into();
        self
    }

    pub(super) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    pub(super) fn note(mut self, note: Option<String>) -> Self {
        self.note = note;
        self
    }

    pub(super) fn filter(mut self, filter: impl Into<String>) -> Self {
        self.filter = filter.into();
        self
    }

    pub(super) fn document(mut self, markup: Option<MarkupText>) -> Self {
        self.documentation = markup.filter(|markup| !markup.is_empty());
        self
    }
}

/// Proposals, the best first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CompletionList {
    /// The proposals.
    pub items: Vec<CompletionItem>,
    /// There are more, or other ones, after the next character.
    pub incomplete: bool,
}

impl CompletionList {
    pub(super) fn of(items: Vec<CompletionItem>) -> Self {
        Self {
            items,
            incomplete: false,
        }
    }
}

/// Which items are worked out whole: with documentation and their detail. Edits always are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whole<'a> {
    /// All.
    All,
    /// None: whoever asks will ask again for the one that is looked at.
    None,
    /// The one with this label.
    Item(&'a str),
}

/// What is asked for.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// Where the cursor stands.
    pub offset: u32,
    /// The character that opened the list by being typed; none if it was asked for, or a word is
    /// being typed.
    pub trigger: Option<char>,
    /// Texts may hold tab stops.
    pub snippets: bool,
    /// Which items are wanted whole.
    pub whole: Whole<'a>,
    /// The rules of what was found in the document, with the places; asked for only where rules are
    /// proposed.
    pub found: Option<&'a dyn Fn() -> Vec<(TextRange, &'static str)>>,
    /// Names of the other documents beside it; asked for only where one is to be named.
    pub documents: Option<&'a dyn Fn() -> Vec<String>>,
}

impl Ask<'_> {
    /// All of every item, in plain text.
    pub fn at(offset: u32) -> Self {
        Self {
            offset,
            trigger: None,
            snippets: false,
            whole: Whole::All,
            found: None,
            documents: None,
        }
    }

    pub(super) fn wants(&self, label: &str) -> bool {
        match self.whole {
            Whole::All => true,
            Whole::None => false,
            Whole::Item(wanted) => wanted == label,
        }
    }
}

/// What is typed up to the cursor, and what of it is replaced.
#[derive(Clone, Copy)]
pub(super) struct Typed<'d> {
    pub(super) text: &'d str,
    pub(super) range: TextRange,
}

impl<'d> Typed<'d> {
    /// `range` is what is replaced; the cursor stands in it.
    pub(super) fn new(document: &'d Document, range: TextRange, offset: u32) -> Self {
        let end = offset.clamp(range.start(), range.end());
        Self {
            text: TextRange::new(range.start(), end).of(&document.text),
            range,
        }
    }
}
