//! How many warnings are allowed: of all files on the command line, or of those under a `budget.toml`.

use std::{collections::BTreeMap, path::PathBuf};

use budget_workspace::{MaxWarnings, Settings};

/// Warnings counted by the `budget.toml` that limits them.
#[derive(Default)]
pub(super) struct Limits {
    all: usize,
    /// By file: the limit and the count.
    by_config: BTreeMap<PathBuf, (usize, usize)>,
}

impl Limits {
    pub(super) fn count(&mut self, settings: &Settings, warnings: usize) {
        self.all += warnings;
        if let Some(MaxWarnings { most, path }) = &settings.max_warnings {
            let (_, count) = self.by_config.entry(path.clone()).or_insert((*most, 0));
            *count += warnings;
        }
    }

    /// What to say of limits that are exceeded; `most`, if given, counts instead of every `budget.toml`.
    pub(super) fn exceeded(self, most: Option<usize>) -> Vec<String> {
        if let Some(most) = most {
            let said = format!(
                "“修改或说明”有 {} 条，多于 --max-warnings 允许的 {most} 条",
                self.all
            );
            return (self.all > most).then_some(said).into_iter().collect();
        }
        let exceeded = self
            .by_config
            .iter()
            .filter(|(_, (most, count))| count > most);
        let say = |(path, (most, count)): (&PathBuf, &(usize, usize))| {
            let path = path.display();
            format!("“修改或说明”有 {count} 条，多于 {path} 中 max-warnings 允许的 {most} 条")
        };
        exceeded.map(say).collect()
    }
}
