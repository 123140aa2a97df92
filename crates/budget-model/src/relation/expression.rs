//! Expressions of `{…}`: paths looked up once, then values.

mod others;
mod resolve;

use budget_catalog::{name::normalize, template::ColumnKind};
use budget_syntax::expr::{Argument, BinaryOp, Expr, Path, Segment, Spanned};

use super::{
    EvaluationErrorKind, Why,
    bind::{Absent, Binding, BoundRef, ColumnKey, Scope},
    index::{Index, State},
    plan::{Columns, CompileError, Compiler, Ref, Step, TableSel, find_column},
    quantity::{Dimension, Quantity},
};
use crate::{Amount, Unit, amount::Style};

pub(crate) use others::Others;
pub(crate) use resolve::{Resolver, other_document};

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
    /// What stands in another document.
    Elsewhere(Result<Quantity, NoValue>),
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

impl Formula {
    /// The table that the first of its paths leads to: its style is the result's.
    pub(crate) fn table(&self) -> Option<u32> {
        match self {
            Formula::Cells { table, .. } | Formula::Rows { table, .. } => Some(*table),
            Formula::Negate(inner) => inner.table(),
            Formula::Binary(_, a, b) => a.table().or_else(|| b.table()),
            Formula::Call { args, .. } => args.iter().find_map(Formula::table),
            Formula::Literal(_) | Formula::Name(_) | Formula::Elsewhere(_) | Formula::Lost => None,
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
            Formula::Literal(_) | Formula::Name(_) | Formula::Elsewhere(_) | Formula::Lost => {}
        }
    }

    pub(crate) fn value(&self, index: &Index<'_>, names: &Names) -> Result<Value, NoValue> {
        Ok(Value::Number(match self {
            Formula::Literal(amount) => Quantity::new(*amount, Dimension::Plain),
            Formula::Name(name) => match names.get(name) {
                Some(value) => value,
                None => return Err(EvaluationErrorKind::UnknownPath.into()),
            },
            Formula::Elsewhere(value) => (*value)?,
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
            State::Failed | State::Lost => return Err(NoValue::Unknown),
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
            Some(val) if matches!(val.state, State::Failed | State::Lost) => {
                return Err(NoValue::Unknown);
            }
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
