//! Walks the instances of every identity and judges each on the intervals of its printed numbers.

mod confirm;
mod domain;
mod judge;
mod policy;
mod units;

use std::{ops::Range, sync::Arc};

use budget_catalog::template::{Confirm, RowRole};
use budget_syntax::expr::Comparison;

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
