//! From judged instances in common steps to the ledger in amounts, cells and formulas.

use std::sync::Arc;

use budget_catalog::template::{RowRole, Strength};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Blame, Collect, Instance, Ledger, MissingRow, Outcome, blame,
    derive::Derivation,
    eval::{Judged, Judgements},
    index::{Index, NONE, State},
    plan::Plan,
    render, slip, tally,
};
use crate::{Amount, CellId};

/// Builds the ledger; `blame`: and finds who is to blame.
pub(crate) fn ledger(
    index: &Index<'_>,
    plan: &Plan,
    judgements: &Judgements,
    derivation: Derivation,
    collect: Collect,
    blame: bool,
) -> Ledger {
    let mut ledger = Ledger {
        counts: judgements.counts,
        by_table: tally::tallies(index, plan, judgements),
        derived: derivation.derived,
        errors: derivation.errors,
        ..Ledger::default()
    };
    // From judged instances to places in `ledger.broken`.
    let mut place = vec![usize::MAX; judgements.kept.len()];
    let mut broken = Vec::new();
    for (number, judged) in judgements.kept.iter().enumerate() {
        let told = matches!(judged.outcome, Outcome::Broken | Outcome::Rounding);
        if !told && collect == Collect::Broken {
            continue;
        }
        let instance = instance(index, plan, judgements, judged);
        if collect == Collect::All {
            ledger.instances.push(instance.clone());
        }
        if told {
            if let Some(slot) = place.get_mut(number) {
                *slot = broken.len();
            }
            broken.push(instance);
        }
    }
    ledger.broken = Arc::new(broken);
    if blame {
        ledger.blames = blames(
            index,
            plan,
            judgements,
            &derivation.sums,
            &place,
            &ledger.broken,
        );
    }
    ledger.missing_rows = judgements
        .lacks
        .iter()
        .filter_map(|lack| {
            Some(MissingRow {
                identity: plan.identities.get(lack.identity as usize)?.index,
                code: index.codes.get(lack.code as usize)?.to_string(),
                table: lack.table as usize,
                present: cells(index, lack.present.iter().copied()),
            })
        })
        .collect();
    if collect == Collect::All {
        ledger.uncovered = uncovered(index, judgements);
    }
    ledger
}

fn cells(index: &Index<'_>, numbers: impl Iterator<Item = u32>) -> Vec<CellId> {
    numbers.filter_map(|cell| index.cell_id(cell)).collect()
}

/// A judged instance, told.
pub(crate) fn instance(
    index: &Index<'_>,
    plan: &Plan,
    judgements: &Judgements,
    judged: &Judged,
) -> Instance {
    let (start, middle, end) = (
        judged.operands.start as usize,
        judged.middle as usize,
        judged.operands.end as usize,
    );
    let left = judgements.arena.get(start..middle).unwrap_or_default();
    let right = judgements.arena.get(middle..end).unwrap_or_default();
    let table = left
        .first()
        .or(right.first())
        .and_then(|operand| index.grid_of(operand.cell))
        .map_or(NONE, |grid| grid.table);
    let identity = plan.identities.get(judged.identity as usize);
    let compared = judged.op.is_some()
        && matches!(
            judged.outcome,
            Outcome::Held | Outcome::Rounding | Outcome::Broken
        );
    let value = |value: i128| compared.then(|| index.amount(value, table)).flatten();
    Instance {
        identity: identity.map_or(usize::MAX, |identity| identity.index),
        outcome: judged.outcome,
        why: judged.why,
        formula: identity.map_or_else(String::new, |identity| {
            render::formula(
                index,
                told_part(&identity.ast.body.node, judged.op.is_some()),
                &judged.binding,
                judged.alternative as usize,
            )
        }),
        comparison: judged.op,
        left_cells: cells(index, left.iter().map(|operand| operand.cell)),
        right_cells: cells(index, right.iter().map(|operand| operand.cell)),
        subtracted: cells(
            index,
            left.iter()
                .chain(right)
                .filter(|operand| operand.negative)
                .map(|operand| operand.cell),
        ),
        left: value(judged.left),
        right: value(judged.right),
        prose: None,
        numbers: Vec::new(),
    }
}

/// Of `条件 则 关系`, the relation once its condition is met.
fn told_part(
    body: &budget_syntax::expr::Condition,
    compared: bool,
) -> &budget_syntax::expr::Condition {
    match body {
        budget_syntax::expr::Condition::Implies(_, then) if compared => {
            told_part(&then.node, compared)
        }
        other => other,
    }
}

fn blames(
    index: &Index<'_>,
    plan: &Plan,
    judgements: &Judgements,
    sums: &FxHashMap<u32, Vec<(u32, i64)>>,
    place: &[usize],
    broken: &[Instance],
) -> Vec<Blame> {
    let document = index.document;
    // Numbers that came from an approved source, or from other cells, are not what was typed wrong.
    let mut locked = Vec::with_capacity(index.values.len());
    for grid in &index.grids {
        let table = document.tables.get(grid.table as usize);
        let approved = table.is_none_or(|table| table.source.is_some());
        let cells = table.and_then(|table| table.grids.get(grid.grid as usize));
        let end = locked.len() + cells.map_or(0, |grid| grid.cells.len());
        let values = index.values.get(locked.len()..end).unwrap_or_default();
        locked.extend(values.iter().map(|val| {
            let typed = matches!(val.state, State::Number | State::Empty) && !val.derived;
            approved || !typed
        }));
    }
    let soft = |judged: &Judged| {
        plan.identities
            .get(judged.identity as usize)
            .is_none_or(|identity| identity.strength == Strength::Soft)
    };
    let facts = blame::Facts {
        locked,
        soft: &soft,
        sums,
    };
    let verdicts = blame::find(index, judgements, facts);
    let wrong: FxHashSet<u32> = verdicts
        .iter()
        .flat_map(|verdict| verdict.change.iter().chain(&verdict.also))
        .map(|(cell, _)| *cell)
        .collect();
    let amount = |cell: u32, value: i128| -> Option<Amount> {
        index.amount(value, index.grid_of(cell)?.table)
    };
    let amounts = |changes: Vec<blame::Change>| -> Vec<(CellId, Amount)> {
        changes
            .into_iter()
            .filter_map(|(cell, value)| Some((index.cell_id(cell)?, amount(cell, value)?)))
            .collect()
    };
    let mut blames: Vec<Blame> = verdicts
        .into_iter()
        .map(|verdict| {
            let expected = verdict.change.and_then(|(cell, value)| amount(cell, value));
            let cause = verdict.change.and_then(|(cell, value)| {
                let typed = index.value(cell)?.value;
                let amounts = (amount(cell, typed)?, amount(cell, value)?);
                slip::explain(index, cell, value, amounts, &|cell| wrong.contains(&cell))
            });
            Blame {
                cell: verdict.change.and_then(|(cell, _)| index.cell_id(cell)),
                expected,
                also: amounts(verdict.also),
                candidates: amounts(verdict.candidates),
                broken: verdict
                    .broken
                    .iter()
                    .filter_map(|judged| place.get(*judged).copied())
                    .collect(),
                cause,
            }
        })
        .collect();
    // In the order of the document.
    blames.sort_by_key(|blame| {
        blame.cell.or_else(|| {
            let first = broken.get(*blame.broken.first()?)?;
            first
                .left_cells
                .first()
                .or(first.right_cells.first())
                .copied()
        })
    });
    blames
}

/// Amount cells with a number that no relation compares.
fn uncovered(index: &Index<'_>, judgements: &Judgements) -> Vec<CellId> {
    let mut covered = vec![false; index.values.len()];
    for operand in &judgements.arena {
        if let Some(slot) = covered.get_mut(operand.cell as usize) {
            *slot = true;
        }
    }
    let mut found = Vec::new();
    for grid in &index.grids {
        let Some(own) = index
            .document
            .tables
            .get(grid.table as usize)
            .and_then(|table| table.grids.get(grid.grid as usize))
        else {
            continue;
        };
        let width = own.columns.len().max(1);
        for (offset, cell) in (grid.cell_base..).zip(0..own.cells.len()) {
            let amount = own
                .columns
                .get(cell % width)
                .is_some_and(|column| super::plan::is_amount(column.kind));
            let number = index
                .value(offset)
                .is_some_and(|val| val.state == State::Number);
            let row = own.rows.get(cell / width);
            // 栏次 are numbers, not amounts.
            let row = row.is_some_and(|row| row.role != RowRole::ColumnNumbers);
            if amount && number && row && covered.get(offset as usize) == Some(&false) {
                found.extend(index.cell_id(offset));
            }
        }
    }
    found
}
