//! COD007: a code that the catalogue doesn't have. Much of the catalogue is incomplete, so this is
//! never more than a hint.

use budget_catalog::codes::level_of;

use crate::Severity;
use crate::accounts;
use crate::context::{Context, RowAt};
use crate::detail::CodeFault;
use crate::engine::Sink;
use crate::finding::Detail;
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "COD007",
    slug: "unknown-code",
    name: "科目目录中没有的编码",
    group: "科目",
    severity: Severity::Hint,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/COD007-unknown-code.md"),
    check: Check::Row(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

fn check(context: &Context<'_>, at: RowAt<'_>, sink: &mut Sink<'_>) {
    let Some((classification, code)) = accounts::account(at) else {
        return;
    };
    if level_of(code, classification).is_none()
        || accounts::is_of_other(context, classification, code)
        || !context
            .document
            .catalog
            .codes(classification)
            .lookup(code)
            .is_empty()
    {
        return;
    }
    let detail = Detail::Code(CodeFault::Unknown {
        code: code.to_owned(),
    });
    sink.report(at.row.code_range, at.subject(context), detail);
}
