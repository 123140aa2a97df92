//! One wrong number in many cells: a total that is wrong throughout is consistent with itself, and
//! only the sums of its parts speak against it.

use super::*;

/// Broken relations that must ask for the same value.
const WITNESSES: usize = 3;
/// Numbers that are looked for at most: each asks anew what is broken.
const ROUNDS: usize = 4;

/// A number in many cells, the value it should have and the broken relations that this mends.
struct Quantity {
    changes: Vec<Change>,
    mends: Vec<u32>,
}

/// Settles changes of one number in more cells than the search would change together, where that mends
/// several broken relations over different cells of it, breaks none that held, and explains more than
/// the like change of any other number.
pub(super) fn find(system: &mut System<'_, '_>, findings: &mut Findings) {
    let waiting = (0..to_u32(system.constraints.len())).filter(|c| system.waits(*c));
    if waiting.take(WITNESSES).count() < WITNESSES {
        return;
    }
    let (group_of, groups) = groups(system);
    for _ in 0..ROUNDS {
        let mut found = quantities(system, &group_of, &groups);
        found.sort_by_key(|quantity| std::cmp::Reverse(quantity.mends.len()));
        let rival = found.get(1).map_or(0, |quantity| quantity.mends.len());
        let Some(best) = found.into_iter().next() else {
            return;
        };
        let large = best.changes.len() > MAX_DEPTH && best.mends.len() >= WITNESSES;
        if !large || best.mends.len() <= rival || has_common_cell(system, &best) {
            return;
        }
        // It stands at its first cell that a broken relation speaks of.
        let spoken: FxHashSet<u32> = best
            .mends
            .iter()
            .flat_map(|c| system.members(*c))
            .map(|(cell, _)| *cell)
            .collect();
        let mut changes = best.changes;
        let at = changes.iter().position(|(cell, _)| spoken.contains(cell));
        let change = changes.remove(at.unwrap_or(0));
        findings.settle(system, change, changes);
    }
}

/// Cells that a relation that holds says to be one number: all of its other cells are empty or zero.
fn groups(system: &System<'_, '_>) -> (Vec<Option<usize>>, Vec<Vec<u32>>) {
    let mut parent: Vec<usize> = (0..system.index.values.len()).collect();
    for constraint in 0..to_u32(system.constraints.len()) {
        if !system.must(constraint) || system.violated(constraint) {
            continue;
        }
        if let Some([(a, one), (b, other)]) = system.filled_pair(constraint)
            && one == -other
            && system.value(a) == system.value(b)
            && !system.is_fixed(a)
            && !system.is_fixed(b)
        {
            union(&mut parent, a as usize, b as usize);
        }
    }
    let roots: Vec<usize> = (0..parent.len())
        .map(|cell| root(&mut parent, cell))
        .collect();
    let mut sizes = vec![0_u32; roots.len()];
    for root in &roots {
        if let Some(size) = sizes.get_mut(*root) {
            *size += 1;
        }
    }
    // A number that stands once is none of those looked for.
    let several = |root: usize| sizes.get(root).is_some_and(|size| *size > 1);
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut slots: FxHashMap<usize, usize> = FxHashMap::default();
    let mut group_of: Vec<Option<usize>> = vec![None; roots.len()];
    for (cell, root) in (0..).zip(roots).filter(|(_, root)| several(*root)) {
        let at = *slots.entry(root).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let (Some(group), Some(slot)) = (groups.get_mut(at), group_of.get_mut(cell)) {
            group.push(to_u32(cell));
            *slot = Some(at);
        }
    }
    (group_of, groups)
}

/// Numbers in several cells with the value that the most broken relations ask for.
fn quantities(
    system: &mut System<'_, '_>,
    group_of: &[Option<usize>],
    groups: &[Vec<u32>],
) -> Vec<Quantity> {
    let mut asked: FxHashMap<usize, FxHashMap<i128, u32>> = FxHashMap::default();
    for constraint in 0..to_u32(system.constraints.len()) {
        if !system.waits(constraint) {
            continue;
        }
        let mut counts: FxHashMap<usize, (u32, i128)> = FxHashMap::default();
        for (cell, coefficient) in system.members(constraint) {
            if let Some(group) = group_of.get(*cell as usize).copied().flatten()
                && !system.is_fixed(*cell)
            {
                let (_, sum) = counts.entry(group).or_insert((*cell, 0));
                *sum += i128::from(*coefficient);
            }
        }
        for (group, (cell, coefficient)) in counts {
            let now = (system.value(cell), coefficient);
            if let Some(value) = system.implied(constraint, cell, now) {
                *asked.entry(group).or_default().entry(value).or_default() += 1;
            }
        }
    }
    let mut found = Vec::new();
    for (group, values) in asked {
        let (Some(cells), Some((value, _))) = (groups.get(group), single::most_asked(values))
        else {
            continue;
        };
        let changes: Vec<Change> = cells.iter().map(|cell| (*cell, value)).collect();
        if changes.len() > 1
            && let Some(mends) = system.mended(&changes)
        {
            found.push(Quantity { changes, mends });
        }
    }
    found
}

/// Whether some cell is in all that a change mends: then it may be that cell alone.
fn has_common_cell(system: &System<'_, '_>, quantity: &Quantity) -> bool {
    let Some((first, rest)) = quantity.mends.split_first() else {
        return true;
    };
    let holds = |constraint: &u32, cell: u32| {
        let touching = system.touching(cell).iter();
        touching
            .map(|(other, _)| other)
            .any(|other| other == constraint)
    };
    let mut members = system.members(*first).iter();
    members.any(|(cell, _)| rest.iter().all(|c| holds(c, *cell)))
}
