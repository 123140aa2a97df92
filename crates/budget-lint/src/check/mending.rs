//! `--fix` and `--diff`: findings that the program can mend itself.

use std::sync::Arc;

use budget_rules::Severity;
use budget_workspace::{
    File, Notice, Settings, decode,
    mend::{Applied, Fixes, mend},
    write_if_unchanged,
};
use similar::TextDiff;

use crate::{Exit, cli, input::Input, out::Out};

/// Which findings are mended.
#[derive(Clone, Copy)]
pub(super) struct Mending {
    fixes: Fixes,
    /// Only those that are told.
    least: Severity,
}

impl Mending {
    fn new(arguments: &cli::Check) -> Self {
        Self {
            fixes: if arguments.mend.unsafe_fixes {
                Fixes::Unsafe
            } else {
                Fixes::Safe
            },
            least: arguments.min_severity(),
        }
    }

    /// What `--fix` asks for.
    pub(super) fn wanted(arguments: &cli::Check) -> Option<Self> {
        arguments.mend.fix.then(|| Self::new(arguments))
    }
}

/// A file, read.
pub(super) struct Loaded {
    /// As it is on disk now.
    pub(super) bytes: Vec<u8>,
    pub(super) file: File,
    /// What was mended.
    pub(super) applied: Vec<Applied>,
    /// What writing it changed besides.
    pub(super) rewritten: Option<String>,
}

/// Reads a file and, if asked for, mends it where it is.
pub(super) fn load(
    input: &Input,
    settings: &Arc<Settings>,
    mending: Option<Mending>,
) -> Result<Loaded, String> {
    let bytes = input.read()?;
    let file = read(input, settings, &bytes)?;
    let Some(mending) = mending else {
        return Ok(Loaded {
            bytes,
            file,
            applied: Vec::new(),
            rewritten: None,
        });
    };
    let path = input
        .on_disk()
        .ok_or("要修改的内容不在磁盘上（标准输入或暂存的内容），请去掉 --fix，或直接写出文件名")?;
    let rewritten = rewritten(&file);
    let mended = mend(file, mending.fixes, mending.least);
    if mended.applied.is_empty() {
        return Ok(Loaded {
            bytes,
            file: mended.file,
            applied: mended.applied,
            rewritten: None,
        });
    }
    let written = mended.file.written();
    write_if_unchanged(path, &bytes, &written).map_err(|error| error.to_string())?;
    Ok(Loaded {
        bytes: written.as_bytes().to_vec(),
        file: mended.file,
        applied: mended.applied,
        rewritten,
    })
}

fn read(input: &Input, settings: &Arc<Settings>, bytes: &[u8]) -> Result<File, String> {
    let decoded = decode(bytes.to_vec()).map_err(|error| error.to_string())?;
    let text = decoded.text.into();
    let settings = Arc::clone(settings);
    Ok(File::new(
        input.path.clone(),
        text,
        None,
        decoded.notice,
        settings,
    ))
}

/// What is to be said of a file that is not UTF-8 and is to be written.
pub(crate) fn rewritten(file: &File) -> Option<String> {
    let notice = file.notice.filter(|it| matches!(it, Notice::Encoding(_)))?;
    Some(format!("{}，重写为 UTF-8", notice.message()))
}

/// Shows what `--fix` would change, and changes nothing.
pub(crate) fn diff(arguments: &cli::Check, out: &mut Out) -> Exit {
    let (inputs, mut exit) = match super::resolve(arguments, out) {
        Ok(resolved) => resolved,
        Err(exit) => return exit,
    };
    let mending = Mending::new(arguments);
    let mut count = 0;
    for (input, settings) in inputs {
        let name = input.path.display().into_owned();
        let file = input
            .read()
            .and_then(|bytes| read(&input, &settings, &bytes));
        let file = match file {
            Ok(file) => file,
            Err(message) => {
                exit = Exit::Trouble;
                out.complain(format_args!("{name}：{message}"));
                continue;
            }
        };
        let before = Arc::clone(&file.text);
        let rewritten = rewritten(&file);
        let mended = mend(file, mending.fixes, mending.least);
        if !mended.applied.is_empty() {
            exit = exit.max(Exit::Findings);
            count += mended.applied.len();
            if let Some(said) = rewritten {
                out.complain(format_args!("{name}：{said}"));
            }
            let diff = TextDiff::from_lines(&*before, &*mended.file.text);
            out.document(&diff.unified_diff().header(&name, &name).to_string());
        }
    }
    out.complain(format_args!("可以修改 {count} 处，没有写入"));
    exit
}
