//! An identity's terms bound to a document: tables, grids and columns are looked up once for each
//! identity and column, so that an instance only walks rows.

use budget_catalog::{name::normalize, template::RowRole};
use budget_syntax::expr::{Comparison, Level};
use smallvec::SmallVec;

use super::{
    Outcome, Why,
    index::{Index, NONE, RowIndex},
    plan::{Columns, Cond, Ref, Step, TableSel, Term, TermKind, find_column, is_amount},
};

/// What the variables of an identity stand for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Binding {
    /// `@科目`: index into the codes.
    pub(crate) code: u32,
    /// The group that `segment` and `row` belong to.
    pub(crate) group: u32,
    /// `@行`
    pub(crate) row: u32,
    /// `@段`, and the segment that `@科目` is taken in.
    pub(crate) segment: Option<u32>,
    /// `@项目`
    pub(crate) project: u32,
    /// `@列`
    pub(crate) column: Option<ColumnKey>,
}

impl Binding {
    pub(crate) const NOTHING: Binding = Binding {
        code: NONE,
        group: NONE,
        row: NONE,
        segment: None,
        project: NONE,
        column: None,
    };
}

/// A column of a group.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum ColumnKey {
    /// Of the grid spec.
    Spec(usize),
    /// Of a grid of the document (index into the index's grids), one that the template doesn't know.
    Own(u32, u32),
}

/// A condition, bound.
pub(crate) enum BoundCond<'p> {
    Relation {
        lhs: Vec<BoundTerm<'p>>,
        op: Comparison,
        rhs: Vec<Vec<BoundTerm<'p>>>,
    },
    /// Whether cells hold anything but 0.
    Empty(BoundCells<'p>),
    /// Whether cells hold a number.
    Filled(BoundCells<'p>),
    EmptyNote(Option<bool>),
    Implies(Box<BoundCond<'p>>, Box<BoundCond<'p>>),
    /// The same for every instance, whatever the variables are.
    Settled(Outcome, Option<Why>),
    Iff(Box<BoundCond<'p>>, Box<BoundCond<'p>>),
}

/// What `空` and `有数` look at.
pub(crate) enum BoundCells<'p> {
    /// All amount cells of a table.
    Table(Result<Vec<u32>, Why>),
    Path(BoundRef<'p>),
}

pub(crate) struct BoundTerm<'p> {
    pub(crate) negative: bool,
    pub(crate) kind: BoundKind<'p>,
}

pub(crate) enum BoundKind<'p> {
    /// `None`: too long a number.
    Constant(Option<i128>),
    Ref(BoundRef<'p>),
    Count(BoundRef<'p>),
}

/// A path, bound.
pub(crate) struct BoundRef<'p> {
    /// Table of the document; `NONE` if there is none.
    pub(crate) table: u32,
    pub(crate) group: Result<u32, Why>,
    /// The rows of the first step, where they don't depend on a variable.
    first: Option<Vec<u32>>,
    first_is_account: bool,
    optional: bool,
    range: bool,
    steps: &'p [Step],
    pub(crate) columns: Result<SmallVec<[ColumnKey; 4]>, Absent>,
}

/// A place that isn't there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Absent {
    /// The template lets it be left out: it holds nothing.
    Optional,
    Missing(Why),
}

/// What the binding of an identity's terms depends on.
pub(crate) struct Scope<'i, 'd> {
    pub(crate) index: &'i Index<'d>,
    /// First table of the document for each of the template's.
    pub(crate) tables: &'i [Vec<u32>],
    /// The table taken for a spec that stands several times.
    pub(crate) chosen: Option<(usize, u32)>,
    /// Group that `@行`, `@科目` and `@列` run over.
    pub(crate) domain: u32,
    pub(crate) column: Option<ColumnKey>,
}

impl<'p> BoundCond<'p> {
    pub(crate) fn new(scope: &Scope<'_, '_>, cond: &'p Cond) -> Self {
        let boxed = |cond: &'p Cond| Box::new(BoundCond::new(scope, cond));
        match cond {
            Cond::Relation { lhs, op, rhs } => BoundCond::Relation {
                lhs: scope.side(lhs),
                op: *op,
                rhs: rhs.iter().map(|side| scope.side(side)).collect(),
            },
            Cond::Empty(path) => BoundCond::Empty(scope.cells(path)),
            Cond::Filled(path) => BoundCond::Filled(scope.cells(path)),
            Cond::EmptyNote(path) => BoundCond::EmptyNote(scope.empty_note(path)),
            Cond::Implies(a, b) => BoundCond::Implies(boxed(a), boxed(b)),
            Cond::Iff(a, b) => BoundCond::Iff(boxed(a), boxed(b)),
        }
    }
}

impl BoundCond<'_> {
    /// Whether it says the same for every instance.
    pub(crate) fn is_constant(&self) -> bool {
        match self {
            BoundCond::Empty(cells) | BoundCond::Filled(cells) => match cells {
                BoundCells::Table(_) => true,
                BoundCells::Path(path) => path.is_constant(),
            },
            BoundCond::EmptyNote(_) | BoundCond::Settled(..) => true,
            BoundCond::Relation { .. } => false,
            BoundCond::Implies(a, b) | BoundCond::Iff(a, b) => a.is_constant() && b.is_constant(),
        }
    }
}

impl Scope<'_, '_> {
    pub(crate) fn side<'p>(&self, terms: &'p [Term]) -> Vec<BoundTerm<'p>> {
        terms
            .iter()
            .map(|term| BoundTerm {
                negative: term.negative,
                kind: match &term.kind {
                    TermKind::Constant(amount) => BoundKind::Constant(self.index.constant(*amount)),
                    TermKind::Ref(path) => BoundKind::Ref(self.path(path)),
                    TermKind::Count(path) => BoundKind::Count(self.path(path)),
                },
            })
            .collect()
    }

    /// The table of the document that a path means.
    pub(crate) fn table(&self, sel: &TableSel) -> Option<u32> {
        match sel {
            TableSel::Spec(spec) => match self.chosen {
                Some((chosen, table)) if chosen == *spec => Some(table),
                _ => self.tables.get(*spec)?.first().copied(),
            },
            TableSel::Named(name) => {
                let document = self.index.document;
                let found = document.tables.iter().position(|table| {
                    table
                        .heading
                        .and_then(|id| document.heading(id))
                        .is_some_and(|heading| normalize(document.slice(heading.text)) == *name)
                });
                found.and_then(|table| u32::try_from(table).ok())
            }
        }
    }

    fn group(&self, path: &Ref, table: u32) -> Result<u32, Why> {
        let missing = self.index.missing(table);
        let lost = if missing.apart {
            Why::Apart
        } else if missing.any() {
            Why::Lost
        } else {
            Why::NoTable
        };
        let groups = self
            .index
            .table_groups
            .get(table as usize)
            .cloned()
            .unwrap_or_default();
        let domain = self.domain as usize;
        if path.grid.is_none() && groups.contains(&domain) {
            return Ok(self.domain);
        }
        groups
            .into_iter()
            .find(|group| {
                path.grid.is_none()
                    || self
                        .index
                        .groups
                        .get(*group)
                        .is_some_and(|group| group.spec == path.grid)
            })
            .and_then(|group| u32::try_from(group).ok())
            .ok_or(lost)
    }

    pub(crate) fn path<'p>(&self, path: &'p Ref) -> BoundRef<'p> {
        let Some(table) = self.table(&path.table) else {
            return BoundRef {
                table: NONE,
                group: Err(Why::NoTable),
                first: None,
                first_is_account: false,
                optional: false,
                range: false,
                steps: &[],
                columns: Err(Absent::Missing(Why::NoTable)),
            };
        };
        let group = self.group(path, table);
        let mut bound = BoundRef {
            table,
            group,
            first: None,
            first_is_account: matches!(path.rows.first(), Some(Step::Account | Step::Code(_))),
            optional: false,
            range: matches!(path.columns, Columns::Range(..)),
            steps: &path.rows,
            columns: Err(Absent::Missing(Why::NoTable)),
        };
        let Ok(group) = group else { return bound };
        bound.columns = self.columns(path, table, group);
        let first = match path.rows.first() {
            Some(Step::Code(code)) => Some(match self.index.code_id(code) {
                Some(code) => self.index.code_rows(group, code).to_vec(),
                None => Vec::new(),
            }),
            Some(Step::Spec(spec)) => {
                bound.optional = self.row_is_optional(group, *spec);
                Some(self.one_of(self.index.named_rows(group, *spec)))
            }
            Some(Step::Label(labels)) => Some(self.labelled(group, labels)),
            _ => None,
        };
        if first.is_some() {
            bound.first = first;
            bound.steps = path.rows.get(1..).unwrap_or_default();
        }
        bound
    }

    fn row_is_optional(&self, group: u32, row: usize) -> bool {
        self.grid_spec(group)
            .and_then(|spec| spec.rows.get(row))
            .is_some_and(|row| {
                !row.required && !matches!(row.role, RowRole::Total | RowRole::Subtotal)
            })
    }

    fn grid_spec(&self, group: u32) -> Option<&budget_catalog::template::GridSpec> {
        let document = self.index.document;
        let group = self.index.group(group)?;
        let table = document.tables.get(group.table as usize)?;
        document.table_spec(table)?.grids.get(group.spec?)
    }

    /// One row is meant. Where several answer to it, those that hold anything.
    fn one_of(&self, rows: &[u32]) -> Vec<u32> {
        if rows.len() < 2 {
            return rows.to_vec();
        }
        let holds = |row: &&u32| {
            let Some(row) = self.index.row(**row) else {
                return false;
            };
            let Some(grid) = self.index.grids.get(row.grid as usize) else {
                return false;
            };
            (0..grid.width).any(|column| {
                self.index
                    .value(grid.cell_base + row.local * grid.width + column)
                    .is_some_and(|val| val.state == super::index::State::Number)
            })
        };
        rows.iter().filter(holds).copied().collect()
    }

    fn labelled(&self, group: u32, labels: &[String]) -> Vec<u32> {
        let Some((last, ancestors)) = labels.split_last() else {
            return Vec::new();
        };
        let Some(group) = self.index.group(group) else {
            return Vec::new();
        };
        let is = |row: u32, name: &str| self.label(row).is_some_and(|label| label == name);
        group
            .rows
            .iter()
            .copied()
            .filter(|row| is(*row, last))
            .filter(|row| {
                let mut at = *row;
                ancestors.iter().rev().all(|name| {
                    // Each ancestor named stands somewhere above.
                    loop {
                        at = self.index.row(at).map_or(NONE, |row| row.parent);
                        if at == NONE {
                            return false;
                        }
                        if is(at, name) {
                            return true;
                        }
                    }
                })
            })
            .collect()
    }

    fn label(&self, row: u32) -> Option<std::borrow::Cow<'_, str>> {
        self.index.row_label(row).map(normalize)
    }

    fn columns(
        &self,
        path: &Ref,
        table: u32,
        group: u32,
    ) -> Result<SmallVec<[ColumnKey; 4]>, Absent> {
        let lost = self.index.missing(table).header;
        let absent = Absent::Missing(if lost { Why::Lost } else { Why::NoColumn });
        let spec = self.grid_spec(group);
        let exists = |column: usize| {
            self.index.group(group).is_some_and(|group| {
                group
                    .grids
                    .iter()
                    .any(|grid| self.index.column(*grid, column).is_some())
            })
        };
        let one = |column: usize| {
            if exists(column) {
                return Ok(SmallVec::from_slice(&[ColumnKey::Spec(column)]));
            }
            let optional = spec
                .and_then(|spec| spec.columns.get(column))
                .is_some_and(|column| column.optional);
            Err(if optional && !lost {
                Absent::Optional
            } else {
                absent
            })
        };
        match &path.columns {
            Columns::Spec(column) => one(*column),
            Columns::Range(from, to) => {
                // A column that isn't printed holds nothing.
                let found: SmallVec<[ColumnKey; 4]> = (*from..=*to)
                    .filter(|column| {
                        spec.and_then(|spec| spec.columns.get(*column))
                            .is_some_and(|column| is_amount(column.kind))
                            && exists(*column)
                    })
                    .map(ColumnKey::Spec)
                    .collect();
                if lost || found.is_empty() {
                    return Err(absent);
                }
                Ok(found)
            }
            Columns::Variable => match self.column {
                Some(key) if group == self.domain => Ok(SmallVec::from_slice(&[key])),
                Some(ColumnKey::Spec(column)) => {
                    let named = self
                        .grid_spec(self.domain)
                        .and_then(|spec| spec.columns.get(column));
                    let other = named.zip(spec).and_then(|(column, spec)| {
                        spec.columns
                            .iter()
                            .position(|other| other.id == column.id)
                            .or_else(|| find_column(spec, &column.name))
                    });
                    other.map_or(Err(absent), one)
                }
                _ => Err(absent),
            },
            Columns::Number(number) => self.column_number(group, *number).ok_or(absent),
            Columns::Named(name) => self.column_named(group, name).ok_or(absent),
            Columns::Only => {
                let all = self.amount_columns(group);
                match all.as_slice() {
                    [one] => Ok(SmallVec::from_slice(&[*one])),
                    _ => Err(absent),
                }
            }
        }
    }

    /// The amount columns of a group: those of the template, then the grid's own.
    pub(crate) fn amount_columns(&self, group: u32) -> Vec<ColumnKey> {
        let mut keys = Vec::new();
        let Some(group) = self.index.group(group) else {
            return keys;
        };
        for &number in &group.grids {
            let Some(at) = self.index.grids.get(number as usize) else {
                continue;
            };
            let columns = self
                .index
                .document
                .tables
                .get(at.table as usize)
                .and_then(|table| table.grids.get(at.grid as usize))
                .map_or(&[][..], |grid| grid.columns.as_slice());
            for (column, own) in (0..).zip(columns) {
                if !is_amount(own.kind) {
                    continue;
                }
                let key = match own.spec {
                    Some(spec) => ColumnKey::Spec(spec),
                    None => ColumnKey::Own(number, column),
                };
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        keys
    }

    fn column_named(&self, group: u32, name: &str) -> Option<SmallVec<[ColumnKey; 4]>> {
        let document = self.index.document;
        let key = normalize(name);
        for &number in &self.index.group(group)?.grids {
            let at = self.index.grids.get(number as usize)?;
            let grid = document
                .tables
                .get(at.table as usize)?
                .grids
                .get(at.grid as usize)?;
            let names = || {
                (0..).zip(
                    grid.columns
                        .iter()
                        .map(|c| normalize(document.slice(c.name))),
                )
            };
            let exact = names().find(|(_, name)| *name == key);
            let found: Option<u32> = exact.map(|(column, _)| column).or_else(|| {
                let mut last = names()
                    .filter(|(_, name)| name.rsplit_once('/').is_some_and(|(_, l)| l == key));
                match (last.next(), last.next()) {
                    (Some((column, _)), None) => Some(column),
                    _ => None,
                }
            });
            if let Some(column) = found {
                return Some(SmallVec::from_slice(&[ColumnKey::Own(number, column)]));
            }
        }
        None
    }

    fn column_number(&self, group: u32, wanted: u16) -> Option<SmallVec<[ColumnKey; 4]>> {
        let document = self.index.document;
        for &number in &self.index.group(group)?.grids {
            let at = self.index.grids.get(number as usize)?;
            let grid = document
                .tables
                .get(at.table as usize)?
                .grids
                .get(at.grid as usize)?;
            let row = grid
                .rows
                .iter()
                .position(|row| row.role == RowRole::ColumnNumbers)?;
            for (column, own) in (0..).zip(&grid.columns) {
                let text = grid
                    .cell(row, column as usize)
                    .map_or("", |cell| document.slice(cell.range));
                if text.parse() == Ok(wanted) {
                    return Some(SmallVec::from_slice(&[match own.spec {
                        Some(spec) => ColumnKey::Spec(spec),
                        None => ColumnKey::Own(number, column),
                    }]));
                }
            }
        }
        None
    }

    fn cells<'p>(&self, path: &'p Ref) -> BoundCells<'p> {
        if path.rows.is_empty() && path.columns == Columns::Only {
            BoundCells::Table(self.all_cells(path))
        } else {
            BoundCells::Path(self.path(path))
        }
    }

    /// All amount cells of a table, or of one grid of it.
    fn all_cells(&self, path: &Ref) -> Result<Vec<u32>, Why> {
        let table = self.table(&path.table).ok_or(Why::NoTable)?;
        let missing = self.index.missing(table);
        if missing.any() {
            return Err(if missing.apart { Why::Apart } else { Why::Lost });
        }
        let groups = self
            .index
            .table_groups
            .get(table as usize)
            .cloned()
            .unwrap_or_default();
        let mut cells = Vec::new();
        for number in groups {
            let number = u32::try_from(number).unwrap_or(NONE);
            let Some(group) = self.index.group(number) else {
                continue;
            };
            if path.grid.is_some() && group.spec.is_some() && group.spec != path.grid {
                continue;
            }
            let columns = self.amount_columns(number);
            for &row in &group.rows {
                if self.index.row(row).is_none_or(|row| !holds_amounts(row)) {
                    continue;
                }
                cells.extend(columns.iter().filter_map(|key| self.index.at(row, *key)));
            }
        }
        // A table without a row is empty; a heading without a table is no table.
        let drawn = document_has_grid(self.index, table);
        if drawn { Ok(cells) } else { Err(Why::NoTable) }
    }

    /// Whether a section says that its table is empty; `None` if the section isn't there.
    fn empty_note(&self, path: &[String]) -> Option<bool> {
        let document = self.index.document;
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        let heading = document.section_by_path(&names)?;
        let text: String = document
            .section_text(heading)
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        Some(
            ["空表", "没有使用", "未使用", "没有安排", "无内容"]
                .iter()
                .any(|words| text.contains(words)),
        )
    }
}

fn document_has_grid(index: &Index<'_>, table: u32) -> bool {
    let table = index.document.tables.get(table as usize);
    table.is_some_and(|table| !table.grids.is_empty())
}

/// Rows that may hold amounts.
pub(crate) fn holds_amounts(row: &RowIndex) -> bool {
    !matches!(
        row.role,
        RowRole::ColumnNumbers | RowRole::RepeatedHeader | RowRole::Blank
    )
}

impl Index<'_> {
    /// The cell of a row in a column.
    pub(crate) fn at(&self, row: u32, key: ColumnKey) -> Option<u32> {
        let grid = self.row(row)?.grid;
        let column = match key {
            ColumnKey::Spec(spec) => self.column(grid, spec)?,
            ColumnKey::Own(own, column) if own == grid => column,
            ColumnKey::Own(..) => return None,
        };
        self.cell(row, column)
    }
}

impl BoundRef<'_> {
    fn is_constant(&self) -> bool {
        let varies = |step: &Step| {
            matches!(
                step,
                Step::Account | Step::Row | Step::Segment | Step::Project
            )
        };
        !self.steps.iter().any(varies)
    }

    /// Whether it is a sum over columns.
    pub(crate) fn is_range(&self) -> bool {
        self.range
    }

    /// Whether rows can be missing because a code isn't there.
    pub(crate) fn by_code(&self) -> bool {
        self.first_is_account
    }

    /// Collects the rows that the path means into `out`.
    pub(crate) fn rows(
        &self,
        index: &Index<'_>,
        binding: &Binding,
        out: &mut Vec<u32>,
        spare: &mut Vec<u32>,
    ) -> Result<(), Absent> {
        out.clear();
        let group = self.group.map_err(Absent::Missing)?;
        let lost = index.missing(self.table);
        let mut started = false;
        if let Some(first) = &self.first {
            out.extend_from_slice(first);
            started = true;
            if self.first_is_account {
                self.effective(index, out, self.steps.first());
            }
            if out.is_empty() {
                return Err(if self.optional && !lost.any() {
                    Absent::Optional
                } else if lost.rows || lost.totals {
                    Absent::Missing(Why::Lost)
                } else {
                    Absent::Missing(Why::NoRow)
                });
            }
        }
        for (number, step) in self.steps.iter().enumerate() {
            let next = self.steps.get(number + 1);
            std::mem::swap(out, spare);
            out.clear();
            let before = started.then_some(spare.as_slice());
            let over_rows = self.step(index, binding, group, step, next, before, out);
            started = true;
            if lost.rows && (over_rows || out.is_empty()) {
                return Err(Absent::Missing(if lost.apart {
                    Why::Apart
                } else {
                    Why::Lost
                }));
            }
            if out.is_empty() {
                return Err(Absent::Missing(Why::NoRow));
            }
        }
        if !started {
            // A table of one unlabelled row has no row in its path.
            let rows = index.group(group).map_or(&[][..], |group| &group.rows);
            out.extend(
                rows.iter()
                    .copied()
                    .filter(|row| index.row(*row).is_some_and(holds_amounts)),
            );
            if out.len() != 1 {
                let why = if lost.rows { Why::Lost } else { Why::NoRow };
                return Err(Absent::Missing(why));
            }
        }
        Ok(())
    }

    /// Where a code has its own row, its project rows don't stand for it, unless they are asked for.
    fn effective(&self, index: &Index<'_>, rows: &mut Vec<u32>, next: Option<&Step>) {
        let projects = matches!(next, Some(Step::All | Step::Project));
        if projects {
            let is_project = |row: &u32| index.row(*row).is_some_and(|row| row.project != NONE);
            if rows.iter().any(is_project) {
                rows.retain(is_project);
            }
        } else {
            rows.retain(|row| index.row(*row).is_some_and(|row| row.effective));
        }
    }

    /// One step; says whether the result is a sum over rows, any of which may be lost.
    #[allow(clippy::too_many_arguments)]
    fn step(
        &self,
        index: &Index<'_>,
        binding: &Binding,
        group: u32,
        step: &Step,
        next: Option<&Step>,
        before: Option<&[u32]>,
        out: &mut Vec<u32>,
    ) -> bool {
        let all = || index.group(group).map_or(&[][..], |group| &group.rows);
        let segment_of = |row: u32| index.row(row).map_or(NONE, |row| row.segment);
        let in_segment = |row: &u32| match (before, binding.segment) {
            (Some(heads), _) => heads.contains(&segment_of(*row)),
            (None, Some(segment)) if binding.group == group => segment_of(*row) == segment,
            _ => true,
        };
        match step {
            Step::Account => {
                let rows = index.code_rows(group, binding.code);
                out.extend(rows.iter().copied().filter(in_segment));
                let many = out.len() > 1;
                self.effective(index, out, next);
                many && out.len() > 1
            }
            Step::Code(code) => {
                if let Some(code) = index.code_id(code) {
                    let rows = index.code_rows(group, code);
                    out.extend(rows.iter().copied().filter(in_segment));
                    self.effective(index, out, next);
                }
                out.len() > 1
            }
            Step::Row => {
                if binding.group == group {
                    out.push(binding.row);
                } else if let Some(row) = index.row(binding.row) {
                    if row.code != NONE {
                        out.extend_from_slice(index.code_rows(group, row.code));
                        self.effective(index, out, next);
                    } else {
                        out.extend(all().iter().copied().filter(|other| {
                            index.row(*other).is_some_and(|other| {
                                other.role == row.role && row.role == RowRole::Total
                            })
                        }));
                    }
                }
                false
            }
            Step::Segment => {
                if let Some(segment) = binding.segment
                    && binding.group == group
                {
                    out.push(segment);
                }
                false
            }
            Step::Project => {
                let rows = index.project_rows.get(binding.project as usize);
                let here = |row: &u32| {
                    index.row(*row).is_some_and(|row| {
                        index
                            .grids
                            .get(row.grid as usize)
                            .is_some_and(|grid| grid.group == group)
                            && before.is_none_or(|before| {
                                before
                                    .iter()
                                    .any(|b| index.row(*b).is_some_and(|b| b.code == row.code))
                            })
                    })
                };
                out.extend(rows.into_iter().flatten().copied().filter(here));
                true
            }
            Step::Spec(spec) => {
                out.extend(
                    index
                        .named_rows(group, *spec)
                        .iter()
                        .copied()
                        .filter(in_segment),
                );
                false
            }
            Step::Label(_) => false,
            Step::Children => {
                match before {
                    Some(rows) => {
                        for row in rows {
                            out.extend_from_slice(index.children(*row));
                        }
                    }
                    None => out.extend(top_rows(index, all())),
                }
                true
            }
            Step::Level(level) => {
                level_rows(index, all(), *level, before, out);
                true
            }
            Step::Segments => {
                out.extend(all().iter().copied().filter(|row| {
                    index
                        .row(*row)
                        .is_some_and(|row| row.role == RowRole::SegmentHead)
                }));
                true
            }
            Step::All => {
                match before {
                    // `effective` left the project rows, or the own row where there are none.
                    Some(rows) => out.extend_from_slice(rows),
                    // The finest rows: what the others are sums of.
                    None => out.extend(all().iter().copied().filter(|row| {
                        index.children(*row).is_empty()
                            && index.row(*row).is_some_and(|row| {
                                matches!(row.role, RowRole::Account | RowRole::Detail)
                            })
                    })),
                }
                true
            }
        }
    }
}

/// Rows that the others are below: no totals, no parent.
pub(crate) fn top_rows<'r>(
    index: &'r Index<'_>,
    rows: &'r [u32],
) -> impl Iterator<Item = u32> + 'r {
    rows.iter().copied().filter(|row| {
        index.row(*row).is_some_and(|row| {
            row.parent == NONE
                && row.effective
                && matches!(row.role, RowRole::Account | RowRole::Detail)
        })
    })
}

/// The rows of a level. A row whose upper levels have no row counts with the classes, so that a
/// total over 类 misses nothing.
fn level_rows(
    index: &Index<'_>,
    rows: &[u32],
    level: Level,
    before: Option<&[u32]>,
    out: &mut Vec<u32>,
) {
    let code = |row: &RowIndex| index.codes.get(row.code as usize).copied().unwrap_or("");
    for &number in rows {
        let Some(row) = index.row(number) else {
            continue;
        };
        if row.code == NONE || !row.effective {
            continue;
        }
        let orphan = level == Level::Class && row.parent == NONE;
        if row.level != Some(level) && !orphan {
            continue;
        }
        let below = before.is_none_or(|before| {
            before.iter().any(|head| {
                index.row(*head).is_some_and(|above| match above.role {
                    RowRole::SegmentHead => row.segment == *head,
                    _ => above.code != NONE && code(row).starts_with(code(above)),
                })
            })
        });
        if below {
            out.push(number);
        }
    }
}
