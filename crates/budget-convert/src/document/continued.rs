//! A table that runs on over a page: its fields and its header printed once more.

use super::{ABOVE, Walk};
use crate::block::{Block, RawTable};
use crate::grid::{self, Grid};
use crate::header::header_rows;
use crate::report::DamageKind;
use crate::text;
use crate::write::Node;

impl<'t> Walk<'_, 't, '_> {
    /// Where fields stand under a table, and then the same header again: the rows go on in the
    /// table before. Gives the number of blocks used, 0 if it isn't so.
    pub(super) fn continued(&mut self, at: usize) -> usize {
        let Some((node, _)) = self.section.as_ref().and_then(|section| section.last) else {
            return 0;
        };
        let mut fields: Vec<&str> = Vec::new();
        for block in self.blocks.iter().skip(at).take(ABOVE) {
            match block {
                Block::Text(line) if text::is_field(line.text) => fields.push(line.text),
                Block::Table(table) if self.runs_on(node, table) => {
                    // A template tells its columns' names among the rows; what has none would
                    // take them for a row.
                    // Pages after this one may have reprinted it too.
                    let stripped = self.without_template().then(|| grid::without_header(table));
                    let stripped = stripped.flatten();
                    let (table, again) = match &stripped {
                        Some((table, again)) => (table, again.as_slice()),
                        None => (table, [].as_slice()),
                    };
                    let head = if self.without_template() {
                        header_rows(&table.rows).min(table.rows.len())
                    } else {
                        0
                    };
                    let (header, rows) = table.rows.split_at(head);
                    let line = table.rows.first().map_or(0, |row| row.number);
                    let message = "表分页后重印了表头，后面的行已接上";
                    self.damage(line, DamageKind::PageBreak, message);
                    if let Some(Node::Table(grid)) = self.out.nodes.get_mut(node) {
                        grid.append(rows);
                        self.out.folded.append(&mut grid.folded);
                    }
                    self.cut_cells(&[], table);
                    let used = fields.len() + 1;
                    let words = grid::words(header);
                    fields.extend((!words.is_empty()).then_some(words.as_str()));
                    if !fields.is_empty() {
                        let first = format!("续表: {}", fields.join("；"));
                        self.out.nodes.push(Node::Comment(first));
                    }
                    for words in again {
                        self.out.nodes.push(Node::Comment(format!("续表: {words}")));
                    }
                    return used;
                }
                _ => return 0,
            }
        }
        0
    }

    /// Whether a table has the columns of the one written before.
    fn runs_on(&self, node: usize, table: &RawTable<'t>) -> bool {
        let Some(Node::Table(before)) = self.out.nodes.get(node) else {
            return false;
        };
        let spec = self.section.as_ref().and_then(|section| section.spec);
        let same = |grid: &Grid| {
            grid.header
                && grid.columns.len() == before.columns.len()
                && grid
                    .columns
                    .iter()
                    .zip(&before.columns)
                    .all(|(a, b)| a.name == b.name && a.from == b.from)
        };
        matches!(grid::read(table, spec).as_slice(), [grid] if same(grid))
    }
}
