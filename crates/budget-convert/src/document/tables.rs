//! Tables on their way to their section: grids, forms, and what a lost page has left.

use budget_catalog::template::RowRole;
use rustc_hash::FxHashMap;

use super::{Section, Walk};
use crate::block::{Block, RawTable};
use crate::form;
use crate::grid::{self, Grid};
use crate::header::is_total;
use crate::names;
use crate::report::{DamageKind, FoundTable};
use crate::text;
use crate::write::Node;

impl<'t> Walk<'_, 't, '_> {
    /// Places a table; gives the number of blocks used.
    pub(super) fn table(&mut self, at: usize, table: &RawTable<'t>) -> usize {
        let Some(Block::Table(rest)) = self.blocks.get(at + 1) else {
            self.one_table(at, table);
            return 1;
        };
        let evaluation = self.is_evaluation(table);
        let near = rest.width().abs_diff(table.width()) <= usize::from(evaluation);
        if !(evaluation || form::is_form(table))
            || form::is_form(rest)
            || self.is_evaluation(rest)
            || !near
        {
            self.one_table(at, table);
            return 1;
        }
        // The rest of a form, cut off by a page break.
        let breaks = rest.rows.first().map(|row| row.number);
        let whole = RawTable {
            rows: [table.rows.as_slice(), rest.rows.as_slice()].concat(),
            breaks: table.breaks.iter().copied().chain(breaks).collect(),
        };
        self.one_table(at, &whole);
        2
    }

    fn one_table(&mut self, at: usize, table: &RawTable<'t>) {
        for line in &table.breaks {
            self.damage(*line, DamageKind::PageBreak, "表被分页断开，后面的行已接上");
        }
        if let Some(forms) = self.forms.filter(|_| self.is_evaluation(table)) {
            self.evaluation(table, forms);
            return;
        }
        if form::is_form(table) {
            self.form(table);
            return;
        }
        let stripped = self.without_template().then(|| grid::without_header(table));
        let stripped = stripped.flatten();
        let (table, again) = match &stripped {
            Some((table, again)) => (table, again.as_slice()),
            None => (table, [].as_slice()),
        };
        let spec = self.section.as_ref().and_then(|section| section.spec);
        let grids = grid::read(table, spec);
        let header = grids.first().is_some_and(|grid| grid.header);
        if !header && let Some((last, width)) = self.section.as_ref().and_then(|s| s.last) {
            if width == table.width() {
                if let Some(Node::Table(grid)) = self.out.nodes.get_mut(last)
                    && grid.takes(&table.rows)
                {
                    grid.append(&table.rows);
                    self.out.folded.append(&mut grid.folded);
                    self.cut_cells(&[], table);
                    return;
                }
            } else if self.lost_table(at, table) {
                return;
            }
        }
        if !header {
            let heading = self
                .section
                .as_ref()
                .map_or(usize::MAX, |section| section.heading);
            self.mark(heading, "转换缺失: 表头");
            let line = table.rows.first().map_or(0, |row| row.number);
            self.damage(line, DamageKind::Lost, "表头没有留下来");
        }
        self.grids(grids, table);
        for words in again {
            self.out.nodes.push(Node::Comment(format!("续表: {words}")));
        }
    }

    /// Whether no template tells what the document's tables hold.
    pub(super) fn without_template(&self) -> bool {
        self.names.is_none_or(|names| names.template.generic)
    }

    fn grids(&mut self, grids: Vec<Grid>, table: &RawTable<'t>) {
        let caption: Vec<String> = grids
            .iter()
            .flat_map(|grid| &grid.caption)
            .map(|level| level.join("、"))
            .collect();
        if !caption.is_empty() {
            self.out
                .nodes
                .push(Node::Comment(format!("原表头: {}", caption.join("；"))));
        }
        self.open = None;
        self.cut_cells(&grids, table);
        for mut grid in grids {
            if grid.columns.is_empty() {
                continue;
            }
            if !grid.title.is_empty() {
                let section = self.title.clone();
                self.heading(None, 3, grid.title.clone());
                self.title = section;
            }
            self.report_grid(&mut grid, table);
            self.out.nodes.push(Node::Table(grid));
            let node = self.out.nodes.len() - 1;
            if let Some(section) = &mut self.section {
                section.last = Some((node, table.width()));
            }
        }
    }

    pub(super) fn report_grid(&mut self, grid: &mut Grid, table: &RawTable<'t>) {
        self.out.folded.append(&mut grid.folded);
        for (line, message) in std::mem::take(&mut grid.mended) {
            self.damage(line, DamageKind::Displaced, message);
        }
        // A form has no section of its own; its heading may carry a number behind the title.
        let title = self.title.split(['（', '(']).next().unwrap_or("");
        let section = self.section.as_ref().map(|section| section.spec);
        let spec = section.unwrap_or_else(|| self.names.and_then(|names| names.table(title)));
        let id = spec.map(|spec| match names::grid(spec, &grid.title) {
            Some(side) if !grid.title.is_empty() => format!("{}.{}", spec.id, side.id),
            _ => spec.id.clone(),
        });
        self.out.tables.push(FoundTable {
            line: table.rows.first().map_or(0, |row| row.number),
            title: if grid.title.is_empty() {
                self.title.clone()
            } else {
                format!("{} {}", self.title, grid.title)
            },
            id,
            rows: grid.rows.len(),
            columns: grid.columns.len(),
        });
    }

    /// Tells of cells whose ends are cut off: which the template completed, and which it couldn't.
    pub(super) fn cut_cells(&mut self, grids: &[Grid], table: &RawTable<'t>) {
        let completed = grids.iter().flat_map(|grid| &grid.completed);
        let completed: FxHashMap<(u32, String), &str> = completed
            .map(|(line, cut, whole)| ((*line, text::tidy(cut)), whole.as_str()))
            .collect();
        for row in &table.rows {
            for (_, cell) in row.filled() {
                if !cell.contains(['（', '(']) || cell.contains(['）', ')']) {
                    continue;
                }
                match completed.get(&(row.number, text::tidy(cell))) {
                    Some(whole) => self.damage(
                        row.number,
                        DamageKind::Completed,
                        format!("单元格“{cell}”被截断，已按模板补成“{whole}”"),
                    ),
                    None => self.damage(
                        row.number,
                        DamageKind::CutCell,
                        format!("单元格“{cell}”缺右括号，文字可能被截断，照原样保留"),
                    ),
                }
            }
        }
    }

    /// Rows that fit no table of the body, but one that the contents list and the body lacks.
    fn lost_table(&mut self, at: usize, table: &RawTable<'t>) -> bool {
        let Some((ordinal, heading, last)) = self
            .section
            .as_ref()
            .and_then(|s| Some((s.ordinal?, s.heading, s.last?.0)))
        else {
            return false;
        };
        let next = self.next_table.get(at).copied().unwrap_or(u32::MAX);
        let candidates: Vec<(u32, &str)> = self
            .promised
            .iter()
            .copied()
            .filter(|(number, _)| (ordinal + 1..next).contains(number))
            .collect();
        let placed = candidates.iter().find_map(|(number, title)| {
            let spec = self.names?.table(title)?;
            let grid = grid::by_template(&table.rows, spec.grids.first()?)?;
            Some((*number, *title, Some(spec), grid))
        });
        let placed = placed.or_else(|| match candidates.as_slice() {
            [(number, title)] if self.names.is_none_or(|names| names.template.generic) => {
                let grid = grid::read(table, None).pop()?;
                Some((*number, *title, None, grid))
            }
            _ => None,
        });
        let Some((number, title, spec, grid)) = placed else {
            return false;
        };
        let line = table.rows.first().map_or(0, |row| row.number);
        if self.lacks_total(last) {
            self.mark(heading, "转换缺失: 合计行");
            self.damage(line, DamageKind::Lost, "上一张表的合计行没有留下来");
        }
        let only_totals = table
            .rows
            .iter()
            .all(|row| row.filled().next().is_some_and(|(_, cell)| is_total(cell)));
        let title = format!("表{} {}", text::chinese(number), text::tidy(title));
        self.damage(
            line,
            DamageKind::Lost,
            format!("目录有“{title}”而正文没有；这一行合于它的列数，放在它下面"),
        );
        let heading = self.heading(None, 2, title);
        self.mark(
            heading,
            if only_totals {
                "转换缺失: 表头、明细"
            } else {
                "转换缺失: 表头"
            },
        );
        self.section = Some(Section {
            heading,
            ordinal: Some(number),
            spec,
            last: None,
        });
        self.grids(vec![grid], table);
        true
    }

    /// Whether a grid that should close with a total has none.
    fn lacks_total(&self, node: usize) -> bool {
        let Some(Node::Table(grid)) = self.out.nodes.get(node) else {
            return false;
        };
        let wanted = match self.section.as_ref().and_then(|section| section.spec) {
            Some(spec) => spec
                .grids
                .iter()
                .flat_map(|grid| &grid.rows)
                .any(|row| row.role == RowRole::Total),
            None => grid.columns.iter().any(|column| column.name == "科目编码"),
        };
        wanted && !grid.rows.iter().flatten().any(|cell| is_total(cell))
    }

    fn form(&mut self, table: &RawTable<'t>) {
        let mut form = form::read(table, &self.words);
        for (key, value) in &form.fields {
            if key == "预算单位" && !value.is_empty() {
                self.out.facts.bodies.push(value.clone());
            }
            self.out.nodes.push(Node::Field {
                key: key.clone(),
                value: paragraphs(value),
            });
        }
        if !form.stubs.is_empty() {
            self.out
                .nodes
                .push(Node::Comment(format!("原表头: {}", form.stubs.join("、"))));
        }
        self.open = None;
        if let Some(mut grid) = form.grid.take() {
            self.section = None;
            self.cut_cells(&[], table);
            self.report_grid(&mut grid, table);
            self.out.nodes.push(Node::Table(grid));
        }
    }
}

/// A value exported as `<p>…</p> <p>…</p>`: a paragraph each.
pub(super) fn paragraphs(value: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut rest = value;
    while let Some(at) = rest.find("</p>") {
        let (head, after) = rest.split_at(at + "</p>".len());
        if !after.trim_start().starts_with("<p>") {
            break;
        }
        out.push(head.trim().to_owned());
        rest = after;
    }
    if !rest.trim().is_empty() {
        out.push(rest.trim().to_owned());
    }
    out
}
