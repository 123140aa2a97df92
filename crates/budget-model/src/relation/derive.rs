//! Numbers that are derived: `=` in a cell, `{…}` in cells and prose. Order-independent: a cell is
//! evaluated after those it needs; a cycle is an error with a place.

mod definition;
mod evaluate;
mod prose;
mod style;

use budget_syntax::{
    TextRange,
    expr::parse_slot,
    tree::{BlockKind, slots},
};
use rustc_hash::FxHashMap;

use super::{
    Derived, EvaluationError,
    bind::Scope,
    eval::{Operand, tables_by_spec},
    expression::{Formula, Names, NoValue, Others, Resolver, Value},
    index::{Index, NONE},
    plan::Plan,
};
use crate::{
    Document, Unit, Value as CellValue,
    relation::quantity::{Dimension, Quantity},
};
use definition::{Definition, definitions};
use evaluate::evaluate_cells;
use prose::narrative;

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
                        let slot = sum.entry(*part).or_default();
                        *slot = slot.saturating_add(coefficient.saturating_mul(sign));
                    }
                }
                None => {
                    let slot = sum.entry(operand.cell).or_default();
                    *slot = slot.saturating_add(sign);
                }
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
