//! Terms of the trade: whole entries in the 名词解释 part, names elsewhere.

use budget_catalog::name::normalize;
use budget_catalog::template::PartContent;
use budget_catalog::{GlossaryEntry, Trust};
use budget_model::heading::{Ordinal, ordinal};
use budget_model::{Document, Target};
use budget_syntax::TextRange;
use budget_syntax::tree::BlockKind;
use memchr::memmem::Finder;
use rustc_hash::{FxHashMap, FxHashSet};

use super::item::Typed;
use super::{Ask, CompletionItem, CompletionKind, CompletionList, filter, fits, line_at};
use crate::MarkupText;

/// Entries with their explanations: more would be a long list to send.
const MOST_ENTRIES: usize = 40;
/// Fewer characters than that begin too many terms to be worth a list.
const LEAST_TYPED: usize = 2;

pub(super) fn complete(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    match glossary(document, ask.offset) {
        Some(extent) => entries(document, ask, extent),
        None => prose(document, ask),
    }
}

/// The extent of the 名词解释 around an offset.
fn glossary(document: &Document, offset: u32) -> Option<TextRange> {
    let above = document.ancestors(document.heading_at(offset)?);
    let is_glossary = |target: Target, title: TextRange| match target {
        Target::Part { part } => {
            let spec = document.template.parts.get(part);
            spec.is_some_and(|spec| spec.content == PartContent::Glossary)
        }
        Target::Other => document.slice(title).contains("名词解释"),
        _ => false,
    };
    above
        .into_iter()
        .find(|(_, heading)| is_glossary(heading.target, heading.text))
        .map(|(_, heading)| heading.extent)
}

/// The best proven explanation of each term, in the catalogue's order.
fn known(document: &Document) -> Vec<&GlossaryEntry> {
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    let mut known: Vec<&GlossaryEntry> = Vec::new();
    for entry in document.catalog.glossary.entries() {
        match places.get(&*entry.term).and_then(|at| known.get_mut(*at)) {
            Some(best) if best.trust < entry.trust => *best = entry,
            Some(_) => {}
            None => {
                places.insert(&entry.term, known.len());
                known.push(entry);
            }
        }
    }
    known
}

/// Whole entries: `三、财政拨款：指…`, those that the document uses and doesn't explain first.
fn entries(document: &Document, ask: &Ask<'_>, extent: TextRange) -> Option<CompletionList> {
    let text: &str = &document.text;
    let line = line_at(text, ask.offset)?;
    let content = line.of(text);
    if content.contains(['：', ':']) || content.starts_with('#') {
        return None;
    }
    let start = line.end() - u32::try_from(content.trim_start().len()).ok()?;
    let end = start + u32::try_from(content.trim().len()).ok()?;
    let range = TextRange::new(start.min(ask.offset), end.max(ask.offset));
    let typed = Typed::new(document, range, ask.offset);
    let (number, name) = split_number(typed.text);
    let number = match number {
        "" => next_number(document, extent, line.start()),
        own => own.to_owned(),
    };
    let explained: FxHashSet<String> = document
        .terms
        .iter()
        .filter(|term| !term.range.touches(ask.offset))
        .map(|term| normalize(document.slice(term.name)).into_owned())
        .collect();
    let used = |entry: &GlossaryEntry| {
        let before = TextRange::new(0, extent.start()).of(text);
        let after = TextRange::new(extent.end(), u32::try_from(text.len()).unwrap_or(u32::MAX));
        let term = Finder::new(&*entry.term);
        let holds = |text: &str| term.find(text.as_bytes()).is_some();
        holds(before) || holds(after.of(text))
    };
    let mut found: Vec<(bool, &GlossaryEntry)> = known(document)
        .into_iter()
        .filter(|entry| !explained.contains(&*normalize(&entry.term)) && fits(name, &entry.term))
        .map(|entry| (used(entry), entry))
        .collect();
    found.sort_by_key(|(used, entry)| (!used, entry.trust < Trust::Document));
    let more = found.len() > MOST_ENTRIES;
    let items: Vec<CompletionItem> = found
        .into_iter()
        .take(MOST_ENTRIES)
        .map(|(used, entry)| {
            let note = match (used, entry.trust) {
                (true, Trust::Document) => Some("本文件用到"),
                (true, _) => Some("本文件用到，未经文件核对"),
                (false, Trust::Document) => None,
                (false, _) => Some("未经文件核对"),
            };
            let whole = ask.wants(&entry.term);
            CompletionItem::new(CompletionKind::Term, &entry.term, range)
                .text(format!("{number}{}：{}", entry.term, entry.definition))
                .filter(match typed.text.is_empty() {
                    true => entry.term.clone().into_owned(),
                    false => filter(typed.text, &entry.term),
                })
                .note(note.map(str::to_owned))
                .document(whole.then(|| explained_as(&entry.definition)))
        })
        .collect();
    Some(CompletionList {
        incomplete: more || items.iter().any(|item| item.filter != item.label),
        items,
    })
}

fn explained_as(definition: &str) -> MarkupText {
    MarkupText::default().text(definition)
}

/// `三、财政` is the number `三、` and `财政`.
fn split_number(text: &str) -> (&str, &str) {
    let Some(Ordinal::Section(_)) = ordinal(text) else {
        return ("", text);
    };
    let close = text.find(['、', '.', '．', '）', ')', '，']);
    let end = close.and_then(|at| {
        let mark = text.get(at..)?.chars().next()?;
        Some(at + mark.len_utf8())
    });
    end.and_then(|end| text.split_at_checked(end))
        .unwrap_or(("", text))
}

/// The number of the next entry, written as the one above is; none where that has none.
fn next_number(document: &Document, extent: TextRange, before: u32) -> String {
    let blocks = document.parse.tree.blocks();
    let above = blocks
        .filter(|block| extent.contains(block.range) && block.range.end() <= before)
        .filter_map(|block| match block.kind {
            BlockKind::Paragraph(paragraph) => Some(document.slice(paragraph.text)),
            BlockKind::ListItem(item) => Some(document.slice(item.text)),
            _ => None,
        })
        .filter(|text| text.contains(['：', ':']))
        .last();
    let Some(above) = above else {
        return "一、".to_owned();
    };
    let (number, _) = split_number(above);
    let Some(Ordinal::Section(last)) = ordinal(above).filter(|_| !number.is_empty()) else {
        return String::new();
    };
    let next = u32::from(last) + 1;
    let is_digit = |c: char| c.is_ascii_digit() || "〇一二三四五六七八九十".contains(c);
    let digits = number.chars().any(|c| c.is_ascii_digit());
    let next = match digits {
        true => next.to_string(),
        false => budget_convert::skeleton::chinese(usize::try_from(next).unwrap_or(0)),
    };
    let open: String = number.chars().take_while(|c| !is_digit(*c)).collect();
    let close: String = number
        .chars()
        .skip_while(|c| !is_digit(*c))
        .skip_while(|c| is_digit(*c))
        .collect();
    format!("{open}{next}{close}")
}

/// A term that ends where the cursor stands; all of them where nothing is being typed.
fn prose(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    let text: &str = &document.text;
    let line = line_at(text, ask.offset)?;
    let before = TextRange::new(line.start(), ask.offset).of(text);
    let last = before.chars().next_back();
    let idle = last.is_none_or(|c| !c.is_alphanumeric());
    let own = document.terms.iter().map(|term| document.slice(term.name));
    let all = own.chain(known(document).into_iter().map(|entry| &*entry.term));
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let mut found: Vec<(usize, &str)> = all
        .filter(|term| seen.insert(*term))
        .filter_map(|term| {
            let typed = if idle { 0 } else { typed_of(before, term)? };
            Some((typed, term))
        })
        .collect();
    // The longest beginning is the likeliest; among equals the document's own come first.
    found.sort_by_key(|(typed, _)| std::cmp::Reverse(*typed));
    let items = found.into_iter().map(|(typed, term)| {
        let start = ask.offset - u32::try_from(typed).unwrap_or(0);
        let whole = ask.wants(term);
        let explanation = || {
            let own = document.terms.iter();
            let own = own.filter(|it| document.slice(it.name) == term);
            let own = own.map(|it| document.slice(it.definition)).next();
            let known = || known(document).into_iter().find(|entry| entry.term == term);
            let definition = own.or_else(|| known().map(|entry| &*entry.definition));
            explained_as(definition.unwrap_or_default())
        };
        CompletionItem::new(
            CompletionKind::Term,
            term,
            TextRange::new(start, ask.offset),
        )
        .document(whole.then(explanation))
    });
    Some(CompletionList::of(items.collect()))
}

/// How many bytes of a term stand before the cursor: at least [`LEAST_TYPED`] characters, not all.
fn typed_of(before: &str, term: &str) -> Option<usize> {
    let ends = term.char_indices().map(|(at, _)| at).skip(LEAST_TYPED);
    let ends: Vec<usize> = ends.collect();
    let mut longest = ends.into_iter().rev();
    longest.find(|end| term.get(..*end).is_some_and(|head| before.ends_with(head)))
}
