//! Which files are meant by the paths of a command line.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// The extension of a disclosure's source.
pub const EXTENSION: &str = "budget";

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// Files in path order, each once.
    pub files: Vec<PathBuf>,
    /// Folders that hold no `.budget` file.
    pub empty: Vec<PathBuf>,
    /// Paths that could not be read, with a Chinese message.
    pub errors: Vec<(PathBuf, String)>,
}

/// A file passed by hand is always taken; a folder gives its `.budget` files, hidden ones and those
/// that `.gitignore` names left out.
pub fn discover<P: AsRef<Path>>(paths: &[P]) -> Discovery {
    let mut found = Discovery::default();
    for path in paths {
        let path = path.as_ref();
        if path.is_dir() {
            walk(path, &mut found);
        } else {
            found.files.push(path.to_owned());
        }
    }
    found.files.sort();
    found.files.dedup();
    found
}

fn walk(folder: &Path, found: &mut Discovery) {
    let before = (found.files.len(), found.errors.len());
    // `.gitignore` counts outside a repository too: a folder may be copied without its `.git`.
    for entry in WalkBuilder::new(folder).require_git(false).build() {
        match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|kind| !kind.is_dir());
                let path = entry.into_path();
                if is_file && path.extension().is_some_and(|e| e == EXTENSION) {
                    found.files.push(match path.strip_prefix(".") {
                        Ok(short) if folder == Path::new(".") => short.to_owned(),
                        _ => path,
                    });
                }
            }
            Err(error) => found.errors.push((
                folder.to_owned(),
                format!("文件夹中有读不了的内容（{error}）"),
            )),
        }
    }
    if before == (found.files.len(), found.errors.len()) {
        found.empty.push(folder.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn folders_are_walked_and_files_taken() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join(name);
        fs::create_dir_all(at("甲/草稿")).expect("made");
        fs::create_dir_all(at("空")).expect("made");
        for name in [
            "乙.budget",
            "甲/一.budget",
            "甲/草稿/二.budget",
            "甲/三.txt",
        ] {
            fs::write(at(name), "").expect("written");
        }
        fs::write(at(".gitignore"), "草稿/\n").expect("written");
        assert_eq!(
            discover(&[
                root.path().to_owned(),
                at("空"),
                at("甲/草稿/二.budget"),
                at("乙.budget")
            ]),
            Discovery {
                files: {
                    let mut files =
                        vec![at("乙.budget"), at("甲/一.budget"), at("甲/草稿/二.budget")];
                    files.sort();
                    files
                },
                empty: vec![at("空")],
                errors: Vec::new(),
            }
        );
    }
}
