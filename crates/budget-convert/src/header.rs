//! The header of a table: how many rows it has, what its columns are called and what they hold.

use std::ops::Range;

use crate::block::RawRow;
use crate::text;

/// A column as it will be written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) amount: bool,
    /// Source columns it was made of.
    pub(crate) from: Range<usize>,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Kind {
    #[default]
    Plain,
    /// 类 | 款 | 项 in one.
    Codes,
    /// 类 | 款 and its name: the code of `301 | 01 基本工资`.
    CodesAndName,
    /// The name of `301 | 01 基本工资`.
    NameOfCodes,
    /// The code of `201 一般公共服务支出`.
    SplitCode,
    /// The name of `201 一般公共服务支出`.
    SplitName,
}

/// How many rows at the top are header: the first, and each after it that has no number and fills
/// a gap under the rows above, or names the levels of a code.
pub(crate) fn header_rows(rows: &[RawRow<'_>]) -> usize {
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
pub(crate) fn split_code(cell: &str) -> Option<(&str, &str)> {
    let cell = text::plain(cell);
    let digits = cell.bytes().take_while(u8::is_ascii_digit).count();
    let (code, name) = cell.split_at_checked(digits)?;
    let first = name.trim_start().chars().next()?;
    (matches!(digits, 3 | 5 | 7) && name.starts_with(' ') && text::is_ideograph(first))
        .then(|| (code, name.trim_start()))
}

/// The last piece of a code and a name in one, `01 基本工资`, in two; a name alone is all name.
pub(crate) fn split_level(cell: &str) -> (&str, &str) {
    let cell = text::plain(cell);
    let digits = cell.bytes().take_while(u8::is_ascii_digit).count();
    let (code, name) = cell.split_at_checked(digits).unwrap_or(("", cell));
    match name.chars().next() {
        None if digits > 0 => (cell, ""),
        Some(' ') if matches!(digits, 1 | 2) => (code, name.trim_start()),
        _ => ("", cell),
    }
}

/// The columns of a header, and what of its words their names don't hold.
pub(crate) fn columns(
    header: &[RawRow<'_>],
    body: &[&RawRow<'_>],
    range: Range<usize>,
) -> (Vec<Column>, Vec<Vec<String>>) {
    let start = range.start;
    let width = range.len();
    // For each source column: the level and place of the cell that names it, and its parents.
    let own = |level: usize, at: usize| header.get(level).map_or("", |row| row.cell(start + at));
    let mut used = vec![vec![false; if header.is_empty() { 0 } else { width }]; header.len()];
    let mut out: Vec<Column> = Vec::new();
    let cells = Cells::count(body, start, width);
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
            let from = start + at..start + at + codes;
            let last = at + codes - 1;
            let named = cells.get(last).is_some_and(|held| held.named());
            out.push(Column {
                name: "科目编码".to_owned(),
                amount: false,
                from: from.clone(),
                kind: if named {
                    Kind::CodesAndName
                } else {
                    Kind::Codes
                },
            });
            if named {
                let above = leaf_level(last)
                    .and_then(|leaf| (0..leaf).rev().find(|level| !own(*level, last).is_empty()));
                if let Some(level) = above {
                    mark(&mut used, level, last);
                }
                out.push(Column {
                    name: above.map_or_else(
                        || "科目名称".to_owned(),
                        |level| text::tidy(text::plain(own(level, last))),
                    ),
                    amount: false,
                    from,
                    kind: Kind::NameOfCodes,
                });
            }
            // The printed name of the group, if the folded column's name is already it.
            for level in 0..header.len() {
                if text::tidy(own(level, at)) == "科目编码" {
                    mark(&mut used, level, at);
                }
            }
            at += codes;
            continue;
        }
        let held = cells.get(at).copied().unwrap_or_default();
        if name.is_empty() && !held.any() {
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
        if held.splits() {
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
                amount: !is_name_column(name) && held.only_amounts(),
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

/// What the cells of a column are, by count.
#[derive(Clone, Copy, Default)]
struct Cells {
    /// `201 一般公共服务支出`
    coded: usize,
    /// Numbers and dashes.
    amounts: usize,
    /// Any other text.
    others: usize,
    /// Of those, with an ideograph.
    words: usize,
}

impl Cells {
    /// Counts the cells of columns `start .. start + width`, in one pass over the rows.
    fn count(body: &[&RawRow<'_>], start: usize, width: usize) -> Vec<Cells> {
        let mut out = vec![Cells::default(); width];
        for row in body {
            for (at, cell) in row.filled() {
                let Some(cells) = at.checked_sub(start).and_then(|at| out.get_mut(at)) else {
                    continue;
                };
                if text::is_number(cell) || text::is_dash(cell) {
                    cells.amounts += 1;
                } else if split_code(cell).is_some() {
                    cells.coded += 1;
                } else {
                    cells.others += 1;
                    cells.words += usize::from(cell.contains(text::is_ideograph));
                }
            }
        }
        out
    }

    /// Most hold a name, with or without the last piece of a code before it.
    fn named(self) -> bool {
        self.words > 0 && self.words * 2 > self.coded + self.amounts + self.others
    }

    fn any(self) -> bool {
        self.coded + self.amounts + self.others > 0
    }

    /// Most are a code and a name in one.
    fn splits(self) -> bool {
        self.coded > self.amounts + self.others
    }

    /// Nothing but numbers, dashes and empty cells.
    fn only_amounts(self) -> bool {
        self.coded + self.others == 0
    }
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
pub(crate) fn is_name_column(name: &str) -> bool {
    let name = text::compact(name);
    // 单位名称（科目）
    let head = name.strip_suffix(')').and_then(|name| name.split_once('('));
    let name = head.map_or(name.as_str(), |(head, _)| head);
    name.ends_with("名称")
        || name.ends_with("编码")
        || name.ends_with("代码")
        || matches!(
            name,
            "科目" | "项目" | "功能分类" | "经济分类" | "类" | "款" | "项"
        )
}
