//! Typed arguments of the rules' messages; [`crate::message`] makes the sentence.

use budget_catalog::Classification;
use budget_model::relation::EvaluationErrorKind;

use crate::suppress::Fault;

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
    /// This cell: changing it mends all and breaks nothing.
    Cell,
    /// One of these, by name with the value that would mend it.
    Tie(Vec<Operand>),
    /// Not known.
    Open,
    /// None: the difference is explained by rounding.
    Rounding,
}

/// What is wrong with an account code or its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CodeFault {
    /// Digits too many, too few, or none.
    Shape {
        /// As written.
        code: String,
        /// Which lengths there are.
        levels: &'static str,
    },
    /// Borne by another row already.
    Duplicate {
        /// The code.
        code: String,
        /// The row's name.
        name: String,
        /// The code and name of the account that the row's name belongs to.
        better: Option<(String, String)>,
    },
    /// Out of order.
    Order {
        /// The row.
        name: String,
    },
    /// Without the row of its 款 or 类.
    ParentMissing {
        /// The row.
        name: String,
        /// The code that has no row.
        parent: String,
    },
    /// With a name that isn't its own.
    Name {
        /// The code.
        code: String,
        /// As written.
        name: String,
        /// The catalogue's name.
        standard: String,
        /// The other code whose name it is.
        owner: Option<String>,
        /// An older, shortened or misspelt name.
        near: bool,
    },
    /// Of the other classification.
    WrongClassification {
        /// The code.
        code: String,
        /// What the table is by.
        wanted: Classification,
    },
    /// Not in the catalogue.
    Unknown {
        /// The code.
        code: String,
    },
    /// Without a row in another table.
    RowMissing {
        /// The row.
        name: String,
        /// Its amount.
        value: String,
        /// The table without it.
        table: String,
    },
}

/// A name written two ways.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NameFault {
    /// An account, in prose.
    Account {
        /// In prose.
        written: String,
        /// In the tables.
        printed: String,
    },
    /// A project.
    Project {
        /// Here.
        written: String,
        /// Where here is.
        place: &'static str,
        /// Elsewhere.
        expected: String,
        /// Where elsewhere is.
        other: &'static str,
    },
}

/// What is wrong with a term.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TermFault {
    /// Used, not explained.
    Unexplained {
        /// The term.
        term: String,
    },
    /// Explained, not used.
    Unused {
        /// The term.
        term: String,
    },
    /// Explained twice.
    Twice {
        /// The term.
        term: String,
    },
    /// Explained otherwise than is usual.
    Differs {
        /// The term.
        term: String,
        /// A published explanation.
        published: String,
    },
}

/// What is wrong with the wording.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TextFault {
    /// Marks doubled.
    Doubled {
        /// As written.
        written: String,
    },
    /// A quote or bracket without its other half.
    Unbalanced {
        /// The mark.
        mark: String,
        /// Whether it opens.
        opens: bool,
    },
    /// 公用 and 公共 confused.
    OfficialName {
        /// As written.
        written: String,
        /// The official name.
        official: String,
    },
}
