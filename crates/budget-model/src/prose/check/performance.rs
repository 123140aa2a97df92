//! How many projects are evaluated and how much money they have, against the tables and the forms of projects.
//!
//! Which projects are meant isn't known: a number is held by any table that says it. It is wrong only where the other number of
//! the sentence tells which table is meant.

use budget_catalog::{name, template::ColumnKind};
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::super::{
    concept::{has, is_called},
    fact::{FactId, StatementId},
    money::Printed,
};
use super::{Checker, Kind, Outcome, Relation, Weight, slips};
use crate::{Amount, CellId, Table, Unit};

/// Projects that stand together.
struct Projects {
    /// How many there are, by their names and by their rows.
    counts: [usize; 2],
    /// What each column of money comes to.
    sums: Vec<(SmallVec<[CellId; 1]>, Printed)>,
    /// Each has a form of its own.
    forms: bool,
}

/// A number, the cells that it is the sum of, and what it should be if it isn't.
type Found = (FactId, SmallVec<[CellId; 1]>, Option<Amount>);

/// What a sentence says of projects.
struct Claim {
    statement: StatementId,
    /// The number that says how many there are; none where 一级项目 and 二级项目 are counted apart.
    count: Option<FactId>,
    many: Option<Amount>,
    amount: Option<FactId>,
}

impl Checker<'_> {
    /// 对 3 个项目开展绩效自评，涉及资金 254.00 万元.
    pub(super) fn performance(&mut self) {
        let claims = self.claims_of_projects();
        if claims.is_empty() {
            return;
        }
        let sets = self.sets_of_projects();
        // What something else was said of isn't said again.
        let restated = self.relations.iter().filter(|it| it.kind == Kind::Restated);
        let mut known: FxHashSet<FactId> = restated.map(|it| it.fact).collect();
        for claim in claims {
            for (fact, cells, expected) in self.of_projects(&claim, &sets) {
                if known.insert(fact) {
                    self.told_of_projects(claim.statement, fact, cells, expected);
                }
            }
        }
    }

    fn claims_of_projects(&self) -> Vec<Claim> {
        let mut claims = Vec::new();
        for (id, statement) in (0..).zip(&self.narrative.statements) {
            let Some(count) = statement.count else {
                continue;
            };
            let under = |heading| {
                let mut above = self.document.ancestors(heading);
                above.any(|(_, heading)| has(self.document.slice(heading.text), "绩效"))
            };
            let all = self.counts_projects(id, count);
            let many = match all {
                true => self.fact(count).map(|it| it.amount),
                false => self.levels_of_projects(id),
            };
            if many.is_none() || !statement.heading.is_some_and(under) {
                continue;
            }
            // 涉及资金 is of the same statement, or of the next one.
            let next = self.narrative.statement(id + 1).filter(|next| {
                let subject = self.document.slice(next.subject);
                next.sentence == statement.sentence
                    && ["资金", "金额"]
                        .iter()
                        .any(|end| subject.trim_end().ends_with(end))
                    && !["财政", "拨款", "其他"]
                        .iter()
                        .any(|word| has(subject, word))
            });
            let amount = statement.amount.or(next.and_then(|next| next.amount));
            claims.push(Claim {
                statement: id,
                count: Some(count).filter(|_| all),
                many,
                amount,
            });
        }
        claims
    }

    /// 一级项目 2 个，二级项目 3 个: how many there are together, at the last of them.
    fn levels_of_projects(&self, id: StatementId) -> Option<Amount> {
        let sentence = self.narrative.statement(id)?.sentence;
        let level = |id: StatementId| {
            let statement = self.narrative.statement(id)?;
            let subject = self.document.slice(statement.subject).trim_end();
            let level = subject.ends_with("级项目") && statement.sentence == sentence;
            let fact = self.fact(statement.count.filter(|_| level)?)?;
            Some(fact.amount)
        };
        let (last, before) = (level(id)?, level(id.checked_sub(1)?)?);
        let more = [id.checked_sub(2), id.checked_add(1)];
        let more = more.into_iter().flatten().any(|id| level(id).is_some());
        last.checked_add(before).filter(|_| !more)
    }

    /// Whether a count is one of projects: 3 个项目, 项目 3 个; not 一级项目 1 个, 整体绩效目标 1 个.
    fn counts_projects(&self, id: StatementId, count: FactId) -> bool {
        let Some((fact, statement)) = self.fact(count).zip(self.narrative.statement(id)) else {
            return false;
        };
        let text = &self.document.text;
        let after = text.get(fact.whole.end() as usize..).unwrap_or_default();
        let subject = self.document.slice(statement.subject).trim_end();
        let narrower = [
            "级项目",
            "其中",
            "以上",
            "以下",
            "重点",
            "非财政",
            "部分",
            "上年",
            "优",
            "良",
        ];
        self.measure_word(count) == Some("个")
            && statement.list.is_none()
            && (after.trim_start().starts_with("项目") || subject.ends_with("项目"))
            && !narrower.iter().any(|word| has(subject, word))
    }

    fn sets_of_projects(&mut self) -> Vec<Projects> {
        let mut sets = Vec::new();
        let mut forms: FxHashSet<String> = FxHashSet::default();
        let mut money = Some(Printed::default());
        let document = self.document;
        for (number, table) in (0..).zip(&document.tables) {
            let field = table
                .fields
                .iter()
                .find(|field| is_called(document.slice(field.key), "项目名称"));
            let named = field.map(|field| name::normalize(document.slice(field.value)));
            if let Some(name) = named.filter(|it| !it.is_empty()) {
                forms.insert(name.into_owned());
                money = money.and_then(|sum| sum.add(self.money_of_form(table)?));
            }
            for (at, grid) in (0..).zip(&table.grids) {
                let rows = (0..).zip(&grid.rows).filter(|(_, row)| row.is_of_project());
                let rows: Vec<(u32, String)> = rows
                    .filter_map(|(at, row)| {
                        let name = name::normalize(document.slice(row.project?));
                        (!name.is_empty()).then(|| (at, name.into_owned()))
                    })
                    .collect();
                if table.working || rows.is_empty() {
                    continue;
                }
                let names: FxHashSet<&str> = rows.iter().map(|row| row.1.as_str()).collect();
                let columns = (0..).zip(&grid.columns);
                let columns = columns.filter(|(_, column)| column.kind == ColumnKind::Amount);
                let sums = columns.filter_map(|(column, _)| {
                    let cells = rows.iter().map(|(row, _)| CellId {
                        table: number,
                        grid: at,
                        row: *row,
                        column,
                    });
                    let sum = self.binder.sum_of(cells.collect())?;
                    (!sum.1.is_zero()).then_some(sum)
                });
                sets.push(Projects {
                    counts: [names.len(), rows.len()],
                    sums: sums.collect(),
                    forms: false,
                });
            }
        }
        if !forms.is_empty() {
            sets.push(Projects {
                counts: [forms.len(); 2],
                sums: money
                    .into_iter()
                    .map(|sum| (SmallVec::new(), sum))
                    .collect(),
                forms: true,
            });
        }
        sets
    }

    /// What is found of the numbers of a claim: each holds, or should be another.
    fn of_projects(&self, claim: &Claim, sets: &[Projects]) -> SmallVec<[Found; 2]> {
        let mut found = SmallVec::new();
        let is = |many: usize| claim.many == Some(Amount::from_count(many));
        let counted = |set: &Projects| set.counts.iter().any(|many| is(*many));
        let stated = claim
            .amount
            .and_then(|fact| Some((fact, self.money(fact)?)));
        let sums = || {
            sets.iter()
                .flat_map(|set| set.sums.iter().map(move |sum| (set, sum)))
        };
        let held = stated.and_then(|(_, own)| sums().find(|(_, sum)| sum.1.restates(own)));
        if let (Some((fact, _)), Some((_, (cells, _)))) = (stated, held) {
            found.push((fact, cells.clone(), None));
        }
        match (stated, held) {
            // The money is there: of so many projects that have a form each, or on which tables agree.
            (Some(_), Some((set, _))) => {
                let [many, rows] = set.counts;
                let same = sets
                    .iter()
                    .filter(|other| other.counts == [many; 2])
                    .count()
                    > 1;
                if let Some(count) = claim.count
                    && many == rows
                    && many > 1
                    && (set.forms || same)
                {
                    let right = (!sets.iter().any(counted)).then(|| Amount::from_count(many));
                    found.push((count, SmallVec::new(), right));
                }
            }
            // So many projects there are, and their money is written with a slip.
            (Some((fact, _)), None) => {
                let written = self.fact(fact).map(|it| it.amount);
                let slipped = sums().filter(|(set, _)| counted(set)).find_map(|(_, sum)| {
                    let right = self.as_printed(fact, sum.1)?;
                    slips::of_amount(written?, right).filter(|_| slips::is_long(right))?;
                    Some((sum.0.clone(), right))
                });
                if let Some((cells, right)) = slipped {
                    found.push((fact, cells, Some(right)));
                }
            }
            _ => {}
        }
        found
    }

    /// The money of a form: 年度资金总额：3390 万元.
    fn money_of_form(&self, table: &Table) -> Option<Printed> {
        const KEYS: [&str; 3] = ["年度资金总额", "年度预算总额", "项目资金"];
        let field = table.fields.iter().find(|field| {
            let key = self.document.slice(field.key);
            KEYS.iter().any(|name| is_called(key, name))
        })?;
        let value = name::normalize(self.document.slice(field.value)).into_owned();
        let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')));
        let (number, rest) = value.split_at_checked(end.unwrap_or(value.len()))?;
        let (amount, decimals) = Amount::parse(number)?;
        let unit = match rest {
            rest if rest.starts_with("万元") => Unit::TenThousandYuan,
            rest if rest.starts_with('元') => Unit::Yuan,
            _ => table.unit,
        };
        Printed::money(amount, decimals, unit)
    }

    /// Adds what was found of a number: it holds, or it should be another.
    fn told_of_projects(
        &mut self,
        statement: StatementId,
        fact: FactId,
        cells: SmallVec<[CellId; 1]>,
        expected: Option<Amount>,
    ) {
        // What something else was said of isn't said again.
        if self
            .relations
            .iter()
            .any(|it| it.fact == fact && it.kind == Kind::Restated)
        {
            return;
        }
        let outcome = match expected {
            Some(_) => Outcome::Broken,
            None => Outcome::Held,
        };
        let formula = self.formula(outcome, || {
            let right = expected.map_or_else(|| self.text(fact), |it| it.to_string());
            format!("{} = {right}（项目表、绩效表）", self.text(fact))
        });
        let written = self.fact(fact).map(|it| it.amount);
        let cause = written
            .zip(expected)
            .and_then(|(a, b)| slips::of_amount(a, b));
        self.add(Relation {
            cells,
            expected,
            weight: Weight::Likely,
            cause,
            formula,
            ..Relation::of(Kind::Restated, outcome, statement, fact)
        });
    }
}
