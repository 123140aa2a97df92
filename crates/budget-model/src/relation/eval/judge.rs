//! One instance: its sides added up, its condition judged.

use super::{
    policy::{Side, compare},
    *,
};

impl<'p> Walker<'_, '_, 'p> {
    pub(super) fn judge(&mut self, cond: &BoundCond<'_>, binding: &Binding) -> Judged {
        match cond {
            BoundCond::Relation { lhs, op, rhs } => self.relation(lhs, *op, rhs, binding),
            BoundCond::Empty(cells) => self.cells(cells, binding, true),
            BoundCond::Filled(cells) => self.cells(cells, binding, false),
            BoundCond::Settled(outcome, why) => self.plain(*outcome, *why, binding),
            BoundCond::Implies(a, b) => {
                let first = self.judge(a, binding);
                match truth(first.outcome) {
                    // What is told and mended is the consequence.
                    Some(true) => {
                        self.out.arena.truncate(first.operands.start as usize);
                        self.judge(b, binding)
                    }
                    Some(false) => Judged {
                        outcome: Outcome::NotApplicable,
                        why: Some(Why::Condition),
                        op: None,
                        ..first
                    },
                    None => Judged { op: None, ..first },
                }
            }
            BoundCond::Iff(a, b) => {
                let first = self.judge(a, binding);
                let middle = to_u32(self.out.arena.len());
                let second = self.judge(b, binding);
                let (outcome, why) = match (truth(first.outcome), truth(second.outcome)) {
                    (Some(a), Some(b)) if a == b => (Outcome::Held, None),
                    (Some(_), Some(_)) => (Outcome::Broken, None),
                    (None, _) => (first.outcome, first.why),
                    (_, None) => (second.outcome, second.why),
                };
                Judged {
                    outcome,
                    why,
                    op: None,
                    middle,
                    operands: first.operands.start..to_u32(self.out.arena.len()),
                    ..first
                }
            }
        }
    }

    /// Conditions that are the same for every instance are judged once.
    pub(super) fn settle(&mut self, cond: BoundCond<'p>) -> BoundCond<'p> {
        match cond {
            BoundCond::Implies(condition, then) if condition.is_constant() => {
                let start = self.out.arena.len();
                let judged = self.judge(&condition, &Binding::NOTHING);
                self.out.arena.truncate(start);
                match truth(judged.outcome) {
                    Some(true) => self.settle(*then),
                    Some(false) => BoundCond::Settled(Outcome::NotApplicable, Some(Why::Condition)),
                    None => BoundCond::Settled(judged.outcome, judged.why),
                }
            }
            other => other,
        }
    }

    pub(super) fn plain(&self, outcome: Outcome, why: Option<Why>, binding: &Binding) -> Judged {
        let at = to_u32(self.out.arena.len());
        Judged {
            identity: NONE,
            outcome,
            why,
            binding: *binding,
            op: None,
            alternative: 0,
            operands: at..at,
            middle: at,
            left: 0,
            right: 0,
            tolerance: 0,
        }
    }

    /// `空`: no cell holds a number other than 0. `有数`: a cell holds a number.
    fn cells(&mut self, cells: &BoundCells<'_>, binding: &Binding, empty: bool) -> Judged {
        let mut found = Vec::new();
        let missing = match cells {
            BoundCells::Table(Ok(cells)) => {
                found.extend_from_slice(cells);
                None
            }
            BoundCells::Table(Err(why)) => Some(*why),
            BoundCells::Path(path) => self.path_cells(path, binding, &mut found).err(),
        };
        if let Some(why) = missing {
            let outcome = why.outcome();
            return self.plain(outcome, Some(why), binding);
        }
        let mut judged = self.plain(Outcome::Held, None, binding);
        let state = |cell: &u32| self.index.value(*cell).map(|val| (val.state, val));
        let holds = |cell: &u32| match state(cell) {
            Some((State::Number, val)) => !empty || val.value != 0,
            // A derived cell is there to hold a number.
            Some((State::Failed, val)) => val.derived && !empty,
            _ => false,
        };
        let any = |wanted: State| {
            found
                .iter()
                .any(|cell| state(cell).is_some_and(|(s, _)| s == wanted))
        };
        let filled: Vec<u32> = found.iter().copied().filter(holds).collect();
        if any(State::Hole) {
            judged.outcome = Outcome::Waiting;
        } else if filled.is_empty() && any(State::Lost) {
            judged.outcome = Outcome::Unknown;
            judged.why = Some(Why::Lost);
        } else if filled.is_empty() != empty {
            judged.outcome = Outcome::Broken;
        } else if empty && any(State::Failed) {
            judged.outcome = Outcome::Unknown;
            judged.why = Some(Why::NotEvaluated);
        }
        let shown = if filled.is_empty() { &found } else { &filled };
        let shown = shown.get(..shown.len().min(8)).unwrap_or_default();
        self.out.arena.extend(shown.iter().map(|cell| Operand {
            cell: *cell,
            negative: false,
        }));
        judged.operands.end = to_u32(self.out.arena.len());
        judged.middle = judged.operands.end;
        judged
    }

    /// The cells of a path; a row that the template lets be left out, and columns of a range that
    /// aren't printed, hold nothing.
    fn path_cells(
        &mut self,
        path: &BoundRef<'_>,
        binding: &Binding,
        out: &mut Vec<u32>,
    ) -> Result<(), Why> {
        path.group?;
        let columns = match &path.columns {
            Ok(columns) => columns,
            Err(Absent::Missing(Why::NoColumn)) if path.is_range() => return Ok(()),
            Err(Absent::Missing(why)) => return Err(*why),
            Err(Absent::Optional) => return Ok(()),
        };
        let mut rows = std::mem::take(&mut self.rows);
        let mut spare = std::mem::take(&mut self.spare);
        let found = path.rows(self.index, binding, &mut rows, &mut spare);
        for &row in &rows {
            out.extend(columns.iter().filter_map(|key| self.index.at(row, *key)));
        }
        self.rows = rows;
        self.spare = spare;
        match found {
            Err(Absent::Missing(why)) => Err(why),
            Ok(()) | Err(Absent::Optional) => Ok(()),
        }
    }

    fn relation(
        &mut self,
        lhs: &[BoundTerm<'_>],
        op: Comparison,
        rhs: &[Vec<BoundTerm<'_>>],
        binding: &Binding,
    ) -> Judged {
        let start = to_u32(self.out.arena.len());
        let left = self.side(lhs, binding);
        let middle = to_u32(self.out.arena.len());
        let mut best: Option<Judged> = None;
        for (number, side) in (0..).zip(rhs) {
            self.out.arena.truncate(middle as usize);
            let right = self.side(side, binding);
            let policy = self.index.document.tolerance;
            let decimals = self.index.step.has_decimals;
            let (outcome, why, tolerance) = compare(&left, op, &right, decimals, policy);
            let judged = Judged {
                identity: NONE,
                outcome,
                why,
                binding: *binding,
                op: Some(op),
                alternative: number,
                operands: start..to_u32(self.out.arena.len()),
                middle,
                left: left.sum,
                right: right.sum,
                tolerance,
            };
            let good = matches!(outcome, Outcome::Held | Outcome::Rounding);
            if good {
                return judged;
            }
            // Of alternatives that could be judged the nearest is told.
            let difference = |judged: &Judged| (judged.left - judged.right).abs();
            let better = best.as_ref().is_none_or(|best| {
                outcome == Outcome::Broken
                    && (best.outcome != Outcome::Broken || difference(&judged) < difference(best))
            });
            if better {
                best = Some(judged);
            }
        }
        match best {
            Some(best) => {
                // Its operands may have been overwritten by a later alternative.
                self.out.arena.truncate(middle as usize);
                if let Some(side) = rhs.get(best.alternative as usize) {
                    self.side(side, binding);
                }
                best
            }
            None => self.plain(Outcome::NotApplicable, Some(Why::AllEmpty), binding),
        }
    }

    pub(super) fn side(&mut self, terms: &[BoundTerm<'_>], binding: &Binding) -> Side {
        let mut side = Side::default();
        let mut rows = std::mem::take(&mut self.rows);
        let mut spare = std::mem::take(&mut self.spare);
        for term in terms {
            match &term.kind {
                BoundKind::Constant(value) => {
                    side.present += 1;
                    side.constants = true;
                    side.add_constant(*value, term.negative);
                }
                BoundKind::Ref(path) => {
                    let columns = match &path.columns {
                        Ok(columns) => columns,
                        Err(Absent::Optional) => {
                            side.optional = true;
                            continue;
                        }
                        Err(Absent::Missing(why)) => {
                            let why = path.group.err().unwrap_or(*why);
                            side.missing = side.missing.or(Some(why));
                            continue;
                        }
                    };
                    match path.rows(self.index, binding, &mut rows, &mut spare) {
                        Ok(()) => {}
                        Err(Absent::Optional) => {
                            side.optional = true;
                            continue;
                        }
                        Err(Absent::Missing(why)) => {
                            if why == Why::NoRow && path.by_code() {
                                side.lacks = Some(path.table);
                            }
                            side.missing = side.missing.or(Some(why));
                            continue;
                        }
                    }
                    side.present += 1;
                    for &row in &rows {
                        for &key in columns {
                            if let Some(cell) = self.index.at(row, key) {
                                self.add(&mut side, cell, term.negative);
                            }
                        }
                    }
                    if let ([row], [_]) = (rows.as_slice(), columns.as_slice()) {
                        side.idle = self
                            .index
                            .row(*row)
                            .is_some_and(|row| row.role == RowRole::Subtotal);
                    }
                }
                BoundKind::Count(path) => {
                    match path.rows(self.index, binding, &mut rows, &mut spare) {
                        Ok(()) => {
                            side.present += 1;
                            side.constants = true;
                            let columns = path.columns.as_ref().ok();
                            let counted = rows.iter().filter(|row| {
                                columns.is_none_or(|columns| {
                                    columns.iter().any(|key| {
                                        self.index
                                            .at(**row, *key)
                                            .and_then(|cell| self.index.value(cell))
                                            .is_some_and(|val| val.value != 0)
                                    })
                                })
                            });
                            let count = crate::Amount::from_count(counted.count());
                            side.add_constant(self.index.constant(count), term.negative);
                        }
                        Err(Absent::Optional) => side.optional = true,
                        Err(Absent::Missing(why)) => side.missing = Some(why),
                    }
                }
            }
        }
        self.rows = rows;
        self.spare = spare;
        side
    }

    fn add(&mut self, side: &mut Side, cell: u32, negative: bool) {
        let Some(val) = self.index.value(cell) else {
            return;
        };
        side.cells += 1;
        match val.state {
            State::Empty => {}
            State::Number => {
                // Cells are at most 10^28 and there are fewer than 2^32 of them.
                if negative {
                    side.sum -= val.value;
                } else {
                    side.sum += val.value;
                }
                side.half += i128::from(val.half);
                side.numbers += 1;
                side.most = side.most.max(val.decimals);
            }
            State::Hole => side.waiting = true,
            State::Text => side.unknown = side.unknown.or(Some(Why::NotANumber)),
            State::Failed => side.unknown = side.unknown.or(Some(Why::NotEvaluated)),
            State::Lost => side.unknown = side.unknown.or(Some(Why::Lost)),
        }
        self.out.arena.push(Operand { cell, negative });
    }

    /// A code with money on one side only is a row missing on the other.
    pub(super) fn record_lack(&mut self, identity: u32, cond: &BoundCond<'_>, binding: &Binding) {
        let BoundCond::Relation { lhs, op, rhs } = cond else {
            return;
        };
        let [rhs] = rhs.as_slice() else { return };
        let start = self.out.arena.len();
        let left = self.side(lhs, binding);
        let middle = self.out.arena.len();
        let right = self.side(rhs, binding);
        let there = |side: &Side| {
            side.missing.is_none() && side.present > 0 && side.numbers > 0 && side.sum != 0
        };
        let lack = match (left.lacks, right.lacks) {
            (None, Some(table)) if *op != Comparison::AtLeast && there(&left) => {
                Some((table, start..middle))
            }
            (Some(table), None) if *op != Comparison::AtMost && there(&right) => {
                Some((table, middle..self.out.arena.len()))
            }
            _ => None,
        };
        if let Some((table, range)) = lack
            && let Some(code) = self.code_of(binding)
            && self.lists_level(table, code)
        {
            let present = self.out.arena.get(range).unwrap_or_default();
            let present = present
                .iter()
                .map(|operand| operand.cell)
                .filter(|cell| self.index.value(*cell).is_some_and(|val| val.value != 0))
                .collect();
            self.out.lacks.push(Lack {
                identity,
                code,
                table,
                present,
            });
        }
        self.out.arena.truncate(start);
    }

    /// Whether a table lists codes of that level, and none below this code: only then is the code's
    /// row missing, not its level left out.
    fn lists_level(&self, table: u32, code: u32) -> bool {
        let text = |code: u32| self.index.codes.get(code as usize).map_or("", |it| &**it);
        let wanted = text(code);
        let mut level = false;
        let groups = self.index.table_groups.get(table as usize).cloned();
        for group in groups.unwrap_or_default() {
            for &other in self.index.groups.get(group).map_or(&[][..], |g| &g.codes) {
                let other = text(other);
                level |= other.len() == wanted.len();
                if other.len() > wanted.len() && other.starts_with(wanted) {
                    return false;
                }
            }
        }
        level
    }

    fn code_of(&self, binding: &Binding) -> Option<u32> {
        let code = if binding.code != NONE {
            binding.code
        } else {
            self.index.row(binding.row)?.code
        };
        (code != NONE).then_some(code)
    }
}
