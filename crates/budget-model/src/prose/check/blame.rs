//! What the tables say of their own cells, and what the narrative says of them: one wrong number is one
//! finding.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::{fact::Measure, money::Printed};
use super::{Checked, Kind, Relation};
use crate::{
    Amount, CellId, Document, Value,
    relation::{Blame, Ledger, Outcome},
};

/// Settles ties between cells by what the narrative says of them, and gives each restatement of a
/// blamed cell to its blame.
pub(crate) fn weigh(document: &Document, ledger: &mut Ledger) {
    let Ledger { blames, prose, .. } = ledger;
    if blames.is_empty() {
        return;
    }
    let mut said: FxHashMap<CellId, Vec<Printed>> = FxHashMap::default();
    for relation in &*prose.relations {
        if let (Kind::Restated, [cell]) = (relation.kind, relation.cells.as_slice()) {
            said.entry(*cell)
                .or_default()
                .extend(stated(prose, relation));
        }
    }
    if said.is_empty() {
        return;
    }
    for blame in blames.iter_mut() {
        settle(document, &said, blame);
    }
    let mut owner: FxHashMap<CellId, usize> = FxHashMap::default();
    for (index, blame) in blames.iter().enumerate() {
        owner.extend(blame.cell.map(|cell| (cell, index)));
        owner.extend(blame.also.iter().map(|(cell, _)| (*cell, index)));
    }
    let owned = |relation: &Relation| {
        if relation.kind != Kind::Restated {
            return None;
        }
        let (cell, blame) = relation
            .cells
            .iter()
            .find_map(|cell| Some((*cell, *owner.get(cell)?)))?;
        if relation.outcome == Outcome::Held {
            return Some(blame);
        }
        // The sentence says what the cell should say; else it is wrong by itself.
        let expected = blames.get(blame).and_then(|blame| {
            let also = blame.also.iter().find(|it| it.0 == cell).map(|it| it.1);
            also.or(blame.expected.filter(|_| blame.cell == Some(cell)))
        })?;
        let table = document.tables.get(cell.table as usize)?;
        let decimals = expected.decimals().max(table.most_decimals);
        let expected = Printed::money(expected, decimals, table.unit)?;
        stated(prose, relation)?.restates(expected).then_some(blame)
    };
    let found: Vec<Option<usize>> = prose.relations.iter().map(owned).collect();
    if found.iter().all(Option::is_none) {
        return;
    }
    let relations = Arc::make_mut(&mut prose.relations);
    for (relation, blame) in relations.iter_mut().zip(found) {
        relation.blame = blame;
    }
}

/// The number of a restatement.
fn stated(prose: &Checked, relation: &Relation) -> Option<Printed> {
    let fact = prose.narrative.fact(relation.fact)?;
    match fact.measure {
        Measure::Money { unit, .. } => Printed::money(fact.amount, fact.decimals, unit),
        _ => None,
    }
}

/// A tie in which the narrative says of one cell what it should say, and of none what it says.
fn settle(document: &Document, said: &FxHashMap<CellId, Vec<Printed>>, blame: &mut Blame) {
    if blame.cell.is_some() || blame.candidates.len() < 2 {
        return;
    }
    let says = |cell: CellId, value: Amount, decimals: u8| {
        let table = document.tables.get(cell.table as usize);
        let value = table.and_then(|table| {
            let decimals = decimals.max(table.decimals);
            Printed::money(value, decimals, table.unit)
        });
        let numbers = said.get(&cell).map_or(&[][..], Vec::as_slice);
        value.is_some_and(|value| numbers.iter().any(|number| number.restates(value)))
    };
    let asks = |(cell, value): &&(CellId, Amount)| {
        let Some(Value::Number(now)) = document.cell(*cell).map(|cell| cell.value) else {
            return false;
        };
        let decimals = now.decimals.max(value.decimals());
        says(*cell, *value, decimals) && !says(*cell, now.amount, now.decimals)
    };
    let mut asked = blame.candidates.iter().filter(asks);
    if let (Some((cell, value)), None) = (asked.next().copied(), asked.next()) {
        blame.cell = Some(cell);
        blame.expected = Some(value);
        blame.candidates.clear();
    }
}
