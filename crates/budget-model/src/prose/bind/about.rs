//! Which tables a list of accounts is about.

use budget_catalog::name;

use super::super::concept::{Scope, has};
use crate::{Document, HeadingId};

/// The tables of what is spent that words speak of, or else the heading they stand under: indices into
/// [`Document::tables`].
pub fn tables_of_expenditure(
    document: &Document,
    heading: Option<HeadingId>,
    words: &str,
) -> Vec<usize> {
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
    let scope = match own.map(|it| it.1).or_else(above) {
        Some(scope @ (Scope::Balance | Scope::Expense | Scope::Fiscal | Scope::General)) => scope,
        _ => return Vec::new(),
    };
    let is = |table: &crate::Table| {
        let spec = document.table_spec(table).map(|spec| spec.title.as_str());
        let heading = || {
            let heading = document.heading(table.heading?)?;
            Some(document.slice(heading.text))
        };
        let title = spec.or_else(heading).map(name::normalize);
        !table.working && title.is_some_and(|title| Scope::of_title(&title) == Some(scope))
    };
    let tables = document.tables.iter().enumerate();
    tables.filter(|(_, it)| is(it)).map(|it| it.0).collect()
}
