//! Workbooks of Excel 97 to 2003: a stream of records in a compound file.
//!
//! Only what a cell shows is read: numbers with their format, text, results of formulas, merges and
//! what is hidden. The layout of the records is in [MS-XLS].

use std::io::{Cursor, Read};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::SourceError;
use super::archive::MAX_SIZE;
use super::numfmt::{self, Format};
use super::sheet::{Room, Sheet};

/// Reads all sheets, in order.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, SourceError> {
    let stream = stream(bytes)?;
    let mut book = Book::default();
    let mut formats: FxHashMap<u16, Rc<Format>> = FxHashMap::default();
    let mut styles: Vec<u16> = Vec::new();
    let mut listed: Vec<(usize, Sheet)> = Vec::new();
    let mut records = Records { rest: &stream };
    while let Some(record) = records.next() {
        let mut data = record.fields();
        match record.kind {
            BOF if data.u16() != Some(0x0600) => {
                return Err(SourceError::Foreign(
                    "这是 Excel 95 或更早的工作簿。请用 Excel 或 WPS 另存为 .xlsx，再导入",
                ));
            }
            FILEPASS => return Err(SourceError::Encrypted),
            DATEMODE => book.from_1904 = data.u16() == Some(1),
            FORMAT => {
                if let (Some(id), Some(length)) = (data.u16(), data.u16()) {
                    let format = Format::parse(&data.string(length.into()));
                    formats.insert(id, Rc::new(format));
                }
            }
            XF => {
                data.skip(2);
                styles.push(data.u16().unwrap_or(0));
            }
            BOUNDSHEET => {
                let place = data.u32().and_then(|place| usize::try_from(place).ok());
                let hidden = data.u8().is_some_and(|state| state & 3 != 0);
                // Sheets of charts and macros hold no cells.
                if data.u8() == Some(0)
                    && let (Some(place), Some(length)) = (place, data.u8())
                {
                    let sheet = Sheet {
                        name: data.string(length.into()),
                        hidden,
                        ..Sheet::default()
                    };
                    listed.push((place, sheet));
                }
            }
            SST => book.strings = shared_strings(data),
            EOF => break,
            _ => {}
        }
    }
    book.formats = styles
        .iter()
        .map(|id| {
            let format = formats
                .entry(*id)
                .or_insert_with(|| Rc::new(Format::parse(numfmt::builtin((*id).into()))));
            Rc::clone(format)
        })
        .collect();
    // A sheet ends where another begins, so that none is read twice.
    let mut places: Vec<usize> = listed.iter().map(|(place, _)| *place).collect();
    places.sort_unstable();
    let mut read: FxHashSet<usize> = FxHashSet::default();
    let mut out = Vec::new();
    let mut room = Room::default();
    for (place, mut sheet) in listed {
        let after = places.partition_point(|other| *other <= place);
        let end = places.get(after).copied().unwrap_or(stream.len());
        if let Some(own) = stream.get(place..end)
            && read.insert(place)
        {
            sheet.room = room;
            book.read_sheet(own, &mut sheet);
            room = sheet.room.checked()?;
            out.push(sheet);
        }
    }
    Ok(out)
}

const FORMULA: u16 = 0x0006;
const EOF: u16 = 0x000A;
const DATEMODE: u16 = 0x0022;
const NOTE: u16 = 0x001C;
const FILEPASS: u16 = 0x002F;
const CONTINUE: u16 = 0x003C;
const OBJ: u16 = 0x005D;
const COLINFO: u16 = 0x007D;
const BOUNDSHEET: u16 = 0x0085;
const MULRK: u16 = 0x00BD;
const XF: u16 = 0x00E0;
const MERGEDCELLS: u16 = 0x00E5;
const SST: u16 = 0x00FC;
const LABELSST: u16 = 0x00FD;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOLERR: u16 = 0x0205;
const STRING: u16 = 0x0207;
const ROW: u16 = 0x0208;
const RK: u16 = 0x027E;
const FORMAT: u16 = 0x041E;
const BOF: u16 = 0x0809;

fn stream(bytes: &[u8]) -> Result<Vec<u8>, SourceError> {
    let broken = |_| SourceError::Damaged("复合文件读不完整".to_owned());
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(broken)?;
    let mut stream = file.open_stream("/Workbook").map_err(|_| {
        SourceError::Foreign("这是 Excel 95 或更早的工作簿。请用 Excel 或 WPS 另存为 .xlsx，再导入")
    })?;
    let mut out = Vec::new();
    let limited = stream.by_ref().take(MAX_SIZE + 1).read_to_end(&mut out);
    limited.map_err(broken)?;
    if out.len() as u64 > MAX_SIZE {
        return Err(SourceError::TooLarge);
    }
    Ok(out)
}

/// The records of a stream; those that continue another belong to it.
struct Records<'s> {
    rest: &'s [u8],
}

struct Record<'s> {
    kind: u16,
    pieces: Vec<&'s [u8]>,
}

impl<'s> Records<'s> {
    fn one(&mut self) -> Option<(u16, &'s [u8])> {
        let (head, rest) = self.rest.split_at_checked(4)?;
        let mut head = Fields::of(head);
        let (kind, length) = (head.u16()?, head.u16()?);
        // A record that is cut off ends the stream.
        let (data, rest) = rest.split_at_checked(length.into())?;
        self.rest = rest;
        Some((kind, data))
    }

    fn next(&mut self) -> Option<Record<'s>> {
        let (kind, data) = self.one()?;
        let mut pieces = vec![data];
        while self.rest.get(..2) == Some(&CONTINUE.to_le_bytes()) {
            match self.one() {
                Some((_, data)) => pieces.push(data),
                None => break,
            }
        }
        Some(Record { kind, pieces })
    }
}

impl<'s> Record<'s> {
    fn fields(&self) -> Fields<'s> {
        let mut pieces = self.pieces.clone();
        pieces.reverse();
        let now = pieces.pop().unwrap_or_default();
        Fields { now, pieces }
    }
}

/// The fields of a record, piece after piece.
struct Fields<'s> {
    now: &'s [u8],
    /// The pieces that follow, last first.
    pieces: Vec<&'s [u8]>,
}

impl<'s> Fields<'s> {
    fn of(now: &'s [u8]) -> Self {
        Self {
            now,
            pieces: Vec::new(),
        }
    }

    fn u8(&mut self) -> Option<u8> {
        while self.now.is_empty() {
            self.now = self.pieces.pop()?;
        }
        let (byte, rest) = self.now.split_first()?;
        self.now = rest;
        Some(*byte)
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut out = [0; N];
        for byte in &mut out {
            *byte = self.u8()?;
        }
        Some(out)
    }

    fn u16(&mut self) -> Option<u16> {
        self.bytes().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.bytes().map(u32::from_le_bytes)
    }

    fn f64(&mut self) -> Option<f64> {
        self.bytes().map(f64::from_le_bytes)
    }

    fn skip(&mut self, mut count: usize) {
        while count > 0 {
            if self.now.is_empty() {
                match self.pieces.pop() {
                    Some(piece) => self.now = piece,
                    None => return,
                }
            }
            let step = count.min(self.now.len());
            self.now = self.now.get(step..).unwrap_or_default();
            count -= step;
        }
    }

    /// A string of so many characters: flags, then one or two bytes each. Where a piece ends in
    /// the middle, the next begins with flags of its own.
    fn string(&mut self, length: usize) -> String {
        let flags = self.u8().unwrap_or(0);
        let runs = if flags & 8 != 0 {
            self.u16().unwrap_or(0)
        } else {
            0
        };
        let extra = if flags & 4 != 0 {
            self.u32().unwrap_or(0)
        } else {
            0
        };
        let mut wide = flags & 1 != 0;
        let mut units: Vec<u16> = Vec::new();
        while units.len() < length {
            if self.now.is_empty() {
                match self.pieces.pop() {
                    Some(piece) => self.now = piece,
                    None => break,
                }
                wide = self.u8().unwrap_or(0) & 1 != 0;
                continue;
            }
            let unit = if wide {
                self.u16()
            } else {
                self.u8().map(u16::from)
            };
            match unit {
                Some(unit) => units.push(unit),
                None => break,
            }
        }
        self.skip(usize::from(runs) * 4);
        self.skip(usize::try_from(extra).unwrap_or(usize::MAX));
        String::from_utf16_lossy(&units)
    }
}

fn shared_strings(mut data: Fields<'_>) -> Vec<String> {
    data.skip(8);
    let mut out = Vec::new();
    while let Some(length) = data.u16() {
        out.push(data.string(length.into()));
    }
    out
}

#[derive(Default)]
struct Book {
    strings: Vec<String>,
    /// By the number of a cell's style.
    formats: Vec<Rc<Format>>,
    from_1904: bool,
}

impl Book {
    fn read_sheet(&self, stream: &[u8], sheet: &mut Sheet) {
        let mut records = Records { rest: stream };
        // Charts inside a sheet are streams of their own.
        let mut depth = 0usize;
        // The cell of the formula whose text comes next.
        let mut formula = None;
        while let Some(record) = records.next() {
            match record.kind {
                BOF => depth += 1,
                EOF if depth <= 1 => break,
                EOF => depth -= 1,
                _ if depth == 1 => {
                    self.record(record.kind, record.fields(), sheet, &mut formula);
                }
                _ => {}
            }
        }
        sheet.cells.sort_by_key(|cell| (cell.row, cell.column));
        sheet.cells.dedup_by_key(|cell| (cell.row, cell.column));
    }

    /// Reads a record of a sheet; one that is too short says nothing.
    fn record(
        &self,
        kind: u16,
        mut data: Fields<'_>,
        sheet: &mut Sheet,
        formula: &mut Option<(u32, u32)>,
    ) -> Option<()> {
        match kind {
            ROW => {
                let row = u32::from(data.u16()?);
                data.skip(10);
                if data.u32()? & 0x20 != 0 {
                    sheet.hide_rows(row, row);
                }
            }
            COLINFO => {
                let (first, last) = (data.u16()?, data.u16()?);
                data.skip(4);
                if data.u16()? & 1 != 0 {
                    sheet.hide_columns(first.into(), last.into());
                }
            }
            MERGEDCELLS => {
                for _ in 0..data.u16()? {
                    let (top, bottom) = (data.u16()?, data.u16()?);
                    let (left, right) = (data.u16()?, data.u16()?);
                    let first = (top.into(), left.into());
                    sheet.merges.insert(first, (bottom.into(), right.into()));
                }
            }
            NOTE => sheet.beside.comments += 1,
            OBJ => {
                // Its first field says what it is.
                data.skip(4);
                match data.u16()? {
                    0x05 => sheet.beside.charts += 1,
                    0x06 => sheet.beside.boxes += 1,
                    0x08 => sheet.beside.pictures += 1,
                    _ => {}
                }
            }
            STRING => {
                let place = formula.take()?;
                let length = data.u16()?;
                sheet.push(place, &data.string(length.into()));
            }
            NUMBER | RK | LABELSST | LABEL | BOOLERR | FORMULA | MULRK => {
                let place = (u32::from(data.u16()?), u32::from(data.u16()?));
                if kind == MULRK {
                    for column in place.1..256 {
                        // The last two bytes are the last column's number.
                        let (style, number) = (data.u16()?, data.u32()?);
                        self.number(sheet, (place.0, column), style, packed(number));
                    }
                    return Some(());
                }
                let style = data.u16()?;
                match kind {
                    NUMBER => self.number(sheet, place, style, data.f64()?),
                    RK => self.number(sheet, place, style, packed(data.u32()?)),
                    LABELSST => {
                        let at = usize::try_from(data.u32()?).ok()?;
                        sheet.push(place, self.strings.get(at)?);
                    }
                    LABEL => {
                        let length = data.u16()?;
                        sheet.push(place, &data.string(length.into()));
                    }
                    BOOLERR => {
                        let (value, error) = (data.u8()?, data.u8()?);
                        special(sheet, place, value, error != 0);
                    }
                    _ => {
                        let value: [u8; 8] = data.bytes()?;
                        *formula = None;
                        match value {
                            [0, .., 0xFF, 0xFF] => *formula = Some(place),
                            [1, _, value, .., 0xFF, 0xFF] => special(sheet, place, value, false),
                            [2, _, value, .., 0xFF, 0xFF] => special(sheet, place, value, true),
                            [3, .., 0xFF, 0xFF] => {}
                            value => self.number(sheet, place, style, f64::from_le_bytes(value)),
                        }
                    }
                }
            }
            _ => {}
        }
        Some(())
    }

    fn number(&self, sheet: &mut Sheet, place: (u32, u32), style: u16, value: f64) {
        if !value.is_finite() {
            return;
        }
        let shown = match self.formats.get(usize::from(style)) {
            Some(format) => format.show(value, self.from_1904),
            None => Format::parse("General").show(value, self.from_1904),
        };
        if shown.hidden {
            sheet.masked.push(place);
        }
        sheet.push(place, &shown.text);
    }
}

/// A truth value or an error.
fn special(sheet: &mut Sheet, place: (u32, u32), value: u8, error: bool) {
    let text = match (error, value) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0F) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1D) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, _) => "#N/A",
    };
    if error {
        sheet.errors.push(place);
    }
    sheet.push(place, text);
}

/// A number in 32 bits: an integer or the upper part of a float, perhaps times a hundred.
fn packed(number: u32) -> f64 {
    let value = if number & 2 != 0 {
        f64::from(number.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(number & !3) << 32)
    };
    if number & 1 != 0 {
        value / 100.0
    } else {
        value
    }
}
