//! GLO004: a term explained otherwise than published glossaries do. A hint: wordings vary.

use budget_catalog::{Spelling, Trust, name};
use budget_model::prose::Term;

use crate::Severity;
use crate::context::Context;
use crate::detail::TermFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "GLO004",
    slug: "term-differs",
    name: "名词解释与通行解释不同",
    group: "名词",
    severity: Severity::Hint,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/GLO004-term-differs.md"),
    check: Check::Term(check),
    indifferent_to: &[Change::Numbers],
};

/// Longer explanations are not compared: the comparison is quadratic.
const LONGEST: usize = 400;
/// How alike an explanation must be to one that is published.
const ALIKE: f64 = 0.35;

fn check(context: &Context<'_>, term: &Term, sink: &mut Sink<'_>) {
    let written = context.text(term.name);
    let key = name::normalize(written);
    let own = first_sentence(context.text(term.definition));
    if own.len() < 12 || own.chars().count() > LONGEST {
        return;
    }
    let mut published = context
        .document
        .catalog
        .glossary
        .of_term(&key)
        .filter(|entry| {
            entry.trust == Trust::Document
                // Definitions of parts of a term, and shortened ones, are no measure.
                && !entry.definition.starts_with('（')
                && !entry.definition.contains('…')
        })
        .map(|entry| &*entry.definition);
    let Some(example) = published.clone().next() else {
        return;
    };
    let own = Spelling::new(own);
    let is_alike = |definition| Spelling::new(first_sentence(definition)).is_alike(&own, ALIKE);
    if published.any(is_alike) {
        return;
    }
    let detail = Detail::Term(TermFault::Differs {
        term: written.to_owned(),
        published: example.to_owned(),
    });
    let subject = Subject {
        section: Some(key.clone().into_owned()),
        ..Subject::default()
    };
    sink.report(term.name, subject, detail);
}

fn first_sentence(text: &str) -> &str {
    text.split_inclusive('。').next().unwrap_or(text).trim()
}
