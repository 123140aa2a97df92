//! Standard output and error, in UTF-8, with colours on a terminal only; a reader that goes away
//! (`| head`) is no failure.

use std::{
    fmt::Display,
    io::{self, BufWriter, IsTerminal, Write},
};

use crate::Exit;

/// Where everything is written.
pub(crate) struct Out {
    stdout: BufWriter<anstream::AutoStream<io::Stdout>>,
    /// Set once a write failed: the run goes on for its exit code.
    gone: bool,
    /// A write failed for another reason than a reader that went away.
    failed: Option<io::Error>,
}

impl Out {
    pub(crate) fn new() -> Self {
        let stdout = io::stdout();
        // A pipe or a file gets plain text without being asked about its colours.
        let stdout = if stdout.is_terminal() {
            anstream::AutoStream::auto(stdout)
        } else {
            anstream::AutoStream::never(stdout)
        };
        Self {
            stdout: BufWriter::with_capacity(64 * 1024, stdout),
            gone: false,
            failed: None,
        }
    }

    /// Writes to standard output.
    pub(crate) fn print(&mut self, text: &str) {
        if self.gone {
            return;
        }
        let written = self.stdout.write_all(text.as_bytes());
        self.note(written);
    }

    /// Writes a document, or a change of one, to standard output: every byte, also control characters, which
    /// are no colours there.
    pub(crate) fn document(&mut self, text: &str) {
        self.flush();
        if self.gone {
            return;
        }
        let mut stdout = io::stdout().lock();
        let written = stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush());
        self.note(written);
    }

    /// Writes a line to standard output.
    pub(crate) fn line(&mut self, text: impl Display) {
        self.print(&format!("{text}\n"));
    }

    /// Writes a line to standard error, after what was printed before it.
    pub(crate) fn complain(&mut self, text: impl Display) {
        self.flush();
        // Where even this can't be written there is no one to tell.
        let _ = writeln!(io::stderr(), "budget-lint：{text}");
    }

    /// Hands on what was printed.
    pub(crate) fn flush(&mut self) {
        if !self.gone {
            let flushed = self.stdout.flush();
            self.note(flushed);
        }
    }

    fn note(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.gone = true;
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.failed = Some(error);
            }
        }
    }

    /// Flushes; output that could not be written is trouble.
    pub(crate) fn finish(mut self, exit: Exit) -> Exit {
        self.flush();
        match &self.failed {
            None => exit,
            Some(error) => {
                let _ = writeln!(io::stderr(), "budget-lint：结果写不出去（{error}）");
                Exit::Trouble
            }
        }
    }
}
