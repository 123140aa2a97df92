//! Everywhere that what stands at an offset stands.

use budget_model::Document;
use budget_syntax::TextRange;

use crate::symbol::{Occurrence, Role, occurrences, symbol_at};

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

/// Finds every place of what stands at an offset. Linear in the document.
pub fn references(document: &Document, offset: u32) -> Option<References> {
    let standing = symbol_at(document, offset)?;
    let places = occurrences(document, &standing.symbol);
    (!places.is_empty()).then_some(References {
        origin: standing.range,
        places,
    })
}
