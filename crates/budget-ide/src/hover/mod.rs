//! What stands under the cursor, explained.

mod amount;
mod code;
mod formula;
mod front;
mod narrative;
mod project;
mod requirement;
mod rule;
mod slot;
mod term;

pub(crate) use rule::explain as explain_rule;

use budget_catalog::template::ColumnKind;
use budget_model::Document;
use budget_model::relation::Explorer;
use budget_rules::Report;
use budget_syntax::TextRange;

use crate::MarkupText;
use crate::place::{self, CellPlace};

/// An explanation of a piece of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// The piece.
    pub range: TextRange,
    /// The explanation.
    pub markup: MarkupText,
}

impl Hover {
    /// With what another says after it; of a piece both speak of, the smaller is shown.
    fn with(mut self, other: Option<Hover>) -> Self {
        if let Some(other) = other {
            self.markup = self.markup.paragraph().then(other.markup);
        }
        self
    }
}

/// Explains what stands at an offset: a number of a table or of the narrative with its relations, a `{…}` and its paths, a code, a
/// term, a project, what the template requires of a heading or a column, a key of the front matter, a rule; and
/// the rule of a finding there.
pub fn hover(document: &Document, report: &Report, offset: u32) -> Option<Hover> {
    let explained = front::hover(document, offset)
        .or_else(|| rule::suppression(document, offset))
        .or_else(|| slot::hover(document, report, offset))
        .or_else(|| cell(document, report, offset))
        .or_else(|| narrative::hover(document, report, offset))
        .or_else(|| project::hover(document, offset))
        .or_else(|| required(document, offset))
        .or_else(|| code::in_text(document, offset))
        .or_else(|| term::hover(document, offset));
    let rule = rule::at(report, offset);
    match (explained, rule) {
        (Some(mut hover), Some((_, rule))) => {
            hover.markup = rule::explain(hover.markup.paragraph(), rule);
            Some(hover)
        }
        (Some(hover), None) => Some(hover),
        (None, Some((range, rule))) => Some(Hover {
            range,
            markup: rule::explain(MarkupText::default(), rule),
        }),
        (None, None) => None,
    }
}

fn cell(document: &Document, report: &Report, offset: u32) -> Option<Hover> {
    let cell = CellPlace::at(document, offset)?;
    if !cell.text.touches(offset) {
        return None;
    }
    let markup = match cell.column.kind {
        ColumnKind::Code | ColumnKind::CodeName => code::of_cell(document, &cell)?,
        kind if place::is_number(kind) && !cell.text.is_empty() => {
            let markup = amount::explain(document, &cell, &Explorer::new(document));
            narrative::of_cell(markup, document, report, cell.id)
        }
        // The name of an account, if it isn't a term that is explained.
        ColumnKind::Name if !cell.text.is_empty() => {
            let term = term::hover(document, offset);
            return term.or_else(|| {
                Some(Hover {
                    range: cell.text,
                    markup: code::of_cell(document, &cell)?,
                })
            });
        }
        _ => return None,
    };
    Some(Hover {
        range: cell.text,
        markup,
    })
}

/// What the template requires of a heading or a column; a term in it comes first.
fn required(document: &Document, offset: u32) -> Option<Hover> {
    let required = requirement::hover(document, offset)?;
    Some(match term::hover(document, offset) {
        Some(term) => term.with(Some(required)),
        None => required,
    })
}
