//! Walks the instances of every identity and judges each on the intervals of its printed numbers.

mod confirm;
mod judge;
mod policy;
mod units;

use std::{ops::Range, sync::Arc};

use budget_catalog::template::{Confirm, RowRole};
use budget_syntax::expr::{Comparison, Level};
use smallvec::{SmallVec, smallvec};

use super::{
    Collect, Ledger, Outcome, Why,
    bind::{
        Absent, Binding, BoundCells, BoundCond, BoundKind, BoundRef, BoundTerm, ColumnKey, Scope,
        holds_amounts,
    },
    index::{Index, NONE, State},
    plan::{Compiled, Plan, Variable, specs_of},
};

pub(crate) use units::{Again, End, Walked};

/// A cell in a relation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Operand {
    pub(crate) cell: u32,
    pub(crate) negative: bool,
}

/// A judged instance, in common steps.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Judged {
    /// Index into the plan's identities.
    pub(crate) identity: u32,
    pub(crate) outcome: Outcome,
    pub(crate) why: Option<Why>,
    pub(crate) binding: Binding,
    /// The comparison; none for conditions on conditions.
    pub(crate) op: Option<Comparison>,
    /// The alternative that was judged.
    pub(crate) alternative: u16,
    /// Operands in the arena: left, then right.
    pub(crate) operands: Range<u32>,
    pub(crate) middle: u32,
    pub(crate) left: i128,
    pub(crate) right: i128,
    /// Largest difference that rounding explains.
    pub(crate) tolerance: i128,
}

/// A code that one side has and the other lacks.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Lack {
    pub(crate) identity: u32,
    pub(crate) code: u32,
    pub(crate) table: u32,
    pub(crate) present: Vec<u32>,
}

/// What the walk leaves.
#[derive(Debug, Default)]
pub(crate) struct Judgements {
    pub(crate) counts: [u32; 6],
    /// Those that compare numbers; all of them if asked for.
    pub(crate) kept: Vec<Judged>,
    pub(crate) arena: Vec<Operand>,
    /// The tables of those that wait or could not be decided.
    pub(crate) undecided: Vec<(u32, Outcome)>,
    pub(crate) lacks: Vec<Lack>,
}

pub(crate) struct Walker<'i, 'd, 'p> {
    index: &'i Index<'d>,
    plan: &'p Plan,
    tables: Vec<Vec<u32>>,
    collect: Collect,
    /// What an earlier version left.
    again: Option<Again<'i>>,
    /// Where each piece of the walk ends.
    ends: Vec<End>,
    /// A piece came to something else than in the earlier version.
    changed: bool,
    /// Cells of instances that compare nothing are kept too.
    all_operands: bool,
    pub(crate) out: Judgements,
    rows: Vec<u32>,
    spare: Vec<u32>,
    seen_codes: Vec<u32>,
    stamp: u32,
}

/// Tables of the document for each of the template's, workings left out.
pub(crate) fn tables_by_spec(index: &Index<'_>) -> Vec<Vec<u32>> {
    let mut tables = vec![Vec::new(); index.document.template.tables.len()];
    let any = index.document.template.any_table();
    for (number, table) in (0..).zip(&index.document.tables) {
        if table.working {
            continue;
        }
        let read_as = table.spec.or(table.reading);
        if let Some(slot) = read_as.and_then(|spec| tables.get_mut(spec)) {
            slot.push(number);
        }
        if let Some(slot) = any.and_then(|any| tables.get_mut(any))
            && read_as.is_some_and(|spec| Some(spec) != any)
        {
            slot.push(number);
        }
    }
    tables
}

impl<'i, 'd, 'p> Walker<'i, 'd, 'p> {
    pub(crate) fn new(index: &'i Index<'d>, plan: &'p Plan, collect: Collect) -> Self {
        Self {
            index,
            plan,
            tables: tables_by_spec(index),
            collect,
            again: None,
            ends: Vec::new(),
            changed: false,
            all_operands: false,
            out: Judgements::default(),
            rows: Vec::new(),
            spare: Vec::new(),
            seen_codes: vec![0; index.codes.len()],
            stamp: 0,
        }
    }

    /// Judges every identity, with what an earlier version left. Says where each piece of the walk ends, and what is
    /// said of all tables if that was said before.
    pub(crate) fn run(
        mut self,
        again: Option<Again<'i>>,
    ) -> (Judgements, Vec<End>, Option<Arc<Ledger>>) {
        if let Some(again) = &again {
            self.out = again.room();
        }
        self.again = again;
        self.run_those(&|_| true);
        let ledger = self.ledger();
        (self.out, self.ends, ledger)
    }

    /// Judges the identities that may be about some tables of the template, each instance with its
    /// cells, however it ended.
    pub(crate) fn run_about(mut self, specs: &[usize]) -> Judgements {
        self.all_operands = true;
        self.run_those(&|identity| is_about(identity, specs));
        self.out
    }

    fn run_those(&mut self, wanted: &dyn Fn(&Compiled) -> bool) {
        let plan = self.plan;
        let identities = (0..).zip(&plan.identities);
        for (number, identity) in identities.filter(|(_, identity)| wanted(identity)) {
            let start = self.out.kept.len();
            for chosen in self.cases(identity) {
                self.piece(chosen, identity, |walker| {
                    walker.over_domain(identity, chosen, &mut |walker, cond, binding| {
                        walker.instance(number, cond, binding);
                    });
                });
            }
            if identity.confirm != Confirm::Never {
                self.confirm(identity, start);
            }
        }
    }

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
    fn cases(&self, identity: &Compiled) -> SmallVec<[Option<(usize, u32)>; 1]> {
        let several = match identity.specs.as_slice() {
            [one] => self.tables.get(*one).map(|all| (*one, all)),
            _ => None,
        };
        match several.filter(|(_, all)| all.len() > 1) {
            Some((spec, all)) => all.iter().map(|table| Some((spec, *table))).collect(),
            None => smallvec![None],
        }
    }

    fn over_domain(
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
        let groups = index
            .table_groups
            .get(table as usize)
            .cloned()
            .unwrap_or_default();
        let groups: Vec<u32> = groups
            .filter_map(|group| u32::try_from(group).ok())
            .filter(|group| {
                first_grid.is_none()
                    || index
                        .group(*group)
                        .is_some_and(|group| group.spec == first_grid)
            })
            .collect();
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
            let range = index
                .table_groups
                .get(table as usize)
                .cloned()
                .unwrap_or_default();
            others.extend(
                range
                    .filter_map(|group| u32::try_from(group).ok())
                    .filter(|group| {
                        grid.is_none()
                            || index.group(*group).is_some_and(|group| group.spec == grid)
                    }),
            );
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

    /// An identity over a table that isn't there: one case, counted.
    fn skip(&mut self, identity: &Compiled, why: Why) {
        let number = self
            .plan
            .identities
            .iter()
            .position(|other| std::ptr::eq(other, identity))
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(NONE);
        let outcome = why.outcome();
        let at = to_u32(self.out.arena.len());
        self.keep(Judged {
            identity: number,
            outcome,
            why: Some(why),
            binding: Binding::NOTHING,
            op: None,
            alternative: 0,
            operands: at..at,
            middle: at,
            left: 0,
            right: 0,
            tolerance: 0,
        });
    }

    /// Whether a condition is met, for what is defined under it.
    pub(crate) fn is_met(&mut self, cond: &BoundCond<'_>, binding: &Binding) -> bool {
        let start = self.out.arena.len();
        let judged = self.judge(cond, binding);
        self.out.arena.truncate(start);
        truth(judged.outcome) == Some(true)
    }

    /// The cell of a side that is one cell and nothing else.
    pub(crate) fn lone_cell(&mut self, side: &[BoundTerm<'_>], binding: &Binding) -> Option<u32> {
        let [term] = side else { return None };
        if term.negative || !matches!(term.kind, BoundKind::Ref(_)) {
            return None;
        }
        let (operands, _) = self.operands(side, binding)?;
        match operands.as_slice() {
            [one] => Some(one.cell),
            _ => None,
        }
    }

    /// The cells of a side and what it adds to them, if all of it is there.
    pub(crate) fn operands(
        &mut self,
        terms: &[BoundTerm<'_>],
        binding: &Binding,
    ) -> Option<(Vec<Operand>, i128)> {
        let start = self.out.arena.len();
        let side = self.side(terms, binding);
        let operands = self.out.arena.split_off(start);
        (side.missing.is_none() && side.present > 0).then_some((operands, side.constant))
    }

    fn instance(&mut self, identity: u32, cond: &BoundCond<'_>, binding: Binding) {
        let mut judged = self.judge(cond, &binding);
        judged.identity = identity;
        if judged.why == Some(Why::NoRow) {
            self.record_lack(identity, cond, &binding);
        }
        self.keep(judged);
    }

    fn keep(&mut self, judged: Judged) {
        if let Some(count) = self.out.counts.get_mut(judged.outcome as usize) {
            *count += 1;
        }
        let compares = matches!(
            judged.outcome,
            Outcome::Held | Outcome::Rounding | Outcome::Broken
        );
        let bare = !compares && !self.all_operands;
        if matches!(judged.outcome, Outcome::Waiting | Outcome::Unknown) {
            self.undecided(&judged);
        }
        if bare {
            self.out.arena.truncate(judged.operands.start as usize);
        }
        if compares || self.collect == Collect::All {
            let mut judged = judged;
            if bare {
                judged.operands.end = judged.operands.start;
                judged.middle = judged.operands.start;
            }
            self.out.kept.push(judged);
        }
    }
}

impl Walker<'_, '_, '_> {
    /// Notes the tables that an instance is about which isn't kept: those of its cells, else of its row, else those that
    /// its identity names.
    fn undecided(&mut self, judged: &Judged) {
        let operands = judged.operands.start as usize..judged.operands.end as usize;
        let operands = self.out.arena.get(operands).unwrap_or_default();
        let mut about = Vec::new();
        super::tally::tables(self.index, [operands, &[]], &mut about);
        if about.is_empty() {
            let group = self.index.group(judged.binding.group);
            about.extend(group.map(|group| group.table));
        }
        let identity = self.plan.identities.get(judged.identity as usize);
        if let Some(identity) = identity.filter(|_| about.is_empty()) {
            let mut specs = Vec::new();
            specs_of(&identity.body, &mut specs);
            specs.sort_unstable();
            specs.dedup();
            let tables = specs.iter().filter_map(|spec| self.tables.get(*spec));
            about.extend(tables.filter_map(|all| all.first()));
        }
        let about = about.into_iter().map(|table| (table, judged.outcome));
        self.out.undecided.extend(about);
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(NONE)
}

fn truth(outcome: Outcome) -> Option<bool> {
    match outcome {
        Outcome::Held | Outcome::Rounding => Some(true),
        Outcome::Broken => Some(false),
        _ => None,
    }
}

/// Whether an identity may be about some tables of the template. One that names a table by its heading
/// alone may be about any.
pub(crate) fn is_about(identity: &Compiled, specs: &[usize]) -> bool {
    let named = &identity.specs;
    named.is_empty() || named.iter().any(|spec| specs.contains(spec))
}
