//! What is read in Word documents, and what is told of the rest.

use budget_convert::NoteKind;

use super::made::{docx, p, read, tc, text};

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

#[test]
fn what_revisions_deleted_and_comments_say_is_told_not_read() {
    let row = |properties: &str, cells: [&str; 2]| {
        let cells = cells.map(|words| tc("", words)).concat();
        format!("<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>")
    };
    let nested = format!(
        "<w:tr><w:trPr><w:del w:id=\"3\"/></w:trPr><w:tc><w:tbl>{}</w:tbl></w:tc></w:tr>",
        row("", ["内", "9"])
    );
    let body = [
        "<w:tbl>".to_owned(),
        row("<w:tblHeader/>", ["项目", "金额"]),
        row("<w:del w:id=\"1\" w:author=\"甲\"/>", ["旧行", "5"]),
        // That it once was deleted doesn't count; what follows a deleted row isn't deleted.
        row(
            "<w:trPrChange><w:trPr><w:del/></w:trPr></w:trPrChange>",
            ["新行", "6"],
        ),
        nested,
        row("<w:ins/>", ["合计", "6"]),
        "</w:tbl>".to_owned(),
        p("<w:t/>"),
        format!("<w:tbl>{}</w:tbl>", row("<w:del/>", ["全删", "7"])),
        p("后"),
    ]
    .concat();
    let comments = "<w:comments><w:comment><w:p/></w:comment><w:comment/><broken</w:comments>";
    let source = read(docx(&body, &[("comments", comments)]), "a.docx").unwrap();
    let lines = source.text.lines().filter(|line| !line.is_empty());
    assert_eq!(
        lines.collect::<Vec<_>>(),
        ["项目\t金额", "新行\t6", "合计\t6", "后"]
    );
    let notes = source.notes.iter().map(|note| note.message.as_str());
    assert_eq!(
        notes.collect::<Vec<_>>(),
        ["有 3 行表格已被修订删除，没有导入", "有 2 条批注，没有导入"]
    );
}
