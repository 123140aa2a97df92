//! Files in: what kind a file is, and its contents in the one form that the text import reads.
//!
//! Every reader writes lines, and tables as rows of cells between tabs with an empty line after
//! them, so a document gives the same `.budget` file whether it comes as text, from Word or from a
//! spreadsheet.

mod archive;
pub(crate) mod cells;
mod csv;
mod docx;
mod numbering;
mod numfmt;
pub(crate) mod origin;
mod sheet;
mod styles;
mod xls;
mod xlsx;
mod xml;

use budget_catalog::Catalog;
use serde::Serialize;

use crate::report::ImportStatus;
use crate::{Import, ImportOptions, import_lines, import_text};
use origin::Origins;

/// The contents of a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Source {
    /// Lines and tables, as [`import_text`](crate::import_text) reads them.
    pub text: String,
    /// What was met that the text doesn't show.
    pub notes: Vec<Note>,
    /// For each line of the text, the sheet and row it stands in (both from 0).
    places: Vec<(u32, u32)>,
    sheets: Vec<String>,
    origins: Origins,
    /// Text as it came: its tables may be set with spaces.
    plain: bool,
}

/// Something about the file that whoever imports it should know.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Note {
    /// What kind.
    pub kind: NoteKind,
    /// In Chinese: where, what was met, what was done.
    pub message: String,
}

/// Kinds of notes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// Hidden rows, columns, sheets or words: read like all others.
    Hidden,
    /// A formula whose result isn't stored: the cell is empty.
    NoValue,
    /// A cell that shows an error (`#REF!`): kept as it shows.
    ErrorCell,
    /// Something that isn't text, or was taken out of it: not read.
    LeftOut,
}

impl NoteKind {
    /// Whether the `.budget` file lacks something because of it.
    pub fn open(self) -> bool {
        matches!(self, NoteKind::NoValue)
    }
}

/// Why a file can't be read. Every message says what to do.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SourceError {
    /// Opens only with a password.
    #[error("文件设有打开密码，读不了。请在 Word、Excel 或 WPS 中打开，去掉密码后另存，再导入")]
    Encrypted,
    /// Cut off, or not what it says it is.
    #[error(
        "文件不完整或已损坏（{0}）。请重新复制或下载，或在 Word、Excel 或 WPS 中打开后另存，再导入"
    )]
    Damaged(String),
    /// Unpacks to too much.
    #[error(
        "文件展开后超过 {} MB，不像是公开文档。请只留下要导入的内容，另存后再导入",
        archive::MAX_SIZE / 1024 / 1024
    )]
    TooLarge,
    /// Too many parts.
    #[error(
        "文件里的部件超过 {} 个，不像是公开文档。请只留下要导入的内容，另存后再导入",
        archive::MAX_PARTS
    )]
    TooManyParts,
    /// Rows and columns that span a grid of too many cells.
    #[error("工作表“{0}”的单元格太分散，展开后过大。请删去表格以外的零星内容，另存后再导入")]
    TooSparse(String),
    /// Tables within tables without end.
    #[error(
        "表格嵌套超过 {} 层。请把内层的表格移出来，另存后再导入",
        docx::MAX_NESTING
    )]
    TooDeep,
    /// Another program's file.
    #[error("{0}")]
    Foreign(&'static str),
    /// Not text in any known encoding: the decoder's words.
    #[error("{0}")]
    Text(String),
}

impl Source {
    /// Where a line of the text (from 1) stands in the file, in Chinese.
    pub fn place(&self, line: u32) -> String {
        let index = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        let place = self.places.get(index(line).wrapping_sub(1));
        let Some((sheet, row)) = place else {
            return format!("原文第 {line} 行");
        };
        let row = row.saturating_add(1);
        match self.sheets.get(index(*sheet)) {
            Some(name) => format!("工作表“{name}”第 {row} 行"),
            None => format!("原文第 {row} 行"),
        }
    }

    fn note(&mut self, kind: NoteKind, message: String) {
        self.notes.push(Note { kind, message });
    }
}

/// Reads a file. Its first bytes tell what it is; the name's extension tells apart what the bytes
/// can't (`.csv`, `.tsv`). `decode` makes text of bytes that are text.
pub fn read_source(
    bytes: Vec<u8>,
    name: &str,
    decode: impl FnOnce(Vec<u8>) -> Result<String, String>,
) -> Result<Source, SourceError> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let (stem, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    let extension = extension.to_ascii_lowercase();
    if bytes.starts_with(b"PK\x03\x04") {
        return archive(&bytes, file, stem);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return compound(&bytes, file, stem);
    }
    let office = matches!(extension.as_str(), "docx" | "xlsx" | "xls" | "doc");
    if bytes.starts_with(b"PK\x05\x06") || bytes.is_empty() && office {
        return Err(SourceError::Damaged("文件是空的".to_owned()));
    }
    if office && is_markup(&bytes) {
        return Err(SourceError::Foreign(
            "文件实际是网页或 XML，只是扩展名不同。请用 Word、Excel 或 WPS 打开，另存为 .docx 或 .xlsx，再导入",
        ));
    }
    let text = decode(bytes).map_err(SourceError::Text)?;
    match extension.as_str() {
        "csv" => csv::read(&text, None, stem, file),
        "tsv" | "tab" => csv::read(&text, Some(b'\t'), stem, file),
        _ => Ok(Source {
            text,
            plain: true,
            ..Source::default()
        }),
    }
}

/// Imports what [`read_source`] gave.
pub fn import_source(source: &Source, options: &ImportOptions, catalog: &Catalog) -> Import {
    let mut import = if source.plain {
        import_text(&source.text, options, catalog)
    } else {
        import_lines(&source.text, &source.origins, options, catalog)
    };
    let report = &mut import.report;
    report.notes.clone_from(&source.notes);
    if report.notes.iter().any(|note| note.kind.open()) {
        report.status = ImportStatus::Partly;
    }
    import
}

fn archive(bytes: &[u8], file: &str, stem: &str) -> Result<Source, SourceError> {
    let mut archive = archive::Archive::open(bytes)?;
    let main = archive.main_part()?;
    if main.starts_with("word/") {
        docx::read(&mut archive, &main)
    } else if main == "xl/workbook.bin" {
        Err(SourceError::Foreign(
            "这是二进制工作簿（.xlsb）。请用 Excel 或 WPS 另存为 .xlsx，再导入",
        ))
    } else if main.starts_with("xl/") {
        let sheets = xlsx::read(&mut archive, &main)?;
        sheet::lay_out(sheets, file, stem)
    } else {
        Err(SourceError::Foreign(
            "这不是 Word 文档（.docx）或 Excel 工作簿（.xlsx）。请用 Word、Excel 或 WPS 另存为这两种之一，再导入",
        ))
    }
}

/// Reads a compound file: an old workbook; an old document or a new one behind a password is
/// refused. Stream names stand in it as UTF-16.
fn compound(bytes: &[u8], file: &str, stem: &str) -> Result<Source, SourceError> {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(bytes, &wide).is_some()
    };
    if has("EncryptedPackage") {
        Err(SourceError::Encrypted)
    } else if has("WordDocument") {
        Err(SourceError::Foreign(
            "这是旧版 Word 文档（.doc）。请用 Word 或 WPS 另存为 .docx，再导入",
        ))
    } else if has("Workbook") || has("Book") {
        sheet::lay_out(xls::read(bytes)?, file, stem)
    } else {
        Err(SourceError::Foreign(
            "认不出这个文件。请用 Word、Excel 或 WPS 另存为 .docx 或 .xlsx，再导入",
        ))
    }
}

fn is_markup(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.trim_ascii_start().starts_with(b"<")
}
