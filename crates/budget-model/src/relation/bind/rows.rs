//! Which rows a path means, step by step.

use super::*;

/// Rows that may hold amounts.
pub(crate) fn holds_amounts(row: &RowIndex) -> bool {
    !matches!(
        row.role,
        RowRole::ColumnNumbers | RowRole::RepeatedHeader | RowRole::Blank
    )
}

/// Whether several rows of one code stand where one is meant: not its projects, not one in each
/// segment. Rows of a code lie together by segment.
fn stand_for_one(index: &Index<'_>, rows: &[u32]) -> bool {
    rows.windows(2).any(|pair| {
        let (Some(a), Some(b)) = (
            pair.first().and_then(|row| index.row(*row)),
            pair.last().and_then(|row| index.row(*row)),
        ) else {
            return false;
        };
        (a.code, a.segment) == (b.code, b.segment)
            && a.code != NONE
            && a.project == NONE
            && b.project == NONE
    })
}

impl Index<'_> {
    /// The cell of a row in a column.
    pub(crate) fn at(&self, row: u32, key: ColumnKey) -> Option<u32> {
        let row = self.row(row)?;
        let grid = self.grids.get(row.grid as usize)?;
        let column = match key {
            ColumnKey::Spec(spec) => grid.column(spec)?,
            ColumnKey::Own(own, column) if own == row.grid => column,
            ColumnKey::Own(..) => return None,
        };
        grid.cell(row.local, column)
    }

    /// A row whose code is still to be filled in: it may be that of any code that has none.
    fn blank(&self, group: u32) -> Option<u32> {
        self.group(group)?.blank
    }

    /// A sum over rows waits for such a row.
    pub(crate) fn add_blank(&self, group: u32, rows: &mut Vec<u32>) {
        if let Some(blank) = self
            .blank(group)
            .filter(|it| !rows.is_empty() && !rows.contains(it))
        {
            rows.push(blank);
        }
    }
}

impl BoundRef<'_> {
    pub(super) fn is_constant(&self) -> bool {
        let varies = |step: &Step| {
            matches!(
                step,
                Step::Account | Step::Row | Step::Segment | Step::Project
            )
        };
        !self.steps.iter().any(varies)
    }

    /// Whether it is a sum over columns.
    pub(crate) fn is_range(&self) -> bool {
        self.range
    }

    /// Whether rows can be missing because a code isn't there.
    pub(crate) fn by_code(&self) -> bool {
        self.first_is_account
    }

    /// Collects the rows that the path means into `out`.
    pub(crate) fn rows(
        &self,
        index: &Index<'_>,
        binding: &Binding,
        out: &mut Vec<u32>,
        spare: &mut Vec<u32>,
    ) -> Result<(), Absent> {
        out.clear();
        let group = self.group.map_err(Absent::Missing)?;
        let lost = self.lost;
        let mut started = false;
        if let Some(first) = &self.first {
            out.extend_from_slice(first);
            started = true;
            if self.first_is_account {
                self.effective(index, out, self.steps.first());
            }
            if self.first_is_account && stand_for_one(index, out) {
                return Err(Absent::Missing(Why::Ambiguous));
            }
            if self.first_is_account && out.is_empty() {
                out.extend(index.blank(group));
            }
            if out.is_empty() {
                return Err(if self.optional && !lost.any() {
                    Absent::Optional
                } else if lost.rows || lost.totals {
                    Absent::Missing(Why::Lost)
                } else {
                    Absent::Missing(Why::NoRow)
                });
            }
        }
        for (number, step) in self.steps.iter().enumerate() {
            let next = self.steps.get(number + 1);
            std::mem::swap(out, spare);
            out.clear();
            let before = started.then_some(spare.as_slice());
            let over_rows = self.step(index, binding, group, step, next, before, out);
            started = true;
            if over_rows {
                index.add_blank(group, out);
            }
            if matches!(step, Step::Account | Step::Code(_)) && out.is_empty() {
                out.extend(index.blank(group));
            }
            if matches!(step, Step::Account | Step::Code(_) | Step::Row)
                && stand_for_one(index, out)
            {
                return Err(Absent::Missing(Why::Ambiguous));
            }
            if lost.rows && (over_rows || out.is_empty()) {
                return Err(Absent::Missing(if lost.apart {
                    Why::Apart
                } else {
                    Why::Lost
                }));
            }
            if out.is_empty() {
                return Err(Absent::Missing(Why::NoRow));
            }
        }
        if !started {
            // A table of one unlabelled row has no row in its path.
            let rows = index.group(group).map_or(&[][..], |group| &group.rows);
            out.extend(
                rows.iter()
                    .copied()
                    .filter(|row| index.row(*row).is_some_and(holds_amounts)),
            );
            if out.len() != 1 {
                let why = if lost.rows { Why::Lost } else { Why::NoRow };
                return Err(Absent::Missing(why));
            }
        }
        Ok(())
    }

    /// Where a code has its own row, its project rows don't stand for it, unless they are asked for.
    fn effective(&self, index: &Index<'_>, rows: &mut Vec<u32>, next: Option<&Step>) {
        let projects = matches!(next, Some(Step::All | Step::Project));
        if projects {
            let is_project = |row: &u32| index.row(*row).is_some_and(|row| row.project != NONE);
            if rows.iter().any(is_project) {
                rows.retain(is_project);
            }
        } else {
            rows.retain(|row| index.row(*row).is_some_and(|row| row.effective));
        }
    }

    /// One step; says whether the result is a sum over rows, any of which may be lost.
    #[allow(clippy::too_many_arguments)]
    fn step(
        &self,
        index: &Index<'_>,
        binding: &Binding,
        group: u32,
        step: &Step,
        next: Option<&Step>,
        before: Option<&[u32]>,
        out: &mut Vec<u32>,
    ) -> bool {
        let all = || index.group(group).map_or(&[][..], |group| &group.rows);
        let segment_of = |row: u32| index.row(row).map_or(NONE, |row| row.segment);
        let in_segment = |row: &u32| match (before, binding.segment) {
            (Some(heads), _) => heads.contains(&segment_of(*row)),
            (None, Some(segment)) if binding.group == group => segment_of(*row) == segment,
            _ => true,
        };
        match step {
            Step::Account => {
                let rows = index.code_rows(group, binding.code);
                out.extend(rows.iter().copied().filter(in_segment));
                let many = out.len() > 1;
                self.effective(index, out, next);
                many && out.len() > 1
            }
            Step::Code(code) => {
                if let Some(code) = index.code_id(code) {
                    let rows = index.code_rows(group, code);
                    out.extend(rows.iter().copied().filter(in_segment));
                    self.effective(index, out, next);
                }
                out.len() > 1
            }
            Step::Row => {
                if binding.group == group {
                    out.push(binding.row);
                } else if let Some(row) = index.row(binding.row) {
                    if row.code != NONE {
                        out.extend_from_slice(index.code_rows(group, row.code));
                        self.effective(index, out, next);
                    } else {
                        out.extend(all().iter().copied().filter(|other| {
                            index.row(*other).is_some_and(|other| {
                                other.role == row.role && row.role == RowRole::Total
                            })
                        }));
                    }
                }
                false
            }
            Step::Segment => {
                if let Some(segment) = binding.segment
                    && binding.group == group
                {
                    out.push(segment);
                }
                false
            }
            Step::Project => {
                let rows = index.project_rows.get(binding.project as usize);
                let here = |row: &u32| {
                    index.row(*row).is_some_and(|row| {
                        index
                            .grids
                            .get(row.grid as usize)
                            .is_some_and(|grid| grid.group == group)
                            && before.is_none_or(|before| {
                                before
                                    .iter()
                                    .any(|b| index.row(*b).is_some_and(|b| b.code == row.code))
                            })
                    })
                };
                out.extend(rows.into_iter().flatten().copied().filter(here));
                true
            }
            Step::Spec(spec) => {
                out.extend(
                    index
                        .named_rows(group, *spec)
                        .iter()
                        .copied()
                        .filter(in_segment),
                );
                false
            }
            Step::Label(_) => false,
            Step::Children => {
                match before {
                    Some(rows) => {
                        for row in rows {
                            out.extend_from_slice(index.children(*row));
                        }
                    }
                    None => out.extend(top_rows(index, all())),
                }
                true
            }
            Step::Level(level) => {
                level_rows(index, all(), *level, before, out);
                true
            }
            Step::Segments => {
                out.extend(all().iter().copied().filter(|row| {
                    index
                        .row(*row)
                        .is_some_and(|row| row.role == RowRole::SegmentHead)
                }));
                true
            }
            Step::All => {
                match before {
                    // `effective` left the project rows, or the own row where there are none.
                    Some(rows) => out.extend_from_slice(rows),
                    // The finest rows: what the others are sums of.
                    None => out.extend(all().iter().copied().filter(|row| {
                        index.children(*row).is_empty()
                            && index.row(*row).is_some_and(|row| {
                                matches!(row.role, RowRole::Account | RowRole::Detail)
                            })
                    })),
                }
                true
            }
        }
    }
}

/// Rows that the others are below: no totals, no parent.
pub(crate) fn top_rows<'r>(
    index: &'r Index<'_>,
    rows: &'r [u32],
) -> impl Iterator<Item = u32> + 'r {
    rows.iter().copied().filter(|row| {
        index.row(*row).is_some_and(|row| {
            row.parent == NONE
                && row.effective
                && matches!(row.role, RowRole::Account | RowRole::Detail)
        })
    })
}

/// The rows of a level. A row whose upper levels have no row counts with the classes, so that a
/// total over 类 misses nothing.
fn level_rows(
    index: &Index<'_>,
    rows: &[u32],
    level: Level,
    before: Option<&[u32]>,
    out: &mut Vec<u32>,
) {
    let code = |row: &RowIndex| index.codes.get(row.code as usize).map_or("", |it| &**it);
    for &number in rows {
        let Some(row) = index.row(number) else {
            continue;
        };
        if row.code == NONE || !row.effective {
            continue;
        }
        let orphan = level == Level::Class && row.parent == NONE;
        if row.level != Some(level) && !orphan {
            continue;
        }
        let below = before.is_none_or(|before| {
            before.iter().any(|head| {
                index.row(*head).is_some_and(|above| match above.role {
                    RowRole::SegmentHead => row.segment == *head,
                    _ => above.code != NONE && code(row).starts_with(code(above)),
                })
            })
        });
        if below {
            out.push(number);
        }
    }
}
