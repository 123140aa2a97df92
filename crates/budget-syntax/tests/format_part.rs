//! Formatting a part: the blocks that a range touches, and the row that is being typed.
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test may panic")]

use budget_syntax::format::{TextEdit, align_row, apply, format, format_open, format_range};
use budget_syntax::tree::{BlockKind, RowKind};
use budget_syntax::{TextRange, parse};
use expect_test::{Expect, expect};

/// The text with what stands between the two `$` formatted.
fn ranged(marked: &str, expected: &Expect) {
    let start = marked.find('$').unwrap();
    let end = marked.rfind('$').unwrap() - 1;
    let text = marked.replace('$', "");
    let range = TextRange::new(
        u32::try_from(start).unwrap(),
        u32::try_from(end.max(start)).unwrap(),
    );
    let edits = format_range(&text, &parse(&text).tree, range);
    expected.assert_eq(&apply(&text, &edits));
}

#[test]
fn only_what_the_range_touches() {
    ranged(
        "＃＃ 表三\n\n\n\n|项目|金额|\n|$---|---:|\n$|甲|12.00|\n\n\n备注：无。  \n",
        &expect![[r#"
            ＃＃ 表三



            | 项目 |  金额 |
            | ---- | ----: |
            | 甲   | 12.00 |


            备注：无。  
        "#]],
    );
    // Empty lines in the range too; the line at whose start the range ends not.
    ranged(
        "＃＃ 表三\n$\n\n\n|甲|\n|-|\n$备注：无。  \n",
        &expect![[r#"
            ＃＃ 表三

            | 甲  |
            | --- |
            备注：无。  
        "#]],
    );
    // A cursor stands in a block, or at the end.
    ranged(
        "＃ 一\n\n＃ $$二\n\n＃ 三\n",
        &expect![[r#"
            ＃ 一

            # 二

            ＃ 三
        "#]],
    );
    ranged(
        "＃ 一\n\n＃ 三$$",
        &expect![[r#"
        ＃ 一

        # 三
    "#]],
    );
}

/// The row of the cursor `$` after the bar before it was typed, with the cursor where an editor leaves it. The rest of
/// the text stays.
fn typed(marked: &str) -> String {
    let cursor = marked.find('$').unwrap();
    let text = marked.replace('$', "");
    let edits = align_row(&text, &parse(&text).tree, u32::try_from(cursor).unwrap());
    for pair in edits.windows(2) {
        assert!(pair[0].range.end() <= pair[1].range.start(), "{edits:?}");
    }
    let moved = moved(cursor, &text, &edits);
    let mut out = apply(&text, &edits);
    out.insert(moved, '$');
    let line = |text: &str| text[..text.find('$').unwrap()].matches('\n').count();
    let number = line(marked);
    assert_eq!(line(&out), number);
    let others = |text: &str| -> Vec<String> {
        let lines = text.split('\n').enumerate();
        let others = lines.filter(|(at, _)| *at != number);
        others.map(|(_, line)| line.to_owned()).collect()
    };
    assert_eq!(others(&out), others(marked), "other lines stay");
    out.split('\n').nth(number).unwrap().to_owned()
}

/// Where an editor puts its cursor: text changed before it moves it, nothing else may touch it, but for a bar that
/// becomes another just before it.
fn moved(cursor: usize, text: &str, edits: &[TextEdit]) -> usize {
    let mut moved = cursor;
    for edit in edits {
        let (start, end) = (edit.range.start() as usize, edit.range.end() as usize);
        if end == cursor {
            assert_eq!((&text[start..end], edit.text.as_str()), ("｜", "|"));
        } else {
            assert!(
                end < cursor || start > cursor,
                "{edit:?} touches the cursor"
            );
        }
        if end <= cursor {
            moved = moved + edit.text.len() - (end - start);
        }
    }
    moved
}

const TABLE: &str = "\
## 表三

| 科目编码 | 功能分类科目名称 |   合计 |
| -------- | ---------------- | -----: |
| 201      | 一般公共服务支出 | 150.00 |
";

fn below(row: &str) -> String {
    typed(&format!("{TABLE}{row}\n"))
}

#[test]
fn a_row_while_it_is_typed() {
    assert_eq!(below("|$"), "|$");
    assert_eq!(below("｜$"), "|$");
    assert_eq!(below("| 205|$"), "| 205      |$");
    assert_eq!(below("｜205｜$"), "| 205      |$");
    assert_eq!(
        below("| 205      |𠮷县教育|$"),
        "| 205      | 𠮷县教育         |$"
    );
    // An amount, on the right.
    assert_eq!(
        below("| 205      | 教育支出         |9.5|$"),
        "| 205      | 教育支出         |    9.5 |$"
    );
    // Wider than its column: it overflows; the other rows wait for the formatter.
    assert_eq!(
        below("| 2050299 | 其他普通教育支出和别的支出 |$"),
        "| 2050299  | 其他普通教育支出和别的支出 |$"
    );
    // Longer than the table.
    assert_eq!(
        below("| 205 | 教育支出 | 9.50 | 多 |$"),
        "| 205      | 教育支出         |   9.50 | 多 |$"
    );
}

#[test]
fn the_cursor_stays_in_its_place_in_the_middle_of_a_row() {
    assert_eq!(
        below("| 205|$ 教育支出 | 9.50 |"),
        "| 205      |$ 教育支出         |   9.50 |"
    );
    // Right before a text there is no room for an edit.
    assert_eq!(
        below("| 205|$教育支出|9.50|"),
        "| 205      |$教育支出         |   9.50 |"
    );
    assert_eq!(below("| 205｜$｜9.50｜"), "| 205      |$｜   9.50 |");
    assert_eq!(
        below("| 205      |$      | 9.50 |"),
        "| 205      |$                  |   9.50 |"
    );
    assert_eq!(
        below("| 205 | 教育 |$              9.50 |"),
        "| 205      | 教育             |$   9.50 |"
    );
    // A tab or a full-width space is no padding.
    assert_eq!(
        below("|\t205\u{3000}|$\u{3000}教育 |"),
        "| 205      |$\u{3000}教育             |"
    );
}

#[test]
fn what_is_no_bar_of_a_row_changes_nothing() {
    assert_eq!(below("| 甲\\|$乙 |"), "| 甲\\|$乙 |");
    assert_eq!(below("|甲 <!-- 一|$二 --> |"), "|甲 <!-- 一|$二 --> |");
    assert_eq!(below("\n甲|$乙"), "甲|$乙");
    assert_eq!(typed("甲|$乙\n"), "甲|$乙");
    assert_eq!(typed("$"), "$");
}

#[test]
fn header_delimiter_and_tables_that_are_not_aligned() {
    assert_eq!(typed("｜科目编码｜合计｜$\n"), "| 科目编码 | 合计 |$");
    assert_eq!(typed("| 甲 | 乙 |\n|--- |$\n"), "|--- |$");
    assert_eq!(typed("| 甲 | 乙 |\n｜ --- ｜$\n"), "| --- |$");
    let loose = "|科目编码|合计|\n|---|---:|\n|201｜150.00｜$\n";
    assert_eq!(typed(loose), "| 201 | 150.00 |$");
    // The header, under which the table is as wide as it was.
    let header = "| 码|$ 功能分类科目名称 |   合计 |\n| -------- | ---------------- | -----: |\n";
    assert_eq!(typed(header), "| 码       |$ 功能分类科目名称 |   合计 |");
    // A row above the header is the new header.
    assert_eq!(typed(&format!("|新|$\n{}", &TABLE[12..])), "| 新 |$");
}

/// In every table of the corpus: a row typed without care is aligned to what the formatter wrote.
#[test]
fn a_typed_row_is_the_row_of_the_formatter() {
    let mut rows = 0;
    for name in ["000", "001", "003", "004"] {
        let root = env!("CARGO_MANIFEST_DIR");
        let path = format!("{root}/../../tests/corpus/{name}.budget");
        let text = std::fs::read_to_string(path).unwrap();
        let tree = parse(&text).tree;
        for block in tree.blocks() {
            let BlockKind::Table(table) = block.kind else {
                continue;
            };
            let before = TextRange::new(block.range.start(), block.range.end());
            for row in table.rows().filter(|row| row.kind != RowKind::Delimiter) {
                let comments = row.comments().next().is_some();
                let typed: Vec<_> = row.cells().map(|cell| cell.content.of(&text)).collect();
                if comments || typed.is_empty() {
                    continue;
                }
                let typed = format!("｜{}｜", typed.join("｜"));
                let start = (row.range.start() - before.start()) as usize;
                let end = (row.range.end() - before.start()) as usize;
                let mut alone = before.of(&text).to_owned();
                alone.replace_range(start..end, &typed);
                let cursor = u32::try_from(start + typed.len()).unwrap();
                let edits = align_row(&alone, &parse(&alone).tree, cursor);
                assert_eq!(apply(&alone, &edits), before.of(&text), "{typed}");
                rows += 1;
            }
        }
    }
    assert!(rows > 500, "{rows}");
}

/// An editor has a document with one kind of line end, and edits keep to it; in a file on disk there is LF alone.
#[test]
fn an_open_document_keeps_its_line_ends() {
    let text = "＃ 一\r\n|甲|乙|\r\n|-|-|\r\n|1|2|\r\n\r\n\r\n备注：无。  \r\n- 甲\n二";
    let tree = parse(text).tree;
    let whole = "# 一\r\n\r\n| 甲  | 乙  |\r\n| --- | --- |\r\n| 1   | 2   |\r\n\r\n备注：无。\r\n\r\n- 甲\r\n\r\n二\r\n";
    let open = apply(text, &format_open(text, &tree));
    assert_eq!(open, whole);
    assert_eq!(format_open(whole, &parse(whole).tree), []);
    let all = TextRange::new(0, u32::try_from(text.len()).unwrap());
    assert_eq!(apply(text, &format_range(text, &tree, all)), whole);
    assert_eq!(
        apply(text, &format(text, &tree)),
        whole.replace("\r\n", "\n")
    );
}

#[test]
fn what_stands_in_an_open_comment_or_the_front_matter_is_left_alone() {
    assert_eq!(below("|205 <!-- 甲   乙|$"), "|205 <!-- 甲   乙|$");
    assert_eq!(below("|205 <!-- x｜$"), "|205 <!-- x｜$");
    // A bar before the first key, and one after it.
    for front in ["---\n｜$\n模板: 甲\n---\n", "---\n模板: 甲\n｜$\n---\n"] {
        assert_eq!(typed(front), "｜$", "{front}");
    }
    assert_eq!(typed("---\n模板: 甲\n---\n｜$"), "|$");
}

/// A row of a hundred thousand bars: as if it were short, in a handful of edits, in a time that grows as the row does.
#[test]
fn a_row_of_very_many_bars() {
    let bars = |count: usize| "｜".repeat(count);
    for count in [2, 300, 100_000] {
        let half = count / 2;
        let text = bars(count);
        let cursor = u32::try_from(half * '｜'.len_utf8()).unwrap();
        let edits = align_row(&text, &parse(&text).tree, cursor);
        if count > 2 {
            assert_eq!(edits.len(), 3);
        }
        // Nothing is put at the cursor, and the bar behind it stays as it is.
        let closed = "|  ".repeat(half - 1) + "|";
        let rest = "｜".to_owned() + &"  |".repeat(count - half - 1);
        let marked = format!("{}${}", bars(half), bars(count - half));
        assert_eq!(typed(&marked), format!("{closed}${rest}"));
    }
}
