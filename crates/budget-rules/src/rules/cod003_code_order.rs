//! COD003: codes that don't rise. The fewest rows that are out of place are told.

use budget_catalog::template::RowRole;

use crate::Severity;
use crate::accounts;
use crate::context::{Context, GridAt, RowAt};
use crate::detail::CodeFault;
use crate::engine::Sink;
use crate::finding::Detail;
use crate::registry::{Check, Fixable, Rule};
use crate::text::out_of_order;
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "COD003",
    slug: "code-order",
    name: "科目编码未按顺序排列",
    group: "科目",
    severity: Severity::Info,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/COD003-code-order.md"),
    check: Check::Grid(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

fn check(context: &Context<'_>, grid: GridAt<'_>, sink: &mut Sink<'_>) {
    // Each segment is a list of its own, and so is what a total closes (人员经费合计, 公用经费合计).
    let mut lists: Vec<Vec<RowAt<'_>>> = vec![Vec::new()];
    for at in grid.rows() {
        let open = lists.last().and_then(|list| list.last());
        let apart = open.is_some_and(|before| before.row.segment != at.row.segment);
        if at.row.role == RowRole::Total || apart {
            lists.push(Vec::new());
        }
        if accounts::account(at).is_some()
            && let Some(list) = lists.last_mut()
        {
            list.push(at);
        }
    }
    for segment in &lists {
        let segment = segment.as_slice();
        let places: Vec<u32> = ranks(segment);
        for index in out_of_order(&places) {
            let Some(at) = segment.get(index) else {
                continue;
            };
            // Equal codes are rows of one code: projects, or doubles that COD002 tells.
            let code = at.row.code.as_deref();
            let near = [index.checked_sub(1), index.checked_add(1)];
            let mut near = near
                .into_iter()
                .flatten()
                .filter_map(|near| segment.get(near));
            if near.any(|row| row.row.code.as_deref() == code) {
                continue;
            }
            let detail = Detail::Code(CodeFault::Order {
                name: at.name(context.document),
            });
            let finding = sink.report(at.row.code_range, at.subject(context), detail);
            if let Some(before) = index.checked_sub(1).and_then(|before| segment.get(before)) {
                finding.relate(
                    before.row.code_range,
                    format!("上一行：{}", before.name(context.document)),
                );
            }
        }
    }
}

/// Rows numbered so that they rise where the codes do: `201 < 20103 < 2010301 < 202`, and rows of
/// one code that follow each other rise too.
fn ranks(rows: &[RowAt<'_>]) -> Vec<u32> {
    let code = |index: usize| {
        rows.get(index)
            .and_then(|at| at.row.code.as_deref())
            .unwrap_or_default()
    };
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|a, b| code(*a).cmp(code(*b)).then(a.cmp(b)));
    let mut ranks = vec![0; rows.len()];
    for (rank, index) in order.into_iter().enumerate() {
        if let Some(place) = ranks.get_mut(index) {
            *place = u32::try_from(rank).unwrap_or(u32::MAX);
        }
    }
    ranks
}
