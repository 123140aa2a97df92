//! Where a document's rows, codes and cells are: all that numbers alone don't change.

use std::{ops::Range, sync::OnceLock};

use budget_catalog::template::{ColumnKind, KeyPart, RowRole};
use budget_syntax::expr::Level;
use rustc_hash::FxHashMap;

use super::{
    NONE,
    by_code::{ByCode, Interner},
    step::Step,
};
use crate::{Column, Document, Grid, Table, Value};

/// A grid.
#[derive(Debug)]
pub(crate) struct GridIndex {
    pub(crate) table: u32,
    pub(crate) grid: u32,
    pub(crate) group: u32,
    pub(crate) cell_base: u32,
    pub(crate) row_base: u32,
    pub(crate) width: u32,
    /// From the grid spec's columns to the grid's.
    pub(super) by_spec: Vec<u32>,
    /// Columns that are parts of a sum, by the sum's.
    pub(super) parts: FxHashMap<u32, Vec<u32>>,
}

/// A row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowIndex {
    /// Index into [`Index::grids`].
    pub(crate) grid: u32,
    /// Its number in its grid.
    pub(crate) local: u32,
    /// Index into [`Index::codes`].
    pub(crate) code: u32,
    /// Row of the segment head.
    pub(crate) segment: u32,
    pub(crate) parent: u32,
    /// Index into [`Index::projects`].
    pub(crate) project: u32,
    pub(crate) level: Option<Level>,
    pub(crate) role: RowRole,
    /// Stands for its code: not a project row below a row of the same code.
    pub(crate) effective: bool,
}

/// The grids of a table that are one grid of the template (a table that runs on).
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) table: u32,
    /// Index into the table spec's grids.
    pub(crate) spec: Option<usize>,
    /// Index into [`Index::grids`].
    pub(crate) grids: Vec<u32>,
    pub(crate) rows: Vec<u32>,
    /// The first row whose code is still to be filled in: it may belong to any sum of the rows.
    pub(crate) blank: Option<u32>,
    /// Codes in order of appearance.
    pub(crate) codes: Vec<u32>,
    pub(super) code_rows: ByCode,
    pub(super) code_list: Vec<u32>,
    /// Rows by the template's row.
    pub(super) named: FxHashMap<usize, Vec<u32>>,
    /// Rows by normalised label; made when a path first asks for one.
    pub(super) labels: OnceLock<FxHashMap<String, Vec<u32>>>,
    pub(crate) segmented: bool,
}

/// How a document is laid out. Two that are equal mean the same by their numbers of cells, rows, codes and projects.
#[derive(Debug, Default)]
pub(crate) struct Laid {
    /// What values are counted in.
    pub(crate) step: Step,
    pub(crate) grids: Vec<GridIndex>,
    pub(crate) groups: Vec<Group>,
    /// Groups of each table of the document.
    pub(crate) table_groups: Vec<Range<usize>>,
    /// Which table of the template each is, and whether it is 底稿.
    meant: Vec<(Option<usize>, bool)>,
    pub(crate) rows: Vec<RowIndex>,
    pub(crate) codes: Vec<Box<str>>,
    pub(super) code_ids: FxHashMap<Box<str>, u32>,
    pub(crate) projects: Vec<Box<str>>,
    pub(crate) project_rows: Vec<Vec<u32>>,
    pub(super) child_start: Vec<u32>,
    pub(super) child_list: Vec<u32>,
    /// How many cells there are.
    pub(super) cells: u32,
    /// A row follows one of the same code: whether it is a copy hangs on all their cells.
    pub(super) twins: bool,
}

impl PartialEq for Laid {
    fn eq(&self, other: &Self) -> bool {
        let grids = |it: &Self| {
            let grids = it.grids.iter();
            let grids = grids.map(|it| (it.cell_base, it.row_base, it.width, it.group));
            grids.collect::<Vec<_>>()
        };
        self.step == other.step
            && (self.cells, self.rows.len()) == (other.cells, other.rows.len())
            && self.table_groups == other.table_groups
            && self.meant == other.meant
            && self.codes == other.codes
            && self.projects == other.projects
            && grids(self) == grids(other)
    }
}

pub(super) fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(NONE)
}

/// Where a grid has account codes.
pub(super) fn code_column(grid: &Grid) -> Option<usize> {
    let code = |column: &Column| matches!(column.kind, ColumnKind::Code | ColumnKind::CodeName);
    grid.columns.iter().position(code)
}

/// Whether the code of a row is still to be filled in.
pub(super) fn is_blank(grid: &Grid, code_column: Option<usize>, row: usize) -> bool {
    code_column.is_some_and(|column| {
        let cell = grid.cells.get(row * grid.columns.len() + column);
        cell.is_some_and(|cell| cell.value == Value::Hole)
    })
}

impl Laid {
    pub(super) fn new(document: &Document) -> Self {
        let mut laid = Self {
            step: Step::of(document),
            ..Self::default()
        };
        let grids = || document.tables.iter().flat_map(|table| &table.grids);
        let rows = grids().map(|grid| grid.rows.len()).sum();
        laid.rows.reserve(rows);
        let mut interner = Interner::default();
        for table in document.tables.iter().enumerate() {
            laid.add_table(document, table, &mut interner);
        }
        let (codes, projects) = interner.into_names();
        laid.code_ids = codes.iter().cloned().zip(0..).collect();
        (laid.codes, laid.projects) = (codes, projects);
        for group in 0..laid.groups.len() {
            laid.index_codes(document, group);
        }
        laid.link_children();
        laid
    }

    fn add_table<'d>(
        &mut self,
        document: &'d Document,
        (number, table): (usize, &'d Table),
        interner: &mut Interner<'d>,
    ) {
        let first_group = self.groups.len();
        let spec = table
            .spec
            .or(table.reading)
            .and_then(|spec| document.template.tables.get(spec));
        self.meant
            .push((table.spec.or(table.reading), table.working));
        for (grid_number, grid) in table.grids.iter().enumerate() {
            let grid_spec = spec.zip(grid.spec).and_then(|(spec, g)| spec.grids.get(g));
            let group = self
                .groups
                .get(first_group..)
                .and_then(|groups| {
                    groups
                        .iter()
                        .position(|group| group.spec.is_some() && group.spec == grid.spec)
                })
                .map(|found| first_group + found);
            let group = group.unwrap_or_else(|| {
                let has = |part| spec.is_some_and(|spec| spec.key.contains(&part));
                self.groups.push(Group {
                    table: to_u32(number),
                    spec: grid.spec,
                    grids: Vec::new(),
                    rows: Vec::new(),
                    blank: None,
                    codes: Vec::new(),
                    code_rows: ByCode::default(),
                    code_list: Vec::new(),
                    named: FxHashMap::default(),
                    labels: OnceLock::new(),
                    segmented: has(KeyPart::Segment),
                });
                self.groups.len() - 1
            });
            let flat = to_u32(self.grids.len());
            let row_base = to_u32(self.rows.len());
            let cell_base = self.cells;
            let mut by_spec = vec![NONE; grid_spec.map_or(0, |spec| spec.columns.len())];
            for (number, column) in grid.columns.iter().enumerate() {
                if let Some(slot) = column.spec.and_then(|spec| by_spec.get_mut(spec))
                    && *slot == NONE
                {
                    *slot = to_u32(number);
                }
            }
            let code_column = code_column(grid);
            if let Some(group) = self.groups.get_mut(group) {
                group.rows.reserve(grid.rows.len());
            }
            for (local, row) in grid.rows.iter().enumerate() {
                let global = to_u32(self.rows.len());
                let at = |local: Option<u32>| local.map_or(NONE, |l| row_base.saturating_add(l));
                let project = row
                    .project
                    .map_or(NONE, |range| interner.project(document.slice(range)));
                if project != NONE {
                    let slot = project as usize;
                    if self.project_rows.len() <= slot {
                        self.project_rows.resize_with(slot + 1, Vec::new);
                    }
                    if let Some(rows) = self.project_rows.get_mut(slot) {
                        rows.push(global);
                    }
                }
                self.rows.push(RowIndex {
                    grid: flat,
                    local: to_u32(local),
                    code: row.code.as_deref().map_or(NONE, |code| interner.code(code)),
                    segment: at(row.segment),
                    parent: at(row.parent),
                    project,
                    level: row.level,
                    role: row.role,
                    effective: true,
                });
                if let Some(group) = self.groups.get_mut(group) {
                    group.rows.push(global);
                    if group.blank.is_none() && is_blank(grid, code_column, local) {
                        group.blank = Some(global);
                    }
                    if let Some(spec) = row.spec {
                        group.named.entry(spec).or_default().push(global);
                    }
                }
            }
            self.cells = self.cells.saturating_add(to_u32(grid.cells.len()));
            if let Some(group) = self.groups.get_mut(group) {
                group.grids.push(flat);
            }
            let mut parts: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
            for (column, own) in (0..).zip(&grid.columns) {
                if let Some(whole) = own.part_of {
                    parts.entry(whole).or_default().push(column);
                }
            }
            self.grids.push(GridIndex {
                table: to_u32(number),
                grid: to_u32(grid_number),
                group: to_u32(group),
                cell_base,
                row_base,
                width: to_u32(grid.columns.len()),
                by_spec,
                parts,
            });
        }
        self.table_groups.push(first_group..self.groups.len());
    }

    fn link_children(&mut self) {
        let count = self.rows.len();
        let mut start = vec![0_u32; count + 1];
        for row in &self.rows {
            if let Some(slot) = start.get_mut(row.parent as usize + 1)
                && row.parent != NONE
            {
                *slot += 1;
            }
        }
        let mut total = 0;
        for slot in &mut start {
            total += *slot;
            *slot = total;
        }
        let mut next = start.clone();
        let mut list = vec![0; total as usize];
        for (number, row) in self.rows.iter().enumerate() {
            if row.parent == NONE {
                continue;
            }
            if let Some(slot) = next.get_mut(row.parent as usize) {
                if let Some(place) = list.get_mut(*slot as usize) {
                    *place = to_u32(number);
                }
                *slot += 1;
            }
        }
        self.child_start = start;
        self.child_list = list;
    }
}
