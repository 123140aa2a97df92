//! Where what stands at an offset is said.

use budget_model::prose::Checked;
use budget_model::relation::Explorer;
use budget_model::{CellId, Document};
use budget_syntax::TextRange;

use crate::symbol::{Symbol, definitions, paths, symbol_at};

/// A place to go to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Goal {
    /// A place of the document.
    Here(TextRange),
    /// Another document, by its name as the front matter writes it.
    Document(String),
}

/// Where something is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Definition {
    /// What was asked about.
    pub origin: TextRange,
    /// Where it is said; at least one place.
    pub goals: Vec<Goal>,
}

/// Cells of a path that may be a whole column: more than anyone goes to.
const MOST: usize = 1000;

/// Where what stands at an offset is said: the entry of a term, the first row of a code or a project,
/// the heading of a line of the contents, the cells of a path, the numbers that a number is the sum of,
/// the other document that is named.
///
/// `prose` is what was read of the narrative: a number there leads to the cells that it restates.
pub fn definition(document: &Document, prose: &Checked, offset: u32) -> Option<Definition> {
    let Some(standing) = symbol_at(document, offset) else {
        return restated(document, prose, offset);
    };
    let goals = match &standing.symbol {
        Symbol::Document(key) => {
            let entry = document.front.entry(&document.text, *key)?;
            let name = document.slice(entry.value).trim();
            vec![Goal::Document(name.to_owned())]
        }
        Symbol::Cells(cells) => cells_of(document, offset, cells),
        symbol => {
            let said = definitions(document, symbol).into_iter();
            said.map(Goal::Here).collect()
        }
    };
    (!goals.is_empty()).then_some(Definition {
        origin: standing.range,
        goals,
    })
}

/// From a number of the narrative to the cells that it restates.
fn restated(document: &Document, prose: &Checked, offset: u32) -> Option<Definition> {
    let (id, fact) = prose.fact_at(offset)?;
    let cells = prose.about(id).flat_map(|relation| relation.cells.iter());
    let places = cells.filter_map(|id| document.cell(*id));
    let goals: Vec<Goal> = places.map(|cell| Goal::Here(cell.range)).collect();
    (!goals.is_empty()).then_some(Definition {
        origin: fact.whole,
        goals,
    })
}

/// From a path to its cells; from a derived number to what it is built on.
fn cells_of(document: &Document, offset: u32, cells: &[CellId]) -> Vec<Goal> {
    let explorer = Explorer::new(document);
    let own = |id: &CellId| document.cell(*id).map(|cell| cell.range);
    let in_cell = |range: TextRange| range.touches(offset);
    let is_path = paths::slot_at(document, offset).is_some();
    let led = match cells {
        // The cell itself, not a path to it.
        [one] if !is_path && own(one).is_some_and(in_cell) => parts(&explorer, *one),
        _ => cells.to_vec(),
    };
    let goals = led.iter().filter_map(own).map(Goal::Here);
    goals.take(MOST).collect()
}

/// What a number is made of: what a derived one is built on; of a typed one, the numbers that a
/// relation says it is the sum of.
fn parts(explorer: &Explorer<'_>, cell: CellId) -> Vec<CellId> {
    let operands = explorer.operands(cell);
    if !operands.is_empty() {
        return operands;
    }
    let relations = explorer.relations(cell).into_iter();
    let mut sums = relations.filter(|it| it.left_cells == [cell] && it.right_cells.len() > 1);
    sums.next().map(|it| it.right_cells).unwrap_or_default()
}
