//! Which cells may say what a statement says.

use std::sync::Arc;

use budget_catalog::name;
use smallvec::SmallVec;

use super::super::{
    concept::{self, Concept, Flow, Scope, Stage},
    fact::StatementId,
    money::Printed,
};
use super::{
    Binder, Candidate, MAX_CANDIDATES, MAX_ROWS, cells::is_name_of_any, is_label_of_sums,
    keys::TableKeys,
};
use crate::CellId;

impl<'d> Binder<'d> {
    /// The cells that may say what a statement says.
    pub(crate) fn candidates(&mut self, id: StatementId) -> Vec<Candidate> {
        self.candidates_until(id, &|_| false)
    }

    /// As [`Self::candidates`], up to the first that is enough.
    pub(crate) fn candidates_until(
        &mut self,
        id: StatementId,
        enough: &dyn Fn(&Candidate) -> bool,
    ) -> Vec<Candidate> {
        let Some(statement) = self.narrative.statement(id) else {
            return Vec::new();
        };
        let (project, head, subject) = (statement.project, statement.head, statement.subject);
        let concept = self.concept(id);
        if concept.elsewhere || project.is_none() && concept.is_empty() {
            return Vec::new();
        }
        // 国内 8 万元，其他 2 万元; 加上基金支出 50 万元，支出合计 ….
        if concept.label == "其他" && concept.flow.is_none() || self.is_added_to(id) {
            return Vec::new();
        }
        // 预算安排规模 of a project.
        if let Some(project) = project {
            let named = head.is_some_and(|head| is_label_of_sums(self.document.slice(head)));
            if !named || !subject.is_empty() || statement.list.is_some() {
                return Vec::new();
            }
            return self.of_project(&name::normalize(self.document.slice(project)), enough);
        }
        if let Some(found) = self.of_whole(id, &concept) {
            return found;
        }
        let mut found = Vec::new();
        // A row or a column of that very name, where the whole or the heading says to look.
        let above = match concept.scope {
            Some(Scope::Hospitality) | None => None,
            Some(_) => self.scope_above(id),
        };
        if let Some(above) = above.filter(|above| Some(*above) != concept.scope) {
            let label = Concept {
                scope: None,
                stem: concept.label.clone(),
                ..Concept::clone(&concept)
            };
            if !label.is_total() {
                self.in_tables(above, &label, &mut found, enough);
            }
            // 一般公共预算会议费, where “三公”, 会议费 and 培训费 have a table.
            if found.is_empty() && above == Scope::Hospitality && !concept.is_total() {
                let item = Concept {
                    scope: None,
                    label: concept.stem.clone(),
                    ..Concept::clone(&concept)
                };
                self.in_tables(above, &item, &mut found, enough);
            }
        }
        let scope = self.scope(id);
        if found.is_empty()
            && let Some(scope) = scope
        {
            self.in_tables(scope, &concept, &mut found, enough);
        }
        // 年初财政拨款结转和结余, told where 一般公共预算 is: what is left stands with what comes in.
        let left = concept::has(&concept.label, "财政拨款") && concept::has(&concept.label, "结转");
        if found.is_empty() && scope == Some(Scope::General) && left {
            self.in_tables(Scope::Fiscal, &concept, &mut found, enough);
            for candidate in &mut found {
                candidate.beside = true;
            }
        }
        found
    }

    /// 基本支出, 人员经费 as parts of an account or another row: the row's own cells, or none. What another
    /// body's money is made of stands nowhere.
    pub(super) fn of_whole(
        &mut self,
        id: StatementId,
        concept: &Concept,
    ) -> Option<Vec<Candidate>> {
        let whole = self.whole(self.narrative.statement(id)?)?;
        let above = self.concept(whole);
        if let Some(account) = &concept.account {
            // 项目支出 280 万元，其中：行政运行（项）20 万元 is a part of that row.
            let split = account.is_alone() && SPLITS.contains(&&*above.stem);
            return split.then(Vec::new);
        }
        if above.elsewhere {
            return Some(Vec::new());
        }
        // 项目支出 280 万元，其中：一般公共预算财政拨款 200 万元
        // What isn't known is made of isn't known either.
        if self.is_row(whole) && above.account.is_none() && self.candidates(whole).is_empty() {
            return Some(Vec::new());
        }
        let split = SPLITS.contains(&&*above.stem);
        if split && (is_name_of_any(&concept.label) || concept.label == "财政") {
            return Some(Vec::new());
        }
        if !SPLITS.contains(&&*concept.label) || !self.is_row(whole) {
            return None;
        }
        let rows = self.candidates(whole);
        let mut found = Vec::new();
        for cell in rows.iter().flat_map(|it| &it.cells) {
            let keys = self.keys(cell.table);
            let grid = keys.grids.get(cell.grid as usize);
            let columns = grid.and_then(|grid| grid.columns.get(&concept.label));
            let columns = columns.cloned().unwrap_or_default();
            for held in columns {
                let column = held.column;
                let cell = CellId { column, ..*cell };
                found.extend(self.candidate(SmallVec::from_slice(&[cell])));
            }
        }
        Some(found)
    }

    /// Whether a sum of what stands before is said: 加上基金支出 50 万元，支出合计 1200 万元.
    pub(super) fn is_added_to(&self, id: StatementId) -> bool {
        let own = self.narrative.statement(id);
        let before = id
            .checked_sub(1)
            .and_then(|id| self.narrative.statement(id));
        own.zip(before).is_some_and(|(own, before)| {
            let lead = self.document.slice(before.subject);
            own.sentence == before.sentence && lead.trim_start().starts_with("加上")
        })
    }

    /// Whether a statement is about one row of a table, not all of it.
    pub(crate) fn is_row(&self, id: StatementId) -> bool {
        let concept = self.concept(id);
        let wide = ["三公", "公务用车"]
            .iter()
            .any(|word| concept::has(&concept.stem, word));
        concept.account.is_some()
            || !concept.stem.is_empty()
                && !concept.is_total()
                && !wide
                && !SPLITS.contains(&&*concept.stem)
                && !is_name_of_any(&concept.label)
    }

    /// In the tables of a scope; beside them, in those that say the same. Up to the first table in which one is enough.
    pub(super) fn in_tables(
        &mut self,
        scope: Scope,
        concept: &Concept,
        found: &mut Vec<Candidate>,
        enough: &dyn Fn(&Candidate) -> bool,
    ) {
        // What comes in stands in no table of what goes out.
        let scope = match (scope, concept.flow) {
            (Scope::Expense, Some(Flow::Income)) => Scope::Income,
            (Scope::Income, Some(Flow::Expense)) => Scope::Expense,
            (Scope::General | Scope::Basic | Scope::Projects, Some(Flow::Income)) => return,
            _ => scope,
        };
        let special = concept.is_total() && (concept.grand || concept.this_year);
        if special {
            self.in_special_rows(scope, concept, found);
            if found.iter().any(enough) {
                return;
            }
        }
        let from = found.len();
        for (at, scope) in std::iter::once(&scope).chain(scope.others()).enumerate() {
            let first = found.len();
            for table in self.tables_of(*scope) {
                let known = found.len();
                if known >= MAX_CANDIDATES {
                    break;
                }
                self.in_table(table, *scope, concept, found);
                if found.iter().skip(known).any(enough) {
                    return;
                }
            }
            // What is basic expenditure is only a part of all.
            let part = at > 0 && matches!(scope, Scope::Basic | Scope::Projects);
            for candidate in found.iter_mut().skip(first) {
                candidate.beside = first > 0 || part;
            }
        }
        // 财政拨款基本支出, where all of it is 一般公共预算; 财政拨款项目 5 个 are things, no money.
        let is_spent = !concept.is_total() && concept.flow == Some(Flow::Expense);
        if found.len() == from && scope == Scope::Fiscal && is_spent && self.is_alone() {
            for table in self.tables_of(Scope::General) {
                self.in_table(table, Scope::General, concept, found);
            }
            for candidate in found.iter_mut().skip(from) {
                candidate.beside = true;
            }
        }
        if from > 0 {
            for candidate in found.iter_mut().skip(from) {
                candidate.beside = true;
            }
        }
    }

    /// 收入总计 and 本年收入, in the rows of that very name.
    pub(super) fn in_special_rows(
        &mut self,
        scope: Scope,
        concept: &Concept,
        found: &mut Vec<Candidate>,
    ) {
        for scope in std::iter::once(&scope).chain(scope.others()) {
            for table in self.tables_of(*scope) {
                if found.len() >= MAX_CANDIDATES {
                    break;
                }
                let settled = self.settled.contains(&table);
                let keys = self.keys(table);
                let mut cells: SmallVec<[CellId; 4]> = SmallVec::new();
                for (number, grid) in (0..).zip(&keys.grids) {
                    let rows = if concept.grand {
                        &grid.grand_rows
                    } else {
                        &grid.this_year_rows
                    };
                    for (row, flow) in rows {
                        let flow = flow.or(grid.flow);
                        if concept.flow.is_some() && flow.is_some() && concept.flow != flow {
                            continue;
                        }
                        cells.extend(
                            grid.totals
                                .iter()
                                .filter(|it| match concept.stage {
                                    Some(Stage::Budget) if settled => {
                                        it.stage == Some(Stage::Budget)
                                    }
                                    _ => it.stage != Some(Stage::Budget),
                                })
                                .map(|total| CellId {
                                    table,
                                    grid: number,
                                    row: *row,
                                    column: total.column,
                                }),
                        );
                    }
                }
                for cell in cells {
                    let candidate = self.candidate(SmallVec::from_slice(&[cell]));
                    found.extend(candidate.filter(|it| !found.contains(it)));
                }
            }
        }
    }

    /// The tables that the whole of a statement, or its heading, is about.
    pub(super) fn scope_above(&mut self, id: StatementId) -> Option<Scope> {
        let statement = self.narrative.statement(id)?;
        let (whole, heading) = (self.whole(statement), statement.heading);
        if let Some(scope) = whole.and_then(|whole| self.scope(whole)) {
            return Some(scope);
        }
        heading.and_then(|heading| self.scope_of_heading(heading))
    }

    /// The planned number of what a statement says the final one of, where the tables have both and agree.
    pub(crate) fn planned(&mut self, id: StatementId) -> Option<Candidate> {
        let concept = self.concept(id);
        let scope = self.scope(id)?;
        if concept.elsewhere || concept.is_empty() {
            return None;
        }
        let staged = |stage| Concept {
            stage: Some(stage),
            ..Concept::clone(&concept)
        };
        let mut of = |stage| {
            let mut found = Vec::new();
            self.in_tables(scope, &staged(stage), &mut found, &|_| false);
            let mut filled = found.into_iter().filter(|it| !it.empty && !it.beside);
            let first = filled.next()?;
            filled
                .all(|it| it.printed == first.printed)
                .then_some(first)
        };
        let (plan, done) = (of(Stage::Budget)?, of(Stage::Final)?);
        (plan.cells != done.cells).then_some(plan)
    }

    /// The total of the tables that a statement is about, where they agree on it.
    pub(crate) fn total(&mut self, id: StatementId) -> Option<Printed> {
        let scope = self.scope(id)?;
        if let Some(known) = self.totals.get(&scope) {
            return *known;
        }
        let flow = match scope {
            Scope::Income => Some(Flow::Income),
            Scope::Expense => Some(Flow::Expense),
            _ => None,
        };
        let total = self.total_in(
            scope,
            &Concept {
                flow,
                ..Concept::default()
            },
        );
        self.totals.insert(scope, total);
        total
    }

    /// What the tables say of 基本支出, 项目支出 and the like: those that a statement is about, and those of all that is
    /// spent.
    pub(crate) fn split(&mut self, id: StatementId, concept: &Concept) -> SmallVec<[Printed; 4]> {
        let mut found: SmallVec<[Printed; 4]> = SmallVec::new();
        if !SPLITS.contains(&&*concept.stem) {
            return found;
        }
        let all = [Scope::Expense, Scope::General, Scope::Basic, Scope::Fiscal];
        let own = concept.scope.or_else(|| self.scope(id));
        let others = all
            .into_iter()
            .filter(|it| Some(*it) != own && concept.scope.is_none());
        for scope in own.into_iter().chain(others) {
            let mut cells = Vec::new();
            self.in_tables(scope, concept, &mut cells, &|_| false);
            for it in cells.iter().filter(|it| !it.empty) {
                if !found.contains(&it.printed) {
                    found.push(it.printed);
                }
            }
        }
        found
    }

    /// The total that a concept names by itself, where the tables agree on it.
    pub(crate) fn total_of(&mut self, concept: &Concept) -> Option<Printed> {
        let scope = match (concept.scope, concept.flow) {
            (Some(scope), _) => scope,
            (None, Some(Flow::Income)) => Scope::Income,
            (None, Some(Flow::Expense)) => Scope::Expense,
            _ => return None,
        };
        self.total_in(scope, concept)
    }

    /// What the tables of a scope agree on.
    fn total_in(&mut self, scope: Scope, concept: &Concept) -> Option<Printed> {
        let mut found = Vec::new();
        self.in_tables(scope, concept, &mut found, &|_| false);
        let mut filled = found.into_iter().filter(|it| !it.empty && !it.beside);
        let first = filled.next()?;
        let agreed = filled.all(|it| it.printed == first.printed);
        agreed.then_some(first.printed)
    }

    pub(super) fn tables_of(&mut self, scope: Scope) -> impl Iterator<Item = u32> + use<> {
        let of = |scope: Scope| {
            let from = self.tables.partition_point(|it| it.0 < scope);
            let to = self.tables.partition_point(|it| it.0 <= scope);
            from..to
        };
        let mut own = of(scope);
        if own.is_empty() && scope == Scope::General {
            let fiscal = of(Scope::Fiscal);
            if !fiscal.is_empty() && self.is_alone() {
                own = fiscal;
            }
        }
        let tables = Arc::clone(&self.tables);
        own.filter_map(move |at| Some(tables.get(at)?.1))
    }

    /// Whether what is said to be 财政拨款 is all 一般公共预算: no other fund has money.
    fn is_alone(&mut self) -> bool {
        if let Some(alone) = self.alone {
            return alone;
        }
        self.alone = Some(false);
        let mut found = Vec::new();
        for scope in [Scope::Fiscal, Scope::Balance, Scope::Fund, Scope::Capital] {
            for label in [
                "政府性基金",
                "政府性基金预算财政",
                "国有资本经营",
                "国有资本经营预算财政",
            ] {
                let concept = Concept {
                    label: label.to_owned(),
                    stem: label.to_owned(),
                    ..Concept::default()
                };
                for table in self.tables_of(scope) {
                    self.in_table(table, scope, &concept, &mut found);
                }
            }
        }
        let alone = found.iter().all(|it| it.empty || it.printed.is_zero());
        self.alone = Some(alone);
        alone
    }

    pub(super) fn keys(&mut self, table: u32) -> &TableKeys {
        let document = self.document;
        let (tables, known, labels) = (&self.tables, &self.known, &mut self.labels);
        self.keys.entry(table).or_insert_with(|| {
            let scope = tables.iter().find(|it| it.1 == table).map(|it| it.0);
            let known = known.get(&table).filter(|it| it.scope == scope).cloned();
            known.unwrap_or_else(|| Arc::new(TableKeys::new(document, table, scope, labels)))
        })
    }

    /// The rows of a project, together.
    pub(super) fn of_project(
        &mut self,
        project: &str,
        enough: &dyn Fn(&Candidate) -> bool,
    ) -> Vec<Candidate> {
        let mut found = Vec::new();
        for table in self.tables_of(Scope::Projects) {
            let keys = self.keys(table);
            let Some(rows) = keys
                .projects
                .get(project)
                .or_else(|| keys.rows.get(project))
            else {
                continue;
            };
            let rows: SmallVec<[(u32, u32); 2]> = rows.iter().copied().take(MAX_ROWS).collect();
            let cells: SmallVec<[CellId; 1]> = rows
                .iter()
                .filter_map(|(grid, row)| {
                    let total = keys.grids.get(*grid as usize)?.totals.first()?;
                    Some(CellId {
                        table,
                        grid: *grid,
                        row: *row,
                        column: total.column,
                    })
                })
                .collect();
            found.extend(self.candidate(cells));
            if found.last().is_some_and(enough) {
                break;
            }
        }
        found
    }
}

/// What all money that goes out is split into.
pub(crate) const SPLITS: [&str; 5] = ["基本", "项目", "人员", "公用", "日常公用"];
