//! What several rules on account codes and names need to know.

use budget_catalog::{Classification, CodeEntry, CodeTable, Spelling, Trust, name};
use budget_model::table::is_hole;

use crate::context::{Context, RowAt};

/// A code of zeros only fills a cell of an empty table; it is no code.
pub(crate) fn is_filler(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.bytes().all(|digit| digit == b'0'))
}

/// The other classification.
pub(crate) fn other(classification: Classification) -> Classification {
    match classification {
        Classification::Functional => Classification::Economic,
        Classification::Economic => Classification::Functional,
    }
}

/// Whether a code is one of the other classification, by its first digit and the catalogue.
pub(crate) fn is_of_other(
    context: &Context<'_>,
    classification: Classification,
    code: &str,
) -> bool {
    let catalog = &context.document.catalog;
    let first = match classification {
        Classification::Functional => '2',
        Classification::Economic => '3',
    };
    !code.starts_with(first)
        && catalog.codes(classification).lookup(code).is_empty()
        && !catalog.codes(other(classification)).lookup(code).is_empty()
}

/// A row with a code of its grid's classification.
pub(crate) fn account<'d>(at: RowAt<'d>) -> Option<(Classification, &'d str)> {
    let classification = at.grid.spec?.classification?;
    let code = at
        .row
        .code
        .as_deref()
        .filter(|code| !is_filler(Some(code)))?;
    Some((classification, code))
}

/// The name of an account row, normalised, without its parent's name; none if there is none yet.
pub(crate) fn account_name(context: &Context<'_>, at: RowAt<'_>) -> Option<String> {
    let label = context.text(at.row.label);
    if is_hole(label) {
        return None;
    }
    let key = name::normalize_account(label);
    (!key.is_empty()).then(|| key.into_owned())
}

/// How a name stands to those that the catalogue has for its code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fit {
    /// The name of the code in the year.
    Same,
    /// Its name in another year.
    OtherYear,
    /// An abbreviation, an extension or a misspelling of one.
    Near,
    /// None of that.
    Different,
}

/// Compares a normalised account name with the entries of its code.
pub(crate) fn fit(key: &str, entries: &[CodeEntry], year: Option<u16>) -> Fit {
    let mut best = Fit::Different;
    let own = Spelling::new(key);
    for entry in entries {
        let name = name::normalize_account(&entry.name);
        let fit = if name == key {
            if entry.holds_in(year) || entry.trust < Trust::Document {
                Fit::Same
            } else {
                Fit::OtherYear
            }
        } else if is_near(&own, &Spelling::new(name)) {
            Fit::Near
        } else {
            Fit::Different
        };
        if (fit as u8) < (best as u8) {
            best = fit;
        }
    }
    best
}

/// The other code that a row's name belongs to by published sources, if the row's own code isn't called so: because
/// they say what it is called, or because the catalogue doesn't have it or it is no code at all.
pub(crate) fn foreign<'d>(context: &Context<'d>, at: RowAt<'_>) -> Option<&'d CodeEntry> {
    let classification = at.grid.spec?.classification?;
    if at.row.code_range.is_empty() || at.row.code_range == at.row.label {
        return None;
    }
    let code = at.row.code.as_deref().unwrap_or("");
    if is_filler(Some(code)) && !code.is_empty() {
        return None;
    }
    let table = context.document.catalog.codes(classification);
    let entries = table.lookup(code);
    let label = context.text(at.row.label);
    // Most names are the catalogue's to the letter.
    if entries.iter().any(|entry| entry.name == label) {
        return None;
    }
    let year = context.document.front.year;
    let key = account_name(context, at)?;
    match table.in_year(code, year).or(entries.last()) {
        Some(standard) if standard.trust == Trust::Document => match fit(&key, entries, year) {
            Fit::Different => owner(table, &key, code),
            Fit::Same | Fit::OtherYear | Fit::Near => None,
        },
        // What only memory says of a code proves nothing.
        Some(_) => None,
        None => owner(table, &key, code),
    }
}

/// The one other code that has this name, in a published source. Names that many codes share
/// (行政运行) say nothing.
pub(crate) fn owner<'c>(table: &'c CodeTable, key: &str, code: &str) -> Option<&'c CodeEntry> {
    let mut owners = table
        .named(key)
        .filter(|entry| entry.trust == Trust::Document && entry.code != code);
    let first = owners.next()?;
    owners
        .all(|entry| entry.code == first.code)
        .then_some(first)
}

/// Whether one name abbreviates, extends or misspells the other.
pub(crate) fn is_near(a: &Spelling<'_>, b: &Spelling<'_>) -> bool {
    let (short, long) = if a.as_str().len() <= b.as_str().len() {
        (a, b)
    } else {
        (b, a)
    };
    // Names are short: a line of thousands of characters is no name.
    if short.chars() < 2 || long.chars() > 100 {
        return false;
    }
    a.is_alike(b, 0.6) || short.is_in(long)
}
