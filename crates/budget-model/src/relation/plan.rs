//! Identities of a template, read once: names become indices into the template, sides become sums
//! of terms. Nothing here knows a document.

mod compile;

use std::sync::Arc;

use budget_catalog::{
    Template,
    name::normalize,
    template::{ColumnKind, Confirm, GridSpec, RelationKind, Strength, TableSpec},
};
use budget_syntax::expr::{
    BinaryOp, Comparison, Condition, Expr, Identity, Level, Path, Segment, Spanned,
};

use crate::{Amount, per_template::PerTemplate};

pub(crate) use compile::Compiler;

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
    pub(crate) confirm: Confirm,
    pub(crate) defines: bool,
    pub(crate) binders: Vec<Binder>,
    /// Tables after `于`, with the grid if one is named.
    pub(crate) domains: Vec<(usize, Option<usize>)>,
    pub(crate) body: Cond,
    pub(crate) ast: Identity,
    /// The tables of the template that it names, each once.
    pub(crate) specs: Vec<usize>,
    /// It hangs on more than these: on a table named by its heading, on a section of the narrative.
    pub(crate) anywhere: bool,
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
    /// `逐项编号(…)`: every row that the template doesn't name begins with its number.
    Numbered(Ref),
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
    /// The columns that are parts of the variable one.
    Parts,
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
    let mut specs = Vec::new();
    let anywhere = specs_of(&body, &mut specs);
    specs.extend(domains.iter().map(|(table, _)| *table));
    specs.sort_unstable();
    specs.dedup();
    Ok(Compiled {
        index,
        kind: spec.map_or(RelationKind::CrossTable, |spec| spec.kind),
        strength: spec.map_or(Strength::Hard, |spec| spec.strength),
        confirm: spec.map_or(Confirm::Never, |spec| spec.confirm),
        defines: spec.is_some_and(|spec| spec.defines),
        binders,
        domains,
        body,
        ast,
        specs,
        anywhere,
    })
}

/// The template's tables that a condition names; says whether it hangs on other things as well.
pub(crate) fn specs_of(cond: &Cond, out: &mut Vec<usize>) -> bool {
    let mut path = |path: &Ref| match path.table {
        TableSel::Spec(spec) => {
            out.push(spec);
            false
        }
        TableSel::Named(_) => true,
    };
    let mut side = |terms: &[Term]| {
        let mut others = false;
        for term in terms {
            if let TermKind::Ref(own) | TermKind::Count(own) = &term.kind {
                others |= path(own);
            }
        }
        others
    };
    match cond {
        Cond::Relation { lhs, rhs, .. } => {
            let left = side(lhs);
            rhs.iter().fold(left, |others, terms| side(terms) | others)
        }
        Cond::Empty(own) | Cond::Filled(own) | Cond::Numbered(own) => path(own),
        Cond::EmptyNote(_) => true,
        Cond::Implies(a, b) | Cond::Iff(a, b) => specs_of(a, out) | specs_of(b, out),
    }
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

fn is_code(name: &str) -> bool {
    name.len() >= 3 && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a column takes part in `@列` and in sums over columns.
pub(crate) fn is_amount(kind: ColumnKind) -> bool {
    kind == ColumnKind::Amount
}
