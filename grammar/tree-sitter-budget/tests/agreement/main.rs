//! The tree of tree-sitter says what that of the real parser says: on every document of the repository, and on
//! what random edits make of them.
#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::panic,
    reason = "a test may panic"
)]

mod ours;
mod theirs;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use budget_syntax::tree::RowKind;
use budget_syntax::{TextRange, parse};
use proptest::prelude::*;
use tree_sitter::{InputEdit, Parser, Point, Tree};

/// What both trees are reduced to. Ranges are bytes, blank ends set aside.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Fact {
    /// A `键: 值` of the front matter; the value without its quotes.
    Entry {
        key: TextRange,
        value: TextRange,
    },
    Heading {
        level: u8,
        title: TextRange,
    },
    Row {
        kind: RowKind,
        range: TextRange,
        /// Emphasis included, comments at the end not.
        cells: Vec<TextRange>,
        /// Those in the row.
        comments: Vec<TextRange>,
    },
    Item {
        text: TextRange,
        field: Option<(TextRange, TextRange)>,
    },
    Comment(TextRange),
    Paragraph {
        text: TextRange,
        field: Option<(TextRange, TextRange)>,
    },
    /// A `{…}` on one line, and whether it can be read.
    Slot {
        range: TextRange,
        read: bool,
    },
}

impl Fact {
    /// How many nodes it stands for.
    fn nodes(&self) -> usize {
        match self {
            Self::Entry { .. } => 3,
            Self::Heading { .. } => 2,
            Self::Row {
                cells, comments, ..
            } => 1 + cells.len() + comments.len(),
            Self::Item { field, .. } | Self::Paragraph { field, .. } => 1 + field.map_or(0, |_| 2),
            Self::Comment(_) | Self::Slot { .. } => 1,
        }
    }
}

fn parser() -> Parser {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_budget::LANGUAGE.into())
        .unwrap();
    parser
}

fn tree(text: &str) -> Tree {
    parser().parse(text, None).unwrap()
}

/// Texts that were looked at, and those of them that the real parser reads without errors.
static SEEN: AtomicUsize = AtomicUsize::new(0);
static COMPARED: AtomicUsize = AtomicUsize::new(0);

/// Whether the two agree on a text that the real parser reads without errors; how many nodes were compared.
fn agree(text: &str, tree: &Tree) -> Result<Option<usize>, String> {
    if tree.root_node().has_error() {
        return Err(format!("an error in the tree: {}", tree.root_node()));
    }
    let parse = parse(text);
    let seen = SEEN.fetch_add(1, Ordering::Relaxed) + 1;
    if !parse.errors.is_empty() {
        return Ok(None);
    }
    let compared = COMPARED.fetch_add(1, Ordering::Relaxed) + 1;
    if seen.is_multiple_of(1000) {
        println!("{compared} of {seen} texts compared");
    }
    if seen > 1000 && compared * 4 < seen {
        return Err(format!("only {compared} of {seen} texts could be compared"));
    }
    let ours = ours::facts(text, &parse.tree);
    let mut theirs = theirs::facts(text, tree);
    // What tree-sitter can't read, nobody can; a few odd words (`{1 记为 每}`) it takes for names.
    for (ours, theirs) in ours.iter().zip(&mut theirs) {
        if let (Fact::Slot { read: false, .. }, Fact::Slot { read, .. }) = (ours, theirs) {
            *read = false;
        }
    }
    if ours == theirs {
        return Ok(Some(ours.iter().map(Fact::nodes).sum()));
    }
    let at = ours
        .iter()
        .zip(&theirs)
        .position(|(a, b)| a != b)
        .unwrap_or(ours.len().min(theirs.len()));
    let mut out = String::new();
    for (name, facts) in [("budget-syntax", &ours), ("tree-sitter", &theirs)] {
        let fact = facts.get(at);
        writeln!(out, "{name}: {fact:?}").unwrap();
        if let Some(fact) = fact {
            writeln!(out, "  {:?}", words(fact, text)).unwrap();
        }
    }
    Err(out)
}

/// The text of each range of a fact.
fn words<'t>(fact: &Fact, text: &'t str) -> Vec<&'t str> {
    let field = |text: &TextRange, field: &Option<(TextRange, TextRange)>| {
        let mut ranges = vec![*text];
        ranges.extend(field.iter().flat_map(|(key, value)| [*key, *value]));
        ranges
    };
    let ranges = match fact {
        Fact::Entry { key, value } => vec![*key, *value],
        Fact::Heading { title, .. } => vec![*title],
        Fact::Row {
            range,
            cells,
            comments,
            ..
        } => [&[*range][..], cells, comments].concat(),
        Fact::Item { text, field: f } | Fact::Paragraph { text, field: f } => field(text, f),
        Fact::Comment(range) | Fact::Slot { range, .. } => vec![*range],
    };
    ranges.iter().map(|range| range.of(text)).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every document of the repository: the corpus, the fixtures, the examples of the reference.
fn documents() -> &'static [(String, String)] {
    static READ: OnceLock<Vec<(String, String)>> = OnceLock::new();
    READ.get_or_init(read_documents)
}

fn read_documents() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in [
        "tests/corpus",
        "tests/corpus/right",
        "editors/vscode/test/grammar",
    ] {
        for file in fs::read_dir(root().join(folder)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|end| end == "budget") {
                found.push((
                    path.display().to_string(),
                    fs::read_to_string(path).unwrap(),
                ));
            }
        }
    }
    let reference = fs::read_to_string(root().join("grammar/README.md")).unwrap();
    for (number, part) in reference.split("\n```budget\n").skip(1).enumerate() {
        let example = part.split("\n```").next().unwrap();
        found.push((
            format!("grammar/README.md {number}"),
            format!("{example}\n"),
        ));
    }
    found.sort();
    found
}

#[test]
fn documents_have_one_tree() {
    let mut files = 0;
    let mut nodes = 0;
    for (name, text) in documents() {
        for text in [
            text.clone(),
            text.replace('\n', "\r\n"),
            text.replace('\n', "\r"),
            full_width(text),
        ] {
            match agree(&text, &tree(&text)) {
                Ok(Some(count)) => {
                    files += 1;
                    nodes += count;
                }
                Ok(None) => {}
                Err(message) => panic!("{name}: {message}"),
            }
        }
    }
    println!("{files} texts, {nodes} nodes");
    assert!(files >= 60, "{files} texts");
    assert!(nodes >= 60_000, "{nodes} nodes");
}

/// The same in full-width marks where the language has them.
fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '|' => '｜',
            '#' => '＃',
            ':' => '：',
            '{' => '｛',
            '}' => '｝',
            c => c,
        })
        .collect()
}

/// What an edit puts in: marks, words that mean something, breaks.
const PIECES: &[&str] = &[
    "|",
    "｜",
    "\\|",
    "#",
    "## ",
    "＃ ",
    "- ",
    "-",
    "---",
    "——",
    "  ",
    "\t",
    "　",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "<!--",
    "-->",
    "<!-- 忽略 ARI001: 甲 -->",
    "<!-- 另附 -->",
    "{",
    "}",
    "｛",
    "｝",
    "{表三.合计.合计}",
    "\\{",
    "\\",
    ":",
    "：",
    "其中：",
    "10:30",
    "http://",
    "**",
    "=",
    "?",
    "待填",
    "XX",
    "__",
    "12.30",
    "，",
    "。",
    "（",
    "）",
    "【",
    "】",
    "<br>",
    "万元",
    "记为",
    "甲",
    "𠮷",
    "\u{FEFF}",
    "\u{A0}",
    "\0",
    "|---|",
    "| --- | ---: |\n",
    "| 201 | 甲 |\n",
    "键: 值\n",
    "- 键：值\n",
];

const DOCUMENT: &str = "---\n模板: 新疆-2020-部门预算\n部门: \"某县: 办\"\n下属单位:\n  甲\n  乙\n---\n\n# 第二部分\n\n## 表三 支出\n\n\
    - 编制部门：某县办（本级）\n- 其中：财政拨款：3390\n- 目标：甲。\n\n  乙\n\n<!-- 忽略 ARI001: 原表如此 -->\n\n\
    | 科目编码 | 名称 | 合计 |\n| --- | --- | ---: |\n| 201 | 一般\\|公共 | **150.00** | <!-- 甲 --> |\n\
    <!-- 乙 -->\n| 20103 政府 | 待填 | {合(表三.类.合计)\\|2} |\n|  | 合计 | = |\n\n备注：无。\n\n# 第三部分\n\n\
    支出 {表三.合计.合计} 万元，占 12.5%，\n其中 {43,269.30 记为 执行数}。\n\n<!-- 一\n\n二 --> 三\n\n---\n";

#[derive(Clone, Debug)]
struct Edit {
    at: prop::sample::Index,
    remove: usize,
    insert: &'static str,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = (
        any::<prop::sample::Index>(),
        prop_oneof![3 => Just(0usize), 1 => 1usize..12],
        prop_oneof![4 => prop::sample::select(PIECES), 1 => Just("")],
    );
    let edit = edit.prop_map(|(at, remove, insert)| Edit { at, remove, insert });
    prop::collection::vec(edit, 1..8)
}

/// A text from pieces alone.
fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..24).prop_map(|pieces| pieces.concat())
}

/// Tokens of an expression in any order; half of them names and dots, so that many can be read.
fn expression() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        prop::sample::select(
            &[
                "表三", "合计", ".", "。", "201", "12", "+", " - ", "*", ", "
            ][..]
        ),
        prop::sample::select(
            &[
                "/",
                " / ",
                "÷",
                "(",
                "）",
                "合(",
                "占比（",
                "下级",
                "项",
                "@列",
                "@",
                "[",
                "]",
                " .. ",
                "【甲.乙】",
                "【",
                "】",
                "43,269.30",
                "记为 ",
                "记为执行数",
                "词=",
                "=",
                "<",
                "\\|2",
                "\\|",
                "\\",
                "：",
                " ",
                "　",
                "栏(2)",
                "（三）",
                "1.5",
                "１２",
                "#",
                "?",
                "有下级",
                "每 ",
                "或",
                "9记为x",
            ][..]
        ),
    ];
    prop::collection::vec(token, 0..8).prop_map(|tokens| tokens.concat())
}

/// Makes an edit, and tells the tree.
fn apply(text: &mut String, tree: &mut Tree, edit: &Edit) {
    let start = text.floor_char_boundary(edit.at.index(text.len() + 1));
    let end = text.floor_char_boundary((start + edit.remove).min(text.len()));
    let place = |text: &str, at: usize| {
        let line = text[..at].matches('\n').count();
        let column = at - text[..at].rfind('\n').map_or(0, |at| at + 1);
        Point::new(line, column)
    };
    let start_position = place(text, start);
    let old_end_position = place(text, end);
    text.replace_range(start..end, edit.insert);
    let new_end = start + edit.insert.len();
    tree.edit(&InputEdit {
        start_byte: start,
        old_end_byte: end,
        new_end_byte: new_end,
        start_position,
        old_end_position,
        new_end_position: place(text, new_end),
    });
}

proptest! {
    // A document is a thousand lines.
    #![proptest_config(ProptestConfig { cases: cases() / 4, failure_persistence: None, ..ProptestConfig::default() })]

    /// After edits of a whole document, too.
    #[test]
    fn edits_of_documents(document in any::<prop::sample::Index>(), edits in edits()) {
        let (name, text) = document.get(documents());
        let mut text = text.clone();
        let mut parser = parser();
        let mut kept = parser.parse(&text, None).unwrap();
        for edit in edits.iter().take(3) {
            apply(&mut text, &mut kept, edit);
            kept = parser.parse(&text, Some(&kept)).unwrap();
        }
        let anew = tree(&text);
        prop_assert_eq!(kept.root_node().to_sexp(), anew.root_node().to_sexp(), "{}", name);
        if let Err(message) = agree(&text, &anew) {
            prop_assert!(false, "{name}: {message}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    /// After every edit the tree is that of the new text, and agrees with the real parser's.
    #[test]
    fn edits_keep_them_agreeing(edits in edits()) {
        let mut text = DOCUMENT.to_owned();
        let mut parser = parser();
        let mut kept = parser.parse(&text, None).unwrap();
        for edit in &edits {
            apply(&mut text, &mut kept, edit);
            kept = parser.parse(&text, Some(&kept)).unwrap();
            let anew = tree(&text);
            prop_assert_eq!(
                kept.root_node().to_sexp(),
                anew.root_node().to_sexp(),
                "read again after an edit: {:?}",
                text
            );
            if let Err(message) = agree(&text, &anew) {
                prop_assert!(false, "{message}\nin {text:?}");
            }
        }
    }

    /// What can be read between braces is read alike; what can't never breaks more than its braces.
    #[test]
    fn expressions_agree(inner in expression()) {
        let text = format!("甲 {{{inner}}} 乙\n\n| {{{inner}}} |\n| --- |\n");
        if let Err(message) = agree(&text, &tree(&text)) {
            prop_assert!(false, "{message}\nin {text:?}");
        }
    }

    #[test]
    fn any_pieces_have_one_tree(text in pieces()) {
        if let Err(message) = agree(&text, &tree(&text)) {
            prop_assert!(false, "{message}\nin {text:?}");
        }
    }
}

/// More at night: `PROPTEST_CASES=100000`.
fn cases() -> u32 {
    let told = std::env::var("PROPTEST_CASES").ok();
    told.and_then(|cases| cases.parse().ok()).unwrap_or(1000)
}

/// Hostile texts are read in time that grows with their length.
#[test]
fn hostile_texts_are_linear() {
    let n = 20_000;
    let texts = [
        "|".repeat(50 * n),
        "| a ".repeat(12 * n),
        "| a |\n".repeat(5 * n),
        "<!--\n".repeat(5 * n),
        "| <!-- ".repeat(5 * n),
        format!("| a {}", "<!--b--> ".repeat(5 * n)),
        format!("| a {} c", "<!--b--> ".repeat(5 * n)),
        format!("| a |\n{}", "<!-- b -->\n".repeat(5 * n)),
        "{".repeat(10 * n),
        "{a".repeat(10 * n),
        format!("{{{}}}", "(".repeat(2 * n)),
        format!("{{{}}}", "a.".repeat(2 * n)),
        format!("{{{}}}", "a+".repeat(2 * n)),
        "- a\n\n".repeat(5 * n),
        format!("- a{}", "\n".repeat(20 * n)),
        "-".repeat(20 * n),
        "---\n".repeat(5 * n),
        format!("---\n{}", "a: b\n".repeat(5 * n)),
        format!("---\na:\n{}", "\n".repeat(20 * n)),
        "# a\n## b\n".repeat(2 * n),
        "\\".repeat(20 * n),
        "X".repeat(20 * n),
        "1,".repeat(10 * n),
        "其中：".repeat(5 * n),
        "甲：乙\n".repeat(5 * n),
        "　".repeat(10 * n),
        "\0".repeat(20 * n),
    ];
    for text in texts {
        let from = std::time::Instant::now();
        let tree = tree(&text);
        let took = from.elapsed();
        let start: String = text.chars().take(12).collect();
        assert!(
            !tree.root_node().has_error(),
            "{start:?}: {}",
            tree.root_node()
        );
        // 0.1 to 1 MB each: far more than linear time takes, far less than quadratic.
        assert!(took.as_secs() < 10, "{start:?}: {took:?}");
    }
}
