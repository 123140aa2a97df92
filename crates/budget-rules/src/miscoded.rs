//! Rows with another row's code: a wrong code breaks sums, leaves a gap in its own table and another in every table
//! that has the right one. All of it is one mistake.

use std::borrow::Cow;

use budget_catalog::{Classification, name};
use budget_model::Amount;
use budget_syntax::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::accounts::{self, Fit};
use crate::context::{CellAt, Judged, RowAt, TableAt};
use crate::missing::{Lacking, Sums};

/// A row whose code is wrong.
pub(crate) struct Miscoded<'d> {
    pub(crate) row: RowAt<'d>,
    /// The code it should have.
    pub(crate) better: String,
    /// The money of the row of the same name in another table; none where only the catalogue tells.
    pub(crate) elsewhere: Option<CellAt<'d>>,
    /// Rows that its table and others lack for it.
    pub(crate) gaps: Vec<Lacking<'d>>,
    /// Sums that fail for it: indices into the ledger's blames.
    pub(crate) echoes: Vec<usize>,
}

impl Miscoded<'_> {
    /// The code and the name: where it is told.
    pub(crate) fn place(&self) -> TextRange {
        self.row.row.code_range.cover(self.row.row.label)
    }
}

/// The rows with a wrong code, in order. What they explain is taken out of `lacking`.
pub(crate) fn miscoded<'d>(
    context: &Judged<'d>,
    lacking: &mut Vec<Lacking<'d>>,
    sums: &mut Sums,
) -> Vec<Miscoded<'d>> {
    if lacking.is_empty() && context.ledger.blames.is_empty() {
        return Vec::new();
    }
    let (mut found, named) = budget_model::both(
        || by_other_tables(context),
        || by_name(context).collect::<Vec<_>>(),
    );
    let known: FxHashSet<_> = found.iter().map(|one| one.row.row.range).collect();
    let named = named.into_iter();
    found.extend(named.filter(|one| !known.contains(&one.row.row.range)));
    found.sort_by_key(|one| one.row.row.range);
    let rows_of: Vec<TextRange> = found.iter().map(|one| one.row.row.range).collect();
    let mut places: FxHashMap<(usize, &str), usize> = FxHashMap::default();
    for (index, one) in found.iter().enumerate() {
        let table = one.row.grid.table.index;
        places.insert((table, &one.better), index);
        if let Some(code) = one.row.row.code.as_deref() {
            places.insert((table, code), index);
        }
    }
    let explains = |gap: &Lacking<'d>| {
        let missing = context.ledger.missing_rows.get(gap.index)?;
        let place = |table: usize| places.get(&(table, missing.code.as_str())).copied();
        // The row's own code, that others lack; or the one it should have, that its table lacks.
        let own = place(gap.cell.row.grid.table.index)
            .filter(|index| rows_of.get(*index) == Some(&gap.cell.row.row.range));
        own.or_else(|| place(missing.table))
    };
    let (mut explained, mut rest) = (Vec::new(), Vec::new());
    for gap in std::mem::take(lacking) {
        match explains(&gap) {
            Some(index) => explained.push((index, gap)),
            None => rest.push(gap),
        }
    }
    *lacking = rest;
    drop(places);
    for (index, gap) in explained {
        if let Some(one) = found.get_mut(index) {
            one.echoes.extend(&gap.echoes);
            one.gaps.push(gap);
        }
    }
    let mut blamed: FxHashMap<TextRange, Vec<usize>> = FxHashMap::default();
    for (index, blame) in context.ledger.blames.iter().enumerate() {
        if let Some(cell) = blame.cell.and_then(|id| context.cell(id)) {
            blamed.entry(cell.row.row.range).or_default().push(index);
        }
    }
    for one in &mut found {
        // What is wrong with a number of the row is that it stands at another code.
        let own = blamed.remove(&one.row.row.range);
        one.echoes.extend(own.into_iter().flatten());
        let amounts = one.row.cells().filter_map(CellAt::amount);
        let table = one.row.grid.table.index;
        let sums = amounts.flat_map(|amount| sums.take(table, amount));
        one.echoes.extend(sums);
    }
    // A code that breaks nothing is told by its name alone, if at all (COD005).
    found.retain(|one| !one.gaps.is_empty() || !one.echoes.is_empty());
    found
}

/// Where the rows of one money and length of code stand (款 and 项 may share a name).
type Same<'d> = FxHashMap<(Classification, usize, Amount), Vec<RowAt<'d>>>;

/// More rows than a name has in the tables of a document: what has more is no account.
const MOST_ALIKE: usize = 64;

/// Rows of the same name and money as a row of another table, with another code, where each table lacks the code of
/// the other: one of the two is wrong.
fn by_other_tables<'d>(context: &Judged<'d>) -> Vec<Miscoded<'d>> {
    let mut codes: FxHashSet<(usize, &str)> = FxHashSet::default();
    let mut same: Same<'d> = FxHashMap::default();
    for row in rows(context) {
        let Some((classification, code)) = accounts::account(row) else {
            continue;
        };
        codes.insert((row.grid.table.index, code));
        if let Some(amount) = money(row)
            && !row.row.label.is_empty()
        {
            let alike = same.entry((classification, code.len(), amount));
            alike.or_default().push(row);
        }
    }
    let lacks = |table: usize, row: &RowAt<'d>| {
        row.row
            .code
            .as_deref()
            .is_none_or(|code| !codes.contains(&(table, code)))
    };
    let mut found = Vec::new();
    let of_one_name = same.values().filter(|rows| !have_one_code(rows));
    for rows in of_one_name.flat_map(|rows| by_names(context, rows)) {
        if rows.len() > MOST_ALIKE || have_one_code(&rows) {
            continue;
        }
        // A row that prints no code can't have it wrong.
        for row in rows.iter().filter(|row| !row.row.code_range.is_empty()) {
            let table = row.grid.table.index;
            let mut others = rows.iter().filter(|other| {
                let there = other.grid.table.index;
                there != table && lacks(table, other) && lacks(there, row)
            });
            let Some(other) = others.next() else { continue };
            let one = others.all(|another| another.row.code == other.row.code);
            if one && worse(context, *row, *other, &rows) {
                found.push(Miscoded {
                    row: *row,
                    better: other.row.code.clone().unwrap_or_default(),
                    elsewhere: first_cell(*other),
                    gaps: Vec::new(),
                    echoes: Vec::new(),
                });
            }
        }
    }
    found
}

/// Rows that have the same name have the same code, but for mistakes.
fn by_names<'d>(context: &Judged<'d>, rows: &[RowAt<'d>]) -> impl Iterator<Item = Vec<RowAt<'d>>> {
    let mut named: FxHashMap<Cow<'d, str>, Vec<RowAt<'d>>> = FxHashMap::default();
    for row in rows {
        let name = name::normalize_account(context.text(row.row.label));
        named.entry(name).or_default().push(*row);
    }
    named.into_values()
}

fn have_one_code(rows: &[RowAt<'_>]) -> bool {
    let first = rows.first().and_then(|row| row.row.code.as_ref());
    rows.iter().all(|row| row.row.code.as_ref() == first)
}

fn rows<'d>(context: &Judged<'d>) -> impl Iterator<Item = RowAt<'d>> {
    let grids = context.tables().flat_map(TableAt::grids);
    grids.flat_map(|grid| grid.rows())
}

fn first_cell(row: RowAt<'_>) -> Option<CellAt<'_>> {
    row.cells()
        .find(|cell| cell.amount().is_some_and(|amount| !amount.is_zero()))
}

fn money(row: RowAt<'_>) -> Option<Amount> {
    first_cell(row)?.amount()
}

/// Whether the first row's code is the wrong one of two: by the catalogue's names, or as fewer of the rows have it.
fn worse<'d>(context: &Judged<'d>, row: RowAt<'d>, twin: RowAt<'d>, rows: &[RowAt<'d>]) -> bool {
    let (own, other) = (doubt(context, row), doubt(context, twin));
    if own != other {
        return own > other;
    }
    let count = |row: RowAt<'d>| {
        rows.iter()
            .filter(|other| other.row.code == row.row.code)
            .count()
    };
    count(row) < count(twin)
}

/// How ill a row's code and name go together.
fn doubt(context: &Judged<'_>, row: RowAt<'_>) -> u8 {
    let Some((classification, code)) = accounts::account(row) else {
        return 0;
    };
    let entries = context.document.catalog.codes(classification).lookup(code);
    let Some(key) = accounts::account_name(context, row) else {
        return 0;
    };
    match accounts::fit(&key, entries, context.document.front.year) {
        Fit::Same | Fit::OtherYear | Fit::Near => 0,
        Fit::Different if entries.is_empty() => 1,
        Fit::Different => 2,
    }
}

/// Rows whose name is known to be that of another code, which their table hasn't got.
fn by_name<'d>(context: &Judged<'d>) -> impl Iterator<Item = Miscoded<'d>> {
    context
        .tables()
        .flat_map(TableAt::grids)
        .flat_map(move |grid| {
            let rows = grid.rows();
            let codes: FxHashSet<&str> = rows.filter_map(|row| row.row.code.as_deref()).collect();
            grid.rows().filter_map(move |row| {
                let owner = accounts::foreign(context, row)?;
                (!codes.contains(&*owner.code)).then(|| Miscoded {
                    row,
                    better: owner.code.to_string(),
                    elsewhere: None,
                    gaps: Vec::new(),
                    echoes: Vec::new(),
                })
            })
        })
}
