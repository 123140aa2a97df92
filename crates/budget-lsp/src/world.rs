//! The open documents. Changed only by [`crate::service`], in wire order; read through snapshots
//! that never change.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use budget_catalog::Catalog;
use budget_model::Document;
use budget_rules::{Report, Severity};
use budget_syntax::position::{Encoding, LineIndex};
use ropey::Rope;
use rustc_hash::FxHashMap;
use tower_lsp::ls_types::TextDocumentContentChangeEvent;

use crate::position;

/// The check behind the diagnostics.
pub type Check = Arc<dyn Fn(&Document) -> Report + Send + Sync>;

/// What the client's user has set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Settings {
    /// Findings below it aren't shown (`minSeverity`).
    pub(crate) min_severity: Severity,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            min_severity: Severity::Hint,
        }
    }
}

impl Settings {
    /// Reads `{"minSeverity": "info"}`, by itself or under `budget` or `budget-lint`. What isn't
    /// given or isn't understood stays at its default.
    pub(crate) fn read(value: &serde_json::Value) -> Self {
        let own = value
            .get("budget")
            .or_else(|| value.get(crate::capabilities::SOURCE))
            .unwrap_or(value);
        let mut settings = Self::default();
        if let Some(name) = own.get("minSeverity").and_then(|value| value.as_str()) {
            settings.min_severity = match name {
                "error" => Severity::Error,
                "warning" => Severity::Warning,
                "info" => Severity::Info,
                _ => Severity::Hint,
            };
        }
        settings
    }
}

/// A version of an open document. Immutable; its model and findings are made when first asked
/// for, once.
pub(crate) struct OpenDocument {
    /// As the client writes it.
    pub(crate) uri: Arc<str>,
    /// The client's version number.
    pub(crate) version: i32,
    /// Unique among all versions of all documents and settings.
    pub(crate) revision: u64,
    rope: Rope,
    check: Check,
    read: OnceLock<Read>,
    report: OnceLock<Report>,
}

/// A version, read.
pub(crate) struct Read {
    pub(crate) document: Document,
    pub(crate) lines: LineIndex,
}

impl OpenDocument {
    pub(crate) fn read(&self) -> &Read {
        self.read.get_or_init(|| {
            let text: Arc<str> = String::from(&self.rope).into();
            Read {
                lines: LineIndex::new(&text),
                document: Document::new(text, Catalog::builtin().clone()),
            }
        })
    }

    pub(crate) fn report(&self) -> &Report {
        self.report
            .get_or_init(|| (self.check)(&self.read().document))
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
    pub(crate) settings: Arc<Settings>,
}

impl Snapshot {
    /// By normalised URI.
    pub(crate) fn document(&self, key: &str) -> Option<&Arc<OpenDocument>> {
        self.documents.get(key)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.documents.keys().map(String::as_str)
    }
}

/// The world that changes.
struct World {
    now: Snapshot,
    revision: u64,
    check: Check,
}

/// The world, shared by the service and the publisher; locked for moments only.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub(crate) fn new(check: Check) -> Self {
        Self(Arc::new(Mutex::new(World {
            now: Snapshot::default(),
            revision: 0,
            check,
        })))
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.lock().now.clone()
    }

    /// Opens a document, or replaces it if it was open.
    pub(crate) fn open(
        &self,
        key: &str,
        uri: &str,
        version: i32,
        text: &str,
    ) -> Option<Arc<OpenDocument>> {
        let mut world = self.lock();
        let new = world.version(uri.into(), version, Rope::from_str(text));
        world.documents().insert(key.to_owned(), new)
    }

    /// Edits an open document; gives the version that was replaced. `Err` if it isn't open.
    pub(crate) fn change(
        &self,
        key: &str,
        version: i32,
        changes: &[TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> Result<Arc<OpenDocument>, ()> {
        let mut world = self.lock();
        let old = world.now.documents.get(key).cloned().ok_or(())?;
        let mut rope = old.rope.clone();
        for change in changes {
            position::edit(&mut rope, change.range, &change.text, encoding);
        }
        let new = world.version(old.uri.clone(), version, rope);
        world.documents().insert(key.to_owned(), new);
        Ok(old)
    }

    /// Closes a document; gives its last version.
    pub(crate) fn close(&self, key: &str) -> Option<Arc<OpenDocument>> {
        self.lock().documents().remove(key)
    }

    /// Takes new settings. Whether they differ.
    pub(crate) fn configure(&self, settings: Settings) -> bool {
        let mut world = self.lock();
        if *world.now.settings == settings {
            return false;
        }
        world.now.settings = Arc::new(settings);
        world.renew();
        true
    }
}

impl World {
    fn version(&mut self, uri: Arc<str>, version: i32, rope: Rope) -> Arc<OpenDocument> {
        self.revision += 1;
        Arc::new(OpenDocument {
            uri,
            version,
            revision: self.revision,
            rope,
            check: self.check.clone(),
            read: OnceLock::new(),
            report: OnceLock::new(),
        })
    }

    /// Copied only if a snapshot still holds it: a handful of pointers.
    fn documents(&mut self) -> &mut Documents {
        Arc::make_mut(&mut self.now.documents)
    }

    /// Makes every open document a new revision: what was said of it may no longer hold.
    fn renew(&mut self) {
        let old = std::mem::take(&mut self.now.documents);
        let new = old
            .iter()
            .map(|(key, open)| {
                let version = self.version(open.uri.clone(), open.version, open.rope.clone());
                (key.clone(), version)
            })
            .collect();
        self.now.documents = Arc::new(new);
    }
}
