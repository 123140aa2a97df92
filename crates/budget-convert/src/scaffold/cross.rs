//! What might be one number in two tables, or in two halves of one.

use budget_catalog::{
    name::normalize,
    template::{PartContent, PartSpec, RelationKind, RowRole, SectionSpec, Template},
};
use budget_model::{Amount, CellId, Document, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Meta,
    candidates::{At, Candidate, Candidates, Evidence, is_sum},
    tables::label_name,
};

/// Columns that are the sum of a row by their names alone.
const WHOLE: [&str; 9] = [
    "合计",
    "总计",
    "小计",
    "预算数",
    "决算数",
    "金额",
    "预算",
    "支出合计",
    "收入合计",
];
/// Digits that make a number one that hardly stands twice by chance.
const TELLING_DIGITS: usize = 3;
/// Pairs of characters that the names of two places must share: for such a number, and for others
/// (7.5 may stand anywhere).
const LITTLE: usize = 2;
const ALIKE: usize = 6;
/// Places of one number beyond which no more are set against each other.
const MOST_PLACES: usize = 64;

/// The two sides of a table.
pub(super) fn balance(grids: &[At<'_>], template: &Template, found: &mut Candidates) {
    for pair in grids.windows(2) {
        let [left, right] = pair else { continue };
        if left.table != right.table {
            continue;
        }
        let Some(spec) = template.tables.get(left.table) else {
            continue;
        };
        let title = &spec.title;
        for role in [RowRole::Total, RowRole::Subtotal] {
            let row = |at: &At<'_>| {
                let mut rows = at.spec.rows.iter().enumerate().rev();
                let (index, spec) = rows.find(|(_, row)| row.role == role)?;
                Some((at.row(index)?, label_name(&spec.label).to_owned()))
            };
            let (Some((own, name)), Some((other, other_name))) = (row(left), row(right)) else {
                continue;
            };
            for &a in &left.amounts {
                let alike = |b: &&usize| is_alike(left, a, right, **b);
                let Some(b) = right.amounts.iter().find(alike) else {
                    continue;
                };
                found.add(
                    2,
                    Candidate {
                        table: Some(left.table),
                        stem: format!("{}-balance", spec.id),
                        expr: format!(
                            "{}.{own}.{} = {}.{other}.{}",
                            left.path,
                            left.column(a),
                            right.path,
                            right.column(*b)
                        ),
                        kind: RelationKind::Balance,
                        message: format!("{title}两边相等：{name}等于{other_name}"),
                        natural: true,
                        evidence: Evidence::Number,
                    },
                );
            }
        }
    }
}

/// The last level of a header, reduced.
fn last(name: &str) -> String {
    let name = normalize(name).into_owned();
    name.rsplit('/').next().unwrap_or_default().to_owned()
}

fn is_whole(name: &str) -> bool {
    WHOLE.contains(&last(name).as_str())
}

/// Whether two columns are called alike: by one name, or each the sum of its row.
fn is_alike(a: &At<'_>, of_a: usize, b: &At<'_>, of_b: usize) -> bool {
    let (name, other) = (a.column_name(of_a), b.column_name(of_b));
    let alone = |at: &At<'_>| at.amounts.len() == 1;
    let whole = |at: &At<'_>, name: &str| is_whole(name) || alone(at);
    last(name) == last(other) || (whole(a, name) && whole(b, other))
}

/// The numbers in a row of the document.
fn amount(document: &Document, at: &At<'_>, row: usize, column: usize) -> Option<Amount> {
    let index = |n: usize| u32::try_from(n).ok();
    let table = document.tables.get(at.place)?;
    let mut grids = table.grids.iter();
    let grid = grids.position(|grid| std::ptr::eq(grid.as_ref(), at.grid))?;
    let own = at
        .grid
        .columns
        .iter()
        .position(|c| c.spec == Some(column))?;
    let cell = document.cell(CellId {
        table: index(at.place)?,
        grid: index(grid)?,
        row: index(row)?,
        column: index(own)?,
    })?;
    match cell.value {
        Value::Number(number) if !number.amount.is_zero() => {
            let places = i32::try_from(table.unit.exponent()).ok()?;
            Some(number.amount.shift(places)?.trimmed())
        }
        _ => None,
    }
}

/// Of each column the number in the total row.
fn totals(document: &Document, at: &At<'_>) -> FxHashMap<usize, Amount> {
    let row = at
        .grid
        .rows
        .iter()
        .position(|row| row.role == RowRole::Total);
    let columns = at.amounts.iter();
    let found = columns.filter_map(|column| Some((*column, amount(document, at, row?, *column)?)));
    found.collect()
}

/// Whether a grid names the classes alone.
fn is_by_class(at: &At<'_>) -> bool {
    at.spec.rows.iter().any(|row| row.code.is_some())
}

/// Tables by the same codes: which columns say the same of every account.
pub(super) fn by_code(document: &Document, grids: &[At<'_>], found: &mut Candidates) {
    let coded: Vec<&At<'_>> = grids
        .iter()
        .filter(|at| at.spec.classification.is_some() && (at.by_code() || is_by_class(at)))
        .collect();
    let totals: Vec<_> = coded.iter().map(|at| totals(document, at)).collect();
    for (first, a) in coded.iter().enumerate() {
        for (second, b) in coded.iter().enumerate().skip(first + 1) {
            if a.spec.classification != b.spec.classification || a.table == b.table {
                continue;
            }
            let each = match is_by_class(a) || is_by_class(b) {
                true => "类",
                false => "科目",
            };
            let total = |of: usize, column: usize| totals.get(of).and_then(|it| it.get(&column));
            let mut pairs: Vec<(bool, usize, usize)> = Vec::new();
            for &x in &a.amounts {
                for &y in &b.amounts {
                    let alike = is_alike(a, x, b, y);
                    let same = total(first, x).is_some_and(|x| Some(x) == total(second, y));
                    if alike || same {
                        pairs.push((!(alike && same), x, y));
                    }
                }
            }
            pairs.sort_unstable();
            for (unlike, x, y) in pairs {
                let (of, to) = (a.column(x), b.column(y));
                found.add(
                    a.grid.rows.len() + b.grid.rows.len(),
                    Candidate {
                        table: None,
                        stem: format!("{}-{}", a.id, b.id),
                        expr: format!(
                            "每 @{each} 于 {}, {}: {}.@{each}.{of} = {}.@{each}.{to}",
                            a.path, b.path, a.path, b.path
                        ),
                        kind: RelationKind::CrossTable,
                        message: format!(
                            "两张表里同一{each}的“{}”与“{}”是同一个数",
                            a.column_name(x),
                            b.column_name(y)
                        ),
                        natural: !unlike,
                        evidence: Evidence::Number,
                    },
                );
            }
        }
    }
}

/// Where a number of a named row stands.
struct Place {
    table: usize,
    path: String,
    id: String,
    /// For the message.
    told: String,
    is_total: bool,
    /// Pairs of characters of its table, half, row and column.
    pairs: FxHashSet<(char, char)>,
}

/// Numbers that stand in named rows of two tables: each is set against the one it is most like.
pub(super) fn restated(
    document: &Document,
    grids: &[At<'_>],
    template: &Template,
    found: &mut Candidates,
) {
    let mut places: FxHashMap<Amount, Vec<Place>> = FxHashMap::default();
    let mut order: Vec<Amount> = Vec::new();
    for at in grids {
        let title = template
            .tables
            .get(at.table)
            .map_or("", |t| t.title.as_str());
        for (index, spec) in at.spec.rows.iter().enumerate() {
            let unlabelled = spec.label.is_empty();
            if spec.unlabelled || (at.by_code() && spec.role != RowRole::Total) {
                continue;
            }
            let (Some(row), false) = (at.place_of(index), spec.code.is_some()) else {
                continue;
            };
            let steps = match unlabelled {
                true => at.path.clone(),
                false => match at.row(index) {
                    Some(row) => format!("{}.{row}", at.path),
                    None => continue,
                },
            };
            for &column in &at.amounts {
                let Some(amount) = amount(document, at, row, column) else {
                    continue;
                };
                let label = label_name(&spec.label);
                let words = format!(
                    "{title} {} {label} {}",
                    at.spec.title,
                    at.column_name(column)
                );
                let all = places.entry(amount).or_default();
                if all.is_empty() {
                    order.push(amount);
                }
                all.push(Place {
                    table: at.table,
                    path: format!("{steps}.{}", at.column(column)),
                    id: at.id.clone(),
                    told: match label {
                        "" => format!("{title}的“{}”", at.column_name(column)),
                        label => format!("{title}“{label}”的“{}”", at.column_name(column)),
                    },
                    is_total: unlabelled || is_sum(spec) && is_whole(at.column_name(column)),
                    pairs: words.chars().zip(words.chars().skip(1)).collect(),
                });
            }
        }
    }
    for amount in order {
        let Some(places) = places.get(&amount) else {
            continue;
        };
        let places = places.get(..MOST_PLACES).unwrap_or(places);
        let written = amount.to_string().replace('.', "");
        let digits = written.trim_matches(|c: char| !('1'..='9').contains(&c));
        let least = match digits.len() {
            0..TELLING_DIGITS => ALIKE,
            _ => LITTLE,
        };
        for (at, place) in places.iter().enumerate().skip(1) {
            let before = places.get(..at).unwrap_or_default().iter().rev();
            let others = before.filter(|other| other.table != place.table);
            let likeness = |other: &Place| {
                let shared = place.pairs.intersection(&other.pairs).count();
                (place.is_total && other.is_total, shared)
            };
            let Some(other) = others.max_by_key(|other| likeness(other)) else {
                continue;
            };
            if likeness(other).1 < least {
                continue;
            }
            found.add(
                2,
                Candidate {
                    table: None,
                    stem: format!("{}-{}", other.id, place.id),
                    expr: format!("{} = {}", other.path, place.path),
                    kind: RelationKind::CrossTable,
                    message: format!("{}与{}是同一个数", other.told, place.told),
                    natural: false,
                    evidence: Evidence::Number,
                },
            );
        }
    }
}

/// One table is a part of another: no account's number is more.
pub(super) fn within(document: &Document, grids: &[At<'_>], found: &mut Candidates) {
    let coded: Vec<&At<'_>> = grids
        .iter()
        .filter(|at| at.by_code() && at.spec.classification.is_some())
        .collect();
    let totals: Vec<_> = coded.iter().map(|at| totals(document, at)).collect();
    for (first, whole) in coded.iter().enumerate() {
        for (second, part) in coded.iter().enumerate().skip(first + 1) {
            if whole.spec.classification != part.spec.classification || whole.table == part.table {
                continue;
            }
            // One for a pair of tables: the sums of the rows first, if they are called so.
            let by_name = |at: &At<'_>| {
                let mut columns = at.amounts.clone();
                columns.sort_by_key(|column| !is_whole(at.column_name(*column)));
                columns
            };
            'pair: for x in by_name(whole) {
                for y in by_name(part) {
                    let total = |of: usize, at| totals.get(of).and_then(|it| it.get(at)).copied();
                    // Totals that are the same may be equal in every row.
                    let more = match (total(first, &x), total(second, &y)) {
                        (Some(whole), Some(part)) => {
                            part.checked_sub(whole).is_some_and(Amount::is_negative)
                        }
                        _ => false,
                    };
                    // Where the same total stands beside it, that is the part, and the row sums.
                    let mut columns = whole.amounts.iter();
                    let stated = columns.any(|column| total(first, column) == total(second, &y));
                    if !more || stated || !is_alike(whole, x, part, y) {
                        continue;
                    }
                    let (of, to) = (whole.column(x), part.column(y));
                    found.add(
                        whole.grid.rows.len() + part.grid.rows.len(),
                        Candidate {
                            table: None,
                            stem: format!("{}-{}-within", whole.id, part.id),
                            expr: format!(
                                "每 @科目 于 {}, {}: {}.@科目.{to} <= {}.@科目.{of}",
                                whole.path, part.path, part.path, whole.path
                            ),
                            kind: RelationKind::PartOfWhole,
                            message: format!(
                                "后一张表是前一张表的一部分：同一科目的“{}”不大于“{}”",
                                part.column_name(y),
                                whole.column_name(x)
                            ),
                            natural: false,
                            evidence: Evidence::Number,
                        },
                    );
                    break 'pair;
                }
            }
        }
    }
}

/// The section of the narrative that is about a table, and the path of an identity that means it.
pub(super) fn section_of<'t>(
    parts: &'t [PartSpec],
    title: &str,
) -> Option<(String, &'t SectionSpec)> {
    let mut parts = parts.iter();
    let part = parts.find(|part| part.content == PartContent::Narrative)?;
    let pairs = |text: &str| -> FxHashSet<(char, char)> {
        let text = normalize(text).into_owned();
        text.chars().zip(text.chars().skip(1)).collect()
    };
    let own = pairs(title);
    let sections = part.sections.iter().filter(|it| !it.number.is_empty());
    let shared = sections.map(|it| (own.intersection(&pairs(&it.title)).count(), it));
    let (shared, best) = shared.rev().max_by_key(|(shared, _)| *shared)?;
    let path = format!("说明.{}", super::write::name(&best.number));
    (shared * 2 > own.len()).then_some((path, best))
}

/// An empty table, and the section that says so.
pub(super) fn empty_notes(template: &Template, meta: &Meta, found: &mut Candidates) {
    for (index, spec) in template.tables.iter().enumerate() {
        if spec.ordinal.is_none() || meta.numbers.get(index) != Some(&false) {
            continue;
        }
        let Some((path, section)) = section_of(&template.parts, &spec.title) else {
            continue;
        };
        found.add(
            1,
            Candidate {
                table: Some(index),
                stem: format!("{}-note", spec.id),
                expr: format!(
                    "空({}) 则 有空表说明({path})",
                    super::table_name(template, index)
                ),
                kind: RelationKind::EmptyTable,
                message: format!("没有数时要公开空表，并在“{}”里写明", section.title),
                natural: false,
                evidence: Evidence::Holds,
            },
        );
    }
}
