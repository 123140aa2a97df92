//! Walks the instances of every identity and judges each on the intervals of its printed numbers.

use std::ops::Range;

use budget_catalog::template::RowRole;
use budget_syntax::expr::{Comparison, Level};
use rustc_hash::FxHashMap;

use super::{
    Collect, Outcome, Why,
    bind::{
        Absent, Binding, BoundCells, BoundCond, BoundKind, BoundRef, BoundTerm, ColumnKey, Scope,
        holds_amounts,
    },
    index::{Index, NONE, State},
    plan::{Compiled, Cond, Plan, TableSel, Term, TermKind, Variable},
};

/// A cell in a relation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Operand {
    pub(crate) cell: u32,
    pub(crate) negative: bool,
}

/// A judged instance, in common steps.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug)]
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
    pub(crate) lacks: Vec<Lack>,
}

/// One side of a relation, added up.
#[derive(Clone, Copy, Default)]
struct Side {
    sum: i128,
    half: i128,
    cells: u32,
    numbers: u32,
    /// Terms that are there.
    present: u32,
    optional: bool,
    missing: Option<Why>,
    /// Table that lacks a code.
    lacks: Option<u32>,
    waiting: bool,
    unknown: Option<Why>,
    /// Printed decimals of its numbers.
    most: u8,
    constants: bool,
    /// What literals and counts add.
    constant: i128,
    /// A lone 小计 that is left empty.
    idle: bool,
}

impl Side {
    fn add_constant(&mut self, value: Option<i128>, negative: bool) {
        match value {
            Some(value) => {
                let value = if negative { -value } else { value };
                self.sum += value;
                self.constant += value;
            }
            None => self.unknown = self.unknown.or(Some(Why::NotEvaluated)),
        }
    }
}

pub(crate) struct Walker<'i, 'd, 'p> {
    index: &'i Index<'d>,
    plan: &'p Plan,
    tables: Vec<Vec<u32>>,
    collect: Collect,
    pub(crate) out: Judgements,
    rows: Vec<u32>,
    spare: Vec<u32>,
    seen_codes: Vec<u32>,
    stamp: u32,
}

/// Tables of the document for each of the template's, workings left out.
pub(crate) fn tables_by_spec(index: &Index<'_>) -> Vec<Vec<u32>> {
    let mut tables = vec![Vec::new(); index.document.template.tables.len()];
    for (number, table) in (0..).zip(&index.document.tables) {
        if let Some(slot) = table.spec.and_then(|spec| tables.get_mut(spec))
            && !table.working
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
            out: Judgements::default(),
            rows: Vec::new(),
            spare: Vec::new(),
            seen_codes: vec![0; index.codes.len()],
            stamp: 0,
        }
    }

    pub(crate) fn run(mut self) -> Judgements {
        let plan = self.plan;
        for (number, identity) in (0..).zip(&plan.identities) {
            self.each_binding(identity, &mut |walker, cond, binding| {
                walker.instance(number, cond, binding);
            });
        }
        self.out
    }

    /// Calls `visit` for every instance of an identity; with the terms bound for its column.
    pub(crate) fn each_binding(
        &mut self,
        identity: &'p Compiled,
        visit: &mut dyn FnMut(&mut Self, &BoundCond<'p>, Binding),
    ) {
        let mut specs = Vec::new();
        specs_of(&identity.body, &mut specs);
        specs.extend(identity.domains.iter().map(|(table, _)| *table));
        specs.sort_unstable();
        specs.dedup();
        // Forms stand several times: each is a case of its own.
        let several = match specs.as_slice() {
            [one] => self
                .tables
                .get(*one)
                .filter(|all| all.len() > 1)
                .map(|all| (*one, all.clone())),
            _ => None,
        };
        match several {
            Some((spec, all)) => {
                for table in all {
                    self.over_domain(identity, Some((spec, table)), visit);
                }
            }
            None => self.over_domain(identity, None, visit),
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
        for (number, &domain) in groups.iter().enumerate() {
            let columns: Vec<Option<ColumnKey>> = if over_columns {
                let scope = Scope {
                    index,
                    tables: &[],
                    chosen,
                    domain,
                    column: None,
                };
                scope.amount_columns(domain).into_iter().map(Some).collect()
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
        let outcome = match why {
            Why::Lost | Why::Apart => Outcome::Unknown,
            _ => Outcome::NotApplicable,
        };
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
        if !compares {
            self.out.arena.truncate(judged.operands.start as usize);
        }
        if compares || self.collect == Collect::All {
            let mut judged = judged;
            if !compares {
                judged.operands.end = judged.operands.start;
                judged.middle = judged.operands.start;
            }
            self.out.kept.push(judged);
        }
    }

    fn judge(&mut self, cond: &BoundCond<'_>, binding: &Binding) -> Judged {
        match cond {
            BoundCond::Relation { lhs, op, rhs } => self.relation(lhs, *op, rhs, binding),
            BoundCond::Empty(cells) => self.cells(cells, binding, true),
            BoundCond::Filled(cells) => self.cells(cells, binding, false),
            BoundCond::EmptyNote(said) => {
                let (outcome, why) = match said {
                    Some(true) => (Outcome::Held, None),
                    Some(false) => (Outcome::Broken, None),
                    None => (Outcome::Unknown, Some(Why::NoSection)),
                };
                self.plain(outcome, why, binding)
            }
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
    fn settle(&mut self, cond: BoundCond<'p>) -> BoundCond<'p> {
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

    fn plain(&self, outcome: Outcome, why: Option<Why>, binding: &Binding) -> Judged {
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
            let outcome = match why {
                Why::Lost | Why::Apart => Outcome::Unknown,
                _ => Outcome::NotApplicable,
            };
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
            let (outcome, why, tolerance) = compare(&left, op, &right, self.index.has_decimals);
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
            // The first alternative that could be judged is told.
            let better = best
                .as_ref()
                .is_none_or(|best| best.outcome != Outcome::Broken && outcome == Outcome::Broken);
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

    fn side(&mut self, terms: &[BoundTerm<'_>], binding: &Binding) -> Side {
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
        }
        self.out.arena.push(Operand { cell, negative });
    }

    /// A code with money on one side only is a row missing on the other.
    fn record_lack(&mut self, identity: u32, cond: &BoundCond<'_>, binding: &Binding) {
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
        let text = |code: u32| self.index.codes.get(code as usize).copied().unwrap_or("");
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

/// The template's tables that a condition names.
fn specs_of(cond: &Cond, out: &mut Vec<usize>) {
    let mut side = |terms: &[Term]| {
        for term in terms {
            if let TermKind::Ref(path) | TermKind::Count(path) = &term.kind
                && let TableSel::Spec(spec) = path.table
            {
                out.push(spec);
            }
        }
    };
    match cond {
        Cond::Relation { lhs, rhs, .. } => {
            side(lhs);
            rhs.iter().for_each(|terms| side(terms));
        }
        Cond::Empty(path) | Cond::Filled(path) => {
            if let TableSel::Spec(spec) = path.table {
                out.push(spec);
            }
        }
        Cond::EmptyNote(_) => {}
        Cond::Implies(a, b) | Cond::Iff(a, b) => {
            specs_of(a, out);
            specs_of(b, out);
        }
    }
}

/// The policy on numbers. `has_decimals`: the document prints decimals somewhere.
fn compare(
    left: &Side,
    op: Comparison,
    right: &Side,
    has_decimals: bool,
) -> (Outcome, Option<Why>, i128) {
    let missing = left.missing.or(right.missing);
    let nothing = |side: &Side| side.present == 0 && side.missing.is_none();
    if let Some(why) = missing {
        let outcome = match why {
            Why::Lost | Why::Apart => Outcome::Unknown,
            _ => Outcome::NotApplicable,
        };
        return (outcome, Some(why), 0);
    }
    if nothing(left) || nothing(right) {
        return (Outcome::NotApplicable, Some(Why::NoRow), 0);
    }
    if left.waiting || right.waiting {
        return (Outcome::Waiting, None, 0);
    }
    if let Some(why) = left.unknown.or(right.unknown) {
        return (Outcome::Unknown, Some(why), 0);
    }
    if left.numbers + right.numbers == 0 {
        return (Outcome::NotApplicable, Some(Why::AllEmpty), 0);
    }
    // Templates have 小计 rows that many leave empty.
    let idle = |side: &Side| side.idle && side.cells == 1 && side.numbers == 0;
    if idle(left) || idle(right) {
        return (Outcome::NotApplicable, Some(Why::AllEmpty), 0);
    }
    let difference = left.sum - right.sum;
    let most = left.most.max(right.most);
    let restated = left.cells == 1 && right.cells == 1 && !left.constants && !right.constants;
    let tolerance = if restated && left.numbers == 1 && right.numbers == 1 {
        restatement(left, right)
    } else if restated || (most == 0 && has_decimals) {
        // Nothing to round: an empty cell, or whole numbers in a document that has decimals.
        0
    } else {
        (left.half + right.half - 1).max(0)
    };
    let holds = match op {
        Comparison::Equal | Comparison::About => difference == 0,
        Comparison::AtMost => difference <= 0,
        Comparison::AtLeast => difference >= 0,
    };
    let explained = match op {
        Comparison::Equal | Comparison::About => difference.abs() <= tolerance,
        Comparison::AtMost => difference <= tolerance,
        Comparison::AtLeast => -difference <= tolerance,
    };
    let outcome = match (holds, explained) {
        (true, _) => Outcome::Held,
        (false, true) => Outcome::Rounding,
        (false, false) => Outcome::Broken,
    };
    (outcome, None, tolerance)
}

/// One number printed twice: with the same step it is exact; with different steps (decimals, or
/// units) the finer one, rounded half away from zero, must be the coarser one.
fn restatement(left: &Side, right: &Side) -> i128 {
    let (fine, coarse) = match left.half.cmp(&right.half) {
        std::cmp::Ordering::Equal => return 0,
        std::cmp::Ordering::Less => (left, right),
        std::cmp::Ordering::Greater => (right, left),
    };
    // Rounding gives the coarse number from half a step below it (in), to half above (out).
    let below = fine.sum.abs() < coarse.sum.abs();
    if below {
        coarse.half
    } else {
        (coarse.half - 1).max(0)
    }
}

/// Cells by how a relation counts them: `+1` on the left, `-1` on the right, and the other way
/// round where they are subtracted. A cell on both sides cancels.
pub(crate) fn coefficients(judged: &Judged, arena: &[Operand], out: &mut Vec<(u32, i64)>) {
    out.clear();
    let range = judged.operands.start as usize..judged.operands.end as usize;
    let middle = judged.middle;
    let mut seen: FxHashMap<u32, usize> = FxHashMap::default();
    let operands = arena.get(range).unwrap_or_default();
    let long = operands.len() > 16;
    for (at, operand) in (judged.operands.start..).zip(operands) {
        let sign = if (at >= middle) != operand.negative {
            -1
        } else {
            1
        };
        let known = if long {
            seen.get(&operand.cell).copied()
        } else {
            out.iter().position(|(cell, _)| *cell == operand.cell)
        };
        match known.and_then(|known| out.get_mut(known)) {
            Some((_, coefficient)) => *coefficient += sign,
            None => {
                if long {
                    seen.insert(operand.cell, out.len());
                }
                out.push((operand.cell, sign));
            }
        }
    }
    out.retain(|(_, coefficient)| *coefficient != 0);
}
