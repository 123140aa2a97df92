//! The header of a table set with spaces: which words name which columns, and which stand over
//! several.

use super::columns::{self, Column};
use super::groups::{self, Group};
use super::lines::Line;
use super::names::{Head, Names};
use super::words::{Measure, Span, Trust};
use crate::text;

/// A word of the header.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) span: Span,
    pub(super) line: usize,
}

/// A word over several columns, and where these are.
pub(super) type Over = (Piece, Option<Span>);

/// A column being named.
pub(super) struct Named {
    pub(super) span: Span,
    number: bool,
    /// Columns that only the header has grow with its words.
    bare: bool,
    /// Whether a word stands right above it, or did so.
    named: bool,
    /// Where its words stand.
    head: Option<Span>,
    /// Its words, from the lowest up.
    pub(super) words: Vec<(usize, String)>,
}

impl Named {
    fn name(&mut self, piece: Piece) {
        let head = self.head.map_or(piece.span, |head| head.joined(piece.span));
        self.head = Some(head);
        self.words.push((piece.line, piece.text));
    }
}

/// Whether some column of numbers stands under no word, beside one that stands over none: which
/// of the two names it can't be told.
fn guessed(columns: &[Named]) -> bool {
    let bare = |at: Option<usize>| {
        at.and_then(|at| columns.get(at))
            .is_some_and(|column| column.bare)
    };
    columns.iter().enumerate().any(|(at, column)| {
        column.number
            && !column.bare
            && column
                .head
                .is_none_or(|head| head.overlap(column.span) == 0)
            && (bare(at.checked_sub(1)) || bare(Some(at + 1)))
    })
}

/// A header and the columns below it.
pub(super) struct Header {
    pub(super) columns: Vec<Column>,
    /// As a sheet has them: the names over several columns above those of each.
    pub(super) rows: Vec<Vec<String>>,
    /// Whether the name of some column is a guess.
    pub(super) guessed: bool,
}

/// The columns with those that only the header has, and the rows of the header: the names over
/// several columns above those of each. `None` if there are too many.
pub(super) fn read(
    header: &[&Line<'_>],
    body: &[Column],
    measure: Measure,
    names: &Names,
    most: usize,
) -> Option<Header> {
    let sides = header.len() > 1
        && header
            .first()
            .is_some_and(|line| names.is_sides(line, measure));
    let (mut columns, mut over) = collect(header, body, measure, names, most)?;
    // Words that stand beside what they name: the header alone tells how many columns there are.
    let loose = columns.iter().any(|column| column.words.is_empty());
    if (loose || columns.len() > body.len()) && !header.is_empty() && !body.is_empty() {
        let (mut alone, above) = collect(header, &[], measure, names, most)?;
        let spans: Vec<Span> = alone.iter().map(|column| column.span).collect();
        let nameless = columns.iter().any(|column| column.words.is_empty());
        if (nameless || alone.len() < columns.len())
            && let Some(places) = columns::under(body, &spans)
        {
            for (place, column) in places.into_iter().zip(body) {
                if let Some(named) = alone.get_mut(place) {
                    named.span = column.span;
                    named.number = column.number;
                    named.bare = false;
                }
            }
            columns = alone;
            over = above;
        }
    }
    let mut groups = groups::groups(&mut columns, over, names);
    if sides && let Some(line) = header.first() {
        // The second side begins where the first column's name stands again, or with the labels
        // behind the first one's numbers.
        let name = |column: &Named| -> String {
            column.words.iter().map(|(_, text)| text.as_str()).collect()
        };
        let again = columns
            .first()
            .map(name)
            .filter(|first| !first.is_empty())
            .and_then(|first| {
                let rest = columns
                    .iter()
                    .skip(1)
                    .position(|column| name(column) == first);
                rest.map(|rest| rest + 1)
            });
        let second = again.or_else(|| {
            let number = columns
                .iter()
                .position(|column| column.number && !column.bare)?;
            let rest = columns
                .iter()
                .skip(number)
                .position(|column| !column.number)?;
            Some(number + rest)
        });
        let number = names
            .heads(line, measure)
            .get(1)
            .map(|head| columns.partition_point(|column| column.span.end <= head.span.start));
        let last = columns.len().saturating_sub(1);
        let second = second.or(number).unwrap_or(0).max(1).min(last);
        let over = [(0, second.saturating_sub(1)), (second, last)];
        for (head, over) in names.heads(line, measure).into_iter().zip(over) {
            groups.push(Group {
                text: head.text,
                line: 0,
                span: head.span,
                over,
            });
        }
    }
    groups.sort_by_key(|group| group.line);
    let rows = if header.is_empty() {
        Vec::new()
    } else {
        groups::rows(&columns, &groups)
    };
    let guessed = guessed(&columns);
    let columns = columns.into_iter().map(|column| Column {
        span: column.span,
        number: column.number,
        filled: !column.bare,
    });
    Some(Header {
        columns: columns.collect(),
        rows,
        guessed,
    })
}

/// The columns that the body's cells and the header's words make, and the words over several.
fn collect(
    header: &[&Line<'_>],
    body: &[Column],
    measure: Measure,
    names: &Names,
    most: usize,
) -> Option<(Vec<Named>, Vec<Over>)> {
    let mut columns: Vec<Named> = body
        .iter()
        .map(|column| Named {
            span: column.span,
            number: column.number,
            bare: false,
            named: false,
            head: None,
            words: Vec::new(),
        })
        .collect();
    // The columns of the body over which a word stands that can only be their name.
    let sides = header.len() > 1
        && header
            .first()
            .is_some_and(|line| names.is_sides(line, measure));
    let mut over: Vec<Over> = Vec::new();
    let lines: Vec<Vec<Head>> = header
        .iter()
        .map(|line| names.heads(line, measure))
        .collect();
    let stands_over = |line: usize, head: &Head| {
        names.is_group(&head.text) && over_others(&lines, line, head.span)
    };
    let named: Vec<bool> = {
        let mut named = vec![false; body.len()];
        for (line, heads) in lines.iter().enumerate() {
            for head in heads.iter().filter(|head| !stands_over(line, head)) {
                let mut hits = body
                    .iter()
                    .zip(&mut named)
                    .filter(|(column, _)| column.span.overlap(head.span) > 0);
                if let (Some((_, hit)), None) = (hits.next(), hits.next()) {
                    *hit = true;
                }
            }
        }
        named
    };
    for (column, named) in columns.iter_mut().zip(named) {
        column.named = named;
    }
    for (at, heads) in lines.iter().enumerate().rev() {
        if sides && at == 0 {
            continue;
        }
        // The column of the word before, in this line.
        let mut last: Option<usize> = None;
        for head in heads {
            let piece = Piece {
                text: head.text.clone(),
                span: head.span,
                line: at,
            };
            let mut hits: Vec<usize> = columns
                .iter()
                .enumerate()
                .filter(|(_, column)| column.span.overlap(piece.span) > 0)
                .map(|(at, _)| at)
                .collect();
            if head.trust != Trust::Firm
                && let Some(before) = last
                && hits.last().is_some_and(|hit| *hit <= before)
            {
                // Its place follows from where the word before it ends.
                hits = (before + 1 < columns.len())
                    .then_some(before + 1)
                    .into_iter()
                    .collect();
            }
            if head.trust != Trust::Firm && hits.len() > 1 {
                hits.retain(|hit| last.is_none_or(|before| *hit > before));
                hits.truncate(1);
            }
            match hits.as_slice() {
                [] if stands_over(at, head) && !columns.is_empty() => {
                    over.push((piece, None));
                }
                [] => {
                    let place = columns
                        .partition_point(|column| column.span.start < piece.span.start)
                        .max(last.map_or(0, |last| last + 1));
                    // A short word over wide numbers stands beside them.
                    let beside = [place.checked_sub(1), Some(place)]
                        .into_iter()
                        .flatten()
                        .filter(|at| last.is_none_or(|last| *at > last))
                        .filter_map(|at| Some((at, columns.get(at)?)))
                        .filter(|(_, column)| !column.named)
                        .min_by_key(|(_, column)| {
                            column.span.centre().abs_diff(piece.span.centre())
                        })
                        .map(|(at, _)| at);
                    if let Some(beside) = beside
                        && let Some(column) = columns.get_mut(beside)
                    {
                        last = Some(beside);
                        column.named = true;
                        column.name(piece);
                        continue;
                    }
                    last = Some(place);
                    columns.insert(
                        place,
                        Named {
                            span: piece.span,
                            number: true,
                            bare: true,
                            named: true,
                            head: Some(piece.span),
                            words: vec![(piece.line, piece.text)],
                        },
                    );
                }
                [only] => {
                    last = Some(*only);
                    if let Some(column) = columns.get_mut(*only) {
                        if column.bare {
                            column.span = column.span.joined(piece.span);
                        }
                        column.name(piece);
                    }
                }
                [first, .., end] => {
                    last = Some(*end);
                    let span = columns.get(*first).zip(columns.get(*end));
                    let span = span.map(|(first, end)| first.span.joined(end.span));
                    over.push((piece, span));
                }
            }
            if columns.len() > most {
                return None;
            }
        }
    }
    settle(&mut columns);
    Some((columns, over))
}

/// Whether a word of a line of the header stands over others: one is right below it, or one below
/// to its left and one to its right, before the next words of its line.
fn over_others(lines: &[Vec<Head>], line: usize, span: Span) -> bool {
    let own = lines.get(line).map_or(&[][..], Vec::as_slice);
    let before = own
        .iter()
        .map(|head| head.span.end)
        .filter(|end| *end <= span.start)
        .max();
    let after = own
        .iter()
        .map(|head| head.span.start)
        .filter(|start| *start >= span.end)
        .min();
    let below = lines.iter().skip(line + 1).flatten().map(|head| head.span);
    let below = below.filter(|head| {
        before.is_none_or(|before| head.start >= before)
            && after.is_none_or(|after| head.end <= after)
    });
    let (mut left, mut right) = (false, false);
    for head in below {
        if head.overlap(span) > 0 {
            return true;
        }
        left |= head.end <= span.start;
        right |= head.start >= span.end;
    }
    left && right
}

/// Puts together what is one column: a column of the body without a name and the word beside it,
/// and the lines of a wrapped name that don't stand exactly over one another.
fn settle(columns: &mut Vec<Named>) {
    let gap = |a: &Named, b: &Named| b.span.start.saturating_sub(a.span.end);
    let mut at = 0;
    while let Some(column) = columns.get(at) {
        if column.bare || !column.words.is_empty() {
            at += 1;
            continue;
        }
        let beside = |at: Option<usize>| {
            let at = at?;
            columns
                .get(at)
                .filter(|other| other.bare)
                .map(|other| (at, other))
        };
        let nearest = [beside(at.checked_sub(1)), beside(Some(at + 1))]
            .into_iter()
            .flatten()
            .min_by_key(|(_, other)| other.span.centre().abs_diff(column.span.centre()))
            .map(|(at, _)| at);
        let Some(from) = nearest else {
            at += 1;
            continue;
        };
        let name = columns.remove(from);
        at -= usize::from(from < at);
        if let Some(column) = columns.get_mut(at) {
            column.words = name.words;
            column.head = name.head;
        }
        at += 1;
    }
    let mut at = 1usize;
    while let (Some(a), Some(b)) = (
        at.checked_sub(1).and_then(|at| columns.get(at)),
        columns.get(at),
    ) {
        let apart = a
            .words
            .iter()
            .all(|(line, _)| b.words.iter().all(|(other, _)| line != other));
        let one = a.bare && b.bare && apart && gap(a, b) <= 2;
        if !one {
            at += 1;
            continue;
        }
        let next = columns.remove(at);
        if let Some(column) = columns.get_mut(at - 1) {
            column.span = column.span.joined(next.span);
            column.head = Some(column.span);
            column.words.extend(next.words);
        }
    }
}

/// Puts the next line of a wrapped cell behind what stands of it. Two numbers stay two.
pub(super) fn join(cell: &mut String, next: &str) {
    let wide = |c: char| text::is_wide(c) || matches!(c, '(' | ')' | '、');
    let seam = cell.chars().next_back();
    if seam.is_some_and(|last| !wide(last) || !next.starts_with(wide)) {
        cell.push(' ');
    }
    cell.push_str(next);
}
