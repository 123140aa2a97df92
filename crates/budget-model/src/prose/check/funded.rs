//! What a project was given and what was spent of it, in the sentences that tell of it, against its form and the rows of tables.
//!
//! 水文站点改造项目自评综述：……全年预算数为 200 万元，执行数为 190 万元. The project is the one that the sentence names, or the
//! nearest before it; of several none is meant.

use std::borrow::Cow;

use budget_catalog::{
    name,
    template::{ColumnKind, DisclosureKind},
};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::super::{
    concept::{has, is_called, is_chinese, last_letter},
    fact::{FactId, Statement, StatementId},
    money::Printed,
};
use super::{Checker, Kind, Outcome, Relation, Weight, slips};
use crate::{CellId, Grid};

/// Which number of a project is said.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Stage {
    /// 年初预算数; of a budget the only one.
    Planned,
    /// 全年预算数
    Changed,
    /// 执行数
    Spent,
}

/// Bytes before a number in which its project is looked for.
const REACH: usize = 900;
/// Characters without which a name may stand for anything.
const SHORTEST: usize = 4;

/// What tables say of projects, by their names.
#[derive(Default)]
struct Projects<'d> {
    rows: FxHashMap<&'d str, SmallVec<[Rows; 1]>>,
    /// Names by the [`SHORTEST`] characters that they begin with.
    names: FxHashMap<&'d str, Vec<&'d str>>,
    /// And by the first: most characters begin none.
    firsts: FxHashSet<char>,
    /// All that stand in one table together.
    all: Vec<Rows>,
    grids: Vec<Columns>,
}

/// Rows of one project in a grid of [`Projects::grids`].
struct Rows {
    grid: usize,
    rows: SmallVec<[u32; 2]>,
}

/// The columns of a grid that have money of projects.
struct Columns {
    table: u32,
    grid: u32,
    columns: SmallVec<[(Stage, u32); 3]>,
}

/// Which project a number is of.
#[derive(Clone, Copy)]
enum Of<'d> {
    /// The one that is named nearest before it.
    Nearest,
    /// The one that its subject names.
    Subject(&'d str),
    /// All of a table.
    All,
}

/// What a sentence says of a project.
struct Claim<'d> {
    id: StatementId,
    fact: FactId,
    stage: Stage,
    of: Of<'d>,
}

impl<'d> Projects<'d> {
    /// The names that a text has in it, the longest first.
    fn named(&self, text: &str) -> SmallVec<[&'d str; 2]> {
        let mut found: SmallVec<[&str; 2]> = SmallVec::new();
        for (at, _) in text.char_indices().filter(|it| self.firsts.contains(&it.1)) {
            let (before, rest) = text.split_at_checked(at).unwrap_or_default();
            let before = before.trim_end().chars().next_back();
            if !before.is_none_or(parts_before) {
                continue;
            }
            let names = start(rest).and_then(|start| self.names.get(start));
            for name in names.into_iter().flatten() {
                if is_named(rest, name) && !found.contains(name) {
                    found.push(name);
                }
            }
        }
        found.sort_unstable_by_key(|it| std::cmp::Reverse(it.len()));
        found
    }
}

/// The [`SHORTEST`] characters that a text begins with.
fn start(text: &str) -> Option<&str> {
    let (last, c) = text.char_indices().nth(SHORTEST - 1)?;
    text.get(..last + c.len_utf8())
}

/// What tables say of a project.
type Money = SmallVec<[(Stage, SmallVec<[CellId; 1]>, Printed); 4]>;

impl<'d> Checker<'d> {
    pub(super) fn funded(&mut self) {
        let restated = self.relations.iter().filter(|it| it.kind == Kind::Restated);
        let mut known = vec![false; self.narrative.facts.len()];
        for relation in restated {
            if let Some(slot) = known.get_mut(relation.fact as usize) {
                *slot = true;
            }
        }
        let is_known = |fact: &FactId| known.get(*fact as usize) == Some(&true);
        let claims: Vec<Claim> = (0..)
            .zip(&self.narrative.statements)
            .filter(|(_, it)| it.project.is_none())
            .filter_map(|(id, it)| {
                let fact = it.amount.filter(|fact| !is_known(fact))?;
                self.claim(id, it, fact)
            })
            .collect();
        if claims.is_empty() {
            return;
        }
        let projects = self.projects_of_tables();
        for claim in claims {
            let rows = match claim.of {
                Of::Nearest => {
                    let project = self.project_at(&claim, &projects);
                    project.and_then(|project| projects.rows.get(project).map(SmallVec::as_slice))
                }
                Of::Subject(name) => projects.rows.get(name).map(SmallVec::as_slice),
                Of::All => Some(projects.all.as_slice()),
            };
            if let Some(rows) = rows {
                let money = self.money_of(&projects, rows);
                self.is_funded(&claim, &money);
            }
        }
    }

    /// What a statement may say of a project: which number, and of which project.
    fn claim(&self, id: StatementId, statement: &Statement, fact: FactId) -> Option<Claim<'d>> {
        let written = self.document.slice(statement.subject);
        let claim = |stage, of| Claim {
            id,
            fact,
            stage,
            of,
        };
        // Most subjects end otherwise than the names of such numbers.
        let subject = match last_letter(written) {
            Some('数' | '算' | '出' | '额' | '排') => name::normalize(written),
            _ => Cow::Borrowed(""),
        };
        match self.stage_of(&subject) {
            // 4 个项目全年预算数合计 805.00 万元
            Some(stage @ (Stage::Changed | Stage::Spent)) => {
                if statement.list.is_some() && !says_only_which(&subject) {
                    return None;
                }
                let (from, to) = (statement.subject.end(), self.fact(fact)?.range.start());
                let lead = self.document.text.get(from as usize..to as usize);
                let all = lead.is_some_and(|it| ["合计", "共", "总计"].iter().any(|w| has(it, w)));
                Some(claim(stage, if all { Of::All } else { Of::Nearest }))
            }
            Some(stage) => (statement.list.is_none()).then(|| claim(stage, Of::Nearest)),
            // 分别是甲项目 415.60 万元、乙项目 268.00 万元: a budget has one number of each.
            None => {
                let settles = self.document.template.kind == DisclosureKind::FinalAccounts;
                let named = (!settles && self.tells_of_projects(statement)).then(|| bare(written));
                let named = named.filter(|it| it.chars().count() >= SHORTEST);
                named.map(|name| claim(Stage::Planned, Of::Subject(name)))
            }
        }
    }

    /// Whether a statement stands where projects are told of.
    fn tells_of_projects(&self, statement: &Statement) -> bool {
        statement.heading.is_some_and(|heading| {
            let mut above = self.document.ancestors(heading);
            above.any(|(_, heading)| {
                let title = self.document.slice(heading.text);
                has(title, "绩效") || has(title, "项目")
            })
        })
    }

    /// Which number a subject says: 项目全年预算数, 该项目执行数.
    fn stage_of(&self, subject: &str) -> Option<Stage> {
        let ends = |words: &[&str]| words.iter().any(|word| subject.ends_with(word));
        let settles = self.document.template.kind == DisclosureKind::FinalAccounts;
        let stage = if ends(&["全年预算数", "全年预算", "调整后预算数", "调整预算数"])
        {
            Some(Stage::Changed)
        } else if ends(&["年初预算数", "年初预算"]) {
            Some(Stage::Planned)
        } else if settles && ends(&["执行数", "实际支出", "实际支出数"]) {
            Some(Stage::Spent)
        } else if !settles && ends(&["预算", "预算数", "预算安排", "资金总额", "预算总额"])
        {
            Some(Stage::Planned)
        } else {
            None
        };
        // 1 月—6 月执行数
        let months = ["月", "季度", "半年"];
        stage.filter(|_| !months.iter().any(|word| has(subject, word)))
    }

    /// What tables and forms have of each project.
    fn projects_of_tables(&self) -> Projects<'d> {
        let mut found = Projects::default();
        let document = self.document;
        for (number, table) in (0..).zip(&document.tables) {
            if table.working {
                continue;
            }
            let field = table
                .fields
                .iter()
                .find(|field| is_called(document.slice(field.key), "项目名称"));
            let form = field.map(|field| document.slice(field.value).trim());
            for (at, grid) in (0..).zip(&table.grids) {
                let is_named = |row: &crate::Row| row.project.is_some();
                if form.is_none() && !grid.rows.iter().any(is_named) {
                    continue;
                }
                let mut rows: FxHashMap<&str, SmallVec<[u32; 2]>> = FxHashMap::default();
                for (row, it) in (0..).zip(&grid.rows) {
                    let is_all = || is_called(document.slice(it.label), "年度资金总额");
                    let named = match (it.project, form) {
                        // The account that pays for it may stand beside it.
                        (Some(project), _) if it.is_of_project() => {
                            Some(document.slice(project).trim())
                        }
                        (None, Some(form)) if is_all() => Some(form),
                        _ => None,
                    };
                    if let Some(named) = named.filter(|it| start(it).is_some()) {
                        rows.entry(named).or_default().push(row);
                    }
                }
                if rows.is_empty() {
                    continue;
                }
                let own = found.grids.len();
                found.grids.push(Columns {
                    table: number,
                    grid: at,
                    columns: self.stages(grid),
                });
                if form.is_none() && rows.len() > 1 {
                    found.all.push(Rows {
                        grid: own,
                        rows: rows.values().flatten().copied().collect(),
                    });
                }
                for (named, rows) in rows {
                    if let (Some(start), false) = (start(named), found.rows.contains_key(named)) {
                        found.names.entry(start).or_default().push(named);
                        found.firsts.extend(named.chars().next());
                    }
                    let rows = Rows { grid: own, rows };
                    found.rows.entry(named).or_default().push(rows);
                }
            }
        }
        found
    }

    /// What columns say of rows together.
    fn money_of(&self, projects: &Projects<'_>, rows: &[Rows]) -> Money {
        let mut money = Money::new();
        for own in rows {
            let Some(grid) = projects.grids.get(own.grid) else {
                continue;
            };
            for (stage, column) in &grid.columns {
                let cells = own.rows.iter().map(|row| CellId {
                    table: grid.table,
                    grid: grid.grid,
                    row: *row,
                    column: *column,
                });
                let sum = self.binder.sum_of(cells.collect());
                money.extend(sum.map(|(cells, sum)| (*stage, cells, sum)));
            }
        }
        money
    }

    /// The columns of all the money of a project.
    fn stages(&self, grid: &Grid) -> SmallVec<[(Stage, u32); 3]> {
        let amounts = (0..).zip(&grid.columns);
        let amounts = amounts.filter(|(_, column)| column.kind == ColumnKind::Amount);
        let mut found = SmallVec::new();
        let mut first = None;
        for (at, column) in amounts {
            first = first.or(Some(at));
            let name = name::normalize(self.document.slice(column.name));
            let part = ["财政拨款", "结转", "其他"].iter().any(|it| has(&name, it));
            let stage = [
                ("全年预算", Stage::Changed),
                ("年初预算", Stage::Planned),
                ("执行数", Stage::Spent),
            ];
            let stage = stage.iter().find(|(word, _)| has(&name, word));
            found.extend(stage.filter(|_| !part).map(|(_, stage)| (*stage, at)));
        }
        if found.is_empty() && self.document.template.kind == DisclosureKind::Budget {
            found.extend(first.map(|at| (Stage::Planned, at)));
        }
        found
    }

    /// The one project that is named before a number, nearest to it.
    fn project_at(&self, claim: &Claim<'_>, projects: &Projects<'d>) -> Option<&'d str> {
        let Claim { id, fact, .. } = *claim;
        let text = &self.document.text;
        let end = self.fact(fact)?.range.start() as usize;
        let mut start = end.saturating_sub(REACH);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        let before = text.get(start..end)?;
        let before = before.rsplit("\n\n").next().unwrap_or(before);
        let statement = self.narrative.statement(id)?;
        // Of a list only what the part itself names: 其中：甲项目得分 92 分，全年预算数 560 万元.
        if statement.list.is_some() {
            let part = before.rsplit(['。', '；', '\n']).next()?;
            let opened = ["其中", "包括", "分别"];
            let from = opened
                .iter()
                .filter_map(|word| Some(part.rfind(word)? + word.len()));
            let named = projects.named(part.get(from.max().unwrap_or(0)..)?);
            let (longest, rest) = named.split_first()?;
            return rest
                .iter()
                .all(|it| longest.contains(it))
                .then_some(*longest);
        }
        let heading = statement.heading;
        let heading = heading.and_then(|id| self.document.heading(id));
        let heading = heading.map_or("", |it| self.document.slice(it.text));
        let places = before.rsplit(['。', '；', '\n']);
        for place in places.chain([heading]) {
            let named = projects.named(place);
            match named.split_first() {
                Some((longest, rest)) => {
                    let one = rest.iter().all(|it| longest.contains(it));
                    return one.then_some(*longest);
                }
                None => continue,
            }
        }
        None
    }

    fn is_funded(&mut self, claim: &Claim<'_>, money: &Money) {
        let Claim {
            id, fact, stage, ..
        } = *claim;
        let Some(own) = self.money(fact) else { return };
        let of_stage = || money.iter().filter(|it| it.0 == stage);
        let held = of_stage().find(|it| it.2.restates(own));
        // Another number of the project's is no slip of this one.
        let other = money.iter().any(|it| it.2.restates(own));
        let first = of_stage().next();
        let agreed = first.filter(|first| of_stage().all(|it| it.2.restates(first.2)));
        let right = agreed.and_then(|it| Some((it, self.as_printed(fact, it.2)?)));
        let slip = right.filter(|_| !other).and_then(|(it, right)| {
            let written = self.fact(fact)?.amount;
            let cause = slips::of_amount(written, right).filter(|_| slips::is_long(right))?;
            Some((it, right, cause))
        });
        let (outcome, cells, expected, cause) = match (held, slip) {
            (Some(it), _) => (Outcome::Held, &it.1, None, None),
            (None, Some((it, right, cause))) => (Outcome::Broken, &it.1, Some(right), Some(cause)),
            _ => return,
        };
        let formula = self.formula(outcome, || {
            let cells = cells.iter();
            let cells: Vec<String> = cells
                .map(|cell| super::super::path::of_cell(self.document, *cell))
                .collect();
            format!("说明.{} = {}", self.name(id), cells.join(" + "))
        });
        let index = self.add(Relation {
            cells: cells.clone(),
            expected,
            weight: Weight::Likely,
            cause,
            formula,
            ..Relation::of(Kind::Restated, outcome, id, fact)
        });
        let right = held.or(agreed).map(|it| it.2);
        match (outcome, right) {
            (Outcome::Held, Some(right)) => {
                self.confirmed.insert(fact, right);
            }
            (_, Some(right)) => {
                self.corrected.insert(fact, (right, index));
            }
            _ => {}
        }
    }
}

/// Whether a subject says only which number of a project is meant, or names it: 执行数, 甲项目全年预算数.
fn says_only_which(subject: &str) -> bool {
    const ENDS: [&str; 7] = [
        "全年预算数",
        "全年预算",
        "调整后预算数",
        "调整预算数",
        "全年执行数",
        "执行数",
        "实际支出",
    ];
    let rest = ENDS.iter().find_map(|end| subject.strip_suffix(end));
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with("项目"))
}

/// A subject without what may stand before and after a project's name: “甲”项目安排.
fn bare(subject: &str) -> &str {
    let mut rest = subject.trim();
    let ends = ["预算", "安排", "资金", "支出", "项目"];
    while let Some(cut) = ends.iter().find_map(|end| rest.strip_suffix(end)) {
        rest = cut.trim_end();
    }
    rest.trim_matches(['“', '”', '"', '《', '》'])
}

/// Whether a text begins with the whole name of a project: 水文站点改造项目, not 水文站点改造二期.
fn is_named(text: &str, name: &str) -> bool {
    const AFTER: [&str; 16] = [
        "项目", "绩效", "自评", "支出", "全年", "年初", "预算", "执行", "经费", "资金", "评价",
        "专项", "年度", "本年", "实际", "共",
    ];
    let Some(after) = text.strip_prefix(name).map(str::trim_start) else {
        return false;
    };
    let ends = after.chars().next();
    let ends = ends.is_none_or(|c| !is_chinese(c) && !c.is_ascii_alphanumeric());
    ends || AFTER.iter().any(|word| after.starts_with(word))
}

/// Whether a name may begin after a character.
fn parts_before(c: char) -> bool {
    !is_chinese(c) || "对的为将和与及目中".contains(c)
}
