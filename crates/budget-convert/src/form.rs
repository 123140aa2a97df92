//! 绩效目标表: a form printed as one table, its fields above and its indicators below.

use rustc_hash::FxHashMap;

use crate::block::{RawRow, RawTable};
use crate::grid::Grid;
use crate::header::Column;
use crate::text;

/// Labels that stand before a value in the upper part of a form.
const KEYS: [&str; 22] = [
    "预算单位",
    "项目名称",
    "年度资金总额",
    "年度预算总额",
    "其中:财政拨款",
    "其中:当年财政拨款",
    "财政拨款",
    "其他资金",
    "项目总体目标",
    "项目负责人",
    "部门名称",
    "部门名称(盖章)",
    "部门联系人",
    "联系电话",
    "年度绩效目标",
    "主管部门",
    "实施单位",
    "项目单位",
    "项目属性",
    "项目期限",
    "年度目标",
    "总体目标",
];

/// A form as it will be written.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// Key and value, in order.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) grid: Option<Grid>,
    /// Labels of groups that stand beside the fields (`项目资金(万元)`).
    pub(crate) stubs: Vec<String>,
}

/// Whether a table is a form or the lower part of one.
pub(crate) fn is_form(table: &RawTable<'_>) -> bool {
    table.rows.iter().take(12).any(|row| {
        is_indicator_head(row)
            || row.filled().next().is_some_and(|(_, cell)| {
                let cell = text::compact(text::plain(cell));
                cell.contains("总体目标") || cell.contains("绩效目标")
            })
    })
}

fn is_key(cell: &str) -> bool {
    let cell = text::compact(text::plain(cell));
    let cell = cell.trim_end_matches(':');
    KEYS.contains(&cell)
}

fn is_indicator_head(row: &RawRow<'_>) -> bool {
    first_level(row).is_some()
}

/// Where 一级指标 stands: first, or after the stub of the form's lower part (绩效指标).
fn first_level(row: &RawRow<'_>) -> Option<usize> {
    row.filled()
        .take(2)
        .find(|(_, cell)| text::compact(text::plain(cell)) == "一级指标")
        .map(|(at, _)| at)
}

/// Second-level indicators (数量指标, 质量指标 …) as they stand in the forms of the document: how
/// often in the second column and how often in another.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary(FxHashMap<String, (usize, usize)>);

impl Vocabulary {
    /// Counts the words of all forms.
    pub(crate) fn of<'a, 't: 'a>(tables: impl Iterator<Item = &'a RawTable<'t>>) -> Self {
        let mut words: FxHashMap<String, (usize, usize)> = FxHashMap::default();
        for table in tables {
            let Some(head) = table.rows.iter().position(is_indicator_head) else {
                continue;
            };
            let first = table.rows.get(head).and_then(first_level).unwrap_or(0);
            for row in table.rows.iter().skip(head + 1) {
                for (at, cell) in row.filled() {
                    if text::compact(cell).ends_with("指标") {
                        let (second, other) = words.entry(text::compact(cell)).or_default();
                        *if at == first + 1 { second } else { other } += 1;
                    }
                }
            }
        }
        Self(words)
    }

    /// Whether a word stands in the second column more often than elsewhere.
    fn second_level(&self, cell: &str) -> bool {
        self.0
            .get(&text::compact(cell))
            .is_some_and(|(second, other)| second > other)
    }

    /// Whether a word stands in the second column anywhere.
    fn sometimes_second(&self, cell: &str) -> bool {
        self.0
            .get(&text::compact(cell))
            .is_some_and(|(second, _)| *second > 0)
    }
}

/// Reads a form.
pub(crate) fn read(table: &RawTable<'_>, words: &Vocabulary) -> Form {
    let head = table.rows.iter().position(is_indicator_head);
    let (upper, lower) = table.rows.split_at(head.unwrap_or(table.rows.len()));
    let mut form = Form::default();
    for row in upper {
        fields(row, &mut form);
    }
    // A stub beside the indicators: 绩效指标 in the first column, and nothing else there.
    let stub = lower.first().and_then(first_level).unwrap_or(0);
    let alone = lower
        .iter()
        .skip(1)
        .all(|row| (0..stub).all(|at| row.cell(at).is_empty()));
    let without: Vec<RawRow<'_>> = if stub > 0 && alone {
        let head = lower.iter().take(1).flat_map(RawRow::filled).take(1);
        form.stubs
            .extend(head.map(|(_, cell)| text::tidy(text::plain(cell))));
        let rows = lower.iter();
        rows.map(|row| RawRow {
            number: row.number,
            cells: row.cells.get(stub..).unwrap_or(&[]).to_vec(),
        })
        .collect()
    } else {
        lower.to_vec()
    };
    form.grid = without
        .split_first()
        .map(|(head, body)| indicators(head, body, words));
    form
}

/// The `key, value` pairs of a row; a cell before the first key names a group.
fn fields(row: &RawRow<'_>, form: &mut Form) {
    let filled: Vec<&str> = row.filled().map(|(_, cell)| text::plain(cell)).collect();
    if let [labels @ .., value] = filled.as_slice()
        && labels.len() >= 2
        && text::is_number(value)
        && !labels
            .iter()
            .any(|label| text::is_number(label) || is_key(label))
    {
        // 财政资金(万元) | 上级安排 | 0.00
        let labels: Vec<String> = labels.iter().map(|label| text::tidy(label)).collect();
        form.fields.push((labels.join("/"), (*value).to_owned()));
        return;
    }
    let mut cells = row.filled().map(|(_, cell)| text::plain(cell)).peekable();
    let mut first = true;
    while let Some(cell) = cells.next() {
        if is_key(cell) || (first && cells.peek().is_some_and(|next| !is_key(next))) {
            let value = cells.next_if(|next| !is_key(next)).unwrap_or("");
            form.fields.push((field_key(cell), value.to_owned()));
        } else if first {
            form.stubs.push(text::tidy(cell));
        } else if let Some((_, value)) = form.fields.last_mut() {
            if !value.is_empty() {
                value.push(' ');
            }
            value.push_str(cell);
        } else {
            form.stubs.push(text::tidy(cell));
        }
        first = false;
    }
}

/// `其中: 财政拨款` as `其中：财政拨款`, `年度资金总额:` without its colon.
fn field_key(cell: &str) -> String {
    let cell = text::tidy(cell.trim_end_matches([':', '：']));
    match cell.split_once([':', '：']) {
        Some((group, key)) => format!("{}：{}", group.trim(), key.trim()),
        None => cell,
    }
}

/// The table of indicators. Cells stand in the columns that the head names; a row that lost its
/// first, empty cell stands one column too far left, one that gained one too far right.
fn indicators(head: &RawRow<'_>, body: &[RawRow<'_>], words: &Vocabulary) -> Grid {
    let mut grid = Grid {
        header: true,
        ..Grid::default()
    };
    let named: Vec<usize> = head.filled().map(|(at, _)| at).collect();
    let mut extra: Vec<usize> = Vec::new();
    let shifts: Vec<isize> = body.iter().map(|row| shift(row, &named, words)).collect();
    for (row, shift) in body.iter().zip(&shifts) {
        for (at, _) in row.filled() {
            let place = at.saturating_add_signed(*shift);
            if named.binary_search(&place).is_err() {
                extra.push(place);
            }
        }
    }
    extra.sort_unstable();
    extra.dedup();
    let mut places: Vec<usize> = named.iter().chain(&extra).copied().collect();
    places.sort_unstable();
    grid.columns = places
        .iter()
        .map(|at| Column {
            name: text::tidy(text::plain(head.cell(*at))),
            ..Column::default()
        })
        .collect();
    for (row, shift) in body.iter().zip(&shifts) {
        let mut cells = vec![String::new(); if places.len() > 64 { 0 } else { places.len() }];
        for (at, cell) in row.filled() {
            let place = at.saturating_add_signed(*shift);
            let index = places.binary_search(&place).unwrap_or(0);
            if cells.len() <= index {
                cells.resize(index + 1, String::new());
            }
            if let Some(out) = cells.get_mut(index) {
                // In the last column a space may be all that is left of a line between two.
                *out = if index + 1 < places.len() {
                    unwrapped(cell)
                } else {
                    cell.to_owned()
                };
            }
        }
        if *shift != 0 {
            grid.mended
                .push((row.number, "指标行错了一列，已归位".to_owned()));
        }
        grid.rows.push(cells);
    }
    grid
}

/// An indicator's cell without the spaces that wrapping left: between wide characters, and between
/// the two halves of `>=`.
fn unwrapped(cell: &str) -> String {
    let mut text = text::tidy(cell);
    for sign in ['>', '<'] {
        if let Some(rest) = text.strip_prefix(sign)
            && rest.trim_start().starts_with('=')
        {
            text = format!("{sign}{}", rest.trim_start());
        }
    }
    text
}

/// By how many columns a row must move to stand where its head does.
fn shift(row: &RawRow<'_>, named: &[usize], words: &Vocabulary) -> isize {
    let fits = |by: isize| {
        row.filled().all(|(at, _)| {
            at.checked_add_signed(by)
                .is_some_and(|place| named.binary_search(&place).is_ok())
        })
    };
    let first = row.filled().next();
    if !fits(0) {
        return if fits(1) { 1 } else { 0 };
    }
    match first {
        // 质量指标 | 合格率 | 95%: what follows a first-level indicator is a second-level one.
        Some((0, cell)) if words.sometimes_second(cell) && fits(1) => {
            let next = text::compact(row.cell(1));
            let alone = next.is_empty() && !words.second_level(cell);
            isize::from(!next.ends_with("指标") && !alone)
        }
        Some((2, cell)) if words.second_level(cell) && fits(-1) => -1,
        _ => 0,
    }
}
