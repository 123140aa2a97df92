//! COD008: an account with money in one table, without a row in a table that must list it too.

use budget_model::relation::MissingRow;
use rustc_hash::FxHashSet;

use crate::Severity;
use crate::context::Context;
use crate::detail::CodeFault;
use crate::engine::Sink;
use crate::finding::Detail;
use crate::registry::{Check, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "COD008",
    slug: "row-missing-across-tables",
    name: "另一张表缺少这个科目",
    group: "科目",
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("../../../../docs/rules/COD008-row-missing-across-tables.md"),
    check: Check::Document(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let mut told: FxHashSet<(&str, usize)> = FxHashSet::default();
    for missing in &context.ledger.missing_rows {
        if told.insert((&missing.code, missing.table)) {
            tell(context, missing, sink);
        }
    }
}

fn tell(context: &Context<'_>, missing: &MissingRow, sink: &mut Sink<'_>) {
    // A row of zeros, or an empty one, may be left out of the other table.
    let holds_money = |id| {
        context
            .cell(id)
            .filter(|at| at.amount().is_some_and(|amount| !amount.is_zero()))
    };
    let Some(at) = missing.present.iter().copied().find_map(holds_money) else {
        return;
    };
    let Some(lacking) = context.table(missing.table) else {
        return;
    };
    if lacking.table.missing.any() {
        return;
    }
    let detail = Detail::Code(CodeFault::RowMissing {
        name: at.row.name(context),
        value: at.text(context).to_owned(),
        table: lacking.name(context).into_owned(),
    });
    let identity = context.template.identities.get(missing.identity);
    let finding = sink.report(at.cell.range, at.subject(context), detail);
    finding.relate(lacking.place(context), "这张表没有这个科目的行");
    if let Some(identity) = identity {
        finding.origin(identity.id.clone());
    }
}
