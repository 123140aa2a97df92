//! What the queries capture, and that it is what the TextMate grammar says of the same places.
#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::panic,
    reason = "a test may panic"
)]

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use tree_sitter::{Language, Parser, Query, QueryCursor, StreamingIterator as _};
use tree_sitter_budget::{FOLDS_QUERY, HIGHLIGHTS_QUERY, LANGUAGE, TEXT_OBJECTS_QUERY};

fn language() -> Language {
    LANGUAGE.into()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every capture of a query: its name and place.
fn captures(query: &str, text: &str) -> Vec<(String, Range<usize>)> {
    let mut parser = Parser::new();
    parser.set_language(&language()).unwrap();
    let tree = parser.parse(text, None).unwrap();
    let query = Query::new(&language(), query).unwrap();
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), text.as_bytes());
    let mut found = Vec::new();
    while let Some(one) = matches.next() {
        for capture in one.captures() {
            let name = query.capture_names()[capture.index as usize];
            found.push((name.to_owned(), capture.node.byte_range()));
        }
    }
    found
}

/// The innermost capture at a place: of two of one length, the later.
fn at(captures: &[(String, Range<usize>)], place: usize) -> Option<&str> {
    let (name, _) = captures
        .iter()
        .rev()
        .filter(|(_, range)| range.contains(&place))
        .min_by_key(|(_, range)| range.len())?;
    Some(name)
}

/// Pieces of a text in order, and how each is shown.
fn shown(text: &str, wanted: &[(&str, &str)]) {
    let found = captures(HIGHLIGHTS_QUERY, text);
    let mut from = 0;
    for (piece, name) in wanted {
        let place = from
            + text[from..]
                .find(piece)
                .unwrap_or_else(|| panic!("{piece} in {text:?}"));
        from = place + piece.len();
        for (offset, c) in piece.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            let there = at(&found, place + offset).unwrap_or("");
            assert_eq!(there, *name, "{piece:?} ({c}) in {text:?}");
        }
    }
}

#[test]
fn front_matter_and_headings() {
    shown(
        "---\n模板: 新疆-2020-部门预算\n部门：待填\n---\n## 表三 支出\n＃ 四 XX\n",
        &[
            ("---", "punctuation.delimiter"),
            ("模板", "property"),
            (":", "punctuation.delimiter"),
            ("新疆-2020-部门预算", "string"),
            ("部门", "property"),
            ("待填", "comment.todo"),
            ("---", "punctuation.delimiter"),
            ("##", "punctuation.special"),
            ("表三 支出", "markup.heading"),
            ("＃", "punctuation.special"),
            ("四", "markup.heading"),
            ("XX", "comment.todo"),
        ],
    );
}

#[test]
fn tables() {
    shown(
        "| 科目编码 | 名称 | 合计 |\n| --- | --- | ---: |\n| 201 | 一般公共 | **150.00** |\n| 20103 政府 | 2010301 | ? |\n\
         |  | 合　计 | = |\n| 8,178.53 | 五<br>六\\| | -3 | <!-- 忽略 ARI001: 甲 -->\n",
        &[
            ("|", "punctuation.delimiter"),
            ("科目编码", "markup.strong"),
            ("| --- | --- | ---: |", "punctuation.delimiter"),
            ("201", "constant"),
            ("一般公共", ""),
            ("**", "punctuation.special"),
            ("150.00", "number"),
            ("20103", "constant"),
            ("政府", ""),
            ("2010301", "number"),
            ("?", "comment.todo"),
            ("合　计", "markup.strong"),
            ("=", "operator"),
            ("8,178.53", "number"),
            ("五", ""),
            ("<br>", "string.escape"),
            ("\\|", "string.escape"),
            ("-3", "number"),
            ("<!--", "comment"),
            ("忽略", "keyword.directive"),
            ("ARI001", "function.macro"),
            ("甲 -->", "comment"),
        ],
    );
}

#[test]
fn text_and_expressions() {
    shown(
        "- 其中：财政拨款：3,390 万元\n\n备注：空表\n\n支出 {占比(表三.2010301.【甲】, 上年.@列.下级)|1}，{-甲 + 12.5 记为 乙}，{增幅(甲, 词=增长/下降)} \\{ 2020 年\n",
        &[
            ("-", "markup.list"),
            ("其中：财政拨款", "property"),
            ("：", "punctuation.delimiter"),
            ("3,390", "number"),
            ("万元", "type"),
            ("备注", "label"),
            ("：", "punctuation.delimiter"),
            ("空表", ""),
            ("{", "punctuation.special"),
            ("占比", "function"),
            ("(", "punctuation.bracket"),
            ("表三", "type"),
            (".", "punctuation.delimiter"),
            ("2010301", "constant"),
            ("【甲】", "string"),
            ("上年", "module"),
            ("@列", "variable.builtin"),
            ("下级", "keyword"),
            ("1", "number"),
            ("}", "punctuation.special"),
            ("-", "operator"),
            ("甲", "type"),
            ("+", "operator"),
            ("12.5", "number"),
            ("记为", "keyword.operator"),
            ("乙", "variable"),
            ("词", "variable.parameter"),
            ("=", "operator"),
            ("\\{", "string.escape"),
            ("2020 年", ""),
        ],
    );
}

#[test]
fn folds() {
    let text = "---\n年度: 2020\n---\n# 一\n\n## 二\n\n| 甲 |\n| --- |\n\n# 三\n<!-- 四\n五 -->\n";
    let mut found: Vec<_> = captures(FOLDS_QUERY, text)
        .into_iter()
        .map(|(name, range)| {
            assert_eq!(name, "fold");
            let line = |at: usize| text[..at].matches('\n').count();
            (line(range.start), line(range.end))
        })
        .collect();
    found.sort_unstable();
    // A section ends where the next begins; what the editor folds is up to the line before.
    assert_eq!(
        found,
        [(0, 2), (3, 10), (5, 10), (7, 8), (10, 13), (11, 12)]
    );
}

#[test]
fn text_objects() {
    let text = "# 一\n| 甲 | 乙 |\n<!-- 丙 -->\n";
    let found = captures(TEXT_OBJECTS_QUERY, text);
    let of = |name: &str| -> Vec<&str> {
        let all = found.iter().filter(|(found, _)| found == name);
        all.map(|(_, range)| &text[range.clone()]).collect()
    };
    assert_eq!(of("parameter.inside"), ["甲", "乙"]);
    assert_eq!(of("comment.around"), ["<!-- 丙 -->"]);
    assert_eq!(of("class.around"), [text]);
}

/// What the scopes of the TextMate grammar are called here; empty for what is shown in one of the two only.
const SCOPES: &[(&str, &str)] = &[
    (
        "punctuation.definition.front-matter",
        "punctuation.delimiter",
    ),
    ("entity.name.tag", "property"),
    ("punctuation.separator.key-value", "punctuation.delimiter"),
    ("string.unquoted", "string"),
    ("string.quoted.name", "string"),
    ("invalid.deprecated.hole", "comment.todo"),
    ("entity.name.section", "markup.heading"),
    ("punctuation.definition.heading", "punctuation.special"),
    ("variable.other.property", "property"),
    ("entity.name.type.term", "label"),
    ("punctuation.definition.comment", "comment"),
    ("comment.block", "comment"),
    ("keyword.control.directive", "keyword.directive"),
    ("entity.name.function.rule", "function.macro"),
    ("constant.other.code", "constant"),
    ("constant.numeric.amount", "number"),
    ("keyword.other.unit", "type"),
    ("constant.character.escape", "string.escape"),
    ("punctuation.separator.cell", "punctuation.delimiter"),
    (
        "punctuation.definition.table.separator",
        "punctuation.delimiter",
    ),
    ("punctuation.definition.bold", "punctuation.special"),
    ("markup.bold.total", "markup.strong"),
    ("keyword.operator", "operator"),
    ("keyword.other.step", "keyword"),
    ("comment.other.column-number", "operator"),
    ("punctuation.section.expression", "punctuation.special"),
    ("entity.name.type.table", "type"),
    ("punctuation.accessor", "punctuation.delimiter"),
    ("punctuation.separator.argument", "punctuation.delimiter"),
    ("punctuation.section.group", "punctuation.bracket"),
    ("support.function", "function"),
    ("constant.numeric.decimals", "number"),
    ("variable.language.document", "module"),
    ("variable.other.bound", "variable.builtin"),
    ("variable.parameter", "variable.parameter"),
    ("keyword.other.as", "keyword.operator"),
    ("punctuation.definition.list", "markup.list"),
    // Part of the key here.
    ("punctuation.definition.term-number", ""),
    // A bar before decimals.
    ("punctuation.separator.format", ""),
    ("markup.heading", ""),
    ("meta.", ""),
];

/// The fixtures of the TextMate grammar: at every place that they mark, both say the same.
#[test]
fn textmate_says_the_same() {
    let mut places = 0;
    let mut differ = Vec::new();
    let folder = root().join("editors/vscode/test/grammar");
    for file in fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let fixture = fs::read_to_string(&path).unwrap();
        let (mut text, mut line_start) = (String::new(), 0);
        let mut marks = Vec::new();
        for line in fixture.lines().skip(1) {
            let Some(mark) = line.strip_prefix('>') else {
                line_start = text.len();
                text.push_str(line);
                text.push('\n');
                continue;
            };
            marks.extend(
                places_of(mark)
                    .map(|(columns, scope, there)| (line_start, columns, scope.to_owned(), there)),
            );
        }
        let found = captures(HIGHLIGHTS_QUERY, &text);
        // Here every paragraph `键：值` has a key, there only the entries of a glossary.
        let marks = marks
            .into_iter()
            .filter(|(_, _, scope, there)| *there || !scope.starts_with("entity.name.type.term"));
        for (start, columns, scope, wanted_there) in marks {
            let Some((_, wanted)) = SCOPES.iter().find(|(prefix, _)| scope.starts_with(prefix))
            else {
                panic!("{}: what is {scope} called here?", path.display());
            };
            let line = text[start..].lines().next().unwrap();
            for column in columns.filter(|_| !wanted.is_empty()) {
                let Some((offset, c)) = line.char_indices().nth(column) else {
                    panic!("{}: column {column} of {line:?}", path.display());
                };
                if c.is_whitespace() {
                    continue;
                }
                places += 1;
                let there = at(&found, start + offset).unwrap_or("");
                if (there == *wanted) != wanted_there {
                    let not = if wanted_there { "" } else { "not " };
                    differ.push(format!("{line:?} at {c}: {not}{scope}, here {there:?}"));
                }
            }
        }
    }
    println!("{places} places");
    assert!(
        differ.is_empty(),
        "{} differ\n{}",
        differ.len(),
        differ.join("\n")
    );
    assert!(places >= 800, "{places} places");
}

/// What a line of marks says: columns, the innermost scope, and whether it is there (`- scope` says that it is not).
fn places_of(mark: &str) -> impl Iterator<Item = (Range<usize>, &str, bool)> {
    let carets = mark.trim_start();
    let scopes = carets.trim_start_matches(['^', '<', '-', ' ']);
    let marks = carets.strip_suffix(scopes).unwrap_or("").trim_end();
    let there = !marks.ends_with(" -");
    let marks = marks.strip_suffix(" -").unwrap_or(marks);
    let scope = scopes.split_whitespace().next_back().unwrap_or("");
    // Of several scopes that are there and aren't, the place says too little.
    let plain = !scopes.contains(" - ") && (there || !scopes.contains(' '));
    // The mark `>` stands in the first column.
    let before = mark.len() - carets.len() + 1;
    let range = match marks.strip_prefix('<') {
        Some(dashes) => 0..dashes.len(),
        None => before..before + marks.len(),
    };
    plain.then_some((range, scope, there)).into_iter()
}
