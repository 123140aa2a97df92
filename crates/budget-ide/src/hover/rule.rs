//! The rule of a finding, and those that a suppression names.

use budget_model::Document;
use budget_rules::{Report, Rule, select};
use budget_syntax::TextRange;

use super::Hover;
use crate::MarkupText;
use crate::symbol::rule_names;

/// Rules of a group that are listed.
const MOST: usize = 12;

/// A `<!-- 忽略 … -->`: on a name its rule, elsewhere all that it sets aside.
pub(super) fn suppression(document: &Document, offset: u32) -> Option<Hover> {
    let mut all = document.suppressions.iter();
    let here = all.find(|suppression| suppression.comment.touches(offset))?;
    let mut names = rule_names(document, here.rules);
    if let Some((range, name)) = names.find(|(range, _)| range.touches(offset)) {
        return Some(Hover {
            range,
            markup: named(MarkupText::default(), name),
        });
    }
    let mut markup = MarkupText::default().text("忽略下列规则");
    let reason = document.slice(here.reason).trim();
    markup = match reason {
        "" => markup.text("（没有写理由，不起作用）："),
        reason => markup.text(&format!("，理由是“{reason}”：")),
    };
    for (_, name) in rule_names(document, here.rules) {
        markup = named(markup.paragraph(), name);
    }
    Some(Hover {
        range: here.comment,
        markup,
    })
}

/// The rule of that name, or those of the group.
fn named(markup: MarkupText, name: &str) -> MarkupText {
    match select(name) {
        [] => markup.text(&format!("没有叫“{name}”的规则。")),
        [rule] => explain(markup, rule),
        rules => {
            let mut markup = markup
                .text(&format!("“{name}”共 {} 条规则：", rules.len()))
                .gap();
            for rule in rules.iter().take(MOST) {
                markup = markup
                    .item()
                    .code(rule.code)
                    .text(&format!(" {}", rule.name));
            }
            match rules.len().checked_sub(MOST).filter(|more| *more > 0) {
                Some(more) => markup.item().text(&format!("另有 {more} 条")),
                None => markup,
            }
        }
    }
}

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
