//! What a `=` means.

use budget_catalog::template::{RelationKind, RowRole};
use budget_syntax::expr::Comparison;
use rustc_hash::FxHashMap;

use super::super::{
    Collect,
    bind::{BoundCond, BoundTerm, top_rows},
    eval::{Operand, Walker, is_about, tables_by_spec},
    index::Index,
    plan::{Compiled, Plan},
    render,
};

/// A cell as a sum of others.
pub(super) struct Definition {
    pub(super) operands: Vec<Operand>,
    pub(super) constant: i128,
    pub(super) formula: String,
    /// The lower, the better.
    rank: u8,
}

/// What each bare `=` means: the first that exists of the template's formula, the sum of its
/// children, its row's formula, another table's cell.
pub(super) fn definitions(
    index: &Index<'_>,
    plan: &Plan,
    bare: &FxHashMap<u32, usize>,
) -> FxHashMap<u32, Definition> {
    let mut found: FxHashMap<u32, Definition> = FxHashMap::default();
    let mut walker = Walker::new(index, plan, Collect::Broken);
    let mut wanted: Vec<u32> = bare
        .keys()
        .filter_map(|cell| Some(index.grid_of(*cell)?.table))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let tables = tables_by_spec(index);
    let specs = (0..).zip(&tables);
    let specs: Vec<usize> = specs
        .filter(|(_, tables)| {
            tables
                .iter()
                .any(|table| wanted.binary_search(table).is_ok())
        })
        .map(|(spec, _)| spec)
        .collect();
    let about = |identity: &&Compiled| is_about(identity, &specs);
    for identity in plan.identities.iter().filter(about) {
        let rank = match (identity.defines, identity.kind) {
            (true, _) => 0,
            (false, RelationKind::RowSum | RelationKind::Total | RelationKind::Hierarchy) => 2,
            (false, _) => 3,
        };
        walker.each_binding(identity, &mut |walker, cond, binding| {
            let mut cond = cond;
            while let BoundCond::Implies(condition, then) = cond {
                if !walker.is_met(condition, &binding) {
                    return;
                }
                cond = then;
            }
            let BoundCond::Relation {
                lhs,
                op: Comparison::Equal,
                rhs,
            } = cond
            else {
                return;
            };
            let Some(rhs) = rhs.first() else { return };
            let mut define = |side: &[BoundTerm<'_>], other: &[BoundTerm<'_>], rank: u8| {
                let Some(cell) = walker.lone_cell(side, &binding) else {
                    return;
                };
                let better = found.get(&cell).is_none_or(|known| known.rank > rank);
                if !bare.contains_key(&cell) || !better {
                    return;
                }
                if let Some((operands, constant)) = walker.operands(other, &binding) {
                    if operands.iter().any(|operand| operand.cell == cell) {
                        return;
                    }
                    let body = &identity.ast.body.node;
                    let formula = render::defining_side(index, body, &binding, rank < 4);
                    found.insert(
                        cell,
                        Definition {
                            operands,
                            constant,
                            formula,
                            rank,
                        },
                    );
                }
            };
            define(lhs, rhs, rank);
            if rank == 3 {
                define(rhs, lhs, 4);
            }
        });
    }
    for &cell in bare.keys() {
        if found.get(&cell).is_some_and(|known| known.rank < 1) {
            continue;
        }
        if let Some(definition) = sum_of_children(index, cell) {
            found.insert(cell, definition);
        }
    }
    found
}

/// A row with children is their sum; a total is that of the top rows.
fn sum_of_children(index: &Index<'_>, cell: u32) -> Option<Definition> {
    let row = index.row_of(cell)?;
    let at = index.row(row)?;
    let grid = index.grid_of(cell)?;
    let column = cell.checked_sub(grid.cell_base)?.checked_rem(grid.width)?;
    let mut rows: Vec<u32> = match index.children(row) {
        [] if at.role == RowRole::Total => {
            let group = index.group(grid.group)?;
            top_rows(index, &group.rows).collect()
        }
        children => children.to_vec(),
    };
    index.add_blank(grid.group, &mut rows);
    let operands: Vec<Operand> = rows
        .into_iter()
        .filter_map(|row| index.cell(row, column))
        .map(|cell| Operand {
            cell,
            negative: false,
        })
        .collect();
    (!operands.is_empty()).then(|| Definition {
        operands,
        constant: 0,
        formula: "下级各行之和".to_owned(),
        rank: 1,
    })
}
