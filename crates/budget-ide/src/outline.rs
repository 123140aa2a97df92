//! The outline of a document: parts, sections, tables, and in them what one looks for.

use budget_catalog::template::{ColumnKind, RowRole};
use budget_model::{Document, Grid, Target, Value};
use budget_syntax::TextRange;

/// What a symbol is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolKind {
    /// The front matter.
    FrontMatter,
    /// A part, the contents, the workings.
    Part,
    /// A section, or a heading that the template doesn't know.
    Section,
    /// A table or a form.
    Table,
    /// 收入, 支出.
    Grid,
    /// A row that is a total.
    Total,
    /// A project.
    Project,
    /// A term explained.
    Term,
}

/// A place worth going to, with those in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Symbol {
    /// Its name; never empty.
    pub name: String,
    /// A number, a template: what one wants to know at a glance.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub range: TextRange,
    /// Its name in the text; within `range`.
    pub selection: TextRange,
    /// In order of place.
    pub children: Vec<Symbol>,
}

/// The outline, in order of place.
pub fn outline(document: &Document) -> Vec<Symbol> {
    let mut symbols = Vec::new();
    symbols.extend(front(document));
    symbols.extend(document.headings.iter().filter_map(|heading| {
        let name = document.slice(heading.text);
        let kind = match heading.target {
            Target::Part { .. } | Target::Contents | Target::Workings => SymbolKind::Part,
            Target::Table { .. } => SymbolKind::Table,
            Target::Grid { .. } => SymbolKind::Grid,
            Target::Section { .. } | Target::Other => SymbolKind::Section,
        };
        symbol(name, kind, heading.extent, heading.text)
    }));
    for table in &document.tables {
        for grid in &table.grids {
            rows(document, grid, &mut symbols);
        }
    }
    symbols.extend(document.terms.iter().filter_map(|term| {
        symbol(
            document.slice(term.name),
            SymbolKind::Term,
            term.range,
            term.name,
        )
    }));
    symbols.sort_by_key(|it| (it.range.start(), std::cmp::Reverse(it.range.end())));
    nested(symbols)
}

fn symbol(name: &str, kind: SymbolKind, range: TextRange, selection: TextRange) -> Option<Symbol> {
    let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then(|| Symbol {
        name,
        detail: String::new(),
        kind,
        range: range.cover(selection),
        selection,
        children: Vec::new(),
    })
}

fn front(document: &Document) -> Option<Symbol> {
    let front = &document.front;
    if front.range.is_empty() {
        return None;
    }
    let first = front.entries.first().map(|entry| entry.key);
    let selection = front.body.map(|body| body.value).or(first);
    Some(Symbol {
        detail: document.template.id.clone(),
        ..symbol(
            "文档信息",
            SymbolKind::FrontMatter,
            front.range,
            selection.unwrap_or(TextRange::empty(front.range.start())),
        )?
    })
}

/// The totals of a grid, and its projects, each once.
fn rows(document: &Document, grid: &Grid, symbols: &mut Vec<Symbol>) {
    let amounts: Vec<usize> = grid
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.kind == ColumnKind::Amount)
        .map(|(at, _)| at)
        .collect();
    let amount = |row: usize| {
        let mut cells = amounts.iter().filter_map(|at| grid.cell(row, *at));
        let number = cells.find(|cell| matches!(cell.value, Value::Number(_)));
        number.map(|cell| document.slice(cell.range).to_owned())
    };
    let mut last_project = "";
    for (at, row) in grid.rows.iter().enumerate() {
        let (kind, name) = match (row.role, row.project) {
            (RowRole::Total, _) => {
                // Its word may stand in any column: under 项目名称, under 科目编码.
                let mut cells = (0..grid.columns.len()).filter_map(|column| grid.cell(at, column));
                let first = cells.find(|cell| !cell.range.is_empty());
                let label = first.filter(|_| row.label.is_empty());
                (
                    SymbolKind::Total,
                    label.map_or(row.label, |cell| cell.range),
                )
            }
            // A project may run over several rows.
            (RowRole::Detail | RowRole::Account, Some(project))
                if document.slice(project) != last_project =>
            {
                last_project = document.slice(project);
                (SymbolKind::Project, project)
            }
            _ => continue,
        };
        // Where the template prints no label there is nothing to show.
        if let Some(symbol) = symbol(document.slice(name), kind, row.range, name) {
            symbols.push(Symbol {
                detail: amount(at).unwrap_or_default(),
                ..symbol
            });
        }
    }
}

/// Puts each symbol into the one that holds it.
fn nested(symbols: Vec<Symbol>) -> Vec<Symbol> {
    let mut roots = Vec::new();
    let mut open: Vec<Symbol> = Vec::new();
    let close = |open: &mut Vec<Symbol>, roots: &mut Vec<Symbol>| {
        if let Some(done) = open.pop() {
            match open.last_mut() {
                Some(parent) => parent.children.push(done),
                None => roots.push(done),
            }
        }
    };
    for symbol in symbols {
        // Of halves side by side two rows are one line.
        let holds = |last: &Symbol| last.range.contains(symbol.range) && last.range != symbol.range;
        while open.last().is_some_and(|last| !holds(last)) {
            close(&mut open, &mut roots);
        }
        open.push(symbol);
    }
    while !open.is_empty() {
        close(&mut open, &mut roots);
    }
    roots
}
