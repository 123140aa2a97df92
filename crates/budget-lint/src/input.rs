//! What a command is to read.

use std::{
    io,
    path::{Path, PathBuf},
};

use budget_workspace::{Discovery, FileError, FilePath, discover, file};

use crate::{Exit, out::Out};

/// One input.
pub(crate) struct Input {
    pub(crate) path: FilePath,
    /// Read from standard input.
    pub(crate) stdin: bool,
}

impl Input {
    /// Its bytes.
    pub(crate) fn read(&self) -> Result<Vec<u8>, FileError> {
        match &self.path {
            FilePath::Disk(path) if !self.stdin => file::read_bytes(path),
            _ => file::read_limited(io::stdin().lock(), 0),
        }
    }
}

/// The inputs that the paths mean, in path order; what is wrong with a path is said, and is
/// trouble.
pub(crate) fn gather(
    paths: &[PathBuf],
    stdin_filename: Option<&Path>,
    out: &mut Out,
) -> (Vec<Input>, Exit) {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let (dashes, paths): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.as_os_str() == "-");
    let Discovery {
        files,
        empty,
        errors,
    } = discover(&paths);

    let mut inputs: Vec<Input> = files
        .into_iter()
        .map(|path| Input {
            path: FilePath::Disk(path),
            stdin: false,
        })
        .collect();
    if !dashes.is_empty() {
        let path = match stdin_filename {
            Some(path) => FilePath::Disk(path.to_owned()),
            None => FilePath::Virtual("标准输入".to_owned()),
        };
        inputs.push(Input { path, stdin: true });
    }

    let mut exit = Exit::Clean;
    for folder in empty {
        exit = Exit::Trouble;
        out.complain(format_args!(
            "{}：文件夹中没有 .budget 文件。用 budget-lint new 新建，或用 budget-lint import 导入",
            folder.display()
        ));
    }
    for (folder, message) in errors {
        exit = Exit::Trouble;
        out.complain(format_args!("{}：{message}", folder.display()));
    }
    (inputs, exit)
}
