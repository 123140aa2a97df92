//! Keys of the front matter: what they mean and what may be written.

use budget_catalog::FrontKey;
use budget_model::Document;
use budget_syntax::tree::BlockKind;

use super::Hover;
use crate::MarkupText;

pub(super) fn hover(document: &Document, offset: u32) -> Option<Hover> {
    let block = document.parse.tree.block_at(offset)?;
    if !matches!(block.kind, BlockKind::FrontMatter(_)) {
        return None;
    }
    let mut entries = document.front.entries.iter();
    let entry = entries.find(|entry| entry.key.cover(entry.value).touches(offset))?;
    let key = document.slice(entry.key);
    let range = entry.key.cover(entry.value);
    let Some(known) = FrontKey::named(key) else {
        return Some(Hover {
            range,
            markup: MarkupText::default()
                .bold(key)
                .paragraph()
                .text("程序不认识这一项，原样保留，不参加核对。"),
        });
    };
    let mut markup = MarkupText::default()
        .bold(key)
        .paragraph()
        .text(known.about().meaning)
        .paragraph()
        .text(&format!("可以写：{}。", known.about().values.allowed()));
    if known == FrontKey::Template {
        markup = template(markup, document, document.slice(entry.value).trim());
    }
    Some(Hover { range, markup })
}

/// The template that is named, and the others.
fn template(mut markup: MarkupText, document: &Document, named: &str) -> MarkupText {
    markup = match document.catalog.template(named) {
        Some(template) => markup
            .paragraph()
            .text("现在用的是 ")
            .code(&template.id)
            .text(&format!(" {}。", template.title)),
        None => markup.paragraph().text(&format!(
            "没有叫“{named}”的模板，现在按通用模板 {} 核对。",
            document.template.id
        )),
    };
    markup = markup.paragraph().text("可以用的模板：").gap();
    for template in document
        .catalog
        .templates()
        .filter(|template| !template.base)
    {
        markup = markup
            .item()
            .code(&template.id)
            .text(&format!(" {}", template.title));
    }
    markup
}
