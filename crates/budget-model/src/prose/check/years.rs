//! Numbers of another year, or of the budget that is settled, against the tables that hold them: a column of the
//! year before in this document, the document of the year before, the budget.
//!
//! Bases are kept apart: 上年预算 is found in a budget, 上年决算 in a settlement. A bare 上年 may mean
//! either: that others of its kind are borne out by the same tables tells which is meant.

mod claims;

use budget_catalog::template::DisclosureKind;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::super::{
    base::{Stated, Year},
    bind::Binder,
    concept::{Concept, Stage},
    fact::{Direction, Narrative},
    money::{Fit, Printed},
    path,
};
use super::{Cause, Checker, Kind, Outcome, Relation, Weight, kinds::Sibling, slips};
use crate::{Amount, CellId, Document};
use claims::{Claim, What};

/// A cell of another year.
#[derive(Clone, Copy, Debug)]
struct Against {
    printed: Printed,
    stated: Stated,
    source: Option<Sibling>,
    cell: CellId,
}

#[derive(Clone, Copy, Debug)]
struct Verdict {
    outcome: Outcome,
    expected: Option<Amount>,
    cause: Option<Cause>,
}

/// Tables of another document.
struct Other<'o> {
    which: Sibling,
    document: &'o Document,
    binder: Binder<'o>,
    year: Year,
    stated: Stated,
}

/// By what others of a base are borne out: where they stand, and which base.
type Evidence = (Option<Sibling>, Stated, Stated);

impl Checker<'_> {
    /// What is said of the year before, or of the budget.
    pub(super) fn years(&mut self) {
        let document = self.document;
        let empty = Narrative::default();
        let mut others = others(document, &empty);
        let tables = self.binder.tables_with_past();
        if others.is_empty() && tables.is_empty() {
            return;
        }
        let claims = self.claims();
        let mut held: FxHashMap<Evidence, FxHashSet<i128>> = FxHashMap::default();
        let mut broken: FxHashMap<Evidence, usize> = FxHashMap::default();
        let mut found = Vec::new();
        for (claim, concept) in claims {
            let against = self.against(&claim, &concept, &tables, &mut others);
            let Some((place, verdict)) = self.judge(&claim, &against) else {
                continue;
            };
            let key = (place.source, claim.base.stated, place.stated);
            let number = self.fact(claim.fact).map(|it| it.amount);
            if verdict.outcome == Outcome::Broken {
                *broken.entry(key).or_default() += 1;
            } else if number.is_some_and(|it| !it.is_zero()) {
                held.entry(key).or_default().insert(place.printed.value);
            }
            found.push((claim, concept, place, verdict, key));
        }
        others
            .into_iter()
            .for_each(|other| other.binder.leave_tables());
        for (claim, concept, place, verdict, key) in found {
            let same = |other: &Evidence| bears_out(*other, key);
            let held = held
                .iter()
                .filter(|it| same(it.0))
                .map(|it| it.1.len())
                .sum();
            let broken = broken.iter().filter(|it| same(it.0)).map(|it| it.1).sum();
            let weight = match verdict.outcome {
                Outcome::Broken => self.weigh(&claim, &concept, &place, &verdict, (held, broken)),
                _ => Some(Weight::Sure),
            };
            if let Some(weight) = weight {
                self.told(&claim, &place, verdict, weight);
            }
        }
    }

    /// How sure a number that isn't borne out is wrong; nothing is said where it may be of another base.
    fn weigh(
        &mut self,
        claim: &Claim,
        concept: &Concept,
        place: &Against,
        verdict: &Verdict,
        (held, broken): (usize, usize),
    ) -> Option<Weight> {
        let now = self.narrative.statement(claim.about)?.amount;
        let sure = concept.account.is_some()
            || matches!(claim.what, What::Carried)
            || now.is_some_and(|fact| fact != claim.fact && self.confirmed.contains_key(&fact));
        if !sure {
            return None;
        }
        let strict = claim.base.stated == place.stated && claim.base.stated != Stated::Plain;
        let borne_out = held >= 2 && held > broken;
        let slip = self
            .fact(claim.fact)
            .zip(verdict.expected)
            .is_some_and(|(fact, expected)| {
                slips::is_long(expected) && slips::of_amount(fact.amount, expected).is_some()
            })
            || verdict.cause == Some(Cause::Direction);
        match (strict, borne_out, slip) {
            (true, true, _) | (true, false, true) | (false, true, true) => Some(Weight::Likely),
            (true, false, false) | (false, true, false) => Some(Weight::Open),
            (false, false, _) => None,
        }
    }

    fn told(&mut self, claim: &Claim, place: &Against, verdict: Verdict, weight: Weight) {
        let now = self
            .narrative
            .statement(claim.about)
            .and_then(|it| it.amount);
        let document = match place.source {
            None => Some(self.document),
            Some(source) => source.of(self.document),
        };
        let formula = self.formula(verdict.outcome, || {
            let path = document.map_or_else(String::new, |it| path::of_cell(it, place.cell));
            let lead = place.source.map_or("", Sibling::word);
            let dot = if lead.is_empty() { "" } else { "." };
            let cell = format!("{lead}{dot}{path}");
            let now = now.map_or_else(String::new, |fact| self.text(fact));
            let own = self.text(claim.fact);
            match claim.what {
                What::Prior | What::Carried => format!("{own} = {cell}"),
                What::Change(Direction::Down) => format!("{own} = {cell} - {now}"),
                What::Change(_) => format!("{own} = {now} - {cell}"),
                What::Rate(Direction::Down) => format!("{own}% = ({cell} - {now}) ÷ {cell}"),
                What::Rate(_) => format!("{own}% = ({now} - {cell}) ÷ {cell}"),
                What::Flat => format!("{now} = {cell}"),
            }
        });
        // A cell of this year says it as well.
        let follows = self.corrected.get(&claim.fact).map(|it| it.1);
        let broken = verdict.outcome == Outcome::Broken;
        let own = place.source.is_none().then_some(place.cell);
        let other = place.source.map(|source| (source, place.cell));
        let index = self.add(Relation {
            facts: now.into_iter().filter(|it| *it != claim.fact).collect(),
            cells: own.into_iter().collect(),
            other,
            expected: verdict.expected,
            weight,
            cause: verdict.cause,
            follows: follows.filter(|_| broken),
            formula,
            ..Relation::of(Kind::Across, verdict.outcome, claim.about, claim.fact)
        });
        let number = match claim.what {
            What::Prior | What::Carried | What::Change(_) => self.exact(claim.fact),
            _ => None,
        };
        match (verdict.outcome, verdict.expected) {
            (Outcome::Held, _) => {
                if let Some(number) = number {
                    self.confirmed.entry(claim.fact).or_insert(number);
                }
            }
            (Outcome::Broken, Some(expected)) if weight != Weight::Open => {
                let fact = self.fact(claim.fact);
                let right = fact.and_then(|it| Printed::money(expected, it.decimals, it.unit()?));
                if let Some(right) = right {
                    self.corrected.entry(claim.fact).or_insert((right, index));
                }
            }
            _ => {}
        }
    }

    /// The cells of the other year that say what a claim does.
    fn against(
        &mut self,
        claim: &Claim,
        concept: &Concept,
        tables: &[u32],
        others: &mut [Other<'_>],
    ) -> SmallVec<[Against; 4]> {
        let mut found = SmallVec::new();
        let now = self
            .narrative
            .statement(claim.about)
            .and_then(|it| it.amount);
        let now = now.and_then(|fact| self.exact(fact));
        if claim.base.year == Year::Last
            && !matches!(claim.what, What::Carried)
            && let Some(now) = now
        {
            let past = self.binder.past(claim.about, tables);
            let same = past
                .into_iter()
                .filter(|it| it.now.restates(now) && agree(claim.base.stated, it.stated));
            found.extend(same.map(|it| Against {
                printed: it.before,
                stated: it.stated,
                source: None,
                cell: it.cell,
            }));
        }
        for other in others.iter_mut() {
            if other.year != claim.base.year || !agree(claim.base.stated, other.stated) {
                continue;
            }
            let stage = match other.document.template.kind {
                DisclosureKind::Budget => Some(Stage::Budget),
                DisclosureKind::FinalAccounts => None,
            };
            let mut candidates = Vec::new();
            let names = match claim.what {
                What::Carried => left_over(concept),
                _ => SmallVec::from_iter([Concept::clone(concept)]),
            };
            for name in &names {
                let binder = &mut other.binder;
                let found = self.binder.in_other(binder, claim.about, name, stage);
                candidates.extend(found);
            }
            for candidate in candidates {
                if let [cell] = *candidate.cells.as_slice()
                    && !candidate.empty
                {
                    found.push(Against {
                        printed: candidate.printed,
                        stated: other.stated,
                        source: Some(other.which),
                        cell,
                    });
                }
            }
        }
        found
    }

    /// The cell that bears a claim out; or the one that all say otherwise as.
    fn judge(&mut self, claim: &Claim, against: &[Against]) -> Option<(Against, Verdict)> {
        let mut first: Option<(Against, Verdict)> = None;
        let mut explained = None;
        for place in against {
            let verdict = self.verdict(claim, place.printed)?;
            match verdict.outcome {
                Outcome::Held => return Some((*place, verdict)),
                Outcome::Rounding => explained = explained.or(Some((*place, verdict))),
                _ => first = first.or(Some((*place, verdict))),
            }
        }
        let all = |place: &Against| {
            let agrees = |other: &Against| other.printed.restates(place.printed);
            against.iter().all(agrees)
        };
        explained.or_else(|| first.filter(|(place, _)| all(place)))
    }

    fn verdict(&mut self, claim: &Claim, was: Printed) -> Option<Verdict> {
        let now = self.narrative.statement(claim.about)?.amount;
        let now = now.and_then(|fact| match self.corrected.get(&fact) {
            Some((right, _)) => Some(*right),
            None => self.exact(fact),
        });
        let verdict = |outcome, expected, cause| Verdict {
            outcome,
            expected,
            cause,
        };
        let held = verdict(Outcome::Held, None, None);
        let rounding = verdict(Outcome::Rounding, None, None);
        match claim.what {
            What::Prior | What::Carried => {
                let own = self.money(claim.fact)?;
                if own.restates(was) {
                    return Some(held);
                }
                let expected = self.as_printed(claim.fact, was)?;
                let written = self.fact(claim.fact)?.amount;
                let cause = slips::of_amount(written, expected);
                Some(verdict(Outcome::Broken, Some(expected), cause))
            }
            What::Change(direction) => {
                let by = self.exact(claim.fact)?.abs();
                let signed = match direction {
                    Direction::Down => by.negate(),
                    _ => by,
                };
                let apart = now?.sub(was)?;
                if apart.value == signed.value {
                    return Some(held);
                }
                if apart.meets(signed) {
                    return Some(if self.rounds() { rounding } else { held });
                }
                if apart.value == -signed.value {
                    return Some(verdict(Outcome::Broken, None, Some(Cause::Direction)));
                }
                let same = (apart.value < 0) == (signed.value < 0);
                let expected = self.as_printed(claim.fact, apart.abs()).filter(|_| same);
                let written = self.fact(claim.fact)?.amount.abs();
                let cause = expected.and_then(|right| slips::of_amount(written, right));
                Some(verdict(Outcome::Broken, expected, cause))
            }
            What::Rate(direction) => {
                let rate = self.rate(claim.fact)?;
                let apart = now?.sub(was)?;
                if was.value <= 0 || (apart.value < 0) != (direction == Direction::Down) {
                    return None;
                }
                match rate.fits(apart.abs(), was)? {
                    Fit::Right => Some(held),
                    Fit::Rounding => Some(rounding),
                    Fit::Wrong => {
                        let expected = rate.of(apart.value.abs(), was.value);
                        let cause =
                            expected.and_then(|right| slips::of_amount(rate.percent, right));
                        Some(verdict(Outcome::Broken, expected, cause))
                    }
                }
            }
            What::Flat => Some(match now?.restates(was) {
                true => held,
                false => verdict(Outcome::Broken, None, None),
            }),
        }
    }
}

/// The names of what was carried over as it was left: 年初结转和结余 was 年末结转和结余.
fn left_over(concept: &Concept) -> SmallVec<[Concept; 2]> {
    let rest = concept.stem.trim_start_matches("年初");
    let named = |name: String| Concept {
        label: name.clone(),
        stem: name,
        flow: None,
        ..Concept::clone(concept)
    };
    SmallVec::from_iter(["年末", "年终"].map(|end| named(format!("{end}{rest}"))))
}

/// Whether what is borne out of one base tells of another: where a document's own tables have one column of the year before, 上年
/// is what they say, if what is said of that column agrees.
fn bears_out(known: Evidence, of: Evidence) -> bool {
    let own = of.0.is_none() && of.1 == Stated::Plain;
    known == of || own && known.0.is_none() && known.2 == of.2
}

/// Whether a number of one base may stand where those of another do.
fn agree(said: Stated, there: Stated) -> bool {
    said == there || said == Stated::Plain || there == Stated::Plain
}

/// The documents that the front matter names, where they are of the right year.
fn others<'o>(document: &'o Document, empty: &'o Narrative) -> SmallVec<[Other<'o>; 2]> {
    let own = document.front.year;
    let mut found = SmallVec::new();
    for (which, year) in [
        (Sibling::LastYear, Year::Last),
        (Sibling::Budget, Year::This),
    ] {
        let Some(other) = which.of(document) else {
            continue;
        };
        let expected = match year {
            Year::Last => own.and_then(|year| year.checked_sub(1)),
            Year::This => own,
        };
        let stated = match other.template.kind {
            DisclosureKind::Budget => Stated::Planned,
            DisclosureKind::FinalAccounts => Stated::Settled,
        };
        let planned = year == Year::Last || stated == Stated::Planned;
        if expected.is_some() && other.front.year == expected && planned {
            found.push(Other {
                which,
                document: other,
                binder: Binder::of_tables(other, empty),
                year,
                stated,
            });
        }
    }
    found
}
