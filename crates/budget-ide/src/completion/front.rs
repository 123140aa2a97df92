//! Values of the front matter that are chosen from a list.

use budget_model::Document;
use budget_syntax::TextRange;
use budget_syntax::format::TextEdit;

use super::{CompletionItem, CompletionKind, CompletionList, line_at};

pub(super) fn complete(document: &Document, offset: u32) -> Option<CompletionList> {
    let text: &str = &document.text;
    if !in_front_matter(text, offset) {
        return None;
    }
    let line = line_at(text, offset)?;
    let (key, value) = line.of(text).split_once([':', '：'])?;
    let choices: Vec<(String, String)> = match key.trim() {
        "模板" => document
            .catalog
            .templates()
            .map(|template| (template.id.clone(), template.title.clone()))
            .collect(),
        "状态" => list(&[
            ("草稿", "还在填写：待填处只计数"),
            ("送审", "每个待填处都要填好"),
            ("公开", "已经公开"),
        ]),
        "金额单位" => list(&[("万元", ""), ("元", ""), ("亿元", "")]),
        _ => return None,
    };
    let space = value.len() - value.trim_start().len();
    let start = line
        .end()
        .checked_sub(u32::try_from(value.len() - space).ok()?)?;
    if offset < start {
        return None;
    }
    let typed = TextRange::new(start, line.end());
    // `模板:` wants a space after it.
    let gap = if space == 0 { " " } else { "" };
    let items = choices
        .into_iter()
        .map(|(value, detail)| CompletionItem {
            kind: CompletionKind::Value,
            detail,
            note: None,
            documentation: None,
            filter: value.clone(),
            edit: TextEdit {
                range: typed,
                text: format!("{gap}{value}"),
            },
            also: Vec::new(),
            label: value,
        })
        .collect();
    Some(CompletionList {
        items,
        incomplete: false,
    })
}

/// Between the first `---` and the next, or what is typed before there is a next.
fn in_front_matter(text: &str, offset: u32) -> bool {
    let Some(before) = text.get(..offset as usize) else {
        return false;
    };
    let mut lines = before.lines();
    lines.next().is_some_and(|line| line.trim_end() == "---")
        && !lines.any(|line| line.trim_end() == "---" || line.starts_with('#'))
}

fn list(choices: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(value, detail): &(&str, &str)| ((*value).to_owned(), (*detail).to_owned());
    choices.iter().map(owned).collect()
}
