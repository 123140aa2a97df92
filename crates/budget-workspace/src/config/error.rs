//! A mistake in a file that documents are checked by.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use budget_syntax::position::{Encoding, LineIndex};

/// A mistake in `budget.toml`, or in a file that it names, with its place.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}: {message}。{help}", self.place())]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// Byte range in the file's text.
    pub range: Range<usize>,
    /// Line from 1; 0 where the whole file is meant.
    pub line: u32,
    /// Column from 1, in Unicode scalar values.
    pub column: u32,
    /// In Chinese: what is wrong.
    pub message: String,
    /// In Chinese: what to do.
    pub help: String,
}

impl ConfigError {
    /// `path`, or `path:line:column`.
    pub fn place(&self) -> String {
        let path = self.path.display();
        match self.line {
            0 => path.to_string(),
            line => format!("{path}:{line}:{}", self.column),
        }
    }

    /// At a place of the file's text.
    pub(crate) fn at(
        path: &Path,
        text: &str,
        range: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let offset = u32::try_from(range.start).unwrap_or(u32::MAX);
        let place = LineIndex::new(text).position(text, offset, Encoding::Utf32);
        Self {
            range,
            line: place.line.saturating_add(1),
            column: place.column.saturating_add(1),
            ..Self::of_file(path, message, help)
        }
    }

    /// About a file as a whole.
    pub(crate) fn of_file(
        path: &Path,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            range: 0..0,
            line: 0,
            column: 0,
            message: message.into(),
            help: help.into(),
        }
    }
}
