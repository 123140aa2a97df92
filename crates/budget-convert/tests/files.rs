//! Files made here part by part: what their readers make of them, and what they refuse.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::time::{Duration, Instant};

use budget_catalog::Catalog;
use budget_convert::{
    ImportOptions, ImportStatus, NoteKind, Source, SourceError, import_source, read_source,
};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn relations(lines: &[(&str, &str, &str)]) -> String {
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
fn docx(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
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
fn xlsx(sheets: &[(&str, &str, &str)], styles: &str) -> Vec<u8> {
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

fn read(bytes: Vec<u8>, name: &str) -> Result<Source, SourceError> {
    read_source(bytes, name, |bytes| {
        String::from_utf8(bytes).map_err(|_| "不是文本".to_owned())
    })
}

fn text(bytes: Vec<u8>, name: &str) -> String {
    read(bytes, name).unwrap().text
}

fn p(words: &str) -> String {
    format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>")
}

fn tc(properties: &str, words: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(words))
}

#[test]
fn merged_cells_of_a_document_keep_their_columns() {
    let body = format!(
        "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}{}</w:tr><w:tr><w:trPr><w:gridBefore w:val=\"1\"/></w:trPr>{}{}</w:tr></w:tbl>",
        tc("<w:vMerge w:val=\"restart\"/>", "项目"),
        tc("<w:gridSpan w:val=\"2\"/>", "预算数"),
        tc("<w:vMerge/>", ""),
        tc("", "上年"),
        tc("", "本年"),
        tc("", "1.50"),
        tc("", "2.00"),
    );
    assert_eq!(
        text(docx(&body, &[]), "a.docx"),
        "项目\t预算数\t\n\t上年\t本年\n\t1.50\t2.00\n\n"
    );
}

#[test]
fn empty_columns_after_a_row_stand_after_it() {
    let body = format!(
        "<w:tbl><w:tr><w:trPr><w:gridAfter w:val=\"2\"/></w:trPr>{}</w:tr><w:tr>{}{}{}</w:tr></w:tbl>",
        tc("", "合计"),
        tc("", "教育"),
        tc("", "1"),
        tc("", "2"),
    );
    let read = text(docx(&body, &[]), "a.docx");
    assert_eq!(read, "合计\t\t\n教育\t1\t2\n\n");
}

#[test]
fn paragraphs_read_as_they_are_seen() {
    let numbering = r#"<w:numbering>
        <w:abstractNum w:abstractNumId="7">
          <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
          <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
          <w:lvl w:ilvl="2"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
        </w:abstractNum>
        <w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
        <w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
        </w:numbering>"#;
    let styles = r#"<w:styles>
        <w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>
        <w:style w:styleId="own"><w:name w:val="章"/><w:basedOn w:val="1"/></w:style>
        <w:style w:styleId="c"><w:name w:val="toc 1"/></w:style>
        <w:style w:styleId="n"><w:name w:val="条"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
        </w:styles>"#;
    let footnotes = r#"<w:footnotes><w:footnote w:id="-1" w:type="separator"><w:p><w:r><w:t>no</w:t></w:r></w:p></w:footnote>
        <w:footnote w:id="2"><w:p><w:r><w:t>含上年结转。</w:t></w:r></w:p>
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>1.50</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:footnote></w:footnotes>"#;
    let item = |list: u32, level: u32, words: &str| {
        format!(
            r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"#
        )
    };
    let body = [
        r#"<w:p><w:pPr><w:pStyle w:val="c"/></w:pPr><w:r><w:t>一、职能</w:t><w:tab/><w:t>3</w:t></w:r></w:p>"#.to_owned(),
        r#"<w:p><w:pPr><w:pStyle w:val="own"/><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>第一部分 概况</w:t></w:r></w:p>"#.to_owned(),
        r#"<w:p><w:pPr><w:pStyle w:val="n"/></w:pPr><w:r><w:t>职能</w:t></w:r></w:p>"#.to_owned(),
        item(1, 1, "甲"),
        item(1, 1, "乙"),
        item(1, 2, "房屋"),
        item(1, 0, "机构"),
        item(1, 1, "丙"),
        item(2, 0, "另起"),
        // What was deleted isn't there, what was put in is; a reference to a note gives the note.
        r#"<w:p><w:r><w:t>支出</w:t></w:r><w:del><w:r><w:delText>1</w:delText></w:r></w:del><w:ins><w:r><w:t>2</w:t></w:r></w:ins><w:r><w:t xml:space="preserve"> 万元 &amp; &#x4E2D;</w:t><w:footnoteReference w:id="2"/></w:r></w:p>"#.to_owned(),
        // A text box, once for new and once for old programs.
        format!(
            "<w:p><w:r><w:t>前</w:t></w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{0}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>{0}</w:txbxContent></mc:Fallback></mc:AlternateContent><w:r><w:t>后</w:t></w:r></w:p>",
            p("框内")
        ),
    ]
    .concat();
    let source = read(
        docx(
            &body,
            &[
                ("numbering", numbering),
                ("styles", styles),
                ("footnotes", footnotes),
            ],
        ),
        "a.docx",
    )
    .unwrap();
    let expected = [
        "一、职能",
        "## 第一部分 概况",
        "一、职能",
        "（一）甲",
        "（二）乙",
        "3. 房屋",
        "二、机构",
        "（一）丙",
        "五、另起",
        "支出2 万元 & 中",
        "注：含上年结转。",
        "注：甲 1.50",
        "前后",
        "框内",
    ];
    assert_eq!(source.text.lines().collect::<Vec<_>>(), expected);
    let kinds: Vec<NoteKind> = source.notes.iter().map(|note| note.kind).collect();
    assert_eq!(
        kinds,
        [NoteKind::LeftOut, NoteKind::LeftOut],
        "{:?}",
        source.notes
    );
}

#[test]
fn a_table_in_a_table_stands_after_it() {
    let inner = format!(
        "<w:tbl><w:tr>{}{}</w:tr></w:tbl>",
        tc("", "甲"),
        tc("", "1")
    );
    let body = format!(
        "<w:tbl><w:tr><w:tc>{}{inner}{}</w:tc>{}</w:tr></w:tbl>{}",
        p("外"),
        p(""),
        tc("", "2"),
        p("后")
    );
    assert_eq!(text(docx(&body, &[]), "a.docx"), "外\t2\n\n甲\t1\n\n后\n");
}

const STYLES: &str = r##"<styleSheet><numFmts><numFmt numFmtId="176" formatCode="#,##0.00_ "/></numFmts>
    <cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
    <cellXfs><xf numFmtId="0"/><xf numFmtId="2"/><xf numFmtId="176"/><xf numFmtId="31"/></cellXfs></styleSheet>"##;

fn words(place: &str, words: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>"#)
}

#[test]
fn a_sheet_shows_its_numbers_and_tells_what_is_hidden() {
    let rows = [
        format!(r#"<row r="1">{}</row>"#, words("A1", "部门收入总体情况表")),
        format!(
            r#"<row r="2">{}{}</row>"#,
            words("A2", "编制部门：某局"),
            words("D2", "单位：万元")
        ),
        format!(
            r#"<row r="3">{}{}</row>"#,
            words("A3", "项目"),
            words("B3", "金额")
        ),
        format!(
            r#"<row r="4">{}{}{}</row>"#,
            words("B4", "上年"),
            words("C4", "本\n年"),
            words("D4", "日期")
        ),
        format!(
            r#"<row r="5" hidden="1">{}<c r="B5" s="2"><v>1234.5</v></c><c r="C5"><v>2597.0100000000002</v></c><c r="D5" s="3"><v>43831</v></c></row>"#,
            words("A5", "财政拨款")
        ),
        format!(
            r#"<row r="6">{}<c r="B6" s="1"><f>SUM(B5)</f><v>71</v></c><c r="C6"><f>SUM(C5)</f></c><c r="D6" t="e"><f>X</f><v>#REF!</v></c></row>"#,
            words("A6", "合计")
        ),
        format!(r#"<row r="8">{}</row>"#, words("A8", "注：数据为预算数。")),
    ];
    let sheet = format!(
        r#"<dimension ref="A1:XFD1048576"/><cols><col min="3" max="3" hidden="1"/><col min="9" max="16384" hidden="1"/></cols><sheetData>{}</sheetData><mergeCells><mergeCell ref="A1:D1"/><mergeCell ref="B3:C3"/></mergeCells>"#,
        rows.concat()
    );
    let bytes = xlsx(
        &[
            ("收入", "", &sheet),
            (
                "底稿",
                r#"state="hidden""#,
                "<sheetData><row><c><v>5</v></c><c><v>6</v></c></row></sheetData>",
            ),
        ],
        STYLES,
    );
    let source = read(bytes, "预算.xlsx").unwrap();
    let expected = [
        "## 部门收入总体情况表",
        "编制部门：某局",
        "单位：万元",
        "项目\t金额\t\t",
        "\t上年\t本年\t日期",
        "财政拨款\t1,234.50\t2597.01\t2020年1月1日",
        "合计\t71.00\t\t#REF!",
        "注：数据为预算数。",
        "## 底稿",
        "5\t6",
    ];
    let lines: Vec<&str> = source
        .text
        .lines()
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(lines, expected);
    let notes: Vec<&str> = source
        .notes
        .iter()
        .map(|note| note.message.as_str())
        .collect();
    assert_eq!(notes.len(), 5, "{notes:#?}");
    for (note, said) in notes.iter().zip([
        "工作表“收入”第 5 行是隐藏的",
        "工作表“收入”C 列是隐藏的",
        "工作表“收入”单元格 C6 是公式，但文件里没有存下结果",
        "工作表“收入”单元格 D6 显示的是公式错误",
        "工作表“底稿”是隐藏的",
    ]) {
        assert!(note.starts_with(said), "{note}");
    }
    let import = import_source(&source, &ImportOptions::default(), Catalog::builtin());
    assert_eq!(
        import.report.status,
        ImportStatus::Partly,
        "a value is missing"
    );
    assert_eq!(import.report.numbers.lost, 0);
    assert!(
        import.budget.contains("- 来源：预算.xlsx#收入\n"),
        "{}",
        import.budget
    );
    let place = source
        .text
        .lines()
        .position(|line| line.starts_with("合计"))
        .unwrap();
    let line = u32::try_from(place + 1).unwrap();
    assert_eq!(source.place(line), "工作表“收入”第 6 行");
}

#[test]
fn a_table_without_a_title_is_called_by_its_sheet_or_file() {
    let cells = format!(
        "<sheetData><row>{}{}</row><row><c><v>1</v></c><c><v>2</v></c></row></sheetData>",
        words("A1", "甲"),
        words("B1", "乙")
    );
    assert!(
        text(xlsx(&[("三公经费", "", &cells)], STYLES), "a.xlsx")
            .starts_with("## 三公经费\n甲\t乙\n")
    );
    assert!(
        text(xlsx(&[("Sheet1", "", &cells)], STYLES), "x/三公.xlsx")
            .starts_with("## 三公\n甲\t乙\n")
    );
}

#[test]
fn sheets_titled_by_names_alone_are_tables_of_the_template() {
    let sheet = |title: &str| {
        format!(
            "<sheetData><row>{}</row><row>{}{}</row><row>{}<c><v>1</v></c></row></sheetData>",
            words("A1", title),
            words("A2", "项目"),
            words("B2", "合计"),
            words("A3", "行政运行")
        )
    };
    let sheets = [
        sheet("部门收入总体情况表"),
        sheet("部门支出总体情况表"),
        sheet("别的什么表"),
    ];
    let names: Vec<(&str, &str, &str)> = ["1", "2", "3"]
        .into_iter()
        .zip(&sheets)
        .map(|(name, sheet)| (name, "", sheet.as_str()))
        .collect();
    let source = read(xlsx(&names, STYLES), "a.xlsx").unwrap();
    let options = ImportOptions {
        template: Some("新疆-2020-部门预算".to_owned()),
    };
    let import = import_source(&source, &options, Catalog::builtin());
    let headings: Vec<&str> = import
        .budget
        .lines()
        .filter(|line| line.starts_with('#'))
        .collect();
    let expected = ["## 表二 部门收入总体情况表", "## 表三 部门支出总体情况表"];
    assert_eq!(headings.get(..2), Some(&expected[..]), "{headings:?}");
}

#[test]
fn delimited_text_is_one_table() {
    let csv = "单位：万元,\r\n项目,金额\r\n\"甲,\n乙\",\"1,234.50\"\r\n\r\n合计,2\r\n";
    let read = text(csv.into(), "收入表.csv");
    assert_eq!(
        read.trim_end(),
        "## 收入表\n单位：万元\n项目\t金额\n甲, 乙\t1,234.50\n\n合计\t2"
    );
    assert_eq!(
        text("a\tb\n1\t2\n".into(), "表.tsv").trim_end(),
        "## 表\na\tb\n1\t2"
    );
    let import = import_source(
        &self::read(csv.into(), "收入表.csv").unwrap(),
        &ImportOptions::default(),
        Catalog::builtin(),
    );
    assert!(
        import.budget.contains("## 收入表\n\n- 来源：收入表.csv\n"),
        "{}",
        import.budget
    );
}

#[test]
fn the_bytes_tell_what_a_file_is() {
    assert_eq!(text(docx(&p("甲"), &[]), "a.csv"), "甲\n");
    assert_eq!(text("甲\t乙\n".into(), "a.xls"), "甲\t乙\n");
    let foreign = |bytes: &[u8], name: &str, said: &str| {
        let error = read(bytes.to_vec(), name).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    };
    foreign(
        b"<html><table></table></html>",
        "a.xls",
        "另存为 .docx 或 .xlsx",
    );
    let compound = |stream: &str| {
        let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    foreign(&compound("EncryptedPackage"), "a.docx", "去掉密码");
    foreign(&compound("WordDocument"), "a.doc", "另存为 .docx");
    foreign(&package(&[("a.txt", "甲")]), "a.docx", "这不是 Word 文档");
    foreign(b"", "a.xlsx", "文件是空的");
}

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

fn read_error(bytes: Vec<u8>) -> SourceError {
    read(bytes, "a.xlsx").unwrap_err()
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

/// An old workbook of those records.
fn xls(records: &[(u16, Vec<u8>)]) -> Vec<u8> {
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

fn u16s(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
}

#[test]
fn an_old_workbook_is_read_record_by_record() {
    let wide = |words: &str| {
        words
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let globals = |place: u32| {
        let mut sheet = place.to_le_bytes().to_vec();
        sheet.extend([1, 0, 2, 1]);
        sheet.extend(wide("收入"));
        let mut format = u16s(&[176, 4]);
        format.extend(b"\x000.00");
        // Three strings; the second goes on in the next record, in one byte a character.
        let mut strings = [3u32.to_le_bytes(), 3u32.to_le_bytes()].concat();
        strings.extend([2, 0, 1]);
        strings.extend(wide("项目"));
        strings.extend([4, 0, 1]);
        strings.extend(wide("甲乙"));
        let mut rest = b"\x00AB".to_vec();
        rest.extend([1, 0, 0, b'C']);
        vec![
            (0x0809, u16s(&[0x0600, 5])),
            (0x041E, format),
            (0x00E0, u16s(&[0, 0, 0])),
            (0x00E0, u16s(&[0, 176, 0])),
            (0x0085, sheet),
            (0x00FC, strings),
            (0x003C, rest),
            (0x000A, Vec::new()),
        ]
    };
    let length: usize = globals(0).iter().map(|(_, data)| data.len() + 4).sum();
    let mut records = globals(u32::try_from(length).unwrap());
    let string = |row: u16, column: u16, at: u16| (0x00FD, u16s(&[row, column, 0, at, 0]));
    let number = |row: u16, column: u16, style: u16, value: f64| {
        (
            0x0203,
            [u16s(&[row, column, style]), value.to_le_bytes().to_vec()].concat(),
        )
    };
    let formula = |row: u16, column: u16, value: [u8; 8]| {
        (0x0006, [u16s(&[row, column, 1]), value.to_vec()].concat())
    };
    let rk = |integer: i32| (integer << 2 | 3).to_le_bytes();
    let several = [
        u16s(&[3, 1, 1]),
        rk(7150).to_vec(),
        u16s(&[0]),
        rk(-50).to_vec(),
        u16s(&[2]),
    ];
    records.extend([
        (0x0809, u16s(&[0x0600, 16])),
        (0x007D, u16s(&[2, 2, 0, 0, 1])),
        (0x0208, u16s(&[3, 0, 3, 0, 0, 0, 0x20, 0])),
        string(0, 0, 0),
        string(0, 1, 1),
        string(0, 2, 2),
        string(1, 0, 0),
        number(1, 1, 1, 71.0),
        number(1, 2, 0, 0.1 + 0.2),
        string(2, 0, 0),
        formula(2, 1, 2.5f64.to_le_bytes()),
        formula(2, 2, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        (0x0207, [u16s(&[1]), vec![1], wide("无")].concat()),
        string(3, 0, 0),
        (0x00BD, several.concat()),
        string(4, 0, 0),
        formula(4, 1, [2, 0, 0x17, 0, 0, 0, 0xFF, 0xFF]),
        (0x000A, Vec::new()),
    ]);
    let source = read(xls(&records), "a.xls").unwrap();
    let lines: Vec<&str> = source
        .text
        .lines()
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(
        lines,
        [
            "## 收入",
            "项目\t甲乙AB\tC",
            "项目\t71.00\t0.3",
            "项目\t2.50\t无",
            "项目\t71.50\t-0.5",
            "项目\t#REF!\t",
        ]
    );
    let notes: Vec<&str> = source
        .notes
        .iter()
        .map(|note| note.message.as_str())
        .collect();
    assert_eq!(notes.len(), 4, "{notes:?}");
    for (note, said) in notes.iter().zip([
        "工作表“收入”是隐藏的",
        "工作表“收入”第 4 行是隐藏的",
        "工作表“收入”C 列是隐藏的",
        "工作表“收入”单元格 B5 显示的是公式错误",
    ]) {
        assert!(note.starts_with(said), "{note}");
    }

    let locked = xls(&[(0x0809, u16s(&[0x0600, 5])), (0x002F, u16s(&[1]))]);
    assert_eq!(read_error(locked), SourceError::Encrypted);
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
