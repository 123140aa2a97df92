//! The values of derived cells, each after those that it needs.

use budget_catalog::template::ColumnKind;
use budget_syntax::TextRange;
use rustc_hash::FxHashMap;

use super::super::{
    Derived, EvaluationError, EvaluationErrorKind,
    expression::{Names, NoValue, Printed, Value},
    index::{Index, State, Val},
};
use super::{Derivation, Node, Progress, Source, prose::with_unit};
use crate::Amount;

/// Evaluates the cells; one that is needed for its own value is an error.
pub(super) fn evaluate_cells(index: &mut Index<'_>, nodes: &mut [Node<'_>], out: &mut Derivation) {
    let by_cell: FxHashMap<u32, usize> = nodes
        .iter()
        .enumerate()
        .map(|(number, node)| (node.cell, number))
        .collect();
    // An explicit stack: chains may be as long as the document.
    enum Visit {
        Enter(usize),
        Leave(usize),
    }
    let mut stack: Vec<Visit> = (0..nodes.len()).rev().map(Visit::Enter).collect();
    while let Some(visit) = stack.pop() {
        match visit {
            Visit::Enter(number) => {
                let Some(node) = nodes.get_mut(number) else {
                    continue;
                };
                match node.state {
                    Progress::Done => continue,
                    Progress::Open => {
                        // It is needed for its own value.
                        node.state = Progress::Done;
                        out.errors.push(EvaluationError {
                            range: node.range,
                            kind: EvaluationErrorKind::Cycle,
                            subject: index.document.slice(node.range).to_owned(),
                        });
                        continue;
                    }
                    Progress::Waiting => node.state = Progress::Open,
                }
                stack.push(Visit::Leave(number));
                let mut need = |cell: u32| {
                    if let Some(&other) = by_cell.get(&cell) {
                        stack.push(Visit::Enter(other));
                    }
                };
                match &node.source {
                    Source::Definition(definition) => {
                        definition.operands.iter().for_each(|o| need(o.cell));
                    }
                    Source::Formula(formula, ..) => formula.cells(&mut need),
                    Source::Nothing => {}
                }
            }
            Visit::Leave(number) => {
                let Some(node) = nodes.get_mut(number) else {
                    continue;
                };
                if node.state == Progress::Done {
                    continue;
                }
                node.state = Progress::Done;
                evaluate(index, node, out);
            }
        }
    }
}

fn evaluate(index: &mut Index<'_>, node: &Node<'_>, out: &mut Derivation) {
    let document = index.document;
    let Some(grid) = index.grid_of(node.cell) else {
        return;
    };
    let number = grid.table;
    let Some(table) = document.tables.get(number as usize) else {
        return;
    };
    let column = node
        .cell
        .checked_sub(grid.cell_base)
        .and_then(|offset| offset.checked_rem(grid.width))
        .and_then(|column| {
            let grid = table.grids.get(grid.grid as usize)?;
            grid.columns.get(column as usize)
        });
    let is_amount = column.is_none_or(|column| column.kind == ColumnKind::Amount);
    let style = index.style(Some(number));
    let error = |kind, subject: String| EvaluationError {
        range: node.range,
        kind,
        subject,
    };
    let (printed, formula) = match &node.source {
        Source::Nothing => {
            out.errors
                .push(error(EvaluationErrorKind::NoDefinition, "=".to_owned()));
            return;
        }
        Source::Definition(definition) => {
            out.add_sum(node.cell, &definition.operands);
            let mut sum = definition.constant;
            let mut state = State::Empty;
            for operand in &definition.operands {
                let Some(val) = index.value(operand.cell) else {
                    continue;
                };
                match val.state {
                    State::Empty => {}
                    State::Number => {
                        sum += if operand.negative {
                            -val.value
                        } else {
                            val.value
                        };
                        if state == State::Empty {
                            state = State::Number;
                        }
                    }
                    // A hole keeps what hangs on it waiting; text and failures make it unknown.
                    State::Hole if state != State::Failed => state = State::Hole,
                    State::Hole => {}
                    State::Text | State::Failed | State::Lost => state = State::Failed,
                }
            }
            let amount = match state {
                State::Number => match index.amount(sum, number) {
                    Some(amount) => amount.round(style.decimals),
                    None => {
                        let formula = definition.formula.clone();
                        out.errors
                            .push(error(EvaluationErrorKind::Overflow, formula));
                        return;
                    }
                },
                State::Empty => {
                    // The sum of nothing is printed as nothing.
                    index.set_state(node.cell, State::Empty);
                    push(out, index, node, String::new(), None, &definition.formula);
                    return;
                }
                other => {
                    index.set_state(node.cell, other);
                    return;
                }
            };
            (
                Printed {
                    text: amount.print(style),
                    amount: Some(amount),
                },
                definition.formula.clone(),
            )
        }
        Source::Formula(formula, decimals, text) => {
            let unit = is_amount.then_some(table.unit);
            // A typed number is money of its table.
            let value = formula
                .value(index, &Names::default())
                .map(|value| match value {
                    Value::Number(quantity) => Value::Number(with_unit(quantity, unit)),
                    other => other,
                });
            match value.and_then(|value| value.print(index, style, *decimals, unit)) {
                Ok(printed) => (printed, (*text).trim().to_owned()),
                Err(kind) => {
                    report(index, node.cell, kind, text, node.range, out);
                    return;
                }
            }
        }
    };
    if let Some(amount) = printed.amount {
        let shift = if is_amount { index.shift(number) } else { 0 };
        let decimals = if is_amount {
            style.decimals
        } else {
            amount.decimals()
        };
        let val = index.number(amount, decimals, shift);
        index.set(node.cell, val);
    } else {
        index.set_state(node.cell, State::Text);
    }
    push(out, index, node, printed.text, printed.amount, &formula);
}

fn push(
    out: &mut Derivation,
    index: &Index<'_>,
    node: &Node<'_>,
    text: String,
    amount: Option<Amount>,
    formula: &str,
) {
    out.derived.push(Derived {
        range: node.range,
        cell: index.cell_id(node.cell),
        text,
        amount,
        formula: formula.to_owned(),
    });
}

/// A value that isn't there: a hole and a lost place are no error of the expression.
fn report(
    index: &mut Index<'_>,
    cell: u32,
    missing: NoValue,
    text: &str,
    range: TextRange,
    out: &mut Derivation,
) {
    match missing {
        NoValue::Waiting => index.set_state(cell, State::Hole),
        NoValue::Unknown => index.set_state(cell, State::Failed),
        NoValue::Error(kind) => {
            index.set_state(cell, State::Failed);
            out.errors.push(EvaluationError {
                range,
                kind,
                subject: text.trim().to_owned(),
            });
        }
    }
}

impl Index<'_> {
    fn set_state(&mut self, cell: u32, state: State) {
        self.set(
            cell,
            Val {
                value: 0,
                half: 0,
                state,
                decimals: 0,
                derived: true,
            },
        );
    }
}
