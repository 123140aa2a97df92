//! The columns of a page of a table: what lies between the gaps that all its rows share.

use super::lines::{Kind, Line};
use super::words::{Cell, Measure, Span, Trust, cells};

/// The most columns of a table.
pub(super) const MOST: usize = 40;

/// Of how many rows one may lie across a gap that the others share.
const RAGGED: usize = 4;

/// What a number under a column of labels costs, in columns.
const OTHER: u64 = 1000;

/// What a column that was empty on the page before costs.
const EMPTY: u64 = 3;

/// What a column that is left out between two costs.
const SKIPPED: u64 = 2;

/// A column of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) span: Span,
    /// Whether most of its cells are numbers.
    pub(super) number: bool,
    /// Whether any row has a cell there.
    pub(super) filled: bool,
}

/// Where the columns of rows are: the places that cells behind wide gaps share. A row whose words
/// lie across a gap of all others doesn't count. Where a column's cells are all stuck to those
/// before them, the places of those.
/// `names` says that names stand in a column of their own, though all are stuck to their codes.
pub(super) fn columns(rows: &[&Line<'_>], measure: Measure, names: bool) -> Vec<Column> {
    let rows: Vec<Vec<Cell<'_, '_>>> = rows
        .iter()
        .filter(|line| line.kind == Kind::Strong)
        .map(|line| cells(&line.words, measure))
        .collect();
    let of = |wanted: &dyn Fn(&Cell<'_, '_>) -> bool| -> Vec<Vec<Span>> {
        rows.iter()
            .map(|row| {
                let chosen = row.iter().filter(|cell| wanted(cell));
                chosen.map(|cell| cell.span).collect()
            })
            .collect()
    };
    let firm = |cell: &Cell<'_, '_>| cell.trust == Trust::Firm;
    let numbers = shared(&of(&|cell| firm(cell) && cell.number));
    let named = |cell: &Cell<'_, '_>| names && cell.trust == Trust::Name;
    let text = |cell: &Cell<'_, '_>| (firm(cell) || named(cell)) && !cell.number;
    let texts = shared(&of(&|cell| text(cell) && !cell.pushes));
    let spans = merged(numbers, &texts);
    // Texts that reach up to the next cell tell only where no other does.
    let alone = |cell: &Cell<'_, '_>| place(cell.span, &spans).is_none();
    let long = shared(&of(&|cell| text(cell) && cell.pushes && alone(cell)));
    let mut spans = merged(spans.clone(), &long);
    // Where all cells of a column are stuck to those before them, their own places tell.
    let stuck = of(&|cell| {
        let free = match place(cell.span, &spans) {
            None => true,
            // A code may reach under the names behind it.
            Some(at) => {
                cell.code
                    && spans
                        .get(at)
                        .is_some_and(|span| cell.span.start < span.start)
            }
        };
        cell.trust == Trust::Stuck && (cell.number || cell.code) && free
    });
    let least = (rows.len() / 2).clamp(1, 2);
    spans.extend(shared(&stuck).into_iter().filter(|span| {
        let met = stuck.iter().flatten().filter(|own| own.overlap(*span) > 0);
        met.take(least).count() == least
    }));
    let spans = trimmed(spans);
    let mut numbers = vec![(0usize, 0usize); spans.len()];
    for cell in rows.iter().flatten() {
        if let Some(count) = place(cell.span, &spans).and_then(|at| numbers.get_mut(at)) {
            *if cell.number {
                &mut count.0
            } else {
                &mut count.1
            } += 1;
        }
    }
    spans
        .into_iter()
        .zip(numbers)
        .map(|(span, (numbers, texts))| Column {
            span,
            number: numbers > texts,
            filled: true,
        })
        .collect()
}

/// Columns of numbers and of texts as one list. A text among numbers stands in their column; where
/// the two only touch, converters being off by one, they are two.
fn merged(mut numbers: Vec<Span>, texts: &[Span]) -> Vec<Span> {
    for text in texts {
        let length = |span: &Span| span.end - span.start;
        let over: Vec<usize> = numbers
            .iter()
            .enumerate()
            .filter(|(_, span)| span.overlap(*text) * 2 > length(span).min(length(text)))
            .map(|(at, _)| at)
            .collect();
        // Over several columns of numbers it is in none of them: a title, a note.
        match over.as_slice() {
            [] => numbers.push(*text),
            [only] => {
                if let Some(span) = numbers.get_mut(*only) {
                    *span = span.joined(*text);
                }
            }
            _ => {}
        }
    }
    trimmed(numbers)
}

/// Columns in order, none over another.
fn trimmed(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable_by_key(|span| (span.start, span.end));
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.end <= last.end => {}
            Some(last) => {
                // Both end in the middle of what they share.
                let start = usize::midpoint(span.start, last.end).max(span.start);
                last.end = last.end.min(start).max(last.start + 1);
                out.push(Span {
                    start: start.min(span.end - 1),
                    end: span.end,
                });
            }
            None => out.push(span),
        }
    }
    out
}

fn shared(rows: &[Vec<Span>]) -> Vec<Span> {
    let held = held(rows.iter());
    let ragged = ragged(&held, rows.len());
    let count = ragged.iter().filter(|ragged| **ragged).count();
    if count == 0 || count * RAGGED > rows.len() {
        return runs(&held);
    }
    let straight = rows.iter().zip(&ragged).filter(|(_, ragged)| !**ragged);
    runs(&self::held(straight.map(|(row, _)| row)))
}

/// For each place, how many rows have a cell there, and the last of them.
fn held<'a>(rows: impl Iterator<Item = &'a Vec<Span>>) -> Vec<(u32, usize)> {
    let mut held: Vec<(u32, usize)> = Vec::new();
    for (at, row) in rows.enumerate() {
        for span in row {
            if held.len() < span.end {
                held.resize(span.end, (0, 0));
            }
            for place in held.iter_mut().take(span.end).skip(span.start) {
                *place = (place.0 + 1, at);
            }
        }
    }
    held
}

/// The rows that alone fill the gap between two places which others hold.
fn ragged(held: &[(u32, usize)], rows: usize) -> Vec<bool> {
    let mut out = vec![false; rows];
    let mut before = 0;
    let mut at = 0;
    while let Some(&(count, row)) = held.get(at) {
        let run = held
            .iter()
            .skip(at)
            .take_while(|place| **place == (count, row) || (place.0 == count && count != 1))
            .count()
            .max(1);
        let after = held.get(at + run).map_or(0, |place| place.0);
        if count == 1
            && run >= 2
            && before >= 2
            && after >= 2
            && let Some(ragged) = out.get_mut(row)
        {
            *ragged = true;
        }
        before = count;
        at += run;
    }
    out
}

fn runs(held: &[(u32, usize)]) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let mut last = 0;
    for (at, (count, _)) in held.iter().enumerate() {
        if *count == 0 {
            last = 0;
            continue;
        }
        match out.last_mut() {
            Some(span) if last > 0 => span.end = at + 1,
            _ => out.push(Span {
                start: at,
                end: at + 1,
            }),
        }
        last = *count;
    }
    out
}

/// The column that a span lies over most; `None` if over none.
pub(super) fn place(span: Span, columns: &[Span]) -> Option<usize> {
    let from = columns.partition_point(|column| column.end <= span.start);
    columns
        .iter()
        .enumerate()
        .skip(from)
        .take_while(|(_, column)| column.start < span.end)
        .max_by_key(|(at, column)| (column.overlap(span), usize::MAX - at))
        .map(|(at, _)| at)
}

/// The column of each cell of a row, and whether it was told: a number under no column isn't.
pub(super) fn assign<'a, 't>(
    row: Vec<Cell<'a, 't>>,
    columns: &[Column],
) -> Vec<(Cell<'a, 't>, usize, bool)> {
    let spans: Vec<Span> = columns.iter().map(|column| column.span).collect();
    let mut out: Vec<(Cell<'a, 't>, usize, bool)> = Vec::new();
    for cell in row {
        let over = place(cell.span, &spans);
        let last = out.last().map(|(_, at, _)| *at);
        let next = last.map_or(0, |last| last + 1);
        let (at, told) = match cell.trust {
            Trust::Firm => match over {
                Some(at) if at >= next || !cell.number => (at, true),
                Some(at) => (
                    at.max(next).min(columns.len().saturating_sub(1)),
                    at >= next,
                ),
                None => (nearest(&cell, &spans), !cell.number),
            },
            Trust::Stuck | Trust::Name => {
                let fits = |at: usize| {
                    columns.get(at).is_some_and(|column| {
                        column.number == cell.number || cell.trust == Trust::Stuck && column.number
                    })
                };
                let exact = over.filter(|at| {
                    *at > next
                        && columns.get(*at).is_some_and(|column| {
                            column.span.start == cell.span.start || column.span.end == cell.span.end
                        })
                });
                let near = (next..columns.len()).find(|at| fits(*at));
                // A column that only the header has, right above the name.
                let above = over.filter(|at| {
                    cell.trust == Trust::Name
                        && *at == next
                        && columns.get(*at).is_some_and(|column| !column.filled)
                });
                match above.or(exact).or(near) {
                    Some(at) if cell.trust == Trust::Stuck || at == next => (at, true),
                    // A name without a column of its own stands behind its code.
                    _ if cell.trust == Trust::Name => (last.unwrap_or(0), true),
                    _ => (last.unwrap_or(0), !cell.number),
                }
            }
        };
        out.push((cell, at, told));
    }
    out
}

/// The column nearest to a cell: a number by where it ends, a text by where it begins.
fn nearest(cell: &Cell<'_, '_>, columns: &[Span]) -> usize {
    let distance = |column: &Span| {
        if cell.number {
            column.end.abs_diff(cell.span.end)
        } else {
            column.start.abs_diff(cell.span.start)
        }
    };
    columns
        .iter()
        .enumerate()
        .min_by_key(|(_, column)| distance(column))
        .map_or(0, |(at, _)| at)
}

/// How `few` columns of a page without a header stand among the `many` of the page before: for
/// each its place among them, in order, with the least distance between their ends once the page
/// is moved sideways. `None` if there are more than before.
pub(super) fn matched(few: &[Column], many: &[Column]) -> Option<Vec<usize>> {
    if few.len() > many.len() {
        return None;
    }
    if few.len() == many.len() {
        return Some((0..few.len()).collect());
    }
    let at = |place: usize| i64::try_from(place).unwrap_or(i64::MAX / 4);
    let shifts = many.iter().flat_map(|to| {
        let ends = [few.first(), few.last()].into_iter().flatten();
        ends.flat_map(move |from| {
            [
                at(to.span.start) - at(from.span.start),
                at(to.span.end) - at(from.span.end),
            ]
        })
    });
    let mut shifts: Vec<i64> = shifts.chain([0]).collect();
    shifts.sort_unstable();
    shifts.dedup();
    shifts
        .into_iter()
        .filter_map(|shift| {
            let cost = |a: &Column, b: &Column| {
                let off = |a: usize, b: usize| (at(a) + shift - at(b)).unsigned_abs();
                let near = off(a.span.start, b.span.start).min(off(a.span.end, b.span.end));
                // A column of numbers is none of labels, and hardly one that was empty so far.
                near + if a.number && !b.number { OTHER } else { 0 }
                    + if b.filled { 0 } else { EMPTY }
            };
            best(few, many, SKIPPED, &cost)
        })
        .min_by_key(|(cost, _)| *cost)
        .map(|(_, places)| places)
}

/// Which of the words of a header stands over each column, in order. `None` if there are fewer.
pub(super) fn under(columns: &[Column], heads: &[Span]) -> Option<Vec<usize>> {
    let cost = |column: &Column, head: &Span| {
        let (own, head) = (column.span, *head);
        if own.overlap(head) > 0 {
            return 0;
        }
        let near = own
            .start
            .abs_diff(head.start)
            .min(own.end.abs_diff(head.end));
        u64::try_from(near).unwrap_or(u64::MAX / 4)
    };
    best(columns, heads, 0, &cost).map(|(_, places)| places)
}

/// The cheapest assignment in order, and its cost; `skipped` for each of the many left out before
/// another.
fn best<A, B>(
    few: &[A],
    many: &[B],
    skipped: u64,
    cost: &impl Fn(&A, &B) -> u64,
) -> Option<(u64, Vec<usize>)> {
    // For each of the few, the least cost with it at each of the many, and where the one before is.
    let mut table: Vec<Vec<(u64, usize)>> = Vec::with_capacity(few.len());
    for (row, from) in few.iter().enumerate() {
        let mut least: Option<(u64, usize)> = (row == 0).then_some((0, 0));
        let mut costs = Vec::with_capacity(many.len());
        for (at, to) in many.iter().enumerate() {
            // Every column left out before this one costs.
            least = least.map(|(known, place)| (known + if at > 0 { skipped } else { 0 }, place));
            costs.push(match least {
                Some((before, place)) => (before.saturating_add(cost(from, to)), place),
                None => (u64::MAX, 0),
            });
            if let Some(before) = row.checked_sub(1).and_then(|row| table.get(row)?.get(at))
                && before.0 < u64::MAX
                && least.is_none_or(|(known, _)| before.0 < known)
            {
                least = Some((before.0, at));
            }
        }
        table.push(costs);
    }
    let last = table.last()?;
    let (mut at, &(total, _)) = last.iter().enumerate().min_by_key(|(_, (cost, _))| *cost)?;
    if total == u64::MAX {
        return None;
    }
    let mut places = Vec::with_capacity(few.len());
    for costs in table.iter().rev() {
        places.push(at);
        at = costs.get(at)?.1;
    }
    places.reverse();
    Some((total, places))
}
