//! What holds for a file: every `budget.toml` from its folder upward, and what the command line adds.

mod levels;
mod load;
mod resolver;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use budget_catalog::Catalog;

pub use levels::Levels;
pub use resolver::Resolver;

use crate::{
    baseline::Baseline,
    config::{FailLevel, Level, Tolerance},
    explanations::Explanations,
};

/// What a file is checked by. Shared by all files for which the same holds.
#[derive(Debug)]
pub struct Settings {
    /// The `budget.toml` files that are in force, the nearest first.
    pub files: Vec<PathBuf>,
    /// The template of documents that name none.
    pub template: Option<String>,
    /// From which severity on a check fails.
    pub fail_level: Option<FailLevel>,
    /// How many warnings are allowed.
    pub max_warnings: Option<MaxWarnings>,
    /// How rounding is judged.
    pub tolerance: Tolerance,
    /// What the rules are set to.
    pub levels: Levels,
    /// Under the profile 送审 nothing sets an error aside.
    pub strict: bool,
    /// Findings that were there before checking began.
    pub baseline: Option<Arc<Baseline>>,
    /// What people said about findings.
    pub explanations: Option<Arc<Explanations>>,
    /// The relations of one's own (审核公式) with their levels, by name.
    pub relations: BTreeMap<String, Level>,
    /// Built-in data, the packs and the relations of one's own.
    pub catalog: Arc<Catalog>,
}

/// How many warnings (修改或说明) are allowed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MaxWarnings {
    /// At most, of all files that this `budget.toml` holds for.
    pub most: usize,
    /// The `budget.toml` that says so.
    pub path: PathBuf,
}

impl Settings {
    /// Without a `budget.toml`.
    pub fn builtin() -> Self {
        Self {
            files: Vec::new(),
            template: None,
            fail_level: None,
            max_warnings: None,
            tolerance: Tolerance::default(),
            levels: Levels::default(),
            strict: false,
            baseline: None,
            explanations: None,
            relations: BTreeMap::new(),
            catalog: Arc::clone(Catalog::builtin()),
        }
    }
}

/// What a command line says over every `budget.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Overrides {
    /// Only these rules or groups.
    pub select: Vec<String>,
    /// Not these rules or groups.
    pub ignore: Vec<String>,
    /// Rules or groups and what they are set to.
    pub levels: Vec<(String, Level)>,
    /// Under the profile 送审 nothing sets an error aside.
    pub strict: bool,
    /// This baseline file instead of that of `budget.toml`.
    pub baseline: Option<PathBuf>,
}
