//! The front matter: its keys, and values that are chosen from a list.

use budget_model::Document;
use budget_syntax::TextRange;

use super::item::Typed;
use super::{Ask, CompletionItem, CompletionKind, CompletionList, filter, fits, line_at};

/// Keys in the order in which they are usually written, and what they are for.
const KEYS: [(&str, &str); 16] = [
    ("模板", "按哪个模板核对"),
    ("部门", "单位全称"),
    ("简称", "文中用的其他名称，用顿号隔开"),
    ("下属单位", "下属单位名称，用顿号隔开"),
    ("年度", "预算年度"),
    ("金额单位", "没有另写单位的表用它"),
    ("状态", "草稿、送审或公开"),
    ("公开日期", "如 2020-02-03"),
    ("落款", "文末的署名"),
    ("封面", "封面上的标题"),
    ("上年文档", "式子里的“上年.”指它"),
    ("预算文档", "式子里的“预算.”指它"),
    ("小数", "金额的小数位数"),
    ("末尾零", "留或去"),
    ("千分位", "有或无"),
    ("百分比小数", "百分比的小数位数"),
];

/// Between the first `---` and the next, or what is typed before there is a next.
pub(super) fn holds(document: &Document, offset: u32) -> bool {
    let Some(before) = document.text.get(..offset as usize) else {
        return false;
    };
    let mut lines = before.lines();
    lines.next().is_some_and(|line| line.trim_end() == "---")
        && before.contains('\n')
        && !lines.any(|line| line.trim_end() == "---" || line.starts_with('#'))
}

pub(super) fn complete(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    let text: &str = &document.text;
    let line = line_at(text, ask.offset)?;
    let content = line.of(text);
    let Some((key, value)) = content.split_once([':', '：']) else {
        return keys(document, ask, line);
    };
    let space = value.len() - value.trim_start().len();
    let start = line
        .end()
        .checked_sub(u32::try_from(value.len() - space).ok()?)?;
    if ask.offset < start {
        return None;
    }
    let typed = Typed::new(document, TextRange::new(start, line.end()), ask.offset);
    // `模板:` wants a space after it.
    let gap = if space == 0 { " " } else { "" };
    let choices = values(document, key.trim(), ask);
    let fitting = choices.into_iter().filter(|(value, _)| {
        // What is chosen already may be chosen anew.
        typed.range.len() as usize > typed.text.len() || fits(typed.text, value)
    });
    let items: Vec<CompletionItem> = fitting
        .map(|(value, detail)| {
            CompletionItem::new(CompletionKind::Value, &value, typed.range)
                .text(format!("{gap}{value}"))
                .filter(filter(typed.text, &value))
                .detail(detail)
        })
        .collect();
    Some(CompletionList {
        incomplete: items.iter().any(|item| item.filter != item.label),
        items,
    })
}

fn keys(document: &Document, ask: &Ask<'_>, line: TextRange) -> Option<CompletionList> {
    if ask.trigger.is_some() {
        return None;
    }
    let typed = Typed::new(document, line, ask.offset);
    let there: Vec<&str> = document
        .front
        .entries
        .iter()
        .map(|entry| document.slice(entry.key))
        .collect();
    let missing = KEYS.iter().filter(|(key, _)| !there.contains(key));
    let items = missing
        .filter(|(key, _)| fits(typed.text, key))
        .map(|(key, detail)| {
            CompletionItem::new(CompletionKind::Key, key, line)
                .text(format!("{key}: "))
                .filter(filter(typed.text, key))
                .detail(*detail)
        });
    Some(CompletionList::of(items.collect()))
}

fn values(document: &Document, key: &str, ask: &Ask<'_>) -> Vec<(String, String)> {
    let list = |choices: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = |(value, detail): &(&str, &str)| ((*value).to_owned(), (*detail).to_owned());
        choices.iter().map(owned).collect()
    };
    match key {
        "模板" => document
            .catalog
            .templates()
            .map(|template| (template.id.clone(), template.title.clone()))
            .collect(),
        "年度" => document
            .template
            .year
            .map(|year| (year.to_string(), "模板的年度".to_owned()))
            .into_iter()
            .collect(),
        "状态" => list(&[
            ("草稿", "还在填写：待填处只计数"),
            ("送审", "每个待填处都要填好"),
            ("公开", "已经公开"),
        ]),
        "金额单位" => list(&[("万元", ""), ("元", ""), ("亿元", "")]),
        "小数" => list(&[("2", "3384.00"), ("1", "3384.0"), ("0", "3384")]),
        "百分比小数" => list(&[("2", "12.50%"), ("1", "12.5%"), ("0", "13%")]),
        "末尾零" => list(&[("留", "3384.00"), ("去", "3384")]),
        "千分位" => list(&[("无", "3384.00"), ("有", "3,384.00")]),
        "落款" => {
            let body = document.front.body.map(|body| document.slice(body.value));
            body.map(|body| (body.to_owned(), "部门".to_owned()))
                .into_iter()
                .collect()
        }
        "上年文档" | "预算文档" => {
            let known = ask.documents.map(|documents| documents());
            let known = known.into_iter().flatten();
            known.map(|name| (name, String::new())).collect()
        }
        _ => Vec::new(),
    }
}

/// In a file without any text: a front matter for each template.
pub(super) fn fresh(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    let text: &str = &document.text;
    if ask.trigger.is_some() || text.len() > 1000 || !text.trim().chars().all(|c| c == '-') {
        return None;
    }
    let range = line_at(text, ask.offset)?;
    let items = document.catalog.templates().map(|template| {
        let year = template.year.map(|year| year.to_string());
        let hole = |number: u8, text: &str| match ask.snippets {
            true => format!("${{{number}:{text}}}"),
            false => text.to_owned(),
        };
        let text = format!(
            "---\n模板: {}\n部门: {}\n年度: {}\n金额单位: 万元\n状态: 草稿\n---\n\n{}",
            template.id,
            hole(1, "待填"),
            hole(2, year.as_deref().unwrap_or("待填")),
            if ask.snippets { "$0" } else { "" }
        );
        let mut item = CompletionItem::new(CompletionKind::Heading, &template.id, range)
            .text(text)
            .detail(template.title.clone())
            .filter(document.slice(range));
        if range.is_empty() {
            item.filter = item.label.clone();
        }
        item.snippet = ask.snippets;
        item
    });
    Some(CompletionList::of(items.collect()))
}
