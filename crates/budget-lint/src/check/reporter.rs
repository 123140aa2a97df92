//! What every form of output is: told a file at a time, written in order.

use std::fmt::Display;

use budget_rules::Finding;

use super::{
    Counts, Sheet, concise::Concise, github::Github, gitlab::Gitlab, human::Human, json::Json,
    jsonl::Jsonl, sarif::Sarif,
};
use crate::cli::Format;

/// A form of output. A new one is a file that has this, and a line in [`reporter`].
pub(super) trait Reporter: Sync {
    /// Findings shown of a run, unless it is asked for more or fewer.
    fn most(&self) -> usize {
        usize::MAX
    }

    /// Whether the form tells the hash of a file's bytes.
    fn wants_hash(&self) -> bool {
        false
    }

    /// Before the first file.
    fn begin(&mut self, _paper: &mut dyn Paper) {}

    /// Puts a file into words, on any thread and in any order. `shown` are the findings to tell.
    fn tell(&self, sheet: &Sheet<'_>, shown: &[&Finding]) -> Told;

    /// Writes what was told of a file; the files come in order.
    fn write(&mut self, told: Told, paper: &mut dyn Paper) {
        paper.print(&told.head);
        for finding in &told.findings {
            paper.print(finding);
        }
        paper.print(&told.tail);
    }

    /// A file that could not be read.
    fn refused(&mut self, _file: &str, _message: &str) {}

    /// After the last file.
    fn end(&mut self, _totals: &Totals, _paper: &mut dyn Paper) {}
}

/// A file in words.
#[derive(Default)]
pub(super) struct Told {
    /// Before the findings.
    pub(super) head: String,
    /// Each finding that is shown, in order.
    pub(super) findings: Vec<String>,
    /// After them.
    pub(super) tail: String,
}

/// What a run came to.
#[derive(Default)]
pub(super) struct Totals {
    pub(super) counts: Counts,
    /// Files that could be read.
    pub(super) files: usize,
    /// Findings written.
    pub(super) shown: usize,
}

impl Totals {
    /// Findings that would have been written but for the limit.
    pub(super) fn left(&self) -> usize {
        let wanted = self.counts.total().saturating_sub(self.counts.hidden);
        wanted.saturating_sub(self.shown)
    }
}

/// The elements of a JSON array, one a line.
#[derive(Default)]
pub(super) struct List {
    any: bool,
}

impl List {
    /// Writes an element.
    pub(super) fn item(&mut self, json: &str, paper: &mut dyn Paper) {
        paper.print(if self.any { ",\n" } else { "\n" });
        paper.print(json);
        self.any = true;
    }

    /// After the last; the bracket is the caller's.
    pub(super) fn end(&mut self, paper: &mut dyn Paper) {
        if self.any {
            paper.print("\n");
        }
    }
}

/// What a form is written on.
pub(super) trait Paper {
    fn print(&mut self, text: &str);
    /// Said beside the output, on standard error.
    fn remark(&mut self, text: &dyn Display);
}

/// The form of that name.
pub(super) fn reporter(format: Format, outcomes: bool) -> Box<dyn Reporter> {
    match format {
        Format::Human => Box::new(Human { outcomes }),
        Format::Concise => Box::new(Concise { outcomes }),
        Format::Json => Box::new(Json::new(outcomes)),
        Format::Jsonl => Box::new(Jsonl),
        Format::Sarif => Box::new(Sarif::new()),
        Format::Github => Box::new(Github::new()),
        Format::Gitlab => Box::new(Gitlab::new()),
    }
}
