//! What a command is to read.

use std::{
    fmt::Display,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use budget_workspace::{
    Discovery, Excludes, FileError, FilePath, Resolver, discover, file,
    git::{Blobs, Changed, GitError, Repository},
};

use crate::{Exit, cli, out::Out};

/// One input.
pub(crate) struct Input {
    pub(crate) path: FilePath,
    /// Passed by name, rather than found in a folder, by a pattern or by git.
    named: bool,
    source: Source,
}

/// Where its bytes are.
enum Source {
    Disk,
    Stdin,
    /// Staged in git, under this name.
    Staged(Arc<Blobs>, String),
}

impl Input {
    /// A file passed by name; `-` is standard input.
    pub(crate) fn named(path: &Path) -> Self {
        Self {
            path: FilePath::Disk(path.to_owned()),
            named: true,
            source: if path.as_os_str() == "-" {
                Source::Stdin
            } else {
                Source::Disk
            },
        }
    }

    /// Its bytes.
    pub(crate) fn read(&self) -> Result<Vec<u8>, String> {
        match (&self.source, &self.path) {
            (Source::Staged(blobs, name), _) => blobs.read(name).map_err(|it| it.to_string()),
            (Source::Disk, FilePath::Disk(path)) => file::read_bytes(path).map_err(told),
            _ => file::read_limited(io::stdin().lock(), 0).map_err(told),
        }
    }

    /// Whether it was found, in a folder, by a pattern or by git, and its bytes are those on disk.
    pub(crate) fn is_found_on_disk(&self) -> bool {
        !self.named && matches!(self.source, Source::Disk)
    }

    /// The file it is, if its bytes are the ones on disk: one that can be written back.
    pub(crate) fn on_disk(&self) -> Option<&Path> {
        match self.source {
            Source::Disk => self.path.disk(),
            Source::Stdin | Source::Staged(..) => None,
        }
    }
}

fn told(error: FileError) -> String {
    error.to_string()
}

/// The inputs that the paths mean, in path order; what is wrong with a path is said, and is
/// trouble. A question that makes no sense ends the run.
pub(crate) fn gather(
    wanted: &cli::Inputs,
    changed: Option<&cli::Changed>,
    stdin_filename: Option<&Path>,
    resolver: &mut Resolver,
    out: &mut Out,
) -> Result<(Vec<Input>, Exit), Exit> {
    let mut refuse = |message: &dyn Display| {
        out.complain(message);
        Err(Exit::Trouble)
    };
    let mut excludes = Excludes::default();
    if let Err(error) = excludes.add(Path::new("."), &wanted.exclude) {
        return refuse(&format_args!("--exclude {error}"));
    }
    let (dashes, paths): (Vec<&PathBuf>, Vec<&PathBuf>) = wanted
        .paths
        .iter()
        .partition(|path| path.as_os_str() == "-");

    if let Some(changed) = changed.filter(|it| it.staged || it.since.is_some()) {
        if !dashes.is_empty() {
            return refuse(&"“-”不能和 --staged、--since 同时使用。用 --help 查看用法");
        }
        let paths: Vec<_> = paths.into_iter().map(PathBuf::as_path).collect();
        return match of_git(&paths, changed, &excludes) {
            Ok(mut inputs) => {
                leave_out(&mut inputs, wanted, resolver);
                if inputs.is_empty() {
                    out.complain("没有改动过的 .budget 文件，不用核对");
                }
                Ok((inputs, Exit::Clean))
            }
            Err(error) => refuse(&error),
        };
    }

    let here = PathBuf::from(".");
    let paths = if wanted.paths.is_empty() {
        vec![&here]
    } else {
        paths
    };
    let Discovery {
        files,
        empty,
        unmatched,
        errors,
    } = discover(&paths, &Arc::new(excludes), wanted.force_exclude);
    let mut inputs: Vec<Input> = files
        .into_iter()
        .map(|found| Input {
            path: FilePath::Disk(found.path),
            named: found.named,
            source: Source::Disk,
        })
        .collect();
    if !dashes.is_empty() {
        let path = match stdin_filename {
            Some(path) => FilePath::Disk(path.to_owned()),
            None => FilePath::Virtual("标准输入".to_owned()),
        };
        inputs.push(Input {
            path,
            named: true,
            source: Source::Stdin,
        });
    }

    leave_out(&mut inputs, wanted, resolver);

    let mut exit = Exit::Clean;
    for folder in empty {
        exit = Exit::Trouble;
        out.complain(format_args!(
            "{}：文件夹中没有 .budget 文件。用 budget-lint new 新建，或用 budget-lint import 导入",
            folder.display()
        ));
    }
    for pattern in unmatched {
        exit = Exit::Trouble;
        out.complain(format_args!(
            "{}：没有与此相符的 .budget 文件。请检查通配写法",
            pattern.display()
        ));
    }
    for (folder, message) in errors {
        exit = Exit::Trouble;
        out.complain(format_args!("{}：{message}", folder.display()));
    }
    Ok((inputs, exit))
}

/// Drops what the `exclude` of a `budget.toml` names; a file passed by name only if asked to.
fn leave_out(inputs: &mut Vec<Input>, wanted: &cli::Inputs, resolver: &mut Resolver) {
    inputs.retain(|input| match (&input.source, &input.path) {
        (Source::Stdin, _) | (_, FilePath::Virtual(_)) => true,
        _ if input.named && !wanted.force_exclude => true,
        (_, FilePath::Disk(path)) => !resolver.excludes(path),
    });
}

/// The files that git says have changed. Nobody named them, so excludes always count.
fn of_git(
    paths: &[&Path],
    wanted: &cli::Changed,
    excludes: &Excludes,
) -> Result<Vec<Input>, GitError> {
    let repository = Repository::of(Path::new("."))?;
    let (files, blobs) = match &wanted.since {
        Some(revision) => (repository.since(revision, paths)?, None),
        None => {
            let files = repository.staged(paths)?;
            // Nothing staged, nothing to ask.
            let blobs = (!files.is_empty()).then(|| Blobs::of(&repository));
            (files, blobs.transpose()?.map(Arc::new))
        }
    };
    let kept = files.into_iter().filter(|it| !excludes.covers(&it.path));
    let input = |Changed { path, blob }| Input {
        path: FilePath::Disk(path),
        named: false,
        source: match &blobs {
            Some(blobs) => Source::Staged(Arc::clone(blobs), blob),
            None => Source::Disk,
        },
    };
    Ok(kept.map(input).collect())
}
