//! Words of a header that stand over several columns.

use super::header::{Named, Over, join};
use super::names::Names;
use super::words::Span;

/// A word over several columns.
pub(super) struct Group {
    pub(super) text: String,
    pub(super) line: usize,
    pub(super) span: Span,
    /// First and last column.
    pub(super) over: (usize, usize),
}

/// The words over several columns, and those over one that name more than it.
pub(super) fn groups(columns: &mut [Named], over: Vec<Over>, names: &Names) -> Vec<Group> {
    let mut out: Vec<Group> = Vec::new();
    // From the lowest line up, as they were found.
    for (piece, span) in over {
        // A group that is wrapped itself: its lines stand over one another.
        let below = out
            .iter_mut()
            .find(|group| group.span.overlap(piece.span) > 0 && group.line == piece.line + 1);
        if let Some(below) = below
            && span.is_some()
        {
            below.text.insert_str(0, &piece.text);
            below.line = piece.line;
            continue;
        }
        let covers = span.unwrap_or(piece.span);
        let first = columns.partition_point(|column| column.span.end <= covers.start);
        let end = columns.partition_point(|column| column.span.start < covers.end);
        let over = (first < end).then(|| (first, end - 1));
        out.push(Group {
            // Between two columns it stands over both.
            over: over.unwrap_or((
                first.saturating_sub(1),
                first.min(columns.len().saturating_sub(1)),
            )),
            text: piece.text,
            line: piece.line,
            span: piece.span,
        });
    }
    for (at, column) in columns.iter_mut().enumerate() {
        column.words.sort_by_key(|(line, _)| *line);
        let Some(cut) = split(&column.words, names) else {
            continue;
        };
        let own = column.words.split_off(cut);
        let above = std::mem::replace(&mut column.words, own);
        out.push(Group {
            over: (at, at),
            line: above.first().map_or(0, |(line, _)| *line),
            text: above.into_iter().map(|(_, text)| text).collect(),
            span: column.span,
        });
    }
    out.sort_by_key(|group| (group.line, group.over));
    widen(columns, &mut out);
    out
}

/// Where the words above a column are a group's name and no longer its own.
fn split(words: &[(usize, String)], names: &Names) -> Option<usize> {
    let joined = |words: &[(usize, String)]| -> String {
        words.iter().map(|(_, text)| text.as_str()).collect()
    };
    if words.len() < 2 {
        return None;
    }
    // `其中：` is never a part of the name below it.
    if words
        .first()
        .is_some_and(|(_, text)| text.ends_with(['：', ':']))
    {
        return Some(1);
    }
    if names.is_column(&joined(words)) {
        return None;
    }
    (1..words.len()).find(|cut| {
        let (above, own) = words.split_at(*cut);
        let gap = match (above.last(), own.first()) {
            (Some((above, _)), Some((own, _))) => own - above,
            _ => 0,
        };
        let group = names.is_group(&joined(above));
        let level = matches!(joined(own).as_str(), "类" | "款" | "项");
        group || level || (names.is_column(&joined(own)) && gap >= 2)
    })
}

/// Gives each group the columns beside its own that no word at its level names: up to the next
/// group where words begin where their columns do, else as many as put it over their middle.
fn widen(columns: &[Named], groups: &mut [Group]) {
    let middle = |column: &Named| {
        let lines = column.words.iter().map(|(line, _)| *line);
        lines.clone().min().zip(lines.max()).map(|(a, b)| a + b)
    };
    let lowest = columns.iter().filter_map(middle).max().unwrap_or(0);
    let begins = |group: &Group| {
        columns
            .get(group.over.0)
            .is_some_and(|column| column.span.start.abs_diff(group.span.start) <= 1)
    };
    let left = groups.iter().all(begins);
    for at in 0..groups.len() {
        let Some(group) = groups.get(at) else { break };
        let (line, span) = (group.line, group.span);
        let (first, last) = group.over;
        // No name of its own at the group's level or between it and the lowest.
        let free = |at: usize| {
            columns.get(at).is_some_and(|column| match middle(column) {
                Some(own) => own * 2 > line * 2 + lowest,
                None => true,
            })
        };
        let same = |other: &&Group| other.line == line;
        let before = at
            .checked_sub(1)
            .and_then(|at| groups.get(at))
            .filter(same)
            .map_or(0, |other| other.over.1 + 1);
        let after = groups
            .get(at + 1)
            .filter(same)
            .map_or(columns.len(), |other| other.over.0);
        let mut low = first;
        while !left && low > before && free(low - 1) {
            low -= 1;
        }
        let mut high = last;
        while high + 1 < after && free(high + 1) {
            high += 1;
        }
        // The last group of a level, and one that stands alone, takes what is left.
        let alone = left || !groups.get(at + 1).is_some_and(|other| same(&other));
        let off = |low: usize, high: usize| {
            let ends = columns.get(low).zip(columns.get(high));
            ends.map_or(usize::MAX, |(low, high)| {
                low.span.joined(high.span).centre().abs_diff(span.centre())
            })
        };
        let over = if alone {
            (low, high)
        } else {
            (last..=high)
                .map(|high| (low, high))
                .min_by_key(|(low, high)| (off(*low, *high), usize::MAX - high))
                .unwrap_or((first, last))
        };
        if let Some(group) = groups.get_mut(at) {
            group.over = over;
        }
    }
}

/// The rows of the header, as a sheet has them: a name over several columns in the first of them.
pub(super) fn rows(columns: &[Named], groups: &[Group]) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<String>> = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let over: Vec<&Group> = groups
            .iter()
            .filter(|group| (group.over.0..=group.over.1).contains(&at))
            .collect();
        let mut own = String::new();
        for (_, text) in &column.words {
            join(&mut own, text);
        }
        let cells = over
            .iter()
            .map(|group| (group.over.0 == at).then(|| group.text.clone()))
            .chain(std::iter::once(Some(own)));
        for (level, cell) in cells.enumerate() {
            while out.len() <= level {
                out.push(vec![String::new(); columns.len()]);
            }
            if let Some(place) = out.get_mut(level).and_then(|row| row.get_mut(at)) {
                *place = cell.unwrap_or_default();
            }
        }
    }
    out
}
