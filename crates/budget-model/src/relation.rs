//! Relations: what must add up. Template identities become instances over the document's cells;
//! one evaluator judges them on the intervals of printed numbers.

mod bind;
mod blame;
mod derive;
mod eval;
mod explore;
mod expression;
mod index;
mod plan;
mod quantity;
mod render;
mod report;
mod slip;
mod tally;
#[cfg(test)]
mod tests;
mod worked_out;

use std::sync::Arc;

use budget_syntax::TextRange;
use budget_syntax::expr::Comparison;
use rustc_hash::FxHashSet;

pub(crate) use eval::Walked;
pub use explore::{Explorer, Place, Worth};
pub use plan::CompileError;
pub use render::quoted;
pub(crate) use slip::of_numbers as digits_slip;
pub use tally::Tally;
pub use worked_out::worked_out;

use crate::{Amount, CellId, Document, prose, three};

/// How differences in sums are judged that rounding may explain.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Tolerance {
    /// Each number stands for itself ± half a step: a sum is broken only if that can't explain it.
    #[default]
    Rounding,
    /// None: a sum holds to the last digit. One number restated with fewer decimals may still be rounded.
    Exact,
}

/// How an instance of an identity ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Outcome {
    /// 成立
    Held,
    /// 舍位可解释
    Rounding,
    /// 不成立
    Broken,
    /// 待填
    Waiting,
    /// 不适用
    NotApplicable,
    /// 无法核对
    Unknown,
}

/// Why an instance could not be checked or does not apply.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Why {
    /// A table isn't there.
    NoTable,
    /// A row isn't there.
    NoRow,
    /// A column isn't there.
    NoColumn,
    /// All operands are empty.
    AllEmpty,
    /// The source lost a part it needs (转换缺失).
    Lost,
    /// The tables are published apart (另附).
    Apart,
    /// An operand isn't a number.
    NotANumber,
    /// A derived value couldn't be evaluated.
    NotEvaluated,
    /// A condition (`… 则 …`) isn't met.
    Condition,
    /// The narrative section that would say so isn't there.
    NoSection,
    /// A code stands in several rows where one is meant.
    Ambiguous,
    /// The table as a whole doesn't bear it out: its rows or columns may mean something else.
    Unconfirmed,
}

impl Why {
    /// How an instance ends that lacks a part for this reason.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Why::Lost | Why::Apart | Why::Ambiguous | Why::Unconfirmed => Outcome::Unknown,
            _ => Outcome::NotApplicable,
        }
    }
}

/// One identity over particular cells, judged.
#[derive(Clone, PartialEq, Debug)]
pub struct Instance {
    /// Index into `template.identities`; beyond them for a relation of the narrative.
    pub identity: usize,
    /// The outcome.
    pub outcome: Outcome,
    /// Why, for not applicable and unknown.
    pub why: Option<Why>,
    /// The identity with its variables filled in: `表三.201.基本支出 = 合(表三.201.下级.基本支出)`.
    pub formula: String,
    /// How it compares its sides; none of a relation that compares no cells: one that says what holds of
    /// a table, or one of the narrative.
    pub comparison: Option<Comparison>,
    /// Cells of the left side.
    pub left_cells: Vec<CellId>,
    /// Cells of the right side.
    pub right_cells: Vec<CellId>,
    /// Those of either side that are subtracted there.
    pub subtracted: Vec<CellId>,
    /// Value of the left side (左值), in the unit of its first cell's table.
    pub left: Option<Amount>,
    /// Value of the right side (右值), in the same unit.
    pub right: Option<Amount>,
    /// What it says of the narrative, for a relation of its numbers; those of tables have an identity.
    pub prose: Option<prose::check::Kind>,
    /// The numbers of the narrative in it.
    pub numbers: Vec<TextRange>,
}

/// The usual slip that explains a wrong number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Slip {
    /// The amount of another level of the same column (合计, its 类 or 款) stands in its place.
    OtherLevel(CellId),
    /// The amount of the cell beside, above or below it.
    Neighbour(CellId),
    /// 元 for 万元, or the other way round.
    Unit,
    /// The decimal point moved.
    Point,
    /// The sign.
    Sign,
    /// Two digits beside each other swapped.
    Transposed,
    /// One digit wrong, left out or doubled.
    Digit,
}

/// A code that one table has, with money, and the table it is set against has not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissingRow {
    /// Index into `template.identities`.
    pub identity: usize,
    /// The code.
    pub code: String,
    /// The table that lacks it: index into `document.tables`.
    pub table: usize,
    /// The cells of the other side that hold its money.
    pub present: Vec<CellId>,
}

/// A cell found wrong, or a relation that can't be pinned on one.
#[derive(Clone, PartialEq, Debug)]
pub struct Blame {
    /// The cell; none where candidates tie: then the place is the first cell of the relation.
    pub cell: Option<CellId>,
    /// What it should say.
    pub expected: Option<Amount>,
    /// Cells that must change with it: they say the same wrong number, or follow from it.
    pub also: Vec<(CellId, Amount)>,
    /// The cells that would mend it, in a tie.
    pub candidates: Vec<(CellId, Amount)>,
    /// The broken instances it explains: indices into [`Ledger::broken`], the telling one first.
    pub broken: Vec<usize>,
    /// The slip that explains what is there, if a usual one does.
    pub cause: Option<Slip>,
}

/// A derived cell or slot that couldn't be evaluated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EvaluationError {
    /// The cell's text or the slot.
    pub range: TextRange,
    /// What is wrong with it.
    pub kind: EvaluationErrorKind,
    /// The piece of the expression it is about.
    pub subject: String,
}

/// Why an expression has no value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EvaluationErrorKind {
    /// It can't be read.
    Syntax,
    /// A path leads nowhere.
    UnknownPath,
    /// `上年.…` or `预算.…`: the other document isn't loaded.
    OtherDocument,
    /// A path fits several.
    AmbiguousPath,
    /// It depends on itself.
    Cycle,
    /// Units that can't be mixed.
    Unit,
    /// A function that isn't known.
    UnknownFunction,
    /// `=` in a cell that nothing defines.
    NoDefinition,
    /// What stands there is no number.
    NotANumber,
    /// Division by zero.
    DivisionByZero,
    /// A number too large.
    Overflow,
}

/// The value of a derived cell or a slot.
#[derive(Clone, PartialEq, Debug)]
pub struct Derived {
    /// The cell's text or the slot with its braces.
    pub range: TextRange,
    /// The cell, if it is one.
    pub cell: Option<CellId>,
    /// The value as printed.
    pub text: String,
    /// The value as a number; none for lists of names and for words.
    pub amount: Option<Amount>,
    /// What defines it, for the hover: the formula.
    pub formula: String,
}

/// All that was checked.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Ledger {
    /// Instances by outcome, in the order of [`Outcome`].
    pub counts: [u32; 6],
    /// The relations about each table of the document, those of the narrative left out: they are told there.
    pub by_table: Vec<Tally>,
    /// Broken instances (and 舍位可解释 ones with [`Outcome::Rounding`]). Shared with the next version, which may say
    /// the same.
    pub broken: Arc<Vec<Instance>>,
    /// Who is to blame.
    pub blames: Vec<Blame>,
    /// Derived values.
    pub derived: Vec<Derived>,
    /// Derived values that failed.
    pub errors: Vec<EvaluationError>,
    /// Every instance, if asked for.
    pub instances: Vec<Instance>,
    /// Codes with money that the table on the other side of a relation lacks.
    pub missing_rows: Vec<MissingRow>,
    /// Amount cells with a number that no instance checks, if asked for.
    pub uncovered: Vec<CellId>,
    /// The numbers of the narrative. What became of their relations is in `counts` too.
    pub prose: prose::Checked,
}

/// Whether to keep every instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Collect {
    /// Counts and broken ones only.
    #[default]
    Broken,
    /// All: the ledger of `--outcomes`.
    All,
}

/// Checks every relation of a document.
pub fn check(document: &Document, collect: Collect) -> Ledger {
    check_beside(document, collect, || ()).0
}

/// As [`check`], and does something else beside it.
pub fn check_beside<T: Send>(
    document: &Document,
    collect: Collect,
    other: impl FnOnce() -> T + Send,
) -> (Ledger, T) {
    ledger(document, collect, true, other)
}

/// Judges every instance of every identity, and asks not who is to blame: for identities that are
/// only tried on a document.
pub fn judge(document: &Document) -> Ledger {
    ledger(document, Collect::All, false, || ()).0
}

fn ledger<T: Send>(
    document: &Document,
    collect: Collect,
    blame: bool,
    other: impl FnOnce() -> T + Send,
) -> (Ledger, T) {
    let plan = plan::Plan::of(&document.template);
    let plan = &plan;
    let carried = blame.then(|| document.carried()).flatten();
    let carried = carried.as_ref();
    let lay_out = || {
        let known = carried.map(|(left, common)| left.walked.index(document, &common.changes));
        let mut index = known.unwrap_or_else(|| index::Index::new(document));
        let derivation = derive::derive(&mut index, plan);
        (index, derivation)
    };
    let tables = |(index, derivation): (index::Index<'_>, derive::Derivation)| {
        let again = carried
            .and_then(|(left, common)| eval::Again::new(&left.walked, common, &index, collect));
        let (judgements, ends, known) = eval::Walker::new(&index, plan, collect).run(again);
        // What is derived has its places in the text.
        let bare = derivation.derived.is_empty() && derivation.errors.is_empty();
        let ledger = known.filter(|_| bare).unwrap_or_else(|| {
            let ledger = report::ledger(&index, plan, &judgements, derivation, collect, blame);
            Arc::new(ledger)
        });
        let walked = eval::Walked::new(&index, collect, (judgements, ends), &ledger);
        (ledger, walked)
    };
    if !blame {
        return (Arc::unwrap_or_clone(tables(lay_out()).0), other());
    }
    let before = carried.map(|(left, common)| (&left.story, common));
    let all = collect == Collect::All;
    let narrative = |derived: &[Derived]| prose::check::check_after(document, derived, all, before);
    // Neither needs the other until it is said who is to blame, and each takes about as long; but sentences are read
    // with what is derived.
    let ((checked, story), (ledger, walked), other) = if derive::is_needed(document) {
        let (index, derivation) = lay_out();
        let derived = derivation.derived.clone();
        three(
            || narrative(&derived),
            move || tables((index, derivation)),
            other,
        )
    } else {
        three(|| narrative(&[]), || tables(lay_out()), other)
    };
    document.leave(story, walked);
    let mut ledger = Arc::unwrap_or_clone(ledger);
    add_narrative(document, &mut ledger, checked, collect);
    (ledger, other)
}

/// Adds the narrative, and weighs it with what the tables say of themselves.
// By itself in profiles: scripts/cost.py counts it.
#[inline(never)]
fn add_narrative(
    document: &Document,
    ledger: &mut Ledger,
    checked: prose::Checked,
    collect: Collect,
) {
    for relation in &*checked.relations {
        if let Some(count) = ledger.counts.get_mut(relation.outcome as usize) {
            *count += 1;
        }
    }
    if collect == Collect::All {
        let instances = checked.relations.iter();
        let instances = instances.map(|it| prose_instance(document, &checked, it));
        ledger.instances.extend(instances);
        // A cell that the narrative says too is compared with it.
        let said: FxHashSet<CellId> = checked
            .relations
            .iter()
            .flat_map(|it| it.cells.iter().copied())
            .collect();
        ledger.uncovered.retain(|cell| !said.contains(cell));
    }
    ledger.prose = checked;
    prose::check::weigh(document, ledger);
}

/// A relation of the narrative as an instance beside those of tables.
fn prose_instance(
    document: &Document,
    checked: &prose::Checked,
    relation: &prose::check::Relation,
) -> Instance {
    let fact = |id: u32| checked.narrative.fact(id);
    let numbers = std::iter::once(relation.fact).chain(relation.facts.iter().copied());
    let unit = relation.cells.first().and_then(|cell| {
        let table = document.tables.get(cell.table as usize)?;
        i32::try_from(table.unit.exponent()).ok()
    });
    let left = unit.and_then(|unit| {
        let fact = fact(relation.fact)?;
        let own = i32::try_from(fact.unit()?.exponent()).ok()?;
        fact.amount.shift(own - unit)
    });
    let right = unit.and_then(|_| {
        let values = relation
            .cells
            .iter()
            .map(|cell| match document.cell(*cell)?.value {
                crate::Value::Number(number) => Some(number.amount),
                _ => None,
            });
        values
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .try_fold(Amount::ZERO, Amount::checked_add)
    });
    Instance {
        identity: usize::MAX,
        outcome: relation.outcome,
        why: None,
        formula: relation.formula.clone(),
        comparison: None,
        left_cells: Vec::new(),
        right_cells: relation.cells.to_vec(),
        subtracted: Vec::new(),
        left: left.filter(|_| right.is_some()),
        right: right.filter(|_| left.is_some()),
        prose: Some(relation.kind),
        numbers: numbers.filter_map(fact).map(|fact| fact.whole).collect(),
    }
}
