//! Files made here part by part: what their readers make of them, and what they refuse.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod limits;
mod made;
mod word;
mod workbook;

use budget_catalog::Catalog;
use budget_convert::{ImportOptions, import_source};

use made::{docx, p, package, read, text};

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
        &made::read(csv.into(), "收入表.csv").unwrap(),
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
