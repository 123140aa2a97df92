//! Everywhere that what stands at an offset stands.

use budget_model::Document;
use budget_model::prose::Checked;
use budget_model::prose::fact::FactId;
use budget_syntax::TextRange;

use crate::symbol::{Occurrence, Role, Symbol, Writing, occurrences, symbol_at};

/// What stands at an offset, and every place of it in order; of a number, the numbers that a relation
/// sets beside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct References {
    /// What was asked about.
    pub origin: TextRange,
    /// The places; with those that define.
    pub places: Vec<Occurrence>,
}

impl References {
    /// The places without those that define.
    pub fn uses(&self) -> impl Iterator<Item = &Occurrence> {
        self.places.iter().filter(|it| it.role == Role::Use)
    }
}

/// Finds every place of what stands at an offset. `prose` is what was read of the narrative: its
/// numbers stand beside those of the tables. Linear in the document.
pub fn references(document: &Document, prose: &Checked, offset: u32) -> Option<References> {
    let standing = symbol_at(document, offset);
    let (origin, mut places) = match &standing {
        Some(standing) => (standing.range, occurrences(document, &standing.symbol)),
        None => {
            let (id, fact) = prose.fact_at(offset)?;
            (fact.whole, beside(document, prose, id))
        }
    };
    if let Some(Symbol::Cells(cells)) = standing.map(|standing| standing.symbol)
        && let [cell] = cells.as_slice()
    {
        let facts = prose.restating(*cell).map(|relation| relation.fact);
        places.extend(facts.filter_map(|id| place(prose, id, Role::Use)));
        places.sort_by_key(|it| (it.range.start(), it.range.end()));
        places.dedup_by_key(|it| it.range);
    }
    (!places.is_empty()).then_some(References { origin, places })
}

/// A number of the narrative, and the numbers and cells that its relations set beside it.
fn beside(document: &Document, prose: &Checked, id: FactId) -> Vec<Occurrence> {
    let mut found = Vec::new();
    found.extend(place(prose, id, Role::Definition));
    for relation in prose.about(id) {
        let facts = std::iter::once(relation.fact).chain(relation.facts.iter().copied());
        let others = facts.filter(|other| *other != id);
        found.extend(others.filter_map(|id| place(prose, id, Role::Use)));
        let cells = relation.cells.iter().filter_map(|id| document.cell(*id));
        found.extend(cells.map(|cell| Occurrence {
            range: cell.range,
            role: Role::Use,
            writing: Writing::Cell,
        }));
    }
    found.sort_by_key(|it| (it.range.start(), it.range.end(), it.role));
    found.dedup_by_key(|it| it.range);
    found
}

fn place(prose: &Checked, id: FactId, role: Role) -> Option<Occurrence> {
    let fact = prose.narrative.fact(id)?;
    Some(Occurrence {
        range: fact.range,
        role,
        writing: Writing::Text,
    })
}
