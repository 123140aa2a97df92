//! Codes and projects by number.

use std::ops::Range;

use budget_catalog::template::RowRole;
use rustc_hash::FxHashMap;

use super::{
    NONE,
    laid::{Laid, to_u32},
};
use crate::Document;

/// Ranges by code: an array where a group's codes lie close together, as they do in tables that
/// list the same accounts; a map where they don't.
#[derive(Debug)]
pub(super) enum ByCode {
    Close { first: u32, ranges: Vec<Range<u32>> },
    Far(FxHashMap<u32, Range<u32>>),
}

impl Default for ByCode {
    fn default() -> Self {
        ByCode::Far(FxHashMap::default())
    }
}

impl ByCode {
    pub(super) fn sized(codes: &[u32]) -> Self {
        let (Some(first), Some(last)) = (codes.iter().min(), codes.iter().max()) else {
            return Self::default();
        };
        let span = (last - first) as usize + 1;
        if span <= codes.len().saturating_mul(4).saturating_add(64) {
            ByCode::Close {
                first: *first,
                ranges: vec![0..0; span],
            }
        } else {
            Self::default()
        }
    }

    pub(super) fn insert(&mut self, code: u32, range: Range<u32>) {
        match self {
            ByCode::Close { first, ranges } => {
                if let Some(slot) = code
                    .checked_sub(*first)
                    .and_then(|at| ranges.get_mut(at as usize))
                {
                    *slot = range;
                }
            }
            ByCode::Far(map) => {
                map.insert(code, range);
            }
        }
    }

    pub(super) fn get(&self, code: u32) -> Option<&Range<u32>> {
        match self {
            ByCode::Close { first, ranges } => ranges.get(code.checked_sub(*first)? as usize),
            ByCode::Far(map) => map.get(&code),
        }
    }
}

/// Names by number, in order of appearance.
#[derive(Default)]
pub(super) struct Interner<'d> {
    codes: Names<'d>,
    projects: Names<'d>,
}

#[derive(Default)]
struct Names<'d> {
    numbers: FxHashMap<&'d str, u32>,
    all: Vec<Box<str>>,
}

impl<'d> Names<'d> {
    fn number(&mut self, name: &'d str) -> u32 {
        *self.numbers.entry(name).or_insert_with(|| {
            self.all.push(name.into());
            to_u32(self.all.len() - 1)
        })
    }
}

impl<'d> Interner<'d> {
    /// All codes, and all projects.
    pub(super) fn into_names(self) -> (Vec<Box<str>>, Vec<Box<str>>) {
        (self.codes.all, self.projects.all)
    }

    pub(super) fn code(&mut self, code: &'d str) -> u32 {
        self.codes.number(code)
    }

    pub(super) fn project(&mut self, name: &'d str) -> u32 {
        self.projects.number(name)
    }
}

impl Laid {
    /// Rows by code. Where a code has a row of its own, its project rows don't stand for it.
    pub(super) fn index_codes(&mut self, document: &Document, number: usize) {
        let Some(group) = self.groups.get(number) else {
            return;
        };
        let table = document.tables.get(group.table as usize);
        // Without a template nothing else tells of the copy.
        let known = table.is_some_and(|table| table.spec.is_some());
        let mut coded: Vec<u32> = Vec::new();
        let mut order: Vec<u32> = Vec::new();
        for &r in &group.rows {
            if let Some(row) = self.rows.get(r as usize)
                && row.code != NONE
            {
                coded.push(r);
                order.push(row.code);
            }
        }
        let key = |r: &u32| {
            self.rows
                .get(*r as usize)
                .map_or((NONE, NONE), |row| (row.code, row.segment))
        };
        coded.sort_by_key(key);
        let mut hidden: Vec<u32> = Vec::new();
        let mut copies: Vec<u32> = Vec::new();
        let mut twins = false;
        for alike in coded.chunk_by(|a, b| key(a) == key(b)) {
            if alike.len() < 2 {
                continue;
            }
            let is_project = |r: &u32| {
                self.rows
                    .get(*r as usize)
                    .is_some_and(|row| row.project != NONE)
            };
            let mut own = alike.iter().copied().filter(|r| !is_project(r));
            if let Some(first) = own.next() {
                hidden.extend(alike.iter().copied().filter(is_project));
                let mut last = first;
                for r in own {
                    if known && r == last + 1 {
                        twins = true;
                        if self.same(document, last, r) {
                            copies.push(r);
                        }
                    }
                    last = r;
                }
            }
        }
        self.twins |= twins;
        for r in hidden {
            if let Some(row) = self.rows.get_mut(r as usize) {
                row.effective = false;
            }
        }
        self.drop_copies(&copies, &mut coded);
        let rows = &self.rows;
        let code = |r: &u32| rows.get(*r as usize).map_or(NONE, |row| row.code);
        let Some(group) = self.groups.get_mut(number) else {
            return;
        };
        group.code_rows = ByCode::sized(&order);
        let mut start = 0_u32;
        for alike in coded.chunk_by(|a, b| code(a) == code(b)) {
            let end = start + to_u32(alike.len());
            if let Some(first) = alike.first() {
                group.code_rows.insert(code(first), start..end);
            }
            start = end;
        }
        // In order of appearance, each once.
        let mut seen = FxHashMap::default();
        order.retain(|code| seen.insert(*code, ()).is_none());
        group.codes = order;
        group.code_list = coded;
    }

    /// A row that stands twice, word for word, one below the other, is one row: what is wrong is the copy, not the sums.
    fn drop_copies(&mut self, copies: &[u32], coded: &mut Vec<u32>) {
        if copies.is_empty() {
            return;
        }
        for copy in copies {
            if let Some(row) = self.rows.get_mut(*copy as usize) {
                (row.code, row.parent) = (NONE, NONE);
                (row.level, row.role) = (None, RowRole::Blank);
            }
        }
        coded.retain(|r| {
            self.rows
                .get(*r as usize)
                .is_some_and(|row| row.code != NONE)
        });
    }

    /// Whether two rows of a group have the same label and the same cells.
    pub(super) fn same(&self, document: &Document, a: u32, b: u32) -> bool {
        let cells = |r: u32| {
            let row = self.rows.get(r as usize)?;
            let at = self.grids.get(row.grid as usize)?;
            let table = document.tables.get(at.table as usize)?;
            let grid = table.grids.get(at.grid as usize)?;
            let start = (row.local as usize).checked_mul(grid.columns.len())?;
            let cells = grid.cells.get(start..)?.get(..grid.columns.len())?;
            Some(cells.iter().map(|cell| document.slice(cell.range)))
        };
        match (cells(a), cells(b)) {
            (Some(a), Some(b)) => a.eq(b),
            _ => false,
        }
    }
}
