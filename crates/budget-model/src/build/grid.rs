//! A table block becomes one grid, or two where 收入 and 支出 stand side by side in it.

use budget_catalog::{
    codes::level_of,
    name,
    template::{ColumnKind, GridSpec, RowRole, TableSpec},
};
use budget_syntax::{
    TextRange,
    tree::{RowKind, Table as TableBlock},
};

use crate::heading::drop_years;
use crate::{
    Amount, Cell, Column, Grid, Row, Value,
    build::{header, is_numeric, words::Words},
    table::Number,
};

/// A body row as the parser gives it.
struct RawRow {
    range: TextRange,
    cells: Vec<TextRange>,
}

/// Reads a table block. `wanted` is the grid that the heading names, if it names one.
pub(super) fn read(
    text: &str,
    words: &Words,
    range: TextRange,
    block: TableBlock<'_>,
    spec: Option<&TableSpec>,
    wanted: Option<usize>,
) -> Vec<Grid> {
    let mut header = Vec::new();
    let mut body = Vec::new();
    for row in block.rows() {
        match row.kind {
            RowKind::Header => header = row.cells().map(|cell| cell.text).collect(),
            RowKind::Delimiter => {}
            RowKind::Body => body.push(RawRow {
                range: row.range,
                cells: row.cells().map(|cell| cell.text).collect(),
            }),
        }
    }
    let build = |columns: std::ops::Range<usize>, index: Option<usize>| {
        let grid_spec = super::grid_spec(spec, index);
        let names = header.get(columns.clone()).unwrap_or_default();
        build_grid(
            text,
            words,
            range,
            names,
            columns.start,
            &body,
            grid_spec,
            index,
        )
    };
    let grids = spec.map_or(0, |spec| spec.grids.len());
    if wanted.is_none()
        && (2..=MOST_HALVES).contains(&grids)
        && let Some(halves) = split_side_by_side(text, &header, spec)
    {
        let halves = halves.into_iter().enumerate();
        return halves.map(|(i, columns)| build(columns, Some(i))).collect();
    }
    let index = wanted.or((grids > 0).then_some(0));
    if spec.is_some_and(|spec| spec.reading.is_some()) && wanted.is_none() {
        let kinds: Vec<ColumnKind> = header
            .iter()
            .enumerate()
            .map(|(i, name)| infer_kind(text, words, *name, &body, i))
            .collect();
        let halves = side_by_side(&kinds);
        if halves.len() > 1 {
            let halves = halves.into_iter().enumerate();
            let last = grids.saturating_sub(1);
            return halves
                .map(|(i, columns)| build(columns, Some(i.min(last))))
                .collect();
        }
    }
    vec![build(0..header.len(), index)]
}

/// The columns of each half of a side-by-side header: every column is one of its half's.
fn split_side_by_side(
    text: &str,
    header: &[TextRange],
    spec: Option<&TableSpec>,
) -> Option<Vec<std::ops::Range<usize>>> {
    let grids = &spec?.grids;
    let fits = |columns: &[TextRange], spec: &GridSpec| {
        let mut seen = Vec::new();
        columns.iter().all(|name| {
            let found = find_column(spec, name.of(text)).filter(|column| !seen.contains(column));
            seen.extend(found);
            found.is_some()
        })
    };
    // A header that is one half's stands by itself.
    if grids.iter().any(|grid| fits(header, grid)) {
        return None;
    }
    let mut halves = Vec::with_capacity(grids.len());
    split(header, 0, grids, &fits, &mut halves).then_some(halves)
}

/// Splits the columns from one on among grids, each having one at least.
fn split(
    header: &[TextRange],
    from: usize,
    grids: &[GridSpec],
    fits: &impl Fn(&[TextRange], &GridSpec) -> bool,
    halves: &mut Vec<std::ops::Range<usize>>,
) -> bool {
    let Some((first, rest)) = grids.split_first() else {
        return from == header.len();
    };
    let ends = from + 1..=header.len();
    let mut fitting = ends.take_while(|end| {
        let columns = header.get(from..*end);
        columns.is_some_and(|columns| fits(columns, first))
    });
    fitting.any(|end| {
        halves.push(from..end);
        let found = split(header, end, rest, fits, halves);
        if !found {
            halves.pop();
        }
        found
    })
}

/// Most tables that are printed side by side.
const MOST_HALVES: usize = 4;

/// The columns of each of several tables side by side: text, then amounts, each time anew.
fn side_by_side(kinds: &[ColumnKind]) -> Vec<std::ops::Range<usize>> {
    let is_label = |kind: &ColumnKind| {
        matches!(
            kind,
            ColumnKind::Name | ColumnKind::Code | ColumnKind::CodeName
        )
    };
    let is_amount = |kind: &ColumnKind| *kind == ColumnKind::Amount;
    let mut starts = vec![0];
    for at in 1..kinds.len() {
        let before = kinds.get(at - 1).is_some_and(is_amount);
        let rest = kinds.get(at..).unwrap_or_default();
        if before && rest.first().is_some_and(is_label) && rest.iter().any(is_amount) {
            starts.push(at);
        }
    }
    if starts.len() > MOST_HALVES {
        starts.truncate(1);
    }
    let ends = starts.iter().copied().skip(1).chain([kinds.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(a, b)| a..b)
        .collect()
}

/// The column of a grid's spec that a header means: all its levels, or the last alone; then without
/// years, which `2024年预算数` has in one document and not in the next.
pub(super) fn find_column(spec: &GridSpec, header: &str) -> Option<usize> {
    let key = name::normalize(header);
    let by_key = |key: &str| {
        spec.column_by_key(key)
            .or_else(|| spec.column_by_key(key.rsplit_once('/')?.1))
    };
    by_key(&key).or_else(|| by_key(&drop_years(&key)).filter(|_| key.contains('年')))
}

#[allow(clippy::too_many_arguments)]
fn build_grid(
    text: &str,
    words: &Words,
    range: TextRange,
    header: &[TextRange],
    first: usize,
    body: &[RawRow],
    spec: Option<&GridSpec>,
    index: Option<usize>,
) -> Grid {
    let columns = columns(text, words, header, first, body, spec);
    let layout = Layout::new(text, &columns, spec);
    let mut grid = Grid {
        spec: index.filter(|_| spec.is_some()),
        range,
        rows: Vec::with_capacity(body.len()),
        cells: Vec::with_capacity(body.len().saturating_mul(columns.len())),
        columns,
    };
    for raw in body {
        let start = grid.cells.len();
        for (i, column) in grid.columns.iter().enumerate() {
            let cell = raw.cells.get(first + i).copied();
            let range = cell.unwrap_or(TextRange::empty(raw.range.end()));
            grid.cells.push(Cell {
                range,
                value: value(range.of(text), column.kind),
            });
        }
        let cells = grid.cells.get(start..).unwrap_or_default();
        grid.rows
            .push(layout.row(text, words, raw.range, cells, header, spec));
    }
    grid
}

fn columns(
    text: &str,
    words: &Words,
    header: &[TextRange],
    first: usize,
    body: &[RawRow],
    spec: Option<&GridSpec>,
) -> Vec<Column> {
    let mut found: Vec<Option<usize>> = header
        .iter()
        .map(|name| find_column(spec?, name.of(text)))
        .collect();
    let vocabulary = spec.is_some_and(|spec| spec.is_vocabulary());
    if let Some(spec) = spec.filter(|_| !vocabulary) {
        fill_gaps(&mut found, spec.columns.len());
    }
    let names: Vec<String> = if vocabulary {
        let names = header.iter().map(|name| name::normalize(name.of(text)));
        names.map(|name| drop_years(&name)).collect()
    } else {
        Vec::new()
    };
    if let Some(spec) = spec.filter(|_| vocabulary) {
        found = names.iter().map(|name| find_column(spec, name)).collect();
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
        name_total(words, &mut columns, &names, spec);
    }
    columns
}

/// Where no column is the sum by its name: the first amount, if it is a sum, or the only one.
fn name_total(words: &Words, columns: &mut [Column], names: &[String], spec: &GridSpec) {
    let total = spec.columns.iter().position(|column| column.id == "total");
    if total.is_none() || columns.iter().any(|column| column.spec == total) {
        return;
    }
    let mut amounts = columns
        .iter_mut()
        .zip(names)
        .filter(|(column, name)| column.kind == ColumnKind::Amount && !words.is_aside(name));
    let (first, more) = (amounts.next(), amounts.next().is_some());
    if let Some((column, name)) = first
        && column.spec.is_none()
        && (words.is_sum(name) || !more)
    {
        column.spec = total;
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
fn infer_kind(
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

/// What a cell says.
fn value(text: &str, kind: ColumnKind) -> Value {
    // Nearly all cells are numbers or empty.
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return number(text, kind);
    }
    match text {
        "" => return Value::Empty,
        "=" | "＝" => return Value::Derived,
        "待填" | "？" | "?" | "XX" | "xx" | "ＸＸ" | "××" => return Value::Hole,
        _ => {}
    }
    if text.starts_with(['{', '｛']) && text.ends_with(['}', '｝']) {
        return Value::Slot;
    }
    if is_numeric(kind) && matches!(text, "-" | "－" | "—" | "——" | "--" | "/" | "／") {
        return Value::Dash;
    }
    number(text, kind)
}

/// A number where the column has numbers, else text.
fn number(text: &str, kind: ColumnKind) -> Value {
    if !is_numeric(kind) {
        return Value::Text;
    }
    let digits = match kind {
        ColumnKind::Rate => text.trim_end_matches(['%', '％']).trim_end(),
        _ => text,
    };
    match Amount::parse(digits) {
        Some((amount, decimals)) => Value::Number(Number { amount, decimals }),
        None => Value::Text,
    }
}

/// Where a row's code, label and project stand.
struct Layout {
    codes: Vec<usize>,
    label: Option<usize>,
    project: Option<usize>,
    both: Option<usize>,
}

impl Layout {
    fn new(text: &str, columns: &[Column], spec: Option<&GridSpec>) -> Self {
        let of = |kind| columns.iter().position(|column| column.kind == kind);
        let mut codes: Vec<usize> = Vec::new();
        for (i, column) in columns.iter().enumerate() {
            if column.kind != ColumnKind::Code {
                continue;
            }
            // Three pasted columns 类, 款, 项 make one code; any other second code column doesn't.
            let name = name::normalize(column.name.of(text));
            let level = ["类", "款", "项"].contains(&name.rsplit('/').next().unwrap_or_default());
            if codes.is_empty() || level {
                codes.push(i);
            }
        }
        let label = of(ColumnKind::Name).or_else(|| {
            // Whatever the header calls it, text before the amounts names the row.
            let read =
                spec.is_some_and(GridSpec::is_vocabulary) && of(ColumnKind::CodeName).is_none();
            let amounts = of(ColumnKind::Amount).filter(|_| read)?;
            let before = columns.get(..amounts)?;
            before
                .iter()
                .rposition(|column| column.kind == ColumnKind::Text)
        });
        // Where the template has a code column and the document none, the label holds both.
        let lacks_codes =
            codes.is_empty() && spec.is_some_and(|spec| spec.classification.is_some());
        let both = of(ColumnKind::CodeName).or(label.filter(|_| lacks_codes));
        Self {
            codes,
            label,
            project: of(ColumnKind::Project),
            both,
        }
    }

    fn row(
        &self,
        text: &str,
        words: &Words,
        range: TextRange,
        cells: &[Cell],
        header: &[TextRange],
        spec: Option<&GridSpec>,
    ) -> Row {
        let cell = |index: Option<usize>| index.and_then(|i| cells.get(i)).map(|cell| cell.range);
        let mut label = cell(self.label).unwrap_or(TextRange::empty(range.start()));
        let project = cell(self.project).filter(|project| !project.is_empty());
        let (mut code, mut code_range) = self.code(text, cells);
        if let Some(both) = cell(self.both)
            && code.is_none()
        {
            let (digits, name) = split_code(text, both);
            code_range = digits;
            code = digits_of(digits.of(text));
            if label.is_empty() || label == both {
                label = name;
            }
        }
        if code.is_none() && label.is_empty() && !code_range.is_empty() {
            label = code_range;
            code_range = TextRange::empty(code_range.start());
        }
        // 合计 may stand in any column of text.
        if code.is_none() && label.is_empty() && spec.is_some_and(GridSpec::is_vocabulary) {
            let first = cells.iter().find(|cell| !cell.range.is_empty());
            if let Some(first) = first.filter(|cell| cell.value == Value::Text) {
                label = first.range;
            }
        }
        let level = match (spec.and_then(|spec| spec.classification), code.as_deref()) {
            (Some(classification), Some(code)) => level_of(code, classification),
            (None, Some(code)) => level_of(code, budget_catalog::Classification::Functional),
            _ => None,
        };
        let mut row = Row {
            range,
            role: RowRole::Detail,
            spec: None,
            code,
            level,
            code_range,
            label,
            project,
            parent: None,
            depth: 0,
            segment: None,
            lost: false,
        };
        row.role = self.role(text, words, &row, cells, header);
        row
    }

    fn role(
        &self,
        text: &str,
        words: &Words,
        row: &Row,
        cells: &[Cell],
        header: &[TextRange],
    ) -> RowRole {
        if cells.iter().all(|cell| cell.range.is_empty()) {
            return RowRole::Blank;
        }
        if header::is_column_numbers(text, words, cells) {
            return RowRole::ColumnNumbers;
        }
        if row.code.is_some() {
            return RowRole::Account;
        }
        if header::repeats(text, words, cells, header, &self.codes) {
            return RowRole::RepeatedHeader;
        }
        let label = if row.label.is_empty() {
            row.project
        } else {
            Some(row.label)
        };
        label.map_or(RowRole::Detail, |label| words.role(label.of(text)))
    }

    /// The code of a row, its columns folded: `201|03|1` is 2010301.
    fn code(&self, text: &str, cells: &[Cell]) -> (Option<String>, TextRange) {
        let mut range = TextRange::default();
        let mut folded: Option<String> = None;
        for &column in &self.codes {
            let Some(cell) = cells.get(column) else {
                continue;
            };
            if cell.range.is_empty() {
                continue;
            }
            range = if range.is_empty() {
                cell.range
            } else {
                range.cover(cell.range)
            };
            match digits_of(cell.range.of(text)) {
                Some(digits) => {
                    let code = folded.get_or_insert_default();
                    if !code.is_empty() && digits.len() == 1 {
                        code.push('0');
                    }
                    code.push_str(&digits);
                }
                None => return (None, cell.range),
            }
        }
        (folded, range)
    }
}

fn digits_of(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => {
                let value = u32::from(c).checked_sub(u32::from('０'))?;
                digits.push(char::from_digit(value, 10)?);
            }
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some(digits)
}

/// `201 一般公共服务支出` is a code and a name.
fn split_code(text: &str, cell: TextRange) -> (TextRange, TextRange) {
    let content = cell.of(text);
    let digits =
        content.trim_start_matches(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c));
    let digits_len = super::len(content) - super::len(digits);
    if digits_len < 3 {
        return (TextRange::empty(cell.start()), cell);
    }
    let name = digits.trim_start();
    let name_start = cell.end() - super::len(name);
    (
        TextRange::new(cell.start(), cell.start() + digits_len),
        TextRange::new(name_start, cell.end()),
    )
}
