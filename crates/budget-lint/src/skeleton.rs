//! `new`: a document of a template's parts, tables and rows, all of it still to be filled in.

use std::{collections::BTreeSet, sync::Arc};

use budget_catalog::{
    Catalog, Template,
    template::{ColumnKind, GridSpec, PartContent, RowRole, RowSpec, SectionSpec, TableSpec},
};
use budget_model::{
    Document,
    relation::{self, Collect},
};
use budget_syntax::{
    TextRange,
    format::{self, TextEdit},
};
use budget_workspace::{Resolver, file::write_new};

use crate::{Exit, cli, explain, out::Out};

const HOLE: &str = "待填";

pub(crate) fn run(arguments: &cli::New, out: &mut Out) -> Exit {
    match new(arguments, out) {
        Ok(()) => Exit::Clean,
        Err(message) => {
            out.complain(message);
            Exit::Trouble
        }
    }
}

fn new(arguments: &cli::New, out: &mut Out) -> Result<(), String> {
    // Templates of the user's own count: those of the folder where the file will stand.
    let folder = arguments.output.as_deref().and_then(|path| path.parent());
    let mut resolver = Resolver::default();
    let settings = resolver.resolve_folder(folder.unwrap_or(std::path::Path::new("")));
    if let Some(error) = resolver.errors().first() {
        return Err(error.to_string());
    }
    let id = arguments.template.trim();
    let Some(template) = settings.catalog.template(id) else {
        return Err(explain::unknown_template(id, &settings.catalog));
    };
    let text = skeleton(
        template,
        &settings.catalog,
        arguments.body.as_deref(),
        arguments.year,
    );
    match &arguments.output {
        Some(path) => {
            write_new(path, &text, false)
                .map_err(|error| format!("{}：{error}", path.display()))?;
            out.complain(format_args!(
                "已新建 {}。填完“{HOLE}”后把“状态: 草稿”改为“状态: 送审”",
                path.display()
            ));
        }
        None => out.print(&text),
    }
    Ok(())
}

/// The text of a fresh document.
pub(crate) fn skeleton(
    template: &Template,
    catalog: &Arc<Catalog>,
    body: Option<&str>,
    year: Option<u16>,
) -> String {
    let mut writer = Writer {
        text: String::new(),
        template,
        body: body.unwrap_or(HOLE),
    };
    let year = year.map_or_else(|| HOLE.to_owned(), |year| year.to_string());
    writer.text = format!(
        "---\n模板: {}\n部门: {}\n年度: {year}\n金额单位: 万元\n状态: 草稿\n公开日期: {HOLE}\n---\n\n",
        template.id, writer.body
    );
    writer.parts();
    let filled = fill_underived(&writer.text, catalog);
    let parse = budget_syntax::parse(&filled);
    format::apply(&filled, &format::format(&filled, &parse.tree))
}

/// Every amount was written as `=`; those that nothing in the template defines become holes.
fn fill_underived(text: &str, catalog: &Arc<Catalog>) -> String {
    let document = Document::new(text.into(), Arc::clone(catalog));
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
    template: &'a Template,
    body: &'a str,
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
        for (index, part) in self.template.parts.iter().enumerate() {
            let number = chinese(index + 1);
            self.heading(1, &format!("第{number}部分 {}", part.title));
            if part.content == PartContent::Tables {
                for table in self.template.tables.iter().filter(|t| t.ordinal.is_some()) {
                    self.table(table, 2);
                }
            } else if part.sections.is_empty() {
                self.hole();
            }
            self.sections(&part.sections, 2);
        }
        if self.template.parts.is_empty() {
            self.hole();
        }
    }

    fn sections(&mut self, sections: &[SectionSpec], level: usize) {
        for section in sections.iter().filter(|section| section.required) {
            let title = match section.number.as_str() {
                "" => section.title.clone(),
                number if number.ends_with(['）', ')']) => format!("{number}{}", section.title),
                number => format!("{number}、{}", section.title),
            };
            self.heading(level, &title);
            if section.sections.is_empty() {
                self.hole();
            }
            for id in &section.tables {
                let tables = &self.template.tables;
                if let Some(table) = tables
                    .iter()
                    .find(|table| table.id == *id && table.required)
                {
                    self.table(table, level + 1);
                }
            }
            self.sections(&section.sections, level + 1);
        }
    }

    fn table(&mut self, table: &TableSpec, level: usize) {
        let title = match table.ordinal.filter(|_| !self.template.unnumbered) {
            Some(ordinal) => format!("表{} {}", chinese(usize::from(ordinal)), table.title),
            None => table.title.clone(),
        };
        self.heading(level, &title);
        let unit = table.unit.as_deref().unwrap_or("万元");
        for (id, value) in [("body", self.body), ("unit", unit)] {
            if let Some(field) = self.template.fields.iter().find(|field| field.id == id) {
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

/// 一 to 九十九; digits beyond.
fn chinese(number: usize) -> String {
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

    #[test]
    fn every_template_gives_a_draft_that_reads_back_as_it() {
        let catalog = Catalog::builtin();
        for template in catalog.templates() {
            let text = skeleton(template, catalog, Some("某县人民政府办公室"), Some(2020));
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
