//! Runs the program in a folder of its own.

use std::{fs, path::PathBuf, process::Output, rc::Rc, time::Duration};

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder for one test.
pub(crate) struct Folder {
    root: Rc<TempDir>,
    path: PathBuf,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().to_owned();
        Self {
            root: Rc::new(root),
            path,
        }
    }

    /// A folder inside another.
    pub(crate) fn inside(folder: &Self, name: &str) -> Self {
        Self {
            root: Rc::clone(&folder.root),
            path: folder.path(name),
        }
    }

    pub(crate) fn with(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        Self::new().and(name, bytes)
    }

    pub(crate) fn and(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, bytes).expect("written");
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("read")
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, "")
    }

    /// Bounded in time: an input that takes longer fails its test.
    pub(crate) fn run_with(&self, arguments: &[&str], stdin: impl Into<Vec<u8>>) -> Run {
        self.finish(self.command(arguments).write_stdin(stdin))
    }

    /// With a variable of the environment.
    pub(crate) fn run_where(&self, variable: &str, value: &str, arguments: &[&str]) -> Run {
        self.finish(self.command(arguments).env(variable, value))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("budget-lint").expect("built");
        command
            .current_dir(&self.path)
            .args(arguments)
            .env_remove("CLICOLOR_FORCE")
            .env_remove("GITHUB_WORKSPACE")
            .env_remove("CI_PROJECT_DIR")
            .timeout(Duration::from_secs(20));
        command
    }

    fn finish(&self, command: &mut Command) -> Run {
        let output = command.output().expect("run");
        Run::of(&output)
    }
}

impl Run {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8 output");
        let run = Self {
            code: output.status.code(),
            out: text(&output.stdout),
            err: text(&output.stderr),
        };
        assert!(!run.err.contains("panicked"), "{}", run.err);
        run
    }

    /// The last line of standard output.
    pub(crate) fn last_line(&self) -> &str {
        self.out.lines().next_back().unwrap_or("")
    }
}
