//! What the client's user has set.

use budget_rules::Severity;

/// The words that the user's settings begin with.
const OPTIONS: [&str; 3] = ["minSeverity", "inlayHints", "codeLens"];

/// What the client's user has set in the editor; what holds for everyone is in `budget.toml`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Preferences {
    /// Findings below it aren't shown (`minSeverity`); as on the command line, hints aren't unless
    /// asked for.
    pub(crate) min_severity: Severity,
    /// `inlayHints.enable`, `inlayHints.cells`.
    pub(crate) inlay_hints: InlayHints,
    /// `codeLens.enable`.
    pub(crate) code_lens: bool,
}

/// What is shown amid the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct InlayHints {
    pub(crate) enable: bool,
    /// Also in the cells of tables, where they push the columns apart.
    pub(crate) cells: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            min_severity: Severity::Info,
            inlay_hints: InlayHints {
                enable: true,
                cells: false,
            },
            code_lens: true,
        }
    }
}

impl Preferences {
    /// Reads `{"minSeverity": "hint"}`, by itself or under `budget` or `budget-lint`, over these. What isn't given or
    /// isn't understood stays; none if nothing is said of this server, as some clients do once they are connected.
    pub(crate) fn overlaid(&self, value: &serde_json::Value) -> Option<Self> {
        let section = value
            .get("budget")
            .or_else(|| value.get(crate::capabilities::SOURCE));
        let says = |value: &serde_json::Value| {
            let keys = value.as_object().into_iter().flat_map(|map| map.keys());
            keys.into_iter()
                .any(|key| OPTIONS.contains(&key.split('.').next().unwrap_or_default()))
        };
        let own = section.unwrap_or(value);
        if section.is_none() && !says(value) {
            return None;
        }
        let mut preferences = self.clone();
        if let Some(name) = own.get("minSeverity").and_then(|value| value.as_str()) {
            preferences.min_severity = match name {
                "error" => Severity::Error,
                "warning" => Severity::Warning,
                "hint" => Severity::Hint,
                "info" => Severity::Info,
                _ => preferences.min_severity,
            };
        }
        let set = |name: &str, slot: &mut bool| {
            // `{"codeLens": {"enable": false}}` or `{"codeLens.enable": false}`.
            let nested = name.split('.').try_fold(own, |value, key| value.get(key));
            if let Some(value) = nested.or(own.get(name)).and_then(|value| value.as_bool()) {
                *slot = value;
            }
        };
        set("inlayHints.enable", &mut preferences.inlay_hints.enable);
        set("inlayHints.cells", &mut preferences.inlay_hints.cells);
        set("codeLens.enable", &mut preferences.code_lens);
        Some(preferences)
    }
}
