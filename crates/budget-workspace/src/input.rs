//! A text to check, with what it is checked by and what was made of it.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use budget_model::{
    Document,
    document::{DEFAULT_TEMPLATE, Reading},
    relation::Collect,
};
use budget_rules::{Finding, Report, Severity, Waiver, finding::Detail};
use budget_syntax::TextRange;

use crate::{
    config::{FailLevel, Level},
    decode::Notice,
    exclude::absolute,
    settings::Settings,
    shelf::Shelf,
};

/// Where a text comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FilePath {
    /// A file on disk.
    Disk(PathBuf),
    /// A text without a file: standard input, an unsaved text of an editor, by any name.
    Virtual(String),
}

impl FilePath {
    /// Names of the other documents of its folder, in order, as a front matter would name them; at
    /// most 100. None for a text without a file.
    pub fn documents_beside(&self) -> Vec<String> {
        const MOST: usize = 100;
        let Self::Disk(own) = self else {
            return Vec::new();
        };
        let folder = own
            .parent()
            .and_then(|folder| std::fs::read_dir(folder).ok());
        let paths = folder.into_iter().flatten().flatten().map(|it| it.path());
        let others = paths.filter(|path| {
            path != own
                && path
                    .extension()
                    .is_some_and(|it| it == crate::discover::EXTENSION)
        });
        let names = others.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
        let mut names: Vec<String> = names.collect();
        names.sort();
        names.truncate(MOST);
        names
    }

    /// The path on disk.
    pub fn disk(&self) -> Option<&Path> {
        match self {
            Self::Disk(path) => Some(path),
            Self::Virtual(_) => None,
        }
    }

    /// For people.
    pub fn display(&self) -> Cow<'_, str> {
        match self {
            Self::Disk(path) => path.to_string_lossy(),
            Self::Virtual(name) => Cow::Borrowed(name),
        }
    }

    /// The folder that its `budget.toml` is looked for from.
    pub fn folder(&self) -> Option<&Path> {
        self.disk()?.parent()
    }
}

impl From<PathBuf> for FilePath {
    fn from(path: PathBuf) -> Self {
        Self::Disk(path)
    }
}

impl From<&Path> for FilePath {
    fn from(path: &Path) -> Self {
        Self::Disk(path.to_owned())
    }
}

/// One text in one version, with what was made of it.
#[derive(Debug)]
pub struct File {
    /// Where it comes from.
    pub path: FilePath,
    /// The text.
    pub text: Arc<str>,
    /// The editor's version.
    pub version: Option<i32>,
    /// What was done to read it.
    pub notice: Option<Notice>,
    /// What it is checked by.
    pub settings: Arc<Settings>,
    shelf: Arc<Shelf>,
    document: OnceLock<Arc<Document>>,
    report: OnceLock<Arc<Report>>,
}

impl File {
    /// A text, unread as yet.
    pub fn new(
        path: FilePath,
        text: Arc<str>,
        version: Option<i32>,
        notice: Option<Notice>,
        settings: Arc<Settings>,
    ) -> Self {
        Self {
            path,
            text,
            version,
            notice,
            settings,
            shelf: Arc::default(),
            document: OnceLock::new(),
            report: OnceLock::new(),
        }
    }

    /// With the shelf on which the documents are that it names.
    #[must_use]
    pub fn with_shelf(mut self, shelf: Arc<Shelf>) -> Self {
        self.shelf = shelf;
        self
    }

    /// The same file with another text.
    pub fn with_text(&self, text: String) -> Self {
        let notice = match self.notice {
            Some(Notice::ByteOrderMark) => Some(Notice::ByteOrderMark),
            Some(Notice::Nul(_)) => text
                .find('\0')
                .map(|at| Notice::Nul(u32::try_from(at).unwrap_or(u32::MAX))),
            // It is written as UTF-8.
            Some(Notice::Encoding(_)) | None => None,
        };
        Self::new(
            self.path.clone(),
            text.into(),
            self.version,
            notice,
            Arc::clone(&self.settings),
        )
        .with_shelf(Arc::clone(&self.shelf))
    }

    /// The file as it is to be written: in UTF-8, with the byte order mark that it had.
    pub fn written(&self) -> Cow<'_, str> {
        match self.notice {
            Some(Notice::ByteOrderMark) => Cow::Owned(format!("\u{FEFF}{}", self.text)),
            _ => Cow::Borrowed(&*self.text),
        }
    }

    /// The document, read once.
    pub fn document(&self) -> &Arc<Document> {
        self.document_after(None)
    }

    /// The document; if it is still to be read, with what was read of an earlier version.
    pub fn document_after(&self, before: Option<&Document>) -> &Arc<Document> {
        self.document.get_or_init(|| {
            let catalog = Arc::clone(&self.settings.catalog);
            let default = self.settings.template.as_deref();
            let reading = Reading {
                default_template: default.unwrap_or(DEFAULT_TEMPLATE),
                tolerance: self.settings.tolerance.into(),
                fetch: None,
                before: None,
            };
            let fetch = |name: &str| self.sibling(name, reading);
            let reading = Reading {
                fetch: Some(&fetch),
                before,
                ..reading
            };
            let text = Arc::clone(&self.text);
            Arc::new(Document::read(text, catalog, reading))
        })
    }

    /// A document that this one names (`上年文档`, `预算文档`), from its folder; none if it can't be read: what is
    /// not there is not compared.
    fn sibling(&self, name: &str, reading: Reading<'_>) -> Option<Arc<Document>> {
        let path = absolute(&self.path.folder()?.join(name));
        self.shelf.get(&path, &self.settings, |text| {
            let catalog = Arc::clone(&self.settings.catalog);
            Document::read(text, catalog, reading)
        })
    }

    /// Its findings under its settings, made once.
    pub fn report(&self) -> &Arc<Report> {
        self.report
            .get_or_init(|| Arc::new(self.check(Collect::Broken)))
    }

    /// As [`File::report`], with every relation kept if asked for; not kept itself.
    pub fn check(&self, collect: Collect) -> Report {
        let mut report = budget_rules::check(self.document(), collect);
        if let Some(notice) = self.notice {
            report
                .findings
                .insert(0, Arc::new(encoding_finding(notice)));
        }
        self.settle(&mut report);
        report
    }

    /// Whether a finding makes the check fail. What is explained doesn't, unless it must be mended. Under the profile
    /// 送审 what must be mended always does.
    pub fn fails(&self, finding: &Finding, fail_level: FailLevel) -> bool {
        if self.settings.strict && finding.severity == Severity::Error {
            return true;
        }
        fail_level.is_reached(finding.severity) && !finding.is_excused()
    }

    /// Applies the settings: severities, what is off, the baseline, explanations. Under the profile 送审
    /// what must be mended, by the rule or by the settings, stays, whatever they and the comments of the document say.
    fn settle(&self, report: &mut Report) {
        let Settings {
            levels,
            strict,
            baseline,
            explanations,
            relations,
            ..
        } = &*self.settings;
        if !relations.is_empty() {
            report.each(|finding| {
                if let Some(severity) = own_level(finding, relations).and_then(Level::severity) {
                    finding.severity = severity;
                }
            });
        }
        if !levels.is_empty() {
            report.each(|finding| {
                let level = levels.of(finding.rule).and_then(Level::severity);
                let is_lowered = level.is_some_and(|level| level < finding.severity);
                let stays = *strict && is_lowered && finding.severity == Severity::Error;
                if let Some(severity) = level.filter(|_| !stays) {
                    finding.severity = severity;
                }
            });
        }
        let spared = |finding: &Finding| *strict && finding.severity == Severity::Error;
        if *strict {
            report.reinstate(|suppressed| spared(&suppressed.finding));
        }
        if !relations.is_empty() {
            // One that is off is no relation: there is nothing to spare.
            let is_off = |finding: &Finding| own_level(finding, relations) == Some(Level::Off);
            report.waive(|finding| is_off(finding).then_some(Waiver::Off));
        }
        let disk = self.path.disk();
        if let (Some(baseline), Some(path)) = (baseline, disk) {
            baseline.apply(path, report, self.document(), spared);
        }
        if !levels.is_empty() {
            report.waive(|finding| {
                let off = levels.of(finding.rule) == Some(Level::Off) && !spared(finding);
                off.then_some(Waiver::Off)
            });
        }
        report.fold();
        if let (Some(explanations), Some(path)) = (explanations, disk) {
            explanations.apply(path, &mut report.findings, self.document());
        }
    }
}

/// What the relation of one's own behind a finding is set to.
fn own_level(finding: &Finding, relations: &BTreeMap<String, Level>) -> Option<Level> {
    let own = finding.rule == budget_rules::OWN_RELATION;
    let name = finding.origin.as_ref().filter(|_| own)?;
    relations.get(name).copied()
}

/// What reading a file had to do, told by rule SYN008.
fn encoding_finding(notice: Notice) -> Finding {
    let said = |range| {
        let detail = Detail::Syntax {
            message: notice.message(),
            help: notice.action().to_owned(),
        };
        let unsaid = budget_rules::encoding("");
        Finding::new(unsaid.rule, unsaid.severity, range, unsaid.subject, detail)
    };
    match notice {
        Notice::Encoding(name) => budget_rules::encoding(name),
        Notice::ByteOrderMark => said(TextRange::empty(0)),
        Notice::Nul(at) => said(TextRange::new(at, at.saturating_add(1))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_encoding_is_a_finding() {
        let file = File::new(
            FilePath::Virtual("甲".to_owned()),
            "# 一\n".into(),
            None,
            Some(Notice::Encoding("gb18030")),
            Arc::new(Settings::builtin()),
        );
        let finding = file.report().findings.first().expect("one");
        assert_eq!((finding.rule, finding.severity), ("SYN008", Severity::Info));
        assert!(Arc::ptr_eq(file.report(), file.report()));
        assert!(Arc::ptr_eq(file.document(), file.document()));
    }
}
