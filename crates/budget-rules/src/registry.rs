//! The list of rules.

use budget_model::{Change, prose::Term};

use crate::Severity;
use crate::clues::Clue;
use crate::context::{CellAt, Context, GridAt, HeadingAt, Judged, Prose, RowAt, TableAt};
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
    /// Whether its findings can be mended by the program.
    pub fix: Fixable,
    /// The page, in Markdown: 检查什么 · 为什么 · 错误示例 · 正确示例 · 修复 · 依据.
    pub page: &'static str,
    /// What it looks at.
    pub(crate) check: Check,
    /// Changes of a document that change nothing of what it finds but the places. One that is indifferent to words
    /// reads no paragraph; one that is indifferent to numbers, none of the amounts in tables, and nothing that hangs on
    /// them (the ledger, rows that are lacking or have a wrong code).
    pub(crate) indifferent_to: &'static [Change],
}

impl Rule {
    /// Where its page stands, for people.
    pub fn url(&self) -> String {
        format!(
            "{}/blob/main/docs/rules/{}-{}.md",
            env!("CARGO_PKG_REPOSITORY"),
            self.code,
            self.slug
        )
    }
}

/// Whether a rule's findings can be mended by the program; not each of them has to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fixable {
    /// None.
    No,
    /// Some, by a change that a person has to look at: of a number, a name, a code.
    Unsafe,
    /// Some, without a change of what is meant; others perhaps by one that has to be looked at.
    Safe,
}

impl Fixable {
    /// As a clerk reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Fixable::No => "—",
            Fixable::Unsafe => "改后须核对",
            Fixable::Safe => "可自动修改",
        }
    }
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
    /// Once.
    Document(fn(&Context<'_>, &mut Sink<'_>)),
    /// Once, when the relations are judged. All others are asked beside that.
    Ledger(fn(&Judged<'_>, &mut Sink<'_>)),
    /// Once, when it is known too which rows are not where their code should be ([`Judged`]'s `codes`).
    Codes(fn(&Judged<'_>, &mut Sink<'_>)),
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
    Prose(Clue, OnProse),
    /// Each term that the document explains.
    Term(fn(&Context<'_>, &Term, &mut Sink<'_>)),
}

/// What a rule does at a paragraph.
pub(crate) type OnProse = fn(&Context<'_>, Prose<'_>, &mut Sink<'_>);

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

/// The rules that a name means: one by code, slug or Chinese name; a group by its letters (`ARI`)
/// or Chinese name (`表内`); every rule by `all` or `全部`. Empty if it means none.
pub fn select(name: &str) -> &'static [Rule] {
    let name = name.trim();
    if name.eq_ignore_ascii_case("all") || name == "全部" {
        return rules();
    }
    let in_group = |rule: &Rule| {
        let letters = rule
            .code
            .trim_end_matches(|digit: char| digit.is_ascii_digit());
        letters.eq_ignore_ascii_case(name) || rule.group == name
    };
    // Rules stand by code, so a group is one run of them.
    rules()
        .chunk_by(|a, b| a.group == b.group)
        .find(|group| group.first().is_some_and(in_group))
        .or_else(|| find(name).map(std::slice::from_ref))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_a_rule_a_group_or_all() {
        let codes = |name| {
            select(name)
                .iter()
                .map(|rule| rule.code)
                .collect::<Vec<_>>()
        };
        assert_eq!(codes("ari001"), ["ARI001"]);
        assert_eq!(codes("row-sum"), ["ARI001"]);
        assert_eq!(codes("GLO"), ["GLO001", "GLO002", "GLO003", "GLO004"]);
        assert_eq!(codes("名词"), codes("glo"));
        assert_eq!(codes("全部").len(), rules().len());
        assert!(codes("GLO00").is_empty());
        assert!(codes("").is_empty());
    }

    #[test]
    fn the_rules_of_a_group_stand_together() {
        let groups = rules()
            .chunk_by(|a, b| a.group == b.group)
            .map(|run| run[0].group);
        let mut groups: Vec<_> = groups.collect();
        let runs = groups.len();
        groups.sort_unstable();
        groups.dedup();
        assert_eq!(groups.len(), runs);
    }
}
