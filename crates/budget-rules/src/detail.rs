//! Typed arguments of the rules' messages; [`crate::message`] makes the sentence.

mod content;
mod performance;
mod prose;
mod structure;

use budget_model::relation::EvaluationErrorKind;

use crate::suppress::Fault;

pub use content::{CodeFault, NameFault, TermFault, TextFault};
pub use performance::PerformanceFault;
pub use prose::ProseFault;
pub use structure::{ContentsSlip, EmptyNote, Kind, Residue, Structure, YearAt};

/// What a finding says, without its sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Detail {
    /// Something that could not be read, with the parser's words.
    Syntax {
        /// What was expected.
        message: String,
        /// How to mend it.
        help: String,
    },
    /// An expression without a value.
    Evaluation {
        /// Why.
        kind: EvaluationErrorKind,
        /// The piece of the expression it is about.
        subject: String,
    },
    /// Rows between tabs, as pasted from a sheet.
    TabbedRows,
    /// Cells with `=` in a file that names no template.
    NoTemplate {
        /// How many.
        cells: usize,
    },
    /// Something in a column of amounts that is no number.
    NotANumber {
        /// As written.
        written: String,
        /// The number that was meant, where there is no doubt.
        meant: Option<String>,
    },
    /// A file that isn't UTF-8.
    Encoding {
        /// What it was read as.
        encoding: String,
    },
    /// A suppression without effect.
    Suppression {
        /// The rule as written.
        rule: String,
        /// Why it has none.
        fault: Fault,
    },
    /// Something about an account code.
    Code(CodeFault),
    /// Something about a name.
    Name(NameFault),
    /// Something about a term of the glossary.
    Term(TermFault),
    /// Something about the wording.
    Text(TextFault),
    /// A relation that doesn't hold.
    Relation {
        /// The cell it stands on: `表三「201 一般公共服务支出」“基本支出”`.
        place: String,
        /// Why the left side is expected to be the right side, from the template.
        why: String,
        /// The other cells of the relation, at most [`Operand::SHOWN`].
        operands: Vec<Operand>,
        /// How sure it is which cell is wrong.
        verdict: Verdict,
        /// Where the table's numbers were approved (来源), if it says so.
        source: Option<String>,
    },
    /// A finding of the 结构 group.
    Structure(Structure),
    /// Something about a form of 绩效.
    Performance(PerformanceFault),
    /// A number of the narrative that doesn't agree with others.
    Prose(ProseFault),
}

impl From<Structure> for Detail {
    fn from(detail: Structure) -> Self {
        Detail::Structure(detail)
    }
}

/// A cell of a relation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operand {
    /// `表三「2010301 行政运行」“基本支出”`
    pub name: String,
    /// As written.
    pub value: String,
}

impl Operand {
    /// How many are told in a sentence; the others stand among the related places.
    pub const SHOWN: usize = 4;
}

/// What is known about which cell is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// This cell: changing it mends all that is attached and breaks nothing.
    Cell {
        /// How many other cells must change with it: they say the same number, or follow from it.
        also: usize,
    },
    /// One of these, by name with the value that would mend it.
    Tie(Vec<Operand>),
    /// Not known.
    Open,
    /// None: the difference is explained by rounding.
    Rounding,
}
