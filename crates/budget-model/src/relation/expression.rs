//! Expressions of `{…}`: paths looked up once, then values.

use budget_catalog::{name::normalize, template::ColumnKind};
use budget_syntax::expr::{Argument, BinaryOp, Expr, Path, Segment, Spanned};

use super::{
    EvaluationErrorKind, Why,
    bind::{Absent, Binding, BoundRef, ColumnKey, Scope},
    index::{Index, State},
    plan::{Columns, CompileError, Compiler, Ref, TableSel},
    quantity::{Dimension, Quantity},
};
use crate::{Amount, Unit, amount::Style};

/// An expression with its paths looked up.
pub(crate) enum Formula {
    Literal(Amount),
    /// The sum of cells.
    Cells {
        cells: Vec<u32>,
        table: u32,
    },
    /// Rows, for their names and number: the cells that say whether a row counts.
    Rows {
        rows: Vec<(u32, Vec<u32>)>,
        table: u32,
    },
    /// A name of the paragraph (`记为`).
    Name(String),
    /// A place that the source lost.
    Lost,
    Negate(Box<Formula>),
    Binary(BinaryOp, Box<Formula>, Box<Formula>),
    Call {
        function: Function,
        args: Vec<Formula>,
        words: Vec<String>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Sum,
    Count,
    Names,
    Share,
    Change,
    Growth,
    Deviation,
}

/// What an expression comes to.
pub(crate) enum Value {
    Number(Quantity),
    /// A number after a word for its direction: the words for up and down.
    Directed(Quantity, [String; 2]),
    Words(String),
}

/// A value as printed.
pub(crate) struct Printed {
    pub(crate) text: String,
    pub(crate) amount: Option<Amount>,
}

/// Why there is no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NoValue {
    /// A hole is in the way.
    Waiting,
    /// The source lost it, or what it is built on failed.
    Unknown,
    Error(EvaluationErrorKind),
}

impl From<EvaluationErrorKind> for NoValue {
    fn from(kind: EvaluationErrorKind) -> Self {
        NoValue::Error(kind)
    }
}

/// Numbers that a paragraph names.
#[derive(Default)]
pub(crate) struct Names {
    values: Vec<(String, Quantity)>,
}

impl Names {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn insert(&mut self, name: &str, value: Quantity) {
        self.values.push((name.to_owned(), value));
    }

    fn get(&self, name: &str) -> Option<Quantity> {
        let found = self.values.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| *value)
    }
}

type Failure = (EvaluationErrorKind, String);

/// Looks up paths in a document.
pub(crate) struct Resolver<'i, 'd> {
    index: &'i Index<'d>,
    scope: Scope<'i, 'd>,
}

impl<'i, 'd> Resolver<'i, 'd> {
    pub(crate) fn new(index: &'i Index<'d>, tables: &'i [Vec<u32>]) -> Self {
        Self {
            index,
            scope: Scope::plain(index, tables),
        }
    }

    /// `text` is what the expression was read from, to quote what is wrong with it.
    pub(crate) fn resolve(&self, expr: &Spanned<Expr>, text: &str) -> Result<Formula, Failure> {
        let subject = || expr.range.of(text).trim().to_owned();
        Ok(match &expr.node {
            Expr::Number(digits) => match Amount::parse(digits) {
                Some((amount, _)) => Formula::Literal(amount),
                None => return Err((EvaluationErrorKind::Overflow, subject())),
            },
            Expr::Path(path) => self.path(path).map_err(|kind| (kind, subject()))?,
            Expr::Negate(inner) => Formula::Negate(Box::new(self.resolve(inner, text)?)),
            Expr::Binary { op, lhs, rhs } => Formula::Binary(
                *op,
                Box::new(self.resolve(lhs, text)?),
                Box::new(self.resolve(rhs, text)?),
            ),
            Expr::Call { name, args } => self.call(&name.node, args, text, &subject)?,
        })
    }

    fn call(
        &self,
        name: &str,
        args: &[Argument],
        text: &str,
        subject: &dyn Fn() -> String,
    ) -> Result<Formula, Failure> {
        let (function, count) = match name {
            "合" => (Function::Sum, None),
            "个数" => (Function::Count, None),
            "名单" => (Function::Names, None),
            "占比" => (Function::Share, Some(2)),
            "增减" => (Function::Change, Some(2)),
            "增幅" => (Function::Growth, Some(2)),
            "差异率" => (Function::Deviation, Some(2)),
            _ => return Err((EvaluationErrorKind::UnknownFunction, subject())),
        };
        let plain: Vec<&Spanned<Expr>> = args
            .iter()
            .filter(|arg| arg.name.is_none())
            .map(|arg| &arg.value)
            .collect();
        if plain.is_empty() || count.is_some_and(|count| count != plain.len()) {
            return Err((EvaluationErrorKind::UnknownFunction, subject()));
        }
        let words = args
            .iter()
            .filter(|arg| arg.name.as_ref().is_some_and(|name| name.node == "词"))
            .find_map(|arg| match &arg.value.node {
                Expr::Path(path) => path.segments.first(),
                _ => None,
            })
            .map(|segment| match &segment.node {
                Segment::Name(names) => names.clone(),
                _ => Vec::new(),
            })
            .unwrap_or_default();
        let args = if matches!(function, Function::Names | Function::Count) {
            vec![self.rows(&plain).map_err(|kind| (kind, subject()))?]
        } else {
            let resolved = plain.into_iter().map(|arg| self.resolve(arg, text));
            resolved.collect::<Result<_, _>>()?
        };
        Ok(Formula::Call {
            function,
            args,
            words,
        })
    }

    /// A path to rows, and the column that says whether a row counts.
    fn rows(&self, args: &[&Spanned<Expr>]) -> Result<Formula, EvaluationErrorKind> {
        let unknown = EvaluationErrorKind::UnknownPath;
        let (Some(Expr::Path(path)), column) = (
            args.first().map(|arg| &arg.node),
            args.get(1).map(|arg| &arg.node),
        ) else {
            return Err(unknown);
        };
        let mut found = self.compile(path)?;
        if let Some(Expr::Path(column)) = column
            && let Some(Segment::Name(names)) = column.segments.first().map(|s| &s.node)
        {
            found.columns = self.column(&found, &names.join("/")).ok_or(unknown)?;
        }
        let bound = self.scope.path(&found);
        let rows = match self.rows_of(&bound, &found)? {
            Some(rows) => rows,
            None => return Ok(Formula::Lost),
        };
        let group = bound.group.map_err(|_| unknown)?;
        let columns = match &bound.columns {
            Ok(columns) => columns.to_vec(),
            // No column asked for: any number in the row will do.
            Err(_) if found.columns == Columns::Only => self.scope.amount_columns(group),
            Err(_) => return Err(unknown),
        };
        let rows = rows
            .into_iter()
            .map(|row| {
                let cells = columns.iter().filter_map(|key| self.index.at(row, *key));
                (row, cells.collect())
            })
            .collect();
        Ok(Formula::Rows {
            rows,
            table: bound.table,
        })
    }

    fn column(&self, path: &Ref, name: &str) -> Option<Columns> {
        match path.table {
            TableSel::Named(_) => Some(Columns::Named(name.to_owned())),
            TableSel::Spec(table) => {
                let table = self.index.document.template.tables.get(table)?;
                let grid = table.grids.get(path.grid.unwrap_or(0))?;
                super::plan::find_column(grid, name).map(Columns::Spec)
            }
        }
    }

    fn compile(&self, path: &Path) -> Result<Ref, EvaluationErrorKind> {
        let first = match path.segments.first().map(|segment| &segment.node) {
            Some(Segment::Name(names)) => names.first().map_or("", String::as_str),
            _ => "",
        };
        if matches!(first, "上年" | "预算") && path.segments.len() > 1 {
            return Err(EvaluationErrorKind::OtherDocument);
        }
        let compiler = Compiler {
            template: &self.index.document.template,
        };
        compiler.path(path).map_err(|error| match error {
            CompileError::Syntax | CompileError::Unsupported => EvaluationErrorKind::Syntax,
            CompileError::UnknownFunction(_) => EvaluationErrorKind::UnknownFunction,
            _ => EvaluationErrorKind::UnknownPath,
        })
    }

    /// The rows of a path; none if the source lost them.
    fn rows_of(
        &self,
        bound: &BoundRef<'_>,
        path: &Ref,
    ) -> Result<Option<Vec<u32>>, EvaluationErrorKind> {
        let mut rows = Vec::new();
        let mut spare = Vec::new();
        match bound.rows(self.index, &Binding::NOTHING, &mut rows, &mut spare) {
            Ok(()) => {}
            Err(Absent::Missing(Why::Lost | Why::Apart)) => return Ok(None),
            Err(_) => return Err(EvaluationErrorKind::UnknownPath),
        }
        // One label means one row.
        if path.means_one_row() && rows.len() > 1 {
            return Err(EvaluationErrorKind::AmbiguousPath);
        }
        Ok(Some(rows))
    }

    fn path(&self, path: &Path) -> Result<Formula, EvaluationErrorKind> {
        if let [one] = path.segments.as_slice()
            && let Segment::Name(names) = &one.node
            && let [name] = names.as_slice()
        {
            return Ok(Formula::Name(name.clone()));
        }
        let unknown = EvaluationErrorKind::UnknownPath;
        let mut found = self.compile(path)?;
        let mut bound = self.scope.path(&found);
        // In a table of workings the last name may be a row's: one amount column needs no name.
        if bound.columns.is_err()
            && let Columns::Named(name) = &found.columns
        {
            let label = normalize(name).to_string();
            let step = if label.bytes().all(|byte| byte.is_ascii_digit()) {
                super::plan::Step::Code(label)
            } else {
                super::plan::Step::Label(vec![label])
            };
            found.rows.push(step);
            found.columns = Columns::Only;
        }
        bound = self.scope.path(&found);
        if matches!(bound.group, Err(Why::Lost | Why::Apart)) {
            return Ok(Formula::Lost);
        }
        let columns = match &bound.columns {
            Ok(columns) => columns.clone(),
            Err(Absent::Missing(Why::Lost | Why::Apart)) => return Ok(Formula::Lost),
            Err(_) => return Err(unknown),
        };
        let Some(rows) = self.rows_of(&bound, &found)? else {
            return Ok(Formula::Lost);
        };
        let mut cells = Vec::new();
        for row in rows {
            for key in &columns {
                let key: ColumnKey = *key;
                cells.extend(self.index.at(row, key));
            }
        }
        if cells.is_empty() {
            return Err(unknown);
        }
        Ok(Formula::Cells {
            cells,
            table: bound.table,
        })
    }
}

impl Formula {
    /// The table that the first of its paths leads to: its style is the result's.
    pub(crate) fn table(&self) -> Option<u32> {
        match self {
            Formula::Cells { table, .. } | Formula::Rows { table, .. } => Some(*table),
            Formula::Negate(inner) => inner.table(),
            Formula::Binary(_, a, b) => a.table().or_else(|| b.table()),
            Formula::Call { args, .. } => args.iter().find_map(Formula::table),
            Formula::Literal(_) | Formula::Name(_) | Formula::Lost => None,
        }
    }

    /// Every cell that its value hangs on.
    pub(crate) fn cells(&self, visit: &mut dyn FnMut(u32)) {
        match self {
            Formula::Cells { cells, .. } => cells.iter().for_each(|cell| visit(*cell)),
            Formula::Rows { rows, .. } => {
                rows.iter()
                    .flat_map(|(_, cells)| cells)
                    .for_each(|cell| visit(*cell));
            }
            Formula::Negate(inner) => inner.cells(visit),
            Formula::Binary(_, a, b) => {
                a.cells(visit);
                b.cells(visit);
            }
            Formula::Call { args, .. } => args.iter().for_each(|arg| arg.cells(visit)),
            Formula::Literal(_) | Formula::Name(_) | Formula::Lost => {}
        }
    }

    pub(crate) fn value(&self, index: &Index<'_>, names: &Names) -> Result<Value, NoValue> {
        Ok(Value::Number(match self {
            Formula::Literal(amount) => Quantity::new(*amount, Dimension::Plain),
            Formula::Name(name) => match names.get(name) {
                Some(value) => value,
                None => return Err(EvaluationErrorKind::UnknownPath.into()),
            },
            Formula::Lost => return Err(NoValue::Unknown),
            Formula::Cells { cells, table } => sum_cells(index, cells, *table)?,
            Formula::Rows { rows, .. } => count(index, rows)?,
            Formula::Negate(inner) => inner.number(index, names)?.negate(),
            Formula::Binary(op, a, b) => {
                let (a, b) = (a.number(index, names)?, b.number(index, names)?);
                match op {
                    BinaryOp::Add => a.add(b),
                    BinaryOp::Sub => a.sub(b),
                    BinaryOp::Mul => a.mul(b),
                    BinaryOp::Div => a.div(b),
                }?
            }
            Formula::Call {
                function,
                args,
                words,
            } => return call(*function, args, words, index, names),
        }))
    }

    fn number(&self, index: &Index<'_>, names: &Names) -> Result<Quantity, NoValue> {
        match self.value(index, names)? {
            Value::Number(quantity) | Value::Directed(quantity, _) => Ok(quantity),
            Value::Words(_) => Err(EvaluationErrorKind::NotANumber.into()),
        }
    }
}

fn call(
    function: Function,
    args: &[Formula],
    words: &[String],
    index: &Index<'_>,
    names: &Names,
) -> Result<Value, NoValue> {
    let two = || -> Result<(Quantity, Quantity), NoValue> {
        match args {
            [a, b] => Ok((a.number(index, names)?, b.number(index, names)?)),
            _ => Err(EvaluationErrorKind::UnknownFunction.into()),
        }
    };
    let directed = |value: Quantity, up: &str, down: &str| {
        let word = |at: usize, usual: &str| words.get(at).map_or(usual, String::as_str).to_owned();
        Value::Directed(value, [word(0, up), word(1, down)])
    };
    Ok(match function {
        Function::Sum => {
            let mut sum: Option<Quantity> = None;
            for arg in args {
                let value = arg.number(index, names)?;
                sum = Some(match sum {
                    None => value,
                    Some(sum) => sum.add(value)?,
                });
            }
            match sum {
                Some(sum) => Value::Number(sum),
                None => return Err(EvaluationErrorKind::UnknownFunction.into()),
            }
        }
        Function::Count => match args.first() {
            Some(arg) => Value::Number(arg.number(index, names)?),
            None => return Err(EvaluationErrorKind::UnknownFunction.into()),
        },
        Function::Names => match args.first() {
            Some(Formula::Rows { rows, .. }) => Value::Words(list(index, rows)?),
            _ => return Err(NoValue::Unknown),
        },
        Function::Share => {
            let (part, whole) = two()?;
            Value::Number(part.percent(whole)?)
        }
        Function::Change => {
            let (now, before) = two()?;
            directed(now.sub(before)?, "增加", "减少")
        }
        Function::Growth => {
            let (now, before) = two()?;
            let change = now.sub(before)?;
            // From nothing to something is 100% by convention.
            let rate = if before.is_zero() {
                let rate = if change.is_zero() {
                    Amount::ZERO
                } else {
                    Amount::HUNDRED
                };
                Quantity::new(rate, Dimension::Percent)
            } else {
                change.percent(before.abs())?
            };
            directed(rate, "增长", "下降")
        }
        Function::Deviation => {
            let (actual, planned) = two()?;
            Value::Number(actual.sub(planned)?.percent(planned)?)
        }
    })
}

fn sum_cells(index: &Index<'_>, cells: &[u32], table: u32) -> Result<Quantity, NoValue> {
    let mut sum = 0_i128;
    for &cell in cells {
        let Some(val) = index.value(cell) else {
            continue;
        };
        match val.state {
            State::Empty => {}
            State::Number => sum += val.value,
            State::Hole => return Err(NoValue::Waiting),
            State::Failed => return Err(NoValue::Unknown),
            State::Text => return Err(EvaluationErrorKind::NotANumber.into()),
        }
    }
    let overflow = EvaluationErrorKind::Overflow;
    let kind = cells.first().and_then(|cell| index.column_kind(*cell));
    let dimension = match kind {
        Some(ColumnKind::Rate) => Dimension::Percent,
        Some(ColumnKind::Count) => Dimension::Count,
        _ => {
            let unit = index
                .document
                .tables
                .get(table as usize)
                .map_or(Unit::default(), |table| table.unit);
            Dimension::Money(unit)
        }
    };
    let amount = match dimension {
        Dimension::Money(_) => index.amount(sum, table),
        _ => index.plain_amount(sum),
    };
    Ok(Quantity::new(amount.ok_or(overflow)?, dimension))
}

fn holds(index: &Index<'_>, cells: &[u32]) -> Result<bool, NoValue> {
    let mut any = false;
    for &cell in cells {
        match index.value(cell) {
            Some(val) if val.state == State::Hole => return Err(NoValue::Waiting),
            Some(val) if val.state == State::Failed => return Err(NoValue::Unknown),
            Some(val) => any |= val.state == State::Number && val.value != 0,
            None => {}
        }
    }
    Ok(any)
}

fn count(index: &Index<'_>, rows: &[(u32, Vec<u32>)]) -> Result<Quantity, NoValue> {
    let mut count = 0;
    for (_, cells) in rows {
        if cells.is_empty() || holds(index, cells)? {
            count += 1;
        }
    }
    Ok(Quantity::new(Amount::from_count(count), Dimension::Count))
}

/// Names of rows that hold money, joined by 、.
fn list(index: &Index<'_>, rows: &[(u32, Vec<u32>)]) -> Result<String, NoValue> {
    let mut out = String::new();
    for (row, cells) in rows {
        if !holds(index, cells)? {
            continue;
        }
        let Some(label) = index.row_label(*row) else {
            continue;
        };
        if !out.is_empty() {
            out.push('、');
        }
        out.push_str(label);
    }
    Ok(out)
}

impl Value {
    /// The value in a unit, a style and decimals of its own.
    pub(crate) fn print(
        self,
        index: &Index<'_>,
        style: Style,
        decimals: Option<u8>,
        unit: Option<Unit>,
    ) -> Result<Printed, NoValue> {
        let (quantity, words) = match self {
            Value::Words(text) => return Ok(Printed { text, amount: None }),
            Value::Number(quantity) => (quantity, None),
            Value::Directed(quantity, words) => (quantity, Some(words)),
        };
        let quantity = match unit {
            Some(unit) => quantity.in_unit(unit)?,
            None => quantity,
        };
        let (usual, keep) = match quantity.dimension {
            Dimension::Money(_) => (style.decimals, style.trailing_zeros),
            Dimension::Percent => (index.percent_decimals(), true),
            Dimension::Plain | Dimension::Count => (quantity.own_decimals(), true),
        };
        let style = Style {
            decimals: decimals.unwrap_or(usual),
            trailing_zeros: keep || decimals.is_some(),
            thousands: style.thousands,
        };
        let amount = quantity.round(style.decimals)?;
        let mut text = match &words {
            Some([_, down]) if amount.is_negative() => {
                format!("{down}{}", amount.abs().print(style))
            }
            Some([up, _]) => format!("{up}{}", amount.print(style)),
            None => amount.print(style),
        };
        if quantity.dimension == Dimension::Percent {
            text.push('%');
        }
        Ok(Printed {
            text,
            amount: Some(amount),
        })
    }
}
