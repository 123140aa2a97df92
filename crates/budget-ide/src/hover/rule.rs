//! The rule of a finding.

use budget_rules::{Report, Rule};
use budget_syntax::TextRange;

use crate::MarkupText;

/// The gravest finding whose range holds an offset, the narrowest of them.
pub(super) fn at(report: &Report, offset: u32) -> Option<(TextRange, &'static Rule)> {
    let here = report
        .findings
        .iter()
        .filter(|finding| finding.range.touches(offset));
    let finding = here.max_by_key(|finding| (finding.severity, u32::MAX - finding.range.len()))?;
    Some((finding.range, budget_rules::registry::find(finding.rule)?))
}

/// Adds what a rule checks.
pub(crate) fn explain(markup: MarkupText, rule: &Rule) -> MarkupText {
    let markup = markup
        .text("规则 ")
        .code(rule.code)
        .text(&format!(" {}", rule.name));
    match purpose(rule.page) {
        Some(purpose) => markup.text(&format!("：{purpose}")),
        None => markup,
    }
}

/// The first paragraph under `检查什么`.
fn purpose(page: &str) -> Option<&str> {
    let mut lines = page.lines();
    lines.find(|line| line.starts_with('#') && line.contains("检查什么"))?;
    lines
        .take_while(|line| !line.starts_with('#'))
        .map(str::trim)
        .find(|line| !line.is_empty())
}
