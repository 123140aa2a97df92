//! Word documents: paragraphs and tables in reading order.
//!
//! Read without recursion, from one run of XML items: what is open (a table's cell, a text box, a
//! note) stands on a stack of containers, what is open in it on a stack of paragraphs.

mod found;

use rustc_hash::{FxHashMap, FxHashSet};

use super::archive::Archive;
use super::cells::{one_line, plain_line, push_row};
use super::numbering::Numbering;
use super::styles::Styles;
use super::xml::{Element, Item, Xml, each_element};
use super::{NoteKind, Source, SourceError};
use crate::text;
use found::Found;

/// The most tables within tables.
pub(super) const MAX_NESTING: usize = 50;

/// The most empty cells that spans make in all.
const MAX_EMPTY: usize = 2_000_000;

/// The most cells that one may span.
const MAX_SPAN: usize = 256;

/// Reads a document.
pub(super) fn read(archive: &mut Archive<'_>, main: &str) -> Result<Source, SourceError> {
    let relations = archive.relations(main)?;
    let target = |kind: &str| {
        let mut of_kind = relations.iter().filter(|relation| relation.kind == kind);
        of_kind.next().map(|relation| relation.target.clone())
    };
    let mut part = |kind: &str| match target(kind) {
        Some(name) => archive.part(&name),
        None => Ok(None),
    };
    let styles = match part("styles")? {
        Some(text) => Styles::read(&text)?,
        None => Styles::default(),
    };
    let numbering = match part("numbering")? {
        Some(text) => Numbering::read(&text)?,
        None => Numbering::default(),
    };
    let mut reader = Reader {
        styles,
        numbering,
        ..Reader::default()
    };
    for kind in ["footnotes", "endnotes"] {
        if let Some(text) = part(kind)? {
            reader.read_notes(&text, kind)?;
        }
    }
    if let Some(text) = part("comments")? {
        let comments = &mut reader.found.comments;
        each_element(&text, |name| *comments += usize::from(name == "comment"));
    }
    let body = archive.needed(main)?;
    let blocks = reader.read(&body)?;
    let mut source = Source::default();
    write(&blocks, &mut source.text);
    reader.found.tell(&mut source);
    for kind in ["header", "footer"] {
        let mut words: Vec<String> = Vec::new();
        let mut seen: FxHashSet<String> = FxHashSet::default();
        let mut parts: FxHashSet<&str> = FxHashSet::default();
        for relation in relations.iter().filter(|relation| relation.kind == kind) {
            if parts.insert(&relation.target)
                && let Some(text) = archive.part(&relation.target)?
            {
                for block in Reader::default().read(&text)? {
                    if let Block::Line { text, .. } = block
                        && text.contains(text::is_ideograph)
                        && seen.insert(text.clone())
                    {
                        words.push(text);
                    }
                }
            }
        }
        if !words.is_empty() {
            let name = if kind == "header" { "页眉" } else { "页脚" };
            let message = format!("{name}“{}”没有导入", words.join("”“"));
            source.note(NoteKind::LeftOut, message);
        }
    }
    Ok(source)
}

/// What a container holds.
enum Block {
    Line { text: String, heading: bool },
    Table(Vec<Vec<String>>),
}

/// What is open.
enum Container {
    /// The document itself, a text box, a note.
    Blocks(Vec<Block>),
    Table {
        rows: Vec<Vec<String>>,
        /// Tables inside its cells, and what else stands there that is no cell's text.
        after: Vec<Block>,
        /// Empty columns at the end of the open row (`gridAfter`).
        trailing: usize,
        /// Where `after` ended before the open row.
        before: usize,
        /// Whether a revision deleted the open row.
        deleted: bool,
    },
    Cell {
        blocks: Vec<Block>,
        span: usize,
    },
}

#[derive(Default)]
struct Paragraph {
    text: String,
    style: String,
    list: Option<u32>,
    level: Option<usize>,
    outline: Option<u32>,
    /// Its number is a page's (PAGEREF): an entry of a contents page.
    contents: bool,
    after: Vec<Block>,
}

#[derive(Default)]
struct Reader {
    styles: Styles,
    numbering: Numbering,
    notes: FxHashMap<(&'static str, String), Vec<String>>,
    found: Found,
    containers: Vec<Container>,
    paragraphs: Vec<Paragraph>,
    tables: usize,
    /// Empty cells made so far.
    empty: usize,
    /// Within the properties of a row.
    of_row: bool,
    field_code: bool,
    in_text: bool,
}

impl Reader {
    fn read_notes(&mut self, part: &str, kind: &'static str) -> Result<(), SourceError> {
        let mut xml = Xml::new(part);
        let mut id = String::new();
        loop {
            match xml.next()? {
                Item::Start(element) if matches!(element.name(), "footnote" | "endnote") => {
                    // The lines between text and notes are notes of a type of their own.
                    if element.get("type").is_some_and(|kind| kind != "normal") {
                        xml.skip(&element)?;
                        continue;
                    }
                    id = element.get("id").unwrap_or_default();
                    self.containers.push(Container::Blocks(Vec::new()));
                }
                Item::End(end) if matches!(end.name(), "footnote" | "endnote") => {
                    let Some(Container::Blocks(blocks)) = self.containers.pop() else {
                        continue;
                    };
                    // A note is written into a sentence: of a table there, the rows become lines.
                    let lines = blocks.into_iter().flat_map(|block| match block {
                        Block::Line { text, .. } => vec![text],
                        Block::Table(rows) => rows.iter().map(|row| row.join(" ")).collect(),
                    });
                    self.notes.insert((kind, id.clone()), lines.collect());
                }
                Item::Eof => return Ok(()),
                item => self.item(item, &mut xml)?,
            }
        }
    }

    fn read(&mut self, part: &str) -> Result<Vec<Block>, SourceError> {
        self.containers = vec![Container::Blocks(Vec::new())];
        let mut xml = Xml::new(part);
        loop {
            match xml.next()? {
                Item::Eof => break,
                item => self.item(item, &mut xml)?,
            }
        }
        Ok(match self.containers.pop() {
            Some(Container::Blocks(blocks)) => blocks,
            _ => Vec::new(),
        })
    }

    fn item(&mut self, item: Item<'_>, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        match item {
            Item::Start(element) => self.start(&element, xml),
            Item::End(end) => {
                self.end(end.name());
                Ok(())
            }
            Item::Text(words) => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    if self.field_code {
                        paragraph.contents |= words.contains("PAGEREF");
                    } else if self.in_text {
                        paragraph.text.push_str(&words);
                    }
                }
                Ok(())
            }
            Item::Eof => Ok(()),
        }
    }

    fn start(&mut self, element: &Element<'_>, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        let last = self.paragraphs.last_mut();
        match element.name() {
            "p" => self.paragraphs.push(Paragraph::default()),
            "t" => self.in_text = true,
            "instrText" => self.field_code = true,
            "tab" | "ptab" => push(last, " "),
            "noBreakHyphen" => push(last, "-"),
            "cr" => push(last, "\n"),
            "br" => {
                let page = element
                    .get("type")
                    .is_some_and(|kind| kind != "textWrapping");
                push(last, if page { "" } else { "\n" });
            }
            "sym" => push(last, symbol(element)),
            // Tab stops, former properties, what was deleted or moved away, the reading of a ruby.
            "tabs" | "pPrChange" | "rPrChange" | "tblPrChange" | "tcPrChange" | "trPrChange"
            | "sectPr" | "rt" => xml.skip(element)?,
            "trPr" => self.of_row = true,
            "del" if self.of_row => {
                if let Some(Container::Table { deleted, .. }) = self.containers.last_mut() {
                    *deleted = true;
                }
            }
            "del" | "moveFrom" => {
                self.found.deleted += 1;
                xml.skip(element)?;
            }
            "delText" | "delInstrText" => xml.skip(element)?,
            // The same once more for older programs.
            "Fallback" => xml.skip(element)?,
            "vanish" => self.found.hidden += usize::from(element.set()),
            "pic" | "imagedata" => self.found.pictures += 1,
            "pStyle" => {
                if let Some(paragraph) = last {
                    paragraph.style = element.get("val").unwrap_or_default();
                }
            }
            "numId" => {
                if let Some(paragraph) = last {
                    paragraph.list = element.number("val");
                }
            }
            "ilvl" => {
                if let Some(paragraph) = last {
                    paragraph.level = element.number("val").and_then(|n| usize::try_from(n).ok());
                }
            }
            "outlineLvl" => {
                if let Some(paragraph) = last {
                    paragraph.outline = element.number("val");
                }
            }
            "footnoteReference" => self.reference("footnotes", element),
            "endnoteReference" => self.reference("endnotes", element),
            "txbxContent" => {
                if self.containers.len() > 4 * MAX_NESTING {
                    return Err(SourceError::TooDeep);
                }
                self.containers.push(Container::Blocks(Vec::new()));
            }
            "tbl" => {
                self.tables += 1;
                if self.tables > MAX_NESTING {
                    return Err(SourceError::TooDeep);
                }
                self.containers.push(Container::Table {
                    rows: Vec::new(),
                    after: Vec::new(),
                    trailing: 0,
                    before: 0,
                    deleted: false,
                });
            }
            "tr" => {
                if let Some(Container::Table {
                    rows,
                    after,
                    before,
                    deleted,
                    ..
                }) = self.containers.last_mut()
                {
                    rows.push(Vec::new());
                    *before = after.len();
                    *deleted = false;
                }
            }
            "gridBefore" => self.empty_cells(span(element)),
            // It stands before the cells of the row.
            "gridAfter" => {
                if let Some(Container::Table { trailing, .. }) = self.containers.last_mut() {
                    *trailing = span(element);
                }
            }
            "tc" => self.containers.push(Container::Cell {
                blocks: Vec::new(),
                span: 1,
            }),
            "gridSpan" => {
                if let Some(Container::Cell { span: own, .. }) = self.containers.last_mut() {
                    *own = span(element).max(1);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "instrText" => self.field_code = false,
            "p" => self.end_paragraph(),
            "tr" => {
                if let Some(Container::Table { trailing, .. }) = self.containers.last_mut() {
                    let count = std::mem::take(trailing);
                    self.empty_cells(count);
                }
                self.drop_deleted_row();
            }
            "trPr" => self.of_row = false,
            "txbxContent" => {
                if let Some(Container::Blocks(blocks)) = self.containers.pop() {
                    match self.paragraphs.last_mut() {
                        Some(paragraph) => paragraph.after.extend(blocks),
                        None => self.place(blocks),
                    }
                }
            }
            "tc" => self.end_cell(),
            "tbl" => {
                self.tables = self.tables.saturating_sub(1);
                if let Some(Container::Table { rows, after, .. }) = self.containers.pop() {
                    self.place(vec![Block::Table(rows)]);
                    self.place(after);
                }
            }
            _ => {}
        }
    }

    /// Puts blocks into what is open.
    fn place(&mut self, mut blocks: Vec<Block>) {
        match self.containers.last_mut() {
            Some(Container::Blocks(own) | Container::Cell { blocks: own, .. }) => {
                own.append(&mut blocks);
            }
            Some(Container::Table { after, .. }) => after.append(&mut blocks),
            None => self.containers.push(Container::Blocks(blocks)),
        }
    }

    fn empty_cells(&mut self, count: usize) {
        let count = count.min(MAX_EMPTY.saturating_sub(self.empty));
        self.empty += count;
        if let Some(Container::Table { rows, .. }) = self.containers.last_mut()
            && let Some(row) = rows.last_mut()
        {
            row.extend(std::iter::repeat_n(String::new(), count));
        }
    }

    /// What a revision has deleted is no row, though Word shows it struck out until it is accepted.
    fn drop_deleted_row(&mut self) {
        if let Some(Container::Table {
            rows,
            after,
            before,
            deleted,
            ..
        }) = self.containers.last_mut()
            && std::mem::take(deleted)
        {
            rows.pop();
            after.truncate(*before);
            self.found.rows += 1;
        }
    }

    fn reference(&mut self, kind: &'static str, element: &Element<'_>) {
        let id = element.get("id").unwrap_or_default();
        let lines = self.notes.remove(&(kind, id)).unwrap_or_default();
        if let Some(paragraph) = self.paragraphs.last_mut() {
            for line in lines.iter().filter(|line| !line.is_empty()) {
                paragraph.after.push(Block::Line {
                    text: format!("注：{line}"),
                    heading: false,
                });
            }
        }
    }

    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else {
            return;
        };
        let style = self.styles.resolved(&paragraph.style);
        let mut words = paragraph.text;
        if paragraph.contents || style.contents {
            self.found.pages |= strip_page(&mut words);
        }
        let list = paragraph.list.or(style.list).filter(|list| *list != 0);
        if let Some(list) = list
            && !words.trim().is_empty()
        {
            let level = paragraph.level.or(style.level).unwrap_or(0);
            if let Some(label) = self.numbering.next(list, level) {
                words.insert_str(0, &label);
            }
        }
        let heading = paragraph
            .outline
            .or(style.outline)
            .is_some_and(|level| level < 9)
            && !paragraph.contents;
        let mut blocks = vec![Block::Line {
            text: words,
            heading,
        }];
        blocks.extend(paragraph.after);
        self.place(blocks);
    }

    /// A cell's paragraphs become its text; tables in it stand after its own table.
    fn end_cell(&mut self) {
        let Some(Container::Cell { blocks, span }) = self.containers.pop() else {
            return;
        };
        let mut text = String::new();
        let mut inner = Vec::new();
        for block in blocks {
            match block {
                Block::Line { text: line, .. } => {
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    text.push_str(&line);
                }
                table @ Block::Table(_) => inner.push(table),
            }
        }
        if let Some(Container::Table { rows, after, .. }) = self.containers.last_mut() {
            after.extend(inner);
            if let Some(row) = rows.last_mut() {
                row.push(one_line(&text));
            }
        }
        self.empty_cells(span - 1);
    }
}

fn push(paragraph: Option<&mut Paragraph>, text: &str) {
    if let Some(paragraph) = paragraph {
        paragraph.text.push_str(text);
    }
}

fn span(element: &Element<'_>) -> usize {
    let cells = element.number("val").unwrap_or(1);
    usize::try_from(cells).unwrap_or(1).min(MAX_SPAN)
}

/// A sign of a symbol font: those that forms tick, and a box for others.
fn symbol(element: &Element<'_>) -> &'static str {
    let code = element.get("char").unwrap_or_default();
    match code.to_ascii_uppercase().trim_start_matches("F0") {
        "52" | "FE" => "☑",
        "FC" => "√",
        "FB" => "×",
        _ => "□",
    }
}

/// Takes the page number off an entry of a contents page.
fn strip_page(line: &mut String) -> bool {
    let trimmed = line.trim_end();
    let text = trimmed.trim_end_matches(|c: char| c.is_ascii_digit());
    let entry = text.trim_end();
    if text.len() == trimmed.len() || entry.len() == text.len() || entry.is_empty() {
        return false;
    }
    line.truncate(entry.len());
    true
}

fn write(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Line { text, heading } => {
                for line in text.split('\n') {
                    let line = plain_line(line);
                    if *heading && !line.is_empty() {
                        out.push_str("## ");
                    }
                    out.push_str(&line);
                    out.push('\n');
                }
            }
            Block::Table(rows) => {
                // A table of one column lays out text.
                let layout = rows.iter().all(|row| row.len() < 2);
                for row in rows {
                    if layout {
                        for line in row.iter().flat_map(|cell| cell.split("<br>")) {
                            out.push_str(line);
                            out.push('\n');
                        }
                    } else {
                        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                        push_row(out, &cells);
                    }
                }
                out.push('\n');
            }
        }
    }
}
