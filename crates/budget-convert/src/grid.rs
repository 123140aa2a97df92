//! A table of the source to grids: its header, its code columns, its two sides.

use budget_catalog::template::{ColumnKind, GridSpec, TableSpec};

use crate::block::{RawRow, RawTable};
use crate::names;
use crate::text;

/// The most columns whose short rows are filled up: beyond it a row keeps its own length, so that
/// a hostile header can't multiply the text.
const PADDED: usize = 64;

/// The most columns whose cells are looked at to find out what a column holds.
const WIDE: usize = 512;

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
    /// Adds rows that were found further on, of the same layout.
    pub(crate) fn append<'r, 't: 'r>(&mut self, rows: impl IntoIterator<Item = &'r RawRow<'t>>) {
        for row in rows {
            let cells = cells(row, &self.columns, &mut self.folded);
            self.rows.push(cells);
        }
    }
}

/// A column as it will be written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) amount: bool,
    /// Source columns it was made of.
    pub(crate) from: std::ops::Range<usize>,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Kind {
    #[default]
    Plain,
    /// 类 | 款 | 项 in one.
    Codes,
    /// The code of `201 一般公共服务支出`.
    SplitCode,
    /// The name of `201 一般公共服务支出`.
    SplitName,
}

/// Reads a table. One grid, or two for a table printed side by side.
pub(crate) fn read(table: &RawTable<'_>, spec: Option<&TableSpec>) -> Vec<Grid> {
    let head = header_rows(&table.rows);
    let (header, body) = table.rows.split_at(head.min(table.rows.len()));
    let width = table.width();
    if let Some((left, right, at)) = sides(header) {
        let rest = header.get(1..).unwrap_or(&[]);
        return [(left, 0..at), (right, at..width)]
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

/// How many rows at the top are header: the first, and each after it that has no number and fills
/// a gap under the rows above, or names the levels of a code.
fn header_rows(rows: &[RawRow<'_>]) -> usize {
    let mut covered: Vec<bool> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let numeric = row
            .cells
            .iter()
            .any(|cell| text::is_number(cell) || split_code(cell).is_some());
        let labels_total =
            row.filled().count() == 1 && row.filled().any(|(_, cell)| is_total(cell));
        let fits = index == 0
            || row.filled().any(|(at, cell)| {
                !covered.get(at).copied().unwrap_or(false) || code_level(cell).is_some()
            });
        if numeric || labels_total || !fits || index >= 6 {
            return index;
        }
        covered.resize(covered.len().max(row.cells.len()), false);
        for (at, _) in row.filled() {
            if let Some(cell) = covered.get_mut(at) {
                *cell = true;
            }
        }
    }
    rows.len()
}

/// Whether a label is that of a closing row.
pub(crate) fn is_total(label: &str) -> bool {
    matches!(
        text::compact(text::plain(label)).as_str(),
        "合计"
            | "总计"
            | "小计"
            | "收入总计"
            | "支出总计"
            | "收入合计"
            | "支出合计"
            | "本年收入合计"
            | "本年支出合计"
    )
}

/// 1 to 3 for 类, 款 and 项.
fn code_level(cell: &str) -> Option<usize> {
    ["类", "款", "项"]
        .iter()
        .position(|level| text::plain(cell) == *level)
        .map(|at| at + 1)
}

/// `201 一般公共服务支出` in two.
fn split_code(cell: &str) -> Option<(&str, &str)> {
    let cell = text::plain(cell);
    let digits = cell.bytes().take_while(u8::is_ascii_digit).count();
    let (code, name) = cell.split_at_checked(digits)?;
    let first = name.trim_start().chars().next()?;
    (matches!(digits, 3 | 5 | 7) && name.starts_with(' ') && text::is_ideograph(first))
        .then(|| (code, name.trim_start()))
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
        displaced = put_back_column(&mut grid, &body, spec);
    }
    for row in &body {
        if displaced == Some(row.number) {
            continue;
        }
        let cells = cells(row, &grid.columns, &mut grid.folded);
        grid.rows.push(cells);
    }
    grid
}

/// A header cell that slipped below the header: a row of nothing but the name of the one column
/// that the header lacks. Gives the row's number; the column is put back in its place.
fn put_back_column(grid: &mut Grid, body: &[&RawRow<'_>], spec: &GridSpec) -> Option<u32> {
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

/// The columns of a header, and what of its words their names don't hold.
fn columns(
    header: &[RawRow<'_>],
    body: &[&RawRow<'_>],
    range: std::ops::Range<usize>,
) -> (Vec<Column>, Vec<Vec<String>>) {
    let start = range.start;
    let width = range.len();
    // For each source column: the level and place of the cell that names it, and its parents.
    let own = |level: usize, at: usize| header.get(level).map_or("", |row| row.cell(start + at));
    let mut used = vec![vec![false; if header.is_empty() { 0 } else { width }]; header.len()];
    let mut out: Vec<Column> = Vec::new();
    let filled = body_filled(body, start, width);
    let leaf_level = |at: usize| {
        (0..header.len())
            .rev()
            .find(|level| !own(*level, at).is_empty())
    };
    let parents = ParentGroups::new(header, start, width);
    let mut at = 0;
    while at < width {
        let leaf = leaf_level(at);
        let name = leaf.map_or("", |level| own(level, at));
        let codes = (at..width)
            .zip(1..)
            .take_while(|(at, level)| {
                leaf_level(*at).and_then(|leaf| code_level(own(leaf, *at))) == Some(*level)
            })
            .count();
        if codes >= 2 {
            out.push(Column {
                name: "科目编码".to_owned(),
                amount: false,
                from: start + at..start + at + codes,
                kind: Kind::Codes,
            });
            // The printed name of the group, if the folded column's name is already it.
            for level in 0..header.len() {
                if text::tidy(own(level, at)) == "科目编码" {
                    mark(&mut used, level, at);
                }
            }
            at += codes;
            continue;
        }
        if name.is_empty() && !filled.get(at).copied().unwrap_or(false) {
            at += 1;
            continue;
        }
        let from = start + at..start + at + 1;
        if let Some(level) = leaf {
            mark(&mut used, level, at);
        }
        let mut full = text::tidy(text::plain(name)).replace('/', "\\/");
        if !is_name_column(name)
            && let Some(level) = leaf
        {
            for (parent_level, parent_at) in parents.of(level, at) {
                let parent =
                    text::tidy(text::plain(own(parent_level, parent_at))).replace('/', "\\/");
                mark(&mut used, parent_level, parent_at);
                full = format!("{parent}/{full}");
            }
        }
        if splits(body, start + at) {
            out.push(Column {
                name: "科目编码".to_owned(),
                amount: false,
                from: from.clone(),
                kind: Kind::SplitCode,
            });
            out.push(Column {
                name: full,
                amount: false,
                from,
                kind: Kind::SplitName,
            });
        } else {
            out.push(Column {
                amount: is_amount_column(name, body, start + at),
                name: full,
                from,
                kind: Kind::Plain,
            });
        }
        at += 1;
    }
    let caption = used
        .iter()
        .enumerate()
        .map(|(level, used)| {
            used.iter()
                .enumerate()
                .filter(|(at, used)| !**used && !own(level, *at).is_empty())
                .map(|(at, _)| text::tidy(own(level, at)))
                .collect::<Vec<_>>()
        })
        .filter(|level| !level.is_empty())
        .collect();
    (out, caption)
}

fn mark(used: &mut [Vec<bool>], level: usize, at: usize) {
    if let Some(cell) = used.get_mut(level).and_then(|level| level.get_mut(at)) {
        *cell = true;
    }
}

/// Which columns hold anything in the body.
fn body_filled(body: &[&RawRow<'_>], start: usize, width: usize) -> Vec<bool> {
    let mut out = vec![false; width];
    for row in body {
        for (at, _) in row.filled() {
            if let Some(cell) = at.checked_sub(start).and_then(|at| out.get_mut(at)) {
                *cell = true;
            }
        }
    }
    out
}

/// Header cells that span columns, by level: those that tell columns apart.
struct ParentGroups {
    /// For each level and column, where the cell stands that covers it, if it is a group.
    levels: Vec<Vec<Option<usize>>>,
}

impl ParentGroups {
    fn new(header: &[RawRow<'_>], start: usize, width: usize) -> Self {
        let own =
            |level: usize, at: usize| header.get(level).map_or("", |row| row.cell(start + at));
        let has_below =
            |level: usize, at: usize| (level + 1..header.len()).any(|l| !own(l, at).is_empty());
        let leaf = |at: usize| {
            (0..header.len())
                .rev()
                .map(|level| own(level, at))
                .find(|cell| !cell.is_empty())
                .unwrap_or("")
        };
        let value_column: Vec<bool> = (0..width)
            .map(|at| {
                let leaf = leaf(at);
                !leaf.is_empty() && !is_name_column(leaf) && code_level(leaf).is_none()
            })
            .collect();
        let values = value_column.iter().filter(|v| **v).count();
        let levels = (0..header.len().saturating_sub(1))
            .map(|level| {
                let mut cover: Vec<Option<usize>> = vec![None; width];
                let mut at = 0;
                while at < width {
                    if own(level, at).is_empty() {
                        at += 1;
                        continue;
                    }
                    let end = (at + 1..width)
                        .find(|next| !own(level, *next).is_empty() || !has_below(level, *next))
                        .unwrap_or(width);
                    let inside = value_column
                        .get(at..end)
                        .map_or(0, |columns| columns.iter().filter(|v| **v).count());
                    // A cell over all value columns is the table's caption, not a group.
                    if has_below(level, at) && end > at + 1 && inside < values {
                        for cell in cover.iter_mut().take(end).skip(at) {
                            *cell = Some(at);
                        }
                    }
                    at = end;
                }
                cover
            })
            .collect();
        Self { levels }
    }

    /// The groups over a cell, nearest first: level and column.
    fn of(&self, level: usize, at: usize) -> impl Iterator<Item = (usize, usize)> {
        self.levels
            .iter()
            .enumerate()
            .take(level)
            .rev()
            .filter_map(move |(level, cover)| Some((level, (*cover.get(at)?)?)))
    }
}

/// Whether a header cell names the rows rather than their values.
fn is_name_column(name: &str) -> bool {
    let name = text::compact(name);
    name.ends_with("名称")
        || name.ends_with("编码")
        || matches!(
            name.as_str(),
            "科目" | "项目" | "功能分类" | "经济分类" | "类" | "款" | "项"
        )
}

/// Whether a column holds amounts: its name doesn't say otherwise, and every cell is a number, a
/// dash or empty.
fn is_amount_column(name: &str, body: &[&RawRow<'_>], at: usize) -> bool {
    !is_name_column(name)
        && at < WIDE
        && body.iter().all(|row| {
            let cell = row.cell(at);
            cell.is_empty() || text::is_number(cell) || text::is_dash(cell)
        })
}

/// Whether a column's cells are `201 一般公共服务支出`: most of those that hold anything.
fn splits(body: &[&RawRow<'_>], at: usize) -> bool {
    if at >= WIDE {
        return false;
    }
    let (mut codes, mut others) = (0usize, 0usize);
    for row in body {
        let cell = row.cell(at);
        if split_code(cell).is_some() {
            codes += 1;
        } else if !cell.is_empty() {
            others += 1;
        }
    }
    codes > others
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
        && filled.first().is_some_and(|piece| digits(piece))
    {
        // `0 | 0 | 0`: one cell says the same.
        filled.first().copied().unwrap_or("").to_owned()
    } else {
        return filled.join(" ");
    };
    if filled.len() > 1 {
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
