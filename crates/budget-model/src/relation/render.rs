//! Formulas as text, with the variables filled in.

use std::fmt::Write as _;

use budget_syntax::expr::{BinaryOp, Comparison, Condition, Expr, Level, Path, Segment, Spanned};

use super::{
    bind::{Binding, ColumnKey},
    index::{Index, NONE},
};

/// Writes an identity's body for one binding: `表三.201.基本支出 = 合(表三.201.下级.基本支出)`.
pub(crate) fn formula(
    index: &Index<'_>,
    body: &Condition,
    binding: &Binding,
    alternative: usize,
) -> String {
    let mut out = String::new();
    let names = Names::new(index, binding);
    condition(&mut out, body, &names, alternative);
    out
}

/// The side of a relation that defines the cell on the other one.
pub(crate) fn defining_side(
    index: &Index<'_>,
    body: &Condition,
    binding: &Binding,
    right: bool,
) -> String {
    match body {
        Condition::Implies(_, then) => defining_side(index, &then.node, binding, right),
        Condition::Relation { lhs, rhs, .. } => {
            let side = if right { rhs.first() } else { Some(lhs) };
            let mut out = String::new();
            if let Some(side) = side {
                write_expr(&mut out, &side.node, &Names::new(index, binding));
            }
            out
        }
        other => formula(index, other, binding, 0),
    }
}

/// What the variables are called.
#[derive(Default)]
struct Names {
    code: String,
    row: String,
    segment: String,
    project: String,
    column: String,
    /// The table that any table of the template is.
    any: Option<(String, String)>,
}

impl Names {
    fn new(index: &Index<'_>, binding: &Binding) -> Self {
        let row = |row: u32| row_name(index, row);
        Self {
            code: index
                .codes
                .get(binding.code as usize)
                .map(|code| code.to_string())
                .unwrap_or_default(),
            row: row(binding.row),
            segment: binding.segment.map(row).unwrap_or_default(),
            project: index
                .projects
                .get(binding.project as usize)
                .map(|name| quoted(name))
                .unwrap_or_default(),
            column: binding
                .column
                .map(|key| column_name(index, binding.group, key))
                .unwrap_or_default(),
            any: any_table(index, binding.group),
        }
    }

    fn any(&self, names: &[String]) -> Option<&str> {
        let (any, title) = self.any.as_ref()?;
        (names.len() == 1 && names.first() == Some(any)).then_some(title.as_str())
    }

    fn of<'n>(&'n self, variable: &'n str) -> &'n str {
        let name = match variable {
            "行" => &self.row,
            "列" => &self.column,
            "段" => &self.segment,
            "项目" => &self.project,
            _ => &self.code,
        };
        if name.is_empty() { variable } else { name }
    }
}

/// The name of the table that any table is read as, and the heading of the one meant.
fn any_table(index: &Index<'_>, group: u32) -> Option<(String, String)> {
    let document = index.document;
    let any = document
        .template
        .tables
        .get(document.template.any_table()?)?;
    let group = index.group(group)?;
    let table = document.tables.get(group.table as usize)?;
    if let Some(spec) = document.read_as(table).filter(|spec| spec.grids.len() > 1) {
        let half = spec.grids.get(group.spec?)?;
        return Some((any.title.clone(), format!("{}.{}", spec.title, half.title)));
    }
    let heading = document.heading(table.heading?)?;
    let title = title(document.slice(heading.text));
    Some((any.title.clone(), quoted(title)))
}

/// A heading without its number.
fn title(heading: &str) -> &str {
    let titled = heading
        .split_once('、')
        .or_else(|| heading.strip_prefix('表')?.split_once(' '));
    match titled {
        Some((number, title)) if number.chars().count() <= 4 && !title.is_empty() => title.trim(),
        _ => heading,
    }
}

/// A row in a path: its code, else its label, else its place.
fn row_name(index: &Index<'_>, row: u32) -> String {
    if row == NONE {
        return String::new();
    }
    let Some(at) = index.row(row) else {
        return String::new();
    };
    if let Some(code) = index.codes.get(at.code as usize) {
        // Project rows of one code differ by their project.
        return match index.projects.get(at.project as usize) {
            Some(project) => format!("{code}.{}", quoted(project)),
            None => code.to_string(),
        };
    }
    let document = index.document;
    let table = index
        .grids
        .get(at.grid as usize)
        .and_then(|grid| Some((document.tables.get(grid.table as usize)?, grid.grid)));
    let found = table.and_then(|(table, grid)| {
        let grid = table.grids.get(grid as usize)?;
        Some((table, grid, grid.rows.get(at.local as usize)?))
    });
    let Some((table, grid, row)) = found else {
        return String::new();
    };
    let label = document.slice(row.label);
    if !label.is_empty() {
        return quoted(label);
    }
    if let Some(project) = row.project {
        return quoted(document.slice(project));
    }
    let spec = document
        .grid_spec(table, grid)
        .and_then(|spec| spec.rows.get(row.spec?))
        .map(|row| row.label.as_str())
        .filter(|label| !label.is_empty());
    match spec {
        Some(label) => quoted(label),
        None => format!("第{}行", at.local.saturating_add(1)),
    }
}

fn column_name(index: &Index<'_>, group: u32, key: ColumnKey) -> String {
    let document = index.document;
    let name = match key {
        ColumnKey::Spec(spec) => index.group(group).and_then(|group| {
            let table = document.tables.get(group.table as usize)?;
            if table.reading.is_some() {
                let grid = index.grids.get(*group.grids.first()? as usize)?;
                let column = index.column(*group.grids.first()?, spec)? as usize;
                let grid = table.grids.get(grid.grid as usize)?;
                return Some(document.slice(grid.columns.get(column)?.name));
            }
            let grid = document.table_spec(table)?.grids.get(group.spec?)?;
            Some(grid.columns.get(spec)?.name.as_str())
        }),
        ColumnKey::Own(grid, column) => index.grids.get(grid as usize).and_then(|at| {
            let table = document.tables.get(at.table as usize)?;
            let grid = table.grids.get(at.grid as usize)?;
            Some(document.slice(grid.columns.get(column as usize)?.name))
        }),
    };
    name.map(quoted).unwrap_or_default()
}

pub use budget_syntax::expr::quoted;

fn condition(out: &mut String, body: &Condition, names: &Names, alternative: usize) {
    match body {
        Condition::Relation { lhs, op, rhs } => {
            write_expr(out, &lhs.node, names);
            out.push_str(match op {
                Comparison::Equal => " = ",
                Comparison::AtMost => " <= ",
                Comparison::AtLeast => " >= ",
                Comparison::About => " ≈ ",
            });
            if let Some(side) = rhs.get(alternative).or_else(|| rhs.first()) {
                write_expr(out, &side.node, names);
            }
        }
        Condition::Predicate { name, args } => {
            out.push_str(&name.node);
            out.push('(');
            arguments(out, args.iter(), names);
            out.push(')');
        }
        Condition::Implies(a, b) => {
            condition(out, &a.node, names, alternative);
            out.push_str(" 则 ");
            condition(out, &b.node, names, alternative);
        }
        Condition::Iff(a, b) => {
            condition(out, &a.node, names, alternative);
            out.push_str(" 当且仅当 ");
            condition(out, &b.node, names, alternative);
        }
    }
}

fn arguments<'e>(out: &mut String, args: impl Iterator<Item = &'e Spanned<Expr>>, names: &Names) {
    for (number, arg) in args.enumerate() {
        if number > 0 {
            out.push_str(", ");
        }
        write_expr(out, &arg.node, names);
    }
}

fn write_expr(out: &mut String, expr: &Expr, names: &Names) {
    match expr {
        Expr::Number(digits) => out.push_str(digits),
        Expr::Path(path) => write_path(out, path, names),
        Expr::Call { name, args } => {
            out.push_str(&name.node);
            out.push('(');
            arguments(out, args.iter().map(|arg| &arg.value), names);
            out.push(')');
        }
        Expr::Negate(inner) => {
            out.push('-');
            operand(out, inner, names, true);
        }
        Expr::Binary { op, lhs, rhs } => {
            let tight = matches!(op, BinaryOp::Mul | BinaryOp::Div);
            operand(out, lhs, names, tight);
            out.push_str(match op {
                BinaryOp::Add => " + ",
                BinaryOp::Sub => " - ",
                BinaryOp::Mul => " × ",
                BinaryOp::Div => " ÷ ",
            });
            operand(out, rhs, names, !matches!(op, BinaryOp::Add));
        }
    }
}

/// An operand, in brackets where a sum stands in a product or is subtracted.
fn operand(out: &mut String, expr: &Spanned<Expr>, names: &Names, tight: bool) {
    let sum = matches!(
        &expr.node,
        Expr::Binary {
            op: BinaryOp::Add | BinaryOp::Sub,
            ..
        }
    );
    if tight && sum {
        out.push('(');
        write_expr(out, &expr.node, names);
        out.push(')');
    } else {
        write_expr(out, &expr.node, names);
    }
}

fn write_path(out: &mut String, path: &Path, names: &Names) {
    for (number, segment) in path.segments.iter().enumerate() {
        if number > 0 {
            out.push('.');
        }
        match &segment.node {
            Segment::Name(parts) if names.any(parts).is_some() => {
                out.push_str(names.any(parts).unwrap_or_default());
            }
            Segment::Name(parts) => {
                for (number, part) in parts.iter().enumerate() {
                    if number > 0 {
                        out.push('/');
                    }
                    out.push_str(&quoted(part));
                }
            }
            Segment::Variable(name) => out.push_str(names.of(name)),
            Segment::Children => out.push_str("下级"),
            Segment::Level(Level::Class) => out.push('类'),
            Segment::Level(Level::Paragraph) => out.push('款'),
            Segment::Level(Level::Item) => out.push('项'),
            Segment::Segments => out.push('段'),
            Segment::All => out.push('*'),
            Segment::Columns { from, to } => {
                // Writing to a string can't fail.
                let _ = write!(out, "[{} .. {}]", quoted(from), quoted(to));
            }
            Segment::ColumnNumber(number) => {
                let _ = write!(out, "栏({number})");
            }
        }
    }
}
