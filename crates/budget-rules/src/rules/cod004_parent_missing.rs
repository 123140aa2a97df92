//! COD004: an account without the row of its 款 or 类, in a table that prints such rows.

use budget_syntax::expr::Level;
use rustc_hash::FxHashSet;

use crate::Severity;
use crate::accounts;
use crate::context::{GridAt, Judged, RowAt, TableAt};
use crate::detail::CodeFault;
use crate::engine::Sink;
use crate::finding::Detail;
use crate::registry::{Check, Fixable, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "COD004",
    slug: "parent-missing",
    name: "缺少上级科目行",
    group: "科目",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/COD004-parent-missing.md"),
    check: Check::Codes(check),
    indifferent_to: &[],
};

fn check(context: &Judged<'_>, sink: &mut Sink<'_>) {
    let grids = context.tables().flat_map(TableAt::grids);
    grids.for_each(|grid| check_grid(context, grid, sink));
}

fn check_grid(context: &Judged<'_>, grid: GridAt<'_>, sink: &mut Sink<'_>) {
    if grid.table.table.missing.any() {
        return;
    }
    let accounts = grid
        .rows()
        .filter_map(|at| Some((at, accounts::account(at)?.1)));
    let accounts: Vec<(RowAt<'_>, &str)> = accounts.collect();
    let prints = |level: Level| accounts.iter().any(|(at, _)| at.row.level == Some(level));
    let prints = (prints(Level::Class), prints(Level::Paragraph));
    if prints == (false, false) {
        return;
    }
    let codes = accounts.iter().map(|(at, code)| (at.row.segment, *code));
    let codes: FxHashSet<(Option<u32>, &str)> = codes.collect();
    let wrong = context.codes.miscoded.iter();
    let here = wrong.filter(|one| one.row.grid.table.index == grid.table.index);
    let miscoded: FxHashSet<&str> = here.map(|one| one.better.as_str()).collect();
    let mut told: FxHashSet<(Option<u32>, &str)> = FxHashSet::default();
    for (at, code) in accounts {
        let lacks = |len: usize, printed: bool| {
            let parent = code.get(..len).filter(|_| printed && code.len() > len)?;
            (!codes.contains(&(at.row.segment, parent))).then_some(parent)
        };
        let Some(parent) = lacks(5, prints.1).or_else(|| lacks(3, prints.0)) else {
            continue;
        };
        // Each parent once; one that is there with a wrong code is told as such.
        if !told.insert((at.row.segment, parent)) || miscoded.contains(parent) {
            continue;
        }
        let detail = Detail::Code(CodeFault::ParentMissing {
            name: at.name(context.document),
            parent: parent.to_owned(),
        });
        sink.report(at.row.code_range, at.subject(context), detail);
    }
}
