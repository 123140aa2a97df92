//! PER004: cost indicators of a form that don't add up to its money.

use budget_catalog::name;
use budget_model::Amount;
use budget_model::front::Unit;
use budget_syntax::TextRange;

use crate::Severity;
use crate::context::{CellAt, Context, GridAt, TableAt};
use crate::detail::PerformanceFault;
use crate::engine::Sink;
use crate::finding::Detail;
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "PER004",
    slug: "cost-indicators",
    name: "成本指标与资金对不上",
    group: "绩效",
    severity: Severity::Info,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/PER004-cost-indicators.md"),
    check: Check::Table(check),
    indifferent_to: &[Change::Words],
};

/// A cost indicator: its value in 万元.
struct Cost<'d> {
    value: CellAt<'d>,
    name: &'d str,
    amount: Amount,
}

fn check(context: &Context<'_>, table: TableAt<'_>, sink: &mut Sink<'_>) {
    let Some(total) = total(context, table) else {
        return;
    };
    for grid in table.grids() {
        let Some(costs) = costs(context, grid).filter(|costs| !costs.is_empty()) else {
            continue;
        };
        let mut amounts = costs.iter().map(|cost| cost.amount);
        let Some(sum) = amounts.try_fold(Amount::ZERO, Amount::checked_add) else {
            continue;
        };
        if !total.is(sum) {
            tell(context, &costs, sum, &total, sink);
        }
    }
}

/// The money of a form.
struct Total {
    /// In 万元.
    amount: Amount,
    /// Half a step of it as printed, in 万元.
    half: Amount,
    label: TextRange,
    printed: TextRange,
}

impl Total {
    /// Whether a sum is the money, as far as it is printed.
    fn is(&self, sum: Amount) -> bool {
        let apart = self.amount.checked_sub(sum).map(Amount::abs);
        apart.is_some_and(|apart| apart <= self.half)
    }
}

fn total(context: &Context<'_>, table: TableAt<'_>) -> Option<Total> {
    let is_total = |key: TextRange| {
        matches!(
            &*name::normalize(context.text(key)),
            "年度预算总额" | "年度资金总额"
        )
    };
    let field = table
        .table
        .fields
        .iter()
        .find(|field| is_total(field.key))?;
    let (amount, decimals) = Amount::parse(context.text(field.value))?;
    let unit = i32::try_from(table.table.unit.exponent()).ok()?;
    let own = i32::try_from(Unit::TenThousandYuan.exponent()).ok()?;
    (!amount.is_zero()).then_some(Total {
        amount: amount.shift(unit - own)?,
        half: Amount::half_step(decimals).shift(unit - own)?,
        label: field.key,
        printed: field.value,
    })
}

/// The cost indicators of a grid, if all of them are sums of money.
fn costs<'d>(context: &Context<'d>, grid: GridAt<'d>) -> Option<Vec<Cost<'d>>> {
    let column = |word: &str| {
        grid.grid.columns.iter().position(|column| {
            let name = name::normalize(context.text(column.name));
            name.starts_with(word)
        })
    };
    let levels = [column("一级指标")?, column("二级指标")?];
    let (third, value) = (column("三级指标")?, column("指标值")?);
    let mut open = ["", ""];
    let mut costs = Vec::new();
    for row in grid.rows() {
        let text = |column: usize| row.cell(column).map_or("", |cell| cell.text(context));
        // An empty cell is as above, but not under a new group.
        let [first, second] = levels.map(text);
        if !first.is_empty() {
            open = [first, second];
        } else if !second.is_empty() {
            open = [open.first().copied().unwrap_or(""), second];
        }
        if !open.iter().any(|level| level.contains("成本")) {
            continue;
        }
        let (value, name) = (row.cell(value)?, text(third));
        let each = |words: &str| {
            ["均", "每", "单价", "/", "／"]
                .iter()
                .any(|w| words.contains(w))
        };
        if each(name) || each(value.text(context)) {
            return None;
        }
        let amount = money(value.text(context))?;
        costs.push(Cost {
            value,
            name,
            amount,
        });
    }
    Some(costs)
}

/// `<=20000元`, `=25 万元` in 万元.
fn money(text: &str) -> Option<Amount> {
    let text = text.trim_start_matches(|c: char| "<>=≤≥＜＞＝".contains(c) || c.is_whitespace());
    let (number, places) = match text.strip_suffix("万元") {
        Some(number) => (number, 0),
        None => (text.strip_suffix('元')?, -4),
    };
    let (amount, _) = Amount::parse(number.trim())?;
    amount.shift(places)
}

fn tell(
    context: &Context<'_>,
    costs: &[Cost<'_>],
    sum: Amount,
    total: &Total,
    sink: &mut Sink<'_>,
) {
    // One value with a digit or a unit more or less explains all.
    let slip = costs.iter().find_map(|cost| {
        [1, -1, 4, -4].into_iter().find_map(|places| {
            let meant = cost.amount.shift(places)?;
            let without = sum.checked_sub(cost.amount)?;
            total
                .is(without.checked_add(meant)?)
                .then_some((cost, meant))
        })
    });
    let Some(at) = slip.map(|(cost, _)| cost).or(costs.first()) else {
        return;
    };
    let detail = Detail::Performance(PerformanceFault::Costs {
        sum: sum.trimmed().to_string(),
        label: context.text(total.label).trim().to_owned(),
        total: total.amount.trimmed().to_string(),
        slip: slip.map(|(cost, meant)| (cost.name.to_owned(), meant.trimmed().to_string())),
    });
    let finding = sink.report(at.value.cell.range, at.value.subject(context), detail);
    finding.relate(total.printed, context.text(total.label).trim());
    for cost in costs {
        if cost.value.cell.range != at.value.cell.range {
            finding.relate(cost.value.cell.range, "成本指标");
        }
    }
    if slip.is_some() {
        finding.severity(Severity::Warning);
    }
}
