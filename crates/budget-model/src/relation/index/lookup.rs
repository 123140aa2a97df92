//! From codes, rows, columns and cells to one another.

use budget_catalog::name::normalize;

use super::laid::GridIndex;

use super::*;

impl GridIndex {
    /// The column that is a column of the template.
    pub(crate) fn column(&self, spec: usize) -> Option<u32> {
        let column = *self.by_spec.get(spec)?;
        (column != NONE).then_some(column)
    }

    /// The number of the cell in a row of the grid and a column.
    pub(crate) fn cell(&self, local: u32, column: u32) -> Option<u32> {
        (column < self.width).then(|| self.cell_base + local * self.width + column)
    }
}

impl<'d> Index<'d> {
    /// What the column of a cell holds.
    pub(crate) fn column_kind(&self, cell: u32) -> Option<ColumnKind> {
        let id = self.cell_id(cell)?;
        let grid = self.document.grid(id)?;
        grid.columns
            .get(id.column as usize)
            .map(|column| column.kind)
    }

    /// The label of a row, as written.
    pub(crate) fn row_label(&self, row: u32) -> Option<&'d str> {
        let at = self.row(row)?;
        let grid = self.grids.get(at.grid as usize)?;
        let table = self.document.tables.get(grid.table as usize)?;
        let row = table
            .grids
            .get(grid.grid as usize)?
            .rows
            .get(at.local as usize)?;
        let range = match row.project {
            Some(project) if row.label.is_empty() => project,
            _ => row.label,
        };
        Some(self.document.slice(range))
    }

    /// Whether a row is one that the template names.
    pub(crate) fn is_named(&self, row: u32) -> bool {
        let place = self.row(row).and_then(|row| {
            let at = self.grids.get(row.grid as usize)?;
            let table = self.document.tables.get(at.table as usize)?;
            let grid = table.grids.get(at.grid as usize)?;
            grid.rows.get(row.local as usize)
        });
        place.is_some_and(|row| row.spec.is_some())
    }

    /// Whether two rows have the same label and the same cells.
    pub(crate) fn same(&self, a: u32, b: u32) -> bool {
        self.laid.same(self.document, a, b)
    }

    pub(crate) fn row(&self, row: u32) -> Option<&RowIndex> {
        self.rows.get(row as usize)
    }

    pub(crate) fn group(&self, group: u32) -> Option<&Group> {
        self.groups.get(group as usize)
    }

    /// All rows of a code in a group, project rows too.
    pub(crate) fn code_rows(&self, group: u32, code: u32) -> &[u32] {
        self.group(group)
            .and_then(|group| {
                let range = group.code_rows.get(code)?;
                group
                    .code_list
                    .get(range.start as usize..range.end as usize)
            })
            .unwrap_or_default()
    }

    /// The rows of a group that are a row of the template.
    pub(crate) fn named_rows(&self, group: u32, spec: usize) -> &[u32] {
        self.group(group)
            .and_then(|group| group.named.get(&spec))
            .map_or(&[], Vec::as_slice)
    }

    pub(crate) fn children(&self, row: u32) -> &[u32] {
        let at = |i: usize| self.child_start.get(i).copied();
        match (at(row as usize), at(row as usize + 1)) {
            (Some(from), Some(to)) => self
                .child_list
                .get(from as usize..to as usize)
                .unwrap_or_default(),
            _ => &[],
        }
    }

    pub(crate) fn code_id(&self, code: &str) -> Option<u32> {
        self.code_ids.get(code).copied()
    }

    /// The rows of a group with a normalised label.
    pub(crate) fn rows_labelled(&self, group: u32, label: &str) -> &[u32] {
        let Some(group) = self.group(group) else {
            return &[];
        };
        let labels = group.labels.get_or_init(|| {
            let mut labels: FxHashMap<String, Vec<u32>> = FxHashMap::default();
            for &row in &group.rows {
                if let Some(label) = self.row_label(row) {
                    let key = normalize(label).into_owned();
                    labels.entry(key).or_default().push(row);
                }
            }
            labels
        });
        labels.get(label).map_or(&[], Vec::as_slice)
    }

    /// The first table under a heading of that normalised text.
    pub(crate) fn table_headed(&self, heading: &str) -> Option<u32> {
        let document = self.document;
        let headings = self.headings.get_or_init(|| {
            let mut headings = FxHashMap::default();
            for (number, table) in (0..).zip(&document.tables) {
                if let Some(heading) = table.heading.and_then(|id| document.heading(id)) {
                    let key = normalize(document.slice(heading.text)).into_owned();
                    headings.entry(key).or_insert(number);
                }
            }
            headings
        });
        headings.get(heading).copied()
    }

    /// The column of a row's grid that is a column of the template.
    pub(crate) fn column(&self, grid: u32, spec: usize) -> Option<u32> {
        self.grids.get(grid as usize)?.column(spec)
    }

    /// The columns of a grid that are parts of one.
    pub(crate) fn parts(&self, grid: u32, whole: u32) -> &[u32] {
        self.grids
            .get(grid as usize)
            .and_then(|grid| grid.parts.get(&whole))
            .map_or(&[], Vec::as_slice)
    }

    /// The number of the cell in a row and a column of its grid.
    pub(crate) fn cell(&self, row: u32, column: u32) -> Option<u32> {
        let row = self.row(row)?;
        self.grids.get(row.grid as usize)?.cell(row.local, column)
    }

    pub(crate) fn value(&self, cell: u32) -> Option<&Val> {
        self.values.get(cell as usize)
    }

    pub(crate) fn missing(&self, table: u32) -> Missing {
        self.document
            .tables
            .get(table as usize)
            .map(|table| table.missing)
            .unwrap_or_default()
    }

    /// The grid that a cell stands in.
    pub(crate) fn grid_of(&self, cell: u32) -> Option<&GridIndex> {
        let after = self.grids.partition_point(|grid| grid.cell_base <= cell);
        // Grids without cells share their base with the next.
        self.grids.get(after.checked_sub(1)?)
    }

    pub(crate) fn cell_id(&self, cell: u32) -> Option<CellId> {
        let grid = self.grid_of(cell)?;
        let offset = cell.checked_sub(grid.cell_base)?;
        Some(CellId {
            table: grid.table,
            grid: grid.grid,
            row: offset.checked_div(grid.width)?,
            column: offset.checked_rem(grid.width)?,
        })
    }

    /// The number of a cell in the whole document.
    pub(crate) fn cell_number(&self, id: CellId) -> Option<u32> {
        let grid = self
            .grids
            .iter()
            .find(|grid| grid.table == id.table && grid.grid == id.grid)?;
        grid.cell(id.row, id.column)
    }

    /// The number of a row in the whole document.
    pub(crate) fn row_of(&self, cell: u32) -> Option<u32> {
        let grid = self.grid_of(cell)?;
        let offset = cell.checked_sub(grid.cell_base)?;
        Some(grid.row_base + offset.checked_div(grid.width)?)
    }
}
