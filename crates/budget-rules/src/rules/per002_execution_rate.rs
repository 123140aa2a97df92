//! PER002: a 执行率 that isn't 执行数 ÷ 全年预算数.

use budget_catalog::name;
use budget_catalog::template::ColumnKind;
use budget_model::Amount;
use budget_model::table::{Number, Value};

use crate::context::{CellAt, Context, GridAt};
use crate::detail::PerformanceFault;
use crate::engine::Sink;
use crate::finding::{Detail, Operand, Severity};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "PER002",
    slug: "execution-rate",
    name: "执行率不对",
    group: "绩效",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/PER002-execution-rate.md"),
    check: Check::Grid(check),
    indifferent_to: &[Change::Words],
};

fn check(context: &Context<'_>, grid: GridAt<'_>, sink: &mut Sink<'_>) {
    let Some([rate, done, plan]) = columns(context, grid) else {
        return;
    };
    for row in grid.rows() {
        let cells = [rate, done, plan].map(|column| row.cell(column));
        if let [Some(rate), Some(done), Some(plan)] = cells {
            judge(context, rate, done, plan, sink);
        }
    }
}

/// Where a grid has 执行率, what was spent, and what was planned for the whole year.
fn columns(context: &Context<'_>, grid: GridAt<'_>) -> Option<[usize; 3]> {
    let find = |kind: ColumnKind, word: &str| {
        grid.grid.columns.iter().position(|column| {
            column.kind == kind && name::normalize(context.text(column.name)).contains(word)
        })
    };
    Some([
        find(ColumnKind::Rate, "执行率")?,
        find(ColumnKind::Amount, "执行数")?,
        find(ColumnKind::Amount, "全年预算数")?,
    ])
}

fn number(cell: CellAt<'_>) -> Option<Number> {
    match cell.cell.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

/// How a rate stands to the two numbers it comes of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Right,
    /// Cut off instead of rounded, or right for numbers that were rounded to those printed.
    Open,
    Wrong,
}

fn judge(
    context: &Context<'_>,
    rate: CellAt<'_>,
    done: CellAt<'_>,
    plan: CellAt<'_>,
    sink: &mut Sink<'_>,
) {
    let (Some(printed), Some(spent), Some(planned)) = (number(rate), number(done), number(plan))
    else {
        return;
    };
    if planned.amount.is_zero() || planned.amount.is_negative() {
        return;
    }
    let fit = fit(printed, spent, planned).unwrap_or(Fit::Right);
    if fit == Fit::Right {
        return;
    }
    let Some(expected) = spent
        .amount
        .shift(2)
        .and_then(|percent| percent.divide(planned.amount, printed.decimals))
    else {
        return;
    };
    let operand = |name: &str, cell: CellAt<'_>| Operand {
        name: name.to_owned(),
        value: cell.text(context).to_owned(),
    };
    let row = match rate.row.row.project {
        Some(project) => context.text(project).to_owned(),
        None => rate.row.name(context.document),
    };
    let expected = format!("{expected}%");
    let written = rate.text(context).to_owned();
    let detail = Detail::Performance(PerformanceFault::Rate {
        place: format!(
            "{}「{row}」的执行率",
            rate.row.grid.table.name(context.document)
        ),
        done: operand("执行数", done),
        plan: operand("全年预算数", plan),
        written: written.clone(),
        expected: expected.clone(),
        open: fit == Fit::Open,
    });
    let finding = sink.report(rate.cell.range, rate.subject(context), detail);
    finding.relate(done.cell.range, "执行数");
    finding.relate(plan.cell.range, "全年预算数");
    finding.expect(written, expected);
    if fit == Fit::Open {
        finding.severity(Severity::Info);
    }
}

/// Products instead of a quotient, so that nothing is rounded on the way.
fn fit(rate: Number, done: Number, plan: Number) -> Option<Fit> {
    let percent = |amount: Amount| amount.shift(2);
    let half = |number: Number| Amount::half_step(number.decimals);
    let (low, high) = (
        rate.amount.checked_sub(half(rate))?,
        rate.amount.checked_add(half(rate))?,
    );
    let exact = percent(done.amount)?;
    if low.checked_mul(plan.amount)? <= exact && exact <= high.checked_mul(plan.amount)? {
        return Some(Fit::Right);
    }
    let least = percent(done.amount.checked_sub(half(done))?)?;
    let most = percent(done.amount.checked_add(half(done))?)?;
    let meets = least <= high.checked_mul(plan.amount.checked_add(half(plan))?)?
        && most >= low.checked_mul(plan.amount.checked_sub(half(plan))?)?;
    let step = half(rate).checked_add(half(rate))?;
    let cut = rate.decimals >= 2
        && rate.amount.checked_mul(plan.amount)? <= exact
        && exact < rate.amount.checked_add(step)?.checked_mul(plan.amount)?;
    Some(if meets || cut { Fit::Open } else { Fit::Wrong })
}
