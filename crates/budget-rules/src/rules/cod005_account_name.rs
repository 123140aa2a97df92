//! COD005: a name that is not that of the code.
//!
//! What only memory knows justifies a hint; an older or shortened name is for the author to look
//! at; a name that belongs to another code is an error.

use budget_catalog::Trust;

use crate::Severity;
use crate::accounts::{self, Fit};
use crate::context::{Context, RowAt};
use crate::detail::CodeFault;
use crate::engine::Sink;
use crate::finding::Detail;
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "COD005",
    slug: "account-name",
    name: "科目名称与编码不符",
    group: "科目",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::Unsafe,
    page: include_str!("../../../../docs/rules/COD005-account-name.md"),
    check: Check::Row(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

fn check(context: &Context<'_>, at: RowAt<'_>, sink: &mut Sink<'_>) {
    let Some((classification, code)) = accounts::account(at) else {
        return;
    };
    let table = context.document.catalog.codes(classification);
    let entries = table.lookup(code);
    let year = context.document.front.year;
    let label = context.text(at.row.label);
    // Most names are the catalogue's to the letter.
    if label.is_empty()
        || entries
            .iter()
            .any(|entry| entry.name == label && entry.holds_in(year))
    {
        return;
    }
    let Some(standard) = table.in_year(code, year).or(entries.last()) else {
        return;
    };
    let Some(key) = accounts::account_name(context, at) else {
        return;
    };
    let known = standard.trust == Trust::Document;
    let (severity, foreign) = match accounts::fit(&key, entries, year) {
        Fit::Same => return,
        Fit::OtherYear | Fit::Near => (Severity::Info, None),
        Fit::Different => match accounts::owner(table, &key, code) {
            Some(owner) if known => (Severity::Error, Some(owner)),
            owner => (Severity::Warning, owner),
        },
    };
    let severity = if known { severity } else { Severity::Hint };
    let detail = Detail::Code(CodeFault::Name {
        code: code.to_owned(),
        name: label.to_owned(),
        standard: standard.name.to_string(),
        owner: foreign.map(|entry| entry.code.to_string()),
        near: severity <= Severity::Info,
    });
    sink.report(at.row.label, at.subject(context), detail)
        .severity(severity)
        .expect(label, &*standard.name)
        .fix(
            format!("改为“{}”", standard.name),
            false,
            at.row.label,
            &*standard.name,
        );
}
