//! A term, explained by the document's own 名词解释, else by the catalogue's glossary.

use budget_catalog::{GlossaryEntry, Trust};
use budget_model::Document;
use budget_syntax::TextRange;

use super::Hover;
use crate::MarkupText;
use crate::place;
use crate::symbol::{names, passages::passage_at};

/// More would be a page.
const LONGEST_DEFINITION: usize = 1200;

pub(super) fn hover(document: &Document, offset: u32) -> Option<Hover> {
    let within = place::text_at(document, offset)?;
    let passage = passage_at(document, offset)?;
    // However it is written: width, blanks and quotation marks don't count.
    let own = names::name_at(document, &names::terms(document), passage, offset);
    if let Some((range, name)) = own
        && let Some(term) = document
            .terms
            .iter()
            .find(|term| names::key(document.slice(term.name)) == name.key)
    {
        let definition = document.slice(term.definition);
        return Some(Hover {
            range,
            markup: MarkupText::default()
                .bold(document.slice(term.name))
                .paragraph()
                .text(&shortened(definition))
                .paragraph()
                .text("见本文件“名词解释”。"),
        });
    }
    let known = document
        .catalog
        .glossary
        .entries()
        .iter()
        .filter_map(|entry| {
            let range = occurrence(&document.text, within, offset, &entry.term)?;
            Some((range, entry))
        });
    // Of the explanations of one term, the one that is best proven.
    let (range, entry) = known.max_by_key(|(range, entry)| (range.len(), entry.trust))?;
    Some(Hover {
        range,
        markup: MarkupText::default()
            .bold(&entry.term)
            .paragraph()
            .text(&shortened(&entry.definition))
            .paragraph()
            .text(origin(entry)),
    })
}

fn origin(entry: &GlossaryEntry) -> &'static str {
    match entry.trust {
        Trust::Document => "本文件的“名词解释”没有这个名词；以上是其他已公开文件的解释。",
        _ => "本文件的“名词解释”没有这个名词；以上是通行的解释，未经文件核对。",
    }
}

/// Where a term stands around an offset, within a piece of the text.
fn occurrence(text: &str, within: TextRange, offset: u32, term: &str) -> Option<TextRange> {
    let length = u32::try_from(term.len())
        .ok()
        .filter(|length| *length > 0)?;
    let piece = within.of(text).as_bytes();
    // Only where it can hold the offset.
    let first = offset.saturating_sub(length - 1).max(within.start());
    let last = offset.min(within.end().checked_sub(length)?);
    (first..=last)
        .find(|start| {
            let at = (start - within.start()) as usize;
            piece.get(at..at + term.len()) == Some(term.as_bytes())
        })
        .map(|start| TextRange::new(start, start + length))
}

fn shortened(definition: &str) -> String {
    let mut lines = definition.split_whitespace();
    let mut text = String::new();
    // The lines of an explanation are one paragraph.
    for word in &mut lines {
        let joined = text.ends_with(|c: char| c.is_ascii_alphanumeric())
            && word.starts_with(|c: char| c.is_ascii_alphanumeric());
        if joined {
            text.push(' ');
        }
        text.push_str(word);
    }
    match text.char_indices().nth(LONGEST_DEFINITION) {
        Some((end, _)) => format!("{}……", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
