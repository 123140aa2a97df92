//! Arguments of the rules on numbers of the narrative.

use budget_model::prose::check::Kind;

/// What is wrong with a number of the narrative.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProseFault {
    /// The relation that doesn't hold.
    pub kind: Kind,
    /// What the number is said of, as written.
    pub subject: String,
    /// As written, with its unit.
    pub written: String,
    /// As it should be, with its unit.
    pub expected: Option<String>,
    /// The relation in numbers.
    pub formula: String,
    /// The cells that say otherwise, by name, or the other place.
    pub others: Vec<String>,
    /// It is only to be looked at.
    pub open: bool,
    /// Another unit would make it right: `18.5 万元`.
    pub unit: Option<String>,
    /// How many sentences say the number; more than one, the cell is what is told.
    pub sentences: usize,
}
