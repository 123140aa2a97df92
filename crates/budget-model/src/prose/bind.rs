//! From what prose speaks of to the cells that say it.
//!
//! A subject gives candidates: by its account, by the label of a row or a column, or as the total of
//! a table. Which tables, its own words say, those of the whole it is a part of, or the heading. That
//! candidates are several is no harm while they say one number; where they don't, the sentence says
//! which is meant by its number, or none is.

mod about;
mod candidates;
mod cells;
mod keys;
mod years;

use std::sync::Arc;

use budget_catalog::{front::FrontKey, name};
use budget_syntax::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::{
    check::Looked,
    concept::{self, Concept, Flow, Names, Scope, Stage},
    fact::{Narrative, Statement, StatementId},
    money::Printed,
};
pub use about::Spending;
pub(crate) use candidates::SPLITS;
use keys::{Labels, TableKeys};
pub(crate) use years::Asked;

use crate::{Amount, Cell, CellId, Document, HeadingId, relation::Derived};

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

/// Most candidates that are weighed.
const MAX_CANDIDATES: usize = 24;
/// Most rows that are one row in several segments.
const MAX_ROWS: usize = 64;

/// The rows and columns of tables that were asked for.
type Keys = FxHashMap<u32, Arc<TableKeys>>;

/// What is known before anything is read: of an earlier version, where it is the same.
#[derive(Default, Debug)]
pub(crate) struct Known {
    /// What each statement speaks of.
    pub(crate) concepts: Vec<Option<Arc<Concept>>>,
    /// Which of [`OWN_TABLES`] there are: what they are called speaks of them then.
    tables: [bool; 2],
    keys: Keys,
}

/// What is told of in tables of its own, in some templates.
const OWN_TABLES: [Scope; 2] = [Scope::Running, Scope::Purchases];

impl Known {
    /// Takes over what is known of all tables: what they are read by is the same.
    pub(crate) fn take_all_tables(&mut self, other: &Known) {
        self.keys.clone_from(&other.keys);
    }

    /// Whether texts in cells that tell nothing of their row matter.
    pub(crate) fn reads_texts_of(&self, table: u32) -> bool {
        let keys = self.keys.get(&table);
        keys.is_some_and(|keys| keys.reads_texts())
    }

    /// Takes over what is known of tables.
    pub(crate) fn take_tables(&mut self, other: &Known, same: &[bool]) {
        self.tables = other.tables;
        let keys = other.keys.iter();
        let same = |table: u32| same.get(table as usize) == Some(&true);
        let keys = keys.filter(|(table, _)| same(**table));
        self.keys
            .extend(keys.map(|(table, keys)| (*table, Arc::clone(keys))));
    }
}

pub(crate) struct Binder<'d> {
    document: &'d Document,
    narrative: &'d Narrative,
    names: Names,
    /// In order of their scopes.
    tables: Arc<[(Scope, u32)]>,
    /// Tables of a settlement: what is planned stands in none but its own columns.
    settled: FxHashSet<u32>,
    keys: Keys,
    /// Those of an earlier version, of tables that are the same.
    known: Keys,
    labels: Labels<'d>,
    headings: FxHashMap<HeadingId, Option<Scope>>,
    /// What subjects and heads are about: the same stand again and again.
    texts: FxHashMap<&'d str, Arc<Concept>>,
    derived: FxHashMap<CellId, Amount>,
    looked: Looked,
    concepts: Vec<Arc<Concept>>,
    /// The totals of scopes that were asked for.
    totals: FxHashMap<Scope, Option<Printed>>,
    /// The tables of 财政拨款 say all of 一般公共预算: there is no other money in them.
    alone: Option<bool>,
}

impl<'d> Binder<'d> {
    pub(crate) fn new(
        document: &'d Document,
        narrative: &'d Narrative,
        derived: &[Derived],
        known: Known,
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
            // A template may call it otherwise.
            let settles = |title: &str| title.contains("决算");
            if spec.is_some_and(settles) || heading().is_some_and(settles) {
                settled.insert(number);
            }
            let title = name::normalize(spec.or_else(heading)?).into_owned();
            Some((Scope::of_title(&title)?, number))
        });
        let mut tables: Vec<(Scope, u32)> = tables.collect();
        tables.sort();
        let mut binder = Self {
            document,
            narrative,
            names: Names::new(names, others, document.front.year),
            tables: tables.into(),
            settled,
            keys: Keys::default(),
            known: known.keys,
            labels: Labels::default(),
            headings: FxHashMap::default(),
            texts: FxHashMap::default(),
            derived: derived
                .iter()
                .filter_map(|it| Some((it.cell?, it.amount?)))
                .collect(),
            looked: Looked::default(),
            concepts: Vec::with_capacity(narrative.statements.len()),
            totals: FxHashMap::default(),
            alone: None,
        };
        // In order: a statement may be about what one before it named.
        let mut first = (0, false);
        let same_tables = known.tables == binder.own_tables();
        let known = known.concepts.into_iter();
        let mut known = known.take_while(|_| same_tables);
        for (id, statement) in (0..).zip(&narrative.statements) {
            if let Some(Some(concept)) = known.next() {
                binder.concepts.push(concept);
                continue;
            }
            let mut concept = binder.read(id, statement);
            if let Some(own) = binder.own_table(&concept) {
                concept = Arc::new(own);
            }
            // 2018 年 at the head of a sentence holds for all of it.
            if first.0 != statement.sentence {
                first = (statement.sentence, concept.apart && concept.placed);
            } else if first.1 && !concept.placed {
                set_apart(&mut concept);
            }
            binder.concepts.push(concept);
        }
        binder
    }

    /// What a later version may know, and the cells whose numbers this one has looked at.
    pub(crate) fn into_known(self) -> (Known, Looked) {
        let known = Known {
            tables: self.own_tables(),
            concepts: self.concepts.into_iter().map(Some).collect(),
            keys: self.keys,
        };
        (known, self.looked)
    }

    /// What relations of tables say matters.
    pub(crate) fn looks_everywhere(&self) {
        self.looked.everywhere();
    }

    /// A cell whose number matters.
    pub(crate) fn cell(&self, id: CellId) -> Option<&'d Cell> {
        self.looked.at(id);
        self.document.cell(id)
    }

    /// What a statement speaks of.
    pub(crate) fn concept(&self, id: StatementId) -> Arc<Concept> {
        self.concepts.get(id as usize).cloned().unwrap_or_default()
    }

    fn read(&mut self, id: StatementId, statement: &Statement) -> Arc<Concept> {
        let document = self.document;
        let text = |range| document.slice(range);
        let mut own = self.concept_once(text(statement.subject));
        // 支出总计 1295 万元: the words that lead to the number are no part of the subject.
        let number = statement.amount.and_then(|fact| self.narrative.fact(fact));
        if let Some(fact) = number
            && statement.subject.end() <= fact.range.start()
        {
            let lead = text(TextRange::new(statement.subject.end(), fact.range.start()));
            if concept::has(lead, "总计") {
                Arc::make_mut(&mut own).grand = true;
            }
            if ["总", "合计"].iter().any(|word| concept::has(lead, word)) {
                Arc::make_mut(&mut own).placed = true;
            }
        }
        if self.is_of_some_months(statement.subject) {
            set_apart(&mut own);
        }
        let head = statement.head.map(|head| {
            let head = text(head);
            (self.concept_once(head), is_label_of_sums(head))
        });
        // 项目支出中，办公费 30 万元
        let whole = statement.head.and_then(|head| concept::whole(text(head)));
        if let Some(whole) = whole {
            let whole = self.concept_once(whole);
            return Arc::new(concept::part_of(&whole, Concept::clone(&own)));
        }
        if let Some(above) = head.as_ref().and_then(|(head, _)| head.scope)
            && own.above.is_none()
        {
            Arc::make_mut(&mut own).above = Some(above);
        }
        // 2018 年：…
        if let Some((head, _)) = &head
            && head.apart
        {
            set_apart(&mut own);
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
            return at_stage(head, own.stage.or(head.stage));
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
                return at_stage(&planned, own.stage);
            }
        }
        if !own.is_empty() || own.elsewhere {
            return self.nested(own, statement);
        }
        // 2020 年预算数 after a colon; 决算数 after 年初预算数.
        if let Some((concept, false)) = head
            && !concept.is_empty()
        {
            return at_stage(&concept, own.stage.or(concept.stage));
        }
        if own.stage.is_some()
            && let Some(before) = before
        {
            return at_stage(&self.concept(before), own.stage);
        }
        own
    }

    /// 截至 6 月底, 上半年: what stands before the subject in its sentence limits it.
    fn is_of_some_months(&self, subject: TextRange) -> bool {
        const REACH: usize = 24;
        let before = self.document.text.get(..subject.start() as usize);
        let mut near = before
            .unwrap_or_default()
            .chars()
            .rev()
            .take(2 * REACH)
            .take_while(|c| !matches!(c, '。' | '；' | ';' | '\n' | '\r' | '（' | '：'))
            .filter(|c| !c.is_whitespace())
            .take(REACH)
            .skip_while(|c| matches!(c, '，' | ','))
            .peekable();
        // Backwards: the time is the last thing said, as it mostly isn't.
        if !matches!(near.peek(), Some('底' | '末' | '份' | '年' | '度')) {
            return false;
        }
        let near: String = near.collect();
        let ends = |word: &str| word.chars().rev().zip(near.chars()).all(|(a, b)| a == b);
        let until = ["月底", "月末", "月份", "上半年", "下半年", "季度"];
        let whole = ["12月底", "12月末", "四季度"];
        until.iter().any(|word| ends(word)) && !whole.iter().any(|word| ends(word))
    }

    /// 购置费, as a part of 公务用车购置及运行费.
    fn nested(&mut self, mut own: Arc<Concept>, statement: &Statement) -> Arc<Concept> {
        if matches!(&*own.stem, "购置" | "运行")
            && let Some(whole) = self.whole(statement)
            && self.concept(whole).stem.starts_with("公务用车")
        {
            let own = Arc::make_mut(&mut own);
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
        let heading = self.document.heading(id)?;
        let title = name::normalize(self.document.slice(heading.text));
        let own = Scope::of_title(&title).filter(|scope| self.is_there(*scope));
        let scope = own.or_else(|| self.scope_of_heading(heading.parent?));
        self.headings.insert(id, scope);
        scope
    }

    /// 机关运行经费 and 政府采购 speak of tables only where there are such.
    fn is_there(&self, scope: Scope) -> bool {
        !OWN_TABLES.contains(&scope) || self.tables.iter().any(|it| it.0 == scope)
    }

    fn own_tables(&self) -> [bool; 2] {
        OWN_TABLES.map(|scope| self.is_there(scope))
    }

    /// 机关运行经费, 政府采购货物: of the tables of that name, where there are such.
    pub(crate) fn own_table(&self, concept: &Concept) -> Option<Concept> {
        if concept.elsewhere || concept.account.is_some() {
            return None;
        }
        let stem = &*concept.stem;
        let (scope, rest) = if let Some(before) = stem
            .strip_suffix("机关运行")
            .or_else(|| stem.strip_suffix("机关运行经费财政"))
        {
            (Scope::Running, before)
        } else if let Some(after) = ["政府采购", "拟采购", "采购"]
            .iter()
            .find_map(|word| stem.strip_prefix(word))
        {
            (Scope::Purchases, after)
        } else {
            return None;
        };
        let plain = [
            "",
            "的",
            "财政",
            "一般公共预算",
            "一般公共",
            "预算",
            "货物",
            "工程",
            "服务",
        ];
        let rest = rest.strip_suffix('类').unwrap_or(rest);
        if !plain.contains(&rest) || !self.is_there(scope) {
            return None;
        }
        let part = matches!(rest, "货物" | "工程" | "服务");
        let stem = if part { rest } else { "" };
        Some(Concept {
            stem: stem.to_owned(),
            label: stem.to_owned(),
            scope: Some(scope),
            ..concept.clone()
        })
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
            && let Some(own) = self.concept(whole).scope
        {
            // 人员经费 of 一般公共预算基本支出.
            let basic = matches!(own, Scope::General | Scope::Fiscal)
                && self.concept(whole).stem == "基本"
                && (SPLITS.contains(&&*concept.stem)
                    || own == Scope::General && is_spent_on(&concept));
            return Some(if basic { Scope::Basic } else { own });
        }
        // （三）财政拨款支出预算 above a paragraph.
        if let Some(above) = concept.above {
            return Some(above);
        }
        if let Some(scope) = heading.and_then(|heading| self.scope_of_heading(heading)) {
            let basic = scope == Scope::General && is_spent_on(&concept) && self.is_of_basic(id);
            return Some(if basic { Scope::Basic } else { scope });
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

    /// Whether a statement is about a part of 基本支出, and these have tables.
    fn is_of_basic(&self, id: StatementId) -> bool {
        let mut at = self.narrative.statement(id);
        for _ in 0..4 {
            let above = at.and_then(|it| self.whole(it).or(it.under));
            let Some(above) = above else { return false };
            let concept = self.concept(above);
            if concept.account.is_none() && concept.stem == "基本" {
                return self.tables.iter().any(|it| it.0 == Scope::Basic);
            }
            at = self.narrative.statement(above);
        }
        false
    }

    /// What a piece of text speaks of.
    pub(crate) fn concept_of(&self, text: &str) -> Concept {
        let known = self.texts.get(text).map(|known| Concept::clone(known));
        known.unwrap_or_else(|| concept::read(text, &self.names))
    }

    /// The same, of a text that others may have too.
    fn concept_once(&mut self, text: &'d str) -> Arc<Concept> {
        let names = &self.names;
        let known = self.texts.entry(text);
        Arc::clone(known.or_insert_with(|| Arc::new(concept::read(text, names))))
    }
}

/// It speaks of another year, or of some months.
fn set_apart(concept: &mut Arc<Concept>) {
    let concept = Arc::make_mut(concept);
    concept.apart = true;
    concept.elsewhere = true;
}

/// The same at a stage.
fn at_stage(concept: &Arc<Concept>, stage: Option<Stage>) -> Arc<Concept> {
    let mut concept = Arc::clone(concept);
    if concept.stage != stage {
        Arc::make_mut(&mut concept).stage = stage;
    }
    concept
}

/// 预算安排规模: the money of the project that is spoken of.
pub(crate) fn is_label_of_sums(head: &str) -> bool {
    // What all of them have, and few others.
    if !concept::has(head, "预") {
        return false;
    }
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

/// Whether it may be what money is spent on (工资福利支出): no account of the functional classification, and no split.
fn is_spent_on(concept: &Concept) -> bool {
    let economic = |code: &String| code.starts_with('3');
    let account = concept.account.as_ref();
    !concept.is_total()
        && !SPLITS.contains(&&*concept.stem)
        && account.is_none_or(|it| it.code.as_ref().is_some_and(economic))
}
