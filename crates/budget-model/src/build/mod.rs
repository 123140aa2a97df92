//! From the tree to the model: one walk over the blocks.

mod comments;
mod grid;
mod header;
mod known;
mod nesting;
mod precision;
mod reading;
mod terms;
mod words;

pub(crate) use known::TableRead;
pub use words::role_of;

use std::sync::Arc;

use budget_catalog::{
    Template, name,
    template::{ColumnKind, GridSpec, TableSpec},
};
use budget_syntax::{
    Same, TextRange,
    tree::{Block, BlockKind, RowKind, Table as TableBlock},
};

use crate::{
    Document, Heading, HeadingId, Table, Target, Unit,
    document::{Mark, Suppression},
    front::Field,
    heading::{Matcher, TitleKey, Titles},
    per_template::PerTemplate,
    table::Missing,
};

/// What is made of a template once.
struct Index {
    titles: Titles,
    words: words::Words,
}

impl Index {
    fn new(template: &Template) -> Self {
        Self {
            titles: Titles::new(template),
            words: words::Words::new(template),
        }
    }
}

static INDEX: PerTemplate<Index> = PerTemplate::new();

/// Fills a document whose text, tree, template and front matter are set. From an earlier version it takes over the
/// grids of tables that are the same in both.
pub(crate) fn build(document: &mut Document, before: Option<(&Document, Same)>) {
    let known = before.and_then(|before| known::Known::of(document, before));
    let is_known = known.is_some();
    let built = walk(document, known);
    let mut built = match built {
        Some(built) => built,
        None if is_known => walk(document, None).unwrap_or_default(),
        None => Built::default(),
    };
    let template = &document.template;
    precision::apply(
        &mut built.tables,
        &document.front.number_style,
        &template.number_style,
    );
    document.headings = built.headings;
    document.tables = built.tables;
    document.marks = built.marks;
    document.suppressions = built.suppressions;
    document.blocks = built.blocks;
    document.terms = terms::read(document);
}

/// One walk over the blocks; none if what was taken over from an earlier version turned out to be read otherwise now.
fn walk<'d>(document: &'d Document, known: Option<known::Known<'d>>) -> Option<Built> {
    let (template, text) = (&document.template, &document.text);
    let index = INDEX.get(template, Index::new);
    let names = document.front.names.iter().map(|name| name.of(text));
    let mut walk = Walk {
        text,
        template,
        words: &index.words,
        known,
        blocks: Vec::new(),
        matcher: Matcher::new(template, &index.titles, TitleKey::new(names)),
        unit: document.front.unit.unwrap_or_default(),
        year: document.front.year,
        headings: Vec::new(),
        open: Vec::new(),
        tables: Vec::new(),
        current: None,
        fields: Vec::new(),
        field_keys: field_keys(template),
        marks: Vec::new(),
        suppressions: Vec::new(),
        waiting: Vec::new(),
        wide: Vec::new(),
    };
    for block in document.parse.tree.blocks() {
        walk.block(block);
    }
    walk.finish()
}

fn field_keys(template: &Template) -> Vec<&str> {
    let keys = template.fields.iter().flat_map(|field| {
        std::iter::once(field.name.as_str()).chain(field.aliases.iter().map(String::as_str))
    });
    keys.collect()
}

struct Walk<'t> {
    text: &'t str,
    template: &'t Template,
    words: &'t words::Words,
    known: Option<known::Known<'t>>,
    blocks: Vec<TableRead>,
    matcher: Matcher<'t>,
    unit: Unit,
    year: Option<u16>,
    headings: Vec<Heading>,
    open: Vec<HeadingId>,
    tables: Vec<Table>,
    /// The table that the current heading's blocks belong to.
    current: Option<usize>,
    /// Fields under the current heading, before its first table.
    fields: Vec<Field>,
    field_keys: Vec<&'t str>,
    marks: Vec<Mark>,
    suppressions: Vec<Suppression>,
    /// Suppressions, by index, that wait for the block that follows them.
    waiting: Vec<usize>,
    /// Suppressions, by index, of all that stands under a heading; of the file, if none is named.
    wide: Vec<(usize, Option<HeadingId>)>,
}

#[derive(Default)]
struct Built {
    headings: Vec<Heading>,
    tables: Vec<Table>,
    marks: Vec<Mark>,
    suppressions: Vec<Suppression>,
    blocks: Vec<TableRead>,
}

impl<'t> Walk<'t> {
    fn block(&mut self, block: Block<'t>) {
        if !matches!(block.kind, BlockKind::Blank | BlockKind::Comment(_)) {
            self.reach(block.range);
        }
        match block.kind {
            BlockKind::FrontMatter(_) | BlockKind::Blank => {}
            BlockKind::Heading(heading) => self.heading(block.range, heading),
            BlockKind::Comment(comment) => self.comment(comment, block.range, None),
            BlockKind::ListItem(item) => match item.field {
                Some(entry) if self.has_no_table() => {
                    self.fields.push(Field {
                        key: entry.key,
                        value: entry.value,
                    });
                    self.hand_over_fields();
                }
                _ => self.note(item.text),
            },
            BlockKind::Paragraph(paragraph) => match paragraph.field {
                Some(entry)
                    if self.has_no_table()
                        && self.field_keys.contains(&entry.key.of(self.text)) =>
                {
                    self.fields.push(Field {
                        key: entry.key,
                        value: entry.value,
                    });
                    self.hand_over_fields();
                }
                _ => self.note(paragraph.text),
            },
            BlockKind::Table(table) => self.table(block.range, table),
        }
    }

    /// Whether the current heading has had no table block yet: fields stand above the table.
    fn has_no_table(&self) -> bool {
        self.current
            .and_then(|table| self.tables.get(table))
            .is_none_or(|table| table.grids.is_empty())
    }

    /// Fields stand above the table whose heading opened it, and the table is there already.
    fn hand_over_fields(&mut self) {
        let Some(table) = self.current.and_then(|table| self.tables.get_mut(table)) else {
            return;
        };
        for field in self.fields.drain(..) {
            match field.key.of(self.text) {
                "来源" => table.source = Some(field),
                "单位" | "金额单位" => {
                    if let Some(unit) = Unit::parse(field.value.of(self.text)) {
                        table.unit = unit;
                    }
                }
                _ => {}
            }
            table.fields.push(field);
        }
    }

    fn note(&mut self, range: TextRange) {
        if let Some(table) = self.current.and_then(|table| self.tables.get_mut(table))
            && !range.is_empty()
        {
            table.notes.push(range);
        }
    }

    fn heading(&mut self, range: TextRange, heading: budget_syntax::tree::Heading) {
        let id = HeadingId(u32::try_from(self.headings.len()).unwrap_or(u32::MAX));
        while let Some(last) = self.open.last()
            && self
                .headings
                .get(last.index())
                .is_some_and(|open| open.level >= heading.level)
        {
            self.close(range.start());
        }
        let parent = self.open.last().copied();
        let above = parent.and_then(|parent| self.headings.get(parent.index()));
        let above = above.map(|above| above.target);
        let known = self.known.as_ref();
        let (key, target, fit) = match known.and_then(|known| known.heading(range, above)) {
            Some(known) => (known.key.clone(), known.target, known.fit),
            None => {
                let title = heading.text.of(self.text);
                let key = self.matcher.key(title);
                let (target, fit) = self.matcher.find(title, &key, above);
                (key, target, fit)
            }
        };
        self.headings.push(Heading {
            range,
            text: heading.text,
            key,
            level: heading.level,
            parent,
            extent: range,
            target,
            fit,
        });
        self.open.push(id);
        self.fields.clear();
        self.current = match target {
            Target::Table { spec } => Some(self.open_table(Some(id), Some(spec))),
            Target::Grid { .. } => self.table_above(parent),
            _ => None,
        };
    }

    fn table_above(&self, heading: Option<HeadingId>) -> Option<usize> {
        self.tables
            .iter()
            .rposition(|table| table.heading == heading && heading.is_some())
    }

    fn close(&mut self, end: u32) {
        if let Some(id) = self.open.pop()
            && let Some(heading) = self.headings.get_mut(id.index())
        {
            heading.extent = TextRange::new(heading.range.start(), end);
        }
    }

    fn open_table(&mut self, heading: Option<HeadingId>, spec: Option<usize>) -> usize {
        let working = self
            .open
            .iter()
            .filter_map(|id| self.headings.get(id.index()))
            .any(|heading| heading.target == Target::Workings);
        let unit = spec
            .and_then(|spec| self.template.tables.get(spec))
            .and_then(|spec| Unit::parse(spec.unit.as_deref()?))
            .unwrap_or(self.unit);
        self.tables.push(Table {
            heading,
            spec,
            reading: None,
            grids: Vec::new(),
            fields: Vec::new(),
            source: None,
            unit,
            notes: Vec::new(),
            missing: Missing::default(),
            working,
            decimals: 0,
            most_decimals: 0,
        });
        self.tables.len() - 1
    }

    fn source(&self) -> grid::Source<'t> {
        grid::Source {
            text: self.text,
            words: self.words,
            year: self.year,
        }
    }

    fn table(&mut self, range: TextRange, block: TableBlock<'t>) {
        let heading = self.open.last().copied();
        let target = heading
            .and_then(|id| self.headings.get(id.index()))
            .map_or(Target::Other, |heading| heading.target);
        let index = match (target, self.current) {
            (Target::Table { .. } | Target::Grid { .. }, Some(current))
                if !self.is_another(current, target, block) =>
            {
                current
            }
            _ => self.open_unknown(heading, block),
        };
        if self.current != Some(index) {
            self.current = Some(index);
        }
        self.hand_over_fields();
        let spec = self
            .tables
            .get(index)
            .and_then(|table| table.spec.or(table.reading))
            .and_then(|spec| self.template.tables.get(spec));
        let wanted = match target {
            Target::Grid { grid, .. } => Some(grid),
            _ => self.half(heading),
        };
        let own = self.tables.get(index);
        let mut read = TableRead {
            range,
            table: index,
            spec: own.and_then(|table| table.spec),
            reading: own.and_then(|table| table.reading),
            wanted,
            first: own.map_or(0, |table| table.grids.len()),
            count: 0,
            known: false,
            settled: true,
        };
        let known = self.known.as_ref().and_then(|known| known.grids(&mut read));
        let grids = match known {
            Some(grids) => grids,
            None => {
                let grids = grid::read(self.source(), range, block, spec, wanted);
                grids.into_iter().map(Arc::new).collect()
            }
        };
        read.count = grids.len();
        self.blocks.push(read);
        let mut suppressed = Vec::new();
        for row in block.rows() {
            if let Some(comment) = row.comment() {
                suppressed.push((comment, row.range));
            }
        }
        if let Some(table) = self.tables.get_mut(index) {
            // Two tables side by side that aren't known can't be told apart.
            if spec.is_some_and(|spec| spec.reading.is_some() && spec.grids.len() < grids.len()) {
                table.reading = None;
            }
            table.grids.extend(grids);
        }
        for (comment, row) in suppressed {
            self.comment(comment, row, Some(row));
        }
    }

    /// Whether a block under a table's heading is a table of its own, whose heading was lost: it has
    /// another header than the block before it, and not the columns of the template's table.
    fn is_another(&self, current: usize, target: Target, block: TableBlock<'t>) -> bool {
        let Some(table) = self.tables.get(current) else {
            return false;
        };
        let mut before = table.grids.iter().rev();
        let before = before.find(|before| match target {
            Target::Grid { grid, .. } => before.spec == Some(grid),
            _ => true,
        });
        let (Some(before), Some(spec)) = (before, table.spec) else {
            return false;
        };
        let Some(spec) = self.template.tables.get(spec) else {
            return false;
        };
        let names = || header(block).map(|cell| name::normalize(cell.of(self.text)));
        let columns = before.columns.iter();
        if names().eq(columns.map(|column| name::normalize(column.name.of(self.text)))) {
            return false;
        }
        // Forms have inner tables.
        let fits = |grid: &GridSpec| names().all(|name| grid::find_column(grid, &name).is_some());
        spec.ordinal.is_some() && !spec.grids.iter().any(fits)
    }

    fn finish(mut self) -> Option<Built> {
        let end = len(self.text);
        while !self.open.is_empty() {
            self.close(end);
        }
        self.inherit_marks();
        self.widen();
        let specs = &self.template.tables;
        let source = self.source();
        for read in &mut self.blocks {
            let Some(table) = self.tables.get_mut(read.table) else {
                continue;
            };
            // A block that came later may have told that the table isn't what it was read as.
            let settled = (table.spec, table.reading) == (read.spec, read.reading);
            if read.known {
                if settled {
                    continue;
                }
                return None;
            }
            read.settled = settled;
            let spec = table.spec.or(table.reading);
            let spec = spec.and_then(|spec| specs.get(spec));
            let reading = table.reading.is_some();
            let grids = table.grids.iter_mut().skip(read.first).take(read.count);
            for grid in grids.map(Arc::make_mut) {
                nesting::apply(self.text, self.words, grid, spec);
                if reading {
                    reading::group_columns(source, grid);
                }
            }
        }
        Some(Built {
            headings: self.headings,
            tables: self.tables,
            marks: self.marks,
            suppressions: self.suppressions,
            blocks: self.blocks,
        })
    }
}

/// The names of a block's columns.
fn header(block: TableBlock<'_>) -> impl Iterator<Item = TextRange> + '_ {
    let header = block.rows().find(|row| row.kind == RowKind::Header);
    let cells: Vec<TextRange> = header
        .iter()
        .flat_map(|row| row.cells().map(|cell| cell.text))
        .collect();
    cells.into_iter()
}

fn len(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// Whether a column of that kind holds numbers.
pub(crate) fn is_numeric(kind: ColumnKind) -> bool {
    matches!(
        kind,
        ColumnKind::Amount | ColumnKind::Rate | ColumnKind::Count
    )
}

/// The spec of a grid of a table.
pub(crate) fn grid_spec(
    spec: Option<&TableSpec>,
    grid: Option<usize>,
) -> Option<&budget_catalog::template::GridSpec> {
    spec?.grids.get(grid?)
}
