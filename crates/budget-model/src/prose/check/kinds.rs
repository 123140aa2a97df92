//! What a relation of the narrative is, how it ended, and why a number is in none.

use smallvec::SmallVec;

use super::super::fact::{FactId, StatementId};
use crate::{Amount, CellId, Document, relation::Outcome};

/// What a relation of the narrative says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A number is that of a cell.
    Restated,
    /// The same number is given twice.
    Repeated,
    /// 增长 P% is N over what was before.
    Growth,
    /// 占 P% is the part over the whole.
    Share,
    /// 完成率, 差异率.
    Rate,
    /// Parts add up to their whole.
    Parts,
    /// Changes of the parts add up to that of the whole.
    Changes,
    /// Now less the stated number before is the change.
    Difference,
    /// Number × price is the sum.
    Product,
    /// How many there are is how many are listed.
    Counted,
    /// 增加 … 下降 …, and the reason given.
    Direction,
    /// A number of the year before, or of the budget, is that of its cell.
    Across,
}

impl Kind {
    /// As reports call it.
    pub const fn id(self) -> &'static str {
        match self {
            Kind::Restated => "restated",
            Kind::Repeated => "repeated",
            Kind::Growth => "growth",
            Kind::Share => "share",
            Kind::Rate => "plan-rate",
            Kind::Parts => "parts",
            Kind::Changes => "changes",
            Kind::Difference => "difference",
            Kind::Product => "product",
            Kind::Counted => "counted",
            Kind::Direction => "direction",
            Kind::Across => "across",
        }
    }

    /// As a reviewer calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Restated => "文字与表一致",
            Kind::Repeated => "前后一致",
            Kind::Growth => "增减幅度",
            Kind::Share => "占比",
            Kind::Rate => "完成率、差异率",
            Kind::Parts => "分项合计",
            Kind::Changes => "增减合计",
            Kind::Difference => "增减数",
            Kind::Product => "单价乘数量",
            Kind::Counted => "个数与名单",
            Kind::Direction => "增减方向",
            Kind::Across => "与上年数、年初预算数一致",
        }
    }
}

/// How sure a broken relation is a mistake.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Weight {
    /// To be looked at (请核实).
    Open,
    /// To be changed or explained (修改或说明).
    Likely,
    /// To be changed (必须修改).
    Sure,
}

/// The usual slip that explains a wrong number of the narrative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Cause {
    /// This year's amount as denominator.
    Denominator,
    /// Cut off instead of rounded.
    Cut,
    /// Made to add up to 100.
    Balanced,
    /// 元 for 万元, or the other way round.
    Unit,
    /// The decimal point moved.
    Point,
    /// Two digits beside each other swapped.
    Transposed,
    /// One digit wrong, left out or doubled.
    Digit,
    /// More for less.
    Direction,
    /// The number of another cell: of its 类, its neighbour.
    Other(CellId),
}

/// A document that the front matter names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Sibling {
    /// 上年文档
    LastYear,
    /// 预算文档
    Budget,
}

impl Sibling {
    /// As paths begin that lead there.
    pub const fn word(self) -> &'static str {
        match self {
            Sibling::LastYear => "上年",
            Sibling::Budget => "预算",
        }
    }

    /// As the front matter names it.
    pub const fn name(self) -> &'static str {
        match self {
            Sibling::LastYear => "上年文档",
            Sibling::Budget => "预算文档",
        }
    }

    /// The document, where it is.
    pub fn of(self, document: &Document) -> Option<&Document> {
        match self {
            Sibling::LastYear => document.siblings.last_year.as_deref(),
            Sibling::Budget => document.siblings.budget.as_deref(),
        }
    }
}

/// A relation of the narrative, judged.
#[derive(Clone, PartialEq, Debug)]
pub struct Relation {
    /// What it says.
    pub kind: Kind,
    /// How it ended: held, explained by rounding, broken, or not applicable.
    pub outcome: Outcome,
    /// The statement it is about; none where nothing is said before its numbers.
    pub statement: Option<StatementId>,
    /// The number that is wrong if one is: the finding's place.
    pub fact: FactId,
    /// The other numbers.
    pub facts: SmallVec<[FactId; 4]>,
    /// Cells, for a restatement.
    pub cells: SmallVec<[CellId; 1]>,
    /// The cell of another document.
    pub other: Option<(Sibling, CellId)>,
    /// What the number should be, in its own unit and with its decimals.
    pub expected: Option<Amount>,
    /// How sure that is.
    pub weight: Weight,
    /// It is plain which number is wrong, and what it should be.
    pub certain: bool,
    /// Sentences agree against the cell: it is the odd one, and the finding stands there.
    pub odd: bool,
    /// The slip that explains it.
    pub cause: Option<Cause>,
    /// It only follows from another broken one: its index.
    pub follows: Option<usize>,
    /// A cell that the tables blame explains it, or the sentence must be mended with it: index into
    /// [`Ledger::blames`](crate::relation::Ledger::blames).
    pub blame: Option<usize>,
    /// The formula, in numbers.
    pub formula: String,
    /// What it is about, of a broken one: a code, or the subject without the body and the year. The same
    /// next year.
    pub subject: String,
}

impl Relation {
    /// One without other numbers: the rest is filled in.
    pub(super) fn of(
        kind: Kind,
        outcome: Outcome,
        statement: impl Into<Option<StatementId>>,
        fact: FactId,
    ) -> Self {
        Self {
            kind,
            outcome,
            statement: statement.into(),
            fact,
            facts: SmallVec::new(),
            cells: SmallVec::new(),
            other: None,
            expected: None,
            weight: Weight::Sure,
            certain: false,
            odd: false,
            cause: None,
            follows: None,
            blame: None,
            formula: String::new(),
            subject: String::new(),
        }
    }
}

/// Why a number is in no relation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Free {
    /// It stands in a reason, or in words that don't say whose it is.
    Words,
    /// A count that no other number restates.
    Count,
    /// No cell bears the name of its subject.
    NoCell,
    /// Several cells could be meant, and none has its number.
    Ambiguous,
    /// It is about another year, or about more bodies than this one.
    Elsewhere,
    /// A change of which only the amount is given.
    Base,
}

impl Free {
    /// As a reviewer reads it.
    pub const fn name(self) -> &'static str {
        match self {
            Free::Words => "说的是原因或者别的事",
            Free::Count => "数量，没有别处可对",
            Free::NoCell => "表中没有同名的项",
            Free::Ambiguous => "表中同名的不止一处，数都不同",
            Free::Elsewhere => "别的年度，或者不只本单位",
            Free::Base => "只有增减数，没有幅度和上年数",
        }
    }
}
