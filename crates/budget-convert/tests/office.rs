//! Documents and workbooks that LibreOffice and pandoc made of the corpus import as its texts do.
//! How they were made is in `tests/fixtures/convert`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

use budget_catalog::Catalog;
use budget_convert::{Import, ImportOptions, import_source, import_text, read_source};

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

fn of_text(name: &str) -> Import {
    let text = fs::read_to_string(tests().join(format!("corpus/seeds/{name}.txt"))).unwrap();
    import_text(&text, &ImportOptions::default(), Catalog::builtin())
}

fn of_file(name: &str) -> Import {
    let bytes = fs::read(tests().join("fixtures/convert").join(name)).unwrap();
    let source = read_source(bytes, name, |_| panic!("{name} is no text")).unwrap();
    let import = import_source(&source, &ImportOptions::default(), Catalog::builtin());
    assert_eq!(import.report.numbers.lost, 0, "{name}");
    assert_eq!(import.report.lost_characters, 0, "{name}");
    import
}

/// The lines that say something, without the origins of tables.
fn lines(import: &Import) -> Vec<&str> {
    import
        .budget
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("- 来源："))
        .collect()
}

/// Compares, leaving out the lines between two, the first included.
fn compare(file: &str, text: &str, without: Option<(&str, &str)>) {
    let (file, text) = (of_file(file), of_text(text));
    assert_eq!(file.report.template, text.report.template);
    let cut = |import| -> Vec<String> {
        let mut out = Vec::new();
        let mut inside = false;
        for line in lines(import) {
            if let Some((from, to)) = without {
                inside = (inside || line == from) && line != to;
            }
            if !inside {
                out.push(line.to_owned());
            }
        }
        out
    };
    let (file, text) = (cut(&file), cut(&text));
    assert!(text.len() > 300, "the comparison has something to compare");
    for (at, (file, text)) in file.iter().zip(&text).enumerate() {
        assert_eq!(file, text, "line {at}");
    }
    assert_eq!(file.len(), text.len());
}

#[test]
fn a_document_of_libreoffice() {
    compare("000.libreoffice.docx", "000", None);
}

#[test]
fn a_document_of_pandoc() {
    compare("003.pandoc.docx", "003", None);
}

#[test]
fn a_workbook_with_forms_and_three_levels_of_header() {
    compare("003.xlsx", "003", None);
}

#[test]
fn an_old_workbook_with_sides_and_codes_in_three_columns() {
    // One row of 表七 is all that the PDF had left of it, after 表六; a sheet has no empty cells at
    // its end, by which the text import knows the row's table.
    compare(
        "000.xls",
        "000",
        Some((
            "## 表六 一般公共预算基本支出情况表",
            "## 表八 一般公共预算“三公”经费支出情况表",
        )),
    );
}

#[test]
fn tables_of_a_workbook_say_where_they_come_from() {
    let import = of_file("003.xlsx");
    let origins: Vec<&str> = import
        .budget
        .lines()
        .filter(|line| line.starts_with("- 来源："))
        .collect();
    assert!(origins.contains(&"- 来源：003.xlsx#表3"), "{origins:?}");
    // Under the table's heading, once a table.
    let after = import.budget.split("部门支出总体情况表\n").nth(2).unwrap();
    assert_eq!(
        after.lines().find(|line| !line.is_empty()),
        Some("- 来源：003.xlsx#表3")
    );
    assert_eq!(
        origins.iter().filter(|line| line.ends_with("#表1")).count(),
        1
    );
}

#[test]
fn a_broken_workbook_is_read_or_refused() {
    let whole = fs::read(tests().join("fixtures/convert/000.xls")).unwrap();
    let read = |bytes: Vec<u8>| {
        let source = read_source(bytes, "a.xls", |_| Err("不是文本".to_owned()));
        source.map(|source| source.text.len())
    };
    assert!(read(whole.clone()).unwrap() > 10_000);
    for end in (0..whole.len()).step_by(911) {
        let _ = read(whole[..end].to_vec());
    }
    // One byte other than it was, at places all over the records.
    for at in (512..whole.len()).step_by(173) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xFF;
        let _ = read(bytes);
    }
}
