//! What holds for every text.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use budget_syntax::format::{align_row, apply, format, format_open, format_range};
use budget_syntax::position::{Encoding, LineIndex, Places};
use budget_syntax::tree::{Alignment, BlockKind, RowKind};
use budget_syntax::{Same, TextRange, expr, parse, slots};
use proptest::prelude::*;

/// Blocks and tokens cover the text without gap or overlap, and all nodes lie in their block.
fn covers(text: &str) {
    let parse = parse(text);
    let mut at = 0;
    for block in parse.tree.blocks() {
        assert_eq!(block.range.start(), at, "blocks leave no gap");
        assert!(!block.range.is_empty());
        for (_, token) in block.tokens() {
            assert_eq!(token.start(), at, "tokens leave no gap");
            assert!(!token.is_empty());
            assert!(
                text.get(token.start() as usize..token.end() as usize)
                    .is_some()
            );
            at = token.end();
        }
        assert_eq!(at, block.range.end());
        for node in nodes(block.kind) {
            assert!(block.range.contains(node), "{node:?} in {:?}", block.range);
            assert!(
                text.get(node.start() as usize..node.end() as usize)
                    .is_some()
            );
        }
    }
    assert_eq!(at as usize, text.len());
    for error in &parse.errors {
        assert!(error.range.end() as usize <= text.len());
        assert!(!error.message.is_empty() && !error.help.is_empty());
    }
    assert!(parse.errors.is_sorted_by_key(|error| error.range));
}

fn nodes(kind: BlockKind<'_>) -> Vec<TextRange> {
    match kind {
        BlockKind::FrontMatter(matter) => matter.entries().flat_map(|e| [e.key, e.value]).collect(),
        BlockKind::Heading(heading) => vec![heading.text],
        BlockKind::Table(table) => table
            .rows()
            .flat_map(|row| {
                let cells = row
                    .cells()
                    .flat_map(|cell| [cell.outer, cell.content, cell.text]);
                let comments = row.comments().flat_map(|c| [c.range, c.text]);
                cells.chain(comments).chain([row.range]).collect::<Vec<_>>()
            })
            .collect(),
        BlockKind::ListItem(item) => item
            .field
            .map_or(vec![item.text], |f| vec![item.text, f.key, f.value]),
        BlockKind::Comment(comment) => vec![comment.text, comment.range],
        BlockKind::Paragraph(text) => text
            .field
            .map_or(vec![text.text], |f| vec![text.text, f.key, f.value]),
        BlockKind::Blank => Vec::new(),
    }
}

/// What a text says, spaces and syntax set aside: what formatting must keep.
fn meaning(text: &str) -> Vec<String> {
    let parse = parse(text);
    let lines = |range: TextRange| -> String {
        let lines = range
            .of(text)
            .split(['\n', '\r'])
            .map(|line| line.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}'));
        lines
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let field = |field: Option<budget_syntax::tree::Entry>| {
        field.map_or(String::new(), |f| {
            format!(" {:?}={:?}", lines(f.key), lines(f.value))
        })
    };
    let mut out = Vec::new();
    for block in parse.tree.blocks() {
        match block.kind {
            BlockKind::FrontMatter(matter) => out.extend(
                matter
                    .entries()
                    .map(|e| format!("entry {} = {}", lines(e.key), lines(e.value))),
            ),
            BlockKind::Heading(h) => out.push(format!("heading {} {}", h.level, lines(h.text))),
            BlockKind::Table(table) => {
                let width = table.rows().next().map_or(0, |row| row.cells().len());
                let mut alignments: Vec<_> = table.alignments().collect();
                // A missing delimiter is a plain one.
                alignments.resize(alignments.len().max(width), Alignment::None);
                out.push(format!("table {alignments:?}"));
                for row in table.rows() {
                    let mut cells: Vec<_> = match row.kind {
                        RowKind::Delimiter => Vec::new(),
                        _ => row.cells().map(|cell| lines(cell.text)).collect(),
                    };
                    // Missing cells are blank ones.
                    if row.kind == RowKind::Body {
                        cells.resize(cells.len().max(width), String::new());
                    }
                    let comments: Vec<_> = row.comments().map(|c| lines(c.text)).collect();
                    out.push(format!("{:?} {cells:?} {comments:?}", row.kind));
                }
            }
            BlockKind::ListItem(i) => out.push(format!("item {}{}", lines(i.text), field(i.field))),
            BlockKind::Comment(c) => out.push(format!("comment {}", lines(c.text))),
            BlockKind::Paragraph(p) => {
                out.push(format!("text {}{}", lines(p.text), field(p.field)))
            }
            BlockKind::Blank => {}
        }
    }
    out
}

fn formats(text: &str) {
    let once = apply(text, &format(text, &parse(text).tree));
    covers(&once);
    assert_eq!(
        kinds(&parse(text)),
        kinds(&parse(&once)),
        "errors of {text:?} and {once:?}"
    );
    assert_eq!(meaning(text), meaning(&once), "{text:?} became {once:?}");
    let again = format(&once, &parse(&once).tree);
    assert_eq!(apply(&once, &again), once, "formatting twice, of {text:?}");
    assert!(again.is_empty());
    assert!(!once.contains('\r'));
    assert!(once.is_empty() || once.ends_with('\n'));
}

/// Errors by kind; a delimiter row of the wrong width is mended by formatting.
fn kinds(parse: &budget_syntax::Parse) -> Vec<String> {
    let mut kinds: Vec<_> = parse
        .errors
        .iter()
        .filter(|error| !error.message.contains("分隔行有"))
        .map(|error| format!("{:?}", error.kind))
        .collect();
    kinds.sort();
    kinds
}

fn positions(text: &str) {
    let index = LineIndex::new(text);
    for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
        let mut last = None;
        let places = Places::new(text, &index, encoding);
        for at in 0..u32::try_from(text.len() + 2).unwrap() {
            let place = index.position(text, at, encoding);
            assert_eq!(places.position(at), place);
            for length in [0, 1, 3, 40] {
                let range = TextRange::new(at, at + length);
                let end = index.position(text, range.end(), encoding);
                assert_eq!(places.range(range), (place, end));
            }
        }
        for (at, c) in text.char_indices() {
            let place = index.position(text, u32::try_from(at).unwrap(), encoding);
            assert!(last.is_none_or(|last| last <= place));
            last = Some(place);
            // The LF of a CRLF stands at the line's end, before its CR.
            let within = c == '\n' && text.get(..at).unwrap().ends_with('\r');
            let back = index.offset(text, place, encoding) as usize;
            assert_eq!(back, if within { at - 1 } else { at });
        }
    }
}

/// Pieces that matter to the syntax, and text of all planes.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(vec![
            "|", "｜", "---", "---:", ":", "：", "# ", "#", "＃", "## ", "- ", "-", "<!--", "-->", "<!-- 注 -->",
            "\n", "\n", "\n", "\r\n", "\r", "\n\n", " ", "  ", "\t", "\u{3000}", "\u{A0}", "\u{FEFF}", "{", "}", "｛", "\\",
            "\\|", "\\｜", "*", "**", "_", "=", "其中：", "键：值", "键: ", "\"", "'", "（", "）", "，", "。", "***",
            "| 甲 | 乙 |\n| --- | ---: |\n", "| 一 | 2 |\n", "\n---\n", "———", "－", "—", "10:30", "http://", "\0", "<", ">",
        ]).prop_map(str::to_owned),
        2 => "[一-十a-c0-9１２𠮷é́…“”]{1,4}",
        1 => any::<char>().prop_map(String::from),
    ]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

/// A document a clerk might have, to edit.
const DOCUMENT: &str = "---\n部门: 某县办\n年度: 2020\n---\n\n# 表\n\n<!-- 说明\n多行 -->\n\n- 单位：万元\n- 目标：甲\n\n  乙\n\n| 科目 | 金额 |\n| --- | ---: |\n| 201 | 3,384.08 | <!-- 忽略 x: y -->\n| 合计 | = |\n\n段落{表三.合计.合计}万元。\n第二行\n";

/// Any range formatted keeps what the text says; all of it is the whole format.
fn formats_in_part(text: &str, at: [usize; 2]) {
    let tree = parse(text).tree;
    let clamp = |at: usize| {
        let at = text.floor_char_boundary(at % (text.len() + 1));
        u32::try_from(at).unwrap()
    };
    let (from, to) = (clamp(at[0]), clamp(at[1]));
    let range = TextRange::new(from.min(to), from.max(to));
    let part = apply(text, &format_range(text, &tree, range));
    assert_eq!(meaning(&part), meaning(text), "{range:?} of {text:?}");
    // What is left to do leads to the whole format.
    let rest = apply(&part, &format(&part, &parse(&part).tree));
    let whole = apply(text, &format(text, &tree));
    assert_eq!(rest, whole, "{range:?} of {text:?}");
    let all = TextRange::new(0, u32::try_from(text.len()).unwrap());
    assert_eq!(format_range(text, &tree, all), format_open(text, &tree));
}

/// Whatever stands there, aligning a row changes spaces and bars of its line alone, and never around the cursor.
fn aligns(text: &str, at: usize) {
    let cursor = u32::try_from(text.floor_char_boundary(at % (text.len() + 1))).unwrap();
    let edits = align_row(text, &parse(text).tree, cursor);
    let bare = |text: &str| text.replace([' ', '\t', '\u{3000}', '\u{A0}', '\u{FEFF}'], "");
    let out = apply(text, &edits);
    assert_eq!(bare(&out).replace('｜', "|"), bare(text).replace('｜', "|"));
    for pair in edits.windows(2) {
        assert!(pair[0].range.end() <= pair[1].range.start());
    }
    for edit in edits {
        let bar = edit.range.of(text) == "｜" && edit.range.start() != cursor;
        assert!(
            bar || !edit.range.touches(cursor),
            "{edit:?} {cursor} {text:?}"
        );
        assert!(!edit.range.of(text).contains(['\n', '\r']) && !edit.text.contains('\n'));
    }
}

proptest! {
    /// Lines found with those of an earlier version are those that are found without.
    #[test]
    fn lines_after_a_change(
        [head, old, new, tail] in proptest::array::uniform4("[\\r\\n一a]{0,4}"),
    ) {
        let (before, now) = (format!("{head}{old}{tail}"), format!("{head}{new}{tail}"));
        let same = Same::of(&now, &before);
        let lines = LineIndex::after(&now, &LineIndex::new(&before), &same);
        prop_assert_eq!(lines, LineIndex::new(&now));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn tokens_are_the_text(text in text()) {
        covers(&text);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        covers(&text);
        formats(&text);
        positions(&text);
    }

    #[test]
    fn formatting_keeps_meaning(text in text(), at in any::<[usize; 2]>()) {
        formats(&text);
        formats_in_part(&text, at);
        aligns(&text, at[0]);
    }

    #[test]
    fn edits_of_marks(
        edits in proptest::collection::vec(
            (0usize..400, proptest::sample::select(vec!["---", "#", "<!--", "|", "-->", "\n", "\r"]), any::<bool>()),
            1..4,
        )
    ) {
        let mut text = DOCUMENT.to_owned();
        for (at, mark, remove) in edits {
            let at = text.floor_char_boundary(at.min(text.len()));
            match text.get(at..).unwrap().find(mark) {
                Some(found) if remove => text.replace_range(at + found..at + found + mark.len(), ""),
                _ => text.insert_str(at, mark),
            }
        }
        covers(&text);
        formats(&text);
    }

    #[test]
    fn places_come_back(text in text()) {
        positions(&text);
    }

    #[test]
    fn places_are_clamped(text in text(), line in any::<u32>(), column in any::<u32>(), offset in any::<u32>()) {
        let index = LineIndex::new(&text);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let at = index.offset(&text, budget_syntax::position::LineColumn { line, column }, encoding);
            prop_assert!(text.is_char_boundary(at as usize));
            let _ = index.position(&text, offset, encoding);
        }
        prop_assert!(text.is_char_boundary(index.line_range(&text, line).end() as usize));
    }

    #[test]
    fn expressions_are_total(text in "[表三合计项段@＠.。．,，:：+＋*/／÷=<>≤≈()（）\\[\\]【】|每于则或记为 0-9０-９-]{0,30}") {
        for range in [expr::parse_slot(&text).err(), expr::parse_identity(&text).err(), expr::parse_path(&text).err()]
            .into_iter()
            .flatten()
            .flat_map(|errors| { assert!(!errors.is_empty()); errors })
            .map(|error| error.range)
        {
            prop_assert!(text.get(range.start() as usize..range.end() as usize).is_some());
        }
    }

    #[test]
    fn expressions_read_back_what_they_write(text in "([表合计]{1,2}|[0-9]{1,4}|每 @科目 于 表三: |@列|\\.|下级|类|\\*| \\+ | - | / |/|\\(|\\)|占比\\(|, |【a.b】| = | <= | 或 | 则 |栏\\(2\\)|\\[a \\.\\. b\\]){0,12}") {
        if let Ok(slot) = expr::parse_slot(&text) {
            let written = slot.to_string();
            let read = expr::parse_slot(&written).map(|slot| slot.to_string());
            prop_assert_eq!(read, Ok(written));
        }
        if let Ok(identity) = expr::parse_identity(&text) {
            let written = identity.to_string();
            let read = expr::parse_identity(&written).map(|identity| identity.to_string());
            prop_assert_eq!(read, Ok(written));
        }
    }

    #[test]
    fn slots_lie_in_the_text(text in text()) {
        for slot in slots(&text, 0) {
            prop_assert!(slot.range.contains(slot.inner));
            prop_assert!(slot.range.of(&text).starts_with(['{', '｛']), "an open brace");
            prop_assert!(slot.range.of(&text).ends_with(['}', '｝']), "a closed brace");
        }
    }
}

/// Real documents: read without errors, and formatting keeps what they say.
#[test]
fn corpus() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus");
    let mut read = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "budget")
        {
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(parse(&text).errors, [], "{path:?}");
            covers(&text);
            formats(&text);
            read += 1;
        }
    }
    assert!(read >= 2);
}

#[test]
fn places_in_long_lines() {
    for unit in ["a", "合", "𠮷", "a合𠮷\u{301}"] {
        let text = format!("短\r\n{}\n{}", unit.repeat(7000), unit.repeat(3000));
        let index = LineIndex::new(&text);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let places = Places::new(&text, &index, encoding);
            for at in (0..u32::try_from(text.len() + 2).unwrap())
                .rev()
                .step_by(97)
            {
                assert_eq!(places.position(at), index.position(&text, at, encoding));
            }
        }
    }
}
