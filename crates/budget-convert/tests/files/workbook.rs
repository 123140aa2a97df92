//! What is read in workbooks, new and old, and what is told of the rest.

use budget_catalog::Catalog;
use budget_convert::{ImportOptions, ImportStatus, SourceError, import_source};

use super::made::{STYLES, package, read, read_error, relations, text, u16s, words, xls, xlsx};

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

#[test]
fn what_stands_beside_the_cells_is_counted() {
    let sheet = format!(
        "<worksheet><sheetData><row>{}</row></sheetData></worksheet>",
        words("A1", "甲")
    );
    let drawing = "<xdr:wsDr><xdr:pic/><xdr:pic/><xdr:graphicFrame/><xdr:sp><xdr:txBody/></xdr:sp><xdr:sp/></xdr:wsDr>";
    let comments =
        "<comments><commentList><comment><text/></comment><comment/></commentList></comments>";
    // Newer programs write each comment once more.
    let threaded = "<ThreadedComments><threadedComment/><threadedComment/></ThreadedComments>";
    let workbook = r#"<workbook><sheets><sheet name="收入" r:id="a"/><sheet name="支出" r:id="b"/><sheet name="再来" r:id="a"/></sheets></workbook>"#;
    let bytes = package(&[
        (
            "_rels/.rels",
            &relations(&[("r", "officeDocument", "xl/workbook.xml")]),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &relations(&[("a", "worksheet", "a.xml"), ("b", "worksheet", "b.xml")]),
        ),
        ("xl/workbook.xml", workbook),
        ("xl/a.xml", &sheet),
        ("xl/b.xml", &sheet),
        (
            "xl/_rels/a.xml.rels",
            &relations(&[
                ("1", "drawing", "drawing.xml"),
                ("2", "comments", "comments.xml"),
                ("3", "threadedComment", "threaded.xml"),
                ("4", "drawing", "missing.xml"),
            ]),
        ),
        (
            "xl/_rels/b.xml.rels",
            &relations(&[
                ("1", "comments", "comments.xml"),
                ("2", "drawing", "broken.xml"),
            ]),
        ),
        ("xl/drawing.xml", drawing),
        ("xl/comments.xml", comments),
        ("xl/threaded.xml", threaded),
        ("xl/broken.xml", "<xdr:wsDr></xdr:pic>"),
    ]);
    let source = read(bytes, "a.xlsx").unwrap();
    let notes = source.notes.iter().map(|note| note.message.as_str());
    assert_eq!(
        notes.collect::<Vec<_>>(),
        [
            "工作表“收入”有 2 条批注、2 张图片、1 张图表、1 个文本框，没有导入；里面的数字和表格请手工录入",
            "工作表“支出”有 2 条批注，没有导入",
        ]
    );
    assert_eq!(source.text.matches('甲').count(), 2, "{}", source.text);
}

#[test]
fn what_stands_beside_the_cells_of_an_old_workbook_is_counted() {
    let globals = |place: u32| {
        let sheet = [place.to_le_bytes().as_slice(), &[0, 0, 1, 0, b'A']].concat();
        [
            (0x0809, u16s(&[0x0600, 5])),
            (0x0085, sheet),
            (0x000A, Vec::new()),
        ]
    };
    let length: usize = globals(0).iter().map(|(_, data)| data.len() + 4).sum();
    let object = |kind: u16| (0x005D, u16s(&[0x15, 0x12, kind, 1]));
    let records = [
        globals(u32::try_from(length).unwrap()).to_vec(),
        vec![
            (0x0809, u16s(&[0x0600, 16])),
            (
                0x0203,
                [u16s(&[0, 0, 0]), 2f64.to_le_bytes().to_vec()].concat(),
            ),
            object(0x08),
            object(0x05),
            object(0x06),
            // A comment has a box of its own kind; what is cut short says nothing.
            object(0x19),
            (0x005D, vec![0x15]),
            (0x001C, u16s(&[0, 0, 0, 1])),
            (0x000A, Vec::new()),
        ],
    ]
    .concat();
    let source = read(xls(&records), "a.xls").unwrap();
    assert!(source.text.contains('2'), "{}", source.text);
    let notes = source.notes.iter().map(|note| note.message.as_str());
    assert_eq!(
        notes.collect::<Vec<_>>(),
        [
            "工作表“A”有 1 条批注、1 张图片、1 张图表、1 个文本框，没有导入；里面的数字和表格请手工录入"
        ]
    );
}
