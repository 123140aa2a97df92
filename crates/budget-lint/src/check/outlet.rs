//! Where a run's findings go: one form on standard output, others to files; one check feeds all.

use std::{
    fmt::Display,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use budget_rules::Finding;
use budget_workspace::{Replacement, absolute, discover};

use super::{
    Sheet,
    reporter::{Paper, Reporter, Told, Totals, reporter},
    statistics::Statistics,
};
use crate::{
    cli::{self, Format},
    out::Out,
};

/// A form of output with the place it goes to.
pub(super) struct Outlet {
    reporter: Box<dyn Reporter>,
    /// Findings it shows at most, of all files together.
    most: usize,
    shown: usize,
    /// None: standard output.
    file: Option<Sheaf>,
}

/// All outlets that the arguments ask for; files are begun, so that one that can't be written is
/// told before anything is checked.
pub(super) fn open<'a>(
    arguments: &cli::Check,
    inputs: impl Iterator<Item = &'a Path> + Clone,
) -> Result<Vec<Outlet>, String> {
    let outlet = |reporter: Box<dyn Reporter>, file| {
        let most = match arguments.max_findings {
            Some(0) => usize::MAX,
            Some(most) => most,
            // A file is not read on a screen.
            None if Option::is_some(&file) => usize::MAX,
            None => reporter.most(),
        };
        Outlet {
            reporter,
            most,
            shown: 0,
            file,
        }
    };
    let of = |format| reporter(format, arguments.outcomes);
    let first = match (arguments.statistics, arguments.format) {
        (false, format) => of(format),
        (true, Format::Human | Format::Concise) => Box::new(Statistics::new(false)),
        (true, Format::Json) => Box::new(Statistics::new(true)),
        (true, _) => {
            return Err(
                "--statistics 只有 human、json 两种形式；其他形式可用 --output 同时写到文件"
                    .to_owned(),
            );
        }
    };
    let mut outlets = vec![outlet(first, None)];
    if arguments.statistics {
        // What is counted is not shown.
        outlets.iter_mut().for_each(|it| it.most = usize::MAX);
    }
    let mut paths = Vec::new();
    for cli::Output { format, path } in &arguments.outputs {
        let whole = absolute(path);
        if paths.contains(&whole) {
            return Err(format!("{}：两份报告不能写到同一个文件", path.display()));
        }
        paths.push(whole);
        // A slip of the keyboard must not cost a document.
        if inputs.clone().any(|input| same(input, path)) {
            return Err(refusal(path, "这是要核对的文件，请换一个文件名"));
        }
        outlets.push(outlet(of(*format), Some(Sheaf::begin(path)?)));
    }
    Ok(outlets)
}

impl Outlet {
    pub(super) fn wants_hash(&self) -> bool {
        self.reporter.wants_hash()
    }

    pub(super) fn begin(&mut self, out: &mut Out) {
        let Self { reporter, file, .. } = self;
        reporter.begin(paper(file, out));
    }

    /// Puts a file's findings into words; from several threads.
    pub(super) fn tell(&self, sheet: &Sheet<'_>, findings: &[&Finding]) -> Told {
        let shown = findings.get(..self.most).unwrap_or(findings);
        self.reporter.tell(sheet, shown)
    }

    pub(super) fn write(&mut self, mut told: Told, out: &mut Out) {
        told.findings.truncate(self.most - self.shown);
        self.shown += told.findings.len();
        let Self { reporter, file, .. } = self;
        reporter.write(told, paper(file, out));
    }

    pub(super) fn refused(&mut self, file: &str, message: &str) {
        self.reporter.refused(file, message);
    }

    /// Ends the output; a file is in its place only now.
    pub(super) fn end(mut self, totals: &mut Totals, out: &mut Out) -> Result<(), String> {
        totals.shown = self.shown;
        self.reporter.end(totals, paper(&mut self.file, out));
        self.file.map_or(Ok(()), Sheaf::finish)
    }
}

fn refusal(path: &Path, why: impl Display) -> String {
    format!("{}：报告写不到这里。{why}", path.display())
}

fn same(a: &Path, b: &Path) -> bool {
    a.file_name() == b.file_name()
        && fs::canonicalize(a).is_ok_and(|a| fs::canonicalize(b).is_ok_and(|b| a == b))
}

fn paper<'a>(file: &'a mut Option<Sheaf>, out: &'a mut Out) -> &'a mut dyn Paper {
    match file {
        Some(file) => file,
        None => out,
    }
}

impl Paper for Out {
    fn print(&mut self, text: &str) {
        Out::print(self, text);
    }

    fn remark(&mut self, text: &dyn Display) {
        self.complain(text);
    }
}

/// A report in a file, without colours.
struct Sheaf {
    path: PathBuf,
    stream: Replacement,
    failed: Option<io::Error>,
}

impl Sheaf {
    fn begin(path: &Path) -> Result<Self, String> {
        if path.extension().is_some_and(|it| it == discover::EXTENSION) {
            return Err(refusal(path, "这是 .budget 文档的名称，请换一个文件名"));
        }
        if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty())
            && !folder.is_dir()
        {
            return Err(refusal(path, "没有这个文件夹，请先建立"));
        }
        let stream = Replacement::begin(path).map_err(|error| refusal(path, error))?;
        Ok(Self {
            path: path.to_owned(),
            stream,
            failed: None,
        })
    }

    fn finish(self) -> Result<(), String> {
        let ended = match self.failed {
            Some(error) => Err(error.into()),
            None => self.stream.finish(),
        };
        ended.map_err(|error| format!("{}：报告没有写成。{error}", self.path.display()))
    }
}

impl Paper for Sheaf {
    fn print(&mut self, text: &str) {
        if self.failed.is_none() {
            let plain = anstream::adapter::strip_str(text);
            self.failed = write!(self.stream, "{plain}").err();
        }
    }

    fn remark(&mut self, _text: &dyn Display) {}
}
