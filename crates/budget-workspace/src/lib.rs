//! Files, configuration, discovery and the world of documents: the only input and output below
//! the binaries.
//!
//! The command line and the server read through the same doors: [`decode`] makes text of bytes,
//! [`config`] finds `budget.toml`, [`World`] takes changes and gives immutable [`Snapshot`]s whose
//! documents and reports are made once.

pub mod baseline;
pub mod config;
pub mod decode;
pub mod discover;
mod exclude;
pub mod explanations;
pub mod file;
pub mod git;
pub mod mend;
mod settings;
pub mod world;

pub use baseline::Baseline;
pub use config::{Config, ConfigError, FailLevel, Level};
pub use decode::{DecodeError, Decoded, MAX_BYTES, Notice, decode};
pub use discover::{Discovery, Found, discover};
pub use exclude::{BadPattern, Excludes, absolute};
pub use explanations::Explanations;
pub use file::{FileError, Replacement, read, write_if_unchanged};
pub use settings::{Levels, MaxWarnings, Overrides, Resolver, Settings};
pub use world::{Change, File, FileId, FilePath, Snapshot, World};
