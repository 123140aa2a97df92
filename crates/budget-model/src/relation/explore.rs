//! Relations and paths for a reader who asks about one place of a document.

use std::sync::Arc;

use budget_syntax::expr::{Expr, Path, Segment, Spanned};
use rustc_hash::FxHashMap;

use super::{
    Collect, Derived, EvaluationError, EvaluationErrorKind, Instance,
    bind::Scope,
    derive::derive_all,
    eval::{Walker, tables_by_spec},
    expression::{Formula, Names, Others, Resolver, Value, other_document},
    index::Index,
    plan::{Compiler, Plan},
    quantity::Dimension,
    report,
};
use crate::{Amount, CellId, Document, Unit};

/// What a path leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// Cells of the document, in the order of the path's rows and columns.
    Cells(Vec<CellId>),
    /// A place in the document that the front matter names by this key's word (`上年`, `预算`).
    Elsewhere(String),
    /// A number that its paragraph names (`记为`).
    Named(String),
    /// The source lost it.
    Lost,
}

/// What a piece of an expression comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Worth {
    /// As printed, without a unit of money.
    pub text: String,
    /// The value as a number; none for lists of names.
    pub amount: Option<Amount>,
    /// The unit of money that it is in.
    pub unit: Option<Unit>,
}

impl std::fmt::Display for Worth {
    /// With its unit of money: `3176.05 万元`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.unit {
            Some(unit) => write!(f, "{} {}", self.text, unit.name()),
            None => f.write_str(&self.text),
        }
    }
}

/// A document's numbers with what is derived evaluated. Making one is linear in the document's
/// tables; so is each question about relations, in those that share an identity with the cell's.
pub struct Explorer<'d> {
    index: Index<'d>,
    others: Others<'d>,
    plan: Arc<Plan>,
    tables: Vec<Vec<u32>>,
    operands: FxHashMap<u32, Vec<u32>>,
    derived: Vec<Derived>,
    errors: Vec<EvaluationError>,
}

impl<'d> Explorer<'d> {
    /// Lays out a document's numbers.
    pub fn new(document: &'d Document) -> Self {
        let plan = Plan::of(&document.template);
        let mut index = Index::new(document);
        let derivation = derive_all(&mut index, &plan, &[], true);
        Self {
            tables: tables_by_spec(&index),
            others: Others::of(document),
            index,
            plan,
            operands: derivation.operands,
            derived: derivation.derived,
            errors: derivation.errors,
        }
    }

    /// Derived values, in order of place.
    pub fn derived(&self) -> &[Derived] {
        &self.derived
    }

    /// Derived values that failed, in order of place.
    pub fn errors(&self) -> &[EvaluationError] {
        &self.errors
    }

    /// The number of a cell, derived or typed, in the unit of its table.
    pub fn amount(&self, cell: CellId) -> Option<Amount> {
        let number = self.index.cell_number(cell)?;
        let value = self.index.value(number)?;
        if value.state != super::index::State::Number {
            return None;
        }
        let kind = self.index.column_kind(number)?;
        if super::plan::is_amount(kind) {
            self.index.amount(value.value, cell.table)
        } else {
            self.index.plain_amount(value.value)
        }
    }

    /// The cells that a derived cell is built on, in the order of its formula.
    pub fn operands(&self, cell: CellId) -> Vec<CellId> {
        let number = self.index.cell_number(cell);
        let operands = number.and_then(|number| self.operands.get(&number));
        let operands = operands.into_iter().flatten();
        operands
            .filter_map(|cell| self.index.cell_id(*cell))
            .collect()
    }

    /// Every relation that a cell takes part in, with its cells, in the template's order. Those that
    /// wait for a number or were not decided have their cells too.
    pub fn relations(&self, cell: CellId) -> Vec<Instance> {
        let Some(number) = self.index.cell_number(cell) else {
            return Vec::new();
        };
        let specs = (0..).zip(&self.tables);
        let specs: Vec<usize> = specs
            .filter(|(_, tables)| tables.contains(&cell.table))
            .map(|(spec, _)| spec)
            .collect();
        let judgements = Walker::new(&self.index, &self.plan, Collect::All).run_about(&specs);
        let holds = |operands: &std::ops::Range<u32>| {
            let (start, end) = (operands.start as usize, operands.end as usize);
            let operands = judgements.arena.get(start..end).unwrap_or_default();
            operands.iter().any(|operand| operand.cell == number)
        };
        let kept = judgements.kept.iter();
        kept.filter(|judged| holds(&judged.operands))
            .map(|judged| report::instance(&self.index, &self.plan, &judgements, judged))
            .collect()
    }

    /// The table that a path of an expression begins with: index into the document's.
    pub fn table(&self, path: &Path) -> Option<u32> {
        let compiler = Compiler {
            template: &self.index.document.template,
        };
        let table = compiler.path(path).ok()?.table;
        Scope::plain(&self.index, &self.tables).table(&table)
    }

    fn resolver(&self) -> Resolver<'_, 'd> {
        Resolver::new(&self.index, &self.tables, Some(&self.others))
    }

    /// Where a path of an expression leads.
    pub fn path(&self, path: &Path) -> Result<Place, EvaluationErrorKind> {
        if let Some(name) = other_document(path) {
            return Ok(Place::Elsewhere(name.to_owned()));
        }
        if let [one] = path.segments.as_slice()
            && let Segment::Name(names) = &one.node
        {
            return Ok(Place::Named(names.join("/")));
        }
        let resolver = self.resolver();
        let expr = Spanned {
            node: Expr::Path(path.clone()),
            range: budget_syntax::TextRange::empty(0),
        };
        match resolver.resolve(&expr, "") {
            Ok(Formula::Cells { cells, .. }) => {
                let cells = cells.iter().filter_map(|cell| self.index.cell_id(*cell));
                Ok(Place::Cells(cells.collect()))
            }
            Ok(Formula::Lost) => Ok(Place::Lost),
            Ok(_) => Err(EvaluationErrorKind::UnknownPath),
            Err((kind, _)) => Err(kind),
        }
    }

    /// What a piece of an expression comes to; `text` is what it was read from. None where it has
    /// no value.
    pub fn worth(&self, expr: &Spanned<Expr>, text: &str) -> Option<Worth> {
        let resolver = self.resolver();
        let formula = resolver.resolve(expr, text).ok()?;
        let value = formula.value(&self.index, &Names::default()).ok()?;
        let unit = match &value {
            Value::Number(quantity) | Value::Directed(quantity, _) => match quantity.dimension {
                Dimension::Money(unit) => Some(unit),
                _ => None,
            },
            Value::Words(_) => None,
        };
        let style = self.index.style(formula.table());
        let printed = value.print(&self.index, style, None, None).ok()?;
        Some(Worth {
            text: printed.text,
            amount: printed.amount,
            unit,
        })
    }
}
