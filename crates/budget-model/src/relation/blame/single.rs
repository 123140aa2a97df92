//! Where no set of changes explains a whole component: what one cell explains with certainty.

use super::*;

/// Relations looked at in all.
const BUDGET: usize = 1_000_000;
/// Values of one cell that are tried.
const MOST_VALUES: usize = 4;

/// A change and the broken relations it mends.
struct Single {
    change: Change,
    mends: Vec<u32>,
}

/// Settles every change of one cell that mends several broken relations, breaks none that held, and
/// has no rival that mends as many of the same; whether there was one.
pub(super) fn find(
    system: &mut System<'_, '_>,
    component: &[u32],
    findings: &mut Findings,
) -> bool {
    let mut singles = Vec::new();
    for change in votes(system, component) {
        let looked_at = system.touching(change.0).len();
        system.looked_at = system.looked_at.saturating_add(looked_at);
        if system.looked_at > BUDGET {
            return false;
        }
        if let Some(mends) = system.mended(&[change]).filter(|mends| mends.len() > 1) {
            singles.push(Single { change, mends });
        }
    }
    // For each relation the most that a change of one of its cells mends, and how many changes do.
    let mut most: FxHashMap<u32, (usize, usize)> = FxHashMap::default();
    for single in &singles {
        for constraint in &single.mends {
            let (best, rivals) = most.entry(*constraint).or_default();
            match single.mends.len().cmp(best) {
                std::cmp::Ordering::Greater => (*best, *rivals) = (single.mends.len(), 1),
                std::cmp::Ordering::Equal => *rivals += 1,
                std::cmp::Ordering::Less => {}
            }
        }
    }
    singles.retain(|single| {
        let certain = (single.mends.len(), 1);
        single.mends.iter().all(|c| most.get(c) == Some(&certain))
    });
    singles.sort_by_key(|single| (std::cmp::Reverse(single.mends.len()), single.change));
    let mut any = false;
    for Single { change, mends } in singles {
        // Together they may break what each alone does not.
        if system.mended(&[change]) == Some(mends) {
            findings.settle(system, change, Vec::new());
            any = true;
        }
    }
    any
}

/// For each cell of several broken relations the values that the most of them ask for.
fn votes(system: &System<'_, '_>, component: &[u32]) -> Vec<Change> {
    let mut asked: FxHashMap<u32, FxHashMap<i128, u32>> = FxHashMap::default();
    for &constraint in component {
        for &(cell, coefficient) in system.members(constraint) {
            let now = (system.value(cell), i128::from(coefficient));
            if !system.is_fixed(cell)
                && let Some(value) = system.implied(constraint, cell, now)
            {
                *asked.entry(cell).or_default().entry(value).or_default() += 1;
            }
        }
    }
    let mut changes: Vec<Change> = Vec::new();
    for (cell, values) in asked {
        if values.values().sum::<u32>() < 2 {
            continue;
        }
        // Rounding makes several of one: which of them mends the most is tried.
        let mut values: Vec<(i128, u32)> = values.into_iter().collect();
        values.sort_unstable_by_key(|(value, times)| (std::cmp::Reverse(*times), *value));
        let values = values.into_iter().take(MOST_VALUES);
        changes.extend(values.map(|(value, _)| (cell, value)));
    }
    changes.sort_unstable();
    changes
}

/// The value that is asked for most often, and how often.
pub(super) fn most_asked(values: FxHashMap<i128, u32>) -> Option<(i128, u32)> {
    values
        .into_iter()
        .max_by_key(|(value, times)| (*times, std::cmp::Reverse(*value)))
}
