//! What the narrative says: numbers, statements about a subject, and lists of parts.

use budget_syntax::TextRange;
use smallvec::SmallVec;

pub use super::grammar::{Measure, RateKind};
pub use super::lexer::Direction;
use crate::{Amount, HeadingId, Unit};

/// Index into [`Narrative::facts`].
pub type FactId = u32;
/// Index into [`Narrative::statements`].
pub type StatementId = u32;

/// What a number is in its sentence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// An amount or a count of its subject.
    Amount,
    /// What the amount is compared with (`较上年决算数 300 万元增加…`).
    Prior,
    /// How much more or less than the base.
    Change,
    /// The same in percent.
    Growth,
    /// 占
    Share,
    /// 完成率, 差异率
    Rate,
    /// In a reason: whose number it is isn't known.
    Reason,
    /// Anything else.
    Other,
}

/// A number of the narrative.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fact {
    /// The number, without its unit.
    pub range: TextRange,
    /// With its unit.
    pub whole: TextRange,
    /// As written, with its sign.
    pub amount: Amount,
    /// Decimals as written.
    pub decimals: u8,
    /// Its unit.
    pub measure: Measure,
    /// What it is.
    pub role: Role,
    /// The statement it belongs to.
    pub statement: Option<StatementId>,
    /// It is the value of a slot: derived, not typed.
    pub derived: bool,
}

impl Fact {
    /// The unit of money, if it is money.
    pub fn unit(&self) -> Option<Unit> {
        match self.measure {
            Measure::Money { unit, .. } => Some(unit),
            _ => None,
        }
    }
}

/// 比上年增加 3 万元，增长 5%
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// What it is compared with, as written.
    pub base: Option<TextRange>,
    /// More or less.
    pub direction: Direction,
    /// The word.
    pub word: TextRange,
    /// By how much.
    pub amount: Option<FactId>,
    /// In percent.
    pub percent: Option<FactId>,
    /// The direction that stands before the percentage.
    pub percent_direction: Option<(Direction, TextRange)>,
    /// The amount that it is compared with.
    pub prior: Option<FactId>,
    /// Another statement that it may be told of.
    pub also: Option<StatementId>,
}

/// What is said of one subject.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Statement {
    /// The subject as written; empty where there is none.
    pub subject: TextRange,
    /// What stands before the colon that it follows.
    pub head: Option<TextRange>,
    /// The heading it stands under.
    pub heading: Option<HeadingId>,
    /// The project that the section speaks of (项目名称：…).
    pub project: Option<TextRange>,
    /// Its number among the sentences.
    pub sentence: u32,
    /// Its amount of money.
    pub amount: Option<FactId>,
    /// How many there are of it.
    pub count: Option<FactId>,
    /// 占 P%, and what of.
    pub share: Option<(FactId, TextRange)>,
    /// Changes.
    pub changes: SmallVec<[Change; 1]>,
    /// 完成率, 差异率
    pub rates: SmallVec<[(RateKind, FactId); 1]>,
    /// What a rate is of, where it says so: 完成预算 22 万元的 68.2%.
    pub plan: Option<FactId>,
    /// Why it changed, as written.
    pub reason: Option<TextRange>,
    /// The list it is a part in.
    pub list: Option<u32>,
    /// What stands before the colon that leads to it: 基本支出 950 万元：工资福利支出 ….
    pub(crate) under: Option<StatementId>,
}

/// Which words open a list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Opening {
    /// 其中
    OfWhich,
    /// 包括, 分别为
    Consists,
    /// 主要包括: not all.
    Mainly,
    /// （购置费 8 万元，运行费 10 万元）
    Brackets,
    /// 资金分配情况：… of the project's 预算安排规模.
    Allocation,
}

/// Parts of a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct List {
    /// The whole; none if no statement could be it.
    pub whole: Option<StatementId>,
    /// The last statement with an amount before it.
    pub(crate) stated: Option<StatementId>,
    /// The parts.
    pub parts: Vec<StatementId>,
    /// How it was opened.
    pub opening: Opening,
}

/// All that the narrative says with numbers.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Narrative {
    /// Its numbers, in order.
    pub facts: Vec<Fact>,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// Lists of parts.
    pub lists: Vec<List>,
}

impl Narrative {
    /// A number.
    pub fn fact(&self, id: FactId) -> Option<&Fact> {
        self.facts.get(id as usize)
    }

    /// A statement.
    pub fn statement(&self, id: StatementId) -> Option<&Statement> {
        self.statements.get(id as usize)
    }
}
