//! STR019: a text without a template and without a table, of which nothing was checked.

use budget_model::document::TemplateChoice;
use budget_syntax::TextRange;

use crate::context::Context;
use crate::detail::Structure;
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR019",
    slug: "nothing-to-check",
    name: "没有可核对的内容",
    group: "结构",
    severity: Severity::Info,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/STR019-nothing-to-check.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers],
};

/// Lines with tabs that make a text look like tables of a conversion.
const ROWS: usize = 3;

/// Characters of the first line that are marked.
const SHOWN: usize = 40;

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let document = context.document;
    if document.template_choice != TemplateChoice::Default || !document.tables.is_empty() {
        return;
    }
    let text = &document.text;
    let first = text.lines().next().unwrap_or("").trim_end();
    let length: usize = first.chars().take(SHOWN).map(char::len_utf8).sum();
    let end = u32::try_from(length).unwrap_or(0);
    let rows = text.lines().filter(|line| line.contains('\t'));
    let detail = Structure::NothingToCheck {
        converted: rows.take(ROWS).count() == ROWS,
    };
    sink.report(TextRange::new(0, end), Subject::default(), detail);
}
