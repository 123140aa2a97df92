//! Completion, by what stands at the cursor: an expression, a comment, the front matter, a heading,
//! a cell, a field, a glossary entry, prose.

mod cells;
mod codes;
mod comments;
mod fields;
mod front;
mod headings;
mod item;
mod paths;
mod terms;

use budget_model::Document;
use budget_syntax::TextRange;
use budget_syntax::tree::BlockKind;

pub(crate) use codes::{trust_sentence, years};
pub use item::{Ask, CompletionItem, CompletionKind, CompletionList, Whole};

/// What may be typed at a place; `None` where nothing is proposed.
pub fn completion(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    let list = match paths::complete(document, ask) {
        // Between braces nothing else makes sense.
        Some(list) => Some(list),
        None => outside_of_slots(document, ask),
    }?;
    (!list.items.is_empty()).then_some(list)
}

/// The item that a list without whole items had, whole.
pub fn resolve<'a>(document: &Document, ask: &Ask<'a>, label: &'a str) -> Option<CompletionItem> {
    let ask = Ask {
        whole: Whole::Item(label),
        ..*ask
    };
    let items = completion(document, &ask)?.items;
    items.into_iter().find(|item| item.label == label)
}

fn outside_of_slots(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    let offset = ask.offset;
    if let Some(list) = comments::complete(document, ask) {
        return Some(list);
    }
    if front::holds(document, offset) {
        return front::complete(document, ask);
    }
    // Marks that open a list only where they mean something.
    let punctuation = |marks: &str| ask.trigger.is_some_and(|typed| marks.contains(typed));
    if let Some(list) = headings::complete(document, ask) {
        return Some(list);
    }
    if punctuation("#＃.。．{｛(（,，") {
        return None;
    }
    if let Some(list) = front::fresh(document, ask) {
        return Some(list);
    }
    let block = document.parse.tree.block_at(offset.saturating_sub(1))?;
    match block.kind {
        BlockKind::Table(_) if punctuation(":：") => None,
        BlockKind::Table(_) => {
            codes::complete(document, ask).or_else(|| cells::complete(document, ask))
        }
        BlockKind::ListItem(_) => fields::complete(document, ask),
        _ if ask.trigger.is_some() => None,
        _ => terms::complete(document, ask),
    }
}

/// The line that holds an offset, without its line end.
fn line_at(text: &str, offset: u32) -> Option<TextRange> {
    let (before, after) = text.split_at_checked(offset as usize)?;
    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let end = after.find(['\n', '\r']).unwrap_or(after.len());
    Some(TextRange::new(
        u32::try_from(start).ok()?,
        offset.saturating_add(u32::try_from(end).ok()?),
    ))
}

/// Whether what was typed is a piece of a name, in any spelling.
fn fits(typed: &str, name: &str) -> bool {
    if name.contains(typed) {
        return true;
    }
    let typed = budget_catalog::name::normalize(typed);
    typed.is_empty() || budget_catalog::name::normalize(name).contains(&*typed)
}

/// What an editor matches an item against: the item's own name where that begins as what was typed
/// does, else what was typed, which has been matched here.
fn filter(typed: &str, name: &str) -> String {
    if typed.is_empty() || name.starts_with(typed) {
        name.to_owned()
    } else {
        typed.to_owned()
    }
}
