//! Arguments of the rules on codes, names, terms and wording.

use budget_catalog::Classification;

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
    /// That another row should have.
    OtherCode {
        /// The code.
        code: String,
        /// The row's name.
        name: String,
        /// The code it should be.
        better: String,
        /// The table that has the row with that code; none if only the catalogue tells.
        table: Option<String>,
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
    /// An account with money that a list of all leaves out.
    NotListed {
        /// As the table prints it.
        account: String,
        /// What the list is of.
        head: String,
        /// The table.
        table: String,
    },
    /// An account that a list names and the table has no money for.
    ListedInVain {
        /// As written.
        account: String,
        /// The table.
        table: String,
    },
    /// No money of a fund, by the words, and some in its table.
    SaidToBeNone {
        /// As written.
        written: String,
        /// The table.
        table: String,
        /// The first amount in it.
        amount: String,
    },
}
