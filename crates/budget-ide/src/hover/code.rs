//! An account code: its name, path, years and how far the catalogue can be trusted.

use budget_catalog::Classification;
use budget_model::Document;

use super::Hover;
use crate::MarkupText;
use crate::completion::{trust_sentence, years};
use crate::place::{self, CellPlace};
use crate::symbol::codes::Codes;
use crate::symbol::passages::{PassageKind, passage_at};

/// The account of a row.
pub(super) fn of_cell(document: &Document, cell: &CellPlace<'_>) -> Option<MarkupText> {
    let code = cell.row.code.as_deref()?;
    let classification = place::classification(document, cell.id, cell.grid);
    Some(explain(document, code, classification))
}

/// An account that running text speaks of, by its code or its name.
pub(super) fn in_text(document: &Document, offset: u32) -> Option<Hover> {
    let passage = passage_at(document, offset).filter(|it| it.kind == PassageKind::Prose)?;
    let codes = Codes::new(document);
    let found = codes.in_text(passage.range).into_iter();
    let mut here = found.filter(|(range, ..)| range.start() <= offset && offset < range.end());
    let (range, code, _) = here.next()?;
    Some(Hover {
        range,
        markup: explain(document, code, codes.classification(code)?),
    })
}

/// What the catalogue says of a code.
pub(super) fn explain(
    document: &Document,
    code: &str,
    classification: Classification,
) -> MarkupText {
    let codes = document.catalog.codes(classification);
    let year = place::code_year(document);
    let kind = match classification {
        Classification::Functional => "支出功能分类",
        Classification::Economic => "支出经济分类",
    };
    let entry = codes.in_year(code, year);
    let Some(entry) = entry.or_else(|| codes.in_year(code, None)) else {
        return MarkupText::default()
            .bold(code)
            .paragraph()
            .text(&format!("{kind}目录中没有这个编码，请核对。"));
    };
    let mut markup = MarkupText::default().bold(&format!("{code} {}", entry.name));
    let path = codes.path(code, year);
    if path.len() > 1 {
        markup = markup.paragraph().text(&path.join(" / "));
    }
    markup = markup.paragraph().text(&format!(
        "{kind}的{}。{}{}",
        match code.len() {
            3 => "类级科目",
            5 => "款级科目",
            _ => "项级科目",
        },
        years(entry),
        trust_sentence(entry.trust)
    ));
    let others: Vec<String> = codes
        .lookup(code)
        .iter()
        .filter(|other| other.name != entry.name)
        .map(|other| {
            let years = years(other);
            if years.is_empty() {
                format!("“{}”", other.name)
            } else {
                format!("“{}”（{}）", other.name, years.trim_end_matches('。'))
            }
        })
        .collect();
    if !others.is_empty() {
        markup = markup
            .paragraph()
            .text(&format!("其他名称：{}。", others.join("、")));
    }
    markup
}
