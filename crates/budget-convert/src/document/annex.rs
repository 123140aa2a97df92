//! 附表 after the narrative: the summary of the projects, and 自评表 of each.

use super::tables::paragraphs;
use super::{Section, Walk};
use crate::block::{Block, Line, RawTable};
use crate::evaluation::{self, Layout};
use crate::outline::is_title;
use crate::text::{self, Numbered};
use crate::write::Node;

impl<'t> Walk<'_, 't, '_> {
    /// `附表 2` and its title: on the same line, on the next, or in the table's first row. Gives
    /// the number of blocks used.
    pub(super) fn annex(&mut self, at: usize, line: Line<'t>, numbered: Numbered<'t>) -> usize {
        let (title, used) = match self.blocks.get(at + 1) {
            _ if !numbered.rest.is_empty() => (numbered.rest, 1),
            Some(Block::Text(next)) if is_title(next.text) => (next.text, 2),
            Some(Block::Table(table)) => (evaluation::title(table).unwrap_or(""), 1),
            _ => ("", 1),
        };
        let spec = self.names.and_then(|names| names.table(title));
        let text = format!("附表{} {}", numbered.ordinal, text::tidy(title));
        let level = (self.level + 1).clamp(2, 4);
        let heading = self.heading(Some(line.number), level, text.trim_end().to_owned());
        self.section = Some(Section {
            heading,
            ordinal: None,
            spec,
            last: None,
        });
        used
    }

    /// A 自评表: its fields, then money, goals and indicators under headings of their own.
    pub(super) fn evaluation(&mut self, table: &RawTable<'t>, forms: &Layout<'_>) {
        let form = evaluation::read(table, forms);
        if self.section.is_none()
            && let Some(title) = evaluation::title(table)
        {
            let level = (self.level + 1).clamp(2, 4);
            self.heading(None, level, text::tidy(title));
        }
        for note in form.notes {
            self.out.nodes.push(Node::Paragraph(note));
        }
        self.fields_of(form.fields);
        let level = (self.level + 2).clamp(3, 5);
        let section = self.title.clone();
        let under = |walk: &mut Self, title: &str| {
            walk.heading(None, level, title.to_owned());
            walk.title.clone_from(&section);
        };
        self.cut_cells(&[], table);
        under(self, "项目资金");
        let mut money = form.money;
        self.report_grid(&mut money, table);
        self.out.nodes.push(Node::Table(money));
        under(self, "年度总体目标");
        self.fields_of(form.goals);
        under(self, "绩效指标");
        let mut indicators = form.indicators;
        for words in std::mem::take(&mut indicators.caption) {
            let words = format!("原表头: {}", words.join("、"));
            self.out.nodes.push(Node::Comment(words));
        }
        self.report_grid(&mut indicators, table);
        self.out.nodes.push(Node::Table(indicators));
        self.open = None;
    }

    fn fields_of(&mut self, fields: Vec<(String, String)>) {
        for (key, value) in fields {
            let value = paragraphs(&value);
            self.out.nodes.push(Node::Field { key, value });
        }
    }
}
