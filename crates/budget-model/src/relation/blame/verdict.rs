//! From what the search found to what is told: cells to blame, ties, and relations by themselves.

use budget_syntax::expr::Level;

use super::*;

/// What is told, while it is being found.
#[derive(Default)]
pub(super) struct Findings {
    verdicts: Vec<Verdict>,
    /// Judged instances that are told without a change.
    told: FxHashSet<usize>,
    /// From settled cells to their verdicts.
    owner: FxHashMap<u32, usize>,
}

impl Findings {
    pub(super) fn is_told(&self, system: &System<'_, '_>, constraint: u32) -> bool {
        let judged = system.judged(constraint);
        judged.is_some_and(|judged| self.told.contains(&judged))
    }

    /// Settles a change and those that go with it.
    pub(super) fn settle(
        &mut self,
        system: &mut System<'_, '_>,
        change: Change,
        also: Vec<Change>,
    ) {
        let mut changes = vec![change];
        changes.extend_from_slice(&also);
        system.settle(&changes);
        for (cell, _) in changes {
            self.owner.insert(cell, self.verdicts.len());
        }
        self.verdicts.push(Verdict {
            change: Some(change),
            also,
            candidates: Vec::new(),
            broken: Vec::new(),
        });
    }

    pub(super) fn tell_plainly(&mut self, system: &System<'_, '_>, component: &[u32]) {
        for constraint in component {
            if let Some(judged) = system.judged(*constraint)
                && self.told.insert(judged)
            {
                self.verdicts.push(Verdict::open(judged));
            }
        }
    }

    /// Tells the smallest sets of a component; whether they say something.
    pub(super) fn tell(
        &mut self,
        system: &mut System<'_, '_>,
        component: &[u32],
        solutions: &[Vec<Change>],
    ) -> bool {
        let Some(first) = solutions.first() else {
            return false;
        };
        // What all smallest sets have in common is to blame: unless it would break something by itself,
        // and only the ties mend that.
        let mut common = first.clone();
        common.retain(|change| solutions.iter().all(|other| other.contains(change)));
        if solutions.len() > 1 && !common.is_empty() && system.mended(&common).is_none() {
            return false;
        }
        for &change in &common {
            self.settle(system, change, Vec::new());
        }
        if solutions.len() > 1 {
            self.tell_ties(system, component, (&common, solutions));
        }
        true
    }

    /// What the sets don't have in common: one tie for each group of relations that share candidates.
    fn tell_ties(
        &mut self,
        system: &System<'_, '_>,
        component: &[u32],
        (common, solutions): (&[Change], &[Vec<Change>]),
    ) {
        let mut candidates: Vec<Change> = Vec::new();
        for change in solutions.iter().flatten() {
            if !common.contains(change) && !candidates.contains(change) {
                candidates.push(*change);
            }
        }
        let rest: Vec<u32> = component
            .iter()
            .copied()
            .filter(|c| system.waits(*c) && !self.is_told(system, *c))
            .collect();
        let mut parent: Vec<usize> = (0..rest.len()).collect();
        let mut owner: FxHashMap<u32, usize> = FxHashMap::default();
        for (number, constraint) in rest.iter().enumerate() {
            for (cell, _) in system.members(*constraint) {
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
            let Some(judged) = system.judged(*constraint) else {
                continue;
            };
            self.told.insert(judged);
            let mine: Vec<Change> = candidates
                .iter()
                .copied()
                .filter(|(cell, _)| system.members(*constraint).iter().any(|(m, _)| m == cell))
                .collect();
            let at = *groups.entry(root).or_insert_with(|| {
                self.verdicts.push(Verdict {
                    change: None,
                    also: Vec::new(),
                    candidates: Vec::new(),
                    broken: Vec::new(),
                });
                self.verdicts.len() - 1
            });
            if let Some(verdict) = self.verdicts.get_mut(at) {
                verdict.broken.push(judged);
                for change in mine {
                    if !verdict.candidates.contains(&change) {
                        verdict.candidates.push(change);
                    }
                }
            }
        }
    }

    /// Gives each broken relation to the changes that mend it; what none mends is told as it was
    /// found, or plainly.
    pub(super) fn of_each_relation(
        mut self,
        system: &System<'_, '_>,
        broken: &[usize],
    ) -> Vec<Verdict> {
        let mut mended: FxHashSet<usize> = FxHashSet::default();
        // With what orders them: the telling one first.
        let mut parts: Vec<Vec<(Order, usize)>> = vec![Vec::new(); self.verdicts.len()];
        for &number in broken {
            let constraint = system.constraint_of(number);
            let owners = constraint.map_or_else(SmallVec::new, |c| self.menders(system, c));
            if let (Some(constraint), false) = (constraint, owners.is_empty()) {
                mended.insert(number);
                let must = system.must(constraint);
                let length = system.members(constraint).len();
                for &(at, alone) in &owners {
                    let change = self.verdicts.get(at).and_then(|verdict| verdict.change);
                    let holds = change.is_some_and(|(cell, _)| {
                        system.members(constraint).iter().any(|(m, _)| *m == cell)
                    });
                    let order = (!holds, !must, !alone, if must { length } else { 0 });
                    if let Some(parts) = parts.get_mut(at) {
                        parts.push((order, number));
                    }
                }
            } else if self.told.insert(number) {
                self.verdicts.push(Verdict::open(number));
            }
        }
        for (verdict, mut parts) in self.verdicts.iter_mut().zip(parts) {
            if verdict.change.is_some() {
                parts.sort_unstable();
                verdict.broken = parts.into_iter().map(|(_, number)| number).collect();
            } else {
                verdict.broken.retain(|number| !mended.contains(number));
            }
        }
        self.take_along(system);
        self.verdicts.retain(|verdict| !verdict.broken.is_empty());
        self.verdicts
    }

    /// The verdicts whose changes mend a relation: those that do it alone, else all that have a part in
    /// it; and whether they do it alone.
    fn menders(&self, system: &System<'_, '_>, constraint: u32) -> SmallVec<[(usize, bool); 2]> {
        let mut parts: SmallVec<[(usize, i128); 4]> = SmallVec::new();
        if system.violated(constraint) {
            return SmallVec::new();
        }
        for (cell, coefficient) in system.members(constraint) {
            let Some((at, settled)) = self.owner.get(cell).copied().zip(system.settled(*cell))
            else {
                continue;
            };
            let part = i128::from(*coefficient) * (settled - system.value(*cell));
            match parts.iter_mut().find(|(other, _)| *other == at) {
                Some((_, sum)) => *sum += part,
                None => parts.push((at, part)),
            }
        }
        let initial = system.initial(constraint);
        let alone = |part: i128| !system.violates(constraint, initial + part);
        let any_alone = parts.iter().any(|(_, part)| alone(*part));
        parts
            .into_iter()
            .filter(|(_, part)| *part != 0 && (!any_alone || alone(*part)))
            .map(|(at, _)| (at, any_alone))
            .collect()
    }

    /// A change that mends nothing broken, and only follows from another one, is told with that.
    fn take_along(&mut self, system: &System<'_, '_>) {
        for _ in 0..MAX_DEPTH {
            let mut moved = false;
            for at in 0..self.verdicts.len() {
                let follows = self.verdicts.get(at).filter(|it| it.broken.is_empty());
                let Some((change, also)) =
                    follows.and_then(|it| Some((it.change?, it.also.clone())))
                else {
                    continue;
                };
                let leads = |cell: &u32| {
                    let other = self.owner.get(cell).copied().filter(|other| *other != at)?;
                    let verdict = self.verdicts.get(other)?;
                    (!verdict.broken.is_empty()).then_some(other)
                };
                let beside = system.touching(change.0).iter();
                let Some(other) = beside
                    .filter(|(constraint, _)| system.must(*constraint))
                    .flat_map(|(constraint, _)| system.members(*constraint))
                    .find_map(|(cell, _)| leads(cell))
                else {
                    continue;
                };
                moved = true;
                self.owner.insert(change.0, other);
                if let Some(verdict) = self.verdicts.get_mut(at) {
                    verdict.change = None;
                }
                if let Some(verdict) = self.verdicts.get_mut(other) {
                    verdict.also.push(change);
                    verdict.also.extend(also);
                }
            }
            if !moved {
                break;
            }
        }
    }
}

/// How a change's relations are ordered: those with its cell, equalities, those it mends alone, the
/// shortest.
type Order = (bool, bool, bool, usize);

impl System<'_, '_> {
    /// Both cells of a relation that says that one number stands twice, each with what the other
    /// says.
    fn both_ways(&self, judged: usize) -> Vec<Change> {
        let Some(constraint) = self.constraint_of(judged) else {
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
        let members = self.constraint_of(judged);
        let members = members.map_or(&[][..], |constraint| self.members(constraint));
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
            let Some(constraint) = system.constraint_of(*judged) else {
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
