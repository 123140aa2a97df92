//! The world of documents, changed in one place and read in immutable snapshots.

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
use rustc_hash::FxHashMap;

use crate::{
    config::{ConfigError, FailLevel, Level},
    decode::Notice,
    file::read,
    settings::{Resolver, Settings},
};

/// A file of the world. Never given to another file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(u32);

/// Where a text comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FilePath {
    /// A file on disk.
    Disk(PathBuf),
    /// A text without a file: standard input, an unsaved text of an editor, by any name.
    Virtual(String),
}

impl FilePath {
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

/// What can happen to the world.
#[derive(Clone, Debug)]
pub enum Change {
    /// A text is there, or is another one: opened, edited, or read from disk.
    Text {
        /// Which.
        file: FilePath,
        /// All of it.
        text: Arc<str>,
        /// The editor's version of it.
        version: Option<i32>,
        /// What was done to read it.
        notice: Option<Notice>,
    },
    /// A text is gone.
    Close {
        /// Which.
        file: FilePath,
    },
    /// A `budget.toml` or a pack may have changed.
    ConfigFiles,
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
            document: OnceLock::new(),
            report: OnceLock::new(),
        }
    }

    /// The document, read once.
    pub fn document(&self) -> &Arc<Document> {
        self.document.get_or_init(|| {
            let catalog = Arc::clone(&self.settings.catalog);
            let default = self.settings.template.as_deref();
            let reading = Reading {
                default_template: default.unwrap_or(DEFAULT_TEMPLATE),
                tolerance: self.settings.tolerance.into(),
                fetch: None,
            };
            let fetch = |name: &str| self.sibling(name, reading);
            let reading = Reading {
                fetch: Some(&fetch),
                ..reading
            };
            let text = Arc::clone(&self.text);
            Arc::new(Document::read(text, catalog, reading))
        })
    }

    /// A document that this one names (`上年文档`, `预算文档`), from its folder; none if it can't be read: what is
    /// not there is not compared.
    fn sibling(&self, name: &str, reading: Reading<'_>) -> Option<Arc<Document>> {
        let path = self.path.folder()?.join(name);
        if !path.is_file() {
            // Also no pipe, on which one would wait for ever.
            return None;
        }
        let text = read(&path).ok()?.text.into();
        let catalog = Arc::clone(&self.settings.catalog);
        Some(Arc::new(Document::read(text, catalog, reading)))
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
            report.findings.insert(0, encoding_finding(notice));
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

/// All files, as they were at one moment. Cheap to clone, and never changes.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    files: Arc<FxHashMap<FileId, Arc<File>>>,
    ids: Arc<FxHashMap<FilePath, FileId>>,
}

impl Snapshot {
    /// The file by its path.
    pub fn id(&self, path: &FilePath) -> Option<FileId> {
        let id = *self.ids.get(path)?;
        self.files.contains_key(&id).then_some(id)
    }

    /// A file; none if it was closed.
    pub fn file(&self, id: FileId) -> Option<&Arc<File>> {
        self.files.get(&id)
    }

    /// All files, by id.
    pub fn files(&self) -> Vec<(FileId, &Arc<File>)> {
        let mut files: Vec<_> = self.files.iter().map(|(id, file)| (*id, file)).collect();
        files.sort_by_key(|(id, _)| *id);
        files
    }

    /// The document, read once.
    pub fn document(&self, id: FileId) -> Option<Arc<Document>> {
        self.file(id).map(|file| Arc::clone(file.document()))
    }

    /// Its findings, made once.
    pub fn report(&self, id: FileId) -> Option<Arc<Report>> {
        self.file(id).map(|file| Arc::clone(file.report()))
    }
}

/// The files and what they are checked by. Changed by [`World::apply`] alone.
#[derive(Debug, Default)]
pub struct World {
    snapshot: Snapshot,
    resolver: Resolver,
    next: u32,
}

impl World {
    /// A world whose settings are found by `resolver`.
    pub fn with_resolver(resolver: Resolver) -> Self {
        Self {
            resolver,
            ..Self::default()
        }
    }

    /// Takes a change. Gives the file it was about, if there is one.
    pub fn apply(&mut self, change: Change) -> Option<FileId> {
        match change {
            Change::Text {
                file,
                text,
                version,
                notice,
            } => {
                let settings = self.resolver.resolve(&file);
                let id = self.id(&file);
                let file = Arc::new(File::new(file, text, version, notice, settings));
                Arc::make_mut(&mut self.snapshot.files).insert(id, file);
                Some(id)
            }
            Change::Close { file } => {
                let id = self.snapshot.id(&file)?;
                Arc::make_mut(&mut self.snapshot.files).remove(&id);
                Some(id)
            }
            Change::ConfigFiles => {
                self.reload();
                None
            }
        }
    }

    /// The world as it is now.
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot.clone()
    }

    /// The `budget.toml` files that could not be read; what they last said is in force.
    pub fn config_errors(&self) -> Vec<&ConfigError> {
        self.resolver.errors()
    }

    fn id(&mut self, path: &FilePath) -> FileId {
        if let Some(id) = self.snapshot.ids.get(path) {
            return *id;
        }
        let id = FileId(self.next);
        self.next += 1;
        Arc::make_mut(&mut self.snapshot.ids).insert(path.clone(), id);
        id
    }

    /// Files whose settings changed are read anew; the others keep what was made of them.
    fn reload(&mut self) {
        self.resolver.reload();
        let files = Arc::make_mut(&mut self.snapshot.files);
        for file in files.values_mut() {
            let settings = self.resolver.resolve(&file.path);
            if !Arc::ptr_eq(&settings, &file.settings) {
                *file = Arc::new(File::new(
                    file.path.clone(),
                    Arc::clone(&file.text),
                    file.version,
                    file.notice,
                    settings,
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, text: &str, version: i32) -> Change {
        Change::Text {
            file: FilePath::Virtual(name.to_owned()),
            text: text.into(),
            version: Some(version),
            notice: None,
        }
    }

    #[test]
    fn a_snapshot_does_not_see_later_changes() {
        let mut world = World::default();
        let id = world.apply(text("甲", "# 一\n", 1)).expect("a file");
        let before = world.snapshot();
        assert_eq!(world.apply(text("甲", "# 二\n", 2)), Some(id));
        let after = world.snapshot();
        let text_of = |s: &Snapshot| s.document(id).map(|d| d.text.to_string());
        assert_eq!(text_of(&before).as_deref(), Some("# 一\n"));
        assert_eq!(text_of(&after).as_deref(), Some("# 二\n"));
        assert_eq!(after.file(id).and_then(|f| f.version), Some(2));

        let file = FilePath::Virtual("甲".to_owned());
        assert_eq!(world.apply(Change::Close { file: file.clone() }), Some(id));
        assert!(world.snapshot().document(id).is_none());
        assert!(world.snapshot().id(&file).is_none());
        assert!(after.document(id).is_some());
    }

    #[test]
    fn documents_and_reports_are_made_once() {
        let mut world = World::default();
        let id = world.apply(text("甲", "# 一\n", 1)).expect("a file");
        let (one, two) = (world.snapshot(), world.snapshot());
        let same = |a: Option<Arc<Document>>, b: Option<Arc<Document>>| {
            Arc::ptr_eq(&a.expect("read"), &b.expect("read"))
        };
        assert!(same(one.document(id), two.document(id)));
        let (a, b) = (one.report(id), two.report(id));
        assert!(Arc::ptr_eq(&a.expect("made"), &b.expect("made")));
    }

    #[test]
    fn another_encoding_is_a_finding() {
        let mut world = World::default();
        let id = world.apply(Change::Text {
            file: FilePath::Virtual("甲".to_owned()),
            text: "# 一\n".into(),
            version: None,
            notice: Some(Notice::Encoding("gb18030")),
        });
        let report = id.and_then(|id| world.snapshot().report(id)).expect("made");
        let finding = report.findings.first().expect("one");
        assert_eq!((finding.rule, finding.severity), ("SYN008", Severity::Info));
    }
}
