//! What stands under the cursor, explained.

mod amount;
mod code;
mod rule;
mod term;

pub(crate) use rule::explain as explain_rule;

use budget_catalog::template::ColumnKind;
use budget_model::Document;
use budget_model::relation::Ledger;
use budget_rules::Report;
use budget_syntax::TextRange;

use crate::MarkupText;
use crate::place::CellPlace;

/// An explanation of a piece of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// The piece.
    pub range: TextRange,
    /// The explanation.
    pub markup: MarkupText,
}

/// Explains what stands at an offset: an amount, a code, a term; and the rule of a finding there.
/// `ledger` gives the ledger with every relation; it is asked for only where an amount stands.
pub fn hover<'l>(
    document: &Document,
    report: &Report,
    ledger: impl FnOnce() -> &'l Ledger,
    offset: u32,
) -> Option<Hover> {
    let explained = amount::slot(document, report, offset)
        .or_else(|| cell(document, ledger, offset))
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

fn cell<'l>(
    document: &Document,
    ledger: impl FnOnce() -> &'l Ledger,
    offset: u32,
) -> Option<Hover> {
    let cell = CellPlace::at(document, offset)?;
    if !cell.text.touches(offset) {
        return None;
    }
    let markup = match cell.column.kind {
        ColumnKind::Code | ColumnKind::CodeName => code::explain(document, &cell)?,
        ColumnKind::Amount | ColumnKind::Rate | ColumnKind::Count if !cell.text.is_empty() => {
            amount::explain(document, &cell, ledger())
        }
        _ => return None,
    };
    Some(Hover {
        range: cell.text,
        markup,
    })
}
