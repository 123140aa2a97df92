//! Names of the source against those of a template.

use budget_catalog::Template;
use budget_catalog::name::normalize;
use budget_catalog::template::{ColumnSpec, GridSpec, TableSpec};

use crate::text::compact;

/// Compares names; the one place that knows how.
#[derive(Debug, Default)]
pub(crate) struct Names;

impl Names {
    fn same(&self, a: &str, b: &str) -> bool {
        key(a) == key(b)
    }

    fn any(&self, name: &str, title: &str, aliases: &[String]) -> bool {
        let name = key(name);
        name == key(title) || aliases.iter().any(|alias| name == key(alias))
    }

    /// The table with that title.
    pub(crate) fn table<'t>(&self, template: &'t Template, title: &str) -> Option<&'t TableSpec> {
        let title = without_year(title);
        template
            .tables
            .iter()
            .find(|table| self.any(&title, &table.title, &table.aliases))
    }

    /// The grid of a side-by-side table with that title.
    pub(crate) fn grid<'t>(&self, table: &'t TableSpec, title: &str) -> Option<&'t GridSpec> {
        table
            .grids
            .iter()
            .find(|grid| self.any(title, &grid.title, &grid.aliases))
            .or_else(|| {
                table.grids.iter().find(|grid| {
                    !grid.title.is_empty() && compact(title).ends_with(grid.title.as_str())
                })
            })
    }

    /// The place of the column with that name.
    pub(crate) fn column(&self, grid: &GridSpec, name: &str) -> Option<usize> {
        grid.columns.iter().position(|column: &ColumnSpec| {
            self.any(name, &column.name, &column.aliases)
                || column
                    .name
                    .rsplit('/')
                    .next()
                    .is_some_and(|leaf| self.same(leaf, name))
        })
    }
}

fn key(name: &str) -> String {
    compact(&normalize(name))
}

/// A title without a year: `2024年部门预算公开表`, `（2024年度）`.
pub(crate) fn without_year(title: &str) -> String {
    let compacted = compact(title);
    let trimmed = compacted.trim_start_matches(|c: char| c.is_ascii_digit());
    trimmed
        .strip_prefix("年度")
        .or_else(|| trimmed.strip_prefix('年'))
        .unwrap_or(&compacted)
        .to_owned()
}
