//! GLO004: a term explained otherwise than published glossaries do. A hint: wordings vary.

use budget_catalog::{Trust, name};
use budget_model::prose::Term;

use crate::Severity;
use crate::context::Context;
use crate::detail::TermFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "GLO004",
    slug: "term-differs",
    name: "名词解释与通行解释不同",
    group: "名词",
    severity: Severity::Hint,
    since: "0.1.0",
    page: include_str!("../../../../docs/rules/GLO004-term-differs.md"),
    check: Check::Term(check),
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
        .iter()
        .filter(|entry| {
            Trust::of_source(entry.source) == Trust::Document
                // Definitions of parts of a term, and shortened ones, are no measure.
                && !entry.definition.starts_with('（')
                && !entry.definition.contains('…')
                && name::normalize(entry.term) == key
        })
        .peekable();
    let Some(example) = published.peek().map(|entry| entry.definition) else {
        return;
    };
    let alike = published
        .map(|entry| strsim::normalized_levenshtein(first_sentence(entry.definition), own))
        .fold(0.0, f64::max);
    if alike >= ALIKE {
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
