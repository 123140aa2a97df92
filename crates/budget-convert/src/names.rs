//! Names of the source against those of a template.

use budget_catalog::Template;
use budget_catalog::name::normalize;
use budget_catalog::template::{GridSpec, TableSpec};
use rustc_hash::FxHashMap;

use crate::text::compact;

/// A template with its table titles ready for look-up.
#[derive(Debug)]
pub(crate) struct Names<'c> {
    pub(crate) template: &'c Template,
    tables: FxHashMap<String, usize>,
}

impl<'c> Names<'c> {
    pub(crate) fn new(template: &'c Template) -> Self {
        let mut tables = FxHashMap::default();
        for (at, table) in template.tables.iter().enumerate() {
            for title in std::iter::once(&table.title).chain(&table.aliases) {
                tables.entry(key(title)).or_insert(at);
            }
        }
        Self { template, tables }
    }

    /// The table with that title.
    pub(crate) fn table(&self, title: &str) -> Option<&'c TableSpec> {
        let at = self.tables.get(&key(&without_year(title)))?;
        self.template.tables.get(*at)
    }
}

/// The grid of a side-by-side table with that title.
pub(crate) fn grid<'t>(table: &'t TableSpec, title: &str) -> Option<&'t GridSpec> {
    let named = table
        .grids
        .iter()
        .find(|grid| is(title, &grid.title, &grid.aliases));
    named.or_else(|| {
        let title = compact(title);
        table
            .grids
            .iter()
            .find(|grid| !grid.title.is_empty() && title.ends_with(grid.title.as_str()))
    })
}

/// The place of the column with that name, whole or its last level.
pub(crate) fn column(grid: &GridSpec, name: &str) -> Option<usize> {
    let leaf = |name: &str| name.rsplit('/').next().map(key);
    grid.columns
        .iter()
        .position(|column| is(name, &column.name, &column.aliases))
        .or_else(|| {
            let name = leaf(name);
            grid.columns
                .iter()
                .position(|column| leaf(&column.name) == name)
        })
}

/// Whether two names are one.
pub(crate) fn same(a: &str, b: &str) -> bool {
    key(a) == key(b)
}

fn is(name: &str, title: &str, aliases: &[String]) -> bool {
    let name = key(name);
    name == key(title) || aliases.iter().any(|alias| name == key(alias))
}

fn key(name: &str) -> String {
    normalize(name).into_owned()
}

/// A title without a year: `2024年部门预算公开表`.
fn without_year(title: &str) -> String {
    let compacted = compact(title);
    let trimmed = compacted.trim_start_matches(|c: char| c.is_ascii_digit());
    trimmed
        .strip_prefix("年度")
        .or_else(|| trimmed.strip_prefix('年'))
        .unwrap_or(&compacted)
        .to_owned()
}
