//! The compared relations as a linear system over cells, and what is changed in it.

use super::*;

pub(super) struct Constraint {
    pub(super) judged: usize,
    op: Comparison,
    tolerance: i128,
    pub(super) soft: bool,
    members: (u32, u32),
    /// Members that may be changed.
    pub(super) free: u32,
}

pub(super) struct System<'i, 'd> {
    pub(super) index: &'i Index<'d>,
    pub(super) constraints: Vec<Constraint>,
    /// From judged instances to constraints.
    constraint_of: Vec<u32>,
    members: Vec<(u32, i64)>,
    cell_start: Vec<u32>,
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
    pub(super) fn new(index: &'i Index<'d>, judgements: &Judgements, facts: Facts<'_>) -> Self {
        let Facts { locked, soft, sums } = facts;
        let cells = index.values.len();
        let mut system = System {
            index,
            constraints: Vec::new(),
            constraint_of: vec![NONE; judgements.kept.len()],
            members: Vec::new(),
            cell_start: vec![0; cells + 1],
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
        let mut scratch = Vec::new();
        for (number, judged) in judgements.kept.iter().enumerate() {
            let Some(op) = judged.op else { continue };
            let compares = matches!(
                judged.outcome,
                Outcome::Held | Outcome::Rounding | Outcome::Broken
            );
            if !compares {
                continue;
            }
            coefficients(judged, &judgements.arena, &mut scratch);
            if !sums.is_empty() {
                substitute(&mut scratch, sums);
            }
            let start = to_u32(system.members.len());
            let free = scratch
                .iter()
                .filter(|(cell, _)| !system.is_locked(*cell))
                .count();
            for (cell, _) in &scratch {
                if let Some(slot) = system.cell_start.get_mut(*cell as usize + 1) {
                    *slot += 1;
                }
            }
            system.members.extend_from_slice(&scratch);
            let constraint = to_u32(system.constraints.len());
            if let Some(slot) = system.constraint_of.get_mut(number) {
                *slot = constraint;
            }
            system.constraints.push(Constraint {
                judged: number,
                op,
                tolerance: judged.tolerance,
                soft: soft(judged) || op == Comparison::About,
                members: (start, to_u32(system.members.len())),
                free: to_u32(free),
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
        let mut total = 0;
        for slot in &mut self.cell_start {
            total += *slot;
            *slot = total;
        }
        let mut next = self.cell_start.clone();
        self.cell_list = vec![(NONE, 0); total as usize];
        for (number, constraint) in (0..).zip(&self.constraints) {
            let (from, to) = constraint.members;
            let members = self.members.get(from as usize..to as usize);
            for &(cell, coefficient) in members.unwrap_or_default() {
                if let Some(slot) = next.get_mut(cell as usize) {
                    if let Some(place) = self.cell_list.get_mut(*slot as usize) {
                        *place = (number, coefficient);
                    }
                    *slot += 1;
                }
            }
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
        self.constraints
            .get(constraint as usize)
            .and_then(|c| self.members.get(c.members.0 as usize..c.members.1 as usize))
            .unwrap_or_default()
    }

    pub(super) fn touching(&self, cell: u32) -> &[(u32, i64)] {
        let at = |i: usize| self.cell_start.get(i).map(|n| *n as usize);
        match (at(cell as usize), at(cell as usize + 1)) {
            (Some(from), Some(to)) => self.cell_list.get(from..to).unwrap_or_default(),
            _ => &[],
        }
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
        let at = |i: usize| self.cell_start.get(i).map_or(0, |n| *n as usize);
        let (from, to) = (at(cell as usize), at(cell as usize + 1));
        for position in from..to {
            if let Some(&(constraint, coefficient)) = self.cell_list.get(position)
                && let Some(residual) = self.residual.get_mut(constraint as usize)
            {
                *residual += i128::from(coefficient) * difference;
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

/// Cells by how a relation counts them: `+1` on the left, `-1` on the right, and the other way
/// round where they are subtracted. A cell on both sides cancels.
fn coefficients(judged: &Judged, arena: &[Operand], out: &mut Vec<(u32, i64)>) {
    out.clear();
    let range = judged.operands.start as usize..judged.operands.end as usize;
    let middle = judged.middle;
    let mut seen: FxHashMap<u32, usize> = FxHashMap::default();
    let operands = arena.get(range).unwrap_or_default();
    let long = operands.len() > 16;
    for (at, operand) in (judged.operands.start..).zip(operands) {
        let sign = if (at >= middle) != operand.negative {
            -1
        } else {
            1
        };
        let known = if long {
            seen.get(&operand.cell).copied()
        } else {
            out.iter().position(|(cell, _)| *cell == operand.cell)
        };
        match known.and_then(|known| out.get_mut(known)) {
            Some((_, coefficient)) => *coefficient += sign,
            None => {
                if long {
                    seen.insert(operand.cell, out.len());
                }
                out.push((operand.cell, sign));
            }
        }
    }
    out.retain(|(_, coefficient)| *coefficient != 0);
}
