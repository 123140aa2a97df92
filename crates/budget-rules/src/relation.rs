//! Broken relations as findings: one wrong cell is one finding, with every relation that breaks
//! because of it attached.

mod balance;

use std::sync::Arc;

use budget_catalog::template::{IdentitySpec, RelationKind, Strength};
use budget_model::amount::Style;
use budget_model::relation::{Blame, Instance, Outcome, Slip};
use budget_model::table::Value;
use budget_model::{Amount, CellId};
use budget_syntax::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::context::{CellAt, Judged, TableAt};
use crate::detail::{Detail, Operand, Verdict};
use crate::finding::{Edit, Finding, Fix, Note, Related, Severity, Subject};
use crate::kept::Before;
use crate::registry::{Check, Fixable, Rule};

macro_rules! card {
    ($code:literal, $slug:literal, $name:literal, $group:literal, $severity:ident) => {
        Rule {
            code: $code,
            slug: $slug,
            name: $name,
            group: $group,
            severity: Severity::$severity,
            since: "0.1.0",
            fix: Fixable::Unsafe,
            page: include_str!(concat!("../../../docs/rules/", $code, "-", $slug, ".md")),
            check: Check::Engine,
            indifferent_to: &[],
        }
    };
}

pub(crate) const ROW_SUM: Rule = card!("ARI001", "row-sum", "行合计不等于各列之和", "表内", Error);
pub(crate) const HIERARCHY: Rule = card!(
    "ARI002",
    "hierarchy",
    "上级科目不等于下级之和",
    "表内",
    Error
);
pub(crate) const TOTAL: Rule = card!("ARI003", "total", "合计行不等于各行之和", "表内", Error);
pub(crate) const BALANCE: Rule = card!("ARI004", "balance", "收支不平衡", "表内", Error);
pub(crate) const PART_OF_WHOLE: Rule =
    card!("ARI005", "part-of-whole", "部分大于整体", "表内", Error);
pub(crate) const MUST_BE_ZERO: Rule = card!("ARI006", "must-be-zero", "不应有数", "表内", Error);
pub(crate) const CROSS_TABLE: Rule = card!("CRS001", "cross-table", "表间不一致", "表间", Error);
pub(crate) const FUNCTION_ECONOMY: Rule = card!(
    "CRS002",
    "function-economy",
    "功能科目与经济科目对不上",
    "表间",
    Hint
);
pub(crate) const OWN: Rule = card!("CRS003", "own-relation", "不符合审核公式", "表间", Error);
pub(crate) const PERFORMANCE: Rule =
    card!("PER001", "form-sum", "绩效表里的数对不上", "绩效", Error);

/// Code of the rule a broken identity is told under.
pub fn code(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::RowSum => ROW_SUM.code,
        RelationKind::Hierarchy => HIERARCHY.code,
        RelationKind::Total => TOTAL.code,
        RelationKind::Balance => BALANCE.code,
        RelationKind::PartOfWhole => PART_OF_WHOLE.code,
        RelationKind::MustBeZero => MUST_BE_ZERO.code,
        RelationKind::CrossTable => CROSS_TABLE.code,
        RelationKind::FunctionEconomy => FUNCTION_ECONOMY.code,
        RelationKind::Performance => PERFORMANCE.code,
        RelationKind::Own => OWN.code,
        RelationKind::EmptyTable => "STR010",
    }
}

/// At most so many other places are attached to a finding: the rest would not be read.
const MOST_RELATED: usize = 20;
/// The finding's own relation is attached whole, up to this: a sum that can't be followed to its last
/// part can't be checked by a reader.
const MOST_ADDENDS: usize = 500;

/// Decimals that are shown of a number with more than its table prints.
const MOST_DECIMALS: u8 = 6;

/// Relations that are told by themselves: each broken or rounded one that no blame explains.
pub(crate) fn alone(
    context: &Judged<'_>,
    before: Option<&Before>,
) -> impl Iterator<Item = Arc<Finding>> {
    let ledger = context.ledger;
    let mut explained = vec![false; ledger.broken.len()];
    for index in ledger.blames.iter().flat_map(|blame| &blame.broken) {
        if let Some(explained) = explained.get_mut(*index) {
            *explained = true;
        }
    }
    let known = before.map(|before| before.relations(context.document));
    let open = ledger.broken.iter().zip(explained);
    let open = open.filter(|(_, explained)| !explained);
    open.filter_map(move |(instance, _)| {
        let known = known.as_ref().and_then(|it| it.of(context, instance));
        known.or_else(|| plain(context, instance).map(Arc::new))
    })
}

/// What is blamed. Returns the rules and places that tell each blame.
// By itself in profiles: scripts/cost.py counts it.
#[inline(never)]
pub(crate) fn report(
    context: &Judged<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Vec<(&'static str, TextRange)>> {
    let mut told = Vec::with_capacity(context.ledger.blames.len());
    let ledger = context.ledger;
    // Sums that only miss a row, or have a wrong code, are told with the row.
    let mut causes: FxHashMap<usize, (&'static str, TextRange)> = FxHashMap::default();
    for lacking in &context.codes.lacking {
        let cause = ("COD008", lacking.cell.cell.range);
        causes.extend(lacking.echoes.iter().map(|index| (*index, cause)));
    }
    for miscoded in &context.codes.miscoded {
        let cause = ("COD009", miscoded.place());
        causes.extend(miscoded.echoes.iter().map(|index| (*index, cause)));
    }
    for (number, blame) in ledger.blames.iter().enumerate() {
        let mut causes: Vec<_> = causes.get(&number).copied().into_iter().collect();
        for telling in tellings(context, blame) {
            if let Some(mut finding) = blamed(context, blame, telling) {
                finding.echo_of = causes.clone();
                causes.push((finding.rule, finding.range));
                findings.push(finding);
            }
        }
        told.push(causes);
    }
    told
}

/// The broken relations of a blame.
fn broken<'c>(context: &Judged<'c>, blame: &Blame) -> impl Iterator<Item = &'c Instance> {
    let broken = blame.broken.iter();
    broken.filter_map(|index| context.ledger.broken.get(*index))
}

/// The relations that a blame may be told by: the first of each rule, and each of one's own, which may be off. The
/// one that tells it best comes first.
fn tellings<'c>(context: &Judged<'c>, blame: &Blame) -> Vec<&'c Instance> {
    let mut seen: FxHashSet<(&str, &str)> = FxHashSet::default();
    let mut tellings: Vec<(RelationKind, &Instance)> = Vec::new();
    for instance in broken(context, blame) {
        let Some(spec) = identity(context, instance) else {
            continue;
        };
        let own = match spec.kind {
            RelationKind::Own => &*spec.id,
            _ => "",
        };
        if seen.insert((code(spec.kind), own)) {
            tellings.push((spec.kind, instance));
        }
    }
    // That nothing may stand there tells the cause; the sums that fail only follow.
    tellings.sort_by_key(|(kind, _)| *kind != RelationKind::MustBeZero);
    tellings.into_iter().map(|(_, instance)| instance).collect()
}

/// A finding on the cell, or on the relation where candidates tie.
fn blamed(context: &Judged<'_>, blame: &Blame, telling: &Instance) -> Option<Finding> {
    let also: Vec<(CellAt<'_>, Amount)> = blame
        .also
        .iter()
        .filter_map(|(id, value)| Some((context.cell(*id)?, *value)))
        .collect();
    let mut finding = match (blame.cell.and_then(|id| context.cell(id)), blame.expected) {
        (Some(cell), Some(expected)) => on_cell(context, telling, (cell, expected), &also)?,
        _ => {
            let candidates = blame.candidates.iter().filter_map(|(id, value)| {
                let cell = context.cell(*id)?;
                Some(Operand {
                    name: cell.name(context.document),
                    value: print(context, cell, *value),
                })
            });
            on_relation(context, telling, Verdict::Tie(candidates.collect()))?
        }
    };
    finding.cause = blame.cause.map(|slip| cause(context, slip));
    // Its own relation first, which is attached whole.
    let others = broken(context, blame).filter(|it| !std::ptr::eq(*it, telling));
    let all = std::iter::once(telling).chain(others);
    attach(context, &mut finding, (all, &blame.also));
    Some(finding)
}

/// The slip that explains a wrong number, in words.
fn cause(context: &Judged<'_>, slip: Slip) -> String {
    let name = |id| {
        context
            .cell(id)
            .map_or_else(String::new, |cell| cell.name(context.document))
    };
    match slip {
        Slip::OtherLevel(id) => format!("与{}相同，疑似误填了上下级的数", name(id)),
        Slip::Neighbour(id) => format!("与{}相同，疑似错行或错列", name(id)),
        Slip::Unit => "疑似元与万元混用".to_owned(),
        Slip::Point => "疑似小数点错位".to_owned(),
        Slip::Sign => "疑似正负号相反".to_owned(),
        Slip::Transposed => "疑似相邻两位数字颠倒".to_owned(),
        Slip::Digit => "疑似有一位数字写错、漏写或重复".to_owned(),
    }
}

/// A relation that is told by itself.
fn plain(context: &Judged<'_>, instance: &Instance) -> Option<Finding> {
    let verdict = match instance.outcome {
        Outcome::Rounding => Verdict::Rounding,
        _ => Verdict::Open,
    };
    let mut finding = on_relation(context, instance, verdict)?;
    attach(context, &mut finding, (std::iter::once(instance), &[]));
    finding.fixes = balance::fixes(context, instance);
    Some(finding)
}

fn identity<'d>(context: &Judged<'d>, instance: &Instance) -> Option<&'d IdentitySpec> {
    context.document.template.identities.get(instance.identity)
}

fn severity(identity: &IdentitySpec, instance: &Instance) -> Severity {
    match (identity.strength, instance.outcome) {
        (Strength::Soft, _) | (_, Outcome::Rounding) => Severity::Hint,
        (Strength::Hard, _) => Severity::Error,
    }
}

fn on_cell(
    context: &Judged<'_>,
    instance: &Instance,
    (cell, expected): (CellAt<'_>, Amount),
    also: &[(CellAt<'_>, Amount)],
) -> Option<Finding> {
    let identity = identity(context, instance)?;
    let actual = cell.amount().unwrap_or(Amount::ZERO);
    let expected_text = print(context, cell, expected);
    let source = cell.row.grid.table.table.source.as_ref();
    let source = source.map(|field| context.text(field.value).to_owned());
    let operands = cells(instance).filter_map(|id| context.cell(id));
    let operands = operands.filter(|other| other.cell.range != cell.cell.range);
    let detail = Detail::Relation {
        place: cell.name(context.document),
        why: identity.message.clone(),
        operands: operands
            .take(Operand::SHOWN + 1)
            .map(|other| other.operand(context.document))
            .collect(),
        verdict: Verdict::Cell { also: also.len() },
        source: source.clone(),
    };
    let mut finding = Finding::new(
        code(identity.kind),
        severity(identity, instance),
        cell.cell.range,
        cell.subject(context),
        detail,
    );
    sides(context, &mut finding, identity, instance, cell);
    finding.difference = actual
        .checked_sub(expected)
        .map(|difference| print(context, cell, difference));
    if source.is_none() {
        finding.fixes.push(Fix {
            title: format!("改为 {expected_text}"),
            safe: false,
            edits: std::iter::once(&(cell, expected))
                .chain(also)
                .map(|(cell, value)| Edit {
                    range: cell.cell.range,
                    text: print(context, *cell, *value),
                })
                .collect(),
        });
    }
    finding.actual = Some(cell.text(context).to_owned());
    finding.expected = Some(expected_text);
    Some(finding)
}

/// A finding that stands on the relation: at its first cell, or for a relation without cells at
/// the top of the document.
fn on_relation(context: &Judged<'_>, instance: &Instance, verdict: Verdict) -> Option<Finding> {
    let identity = identity(context, instance)?;
    let first = cells(instance).find_map(|id| context.cell(id));
    let detail = Detail::Relation {
        place: first
            .map(|cell| cell.name(context.document))
            .unwrap_or_default(),
        why: identity.message.clone(),
        operands: Vec::new(),
        verdict,
        source: None,
    };
    let (range, subject) = match first {
        Some(cell) => (cell.cell.range, cell.subject(context)),
        None => match table_of(context, identity) {
            Some(table) => (table.place(context), table.subject(context)),
            None => (context.front_place(), Subject::default()),
        },
    };
    let mut finding = Finding::new(
        code(identity.kind),
        severity(identity, instance),
        range,
        subject,
        detail,
    );
    match first {
        Some(cell) => sides(context, &mut finding, identity, instance, cell),
        None => {
            finding.formula = Some(instance.formula.clone());
            finding.origin = Some(identity.id.clone());
        }
    }
    finding.difference = match (instance.left, instance.right, first) {
        (Some(left), Some(right), Some(cell)) => left
            .checked_sub(right)
            .map(|difference| print(context, cell, difference)),
        _ => None,
    };
    Some(finding)
}

/// The first table that the identity speaks of as a whole: `空(表八)`.
fn table_of<'d>(context: &Judged<'d>, identity: &IdentitySpec) -> Option<TableAt<'d>> {
    context.tables().find(|table| {
        let name = table.name(context.document);
        identity.expr.contains(&format!("({name})"))
    })
}

/// Formula, 左值 and 右值, printed as numbers of `cell`'s table.
fn sides(
    context: &Judged<'_>,
    finding: &mut Finding,
    identity: &IdentitySpec,
    instance: &Instance,
    cell: CellAt<'_>,
) {
    finding.formula = Some(instance.formula.clone());
    finding.origin = Some(identity.id.clone());
    finding.left = instance.left.map(|left| print(context, cell, left));
    finding.right = instance.right.map(|right| print(context, cell, right));
}

/// Attaches the sums that fail for the same reason as a finding.
pub(crate) fn attach_echoes(context: &Judged<'_>, finding: &mut Finding, blames: &[usize]) {
    let ledger = context.ledger;
    let blames = blames.iter().filter_map(|index| ledger.blames.get(*index));
    let mut seen: FxHashSet<TextRange> = FxHashSet::default();
    for index in blames.flat_map(|blame| &blame.broken) {
        let Some(instance) = ledger.broken.get(*index) else {
            continue;
        };
        if finding.related.len() >= MOST_RELATED {
            return;
        }
        let mut cells = cells(instance);
        let first = cells.find_map(|id| Some((id, context.cell(id)?.cell.range)));
        if let Some((cell, range)) = first.filter(|(_, range)| seen.insert(*range)) {
            let same_cause = Some(instance.formula.clone());
            let note = Note::Operand { cell, same_cause };
            finding.related.push(Related { range, note });
        }
    }
}

/// Attaches the cells that change with the finding's, and those of the relations, each once; and says
/// which relation they belong to.
fn attach<'i>(
    context: &Judged<'_>,
    finding: &mut Finding,
    (instances, also): (impl Iterator<Item = &'i Instance>, &[(CellId, Amount)]),
) {
    let mut seen: FxHashSet<TextRange> = FxHashSet::default();
    seen.insert(finding.range);
    for (id, value) in also.iter().take(MOST_ADDENDS) {
        let cell = context.cell(*id);
        if let Some(cell) = cell.filter(|cell| seen.insert(cell.cell.range)) {
            let to = print(context, cell, *value);
            let note = Note::Changes { cell: *id, to };
            let range = cell.cell.range;
            finding.related.push(Related { range, note });
        }
    }
    let before = finding.related.len();
    for (index, instance) in instances.enumerate() {
        let mut first = true;
        let most = if index == 0 {
            MOST_ADDENDS
        } else {
            MOST_RELATED
        };
        let cells = cells(instance).filter_map(|id| Some((id, context.cell(id)?.cell.range)));
        for (cell, range) in cells {
            if finding.related.len() >= before + most {
                return;
            }
            if !seen.insert(range) {
                continue;
            }
            let other = index > 0 && first;
            let same_cause = other.then(|| instance.formula.clone());
            first = false;
            let note = Note::Operand { cell, same_cause };
            finding.related.push(Related { range, note });
        }
    }
}

fn cells(instance: &Instance) -> impl Iterator<Item = CellId> + '_ {
    instance
        .left_cells
        .iter()
        .chain(&instance.right_cells)
        .copied()
}

/// A number as it would be printed in the cell's place: decimals and thousands as there.
fn print(context: &Judged<'_>, cell: CellAt<'_>, amount: Amount) -> String {
    let table = cell.row.grid.table.table;
    let style = &context.document.front.number_style;
    let of_template = &context.template.number_style;
    let written = cell.text(context);
    let kept = style.trailing_zeros.or(of_template.trailing_zeros);
    // Where zeros are never trimmed, a number has as many decimals as its cell shows.
    let usual = match cell.cell.value {
        Value::Number(number) if kept == Some(true) => number.decimals,
        _ => table.most_decimals,
    };
    amount.print(Style {
        decimals: usual.max(amount.decimals().min(MOST_DECIMALS)),
        // `decimals` says that trailing zeros are trimmed in this table.
        trailing_zeros: kept.unwrap_or(table.decimals == 0),
        thousands: written.contains([',', '，']),
    })
}
