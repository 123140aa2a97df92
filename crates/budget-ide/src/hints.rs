//! What the text doesn't show: the values of what is derived, the names behind codes.

use budget_catalog::Classification;
use budget_model::Document;
use budget_model::relation::Ledger;
use budget_syntax::expr::{Piece, pieces};
use budget_syntax::tree::BlockKind;
use budget_syntax::{TextRange, slots};

use crate::place::code_year;

/// What a hint tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HintKind {
    /// The value of what stands before it.
    Value,
    /// The name of the code before it.
    Name,
}

/// Text shown amid the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// After what it is about.
    pub offset: u32,
    /// What it says.
    pub text: String,
    /// What that is.
    pub kind: HintKind,
    /// More, in Chinese, for who asks.
    pub tooltip: String,
}

/// The hints of a range, in order. `cells`: also in the cells of tables, where they push the columns apart.
pub fn hints(document: &Document, ledger: &Ledger, range: TextRange, cells: bool) -> Vec<Hint> {
    let mut hints: Vec<Hint> = ledger
        .derived
        .iter()
        .filter(|derived| range.contains(derived.range))
        .filter(|derived| cells || (derived.cell.is_none() && !in_table(document, derived.range)))
        .map(|derived| Hint {
            offset: derived.range.end(),
            text: derived.text.clone(),
            kind: HintKind::Value,
            tooltip: format!("公式：{}", derived.formula),
        })
        .collect();
    let mut blocks = document.parse.tree.blocks();
    let inside = |block: TextRange| range.start() < block.end() && block.start() <= range.end();
    while let Some(block) = blocks.find(|block| inside(block.range)) {
        match block.kind {
            BlockKind::Paragraph(paragraph) => names(document, paragraph.text, &mut hints),
            BlockKind::ListItem(item) => names(document, item.text, &mut hints),
            BlockKind::Table(table) if cells => {
                for row in table.rows().filter(|row| inside(row.range)) {
                    for cell in row.cells() {
                        names(document, cell.text, &mut hints);
                    }
                }
            }
            _ => {}
        }
    }
    hints.retain(|hint| range.touches(hint.offset));
    hints.sort_by_key(|hint| hint.offset);
    hints
}

fn in_table(document: &Document, range: TextRange) -> bool {
    let block = document.parse.tree.block_at(range.start());
    block.is_some_and(|block| matches!(block.kind, BlockKind::Table(_)))
}

/// The names of the codes in the paths of a text.
fn names(document: &Document, text: TextRange, hints: &mut Vec<Hint>) {
    for slot in slots(document.slice(text), text.start()) {
        let inner = document.slice(slot.inner);
        for (piece, at) in pieces(inner) {
            let code = at.of(inner);
            let step = matches!(piece, Piece::Step { at, .. } if at > 0);
            if let Some(name) = step.then(|| name(document, code)).flatten() {
                hints.push(Hint {
                    offset: slot.inner.start() + at.end(),
                    text: name.to_owned(),
                    kind: HintKind::Name,
                    tooltip: format!("科目 {code} 的名称"),
                });
            }
        }
    }
}

/// The name of an account: of 支出功能分类 if it begins with 2, else of 支出经济分类.
fn name<'d>(document: &'d Document, code: &str) -> Option<&'d str> {
    let is_code = matches!(code.len(), 3 | 5 | 7) && code.bytes().all(|b| b.is_ascii_digit());
    if !is_code {
        return None;
    }
    let classification = if code.starts_with('2') {
        Classification::Functional
    } else {
        Classification::Economic
    };
    let codes = document.catalog.codes(classification);
    let entry = codes
        .in_year(code, code_year(document))
        .or_else(|| codes.in_year(code, None))?;
    Some(&entry.name)
}
