//! From what prose speaks of to the cells that say it.
//!
//! A subject gives candidates: by its account, by the label of a row or a column, or as the total of
//! a table. Which tables, its own words say, those of the whole it is a part of, or the heading. That
//! candidates are several is no harm while they say one number; where they don't, the sentence says
//! which is meant by its number, or none is.

mod keys;

use std::rc::Rc;

use budget_catalog::{front::FrontKey, name};
use budget_syntax::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::{
    concept::{self, Concept, Flow, Names, Scope, Stage},
    fact::{Narrative, Statement, StatementId},
    money::Printed,
};
use keys::{GridKeys, TableKeys};

use crate::{Amount, CellId, Document, Grid, HeadingId, Value, relation::Derived};

/// Cells that may be what is spoken of: together one number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Candidate {
    pub(crate) cells: SmallVec<[CellId; 1]>,
    pub(crate) printed: Printed,
    /// What the rounding of all its cells allows.
    pub(crate) room: i128,
    /// Nothing stands there.
    pub(crate) empty: bool,
    /// It stands where the same may be said, not where the words say to look.
    pub(crate) beside: bool,
}

/// What all money that goes out is split into.
const SPLITS: [&str; 5] = ["基本", "项目", "人员", "公用", "日常公用"];

/// Most candidates that are weighed.
const MAX_CANDIDATES: usize = 24;
/// Most rows that are one row in several segments.
const MAX_ROWS: usize = 64;

pub(crate) struct Binder<'d> {
    document: &'d Document,
    narrative: &'d Narrative,
    names: Names,
    tables: Vec<(Scope, u32)>,
    /// Tables of a settlement: what is planned stands in none but its own columns.
    settled: FxHashSet<u32>,
    keys: FxHashMap<u32, TableKeys<'d>>,
    headings: FxHashMap<HeadingId, Option<Scope>>,
    derived: FxHashMap<CellId, Amount>,
    concepts: Vec<Rc<Concept>>,
}

impl<'d> Binder<'d> {
    pub(crate) fn new(
        document: &'d Document,
        narrative: &'d Narrative,
        derived: &[Derived],
    ) -> Self {
        let names = document.front.names.iter().map(|it| document.slice(*it));
        let others = document
            .front
            .entry(&document.text, FrontKey::Affiliates)
            .map_or("", |entry| document.slice(entry.value));
        let mut settled = FxHashSet::default();
        let tables = (0..).zip(&document.tables).filter_map(|(number, table)| {
            if table.working || table.grids.is_empty() {
                return None;
            }
            let spec = document.table_spec(table).map(|spec| spec.title.as_str());
            let heading = || {
                let heading = document.heading(table.heading?)?;
                Some(document.slice(heading.text))
            };
            let title = name::normalize(spec.or_else(heading)?).into_owned();
            if title.contains("决算") {
                settled.insert(number);
            }
            Some((Scope::of_title(&title)?, number))
        });
        let tables = tables.collect();
        let mut binder = Self {
            document,
            narrative,
            names: Names::new(names, others, document.front.year),
            tables,
            settled,
            keys: FxHashMap::default(),
            headings: FxHashMap::default(),
            derived: derived
                .iter()
                .filter_map(|it| Some((it.cell?, it.amount?)))
                .collect(),
            concepts: Vec::with_capacity(narrative.statements.len()),
        };
        // In order: a statement may be about what one before it named.
        let mut first = (0, false);
        for (id, statement) in (0..).zip(&narrative.statements) {
            let mut concept = binder.read(id, statement);
            // 2018 年 at the head of a sentence holds for all of it.
            if first.0 != statement.sentence {
                first = (statement.sentence, concept.apart && concept.placed);
            } else if first.1 && !concept.placed {
                concept.apart = true;
                concept.elsewhere = true;
            }
            binder.concepts.push(Rc::new(concept));
        }
        binder
    }

    /// What a statement speaks of.
    pub(crate) fn concept(&self, id: StatementId) -> Rc<Concept> {
        self.concepts.get(id as usize).cloned().unwrap_or_default()
    }

    fn read(&mut self, id: StatementId, statement: &Statement) -> Concept {
        let text = |range| self.document.slice(range);
        let mut own = concept::read(text(statement.subject), &self.names);
        // 支出总计 1295 万元: the words that lead to the number are no part of the subject.
        let number = statement.amount.and_then(|fact| self.narrative.fact(fact));
        if let Some(fact) = number
            && statement.subject.end() <= fact.range.start()
        {
            let lead = text(TextRange::new(statement.subject.end(), fact.range.start()));
            own.grand |= lead.contains("总计");
            own.placed |= ["总", "合计"].iter().any(|word| lead.contains(word));
        }
        if self.is_of_some_months(statement.subject) {
            own.apart = true;
            own.elsewhere = true;
        }
        let head = statement.head.map(|head| {
            let head = text(head);
            (concept::read(head, &self.names), is_label_of_sums(head))
        });
        // 2018 年：…
        if let Some((head, _)) = &head
            && head.apart
        {
            own.apart = true;
            own.elsewhere = true;
        }
        // 支出决算 says which number of what is named before it.
        let open = own.account.is_none() && own.scope.is_none() && own.stem.is_empty();
        if open
            && !own.elsewhere
            && !own.grand
            && !own.this_year
            && let Some((head, false)) = &head
            && (head.account.is_some() || !head.stem.is_empty() && !head.is_total())
        {
            let stage = own.stage.or(head.stage);
            return Concept {
                stage,
                ..head.clone()
            };
        }
        let same = |other: &Statement| other.sentence == statement.sentence;
        let before = id.checked_sub(1);
        let before = before.filter(|id| self.narrative.statement(*id).is_some_and(same));
        // “三公”经费年初预算 30 万元，支出决算 20 万元
        if open
            && !own.elsewhere
            && !own.placed
            && own.stage == Some(Stage::Final)
            && let Some(before) = before
        {
            let planned = self.concept(before);
            if planned.stage == Some(Stage::Budget) {
                return Concept {
                    stage: own.stage,
                    ..Concept::clone(&planned)
                };
            }
        }
        if !own.is_empty() || own.elsewhere {
            return self.nested(own, statement);
        }
        // 2020 年预算数 after a colon; 决算数 after 年初预算数.
        if let Some((mut concept, false)) = head
            && !concept.is_empty()
        {
            concept.stage = own.stage.or(concept.stage);
            return concept;
        }
        if own.stage.is_some()
            && let Some(before) = before
        {
            let stage = own.stage;
            return Concept {
                stage,
                ..Concept::clone(&self.concept(before))
            };
        }
        own
    }

    /// 截至 6 月底, 上半年: what stands before the subject in its sentence limits it.
    fn is_of_some_months(&self, subject: TextRange) -> bool {
        const REACH: usize = 24;
        let before = self.document.text.get(..subject.start() as usize);
        let near: String = before
            .unwrap_or_default()
            .chars()
            .rev()
            .take(2 * REACH)
            .take_while(|c| !"。；;\n（：".contains(*c))
            .filter(|c| !c.is_whitespace())
            .take(REACH)
            .collect();
        // Backwards: the time is the last thing said.
        let near = near.trim_start_matches(['，', ',']);
        let ends = |word: &str| word.chars().rev().zip(near.chars()).all(|(a, b)| a == b);
        let until = ["月底", "月末", "月份", "上半年", "下半年", "季度"];
        let whole = ["12月底", "12月末", "四季度"];
        until.iter().any(|word| ends(word)) && !whole.iter().any(|word| ends(word))
    }

    /// 购置费, as a part of 公务用车购置及运行费.
    fn nested(&mut self, mut own: Concept, statement: &Statement) -> Concept {
        if matches!(&*own.stem, "购置" | "运行")
            && let Some(whole) = self.whole(statement)
            && self.concept(whole).stem.starts_with("公务用车")
        {
            own.stem = format!("公务用车{}", own.stem);
            own.label.clone_from(&own.stem);
        }
        own
    }

    fn whole(&self, statement: &Statement) -> Option<StatementId> {
        self.narrative.lists.get(statement.list? as usize)?.whole
    }

    /// The tables that a heading speaks of.
    pub(crate) fn scope_of_heading(&mut self, id: HeadingId) -> Option<Scope> {
        if let Some(scope) = self.headings.get(&id) {
            return *scope;
        }
        let document = self.document;
        let scope = document.ancestors(id).find_map(|(_, heading)| {
            let title = name::normalize(document.slice(heading.text));
            Scope::of_title(&title)
        });
        self.headings.insert(id, scope);
        scope
    }

    /// The tables that a statement is about.
    pub(crate) fn scope(&mut self, id: StatementId) -> Option<Scope> {
        self.scope_within(id, 3)
    }

    fn scope_within(&mut self, id: StatementId, depth: u8) -> Option<Scope> {
        let concept = self.concept(id);
        if concept.scope.is_some() {
            return concept.scope;
        }
        let statement = self.narrative.statement(id)?;
        let heading = statement.heading;
        if let Some(whole) = self.whole(statement).filter(|_| depth > 0)
            && let own @ Some(_) = self.concept(whole).scope
        {
            return own;
        }
        if let Some(scope) = heading.and_then(|heading| self.scope_of_heading(heading)) {
            return Some(scope);
        }
        let statement = self.narrative.statement(id)?;
        if let Some(whole) = self.whole(statement).filter(|_| depth > 0) {
            return self.scope_within(whole, depth - 1);
        }
        // 2024 年本部门收入预算 says it by itself.
        match (concept.is_total() && concept.placed, concept.flow) {
            (true, Some(Flow::Income)) => Some(Scope::Income),
            (true, Some(Flow::Expense)) => Some(Scope::Expense),
            (true, None) if concept.stem.starts_with("收支") => Some(Scope::Balance),
            _ => None,
        }
    }

    /// The cells that may say what a statement says.
    pub(crate) fn candidates(&mut self, id: StatementId) -> Vec<Candidate> {
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
            return self.of_project(&name::normalize(self.document.slice(project)));
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
                self.in_tables(above, &label, &mut found);
            }
        }
        if found.is_empty()
            && let Some(scope) = self.scope(id)
        {
            self.in_tables(scope, &concept, &mut found);
        }
        found
    }

    /// 基本支出, 人员经费 as parts of an account or another row: the row's own cells, or none. What another
    /// body's money is made of stands nowhere.
    fn of_whole(&mut self, id: StatementId, concept: &Concept) -> Option<Vec<Candidate>> {
        if concept.account.is_some() {
            return None;
        }
        let whole = self.whole(self.narrative.statement(id)?)?;
        let above = self.concept(whole);
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
            for (column, _) in columns {
                let cell = CellId { column, ..*cell };
                found.extend(self.candidate(SmallVec::from_slice(&[cell])));
            }
        }
        Some(found)
    }

    /// Whether a sum of what stands before is said: 加上基金支出 50 万元，支出合计 1200 万元.
    fn is_added_to(&self, id: StatementId) -> bool {
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
            .any(|word| concept.stem.contains(word));
        concept.account.is_some()
            || !concept.stem.is_empty()
                && !concept.is_total()
                && !wide
                && !SPLITS.contains(&&*concept.stem)
                && !is_name_of_any(&concept.label)
    }

    /// In the tables of a scope; beside them, in those that say the same.
    fn in_tables(&mut self, scope: Scope, concept: &Concept, found: &mut Vec<Candidate>) {
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
        }
        let from = found.len();
        for scope in std::iter::once(&scope).chain(scope.others()) {
            let first = found.len();
            for table in self.tables_of(*scope) {
                self.in_table(table, *scope, concept, found);
            }
            for candidate in found.iter_mut().skip(first) {
                candidate.beside = first > 0;
            }
        }
        if from > 0 {
            for candidate in found.iter_mut().skip(from) {
                candidate.beside = true;
            }
        }
    }

    /// 收入总计 and 本年收入, in the rows of that very name.
    fn in_special_rows(&mut self, scope: Scope, concept: &Concept, found: &mut Vec<Candidate>) {
        for scope in std::iter::once(&scope).chain(scope.others()) {
            for table in self.tables_of(*scope) {
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
                                .filter(|it| it.1 != Some(Stage::Budget))
                                .map(|total| CellId {
                                    table,
                                    grid: number,
                                    row: *row,
                                    column: total.0,
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
    fn scope_above(&mut self, id: StatementId) -> Option<Scope> {
        let statement = self.narrative.statement(id)?;
        let (whole, heading) = (self.whole(statement), statement.heading);
        if let Some(scope) = whole.and_then(|whole| self.scope(whole)) {
            return Some(scope);
        }
        heading.and_then(|heading| self.scope_of_heading(heading))
    }

    /// What a piece of text speaks of.
    pub(crate) fn concept_of(&self, text: &str) -> Concept {
        concept::read(text, &self.names)
    }

    /// The total of the tables that a statement is about, where they agree on it.
    pub(crate) fn total(&mut self, id: StatementId) -> Option<Printed> {
        let scope = self.scope(id)?;
        let flow = match scope {
            Scope::Income => Some(Flow::Income),
            Scope::Expense => Some(Flow::Expense),
            _ => None,
        };
        let concept = Concept {
            flow,
            ..Concept::default()
        };
        let mut found = Vec::new();
        self.in_tables(scope, &concept, &mut found);
        let mut filled = found.into_iter().filter(|it| !it.empty && !it.beside);
        let first = filled.next()?;
        filled
            .all(|it| it.printed == first.printed)
            .then_some(first.printed)
    }

    /// The total that a concept names by itself, where the tables agree on it.
    pub(crate) fn total_of(&mut self, concept: &Concept) -> Option<Printed> {
        let scope = match (concept.scope, concept.flow) {
            (Some(scope), _) => scope,
            (None, Some(Flow::Income)) => Scope::Income,
            (None, Some(Flow::Expense)) => Scope::Expense,
            _ => return None,
        };
        let mut found = Vec::new();
        self.in_tables(scope, concept, &mut found);
        let mut filled = found.into_iter().filter(|it| !it.empty && !it.beside);
        let first = filled.next()?;
        let agreed = filled.all(|it| it.printed == first.printed);
        agreed.then_some(first.printed)
    }

    fn tables_of(&self, scope: Scope) -> SmallVec<[u32; 4]> {
        let tables = self.tables.iter();
        tables.filter(|it| it.0 == scope).map(|it| it.1).collect()
    }

    fn keys(&mut self, table: u32) -> &TableKeys<'d> {
        let document = self.document;
        self.keys
            .entry(table)
            .or_insert_with(|| TableKeys::new(document, table))
    }

    /// The rows of a project, together.
    fn of_project(&mut self, project: &str) -> Vec<Candidate> {
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
                        column: total.0,
                    })
                })
                .collect();
            found.extend(self.candidate(cells));
        }
        found
    }

    fn in_table(&mut self, table: u32, scope: Scope, concept: &Concept, out: &mut Vec<Candidate>) {
        let document = self.document;
        let mut cells: SmallVec<[CellId; 8]> = SmallVec::new();
        let mut push = |grid: u32, row: u32, column: u32| {
            cells.push(CellId {
                table,
                grid,
                row,
                column,
            });
        };
        let settled = self.settled.contains(&table);
        let keys = self.keys(table);
        let staged = |(_, stage): &&(u32, Option<Stage>)| match (concept.stage, stage) {
            (Some(wanted), Some(stage)) => wanted == *stage,
            (Some(Stage::Budget), None) => !settled,
            (None, Some(stage)) => *stage == Stage::Final,
            _ => true,
        };
        let fits = |flow: Option<Flow>, grid: &GridKeys| match (flow, grid.flow) {
            (Some(wanted), Some(flow)) => wanted == flow,
            _ => true,
        };
        if let Some(account) = &concept.account {
            let rows = match &account.code {
                Some(code) => keys.codes.get(code.as_str()),
                None => None,
            };
            let by_name = || {
                let last = account.names.last()?;
                keys.rows.get(last.as_str())
            };
            let rows = rows.or_else(|| account.code.is_none().then(by_name).flatten());
            for (grid, row) in rows.into_iter().flatten().take(MAX_ROWS) {
                let own = document
                    .tables
                    .get(table as usize)
                    .and_then(|it| it.grids.get(*grid as usize));
                let named = account.code.is_some()
                    || own.is_some_and(|grid| is_account(document, grid, *row, &account.names));
                if let Some(keys) = keys.grids.get(*grid as usize).filter(|_| named) {
                    for total in keys.totals.iter().filter(staged) {
                        push(*grid, *row, total.0);
                    }
                }
            }
        } else {
            let own_total = concept.is_total()
                || is_name_of(scope, &concept.label)
                || scope == Scope::Hospitality && concept.stem.contains("三公")
                || scope == Scope::Basic && concept.stem == "基本"
                || scope == Scope::Projects && concept.stem == "项目";
            // By the label of a row.
            for label in [&concept.label, &concept.stem] {
                if label.is_empty() {
                    continue;
                }
                for (grid, row) in keys
                    .rows
                    .get(label.as_str())
                    .into_iter()
                    .flatten()
                    .take(MAX_ROWS)
                {
                    if let Some(keys) = keys.grids.get(*grid as usize)
                        && fits(concept.flow, keys)
                    {
                        for total in keys.totals.iter().filter(staged) {
                            push(*grid, *row, total.0);
                        }
                    }
                }
                // By the name of a column, in the row of totals.
                for (number, keys) in (0..).zip(&keys.grids) {
                    for (column, stage) in keys.columns.get(label).into_iter().flatten() {
                        if staged(&&(*column, *stage)) {
                            for row in &keys.total_rows {
                                push(number, *row, *column);
                            }
                        }
                    }
                }
                if concept.label == concept.stem {
                    break;
                }
            }
            if own_total {
                for (number, keys) in (0..).zip(&keys.grids) {
                    if !fits(concept.flow, keys) {
                        continue;
                    }
                    for row in &keys.total_rows {
                        for total in keys.totals.iter().filter(staged) {
                            push(number, *row, total.0);
                        }
                    }
                }
                // 财政拨款收入 may be this year's alone.
                if concept.stem.is_empty() && concept.flow.is_some() {
                    for (grid, row) in keys.rows.get("本年").into_iter().flatten() {
                        if let Some(keys) = keys.grids.get(*grid as usize)
                            && fits(concept.flow, keys)
                        {
                            for total in keys.totals.iter().filter(staged) {
                                push(*grid, *row, total.0);
                            }
                        }
                    }
                }
            }
        }
        for cell in cells {
            let candidate = self.candidate(SmallVec::from_slice(&[cell]));
            if let Some(candidate) = candidate
                && !out.contains(&candidate)
                && out.len() < MAX_CANDIDATES
            {
                out.push(candidate);
            }
        }
    }

    /// The sum of cells; none where one of them is no number.
    fn candidate(&self, cells: SmallVec<[CellId; 1]>) -> Option<Candidate> {
        let mut sum: Option<Printed> = None;
        let mut empty = true;
        let mut room = 0;
        for id in &cells {
            let table = self.document.tables.get(id.table as usize)?;
            let cell = self.document.cell(*id)?;
            let (amount, decimals) = match cell.value {
                Value::Number(number) => (number.amount, number.decimals.max(table.decimals)),
                Value::Derived | Value::Slot => {
                    let amount = *self.derived.get(id)?;
                    // As it is printed: what `=` comes to has its table's decimals.
                    (amount, amount.decimals().max(table.most_decimals))
                }
                Value::Empty | Value::Dash => {
                    if table.missing.any() {
                        return None;
                    }
                    continue;
                }
                Value::Hole | Value::Text => return None,
            };
            let printed = Printed::money(amount, decimals, table.unit)?;
            empty = false;
            sum = Some(match sum {
                // Printed to the coarser step of its parts.
                Some(before) => Printed {
                    half: before.half.max(printed.half),
                    ..before.add(printed)?
                },
                None => printed,
            });
            room += printed.half;
        }
        (!cells.is_empty()).then_some(Candidate {
            cells,
            printed: sum.unwrap_or_default(),
            room,
            empty,
            beside: false,
        })
    }
}

/// 预算安排规模: the money of the project that is spoken of.
pub(crate) fn is_label_of_sums(head: &str) -> bool {
    let head = name::normalize(head.trim_start_matches(['.', '、', ' ']));
    matches!(
        &*head,
        "预算安排规模"
            | "预算规模"
            | "项目预算安排规模"
            | "预算安排金额"
            | "项目预算"
            | "预算金额"
    )
}

/// Whether a label is the name of all that a table is about.
fn is_name_of(scope: Scope, label: &str) -> bool {
    let whole: &[&str] = match scope {
        Scope::General => &[
            "一般公共",
            "一般公共预算财政",
            "一般公共预算当年",
            "一般公共预算当年财政",
        ],
        Scope::Fund => &["政府性基金", "政府性基金预算财政"],
        Scope::Capital => &["国有资本经营", "国有资本经营预算财政"],
        Scope::Basic => &["一般公共预算基本", "一般公共预算财政拨款基本"],
        Scope::Projects => &["一般公共预算项目"],
        _ => &[],
    };
    whole.contains(&label)
}

fn is_name_of_any(label: &str) -> bool {
    let scopes = [
        Scope::General,
        Scope::Fund,
        Scope::Capital,
        Scope::Basic,
        Scope::Projects,
    ];
    scopes.iter().any(|scope| is_name_of(*scope, label))
}

/// Whether a row is the account whose names are given, 类 first.
fn is_account(document: &Document, grid: &Grid, row: u32, names: &[String]) -> bool {
    let level = |row: &crate::Row| row.code.as_deref().map_or(0, |code| code.len() / 2);
    let mut at = grid.rows.get(row as usize);
    if at.is_none_or(|row| level(row) != names.len()) {
        return false;
    }
    // The names above it, as far as rows stand there.
    for wanted in names.iter().rev() {
        let Some(row) = at else { return true };
        if row.code.is_some() {
            let label = name::normalize_account(document.slice(row.label));
            if concept::stem(&label).0 != *wanted {
                return false;
            }
        }
        at = row.parent.and_then(|parent| grid.rows.get(parent as usize));
    }
    true
}
