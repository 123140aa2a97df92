//! Identities of a template, read once: names become indices into the template, sides become sums
//! of terms. Nothing here knows a document.

use std::sync::Arc;

use budget_catalog::{
    Template,
    name::normalize,
    template::{ColumnKind, GridSpec, RelationKind, Strength, TableSpec},
};
use budget_syntax::expr::{
    BinaryOp, Comparison, Condition, Expr, Identity, Level, Path, Segment, Spanned,
};

use crate::{Amount, per_template::PerTemplate};

/// All identities of a template.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) identities: Vec<Compiled>,
    /// Identities that could not be compiled: index into `template.identities`, and why.
    pub(crate) errors: Vec<(usize, CompileError)>,
}

/// Why an identity or a path can't be compiled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CompileError {
    /// The expression can't be read.
    Syntax,
    /// A path names a table that the template doesn't have.
    UnknownTable(String),
    /// A path names a column that the table doesn't have.
    UnknownColumn(String),
    /// A path has no column and the table has several.
    NoColumn(String),
    /// A variable that isn't bound or isn't known.
    UnknownVariable(String),
    /// A function or predicate that isn't known, or has the wrong arguments.
    UnknownFunction(String),
    /// An operation that identities don't have (products, quotients).
    Unsupported,
}

/// An identity.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// Index into `template.identities`.
    pub(crate) index: usize,
    pub(crate) kind: RelationKind,
    pub(crate) strength: Strength,
    pub(crate) defines: bool,
    pub(crate) binders: Vec<Binder>,
    /// Tables after `于`, with the grid if one is named.
    pub(crate) domains: Vec<(usize, Option<usize>)>,
    pub(crate) body: Cond,
    pub(crate) ast: Identity,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Binder {
    pub(crate) variable: Variable,
    pub(crate) has_children: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Variable {
    /// `@科目`, or one level of it.
    Account(Option<Level>),
    Row,
    Column,
    Segment,
    Project,
}

#[derive(Debug)]
pub(crate) enum Cond {
    Relation {
        lhs: Vec<Term>,
        op: Comparison,
        /// Alternatives (`或`).
        rhs: Vec<Vec<Term>>,
    },
    /// `空(…)`
    Empty(Ref),
    /// `有数(…)`
    Filled(Ref),
    /// `有空表说明(说明.九)`
    EmptyNote(Vec<String>),
    Implies(Box<Cond>, Box<Cond>),
    Iff(Box<Cond>, Box<Cond>),
}

/// One addend of a side.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Term {
    pub(crate) negative: bool,
    pub(crate) kind: TermKind,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum TermKind {
    Ref(Ref),
    Constant(Amount),
    /// `个数(…)`
    Count(Ref),
}

/// A compiled path.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Ref {
    pub(crate) table: TableSel,
    /// Grid of the table's spec; none if the path leaves it open.
    pub(crate) grid: Option<usize>,
    pub(crate) rows: Vec<Step>,
    pub(crate) columns: Columns,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum TableSel {
    /// Index into `template.tables`.
    Spec(usize),
    /// A table of the document that the template doesn't know, by its normalised heading.
    Named(String),
}

/// One step towards rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    Account,
    Row,
    Segment,
    Project,
    Code(String),
    /// A row that the template names.
    Spec(usize),
    /// A row by its normalised label, the ancestors before it.
    Label(Vec<String>),
    Children,
    Level(Level),
    Segments,
    All,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Columns {
    Variable,
    /// Index into the grid spec's columns.
    Spec(usize),
    /// Indices from the first to the last, both in.
    Range(usize, usize),
    /// By the number printed in a 栏次 row.
    Number(u16),
    /// By name, in a table that the template doesn't know.
    Named(String),
    /// The one amount column.
    Only,
}

impl Ref {
    /// Whether it names one row by its label.
    pub(crate) fn means_one_row(&self) -> bool {
        matches!(self.rows.as_slice(), [Step::Label(_) | Step::Spec(_)])
    }
}

impl Plan {
    /// The plan of a template, made once.
    pub(crate) fn of(template: &Arc<Template>) -> Arc<Plan> {
        static PLANS: PerTemplate<Plan> = PerTemplate::new();
        PLANS.get(template, Plan::compile)
    }

    pub(crate) fn compile(template: &Template) -> Plan {
        let mut plan = Plan::default();
        for (index, spec) in template.identities.iter().enumerate() {
            // Read when the template was loaded.
            let ast = spec.parsed.clone().ok_or(CompileError::Syntax);
            let compiled = ast.and_then(|ast| compile_identity(template, index, ast));
            match compiled {
                Ok(compiled) => plan.identities.push(compiled),
                Err(error) => plan.errors.push((index, error)),
            }
        }
        plan
    }
}

/// Compiles one identity.
pub(crate) fn compile_identity(
    template: &Template,
    index: usize,
    ast: Identity,
) -> Result<Compiled, CompileError> {
    let spec = template.identities.get(index);
    let compiler = Compiler { template };
    let mut binders = Vec::with_capacity(ast.binders.len());
    for binder in &ast.binders {
        binders.push(Binder {
            variable: variable(&binder.node.variable)?,
            has_children: binder.node.has_children,
        });
    }
    let mut domains = Vec::with_capacity(ast.domains.len());
    for domain in &ast.domains {
        let names: Vec<&str> = names(&domain.node);
        let (first, rest) = names.split_first().ok_or(CompileError::Syntax)?;
        let table = find_table(template, first)
            .ok_or_else(|| CompileError::UnknownTable((*first).to_owned()))?;
        let grid = match rest {
            [] => None,
            [grid, ..] => Some(
                template
                    .tables
                    .get(table)
                    .and_then(|table| find_grid(table, grid))
                    .ok_or_else(|| CompileError::UnknownTable((*grid).to_owned()))?,
            ),
        };
        domains.push((table, grid));
    }
    let body = compiler.condition(&ast.body.node)?;
    Ok(Compiled {
        index,
        kind: spec.map_or(RelationKind::CrossTable, |spec| spec.kind),
        strength: spec.map_or(Strength::Hard, |spec| spec.strength),
        defines: spec.is_some_and(|spec| spec.defines),
        binders,
        domains,
        body,
        ast,
    })
}

fn variable(name: &str) -> Result<Variable, CompileError> {
    Ok(match name {
        "科目" => Variable::Account(None),
        "类" => Variable::Account(Some(Level::Class)),
        "款" => Variable::Account(Some(Level::Paragraph)),
        "项" => Variable::Account(Some(Level::Item)),
        "行" => Variable::Row,
        "列" => Variable::Column,
        "段" => Variable::Segment,
        "项目" => Variable::Project,
        other => return Err(CompileError::UnknownVariable(other.to_owned())),
    })
}

fn names(path: &Path) -> Vec<&str> {
    path.segments
        .iter()
        .filter_map(|segment| match &segment.node {
            Segment::Name(names) => names.first().map(String::as_str),
            _ => None,
        })
        .collect()
}

/// The table that a name means: `表三`, `表3`, its id, its title or an alias.
pub(crate) fn find_table(template: &Template, name: &str) -> Option<usize> {
    if let Some(ordinal) = name.strip_prefix('表').and_then(ordinal)
        && let Some(found) = template
            .tables
            .iter()
            .position(|table| table.ordinal == Some(ordinal))
    {
        return Some(found);
    }
    let key = normalize(name);
    template.tables.iter().position(|table| {
        table.id == name
            || normalize(&table.title) == key
            || table.aliases.iter().any(|alias| normalize(alias) == key)
    })
}

/// `三` and `3` are 3; up to 99.
fn ordinal(text: &str) -> Option<u8> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let digit = |c: char| {
        "零一二三四五六七八九"
            .chars()
            .position(|d| d == c)
            .and_then(|d| u8::try_from(d).ok())
    };
    let (tens, ones) = match text.split_once('十') {
        None => ("", text),
        Some(("", ones)) => ("一", ones),
        Some((tens, ones)) => (tens, ones),
    };
    let single = |text: &str| {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (None, _) => Some(0),
            (Some(c), None) => digit(c),
            _ => None,
        }
    };
    single(tens)?.checked_mul(10)?.checked_add(single(ones)?)
}

fn find_grid(table: &TableSpec, name: &str) -> Option<usize> {
    let key = normalize(name);
    table.grids.iter().position(|grid| {
        (!grid.id.is_empty() && grid.id == name)
            || (!grid.title.is_empty() && normalize(&grid.title) == key)
            || grid.aliases.iter().any(|alias| normalize(alias) == key)
    })
}

/// The column of a grid that a name means; the last level of a header alone will do where it is
/// unique.
pub(crate) fn find_column(grid: &GridSpec, name: &str) -> Option<usize> {
    grid.column_named(name)
}

fn find_row(grid: &GridSpec, name: &str) -> Option<usize> {
    grid.row_named(name)
}

fn is_code(name: &str) -> bool {
    name.len() >= 3 && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads paths against a template.
pub(crate) struct Compiler<'t> {
    pub(crate) template: &'t Template,
}

impl Compiler<'_> {
    fn condition(&self, condition: &Condition) -> Result<Cond, CompileError> {
        Ok(match condition {
            Condition::Relation { lhs, op, rhs } => Cond::Relation {
                lhs: self.side(lhs)?,
                op: *op,
                rhs: rhs
                    .iter()
                    .map(|side| self.side(side))
                    .collect::<Result<_, _>>()?,
            },
            Condition::Predicate { name, args } => {
                let path = match args.first().map(|arg| &arg.node) {
                    Some(Expr::Path(path)) => path,
                    _ => return Err(CompileError::UnknownFunction(name.node.clone())),
                };
                match name.node.as_str() {
                    "空" => Cond::Empty(self.path(path)?),
                    "有数" => Cond::Filled(self.path(path)?),
                    "有空表说明" => {
                        Cond::EmptyNote(names(path).into_iter().map(str::to_owned).collect())
                    }
                    other => return Err(CompileError::UnknownFunction(other.to_owned())),
                }
            }
            Condition::Implies(a, b) => Cond::Implies(
                Box::new(self.condition(&a.node)?),
                Box::new(self.condition(&b.node)?),
            ),
            Condition::Iff(a, b) => Cond::Iff(
                Box::new(self.condition(&a.node)?),
                Box::new(self.condition(&b.node)?),
            ),
        })
    }

    fn side(&self, expr: &Spanned<Expr>) -> Result<Vec<Term>, CompileError> {
        let mut terms = Vec::new();
        self.terms(&expr.node, false, &mut terms)?;
        Ok(terms)
    }

    /// Flattens sums, differences and `合(…)`.
    fn terms(&self, expr: &Expr, negative: bool, out: &mut Vec<Term>) -> Result<(), CompileError> {
        match expr {
            Expr::Number(digits) => {
                let (amount, _) = Amount::parse(digits).ok_or(CompileError::Syntax)?;
                out.push(Term {
                    negative,
                    kind: TermKind::Constant(amount),
                });
                Ok(())
            }
            Expr::Path(path) => {
                let path = self.path(path)?;
                out.push(Term {
                    negative,
                    kind: TermKind::Ref(path),
                });
                Ok(())
            }
            Expr::Call { name, args } => match name.node.as_str() {
                "合" => args
                    .iter()
                    .try_for_each(|arg| self.terms(&arg.value.node, negative, out)),
                "个数" => match args.first().map(|arg| &arg.value.node) {
                    Some(Expr::Path(path)) => {
                        let path = self.path(path)?;
                        out.push(Term {
                            negative,
                            kind: TermKind::Count(path),
                        });
                        Ok(())
                    }
                    _ => Err(CompileError::UnknownFunction(name.node.clone())),
                },
                other => Err(CompileError::UnknownFunction(other.to_owned())),
            },
            Expr::Negate(inner) => self.terms(&inner.node, !negative, out),
            Expr::Binary { op, lhs, rhs } => {
                let flip = match op {
                    BinaryOp::Add => false,
                    BinaryOp::Sub => true,
                    BinaryOp::Mul | BinaryOp::Div => return Err(CompileError::Unsupported),
                };
                self.terms(&lhs.node, negative, out)?;
                self.terms(&rhs.node, negative != flip, out)
            }
        }
    }

    /// A path: table, grid where there are two, steps to rows, column.
    pub(crate) fn path(&self, path: &Path) -> Result<Ref, CompileError> {
        let (first, rest) = path.segments.split_first().ok_or(CompileError::Syntax)?;
        let Segment::Name(first) = &first.node else {
            return Err(CompileError::Syntax);
        };
        let name = first.join("/");
        let Some(index) = find_table(self.template, &name) else {
            return self.unknown_table(&name, rest);
        };
        let table = self
            .template
            .tables
            .get(index)
            .ok_or_else(|| CompileError::UnknownTable(name.clone()))?;
        let mut rest = rest;
        let mut grid = (table.grids.len() == 1).then_some(0);
        if let (None, Some((head, tail))) = (grid, rest.split_first())
            && let Segment::Name(names) = &head.node
            && let Some(found) = find_grid(table, &names.join("/"))
        {
            grid = Some(found);
            rest = tail;
        }
        // The column stands last; a name that is no column there is a row.
        let mut columns = None;
        let mut steps = rest;
        if let Some((last, before)) = rest.split_last() {
            columns = self.column(table, grid, &last.node)?;
            if columns.is_some() {
                steps = before;
            }
        }
        let mut rows = Vec::with_capacity(steps.len());
        for step in steps {
            let (step, found) = self.step(table, grid, &step.node)?;
            grid = grid.or(found);
            rows.push(step);
        }
        // A name may be a column of one half only: read it again now that the half is known.
        if let (Some(Columns::Spec(_)), Some(_), Some(last)) = (&columns, grid, rest.last()) {
            columns = self.column(table, grid, &last.node)?;
        }
        let columns = match columns {
            Some(columns) => columns,
            None => Columns::Only,
        };
        Ok(Ref {
            table: TableSel::Spec(index),
            grid,
            rows,
            columns,
        })
    }

    fn unknown_table(&self, name: &str, rest: &[Spanned<Segment>]) -> Result<Ref, CompileError> {
        let mut rows = Vec::new();
        let mut columns = Columns::Only;
        for (index, segment) in rest.iter().enumerate() {
            let last = index + 1 == rest.len();
            match &segment.node {
                Segment::Name(names) if last => columns = Columns::Named(names.join("/")),
                Segment::ColumnNumber(number) if last => columns = Columns::Number(*number),
                other => rows.push(plain_step(other)?),
            }
        }
        Ok(Ref {
            table: TableSel::Named(normalize(name).to_string()),
            grid: None,
            rows,
            columns,
        })
    }

    fn column(
        &self,
        table: &TableSpec,
        grid: Option<usize>,
        segment: &Segment,
    ) -> Result<Option<Columns>, CompileError> {
        let grids = || {
            table
                .grids
                .iter()
                .enumerate()
                .filter(|(index, _)| grid.is_none_or(|wanted| wanted == *index))
                .map(|(_, grid)| grid)
        };
        let find = |name: &str| grids().find_map(|grid| find_column(grid, name));
        Ok(match segment {
            Segment::Variable(name) if name == "列" => Some(Columns::Variable),
            Segment::Columns { from, to } => {
                let unknown = |name: &str| CompileError::UnknownColumn(name.to_owned());
                let from = find(from).ok_or_else(|| unknown(from))?;
                let to = find(to).ok_or_else(|| unknown(to))?;
                Some(Columns::Range(from.min(to), from.max(to)))
            }
            Segment::ColumnNumber(number) => Some(Columns::Number(*number)),
            Segment::Name(names) => find(&names.join("/")).map(Columns::Spec),
            _ => None,
        })
    }

    /// A step, and the grid that it settles.
    fn step(
        &self,
        table: &TableSpec,
        grid: Option<usize>,
        segment: &Segment,
    ) -> Result<(Step, Option<usize>), CompileError> {
        let Segment::Name(names) = segment else {
            let step = plain_step(segment)?;
            // Levels and codes stand in the half that has a classification.
            let by_code = matches!(step, Step::Level(_) | Step::Account);
            let found = by_code.then(|| by_classification(table)).flatten();
            return Ok((step, found));
        };
        let name = names.join("/");
        if is_code(&name) {
            return Ok((Step::Code(name), by_classification(table)));
        }
        for (index, spec) in table.grids.iter().enumerate() {
            if grid.is_some_and(|wanted| wanted != index) {
                continue;
            }
            if let Some(row) = find_row(spec, &name) {
                return Ok((Step::Spec(row), Some(index)));
            }
        }
        Ok((plain_step(segment)?, None))
    }
}

fn by_classification(table: &TableSpec) -> Option<usize> {
    table
        .grids
        .iter()
        .position(|grid| grid.classification.is_some())
}

fn plain_step(segment: &Segment) -> Result<Step, CompileError> {
    Ok(match segment {
        Segment::Name(names) => match names.as_slice() {
            [name] if is_code(name) => Step::Code(name.clone()),
            names => Step::Label(
                names
                    .iter()
                    .map(|name| normalize(name).to_string())
                    .collect(),
            ),
        },
        Segment::Variable(name) => match variable(name)? {
            Variable::Account(_) => Step::Account,
            Variable::Row => Step::Row,
            Variable::Segment => Step::Segment,
            Variable::Project => Step::Project,
            Variable::Column => return Err(CompileError::UnknownVariable(name.clone())),
        },
        Segment::Children => Step::Children,
        Segment::Level(level) => Step::Level(*level),
        Segment::Segments => Step::Segments,
        Segment::All => Step::All,
        Segment::Columns { from, .. } => return Err(CompileError::UnknownColumn(from.clone())),
        Segment::ColumnNumber(_) => return Err(CompileError::Unsupported),
    })
}

/// Whether a column takes part in `@列` and in sums over columns.
pub(crate) fn is_amount(kind: ColumnKind) -> bool {
    kind == ColumnKind::Amount
}
