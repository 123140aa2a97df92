//! Identities that a generic template can't be sure of: a table must bear them out.

use rustc_hash::FxHashMap;

use super::*;

/// Instances of one table, or of one column of it.
#[derive(Clone, Copy, Default)]
struct Count {
    held: u32,
    broken: u32,
}

impl Count {
    /// One number may be wrong, or a fifth of many.
    fn is_confirmed(self) -> bool {
        self.held > 0 && (self.broken <= 1 || self.broken.saturating_mul(4) <= self.held)
    }
}

impl<'p> Walker<'_, '_, 'p> {
    /// Broken instances among those kept from `start` on become unknown where most of the table
    /// doesn't hold either.
    pub(super) fn confirm(&mut self, identity: &'p Compiled, start: usize) {
        let always = identity.confirm == Confirm::Always;
        let by_row = identity
            .binders
            .iter()
            .any(|binder| binder.variable == Variable::Row);
        let place = |binding: &Binding| {
            let column = binding.column.filter(|_| by_row || !always);
            (binding.group, column)
        };
        let mut counts: FxHashMap<(u32, Option<ColumnKey>), Count> = FxHashMap::default();
        let new = self.out.kept.get(start..).unwrap_or_default();
        if !new.iter().any(|judged| judged.outcome == Outcome::Broken) {
            return;
        }
        for judged in new {
            let count = counts.entry(place(&judged.binding)).or_default();
            match judged.outcome {
                // Sums of nothing tell nothing.
                Outcome::Held | Outcome::Rounding if judged.left != 0 => count.held += 1,
                Outcome::Broken => count.broken += 1,
                _ => {}
            }
        }
        let mut known: FxHashMap<(u32, Option<ColumnKey>), bool> = FxHashMap::default();
        for number in start..self.out.kept.len() {
            let Some(judged) = self.out.kept.get(number) else {
                break;
            };
            let binding = judged.binding;
            let at = place(&binding);
            if judged.outcome != Outcome::Broken
                || counts.get(&at).is_none_or(|count| count.is_confirmed())
                || (!always
                    && *known
                        .entry(at)
                        .or_insert_with(|| self.is_known(binding, by_row)))
            {
                continue;
            }
            if let Some(judged) = self.out.kept.get_mut(number) {
                judged.outcome = Outcome::Unknown;
                judged.why = Some(Why::Unconfirmed);
                for (outcome, more) in [(Outcome::Broken, false), (Outcome::Unknown, true)] {
                    if let Some(count) = self.out.counts.get_mut(outcome as usize) {
                        *count = if more {
                            count.saturating_add(1)
                        } else {
                            count.saturating_sub(1)
                        };
                    }
                }
            }
        }
    }

    /// Whether the template knows the column, or for a sum over columns that its parts are one's.
    fn is_known(&self, binding: Binding, by_row: bool) -> bool {
        let Some(column) = binding.column else {
            return false;
        };
        if !by_row {
            return matches!(column, ColumnKey::Spec(_));
        }
        let scope = Scope {
            index: self.index,
            tables: &[],
            chosen: None,
            domain: binding.group,
            column: None,
        };
        scope.is_known_sum(binding.group, &scope.parts(binding.group, column))
    }
}
