//! The list of rules.

use budget_model::prose::Term;

use crate::Severity;
use crate::clues::Clue;
use crate::context::{CellAt, Context, GridAt, HeadingAt, Prose, RowAt, TableAt};
use crate::engine::Sink;

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
    /// What it looks at.
    pub(crate) check: Check,
}

/// The event a rule is registered for, with what it does there. The runner walks the document
/// once and calls each rule at its event; a rule never walks the document for itself.
#[derive(Clone, Copy, Debug)]
#[allow(
    dead_code,
    reason = "an event may wait for the first rule that wants it"
)]
pub(crate) enum Check {
    /// Made by the engine: syntax errors, relations, suppressions.
    Engine,
    /// Once, before all else.
    Document(fn(&Context<'_>, &mut Sink<'_>)),
    /// Each heading.
    Heading(fn(&Context<'_>, HeadingAt<'_>, &mut Sink<'_>)),
    /// Each table that is published (not 底稿).
    Table(fn(&Context<'_>, TableAt<'_>, &mut Sink<'_>)),
    /// Each grid of such a table.
    Grid(fn(&Context<'_>, GridAt<'_>, &mut Sink<'_>)),
    /// Each row of such a grid.
    Row(fn(&Context<'_>, RowAt<'_>, &mut Sink<'_>)),
    /// Each cell that isn't empty.
    Cell(fn(&Context<'_>, CellAt<'_>, &mut Sink<'_>)),
    /// Each paragraph and list item with the clue, contents and notes included.
    Prose(Clue, fn(&Context<'_>, Prose<'_>, &mut Sink<'_>)),
    /// Each term that the document explains.
    Term(fn(&Context<'_>, &Term, &mut Sink<'_>)),
}

/// Every rule, by code.
pub fn rules() -> &'static [Rule] {
    crate::rules::RULES
}

/// The rule with that code (in either case), slug or Chinese name.
pub fn find(name: &str) -> Option<&'static Rule> {
    rules()
        .iter()
        .find(|rule| rule.code.eq_ignore_ascii_case(name) || rule.slug == name || rule.name == name)
}
