//! COD008: an account with money in one table, without a row in a table that must list it too.

use crate::Severity;
use crate::context::Judged;
use crate::detail::CodeFault;
use crate::engine::Sink;
use crate::finding::{Detail, Finding};
use crate::missing::Lacking;
use crate::registry::{Check, Fixable, Rule};
use crate::relation::attach_echoes;

pub(crate) const RULE: Rule = Rule {
    code: "COD008",
    slug: "row-missing-across-tables",
    name: "另一张表缺少这个科目",
    group: "科目",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/COD008-row-missing-across-tables.md"),
    check: Check::Codes(check),
    indifferent_to: &[],
};

fn check(context: &Judged<'_>, sink: &mut Sink<'_>) {
    for lacking in &context.codes.lacking {
        tell(context, lacking, sink);
    }
    for miscoded in &context.codes.miscoded {
        for gap in &miscoded.gaps {
            if let Some(finding) = tell(context, gap, sink) {
                finding.echo_of.push(("COD009", miscoded.place()));
            }
        }
    }
}

fn tell<'s>(
    context: &Judged<'_>,
    found: &Lacking<'_>,
    sink: &'s mut Sink<'_>,
) -> Option<&'s mut Finding> {
    let missing = context.ledger.missing_rows.get(found.index)?;
    let lacking = context.table(missing.table)?;
    let at = found.cell;
    let detail = Detail::Code(CodeFault::RowMissing {
        name: at.row.name(context.document),
        value: at.text(context).to_owned(),
        table: lacking.name(context.document).into_owned(),
    });
    let identity = context.template.identities.get(missing.identity);
    let finding = sink.report(at.cell.range, at.subject(context), detail);
    finding.relate(lacking.place(context), "这张表没有这个科目的行");
    if let Some(identity) = identity {
        finding.origin(identity.id.clone());
    }
    attach_echoes(context, finding, &found.echoes);
    Some(finding)
}
