//! What the columns of a grid are: by their headers, their neighbours, their cells.

use budget_catalog::{
    name,
    template::{ColumnKind, GridSpec},
};
use budget_syntax::TextRange;

use super::{
    RawRow, Source,
    rows::{split_code, value},
};
use crate::{Column, Value, build::words::Words, heading::drop_years};

/// The column of a grid's spec that a header means: all its levels, or the last alone; then without
/// years, which `2024年预算数` has in one document and not in the next.
pub(in crate::build) fn find_column(spec: &GridSpec, header: &str) -> Option<usize> {
    let key = name::normalize(header);
    let by_key = |key: &str| {
        spec.column_by_key(key)
            .or_else(|| spec.column_by_key(key.rsplit_once('/')?.1))
    };
    by_key(&key).or_else(|| by_key(&drop_years(&key)).filter(|_| key.contains('年')))
}

/// The columns of a grid, by its spec where it has one.
pub(super) fn columns(
    source: Source<'_>,
    header: &[TextRange],
    first: usize,
    body: &[RawRow],
    spec: Option<&GridSpec>,
) -> Vec<Column> {
    let Source { text, words, .. } = source;
    let mut found: Vec<Option<usize>> = header
        .iter()
        .map(|name| find_column(spec?, name.of(text)))
        .collect();
    let vocabulary = spec.is_some_and(|spec| spec.is_vocabulary());
    if let Some(spec) = spec.filter(|_| !vocabulary) {
        fill_gaps(&mut found, spec.columns.len());
        give_way(source, header, &mut found);
    }
    let names: Vec<String> = if vocabulary {
        let names = header.iter().map(|name| name::normalize(name.of(text)));
        names.map(|name| drop_years(&name).into_owned()).collect()
    } else {
        Vec::new()
    };
    if let Some(spec) = spec.filter(|_| vocabulary) {
        let named = names.iter().zip(header);
        let named = named.map(|(name, own)| (!source.is_past(*own)).then_some(name));
        found = named.map(|name| find_column(spec, name?)).collect();
        only_once(words, &mut found, &names);
    }
    let mut columns: Vec<Column> = header
        .iter()
        .zip(found)
        .enumerate()
        .map(|(i, (&name, spec_index))| {
            let known = spec_index.and_then(|index| spec?.columns.get(index));
            let kind = match known {
                Some(column) if !vocabulary => column.kind,
                _ => infer_kind(text, words, name, body, first + i),
            };
            // A word alone doesn't make a column of text one of amounts.
            let fits = known.is_none_or(|known| known.kind == kind);
            Column {
                name,
                spec: spec_index.filter(|_| fits),
                kind,
                part_of: None,
            }
        })
        .collect();
    if let Some(spec) = spec.filter(|_| vocabulary) {
        name_total(source, &mut columns, &names, spec);
    }
    columns
}

/// Where no column is the sum by its name: the first amount, if it is a sum, or the only one.
fn name_total(source: Source<'_>, columns: &mut [Column], names: &[String], spec: &GridSpec) {
    let total = spec.columns.iter().position(|column| column.id == "total");
    if total.is_none() || columns.iter().any(|column| column.spec == total) {
        return;
    }
    let mut amounts = columns.iter_mut().zip(names).filter(|(column, name)| {
        column.kind == ColumnKind::Amount
            && !source.words.is_aside(name)
            && !source.is_past(column.name)
    });
    let (first, more) = (amounts.next(), amounts.next().is_some());
    if let Some((column, name)) = first
        && column.spec.is_none()
        && (source.words.is_sum(name) || !more)
    {
        column.spec = total;
    }
}

/// Of columns that answer to one name of a template those of the year before give way to this year's.
fn give_way(source: Source<'_>, header: &[TextRange], found: &mut [Option<usize>]) {
    for at in 0..found.len() {
        let Some(Some(column)) = found.get(at).copied() else {
            continue;
        };
        let alike = found.iter().filter(|other| **other == Some(column)).count();
        let past = || header.get(at).is_some_and(|name| source.is_past(*name));
        if alike > 1
            && past()
            && let Some(slot) = found.get_mut(at)
        {
            *slot = None;
        }
    }
}

/// Of columns that answer to one name of the vocabulary the one whose whole header is the name, or the
/// only one that isn't last year's; else none of them.
fn only_once(words: &Words, found: &mut [Option<usize>], names: &[String]) {
    let name = |at: usize| names.get(at).map_or("", String::as_str);
    for at in 0..found.len() {
        let Some(Some(column)) = found.get(at).copied() else {
            continue;
        };
        let alike: Vec<usize> = (0..found.len())
            .filter(|other| found.get(*other) == Some(&Some(column)))
            .collect();
        if alike.len() < 2 {
            continue;
        }
        let only = |wanted: &dyn Fn(&str) -> bool| {
            let mut kept = alike.iter().copied().filter(|other| wanted(name(*other)));
            kept.next().filter(|_| kept.next().is_none())
        };
        let kept =
            only(&|name| !name.contains('/')).or_else(|| only(&|name| !words.is_aside(name)));
        for other in alike.iter().filter(|other| Some(**other) != kept) {
            if let Some(slot) = found.get_mut(*other) {
                *slot = None;
            }
        }
    }
}

/// A column whose name the template doesn't know, between two it knows, is the one that the
/// template has there, if exactly one is missing on both sides.
fn fill_gaps(found: &mut [Option<usize>], count: usize) {
    let mut i = 0;
    while i < found.len() {
        if found.get(i).copied().flatten().is_some() {
            i += 1;
            continue;
        }
        let run = found
            .iter()
            .skip(i)
            .take_while(|column| column.is_none())
            .count();
        let before = match i.checked_sub(1) {
            Some(last) => found.get(last).copied().flatten().map(|spec| spec + 1),
            None => Some(0),
        };
        let after = match found.get(i + run) {
            Some(next) => *next,
            None => Some(count),
        };
        if let (Some(from), Some(to)) = (before, after)
            && to.checked_sub(from) == Some(run)
            && !(from..to).any(|spec| found.contains(&Some(spec)))
        {
            for (slot, spec) in found.iter_mut().skip(i).zip(from..to) {
                *slot = Some(spec);
            }
        }
        i += run;
    }
}

/// What a column holds: by the words of its header, unless its cells say otherwise; then by its
/// cells.
pub(super) fn infer_kind(
    text: &str,
    words: &Words,
    header: TextRange,
    body: &[RawRow],
    column: usize,
) -> ColumnKind {
    let mut numbers = 0_usize;
    let mut texts = 0_usize;
    for row in body {
        let Some(cell) = row.cells.get(column) else {
            continue;
        };
        match value(cell.of(text), ColumnKind::Amount) {
            Value::Number(_) | Value::Derived | Value::Slot => numbers += 1,
            // A repeated header is no text of the column.
            Value::Text if cell.of(text) != header.of(text) => texts += 1,
            _ => {}
        }
    }
    let fits = |kind: &ColumnKind| match kind {
        ColumnKind::Amount => texts == 0,
        ColumnKind::Name | ColumnKind::Project | ColumnKind::CodeName => numbers == 0 || texts > 0,
        ColumnKind::Text | ColumnKind::Code | ColumnKind::Rate | ColumnKind::Count => true,
    };
    let inferred = if numbers > 0 && texts == 0 {
        ColumnKind::Amount
    } else {
        ColumnKind::Text
    };
    let kind = words.kinds(header.of(text)).find(fits).unwrap_or(inferred);
    // `201 一般公共服务支出` in most cells, whatever the header says.
    let coded = || {
        let cells = body.iter().filter_map(|row| row.cells.get(column));
        let filled = cells.filter(|cell| !cell.is_empty());
        let (all, with) = filled.fold((0_usize, 0_usize), |(all, with), cell| {
            let (digits, name) = split_code(text, *cell);
            // 100% is no code.
            let named = name.of(text).starts_with(char::is_alphabetic);
            let both = !digits.is_empty() && named;
            (all + 1, with + usize::from(both))
        });
        with >= 2 && with * 2 >= all
    };
    match kind {
        ColumnKind::Name | ColumnKind::Text if texts > 1 && coded() => ColumnKind::CodeName,
        kind => kind,
    }
}
