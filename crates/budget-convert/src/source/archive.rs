//! The packages that Word and Excel write: a zip of XML parts, opened with limits.

use std::io::{Cursor, Read};

use rustc_hash::FxHashMap;
use zip::ZipArchive;
use zip::result::ZipError;

use super::SourceError;
use super::xml::{Item, Xml};

/// The most bytes that all parts together may unpack to.
pub(super) const MAX_SIZE: u64 = 256 * 1024 * 1024;

/// The most parts of a file.
pub(super) const MAX_PARTS: usize = 10_000;

/// An opened package.
pub(super) struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// Parts by their names in lower case, with slashes.
    names: FxHashMap<String, usize>,
    /// How much more may be unpacked, whatever the directory says.
    left: u64,
}

/// A line of a `.rels` part.
pub(super) struct Relation {
    pub(super) id: String,
    /// The last piece of its type: `worksheet`, `footnotes`.
    pub(super) kind: String,
    /// The part it names, from the root of the package.
    pub(super) target: String,
}

impl<'b> Archive<'b> {
    /// Opens a package. Sizes and counts are checked before anything is unpacked.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, SourceError> {
        let entries = memchr::memmem::find_iter(bytes, b"PK\x01\x02");
        if entries.take(MAX_PARTS + 1).count() > MAX_PARTS {
            return Err(SourceError::TooManyParts);
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damage(&error))?;
        let mut total = 0u64;
        let mut names = FxHashMap::default();
        for at in 0..zip.len() {
            let part = zip.by_index_raw(at).map_err(|error| damage(&error))?;
            if part.encrypted() {
                return Err(SourceError::Encrypted);
            }
            total = total.saturating_add(part.size());
            if let Ok(name) = part.name() {
                names.entry(plain(&name)).or_insert(at);
            }
        }
        if total > MAX_SIZE {
            return Err(SourceError::TooLarge);
        }
        Ok(Self {
            zip,
            names,
            left: MAX_SIZE,
        })
    }

    /// The text of a part, if there is one.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, SourceError> {
        let found = self.zip.index_for_name(name).or_else(|| {
            // Some writers differ in case, or use backslashes.
            self.names.get(&plain(name)).copied()
        });
        let Some(at) = found else {
            return Ok(None);
        };
        let part = self.zip.by_index(at).map_err(|error| damage(&error))?;
        let mut bytes = Vec::new();
        part.take(self.left.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|_| SourceError::Damaged(format!("部件 {name} 解不开")))?;
        self.left = self
            .left
            .checked_sub(bytes.len() as u64)
            .ok_or(SourceError::TooLarge)?;
        text(bytes, name).map(Some)
    }

    /// The text of a part that must be there.
    pub(super) fn needed(&mut self, name: &str) -> Result<String, SourceError> {
        self.part(name)?
            .ok_or_else(|| SourceError::Damaged(format!("缺少部件 {name}")))
    }

    /// The part that holds the document.
    pub(super) fn main_part(&mut self) -> Result<String, SourceError> {
        let main = self
            .relations("")?
            .into_iter()
            .find(|relation| relation.kind == "officeDocument");
        if let Some(main) = main {
            return Ok(main.target);
        }
        let known = ["word/document.xml", "xl/workbook.xml"];
        let known = known
            .into_iter()
            .find(|name| self.zip.index_for_name(name).is_some());
        Ok(known.unwrap_or("").to_owned())
    }

    /// What a part refers to; the package itself for an empty name.
    pub(super) fn relations(&mut self, part: &str) -> Result<Vec<Relation>, SourceError> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let slash = if folder.is_empty() { "" } else { "/" };
        let Some(text) = self.part(&format!("{folder}{slash}_rels/{name}.rels"))? else {
            return Ok(Vec::new());
        };
        let mut out = Vec::new();
        let mut xml = Xml::new(&text);
        loop {
            match xml.next()? {
                Item::Start(element) if element.is("Relationship") => {
                    if element.get("TargetMode").as_deref() == Some("External") {
                        continue;
                    }
                    let kind = element.get("Type").unwrap_or_default();
                    out.push(Relation {
                        id: element.get("Id").unwrap_or_default(),
                        kind: kind.rsplit('/').next().unwrap_or("").to_owned(),
                        target: resolve(folder, &element.get("Target").unwrap_or_default()),
                    });
                }
                Item::Eof => return Ok(out),
                _ => {}
            }
        }
    }
}

/// A part's name as it is compared.
fn plain(name: &str) -> String {
    name.replace('\\', "/").to_ascii_lowercase()
}

/// A target from the folder of the part that names it.
fn resolve(folder: &str, target: &str) -> String {
    let (folder, target) = match target.strip_prefix('/') {
        Some(rooted) => ("", rooted),
        None => (folder, target),
    };
    let mut pieces: Vec<&str> = folder
        .split('/')
        .filter(|piece| !piece.is_empty())
        .collect();
    for piece in target.split('/') {
        match piece {
            "" | "." => {}
            ".." => {
                pieces.pop();
            }
            piece => pieces.push(piece),
        }
    }
    pieces.join("/")
}

/// XML is UTF-8, or UTF-16 with a byte order mark.
fn text(bytes: Vec<u8>, name: &str) -> Result<String, SourceError> {
    let broken = || SourceError::Damaged(format!("部件 {name} 的编码读不了"));
    let wide = |unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| {
            unit([
                pair.first().copied().unwrap_or(0),
                pair.last().copied().unwrap_or(0),
            ])
        });
        char::decode_utf16(units.skip(1))
            .collect::<Result<String, _>>()
            .map_err(|_| broken())
    };
    match bytes.get(..2) {
        Some([0xFF, 0xFE]) => wide(u16::from_le_bytes),
        Some([0xFE, 0xFF]) => wide(u16::from_be_bytes),
        _ => {
            let text = String::from_utf8(bytes).map_err(|_| broken())?;
            Ok(match text.strip_prefix('\u{FEFF}') {
                Some(rest) => rest.to_owned(),
                None => text,
            })
        }
    }
}

fn damage(error: &ZipError) -> SourceError {
    match error {
        ZipError::InvalidPassword => SourceError::Encrypted,
        ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED => {
            SourceError::Encrypted
        }
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => {
            SourceError::Damaged("压缩方式不认识".to_owned())
        }
        _ => SourceError::Damaged("压缩包读不完整".to_owned()),
    }
}
