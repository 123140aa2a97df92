//! Which files are meant by the paths of a command line.

use std::{
    path::{Component, Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use glob::{MatchOptions, Pattern};
use ignore::WalkBuilder;
use rustc_hash::FxHashSet;

use crate::exclude::{Excludes, absolute};

/// The extension of a disclosure's source.
pub const EXTENSION: &str = "budget";

/// A `*` stays within a name, as in a shell; characters are counted, not bytes.
const MATCH: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// A file that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// As given, or from the folder that was given.
    pub path: PathBuf,
    /// Passed by name rather than found in a folder or by a pattern.
    pub named: bool,
}

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// Files in path order, each once.
    pub files: Vec<Found>,
    /// Folders that hold no `.budget` file.
    pub empty: Vec<PathBuf>,
    /// Patterns that no `.budget` file matches.
    pub unmatched: Vec<PathBuf>,
    /// Paths that could not be read, with a Chinese message.
    pub errors: Vec<(PathBuf, String)>,
}

/// A file passed by name is always taken; a folder gives its `.budget` files, hidden ones and those
/// that `.gitignore` names left out, and so does a pattern (`2020/*.budget`) where there is no file of
/// that name. `excludes` leave out more; with `force`, files passed by name too.
pub fn discover<P: AsRef<Path>>(paths: &[P], excludes: &Arc<Excludes>, force: bool) -> Discovery {
    let mut found = Discovery::default();
    for path in paths {
        let path = path.as_ref();
        if path.is_dir() {
            if walk(path, None, excludes, &mut found) {
                found.empty.push(path.to_owned());
            }
        } else if let Some((folder, matcher)) = pattern(path) {
            if !folder.is_dir() || walk(&folder, Some(&matcher), excludes, &mut found) {
                found.unmatched.push(path.to_owned());
            }
        } else if !(force && excludes.covers(path)) {
            found.files.push(Found {
                path: path.to_owned(),
                named: true,
            });
        }
    }
    // Of two spellings of one file the first stays; that it was named stands beside either.
    found.files.sort();
    let named: FxHashSet<PathBuf> = found
        .files
        .iter()
        .filter(|it| it.named)
        .map(|it| absolute(&it.path))
        .collect();
    let mut seen = FxHashSet::default();
    found.files.retain_mut(|it| {
        let whole = absolute(&it.path);
        it.named = named.contains(&whole);
        seen.insert(whole)
    });
    found
}

/// Entries of folders that [`under`] looks at.
const MOST_ENTRIES: usize = 50_000;

/// The `.budget` files of a folder, in path order, hidden ones and those that `.gitignore` names left
/// out: at most so many, and none any more once `stop` says so.
pub fn under(folder: &Path, most: usize, stop: &dyn Fn() -> bool) -> Vec<PathBuf> {
    let mut walker = WalkBuilder::new(folder);
    walker.require_git(false);
    let entries = walker.build().take(MOST_ENTRIES).take_while(|_| !stop());
    let files = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        let path = entry.into_path();
        (is_file && path.extension().is_some_and(|it| it == EXTENSION)).then_some(path)
    });
    let mut files: Vec<PathBuf> = files.take(most).collect();
    files.sort();
    files
}

/// The folder where a pattern begins, and the pattern from there; none if the path is a name.
fn pattern(path: &Path) -> Option<(PathBuf, Pattern)> {
    let is_wild =
        |part: &Component<'_>| part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    if !path.components().any(|part| is_wild(&part)) || path.symlink_metadata().is_ok() {
        return None;
    }
    let parts = path.components();
    let folder: PathBuf = parts.take_while(|part| !is_wild(part)).collect();
    let rest: Vec<_> = path
        .components()
        .skip_while(|part| !is_wild(part))
        .map(|part| part.as_os_str().to_str())
        .collect::<Option<_>>()?;
    let matcher = Pattern::new(&rest.join("/")).ok()?;
    let folder = if folder.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        folder
    };
    Some((folder, matcher))
}

/// Adds a folder's `.budget` files, or those that a pattern matches (or a folder of theirs). Whether
/// there are none at all, not even left out ones.
fn walk(
    folder: &Path,
    matcher: Option<&Pattern>,
    excludes: &Arc<Excludes>,
    found: &mut Discovery,
) -> bool {
    let pruned = Arc::new(AtomicBool::new(false));
    let mut none = true;
    // `.gitignore` counts outside a repository too: a folder may be copied without its `.git`.
    let mut walker = WalkBuilder::new(folder);
    walker.require_git(false);
    if !excludes.is_empty() {
        let (excludes, pruned) = (Arc::clone(excludes), Arc::clone(&pruned));
        walker.filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_out = is_folder && excludes.covers_folder(entry.path());
            if is_out {
                pruned.store(true, Ordering::Relaxed);
            }
            !is_out
        });
    }
    for entry in walker.build() {
        match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|kind| !kind.is_dir());
                let path = entry.into_path();
                if !is_file || path.extension().is_none_or(|it| it != EXTENSION) {
                    continue;
                }
                let inside = path.strip_prefix(folder).unwrap_or(&path);
                let mut paths = inside.ancestors();
                if matcher
                    .is_some_and(|matcher| !paths.any(|it| matcher.matches_path_with(it, MATCH)))
                {
                    continue;
                }
                none = false;
                let path = match path.strip_prefix(".") {
                    Ok(short) if folder == Path::new(".") => short.to_owned(),
                    _ => path,
                };
                if !excludes.covers(&path) {
                    found.files.push(Found { path, named: false });
                }
            }
            Err(error) => {
                none = false;
                found.errors.push((
                    folder.to_owned(),
                    format!("文件夹中有读不了的内容（{error}）"),
                ));
            }
        }
    }
    none && !pruned.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    struct Tree(tempfile::TempDir);

    impl Tree {
        fn of(names: &[&str]) -> Self {
            let tree = Self(tempfile::tempdir().expect("a folder"));
            for name in names {
                let path = tree.at(name);
                fs::create_dir_all(path.parent().expect("a folder")).expect("made");
                fs::write(path, "").expect("written");
            }
            tree
        }

        /// One of its folders is left out by `.gitignore`.
        fn with_drafts() -> Self {
            let names = [
                "乙.budget",
                "甲/一.budget",
                "甲/草稿/二.budget",
                "甲/三.txt",
            ];
            let tree = Self::of(&names);
            fs::write(tree.at(".gitignore"), "草稿/\n").expect("written");
            tree
        }

        fn at(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        /// The files found, from the root; a `!` before those passed by name.
        fn found(
            &self,
            paths: &[&str],
            excludes: &[&str],
            force: bool,
        ) -> (Vec<String>, Discovery) {
            let mut list = Excludes::default();
            list.add(self.0.path(), excludes).expect("patterns");
            let paths: Vec<_> = paths.iter().map(|path| self.at(path)).collect();
            let found = discover(&paths, &Arc::new(list), force);
            let names = found.files.iter().map(|it| {
                let name = it.path.strip_prefix(self.0.path()).expect("inside");
                let name = name.to_string_lossy().replace('\\', "/");
                format!("{}{name}", if it.named { "!" } else { "" })
            });
            let mut names: Vec<_> = names.collect();
            names.sort();
            (names, found)
        }
    }

    #[test]
    fn files_under_a_folder_up_to_a_bound() {
        let tree = Tree::with_drafts();
        let all = under(tree.0.path(), 9, &|| false);
        assert_eq!(all, [tree.at("乙.budget"), tree.at("甲/一.budget")]);
        assert_eq!(under(tree.0.path(), 1, &|| false).len(), 1);
        assert!(under(tree.0.path(), 9, &|| true).is_empty());
        assert!(under(&tree.at("没有"), 9, &|| false).is_empty());
    }

    #[test]
    fn folders_are_walked_and_files_taken() {
        let tree = Tree::with_drafts();
        fs::create_dir(tree.at("空")).expect("made");
        let (names, found) = tree.found(
            &[
                ".",
                "空",
                "甲/草稿/二.budget",
                "甲/../乙.budget",
                "甲/三.txt",
            ],
            &[],
            false,
        );
        assert_eq!(
            names,
            [
                "!乙.budget",
                "!甲/三.txt",
                "!甲/草稿/二.budget",
                "甲/一.budget"
            ]
        );
        assert_eq!(found.empty, [tree.at("空")]);
        assert_eq!((found.unmatched, found.errors), (Vec::new(), Vec::new()));
    }

    #[test]
    fn patterns_find_files_and_folders() {
        let tree = Tree::of(&[
            "2019/甲.budget",
            "2020/甲.budget",
            "2020/乙.budget",
            "2020/深/丙.budget",
            "2020/甲.txt",
            "[草稿].budget",
        ]);
        let found = |path: &str| tree.found(&[path], &[], false);
        assert_eq!(found("*/甲.budget").0, ["2019/甲.budget", "2020/甲.budget"]);
        assert_eq!(
            found("2020/*.budget").0,
            ["2020/乙.budget", "2020/甲.budget"]
        );
        assert_eq!(
            found("2020/**/*.budget").0,
            ["2020/乙.budget", "2020/深/丙.budget", "2020/甲.budget"]
        );
        assert_eq!(
            found("20?9/*").0,
            ["2019/甲.budget"],
            "what is no .budget is not taken"
        );
        assert_eq!(
            found("2020/[深]").0,
            ["2020/深/丙.budget"],
            "a folder's files"
        );
        assert_eq!(found("[草稿].budget").0, ["![草稿].budget"], "a name");
        let (names, discovery) = found("2021/*.budget");
        assert_eq!(names, Vec::<String>::new());
        assert_eq!(discovery.unmatched, [tree.at("2021/*.budget")]);
    }

    #[test]
    fn excludes_leave_out_and_force_counts_for_names() {
        let tree = Tree::of(&["甲.budget", "草稿/乙.budget", "草稿/要.budget"]);
        let found = |paths: &[&str], force| tree.found(paths, &["草稿/"], force);
        assert_eq!(found(&["."], false).0, ["甲.budget"]);
        assert_eq!(found(&["草稿/乙.budget"], false).0, ["!草稿/乙.budget"]);
        let nothing = Vec::<String>::new();
        assert_eq!(found(&["草稿/乙.budget"], true).0, nothing);
        for path in ["草稿", "草稿/*.budget"] {
            let (names, discovery) = found(&[path], false);
            assert_eq!(names, nothing);
            assert!(
                discovery.empty.is_empty() && discovery.unmatched.is_empty(),
                "{path}: what is left out is there"
            );
        }
    }
}
