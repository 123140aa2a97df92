//! Tables of a document whose template isn't known: what their headings and headers tell.

use budget_catalog::{
    name::normalize,
    template::{ColumnKind, Reading, RowRole, TableSpec, Template},
};
use budget_syntax::tree::Table as TableBlock;
use rustc_hash::FxHashMap;

use super::{Walk, grid::Source};
use crate::{Grid, HeadingId};

/// How many tables back the other half of a table may stand.
const NEAR: usize = 16;

impl<'t> Walk<'t> {
    /// A table that the template doesn't know: a new one, the second half of one whose halves stand
    /// under headings of their own, or one of several that can't be told apart.
    pub(super) fn open_unknown(
        &mut self,
        heading: Option<HeadingId>,
        block: TableBlock<'t>,
    ) -> usize {
        let Some((reading, half)) = self.reading(heading) else {
            return self.open_table(heading, None);
        };
        let parent = |id: Option<HeadingId>| self.headings.get(id?.index())?.parent;
        if half.is_some() {
            let near = self.tables.iter().enumerate().rev().take(NEAR);
            let mut halves = near.filter(|(_, table)| {
                table.reading == Some(reading) && table.heading == parent(heading)
            });
            if let Some(other) = halves.next().map(|(index, _)| index) {
                let table = self.tables.get(other);
                let taken = table.is_some_and(|table| {
                    let mut grids = table.grids.iter();
                    grids.any(|grid| grid.spec == half)
                });
                if !taken {
                    return other;
                }
                // A table whose heading was lost.
                let index = self.open_table(heading, None);
                if let Some(table) = self.tables.get_mut(index) {
                    table.reading = self.template.any_table();
                }
                return index;
            }
        }
        // What runs on, or stands once for each unit, would be summed alone.
        let again = self.tables.last_mut().filter(|last| {
            last.heading == heading
                && last.grids.last().is_some_and(|grid| {
                    let header = super::header(block);
                    let own = header.map(|range| normalize(range.of(self.text)));
                    let columns = grid.columns.iter();
                    own.eq(columns.map(|column| normalize(column.name.of(self.text))))
                })
        });
        let again = again.map(|last| last.reading = None).is_some();
        // A half stands for the whole: its heading is the one above.
        let heading = if half.is_some() {
            parent(heading)
        } else {
            heading
        };
        let index = self.open_table(heading, None);
        if let Some(table) = self.tables.get_mut(index)
            && !table.working
            && !again
        {
            table.reading = Some(reading);
        }
        index
    }

    /// What a table under a heading is read as, and which half of it.
    fn reading(&self, heading: Option<HeadingId>) -> Option<(usize, Option<usize>)> {
        let any = self.template.any_table()?;
        let title = |id: Option<HeadingId>| {
            let heading = self.headings.get(id?.index())?;
            Some(self.matcher.key(heading.text.of(self.text)))
        };
        let Some(own) = title(heading) else {
            return Some((any, None));
        };
        if let Some(found) = by_words(self.template, &own) {
            return Some((found, None));
        }
        let parent = heading.and_then(|id| self.headings.get(id.index())?.parent);
        let above = title(parent).and_then(|title| by_words(self.template, &title));
        let half = above.and_then(|above| {
            let spec = self.template.tables.get(above)?;
            Some((above, half_of(spec, &own)?))
        });
        Some(half.map_or((any, None), |(above, half)| (above, Some(half))))
    }

    /// The half of a table that is read by its heading.
    pub(super) fn half(&self, heading: Option<HeadingId>) -> Option<usize> {
        self.reading(heading)?.1
    }
}

fn half_of(spec: &TableSpec, title: &str) -> Option<usize> {
    if spec.grids.len() < 2 {
        return None;
    }
    spec.grids.iter().position(|grid| {
        let mut names = std::iter::once(&grid.title).chain(&grid.aliases);
        names.any(|name| normalize(name) == title)
    })
}

/// Most characters of a heading that say something else.
const MOST_REST: usize = 2;

/// How many characters of a heading are neither the words it is told by nor words that tell nothing.
fn rest(title: &str, reading: &Reading, fillers: &[String]) -> usize {
    let mut bare = String::with_capacity(title.len());
    let mut depth = 0_usize;
    for c in title.chars() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            c if depth == 0 && !c.is_ascii_punctuation() && !c.is_ascii_digit() => bare.push(c),
            _ => {}
        }
    }
    let words = reading.all.iter().flat_map(|words| words.split('|'));
    for word in words.chain(fillers.iter().map(String::as_str)) {
        if bare.contains(word) {
            bare = bare.replace(word, "");
        }
    }
    bare.chars().count()
}

/// The first of the template's tables whose words a heading holds.
fn by_words(template: &Template, title: &str) -> Option<usize> {
    if !title.contains('表') || title.contains("说明") {
        return None;
    }
    let holds = |words: &String| words.split('|').any(|word| title.contains(word));
    let fits = |reading: &Reading| {
        !reading.all.is_empty()
            && reading.all.iter().all(holds)
            && !reading.none.iter().any(holds)
            && (reading.loose || rest(title, reading, &template.fillers) <= MOST_REST)
    };
    let mut tables = template.tables.iter();
    tables.position(|table| table.reading.as_ref().is_some_and(fits))
}

/// A last subtotal is the total where there is none: 收入合计 at the end; not 公用经费合计, which is
/// the second of two that the template knows.
pub(super) fn promote_total(grid: &mut Grid) {
    let total = |role: RowRole| role == RowRole::Total;
    if grid
        .rows
        .iter()
        .any(|row| total(row.role) && row.spec == Some(0))
    {
        return;
    }
    let known = |row: &&crate::Row| row.spec.is_some() && row.role == RowRole::Subtotal;
    let several = grid.rows.iter().filter(known).count() > 1;
    let named = |row: &crate::Row| total(row.role) || row.spec.is_some() && !several;
    let last = grid.rows.iter_mut().rfind(|row| row.role != RowRole::Blank);
    if let Some(row) = last
        && named(row)
        && row.code.is_none()
        && matches!(row.role, RowRole::Total | RowRole::Subtotal)
    {
        row.spec = Some(0);
        row.role = RowRole::Total;
    }
}

/// Most levels of a header.
const MOST_LEVELS: usize = 8;

/// Which columns are parts of which: `合计` of all, `财政拨款/小计` of those under 财政拨款.
pub(super) fn group_columns(source: Source<'_>, grid: &mut Grid) {
    let Source { text, words, .. } = source;
    let names: Vec<String> = grid
        .columns
        .iter()
        .map(|column| normalize(column.name.of(text)).into_owned())
        .collect();
    let path = |column: usize| {
        let name = names.get(column).map_or("", String::as_str);
        name.rsplit_once('/').unwrap_or(("", name))
    };
    let amounts: Vec<usize> = (0..grid.columns.len())
        .filter(|at| {
            let amount = grid
                .columns
                .get(*at)
                .is_some_and(|c| c.kind == ColumnKind::Amount);
            amount
                && names.get(*at).is_some_and(|name| {
                    let written = grid.columns.get(*at).map_or("", |c| c.name.of(text));
                    !words.is_aside(name) && !words.is_aside(written)
                })
        })
        .collect();
    // This year's sum is none of last year's numbers.
    let columns = grid.columns.iter();
    let past: Vec<bool> = columns.map(|it| source.is_past(it.name)).collect();
    let is_total = |at: &usize| names.get(*at).is_some_and(|name| words.is_sum(name));
    // Of each prefix the column that is its sum; two are none.
    let mut totals: FxHashMap<&str, Option<usize>> = FxHashMap::default();
    for at in amounts.iter().copied().filter(is_total) {
        let total = totals.entry(path(at).0).or_insert(Some(at));
        *total = total.filter(|other| *other == at);
    }
    let total_of = |prefix: &str| totals.get(prefix).copied().flatten();
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for &at in &amounts {
        let (prefix, _) = path(at);
        // The nearest sum at or above its own level.
        let mut levels =
            std::iter::successors(Some(prefix), |level| match level.rsplit_once('/') {
                Some((above, _)) => Some(above),
                None => (!level.is_empty()).then_some(""),
            })
            .take(MOST_LEVELS);
        let is_whole = |total: &usize| *total != at && past.get(*total) == past.get(at);
        let whole = levels.find_map(|level| total_of(level).filter(is_whole));
        parts.extend(whole.map(|whole| (at, whole)));
    }
    for (at, whole) in parts {
        if let Some(column) = grid.columns.get_mut(at) {
            column.part_of = u32::try_from(whole).ok();
        }
    }
}
