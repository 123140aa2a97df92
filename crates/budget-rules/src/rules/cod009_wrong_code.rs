//! COD009: a row with another row's code. What else fails for it (sums, gaps in other tables, order, parents) is told
//! here, once.

use crate::Severity;
use crate::context::Judged;
use crate::detail::CodeFault;
use crate::engine::Sink;
use crate::finding::Detail;
use crate::miscoded::Miscoded;
use crate::registry::{Check, Fixable, Rule};
use crate::relation::attach_echoes;

pub(crate) const RULE: Rule = Rule {
    code: "COD009",
    slug: "wrong-code",
    name: "科目编码写错",
    group: "科目",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::Unsafe,
    page: include_str!("../../../../docs/rules/COD009-wrong-code.md"),
    check: Check::Codes(check),
    indifferent_to: &[],
};

fn check(context: &Judged<'_>, sink: &mut Sink<'_>) {
    for miscoded in &context.codes.miscoded {
        tell(context, miscoded, sink);
    }
}

fn tell(context: &Judged<'_>, found: &Miscoded<'_>, sink: &mut Sink<'_>) {
    let row = found.row;
    let table = found.elsewhere.map(|cell| cell.row.grid.table);
    let written = context.text(row.row.code_range);
    let detail = Detail::Code(CodeFault::OtherCode {
        code: row.row.code.clone().unwrap_or_else(|| written.to_owned()),
        name: context.text(row.row.label).to_owned(),
        better: found.better.clone(),
        table: table.map(|table| table.name(context.document).into_owned()),
    });
    let finding = sink.report(found.place(), row.subject(context), detail);
    finding.expect(written, found.better.clone());
    if let Some(cell) = found.elsewhere {
        let there = cell.row.row;
        let place = there.code_range.cover(there.label);
        finding.relate(place, "名称和金额相同，编码不同");
    }
    // Of a code in three columns it is not known which of them is wrong.
    if !written.contains(['|', '｜']) {
        let title = format!("编码改为 {}", found.better);
        finding.fix(title, false, row.row.code_range, found.better.clone());
    }
    attach_echoes(context, finding, &found.echoes);
}
