//! How far a long run is, on a terminal; nothing in a pipe, nothing of a short run.

use std::{
    io::{IsTerminal, stderr, stdout},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::out::Out;

/// Before this nobody wonders.
const PATIENCE: Duration = Duration::from_millis(500);

/// The progress of a run over files.
pub(crate) struct Progress {
    total: u64,
    done: AtomicU64,
    begin: Instant,
    /// Whether it may show at all.
    shows: bool,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    /// For so many files. `whole_lines` says that the output stops at line ends only, so that a bar
    /// can stand below it where both are on one terminal.
    pub(crate) fn new(total: usize, whole_lines: bool) -> Self {
        Self {
            total: total as u64,
            done: AtomicU64::new(0),
            begin: Instant::now(),
            shows: total > 1 && stderr().is_terminal() && (whole_lines || !stdout().is_terminal()),
            bar: OnceLock::new(),
        }
    }

    /// One more file is done; from any thread.
    pub(crate) fn step(&self) {
        if !self.shows {
            return;
        }
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if self.begin.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_init(|| {
            let style = ProgressStyle::with_template("核对 {bar:30} {pos}/{len} 剩余 {eta}");
            let bar = ProgressBar::new(self.total).with_elapsed(self.begin.elapsed());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        bar.set_position(done);
    }

    /// Writes while the bar is out of the way.
    pub(crate) fn aside(&self, out: &mut Out, write: impl FnOnce(&mut Out)) {
        match self.bar.get() {
            None => write(out),
            Some(bar) => bar.suspend(|| {
                write(out);
                out.flush();
            }),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
