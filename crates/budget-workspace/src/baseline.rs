//! The baseline: findings that were there before checking began. They are set aside, counted and listed;
//! one that is gone is stale, and said to be.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use budget_model::Document;
use budget_rules::{Finding, Key, Report, Waiver, tell};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::{config::ConfigError, exclude::absolute};

/// Findings by file and [`Key`]: rule, subject and amounts, never a line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    path: PathBuf,
    files: BTreeMap<String, FxHashMap<Key, Known>>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Known {
    count: usize,
    message: String,
}

/// The file's form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: String,
    rule: String,
    subject: String,
    evidence: String,
    #[serde(default = "once", skip_serializing_if = "is_once")]
    count: usize,
    /// What was said then, for people who read the file.
    #[serde(default)]
    message: String,
}

const fn once() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_once(count: &usize) -> bool {
    *count == 1
}

const VERSION: u32 = 1;

impl Baseline {
    /// None as yet, to be written to this path.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            files: BTreeMap::new(),
        }
    }

    /// Reads a baseline; the empty text is one without findings.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let mut baseline = Self::new(path);
        if text.trim().is_empty() {
            return Ok(baseline);
        }
        const HELP: &str =
            "请从 git 恢复这个文件；用 budget-lint baseline 重新生成会记下现有的全部问题";
        let written: Written = serde_json::from_str(text).map_err(|error| ConfigError {
            line: u32::try_from(error.line()).unwrap_or(u32::MAX),
            column: u32::try_from(error.column()).unwrap_or(u32::MAX),
            ..ConfigError::of_file(path, "这不是基线文件的写法", HELP)
        })?;
        if written.version != VERSION {
            let message = format!(
                "这是第 {} 版的基线文件，只认得第 {VERSION} 版",
                written.version
            );
            return Err(ConfigError::of_file(path, message, HELP));
        }
        for entry in written.findings {
            let key = Key {
                rule: entry.rule,
                subject: entry.subject,
                evidence: entry.evidence,
            };
            let known = baseline
                .files
                .entry(entry.file)
                .or_default()
                .entry(key)
                .or_default();
            known.count = known.count.saturating_add(entry.count);
            known.message = entry.message;
        }
        Ok(baseline)
    }

    /// As it is written: sorted, so that two of them can be compared.
    pub fn to_text(&self) -> String {
        let entry = |file: &String, key: &Key, known: &Known| Entry {
            file: file.clone(),
            rule: key.rule.clone(),
            subject: key.subject.clone(),
            evidence: key.evidence.clone(),
            count: known.count,
            message: known.message.clone(),
        };
        let mut findings: Vec<Entry> = self
            .files
            .iter()
            .flat_map(|(file, keys)| keys.iter().map(move |(key, known)| entry(file, key, known)))
            .collect();
        findings.sort();
        let written = Written {
            version: VERSION,
            findings,
        };
        let mut text = serde_json::to_string_pretty(&written).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Where it is kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.files
            .values()
            .map(count)
            .fold(0, usize::saturating_add)
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Takes a file's findings in place of those it held of that file: all that are told and not explained, and
    /// all that it set aside itself.
    pub fn take(&mut self, file: &Path, report: &Report, document: &Document) {
        let mut keys: FxHashMap<Key, Known> = FxHashMap::default();
        let known = report
            .suppressed
            .iter()
            .filter(|it| it.by == Waiver::Baseline);
        let told = report.findings.iter().filter(|it| !it.is_explained());
        for finding in told.chain(known.map(|it| &it.finding)) {
            let known = keys.entry(Key::of(finding, document)).or_default();
            known.count += 1;
            known.message = tell(finding, document).text;
        }
        self.replace(file, keys);
    }

    /// Drops what a file no longer has. Gives how many there were.
    pub fn prune(&mut self, file: &Path, report: &Report, document: &Document) -> usize {
        let found = counts(report, document);
        let mut keys = self
            .files
            .get(&self.name(file))
            .cloned()
            .unwrap_or_default();
        let before = count(&keys);
        keys.retain(|key, known| {
            known.count = known.count.min(found.get(key).copied().unwrap_or(0));
            known.count > 0
        });
        let gone = before.saturating_sub(count(&keys));
        self.replace(file, keys);
        gone
    }

    /// What it holds of a file that is no longer found there.
    pub fn stale(&self, file: &Path, report: &Report, document: &Document) -> Vec<Stale<'_>> {
        let Some(keys) = self.files.get(&self.name(file)) else {
            return Vec::new();
        };
        let found = counts(report, document);
        let mut stale: Vec<_> = keys
            .iter()
            .filter(|(key, known)| found.get(*key).copied().unwrap_or(0) < known.count)
            .map(|(key, known)| Stale {
                rule: &key.rule,
                message: &known.message,
            })
            .collect();
        stale.sort();
        stale
    }

    /// The documents it holds findings of that are no longer on disk, each with how many.
    pub fn gone(&self) -> Vec<(&str, usize)> {
        let beside = absolute(&self.path);
        let folder = beside.parent().unwrap_or(Path::new(""));
        let files = self.files.iter();
        files
            .filter(|(name, _)| !folder.join(name).exists())
            .map(|(name, keys)| (name.as_str(), count(keys)))
            .collect()
    }

    /// Drops documents that are no longer on disk. Gives how many findings it held of them.
    pub fn drop_gone(&mut self) -> usize {
        let gone = self.gone().into_iter();
        let gone: Vec<_> = gone.map(|(name, count)| (name.to_owned(), count)).collect();
        for (name, _) in &gone {
            self.files.remove(name);
        }
        let counts = gone.iter().map(|(_, count)| *count);
        counts.fold(0, usize::saturating_add)
    }

    /// Sets aside what it holds of a file, each as often as it holds it; not what `spared` says.
    pub(crate) fn apply(
        &self,
        file: &Path,
        report: &mut Report,
        document: &Document,
        spared: impl Fn(&Finding) -> bool,
    ) {
        let Some(keys) = self.files.get(&self.name(file)) else {
            return;
        };
        let mut left: FxHashMap<&Key, usize> =
            keys.iter().map(|(k, known)| (k, known.count)).collect();
        report.waive(|finding| {
            if spared(finding) {
                return None;
            }
            let left = left.get_mut(&Key::of(finding, document))?;
            *left = left.checked_sub(1)?;
            Some(Waiver::Baseline)
        });
    }

    fn replace(&mut self, file: &Path, keys: FxHashMap<Key, Known>) {
        let name = self.name(file);
        if keys.is_empty() {
            self.files.remove(&name);
        } else {
            self.files.insert(name, keys);
        }
    }

    /// A file as it is called here: from the baseline's folder, with `/`.
    fn name(&self, file: &Path) -> String {
        name_from(&self.path, file)
    }
}

/// How many findings are known; a file may claim any number.
fn count(keys: &FxHashMap<Key, Known>) -> usize {
    let counts = keys.values().map(|known| known.count);
    counts.fold(0, usize::saturating_add)
}

/// An entry of a baseline that nothing answers to any more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Stale<'a> {
    /// The rule's code.
    pub rule: &'a str,
    /// What was said then.
    pub message: &'a str,
}

/// How often each finding of a file is there, told, set aside by whatever, or said by another.
fn counts(report: &Report, document: &Document) -> FxHashMap<Key, usize> {
    let suppressed = report.suppressed.iter().map(|it| &it.finding);
    let mut counts = FxHashMap::default();
    let findings = report.findings.iter().chain(suppressed);
    for finding in findings.chain(report.echoes()) {
        *counts.entry(Key::of(finding, document)).or_default() += 1;
    }
    counts
}

/// A document as a file beside it calls it: from that file's folder, with `/`, so that it is called the same
/// wherever the folders are copied to.
pub(crate) fn name_from(beside: &Path, file: &Path) -> String {
    let (file, beside) = (absolute(file), absolute(beside));
    let folder = beside.parent().unwrap_or(Path::new(""));
    let Some((above, common)) = folder
        .ancestors()
        .enumerate()
        .find(|(_, common)| file.starts_with(common))
    else {
        // Another drive.
        return file.to_string_lossy().replace('\\', "/");
    };
    let under = file.strip_prefix(common).unwrap_or(&file);
    let under = under
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    let up = std::iter::repeat_n("..".into(), above);
    up.chain(under).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_called_from_the_folder_of_the_baseline() {
        let name = |beside: &str, file: &str| name_from(Path::new(beside), Path::new(file));
        assert_eq!(name("项目/基线.json", "项目/县/甲.budget"), "县/甲.budget");
        assert_eq!(name("基线.json", "./甲.budget"), "甲.budget");
        assert_eq!(
            name("项目/.核对/基线.json", "项目/甲.budget"),
            "../甲.budget"
        );
        assert_eq!(
            name("/甲/乙/基线.json", "/丙/丁.budget"),
            "../../丙/丁.budget"
        );
    }

    #[test]
    fn a_count_may_be_any_number() {
        let entry = format!(
            "{{\"file\":\"甲\",\"rule\":\"ARI001\",\"subject\":\"\",\"evidence\":\"\",\"count\":{}}}",
            usize::MAX
        );
        let text = format!("{{\"version\":1,\"findings\":[{entry},{entry}]}}");
        let baseline = Baseline::parse(Path::new("基线.json"), &text).expect("read");
        assert_eq!(baseline.len(), usize::MAX);
    }
}
