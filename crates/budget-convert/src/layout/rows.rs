//! The lines of a table set with spaces to its rows: a cell that was wrapped stands in several.

use super::columns::{self, Column};
use super::header::join;
use super::lines::{Kind, Line};
use super::words::{Measure, Trust, cells};
use crate::text;

/// A row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The line of the source where it begins.
    pub(super) number: u32,
    pub(super) cells: Vec<String>,
}

/// A line's cells, before rows are made of them.
struct Printed {
    number: u32,
    cells: Vec<String>,
    /// Where the text of each cell ends.
    ends: Vec<usize>,
    /// Whether it begins a row of its own: it has numbers, a code, a numbered label.
    starts: bool,
    /// Whether a code stands in its first column.
    code: bool,
    /// Whether a blank line or a page's end stands before it.
    apart: bool,
    /// Words over no column.
    stray: bool,
}

/// The rows of a page, and the lines of which something couldn't be told.
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    /// Lines with a number under no column, or with two numbers in one cell.
    pub(super) doubtful: Vec<u32>,
}

/// Makes rows of the lines under a header.
pub(super) fn read(lines: &[Line<'_>], columns: &[Column], measure: Measure) -> Rows {
    let mut printed: Vec<Printed> = Vec::new();
    let mut apart = true;
    for line in lines {
        if line.is_row() {
            printed.push(print(line, columns, measure, apart || line.page));
            apart = false;
        } else {
            apart = true;
        }
    }
    let mut full = vec![0usize; columns.len()];
    for line in &printed {
        for (full, end) in full.iter_mut().zip(&line.ends) {
            *full = (*full).max(*end);
        }
    }
    let doubtful = printed
        .iter()
        .filter(|line| line.stray || line.cells.iter().any(|cell| two_numbers(cell)))
        .map(|line| line.number)
        .collect();
    Rows {
        rows: group(printed, &full),
        doubtful,
    }
}

fn print(line: &Line<'_>, columns: &[Column], measure: Measure, apart: bool) -> Printed {
    let mut out = Printed {
        number: line.number,
        cells: vec![String::new(); columns.len()],
        ends: vec![0; columns.len()],
        starts: false,
        code: false,
        apart,
        stray: false,
    };
    for (cell, place, told) in columns::assign(cells(&line.words, measure), columns) {
        out.stray |= !told;
        // A label that runs on over empty columns begins where it begins.
        let place = if !cell.number && line.kind == Kind::Weak {
            columns
                .iter()
                .position(|column| column.span.overlap(cell.span) > 0)
                .unwrap_or(place)
        } else {
            place
        };
        let code = cell.words.first().is_some_and(|word| word.is_code());
        let label =
            cell.trust != Trust::Name && cell.words.first().is_some_and(|word| begins(word.text));
        out.starts |= cell.number || code || label;
        out.code |= code && place == 0;
        if let (Some(out), Some(end)) = (out.cells.get_mut(place), out.ends.get_mut(place)) {
            for word in cell.words {
                join(out, word.text);
            }
            *end = (*end).max(cell.span.end);
        }
    }
    out
}

/// Whether a label is the first of its row.
fn begins(label: &str) -> bool {
    text::numbered(label).is_some()
        || label.starts_with("其中")
        || crate::header::is_total(label)
        || text::is_dash(label)
}

/// Two amounts in one cell: the columns between weren't found.
pub(super) fn two_numbers(cell: &str) -> bool {
    let amounts = cell
        .split(' ')
        .filter(|word| word.contains('.') && text::is_number(word));
    amounts.take(2).count() == 2
}

/// Joins the lines of wrapped cells.
fn group(printed: Vec<Printed>, full: &[usize]) -> Vec<Row> {
    // Where blank lines part most rows, what stands between two of them is one row.
    let parted = {
        let (mut apart, mut close) = (0usize, 0usize);
        let starts: Vec<usize> = (0..printed.len())
            .filter(|at| printed.get(*at).is_some_and(|line| line.starts))
            .collect();
        for (from, to) in starts.iter().zip(starts.iter().skip(1)) {
            let between = printed.get(from + 1..=*to).unwrap_or(&[]);
            if between.iter().any(|line| line.apart) {
                apart += 1;
            } else {
                close += 1;
            }
        }
        apart > close
    };
    // Where most rows have a code, a label without one is the rest of another.
    let starts = printed.iter().filter(|line| line.starts).count();
    let coded = printed.iter().filter(|line| line.code).count() * 4 >= starts * 3;
    let mut out: Vec<Row> = Vec::new();
    let mut lines = printed.into_iter().peekable();
    while let Some(first) = lines.next() {
        let mut run = vec![first];
        while let Some(next) = lines.next_if(|next| !next.apart) {
            run.push(next);
        }
        let starts = run.iter().filter(|line| line.starts).count();
        if parted && starts == 1 && run.len() > 1 {
            match merged(&run) {
                Some(row) => out.push(row),
                None => out.extend(run.into_iter().map(row)),
            }
        } else {
            tight(run, full, coded, &mut out);
        }
    }
    out
}

fn row(line: Printed) -> Row {
    Row {
        number: line.number,
        cells: line.cells,
    }
}

/// All lines as one row; `None` if two would put a number into one cell.
fn merged(lines: &[Printed]) -> Option<Row> {
    let mut out = Row {
        number: lines.first()?.number,
        cells: vec![String::new(); lines.first()?.cells.len()],
    };
    for line in lines {
        if !fits(&out.cells, &line.cells) {
            return None;
        }
        append(&mut out, line);
    }
    Some(out)
}

fn fits(cells: &[String], more: &[String]) -> bool {
    let number = |cell: &String| text::is_number(cell);
    !cells
        .iter()
        .zip(more)
        .any(|(a, b)| !a.is_empty() && !b.is_empty() && (number(a) || number(b)))
}

fn append(row: &mut Row, line: &Printed) {
    for (cell, more) in row.cells.iter_mut().zip(&line.cells) {
        if !more.is_empty() {
            join(cell, more);
        }
    }
}

/// Lines without blank ones between: a line that begins no row is the rest of a wrapped cell where
/// the cell says so.
fn tight(run: Vec<Printed>, full: &[usize], coded: bool, out: &mut Vec<Row>) {
    let mut lines = run.into_iter().peekable();
    let mut open: Option<(Row, Vec<usize>, bool)> = None;
    while let Some(line) = lines.next() {
        if line.starts {
            out.extend(open.take().map(|(row, _, _)| row));
            open = Some((
                Row {
                    number: line.number,
                    cells: line.cells,
                },
                line.ends,
                line.code,
            ));
            continue;
        }
        let empty = |row: &[String], line: &Printed| {
            let labels = line.cells.iter().zip(row);
            labels
                .clone()
                .all(|(more, own)| more.is_empty() || own.is_empty())
        };
        // 机关事业单位基本养老 / 2080505 … 233.24 / 保险缴费支出: the row's own cell is empty.
        if let Some(next) = lines.peek_mut()
            && next.starts
            && empty(&next.cells, &line)
            && !open
                .as_ref()
                .is_some_and(|(row, ends, _)| runs_on(row, ends, &line, full))
        {
            out.extend(open.take().map(|(row, _, _)| row));
            let mut row = row(line);
            let number = row.number;
            if let Some(next) = lines.next() {
                append(&mut row, &next);
            }
            row.number = number;
            // What stands right below it is the rest of what stood above.
            if let Some(rest) = lines.next_if(|rest| !rest.starts && adds(&row, rest)) {
                append(&mut row, &rest);
            }
            out.push(row);
            continue;
        }
        match &mut open {
            Some((row, ends, true))
                if coded
                    && line.cells.first().is_some_and(String::is_empty)
                    && adds(row, &line) =>
            {
                append(row, &line);
                ends.clone_from(&line.ends);
            }
            Some((row, ends, _)) if runs_on(row, ends, &line, full) => {
                append(row, &line);
                for (end, more) in ends.iter_mut().zip(&line.ends) {
                    if *more > 0 {
                        *end = *more;
                    }
                }
            }
            _ => {
                out.extend(open.take().map(|(row, _, _)| row));
                open = Some((
                    Row {
                        number: line.number,
                        cells: line.cells,
                    },
                    line.ends,
                    false,
                ));
            }
        }
    }
    out.extend(open.map(|(row, _, _)| row));
}

/// Whether a line only adds to texts of a row, not to its numbers.
fn adds(row: &Row, line: &Printed) -> bool {
    fits(&row.cells, &line.cells)
        && line
            .cells
            .iter()
            .zip(&row.cells)
            .all(|(more, own)| more.is_empty() || !own.is_empty())
}

/// Whether a line is the rest of a row's wrapped cells: each goes on a cell that fills its column,
/// or that lacks a bracket.
fn runs_on(row: &Row, ends: &[usize], line: &Printed, full: &[usize]) -> bool {
    if !fits(&row.cells, &line.cells) {
        return false;
    }
    let mut any = false;
    for (at, more) in line.cells.iter().enumerate() {
        if more.is_empty() {
            continue;
        }
        let own = row.cells.get(at).map_or("", String::as_str);
        let fills = ends
            .get(at)
            .zip(full.get(at))
            .is_some_and(|(end, full)| end + 1 >= *full);
        let open = own.matches(['（', '(']).count() > own.matches(['）', ')']).count();
        if own.is_empty() || !(fills || open) {
            return false;
        }
        any = true;
    }
    any
}
