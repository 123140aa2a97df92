//! Files, configuration and discovery: the only input and output below the binaries.
//!
//! The command line and the server read through the same doors: [`decode`] makes text of bytes,
//! [`config`] finds `budget.toml`, a [`File`] makes its document and its report once, and a [`Shelf`] holds the
//! documents that others name.

pub mod baseline;
mod changed;
pub mod config;
pub mod decode;
pub mod discover;
mod exclude;
pub mod explanations;
pub mod file;
pub mod git;
pub mod input;
pub mod mend;
mod settings;
pub mod shelf;

pub use baseline::Baseline;
pub use changed::Changed;
pub use config::{Config, ConfigError, FailLevel, Level};
pub use decode::{DecodeError, Decoded, MAX_BYTES, Notice, decode};
pub use discover::{Discovery, Found, discover};
pub use exclude::{BadPattern, Excludes, absolute};
pub use explanations::Explanations;
pub use file::{FileError, Replacement, read, write_if_unchanged};
pub use input::{File, FilePath};
pub use settings::{Levels, MaxWarnings, Overrides, Resolver, Settings};
pub use shelf::Shelf;
