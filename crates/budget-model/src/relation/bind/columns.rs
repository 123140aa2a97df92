//! Which columns of a group a path means.

use rustc_hash::FxHashSet;

use super::*;

impl Scope<'_, '_> {
    pub(super) fn columns(
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
            Columns::Parts => match self.column {
                Some(key) => {
                    let parts = self.parts(group, key);
                    if parts.is_empty() {
                        Err(absent)
                    } else {
                        Ok(parts)
                    }
                }
                None => Err(absent),
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

    /// The columns of a group that are parts of one.
    pub(crate) fn parts(&self, group: u32, whole: ColumnKey) -> SmallVec<[ColumnKey; 4]> {
        let grids = self
            .index
            .group(group)
            .map_or(&[][..], |group| &group.grids);
        let mut parts = SmallVec::new();
        for &number in grids {
            let whole = match whole {
                ColumnKey::Spec(spec) => self.index.column(number, spec),
                ColumnKey::Own(grid, column) => (grid == number).then_some(column),
            };
            let Some(columns) = whole.map(|whole| self.index.parts(number, whole)) else {
                continue;
            };
            let own = self.columns_of(number);
            for &column in columns {
                parts.extend(own.get(column as usize).map(|own| key(number, column, own)));
            }
        }
        parts
    }

    /// Whether the template knows that these are the parts of one sum.
    pub(crate) fn is_known_sum(&self, group: u32, parts: &[ColumnKey]) -> bool {
        let group_of = |key: &ColumnKey| match key {
            ColumnKey::Spec(spec) => {
                let column = self.grid_spec(group)?.columns.get(*spec)?;
                column.group.as_deref()
            }
            ColumnKey::Own(..) => None,
        };
        let mut groups = parts.iter().map(group_of);
        let first = groups.next().flatten();
        parts.len() > 1 && first.is_some() && groups.all(|group| group == first)
    }

    /// The columns of one of the index's grids.
    fn columns_of(&self, grid: u32) -> &[crate::Column] {
        self.index
            .grids
            .get(grid as usize)
            .and_then(|at| {
                let table = self.index.document.tables.get(at.table as usize)?;
                table.grids.get(at.grid as usize)
            })
            .map_or(&[], |grid| grid.columns.as_slice())
    }

    /// The amount columns of a group: those of the template, then the grid's own.
    pub(crate) fn amount_columns(&self, group: u32) -> Vec<ColumnKey> {
        let grids = self
            .index
            .group(group)
            .map_or(&[][..], |group| &group.grids);
        let mut keys = Vec::new();
        // Of the template's each once, however many grids the table runs over.
        let mut seen = FxHashSet::default();
        for &number in grids {
            for (column, own) in (0..).zip(self.columns_of(number)) {
                if is_amount(own.kind) && own.spec.is_none_or(|spec| seen.insert(spec)) {
                    keys.push(key(number, column, own));
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
}

fn key(grid: u32, column: u32, own: &crate::Column) -> ColumnKey {
    match own.spec {
        Some(spec) => ColumnKey::Spec(spec),
        None => ColumnKey::Own(grid, column),
    }
}
