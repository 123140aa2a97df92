//! A document: its text, its tree and what they mean.

use std::sync::Arc;

use budget_catalog::{Catalog, Template};
use budget_syntax::{TextRange, tree::Parse};

use crate::{CellId, FrontMatter, Heading, Table, prose::Term};

/// `<!-- 忽略 规则: 理由 -->`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppression {
    /// The comment.
    pub range: TextRange,
    /// The rule's code, slug or name.
    pub rule: TextRange,
    /// The reason; empty range if none is given.
    pub reason: TextRange,
    /// What it covers: the block that follows, or the row it stands in.
    pub scope: TextRange,
}

/// How the template was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TemplateChoice {
    /// By `模板:`.
    Named,
    /// No `模板:` was given; the generic one is used.
    Default,
    /// `模板:` names one that the catalogue doesn't have; the generic one is used.
    Unknown,
}

/// A document, read. Immutable.
#[derive(Debug)]
pub struct Document {
    /// The text.
    pub text: Arc<str>,
    /// Its tree and syntax errors.
    pub parse: Parse,
    /// The data it was read with.
    pub catalog: Arc<Catalog>,
    /// The template it is read by.
    pub template: Arc<Template>,
    /// How it was found.
    pub template_choice: TemplateChoice,
    /// The front matter.
    pub front: FrontMatter,
    /// Headings in order.
    pub headings: Vec<Heading>,
    /// Tables in order.
    pub tables: Vec<Table>,
    /// Terms explained.
    pub terms: Vec<Term>,
    /// Suppressions.
    pub suppressions: Vec<Suppression>,
}

impl Document {
    /// Reads a text. Never fails.
    pub fn new(text: Arc<str>, catalog: Arc<Catalog>) -> Self {
        let parse = budget_syntax::parse(&text);
        Self {
            text,
            parse,
            template: Arc::new(Template::default()),
            template_choice: TemplateChoice::Default,
            catalog,
            front: FrontMatter::default(),
            headings: Vec::new(),
            tables: Vec::new(),
            terms: Vec::new(),
            suppressions: Vec::new(),
        }
    }

    /// A piece of the text.
    pub fn slice(&self, range: TextRange) -> &str {
        range.of(&self.text)
    }

    /// A cell of the model.
    pub fn cell(&self, id: CellId) -> Option<&crate::Cell> {
        self.tables
            .get(id.table as usize)?
            .grids
            .get(id.grid as usize)?
            .cell(id.row as usize, id.column as usize)
    }

    /// The table whose block holds an offset, with its grid.
    pub fn grid_at(&self, offset: u32) -> Option<(usize, usize)> {
        self.tables.iter().enumerate().find_map(|(t, table)| {
            let grid = table
                .grids
                .iter()
                .position(|grid| grid.range.touches(offset))?;
            Some((t, grid))
        })
    }
}
