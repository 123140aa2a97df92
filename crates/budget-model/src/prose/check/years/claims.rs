//! What the narrative says of another year, or of the budget that is settled.

use std::sync::Arc;

use budget_catalog::template::DisclosureKind;

use super::super::super::{
    base::{Base, Stated, Year},
    concept::{Concept, Stage},
    fact::{Change, Direction, FactId, StatementId},
};
use super::Checker;

/// A number that another year's tables may say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    /// The statement whose number now it is compared with.
    pub(super) about: StatementId,
    /// The number.
    pub(super) fact: FactId,
    pub(super) base: Base,
    pub(super) what: What,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// It is the other year's number.
    Prior,
    /// It is how much more, or less, there is now.
    Change(Direction),
    /// The same in percent.
    Rate(Direction),
    /// It is as much as before.
    Flat,
    /// It is what was left at the end of the other year.
    Carried,
}

impl Checker<'_> {
    /// Numbers that are said of another year, or planned, with what they are said of.
    pub(super) fn claims(&mut self) -> Vec<(Claim, Arc<Concept>)> {
        let own = self.document.front.year;
        let settles = self.document.template.kind == DisclosureKind::FinalAccounts;
        let mut claims = Vec::new();
        for (id, statement) in (0..).zip(&self.narrative.statements) {
            if statement.project.is_some() {
                continue;
            }
            let concept = self.binder.concept(id);
            let text = |range| self.document.slice(range);
            let subject = text(statement.subject);
            let mut claim = |about, fact, base, what, concept: &Arc<Concept>| {
                let claim = Claim {
                    about,
                    fact,
                    base,
                    what,
                };
                claims.push((claim, Arc::clone(concept)));
            };
            if let Some(fact) = statement.amount.filter(|_| concept.apart) {
                let about = self.speaks_of(id, subject);
                if let Some((base, (about, concept))) = Base::of(subject, own).zip(about) {
                    claim(about, fact, base, What::Prior, &concept);
                }
                continue;
            }
            if concept.elsewhere {
                continue;
            }
            // 年初结转 of a settlement is what the one before ended with.
            if let Some(fact) = statement.amount.filter(|_| settles && is_carried(&concept)) {
                let base = Base {
                    year: Year::Last,
                    stated: Stated::Settled,
                };
                claim(id, fact, base, What::Carried, &concept);
                continue;
            }
            let planned = settles && concept.stage == Some(Stage::Budget);
            if let Some(fact) = statement.amount.filter(|_| planned) {
                let head = statement.head.map_or("", text);
                let named = [subject, head].iter().any(|it| it.contains("年初预算"));
                let changed = ["全年", "调整"].iter().any(|it| subject.contains(it));
                let stated = if named {
                    Stated::Planned
                } else {
                    Stated::Plain
                };
                let base = Base {
                    year: Year::This,
                    stated,
                };
                if !changed {
                    claim(id, fact, base, What::Prior, &concept);
                }
            }
            if let Some(fact) = statement.plan.filter(|_| settles && !planned) {
                let base = Base {
                    year: Year::This,
                    stated: Stated::Planned,
                };
                if self.is_led_by_plan(fact) {
                    claim(id, fact, base, What::Prior, &concept);
                }
            }
            if planned {
                continue;
            }
            for change in &statement.changes {
                let base = change.base.and_then(|base| Base::of(text(base), own));
                if let Some((base, (fact, what))) = base.zip(compared(change, statement.amount)) {
                    claim(id, fact, base, what, &concept);
                }
            }
        }
        claims
    }

    /// The statement that a number of another year belongs to, and what it is of: 上年 1,100 万元 is of what was said before it.
    fn speaks_of(&mut self, id: StatementId, subject: &str) -> Option<(StatementId, Arc<Concept>)> {
        let mut subject = subject.to_owned();
        for word in ["上年度", "上一年", "上年", "去年"] {
            if let Some(at) = subject.find(word) {
                subject.replace_range(at..at + word.len(), "");
                break;
            }
        }
        let own = self.binder.concept_of(&subject);
        if own.apart && own.elsewhere && own.account.is_none() && own.stem.is_empty()
            || own.is_empty()
        {
            let before = id.checked_sub(1)?;
            let sentence = |id| self.narrative.statement(id).map(|it| it.sentence);
            let concept = self.binder.concept(before);
            if sentence(before) == sentence(id) && !concept.elsewhere {
                return Some((before, concept));
            }
            let change = self.narrative.statement(id)?.changes.first()?;
            let about = self.told_against(id, change)?;
            return Some((about, self.binder.concept(about)));
        }
        let own = Concept {
            elsewhere: false,
            apart: false,
            ..own
        };
        Some((id, Arc::new(own)))
    }

    /// 完成年初预算 22 万元的 68.2%
    fn is_led_by_plan(&self, fact: FactId) -> bool {
        let start = self
            .fact(fact)
            .map_or(0, |fact| fact.range.start() as usize);
        let before = self.document.text.get(..start).unwrap_or_default();
        let before = before.trim_end_matches([' ', '\u{3000}', '为', '数', '的']);
        before.ends_with("年初预算")
    }
}

/// Whether it is what was carried over from the year before.
fn is_carried(concept: &Concept) -> bool {
    concept.account.is_none() && concept.stem.starts_with("年初") && concept.stem.contains("结转")
}

/// What a change says of the number before.
fn compared(change: &Change, now: Option<FactId>) -> Option<(FactId, What)> {
    match (change.prior, change.amount, change.percent) {
        (Some(prior), _, _) => Some((prior, What::Prior)),
        (None, Some(amount), _) => Some((amount, What::Change(change.direction))),
        (None, None, Some(percent)) => Some((percent, What::Rate(change.direction))),
        (None, None, None) if change.direction == Direction::Flat => Some((now?, What::Flat)),
        _ => None,
    }
}
