//! A number of the narrative: the relations it stands in, and those of a cell that the narrative
//! restates.

use budget_model::amount::Style;
use budget_model::prose::Checked;
use budget_model::prose::check::Relation;
use budget_model::prose::fact::FactId;
use budget_model::relation::{Explorer, Outcome};
use budget_model::{CellId, Document};
use budget_rules::Report;
use budget_syntax::TextRange;

use super::{Hover, formula};
use crate::MarkupText;

/// Relations shown; the rest are counted.
const MOST: usize = 8;

/// The number of the narrative at an offset.
pub(super) fn hover(document: &Document, report: &Report, offset: u32) -> Option<Hover> {
    let prose = &report.ledger.prose;
    let (id, fact) = prose.fact_at(offset)?;
    let found: Vec<&Relation> = prose.about(id).collect();
    if found.is_empty() {
        return None;
    }
    let mut markup = MarkupText::default().bold(document.slice(fact.whole));
    markup = markup.paragraph().text("涉及它的核对关系：").gap();
    markup = relations(markup, document, prose, &found, Some(id));
    Some(Hover {
        range: fact.whole,
        markup,
    })
}

/// The relations of the narrative that restate a cell, added as items of a list.
pub(super) fn of_cell(
    markup: MarkupText,
    document: &Document,
    report: &Report,
    cell: CellId,
) -> MarkupText {
    let prose = &report.ledger.prose;
    let found: Vec<&Relation> = prose.restating(cell).collect();
    if found.is_empty() {
        return markup;
    }
    let markup = markup.paragraph().text("文字部分引用它：").gap();
    relations(markup, document, prose, &found, None)
}

fn relations(
    mut markup: MarkupText,
    document: &Document,
    prose: &Checked,
    found: &[&Relation],
    asked: Option<FactId>,
) -> MarkupText {
    let mut found = found.to_vec();
    found.sort_by_key(|it| it.outcome != Outcome::Broken);
    let explorer = Explorer::new(document);
    for relation in found.iter().take(MOST) {
        markup = markup
            .item()
            .bold(formula::outcome(relation.outcome))
            .text(&format!(" {}：", relation.kind.name()));
        markup = match relation.formula.as_str() {
            // Of what holds no formula is kept.
            "" => markup.text(&numbers(document, prose, relation)),
            formula => markup.code(formula),
        };
        let cells = relation.cells.iter();
        let cells: Vec<String> = match asked {
            Some(_) => cells
                .map(|id| {
                    let written = formula::written(document, &explorer, *id);
                    format!("{}（{written}）", formula::place(document, *id))
                })
                .collect(),
            // Of the cell that is asked about the place in the narrative is new.
            None => {
                let fact = prose.narrative.fact(relation.fact);
                fact.map(|fact| format!("“{}”", sentence(document, fact.whole)))
                    .into_iter()
                    .collect()
            }
        };
        if !cells.is_empty() {
            markup = markup.text(&format!("，{}", cells.join("、")));
        }
        if relation.outcome == Outcome::Broken
            && let Some(fact) = prose.narrative.fact(relation.fact)
            && let Some(expected) = relation.expected
        {
            let unit = TextRange::new(fact.range.end(), fact.whole.end());
            let style = Style {
                decimals: expected.decimals().max(fact.decimals),
                ..Style::default()
            };
            markup = markup.text(&format!(
                "；“{}”应为 {}{}",
                document.slice(fact.whole),
                expected.print(style),
                document.slice(unit)
            ));
        }
    }
    if let Some(more) = found.len().checked_sub(MOST).filter(|more| *more > 0) {
        markup = markup.item().text(&format!("另有 {more} 条"));
    }
    markup
}

/// The numbers of a relation, as written.
fn numbers(document: &Document, prose: &Checked, relation: &Relation) -> String {
    let all = std::iter::once(relation.fact).chain(relation.facts.iter().copied());
    let facts = all.filter_map(|id| prose.narrative.fact(id));
    let written: Vec<&str> = facts.map(|fact| document.slice(fact.whole)).collect();
    written.join("、")
}

/// Characters of a sentence that are shown before a number.
const BEFORE: usize = 24;

/// A number with what leads up to it in its sentence.
fn sentence(document: &Document, range: TextRange) -> String {
    let before = document
        .text
        .get(..range.start() as usize)
        .unwrap_or_default();
    let start = before
        .char_indices()
        .rev()
        .take(BEFORE)
        .take_while(|(_, c)| !"。；，：\n\r".contains(*c))
        .last()
        .map_or(before.len(), |(at, _)| at);
    let lead = before.get(start..).unwrap_or_default();
    format!("{lead}{}", document.slice(range))
}
