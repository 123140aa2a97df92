//! A table of the source to grids: its header, its code columns, its two sides.

use budget_catalog::template::{ColumnKind, GridSpec, TableSpec};

use crate::block::{RawRow, RawTable};
use crate::header::{Column, Kind, columns, header_rows, is_name_column, split_code, split_level};
use crate::mend;
use crate::names;
use crate::text;

/// The most columns whose short rows are filled up: beyond it a row keeps its own length, so that
/// a hostile header can't multiply the text.
const PADDED: usize = 64;

/// A grid as it will be written.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    /// `收入` or `支出` for a side of a table, empty otherwise.
    pub(crate) title: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<String>>,
    /// Words of the printed header that the columns' names don't hold, by level.
    pub(crate) caption: Vec<Vec<String>>,
    /// Number pieces that became one cell: three code columns.
    pub(crate) folded: Vec<Folded>,
    /// What was put back in its place.
    pub(crate) mended: Vec<(u32, String)>,
    /// Labels that were cut off, and what the template makes of them.
    pub(crate) completed: Vec<(u32, String, String)>,
    /// Whether the header was found in the source.
    pub(crate) header: bool,
}

/// Number pieces of the source and the one number that stands for them.
#[derive(Debug)]
pub(crate) struct Folded {
    pub(crate) pieces: Vec<String>,
    pub(crate) whole: String,
}

impl Grid {
    /// Whether all that rows hold stands in columns of this grid.
    pub(crate) fn takes(&self, rows: &[RawRow<'_>]) -> bool {
        let width = self.columns.iter().map(|column| column.from.end).max();
        let mut held = vec![false; width.unwrap_or(0)];
        for at in self.columns.iter().flat_map(|column| column.from.clone()) {
            if let Some(held) = held.get_mut(at) {
                *held = true;
            }
        }
        rows.iter()
            .flat_map(RawRow::filled)
            .all(|(at, _)| held.get(at) == Some(&true))
    }

    /// Adds rows that were found further on, of the same layout.
    pub(crate) fn append<'r, 't: 'r>(&mut self, rows: impl IntoIterator<Item = &'r RawRow<'t>>) {
        for row in rows {
            let cells = cells(row, &self.columns, &mut self.folded);
            self.rows.push(cells);
        }
    }
}

/// A table without the header that pages repeat, and the header's words for each time; `None` if
/// no page does.
pub(crate) fn without_header<'t>(table: &RawTable<'t>) -> Option<(RawTable<'t>, Vec<String>)> {
    let head = header_rows(&table.rows).min(table.rows.len());
    let (header, body) = table.rows.split_at(head);
    let first = header.first()?;
    let repeated = |at: usize| {
        let run = body.get(at..at + header.len()).unwrap_or(&[]);
        run.len() == header.len()
            && run
                .iter()
                .zip(header)
                .all(|(a, b)| a.filled().eq(b.filled()))
    };
    // Most tables stand on one page.
    if !body.iter().any(|row| row.filled().eq(first.filled())) {
        return None;
    }
    let mut rows = header.to_vec();
    let mut again = Vec::new();
    let mut at = 0;
    while let Some(row) = body.get(at) {
        if repeated(at) {
            again.push(words(header));
            at += header.len();
        } else {
            rows.push(row.clone());
            at += 1;
        }
    }
    let breaks = table.breaks.clone();
    Some((RawTable { rows, breaks }, again))
}

/// The words of a header, in order.
pub(crate) fn words(header: &[RawRow<'_>]) -> String {
    let cells = header.iter().flat_map(RawRow::filled);
    let words: Vec<&str> = cells.map(|(_, cell)| cell).collect();
    words.join("、")
}

/// Reads a table. One grid, or two for a table printed side by side.
pub(crate) fn read(table: &RawTable<'_>, spec: Option<&TableSpec>) -> Vec<Grid> {
    let head = header_rows(&table.rows);
    let (header, body) = table.rows.split_at(head.min(table.rows.len()));
    let width = table.width();
    if let Some((left, right, at)) = sides(header) {
        let rest = header.get(1..).unwrap_or(&[]);
        let grids: Vec<Grid> = [(left, 0..at), (right, at..width)]
            .into_iter()
            .map(|(title, columns)| {
                let grid_spec = spec.and_then(|spec| names::grid(spec, title));
                let mut grid = one(rest, body, columns, grid_spec);
                let printed = text::tidy(title);
                grid.title = side_title(&printed).to_owned();
                if grid.title != printed {
                    grid.caption.insert(0, vec![printed]);
                }
                grid
            })
            .collect();
        // A side under which nothing stands is no table: its title is a column's.
        if grids.iter().all(|grid| !grid.columns.is_empty()) {
            return grids;
        }
    }
    let grid_spec = spec.and_then(|spec| spec.grids.first());
    vec![one(header, body, 0..width, grid_spec)]
}

/// The two sides of a table whose first row says 收入 and 支出 and nothing else: their titles and
/// where the second begins.
fn sides<'t>(header: &[RawRow<'t>]) -> Option<(&'t str, &'t str, usize)> {
    if header.len() < 2 {
        return None;
    }
    let mut filled = header.first()?.filled();
    let (_, left) = filled.next()?;
    let (at, right) = filled.next()?;
    (filled.next().is_none()
        && text::compact(left).ends_with("收入")
        && text::compact(right).ends_with("支出"))
    .then_some((left, right, at))
}

fn side_title(title: &str) -> &str {
    if title.ends_with("收入") {
        "收入"
    } else {
        "支出"
    }
}

/// Reads the columns `range` of a header and a body.
fn one(
    header: &[RawRow<'_>],
    body: &[RawRow<'_>],
    range: std::ops::Range<usize>,
    spec: Option<&GridSpec>,
) -> Grid {
    let mut grid = Grid {
        header: !header.is_empty(),
        ..Grid::default()
    };
    let body: Vec<&RawRow<'_>> = body
        .iter()
        .filter(|row| {
            (range.start..range.end.min(row.cells.len())).any(|at| !row.cell(at).is_empty())
        })
        .collect();
    let (columns, caption) = columns(header, &body, range.clone());
    grid.columns = columns;
    grid.caption = caption;
    let mut displaced = None;
    if let Some(spec) = spec {
        displaced = mend::put_back_column(&mut grid, &body, spec);
        if let Some(head) = header.first() {
            mend::put_back_names(&mut grid, head.number, spec);
        }
        // A repeated header among the rows makes no column one of words.
        for column in &mut grid.columns {
            let known = names::column(spec, &column.name);
            let known = known.and_then(|place| spec.columns.get(place));
            column.amount |= known.is_some_and(|known| known.kind == ColumnKind::Amount);
        }
    }
    for row in &body {
        if displaced == Some(row.number) {
            continue;
        }
        let mut cells = cells(row, &grid.columns, &mut grid.folded);
        if let Some(label) = cells.iter_mut().find(|cell| !cell.is_empty())
            && let Some(whole) = spec.and_then(|spec| mend::complete(label, spec))
        {
            let cut = std::mem::replace(label, whole.to_owned());
            grid.completed.push((row.number, cut, whole.to_owned()));
        }
        grid.rows.push(cells);
    }
    grid
}

/// The cells of a row, column by column.
fn cells(row: &RawRow<'_>, columns: &[Column], folded: &mut Vec<Folded>) -> Vec<String> {
    let padded = columns.len() <= PADDED;
    let mut out: Vec<String> = columns
        .iter()
        .take_while(|column| padded || column.from.start < row.cells.len())
        .map(|column| {
            let cell = row.cell(column.from.start);
            match column.kind {
                Kind::Plain if column.from.is_empty() => String::new(),
                Kind::Plain if is_name_column(&column.name) => text::tidy(cell),
                Kind::Plain => cell.to_owned(),
                Kind::Codes => {
                    let pieces: Vec<&str> = column.from.clone().map(|at| row.cell(at)).collect();
                    fold(&pieces, folded)
                }
                Kind::CodesAndName => fold(&codes_of(row, &column.from), folded),
                Kind::NameOfCodes => {
                    let last = row.cell(column.from.end.saturating_sub(1));
                    text::tidy(split_level(last).1)
                }
                Kind::SplitCode => split_code(cell).map_or("", |(code, _)| code).to_owned(),
                Kind::SplitName => text::tidy(split_code(cell).map_or(cell, |(_, name)| name)),
            }
        })
        .collect();
    if !padded {
        let length = out
            .iter()
            .rposition(|cell| !cell.is_empty())
            .map_or(1, |at| at + 1);
        out.truncate(length);
    }
    out
}

/// 类 | `01 基本工资`: the code's pieces, the last without the name.
fn codes_of<'t>(row: &RawRow<'t>, from: &std::ops::Range<usize>) -> Vec<&'t str> {
    let mut pieces: Vec<&str> = from.clone().map(|at| row.cell(at)).collect();
    if let Some(last) = pieces.last_mut() {
        *last = split_level(last).0;
    }
    // The mark of the row of column numbers stands for both.
    if pieces
        .iter()
        .all(|piece| piece.is_empty() || is_mark(piece))
    {
        pieces.truncate(1);
    }
    pieces
}

fn is_mark(cell: &str) -> bool {
    text::plain(cell) == "※"
}

/// 类 | 款 | 项 as one code; other texts of the three cells side by side.
fn fold(pieces: &[&str], folded: &mut Vec<Folded>) -> String {
    let filled: Vec<&str> = pieces
        .iter()
        .map(|piece| text::plain(piece))
        .filter(|piece| !piece.is_empty())
        .collect();
    let digits = |piece: &str| !piece.is_empty() && piece.bytes().all(|b| b.is_ascii_digit());
    let leading = pieces.first().is_some_and(|first| !first.is_empty());
    let code = leading
        && filled
            .first()
            .is_some_and(|class| class.len() == 3 && digits(class))
        && filled
            .iter()
            .skip(1)
            .all(|piece| piece.len() <= 2 && digits(piece));
    let whole = if code {
        let mut whole = String::new();
        for (at, piece) in filled.iter().enumerate() {
            if at > 0 && piece.len() == 1 {
                whole.push('0');
            }
            whole.push_str(piece);
        }
        whole
    } else if filled.len() == pieces.len()
        && filled.windows(2).all(|pair| pair.first() == pair.last())
        && filled
            .first()
            .is_some_and(|piece| digits(piece) || is_mark(piece))
    {
        // `0 | 0 | 0`, `※ | ※ | ※`: one cell says the same.
        filled.first().copied().unwrap_or("").to_owned()
    } else {
        return filled.join(" ");
    };
    if filled.len() > 1 && !is_mark(&whole) {
        folded.push(Folded {
            pieces: filled.iter().map(|piece| (*piece).to_owned()).collect(),
            whole: whole.clone(),
        });
    }
    whole
}

/// A row without a header, laid out by a template's columns as they are printed (a code in three
/// columns or two). `None` if it doesn't fit.
pub(crate) fn by_template(rows: &[RawRow<'_>], spec: &GridSpec) -> Option<Grid> {
    let economic = spec.classification == Some(budget_catalog::Classification::Economic);
    let mut columns = Vec::new();
    let mut at = 0;
    for column in &spec.columns {
        let (width, kind) = match column.kind {
            ColumnKind::Code if economic => (2, Kind::Codes),
            ColumnKind::Code => (3, Kind::Codes),
            _ => (1, Kind::Plain),
        };
        columns.push((
            Column {
                name: column.name.clone(),
                amount: column.kind == ColumnKind::Amount,
                from: at..at + width,
                kind,
            },
            column.optional,
        ));
        at += width;
    }
    // Only an empty cell may stand beyond the last column, and no column may be cut off.
    let fits = rows
        .iter()
        .all(|row| row.cells.len() >= at && row.cells.len() <= at + 1 && row.cell(at).is_empty());
    // A label stands where labels stand, a number where amounts stand.
    let placed = rows.iter().all(|row| {
        columns.iter().all(|(column, _)| {
            let cell = row.cell(column.from.start);
            cell.is_empty() || column.kind == Kind::Codes || column.amount == text::is_number(cell)
        })
    });
    if !fits || !placed {
        return None;
    }
    let columns = columns
        .into_iter()
        .filter(|(column, optional)| {
            let filled = |row: &RawRow<'_>| !row.cell(column.from.start).is_empty();
            !optional || rows.iter().any(filled)
        })
        .map(|(column, _)| column)
        .collect();
    let mut grid = Grid {
        columns,
        ..Grid::default()
    };
    grid.append(rows);
    Some(grid)
}
