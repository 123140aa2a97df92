//! Slots of the narrative, passage by passage.

use super::*;

/// The slots of paragraphs, list items, headings and text cells.
pub(super) fn narrative<'d>(index: &mut Index<'d>, others: &Others<'d>, out: &mut Derivation) {
    let document = index.document;
    let tables = tables_by_spec(index);
    for block in document.parse.tree.blocks() {
        match block.kind {
            BlockKind::Paragraph(paragraph) => passage(index, &tables, others, paragraph.text, out),
            BlockKind::ListItem(item) => passage(index, &tables, others, item.text, out),
            BlockKind::Heading(heading) => passage(index, &tables, others, heading.text, out),
            _ => {}
        }
    }
    let texts = document.tables.iter().flat_map(|table| {
        table.grids.iter().flat_map(|grid| {
            grid.cells
                .iter()
                .filter(|cell| cell.value == CellValue::Text)
                .map(|cell| cell.range)
        })
    });
    for range in texts {
        passage(index, &tables, others, range, out);
    }
}

/// One passage: `记为` names hold in it, before and after the place where they are given.
fn passage<'d>(
    index: &Index<'d>,
    tables: &[Vec<u32>],
    others: &Others<'d>,
    range: TextRange,
    out: &mut Derivation,
) {
    let document = index.document;
    let text = document.slice(range);
    if !memchr_brace(text) {
        return;
    }
    let resolver = Resolver::new(index, tables, Some(others));
    let mut parsed = Vec::new();
    for slot in slots(text, range.start()) {
        let inner = document.slice(slot.inner);
        // What can't be read is said by the syntax check.
        if let Ok(expr) = parse_slot(inner) {
            parsed.push((slot, inner, expr));
        }
    }
    let mut resolved = Vec::with_capacity(parsed.len());
    for (slot, inner, expr) in &parsed {
        match resolver.resolve(&expr.expr, inner) {
            Ok(formula) => resolved.push((slot, *inner, expr, formula)),
            Err((kind, subject)) => out.errors.push(EvaluationError {
                range: slot.range,
                kind,
                subject,
            }),
        }
    }
    let mut names = Names::default();
    // A name may be built on another: as many rounds as there are names.
    let bound: Vec<_> = resolved
        .iter()
        .filter_map(|(slot, _, expr, formula)| Some((slot, expr.binding.as_ref()?, formula)))
        .collect();
    for _ in 0..bound.len().min(16) {
        for (slot, name, formula) in &bound {
            if names.has(&name.node) {
                continue;
            }
            if let Ok(Value::Number(quantity)) = formula.value(index, &names) {
                names.insert(
                    &name.node,
                    with_unit(quantity, unit_after(index, slot.range)),
                );
            }
        }
    }
    for (slot, inner, expr, formula) in &resolved {
        let unit = unit_after(index, slot.range);
        let style = index.style(formula.table());
        let value = formula.value(index, &names).map(|value| match value {
            // A typed number means what is written after it.
            Value::Number(quantity) => Value::Number(with_unit(quantity, unit)),
            other => other,
        });
        let followed = document
            .text
            .get(slot.range.end() as usize..)
            .unwrap_or("")
            .starts_with(['%', '％']);
        match value.and_then(|value| value.print(index, style, expr.decimals, unit)) {
            Ok(mut printed) => {
                if followed && printed.text.ends_with('%') {
                    printed.text.pop();
                }
                out.derived.push(Derived {
                    range: slot.range,
                    cell: None,
                    text: printed.text,
                    amount: printed.amount,
                    formula: inner.trim().to_owned(),
                });
            }
            Err(NoValue::Error(kind)) => out.errors.push(EvaluationError {
                range: slot.range,
                kind,
                subject: inner.trim().to_owned(),
            }),
            Err(_) => {}
        }
    }
}

pub(super) fn with_unit(quantity: Quantity, unit: Option<Unit>) -> Quantity {
    match (quantity.dimension, unit) {
        (Dimension::Plain, Some(unit)) => quantity.taken_as(Dimension::Money(unit)),
        _ => quantity,
    }
}

/// The unit of money after a slot.
fn unit_after(index: &Index<'_>, range: TextRange) -> Option<Unit> {
    let rest = index.document.text.get(range.end() as usize..)?;
    let rest = rest.trim_start_matches([' ', '\u{3000}']);
    [
        ("亿元", Unit::HundredMillionYuan),
        ("万元", Unit::TenThousandYuan),
        ("元", Unit::Yuan),
    ]
    .into_iter()
    .find(|(word, _)| rest.starts_with(word))
    .map(|(_, unit)| unit)
}
