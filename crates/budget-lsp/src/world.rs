//! The open documents. Changed only by [`crate::service`], in wire order; read through snapshots
//! that never change.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use budget_catalog::Catalog;
use budget_model::Document;
use budget_model::prose::Checked;
use budget_rules::{Explanation, Finding, Report, Severity};
use budget_syntax::position::Encoding;
use budget_workspace::{
    Changed, ConfigError, File, FilePath, Resolver, Settings, Shelf, absolute,
    mend::{Fixes, mend},
};
use ropey::Rope;
use rustc_hash::{FxHashMap, FxHashSet};
use tower_lsp::ls_types::{TextDocumentContentChangeEvent, Uri};

use crate::painted::Painted;
use crate::position;
use crate::preferences::Preferences;

/// The check behind the diagnostics.
pub type Check = Arc<dyn Fn(&File) -> Report + Send + Sync>;

/// Bytes of a text whose check may take longer than a moment.
const LARGE: usize = 1_000_000;

/// A version of an open document. Immutable; its model and findings are made when first asked
/// for, once.
pub(crate) struct OpenDocument {
    /// As the client writes it.
    pub(crate) uri: Arc<str>,
    /// The client's version number.
    pub(crate) version: i32,
    /// Unique among all versions of all documents and settings.
    pub(crate) revision: u64,
    path: FilePath,
    settings: Arc<Settings>,
    rope: Rope,
    pub(crate) painted: Painted,
    check: Check,
    shelf: Arc<Shelf>,
    /// What was read of an earlier version, until this one is read.
    before: Mutex<Option<Arc<Document>>>,
    read: OnceLock<Read>,
    report: OnceLock<Report>,
}

/// A version, read.
pub(crate) struct Read {
    file: File,
}

impl Read {
    pub(crate) fn document(&self) -> &Document {
        self.file.document()
    }

    /// The text with every safe fix of findings from a severity on; none if there is none.
    pub(crate) fn mended(&self, least: Severity) -> Option<Arc<str>> {
        let file = self.file.with_text(self.document().text.to_string());
        let mended = mend(file, Fixes::Safe, least);
        (!mended.applied.is_empty()).then_some(mended.file.text)
    }
}

impl OpenDocument {
    pub(crate) fn read(&self) -> &Read {
        self.read.get_or_init(|| {
            let text: Arc<str> = self.text().into();
            let file = File::new(
                self.path.clone(),
                text,
                Some(self.version),
                None,
                self.settings.clone(),
            );
            let file = file.with_shelf(self.shelf.clone());
            let before = self.before().take();
            file.document_after(before.as_deref());
            Read { file }
        })
    }

    fn before(&self) -> MutexGuard<'_, Option<Arc<Document>>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last that was read of it.
    fn last_read(&self) -> Option<Arc<Document>> {
        match self.read.get() {
            Some(read) => Some(read.file.document().clone()),
            None => self.before().clone(),
        }
    }

    /// A file that it names, from its own folder.
    pub(crate) fn beside(&self, name: &str) -> Option<PathBuf> {
        Some(self.path.folder()?.join(name))
    }

    /// Where explanations of its findings (出错说明) are kept, if `budget.toml` says so and the file is there, and
    /// the entry of a finding that is still to be explained.
    pub(crate) fn unexplained(&self, finding: &Finding) -> Option<(PathBuf, String)> {
        let known = self.settings.explanations.as_deref()?;
        let path = known.path();
        let open = Explanation {
            reason: String::new(),
            who: String::new(),
            when: String::new(),
            lapsed: false,
        };
        let entry = known.entry(self.path.disk()?, finding, self.read().document(), &open);
        path.is_file().then(|| (path.to_owned(), entry))
    }

    /// Names of the documents of its folder.
    pub(crate) fn documents_beside(&self) -> Vec<String> {
        self.path.documents_beside()
    }

    /// Whether it names one of these documents (`上年文档`, `预算文档`); one that is being read may.
    fn names(&self, others: &[PathBuf]) -> bool {
        let one_of = |read: &Read| {
            let mut named = read.document().others();
            named.any(|name| {
                let path = self.beside(name).map(|path| absolute(&path));
                path.is_some_and(|path| others.contains(&path))
            })
        };
        !others.is_empty() && self.read.get().is_none_or(one_of)
    }

    /// Where the files stand that it names.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.path.folder()
    }

    /// Its path on disk, if it has one.
    pub(crate) fn disk(&self) -> Option<&Path> {
        self.path.disk()
    }

    /// Whether a check may take so long that someone notices.
    pub(crate) fn is_large(&self) -> bool {
        self.rope.len_bytes() >= LARGE
    }

    /// Whether the model has been made.
    pub(crate) fn is_read(&self) -> bool {
        self.read.get().is_some()
    }

    pub(crate) fn report(&self) -> &Report {
        self.report.get_or_init(|| (self.check)(&self.read().file))
    }

    /// What was read of the narrative.
    pub(crate) fn prose(&self) -> &Checked {
        &self.report().ledger.prose
    }

    pub(crate) fn text(&self) -> String {
        String::from(&self.rope)
    }
}

type Documents = FxHashMap<String, Arc<OpenDocument>>;

/// The world as it stood when a message arrived.
#[derive(Clone, Default)]
pub(crate) struct Snapshot {
    documents: Arc<Documents>,
    pub(crate) preferences: Arc<Preferences>,
    /// The folders that are open in the editor.
    pub(crate) roots: Arc<Vec<PathBuf>>,
}

impl Snapshot {
    /// By normalised URI.
    pub(crate) fn document(&self, key: &str) -> Option<&Arc<OpenDocument>> {
        self.documents.get(key)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.documents.keys().map(String::as_str)
    }

    /// The open document of a file.
    pub(crate) fn of_file(&self, path: &Path) -> Option<&Arc<OpenDocument>> {
        let path = absolute(path);
        let is_it = |open: &&Arc<OpenDocument>| open.disk().map(absolute).as_ref() == Some(&path);
        self.documents.values().find(is_it)
    }

    /// The open documents, with their normalised URIs, in their order.
    pub(crate) fn documents(&self) -> Vec<(&str, &Arc<OpenDocument>)> {
        let mut all: Vec<_> = self.documents.iter().collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        all.into_iter()
            .map(|(key, open)| (key.as_str(), open))
            .collect()
    }
}

/// What a change of a document leaves behind.
#[must_use]
pub(crate) struct Replaced {
    /// The version before.
    pub(crate) old: Option<Arc<OpenDocument>>,
    /// Other open documents name this one, and are to be checked again.
    pub(crate) namers: bool,
}

/// The world that changes.
struct World {
    now: Snapshot,
    revision: u64,
    resolver: Resolver,
    check: Check,
    /// The documents that open ones name, open or not.
    shelf: Arc<Shelf>,
    /// What `initialize` brought.
    initial: Preferences,
}

/// The world, shared by the service and the publisher; locked for moments only.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub(crate) fn new(check: Check) -> Self {
        Self(Arc::new_cyclic(|world: &Weak<Mutex<World>>| {
            let world = world.clone();
            let open = move |path: &Path| Self(world.upgrade()?).open_text(path);
            Mutex::new(World {
                now: Snapshot::default(),
                revision: 0,
                resolver: Resolver::default(),
                check,
                shelf: Arc::new(Shelf::new(open)),
                initial: Preferences::default(),
            })
        }))
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.lock().now.clone()
    }

    /// The text of a file that is open.
    fn open_text(&self, path: &Path) -> Option<Arc<str>> {
        Some(self.snapshot().of_file(path)?.text().into())
    }

    /// The revision of a document as it stands now.
    pub(crate) fn newest(&self, key: &str) -> Option<u64> {
        self.lock().now.document(key).map(|open| open.revision)
    }

    /// Like [`Self::newest`], and the client's number for it: the same text may get another.
    pub(crate) fn newest_version(&self, key: &str) -> Option<(u64, i32)> {
        let world = self.lock();
        let open = world.now.document(key)?;
        Some((open.revision, open.version))
    }

    /// Opens a document, or replaces it if it was open.
    pub(crate) fn open(&self, key: &str, uri: &str, version: i32, text: &str) -> Replaced {
        let path = disk(key).map_or_else(|| FilePath::Virtual(uri.to_owned()), FilePath::Disk);
        let mut world = self.lock();
        let settings = world.resolve(&path);
        let new = world.version(
            uri.into(),
            version,
            path,
            settings,
            Rope::from_str(text),
            Painted::default(),
        );
        let old = world.documents().insert(key.to_owned(), new.clone());
        Replaced {
            namers: world.renew_namers(&new),
            old,
        }
    }

    /// Edits an open document. `Err` if it isn't open.
    pub(crate) fn change(
        &self,
        key: &str,
        version: i32,
        changes: &[TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> Result<Replaced, ()> {
        let mut world = self.lock();
        let old = world.now.documents.get(key).cloned().ok_or(())?;
        if changes.is_empty() {
            let new = world.renumbered(&old, version);
            world.documents().insert(key.to_owned(), new);
            return Ok(Replaced {
                namers: false,
                old: Some(old),
            });
        }
        let mut rope = old.rope.clone();
        for change in changes {
            position::edit(&mut rope, change.range, &change.text, encoding);
        }
        let new = world.successor(&old, version, rope);
        world.documents().insert(key.to_owned(), new.clone());
        Ok(Replaced {
            namers: world.renew_namers(&new),
            old: Some(old),
        })
    }

    /// Closes a document, if it is open.
    pub(crate) fn close(&self, key: &str) -> Option<Replaced> {
        let mut world = self.lock();
        let old = world.documents().remove(key)?;
        Some(Replaced {
            namers: world.renew_namers(&old),
            old: Some(old),
        })
    }

    /// Takes new preferences. Whether they differ.
    pub(crate) fn prefer(&self, settings: &serde_json::Value) -> bool {
        let mut world = self.lock();
        let Some(preferences) = world.initial.overlaid(settings) else {
            return false;
        };
        if *world.now.preferences == preferences {
            return false;
        }
        world.now.preferences = Arc::new(preferences);
        world.renew(|_, _| true);
        true
    }

    /// Takes what the client's user has set from the start; later settings lie over it.
    pub(crate) fn prefer_initially(&self, options: &serde_json::Value) {
        if self.prefer(options) {
            let mut world = self.lock();
            world.initial = Preferences::clone(&world.now.preferences);
        }
    }

    /// Takes folders away and adds others, by their URIs.
    pub(crate) fn change_roots<'u>(
        &self,
        removed: impl Iterator<Item = &'u str>,
        added: impl Iterator<Item = &'u str>,
    ) {
        let mut world = self.lock();
        let roots = Arc::make_mut(&mut world.now.roots);
        let removed: Vec<PathBuf> = removed.filter_map(disk).collect();
        roots.retain(|root| !removed.contains(root));
        for root in added.filter_map(disk) {
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
    }

    /// What holds for a file on disk; none if it is left out (`exclude`).
    pub(crate) fn settings_of(&self, path: &Path) -> Option<Arc<Settings>> {
        let mut world = self.lock();
        if world.resolver.excludes(path) {
            return None;
        }
        Some(world.resolve(&FilePath::from(path)))
    }

    /// Reads on the pool what every first check needs (the catalogue), while the client makes up its mind about
    /// what to open. Which template that needs isn't known, and each takes a quarter of a megabyte.
    pub(crate) fn warm_up(&self) {
        drop(tokio::task::spawn_blocking(Catalog::builtin));
    }

    /// Files have changed on disk. Reads what hangs on them; the world is held only to take that. Whether any open
    /// document is touched by it.
    pub(crate) fn files_changed(&self, changed: &Changed) -> bool {
        let (mut resolver, shelf, now) = {
            let world = self.lock();
            (
                world.resolver.clone(),
                world.shelf.clone(),
                world.now.clone(),
            )
        };
        let settings = resolver.changed(changed);
        if settings {
            for open in now.documents.values() {
                resolver.resolve(&open.path);
            }
        }
        let open: FxHashSet<PathBuf> = now
            .documents
            .values()
            .filter_map(|open| open.path.disk().map(absolute))
            .collect();
        let gone = shelf.changed(changed, |path| open.contains(path));
        let mut world = self.lock();
        if settings {
            world.resolver = resolver;
        }
        world.renew(|old, settings| !Arc::ptr_eq(&old.settings, settings) || old.names(&gone))
    }

    /// The configuration files in force that can't be read.
    pub(crate) fn config_errors(&self) -> Vec<ConfigError> {
        self.lock().resolver.errors().into_iter().cloned().collect()
    }
}

impl World {
    fn resolve(&mut self, path: &FilePath) -> Arc<Settings> {
        self.resolver.resolve(path)
    }

    fn version(
        &mut self,
        uri: Arc<str>,
        version: i32,
        path: FilePath,
        settings: Arc<Settings>,
        rope: Rope,
        painted: Painted,
    ) -> Arc<OpenDocument> {
        self.revision += 1;
        Arc::new(OpenDocument {
            uri,
            version,
            revision: self.revision,
            path,
            settings,
            rope,
            painted,
            check: self.check.clone(),
            shelf: self.shelf.clone(),
            before: Mutex::default(),
            read: OnceLock::new(),
            report: OnceLock::new(),
        })
    }

    fn successor(&mut self, old: &OpenDocument, version: i32, rope: Rope) -> Arc<OpenDocument> {
        let (uri, path, settings) = (old.uri.clone(), old.path.clone(), old.settings.clone());
        let new = self.version(uri, version, path, settings, rope, old.painted.clone());
        *new.before() = old.last_read();
        new
    }

    /// The same text under another number (Neovim 0.7 tells of no changes behind a request): what was asked of
    /// the one before is still answered.
    fn renumbered(&mut self, old: &OpenDocument, version: i32) -> Arc<OpenDocument> {
        let mut new = self.successor(old, version, old.rope.clone());
        if let Some(new) = Arc::get_mut(&mut new) {
            new.revision = old.revision;
        }
        new
    }

    /// Copied only if a snapshot still holds it: a handful of pointers.
    fn documents(&mut self) -> &mut Documents {
        Arc::make_mut(&mut self.now.documents)
    }

    /// What was read of a document for others that name it is gone, and so is what was said of them.
    fn renew_namers(&mut self, changed: &OpenDocument) -> bool {
        let path = changed.path.disk().map(absolute);
        let Some(path) = path.filter(|path| self.shelf.forget(path)) else {
            return false;
        };
        let gone = [path];
        self.renew(|old, _| old.revision != changed.revision && old.names(&gone))
    }

    /// Makes the open documents for which `touched` a new revision: what was said of them may no
    /// longer hold. Whether there are any.
    fn renew(&mut self, touched: impl Fn(&OpenDocument, &Arc<Settings>) -> bool) -> bool {
        let mut any = false;
        for (key, old) in &*self.now.documents.clone() {
            let settings = self.resolve(&old.path);
            if touched(old, &settings) {
                let (uri, path, rope) = (old.uri.clone(), old.path.clone(), old.rope.clone());
                let new = self.version(uri, old.version, path, settings, rope, old.painted.clone());
                self.documents().insert(key.clone(), new);
                any = true;
            }
        }
        any
    }
}

/// The file behind a URI, if it is one.
pub(crate) fn disk(key: &str) -> Option<PathBuf> {
    Uri::from_str(key)
        .ok()
        .and_then(|uri| uri.to_file_path().map(Cow::into_owned))
}
