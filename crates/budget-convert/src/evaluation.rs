//! 项目支出绩效自评表: printed as one table, it is two, money above and indicators below, with the
//! goals between them. Its rows are read in the order of their cells, since conversion shifts them.

use budget_catalog::Catalog;
use budget_catalog::template::{ColumnKind, ColumnSpec, TableSpec};

use crate::block::{RawRow, RawTable};
use crate::grid::Grid;
use crate::header::Column;
use crate::names::Names;
use crate::text;

/// Labels that stand before a value at the top.
const KEYS: [&str; 7] = [
    "项目名称",
    "主管部门",
    "实施单位",
    "预算单位",
    "项目单位",
    "项目负责人",
    "联系电话",
];

/// The columns of the form, as its template has them.
#[derive(Debug)]
pub(crate) struct Layout<'c> {
    /// Of the money, without the labels.
    money: Vec<&'c ColumnSpec>,
    indicators: Vec<&'c ColumnSpec>,
    /// Where the indicator stands, its weight and its score.
    third: usize,
    weight: usize,
    score: usize,
}

impl<'c> Layout<'c> {
    /// The form of a document's template; of another one if it has none.
    pub(crate) fn of(catalog: &'c Catalog, own: Option<&Names<'c>>) -> Option<Self> {
        let own = own.map(|names| names.template).into_iter();
        let all = catalog.templates().map(AsRef::as_ref);
        own.chain(all)
            .flat_map(|template| &template.tables)
            .filter(|table| table.title.ends_with(FORM))
            .find_map(Self::new)
    }

    fn new(spec: &'c TableSpec) -> Option<Self> {
        let grid = |title: &str| spec.grids.iter().find(|grid| grid.title == title);
        let money = grid(MONEY)?.columns.iter();
        let indicators: Vec<&ColumnSpec> = grid(INDICATORS)?.columns.iter().collect();
        let place = |kind: ColumnKind| indicators.iter().position(|column| column.kind == kind);
        let weight = place(ColumnKind::Count)?;
        let score = weight + 1;
        Some(Self {
            money: money
                .filter(|column| column.kind != ColumnKind::Name)
                .collect(),
            third: place(ColumnKind::Name).filter(|third| *third < weight)?,
            weight,
            score: (indicators.get(score)?.kind == ColumnKind::Count).then_some(score)?,
            indicators,
        })
    }
}

/// How the titles of these forms end, and the headings of their two tables.
const FORM: &str = "自评表";
const MONEY: &str = "项目资金";
const INDICATORS: &str = "绩效指标";

/// A form as it will be written.
#[derive(Debug, Default)]
pub(crate) struct Evaluation {
    /// Lines above its fields: `(2019年度)`.
    pub(crate) notes: Vec<String>,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) money: Grid,
    /// 预期目标 and 实际完成情况.
    pub(crate) goals: Vec<(String, String)>,
    pub(crate) indicators: Grid,
}

/// Whether a table is such a form.
pub(crate) fn is_evaluation(table: &RawTable<'_>) -> bool {
    let has = |word: &str| {
        let mut rows = table.rows.iter().take(16);
        rows.any(|row| row.filled().any(|(_, cell)| key(cell) == word))
    };
    has("全年执行数") && has("年度总体目标")
}

/// The title that the table's first row holds.
pub(crate) fn title<'t>(table: &RawTable<'t>) -> Option<&'t str> {
    let mut filled = table.rows.first()?.filled();
    let (_, title) = filled.next()?;
    (filled.next().is_none() && title.contains(FORM)).then_some(title)
}

/// A cell as it is compared: without white space, emphasis and a closing colon.
fn key(cell: &str) -> String {
    text::compact(text::plain(cell))
        .trim_end_matches(':')
        .to_owned()
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Head,
    Money,
    Goals,
    Indicators,
}

/// Reads a form.
pub(crate) fn read(table: &RawTable<'_>, layout: &Layout<'_>) -> Evaluation {
    let mut form = Evaluation::default();
    let mut stage = Stage::Head;
    let (mut money, mut indicators) = (Vec::new(), Vec::new());
    let mut goals: Vec<String> = Vec::new();
    let skip = usize::from(title(table).is_some());
    for row in table.rows.iter().skip(skip) {
        let has = |word: &str| row.filled().any(|(_, cell)| key(cell) == word);
        let first = row.filled().next().map(|(_, cell)| key(cell));
        match stage {
            Stage::Head if has("年初预算数") => stage = Stage::Money,
            Stage::Head | Stage::Money if has("年度总体目标") => {
                stage = Stage::Goals;
                let headers = row.filled().skip(1);
                goals = headers.map(|(_, cell)| text::tidy(cell)).collect();
                continue;
            }
            Stage::Goals if has("一级指标") || first.as_deref() == Some("绩效指标") => {
                stage = Stage::Indicators;
            }
            _ => {}
        }
        match stage {
            Stage::Head => head(row, &mut form),
            Stage::Money => money.push(row),
            Stage::Goals => {
                for (at, (_, cell)) in row.filled().enumerate() {
                    let goal = goals.get(at).cloned().unwrap_or_default();
                    form.goals.push((goal, text::plain(cell).to_owned()));
                }
            }
            Stage::Indicators => indicators.push(row),
        }
    }
    name_from_above(&mut form);
    form.money = money_grid(&money, layout);
    form.indicators = indicator_grid(&indicators, layout);
    form
}

/// `主管部门 | … | 实施单位 | …`, or a line above the fields.
fn head(row: &RawRow<'_>, form: &mut Evaluation) {
    let is_key = |cell: &str| KEYS.contains(&key(cell).as_str());
    let mut cells = row.filled().map(|(_, cell)| text::plain(cell)).peekable();
    while let Some(cell) = cells.next() {
        if is_key(cell) {
            let value = cells.next_if(|next| !is_key(next)).unwrap_or("");
            form.fields.push((text::tidy(cell), value.to_owned()));
        } else if let Some((_, value)) = form.fields.last_mut().filter(|(_, v)| !v.is_empty()) {
            value.push(' ');
            value.push_str(cell);
        } else {
            form.notes.push(cell.to_owned());
        }
    }
}

/// A name that slipped above its label: the only line there that is no year, where 项目名称 has
/// no value.
fn name_from_above(form: &mut Evaluation) {
    let is_year = |note: &String| note.starts_with(['(', '（']);
    let Some((_, name)) = form
        .fields
        .iter_mut()
        .find(|(label, value)| key(label) == "项目名称" && value.is_empty())
    else {
        return;
    };
    if let Some(at) = form.notes.iter().position(|note| !is_year(note)) {
        *name = form.notes.remove(at);
    }
}

/// A row's stub, if it has one beside its label (`(万元) | 年度资金总额`), and its label.
fn label<'t>(row: &RawRow<'t>) -> Option<(&'t str, (usize, &'t str))> {
    let mut filled = row.filled();
    let first = filled.next()?;
    if first.1.starts_with(['(', '（']) {
        Some((first.1, filled.next()?))
    } else {
        Some(("", first))
    }
}

/// 项目资金: a row for each source. The columns are where the fullest row has them.
fn money_grid(rows: &[&RawRow<'_>], layout: &Layout<'_>) -> Grid {
    let mut grid = Grid {
        title: MONEY.to_owned(),
        header: true,
        ..Grid::default()
    };
    let Some((header, body)) = rows.split_first() else {
        return grid;
    };
    let mut stub = String::new();
    let mut names: Vec<String> = Vec::new();
    for (_, cell) in header.filled() {
        match key(cell).as_str() {
            name if layout.money.iter().any(|column| column.name == name) => {
                names.push(text::tidy(cell))
            }
            _ if stub.is_empty() => stub = text::tidy(text::plain(cell)),
            // What stands over the labels is kept there.
            _ => stub = format!("{stub} {}", text::plain(cell)),
        }
    }
    let values = |row: &RawRow<'_>, from: usize| -> Vec<usize> {
        row.filled()
            .map(|(at, _)| at)
            .filter(|at| *at > from)
            .collect()
    };
    let anchors = body
        .iter()
        .filter_map(|row| Some(values(row, (label(row)?.1).0)))
        .max_by_key(Vec::len)
        .unwrap_or_default();
    for missing in layout.money.iter().take(anchors.len()).skip(names.len()) {
        let name = &missing.name;
        names.push(name.clone());
        let message = format!("表头缺“{name}”，已按表样补上");
        grid.mended.push((header.number, message));
    }
    for row in body {
        let Some((beside, (place, cell))) = label(row) else {
            continue;
        };
        if !stub.ends_with(')') {
            stub.push_str(&text::compact(beside));
        }
        let mut cells = vec![String::new(); names.len().max(anchors.len()) + 1];
        if let Some(out) = cells.first_mut() {
            *out = text::tidy(cell);
        }
        for (order, at) in values(row, place).into_iter().enumerate() {
            let column = anchors.binary_search(&at).unwrap_or(order);
            if let Some(out) = cells.get_mut(column + 1) {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(row.cell(at));
            }
        }
        grid.rows.push(cells);
    }
    let amounts = |name: &str| {
        let mut rates = layout
            .money
            .iter()
            .filter(|column| column.kind == ColumnKind::Rate);
        !rates.any(|column| column.name == name)
    };
    grid.columns = std::iter::once(column(&stub, false))
        .chain(names.iter().map(|name| column(name, amounts(name))))
        .collect();
    grid
}

fn column(name: &str, amount: bool) -> Column {
    Column {
        name: name.to_owned(),
        amount,
        ..Column::default()
    }
}

/// 绩效指标: a row for each indicator.
fn indicator_grid(rows: &[&RawRow<'_>], layout: &Layout<'_>) -> Grid {
    let mut grid = Grid {
        title: INDICATORS.to_owned(),
        header: true,
        ..Grid::default()
    };
    let Some(first) = rows.first() else {
        return grid;
    };
    let printed = first.filled().any(|(_, cell)| key(cell) == "一级指标");
    let mut names: Vec<(usize, String)> = Vec::new();
    let mut body = rows;
    if printed {
        names = first
            .filled()
            .filter(|(_, cell)| key(cell) != "绩效指标")
            .map(|(at, cell)| (at, text::tidy(text::plain(cell))))
            .collect();
        body = rows.get(1..).unwrap_or_default();
        if let Some(second) = body.first().filter(|row| is_second_line(row, &names)) {
            for (at, cell) in second.filled() {
                if let Some((_, name)) = names.iter_mut().find(|(place, _)| *place == at) {
                    name.push_str(&text::compact(cell));
                }
            }
            body = body.get(1..).unwrap_or_default();
        }
    }
    if names.len() != layout.indicators.len() {
        let message = if printed {
            grid.caption = vec![names.into_iter().map(|(_, name)| name).collect()];
            "指标表的表头与表样不同，已按表样写，原表头记在注释里"
        } else {
            "指标表的表头没有留下来，已按表样补上"
        };
        grid.mended.push((first.number, message.to_owned()));
        let named = layout.indicators.iter().map(|column| column.name.clone());
        names = (1..).zip(named).collect();
    }
    let third = names.get(layout.third).map_or(0, |(at, _)| *at);
    let mut moved: Vec<u32> = Vec::new();
    for row in body {
        let (cells, slipped) = indicator(row, third, layout);
        if slipped {
            moved.push(row.number);
        }
        grid.rows.push(cells);
    }
    if let Some(first) = moved.first() {
        let message = format!("指标表有 {} 行错了列，已归位", moved.len());
        grid.mended.push((*first, message));
    }
    grid.columns = names
        .iter()
        .enumerate()
        .map(|(at, (_, name))| {
            let count = layout.indicators.get(at);
            column(name, count.is_some_and(|own| own.kind == ColumnKind::Count))
        })
        .collect();
    grid
}

/// `指标值 | 完成值` under `年度 | 实际`.
fn is_second_line(row: &RawRow<'_>, names: &[(usize, String)]) -> bool {
    row.filled().all(|(at, cell)| {
        matches!(key(cell).as_str(), "指标值" | "完成值" | "值")
            && names.iter().any(|(place, _)| *place == at)
    })
}

/// Whether a cell names a group of indicators: 产出指标, 数量指标, 生态效益.
fn is_level(cell: &str) -> bool {
    let cell = key(cell);
    cell.chars().count() <= 10
        && ["指标", "效益", "影响", "完成"]
            .iter()
            .any(|ending| cell.ends_with(ending))
}

/// A row's cells in their columns: from the right a reason, score and weight; from the left the
/// groups; between them the indicator, its value, and what was done. And whether it had slipped.
fn indicator(row: &RawRow<'_>, third: usize, layout: &Layout<'_>) -> (Vec<String>, bool) {
    let mut cells: Vec<(usize, &str)> = row
        .filled()
        .map(|(at, cell)| (at, text::plain(cell)))
        .collect();
    if cells
        .first()
        .is_some_and(|(_, cell)| key(cell) == "绩效指标")
    {
        cells.remove(0);
    }
    let mut out = vec![String::new(); layout.indicators.len()];
    let mut put = |column: usize, cell: &str| {
        if let Some(slot) = out.get_mut(column)
            && !cell.is_empty()
        {
            if !slot.is_empty() {
                slot.push(' ');
            }
            slot.push_str(cell);
        }
    };
    let number = |cell: &str| text::is_number(cell) && !cell.ends_with(['%', '％']);
    let score = cells.iter().rposition(|(_, cell)| number(cell));
    let weight = score
        .and_then(|score| score.checked_sub(1))
        .filter(|weight| cells.get(*weight).is_some_and(|(_, cell)| number(cell)));
    let tail = score.map_or(cells.len(), |score| score + 1);
    for (_, cell) in cells.get(tail..).unwrap_or_default() {
        put(layout.score + 1, cell);
    }
    let (_, scored) = score
        .and_then(|at| cells.get(at))
        .copied()
        .unwrap_or((0, ""));
    let before = match weight {
        Some(weight) => {
            put(
                layout.weight,
                cells.get(weight).map_or("", |(_, cell)| cell),
            );
            put(layout.score, scored);
            cells.get(..weight).unwrap_or_default()
        }
        None => {
            put(layout.score, scored);
            cells
                .get(..score.unwrap_or(cells.len()))
                .unwrap_or_default()
        }
    };
    if let [(_, total)] = before
        && key(total) == "总分"
    {
        put(layout.third, total);
        return (out, false);
    }
    let levels = before
        .iter()
        .take(layout.third.min(before.len().saturating_sub(1)))
        .take_while(|(_, cell)| is_level(cell))
        .count();
    for (at, (_, cell)) in before.iter().enumerate() {
        let column = match at.checked_sub(levels) {
            None => layout.third - levels + at,
            Some(after) => (layout.third + after).min(layout.weight - 1),
        };
        put(column, &text::tidy(cell));
    }
    let slipped = before.get(levels).is_some_and(|(at, _)| *at != third);
    (out, slipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<'t>(cells: &[&'t str]) -> RawRow<'t> {
        RawRow {
            number: 1,
            cells: cells.to_vec(),
        }
    }

    fn read_row(cells: &[&str]) -> Vec<String> {
        let layout = Layout::of(Catalog::builtin(), None).unwrap();
        indicator(&row(cells), 3, &layout).0
    }

    #[test]
    fn the_columns_are_those_of_the_template() {
        let catalog = Catalog::builtin();
        let mut templates = catalog.templates().flat_map(|template| &template.tables);
        let mut spec = templates
            .find(|table| Layout::new(table).is_some())
            .unwrap()
            .clone();
        let grid = spec.grids.iter_mut().find(|grid| grid.title == INDICATORS);
        let columns = &mut grid.unwrap().columns;
        let weight = columns
            .iter()
            .position(|column| column.kind == ColumnKind::Count)
            .unwrap();
        // A form with one column more before the weight.
        let mut more = columns[weight - 1].clone();
        more.name = "完成说明".to_owned();
        columns.insert(weight, more);
        let layout = Layout::new(&spec).unwrap();
        assert_eq!(
            indicator(
                &row(&[
                    "产出指标",
                    "数量指标",
                    "数量",
                    "1套",
                    "2套",
                    "已完成",
                    "5",
                    "4",
                    "因"
                ]),
                2,
                &layout
            )
            .0,
            [
                "产出指标",
                "数量指标",
                "数量",
                "1套",
                "2套",
                "已完成",
                "5",
                "4",
                "因"
            ]
        );
        // A header that is another's is kept beside the table.
        let rows = [
            row(&["一级指标", "指标", "值"]),
            row(&["产出指标", "数量", "1"]),
        ];
        let grid = indicator_grid(&rows.iter().collect::<Vec<_>>(), &layout);
        assert_eq!(grid.columns.len(), 9);
        assert_eq!(grid.columns[5].name, "完成说明");
        assert!(grid.columns[6].amount && grid.columns[7].amount && !grid.columns[5].amount);
        assert_eq!(grid.caption, [["一级指标", "指标", "值"]]);
    }

    #[test]
    fn rows_are_read_by_the_order_of_their_cells() {
        let full = read_row(&[
            "",
            "产出指标",
            "数量指标",
            "数量",
            "1套",
            "2套",
            "5",
            "4",
            "因",
        ]);
        assert_eq!(
            full,
            ["产出指标", "数量指标", "数量", "1套", "2套", "5", "4", "因"]
        );
        let slipped = read_row(&["", "采购成本", "", "100万元", "81万元", "5", "4", "因", ""]);
        assert_eq!(
            slipped,
            ["", "", "采购成本", "100万元", "81万元", "5", "4", "因"]
        );
        let rate = read_row(&["质量指标", "合格率", "100%", "100%", "5", "5"]);
        assert_eq!(
            rate,
            ["", "质量指标", "合格率", "100%", "100%", "5", "5", ""]
        );
        let total = read_row(&["总分", "", "", "", "", "100", "96.5"]);
        assert_eq!(total, ["", "", "总分", "", "", "100", "96.5", ""]);
        let twice = read_row(&["", "", "", "设备", "≥7台", "3", "3", "5", "4.5"]);
        assert_eq!(twice, ["", "", "设备", "≥7台", "3 3", "5", "4.5", ""]);
    }
}
