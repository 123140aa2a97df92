//! COD001: a code with a digit too many or too few, or with something else than digits in it.

use budget_catalog::{Classification, codes::level_of};

use crate::Severity;
use crate::accounts;
use crate::context::{Context, RowAt};
use crate::detail::CodeFault;
use crate::engine::Sink;
use crate::finding::Detail;
use crate::registry::{Check, Fixable, Rule};
use crate::text;
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "COD001",
    slug: "code-shape",
    name: "科目编码位数不对",
    group: "科目",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/COD001-code-shape.md"),
    check: Check::Row(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

fn check(context: &Context<'_>, at: RowAt<'_>, sink: &mut Sink<'_>) {
    let Some(classification) = at.grid.spec.and_then(|spec| spec.classification) else {
        return;
    };
    let row = at.row;
    if row.code_range.is_empty() || accounts::is_filler(row.code.as_deref()) {
        return;
    }
    let fits = match row.code.as_deref() {
        Some(code) => {
            level_of(code, classification).is_some()
                // A code of the other classification is told by COD006.
                || accounts::is_of_other(context, classification, code)
        }
        // Something that isn't digits stands in the code column, and isn't the row's label.
        None => row.code_range == row.label,
    };
    if fits {
        return;
    }
    let code = context.text(row.code_range).to_owned();
    // What is still to be filled in is told by STR014.
    if !text::holes(&code).is_empty() {
        return;
    }
    let levels = match classification {
        Classification::Functional => "类 3 位、款 5 位、项 7 位",
        Classification::Economic => "类 3 位、款 5 位",
    };
    let detail = Detail::Code(CodeFault::Shape { code, levels });
    sink.report(row.code_range, at.subject(context), detail);
}
