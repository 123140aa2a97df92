//! 舍位平衡: a difference that rounding explains is put on one part of the sum, so that the printed numbers
//! add up to the last digit. It changes a number, so a person has to want it; whether the part stands in
//! other sums that then fail, who applies the fix has to look.

use budget_model::relation::{Instance, Outcome};
use budget_model::table::Value;

use super::print;
use crate::context::{CellAt, Judged};
use crate::finding::{Edit, Fix};

/// The largest part, which bears it best, then the last, which custom puts it on.
pub(super) fn fixes(context: &Judged<'_>, instance: &Instance) -> Vec<Fix> {
    let [total] = instance.left_cells.as_slice() else {
        return Vec::new();
    };
    if instance.outcome != Outcome::Rounding || instance.right_cells.len() < 2 {
        return Vec::new();
    }
    let Some(total) = context.cell(*total) else {
        return Vec::new();
    };
    let difference = match (instance.left, instance.right) {
        (Some(left), Some(right)) => left.checked_sub(right),
        _ => None,
    };
    let Some(difference) = difference else {
        return Vec::new();
    };
    let unit = |cell: CellAt<'_>| cell.row.grid.table.table.unit;
    let parts: Vec<CellAt<'_>> = instance
        .right_cells
        .iter()
        .filter(|id| !instance.subtracted.contains(id))
        .filter_map(|id| context.cell(*id))
        .filter(|part| matches!(part.cell.value, Value::Number(_)))
        .filter(|part| part.row.grid.table.table.source.is_none() && unit(*part) == unit(total))
        .collect();
    let largest = parts
        .iter()
        .copied()
        .max_by_key(|part| part.amount().map(|it| it.abs()));
    let mut chosen: Vec<CellAt<'_>> = largest.into_iter().collect();
    let is_another = |part: &CellAt<'_>| Some(part.cell.range) != largest.map(|it| it.cell.range);
    chosen.extend(parts.last().copied().filter(is_another));
    let fix = |part: CellAt<'_>| {
        let balanced = print(context, part, part.amount()?.checked_add(difference)?);
        let written = part.text(context);
        Some(Fix {
            title: format!(
                "舍位平衡：{}由 {written} 改为 {balanced}",
                part.name(context.document)
            ),
            safe: false,
            edits: vec![Edit {
                range: part.cell.range,
                text: balanced,
            }],
        })
    };
    chosen.into_iter().filter_map(fix).collect()
}
