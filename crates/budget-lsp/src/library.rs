//! What can be searched for in the files that are not open, read once while they stay as they are.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use budget_ide::SymbolKind;
use budget_ide::search::{Entry, entries};
use budget_model::Document;
use budget_model::document::{DEFAULT_TEMPLATE, Reading};
use budget_syntax::position::{Encoding, LineIndex};
use budget_workspace::Settings;
use rustc_hash::FxHashMap;
use tower_lsp::ls_types::Range;

use crate::position::Positions;

/// Larger files are no disclosures that someone looks for.
const MOST_BYTES: u64 = 16 << 20;

/// An entry with its place as the client counts.
pub(crate) struct Placed {
    pub(crate) name: String,
    pub(crate) container: String,
    pub(crate) kind: SymbolKind,
    pub(crate) range: Range,
}

impl Placed {
    pub(crate) fn new(entry: Entry, positions: &Positions<'_>) -> Self {
        Self {
            name: entry.name,
            container: entry.container,
            kind: entry.kind,
            range: positions.range(entry.range),
        }
    }
}

/// What a file looked like when it was read, and what it was read by.
#[derive(Clone)]
struct Stamp {
    changed: Option<SystemTime>,
    length: u64,
    settings: Arc<Settings>,
}

impl PartialEq for Stamp {
    fn eq(&self, other: &Self) -> bool {
        self.changed.is_some()
            && (self.changed, self.length) == (other.changed, other.length)
            && Arc::ptr_eq(&self.settings, &other.settings)
    }
}

type Shelved = (Stamp, Arc<[Placed]>);

/// The entries of files on disk.
#[derive(Default)]
pub(crate) struct Library(Mutex<FxHashMap<PathBuf, Shelved>>);

impl Library {
    /// The entries of a file; none if it can't be read.
    pub(crate) fn entries(
        &self,
        path: &Path,
        settings: Arc<Settings>,
        encoding: Encoding,
    ) -> Option<Arc<[Placed]>> {
        let about = std::fs::metadata(path).ok()?;
        let stamp = Stamp {
            changed: about.modified().ok(),
            length: about.len(),
            settings,
        };
        let shelf = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, entries)) = shelf().get(path)
            && *known == stamp
        {
            return Some(entries.clone());
        }
        if stamp.length > MOST_BYTES {
            return None;
        }
        let found: Arc<[Placed]> = read(path, &stamp.settings, encoding)?.into();
        shelf().insert(path.to_owned(), (stamp, found.clone()));
        Some(found)
    }

    /// Forgets files that are no longer there.
    pub(crate) fn keep(&self, there: &[PathBuf]) {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.len() > there.len() {
            shelf.retain(|path, _| there.binary_search(path).is_ok());
        }
    }
}

fn read(path: &Path, settings: &Settings, encoding: Encoding) -> Option<Vec<Placed>> {
    let text: Arc<str> = budget_workspace::read(path).ok()?.text.into();
    let lines = LineIndex::new(&text);
    // The documents that it names don't matter to its names.
    let reading = Reading {
        default_template: settings.template.as_deref().unwrap_or(DEFAULT_TEMPLATE),
        ..Reading::default()
    };
    let document = Document::read(text.clone(), settings.catalog.clone(), reading);
    let positions = Positions::new(&text, &lines, encoding);
    let placed = entries(&document).into_iter();
    Some(placed.map(|entry| Placed::new(entry, &positions)).collect())
}
