//! Numbers that are derived: `=` in a cell, `{…}` in cells and prose. Order-independent: a cell is
//! evaluated after those it needs; a cycle is an error with a place.

mod prose;

use budget_catalog::template::{ColumnKind, RelationKind};
use budget_syntax::{
    TextRange,
    expr::{Comparison, parse_slot},
    tree::{BlockKind, slots},
};
use rustc_hash::FxHashMap;

use super::{
    Collect, Derived, EvaluationError, EvaluationErrorKind,
    bind::{BoundCond, BoundTerm, Scope, top_rows},
    eval::{Operand, Walker, is_about, tables_by_spec},
    expression::{Formula, Names, NoValue, Others, Printed, Resolver, Value},
    index::{Index, NONE, State, Val},
    plan::Plan,
    render,
};
use crate::{
    Amount, Document, Unit, Value as CellValue,
    amount::Style,
    relation::quantity::{Dimension, Quantity},
};
use budget_catalog::template::RowRole;
use prose::{narrative, with_unit};

/// What derived cells and slots came to.
#[derive(Debug, Default)]
pub(crate) struct Derivation {
    pub(crate) derived: Vec<Derived>,
    pub(crate) errors: Vec<EvaluationError>,
    /// Cells of `=` as sums of typed cells, those that are short enough.
    pub(crate) sums: FxHashMap<u32, Vec<(u32, i64)>>,
    /// Terms in `sums`.
    terms: usize,
    /// What each derived cell is built on, where that was asked for.
    pub(crate) operands: FxHashMap<u32, Vec<u32>>,
}

/// Longest sum, and most terms of all sums, that blame sees through.
const MAX_SUM: usize = 4096;
const MAX_TERMS: usize = 1 << 20;

impl Derivation {
    /// Keeps a derived cell as a sum of typed cells. Cells come after those that they are built on.
    fn add_sum(&mut self, cell: u32, operands: &[Operand]) {
        if self.terms > MAX_TERMS {
            return;
        }
        let mut sum: FxHashMap<u32, i64> = FxHashMap::default();
        for operand in operands {
            let sign = if operand.negative { -1 } else { 1 };
            match self.sums.get(&operand.cell) {
                Some(parts) => {
                    for (part, coefficient) in parts {
                        *sum.entry(*part).or_default() += sign * coefficient;
                    }
                }
                None => *sum.entry(operand.cell).or_default() += sign,
            }
            if sum.len() > MAX_SUM {
                self.terms += sum.len();
                return;
            }
        }
        self.terms += sum.len();
        let mut sum: Vec<(u32, i64)> = sum.into_iter().filter(|(_, c)| *c != 0).collect();
        sum.sort_unstable();
        self.sums.insert(cell, sum);
    }
}

/// What a `=` means.
struct Definition {
    operands: Vec<Operand>,
    constant: i128,
    formula: String,
    rank: u8,
}

/// What stands in a derived cell.
enum Source<'d> {
    Definition(Definition),
    Formula(Box<Formula>, Option<u8>, &'d str),
    Nothing,
}

struct Node<'d> {
    cell: u32,
    range: TextRange,
    source: Source<'d>,
    state: Progress,
}

impl Node<'_> {
    fn operands(&self) -> (u32, Vec<u32>) {
        let mut cells = Vec::new();
        match &self.source {
            Source::Definition(definition) => {
                cells.extend(definition.operands.iter().map(|operand| operand.cell));
            }
            Source::Formula(formula, ..) => formula.cells(&mut |cell| cells.push(cell)),
            Source::Nothing => {}
        }
        (self.cell, cells)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Waiting,
    Open,
    Done,
}

/// Evaluates everything derived and puts the values of cells into the index.
pub(crate) fn derive(index: &mut Index<'_>, plan: &Plan) -> Derivation {
    derive_all(index, plan, &[], false)
}

/// As [`derive`]; with further cells read as if `=` stood in them (one that nothing defines keeps what
/// it says), and with `operands`: keeps what each derived cell is built on.
pub(crate) fn derive_all(
    index: &mut Index<'_>,
    plan: &Plan,
    also: &[u32],
    operands: bool,
) -> Derivation {
    let mut out = Derivation::default();
    let text = &index.document.text;
    let any_slot = memchr_brace(text);
    if !index.has_derived && !any_slot && also.is_empty() {
        return out;
    }
    let others = Others::of(index.document);
    let mut nodes = collect(index, plan, &others, also, &mut out);
    evaluate_cells(index, &mut nodes, &mut out);
    if operands {
        out.operands = nodes.iter().map(Node::operands).collect();
    }
    if any_slot {
        narrative(index, &others, &mut out);
    }
    out.derived.sort_by_key(|derived| derived.range.start());
    out.errors.sort_by_key(|error| error.range.start());
    out
}

/// Whether anything of a document is derived.
pub(crate) fn is_needed(document: &Document) -> bool {
    let grids = document.tables.iter().flat_map(|table| &table.grids);
    let mut cells = grids.flat_map(|grid| &grid.cells);
    memchr_brace(&document.text)
        || cells.any(|cell| matches!(cell.value, CellValue::Derived | CellValue::Slot))
}

fn memchr_brace(text: &str) -> bool {
    memchr::memchr(b'{', text.as_bytes()).is_some()
        || memchr::memmem::find(text.as_bytes(), "｛".as_bytes()).is_some()
}

/// The derived cells with what defines them.
fn collect<'d>(
    index: &Index<'d>,
    plan: &Plan,
    others: &Others<'d>,
    also: &[u32],
    out: &mut Derivation,
) -> Vec<Node<'d>> {
    let document = index.document;
    let mut nodes = Vec::new();
    let mut bare: FxHashMap<u32, usize> = FxHashMap::default();
    for &cell in also {
        let Some(at) = index.cell_id(cell).and_then(|id| document.cell(id)) else {
            continue;
        };
        if at.value != CellValue::Derived {
            bare.insert(cell, nodes.len());
            nodes.push(Node {
                cell,
                range: at.range,
                source: Source::Nothing,
                state: Progress::Waiting,
            });
        }
    }
    let asked = nodes.len();
    let tables = tables_by_spec(index);
    for grid in &index.grids {
        let Some(own) = document
            .tables
            .get(grid.table as usize)
            .and_then(|table| table.grids.get(grid.grid as usize))
        else {
            continue;
        };
        for (cell, at) in (grid.cell_base..).zip(&own.cells) {
            let source = match at.value {
                CellValue::Derived => {
                    bare.insert(cell, nodes.len());
                    Source::Nothing
                }
                CellValue::Slot => match slot_of(index, &tables, others, at.range, out) {
                    Some((formula, decimals, text)) => Source::Formula(formula, decimals, text),
                    None => continue,
                },
                _ => continue,
            };
            nodes.push(Node {
                cell,
                range: at.range,
                source,
                state: Progress::Waiting,
            });
        }
    }
    if !bare.is_empty() {
        for (cell, definition) in definitions(index, plan, &bare) {
            if let Some(node) = bare.get(&cell).and_then(|node| nodes.get_mut(*node)) {
                node.source = Source::Definition(definition);
            }
        }
    }
    // What was only asked about and nothing defines is as it was.
    for node in nodes.iter_mut().take(asked) {
        if matches!(node.source, Source::Nothing) {
            node.state = Progress::Done;
        }
    }
    nodes
}

/// The expression of a cell `{…}`.
fn slot_of<'d>(
    index: &Index<'d>,
    tables: &[Vec<u32>],
    others: &Others<'d>,
    range: TextRange,
    out: &mut Derivation,
) -> Option<(Box<Formula>, Option<u8>, &'d str)> {
    let document = index.document;
    let slot = slots(document.slice(range), range.start()).next()?;
    let text = document.slice(slot.inner);
    let resolver = Resolver::new(index, tables, Some(others));
    match parse_slot(text) {
        // Said by the syntax check.
        Err(_) => None,
        Ok(parsed) => match resolver.resolve(&parsed.expr, text) {
            Ok(formula) => Some((Box::new(formula), parsed.decimals, text)),
            Err((kind, subject)) => {
                out.errors.push(EvaluationError {
                    range,
                    kind,
                    subject,
                });
                None
            }
        },
    }
}

/// What each bare `=` means: the first that exists of the template's formula, the sum of its
/// children, its row's formula, another table's cell.
fn definitions(
    index: &Index<'_>,
    plan: &Plan,
    bare: &FxHashMap<u32, usize>,
) -> FxHashMap<u32, Definition> {
    let mut found: FxHashMap<u32, Definition> = FxHashMap::default();
    let mut walker = Walker::new(index, plan, Collect::Broken);
    let mut wanted: Vec<u32> = bare
        .keys()
        .filter_map(|cell| Some(index.grid_of(*cell)?.table))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let tables = tables_by_spec(index);
    let specs = (0..).zip(&tables);
    let specs: Vec<usize> = specs
        .filter(|(_, tables)| {
            tables
                .iter()
                .any(|table| wanted.binary_search(table).is_ok())
        })
        .map(|(spec, _)| spec)
        .collect();
    let about = |identity: &&super::plan::Compiled| is_about(identity, &specs);
    for identity in plan.identities.iter().filter(about) {
        let rank = match (identity.defines, identity.kind) {
            (true, _) => 0,
            (false, RelationKind::RowSum | RelationKind::Total | RelationKind::Hierarchy) => 2,
            (false, _) => 3,
        };
        walker.each_binding(identity, &mut |walker, cond, binding| {
            let mut cond = cond;
            while let BoundCond::Implies(condition, then) = cond {
                if !walker.is_met(condition, &binding) {
                    return;
                }
                cond = then;
            }
            let BoundCond::Relation {
                lhs,
                op: Comparison::Equal,
                rhs,
            } = cond
            else {
                return;
            };
            let Some(rhs) = rhs.first() else { return };
            let mut define = |side: &[BoundTerm<'_>], other: &[BoundTerm<'_>], rank: u8| {
                let Some(cell) = walker.lone_cell(side, &binding) else {
                    return;
                };
                let better = found.get(&cell).is_none_or(|known| known.rank > rank);
                if !bare.contains_key(&cell) || !better {
                    return;
                }
                if let Some((operands, constant)) = walker.operands(other, &binding) {
                    if operands.iter().any(|operand| operand.cell == cell) {
                        return;
                    }
                    let body = &identity.ast.body.node;
                    let formula = render::defining_side(index, body, &binding, rank < 4);
                    found.insert(
                        cell,
                        Definition {
                            operands,
                            constant,
                            formula,
                            rank,
                        },
                    );
                }
            };
            define(lhs, rhs, rank);
            if rank == 3 {
                define(rhs, lhs, 4);
            }
        });
    }
    for &cell in bare.keys() {
        if found.get(&cell).is_some_and(|known| known.rank < 1) {
            continue;
        }
        if let Some(definition) = sum_of_children(index, cell) {
            found.insert(cell, definition);
        }
    }
    found
}

/// A row with children is their sum; a total is that of the top rows.
fn sum_of_children(index: &Index<'_>, cell: u32) -> Option<Definition> {
    let row = index.row_of(cell)?;
    let at = index.row(row)?;
    let grid = index.grid_of(cell)?;
    let column = cell.checked_sub(grid.cell_base)?.checked_rem(grid.width)?;
    let mut rows: Vec<u32> = match index.children(row) {
        [] if at.role == RowRole::Total => {
            let group = index.group(grid.group)?;
            top_rows(index, &group.rows).collect()
        }
        children => children.to_vec(),
    };
    index.add_blank(grid.group, &mut rows);
    let operands: Vec<Operand> = rows
        .into_iter()
        .filter_map(|row| index.cell(row, column))
        .map(|cell| Operand {
            cell,
            negative: false,
        })
        .collect();
    (!operands.is_empty()).then(|| Definition {
        operands,
        constant: 0,
        formula: "下级各行之和".to_owned(),
        rank: 1,
    })
}

fn evaluate_cells(index: &mut Index<'_>, nodes: &mut [Node<'_>], out: &mut Derivation) {
    let by_cell: FxHashMap<u32, usize> = nodes
        .iter()
        .enumerate()
        .map(|(number, node)| (node.cell, number))
        .collect();
    // An explicit stack: chains may be as long as the document.
    enum Visit {
        Enter(usize),
        Leave(usize),
    }
    let mut stack: Vec<Visit> = (0..nodes.len()).rev().map(Visit::Enter).collect();
    while let Some(visit) = stack.pop() {
        match visit {
            Visit::Enter(number) => {
                let Some(node) = nodes.get_mut(number) else {
                    continue;
                };
                match node.state {
                    Progress::Done => continue,
                    Progress::Open => {
                        // It is needed for its own value.
                        node.state = Progress::Done;
                        out.errors.push(EvaluationError {
                            range: node.range,
                            kind: EvaluationErrorKind::Cycle,
                            subject: index.document.slice(node.range).to_owned(),
                        });
                        continue;
                    }
                    Progress::Waiting => node.state = Progress::Open,
                }
                stack.push(Visit::Leave(number));
                let mut need = |cell: u32| {
                    if let Some(&other) = by_cell.get(&cell) {
                        stack.push(Visit::Enter(other));
                    }
                };
                match &node.source {
                    Source::Definition(definition) => {
                        definition.operands.iter().for_each(|o| need(o.cell));
                    }
                    Source::Formula(formula, ..) => formula.cells(&mut need),
                    Source::Nothing => {}
                }
            }
            Visit::Leave(number) => {
                let Some(node) = nodes.get_mut(number) else {
                    continue;
                };
                if node.state == Progress::Done {
                    continue;
                }
                node.state = Progress::Done;
                evaluate(index, node, out);
            }
        }
    }
}

fn evaluate(index: &mut Index<'_>, node: &Node<'_>, out: &mut Derivation) {
    let document = index.document;
    let Some(grid) = index.grid_of(node.cell) else {
        return;
    };
    let number = grid.table;
    let Some(table) = document.tables.get(number as usize) else {
        return;
    };
    let column = node
        .cell
        .checked_sub(grid.cell_base)
        .and_then(|offset| offset.checked_rem(grid.width))
        .and_then(|column| {
            let grid = table.grids.get(grid.grid as usize)?;
            grid.columns.get(column as usize)
        });
    let is_amount = column.is_none_or(|column| column.kind == ColumnKind::Amount);
    let style = index.style(Some(number));
    let error = |kind, subject: String| EvaluationError {
        range: node.range,
        kind,
        subject,
    };
    let (printed, formula) = match &node.source {
        Source::Nothing => {
            out.errors
                .push(error(EvaluationErrorKind::NoDefinition, "=".to_owned()));
            return;
        }
        Source::Definition(definition) => {
            out.add_sum(node.cell, &definition.operands);
            let mut sum = definition.constant;
            let mut state = State::Empty;
            for operand in &definition.operands {
                let Some(val) = index.value(operand.cell) else {
                    continue;
                };
                match val.state {
                    State::Empty => {}
                    State::Number => {
                        sum += if operand.negative {
                            -val.value
                        } else {
                            val.value
                        };
                        if state == State::Empty {
                            state = State::Number;
                        }
                    }
                    // A hole keeps what hangs on it waiting; text and failures make it unknown.
                    State::Hole if state != State::Failed => state = State::Hole,
                    State::Hole => {}
                    State::Text | State::Failed | State::Lost => state = State::Failed,
                }
            }
            let amount = match state {
                State::Number => match index.amount(sum, number) {
                    Some(amount) => amount.round(style.decimals),
                    None => {
                        let formula = definition.formula.clone();
                        out.errors
                            .push(error(EvaluationErrorKind::Overflow, formula));
                        return;
                    }
                },
                State::Empty => {
                    // The sum of nothing is printed as nothing.
                    index.set_state(node.cell, State::Empty);
                    push(out, index, node, String::new(), None, &definition.formula);
                    return;
                }
                other => {
                    index.set_state(node.cell, other);
                    return;
                }
            };
            (
                Printed {
                    text: amount.print(style),
                    amount: Some(amount),
                },
                definition.formula.clone(),
            )
        }
        Source::Formula(formula, decimals, text) => {
            let unit = is_amount.then_some(table.unit);
            // A typed number is money of its table.
            let value = formula
                .value(index, &Names::default())
                .map(|value| match value {
                    Value::Number(quantity) => Value::Number(with_unit(quantity, unit)),
                    other => other,
                });
            match value.and_then(|value| value.print(index, style, *decimals, unit)) {
                Ok(printed) => (printed, (*text).trim().to_owned()),
                Err(kind) => {
                    report(index, node.cell, kind, text, node.range, out);
                    return;
                }
            }
        }
    };
    if let Some(amount) = printed.amount {
        let shift = if is_amount { index.shift(number) } else { 0 };
        let decimals = if is_amount {
            style.decimals
        } else {
            amount.decimals()
        };
        let val = index.number(amount, decimals, shift);
        index.set(node.cell, val);
    } else {
        index.set_state(node.cell, State::Text);
    }
    push(out, index, node, printed.text, printed.amount, &formula);
}

fn push(
    out: &mut Derivation,
    index: &Index<'_>,
    node: &Node<'_>,
    text: String,
    amount: Option<Amount>,
    formula: &str,
) {
    out.derived.push(Derived {
        range: node.range,
        cell: index.cell_id(node.cell),
        text,
        amount,
        formula: formula.to_owned(),
    });
}

/// A value that isn't there: a hole and a lost place are no error of the expression.
fn report(
    index: &mut Index<'_>,
    cell: u32,
    missing: NoValue,
    text: &str,
    range: TextRange,
    out: &mut Derivation,
) {
    match missing {
        NoValue::Waiting => index.set_state(cell, State::Hole),
        NoValue::Unknown => index.set_state(cell, State::Failed),
        NoValue::Error(kind) => {
            index.set_state(cell, State::Failed);
            out.errors.push(EvaluationError {
                range,
                kind,
                subject: text.trim().to_owned(),
            });
        }
    }
}

impl Index<'_> {
    /// How amounts are printed: what the document says, else what its template says, else as its
    /// tables are.
    pub(crate) fn style(&self, table: Option<u32>) -> Style {
        let document = self.document;
        let (front, template) = (
            &document.front.number_style,
            &document.template.number_style,
        );
        let table = table.and_then(|table| document.tables.get(table as usize));
        let (seen, trimmed) = match table {
            Some(table) => (table.most_decimals, table.decimals > 0),
            None => document
                .tables
                .iter()
                .map(|table| (table.most_decimals, table.decimals > 0))
                .max()
                .unwrap_or((2, false)),
        };
        Style {
            decimals: front.decimals.or(template.decimals).unwrap_or(seen),
            trailing_zeros: front
                .trailing_zeros
                .or(template.trailing_zeros)
                .unwrap_or(!trimmed),
            thousands: front.thousands.or(template.thousands).unwrap_or(false),
        }
    }

    /// Decimals of rates.
    pub(crate) fn percent_decimals(&self) -> u8 {
        let document = self.document;
        let (front, template) = (
            &document.front.number_style,
            &document.template.number_style,
        );
        front
            .percent_decimals
            .or(template.percent_decimals)
            .unwrap_or(2)
    }

    fn set_state(&mut self, cell: u32, state: State) {
        self.set(
            cell,
            Val {
                value: 0,
                half: 0,
                state,
                decimals: 0,
                derived: true,
            },
        );
    }
}

impl<'d> Scope<'_, 'd> {
    /// A scope outside of any identity.
    pub(crate) fn plain<'i>(index: &'i Index<'d>, tables: &'i [Vec<u32>]) -> Scope<'i, 'd> {
        Scope {
            index,
            tables,
            chosen: None,
            domain: NONE,
            column: None,
        }
    }
}
