//! What the rules are set to.

use budget_rules::{Rule, select};
use rustc_hash::FxHashMap;

use crate::config::Level;

/// What the rules are set to; one that isn't named has its own severity.
///
/// Said later counts more: `select`, then `ignore`, then levels, within one `budget.toml`; the one nearer to
/// the file over those above it; the command line over all. Within one place a rule that is named counts
/// more than its group.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Levels {
    /// By rule code.
    set: FxHashMap<&'static str, Level>,
}

impl Levels {
    /// What a rule is set to, if it is.
    pub fn of(&self, rule: &str) -> Option<Level> {
        self.set.get(rule).copied()
    }

    /// Whether no rule is set to anything.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// Only these rules: what was said of them before stays, unless they were off.
    pub(crate) fn select<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) {
        let chosen: Vec<&str> = named(names).map(|rule| rule.code).collect();
        for rule in budget_rules::rules() {
            if !chosen.contains(&rule.code) {
                self.set.insert(rule.code, Level::Off);
            } else if self.of(rule.code) == Some(Level::Off) {
                self.set.remove(rule.code);
            }
        }
    }

    /// Not these rules.
    pub(crate) fn ignore<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) {
        self.set
            .extend(named(names).map(|rule| (rule.code, Level::Off)));
    }

    /// These rules at these levels; what is named more narrowly counts more.
    pub(crate) fn set<'n>(&mut self, levels: impl IntoIterator<Item = (&'n str, Level)>) {
        let mut levels: Vec<(&[Rule], Level)> = levels
            .into_iter()
            .map(|(name, level)| (select(name), level))
            .collect();
        levels.sort_by_key(|(rules, _)| std::cmp::Reverse(rules.len()));
        for (rules, level) in levels {
            self.set.extend(rules.iter().map(|rule| (rule.code, level)));
        }
    }
}

fn named<'n>(names: impl IntoIterator<Item = &'n str>) -> impl Iterator<Item = &'static Rule> {
    names.into_iter().flat_map(select)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrower_and_the_later_count_more() {
        let mut levels = Levels::default();
        levels.set([
            ("ARI001", Level::Error),
            ("ARI", Level::Hint),
            ("全部", Level::Info),
        ]);
        assert_eq!(levels.of("ARI001"), Some(Level::Error));
        assert_eq!(levels.of("ARI002"), Some(Level::Hint));
        assert_eq!(levels.of("COD001"), Some(Level::Info));
        levels.ignore(["表内"]);
        assert_eq!(levels.of("ARI001"), Some(Level::Off));
        levels.select(["ARI001", "COD"]);
        assert_eq!(
            levels.of("ARI001"),
            None,
            "selected again, at its own severity"
        );
        assert_eq!(levels.of("COD001"), Some(Level::Info));
        assert_eq!(levels.of("GLO001"), Some(Level::Off));
    }
}
