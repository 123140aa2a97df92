//! An account code: its name, path, years and how far the catalogue can be trusted.

use budget_catalog::Classification;
use budget_model::Document;

use crate::MarkupText;
use crate::completion::{trust_sentence, years};
use crate::place::{self, CellPlace};

pub(super) fn explain(document: &Document, cell: &CellPlace<'_>) -> Option<MarkupText> {
    let code = cell.row.code.as_deref()?;
    let classification = place::classification(document, cell.id, cell.grid);
    let codes = document.catalog.codes(classification);
    let year = place::code_year(document);
    let kind = match classification {
        Classification::Functional => "支出功能分类",
        Classification::Economic => "支出经济分类",
    };
    let entry = codes.in_year(code, year);
    let Some(entry) = entry.or_else(|| codes.in_year(code, None)) else {
        return Some(
            MarkupText::default()
                .bold(code)
                .paragraph()
                .text(&format!("{kind}目录中没有这个编码，请核对。")),
        );
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
    Some(markup)
}
