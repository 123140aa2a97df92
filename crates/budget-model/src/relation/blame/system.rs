//! The compared relations as a linear system over cells, and what is changed in it.

use std::cell::OnceCell;

use super::*;

pub(super) struct Constraint {
    pub(super) judged: usize,
    op: Comparison,
    tolerance: i128,
    pub(super) soft: bool,
    /// Made when first asked for: most relations are never looked into.
    members: OnceCell<Members>,
}

/// The cells of a relation.
struct Members {
    /// Each with how the relation counts it.
    cells: Vec<(u32, i64)>,
    /// How many may be changed.
    free: u32,
}

pub(super) struct System<'i, 'd> {
    pub(super) index: &'i Index<'d>,
    judgements: &'i Judgements,
    sums: &'i FxHashMap<u32, Vec<(u32, i64)>>,
    pub(super) constraints: Vec<Constraint>,
    /// From judged instances to constraints.
    constraint_of: Vec<u32>,
    /// Where the constraints of each cell stand in the list: from, and to.
    places: Vec<(u32, u32)>,
    cell_list: Vec<(u32, i64)>,
    residual: Vec<i128>,
    /// As the document has it.
    initial: Vec<i128>,
    /// Whether each is violated with the changes that are settled.
    standing: Vec<bool>,
    locked: Vec<bool>,
    negatives: bool,
    /// Steps of the search so far.
    pub(super) spent: u32,
    /// Relations that single changes were tried on so far.
    pub(super) looked_at: usize,
    /// Changes that are settled.
    committed: FxHashMap<u32, i128>,
}

impl<'i, 'd> System<'i, 'd> {
    pub(super) fn new(index: &'i Index<'d>, judgements: &'i Judgements, facts: Facts<'i>) -> Self {
        let Facts { locked, soft, sums } = facts;
        let cells = index.values.len();
        let mut system = System {
            index,
            judgements,
            sums,
            constraints: Vec::new(),
            constraint_of: vec![NONE; judgements.kept.len()],
            places: vec![(0, 0); cells],
            cell_list: Vec::new(),
            residual: Vec::new(),
            initial: Vec::new(),
            standing: Vec::new(),
            locked,
            negatives: index.values.iter().any(|val| val.value < 0),
            spent: 0,
            looked_at: 0,
            committed: FxHashMap::default(),
        };
        for (number, judged) in judgements.kept.iter().enumerate() {
            let Some(op) = judged.op else { continue };
            let compares = matches!(
                judged.outcome,
                Outcome::Held | Outcome::Rounding | Outcome::Broken
            );
            if !compares {
                continue;
            }
            let constraint = to_u32(system.constraints.len());
            if let Some(slot) = system.constraint_of.get_mut(number) {
                *slot = constraint;
            }
            system.constraints.push(Constraint {
                judged: number,
                op,
                tolerance: judged.tolerance,
                soft: soft(judged) || op == Comparison::About,
                members: OnceCell::new(),
            });
            system.residual.push(judged.left - judged.right);
            system.standing.push(judged.outcome == Outcome::Broken);
        }
        system.initial.clone_from(&system.residual);
        system.link();
        system
    }

    /// From cells to the constraints they are in.
    fn link(&mut self) {
        let mut places = std::mem::take(&mut self.places);
        self.each_entry(|_, cell, _| {
            if let Some((_, count)) = places.get_mut(cell as usize) {
                *count += 1;
            }
        });
        let mut total = 0;
        for place in &mut places {
            let count = place.1;
            *place = (total, total);
            total += count;
        }
        let mut list = vec![(NONE, 0); total as usize];
        self.each_entry(|constraint, cell, coefficient| {
            let Some((from, to)) = places.get_mut(cell as usize) else {
                return;
            };
            // A cell that stands in a relation twice counts so often; one on both sides cancels.
            let last = to.checked_sub(1).filter(|last| last >= from);
            match last.and_then(|last| list.get_mut(last as usize)) {
                Some((before, sum)) if *before == constraint => {
                    *sum += coefficient;
                    *to -= u32::from(*sum == 0);
                }
                _ => {
                    if let Some(slot) = list.get_mut(*to as usize) {
                        *slot = (constraint, coefficient);
                        *to += 1;
                    }
                }
            }
        });
        (self.places, self.cell_list) = (places, list);
    }

    /// Calls with each cell of each constraint, and how it counts there: more than once for a cell that stands there
    /// more than once.
    fn each_entry(&self, mut call: impl FnMut(u32, u32, i64)) {
        for (number, constraint) in (0..).zip(&self.constraints) {
            if !self.sums.is_empty() {
                for (cell, coefficient) in self.members(number) {
                    call(number, *cell, *coefficient);
                }
            } else if let Some(judged) = self.judgements.kept.get(constraint.judged) {
                for (cell, sign) in operands(judged, &self.judgements.arena) {
                    call(number, cell, sign);
                }
            }
        }
    }

    /// The cells of a constraint that hold something else than 0, if they are just two and nothing else cancels there.
    pub(super) fn filled_pair(&self, constraint: u32) -> Option<[(u32, i64); 2]> {
        let filled = |(cell, _): &(u32, i64)| self.value(*cell) != 0;
        if self.sums.is_empty() {
            // Most have more, and that is seen without adding up how often each stands there.
            let judged = self.judgements.kept.get(self.judged(constraint)?)?;
            let mut operands = operands(judged, &self.judgements.arena).filter(filled);
            let (first, second) = (operands.next()?.0, operands.next()?.0);
            if first != second && operands.any(|(cell, _)| cell != first && cell != second) {
                return None;
            }
        }
        let mut cells = self.members(constraint).iter().copied().filter(filled);
        match (cells.next(), cells.next(), cells.next()) {
            (Some(first), Some(second), None) => Some([first, second]),
            _ => None,
        }
    }

    /// The constraint that a judged instance became.
    pub(super) fn constraint_of(&self, judged: usize) -> Option<u32> {
        let constraint = self.constraint_of.get(judged).copied();
        constraint.filter(|constraint| *constraint != NONE)
    }

    pub(super) fn is_locked(&self, cell: u32) -> bool {
        self.locked.get(cell as usize).copied().unwrap_or(true)
    }

    pub(super) fn members(&self, constraint: u32) -> &[(u32, i64)] {
        let members = self.looked_into(constraint);
        members.map_or(&[], |it| it.cells.as_slice())
    }

    /// How many of a constraint's members may be changed.
    pub(super) fn free(&self, constraint: u32) -> Option<u32> {
        Some(self.looked_into(constraint)?.free)
    }

    fn looked_into(&self, constraint: u32) -> Option<&Members> {
        let constraint = self.constraints.get(constraint as usize)?;
        let judged = self.judgements.kept.get(constraint.judged)?;
        Some(constraint.members.get_or_init(|| {
            let mut cells = coefficients(judged, &self.judgements.arena);
            if !self.sums.is_empty() {
                substitute(&mut cells, self.sums);
            }
            let free = cells.iter().filter(|(cell, _)| !self.is_locked(*cell));
            let free = to_u32(free.count());
            Members { cells, free }
        }))
    }

    pub(super) fn touching(&self, cell: u32) -> &[(u32, i64)] {
        let place = self.places.get(cell as usize);
        place
            .and_then(|(from, to)| self.cell_list.get(*from as usize..*to as usize))
            .unwrap_or_default()
    }

    pub(super) fn violated(&self, constraint: u32) -> bool {
        let residual = self.residual.get(constraint as usize);
        residual.is_some_and(|residual| self.violates(constraint, *residual))
    }

    /// Whether a relation with this difference of its sides is violated.
    pub(super) fn violates(&self, constraint: u32, residual: i128) -> bool {
        let Some(c) = self.constraints.get(constraint as usize) else {
            return false;
        };
        match c.op {
            Comparison::Equal | Comparison::About => residual.abs() > c.tolerance,
            Comparison::AtMost => residual > c.tolerance,
            Comparison::AtLeast => -residual > c.tolerance,
        }
    }

    /// The difference of a relation's sides now.
    pub(super) fn residual(&self, constraint: u32) -> i128 {
        let residual = self.residual.get(constraint as usize);
        residual.copied().unwrap_or_default()
    }

    /// The difference of a relation's sides, as the document has it.
    pub(super) fn initial(&self, constraint: u32) -> i128 {
        let residual = self.initial.get(constraint as usize);
        residual.copied().unwrap_or_default()
    }

    /// Equalities that count: what the search mends.
    pub(super) fn must(&self, constraint: u32) -> bool {
        self.constraints
            .get(constraint as usize)
            .is_some_and(|c| c.op == Comparison::Equal && !c.soft)
    }

    /// What may not be broken.
    pub(super) fn hard(&self, constraint: u32) -> bool {
        self.constraints
            .get(constraint as usize)
            .is_some_and(|c| !c.soft)
    }

    /// Whether it is violated with what is settled, before anything is tried.
    pub(super) fn was_violated(&self, constraint: u32) -> bool {
        self.standing
            .get(constraint as usize)
            .copied()
            .unwrap_or(false)
    }

    /// A broken equality that is still to be explained.
    pub(super) fn waits(&self, constraint: u32) -> bool {
        self.was_violated(constraint) && self.must(constraint)
    }

    pub(super) fn judged(&self, constraint: u32) -> Option<usize> {
        self.constraints
            .get(constraint as usize)
            .map(|constraint| constraint.judged)
    }

    /// Cells that are not to be changed: of a source, or settled.
    pub(super) fn is_fixed(&self, cell: u32) -> bool {
        self.is_locked(cell) || self.committed.contains_key(&cell)
    }

    /// A cell's number as the document has it.
    pub(super) fn value(&self, cell: u32) -> i128 {
        self.index.value(cell).map_or(0, |val| val.value)
    }

    /// The value that makes a relation hold of what counts so often in it and is `before`, at the
    /// step that `cell` is printed with.
    pub(super) fn implied(
        &self,
        constraint: u32,
        cell: u32,
        (before, coefficient): (i128, i128),
    ) -> Option<i128> {
        let residual = *self.residual.get(constraint as usize)?;
        if residual.checked_rem(coefficient)? != 0 {
            return None;
        }
        let value = before - residual.checked_div(coefficient)?;
        let table = self.index.grid_of(cell)?.table;
        let step = self.index.step(table).max(1);
        let value = round_to(value, step);
        let plausible = value != before && (value >= 0 || before < 0 || self.negatives);
        plausible.then_some(value)
    }

    /// The broken equalities that changes mend; none where they break what held.
    pub(super) fn mended(&mut self, changes: &[Change]) -> Option<Vec<u32>> {
        for &(cell, value) in changes {
            self.apply(cell, value);
        }
        let touched = changes.iter().flat_map(|(cell, _)| self.touching(*cell));
        let mut mended = Some(Vec::new());
        for &(constraint, _) in touched {
            match (self.was_violated(constraint), self.violated(constraint)) {
                (true, false) if self.must(constraint) => {
                    if let Some(mended) = &mut mended {
                        mended.push(constraint);
                    }
                }
                (false, true) if self.hard(constraint) => mended = None,
                _ => {}
            }
        }
        for &(cell, value) in changes {
            self.revert(cell, value);
        }
        if let Some(mended) = &mut mended {
            mended.sort_unstable();
            mended.dedup();
        }
        mended
    }

    /// Changes cells for good: what follows is judged with them.
    pub(super) fn settle(&mut self, changes: &[Change]) {
        for &(cell, value) in changes {
            self.apply(cell, value);
            self.committed.insert(cell, value);
        }
        for &(cell, _) in changes {
            for position in 0..self.touching(cell).len() {
                let Some(&(constraint, _)) = self.touching(cell).get(position) else {
                    continue;
                };
                let violated = self.violated(constraint);
                if let Some(standing) = self.standing.get_mut(constraint as usize) {
                    *standing = violated;
                }
            }
        }
    }

    /// Whether a relation holds a cell that is settled.
    pub(super) fn holds_settled(&self, constraint: u32) -> bool {
        let mut members = self.members(constraint).iter();
        members.any(|(cell, _)| self.committed.contains_key(cell))
    }

    /// The settled value of a cell.
    pub(super) fn settled(&self, cell: u32) -> Option<i128> {
        self.committed.get(&cell).copied()
    }

    /// The tables of a relation, and whether they are several.
    pub(super) fn tables(&self, constraint: u32) -> (SmallVec<[u32; 4]>, bool) {
        let mut tables: SmallVec<[u32; 4]> = SmallVec::new();
        for (cell, _) in self.members(constraint) {
            if let Some(grid) = self.index.grid_of(*cell)
                && !tables.contains(&grid.table)
            {
                tables.push(grid.table);
            }
        }
        let several = tables.len() > 1;
        (tables, several)
    }

    pub(super) fn apply(&mut self, cell: u32, value: i128) {
        self.shift(cell, value - self.value(cell));
    }

    pub(super) fn revert(&mut self, cell: u32, value: i128) {
        self.shift(cell, self.value(cell) - value);
    }

    pub(super) fn shift(&mut self, cell: u32, difference: i128) {
        let place = self.places.get(cell as usize).copied();
        let (from, to) = place.unwrap_or_default();
        let touching = self.cell_list.get(from as usize..to as usize);
        for (constraint, coefficient) in touching.unwrap_or_default() {
            if let Some(residual) = self.residual.get_mut(*constraint as usize) {
                *residual += i128::from(*coefficient) * difference;
            }
        }
    }
}

/// Derived cells give way to the cells that they are sums of.
fn substitute(members: &mut Vec<(u32, i64)>, sums: &FxHashMap<u32, Vec<(u32, i64)>>) {
    if !members.iter().any(|(cell, _)| sums.contains_key(cell)) {
        return;
    }
    let mut merged: FxHashMap<u32, i64> = FxHashMap::default();
    for (cell, coefficient) in members.drain(..) {
        match sums.get(&cell) {
            Some(parts) => {
                for (part, sign) in parts {
                    *merged.entry(*part).or_default() += coefficient * sign;
                }
            }
            None => *merged.entry(cell).or_default() += coefficient,
        }
    }
    members.extend(
        merged
            .into_iter()
            .filter(|(_, coefficient)| *coefficient != 0),
    );
    members.sort_unstable();
}

fn round_to(value: i128, step: i128) -> i128 {
    let rest = value.rem_euclid(step);
    let down = value - rest;
    if rest * 2 >= step { down + step } else { down }
}

/// Cells as they stand in a relation: `+1` on the left, `-1` on the right, and the other way round where they are
/// subtracted.
fn operands<'a>(judged: &Judged, arena: &'a [Operand]) -> impl Iterator<Item = (u32, i64)> + 'a {
    let range = judged.operands.start as usize..judged.operands.end as usize;
    let left = judged.middle.saturating_sub(judged.operands.start) as usize;
    let operands = arena.get(range).unwrap_or_default();
    operands.iter().enumerate().map(move |(at, operand)| {
        let minus = (at >= left) != operand.negative;
        (operand.cell, if minus { -1 } else { 1 })
    })
}

/// Cells by how a relation counts them. A cell on both sides cancels.
fn coefficients(judged: &Judged, arena: &[Operand]) -> Vec<(u32, i64)> {
    let mut out: Vec<(u32, i64)> = Vec::with_capacity(judged.operands.len());
    let mut seen: FxHashMap<u32, usize> = FxHashMap::default();
    let long = judged.operands.len() > 16;
    for (cell, sign) in operands(judged, arena) {
        let known = if long {
            seen.get(&cell).copied()
        } else {
            out.iter().position(|(other, _)| *other == cell)
        };
        match known.and_then(|known| out.get_mut(known)) {
            Some((_, coefficient)) => *coefficient += sign,
            None => {
                if long {
                    seen.insert(cell, out.len());
                }
                out.push((cell, sign));
            }
        }
    }
    out.retain(|(_, coefficient)| *coefficient != 0);
    out
}
