//! What an identity ranges over: its tables, and in these the columns, rows, codes or projects of its binders.

use budget_catalog::template::RowRole;
use budget_syntax::expr::Level;
use smallvec::{SmallVec, smallvec};

use super::*;

/// The groups of a table; of one of its grids, if that is given.
fn groups_of(index: &Index<'_>, table: u32, grid: Option<usize>) -> impl Iterator<Item = u32> {
    let all = index.table_groups.get(table as usize);
    let all = all.cloned().unwrap_or_default();
    let all = all.filter_map(|group| u32::try_from(group).ok());
    all.filter(move |group| {
        let is_one = || index.group(*group).is_some_and(|group| group.spec == grid);
        grid.is_none() || is_one()
    })
}

impl<'i, 'd, 'p> Walker<'i, 'd, 'p> {
    /// Calls `visit` for every instance of an identity; with the terms bound for its column.
    pub(crate) fn each_binding(
        &mut self,
        identity: &'p Compiled,
        visit: &mut dyn FnMut(&mut Self, &BoundCond<'p>, Binding),
    ) {
        for chosen in self.cases(identity) {
            self.over_domain(identity, chosen, visit);
        }
    }

    /// Forms stand several times: each is a case of its own.
    pub(super) fn cases(&self, identity: &Compiled) -> SmallVec<[Option<(usize, u32)>; 1]> {
        let several = match identity.specs.as_slice() {
            [one] => self.tables.get(*one).map(|all| (*one, all)),
            _ => None,
        };
        match several.filter(|(_, all)| all.len() > 1) {
            Some((spec, all)) => all.iter().map(|table| Some((spec, *table))).collect(),
            None => smallvec![None],
        }
    }

    /// Calls `visit` for every instance over one choice of tables.
    pub(super) fn over_domain(
        &mut self,
        identity: &'p Compiled,
        chosen: Option<(usize, u32)>,
        visit: &mut dyn FnMut(&mut Self, &BoundCond<'p>, Binding),
    ) {
        let index = self.index;
        let table_of = |walker: &Self, spec: usize| match chosen {
            Some((chosen, table)) if chosen == spec => Some(table),
            _ => walker.tables.get(spec).and_then(|all| all.first()).copied(),
        };
        let bind = |walker: &mut Self, domain: u32, column| {
            let tables = std::mem::take(&mut walker.tables);
            let scope = Scope {
                index,
                tables: &tables,
                chosen,
                domain,
                column,
            };
            let cond = BoundCond::new(&scope, &identity.body);
            walker.tables = tables;
            walker.settle(cond)
        };
        if identity.binders.is_empty() {
            let cond = bind(self, NONE, None);
            visit(self, &cond, Binding::NOTHING);
            return;
        }
        let Some(&(first, first_grid)) = identity.domains.first() else {
            return;
        };
        let Some(table) = table_of(self, first) else {
            self.skip(identity, Why::NoTable);
            return;
        };
        let groups: Vec<u32> = groups_of(index, table, first_grid).collect();
        if groups.is_empty() {
            let missing = index.missing(table);
            let why = match (missing.apart, missing.any()) {
                (true, _) => Why::Apart,
                (_, true) => Why::Lost,
                _ => Why::NoTable,
            };
            self.skip(identity, why);
            return;
        }
        // Codes range over all tables of the domain.
        let mut others = Vec::new();
        for &(spec, grid) in identity.domains.get(1..).unwrap_or_default() {
            let Some(table) = table_of(self, spec) else {
                self.skip(identity, Why::NoTable);
                return;
            };
            others.extend(groups_of(index, table, grid));
        }
        let over_columns = identity
            .binders
            .iter()
            .any(|binder| binder.variable == Variable::Column);
        let has_parts = identity
            .binders
            .iter()
            .any(|binder| binder.variable == Variable::Column && binder.has_children);
        for (number, &domain) in groups.iter().enumerate() {
            let columns: Vec<Option<ColumnKey>> = if over_columns {
                let scope = Scope {
                    index,
                    tables: &[],
                    chosen,
                    domain,
                    column: None,
                };
                let mut columns = scope.amount_columns(domain);
                if has_parts {
                    columns.retain(|column| !scope.parts(domain, *column).is_empty());
                }
                columns.into_iter().map(Some).collect()
            } else {
                vec![None]
            };
            let others = if number == 0 { others.as_slice() } else { &[] };
            for column in columns {
                let cond = bind(self, domain, column);
                let binding = Binding {
                    group: domain,
                    column,
                    ..Binding::NOTHING
                };
                self.over_rows(identity, &cond, domain, others, binding, visit);
            }
        }
    }

    /// Those of one column: over the rows, projects or codes of a group.
    fn over_rows(
        &mut self,
        identity: &'p Compiled,
        cond: &BoundCond<'p>,
        domain: u32,
        others: &[u32],
        binding: Binding,
        visit: &mut dyn FnMut(&mut Self, &BoundCond<'p>, Binding),
    ) {
        let index = self.index;
        let Some(group) = index.group(domain) else {
            return;
        };
        let find = |wanted: fn(&Variable) -> bool| {
            identity
                .binders
                .iter()
                .find(|b| wanted(&b.variable))
                .copied()
        };
        let account = find(|v| matches!(v, Variable::Account(_)));
        let segments: Vec<Option<u32>> = match find(|v| *v == Variable::Segment) {
            Some(_) => group
                .rows
                .iter()
                .filter(|row| {
                    index
                        .row(**row)
                        .is_some_and(|row| row.role == RowRole::SegmentHead)
                })
                .map(|row| Some(*row))
                .collect(),
            None => vec![None],
        };
        if let Some(binder) = find(|v| *v == Variable::Row) {
            for &row in &group.rows {
                let fits = index
                    .row(row)
                    .is_some_and(|at| holds_amounts(at) && at.role != RowRole::None)
                    && (!binder.has_children || !index.children(row).is_empty());
                if fits {
                    visit(self, cond, Binding { row, ..binding });
                }
            }
            return;
        }
        if find(|v| *v == Variable::Project).is_some() {
            for project in 0..u32::try_from(index.projects.len()).unwrap_or(NONE) {
                let here = index
                    .project_rows
                    .get(project as usize)
                    .is_some_and(|rows| {
                        rows.iter().any(|row| {
                            index
                                .row(*row)
                                .and_then(|row| index.grids.get(row.grid as usize))
                                .is_some_and(|grid| grid.group == domain)
                        })
                    });
                if here {
                    visit(self, cond, Binding { project, ..binding });
                }
            }
            return;
        }
        let Some(binder) = account else {
            for segment in segments {
                visit(self, cond, Binding { segment, ..binding });
            }
            return;
        };
        let Variable::Account(level) = binder.variable else {
            return;
        };
        // A code by segment where one segmented table is meant.
        if group.segmented && others.is_empty() {
            let mut last = None;
            let wanted = segments.iter().flatten().copied().collect::<Vec<u32>>();
            for &code in &group.codes {
                for &row in index.code_rows(domain, code) {
                    let Some(at) = index.row(row) else { continue };
                    if last == Some((code, at.segment))
                        || (!wanted.is_empty() && !wanted.contains(&at.segment))
                    {
                        continue;
                    }
                    last = Some((code, at.segment));
                    let binding = Binding {
                        code,
                        segment: Some(at.segment),
                        ..binding
                    };
                    if self.fits(&[domain], code, at.segment, level, binder.has_children) {
                        visit(self, cond, binding);
                    }
                }
            }
            return;
        }
        self.stamp += 1;
        let stamp = self.stamp;
        let mut all = vec![domain];
        all.extend_from_slice(others);
        for &number in &all {
            let Some(group) = index.group(number) else {
                continue;
            };
            for &code in &group.codes {
                match self.seen_codes.get_mut(code as usize) {
                    Some(seen) if *seen != stamp => *seen = stamp,
                    _ => continue,
                }
                if self.fits(&all, code, NONE, level, binder.has_children) {
                    visit(self, cond, Binding { code, ..binding });
                }
            }
        }
    }

    /// Whether a code is one that a binder means: of its level, in its segment, with children.
    fn fits(
        &self,
        groups: &[u32],
        code: u32,
        segment: u32,
        level: Option<Level>,
        has_children: bool,
    ) -> bool {
        if level.is_none() && segment == NONE && !has_children {
            return true;
        }
        groups.iter().any(|group| {
            self.index.code_rows(*group, code).iter().any(|row| {
                self.index.row(*row).is_some_and(|at| {
                    (level.is_none() || at.level == level)
                        && (segment == NONE || at.segment == segment)
                }) && (!has_children || !self.index.children(*row).is_empty())
            })
        })
    }
}
