//! 基本支出 950 万元：工资福利支出 750 万元，主要包括 …；商品和服务支出 170 万元；…: what a colon leads to and semicolons part
//! adds up, where it is by 类 and nothing else.

use smallvec::SmallVec;

use super::super::{concept, fact::StatementId, money::Printed};
use super::{
    Checker, Kind,
    sum::{Complete, Part, Sum},
};

/// 类 of the economic classification, by their stems.
const CLASSES: [&str; 8] = [
    "工资福利",
    "商品和服务",
    "商品服务",
    "对个人和家庭的补助",
    "对个人和家庭补助",
    "资本性",
    "其他资本性",
    "债务利息及费用",
];

/// More than these are no 类 of one classification.
const MOST: usize = 40;

impl Checker<'_> {
    pub(super) fn after_colons(&mut self) {
        for (id, statement) in (0..).zip(&self.narrative.statements) {
            let Some(fact) = statement.amount.filter(|_| statement.list.is_none()) else {
                continue;
            };
            let end = self.fact(fact).map_or(0, |it| it.whole.end() as usize);
            let rest = self.document.text.get(end..).unwrap_or_default();
            if rest.trim_start_matches(' ').starts_with(['：', ':']) {
                self.by_class(id);
            }
        }
    }

    /// The 类 that follow a statement in its sentence, where all of them are such.
    fn by_class(&mut self, whole: StatementId) {
        let narrative = self.narrative;
        let Some(own) = narrative.statement(whole) else {
            return;
        };
        let next = narrative
            .statements
            .get(whole as usize + 1..)
            .unwrap_or_default();
        let of_sentence = next.iter().take_while(|it| it.sentence == own.sentence);
        let mut parts: Vec<Part> = Vec::new();
        let mut names: SmallVec<[String; 8]> = SmallVec::new();
        for (id, part) in (whole + 1..).zip(of_sentence.take(MOST)) {
            if part.list.is_some() {
                continue;
            }
            let before = self.document.text.get(..part.subject.start() as usize);
            let begins = before.is_some_and(|it| it.trim_end().ends_with(['：', ':', '；', ';']));
            let concept = self.binder.concept(id);
            let class = match &concept.account {
                Some(account) => account.is_class(),
                None => CLASSES.contains(&&*concept.stem),
            };
            let Some(fact) = part
                .amount
                .filter(|_| begins && class && !concept.elsewhere)
            else {
                return;
            };
            let Some(printed) = self.exact(fact) else {
                return;
            };
            let name = concept
                .account
                .as_ref()
                .and_then(|it| it.names.last().cloned());
            let name = name.unwrap_or_else(|| concept.stem.clone());
            if names.contains(&name) {
                return;
            }
            names.push(name);
            parts.push((id, fact, printed));
        }
        let wide = concept::has(&self.binder.concept(whole).stem, "三公");
        let Some(total) = own
            .amount
            .and_then(|fact| Some((whole, fact, self.exact(fact)?)))
        else {
            return;
        };
        let mut numbers = parts.iter().map(|part| part.2);
        let added = numbers.try_fold(Printed::default(), Printed::add);
        // Less than the whole may be some of it.
        let some = added.is_none_or(|it| it.value < total.2.value && !it.meets(total.2));
        if parts.len() < 2 || wide || some || !self.is_sum_or_slip(&total, &parts) {
            return;
        }
        let sum = Sum {
            whole: total,
            parts,
            kind: Kind::Parts,
        };
        self.sum(sum, Complete::Known);
    }
}
