//! What templates call columns, and the words of a header as such names.

use budget_catalog::Catalog;
use budget_catalog::name::normalize;
use rustc_hash::FxHashSet;

use super::lines::Line;
use super::words::{Measure, Span, Trust, heads};
use crate::text;

/// The names of columns that any template knows.
#[derive(Debug, Default)]
pub(super) struct Names {
    columns: FxHashSet<String>,
    groups: FxHashSet<String>,
}

/// Collects the names from all templates.
pub(super) fn names(catalog: &Catalog) -> Names {
    let mut out = Names::default();
    let key = |name: &str| normalize(name).into_owned();
    for template in catalog.templates() {
        for grid in template.tables.iter().flat_map(|table| &table.grids) {
            let titles = std::iter::once(&grid.title).chain(&grid.aliases);
            out.groups.extend(
                titles
                    .filter(|title| !title.is_empty())
                    .map(|title| key(title)),
            );
            for column in &grid.columns {
                for name in std::iter::once(&column.name).chain(&column.aliases) {
                    let mut levels = name.rsplit('/');
                    out.columns.extend(levels.next().map(key));
                    out.groups.extend(levels.map(key));
                }
            }
        }
    }
    out
}

/// A word of a line of the header.
pub(super) struct Head {
    pub(super) text: String,
    pub(super) span: Span,
    pub(super) trust: Trust,
}

impl Names {
    /// The words of a line: the year is one with what follows it (`2024 年预算`), and so are the
    /// letters of a name that were set apart (`收    入`).
    pub(super) fn heads(&self, line: &Line<'_>, measure: Measure) -> Vec<Head> {
        let mut out: Vec<Head> = Vec::new();
        let letter = |text: &str| text.starts_with(text::is_ideograph) && text.chars().count() == 1;
        for cell in heads(&line.words, measure) {
            let head = Head {
                text: cell.text(),
                span: cell.span,
                trust: cell.trust,
            };
            if let Some(last) = out.last_mut()
                && letter(&last.text)
                && letter(&head.text)
            {
                let joined = format!("{}{}", last.text, head.text);
                if self.is_column(&joined)
                    || self.is_group(&joined)
                    || crate::header::is_total(&joined)
                {
                    last.text = joined;
                    last.span = last.span.joined(head.span);
                    continue;
                }
            }
            out.push(head);
        }
        out
    }

    /// `收入        支出`: the two sides of a table, and nothing else in the line.
    pub(super) fn is_sides(&self, line: &Line<'_>, measure: Measure) -> bool {
        let heads = self.heads(line, measure);
        let ends = |head: &Head, mark: &str| text::compact(&head.text).ends_with(mark);
        matches!(heads.as_slice(), [left, right] if ends(left, "收入") && ends(right, "支出"))
    }

    /// `其中：` and all that a template has over columns.
    pub(super) fn is_group(&self, name: &str) -> bool {
        name.ends_with(['：', ':']) || self.groups.contains(normalize(name).as_ref())
    }

    pub(super) fn is_column(&self, name: &str) -> bool {
        self.columns.contains(normalize(name).as_ref())
    }
}
