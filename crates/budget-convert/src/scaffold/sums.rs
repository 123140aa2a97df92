//! What might add up within a table.

use budget_catalog::template::{KeyPart, RelationKind, RowRole, RowSpec};

use super::{
    candidates::{At, Candidate, Candidates, Evidence, is_sum},
    tables::label_name,
};

/// Tables with more columns of amounts are only tried by what their header says.
const MOST_COLUMNS: usize = 20;
/// Rows that are written one by one in a sum.
const MOST_TERMS: usize = 12;

/// What the header, the codes and the labels tell.
pub(super) fn likely(at: &At<'_>, found: &mut Candidates) {
    hierarchy(at, found);
    totals_by_code(at, found);
    stated_row_sums(at, found);
    below_labels(at, found);
    totals_by_label(at, found);
    differences(at, found);
}

fn cells(at: &At<'_>) -> usize {
    at.grid.rows.len().saturating_mul(at.amounts.len())
}

fn hierarchy(at: &At<'_>, found: &mut Candidates) {
    let mut rows = at.grid.rows.iter();
    if !at.by_code() || !rows.any(|row| row.code.is_some() && row.parent.is_some()) {
        return;
    }
    let path = &at.path;
    found.add(
        cells(at),
        Candidate {
            table: Some(at.table),
            stem: format!("{}-hierarchy", at.id),
            expr: format!(
                "每 @科目 有下级, @列 于 {path}: {path}.@科目.@列 = 合({path}.@科目.下级.@列)"
            ),
            kind: RelationKind::Hierarchy,
            message: "上一级科目的数是它所列下一级科目之和".to_owned(),
            natural: true,
            evidence: Evidence::Number,
        },
    );
}

fn totals_by_code(at: &At<'_>, found: &mut Candidates) {
    if !at.by_code() && !at.key.contains(&KeyPart::Project) {
        return;
    }
    let path = &at.path;
    let mut add = |stem: &str, expr: String, message: &str, natural| {
        found.add(
            cells(at),
            Candidate {
                table: Some(at.table),
                stem: format!("{}-{stem}", at.id),
                expr,
                kind: RelationKind::Total,
                message: message.to_owned(),
                natural,
                evidence: Evidence::Number,
            },
        );
    };
    let segments = at.key.contains(&KeyPart::Segment);
    if segments {
        add(
            "unit",
            format!("每 @段, @列 于 {path}: {path}.@段.@列 = 合({path}.@段.类.@列)"),
            "单位的数是它下面各类之和",
            true,
        );
    }
    for (index, _) in at
        .spec
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| is_sum(row))
    {
        let Some(row) = at.row(index) else { continue };
        let label = at.spec.rows.get(index).map_or("", |row| row.label.as_str());
        let mut sum = |stem: &str, of: &str, what: &str, natural| {
            let expr = format!("每 @列 于 {path}: {path}.{row}.@列 = 合({path}.{of}.@列)");
            add(
                stem,
                expr,
                &format!("{}是{what}之和", label_name(label)),
                natural,
            );
        };
        if segments {
            sum("total", "段", "各单位", true);
        }
        if at.by_code() {
            sum("total", "类", "各类", !segments);
        }
        sum("total", "*", "各明细行", false);
    }
}

/// The sums over columns that the levels of the header tell.
fn stated_row_sums(at: &At<'_>, found: &mut Candidates) {
    for &whole in &at.amounts {
        let parts = at.amounts.iter().copied().filter(|part| {
            at.part_of.get(*part).copied().flatten() == Some(whole) && *part != whole
        });
        let parts: Vec<usize> = parts.collect();
        row_sum(at, whole, &parts, true, found);
    }
    // 合计 and all others, whatever the header's levels.
    if let [whole, rest @ ..] = at.amounts.as_slice() {
        row_sum(at, *whole, rest, false, found);
    }
}

/// Sums of columns beside each other, before or after the sum, whatever the header says.
pub(super) fn any(at: &At<'_>, found: &mut Candidates) {
    if !(3..=MOST_COLUMNS).contains(&at.amounts.len()) {
        return;
    }
    for &whole in &at.amounts {
        beside(at, whole, &at.amounts, found);
        // Without those that are parts of another one.
        let outer = at.amounts.iter().copied().filter(|column| {
            let sum = at.part_of.get(*column).copied().flatten();
            *column == whole || sum.is_none_or(|sum| sum == whole)
        });
        let outer: Vec<usize> = outer.collect();
        if outer.len() < at.amounts.len() {
            beside(at, whole, &outer, found);
        }
    }
}

/// The runs of columns right after a column, and right before it.
fn beside(at: &At<'_>, whole: usize, columns: &[usize], found: &mut Candidates) {
    let Some(place) = columns.iter().position(|column| *column == whole) else {
        return;
    };
    let after = columns.get(place + 1..).unwrap_or_default();
    for end in (2..=after.len()).rev() {
        row_sum(
            at,
            whole,
            after.get(..end).unwrap_or_default(),
            false,
            found,
        );
    }
    let before = columns.get(..place).unwrap_or_default();
    for start in 0..before.len().saturating_sub(1) {
        row_sum(
            at,
            whole,
            before.get(start..).unwrap_or_default(),
            false,
            found,
        );
    }
}

fn row_sum(at: &At<'_>, whole: usize, parts: &[usize], natural: bool, found: &mut Candidates) {
    if parts.len() < 2 {
        return;
    }
    let (each, row) = by_row(at);
    let from = at.amounts.iter().position(|at| Some(at) == parts.first());
    let run = from.and_then(|from| at.amounts.get(from..from + parts.len()));
    let sum = match parts {
        [first, .., last] if parts.len() > 3 && run == Some(parts) => {
            format!("合({row}.[{} .. {}])", at.column(*first), at.column(*last))
        }
        _ => {
            let terms = parts
                .iter()
                .map(|part| format!("{row}.{}", at.column(*part)));
            terms.collect::<Vec<_>>().join(" + ")
        }
    };
    let short = |column: usize| {
        let name = at.column_name(column);
        name.rsplit('/').next().unwrap_or(name)
    };
    let names: Vec<&str> = parts.iter().map(|part| short(*part)).collect();
    let message = match names.as_slice() {
        [first, .., last] if names.len() > 4 => {
            format!("“{}”是本行“{first}”到“{last}”各列之和", short(whole))
        }
        names => format!(
            "“{}”由{}组成",
            short(whole),
            names
                .iter()
                .map(|name| format!("“{name}”"))
                .collect::<Vec<_>>()
                .join("、")
        ),
    };
    found.add(
        at.grid.rows.len().saturating_mul(parts.len()),
        Candidate {
            table: Some(at.table),
            stem: format!("{}-row", at.id),
            expr: format!("{each}{row}.{} = {sum}", at.column(whole)),
            kind: RelationKind::RowSum,
            message,
            natural,
            evidence: if natural {
                Evidence::Number
            } else {
                Evidence::Sum
            },
        },
    );
}

/// `每 @行 于 表三: ` and `表三.@行`; a table of one row without a name has none in its paths.
fn by_row(at: &At<'_>) -> (String, String) {
    if at.spec.has_one_unlabelled_row() {
        return (String::new(), at.path.clone());
    }
    let path = &at.path;
    (format!("每 @行 于 {path}: "), format!("{path}.@行"))
}

/// A line and those that stand below it.
fn below_labels(at: &At<'_>, found: &mut Candidates) {
    if at.by_code() {
        return;
    }
    let (each, column) = at.over_columns();
    let path = &at.path;
    for (index, spec) in at.spec.rows.iter().enumerate() {
        let next = at.spec.rows.get(index + 1);
        if next.is_none_or(|next| next.depth <= spec.depth) {
            continue;
        }
        let Some(row) = at.row(index) else { continue };
        found.add(
            cells(at),
            Candidate {
                table: Some(at.table),
                stem: format!("{}-{}", at.id, spec.id),
                expr: format!("{each}{path}.{row}.{column} = 合({path}.{row}.下级.{column})"),
                kind: RelationKind::Total,
                message: format!("{}是它下面所列各项之和", label_name(&spec.label)),
                natural: true,
                evidence: Evidence::Number,
            },
        );
    }
}

/// A total among lines: all lines at the top, all that nothing stands below, or those before it.
fn totals_by_label(at: &At<'_>, found: &mut Candidates) {
    if at.by_code() || at.key.contains(&KeyPart::Project) {
        return;
    }
    let (each, column) = at.over_columns();
    let path = &at.path;
    let rows = &at.spec.rows;
    for (index, spec) in rows.iter().enumerate().filter(|(_, row)| is_sum(row)) {
        let Some(row) = at.row(index) else { continue };
        let label = label_name(&spec.label);
        let mut add = |sum: String, message: String, natural, evidence| {
            found.add(
                cells(at),
                Candidate {
                    table: Some(at.table),
                    stem: format!("{}-{}", at.id, spec.id),
                    expr: format!("{each}{path}.{row}.{column} = {sum}"),
                    kind: RelationKind::Total,
                    message,
                    natural,
                    evidence,
                },
            );
        };
        let sum = |terms: &[usize]| -> Option<(String, String)> {
            if !(2..=MOST_TERMS).contains(&terms.len()) {
                return None;
            }
            let paths: Option<Vec<String>> = terms.iter().map(|term| at.row(*term)).collect();
            let paths = paths?
                .into_iter()
                .map(|term| format!("{path}.{term}.{column}"));
            let names = terms.iter().filter_map(|term| rows.get(*term));
            let names: Vec<&str> = names.map(|row| label_name(&row.label)).collect();
            let sum = paths.collect::<Vec<_>>().join(" + ");
            Some((sum, format!("{label}是{}之和", names.join("、"))))
        };
        if let Some((sum, message)) = sum(&before(rows, index)) {
            add(sum, message, false, Evidence::Number);
        }
        if let Some((sum, message)) = sum(&after(rows, index)) {
            add(sum, message, false, Evidence::Sum);
        }
        if at.spec.rows.iter().any(|row| row.role == RowRole::Account) {
            add(
                format!("合({path}.类.{column})"),
                format!("{label}是各类之和"),
                true,
                Evidence::Sum,
            );
        }
        add(
            format!("合({path}.下级.{column})"),
            format!("{label}是所列各项之和"),
            spec.role == RowRole::Total,
            Evidence::Sum,
        );
        add(
            format!("合({path}.*.{column})"),
            format!("{label}是各明细行之和"),
            false,
            Evidence::Sum,
        );
    }
}

/// The lines before a sum, up to and with the sum before them.
fn before(rows: &[RowSpec], index: usize) -> Vec<usize> {
    let depth = rows.get(index).map_or(0, |row| row.depth);
    let mut terms = Vec::new();
    for (at, line) in rows.iter().enumerate().take(index).rev() {
        if line.depth > depth || line.label.is_empty() {
            continue;
        }
        terms.push(at);
        if is_sum(line) || terms.len() > MOST_TERMS {
            break;
        }
    }
    terms.reverse();
    terms
}

/// The lines after a sum, up to the next.
fn after(rows: &[RowSpec], index: usize) -> Vec<usize> {
    let depth = rows.get(index).map_or(0, |row| row.depth);
    let lines = rows.iter().enumerate().skip(index + 1);
    let lines = lines.take_while(|(_, line)| !is_sum(line) && line.depth >= depth);
    let lines = lines.filter(|(_, line)| line.depth == depth && !line.label.is_empty());
    lines.map(|(at, _)| at).take(MOST_TERMS + 1).collect()
}

/// 增减额 is one column less another.
fn differences(at: &At<'_>, found: &mut Candidates) {
    const WORDS: [&str; 5] = ["增减", "变动", "差额", "差异", "增加额"];
    if at.amounts.len() > MOST_COLUMNS {
        return;
    }
    let (each, row) = by_row(at);
    for &whole in &at.amounts {
        let named = at.column_name(whole);
        if !WORDS.iter().any(|word| named.contains(word)) {
            continue;
        }
        for &more in &at.amounts {
            for &less in &at.amounts {
                if more == whole || less == whole || more == less {
                    continue;
                }
                let (plus, minus) = (at.column(more), at.column(less));
                found.add(
                    at.grid.rows.len(),
                    Candidate {
                        table: Some(at.table),
                        stem: format!("{}-change", at.id),
                        expr: format!(
                            "{each}{row}.{} = {row}.{plus} - {row}.{minus}",
                            at.column(whole)
                        ),
                        kind: RelationKind::RowSum,
                        message: format!(
                            "“{named}”是“{}”减“{}”",
                            at.column_name(more),
                            at.column_name(less)
                        ),
                        natural: false,
                        evidence: Evidence::Sum,
                    },
                );
            }
        }
    }
}
