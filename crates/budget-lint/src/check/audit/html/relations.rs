//! Relations by identity: what is broken first, what held folded.

use budget_model::{
    Amount, Value,
    relation::{Instance, Outcome},
};
use maud::{Markup, html};
use rustc_hash::FxHashSet;

use super::Page;
use crate::check::{
    audit::record::{Outcomes, RelationRecord},
    ledger,
};

/// Relations of one identity in one table.
struct Group {
    identity: usize,
    outcomes: Outcomes,
    numbers: Vec<usize>,
}

impl Group {
    /// Whether a reviewer has to look at one of them.
    const fn is_open(&self) -> bool {
        self.outcomes.broken + self.outcomes.rounding + self.outcomes.waiting > 0
    }
}

/// How some relations ended, and why.
struct End {
    outcome: Outcome,
    count: usize,
    reasons: Vec<(&'static str, usize)>,
}

impl End {
    fn told(&self) -> String {
        let (name, count) = (ledger::outcome(self.outcome).1, self.count);
        match self.reasons.as_slice() {
            [] => format!("{name} {count}"),
            [(why, _)] => format!("{name} {count}（{why}）"),
            reasons => {
                let reasons = reasons.iter().map(|(why, count)| format!("{why} {count}"));
                format!(
                    "{name} {count}（{}）",
                    reasons.collect::<Vec<_>>().join("、")
                )
            }
        }
    }
}

impl Page<'_, '_> {
    /// The relations of these numbers.
    pub(super) fn relations(&self, numbers: &[usize]) -> Markup {
        let mut groups: Vec<Group> = Vec::new();
        for number in numbers {
            let Some((_, instance)) = self.relation(*number) else {
                continue;
            };
            // Those of an identity stand together.
            let group = match groups.pop_if(|group| group.identity == instance.identity) {
                Some(group) => groups.push_mut(group),
                None => groups.push_mut(Group {
                    identity: instance.identity,
                    outcomes: Outcomes::default(),
                    numbers: Vec::new(),
                }),
            };
            group.outcomes.add(instance.outcome);
            group.numbers.push(*number);
        }
        groups.sort_by_key(|group| !group.is_open());
        for group in &mut groups {
            let rank = |number: &usize| self.relation(*number).map(|(_, it)| rank(it.outcome));
            group.numbers.sort_by_key(rank);
        }
        html! {
            @for group in &groups { (self.group(group)) }
        }
    }

    fn relation(&self, number: usize) -> Option<(&RelationRecord<'_>, &Instance)> {
        let place = number.checked_sub(1)?;
        let instance = self.sheet.report.ledger.instances.get(place)?;
        Some((self.record.relations.get(place)?, instance))
    }

    fn group(&self, group: &Group) -> Markup {
        let identity = self.sheet.document.template.identities.get(group.identity);
        let (first, rest): (Vec<usize>, Vec<usize>) = group.numbers.iter().partition(|number| {
            let relation = self.relation(**number);
            relation.is_some_and(|(_, instance)| asks(instance.outcome))
        });
        html! {
            details open[group.is_open()] {
                summary {
                    @if let Some(identity) = identity { b { (identity.id) } " " (identity.message) "：" }
                    @else { b { "文字说明" } "里的数：" }
                    span.bad[group.outcomes.broken > 0].ask[group.outcomes.unknown > 0] { (self.ended(&group.numbers)) }
                }
                @if let Some(identity) = identity {
                    p.note { code { (identity.expr.trim()) } @if !identity.source.is_empty() { "　依据：" (identity.source) } }
                }
                @if first.is_empty() { (self.list(&rest)) }
                @else {
                    (self.list(&first))
                    @if !rest.is_empty() { details { summary { "其余：" (self.ended(&rest)) } (self.list(&rest)) } }
                }
            }
        }
    }

    fn list(&self, numbers: &[usize]) -> Markup {
        let relations = numbers.iter().filter_map(|it| self.relation(*it));
        html! {
            table.list {
                thead { tr { th.n { "序号" } th { "结果" } th { "关系和各数" } th.n { "左值" } th.n { "右值" } th.n { "差额" } } }
                tbody { @for (record, instance) in relations {
                    tr id={ "r" (record.number) } {
                        td.n { (record.number) }
                        td.bad[instance.outcome == Outcome::Broken].ask[instance.outcome == Outcome::Unknown] {
                            (ledger::outcome(instance.outcome).1)
                            @if let Some(why) = instance.why { "：" (ledger::why(why).1) }
                        }
                        td { (record.formula) (self.operands(record, instance)) }
                        td.n { (record.left.as_deref().unwrap_or_default()) }
                        td.n { (record.right.as_deref().unwrap_or_default()) }
                        td.n { (record.difference.as_deref().unwrap_or_default()) }
                    }
                } }
            }
        }
    }

    /// `成立 18、不适用 3（各项都是空的）`
    fn ended(&self, numbers: &[usize]) -> String {
        let mut ends: Vec<End> = Vec::new();
        for (_, instance) in numbers.iter().filter_map(|it| self.relation(*it)) {
            let place = ends.iter().position(|end| end.outcome == instance.outcome);
            let end = match place.and_then(|place| ends.get_mut(place)) {
                Some(end) => end,
                None => ends.push_mut(End {
                    outcome: instance.outcome,
                    count: 0,
                    reasons: Vec::new(),
                }),
            };
            end.count += 1;
            if let Some(why) = instance.why {
                let why = ledger::why(why).1;
                match end.reasons.iter_mut().find(|(known, _)| *known == why) {
                    Some((_, count)) => *count += 1,
                    None => end.reasons.push((why, 1)),
                }
            }
        }
        let told = ends.iter().map(End::told).collect::<Vec<_>>();
        told.join("、")
    }

    /// The numbers of both sides, each leading to its cell.
    fn operands(&self, record: &RelationRecord<'_>, instance: &Instance) -> Markup {
        let places = record.left_cells.iter().chain(&record.right_cells);
        let mut cells = places.filter_map(|at| self.record.cells.get(*at));
        let minus: FxHashSet<usize> = record.subtracted.iter().copied().collect();
        html! {
            @if cells.any(|cell| !cell.text.is_empty()) {
                div.operands {
                    (self.side(&record.left_cells, &minus, instance.left))
                    @if !record.right_cells.is_empty() { " ｜ " (self.side(&record.right_cells, &minus, instance.right)) }
                }
            }
        }
    }

    /// A sum where the numbers are one; else what there is.
    fn side(&self, places: &[usize], minus: &FxHashSet<usize>, value: Option<Amount>) -> Markup {
        let is_sum = self.adds_up(places, minus, value);
        let join = |nth: usize, at: &usize| match (is_sum, nth) {
            (true, _) if minus.contains(at) => " − ",
            (_, 0) => "",
            (true, _) => " + ",
            (false, _) => "、",
        };
        html! {
            @for (nth, at) in places.iter().enumerate() { @if let Some(cell) = self.record.cells.get(*at) {
                (join(nth, at))
                @match cell.value.unwrap_or(cell.text) {
                    "" => { "空" }
                    text => { a href={ "#c" (at) } { (text) } }
                }
            } }
        }
    }

    /// Whether the cells' numbers, with their signs, come to the value.
    fn adds_up(&self, places: &[usize], minus: &FxHashSet<usize>, value: Option<Amount>) -> bool {
        let sum = places.iter().try_fold(Amount::from_count(0), |sum, at| {
            let cell = self.record.cells.get(*at)?;
            let amount = match self.sheet.document.cell(cell.id)?.value {
                Value::Number(number) => number.amount,
                Value::Empty | Value::Dash => return Some(sum),
                _ => Amount::parse(cell.value?)?.0,
            };
            if minus.contains(at) {
                sum.checked_sub(amount)
            } else {
                sum.checked_add(amount)
            }
        });
        value.is_some() && sum == value
    }

    /// Relations that no cell bears, and findings outside of tables.
    pub(super) fn elsewhere(&self) -> Markup {
        let numbers = self.relations.last().map(Vec::as_slice).unwrap_or_default();
        let findings = self.record.findings.iter().filter(|it| it.table.is_none());
        let findings: Vec<usize> = findings.map(|it| it.number).collect();
        html! {
            section #elsewhere {
                h2 { "六、表以外" }
                @if findings.is_empty() && numbers.is_empty() { p { "没有。" } }
                (self.findings(findings.into_iter()))
                @if !numbers.is_empty() {
                    h3 { "没有落到格上的关系 " (numbers.len()) " 条（文字说明里的数，或者缺表、缺行、缺栏）" }
                    (self.relations(numbers))
                }
            }
        }
    }
}

/// Whether a reviewer has to look at a relation that ended so.
const fn asks(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Broken | Outcome::Rounding | Outcome::Waiting
    )
}

/// What is broken first.
const fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Broken => 0,
        Outcome::Rounding => 1,
        Outcome::Waiting => 2,
        Outcome::Unknown => 3,
        Outcome::Held => 4,
        Outcome::NotApplicable => 5,
    }
}
