//! Documents that others name (`上年文档`, `预算文档`), read once while nothing changes.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use budget_model::Document;
use rustc_hash::FxHashMap;

use crate::{changed::Changed, file::read, settings::Settings};

/// Gets a text that is open somewhere and may differ from what is on disk.
type OpenText = Box<dyn Fn(&Path) -> Option<Arc<str>> + Send + Sync>;

/// Holds what was read; [`Shelf::forget`] makes room for what is there now.
#[derive(Default)]
pub struct Shelf {
    open: Option<OpenText>,
    kept: Mutex<FxHashMap<PathBuf, Arc<Kept>>>,
}

/// A document as settings want it read; none if there is none to read.
struct Kept {
    settings: Arc<Settings>,
    document: OnceLock<Option<Arc<Document>>>,
}

impl Shelf {
    /// A shelf that prefers texts that are open to those on disk.
    pub fn new(open: impl Fn(&Path) -> Option<Arc<str>> + Send + Sync + 'static) -> Self {
        Self {
            open: Some(Box::new(open)),
            kept: Mutex::default(),
        }
    }

    /// The document at a path; none if it can't be read: what is not there is not compared.
    pub fn get(
        &self,
        path: &Path,
        settings: &Arc<Settings>,
        make: impl FnOnce(Arc<str>) -> Document,
    ) -> Option<Arc<Document>> {
        let kept = {
            let mut shelf = self.lock();
            match shelf.get(path) {
                Some(kept) if Arc::ptr_eq(&kept.settings, settings) => Arc::clone(kept),
                _ => {
                    let kept = Arc::new(Kept {
                        settings: Arc::clone(settings),
                        document: OnceLock::new(),
                    });
                    shelf.insert(path.to_owned(), Arc::clone(&kept));
                    kept
                }
            }
        };
        // Not under the lock. What is forgotten while it is being read is not kept.
        let document = kept
            .document
            .get_or_init(|| self.text(path).map(|text| Arc::new(make(text))));
        document.clone()
    }

    /// Forgets what was read of a file. Whether anything was, or was looked for.
    pub fn forget(&self, path: &Path) -> bool {
        self.lock().remove(path).is_some()
    }

    /// Forgets what was read of files that have changed, but for those of which an open text counts; gives them.
    pub fn changed(&self, changed: &Changed, is_open: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
        let mut kept = self.lock();
        let gone = |path: &Path| changed.concerns(path) && !is_open(path);
        let gone: Vec<PathBuf> = kept.keys().filter(|path| gone(path)).cloned().collect();
        for path in &gone {
            kept.remove(path);
        }
        gone
    }

    fn text(&self, path: &Path) -> Option<Arc<str>> {
        if let Some(text) = self.open.as_ref().and_then(|open| open(path)) {
            return Some(text);
        }
        // No pipe, on which one would wait for ever.
        let is_file = path.is_file();
        Some(is_file.then(|| read(path).ok()).flatten()?.text.into())
    }

    fn lock(&self) -> MutexGuard<'_, FxHashMap<PathBuf, Arc<Kept>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.lock();
        f.debug_set().entries(kept.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use budget_catalog::Catalog;

    use super::*;

    fn title(document: &Document) -> &str {
        &document.text
    }

    #[test]
    fn read_once_until_forgotten_and_open_texts_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("上年.budget");
        let open = folder.path().join("改着的.budget");
        let wanted = open.clone();
        let shelf = Shelf::new(move |path| (path == wanted).then(|| "开着".into()));
        let settings = Arc::new(Settings::builtin());
        let get = |path: &Path| {
            let make = |text| Document::new(text, Catalog::builtin().clone());
            shelf.get(path, &settings, make)
        };
        assert!(get(&path).is_none());
        fs::write(&path, "一").expect("written");
        // It was looked for, and wasn't there.
        assert!(get(&path).is_none());
        assert!(shelf.forget(&path));
        assert!(!shelf.forget(&path));
        let first = get(&path).expect("there");
        assert_eq!(title(&first), "一");
        fs::write(&path, "二").expect("written");
        assert!(Arc::ptr_eq(&first, &get(&path).expect("kept")));
        // Other settings may read it in another way.
        let others = Arc::new(Settings::builtin());
        let make = |text| Document::new(text, Catalog::builtin().clone());
        let second = shelf.get(&path, &others, make).expect("there");
        assert_eq!(title(&second), "二");
        fs::write(&open, "存着").expect("written");
        assert_eq!(title(&get(&open).expect("open")), "开着");
        let changed = Changed::new([&*path, &*open]);
        assert_eq!(
            shelf.changed(&changed, |path| path == open),
            vec![path.clone()]
        );
        fs::write(&path, "三").expect("written");
        assert_eq!(title(&get(&path).expect("there")), "三");
    }
}
