//! Files that are too much, or broken: refused, or read at a cost that their length explains.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use budget_convert::SourceError;
use proptest::prelude::*;

use super::made::{
    STYLES, docx, p, package, read, read_error, relations, tc, text, u16s, words, xls, xlsx,
};

#[test]
fn a_far_cell_costs_nothing() {
    let start = Instant::now();
    let far = format!(
        r#"<dimension ref="A1:XFD1048576"/><sheetData><row r="1">{}{}</row><row r="1048576"><c r="XFD1048576"><v>7</v></c></row></sheetData>"#,
        words("A1", "甲"),
        words("B1", "乙")
    );
    let read = text(xlsx(&[("表", "", &far)], STYLES), "a.xlsx");
    assert!(
        read.contains("\n7\t\n") && read.len() < 1000,
        "{} bytes",
        read.len()
    );
    // Cells along a diagonal of a grid of 100 million.
    let mut rows = String::new();
    for at in 0..10_000u32 {
        write!(
            rows,
            r#"<row r="{0}"><c r="A{0}"><v>1</v></c><c r="{1}{0}"><v>1</v></c></row>"#,
            at + 1,
            letters(at)
        )
        .unwrap();
    }
    let sparse = xlsx(
        &[("表", "", &format!("<sheetData>{rows}</sheetData>"))],
        STYLES,
    );
    assert_eq!(read_error(sparse), SourceError::TooSparse("表".to_owned()));
    assert!(start.elapsed() < Duration::from_secs(10));
}

fn letters(mut column: u32) -> String {
    let mut out = String::new();
    column += 1;
    while column > 0 {
        column -= 1;
        out.insert(0, char::from(b'A' + u8::try_from(column % 26).unwrap()));
        column /= 26;
    }
    out
}

#[test]
fn many_rows_are_read_quickly() {
    let start = Instant::now();
    let mut rows = String::new();
    for at in 0..100_000 {
        write!(
            rows,
            "<row><c t=\"str\"><v>项目{at}</v></c><c s=\"1\"><v>{at}.5</v></c></row>"
        )
        .unwrap();
    }
    let source = read(
        xlsx(
            &[("表", "", &format!("<sheetData>{rows}</sheetData>"))],
            STYLES,
        ),
        "a.xlsx",
    )
    .unwrap();
    assert!(source.text.contains("项目99999\t99999.50\n"));
    assert_eq!(
        source
            .text
            .lines()
            .filter(|line| line.contains('\t'))
            .count(),
        100_000
    );
    // Unoptimised, on a busy machine.
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    let mut bytes = docx(&p("甲"), &[]);
    // The directory's entry says how much a part unpacks to.
    let entry = bytes
        .windows(4)
        .rposition(|four| four == b"PK\x01\x02")
        .unwrap();
    bytes[entry + 24..entry + 28].copy_from_slice(&u32::MAX.saturating_sub(1).to_le_bytes());
    assert_eq!(read_error(bytes), SourceError::TooLarge);

    let names: Vec<String> = (0..10_001).map(|at| format!("{at}.xml")).collect();
    let parts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(read_error(package(&parts)), SourceError::TooManyParts);
    assert!(SourceError::TooLarge.to_string().contains("请"));
}

#[test]
fn little_that_becomes_much_is_refused() {
    // One string of a megabyte in each of a thousand cells.
    let string = format!("<sst><si><t>{}</t></si></sst>", "字".repeat(400_000));
    let cells = r#"<c t="s"><v>0</v></c>"#.repeat(1_000);
    let sheet = format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>");
    let bytes = package(&[
        (
            "_rels/.rels",
            &relations(&[("r", "officeDocument", "xl/workbook.xml")]),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &relations(&[("r", "worksheet", "s.xml"), ("t", "sharedStrings", "t.xml")]),
        ),
        (
            "xl/workbook.xml",
            r#"<workbook><sheets><sheet name="表" r:id="r"/></sheets></workbook>"#,
        ),
        ("xl/s.xml", &sheet),
        ("xl/t.xml", &string),
    ]);
    assert_eq!(read_error(bytes), SourceError::TooLarge);
    // Cells that say they span many.
    let cell = tc("<w:gridSpan w:val=\"4000000000\"/>", "1");
    let body = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", cell.repeat(20_000));
    assert!(text(docx(&body, &[]), "a.docx").len() < 3_000_000);
}

#[test]
fn files_cut_short_are_refused() {
    let whole = docx(&p("甲"), &[("styles", "<w:styles></w:styles>")]);
    for end in 4..whole.len() {
        let error = read(whole[..end].to_vec(), "a.docx").unwrap_err();
        assert!(matches!(error, SourceError::Damaged(_)), "{end}: {error}");
    }
    for body in [
        "<w:p>",
        "<w:p></w:tbl>",
        "<w:p>&nbsp;</w:p>",
        "<w:tbl><w:tr",
        "</w:body>",
    ] {
        let error = read(docx(body, &[]), "a.docx").unwrap_err();
        assert!(matches!(error, SourceError::Damaged(_)), "{body}: {error}");
    }
}

#[test]
fn nesting_without_end_is_refused_or_costs_nothing() {
    let deep = |open: &str, close: &str, times: usize| {
        docx(&(open.repeat(times) + &close.repeat(times)), &[])
    };
    let tables = deep("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 10_000);
    assert_eq!(read_error(tables), SourceError::TooDeep);
    assert_eq!(text(deep("<w:sdt>", "</w:sdt>", 100_000), "a.docx"), "");
    let boxes = deep("<w:p><w:txbxContent>", "</w:txbxContent></w:p>", 100_000);
    assert_eq!(read_error(boxes), SourceError::TooDeep);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Any run of tags, in whatever order they open: an answer, never a panic.
    #[test]
    fn any_tags_give_an_answer(tags in proptest::collection::vec(0usize..26, 0..60)) {
        const TAGS: [&str; 26] = [
            "<w:p>", "</w:p>", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>", "<w:t>", "</w:t>",
            "甲", "1.5", "<w:gridSpan w:val=\"9999999\"/>", "<w:numId w:val=\"1\"/>", "<w:txbxContent>",
            "</w:txbxContent>", "<w:br/>", "<w:gridBefore w:val=\"3\"/>", "<w:del/>", "<w:footnoteReference w:id=\"1\"/>",
            "<row r=\"0\">", "</row>", "<c r=\"ZZZZZZZZ9999999999\" t=\"s\">", "</c>", "<v>", "</v>",
        ];
        // Names that don't match are an error of the parts; here each is closed by any.
        let body: String = tags.iter().map(|tag| TAGS[*tag]).collect();
        let _ = read(docx(&body, &[]), "a.docx");
        let _ = read(xlsx(&[("表", "", &body)], STYLES), "a.xlsx");
    }
}

/// Lists in which each entry names one of another list: read in the length of both, not in its square.
#[test]
fn long_lists_that_name_each_other_are_read_quickly() {
    let start = Instant::now();
    let root = relations(&[("r", "officeDocument", "xl/workbook.xml")]);
    // Fifty thousand sheets, each with a relation of its own to one part.
    let (mut sheets, mut lines) = (String::new(), String::from("<Relationships>"));
    for at in 0..50_000 {
        write!(sheets, r#"<sheet name="{at}" r:id="r{at}"/>"#).unwrap();
        write!(
            lines,
            r#"<Relationship Id="r{at}" Type="x/worksheet" Target="s.xml"/>"#
        )
        .unwrap();
    }
    let workbook = format!("<workbook><sheets>{sheets}</sheets></workbook>");
    let cells = format!(
        "<worksheet><sheetData><row>{}</row></sheetData></worksheet>",
        words("A1", "甲")
    );
    let source = text(
        package(&[
            ("_rels/.rels", &root),
            ("xl/_rels/workbook.xml.rels", &(lines + "</Relationships>")),
            ("xl/workbook.xml", &workbook),
            ("xl/s.xml", &cells),
        ]),
        "a.xlsx",
    );
    assert_eq!(source.matches('甲').count(), 1, "the part is read once");

    // Thousands of headers whose parts are named in other letters, each with words of its own.
    let many = 4_000;
    let names: Vec<String> = (0..many)
        .map(|at| format!("WORD\\Header{at}.XML"))
        .collect();
    let headers: Vec<String> = (0..many)
        .map(|at| format!("<w:hdr>{}{}</w:hdr>", p(&format!("页眉{at}")), p("同一句")))
        .collect();
    let ids: Vec<String> = (0..many).map(|at| format!("header{at}.xml")).collect();
    let lines: Vec<(&str, &str, &str)> = ids
        .iter()
        .map(|id| (id.as_str(), "header", id.as_str()))
        .collect();
    let root = relations(&[("r", "officeDocument", "word/document.xml")]);
    let lines = relations(&lines);
    let mut parts = vec![
        ("_rels/.rels", root.as_str()),
        ("word/_rels/document.xml.rels", lines.as_str()),
        ("word/document.xml", "<w:document/>"),
    ];
    parts.extend(
        names
            .iter()
            .map(String::as_str)
            .zip(headers.iter().map(String::as_str)),
    );
    let source = read(package(&parts), "a.docx").unwrap();
    let said = source.notes.iter().map(|note| note.message.as_str());
    let said = said.collect::<String>();
    assert!(said.contains("页眉3999"), "{} bytes", said.len());
    assert_eq!(said.matches("同一句").count(), 1);

    // As many formats as an old workbook can number, and a style for each.
    let mut records = vec![(0x0809, u16s(&[0x0600, 5]))];
    records.extend((164..60_000).map(|id| (0x041E, [u16s(&[id, 1]), b"\x000".to_vec()].concat())));
    records.extend((164..60_000).map(|id| (0x00E0, u16s(&[0, id, 0]))));
    records.push((0x000A, Vec::new()));
    let _ = read(xls(&records), "a.xls");
    // Unoptimised, on a busy machine.
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
}
