//! What a git repository knows of its files, asked of the `git` program: names come ended by NUL, so
//! that any name is right, and contents by their hash.

use std::{
    ffi::{OsStr, OsString},
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio},
    sync::{Mutex, PoisonError},
};

use crate::{
    decode::{DecodeError, MAX_BYTES},
    discover::EXTENSION,
};

/// Why git did not answer. The message is Chinese.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no git.
    #[error("找不到 git 程序。--staged 和 --since 要用它，请先安装 git")]
    Missing,
    /// It could not be run, or went away.
    #[error("运行 git 失败（{0}）")]
    Io(#[from] io::Error),
    /// The folder is in no work tree; with git's own words.
    #[error("这里不是 git 仓库的工作目录（{0}）。请到仓库的文件夹中运行")]
    NoRepository(String),
    /// There is no such revision.
    #[error(
        "仓库中没有“{0}”这一版本。请检查分支、标签或提交号；只取了部分历史的仓库，请先 git fetch"
    )]
    NoRevision(String),
    /// Git refused; with its own words.
    #[error("git 没有完成（{0}）")]
    Refused(String),
    /// A content that is no text, or too large.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// A repository with a work tree, seen from a folder of it.
#[derive(Debug)]
pub struct Repository {
    folder: PathBuf,
    /// From `folder` up to the root; empty at the root.
    up: PathBuf,
    /// From the root down to `folder`; empty at the root.
    down: PathBuf,
}

/// A file that git names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Changed {
    /// From the folder that the repository was asked from.
    pub path: PathBuf,
    /// The content's name; all zeros where it is the work tree's.
    pub blob: String,
}

impl Repository {
    /// The repository that a folder is in.
    pub fn of(folder: &Path) -> Result<Self, GitError> {
        let output = run(git(folder).args(["rev-parse", "--show-cdup", "--show-prefix"]))?;
        if !output.status.success() {
            return Err(GitError::NoRepository(said(&output)));
        }
        let mut lines = output.stdout.split(|byte| *byte == b'\n');
        let mut line = || path(lines.next().unwrap_or_default());
        Ok(Self {
            folder: folder.to_owned(),
            up: line(),
            down: line(),
        })
    }

    /// The `.budget` files whose staged content differs from the last commit; `paths` narrow them.
    /// What is deleted, and what is a link or a repository of its own, is not among them.
    pub fn staged(&self, paths: &[&Path]) -> Result<Vec<Changed>, GitError> {
        let mut command = self.diff();
        command.arg("--cached");
        self.changed(command, paths)
    }

    /// The `.budget` files of the work tree that differ from what `revision` and the work here come
    /// from: changed in commits since, staged, or not, and those that git does not know yet.
    pub fn since(&self, revision: &str, paths: &[&Path]) -> Result<Vec<Changed>, GitError> {
        let wanted = format!("{revision}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
        let output = run(git(&self.folder).args(arguments).arg(wanted))?;
        if !output.status.success() {
            return Err(GitError::NoRevision(revision.to_owned()));
        }
        let commit = line(&output);
        // Two histories that never met have no base.
        let base = run(git(&self.folder).args(["merge-base", &commit, "HEAD"]))?;
        let base = if base.status.success() {
            line(&base)
        } else {
            commit
        };
        let mut command = self.diff();
        command.arg(base);
        let mut files = self.changed(command, paths)?;

        let mut command = git(&self.folder);
        command.args([
            "ls-files",
            "--others",
            "--exclude-standard",
            "--full-name",
            "-z",
        ]);
        let output = self.narrowed(command, paths)?;
        for name in output.split(|byte| *byte == 0) {
            self.add(name, String::new(), &mut files);
        }
        files.sort();
        files.dedup_by(|a, b| a.path == b.path);
        Ok(files)
    }

    fn diff(&self) -> Command {
        let mut command = git(&self.folder);
        // What a person's configuration says of diffs must not change what is read here.
        command.args([
            "-c",
            "diff.relative=false",
            "diff",
            "--raw",
            "-z",
            "--no-abbrev",
        ]);
        command.args([
            "--no-renames",
            "--no-color",
            "--ignore-submodules",
            "--diff-filter=ACMT",
        ]);
        command
    }

    fn narrowed(&self, mut command: Command, paths: &[&Path]) -> Result<Vec<u8>, GitError> {
        command.arg("--");
        if paths.is_empty() {
            command.arg(":/");
        }
        for path in paths {
            let there = self.folder.join(path).symlink_metadata().is_ok();
            let mut magic = OsString::from(if there { ":(literal)" } else { ":(glob)" });
            magic.push(path);
            command.arg(magic);
        }
        let output = run(&mut command)?;
        if !output.status.success() {
            return Err(GitError::Refused(said(&output)));
        }
        Ok(output.stdout)
    }

    fn changed(&self, command: Command, paths: &[&Path]) -> Result<Vec<Changed>, GitError> {
        let output = self.narrowed(command, paths)?;
        let mut files = Vec::new();
        // `:old-mode new-mode old-name new-name letter` and the path, by turns.
        let mut parts = output.split(|byte| *byte == 0);
        while let (Some(about), Some(name)) = (parts.next(), parts.next()) {
            let about = String::from_utf8_lossy(about);
            let mut words = about.split(' ').skip(1);
            let (mode, blob) = (words.next(), words.nth(1));
            if mode.is_some_and(|mode| mode.starts_with("100")) {
                self.add(name, blob.unwrap_or_default().to_owned(), &mut files);
            }
        }
        files.sort();
        Ok(files)
    }

    /// Adds a file by its name from the root, if it is a `.budget`.
    fn add(&self, name: &[u8], blob: String, files: &mut Vec<Changed>) {
        let name = path(name);
        if name.extension().is_none_or(|it| it != EXTENSION) {
            return;
        }
        let path = match name.strip_prefix(&self.down) {
            Ok(inside) => inside.to_owned(),
            Err(_) => self.up.join(name),
        };
        files.push(Changed { path, blob });
    }
}

/// Reads contents by their names, in one process; from any thread, one at a time.
#[derive(Debug)]
pub struct Blobs {
    process: Mutex<Process>,
}

#[derive(Debug)]
struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Blobs {
    /// The contents of a repository.
    pub fn of(repository: &Repository) -> Result<Self, GitError> {
        let mut child = git(&repository.folder)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(missing)?;
        let gone = || GitError::from(io::Error::from(io::ErrorKind::BrokenPipe));
        let stdin = child.stdin.take().ok_or_else(gone)?;
        let stdout = child.stdout.take().ok_or_else(gone)?;
        Ok(Self {
            process: Mutex::new(Process {
                child,
                stdin: Some(stdin),
                stdout: BufReader::new(stdout),
            }),
        })
    }

    /// A content, refused beyond [`MAX_BYTES`].
    pub fn read(&self, blob: &str) -> Result<Vec<u8>, GitError> {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        process.read(blob)
    }
}

impl Process {
    fn read(&mut self, blob: &str) -> Result<Vec<u8>, GitError> {
        if let Some(stdin) = &mut self.stdin {
            writeln!(stdin, "{blob}")?;
            stdin.flush()?;
        }
        // `name blob length`, the content, a line end.
        let mut head = String::new();
        self.stdout.read_line(&mut head)?;
        let length = head.trim_end().rsplit(' ').next();
        let Some(length) = length.and_then(|it| it.parse::<u64>().ok()) else {
            return Err(GitError::Refused(head.trim_end().to_owned()));
        };
        let mut content = (&mut self.stdout).take(length);
        let mut bytes = Vec::new();
        if length > MAX_BYTES {
            io::copy(&mut content, &mut io::sink())?;
        } else {
            bytes.reserve(usize::try_from(length).unwrap_or_default());
            content.read_to_end(&mut bytes)?;
        }
        self.stdout.read_exact(&mut [0])?;
        if length > MAX_BYTES {
            return Err(DecodeError::TooLarge(length).into());
        }
        Ok(bytes)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Without input it ends; what it says then is nobody's business.
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder);
    // A look must not stand in the way of a commit.
    command.arg("--no-optional-locks").stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> Result<Output, GitError> {
    command.output().map_err(missing)
}

fn missing(error: io::Error) -> GitError {
    match error.kind() {
        io::ErrorKind::NotFound => GitError::Missing,
        _ => GitError::Io(error),
    }
}

/// The first line of what git said to the person.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().next().unwrap_or("git").trim().to_owned()
}

/// The first line of its answer.
fn line(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().unwrap_or_default().trim().to_owned()
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::new(String::from_utf8_lossy(bytes).as_ref()))
}
