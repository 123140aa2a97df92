//! Shares of a whole: of what the words name, of the list's whole, of all that are listed.

use budget_catalog::template::DisclosureKind;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::super::{
    concept::{Concept, Flow, Scope},
    fact::{FactId, StatementId},
    money::{Fit, Printed, Rate},
};
use super::{
    Cause, Checker, Kind, Outcome, Relation, Weight,
    rates::{Judgement, shown},
    slips,
    wholes::Whole,
};
use crate::{Amount, Unit};

impl Checker<'_> {
    /// 占 P%: of what the words after it name, of the whole it is a part of, or of all that are listed.
    pub(super) fn shares(&mut self) {
        // Statements with shares and without a named whole, by their list or their heading.
        let mut runs: Vec<Vec<StatementId>> = Vec::new();
        let mut open: FxHashMap<(Option<u32>, Option<u32>), usize> = FxHashMap::default();
        for (id, statement) in (0..).zip(&self.narrative.statements) {
            let Some((fact, of)) = statement.share else {
                continue;
            };
            if statement.amount.is_none() {
                continue;
            }
            let of = self.document.slice(of);
            if let Some(whole) = self.named_whole(id, of) {
                if let Some((whole, most)) = self.whole_of_any(id, fact, of, Some(whole)) {
                    self.share(id, fact, whole, (false, most));
                }
                continue;
            }
            if names_a_whole(of) && !self.is_beside(id, of) {
                // 占本年支出的 93.50%: of the total that the words name.
                if let Some(amount) = self.total_named(of) {
                    let whole = Whole { fact: None, amount };
                    self.share(id, fact, whole, (false, Weight::Sure));
                } else if !self.is_plan(of)
                    && let Some((whole, most)) = self.whole_of_any(id, fact, of, None)
                {
                    self.share(id, fact, whole, (false, most));
                }
                continue;
            }
            let key = (statement.list, statement.heading.map(|it| it.0));
            let at = *open.entry(key).or_insert_with(|| {
                runs.push(Vec::new());
                runs.len() - 1
            });
            if let Some(run) = runs.get_mut(at) {
                run.push(id);
            }
        }
        for run in runs {
            self.share_run(&run);
        }
    }

    /// Whether the whole that is named is the one that the statement is a part of: 占总收入 in a list of
    /// what came in.
    fn is_beside(&mut self, id: StatementId, of: &str) -> bool {
        let named = self.binder.concept_of(of);
        if !named.is_total() || self.is_plan(of) {
            return false;
        }
        let list = self.narrative.statement(id).and_then(|it| it.list);
        let list = list.and_then(|list| self.narrative.lists.get(list as usize));
        let Some(whole) = list.and_then(|list| list.whole) else {
            return false;
        };
        let own = self.binder.concept(whole);
        let scope = self.binder.scope(whole);
        let flow = match scope {
            Some(Scope::Income) => Some(Flow::Income),
            Some(Scope::Expense) => Some(Flow::Expense),
            _ => own.flow,
        };
        let same = |a: Option<Scope>, b: Option<Scope>| a.zip(b).is_none_or(|(a, b)| a == b);
        let flows = named.flow.zip(flow).is_none_or(|(a, b)| a == b);
        // 本年支出 is more than 一般公共预算支出.
        let wide = named.scope.is_some()
            || matches!(
                scope,
                Some(Scope::Income | Scope::Expense | Scope::Balance) | None
            );
        flows && wide && same(named.scope, scope)
    }

    /// Whether a share says that it is one of another whole.
    pub(super) fn shares_another(&mut self, id: StatementId) -> bool {
        let share = self.narrative.statement(id).and_then(|it| it.share);
        let of = share.map_or("", |(_, of)| self.document.slice(of));
        names_a_whole(of) && !self.is_beside(id, of)
    }

    /// 占年初预算的 106.96% is how far a plan is carried out; of a budget 总支出预算 is all of it.
    fn is_plan(&self, of: &str) -> bool {
        let of = of.trim().trim_end_matches(['的', '为', '约', '数']);
        let budget = self.document.template.kind == DisclosureKind::Budget
            && ["年初", "上年", "全年", "调整"]
                .iter()
                .all(|word| !of.contains(word))
            && ["支出预算", "收入预算", "采购预算"]
                .iter()
                .any(|end| of.ends_with(end));
        !budget && ["预算", "任务", "计划"].iter().any(|end| of.ends_with(end))
    }

    /// The total that words name by themselves: 本年支出合计, 一般公共预算财政拨款总支出.
    fn total_named(&mut self, of: &str) -> Option<Printed> {
        let named = self.binder.concept_of(of);
        if !named.is_total() || named.elsewhere || self.is_plan(of) {
            return None;
        }
        self.binder.total_of(&named)
    }

    /// 占政府采购支出总额的 11.60%: the statement that was made of it.
    fn named_whole(&mut self, id: StatementId, of: &str) -> Option<Whole> {
        if !names_a_whole(of) {
            return None;
        }
        let wanted = self.binder.concept_of(of);
        let heading = self.narrative.statement(id)?.heading;
        for before in (id.saturating_sub(60)..id).rev() {
            let other = self.narrative.statement(before)?;
            if other.heading != heading {
                break;
            }
            let own = self.binder.concept(before);
            let hospitality =
                |it: &Concept| it.scope == Some(Scope::Hospitality) && it.stem.contains("三公");
            let same = own.label == wanted.label || hospitality(&own) && hospitality(&wanted);
            if let Some(fact) = other.amount
                && same
                && own
                    .flow
                    .is_none_or(|flow| wanted.flow.is_none_or(|other| other == flow))
                && !own.label.is_empty()
            {
                return Some(Whole {
                    fact: Some(fact),
                    amount: self.exact(fact)?,
                });
            }
        }
        None
    }

    /// Shares of one whole.
    fn share_run(&mut self, run: &[StatementId]) {
        let Some(first) = run.first() else { return };
        let Some(statement) = self.narrative.statement(*first) else {
            return;
        };
        let parts: Vec<(StatementId, FactId, FactId, Printed, Rate)> = run
            .iter()
            .filter_map(|id| {
                let statement = self.narrative.statement(*id)?;
                let (share, _) = statement.share?;
                let amount = statement.amount?;
                Some((*id, share, amount, self.exact(amount)?, self.rate(share)?))
            })
            .collect();
        let mut wholes: SmallVec<[Whole; 3]> = SmallVec::new();
        let of_cells = |amount| Whole { fact: None, amount };
        let list = statement
            .list
            .and_then(|list| self.narrative.lists.get(list as usize));
        if let Some(fact) = list
            .and_then(|list| self.narrative.statement(list.whole?))
            .and_then(|whole| whole.amount)
        {
            if let Some((right, _)) = self.corrected.get(&fact) {
                wholes.push(Whole {
                    fact: Some(fact),
                    amount: *right,
                });
            }
            wholes.extend(self.exact(fact).map(|amount| Whole {
                fact: Some(fact),
                amount,
            }));
        }
        let listed = !wholes.is_empty();
        if let Some(total) = self.binder.total(*first) {
            wholes.push(of_cells(total));
        }
        let sum = parts
            .iter()
            .try_fold(Printed::default(), |sum, part| sum.add(part.3));
        if parts.len() > 1 {
            wholes.extend(sum.map(of_cells));
        }
        // The whole is the one by which all but one of them are right; the one that is named otherwise.
        let right = |whole: Printed| {
            let fits = parts.iter().filter(|(_, _, amount, part, rate)| {
                let part = self.corrected.get(amount).map_or(*part, |it| it.0);
                judge_share(*rate, part, whole, false)
                    .is_none_or(|it| it.outcome != Outcome::Broken)
            });
            fits.count()
        };
        let best = wholes.iter().copied().find(|whole| {
            let right = right(whole.amount);
            right == parts.len() || parts.len() > 2 && right + 1 >= parts.len()
        });
        let chosen = match best {
            Some(whole) => whole,
            // Two parts, or more wrong than right: only where it is said what they are parts of.
            None => match wholes.first() {
                Some(whole) if listed || self.binder.total(*first).is_some() => *whole,
                _ => return,
            },
        };
        let shares = parts.iter().filter_map(|part| self.fact(part.1));
        let sum = shares
            .map(|fact| fact.amount)
            .try_fold(Amount::ZERO, Amount::checked_add);
        let balanced = parts.len() > 1 && sum == Some(Amount::HUNDRED);
        for (id, share, ..) in &parts {
            self.share(*id, *share, chosen, (balanced, Weight::Sure));
        }
    }

    /// One share of a whole; `balanced`: those listed with it add up to 100. It is told as no surer than `most`.
    pub(super) fn share(
        &mut self,
        id: StatementId,
        fact: FactId,
        Whole {
            fact: whole,
            amount,
        }: Whole,
        (balanced, most): (bool, Weight),
    ) {
        let Some(statement) = self.narrative.statement(id) else {
            return;
        };
        let (Some(part), Some(rate)) = (statement.amount, self.rate(fact)) else {
            return;
        };
        let Some(part_by) = self.exact(part) else {
            return;
        };
        let Some(judgement) = judge_share(rate, part_by, amount, balanced) else {
            return;
        };
        let mut follows = None;
        if judgement.outcome == Outcome::Broken
            && let Some((right, index)) = self.corrected.get(&part).copied()
            && judge_share(rate, right, amount, balanced)
                .is_some_and(|it| it.outcome != Outcome::Broken)
        {
            follows = Some(index);
        }
        let mut place = (fact, judgement.expected, judgement.cause);
        if judgement.outcome == Outcome::Broken && follows.is_none() && judgement.cause.is_none() {
            let fits =
                |part: i128, whole: i128| whole > 0 && rate.of(part, whole) == Some(rate.percent);
            let of_part = self.slipped(part, |part| fits(part, amount.value));
            let likelier = of_part.or_else(|| self.slipped(whole?, |it| fits(part_by.value, it)));
            place = likelier.unwrap_or(place);
        }
        let formula = self.formula(judgement.outcome, || {
            let whole = match whole {
                Some(whole) => self.text(whole),
                None => shown(amount, Unit::TenThousandYuan),
            };
            format!("{}% = {} ÷ {whole}", self.text(fact), self.text(part))
        });
        let (place, expected, cause) = place;
        let all = [Some(fact), Some(part), whole].into_iter().flatten();
        self.add(Relation {
            facts: all.filter(|it| *it != place).collect(),
            expected,
            weight: judgement.weight.min(most),
            cause,
            follows,
            formula,
            ..Relation::of(Kind::Share, judgement.outcome, id, place)
        });
    }
}

/// Whether what stands between 占 and the number names a whole of its own.
fn names_a_whole(of: &str) -> bool {
    let of = of.trim().trim_end_matches(['的', '为', '约']);
    let plain = ["", "比重", "比例", "比", "总额", "总数", "总量", "全部"];
    !plain.contains(&of.trim())
}

pub(super) fn judge_share(
    rate: Rate,
    part: Printed,
    whole: Printed,
    balanced: bool,
) -> Option<Judgement> {
    if whole.value <= 0 {
        // Nothing of nothing.
        return (part.is_zero() && rate.percent.is_zero()).then(Judgement::held);
    }
    let fit = rate.fits(part, whole)?;
    if fit != Fit::Wrong {
        return Some(match fit {
            Fit::Right => Judgement::held(),
            _ => Judgement::rounding(),
        });
    }
    let expected = rate.of(part.value, whole.value)?;
    let near = rate.is_next_to(expected);
    let cut = rate.cut(part.value, whole.value) == Some(rate.percent);
    let cause = match near && balanced && !cut {
        true => Some(Cause::Balanced),
        // Nothing is no share of anything.
        false if part.is_zero() && part.half == 0 => Some(Cause::Digit),
        false => slips::of_rate(rate, (part.value, whole.value), None, None),
    };
    let mut judgement = Judgement::of_rate(rate, expected, cause);
    // Those listed add up to 100 as they are.
    if near && balanced && rate.decimals >= 2 {
        judgement.weight = Weight::Open;
    }
    Some(judgement)
}
