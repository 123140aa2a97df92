//! What became of a budget in the course of its year, told in one sentence: 年初预算 …，年中追加 …，调整后预算 …，实际支出 …，
//! 预算执行率 …%，结余 …. It needs no table, so it serves for another year too.

use smallvec::SmallVec;

use super::super::{
    concept::{ends, has},
    fact::{FactId, StatementId},
    money::Printed,
};
use super::{
    Checker, Kind, Outcome,
    sum::{Complete, Part, Sum},
};

/// Which number of the course is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    /// 年初预算
    Planned,
    /// 年中追加
    Added,
    /// 调整后预算, 全年预算数
    Changed,
    /// 实际支出, 执行数
    Spent,
    /// 结余
    Left,
}

/// How subjects of each step end.
const ENDS: [(Step, &[&str]); 5] = [
    (
        Step::Planned,
        &[
            "年初预算",
            "年初预算数",
            "年初部门预算",
            "年初预算安排",
            "年初安排",
        ],
    ),
    (
        Step::Added,
        &["追加", "追加预算", "追加预算数", "追加资金", "追加指标"],
    ),
    (
        Step::Changed,
        &[
            "调整后预算",
            "调整后预算数",
            "调整后全年预算",
            "调整预算",
            "调整预算数",
            "全年预算",
            "全年预算数",
        ],
    ),
    (
        Step::Spent,
        &[
            "实际支出",
            "实际支出数",
            "全年支出",
            "累计支出",
            "执行数",
            "实际执行",
            "实际使用",
            "支出决算",
            "支出决算数",
        ],
    ),
    (
        Step::Left,
        &[
            "结余",
            "结转",
            "结转结余",
            "结余结转",
            "结转和结余",
            "结余资金",
            "剩余资金",
        ],
    ),
];

/// Statements of a sentence before a rate in which its budget is looked for.
const MOST_BEFORE: u32 = 6;

impl Checker<'_> {
    /// What was planned, added, spent and left, where a sentence tells all of it.
    pub(super) fn courses(&mut self) {
        let mut open: SmallVec<[(Step, StatementId); 6]> = SmallVec::new();
        let count = self.narrative.statements.len();
        for id in (0..).take(count) {
            let step = self.step(id);
            let last = open.last().copied();
            let again = |step: Step| step != Step::Added && open.iter().any(|it| it.0 == step);
            let goes_on = last.is_some_and(|(_, last)| self.goes_on_with(last, id));
            if !open.is_empty() && (!goes_on || step.is_some_and(again)) {
                self.course(&open);
                open.clear();
            }
            open.extend(step.map(|step| (step, id)));
        }
        self.course(&open);
    }

    fn step(&self, id: StatementId) -> Option<Step> {
        let statement = self.narrative.statement(id)?;
        statement.amount?;
        let subject = self.document.slice(statement.subject).trim_end();
        let is_end = |it: &&(Step, &[&str])| it.1.iter().any(|end| ends(subject, end));
        let step = ENDS.iter().find(is_end).map(|it| it.0)?;
        // 上年结转 came in.
        let earlier = ["上年", "年初", "以前"]
            .iter()
            .any(|word| has(subject, word));
        (step != Step::Left || !earlier).then_some(step)
    }

    /// Whether two statements stand in one part of a sentence, and of one list.
    fn goes_on_with(&self, before: StatementId, after: StatementId) -> bool {
        let (Some(a), Some(b)) = (
            self.narrative.statement(before),
            self.narrative.statement(after),
        ) else {
            return false;
        };
        let from = a.amount.and_then(|fact| self.fact(fact));
        let between = from.and_then(|fact| {
            let from = fact.whole.end() as usize;
            self.document.text.get(from..b.subject.start() as usize)
        });
        let parted = between.is_some_and(|text| text.contains(['；', ';']));
        a.sentence == b.sentence && a.list == b.list && !parted
    }

    fn course(&mut self, steps: &[(Step, StatementId)]) {
        let part = |this: &Self, id: StatementId| -> Option<Part> {
            let fact = this.narrative.statement(id)?.amount?;
            Some((id, fact, this.exact(fact)?))
        };
        let of = |this: &Self, wanted: Step| -> SmallVec<[Part; 2]> {
            let steps = steps.iter().filter(|it| it.0 == wanted);
            steps.filter_map(|it| part(this, it.1)).collect()
        };
        // 调减 20 万元 is a change, and none of these.
        let changes = steps.iter().any(|(_, id)| {
            let statement = self.narrative.statement(*id);
            statement.is_some_and(|it| !it.changes.is_empty())
        });
        if steps.len() < 3 || changes {
            return;
        }
        let planned = of(self, Step::Planned);
        let added = of(self, Step::Added);
        let changed = of(self, Step::Changed);
        if let ([planned], [changed], false) =
            (planned.as_slice(), changed.as_slice(), added.is_empty())
        {
            let parts = std::iter::once(*planned).chain(added.iter().copied());
            self.told_sum(*changed, parts.collect());
        }
        let plan = match (changed.as_slice(), planned.as_slice(), added.is_empty()) {
            ([plan], ..) | ([], [plan], true) => *plan,
            _ => return,
        };
        let (spent, left) = (of(self, Step::Spent), of(self, Step::Left));
        if let ([spent], [left]) = (spent.as_slice(), left.as_slice()) {
            self.told_sum(plan, vec![*spent, *left]);
        }
    }

    /// A sum that is only meant to be one: told where it holds, or would but for a usual slip.
    pub(super) fn told_sum(&mut self, whole: Part, parts: Vec<Part>) {
        if self.is_sum_or_slip(&whole, &parts) {
            let kind = Kind::Parts;
            self.sum(Sum { whole, parts, kind }, Complete::Told);
            self.keep_right();
        }
    }

    /// What the last relation says a number should be: others that ask for the same follow from it.
    fn keep_right(&mut self) {
        let Some((at, relation)) = self.relations.iter().enumerate().next_back() else {
            return;
        };
        let right = self
            .fact(relation.fact)
            .zip(relation.expected)
            .and_then(|(fact, right)| Printed::money(right, fact.decimals, fact.unit()?));
        if let Some(right) = right.filter(|_| relation.outcome == Outcome::Broken) {
            self.corrected.entry(relation.fact).or_insert((right, at));
        }
    }

    /// What a rate of 执行 may be of, told before it in its sentence: the last that was planned first.
    pub(super) fn plans_told(&self, id: StatementId) -> SmallVec<[FactId; 2]> {
        let mut found = SmallVec::new();
        let Some(own) = self.narrative.statement(id) else {
            return found;
        };
        if self.step(id) != Some(Step::Spent) {
            return found;
        }
        // 全年预算及执行数均为 45 万元
        let subject = self.document.slice(own.subject);
        let joined = ["及", "和", "与", "、"];
        if has(subject, "预算") && joined.iter().any(|word| has(subject, word)) {
            found.extend(own.amount);
            return found;
        }
        let mut last = id;
        for before in (id.saturating_sub(MOST_BEFORE)..id).rev() {
            if !self.goes_on_with(before, last) {
                break;
            }
            last = before;
            let statement = self.narrative.statement(before);
            match self.step(before) {
                Some(Step::Changed | Step::Planned) => {
                    found.extend(statement.and_then(|it| it.amount));
                }
                Some(Step::Spent) => break,
                _ => {}
            }
        }
        found
    }
}
