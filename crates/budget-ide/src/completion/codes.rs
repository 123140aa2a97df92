//! Account codes, typed as digits or as a piece of the name.

use std::cell::RefCell;
use std::rc::Rc;

use budget_catalog::template::{ColumnKind, GridSpec};
use budget_catalog::{CodeEntry, CodeTable, Trust, name::normalize};
use budget_convert::skeleton::HOLE;
use budget_model::{CellId, Document, Value, table::is_hole};
use budget_syntax::TextRange;
use budget_syntax::format::TextEdit;
use rustc_hash::{FxHashMap, FxHashSet};

use super::cells::{self, missing_labels};
use super::{Ask, CompletionItem, CompletionKind, CompletionList};
use crate::MarkupText;
use crate::place::{self, CellPlace};
use crate::rows::{RowWriter, code_columns, code_in, line_end, line_start, missing_parents};

/// More than anyone scrolls through; what is typed next brings others.
const MOST: usize = 100;

pub(super) fn complete(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    let offset = ask.offset;
    let cell = CellPlace::typed(document, offset)?;
    let target = Target::of(&cell)?;
    let classification = place::classification(document, cell.id, cell.grid);
    let codes = document.catalog.codes(classification);
    let hole = cell.is_hole(document) && cell.text.touches(offset);
    let typed = match hole {
        true => TextRange::empty(offset),
        false => typed(&cell, offset)?,
    };
    let replaced = match hole {
        true => cell.text,
        false => target.replaced(document, &cell, typed),
    };
    let mut fragment = normalize(document.slice(typed)).into_owned();
    // Where 类, 款 and 项 have columns of their own, what stands before it belongs to the code.
    let levels = code_columns(cell.grid);
    if target == Target::Code && levels.len() > 1 && is_digits(&fragment) {
        let before = levels
            .iter()
            .take_while(|at| **at < cell.id.column as usize);
        let before = before.filter_map(|at| cell.grid.cell(cell.id.row as usize, *at));
        let before: String = before.map(|cell| document.slice(cell.range)).collect();
        fragment.insert_str(0, &normalize(&before));
    }
    let year = place::code_year(document);

    let above = above(&cell);
    let mut found: Vec<(u8, &CodeEntry)> = Vec::new();
    let mut seen = FxHashSet::default();
    let own = (target == Target::Name)
        .then_some(cell.row.code.as_deref())
        .flatten();
    let printed = printed_codes(document, &cell);
    for entry in codes.entries() {
        let fits = match own {
            // A row that has its code wants that code's name.
            Some(code) => entry.code == code,
            None => matches(entry, &fragment),
        };
        let fits = fits && (printed.is_empty() || printed.contains(&&*entry.code));
        if fits && entry.holds_in(year) && seen.insert(&*entry.code) {
            // Of several names of a code, the one of the year.
            let entry = codes.in_year(&entry.code, year).unwrap_or(entry);
            found.push((nearness(&entry.code, above), entry));
        }
    }
    // A bar asks for nothing: only what is likely is worth a list.
    if ask.trigger.is_some_and(|typed| "|｜".contains(typed)) {
        found.retain(|(near, _)| *near <= 1);
    }
    let by_name = !is_digits(&fragment);
    let raw = document.slice(typed);
    let used: FxHashSet<&str> = cell
        .grid
        .rows
        .iter()
        .filter(|row| row.range != cell.row.range)
        .filter_map(|row| row.code.as_deref())
        .collect();
    found.sort_by_key(|(near, entry)| {
        let begins = by_name && !normalize(&entry.name).starts_with(&fragment);
        (begins, *near, used.contains(&*entry.code), &*entry.code)
    });
    // An editor matches what was typed against the item once more: digits against the code; what
    // was matched here in other ways, against itself. What comes next may be of either kind.
    let own_filter = is_digits(raw);
    let incomplete = found.len() > MOST || !own_filter || raw.is_empty();
    let writer = RowWriter::new(document, cell.grid).filter(|_| !cell.is_approved(document));
    let below = writer.as_ref();
    let below = below.and_then(|writer| blank_below(document, &cell, writer));
    let make = Make {
        document,
        cell: &cell,
        target,
        codes,
        year,
        replaced,
        open: open_cells(document, &cell),
        writer,
        below,
        parents: RefCell::default(),
    };
    let mut items: Vec<CompletionItem> = Vec::new();
    // Of no name that is typed, the totals come after the codes that are likely.
    let likely = match raw.is_empty() {
        true if !printed.is_empty() => found.len().min(MOST),
        true => found
            .iter()
            .filter(|(near, _)| *near == 0)
            .count()
            .min(MOST),
        false => 0,
    };
    items.extend(found.into_iter().take(MOST).map(|(_, entry)| {
        let mut item = make.item(entry, used.contains(&*entry.code), ask);
        if hole {
            item.filter = TextRange::new(cell.text.start(), offset)
                .of(&document.text)
                .to_owned();
        } else if !own_filter {
            item.filter = raw.to_owned();
        } else if raw.is_empty() {
            item.filter = item.label.clone();
        }
        item
    }));
    if target == Target::Name && own.is_none() {
        let labels = missing_labels(document, &cell, raw);
        let labels = labels.map(|label| cells::label_item(label, raw, replaced));
        items.splice(likely..likely, labels);
    }
    Some(CompletionList { items, incomplete })
}

/// The codes of a grid that prints every class; empty for one that takes any.
fn printed_codes<'d>(document: &'d Document, cell: &CellPlace<'_>) -> Vec<&'d str> {
    let table = document.tables.get(cell.id.table as usize);
    let spec: Option<&GridSpec> = table.and_then(|table| document.grid_spec(table, cell.grid));
    let rows = spec.map(|spec| spec.rows.as_slice()).unwrap_or_default();
    rows.iter().filter_map(|row| row.code.as_deref()).collect()
}

/// What the cell takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Code,
    CodeName,
    Name,
}

impl Target {
    fn of(cell: &CellPlace<'_>) -> Option<Self> {
        match cell.column.kind {
            ColumnKind::Code => Some(Self::Code),
            ColumnKind::CodeName => Some(Self::CodeName),
            // A name beside a code.
            ColumnKind::Name => cell.sibling(ColumnKind::Code).map(|_| Self::Name),
            _ => None,
        }
    }

    /// What is typed, and the rest of the code or name that the cursor stands in.
    fn replaced(self, document: &Document, cell: &CellPlace<'_>, typed: TextRange) -> TextRange {
        let end = cell.text.end().max(typed.end());
        let rest = document.slice(TextRange::new(typed.end(), end));
        let rest = match self {
            Self::CodeName => rest,
            Self::Code | Self::Name => rest.split(char::is_whitespace).next().unwrap_or(""),
        };
        let length = u32::try_from(rest.len()).unwrap_or(0);
        TextRange::new(typed.start(), typed.end() + length)
    }

    fn edits(
        self,
        document: &Document,
        cell: &CellPlace<'_>,
        replaced: TextRange,
        open: &[(usize, TextRange)],
        entry: &CodeEntry,
    ) -> (TextEdit, Vec<TextEdit>) {
        let own = cell.id.column as usize;
        let says = |column: usize| match cell.grid.columns.get(column).map(|it| it.kind) {
            Some(ColumnKind::Code) => Some(code_in(cell.grid, column, &entry.code).to_owned()),
            Some(ColumnKind::Name) => Some(entry.name.to_string()),
            _ => None,
        };
        let also = open.iter().filter_map(|(column, range)| {
            let text = says(*column).filter(|text| !text.is_empty() && self != Self::CodeName)?;
            Some(TextEdit {
                range: *range,
                text,
            })
        });
        let also = also.collect();
        let mut text = match self {
            Self::CodeName => format!("{} {}", entry.code, entry.name),
            Self::Code | Self::Name => says(own).unwrap_or_default(),
        };
        // Right behind a bar.
        let before = TextRange::new(0, replaced.start()).of(&document.text);
        if replaced.is_empty() && before.ends_with(['|', '｜']) {
            text.insert(0, ' ');
        }
        text.push_str(&rest_of_row(document, cell, replaced, says));
        let edit = TextEdit {
            range: replaced,
            text,
        };
        (edit, also)
    }
}

/// The cells after one that ends its line without a bar, the name among them.
fn rest_of_row(
    document: &Document,
    cell: &CellPlace<'_>,
    replaced: TextRange,
    says: impl Fn(usize) -> Option<String>,
) -> String {
    let rest = document.text.get(replaced.end() as usize..);
    let line = rest.and_then(|rest| rest.split(['\n', '\r']).next());
    let columns = cell.id.column as usize + 1..cell.grid.columns.len();
    if line.is_none_or(|line| !line.trim().is_empty()) || columns.is_empty() {
        return String::new();
    }
    let cells = columns.map(|column| format!(" | {}", says(column).unwrap_or_default()));
    cells.chain([" |".to_owned()]).collect()
}

/// The other cells of a row that are to be filled in and have bars of their own: a half-typed row
/// lacks those of its last cells.
fn open_cells(document: &Document, cell: &CellPlace<'_>) -> Vec<(usize, TextRange)> {
    let own = cell.id.column as usize;
    let others = (0..cell.grid.columns.len()).filter(|column| *column != own);
    let in_own_bars = |range: TextRange| {
        CellPlace::at(document, range.start()).is_some_and(|other| {
            other.id.row == cell.id.row && other.id.column != cell.id.column && other.text == range
        })
    };
    others
        .filter_map(|column| {
            let range = cell.grid.cell(cell.id.row as usize, column)?.range;
            let to_fill = range.is_empty() || is_hole(document.slice(range));
            (to_fill && in_own_bars(range)).then_some((column, range))
        })
        .collect()
}

/// From the cell's text up to the cursor; `None` if the cursor stands before or apart from it.
fn typed(cell: &CellPlace<'_>, offset: u32) -> Option<TextRange> {
    if cell.text.is_empty() {
        return Some(TextRange::empty(offset));
    }
    (cell.text.start() < offset && offset <= cell.text.end())
        .then(|| TextRange::new(cell.text.start(), offset))
}

/// Whether an entry fits what was typed: digits its code begins with, or a piece of its name.
fn matches(entry: &CodeEntry, fragment: &str) -> bool {
    if is_digits(fragment) {
        return entry.code.starts_with(fragment);
    }
    let digits = fragment.bytes().take_while(u8::is_ascii_digit).count();
    let (code, name) = fragment.split_at_checked(digits).unwrap_or(("", fragment));
    entry.code.starts_with(code)
        && (entry.name.contains(name) || normalize(&entry.name).contains(name))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The code of the nearest row above that has one.
fn above<'d>(cell: &CellPlace<'d>) -> Option<&'d str> {
    let rows = cell.grid.rows.get(..cell.id.row as usize)?;
    rows.iter().rev().find_map(|row| row.code.as_deref())
}

/// How likely a code is the next one: below the code above first, then beside it and after it,
/// then further up.
fn nearness(code: &str, above: Option<&str>) -> u8 {
    let Some(above) = above else {
        return u8::from(code.len() != 3);
    };
    let parent = |code: &str| code.len().checked_sub(2).filter(|length| *length >= 3);
    if parent(code) == Some(above.len()) && code.starts_with(above) {
        return 0;
    }
    if code <= above {
        return 9;
    }
    // The longest prefix of the code above that this code is a direct child of.
    let mut level = above;
    let mut steps = 1;
    while let Some(length) = parent(level) {
        level = level.get(..length).unwrap_or_default();
        if parent(code) == Some(level.len()) && code.starts_with(level) {
            return steps;
        }
        steps += 1;
    }
    if code.len() == 3 { 4 } else { 8 }
}

/// Rows that are added, with their names.
type Parents = Rc<[(TextEdit, String)]>;

/// What items are made from.
struct Make<'m, 'd> {
    document: &'d Document,
    cell: &'m CellPlace<'d>,
    target: Target,
    codes: &'d CodeTable,
    year: Option<u16>,
    replaced: TextRange,
    /// Other cells of the row that the code fills.
    open: Vec<(usize, TextRange)>,
    /// None where no row may be added.
    writer: Option<RowWriter<'d>>,
    /// The row that is added below.
    below: Option<TextEdit>,
    /// The rows that are added above, by what the codes begin with.
    parents: RefCell<FxHashMap<String, Parents>>,
}

impl Make<'_, '_> {
    fn item(&self, entry: &CodeEntry, used: bool, ask: &Ask<'_>) -> CompletionItem {
        let notes = [used.then_some("本表已有"), trust_note(entry.trust)];
        let notes: Vec<&str> = notes.into_iter().flatten().collect();
        let label = format!("{} {}", entry.code, entry.name);
        let (edit, also) =
            self.target
                .edits(self.document, self.cell, self.replaced, &self.open, entry);
        let mut item = CompletionItem::new(CompletionKind::Code, &label, edit.range)
            .text(edit.text)
            .filter(&*entry.code)
            .note((!notes.is_empty()).then(|| notes.join("，")));
        item.also = also;
        // All edits come with the list: an editor that has some of them makes no others of an item taken at once.
        let parents = self.parents(entry);
        item.also
            .extend(parents.iter().map(|(edit, _)| edit.clone()));
        item.also.extend(self.below.clone());
        if ask.wants(&label) {
            item.detail = self.codes.path(&entry.code, self.year).join(" / ");
            let mut markup = MarkupText::default()
                .text(trust_sentence(entry.trust))
                .text(&years(entry));
            if !parents.is_empty() {
                let names: Vec<&str> = parents.iter().map(|(_, name)| name.as_str()).collect();
                let note = format!("一并补上上级科目：{}。", names.join("、"));
                markup = markup.paragraph().text(&note);
            }
            item.documentation = Some(markup);
        }
        item
    }

    /// The rows that the code wants above it, with their names.
    fn parents(&self, entry: &CodeEntry) -> Parents {
        let siblings = entry.code.len().checked_sub(2);
        let siblings = siblings.and_then(|length| entry.code.get(..length));
        let mut known = self.parents.borrow_mut();
        let parents = known
            .entry(siblings.unwrap_or_default().to_owned())
            .or_insert_with(|| self.parents_of(entry).into());
        Rc::clone(parents)
    }

    /// As [`Self::parents`]; codes with the same parent want the same.
    fn parents_of(&self, entry: &CodeEntry) -> Vec<(TextEdit, String)> {
        let Some(writer) = &self.writer else {
            return Vec::new();
        };
        let cell = self.cell;
        let row = cell.id.row as usize;
        let missing = missing_parents(self.document, cell.id, cell.grid, &entry.code, Some(row));
        let mut edits: Vec<(TextEdit, String)> = Vec::new();
        for (place, code, name) in missing {
            // A row with rows below it is their sum.
            let line = writer.account(&code, &name, |_| "=".to_owned());
            let name = format!("{code} {name}");
            let edit = writer.above(place, &[line]);
            // At one place, in one edit: clients needn't keep the order of several.
            match edits
                .iter_mut()
                .find(|(known, _)| known.range == edit.range)
            {
                Some((known, names)) => {
                    known.text.push_str(&edit.text);
                    names.push('、');
                    names.push_str(&name);
                }
                None => edits.push((edit, name)),
            }
        }
        edits
    }
}

/// The blank row that is being filled in, once more below it: as long as it stands there, the table isn't whole,
/// and its sums wait. On a line of its own, so that it stays right while more is typed.
fn blank_below(
    document: &Document,
    here: &CellPlace<'_>,
    writer: &RowWriter<'_>,
) -> Option<TextEdit> {
    let row = here.id.row;
    let at = |row: u32, column: usize| {
        let column = u32::try_from(column).ok()?;
        document.cell(CellId {
            row,
            column,
            ..here.id
        })
    };
    let next = here.grid.rows.get(row as usize + 1)?;
    let names = |kind| {
        matches!(
            kind,
            ColumnKind::Code | ColumnKind::Name | ColumnKind::CodeName
        )
    };
    let columns = 0..here.grid.columns.len();
    let value = |row, column| at(row, column).map(|cell| cell.value);
    let mut rest = columns
        .clone()
        .filter(|column| *column != here.id.column as usize)
        .map(|column| value(row, column));
    let is_blank = rest.clone().any(|it| it == Some(Value::Hole))
        && rest.all(|it| matches!(it, Some(Value::Hole | Value::Derived)));
    let is_last = !columns
        .map(|column| value(row + 1, column))
        .any(|it| it == Some(Value::Hole));
    if !is_blank || !is_last {
        return None;
    }
    let line = writer.line(|column, kind| match at(row, column) {
        Some(cell) if !names(kind) => document.slice(cell.range).to_owned(),
        _ => HOLE.to_owned(),
    });
    let text: &str = &document.text;
    Some(TextEdit {
        range: TextRange::empty(line_start(text, next.range.start())),
        text: format!("{line}{}", line_end(text)),
    })
}

/// A remark on an entry that isn't read off a document.
fn trust_note(trust: Trust) -> Option<&'static str> {
    match trust {
        Trust::Document => None,
        Trust::Memory => Some("未经文件核对"),
        Trust::Uncertain => Some("存疑"),
    }
}

/// How far an entry can be trusted, in a sentence.
pub(crate) fn trust_sentence(trust: Trust) -> &'static str {
    match trust {
        Trust::Document => "编码和名称见于已公开的文件。",
        Trust::Memory => "编码和名称未经文件核对，请以当年《政府收支分类科目》为准。",
        Trust::Uncertain => "编码和名称存疑，请以当年《政府收支分类科目》为准。",
    }
}

/// In which years an entry holds; empty if that isn't known.
pub(crate) fn years(entry: &CodeEntry) -> String {
    match (entry.from, entry.to) {
        (Some(from), Some(to)) => format!("{from} 年至 {to} 年使用。"),
        (Some(from), None) => format!("{from} 年起使用。"),
        (None, Some(to)) => format!("{to} 年及以前使用。"),
        (None, None) => String::new(),
    }
}
