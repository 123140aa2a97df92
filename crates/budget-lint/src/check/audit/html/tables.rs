//! Each table of the document with its marks, its findings and its relations.

use budget_catalog::template::{ColumnKind, RowRole};
use budget_model::{CellId, Grid, Table};
use budget_rules::Severity;
use maud::{Markup, html};

use super::{Page, cover::sentence, title};
use crate::check::audit::record::{CellRecord, Standing};

impl Page<'_, '_> {
    pub(super) fn tables(&self) -> Markup {
        html! {
            section {
                h2 { "五、逐表核对" }
                p.legend {
                    "表中：" span.wrong { "有问题" sup { "编号" } } span.noted { "请核实或提示" sup { "编号" } } span.related { "与问题有关" }
                    span.undecided { "没有结论" } span.uncovered { "没有关系涉及" } span.notread { "没有读到" }
                    "没有底色的金额都与别的数核对过。点一个数，看涉及它的关系。"
                }
                @if self.sheet.document.tables.is_empty() { p { "文件里没有读到表。" } }
                @for (place, table) in self.sheet.document.tables.iter().enumerate() { (self.table(place, table)) }
            }
        }
    }

    fn table(&self, place: usize, table: &Table) -> Markup {
        let Some(record) = self.record.tables.get(place) else {
            return html! {};
        };
        let amounts = record.amounts;
        let numbers = self
            .relations
            .get(place)
            .map(Vec::as_slice)
            .unwrap_or_default();
        html! {
            article id={ "t" (place) } {
                h3 { (title(self, place)) }
                p.note {
                    "第 " (record.line) " 行起，单位" (record.unit)
                    @if let Some(source) = record.source { "，来源：" (source) }
                    @match record.known {
                        "unknown" => { "，模板里没有这张表" }
                        "reading" => { "，按标题和表头读" }
                        "working" => { "，底稿" }
                        _ => {}
                    }
                    @if record.outcomes.total() == 0 { "。没有可以核对的关系" }
                    @else { "。关系：" (sentence(&record.outcomes)) }
                    @if amounts.total > 0 {
                        "。金额 " (amounts.total) " 个，核对过 " (amounts.checked)
                        @if amounts.undecided > 0 { "，没有结论 " (amounts.undecided) }
                        @if amounts.uncovered > 0 { "，没有关系涉及 " (amounts.uncovered) }
                    }
                    "。"
                }
                @for (at, grid) in table.grids.iter().enumerate() { (self.grid(place, at, table, grid)) }
                (self.findings(record.findings.iter().copied()))
                (self.relations(numbers))
                (self.by_cell(place, table))
            }
        }
    }

    fn grid(&self, table: usize, at: usize, own: &Table, grid: &Grid) -> Markup {
        let document = self.sheet.document;
        let spec = document
            .read_as(own)
            .and_then(|spec| spec.grids.get(grid.spec?));
        let name = spec
            .map(|spec| spec.title.as_str())
            .filter(|name| !name.is_empty());
        let width = match grid.columns.len() {
            0..=6 => "few",
            7..=9 => "some",
            10..=18 => "many",
            _ => "crowd",
        };
        html! {
            @if let Some(name) = name { h4 { (name) } }
            table.data.(width) {
                thead { tr { @for column in &grid.columns { th.n[is_number(column.kind)] { (document.slice(column.name)) } } } }
                tbody { @for (row, it) in grid.rows.iter().enumerate() {
                    tr.total[matches!(it.role, RowRole::Total | RowRole::Subtotal)] {
                        @for (column, it) in grid.columns.iter().enumerate() {
                            (self.cell(id(table, at, row, column), it.kind))
                        }
                    }
                } }
            }
        }
    }

    fn cell(&self, id: CellId, kind: ColumnKind) -> Markup {
        let place = self.cells.get(&id).copied();
        let record = place.and_then(|place| self.record.cells.get(place));
        let Some(cell) = self.sheet.document.cell(id) else {
            return html! { td {} };
        };
        let typed = self.sheet.document.slice(cell.range);
        let text = record.and_then(|it| it.value).unwrap_or(typed);
        let wrong = self.marks.wrong(id);
        let mut classes = Vec::new();
        if is_number(kind) {
            classes.push("n");
        } else if kind == ColumnKind::Code {
            classes.push("code");
        }
        if !wrong.is_empty() {
            classes.push(if self.is_grave(wrong) {
                "wrong"
            } else {
                "noted"
            });
        } else if self.marks.is_related(id) {
            classes.push("related");
        }
        classes.extend(record.and_then(standing));
        let anchor = place.filter(|_| !text.is_empty());
        let leads = anchor.filter(|_| record.is_some_and(|it| !it.relations.is_empty()));
        html! {
            td class=[(!classes.is_empty()).then(|| classes.join(" "))] id=[anchor.map(|place| format!("c{place}"))] {
                @match leads {
                    Some(place) => { a href={ "#k" (place) } { (text) } }
                    None => { (text) }
                }
                @for number in wrong { sup { a href={ "#f" (number) } { (number) } } }
            }
        }
    }

    /// Whether one of these findings has to be mended or explained.
    fn is_grave(&self, numbers: &[usize]) -> bool {
        let findings = &self.sheet.report.findings;
        let mut found = numbers
            .iter()
            .filter_map(|it| findings.get(it.checked_sub(1)?));
        found.any(|finding| finding.severity >= Severity::Warning)
    }

    /// The relations that each cell of a table is in, row by row.
    fn by_cell(&self, table: usize, own: &Table) -> Markup {
        let listed = |grid: usize, row: usize, width: usize| {
            (0..width).filter_map(move |column| {
                let place = *self.cells.get(&id(table, grid, row, column))?;
                let cell = self.record.cells.get(place)?;
                (!cell.relations.is_empty()).then_some((place, cell))
            })
        };
        let rows = own.grids.iter().enumerate().flat_map(|(grid, it)| {
            let width = it.columns.len();
            (0..it.rows.len()).map(move |row| (grid, row, width))
        });
        let mut rows = rows
            .filter(|(grid, row, width)| listed(*grid, *row, *width).next().is_some())
            .peekable();
        html! {
            @if rows.peek().is_some() {
                details.screen {
                    summary { "逐格：每个数涉及哪些关系" }
                    table.list { tbody { @for (grid, row, width) in rows {
                        tr {
                            td { (self.row_name(id(table, grid, row, 0))) }
                            td { @for (place, cell) in listed(grid, row, width) {
                                div id={ "k" (place) } {
                                    (self.column_name(cell.id)) "："
                                    @for number in &cell.relations { a href={ "#r" (number) } { (number) } " " }
                                }
                            } }
                        }
                    } } }
                }
            }
        }
    }

    /// What a row is called: its code and its name.
    pub(super) fn row_name(&self, id: CellId) -> String {
        let grid = self.sheet.document.grid(id);
        let Some(row) = grid.and_then(|grid| grid.rows.get(id.row as usize)) else {
            return String::new();
        };
        let label = self.sheet.document.slice(row.label);
        match &row.code {
            Some(code) if !label.contains(code.as_str()) => format!("{code} {label}"),
            _ if label.is_empty() => {
                format!("第 {} 行", self.sheet.places.of(row.range.start()).line)
            }
            _ => label.to_owned(),
        }
    }

    /// What a column is called.
    pub(super) fn column_name(&self, id: CellId) -> &str {
        let document = self.sheet.document;
        let column = document
            .grid(id)
            .and_then(|grid| grid.columns.get(id.column as usize));
        column.map_or("", |column| document.slice(column.name))
    }
}

/// The class of an amount that isn't checked.
fn standing(cell: &CellRecord<'_>) -> Option<&'static str> {
    match cell.standing {
        _ if !cell.amount => None,
        Standing::Undecided => Some("undecided"),
        Standing::Uncovered => Some("uncovered"),
        Standing::NotRead | Standing::Waiting => Some("notread"),
        Standing::Checked | Standing::Empty => None,
    }
}

const fn is_number(kind: ColumnKind) -> bool {
    matches!(
        kind,
        ColumnKind::Amount | ColumnKind::Rate | ColumnKind::Count
    )
}

fn id(table: usize, grid: usize, row: usize, column: usize) -> CellId {
    let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    CellId {
        table: index(table),
        grid: index(grid),
        row: index(row),
        column: index(column),
    }
}
