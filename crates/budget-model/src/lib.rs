//! What a disclosure means: its headings, tables, rows, cells and terms, and the relations
//! between its numbers. Pure: no input or output, no failure.

pub mod amount;
mod both;
mod build;
mod carried;
mod changes;
pub mod document;
pub mod front;
pub mod heading;
mod per_template;
pub mod prose;
pub mod relation;
pub mod table;

pub use amount::Amount;
pub use both::{both, three};
pub use carried::Since;
pub use changes::{Change, Changes};
pub use document::Document;
pub use front::{FrontMatter, Status, Unit};
pub use heading::{Heading, HeadingId, Target};
pub use per_template::PerTemplate;
pub use table::{Cell, CellId, Column, Grid, Row, Table, Value};
