//! Parts that have nothing in common are together no more than their whole, whether they are all of it or not.

use super::super::{concept, money::Printed};
use super::{Checker, Kind, Outcome, Relation, Weight, slips, sum::Sum};

impl Checker<'_> {
    /// 资产总额 2450 万元，其中：流动资产 …，固定资产 …: whether it was judged so.
    pub(super) fn apart(&mut self, sum: &Sum) -> bool {
        if sum.kind != Kind::Parts {
            return false;
        }
        let stems: Vec<String> = sum
            .parts
            .iter()
            .map(|part| self.binder.concept(part.0).stem.clone())
            .collect();
        let names: Vec<&str> = stems.iter().map(String::as_str).collect();
        if !concept::are_apart(&names) {
            return false;
        }
        let (statement, whole, stated) = sum.whole;
        let parts = sum.parts.iter();
        let added = parts
            .clone()
            .try_fold(Printed::default(), |sum, part| sum.add(part.2));
        let Some(added) = added else { return false };
        let more = added.value > stated.value && !added.meets(stated);
        let outcome = if more { Outcome::Broken } else { Outcome::Held };
        let formula = self.formula(outcome, || {
            let parts = parts.clone().map(|part| self.with_unit(part.1, whole));
            let parts: Vec<String> = parts.collect();
            format!("{} <= {}", parts.join(" + "), self.text(whole))
        });
        // 2450 for 2350: which of them is wrong isn't known.
        let written = self.fact(whole).map(|it| it.amount);
        let cause = written
            .zip(self.as_printed(whole, added))
            .filter(|_| more)
            .and_then(|(written, added)| slips::of_amount(written, added));
        self.add(Relation {
            cause,
            facts: sum.parts.iter().map(|part| part.1).collect(),
            // Of money one may be gross and the other net.
            weight: match self.measure_word(whole) {
                Some(_) => Weight::Sure,
                None => Weight::Likely,
            },
            formula,
            ..Relation::of(Kind::Parts, outcome, statement, whole)
        });
        true
    }
}
