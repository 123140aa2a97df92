//! Paths as a code host names them: from the root of the repository, with slashes.

use std::{
    env,
    path::{Component, Path, PathBuf},
};

use budget_workspace::FilePath;

/// Where a CI job has the repository: GitHub's variable and GitLab's.
const VARIABLES: [&str; 2] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];

/// The folder that paths are told from: the repository of the CI job, or the current folder.
pub(super) struct Root {
    here: PathBuf,
    roots: Vec<PathBuf>,
}

/// A path, as it is told.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// From the root.
    Under(String),
    /// Of a file elsewhere: the whole path.
    Elsewhere(String),
    /// Of a text without a file.
    Nowhere(String),
}

impl Root {
    pub(super) fn find() -> Self {
        let here = env::current_dir().unwrap_or_default();
        let variables = VARIABLES.iter().filter_map(env::var_os).map(PathBuf::from);
        let roots = variables
            .filter(|root| root.is_absolute())
            .chain([here.clone()])
            .map(|root| normal(&root))
            .collect();
        Self { here, roots }
    }

    pub(super) fn place(&self, path: &FilePath) -> Place {
        let Some(path) = path.disk() else {
            return Place::Nowhere(path.display().into_owned());
        };
        let whole = normal(&self.here.join(path));
        let under = self.roots.iter().find_map(|it| whole.strip_prefix(it).ok());
        match under {
            Some(under) => Place::Under(slashes(under)),
            None => Place::Elsewhere(slashes(&whole)),
        }
    }

    /// The path for a form that has no word for files elsewhere.
    pub(super) fn name(&self, path: &FilePath) -> String {
        match self.place(path) {
            Place::Under(name) | Place::Elsewhere(name) | Place::Nowhere(name) => name,
        }
    }
}

/// Without `.` and `..`, by the words alone.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.into_owned()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_the_first_root_that_holds_them() {
        let root = Root {
            here: PathBuf::from("/项目/预算"),
            roots: vec![PathBuf::from("/项目"), PathBuf::from("/项目/预算")],
        };
        let place = |path: &str| root.place(&FilePath::Disk(PathBuf::from(path)));
        let under = |path: &str| Place::Under(path.to_owned());
        assert_eq!(place("甲 一.budget"), under("预算/甲 一.budget"));
        assert_eq!(place("./甲/../乙.budget"), under("预算/乙.budget"));
        assert_eq!(place("../丙.budget"), under("丙.budget"));
        assert_eq!(
            place("/别处/丁.budget"),
            Place::Elsewhere("/别处/丁.budget".to_owned())
        );
        assert_eq!(
            root.place(&FilePath::Virtual("标准输入".to_owned())),
            Place::Nowhere("标准输入".to_owned())
        );
    }
}
