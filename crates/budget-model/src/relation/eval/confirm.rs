//! Identities that a generic template can't be sure of: a table must bear them out.

use rustc_hash::FxHashMap;

use super::*;

/// Longest list that is looked through for levels that nothing marks.
const LONGEST_LIST: usize = 200;

/// Instances of one table, or of one column of it.
#[derive(Clone, Copy, Default)]
struct Count {
    held: u32,
    broken: u32,
}

impl Count {
    /// One number may be wrong, which breaks as many as `each`, or a fifth of many.
    fn is_confirmed(self, each: u32) -> bool {
        self.held >= self.broken.min(each).max(1)
            && (self.broken <= each || self.broken.saturating_mul(4) <= self.held)
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
        let by_code = identity
            .binders
            .iter()
            .any(|binder| matches!(binder.variable, Variable::Account(_)));
        // A sum of a column is one instance: all columns of the table tell.
        let place = |binding: &Binding| {
            let column = binding.column.filter(|_| by_row || by_code);
            (binding.group, column)
        };
        // A number of a middle level is a sum and a part of one.
        let each = if by_code { 2 } else { 1 };
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
                Outcome::Broken if !self.is_left_out(judged) => count.broken += 1,
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
            let left_out = always && self.is_left_out(judged);
            if always && !by_row && !left_out && self.is_plain_list(judged) {
                continue;
            }
            if judged.outcome != Outcome::Broken
                || (!left_out && counts.get(&at).is_none_or(|count| count.is_confirmed(each)))
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

    /// Whether the sum is left empty: no sum is meant (of prices, say).
    fn is_left_out(&self, judged: &Judged) -> bool {
        let left = judged.operands.start as usize..judged.middle as usize;
        let left = self.out.arena.get(left).unwrap_or_default();
        let empty = |operand: &Operand| {
            let val = self.index.value(operand.cell);
            val.is_some_and(|val| val.state == State::Empty)
        };
        left.iter().all(empty)
    }

    /// Whether a sum is over a list without levels: no number of it is the sum of those that follow,
    /// as it would be were they its parts. The total of such a list is the sum of all.
    fn is_plain_list(&self, judged: &Judged) -> bool {
        let right = judged.middle as usize..judged.operands.end as usize;
        let right = self.out.arena.get(right).unwrap_or_default();
        let values: Vec<i128> = right
            .iter()
            .filter_map(|operand| self.index.value(operand.cell))
            .filter(|val| val.state == State::Number && val.value != 0)
            .map(|val| val.value)
            .collect();
        let heads = |at: usize, value: i128| {
            let rest = values.get(at + 1..).unwrap_or_default();
            let mut sums = rest.iter().scan(0_i128, |sum, next| {
                *sum += next;
                Some(*sum)
            });
            sums.any(|sum| sum == value)
        };
        (2..=LONGEST_LIST).contains(&values.len())
            && !values
                .iter()
                .enumerate()
                .any(|(at, value)| heads(at, *value))
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
