//! Files that have changed, as someone who watches them says.

use std::{ffi::OsString, path::Path};

use rustc_hash::FxHashSet;

/// Compared by the names alone: through links one file has many paths, and who looks once too often loses a moment.
#[derive(Debug, Default)]
pub struct Changed {
    names: FxHashSet<OsString>,
    /// Names of the folders that they lie in.
    folders: FxHashSet<OsString>,
}

impl Changed {
    /// Files and folders that were made, written or removed.
    pub fn new<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Self {
        let mut changed = Self::default();
        for path in paths {
            changed.names.extend(path.file_name().map(Into::into));
            let folder = path.parent().and_then(Path::file_name);
            changed.folders.extend(folder.map(Into::into));
        }
        changed
    }

    /// Whether one of them may be called so.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains(name.as_ref() as &std::ffi::OsStr)
    }

    /// Whether a file or folder may be one of them, or lie in one.
    pub(crate) fn concerns(&self, path: &Path) -> bool {
        path.iter().any(|name| self.names.contains(name))
    }

    /// Whether a folder may hold other files than it did.
    pub(crate) fn fills(&self, folder: &Path) -> bool {
        let name = folder.file_name();
        self.concerns(folder) || name.is_some_and(|name| self.folders.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_concerned() {
        let changed = Changed::new(["/甲/a.toml", "/乙/丙"].map(Path::new));
        assert!(changed.has("a.toml") && !changed.has("b.toml"));
        for (path, concerned, filled) in [
            ("/甲/a.toml", true, true),
            // By another way.
            ("/链/a.toml", true, true),
            ("/甲/b.toml", false, false),
            // A folder that came or went.
            ("/乙/丙/b.toml", true, true),
            ("/甲", false, true),
            ("/乙", false, true),
        ] {
            let path = Path::new(path);
            let found = (changed.concerns(path), changed.fills(path));
            assert_eq!(found, (concerned, filled), "{}", path.display());
        }
    }
}
