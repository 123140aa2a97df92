//! Completion anywhere in real documents and in hostile ones: edits that a client may make, in time.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

use std::path::Path;
use std::time::{Duration, Instant};

use budget_catalog::Catalog;
use budget_ide::{Ask, CompletionItem, Scope, Whole};
use budget_model::Document;
use budget_model::relation::Collect;
use budget_rules::Severity;
use budget_syntax::TextRange;

fn read(text: &str) -> Document {
    Document::new(text.into(), Catalog::builtin().clone())
}

fn documents() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
    let mut paths: Vec<_> = [root.clone(), root.join("right")]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "budget"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

fn places(text: &str, every: usize) -> Vec<u32> {
    let places = text.char_indices().map(|(at, _)| at).step_by(every);
    places.map(|at| u32::try_from(at).unwrap()).collect()
}

/// What the protocol asks of an item's edits.
fn fits(document: &Document, offset: u32, item: &CompletionItem) {
    let range = item.edit.range;
    let told = format!("{item:?} at {offset}");
    assert!(range.touches(offset), "{told}");
    assert!(!document.slice(range).contains(['\n', '\r']), "{told}");
    let mut others: Vec<TextRange> = item.also.iter().map(|edit| edit.range).collect();
    others.push(range);
    others.sort_unstable_by_key(|range| (range.start(), range.end()));
    for pair in others.windows(2) {
        assert!(pair[0].end() <= pair[1].start(), "{told}");
        assert!(pair[0] != pair[1], "{told}");
    }
}

#[test]
fn anywhere_in_a_document() {
    let mut items = 0;
    for text in documents() {
        let document = read(&text);
        for offset in places(&text, 401) {
            for trigger in [None, Some('|')] {
                let ask = Ask {
                    trigger,
                    ..Ask::at(offset)
                };
                let list = budget_ide::completion(&document, &ask).unwrap_or_default();
                let some = list.items.iter().step_by(9);
                some.for_each(|item| fits(&document, offset, item));
                items += list.items.len();
                let bare = Ask {
                    whole: Whole::None,
                    ..ask
                };
                if let Some(first) = list.items.first().filter(|_| offset % 7 == 0) {
                    let whole = budget_ide::completion::resolve(&document, &bare, &first.label);
                    assert_eq!(whole.as_ref().map(|it| &it.also), Some(&first.also));
                }
            }
        }
    }
    assert!(items > 1_000, "{items}");
}

#[test]
fn hostile_texts_are_answered_in_time() {
    let head = "---\n模板: 新疆-2020-部门预算\n---\n\n# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n";
    let columns = "| 科目编码 | 功能分类科目名称 | 合计 |\n| --- | --- | ---: |\n";
    let texts = [
        format!("{head}{}", "𠮷".repeat(200_000)),
        format!("{head}{{{}", "表三.".repeat(100_000)),
        format!("{head}{{{}", "(".repeat(200_000)),
        format!("{head}<!-- 忽略 {}", "ARI001、".repeat(100_000)),
        format!("{head}{}", "#".repeat(300_000)),
        format!("{head}{}", "|".repeat(100_000)),
        format!("{head}{columns}{}", "| 201 | 甲 | 1 |\n".repeat(4_000)),
        format!(
            "{head}{columns}{}",
            "| 2010301 | \u{3000}\0 | 待填 |\r".repeat(4_000)
        ),
        format!("{head}{}", "甲\t乙\n".repeat(5_000)),
        "---\n".repeat(20_000),
        format!(
            "{head}| 类 | 款 | 项 | 合计 |\n| --- |\n{}",
            "| 201 | 01 | 01 | 1 |\n".repeat(4_000)
        ),
    ];
    for text in texts {
        let document = read(&text);
        let report = budget_rules::check(&document, Collect::Broken);
        let end = u32::try_from(text.len()).unwrap();
        let begin = Instant::now();
        for offset in [0, 60, 170, end / 2, end.saturating_sub(3), end] {
            let ask = Ask::at(offset);
            let _ = budget_ide::completion(&document, &ask);
            let range = TextRange::empty(offset);
            let scope = Scope {
                document: &document,
                report: &report,
                range,
                least: Severity::Hint,
            };
            for action in budget_ide::actions(&scope, |_| true) {
                action.edits();
            }
        }
        let took = begin.elapsed();
        let start: String = text.chars().skip(80).take(20).collect();
        assert!(took < Duration::from_secs(20), "{took:?}: {start}");
    }
}
