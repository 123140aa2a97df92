//! Which table a place of the document belongs to.

use budget_model::Document;
use budget_syntax::TextRange;

/// The tables by place.
pub(super) struct Owners {
    /// Grids, in order, with their tables.
    grids: Vec<(TextRange, usize)>,
    /// What stands under the headings of tables, in order, with the first table of each.
    headings: Vec<(TextRange, usize)>,
}

impl Owners {
    pub(super) fn of(document: &Document) -> Self {
        let mut grids = Vec::new();
        let mut headings: Vec<(TextRange, usize)> = Vec::new();
        for (place, table) in document.tables.iter().enumerate() {
            grids.extend(table.grids.iter().map(|grid| (grid.range, place)));
            if let Some(heading) = table.heading.and_then(|id| document.heading(id)) {
                headings.push((heading.extent, place));
            }
        }
        grids.sort();
        headings.sort();
        headings.dedup_by_key(|(range, _)| *range);
        Self { grids, headings }
    }

    /// The table that holds the place, in a grid or under its heading.
    pub(super) fn of_place(&self, place: TextRange) -> Option<usize> {
        let last = |list: &[(TextRange, usize)]| {
            let after = list.partition_point(|(range, _)| range.start() <= place.start());
            let (range, table) = list.get(after.checked_sub(1)?)?;
            range.contains(place).then_some(*table)
        };
        last(&self.grids).or_else(|| last(&self.headings))
    }
}
