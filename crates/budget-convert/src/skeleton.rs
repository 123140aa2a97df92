//! A document of a template, or a piece of one, all of it still to be filled in.

use std::{collections::BTreeSet, sync::Arc};

use budget_catalog::{
    Catalog, Template,
    template::{
        ColumnKind, GridSpec, PartContent, PartSpec, RowRole, RowSpec, SectionSpec, TableSpec,
    },
};
pub use budget_model::table::HOLE;
use budget_model::{
    Document, Target,
    relation::{self, Collect},
};
use budget_syntax::{
    TextRange,
    format::{self, TextEdit},
};

/// Something that is no hole and moves nothing.
const OF_ITS_LENGTH: &str = "某某";

/// What a fresh document, or a fresh piece of one, is made from.
#[derive(Clone, Copy)]
pub struct Skeleton<'a> {
    /// What belongs in it.
    pub template: &'a Template,
    /// The data that it will be read with.
    pub catalog: &'a Arc<Catalog>,
    /// The body whose disclosure it is.
    pub body: &'a str,
    /// Unit of money of tables that have none of their own.
    pub unit: &'a str,
}

impl Skeleton<'_> {
    /// The text of a fresh document.
    pub fn document(&self, year: Option<u16>) -> String {
        let mut writer = self.writer(year);
        writer.parts();
        self.finished(&writer.text)
    }

    /// A heading of the template with all that belongs under it; `None` for what the template
    /// doesn't have. Amounts that follow from others of the piece are `=`.
    pub fn piece(&self, target: Target) -> Option<String> {
        let template = self.template;
        let mut writer = self.writer(None);
        // The headings that it stands under come first, so that it is read as what it is.
        let above = match target {
            Target::Part { part } => {
                writer.part(part, template.parts.get(part)?);
                0
            }
            Target::Section {
                part,
                section,
                subsection,
            } => {
                writer.heading(1, &part_title(part, template.parts.get(part)?));
                let mut spec = template.parts.get(part)?.sections.get(section)?;
                if let Some(subsection) = subsection {
                    writer.heading(2, &section_title(spec));
                    spec = spec.sections.get(subsection)?;
                }
                let level = if subsection.is_some() { 3 } else { 2 };
                writer.section(spec, level);
                level - 1
            }
            Target::Table { spec } => {
                let level = writer.above(template.tables.get(spec)?)?;
                writer.table(template.tables.get(spec)?, level);
                level - 1
            }
            Target::Grid { spec, grid } => {
                let table = template.tables.get(spec)?;
                let level = writer.above(table)?;
                writer.heading(level, &table_title(template, table));
                let grid = table.grids.get(grid)?;
                writer.heading(level + 1, &grid.title);
                writer.grid(grid);
                level
            }
            _ => return None,
        };
        let text = self.finished(&writer.text);
        let parse = budget_syntax::parse(&text);
        let mut headings = parse.tree.blocks().filter_map(|block| match block.kind {
            budget_syntax::tree::BlockKind::Heading(_) => Some(block.range.start()),
            _ => None,
        });
        let start = headings.nth(above)?;
        text.get(start as usize..).map(str::to_owned)
    }

    fn writer(&self, year: Option<u16>) -> Writer<'_> {
        let year = year.map_or_else(|| HOLE.to_owned(), |year| year.to_string());
        Writer {
            text: format!(
                "---\n模板: {}\n部门: {}\n年度: {year}\n金额单位: {}\n状态: 草稿\n公开日期: {HOLE}\n---\n\n",
                self.template.id, self.body, self.unit
            ),
            of: *self,
        }
    }

    fn finished(&self, text: &str) -> String {
        let filled = fill_underived(text, self.catalog);
        let parse = budget_syntax::parse(&filled);
        format::apply(&filled, &format::format(&filled, &parse.tree))
    }
}

/// `第二部分 部门预算公开表`
pub fn part_title(part: usize, spec: &PartSpec) -> String {
    format!("第{}部分 {}", chinese(part + 1), spec.title)
}

/// `三、支出预算情况说明`, `（一）机关运行经费情况`
pub fn section_title(section: &SectionSpec) -> String {
    match section.number.as_str() {
        "" => section.title.clone(),
        number if number.ends_with(['）', ')', '、']) => format!("{number}{}", section.title),
        number => format!("{number}、{}", section.title),
    }
}

/// `表三 部门支出总体情况表`; a form has no number.
pub fn table_title(template: &Template, table: &TableSpec) -> String {
    match table.ordinal.filter(|_| !template.unnumbered) {
        Some(ordinal) => format!("表{} {}", chinese(usize::from(ordinal)), table.title),
        None => table.title.clone(),
    }
}

/// Every amount was written as `=`; those that nothing in the template defines become holes.
fn fill_underived(text: &str, catalog: &Arc<Catalog>) -> String {
    // A row without its code may be that of any code: here it is one that no other table knows.
    let probe = text.replace(HOLE, OF_ITS_LENGTH);
    let document = Document::new(probe.into(), Arc::clone(catalog));
    let ledger = relation::check(&document, Collect::Broken);
    let underived: BTreeSet<TextRange> = ledger.errors.iter().map(|error| error.range).collect();
    let edits: Vec<TextEdit> = underived
        .into_iter()
        .filter(|range| range.of(text) == "=")
        .map(|range| TextEdit {
            range,
            text: HOLE.to_owned(),
        })
        .collect();
    format::apply(text, &edits)
}

struct Writer<'a> {
    text: String,
    of: Skeleton<'a>,
}

impl Writer<'_> {
    fn heading(&mut self, level: usize, title: &str) {
        self.text += &format!("{} {title}\n\n", "#".repeat(level.min(6)));
    }

    fn hole(&mut self) {
        self.text += HOLE;
        self.text += "\n\n";
    }

    fn parts(&mut self) {
        for (index, part) in self.of.template.parts.iter().enumerate() {
            self.part(index, part);
        }
        if self.of.template.parts.is_empty() {
            self.hole();
        }
    }

    fn part(&mut self, index: usize, part: &PartSpec) {
        self.heading(1, &part_title(index, part));
        if part.content == PartContent::Tables {
            let tables = &self.of.template.tables;
            for table in tables.iter().filter(|table| table.ordinal.is_some()) {
                self.table(table, 2);
            }
        } else if part.sections.is_empty() {
            self.hole();
        }
        self.sections(&part.sections, 2);
    }

    fn sections(&mut self, sections: &[SectionSpec], level: usize) {
        for section in sections.iter().filter(|section| section.required) {
            self.section(section, level);
        }
    }

    fn section(&mut self, section: &SectionSpec, level: usize) {
        self.heading(level, &section_title(section));
        if section.sections.is_empty() {
            self.hole();
        }
        for id in &section.tables {
            let mut tables = self.of.template.tables.iter();
            if let Some(table) = tables.find(|table| table.id == *id && table.required) {
                self.table(table, level + 1);
            }
        }
        self.sections(&section.sections, level + 1);
    }

    /// Writes the headings that a table stands under; the level of its own.
    fn above(&mut self, table: &TableSpec) -> Option<usize> {
        let parts = || self.of.template.parts.iter().enumerate();
        let holds = |section: &SectionSpec| section.tables.contains(&table.id);
        for (index, part) in parts() {
            for section in &part.sections {
                let below = section.sections.iter().find(|below| holds(below));
                if !holds(section) && below.is_none() {
                    continue;
                }
                self.heading(1, &part_title(index, part));
                self.heading(2, &section_title(section));
                if let Some(below) = below {
                    self.heading(3, &section_title(below));
                    return Some(4);
                }
                return Some(3);
            }
        }
        let (index, part) = parts().find(|(_, part)| part.content == PartContent::Tables)?;
        self.heading(1, &part_title(index, part));
        Some(2)
    }

    fn table(&mut self, table: &TableSpec, level: usize) {
        self.heading(level, &table_title(self.of.template, table));
        let unit = table.unit.as_deref().unwrap_or(self.of.unit);
        for (id, value) in [("body", self.of.body), ("unit", unit)] {
            let mut fields = self.of.template.fields.iter();
            if let Some(field) = fields.find(|field| field.id == id) {
                self.text += &format!("- {}：{value}\n", field.name);
            }
        }
        self.text.push('\n');
        for grid in &table.grids {
            if table.grids.len() > 1 {
                self.heading(level + 1, &grid.title);
            }
            self.grid(grid);
        }
    }

    fn grid(&mut self, grid: &GridSpec) {
        let names: Vec<_> = grid
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        self.row(&names);
        let rules: Vec<_> = grid
            .columns
            .iter()
            .map(|column| {
                if is_number(column.kind) {
                    "---:"
                } else {
                    "---"
                }
                .to_owned()
            })
            .collect();
        self.row(&rules);
        let named: Vec<_> = grid.rows.iter().filter(|row| row.required).collect();
        // A grid whose named rows are all totals has rows of its own above them.
        if named.iter().all(|row| row.role == RowRole::Total) {
            self.cells(grid, None);
        }
        for row in named {
            self.cells(grid, Some(row));
        }
        self.text.push('\n');
    }

    /// A named row, or one that is all to be filled in.
    fn cells(&mut self, grid: &GridSpec, row: Option<&RowSpec>) {
        let cells: Vec<_> = grid
            .columns
            .iter()
            .map(|column| match (column.kind, row) {
                (ColumnKind::Amount, _) => "=".to_owned(),
                (ColumnKind::Code, Some(row)) => row.code.clone().unwrap_or_default(),
                (ColumnKind::Name, Some(row)) => row.label.clone(),
                (ColumnKind::CodeName, Some(row)) => {
                    let code = row.code.as_deref().unwrap_or_default();
                    format!("{code} {}", row.label).trim().to_owned()
                }
                (_, Some(row)) if row.role == RowRole::Total => String::new(),
                _ => HOLE.to_owned(),
            })
            .collect();
        self.row(&cells);
    }

    fn row(&mut self, cells: &[String]) {
        self.text += &format!("| {} |\n", cells.join(" | "));
    }
}

fn is_number(kind: ColumnKind) -> bool {
    matches!(
        kind,
        ColumnKind::Amount | ColumnKind::Rate | ColumnKind::Count
    )
}

/// 一 to 九十九 as printed; digits beyond.
pub fn chinese(number: usize) -> String {
    let digit = |number: usize| "零一二三四五六七八九".chars().nth(number);
    match (number / 10, number % 10) {
        (0, ones) => digit(ones).into_iter().collect(),
        (1, 0) => "十".to_owned(),
        (1, ones) => ['十'].into_iter().chain(digit(ones)).collect(),
        (tens @ 2..=9, ones) => digit(tens)
            .into_iter()
            .chain(['十'])
            .chain(digit(ones).filter(|_| ones > 0))
            .collect(),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numbers() {
        let written = [1, 9, 10, 11, 19, 20, 21, 99].map(chinese);
        assert_eq!(
            written,
            ["一", "九", "十", "十一", "十九", "二十", "二十一", "九十九"]
        );
    }

    fn fresh(template: &Template) -> Skeleton<'_> {
        Skeleton {
            template,
            catalog: Catalog::builtin(),
            body: "某县人民政府办公室",
            unit: "万元",
        }
    }

    #[test]
    fn a_piece_is_what_the_whole_has_there() {
        let template = Catalog::builtin().template("新疆-2020-部门预算").unwrap();
        let fresh = fresh(template);
        let table = fresh.piece(Target::Table { spec: 2 }).unwrap();
        assert!(
            table.starts_with("## 表三 部门支出总体情况表\n\n- 编制部门：某县人民政府办公室\n- 金额单位：万元\n\n| 科目编码"),
            "{table}"
        );
        assert!(
            table
                .trim_end()
                .ends_with("| 合计             |    = |        = |        = |"),
            "{table}"
        );
        let grid = fresh.piece(Target::Grid { spec: 0, grid: 1 }).unwrap();
        assert!(grid.starts_with("### 支出\n\n| 科目编码 |"), "{grid}");
        let section = Target::Section {
            part: 2,
            section: 9,
            subsection: Some(1),
        };
        assert_eq!(
            fresh.piece(section).unwrap(),
            "### （二）政府采购情况\n\n待填\n"
        );
        let part = fresh.piece(Target::Part { part: 3 }).unwrap();
        assert_eq!(part, "# 第四部分 名词解释\n\n待填\n");
        assert_eq!(fresh.piece(Target::Part { part: 9 }), None);
    }

    #[test]
    fn every_template_gives_a_draft_that_reads_back_as_it() {
        let catalog = Catalog::builtin();
        for template in catalog.templates() {
            let text = fresh(template).document(Some(2020));
            let document = Document::new(text.as_str().into(), Arc::clone(catalog));
            assert_eq!(document.template.id, template.id);
            assert_eq!(document.front.status, budget_model::Status::Draft);
            assert_eq!(document.front.year, Some(2020));
            assert!(document.parse.errors.is_empty(), "{text}");
            let required = template
                .tables
                .iter()
                .filter(|t| t.ordinal.is_some())
                .count();
            let found = document.tables.iter().filter(|t| t.spec.is_some()).count();
            assert_eq!(found, required, "{text}");
            assert!(text.contains(HOLE));
        }
    }
}
