//! What might add up in a document: identities to try, likely ones first.

use std::sync::Arc;

use budget_catalog::template::{
    ColumnKind, Confirm, GridSpec, IdentitySpec, KeyPart, RelationKind, RowRole, RowSpec, Strength,
    Template,
};
use budget_model::{Document, Grid};

use super::{Meta, cross, sums, tables::label_name, write::name};

/// Cells that all candidates together may look at, about. Beyond it no more are tried.
const BUDGET: usize = 1_000_000;
/// Candidates beyond this are not tried.
const MOST: usize = 4_000;
/// Grids beyond this are not set against each other: no disclosure has so many.
const MOST_GRIDS: usize = 60;

/// What an instance must show to count as evidence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Evidence {
    /// A sum of two numbers at least: a sum of one number and nothing is told by any two columns
    /// that happen to be the same.
    Sum,
    /// A number other than 0.
    Number,
    /// That it holds.
    Holds,
}

/// An identity to try.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The table it belongs to; none between tables.
    pub(super) table: Option<usize>,
    /// The id without the number that makes it differ.
    pub(super) stem: String,
    pub(super) expr: String,
    pub(super) kind: RelationKind,
    pub(super) message: String,
    /// Whether its names or the header say so: then one that fails here and there is worth telling.
    pub(super) natural: bool,
    pub(super) evidence: Evidence,
}

impl Candidate {
    pub(super) fn spec(&self, id: String, source: String) -> IdentitySpec {
        IdentitySpec {
            id,
            expr: self.expr.clone(),
            kind: self.kind,
            defines: false,
            strength: Strength::Hard,
            confirm: Confirm::Never,
            source,
            message: self.message.clone(),
            parsed: None,
        }
    }
}

/// A grid of the document that the draft names.
pub(super) struct At<'d> {
    pub(super) table: usize,
    pub(super) spec: &'d GridSpec,
    pub(super) grid: &'d Grid,
    /// Index into the document's tables.
    pub(super) place: usize,
    /// `表三`, `表一.收入`: what paths begin with.
    pub(super) path: String,
    pub(super) id: String,
    pub(super) key: &'d [KeyPart],
    /// Columns of amounts: of the spec.
    pub(super) amounts: Vec<usize>,
    /// Of each column, the sum that the header makes it a part of.
    pub(super) part_of: &'d [Option<usize>],
}

impl At<'_> {
    pub(super) fn column(&self, column: usize) -> String {
        let spec = self.spec.columns.get(column);
        spec.map_or_else(String::new, |spec| name(&spec.name))
    }

    pub(super) fn column_name(&self, column: usize) -> &str {
        let spec = self.spec.columns.get(column);
        spec.map_or("", |spec| spec.name.as_str())
    }

    pub(super) fn by_code(&self) -> bool {
        self.key.contains(&KeyPart::Code) && self.grid.rows.iter().any(|row| row.code.is_some())
    }

    /// `收入总计`, or `上年结转结余/单位资金` where the label alone means two rows.
    pub(super) fn row(&self, row: usize) -> Option<String> {
        let spec = self.spec.rows.get(row)?;
        if spec.label.is_empty() {
            return None;
        }
        let mut labels = vec![label_name(&spec.label)];
        let mut depth = spec.depth;
        let above = self.spec.rows.get(..row)?.iter().rev();
        let above: Vec<&RowSpec> = above.collect();
        let mut above = above.into_iter();
        loop {
            if self.spec.row_by_path(&labels) == Some(row) {
                let names: Vec<String> = labels.iter().map(|label| name(label)).collect();
                return Some(names.join("/"));
            }
            let next = above.find(|row| row.depth < depth)?;
            depth = next.depth;
            labels.insert(0, label_name(&next.label));
        }
    }

    /// The document's row that is a row of the spec.
    pub(super) fn place_of(&self, row: usize) -> Option<usize> {
        self.grid.rows.iter().position(|at| at.spec == Some(row))
    }

    /// `每 @列 于 表三: `, or nothing where there is one column of amounts; and that column.
    pub(super) fn over_columns(&self) -> (String, String) {
        match self.amounts.as_slice() {
            [only] => (String::new(), self.column(*only)),
            _ => (format!("每 @列 于 {}: ", self.path), "@列".to_owned()),
        }
    }
}

/// What is being collected.
pub(super) struct Candidates {
    pub(super) all: Vec<Candidate>,
    left: usize,
}

impl Candidates {
    /// Adds one that looks at about so many cells.
    pub(super) fn add(&mut self, cells: usize, candidate: Candidate) {
        if self.all.len() >= MOST {
            return;
        }
        // A large table leaves room for the others.
        if let Some(left) = self.left.checked_sub(cells.max(1)) {
            self.left = left;
            self.all.push(candidate);
        }
    }
}

/// The grids of a document that its template names, in order.
pub(super) fn grids<'d>(
    document: &'d Document,
    template: &'d Template,
    meta: &'d Meta,
) -> Vec<At<'d>> {
    let mut found = Vec::new();
    for (table, spec) in template.tables.iter().enumerate() {
        let place = document.tables.iter().position(|at| {
            // Of lost rows the engine knows what can't be checked.
            let lost = at.missing.all || at.missing.apart || at.missing.header;
            at.spec == Some(table) && !at.working && !at.grids.is_empty() && !lost
        });
        let Some((place, at)) = place.and_then(|at| Some((at, document.tables.get(at)?))) else {
            continue;
        };
        let title = super::table_name(template, table);
        for (index, grid_spec) in spec.grids.iter().enumerate() {
            let Some(grid) = at.grids.iter().find(|grid| grid.spec == Some(index)) else {
                continue;
            };
            let amounts: Vec<usize> = grid_spec
                .columns
                .iter()
                .enumerate()
                .filter(|(_, column)| column.kind == ColumnKind::Amount)
                .map(|(column, _)| column)
                .filter(|column| grid.columns.iter().any(|at| at.spec == Some(*column)))
                .collect();
            let (path, id) = match spec.grids.len() {
                1 => (title.clone(), spec.id.clone()),
                _ => (
                    format!("{title}.{}", name(&grid_spec.title)),
                    format!("{}-{}", spec.id, grid_spec.id),
                ),
            };
            let parts = meta.parts.get(table).and_then(|parts| parts.get(index));
            found.push(At {
                table,
                spec: grid_spec,
                grid,
                place,
                path,
                id,
                key: &spec.key,
                amounts,
                part_of: parts.map_or(&[], Vec::as_slice),
            });
        }
    }
    found
}

/// Everything to try, in the order in which one is preferred to another that says the same.
pub(super) fn all(document: &Document, meta: &Meta) -> Vec<Candidate> {
    let template = Arc::clone(&document.template);
    let grids = grids(document, &template, meta);
    let mut found = Candidates {
        all: Vec::new(),
        left: BUDGET,
    };
    for at in grids.iter().filter(|at| !at.amounts.is_empty()) {
        sums::likely(at, &mut found);
    }
    let few = grids.get(..MOST_GRIDS).unwrap_or(&grids);
    cross::balance(&grids, &template, &mut found);
    cross::by_code(document, few, &mut found);
    cross::restated(document, few, &template, &mut found);
    for at in &grids {
        sums::any(at, &mut found);
    }
    cross::within(document, few, &mut found);
    cross::empty_notes(&template, meta, &mut found);
    found.all
}

/// Whether a row is one that sums others.
pub(super) fn is_sum(row: &RowSpec) -> bool {
    matches!(row.role, RowRole::Total | RowRole::Subtotal)
}
