//! Fixtures: a document with `$0` where the cursor stands.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::string_slice,
    reason = "tests only"
)]

use std::sync::Arc;

use budget_catalog::Catalog;
use budget_ide::{Ask, CompletionItem, CompletionList};
use budget_model::Document;
use budget_model::relation::Collect;
use budget_syntax::format::{TextEdit, apply};

/// The front matter of a document of the 2020 template.
pub(crate) const HEAD: &str = "---
模板: 新疆-2020-部门预算
部门: 𠮷县人民政府办公室
年度: 2020
金额单位: 万元
---

";

/// 表三's grid: all sums are right.
pub(crate) const SPENDING: &str = "\
| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 201 | 一般公共服务支出 | 150.00 | 110.00 | 40.00 |
| 20103 | 政府办公厅（室）及相关机构事务 | 150.00 | 110.00 | 40.00 |
| 2010301 | 行政运行 | 110.00 | 110.00 | |
| 2010302 | 一般行政管理事务 | 40.00 | | 40.00 |
| | 合计 | 150.00 | 110.00 | 40.00 |
";

/// The document without the marker, and the marker's offset.
pub(crate) fn fixture(text: &str) -> (Document, u32) {
    let offset = text.find("$0").expect("a cursor");
    let text: Arc<str> = text.replacen("$0", "", 1).into();
    let document = Document::new(text, Catalog::builtin().clone());
    (document, u32::try_from(offset).unwrap())
}

pub(crate) fn completion(text: &str) -> CompletionList {
    let (document, offset) = fixture(text);
    budget_ide::completion(&document, &Ask::at(offset)).unwrap_or_default()
}

/// The first items, one a line.
pub(crate) fn shown(text: &str, most: usize) -> String {
    let list = completion(text);
    let mut out = String::new();
    for item in list.items.iter().take(most) {
        out.push_str(&item.label);
        if !item.detail.is_empty() {
            out.push_str(&format!(" | {}", item.detail));
        }
        if let Some(note) = &item.note {
            out.push_str(&format!(" | {note}"));
        }
        out.push('\n');
    }
    out
}

/// The line of the cursor after the item with that label is taken.
pub(crate) fn taken(text: &str, label: &str) -> String {
    let (_, text, line) = after(text, label);
    text.lines().nth(line).unwrap_or_default().to_owned()
}

/// The document, what it becomes when the item with that label is taken, and the line of the edit
/// at the cursor there.
pub(crate) fn after(text: &str, label: &str) -> (Document, String, usize) {
    let (document, offset) = fixture(text);
    let list = budget_ide::completion(&document, &Ask::at(offset)).expect("proposals");
    let item: CompletionItem = list
        .items
        .into_iter()
        .find(|item| item.label == label)
        .expect("the item");
    let mut edits: Vec<TextEdit> = item.also;
    edits.push(item.edit);
    edits.sort_by_key(|edit| edit.range.start());
    let above = edits.iter().filter(|edit| edit.range.start() < offset);
    let added: usize = above.map(|edit| edit.text.matches('\n').count()).sum();
    let line = document.text[..offset as usize].matches('\n').count();
    let text = apply(&document.text, &edits);
    (document, text, line + added)
}

pub(crate) fn hover(text: &str) -> String {
    let (document, offset) = fixture(text);
    let report = budget_rules::check(&document, Collect::Broken);
    let Some(hover) = budget_ide::hover(&document, &report, offset) else {
        return "nothing".to_owned();
    };
    let piece = document.slice(hover.range).to_owned();
    format!("[{piece}]\n{}\n", hover.markup.as_markdown())
}

/// Each place as `line: text`, lines counted from 1; `mark` says more of it.
pub(crate) fn places(
    document: &Document,
    places: impl IntoIterator<Item = (budget_syntax::TextRange, &'static str)>,
) -> String {
    let mut out = String::new();
    for (range, mark) in places {
        let before = &document.text[..range.start() as usize];
        let line = before.matches('\n').count() + 1;
        out.push_str(&format!("{line}: {mark}{}\n", document.slice(range)));
    }
    out
}

/// What is read of the narrative.
pub(crate) fn prose(document: &Document) -> budget_model::prose::Checked {
    budget_rules::check(document, Collect::Broken).ledger.prose
}
