//! Files left out by name: `--exclude` and the `exclude` of a `budget.toml`, written as in
//! `.gitignore`.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Lists of patterns, each with the folder it counts from. A later list can take back (`!…`) what an
/// earlier one leaves out.
#[derive(Clone, Debug, Default)]
pub struct Excludes {
    lists: Vec<(PathBuf, Gitignore)>,
}

/// A pattern that can't be read, with what is wrong with it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "“{pattern}”不是能识别的写法（{why}）。写法与 .gitignore 相同，例如 草稿/ 或 *-备份.budget"
)]
pub struct BadPattern {
    /// As written.
    pub pattern: String,
    /// In Chinese.
    pub why: String,
}

impl Excludes {
    /// Adds patterns that count from `folder`.
    pub fn add<P: AsRef<str>>(&mut self, folder: &Path, patterns: &[P]) -> Result<(), BadPattern> {
        if patterns.is_empty() {
            return Ok(());
        }
        let folder = absolute(folder);
        let mut builder = GitignoreBuilder::new(&folder);
        for pattern in patterns {
            let pattern = pattern.as_ref();
            builder
                .add_line(None, pattern)
                .map_err(|error| bad(pattern, &error))?;
        }
        let list = builder
            .build()
            .map_err(|error| bad(&joined(patterns), &error))?;
        self.lists.push((folder, list));
        Ok(())
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// Whether a file, or a folder it is in, is left out.
    pub fn covers(&self, path: &Path) -> bool {
        self.decide(path, false)
    }

    /// Whether a folder, or one that it is in, is left out with all that is in it.
    pub fn covers_folder(&self, path: &Path) -> bool {
        self.decide(path, true)
    }

    fn decide(&self, path: &Path, is_folder: bool) -> bool {
        if self.is_empty() {
            return false;
        }
        let path = absolute(path);
        let last = self.lists.iter().rev().find_map(|(folder, list)| {
            let under = path.strip_prefix(folder).ok()?;
            let found = list.matched_path_or_any_parents(under, is_folder);
            (!found.is_none()).then(|| found.is_ignore())
        });
        last.unwrap_or(false)
    }
}

fn bad(pattern: &str, error: &ignore::Error) -> BadPattern {
    let said = error.to_string();
    let why = match () {
        () if said.contains("alternate") => "花括号没有配对",
        () if said.contains("invalid range") => "方括号里的先后颠倒了",
        () if said.contains("dangling") => "末尾多了一个反斜杠",
        () => "写法有误",
    };
    BadPattern {
        pattern: pattern.to_owned(),
        why: why.to_owned(),
    }
}

fn joined<P: AsRef<str>>(patterns: &[P]) -> String {
    patterns
        .iter()
        .map(AsRef::as_ref)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The whole path, without `.` and `..`, by the words alone: nothing is looked at on disk, links
/// stay, and the path need not exist.
pub fn absolute(path: &Path) -> PathBuf {
    // The library knows no whole path of nothing, which is the current folder.
    let path = match path.as_os_str().is_empty() {
        true => Path::new("."),
        false => path,
    };
    let whole: io::Result<PathBuf> = std::path::absolute(path);
    let mut plain = PathBuf::new();
    for part in whole.as_deref().unwrap_or(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excludes(lists: &[(&str, &[&str])]) -> Excludes {
        let mut excludes = Excludes::default();
        for (folder, patterns) in lists {
            excludes.add(Path::new(folder), patterns).expect("patterns");
        }
        excludes
    }

    #[test]
    fn nothing_is_the_current_folder() {
        let here = std::env::current_dir().expect("a folder");
        for path in ["", ".", "./甲/.."] {
            assert_eq!(absolute(Path::new(path)), here, "{path:?}");
        }
        assert_eq!(
            absolute(Path::new("../甲")),
            here.parent().expect("above").join("甲")
        );
    }

    #[test]
    fn patterns_count_from_their_folder() {
        let excludes = excludes(&[("项目", &["草稿/", "/旧/*.budget", "*-备份.budget"])]);
        for (path, is_out) in [
            ("项目/草稿/甲.budget", true),
            ("项目/局/草稿/年/甲.budget", true),
            ("项目/草稿", false),
            ("项目/旧/甲.budget", true),
            ("项目/局/旧/甲.budget", false),
            ("项目/甲-备份.budget", true),
            ("项目/./局/../甲-备份.budget", true),
            ("甲-备份.budget", false),
            ("项目外/甲-备份.budget", false),
        ] {
            assert_eq!(excludes.covers(Path::new(path)), is_out, "{path}");
        }
        assert!(excludes.covers_folder(Path::new("项目/草稿")));
        assert!(!excludes.covers_folder(Path::new("项目/局")));
    }

    #[test]
    fn a_later_list_takes_back() {
        let excludes = excludes(&[("", &["*.budget"]), ("甲", &["!要.budget"])]);
        assert!(excludes.covers(Path::new("甲/别.budget")));
        assert!(!excludes.covers(Path::new("甲/要.budget")));
        assert!(excludes.covers(Path::new("乙/要.budget")));
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        let mut excludes = Excludes::default();
        let error = excludes
            .add(Path::new(""), &["草稿/", "a{b"])
            .expect_err("unclosed");
        assert_eq!((&*error.pattern, &*error.why), ("a{b", "花括号没有配对"));
        let mut why = |pattern: &str| excludes.add(Path::new(""), &[pattern]).map_err(|it| it.why);
        assert_eq!(why("a[c-b]"), Err("方括号里的先后颠倒了".to_owned()));
        assert!(excludes.is_empty());
    }
}
