//! From what the search found to what is told: cells to blame, ties, and relations by themselves.

use budget_syntax::expr::Level;

use super::*;

impl System<'_, '_> {
    pub(super) fn report(
        &mut self,
        component: &[u32],
        solutions: Vec<Vec<Change>>,
        verdicts: &mut Vec<Verdict>,
        told: &mut FxHashSet<usize>,
    ) {
        let Some(first) = solutions.first() else {
            for constraint in component {
                if let Some(c) = self.constraints.get(*constraint as usize)
                    && told.insert(c.judged)
                {
                    verdicts.push(Verdict::open(c.judged));
                }
            }
            return;
        };
        // What all smallest sets have in common is to blame.
        let common: Vec<Change> = first
            .iter()
            .copied()
            .filter(|change| solutions.iter().all(|other| other.contains(change)))
            .collect();
        for &change in &common {
            let broken = self.broken_of(component, change.0);
            for number in &broken {
                told.insert(*number);
            }
            verdicts.push(Verdict {
                change: Some(change),
                candidates: Vec::new(),
                broken,
            });
        }
        if solutions.len() == 1 {
            for &(cell, value) in first {
                self.apply(cell, value);
            }
            self.committed.extend(first.iter().copied());
            // A change may mend relations only through another one of the set.
            for constraint in component {
                if let Some(c) = self.constraints.get(*constraint as usize)
                    && told.insert(c.judged)
                    && let Some(verdict) = verdicts.last_mut()
                {
                    verdict.broken.push(c.judged);
                }
            }
            return;
        }
        // The rest are ties: one for each group of relations that share candidates.
        let mut candidates: Vec<Change> = Vec::new();
        for change in solutions.iter().flatten() {
            if !common.contains(change) && !candidates.contains(change) {
                candidates.push(*change);
            }
        }
        let rest: Vec<u32> = component
            .iter()
            .copied()
            .filter(|c| {
                self.constraints
                    .get(*c as usize)
                    .is_some_and(|c| !told.contains(&c.judged))
            })
            .collect();
        let mut parent: Vec<usize> = (0..rest.len()).collect();
        let mut owner: FxHashMap<u32, usize> = FxHashMap::default();
        for (number, constraint) in rest.iter().enumerate() {
            for (cell, _) in self.members(*constraint) {
                if !candidates.iter().any(|(c, _)| c == cell) {
                    continue;
                }
                match owner.get(cell) {
                    Some(&other) => union(&mut parent, number, other),
                    None => {
                        owner.insert(*cell, number);
                    }
                }
            }
        }
        let mut groups: FxHashMap<usize, usize> = FxHashMap::default();
        for (number, constraint) in rest.iter().enumerate() {
            let root = root(&mut parent, number);
            let Some(judged) = self.constraints.get(*constraint as usize).map(|c| c.judged) else {
                continue;
            };
            told.insert(judged);
            let mine: Vec<Change> = candidates
                .iter()
                .copied()
                .filter(|(cell, _)| self.members(*constraint).iter().any(|(m, _)| m == cell))
                .collect();
            let at = *groups.entry(root).or_insert_with(|| {
                verdicts.push(Verdict {
                    change: None,
                    candidates: Vec::new(),
                    broken: Vec::new(),
                });
                verdicts.len() - 1
            });
            if let Some(verdict) = verdicts.get_mut(at) {
                verdict.broken.push(judged);
                for change in mine {
                    if !verdict.candidates.contains(&change) {
                        verdict.candidates.push(change);
                    }
                }
            }
        }
    }

    /// The broken ones of a component that hold a cell, the shortest first.
    fn broken_of(&self, component: &[u32], cell: u32) -> Vec<usize> {
        let mut found: Vec<(usize, usize)> = component
            .iter()
            .filter(|c| self.members(**c).iter().any(|(m, _)| *m == cell))
            .filter_map(|c| {
                let judged = self.constraints.get(*c as usize)?.judged;
                Some((self.members(*c).len(), judged))
            })
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, judged)| judged).collect()
    }

    /// Both cells of a relation that says that one number stands twice, each with what the other
    /// says.
    fn both_ways(&self, judged: usize) -> Vec<Change> {
        let Some(&constraint) = self.constraint_of.get(&judged) else {
            return Vec::new();
        };
        let members = self.members(constraint);
        let opposite = matches!(members, [(_, 1), (_, -1)] | [(_, -1), (_, 1)]);
        if !opposite || members.iter().any(|(cell, _)| self.is_locked(*cell)) {
            return Vec::new();
        }
        let value = |cell: u32| self.index.value(cell).map(|val| val.value);
        match members {
            &[(a, _), (b, _)] => value(b)
                .zip(value(a))
                .map_or_else(Vec::new, |(to_a, to_b)| vec![(a, to_a), (b, to_b)]),
            _ => Vec::new(),
        }
    }

    /// The telling relation of several: the shortest, and of those the one over the finest rows,
    /// where a difference begins.
    fn telling(&self, judged: usize) -> (usize, u8, usize) {
        let members = self.constraint_of.get(&judged);
        let members = members.map_or(&[][..], |constraint| self.members(*constraint));
        let depth = |cell: u32| {
            let row = self.index.row_of(cell).and_then(|row| self.index.row(row));
            match row.and_then(|row| row.level) {
                Some(Level::Item) => 0,
                Some(Level::Paragraph) => 1,
                Some(Level::Class) => 2,
                None => 3,
            }
        };
        let depth = members.iter().map(|(cell, _)| depth(*cell)).max();
        (members.len(), depth.unwrap_or(u8::MAX), judged)
    }
}

/// Verdicts without a cell that tell of one difference between tables become one: the same amount
/// too much or too little, in relations over a common table.
pub(super) fn one_for_each_cause(
    system: &System<'_, '_>,
    judgements: &Judgements,
    verdicts: Vec<Verdict>,
) -> Vec<Verdict> {
    let difference = |judged: usize| {
        let judged = judgements.kept.get(judged)?;
        judged.op.map(|_| (judged.left - judged.right).abs())
    };
    let (blamed, open): (Vec<Verdict>, Vec<Verdict>) = verdicts
        .into_iter()
        .partition(|verdict| verdict.change.is_some());
    let mut parent: Vec<usize> = (0..open.len()).collect();
    let mut owner: FxHashMap<(i128, bool, u32), usize> = FxHashMap::default();
    for (number, verdict) in open.iter().enumerate() {
        let mut differences = verdict.broken.iter().map(|judged| difference(*judged));
        let Some(Some(amount)) = differences.next() else {
            continue;
        };
        if differences.any(|other| other != Some(amount)) {
            continue;
        }
        for judged in &verdict.broken {
            let Some(&constraint) = system.constraint_of.get(judged) else {
                continue;
            };
            let soft = system.constraints.get(constraint as usize);
            let soft = soft.is_some_and(|constraint| constraint.soft);
            for table in system.tables(constraint).0 {
                match owner.get(&(amount, soft, table)) {
                    Some(&other) => union(&mut parent, number, other),
                    None => {
                        owner.insert((amount, soft, table), number);
                    }
                }
            }
        }
    }
    let mut merged: Vec<Verdict> = Vec::new();
    let mut slot: FxHashMap<usize, usize> = FxHashMap::default();
    for (number, mut verdict) in open.into_iter().enumerate() {
        verdict.broken.sort_by_key(|judged| system.telling(*judged));
        let root = root(&mut parent, number);
        let Some(other) = slot.get(&root).and_then(|at| merged.get_mut(*at)) else {
            slot.insert(root, merged.len());
            merged.push(verdict);
            continue;
        };
        let first = |verdict: &Verdict| {
            let first = verdict.broken.first();
            first.map(|judged| system.telling(*judged))
        };
        if first(&verdict) < first(other) {
            std::mem::swap(other, &mut verdict);
        }
        other.broken.append(&mut verdict.broken);
    }
    for verdict in &mut merged {
        if let (true, Some(first)) = (verdict.candidates.is_empty(), verdict.broken.first()) {
            verdict.candidates = system.both_ways(*first);
        }
    }
    let mut all = blamed;
    all.append(&mut merged);
    all
}
