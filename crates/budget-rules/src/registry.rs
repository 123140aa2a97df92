//! The list of rules.

use crate::Severity;

/// A rule's card. Codes are group + three digits, never reused.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// `ARI001`
    pub code: &'static str,
    /// `row-sum`
    pub slug: &'static str,
    /// `行合计不等于各列之和`
    pub name: &'static str,
    /// `表内`
    pub group: &'static str,
    /// Severity unless a finding says otherwise.
    pub severity: Severity,
    /// The version it came with.
    pub since: &'static str,
    /// The page, in Markdown: 检查什么 · 为什么 · 错误示例 · 正确示例 · 修复 · 依据.
    pub page: &'static str,
}

/// Every rule, by code.
pub fn rules() -> &'static [Rule] {
    &[]
}

/// The rule with that code, slug or Chinese name.
pub fn find(name: &str) -> Option<&'static Rule> {
    rules()
        .iter()
        .find(|rule| rule.code == name || rule.slug == name || rule.name == name)
}
