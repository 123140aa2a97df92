//! Codes that one table has and another lacks, and the sums that fail for want of their rows.

use budget_catalog::template::RelationKind;
use budget_model::relation::{Blame, Ledger};
use budget_model::{Amount, CellId, Document};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::context::{CellAt, Judged};

/// A code whose row a table lacks.
pub(crate) struct Lacking<'d> {
    /// Index into the ledger's missing rows.
    pub(crate) index: usize,
    /// The cell of the other table that holds its money.
    pub(crate) cell: CellAt<'d>,
    /// Sums of the table that lacks it which miss just this row: indices into the ledger's blames.
    pub(crate) echoes: Vec<usize>,
}

/// The missing rows worth telling, each code once a table.
pub(crate) fn lacking<'d>(context: &Judged<'d>, sums: &mut Sums) -> Vec<Lacking<'d>> {
    let ledger = context.ledger;
    if ledger.missing_rows.is_empty() {
        return Vec::new();
    }
    let zero = |blame: &&Blame| blame.expected.is_some_and(|expected| expected.is_zero());
    // Money that shouldn't be there needs no row elsewhere.
    let mistaken = ledger.blames.iter().filter(zero);
    let mistaken: FxHashSet<CellId> = mistaken.filter_map(|blame| blame.cell).collect();
    let mut told: FxHashSet<(&str, usize)> = FxHashSet::default();
    let mut found = Vec::new();
    for (index, missing) in ledger.missing_rows.iter().enumerate() {
        if !told.insert((&missing.code, missing.table)) {
            continue;
        }
        let lost = |table: usize| {
            let table = context.document.tables.get(table);
            table.is_none_or(|table| table.missing.any())
        };
        // A row of zeros, or an empty one, may be left out of the other table.
        let holds_money = |id| {
            let cell = context.cell(id)?;
            let money = cell.amount().is_some_and(|amount| !amount.is_zero());
            (money && !mistaken.contains(&id)).then_some(cell)
        };
        let cell = missing.present.iter().copied().find_map(holds_money);
        if let Some(cell) = cell
            && !lost(missing.table)
        {
            let amounts = cell.row.cells().filter_map(CellAt::amount);
            let echoes = amounts.flat_map(|amount| sums.take(missing.table, amount));
            found.push(Lacking {
                index,
                cell,
                echoes: echoes.collect(),
            });
        }
    }
    found
}

/// Sums over rows that fail, by table and what they miss.
pub(crate) struct Sums(FxHashMap<(usize, Amount), Vec<usize>>);

impl Sums {
    pub(crate) fn new(context: &Judged<'_>) -> Self {
        let mut sums: FxHashMap<_, Vec<usize>> = FxHashMap::default();
        for (index, blame) in context.ledger.blames.iter().enumerate() {
            if let Some(key) = missed(context.document, context.ledger, blame) {
                sums.entry(key).or_default().push(index);
            }
        }
        Self(sums)
    }

    /// Those of a table that miss an amount; each is given once.
    pub(crate) fn take(&mut self, table: usize, amount: Amount) -> Vec<usize> {
        let key = (table, amount.trimmed().abs());
        self.0.remove(&key).unwrap_or_default()
    }
}

/// The table of a sum over rows and what it is off by.
fn missed(document: &Document, ledger: &Ledger, blame: &Blame) -> Option<(usize, Amount)> {
    let mut key = None;
    for index in &blame.broken {
        let instance = ledger.broken.get(*index)?;
        let kind = document.template.identities.get(instance.identity)?.kind;
        if !matches!(kind, RelationKind::Hierarchy | RelationKind::Total) {
            return None;
        }
        let table = instance.left_cells.first()?.table as usize;
        let difference = instance.left?.checked_sub(instance.right?)?;
        let own = (table, difference.trimmed().abs());
        if *key.get_or_insert(own) != own {
            return None;
        }
    }
    key
}
