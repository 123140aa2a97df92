//! 出错说明: what people say about findings that stay, in a file beside the documents: the reason, who gave
//! it and when. It is shown with the finding, and lapses when a number of it changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use budget_model::Document;
use budget_rules::{Explanation, Finding, Key, Report, operands, tell};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::{
    baseline::name_from,
    config::{self, ConfigError},
};

/// The explanations of a file 出错说明.toml.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Explanations {
    path: PathBuf,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, alias = "说明")]
    explanation: Vec<Entry>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(alias = "文件")]
    file: String,
    #[serde(alias = "规则")]
    rule: String,
    #[serde(alias = "对象", default)]
    subject: String,
    #[serde(alias = "依据", default)]
    evidence: String,
    /// What was found, for people who read the file.
    #[serde(alias = "问题", default)]
    message: String,
    #[serde(alias = "理由", default)]
    reason: String,
    #[serde(alias = "说明人", default)]
    who: String,
    #[serde(alias = "日期", default)]
    when: String,
}

impl Explanations {
    /// None as yet, to be written to this path.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            entries: Vec::new(),
        }
    }

    /// Reads explanations; the empty text holds none.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let (message, help) = config::in_chinese(error.message());
            ConfigError::at(path, text, error.span().unwrap_or_default(), message, help)
        })?;
        let known = |entry: &&Entry| budget_rules::find(&entry.rule).is_none();
        if let Some(entry) = written.explanation.iter().find(known) {
            let quoted = format!("\"{}\"", entry.rule);
            let at = text.find(&quoted).unwrap_or_default();
            let message = format!("没有名为“{}”的规则", entry.rule);
            let help = "用 budget-lint rules 查看全部规则";
            return Err(ConfigError::at(
                path,
                text,
                at..at + quoted.len(),
                message,
                help,
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            entries: written.explanation,
        })
    }

    /// Of the entries about a file: what was found then, where there is nothing of the kind any more; and how
    /// many still lack a reason.
    pub fn idle(&self, file: &Path, report: &Report, document: &Document) -> (Vec<&str>, usize) {
        let name = name_from(&self.path, file);
        let aside = report.suppressed.iter().map(|it| &it.finding);
        let found: FxHashSet<(String, String)> = report
            .findings
            .iter()
            .chain(aside)
            .map(|finding| Key::of(finding, document))
            .map(|key| (key.rule, key.subject))
            .collect();
        let mine = || self.entries.iter().filter(|entry| entry.file == name);
        let is_idle =
            |entry: &&Entry| !found.contains(&(entry.rule.clone(), entry.subject.clone()));
        (
            mine()
                .filter(is_idle)
                .map(|entry| &*entry.message)
                .collect(),
            mine()
                .filter(|entry| entry.reason.trim().is_empty())
                .count(),
        )
    }

    /// Where they are kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Says with each finding of a file what was said about it, if a reason was given. One entry explains one finding:
    /// another that looks the same is another.
    pub(crate) fn apply(&self, file: &Path, findings: &mut [Arc<Finding>], document: &Document) {
        let name = name_from(&self.path, file);
        let mine = self.entries.iter();
        let mine: Vec<&Entry> = mine
            .filter(|entry| entry.file == name && !entry.reason.trim().is_empty())
            .collect();
        if mine.is_empty() {
            return;
        }
        let keys: Vec<Key> = findings.iter().map(|it| key(it, document)).collect();
        let found: FxHashSet<_> = keys.iter().map(whole).collect();
        let mut holding: FxHashMap<_, Vec<&Entry>> = FxHashMap::default();
        let mut lapsed: FxHashMap<_, &Entry> = FxHashMap::default();
        for entry in mine {
            let whole = (&*entry.rule, &*entry.subject, &*entry.evidence);
            if found.contains(&whole) {
                holding.entry(whole).or_default().push(entry);
            } else {
                lapsed.insert((whole.0, whole.1), entry);
            }
        }
        // From the end, so that of several about one finding the last counts.
        for (finding, key) in findings.iter_mut().zip(&keys).rev() {
            let said = holding.get_mut(&whole(key)).and_then(Vec::pop);
            let said = match said {
                Some(entry) => Some((entry, false)),
                None => lapsed
                    .get(&(&*key.rule, &*key.subject))
                    .map(|entry| (*entry, true)),
            };
            let Some((entry, lapsed)) = said else {
                continue;
            };
            Arc::make_mut(finding).explanation = Some(Explanation {
                reason: entry.reason.clone(),
                who: entry.who.clone(),
                when: entry.when.clone(),
                lapsed,
            });
        }
    }

    /// The entry of a finding, to be appended to the file.
    pub fn entry(
        &self,
        file: &Path,
        finding: &Finding,
        document: &Document,
        explanation: &Explanation,
    ) -> String {
        let key = key(finding, document);
        let entry = Entry {
            file: name_from(&self.path, file),
            rule: key.rule,
            subject: key.subject,
            evidence: key.evidence,
            message: tell(finding, document).text,
            reason: explanation.reason.clone(),
            who: explanation.who.clone(),
            when: explanation.when.clone(),
        };
        // Strings always have a TOML form.
        format!(
            "[[explanation]]\n{}",
            toml::to_string(&entry).unwrap_or_default()
        )
    }
}

/// What an explanation knows a finding by: it lapses with any number that it hangs on.
fn key(finding: &Finding, document: &Document) -> Key {
    Key {
        evidence: operands(finding, document),
        ..Key::of(finding, document)
    }
}

fn whole(key: &Key) -> (&str, &str, &str) {
    (&key.rule, &key.subject, &key.evidence)
}
