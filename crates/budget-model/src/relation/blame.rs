//! Who is to blame: the smallest set of cells whose change mends every broken relation and breaks
//! none that held.
//!
//! Broken relations that share cells form a component. Each is searched on its own, deeper and
//! deeper: of the violated relations the one with the fewest cells left is taken, each of its cells
//! is set to the value that mends it, and what that breaks is violated in turn. Bounded; beyond the
//! bound each broken relation is told plainly.

mod search;
mod verdict;

use budget_syntax::expr::Comparison;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::{
    eval::{Judged, Judgements, Operand},
    index::{Index, NONE, State},
};
use crate::relation::Outcome;
use search::{Search, best};

/// Most cells that are changed together.
const MAX_DEPTH: usize = 6;
/// Steps of the search in one component.
const COMPONENT_BUDGET: u32 = 20_000;
/// Steps in all.
const TOTAL_BUDGET: u32 = 200_000;
/// A component with more broken relations is told plainly.
const MAX_BROKEN: usize = 48;
/// Solutions of one size that are compared; more are no answer.
const MAX_SOLUTIONS: usize = 64;

/// A cell and the value it should have, in common steps.
pub(crate) type Change = (u32, i128);

/// What the search found, in indices into the judged instances.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Verdict {
    /// The cell to change; none in a tie and where nothing was found.
    pub(crate) change: Option<Change>,
    pub(crate) candidates: Vec<Change>,
    pub(crate) broken: Vec<usize>,
}

impl Verdict {
    fn open(judged: usize) -> Self {
        Verdict {
            change: None,
            candidates: Vec::new(),
            broken: vec![judged],
        }
    }
}

/// What the caller knows of cells and instances.
pub(crate) struct Facts<'f> {
    /// Cells that are not to be changed.
    pub(crate) locked: &'f dyn Fn(u32) -> bool,
    /// Instances that only hint.
    pub(crate) soft: &'f dyn Fn(&Judged) -> bool,
    /// Derived cells as sums of typed ones.
    pub(crate) sums: &'f FxHashMap<u32, Vec<(u32, i64)>>,
}

struct Constraint {
    judged: usize,
    op: Comparison,
    tolerance: i128,
    soft: bool,
    members: (u32, u32),
    /// Members that may be changed.
    free: u32,
}

/// Finds the cells to blame for the broken ones of `judgements.kept`.
pub(crate) fn find(index: &Index<'_>, judgements: &Judgements, facts: &Facts<'_>) -> Vec<Verdict> {
    let broken: Vec<usize> = judgements
        .kept
        .iter()
        .enumerate()
        .filter(|(_, judged)| judged.outcome == Outcome::Broken)
        .map(|(number, _)| number)
        .collect();
    if broken.is_empty() {
        return Vec::new();
    }
    let mut system = System::new(index, judgements, facts);
    let mut verdicts = Vec::new();
    let mut told = FxHashSet::default();
    for component in system.components() {
        system.solve(component, &mut verdicts, &mut told);
    }
    let by_cell: FxHashMap<u32, usize> = verdicts
        .iter()
        .enumerate()
        .filter_map(|(at, verdict)| Some((verdict.change?.0, at)))
        .collect();
    // What took no part in the search, or was not mended by it.
    for number in broken {
        if told.contains(&number) {
            continue;
        }
        let mended = system
            .constraint_of
            .get(&number)
            .copied()
            .filter(|c| !system.violated(*c))
            .and_then(|c| system.committed_in(c));
        let verdict = mended.and_then(|cell| by_cell.get(&cell).copied());
        match verdict.and_then(|at| verdicts.get_mut(at)) {
            Some(verdict) => verdict.broken.push(number),
            None => verdicts.push(Verdict::open(number)),
        }
    }
    verdict::one_for_each_cause(&system, judgements, verdicts)
}

struct System<'i, 'd> {
    index: &'i Index<'d>,
    constraints: Vec<Constraint>,
    /// From judged instances to constraints.
    constraint_of: FxHashMap<usize, u32>,
    members: Vec<(u32, i64)>,
    cell_start: Vec<u32>,
    cell_list: Vec<(u32, i64)>,
    residual: Vec<i128>,
    /// Whether each was violated before any change.
    initially: Vec<bool>,
    locked: Vec<bool>,
    negatives: bool,
    spent: u32,
    /// Changes of components already solved.
    committed: FxHashMap<u32, i128>,
}

impl<'i, 'd> System<'i, 'd> {
    fn new(index: &'i Index<'d>, judgements: &Judgements, facts: &Facts<'_>) -> Self {
        let cells = index.values.len();
        let locked: Vec<bool> = (0..cells)
            .map(|cell| u32::try_from(cell).map_or(true, facts.locked))
            .collect();
        let mut system = System {
            index,
            constraints: Vec::new(),
            constraint_of: FxHashMap::default(),
            members: Vec::new(),
            cell_start: vec![0; cells + 1],
            cell_list: Vec::new(),
            residual: Vec::new(),
            initially: Vec::new(),
            locked,
            negatives: index.values.iter().any(|val| val.value < 0),
            spent: 0,
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
            if !facts.sums.is_empty() {
                substitute(&mut scratch, facts.sums);
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
            system.constraint_of.insert(number, constraint);
            system.constraints.push(Constraint {
                judged: number,
                op,
                tolerance: judged.tolerance,
                soft: (facts.soft)(judged) || op == Comparison::About,
                members: (start, to_u32(system.members.len())),
                free: to_u32(free),
            });
            system.residual.push(judged.left - judged.right);
            system.initially.push(judged.outcome == Outcome::Broken);
        }
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

    fn is_locked(&self, cell: u32) -> bool {
        self.locked.get(cell as usize).copied().unwrap_or(true)
    }

    fn members(&self, constraint: u32) -> &[(u32, i64)] {
        self.constraints
            .get(constraint as usize)
            .and_then(|c| self.members.get(c.members.0 as usize..c.members.1 as usize))
            .unwrap_or_default()
    }

    fn touching(&self, cell: u32) -> &[(u32, i64)] {
        let at = |i: usize| self.cell_start.get(i).map(|n| *n as usize);
        match (at(cell as usize), at(cell as usize + 1)) {
            (Some(from), Some(to)) => self.cell_list.get(from..to).unwrap_or_default(),
            _ => &[],
        }
    }

    fn violated(&self, constraint: u32) -> bool {
        let (Some(c), Some(residual)) = (
            self.constraints.get(constraint as usize),
            self.residual.get(constraint as usize),
        ) else {
            return false;
        };
        match c.op {
            Comparison::Equal | Comparison::About => residual.abs() > c.tolerance,
            Comparison::AtMost => *residual > c.tolerance,
            Comparison::AtLeast => -*residual > c.tolerance,
        }
    }

    /// Equalities that count: what the search mends.
    fn must(&self, constraint: u32) -> bool {
        self.constraints
            .get(constraint as usize)
            .is_some_and(|c| c.op == Comparison::Equal && !c.soft)
    }

    fn was_violated(&self, constraint: u32) -> bool {
        self.initially
            .get(constraint as usize)
            .copied()
            .unwrap_or(false)
    }

    fn committed_in(&self, constraint: u32) -> Option<u32> {
        self.members(constraint)
            .iter()
            .map(|(cell, _)| *cell)
            .find(|cell| self.committed.contains_key(cell))
    }

    /// Broken equalities by shared cells.
    fn components(&self) -> Vec<Vec<u32>> {
        let broken: Vec<u32> = (0..to_u32(self.constraints.len()))
            .filter(|c| self.was_violated(*c) && self.must(*c))
            .collect();
        let mut parent: Vec<usize> = (0..broken.len()).collect();
        let mut owner: FxHashMap<u32, usize> = FxHashMap::default();
        for (number, constraint) in broken.iter().enumerate() {
            for (cell, _) in self.members(*constraint) {
                match owner.get(cell) {
                    Some(&other) => union(&mut parent, number, other),
                    None => {
                        owner.insert(*cell, number);
                    }
                }
            }
        }
        let mut groups: Vec<Vec<u32>> = Vec::new();
        let mut slot: FxHashMap<usize, usize> = FxHashMap::default();
        for (number, constraint) in broken.iter().enumerate() {
            let root = root(&mut parent, number);
            let at = *slot.entry(root).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(at) {
                group.push(*constraint);
            }
        }
        groups
    }

    fn solve(
        &mut self,
        mut component: Vec<u32>,
        verdicts: &mut Vec<Verdict>,
        told: &mut FxHashSet<usize>,
    ) {
        // A component solved before may have mended or taken in this one.
        component.retain(|c| {
            self.constraints
                .get(*c as usize)
                .is_some_and(|c| !told.contains(&c.judged))
        });
        if component.iter().all(|c| !self.violated(*c)) {
            return;
        }
        let mut search = Search::new(self, &component);
        loop {
            let limit = self
                .spent
                .saturating_add(COMPONENT_BUDGET)
                .min(TOTAL_BUDGET);
            if component.len() > MAX_BROKEN {
                break;
            }
            search = Search::new(self, &component);
            search.limit = limit;
            let mut widened = false;
            for depth in 1..=MAX_DEPTH {
                search.blocked.clear();
                search.go(self, depth);
                if !search.solutions.is_empty() || self.spent >= limit {
                    break;
                }
                // Mended here, but an inequality with another broken table stands in the way:
                // they are one case.
                let more: Vec<u32> = self.linked(&search.blocked, &component, told);
                if !more.is_empty() {
                    component.extend(more);
                    widened = true;
                    break;
                }
            }
            if !widened {
                break;
            }
        }
        let complete = self.spent < search.limit && !search.overflow;
        let mut solutions = if complete {
            best(self, std::mem::take(&mut search.solutions))
        } else {
            Vec::new()
        };
        solutions.retain(|solution| self.convinces(solution));
        self.report(&component, solutions, verdicts, told);
    }

    /// Other broken equalities that share cells with the constraints in the way.
    fn linked(&self, blocked: &[u32], component: &[u32], told: &FxHashSet<usize>) -> Vec<u32> {
        let mut more = Vec::new();
        for &constraint in blocked {
            for (cell, _) in self.members(constraint) {
                for (other, _) in self.touching(*cell) {
                    let fits = self.was_violated(*other)
                        && self.must(*other)
                        && self.violated(*other)
                        && !component.contains(other)
                        && !more.contains(other)
                        && self
                            .constraints
                            .get(*other as usize)
                            .is_some_and(|c| !told.contains(&c.judged));
                    if fits {
                        more.push(*other);
                    }
                }
            }
        }
        // And those that share cells with these.
        let mut at = 0;
        while let Some(&constraint) = more.get(at) {
            at += 1;
            if more.len() > MAX_BROKEN {
                break;
            }
            for (cell, _) in self.members(constraint) {
                for (other, _) in self.touching(*cell) {
                    if self.was_violated(*other)
                        && self.must(*other)
                        && !component.contains(other)
                        && !more.contains(other)
                    {
                        more.push(*other);
                    }
                }
            }
        }
        more
    }

    /// Whether a set of changes explains more than it assumes. Two tables, each right in itself, that
    /// differ are mended by rewriting the rest of either: that says nothing of which one is wrong.
    fn convinces(&mut self, solution: &[Change]) -> bool {
        if solution.len() < 2 {
            return true;
        }
        let mut broken: Vec<u32> = solution
            .iter()
            .flat_map(|(cell, _)| self.touching(*cell))
            .map(|(constraint, _)| *constraint)
            .filter(|c| self.was_violated(*c) && self.must(*c))
            .collect();
        broken.sort_unstable();
        broken.dedup();
        for &(cell, value) in solution {
            self.apply(cell, value);
        }
        broken.retain(|c| !self.violated(*c));
        for &(cell, value) in solution {
            self.revert(cell, value);
        }
        let across = broken.iter().all(|c| self.tables(*c).1);
        solution.len() < broken.len() + usize::from(!across)
    }

    /// The tables of a relation, and whether they are several.
    fn tables(&self, constraint: u32) -> (SmallVec<[u32; 4]>, bool) {
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

    fn apply(&mut self, cell: u32, value: i128) {
        let before = self.index.value(cell).map_or(0, |val| val.value);
        self.shift(cell, value - before);
    }

    fn revert(&mut self, cell: u32, value: i128) {
        let before = self.index.value(cell).map_or(0, |val| val.value);
        self.shift(cell, before - value);
    }

    fn shift(&mut self, cell: u32, difference: i128) {
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

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(NONE)
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while let Some(&up) = parent.get(at) {
        if up == at {
            break;
        }
        let next = parent.get(up).copied().unwrap_or(up);
        if let Some(slot) = parent.get_mut(at) {
            *slot = next;
        }
        at = next;
    }
    at
}

fn union(parent: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parent, a), root(parent, b));
    if let Some(slot) = parent.get_mut(a) {
        *slot = b;
    }
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
