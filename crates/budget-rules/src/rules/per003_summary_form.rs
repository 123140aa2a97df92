//! PER003: a number of the summary of 绩效自评 that isn't the number of the project's form.

use budget_catalog::name;
use budget_catalog::template::{ColumnKind, RowRole};
use budget_model::Amount;
use budget_model::table::{Number, Value};
use rustc_hash::FxHashMap;

use crate::context::{CellAt, Context, GridAt, TableAt};
use crate::detail::PerformanceFault;
use crate::engine::Sink;
use crate::finding::{Detail, Severity};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "PER003",
    slug: "summary-form",
    name: "汇总表与自评表不一致",
    group: "绩效",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/PER003-summary-form.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Words],
};

/// What both tables say: the word in the header of the summary, and that of the form.
const FACTS: [(&str, &str); 5] = [
    ("自评得分", "得分"),
    ("年初预算数", "年初预算数"),
    ("全年预算数", "全年预算数"),
    ("执行数", "执行数"),
    ("执行率", "执行率"),
];

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let forms = forms(context);
    if forms.is_empty() {
        return;
    }
    for grid in context.tables().flat_map(TableAt::grids) {
        let is_summary = grid
            .grid
            .columns
            .iter()
            .any(|column| column.kind == ColumnKind::Project)
            && column(context, grid, "自评得分").is_some();
        if !is_summary {
            continue;
        }
        for row in grid.rows() {
            let Some(project) = row.row.project else {
                continue;
            };
            let project = context.text(project);
            let Some(form) = forms.get(&*name::normalize(project)) else {
                continue;
            };
            for (what, there) in FACTS {
                let mine = column(context, grid, what).and_then(|column| row.cell(column));
                let Some((mine, theirs)) = mine.zip(fact(context, *form, there)) else {
                    continue;
                };
                compare(context, project, what, mine, theirs, sink);
            }
        }
    }
}

/// The forms by their projects; of two forms of one name neither counts.
fn forms<'d>(context: &Context<'d>) -> FxHashMap<String, TableAt<'d>> {
    let mut forms: FxHashMap<String, Option<TableAt<'d>>> = FxHashMap::default();
    for table in context.tables() {
        let field = table
            .table
            .fields
            .iter()
            .find(|field| name::normalize(context.text(field.key)) == "项目名称");
        if let Some(field) = field.filter(|field| !field.value.is_empty()) {
            let key = name::normalize(context.text(field.value)).into_owned();
            forms
                .entry(key)
                .and_modify(|form| *form = None)
                .or_insert(Some(table));
        }
    }
    let one = |(key, form): (String, Option<TableAt<'d>>)| Some((key, form?));
    forms.into_iter().filter_map(one).collect()
}

/// The first column of numbers whose header holds a word.
fn column(context: &Context<'_>, grid: GridAt<'_>, word: &str) -> Option<usize> {
    let wants_rate = word.ends_with('率');
    grid.grid.columns.iter().position(|column| {
        let numeric = match column.kind {
            ColumnKind::Rate => wants_rate,
            ColumnKind::Amount | ColumnKind::Count => !wants_rate,
            _ => false,
        };
        numeric && name::normalize(context.text(column.name)).contains(word)
    })
}

/// A fact of a form: its score in the row of the total, its money in the first row.
fn fact<'d>(context: &Context<'d>, form: TableAt<'d>, word: &str) -> Option<CellAt<'d>> {
    let is_score = word == "得分";
    form.grids().find_map(|grid| {
        let at = column(context, grid, word)?;
        // Money and indicators both have scores; only the indicators have a total row.
        let mut rows = grid.rows();
        let row = if is_score {
            rows.find(|row| row.row.role == RowRole::Total)
        } else {
            rows.next()
        };
        row?.cell(at)
    })
}

fn number(cell: CellAt<'_>) -> Option<Number> {
    match cell.cell.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

/// A number and half a step of it as printed; money in 元, whatever the unit of its table.
fn in_yuan(cell: CellAt<'_>, number: Number) -> Option<(Amount, Amount)> {
    let money = cell.column.kind == ColumnKind::Amount;
    let unit = cell.row.grid.table.table.unit;
    let places = if money {
        i32::try_from(unit.exponent()).ok()?
    } else {
        0
    };
    let half = Amount::half_step(number.decimals);
    Some((number.amount.shift(places)?, half.shift(places)?))
}

fn compare(
    context: &Context<'_>,
    project: &str,
    what: &'static str,
    mine: CellAt<'_>,
    theirs: CellAt<'_>,
    sink: &mut Sink<'_>,
) {
    let (Some(a), Some(b)) = (number(mine), number(theirs)) else {
        return;
    };
    let (Some((a, half_a)), Some((b, half_b))) = (in_yuan(mine, a), in_yuan(theirs, b)) else {
        return;
    };
    // The coarser of the two is the finer one rounded.
    let half = half_a.max(half_b);
    let apart = a.checked_sub(b).map(Amount::abs);
    if apart.is_none_or(|apart| apart <= half) {
        return;
    }
    let written = mine.text(context).to_owned();
    let form = theirs.text(context).to_owned();
    let detail = Detail::Performance(PerformanceFault::Summary {
        project: project.to_owned(),
        what,
        written: written.clone(),
        form: form.clone(),
    });
    let finding = sink.report(mine.cell.range, mine.subject(context), detail);
    finding.relate(theirs.cell.range, "自评表里的数");
    finding.expect(written, form);
}
