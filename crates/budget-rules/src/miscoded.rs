//! Rows with another row's code: a wrong code breaks sums, leaves a gap in its own table and another in every table
//! that has the right one. All of it is one mistake.

use std::borrow::Cow;

use budget_catalog::{Classification, name};
use budget_model::Amount;
use budget_syntax::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::accounts::{self, Fit};
use crate::context::{CellAt, Context, RowAt, TableAt};
use crate::missing::{Lacking, Sums};

/// A row whose code is wrong.
pub(crate) struct Miscoded<'d> {
    pub(crate) row: RowAt<'d>,
    /// The code it should have.
    pub(crate) better: String,
    /// The money of the row of the same name in another table; none where only the catalogue tells.
    pub(crate) elsewhere: Option<CellAt<'d>>,
    /// Whether the code is wrong whatever the sums say.
    sure: bool,
    /// Sums that fail for it: indices into the ledger's blames.
    pub(crate) echoes: Vec<usize>,
}

/// The rows with a wrong code, in order. What they explain is taken out of `lacking`.
pub(crate) fn miscoded<'d>(
    context: &Context<'d>,
    lacking: &mut Vec<Lacking<'d>>,
    sums: &mut Sums,
) -> Vec<Miscoded<'d>> {
    if lacking.is_empty() && context.ledger.blames.is_empty() {
        return Vec::new();
    }
    let mut found = by_other_tables(context);
    let known: FxHashSet<_> = found.iter().map(|one| one.row.row.range).collect();
    let by_name = by_name(context);
    found.extend(by_name.filter(|one| !known.contains(&one.row.row.range)));
    found.sort_by_key(|one| one.row.row.range);
    let mut places: FxHashMap<(usize, &str), usize> = FxHashMap::default();
    for (index, one) in found.iter().enumerate() {
        let table = one.row.grid.table.index;
        places.insert((table, &one.better), index);
        if let Some(code) = one.row.row.code.as_deref() {
            places.insert((table, code), index);
        }
    }
    let mut gaps = vec![false; found.len()];
    let mut echoes: Vec<Vec<usize>> = vec![Vec::new(); found.len()];
    lacking.retain_mut(|gap| {
        let Some(missing) = context.ledger.missing_rows.get(gap.index) else {
            return true;
        };
        let holder = gap.cell.row.grid.table.index;
        let here = places.get(&(holder, missing.code.as_str()));
        let there = places.get(&(missing.table, missing.code.as_str()));
        let own = here.filter(|index| {
            let row = found.get(**index).map(|one| one.row.row.range);
            row == Some(gap.cell.row.row.range)
        });
        let Some(index) = own.or(there).copied() else {
            return true;
        };
        if let (Some(echoes), Some(explained)) = (echoes.get_mut(index), gaps.get_mut(index)) {
            echoes.append(&mut gap.echoes);
            *explained = true;
        }
        false
    });
    let mut blamed: FxHashMap<TextRange, Vec<usize>> = FxHashMap::default();
    for (index, blame) in context.ledger.blames.iter().enumerate() {
        if let Some(cell) = blame.cell.and_then(|id| context.cell(id)) {
            blamed.entry(cell.row.row.range).or_default().push(index);
        }
    }
    for (one, mut echoes) in found.iter_mut().zip(echoes) {
        // What is wrong with a number of the row is that it stands at another code.
        let own = blamed.remove(&one.row.row.range);
        echoes.extend(own.into_iter().flatten());
        let amounts = one.row.cells().filter_map(CellAt::amount);
        let table = one.row.grid.table.index;
        echoes.extend(amounts.flat_map(|amount| sums.take(table, amount)));
        one.echoes = echoes;
    }
    let mut explains = gaps.into_iter();
    found.retain(|one| explains.next() == Some(true) || one.sure || !one.echoes.is_empty());
    found
}

/// Where the rows of one name and money stand: all of them with the same code, but for mistakes.
type Same<'d> = FxHashMap<(Classification, Cow<'d, str>, Amount), Vec<RowAt<'d>>>;

/// Rows of the same name and money as a row of another table, with another code, where each table lacks the code of
/// the other: one of the two is wrong.
fn by_other_tables<'d>(context: &Context<'d>) -> Vec<Miscoded<'d>> {
    let mut codes: FxHashSet<(usize, &str)> = FxHashSet::default();
    let mut same: Same<'d> = FxHashMap::default();
    for row in rows(context) {
        let Some((classification, code)) = accounts::account(row) else {
            continue;
        };
        codes.insert((row.grid.table.index, code));
        let label = context.text(row.row.label);
        if let Some(amount) = money(row)
            && !label.is_empty()
        {
            let key = (
                classification,
                name::normalize_account(label),
                amount.trimmed(),
            );
            same.entry(key).or_default().push(row);
        }
    }
    let lacks = |table: usize, row: &RowAt<'d>| {
        row.row
            .code
            .as_deref()
            .is_none_or(|code| !codes.contains(&(table, code)))
    };
    let mut found = Vec::new();
    for rows in same.values() {
        let first = rows.first().and_then(|row| row.row.code.as_ref());
        if rows.iter().all(|row| row.row.code.as_ref() == first) {
            continue;
        }
        for row in rows {
            let table = row.grid.table.index;
            let mut others = rows.iter().filter(|other| {
                let there = other.grid.table.index;
                there != table && lacks(table, other) && lacks(there, row)
            });
            let Some(other) = others.next() else { continue };
            let one = others.all(|another| another.row.code == other.row.code);
            if one && worse(context, *row, *other, rows) {
                found.push(Miscoded {
                    row: *row,
                    better: other.row.code.clone().unwrap_or_default(),
                    elsewhere: first_cell(*other),
                    sure: true,
                    echoes: Vec::new(),
                });
            }
        }
    }
    found
}

fn rows<'d>(context: &Context<'d>) -> impl Iterator<Item = RowAt<'d>> {
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
fn worse<'d>(context: &Context<'d>, row: RowAt<'d>, twin: RowAt<'d>, rows: &[RowAt<'d>]) -> bool {
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
fn doubt(context: &Context<'_>, row: RowAt<'_>) -> u8 {
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
fn by_name<'d>(context: &Context<'d>) -> impl Iterator<Item = Miscoded<'d>> {
    context
        .tables()
        .flat_map(TableAt::grids)
        .flat_map(move |grid| {
            let rows = grid.rows();
            let codes: FxHashSet<&str> = rows.filter_map(|row| row.row.code.as_deref()).collect();
            grid.rows().filter_map(move |row| {
                let (owner, sure) = accounts::foreign(context, row)?;
                (!codes.contains(owner.code)).then(|| Miscoded {
                    row,
                    better: owner.code.to_owned(),
                    elsewhere: None,
                    sure,
                    echoes: Vec::new(),
                })
            })
        })
}
