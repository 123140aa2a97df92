//! COD006: a functional code in a table by economic classification, or the other way round.

use crate::Severity;
use crate::accounts;
use crate::context::{Context, RowAt};
use crate::detail::CodeFault;
use crate::engine::Sink;
use crate::finding::Detail;
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "COD006",
    slug: "wrong-classification",
    name: "科目编码用错分类",
    group: "科目",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/COD006-wrong-classification.md"),
    check: Check::Row(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

fn check(context: &Context<'_>, at: RowAt<'_>, sink: &mut Sink<'_>) {
    let Some((classification, code)) = accounts::account(at) else {
        return;
    };
    if !accounts::is_of_other(context, classification, code) {
        return;
    }
    let detail = Detail::Code(CodeFault::WrongClassification {
        code: code.to_owned(),
        wanted: classification,
    });
    sink.report(at.row.code_range, at.subject(context), detail);
}
