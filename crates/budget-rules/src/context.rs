//! What a rule is given to look at: the document, the ledger if it waits for that, and the place it is called for.

use std::{borrow::Cow, ops::Deref};

use budget_catalog::Template;
use budget_catalog::template::{ColumnKind, ColumnSpec, GridSpec, RowRole, RowSpec, TableSpec};
use budget_model::relation::Ledger;
use budget_model::table::Value;
use budget_model::{Amount, Cell, CellId, Column, Document, Grid, Heading, HeadingId, Row, Table};
use budget_syntax::TextRange;
use budget_syntax::tree::BlockKind;

use crate::clues::{Clue, Clues};
use crate::finding::{Operand, Subject};
use crate::kept::Before;
use crate::marks::Marks;
use crate::miscoded::{self, Miscoded};
use crate::missing::{self, Lacking, Sums};
use crate::outline::Outline;

/// What stands in the document: all that most rules look at.
#[derive(Clone, Copy)]
pub(crate) struct Context<'d> {
    pub(crate) document: &'d Document,
    pub(crate) template: &'d Template,
    /// What the source lost, or publishes apart.
    pub(crate) marks: &'d Marks,
    /// Paragraphs and list items in order.
    pub(crate) prose: &'d [Prose<'d>],
    /// Their quotation marks and brackets.
    brackets: &'d Brackets,
    /// Which headings are what the template names.
    pub(crate) outline: &'d Outline,
}

/// A document of which the relations are judged.
#[derive(Clone, Copy)]
pub(crate) struct Judged<'d> {
    context: Context<'d>,
    pub(crate) ledger: &'d Ledger,
    /// For those who are asked once that is known; none before.
    pub(crate) codes: &'d Codes<'d>,
}

impl<'d> Deref for Judged<'d> {
    type Target = Context<'d>;

    fn deref(&self) -> &Context<'d> {
        &self.context
    }
}

/// Rows that are not where their code should be.
#[derive(Default)]
pub(crate) struct Codes<'d> {
    /// Codes whose row a table lacks.
    pub(crate) lacking: Vec<Lacking<'d>>,
    /// Rows with a wrong code.
    pub(crate) miscoded: Vec<Miscoded<'d>>,
}

/// Quotation marks and brackets, each with its place in its paragraph.
pub(crate) type Brackets = Vec<(usize, char)>;

/// What a context holds of the text alone: read while the relations are checked.
pub(crate) struct TextOf<'d> {
    marks: Marks,
    prose: Vec<Prose<'d>>,
    brackets: Brackets,
    outline: Outline,
}

/// A paragraph or list item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prose<'d> {
    /// Its text; may hold line ends.
    pub(crate) text: &'d str,
    /// The place of the text.
    pub(crate) range: TextRange,
    /// The heading it stands under.
    pub(crate) heading: Option<HeadingId>,
    /// What may be in it.
    clues: Clues,
    /// Its quotation marks and brackets, of those of all paragraphs.
    brackets: (usize, usize),
}

impl Prose<'_> {
    pub(crate) fn has(&self, clue: Clue) -> bool {
        self.clues.has(clue)
    }

    /// Its place, what may be in it, and its part of the brackets.
    pub(crate) fn signs(&self) -> (TextRange, Clues, (usize, usize)) {
        (self.range, self.clues, self.brackets)
    }
}

/// A heading with its index.
#[derive(Clone, Copy)]
pub(crate) struct HeadingAt<'d> {
    pub(crate) id: HeadingId,
    pub(crate) heading: &'d Heading,
}

/// A table with its index and spec.
#[derive(Clone, Copy)]
pub(crate) struct TableAt<'d> {
    pub(crate) index: usize,
    pub(crate) table: &'d Table,
    pub(crate) spec: Option<&'d TableSpec>,
}

/// A grid with its table.
#[derive(Clone, Copy)]
pub(crate) struct GridAt<'d> {
    pub(crate) table: TableAt<'d>,
    pub(crate) grid: &'d Grid,
    pub(crate) spec: Option<&'d GridSpec>,
}

/// A row with its grid.
#[derive(Clone, Copy)]
pub(crate) struct RowAt<'d> {
    pub(crate) grid: GridAt<'d>,
    pub(crate) index: usize,
    pub(crate) row: &'d Row,
}

/// A cell with its row and column.
#[derive(Clone, Copy)]
pub(crate) struct CellAt<'d> {
    pub(crate) row: RowAt<'d>,
    pub(crate) column: &'d Column,
    pub(crate) cell: &'d Cell,
}

impl<'d> TextOf<'d> {
    /// `before`: what an earlier version kept.
    // By itself in profiles: scripts/cost.py counts it.
    #[inline(never)]
    pub(crate) fn new(document: &'d Document, before: Option<&Before>) -> Self {
        let mut prose = Vec::new();
        let mut brackets = Vec::new();
        let mut known = before.map(Before::signs);
        let mut under = Under::default();
        for block in document.parse.tree.blocks() {
            let heading = under.at(document, block.range.start());
            let range = match block.kind {
                BlockKind::Paragraph(paragraph) => paragraph.text,
                BlockKind::ListItem(item) => item.text,
                _ => continue,
            };
            let text = range.of(&document.text);
            let first = brackets.len();
            let clues = match known.as_mut().and_then(|known| known.of(range)) {
                Some((clues, own)) => {
                    brackets.extend_from_slice(own);
                    clues
                }
                None => Clues::of(text, |at, c| brackets.push((at, c))),
            };
            prose.push(Prose {
                text,
                range,
                heading,
                clues,
                brackets: (first, brackets.len()),
            });
        }
        Self {
            marks: Marks::new(document),
            prose,
            brackets,
            outline: Outline::new(document),
        }
    }
}

impl<'d> Context<'d> {
    pub(crate) fn new(document: &'d Document, text: &'d TextOf<'d>) -> Self {
        Self {
            document,
            template: &document.template,
            marks: &text.marks,
            prose: &text.prose,
            brackets: &text.brackets,
            outline: &text.outline,
        }
    }

    /// A piece of the text.
    pub(crate) fn text(&self, range: TextRange) -> &'d str {
        range.of(&self.document.text)
    }

    /// The quotation marks and brackets of a paragraph, each with its place in it.
    pub(crate) fn brackets(&self, prose: &Prose<'_>) -> &[(usize, char)] {
        let (first, end) = prose.brackets;
        self.brackets.get(first..end).unwrap_or_default()
    }

    /// Those of all paragraphs.
    pub(crate) fn all_brackets(&self) -> &Brackets {
        self.brackets
    }

    pub(crate) fn heading(&self, id: HeadingId) -> Option<HeadingAt<'d>> {
        let heading = self.document.headings.get(id.0 as usize)?;
        Some(HeadingAt { id, heading })
    }

    /// All headings.
    pub(crate) fn headings(&self) -> impl Iterator<Item = HeadingAt<'d>> + use<'d> {
        self.document
            .headings
            .iter()
            .zip(0..)
            .map(|(heading, id)| HeadingAt {
                id: HeadingId(id),
                heading,
            })
    }

    /// A heading and those it stands under, innermost first.
    pub(crate) fn ancestors(
        &self,
        id: Option<HeadingId>,
    ) -> impl Iterator<Item = HeadingAt<'d>> + use<'_, 'd> {
        std::iter::successors(id.and_then(|id| self.heading(id)), |at| {
            // A parent stands before its children: an index that doesn't fall would be a cycle.
            let parent = at.heading.parent.filter(|parent| *parent < at.id)?;
            self.heading(parent)
        })
    }

    pub(crate) fn table(&self, index: usize) -> Option<TableAt<'d>> {
        TableAt::of(self.document, index)
    }

    /// Published tables: those that are not 底稿.
    pub(crate) fn tables(&self) -> impl Iterator<Item = TableAt<'d>> + use<'_, 'd> {
        (0..self.document.tables.len())
            .filter_map(|index| self.table(index))
            .filter(|at| !at.table.working)
    }

    /// Where something about the whole document is shown: the template's name if there is one.
    pub(crate) fn front_place(&self) -> TextRange {
        let front = &self.document.front;
        match (front.template.as_ref(), front.entries.first()) {
            (Some(field), _) => field.value,
            (None, Some(entry)) => entry.key.cover(entry.value),
            (None, None) => TextRange::empty(0),
        }
    }

    /// A cell with all that it stands in.
    pub(crate) fn cell(&self, id: CellId) -> Option<CellAt<'d>> {
        CellAt::of(self.document, id)
    }
}

impl<'d> Judged<'d> {
    pub(crate) fn new(context: Context<'d>, ledger: &'d Ledger, codes: &'d Codes<'d>) -> Self {
        Self {
            context,
            ledger,
            codes,
        }
    }

    /// The same for those who are told of codes.
    pub(crate) fn knowing<'c>(self, codes: &'c Codes<'c>) -> Judged<'c>
    where
        'd: 'c,
    {
        let own: Judged<'c> = self;
        Judged { codes, ..own }
    }
}

impl<'d> Codes<'d> {
    // By itself in profiles: scripts/cost.py counts it.
    #[inline(never)]
    pub(crate) fn of(context: &Judged<'d>) -> Self {
        let mut sums = Sums::new(context);
        let mut lacking = missing::lacking(context, &mut sums);
        let miscoded = miscoded::miscoded(context, &mut lacking, &mut sums);
        Self { lacking, miscoded }
    }
}

impl<'d> TableAt<'d> {
    fn of(document: &'d Document, index: usize) -> Option<Self> {
        let table = document.tables.get(index)?;
        let spec = table
            .spec
            .and_then(|spec| document.template.tables.get(spec));
        Some(Self { index, table, spec })
    }

    pub(crate) fn grid(self, index: usize) -> Option<GridAt<'d>> {
        let grid = self.table.grids.get(index)?;
        let spec = grid
            .spec
            .and_then(|spec| self.spec?.grids.get(spec))
            .or_else(|| {
                self.spec
                    .filter(|spec| spec.grids.len() == 1)?
                    .grids
                    .first()
            });
        Some(GridAt {
            table: self,
            grid,
            spec,
        })
    }

    pub(crate) fn grids(self) -> impl Iterator<Item = GridAt<'d>> {
        (0..self.table.grids.len()).filter_map(move |index| self.grid(index))
    }

    /// What it is called in messages: `表三`, or its title.
    pub(crate) fn name(self, document: &'d Document) -> Cow<'d, str> {
        let ordinal = self.spec.and_then(|spec| spec.ordinal);
        if let Some(ordinal) = ordinal.filter(|_| !document.template.unnumbered) {
            return Cow::Owned(format!("表{}", crate::text::chinese_number(ordinal)));
        }
        if let Some(spec) = self.spec {
            return Cow::Borrowed(&spec.title);
        }
        match self.table.heading.and_then(|id| document.heading(id)) {
            Some(heading) => Cow::Borrowed(document.slice(heading.text)),
            None => Cow::Owned(format!("第{}张表", self.index + 1)),
        }
    }

    pub(crate) fn has_amount_columns(self) -> bool {
        let mut columns = self.table.grids.iter().flat_map(|grid| &grid.columns);
        columns.any(|column| column.kind == ColumnKind::Amount)
    }

    /// Whether any cell is still to be filled.
    pub(crate) fn holds_holes(self) -> bool {
        let mut cells = self.table.grids.iter().flat_map(|grid| &grid.cells);
        cells.any(|cell| cell.value == Value::Hole)
    }

    /// Whether the source lost some of a row.
    pub(crate) fn has_lost_rows(self) -> bool {
        let mut rows = self.table.grids.iter().flat_map(|grid| &grid.rows);
        rows.any(|row| row.lost)
    }

    /// The place that stands for the table as a whole: its heading, else its header row.
    pub(crate) fn place(self, context: &Context<'d>) -> TextRange {
        match self.table.heading.and_then(|id| context.heading(id)) {
            Some(at) => at.heading.text,
            None => self.grid(0).map_or(TextRange::empty(0), GridAt::place),
        }
    }

    pub(crate) fn subject(self, context: &Context<'d>) -> Subject {
        let table = match self.spec {
            Some(spec) => spec.id.clone(),
            None => self.name(context.document).into_owned(),
        };
        Subject {
            table: Some(table),
            ..Subject::default()
        }
    }
}

impl<'d> GridAt<'d> {
    /// Its header cells.
    pub(crate) fn place(self) -> TextRange {
        match (self.grid.columns.first(), self.grid.columns.last()) {
            (Some(first), Some(last)) => first.name.cover(last.name),
            _ => self.grid.range,
        }
    }

    pub(crate) fn row(self, index: usize) -> Option<RowAt<'d>> {
        let row = self.grid.rows.get(index)?;
        Some(RowAt {
            grid: self,
            index,
            row,
        })
    }

    pub(crate) fn rows(self) -> impl Iterator<Item = RowAt<'d>> {
        let rows = (0..self.grid.rows.len()).filter_map(move |index| self.row(index));
        rows.filter(|at| {
            !matches!(
                at.row.role,
                RowRole::ColumnNumbers | RowRole::RepeatedHeader
            )
        })
    }

    /// All blocks of the table that are the same grid: one that goes on over a page, or one that
    /// was put under a heading not its own.
    pub(crate) fn alike(self) -> impl Iterator<Item = GridAt<'d>> {
        let wanted = self.grid.spec;
        self.table
            .grids()
            .filter(move |grid| grid.grid.spec == wanted)
    }

    /// Whether it is the first of them.
    pub(crate) fn is_first(self) -> bool {
        let first = self.alike().next();
        first.is_none_or(|first| std::ptr::eq(first.grid, self.grid))
    }

    /// Whether any amount cell holds a number other than 0, or a derived one.
    pub(crate) fn holds_amounts(self) -> bool {
        self.holds(|_| true)
    }

    /// The same; `derived` says whether a cell that is worked out holds one.
    pub(crate) fn holds(self, derived: impl Fn(&Cell) -> bool) -> bool {
        self.rows().flat_map(RowAt::cells).any(|cell| {
            cell.column.kind == ColumnKind::Amount
                && match cell.cell.value {
                    Value::Number(number) => {
                        !number.amount.is_zero() && cell.row.row.role != RowRole::ColumnNumbers
                    }
                    Value::Derived | Value::Slot => derived(cell.cell),
                    _ => false,
                }
        })
    }

    /// `表一「支出」`, or the table's name where it has one grid.
    pub(crate) fn name(self, document: &'d Document) -> String {
        let table = self.table.name(document);
        match self.spec.filter(|spec| !spec.title.is_empty()) {
            Some(spec) => format!("{table}“{}”部分", spec.title),
            None => table.into_owned(),
        }
    }

    pub(crate) fn column_spec(self, column: &Column) -> Option<&'d ColumnSpec> {
        self.spec?.columns.get(column.spec?)
    }
}

impl<'d> RowAt<'d> {
    pub(crate) fn spec(self) -> Option<&'d RowSpec> {
        self.grid.spec?.rows.get(self.row.spec?)
    }

    pub(crate) fn cell(self, index: usize) -> Option<CellAt<'d>> {
        Some(CellAt {
            row: self,
            column: self.grid.grid.columns.get(index)?,
            cell: self.grid.grid.cell(self.index, index)?,
        })
    }

    pub(crate) fn cells(self) -> impl Iterator<Item = CellAt<'d>> {
        (0..self.grid.grid.columns.len()).filter_map(move |index| self.cell(index))
    }

    /// Code and label as read: `2010301 行政运行`; the place in the table where it has neither.
    pub(crate) fn name(self, document: &'d Document) -> String {
        let label = document.slice(self.row.label);
        match (&self.row.code, label.is_empty()) {
            (Some(code), true) => code.clone(),
            (Some(code), false) if label.starts_with(code.as_str()) => label.to_owned(),
            (Some(code), false) => format!("{code} {label}"),
            (None, false) => label.to_owned(),
            (None, true) => match self.spec() {
                Some(spec) if !spec.label.is_empty() => spec.label.clone(),
                _ => format!("第{}行", self.index + 1),
            },
        }
    }

    /// The key that names the row from one year to the next.
    pub(crate) fn subject(self, context: &Context<'d>) -> Subject {
        let row = match (&self.row.code, self.spec()) {
            (Some(code), _) => Some(code.clone()),
            (None, Some(spec)) => Some(spec.id.clone()),
            // A row of a project is told from others of its unit by the project.
            (None, None) => Some(context.text(self.row.project.unwrap_or(self.row.label)))
                .filter(|label| !label.is_empty())
                .map(|label| budget_catalog::name::normalize(label).to_string()),
        };
        Subject {
            row,
            ..self.grid.table.subject(context)
        }
    }
}

impl<'d> CellAt<'d> {
    /// A cell with all that it stands in.
    pub(crate) fn of(document: &'d Document, id: CellId) -> Option<Self> {
        let row = TableAt::of(document, id.table as usize)?
            .grid(id.grid as usize)?
            .row(id.row as usize)?;
        row.cell(id.column as usize)
    }

    pub(crate) fn text(self, context: &Context<'d>) -> &'d str {
        context.text(self.cell.range)
    }

    /// The number it holds, if it is one as typed.
    pub(crate) fn amount(self) -> Option<Amount> {
        match self.cell.value {
            Value::Number(number) => Some(number.amount),
            _ => None,
        }
    }

    pub(crate) fn column_name(self, document: &'d Document) -> Cow<'d, str> {
        match self.row.grid.column_spec(self.column) {
            Some(spec) => Cow::Borrowed(&spec.name),
            None => Cow::Borrowed(document.slice(self.column.name)),
        }
    }

    pub(crate) fn subject(self, context: &Context<'d>) -> Subject {
        let column = match self.row.grid.column_spec(self.column) {
            Some(spec) => spec.id.clone(),
            None => budget_catalog::name::normalize(context.text(self.column.name)).to_string(),
        };
        Subject {
            column: Some(column),
            ..self.row.subject(context)
        }
    }

    /// `表三「2010301 行政运行」“基本支出”`
    pub(crate) fn name(self, document: &'d Document) -> String {
        let table = self.row.grid.table.name(document);
        let row = self.row.name(document);
        let column = self.column_name(document);
        format!("{table}「{row}」“{column}”")
    }

    /// With its name, as an operand of a relation.
    pub(crate) fn operand(self, document: &'d Document) -> Operand {
        let text = document.slice(self.cell.range);
        Operand {
            name: self.name(document),
            value: if text.is_empty() { "空" } else { text }.to_owned(),
        }
    }
}

/// Follows blocks in order and knows the heading above.
#[derive(Default)]
struct Under {
    next: usize,
}

impl Under {
    fn at(&mut self, document: &Document, offset: u32) -> Option<HeadingId> {
        while document
            .headings
            .get(self.next)
            .is_some_and(|heading| heading.range.start() <= offset)
        {
            self.next += 1;
        }
        let above = self.next.checked_sub(1)?;
        u32::try_from(above).ok().map(HeadingId)
    }
}
