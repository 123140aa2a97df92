//! The front matter: its keys, and values that are chosen from a list.

use budget_catalog::FrontKey;
use budget_model::Document;
use budget_model::table::HOLE;
use budget_syntax::TextRange;

use super::item::Typed;
use super::{Ask, CompletionItem, CompletionKind, CompletionList, filter, fits, line_at};

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
    let known = FrontKey::ALL.map(FrontKey::about).into_iter();
    let items = known
        .filter(|about| !there.contains(&about.name) && fits(typed.text, about.name))
        .map(|about| {
            let key = about.name;
            CompletionItem::new(CompletionKind::Key, key, line)
                .text(format!("{key}: "))
                .filter(filter(typed.text, key))
                .detail(about.brief)
        });
    Some(CompletionList::of(items.collect()))
}

fn values(document: &Document, key: &str, ask: &Ask<'_>) -> Vec<(String, String)> {
    let Some(key) = FrontKey::named(key) else {
        return Vec::new();
    };
    match key {
        FrontKey::Template => document
            .catalog
            .templates()
            .map(|template| (template.id.clone(), template.title.clone()))
            .collect(),
        FrontKey::Year => document
            .template
            .year
            .map(|year| (year.to_string(), "模板的年度".to_owned()))
            .into_iter()
            .collect(),
        FrontKey::Signature => {
            let body = document.front.body.map(|body| document.slice(body.value));
            body.map(|body| (body.to_owned(), FrontKey::Body.name().to_owned()))
                .into_iter()
                .collect()
        }
        FrontKey::LastYear | FrontKey::Budget => {
            let known = ask.documents.map(|documents| documents());
            let known = known.into_iter().flatten();
            known.map(|name| (name, String::new())).collect()
        }
        key => {
            let choices = key.about().values.choices().iter();
            choices
                .map(|choice| (choice.word.to_owned(), choice.detail.to_owned()))
                .collect()
        }
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
            hole(1, HOLE),
            hole(2, year.as_deref().unwrap_or(HOLE)),
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
