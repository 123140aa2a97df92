//! The search for the smallest sets of changes.

use super::*;

/// In relations of more cells than this it isn't looked for a common one at each step.
const MOST_LOOKED_AT: usize = 256;

/// One search.
pub(super) struct Search {
    /// Cells changed so far and their values.
    changes: SmallVec<[Change; 8]>,
    /// Violated equalities.
    open: Vec<u32>,
    pub(super) solutions: Vec<Vec<Change>>,
    seen: FxHashSet<Vec<Change>>,
    /// Inequalities that stood in the way of a solution.
    pub(super) blocked: Vec<u32>,
    pub(super) limit: u32,
    pub(super) overflow: bool,
}

impl Search {
    pub(super) fn new(system: &System<'_, '_>, component: &[u32]) -> Self {
        Self {
            changes: SmallVec::new(),
            open: component
                .iter()
                .copied()
                .filter(|c| system.violated(*c))
                .collect(),
            solutions: Vec::new(),
            seen: FxHashSet::default(),
            blocked: Vec::new(),
            limit: TOTAL_BUDGET,
            overflow: false,
        }
    }

    pub(super) fn go(&mut self, system: &mut System<'_, '_>, depth: usize) {
        if system.spent >= self.limit || self.overflow {
            return;
        }
        system.spent += 1;
        if self.open.is_empty() {
            self.found(system);
            return;
        }
        if depth == 0 {
            return;
        }
        let Some(chosen) = self
            .open
            .iter()
            .copied()
            .min_by_key(|c| self.candidates(system, *c))
        else {
            return;
        };
        if self.needs_more_than(system, depth) {
            return;
        }
        for position in 0..system.members(chosen).len() {
            let Some(&(cell, _)) = system.members(chosen).get(position) else {
                continue;
            };
            if system.is_fixed(cell) || self.is_changed(cell) {
                continue;
            }
            // The last change mends all that is left.
            if depth == 1
                && !self
                    .open
                    .iter()
                    .all(|c| *c == chosen || holds(system, cell, *c))
            {
                continue;
            }
            for value in self.values(system, chosen, cell) {
                let undo = self.set(system, cell, value);
                self.changes.push((cell, value));
                // Only what one more change could mend is worth a step.
                if depth > 1 || self.open.is_empty() {
                    self.go(system, depth - 1);
                }
                self.changes.pop();
                self.unset(system, cell, value, undo);
                if system.spent >= self.limit || self.overflow {
                    return;
                }
            }
        }
    }

    /// Whether so many changes can't mend what is open: more relations are open than that of which no two
    /// share a cell. Those that are found one after the other; the most there are would take longer.
    fn needs_more_than(&self, system: &System<'_, '_>, depth: usize) -> bool {
        let wide = |c: &u32| system.members(*c).len() > MOST_LOOKED_AT;
        if self.open.len() <= depth || self.open.iter().any(wide) {
            return false;
        }
        let mut apart: SmallVec<[u32; 8]> = SmallVec::new();
        for open in &self.open {
            let shares = system.members(*open).iter().any(|(cell, _)| {
                let free = !system.is_fixed(*cell) && !self.is_changed(*cell);
                free && apart.iter().any(|other| holds(system, *cell, *other))
            });
            if !shares {
                apart.push(*open);
                if apart.len() > depth {
                    return true;
                }
            }
        }
        false
    }

    /// The value of a cell that makes a constraint hold, and those that make another broken one hold
    /// and this one within rounding.
    fn values(&self, system: &System<'_, '_>, chosen: u32, cell: u32) -> SmallVec<[i128; 2]> {
        let mut values = SmallVec::new();
        let Some((value, coefficient)) = self.implied(system, chosen, cell) else {
            return values;
        };
        values.push(value);
        for open in &self.open {
            if *open != chosen
                && let Some((other, _)) = self.implied(system, *open, cell)
                && !values.contains(&other)
            {
                let residual = coefficient * (other - system.value(cell));
                if !system.violates(chosen, system.residual(chosen) + residual) {
                    values.push(other);
                }
            }
        }
        values
    }

    fn is_changed(&self, cell: u32) -> bool {
        self.changes.iter().any(|(changed, _)| *changed == cell)
    }

    /// Cells of a constraint that may still be changed.
    fn candidates(&self, system: &System<'_, '_>, constraint: u32) -> u32 {
        let Some(free) = system.free(constraint) else {
            return NONE;
        };
        let used = self
            .changes
            .iter()
            .filter(|(cell, _)| {
                system
                    .touching(*cell)
                    .iter()
                    .any(|(other, _)| *other == constraint)
            })
            .count();
        free.saturating_sub(to_u32(used))
    }

    /// The value of a cell that makes a constraint hold, at the step it is printed with; and how the
    /// constraint counts the cell.
    fn implied(&self, system: &System<'_, '_>, constraint: u32, cell: u32) -> Option<(i128, i128)> {
        let coefficient = system
            .touching(cell)
            .iter()
            .find(|(other, _)| *other == constraint)
            .map(|(_, coefficient)| i128::from(*coefficient))?;
        let value = system.implied(constraint, cell, (system.value(cell), coefficient))?;
        Some((value, coefficient))
    }

    /// Changes a cell; returns the open list as it was.
    fn set(&mut self, system: &mut System<'_, '_>, cell: u32, value: i128) -> Vec<u32> {
        let undo = self.open.clone();
        system.apply(cell, value);
        for &(constraint, _) in system.touching(cell) {
            if !system.must(constraint) {
                continue;
            }
            let violated = system.violated(constraint);
            match self.open.iter().position(|open| *open == constraint) {
                Some(at) if !violated => {
                    self.open.swap_remove(at);
                }
                // Broken ones of other components stay theirs.
                None if violated && !system.was_violated(constraint) => self.open.push(constraint),
                _ => {}
            }
        }
        undo
    }

    fn unset(&mut self, system: &mut System<'_, '_>, cell: u32, value: i128, open: Vec<u32>) {
        system.revert(cell, value);
        self.open = open;
    }

    fn found(&mut self, system: &System<'_, '_>) {
        // Inequalities that held must still hold.
        let mut blocked = false;
        for (cell, _) in self.changes.iter() {
            for (constraint, _) in system.touching(*cell) {
                if system.hard(*constraint)
                    && system.violated(*constraint)
                    && !system.was_violated(*constraint)
                {
                    blocked = true;
                    if !self.blocked.contains(constraint) {
                        self.blocked.push(*constraint);
                    }
                }
            }
        }
        if blocked || self.changes.is_empty() {
            return;
        }
        let mut solution: Vec<Change> = self.changes.to_vec();
        solution.sort_unstable();
        if self.seen.insert(solution.clone()) {
            if self.solutions.len() >= MAX_SOLUTIONS {
                self.overflow = true;
            }
            self.solutions.push(solution);
        }
    }
}

/// Hard relations that were broken, over cells that some solution changes.
fn broken_around(system: &System<'_, '_>, solutions: &[Vec<Change>]) -> Vec<u32> {
    let mut found: Vec<u32> = solutions
        .iter()
        .flatten()
        .flat_map(|(cell, _)| system.touching(*cell))
        .map(|(constraint, _)| *constraint)
        .filter(|c| system.hard(*c) && system.was_violated(*c))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a cell stands in a relation.
fn holds(system: &System<'_, '_>, cell: u32, constraint: u32) -> bool {
    let (cells, relations) = (system.members(constraint), system.touching(cell));
    if cells.len() < relations.len() {
        cells.iter().any(|(other, _)| *other == cell)
    } else {
        relations.iter().any(|(other, _)| *other == constraint)
    }
}

/// Of sets of one size, those that mend the most of what else is broken (inequalities, relations of
/// other components), then those that fill the
/// fewest empty cells, then those that keep the most soft relations.
pub(super) fn best(system: &mut System<'_, '_>, solutions: Vec<Vec<Change>>) -> Vec<Vec<Change>> {
    if solutions.len() < 2 {
        return solutions;
    }
    let sizes = solutions.iter().map(Vec::len);
    let size = sizes.min().unwrap_or(0);
    let around = broken_around(system, &solutions);
    let mut weighed: Vec<((usize, usize, usize), Vec<Change>)> = Vec::new();
    for solution in solutions {
        if solution.len() != size {
            continue;
        }
        let empty = solution
            .iter()
            .filter(|(cell, _)| {
                system
                    .index
                    .value(*cell)
                    .is_some_and(|val| val.state == State::Empty)
            })
            .count();
        for &(cell, value) in &solution {
            system.apply(cell, value);
        }
        let soft = solution
            .iter()
            .flat_map(|(cell, _)| system.touching(*cell))
            .filter(|(constraint, _)| {
                system
                    .constraints
                    .get(*constraint as usize)
                    .is_some_and(|c| c.soft)
                    && system.violated(*constraint)
            })
            .count();
        let left = around.iter().filter(|c| system.violated(**c));
        let left = left.count();
        for &(cell, value) in &solution {
            system.revert(cell, value);
        }
        weighed.push(((left, empty, soft), solution));
    }
    let least = weighed.iter().map(|(weight, _)| *weight).min();
    weighed
        .into_iter()
        .filter(|(weight, _)| Some(*weight) == least)
        .map(|(_, solution)| solution)
        .collect()
}
