//! Headers that the conversion had broken, put back where the template leaves no doubt.

use budget_catalog::template::{ColumnSpec, GridSpec};

use crate::block::RawRow;
use crate::grid::Grid;
use crate::header::Column;
use crate::{names, text};

/// A header cell that slipped below the header: a row of nothing but the name of the one column
/// that the header lacks. Gives the row's number; the column is put back in its place.
pub(crate) fn put_back_column(
    grid: &mut Grid,
    body: &[&RawRow<'_>],
    spec: &GridSpec,
) -> Option<u32> {
    let row = body.first()?;
    let mut filled = row.filled();
    let (_, cell) = filled.next()?;
    if filled.next().is_some() {
        return None;
    }
    let missing = names::column(spec, cell)?;
    if grid
        .columns
        .iter()
        .any(|column| names::column(spec, &column.name) == Some(missing))
    {
        return None;
    }
    // Before the first column that the template names later.
    let place = grid
        .columns
        .iter()
        .position(|column| names::column(spec, &column.name).is_some_and(|at| at > missing))
        .unwrap_or(grid.columns.len());
    grid.columns.insert(
        place,
        Column {
            name: text::tidy(cell),
            ..Column::default()
        },
    );
    grid.mended.push((
        row.number,
        format!("表头“{}”落在表身，已归位", text::tidy(cell)),
    ));
    Some(row.number)
}

/// Header cells that slipped sideways: every column is one of the template's, none twice, and one
/// has left the group that the template has it in, though the group is printed. The cells below
/// have not slipped, so the names go back to the template's order. A header that is only ordered
/// otherwise is right.
pub(crate) fn put_back_names(grid: &mut Grid, line: u32, spec: &GridSpec) {
    fn group(name: &str) -> Option<&str> {
        name.rsplit_once('/').map(|(group, _)| group)
    }
    let mut known: Vec<(&ColumnSpec, usize, usize)> = Vec::new();
    for (at, column) in grid.columns.iter().enumerate() {
        let place = names::column(spec, &column.name);
        match place.and_then(|place| Some((spec.columns.get(place)?, place))) {
            Some((wanted, place)) => known.push((wanted, place, at)),
            None => return,
        }
    }
    let printed = |wanted: &str| {
        let mut columns = grid.columns.iter();
        columns.any(|column| group(&column.name).is_some_and(|own| names::same(own, wanted)))
    };
    let strayed = |wanted: &ColumnSpec, at: usize| {
        let own = grid.columns.get(at).and_then(|column| group(&column.name));
        group(&wanted.name)
            .is_some_and(|group| own.is_none_or(|own| !names::same(own, group)) && printed(group))
    };
    if !known.iter().any(|(wanted, _, at)| strayed(wanted, *at)) {
        return;
    }
    known.sort_unstable_by_key(|(_, place, _)| *place);
    let twice = known
        .iter()
        .zip(known.iter().skip(1))
        .any(|(a, b)| a.1 == b.1);
    if twice {
        return;
    }
    let in_order: Vec<String> = known
        .iter()
        .filter_map(|(wanted, _, at)| {
            Some(if strayed(wanted, *at) {
                wanted.name.clone()
            } else {
                grid.columns.get(*at)?.name.clone()
            })
        })
        .collect();
    for (column, name) in grid.columns.iter_mut().zip(in_order) {
        column.name = name;
    }
    grid.mended
        .push((line, "表头错了列，已按模板归位".to_owned()));
}

/// A label whose end is cut off within a bracket, `财政拨款（补`, with the only label of the template
/// that begins so.
pub(crate) fn complete<'s>(label: &str, spec: &'s GridSpec) -> Option<&'s str> {
    let open = |text: &str| text.contains(['（', '(']) && !text.contains(['）', ')']);
    let cut = if open(label) {
        text::compact(label)
    } else {
        return None;
    };
    if cut.chars().count() < 4 {
        return None;
    }
    let mut known = spec
        .rows
        .iter()
        .filter(|row| text::compact(&row.label).starts_with(&cut));
    let row = known.next()?;
    (known.next().is_none() && !open(&row.label)).then_some(row.label.as_str())
}
