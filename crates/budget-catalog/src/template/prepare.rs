//! A template, as it was read, made ready for documents: what it inherits, names looked up, expressions read.

use budget_syntax::expr::parse_identity;

use super::{TableSpec, Template};
use crate::index::GridIndex;

impl Template {
    /// Prepares what every document needs: names looked up, expressions read.
    pub(crate) fn finish(&mut self) {
        self.share_columns();
        for grid in self.tables.iter_mut().flat_map(|table| &mut table.grids) {
            grid.index = GridIndex::new(grid);
        }
        for identity in &mut self.identities {
            if identity.parsed.is_none() {
                identity.parsed = parse_identity(&identity.expr).ok();
            }
        }
    }

    /// Tables that are told by their headings share the columns and rows of the one that any table
    /// is read as, at the same places; a grid may replace a row.
    fn share_columns(&mut self) {
        let any = self.any_table().and_then(|at| self.tables.get(at));
        let Some(shared) = any.and_then(|any| any.grids.first()).cloned() else {
            return;
        };
        for table in self
            .tables
            .iter_mut()
            .filter(|table| table.reading.is_some())
        {
            for grid in &mut table.grids {
                grid.vocabulary = true;
                if grid.columns.is_empty() {
                    grid.columns.clone_from(&shared.columns);
                }
                let own = std::mem::take(&mut grid.rows);
                grid.rows.clone_from(&shared.rows);
                for row in own {
                    match grid.rows.iter_mut().find(|shared| shared.id == row.id) {
                        Some(shared) => *shared = row,
                        None => grid.rows.push(row),
                    }
                }
            }
        }
    }

    /// The table that any table of a document is read as.
    pub fn any_table(&self) -> Option<usize> {
        let any = |table: &TableSpec| table.reading.as_ref().is_some_and(|it| it.all.is_empty());
        self.tables.iter().position(any)
    }

    /// Takes from a parent what is not given here: things with an id are added before the own ones
    /// unless the id is given here too, and so with the sections of a part; a style that is not
    /// given is the parent's.
    pub(crate) fn inherit(&mut self, parent: &Template) {
        self.year = self.year.or(parent.year);
        self.unnumbered |= parent.unnumbered;
        let (own, style) = (&mut self.number_style, &parent.number_style);
        own.decimals = own.decimals.or(style.decimals);
        own.trailing_zeros = own.trailing_zeros.or(style.trailing_zeros);
        own.thousands = own.thousands.or(style.thousands);
        own.percent_decimals = own.percent_decimals.or(style.percent_decimals);
        merge(&mut self.fields, &parent.fields, |field| &field.id);
        for part in &mut self.parts {
            if let Some(theirs) = parent.parts.iter().find(|other| other.id == part.id) {
                merge(&mut part.sections, &theirs.sections, |section| &section.id);
            }
        }
        merge(&mut self.parts, &parent.parts, |part| &part.id);
        merge(&mut self.tables, &parent.tables, |table| &table.id);
        // 表一, 表二 …, whoever gave them; forms after them.
        self.tables
            .sort_by_key(|table| table.ordinal.unwrap_or(u8::MAX));
        merge(&mut self.identities, &parent.identities, |identity| {
            &identity.id
        });
        self.fillers.extend(parent.fillers.iter().cloned());
        self.asides.extend(parent.asides.iter().cloned());
        self.row_words.extend(parent.row_words.iter().cloned());
        self.column_words
            .extend(parent.column_words.iter().cloned());
    }
}

/// The parent's things in their order, each replaced by the own one of its id, then the rest.
fn merge<T: Clone>(own: &mut Vec<T>, parent: &[T], id: impl Fn(&T) -> &String) {
    let mut given = std::mem::take(own);
    for theirs in parent {
        let place = given.iter().position(|ours| id(ours) == id(theirs));
        own.push(place.map_or_else(|| theirs.clone(), |place| given.remove(place)));
    }
    own.append(&mut given);
}
