//! What restates a cell, and what is stated twice.

use budget_catalog::template::DisclosureKind;
use budget_syntax::TextRange;
use rustc_hash::FxHashMap;

use super::super::{
    bind::{Candidate, is_label_of_sums},
    concept::{Flow, Letters, Scope, Stage, begins, has},
    fact::{FactId, Role, StatementId},
    money::Printed,
};
use super::{Cause, Checker, Free, Kind, Outcome, Relation, Weight, slips};
use crate::{Amount, CellId, Document};

/// Subjects whose numbers no table has, though one may have their name.
const NOT_IN_TABLES: [&str; 4] = ["机关运行", "政府采购", "单位运行", "绩效"];

/// What sums and operations are called: names of nothing.
const UNNAMED: [&str; 11] = [
    "共计", "合计", "总计", "累计", "差值", "差额", "增减", "结余", "金额", "完成", "资金",
];

/// What falls to each of anything: 人均 60 元 of guests isn't 人均 3 万元 of those who travel.
const EACH: [&str; 7] = ["人均", "车均", "辆均", "平均每", "每辆", "每人", "平均"];

/// 预算安排规模：…
fn is_allotment(document: &Document, head: Option<TextRange>) -> bool {
    head.is_some_and(|head| is_label_of_sums(document.slice(head)))
}

/// Whether cells say a number.
fn says(it: &Candidate, printed: Printed) -> bool {
    let sum = Printed {
        half: it.room,
        ..it.printed
    };
    let said = || printed.restates(it.printed) || it.cells.len() > 1 && sum.meets(printed);
    (!it.empty || printed.is_zero()) && said()
}

impl Checker<'_> {
    /// Every amount that a cell says too.
    pub(super) fn restatements(&mut self) {
        let mut open: Vec<(StatementId, FactId, Printed)> = Vec::new();
        for (id, statement) in (0..).zip(&self.narrative.statements) {
            let Some(fact) = statement.amount else {
                continue;
            };
            if self.fact(fact).is_none_or(|fact| fact.derived) {
                if let Some(printed) = self.money(fact) {
                    self.confirmed.insert(fact, printed);
                }
                continue;
            }
            let Some(printed) = self.money(fact) else {
                continue;
            };
            let concept = self.binder.concept(id);
            let letters = Letters::of(&concept.label);
            let named = |word: &&str| letters.have(&concept.label, word);
            let tabled = matches!(concept.scope, Some(Scope::Running | Scope::Purchases));
            if concept.elsewhere || !tabled && NOT_IN_TABLES.iter().any(named) {
                let why = if concept.elsewhere {
                    Free::Elsewhere
                } else {
                    Free::NoCell
                };
                self.unbound.insert(fact, why);
                open.push((id, fact, printed));
                continue;
            }
            let enough = |it: &Candidate| says(it, printed);
            let candidates = self.binder.candidates_until(id, &enough);
            if !self.restates(id, fact, printed, &candidates) {
                open.push((id, fact, printed));
            }
        }
        self.outvoted();
        self.projects();
        self.repeated(open);
    }

    /// The money of all projects that are described is that of the table of projects.
    fn projects(&mut self) {
        let described: Vec<(StatementId, FactId, Printed)> = (0..)
            .zip(&self.narrative.statements)
            .filter(|(_, it)| it.project.is_some() && it.list.is_none())
            .filter(|(_, it)| it.subject.is_empty() && is_allotment(self.document, it.head))
            .filter_map(|(id, it)| Some((id, it.amount?, self.money(it.amount?)?)))
            .collect();
        let (Some((first, fact, _)), true) = (described.first().copied(), described.len() > 1)
        else {
            return;
        };
        let sum = described
            .iter()
            .try_fold(Printed::default(), |sum, it| sum.add(it.2));
        let (Some(total), Some(sum)) = (self.binder.total(first), sum) else {
            return;
        };
        // Not every project need be described: only a slip in one of them tells that they are all.
        let held = sum.value == total.value;
        let slip = described.iter().find_map(|(_, fact, own)| {
            let right = total.sub(sum)?.add(*own)?;
            let right = self.as_printed(*fact, right)?;
            let written = self.fact(*fact)?.amount;
            slips::of_amount(written, right)
                .filter(|_| slips::is_long(right) && !right.is_negative())
                .map(|cause| (*fact, right, cause))
        });
        let (outcome, place, expected, cause) = match (held, slip) {
            (true, _) => (Outcome::Held, fact, None, None),
            (false, Some((fact, right, cause))) if !self.confirmed.contains_key(&fact) => {
                (Outcome::Broken, fact, Some(right), Some(cause))
            }
            _ => return,
        };
        let formula = self.formula(outcome, || {
            let parts: Vec<String> = described.iter().map(|it| self.text(it.1)).collect();
            let total = total.amount(crate::Unit::TenThousandYuan.exponent());
            let total = total.map_or_else(String::new, |total| total.to_string());
            format!("{} = {total}（项目支出）", parts.join(" + "))
        });
        let facts = described.iter().map(|it| it.1);
        self.add(Relation {
            facts: facts.filter(|it| *it != place).collect(),
            expected,
            weight: Weight::Likely,
            cause,
            formula,
            ..Relation::of(Kind::Parts, outcome, first, place)
        });
    }

    /// Whether a number is told apart by its candidates: it is one of them, or all of them say another.
    fn restates(
        &mut self,
        id: StatementId,
        fact: FactId,
        printed: Printed,
        candidates: &[Candidate],
    ) -> bool {
        let held = candidates.iter().find(|it| says(it, printed));
        if let Some(candidate) = held {
            // A sentence that is finer than its cell says more than the cell bears out.
            let finer =
                printed.half < candidate.printed.half && printed.value != candidate.printed.value;
            let outcome = match finer && candidate.cells.len() == 1 {
                true => Outcome::Rounding,
                false => Outcome::Held,
            };
            let relation = self.restatement(id, fact, candidate, outcome);
            self.add(relation);
            self.confirmed.insert(fact, candidate.printed);
            return true;
        }
        if self.is_part_of_plan(id) {
            self.unbound.insert(fact, Free::Ambiguous);
            return false;
        }
        if self.is_slip(id, fact, printed, candidates) {
            return true;
        }
        let mut filled = candidates.iter().filter(|it| !it.empty && !it.beside);
        let Some(first) = filled.next() else {
            // The row or column is there, and nothing in it: of “三公” that says 0, and so does an
            // empty table of a fund, or a sum that leaves nothing for it.
            let empty = candidates.first().filter(|it| !it.beside);
            if let Some(empty) = empty.filter(|_| !printed.is_zero())
                && (matches!(
                    self.binder.scope(id),
                    Some(Scope::Hospitality | Scope::Fund | Scope::Capital)
                ) || self.asks_for(id, Printed::default(), printed))
            {
                let mut relation = self.restatement(id, fact, empty, Outcome::Broken);
                relation.expected = Some(Amount::ZERO);
                relation.weight = Weight::Likely;
                self.add(relation);
                return true;
            }
            self.unbound.insert(fact, Free::NoCell);
            return false;
        };
        if filled.any(|it| !it.printed.restates(first.printed)) {
            self.unbound.insert(fact, Free::Ambiguous);
            return false;
        }
        // 820 万元（含上年结转 15 万元） is more than its cell.
        if self.is_extended(fact) {
            self.unbound.insert(fact, Free::Elsewhere);
            return false;
        }
        let mut relation = self.restatement(id, fact, first, Outcome::Broken);
        let rounded = self.fact(fact).and_then(|it| {
            let amount = self.as_printed(fact, first.printed)?;
            Some((
                it.amount,
                amount.round(it.decimals.max(amount.decimals().min(2))),
            ))
        });
        let Some((written, expected)) = rounded else {
            return false;
        };
        relation.expected = Some(expected);
        relation.cause = self
            .of_another_row(first, printed)
            .or_else(|| slips::of_amount(written, expected));
        // An account that is named is what is meant; a label may be that of something else.
        if !self.is_named(id) {
            let supported = self.asks_for(id, first.printed, printed);
            relation.weight = match relation.cause {
                Some(Cause::Other(_)) if !supported => {
                    self.unbound.insert(fact, Free::Ambiguous);
                    return false;
                }
                Some(Cause::Other(_)) | None if supported => Weight::Likely,
                Some(cause)
                    if supported
                        || cause == Cause::Unit
                        || slips::is_long(expected)
                        || slips::is_long(written) =>
                {
                    Weight::Sure
                }
                _ => Weight::Open,
            };
        }
        let open = relation.weight == Weight::Open;
        let index = self.add(relation);
        if !open {
            self.corrected.insert(fact, (first.printed, index));
        }
        true
    }

    /// Whether a settlement lists it as a part of what was planned: 年初预算 1150 万元，其中：基本支出 900 万元.
    fn is_part_of_plan(&self, id: StatementId) -> bool {
        let list = self.narrative.statement(id).and_then(|it| it.list);
        let list = list.and_then(|list| self.narrative.lists.get(list as usize));
        let planned = |id: StatementId| self.binder.concept(id).stage == Some(Stage::Budget);
        self.document.template.kind == DisclosureKind::FinalAccounts
            && self.binder.concept(id).stage.is_none()
            && list.and_then(|list| list.whole).is_some_and(planned)
    }

    /// Whether what is meant is plain from its name alone: an account, a project, or an item of “三公”.
    fn is_named(&mut self, id: StatementId) -> bool {
        const ITEMS: [&str; 3] = ["因公出国", "公务接待", "公务用车"];
        let project = self.narrative.statement(id).and_then(|it| it.project);
        let concept = self.binder.concept(id);
        let item = ITEMS.iter().any(|item| concept.stem.starts_with(item));
        concept.account.is_some()
            || project.is_some()
            || item && self.binder.scope(id) == Some(Scope::Hospitality)
    }

    /// Whether brackets say that a number holds something else too.
    pub(super) fn is_extended(&self, id: FactId) -> bool {
        let end = self.fact(id).map_or(0, |fact| fact.whole.end() as usize);
        let after = self.document.text.get(end..).unwrap_or_default();
        let inside = after.strip_prefix(['（', '(']).unwrap_or_default();
        ["含", "包含", "包括", "不含"]
            .iter()
            .any(|word| inside.starts_with(word))
    }

    /// The cell of the same column whose number it is: of its 类 or 款, or the row above or below.
    fn of_another_row(&self, candidate: &Candidate, printed: Printed) -> Option<Cause> {
        let [id] = candidate.cells.as_slice() else {
            return None;
        };
        let grid = self.document.grid(*id)?;
        let table = self.document.tables.get(id.table as usize)?;
        let at = |row: Option<u32>, column: u32| -> Option<CellId> {
            let id = CellId {
                row: row?,
                column,
                ..*id
            };
            let number = match self.binder.cell(id)?.value {
                crate::Value::Number(number) if !number.amount.is_zero() => number,
                _ => return None,
            };
            let own = Printed::money(
                number.amount,
                number.decimals.max(table.decimals),
                table.unit,
            )?;
            printed.restates(own).then_some(id)
        };
        let parent = grid.rows.get(id.row as usize)?.parent;
        let above = parent.and_then(|parent| grid.rows.get(parent as usize)?.parent);
        at(parent, id.column)
            .or_else(|| at(above, id.column))
            .or_else(|| at(id.row.checked_sub(1), id.column))
            .or_else(|| at(id.row.checked_add(1), id.column))
            .or_else(|| at(Some(id.row), id.column.checked_sub(1)?))
            .or_else(|| at(Some(id.row), id.column.checked_add(1)?))
            .map(Cause::Other)
    }

    pub(super) fn restatement(
        &self,
        statement: StatementId,
        fact: FactId,
        candidate: &Candidate,
        outcome: Outcome,
    ) -> Relation {
        let formula = self.formula(outcome, || {
            let cells: Vec<String> = candidate
                .cells
                .iter()
                .map(|cell| super::super::path::of_cell(self.document, *cell))
                .collect();
            format!("说明.{} = {}", self.name(statement), cells.join(" + "))
        });
        Relation {
            cells: candidate.cells.clone(),
            formula,
            ..Relation::of(Kind::Restated, outcome, statement, fact)
        }
    }

    /// The same subject with its number, where no table has it.
    fn repeated(&mut self, open: Vec<(StatementId, FactId, Printed)>) {
        type Key<'c> = (
            Option<Scope>,
            (Option<&'c str>, &'c [String]),
            (&'c str, Option<Flow>),
            Stage,
            bool,
        );
        let usual = match self.document.template.kind {
            DisclosureKind::FinalAccounts => Stage::Final,
            DisclosureKind::Budget => Stage::Budget,
        };
        let concepts: Vec<_> = open.iter().map(|it| self.binder.concept(it.0)).collect();
        let mut first: FxHashMap<Key<'_>, (StatementId, FactId, Printed)> = FxHashMap::default();
        for ((id, fact, printed), concept) in open.into_iter().zip(&concepts) {
            let Some(statement) = self.narrative.statement(id) else {
                continue;
            };
            let role = self.fact(fact).map(|fact| fact.role);
            if statement.project.is_some() || role != Some(Role::Amount) {
                continue;
            }
            // 共计支出 names nothing.
            let unnamed = UNNAMED.iter().any(|word| begins(&concept.label, word))
                || EACH.contains(&&*concept.label);
            if unnamed || concept.apart {
                continue;
            }
            let scope = self.binder.scope(id);
            // What no heading or word of its own places may be said of anything.
            let placed = scope.is_some() || NOT_IN_TABLES.iter().any(|it| has(&concept.label, it));
            if !placed || concept.label.chars().count() < 2 && concept.account.is_none() {
                continue;
            }
            // 年初预算数 30 万元，全年预算数 45 万元
            let subject = self.document.slice(statement.subject);
            // 决算数大于年初预算数 3 万元 is of what stands before it.
            let letters = Letters::of(subject);
            let changed = ["全年", "调整", "大于", "小于", "高于", "低于"];
            let changed = changed.iter().any(|word| letters.have(subject, word));
            // Of an account's 人员经费 another account has its own.
            let of_account = statement
                .list
                .and_then(|list| self.narrative.lists.get(list as usize)?.whole)
                .is_some_and(|whole| {
                    self.binder.is_row(whole) || self.binder.concept(whole).elsewhere
                });
            // 人均 60 元 of one thing, 人均 300 元 of another.
            if changed || of_account || self.is_price(id, fact) {
                continue;
            }
            let names = concept.account.as_ref().map(|it| match &it.code {
                Some(code) => (Some(&**code), &[][..]),
                None => (None, it.names.as_slice()),
            });
            let key = (
                scope,
                names.unwrap_or_default(),
                (&*concept.label, concept.flow),
                concept.stage.unwrap_or(usual),
                concept.elsewhere,
            );
            let Some((before, other, number)) = first.get(&key).copied() else {
                first.insert(key, (id, fact, printed));
                continue;
            };
            let outcome = if printed.restates(number) {
                Outcome::Held
            } else {
                Outcome::Broken
            };
            let formula = self.formula(outcome, || {
                format!("说明.{} = 说明.{}", self.name(id), self.name(before))
            });
            let expected = self.as_printed(fact, number);
            let written = self.fact(fact).map(|it| it.amount);
            let cause = written.zip(expected).and_then(|(written, right)| {
                slips::of_amount(written, right).filter(|_| slips::is_long(right))
            });
            self.add(Relation {
                facts: [other].into_iter().collect(),
                expected,
                weight: Weight::Likely,
                cause: cause.filter(|_| outcome == Outcome::Broken),
                formula,
                ..Relation::of(Kind::Repeated, outcome, id, fact)
            });
        }
    }
}
