//! GLO003: a term explained twice.

use budget_catalog::name;
use rustc_hash::FxHashMap;

use crate::Severity;
use crate::context::Context;
use crate::detail::TermFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "GLO003",
    slug: "term-twice",
    name: "同一名词解释了两次",
    group: "名词",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/GLO003-term-twice.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers],
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let mut first = FxHashMap::default();
    for term in &context.document.terms {
        let key = name::normalize(context.text(term.name)).into_owned();
        let Some(earlier) = first.insert(key.clone(), term.name) else {
            continue;
        };
        let detail = Detail::Term(TermFault::Twice {
            term: context.text(term.name).to_owned(),
        });
        sink.report(
            term.name,
            Subject {
                section: Some(key),
                ..Subject::default()
            },
            detail,
        )
        .relate(earlier, "前一次解释");
    }
}
