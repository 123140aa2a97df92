//! From the tree to the model: one walk over the blocks.

mod grid;
mod header;
mod nesting;
mod precision;
mod reading;
mod terms;
mod words;

use std::sync::Arc;

use budget_catalog::{
    Template, name,
    template::{ColumnKind, GridSpec, TableSpec},
};
use budget_syntax::{
    TextRange,
    tree::{Block, BlockKind, Comment, RowKind, Table as TableBlock},
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

/// Fills a document whose text, tree, template and front matter are set.
pub(crate) fn build(document: &mut Document) {
    let template = Arc::clone(&document.template);
    let text = Arc::clone(&document.text);
    let index = INDEX.get(&template, Index::new);
    let names = document.front.names.iter().map(|name| name.of(&text));
    let mut walk = Walk {
        text: &text,
        template: &template,
        words: &index.words,
        matcher: Matcher::new(&template, &index.titles, TitleKey::new(names)),
        unit: document.front.unit.unwrap_or_default(),
        headings: Vec::new(),
        open: Vec::new(),
        tables: Vec::new(),
        current: None,
        fields: Vec::new(),
        field_keys: field_keys(&template),
        marks: Vec::new(),
        suppressions: Vec::new(),
        unscoped: 0,
    };
    for block in document.parse.tree.blocks() {
        walk.block(block);
    }
    let mut built = walk.finish();
    precision::apply(
        &mut built.tables,
        &document.front.number_style,
        &template.number_style,
    );
    document.headings = built.headings;
    document.tables = built.tables;
    document.marks = built.marks;
    document.suppressions = built.suppressions;
    document.terms = terms::read(document);
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
    matcher: Matcher<'t>,
    unit: Unit,
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
    /// Suppressions from this index on wait for the block that follows them.
    unscoped: usize,
}

struct Built {
    headings: Vec<Heading>,
    tables: Vec<Table>,
    marks: Vec<Mark>,
    suppressions: Vec<Suppression>,
}

impl<'t> Walk<'t> {
    fn block(&mut self, block: Block<'t>) {
        if !matches!(block.kind, BlockKind::Blank | BlockKind::Comment(_)) {
            for waiting in self.suppressions.iter_mut().skip(self.unscoped) {
                waiting.scope = waiting.scope.cover(block.range);
            }
            self.unscoped = self.suppressions.len();
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
        let title = heading.text.of(self.text);
        let key = self.matcher.key(title);
        let above = above.map(|above| above.target);
        let (target, fit) = self.matcher.find(title, &key, above);
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
        let grids = grid::read(self.text, self.words, range, block, spec, wanted);
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

    /// A comment with meaning: 忽略, 转换缺失 or 另附.
    fn comment(&mut self, comment: Comment, block: TextRange, row: Option<TextRange>) {
        let text = comment.text.of(self.text);
        if let Some(rest) = text.strip_prefix("忽略") {
            let start = comment.text.start() + len(text) - len(rest);
            let suppression = suppression(rest, start, block, row);
            self.suppressions.push(suppression);
            if row.is_some() {
                self.unscoped = self.suppressions.len();
            }
            return;
        }
        let Some(lost) = lost_parts(text) else { return };
        let heading = self.open.last().copied();
        self.marks.push(Mark {
            range: block,
            heading,
            lost,
            row: row.is_some(),
        });
        let table = self.current.and_then(|table| self.tables.get_mut(table));
        match (table, row) {
            (Some(table), None) => table.missing.merge(lost),
            (Some(table), Some(row)) => lose_row(table, row),
            (None, _) => {}
        }
    }

    fn finish(mut self) -> Built {
        let end = len(self.text);
        while !self.open.is_empty() {
            self.close(end);
        }
        self.inherit_marks();
        let specs = &self.template.tables;
        for table in &mut self.tables {
            let spec = table.spec.or(table.reading);
            let spec = spec.and_then(|spec| specs.get(spec));
            nesting::apply(self.text, self.words, table, spec);
            if table.reading.is_some() {
                for grid in &mut table.grids {
                    reading::group_columns(self.text, self.words, grid);
                }
            }
        }
        Built {
            headings: self.headings,
            tables: self.tables,
            marks: self.marks,
            suppressions: self.suppressions,
        }
    }

    /// A mark under a part or a section speaks for every table below it.
    fn inherit_marks(&mut self) {
        for mark in self.marks.iter().filter(|mark| !mark.row) {
            let Some(heading) = mark.heading.and_then(|id| self.headings.get(id.index())) else {
                continue;
            };
            if matches!(heading.target, Target::Table { .. } | Target::Grid { .. }) {
                continue;
            }
            for table in &mut self.tables {
                let place = table.heading.and_then(|id| self.headings.get(id.index()));
                if place.is_some_and(|place| {
                    heading.extent.contains(place.range) && place.range != heading.range
                }) {
                    table.missing.merge(mark.lost);
                }
            }
        }
    }
}

/// Marks the row of that line, in both halves where two stand side by side.
fn lose_row(table: &mut Table, line: TextRange) {
    for grid in &mut table.grids {
        let at = grid
            .rows
            .partition_point(|row| row.range.start() < line.start());
        if let Some(row) = grid.rows.get_mut(at)
            && row.range == line
        {
            row.lost = true;
        }
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

/// `忽略 规则: 理由`, read after the word 忽略, which ends at `start`.
fn suppression(rest: &str, start: u32, block: TextRange, row: Option<TextRange>) -> Suppression {
    let lead = len(rest) - len(rest.trim_start());
    let body = rest.trim_start();
    let from = start + lead;
    let (rule, reason) = match body.split_once([':', '：']) {
        Some((rule, reason)) => (rule, reason),
        None => (body, ""),
    };
    let reason_start = start + len(rest) - len(reason.trim_start());
    Suppression {
        range: block,
        rule: TextRange::new(from, from + len(rule.trim_end())),
        reason: TextRange::new(reason_start, reason_start + len(reason.trim())),
        scope: row.unwrap_or(block),
    }
}

/// What a comment says is lost or published apart; `None` for any other comment.
fn lost_parts(text: &str) -> Option<Missing> {
    if text.starts_with("另附") {
        return Some(Missing {
            apart: true,
            ..Missing::default()
        });
    }
    let rest = text.strip_prefix("转换缺失")?.trim_start();
    let what = rest.strip_prefix([':', '：']).unwrap_or(rest).trim();
    let mut lost = Missing::default();
    for part in what.split(['、', '，', ',', ' ', '；', ';']) {
        match part.trim() {
            "" => {}
            "表头" => lost.header = true,
            part if part.contains("合计") || part.contains("总计") => lost.totals = true,
            _ => lost.rows = true,
        }
    }
    if !(lost.header || lost.totals || lost.rows) {
        lost.all = true;
        lost.rows = true;
        lost.totals = true;
        lost.header = true;
    }
    Some(lost)
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
