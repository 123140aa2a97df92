//! Excel workbooks: each sheet's cells with what they show, in one pass over its XML.

use std::borrow::Cow;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::SourceError;
use super::archive::Archive;
use super::numfmt::{self, Format};
use super::sheet::{Beside, Room, Sheet};
use super::xml::{Element, Item, Xml, each_element};

/// Rows and columns that a sheet can have.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// Reads all sheets, in order.
pub(super) fn read(archive: &mut Archive<'_>, main: &str) -> Result<Vec<Sheet>, SourceError> {
    let relations = archive.relations(main)?;
    let workbook = archive.needed(main)?;
    let mut part = |kind: &str| match relations.iter().find(|relation| relation.kind == kind) {
        Some(relation) => archive.part(&relation.target),
        None => Ok(None),
    };
    let strings = match part("sharedStrings")? {
        Some(text) => shared_strings(&text)?,
        None => Vec::new(),
    };
    let formats = match part("styles")? {
        Some(text) => formats(&text)?,
        None => Vec::new(),
    };
    let mut book = Book {
        strings,
        formats,
        general: Rc::new(Format::parse("General")),
        from_1904: false,
    };
    let mut room = Room::default();
    let mut listed: Vec<(String, String, bool)> = Vec::new();
    let mut xml = Xml::new(&workbook);
    loop {
        match xml.next()? {
            Item::Start(element) if element.is("workbookPr") => {
                book.from_1904 = element.on("date1904").unwrap_or(false);
            }
            Item::Start(element) if element.is("sheet") => {
                let hidden = element.get("state").is_some_and(|state| state != "visible");
                listed.push((
                    element.get("name").unwrap_or_default(),
                    element.get("id").unwrap_or_default(),
                    hidden,
                ));
            }
            Item::Eof => break,
            _ => {}
        }
    }
    // Sheets of charts and macros hold no cells.
    let mut targets: FxHashMap<&str, &str> = relations
        .iter()
        .rev()
        .filter(|relation| relation.kind == "worksheet")
        .map(|relation| (relation.id.as_str(), relation.target.as_str()))
        .collect();
    let mut read: FxHashSet<&str> = FxHashSet::default();
    let mut out = Vec::new();
    for (name, id, hidden) in listed {
        // A part listed twice is read once.
        let Some(target) = targets
            .remove(id.as_str())
            .filter(|target| read.insert(target))
        else {
            continue;
        };
        let mut sheet = Sheet {
            name,
            hidden,
            room,
            ..Sheet::default()
        };
        book.read_sheet(&archive.needed(target)?, &mut sheet)?;
        beside(archive, target, &mut sheet.beside)?;
        room = sheet.room.checked()?;
        out.push(sheet);
    }
    Ok(out)
}

/// Counts what stands beside the cells of a sheet: comments, and what is drawn over it.
fn beside(archive: &mut Archive<'_>, sheet: &str, beside: &mut Beside) -> Result<(), SourceError> {
    for relation in archive.relations(sheet)? {
        if !matches!(
            relation.kind.as_str(),
            "comments" | "threadedComment" | "drawing"
        ) {
            continue;
        }
        let Some(part) = archive.part(&relation.target)? else {
            continue;
        };
        let mut own = Beside::default();
        each_element(&part, |name| match name {
            "comment" | "threadedComment" => own.comments += 1,
            "pic" => own.pictures += 1,
            "graphicFrame" => own.charts += 1,
            "txBody" => own.boxes += 1,
            _ => {}
        });
        // Newer programs write a comment twice, once for older ones.
        beside.comments = beside.comments.max(own.comments);
        beside.pictures += own.pictures;
        beside.charts += own.charts;
        beside.boxes += own.boxes;
    }
    Ok(())
}

struct Book {
    strings: Vec<String>,
    /// By the number of a cell's style.
    formats: Vec<Rc<Format>>,
    general: Rc<Format>,
    from_1904: bool,
}

/// A cell whose XML is being read.
#[derive(Default)]
struct Open {
    row: u32,
    column: u32,
    kind: String,
    style: usize,
    value: String,
    formula: bool,
    in_value: bool,
    /// Text in the cell itself.
    inline: String,
    in_inline: bool,
}

impl Book {
    fn read_sheet(&self, part: &str, sheet: &mut Sheet) -> Result<(), SourceError> {
        let mut xml = Xml::new(part);
        // The next row and column, for cells that don't say theirs.
        let (mut row, mut column) = (0u32, 0u32);
        let mut cell: Option<Open> = None;
        loop {
            match xml.next()? {
                Item::Start(element) => match element.name() {
                    "row" => {
                        row = element.number("r").map_or(row, |r| r.saturating_sub(1));
                        column = 0;
                        if element.on("hidden") == Some(true) {
                            sheet.hide_rows(row, row);
                        }
                    }
                    "col" if element.on("hidden") == Some(true) => {
                        let first = element.number("min").unwrap_or(1).saturating_sub(1);
                        let last = element.number("max").unwrap_or(1).saturating_sub(1);
                        sheet.hide_columns(first, last);
                    }
                    "c" => {
                        let place = element.get("r").and_then(|place| position(&place));
                        let (own_row, own_column) = place.unwrap_or((row, column));
                        column = own_column.saturating_add(1);
                        cell = Some(Open {
                            row: own_row,
                            column: own_column,
                            kind: element.get("t").unwrap_or_default(),
                            style: style(&element, "s"),
                            ..Open::default()
                        });
                    }
                    "rPh" => xml.skip(&element)?,
                    "mergeCell" => {
                        let range = element.get("ref").unwrap_or_default();
                        if let Some((first, last)) = range.split_once(':')
                            && let (Some(first), Some(last)) = (position(first), position(last))
                        {
                            sheet.merges.insert(first, last);
                        }
                    }
                    name => {
                        if let Some(cell) = &mut cell {
                            match name {
                                "f" => cell.formula = true,
                                "v" => cell.in_value = true,
                                "t" => cell.in_inline = true,
                                _ => {}
                            }
                        }
                    }
                },
                Item::Text(text) => {
                    if let Some(cell) = &mut cell {
                        if cell.in_value {
                            cell.value.push_str(&text);
                        } else if cell.in_inline {
                            cell.inline.push_str(&text);
                        }
                    }
                }
                Item::End(end) => match end.name() {
                    "row" => row = row.saturating_add(1),
                    "v" | "t" => {
                        if let Some(cell) = &mut cell {
                            cell.in_value = false;
                            cell.in_inline = false;
                        }
                    }
                    "c" => {
                        if let Some(cell) = cell.take() {
                            self.close(&cell, sheet);
                        }
                    }
                    _ => {}
                },
                Item::Eof => break,
            }
        }
        // Rows and cells stand in order in any file but a hostile one.
        sheet.cells.sort_by_key(|cell| (cell.row, cell.column));
        sheet.cells.dedup_by_key(|cell| (cell.row, cell.column));
        Ok(())
    }

    fn close(&self, cell: &Open, sheet: &mut Sheet) {
        if cell.row >= ROWS || cell.column >= COLUMNS {
            return;
        }
        let place = (cell.row, cell.column);
        let value = cell.value.trim();
        let text = match cell.kind.as_str() {
            "s" => {
                let string = value
                    .parse()
                    .ok()
                    .and_then(|at: usize| self.strings.get(at));
                Cow::Borrowed(string.map_or("", String::as_str))
            }
            "inlineStr" => Cow::Borrowed(cell.inline.as_str()),
            "str" => Cow::Borrowed(cell.value.as_str()),
            "b" => match value {
                "" => Cow::Borrowed(""),
                "0" => Cow::Borrowed("FALSE"),
                _ => Cow::Borrowed("TRUE"),
            },
            "e" => {
                sheet.errors.push(place);
                Cow::Borrowed(value)
            }
            _ => match value.parse::<f64>() {
                Ok(number) if number.is_finite() => {
                    let format = self.formats.get(cell.style).unwrap_or(&self.general);
                    let shown = format.show(number, self.from_1904);
                    if shown.hidden {
                        sheet.masked.push(place);
                    }
                    Cow::Owned(shown.text)
                }
                // Dates as text (`t="d"`), and whatever else stands there.
                _ => Cow::Borrowed(value),
            },
        };
        if cell.formula && cell.value.is_empty() && cell.inline.is_empty() && cell.kind != "str" {
            sheet.without_value.push(place);
        }
        sheet.push(place, &text);
    }
}

fn style(element: &Element<'_>, name: &str) -> usize {
    let style = element.number(name).unwrap_or(0);
    usize::try_from(style).unwrap_or(0)
}

/// Row and column of `AB12`.
fn position(place: &str) -> Option<(u32, u32)> {
    let place = place.trim();
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = place.split_at_checked(letters)?;
    let column = letters.bytes().try_fold(0u32, |column, letter| {
        let own = u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        column.checked_mul(26)?.checked_add(own)
    })?;
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

fn shared_strings(part: &str) -> Result<Vec<String>, SourceError> {
    let mut out: Vec<String> = Vec::new();
    let mut reading = false;
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Item::Start(element) => match element.name() {
                "si" => out.push(String::new()),
                "t" => reading = true,
                // How a word is read, over it.
                "rPh" => xml.skip(&element)?,
                _ => {}
            },
            Item::Text(text) if reading => {
                if let Some(string) = out.last_mut() {
                    string.push_str(&text);
                }
            }
            Item::End(end) if end.is("t") => reading = false,
            Item::Eof => break,
            _ => {}
        }
    }
    for string in &mut out {
        if string.contains("_x") {
            *string = unescape(string);
        }
    }
    Ok(out)
}

/// `_x000D_`: a control character as Excel writes it.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        out.push_str(before);
        let escaped = after
            .split_at_checked(4)
            .and_then(|(code, after)| Some((code, after.strip_prefix('_')?)))
            .and_then(|(code, after)| Some((u32::from_str_radix(code, 16).ok()?, after)))
            .and_then(|(code, after)| Some((char::from_u32(code)?, after)));
        match escaped {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push_str("_x");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The number format of each style of cells.
fn formats(part: &str) -> Result<Vec<Rc<Format>>, SourceError> {
    let mut own: FxHashMap<u32, String> = FxHashMap::default();
    let mut out = Vec::new();
    let mut styles = false;
    let mut known: FxHashMap<u32, Rc<Format>> = FxHashMap::default();
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Item::Start(element) => match element.name() {
                // Differential formats define numbers of their own.
                "dxfs" => xml.skip(&element)?,
                "numFmt" => {
                    if let Some(id) = element.number("numFmtId") {
                        own.insert(id, element.get("formatCode").unwrap_or_default());
                    }
                }
                "cellXfs" => styles = true,
                "xf" if styles => {
                    let id = element.number("numFmtId").unwrap_or(0);
                    let format = known.entry(id).or_insert_with(|| {
                        let code = own.get(&id).map_or(numfmt::builtin(id), String::as_str);
                        Rc::new(Format::parse(code))
                    });
                    out.push(Rc::clone(format));
                }
                _ => {}
            },
            Item::End(end) if end.is("cellXfs") => styles = false,
            Item::Eof => return Ok(out),
            _ => {}
        }
    }
}
