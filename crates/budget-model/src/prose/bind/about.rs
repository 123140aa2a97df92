//! Which tables a list of accounts is about.

use budget_catalog::name;

use super::super::concept::{Scope, has};
use crate::{Document, HeadingId};

/// What is spent of which money: the subject of a list of accounts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Spending(Scope);

impl Spending {
    /// What words speak of, or else the heading they stand under; none if it is anything else.
    pub fn of(document: &Document, heading: Option<HeadingId>, words: &str) -> Option<Self> {
        let words = name::normalize(words);
        let own = [
            ("一般公共预算", Scope::General),
            ("政府性基金", Scope::Fund),
            ("国有资本", Scope::Capital),
            ("财政拨款", Scope::Fiscal),
        ];
        let own = own.iter().find(|(word, _)| has(&words, word));
        let above = || {
            let mut titles = document.ancestors(heading?);
            titles.find_map(|(_, it)| Scope::of_title(&name::normalize(document.slice(it.text))))
        };
        match own.map(|it| it.1).or_else(above) {
            Some(scope @ (Scope::Balance | Scope::Expense | Scope::Fiscal | Scope::General)) => {
                Some(Self(scope))
            }
            _ => None,
        }
    }

    /// What 人员经费 and 公用经费 are parts of.
    pub const fn basic() -> Self {
        Self(Scope::Basic)
    }

    /// The tables of it: indices into [`Document::tables`].
    pub fn tables(self, document: &Document) -> impl Iterator<Item = usize> {
        let is = move |table: &crate::Table| {
            let spec = document.table_spec(table).map(|spec| spec.title.as_str());
            let heading = || {
                let heading = document.heading(table.heading?)?;
                Some(document.slice(heading.text))
            };
            let title = spec.or_else(heading).map(name::normalize);
            !table.working && title.is_some_and(|title| Scope::of_title(&title) == Some(self.0))
        };
        let tables = document.tables.iter().enumerate();
        tables.filter(move |(_, it)| is(it)).map(|it| it.0)
    }
}
