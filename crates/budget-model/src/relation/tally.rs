//! How the relations about each table ended. Kept with every ledger: an editor shows it above the tables after each edit.

use budget_catalog::template::{RelationKind, Strength};

use super::{
    Outcome, Why,
    eval::{Judged, Judgements, Operand},
    index::Index,
    plan::Plan,
};
use crate::Amount;

/// A side with more operands than this is a sum down one column: its first and last cell tell the table.
const MOST_LOOKED_AT: usize = 4;

/// The relations about a table. One about two tables counts for both.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Tally {
    /// By outcome, in the order of [`Outcome`]; those that don't apply aren't counted.
    pub counts: [u32; 6],
    /// Of the broken ones, those that may only hint.
    pub soft: u32,
    /// Of those that held, those of a total row.
    pub totals: u32,
    /// The largest difference of a broken one that isn't soft, in the table's unit.
    pub difference: Option<Amount>,
}

impl Tally {
    /// Relations that ended so.
    pub fn count(&self, outcome: Outcome) -> u32 {
        self.counts
            .get(outcome as usize)
            .copied()
            .unwrap_or_default()
    }

    fn add(&mut self, outcome: Outcome) {
        if let Some(count) = self.counts.get_mut(outcome as usize) {
            *count += 1;
        }
    }
}

/// The tables of operands, each once.
pub(crate) fn tables(index: &Index<'_>, sides: [&[Operand]; 2], into: &mut Vec<u32>) {
    let mut add = |operand: &Operand| {
        if let Some(grid) = index.grid_of(operand.cell)
            && !into.contains(&grid.table)
        {
            into.push(grid.table);
        }
    };
    for side in sides {
        if side.len() > MOST_LOOKED_AT {
            side.first()
                .into_iter()
                .chain(side.last())
                .for_each(&mut add);
        } else {
            side.iter().for_each(&mut add);
        }
    }
}

/// A tally for every table of the document.
pub(crate) fn tallies(index: &Index<'_>, plan: &Plan, judgements: &Judgements) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); index.document.tables.len()];
    for (table, outcome) in &judgements.undecided {
        if let Some(tally) = tallies.get_mut(*table as usize) {
            tally.add(*outcome);
        }
    }
    let mut about = Vec::new();
    for judged in &judgements.kept {
        let compared = matches!(
            judged.outcome,
            Outcome::Held | Outcome::Rounding | Outcome::Broken
        );
        // Those that were not decided are counted above, unless that was found later.
        if !compared && judged.why != Some(Why::Unconfirmed) {
            continue;
        }
        let identity = plan.identities.get(judged.identity as usize);
        about.clear();
        tables(index, sides(judgements, judged), &mut about);
        for table in &about {
            let Some(tally) = tallies.get_mut(*table as usize) else {
                continue;
            };
            tally.add(judged.outcome);
            match judged.outcome {
                Outcome::Held if identity.is_some_and(|it| it.kind == RelationKind::Total) => {
                    tally.totals += 1;
                }
                Outcome::Broken if identity.is_some_and(|it| it.strength == Strength::Soft) => {
                    tally.soft += 1;
                }
                Outcome::Broken if judged.op.is_some() => {
                    let difference = judged.left.checked_sub(judged.right);
                    let difference = difference.and_then(i128::checked_abs);
                    let difference = difference.and_then(|it| index.amount(it, *table));
                    tally.difference = tally.difference.max(difference);
                }
                _ => {}
            }
        }
    }
    tallies
}

fn sides<'j>(judgements: &'j Judgements, judged: &Judged) -> [&'j [Operand]; 2] {
    let (start, middle, end) = (
        judged.operands.start as usize,
        judged.middle as usize,
        judged.operands.end as usize,
    );
    let side = |from: usize, to: usize| judgements.arena.get(from..to).unwrap_or_default();
    [side(start, middle), side(middle, end)]
}
