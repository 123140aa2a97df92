//! Files made part by part.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use budget_convert::{Source, SourceError, read_source};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(crate) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(crate) fn relations(lines: &[(&str, &str, &str)]) -> String {
    let mut out = String::from("<Relationships>");
    for (id, kind, target) in lines {
        write!(
            out,
            r#"<Relationship Id="{id}" Type="http://schemas/{kind}" Target="{target}"/>"#
        )
        .unwrap();
    }
    out + "</Relationships>"
}

/// A Word document with that body and further parts.
pub(crate) fn docx(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let body = format!("<w:document><w:body>{body}</w:body></w:document>");
    let root = relations(&[("r1", "officeDocument", "word/document.xml")]);
    let kinds: Vec<(&str, &str, String)> = parts
        .iter()
        .map(|(kind, _)| (*kind, *kind, format!("{kind}.xml")))
        .collect();
    let kinds: Vec<(&str, &str, &str)> = kinds
        .iter()
        .map(|(id, kind, target)| (*id, *kind, target.as_str()))
        .collect();
    let own = relations(&kinds);
    let names: Vec<String> = parts
        .iter()
        .map(|(kind, _)| format!("word/{kind}.xml"))
        .collect();
    let mut all = vec![
        ("_rels/.rels", root.as_str()),
        ("word/document.xml", body.as_str()),
        ("word/_rels/document.xml.rels", own.as_str()),
    ];
    all.extend(
        names
            .iter()
            .map(String::as_str)
            .zip(parts.iter().map(|(_, text)| *text)),
    );
    package(&all)
}

/// A workbook: names, attributes and XML of its sheets.
pub(crate) fn xlsx(sheets: &[(&str, &str, &str)], styles: &str) -> Vec<u8> {
    let mut listed = String::from("<workbook><sheets>");
    let mut lines = vec![("s".to_owned(), "styles", "styles.xml".to_owned())];
    let mut parts = vec![("xl/styles.xml".to_owned(), styles.to_owned())];
    for (at, (name, state, xml)) in sheets.iter().enumerate() {
        write!(listed, r#"<sheet name="{name}" r:id="r{at}" {state}/>"#).unwrap();
        lines.push((
            format!("r{at}"),
            "worksheet",
            format!("/xl/worksheets/sheet{at}.xml"),
        ));
        parts.push((
            format!("xl/worksheets/sheet{at}.xml"),
            format!("<worksheet>{xml}</worksheet>"),
        ));
    }
    listed.push_str("</sheets></workbook>");
    let lines: Vec<(&str, &str, &str)> = lines
        .iter()
        .map(|(id, kind, target)| (id.as_str(), *kind, target.as_str()))
        .collect();
    parts.push((
        "_rels/.rels".to_owned(),
        relations(&[("r", "officeDocument", "xl/workbook.xml")]),
    ));
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), relations(&lines)));
    parts.push(("xl/workbook.xml".to_owned(), listed));
    let parts: Vec<(&str, &str)> = parts
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .collect();
    package(&parts)
}

/// An old workbook of those records.
pub(crate) fn xls(records: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let mut stream = file.create_stream("/Workbook").unwrap();
    for (kind, data) in records {
        stream.write_all(&kind.to_le_bytes()).unwrap();
        let length = u16::try_from(data.len()).unwrap();
        stream.write_all(&length.to_le_bytes()).unwrap();
        stream.write_all(data).unwrap();
    }
    stream.flush().unwrap();
    drop(stream);
    file.into_inner().into_inner()
}

pub(crate) fn read(bytes: Vec<u8>, name: &str) -> Result<Source, SourceError> {
    read_source(bytes, name, |bytes| {
        String::from_utf8(bytes).map_err(|_| "不是文本".to_owned())
    })
}

pub(crate) fn text(bytes: Vec<u8>, name: &str) -> String {
    read(bytes, name).unwrap().text
}

pub(crate) fn read_error(bytes: Vec<u8>) -> SourceError {
    read(bytes, "a.xlsx").unwrap_err()
}

pub(crate) fn p(words: &str) -> String {
    format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>")
}

pub(crate) fn tc(properties: &str, words: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(words))
}

pub(crate) const STYLES: &str = r##"<styleSheet><numFmts><numFmt numFmtId="176" formatCode="#,##0.00_ "/></numFmts>
    <cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
    <cellXfs><xf numFmtId="0"/><xf numFmtId="2"/><xf numFmtId="176"/><xf numFmtId="31"/></cellXfs></styleSheet>"##;

pub(crate) fn words(place: &str, words: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>"#)
}

pub(crate) fn u16s(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
}
