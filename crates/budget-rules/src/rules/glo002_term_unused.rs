//! GLO002: a term that the glossary explains and the document doesn't use.

use budget_catalog::name;
use budget_model::prose::Term;
use budget_syntax::TextRange;

use crate::Severity;
use crate::context::Context;
use crate::detail::TermFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Fixable, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "GLO002",
    slug: "term-unused",
    name: "解释了没有用到的名词",
    group: "名词",
    severity: Severity::Hint,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/GLO002-term-unused.md"),
    check: Check::Term(check),
    indifferent_to: &[],
};

/// Terms of a glossary are few; beyond so many the file is something else.
const MOST_TERMS: usize = 200;

fn check(context: &Context<'_>, term: &Term, sink: &mut Sink<'_>) {
    if context.document.terms.len() > MOST_TERMS {
        return;
    }
    let written = context.text(term.name);
    let bare = written.trim_matches(|c: char| "“”\"‘’《》（）()".contains(c));
    // A document whose other parts are lost or published apart may use it there.
    if bare.is_empty() || !context.document.marks.is_empty() {
        return;
    }
    let before = TextRange::new(0, term.range.start()).of(&context.document.text);
    let end = crate::text::offset(context.document.text.len());
    let after = TextRange::new(term.range.end(), end).of(&context.document.text);
    // `“三公”经费` may be written with other quotes: the last piece without quotes will do.
    let piece = bare.rsplit(['“', '”', '"']).next().unwrap_or(bare);
    if before.contains(piece) || after.contains(piece) {
        return;
    }
    let key = name::normalize(written).into_owned();
    let detail = Detail::Term(TermFault::Unused {
        term: written.to_owned(),
    });
    sink.report(
        term.name,
        Subject {
            section: Some(key),
            ..Subject::default()
        },
        detail,
    );
}
