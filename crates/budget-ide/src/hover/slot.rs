//! A `{…}` of the prose and the paths in it.

use budget_model::relation::{Explorer, Place};
use budget_model::{CellId, Document};
use budget_rules::Report;
use budget_syntax::TextRange;
use budget_syntax::expr::{Expr, Spanned};

use super::formula;
use super::{Hover, amount, code};
use crate::MarkupText;
use crate::place::{CellPlace, is_number};
use crate::symbol::paths::{FoundPath, paths_of, slot_at};
use crate::symbol::{DOCUMENTS, Symbol, names, piece_symbol};

/// Paths shown under a formula; cells shown of a path.
const MOST: usize = 8;

/// On a path what it leads to; elsewhere in the braces the value of the whole, and its paths.
pub(super) fn hover(document: &Document, report: &Report, offset: u32) -> Option<Hover> {
    let slot = slot_at(document, offset)?;
    let paths = paths_of(document, slot);
    let here = |range: TextRange| range.start() <= offset && offset < range.end();
    let mut on = paths.iter().filter(|path| here(path.range));
    if let Some(path) = on.next().filter(|path| path.pieces.len() > 1) {
        return Some(on_path(document, path, offset));
    }
    // A number of a table is told with its relations.
    if CellPlace::at(document, offset).is_some_and(|cell| is_number(cell.column.kind)) {
        return None;
    }
    whole(document, report, &paths, offset)
}

/// The value of a `{…}`, its formula, and what its paths lead to.
fn whole(document: &Document, report: &Report, paths: &[FoundPath], offset: u32) -> Option<Hover> {
    let ledger = &report.ledger;
    let derived = ledger.derived.iter().find(|d| d.range.touches(offset));
    let (range, mut markup) = match derived {
        Some(derived) => {
            let markup = MarkupText::default()
                .bold(&derived.text)
                .paragraph()
                .text("公式：")
                .code(&derived.formula);
            (derived.range, markup)
        }
        None => {
            let error = ledger.errors.iter().find(|e| e.range.touches(offset))?;
            let markup = MarkupText::default().text(amount::why_not(error.kind));
            (error.range, markup)
        }
    };
    let paths: Vec<&FoundPath> = paths.iter().filter(|path| path.pieces.len() > 1).collect();
    if paths.is_empty() {
        return Some(Hover { range, markup });
    }
    let explorer = Explorer::new(document);
    markup = markup.paragraph().text("其中：").gap();
    for path in paths.iter().take(MOST) {
        markup = markup.item().code(document.slice(path.range)).text("：");
        markup = leads(markup, document, &explorer, path);
    }
    if let Some(more) = paths.len().checked_sub(MOST).filter(|more| *more > 0) {
        markup = markup.item().text(&format!("另有 {more} 处引用"));
    }
    Some(Hover { range, markup })
}

/// A path: what it comes to and from where; and of an account in it what the catalogue says.
fn on_path(document: &Document, path: &FoundPath, offset: u32) -> Hover {
    let explorer = Explorer::new(document);
    let mut markup = MarkupText::default()
        .code(document.slice(path.range))
        .text("：");
    markup = leads(markup, document, &explorer, path);
    if let Ok(Place::Cells(cells)) = explorer.path(&path.path)
        && cells.len() > 1
    {
        markup = several(
            markup.paragraph().text("各格：").gap(),
            document,
            &explorer,
            &cells,
        );
    }
    let mut pieces = path.pieces.iter();
    let piece = pieces.find(|piece| piece.range.start() <= offset && offset < piece.range.end());
    let names = names::names(document);
    let symbol = piece.and_then(|piece| piece_symbol(document, &explorer, &names, path, piece));
    if let Some(Symbol::Code {
        code,
        classification,
    }) = symbol
    {
        markup = markup
            .paragraph()
            .then(code::explain(document, &code, classification));
    }
    Hover {
        range: path.range,
        markup,
    }
}

/// `110.00 万元（表三 · 2010301 行政运行 · 基本支出）`
fn leads(
    markup: MarkupText,
    document: &Document,
    explorer: &Explorer<'_>,
    path: &FoundPath,
) -> MarkupText {
    let expr = Spanned {
        node: Expr::Path(path.path.clone()),
        range: TextRange::empty(0),
    };
    let worth = explorer.worth(&expr, "");
    let value = worth.map(|worth| match worth.unit {
        Some(unit) => format!("{} {}", worth.text, unit.name()),
        None => worth.text,
    });
    let told = |words: &str| match &value {
        Some(value) => format!("{value}（{words}）"),
        None => words.to_owned(),
    };
    match explorer.path(&path.path) {
        Ok(Place::Cells(cells)) => {
            let place = match cells.as_slice() {
                [one] => {
                    let place = formula::place(document, *one);
                    match &value {
                        Some(_) => place,
                        None => format!("{}，{place}", formula::written(document, explorer, *one)),
                    }
                }
                [first, ..] => {
                    let table = formula::table_name(document, *first);
                    format!("{table}的 {} 格之和", cells.len())
                }
                [] => "没有单元格".to_owned(),
            };
            markup.text(&told(&place))
        }
        Ok(Place::Elsewhere(word)) => {
            let known = DOCUMENTS.iter().find(|(_, own)| *own == word);
            let entry = known.and_then(|(key, _)| document.front.entry(&document.text, *key));
            match (known, entry) {
                (Some((key, _)), Some(entry)) => {
                    let name = document.slice(entry.value);
                    let place = format!("来自{} {name}", key.name());
                    match &value {
                        Some(_) => markup.text(&told(&place)),
                        None => markup.text(&format!("{place}，没有取到数")),
                    }
                }
                (Some((key, _)), None) => {
                    let key = key.name();
                    markup.text(&format!("文档信息里没有写“{key}”，取不到数"))
                }
                _ => markup,
            }
        }
        Ok(Place::Named(_)) => markup,
        Ok(Place::Lost) => markup.text("原件缺失了这一部分，没有数"),
        Err(kind) => match &value {
            Some(value) => markup.text(value),
            None => markup.text(amount::why_not(kind).trim_end_matches('。')),
        },
    }
}

fn several(
    mut markup: MarkupText,
    document: &Document,
    explorer: &Explorer<'_>,
    cells: &[CellId],
) -> MarkupText {
    for id in cells.iter().take(MOST) {
        markup = markup
            .item()
            .text(&formula::written(document, explorer, *id))
            .text("，")
            .text(&formula::place(document, *id));
    }
    if let Some(more) = cells.len().checked_sub(MOST).filter(|more| *more > 0) {
        markup = markup.item().text(&format!("另有 {more} 格"));
    }
    markup
}
