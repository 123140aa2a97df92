//! An identity's terms bound to a document: tables, grids and columns are looked up once for each
//! identity and column, so that an instance only walks rows.

mod columns;
mod rows;

use budget_catalog::{name::normalize, template::RowRole};
use budget_syntax::expr::{Comparison, Level};
use smallvec::SmallVec;

use crate::heading::{Ordinal, ordinal};

use super::{
    Outcome, Why,
    index::{Index, NONE, RowIndex},
    plan::{Columns, Cond, Ref, Step, TableSel, Term, TermKind, find_column, is_amount},
};

use crate::table::{Missing, is_hole};

pub(crate) use rows::{holds_amounts, top_rows};

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
    /// What the source lost of the table.
    lost: Missing,
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
            Cond::Numbered(path) => scope.numbered(path),
            Cond::EmptyNote(path) => scope.empty_note(path),
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
            BoundCond::Settled(..) => true,
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

    /// Whether the rows of a grid tell their level by their numbers, or are named by the template.
    fn numbered<'p>(&self, path: &'p Ref) -> BoundCond<'p> {
        let group = self.path(path).group;
        let group = group.ok().and_then(|group| self.index.group(group));
        let Some(group) = group else {
            return BoundCond::Settled(Outcome::NotApplicable, Some(Why::NoTable));
        };
        let items = group.rows.iter().filter(|row| {
            let detail = self.index.row(**row).map(|row| row.role) == Some(RowRole::Detail);
            detail && !self.index.is_named(**row)
        });
        let labels = items.filter_map(|row| self.index.row_label(*row));
        let mut labels = labels
            .map(str::trim_start)
            .filter(|label| !label.is_empty());
        let numbered = |label: &str| {
            label.starts_with("其中") || matches!(ordinal(label), Some(Ordinal::Section(_)))
        };
        let outcome = match labels.all(numbered) {
            true => Outcome::Held,
            false => Outcome::Broken,
        };
        BoundCond::Settled(outcome, None)
    }

    /// The table of the document that a path means.
    pub(crate) fn table(&self, sel: &TableSel) -> Option<u32> {
        match sel {
            TableSel::Spec(spec) => match self.chosen {
                Some((chosen, table)) if chosen == *spec => Some(table),
                _ => self.tables.get(*spec)?.first().copied(),
            },
            TableSel::Named(name) => self.index.table_headed(name),
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
                lost: Missing::default(),
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
            lost: self.index.missing(table),
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
        document.read_as(table)?.grids.get(group.spec?)
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
        let mut found: Vec<u32> = rows.iter().filter(holds).copied().collect();
        // 合计 at the head of a table and again at its foot.
        if let [first, rest @ ..] = found.as_slice()
            && rest.iter().all(|row| self.index.same(*first, *row))
        {
            found.truncate(1);
        }
        found
    }

    fn labelled(&self, group: u32, labels: &[String]) -> Vec<u32> {
        let Some((last, ancestors)) = labels.split_last() else {
            return Vec::new();
        };
        let is = |row: u32, name: &str| self.label(row).is_some_and(|label| label == name);
        self.index
            .rows_labelled(group, last)
            .iter()
            .copied()
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

    /// Whether a section says that its table is empty; waits for one that is still to be written.
    fn empty_note<'p>(&self, path: &[String]) -> BoundCond<'p> {
        let document = self.index.document;
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        let Some(heading) = document.section_by_path(&names) else {
            return BoundCond::Settled(Outcome::Unknown, Some(Why::NoSection));
        };
        let text: String = document
            .section_text(heading)
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        if is_hole(&text) {
            return BoundCond::Settled(Outcome::Waiting, None);
        }
        let said = ["空表", "没有使用", "未使用", "没有安排", "无内容"]
            .iter()
            .any(|words| text.contains(words));
        let outcome = if said { Outcome::Held } else { Outcome::Broken };
        BoundCond::Settled(outcome, None)
    }
}

fn document_has_grid(index: &Index<'_>, table: u32) -> bool {
    let table = index.document.tables.get(table as usize);
    table.is_some_and(|table| !table.grids.is_empty())
}
