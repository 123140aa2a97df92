//! Headings and what the template calls them.

use budget_syntax::TextRange;

/// Index into [`crate::Document::headings`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct HeadingId(pub u32);

/// What a heading is in its template.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// `template.parts[part]`
    Part {
        /// Index.
        part: usize,
    },
    /// A section: the path of indices below the part (one or two deep).
    Section {
        /// Index of the part.
        part: usize,
        /// Index in `part.sections`.
        section: usize,
        /// Index in `section.sections`.
        subsection: Option<usize>,
    },
    /// A table: index into [`crate::Document::tables`] .
    Table {
        /// Index.
        table: usize,
    },
    /// One grid of a side-by-side table.
    Grid {
        /// Index of the table.
        table: usize,
        /// Index of the grid.
        grid: usize,
    },
    /// `# 目录`
    Contents,
    /// `# 底稿`, and what stands below it.
    Workings,
    /// A heading that the template doesn't know.
    Other,
}

/// How well a heading's text fits what it was taken for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Match {
    /// The title or an alias.
    Exact,
    /// A near miss: renamed.
    Near,
    /// By number or place only.
    Position,
}

/// A heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// The heading's line.
    pub range: TextRange,
    /// Its text.
    pub text: TextRange,
    /// 1 to 6.
    pub level: u8,
    /// The heading it stands under.
    pub parent: Option<HeadingId>,
    /// From the heading's start to the next heading of its level or a higher one.
    pub extent: TextRange,
    /// What the template calls it.
    pub target: Target,
    /// How well it fits.
    pub fit: Match,
}
