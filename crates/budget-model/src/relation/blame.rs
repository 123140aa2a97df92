//! Who is to blame: the smallest set of cells whose change mends every broken relation and breaks
//! none that held.
//!
//! Broken relations that share cells form a component. Each is searched on its own, deeper and
//! deeper: of the violated relations the one with the fewest cells left is taken, each of its cells
//! is set to the value that mends it, and what that breaks is violated in turn. Bounded; beyond the
//! bound what one cell alone explains is taken for explained, and the rest is searched again or told
//! plainly. A number that stands in more cells than the search changes together and is wrong in all of
//! them is one wrong number ([`same`]). What is found first is settled: nothing found later contradicts
//! it. In the end each broken relation is told with the changes that mend it, and with no other.

mod same;
mod search;
mod single;
mod system;
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
use system::System;
use verdict::Findings;

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
    /// Cells that must change with it: they say the same number, or follow from it.
    pub(crate) also: Vec<Change>,
    pub(crate) candidates: Vec<Change>,
    pub(crate) broken: Vec<usize>,
}

impl Verdict {
    fn open(judged: usize) -> Self {
        Verdict {
            change: None,
            also: Vec::new(),
            candidates: Vec::new(),
            broken: vec![judged],
        }
    }
}

/// What the caller knows of cells and instances.
pub(crate) struct Facts<'f> {
    /// For each cell, whether it is not to be changed.
    pub(crate) locked: Vec<bool>,
    /// Instances that only hint.
    pub(crate) soft: &'f dyn Fn(&Judged) -> bool,
    /// Derived cells as sums of typed ones.
    pub(crate) sums: &'f FxHashMap<u32, Vec<(u32, i64)>>,
}

/// Finds the cells to blame for the broken ones of `judgements.kept`.
pub(crate) fn find<'i>(
    index: &'i Index<'_>,
    judgements: &'i Judgements,
    facts: Facts<'i>,
) -> Vec<Verdict> {
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
    let mut findings = Findings::default();
    same::find(&mut system, &mut findings);
    let waiting = (0..to_u32(system.constraints.len())).filter(|c| system.waits(*c));
    let mut queue = components(&system, &waiting.collect::<Vec<u32>>());
    queue.reverse();
    while let Some(mut component) = queue.pop() {
        // What was settled before may have mended some.
        component.retain(|c| system.waits(*c) && !findings.is_told(&system, *c));
        if component.is_empty() || solve(&mut system, &mut component, &mut findings) {
            continue;
        }
        if single::find(&mut system, &component, &mut findings) {
            component.retain(|c| system.waits(*c));
            let rest = components(&system, &component);
            queue.extend(rest.into_iter().rev());
        } else {
            findings.tell_plainly(&system, &component);
        }
    }
    let verdicts = findings.of_each_relation(&system, &broken);
    verdict::one_for_each_cause(&system, judgements, verdicts)
}

/// Broken equalities by shared cells.
fn components(system: &System<'_, '_>, broken: &[u32]) -> Vec<Vec<u32>> {
    let mut parent: Vec<usize> = (0..broken.len()).collect();
    let mut owner: FxHashMap<u32, usize> = FxHashMap::default();
    for (number, constraint) in broken.iter().enumerate() {
        for (cell, _) in system.members(*constraint) {
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

/// Searches a component, which may grow; whether something was found and told.
fn solve(system: &mut System<'_, '_>, component: &mut Vec<u32>, findings: &mut Findings) -> bool {
    if component.len() > MAX_BROKEN {
        return false;
    }
    let mut search = Search::new(system, component);
    loop {
        let limit = system
            .spent
            .saturating_add(COMPONENT_BUDGET)
            .min(TOTAL_BUDGET);
        if component.len() > MAX_BROKEN {
            break;
        }
        search = Search::new(system, component);
        search.limit = limit;
        let mut widened = false;
        for depth in 1..=MAX_DEPTH {
            search.blocked.clear();
            search.go(system, depth);
            if !search.solutions.is_empty() || system.spent >= limit {
                break;
            }
            // Mended here, but an inequality with another broken table stands in the way:
            // they are one case.
            let more = linked(system, &search.blocked, component, findings);
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
    if system.spent >= search.limit || search.overflow {
        return false;
    }
    let mut solutions = best(system, std::mem::take(&mut search.solutions));
    solutions.retain(|solution| convinces(system, solution));
    findings.tell(system, component, &solutions)
}

/// Other broken equalities that share cells with the constraints in the way.
fn linked(
    system: &System<'_, '_>,
    blocked: &[u32],
    component: &[u32],
    findings: &Findings,
) -> Vec<u32> {
    let mut more = Vec::new();
    let mut at = 0;
    // First those that share cells with the ones in the way, then those that share cells with these.
    while let Some(&constraint) = blocked.get(at).or(more.get(at.wrapping_sub(blocked.len()))) {
        at += 1;
        if more.len() > MAX_BROKEN {
            break;
        }
        for (cell, _) in system.members(constraint) {
            for (other, _) in system.touching(*cell) {
                let fits = system.waits(*other)
                    && !component.contains(other)
                    && !more.contains(other)
                    && !findings.is_told(system, *other);
                if fits {
                    more.push(*other);
                }
            }
        }
    }
    more
}

/// Whether a set of changes explains more than it assumes. Two tables, each right in itself, that
/// differ are mended by rewriting the rest of either: that says nothing of which one is wrong. Nor does
/// a relation that is broken still with a change that was settled.
fn convinces(system: &mut System<'_, '_>, solution: &[Change]) -> bool {
    let mended = system.mended(solution).unwrap_or_default();
    if mended.iter().any(|c| system.holds_settled(*c)) {
        return solution.len() < mended.len();
    }
    // One change may mend one relation, and two of one table two.
    let few = match solution.len() {
        0 | 1 => return true,
        2 => mended.iter().any(|c| !system.tables(*c).1),
        _ => false,
    };
    solution.len() < mended.len() + usize::from(few)
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
