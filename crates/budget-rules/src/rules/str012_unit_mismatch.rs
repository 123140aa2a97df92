//! STR012: a unit of money that can't be read, or one table in another unit than all the others.

use budget_catalog::FrontKey;
use budget_model::Unit;
use budget_model::front::Field;

use crate::context::{Context, TableAt};
use crate::detail::Structure;
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR012",
    slug: "unit-mismatch",
    name: "金额单位不一致",
    group: "结构",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/STR012-unit-mismatch.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let front = &context.document.front;
    if let Some(field) = front.entry(&context.document.text, FrontKey::Unit)
        && front.unit.is_none()
    {
        let detail = Structure::UnknownUnit {
            written: context.text(field.value).to_owned(),
        };
        sink.report(field.value, Subject::default(), detail);
    }
    let stated: Vec<(TableAt<'_>, &Field, Unit)> = context
        .tables()
        .filter(|at| at.spec.is_none_or(|spec| !context.outline.is_form(spec)))
        .filter_map(|at| {
            let field = at
                .table
                .fields
                .iter()
                .find(|field| matches!(context.text(field.key).trim(), "金额单位" | "单位"))?;
            Some((at, field, Unit::parse(context.text(field.value))?))
        })
        .collect();
    let Some(usual) = usual(front.unit, &stated) else {
        return;
    };
    if let Some(field) = front.entry(&context.document.text, FrontKey::Unit)
        && let Some(unit) = front.unit.filter(|unit| *unit != usual)
    {
        let detail = Structure::Unit {
            table: "文件开头".to_owned(),
            found: unit,
            usual,
        };
        sink.report(field.value, Subject::default(), detail)
            .expect(unit.name(), usual.name());
    }
    for (at, field, unit) in stated {
        let of_template = at.spec.and_then(|spec| Unit::parse(spec.unit.as_deref()?));
        if unit == usual || of_template == Some(unit) {
            continue;
        }
        let detail = Structure::Unit {
            table: at.name(context.document).into_owned(),
            found: unit,
            usual,
        };
        // Elsewhere tables in 元 stand beside one in 万元: only a known template says that this
        // one doesn't.
        let severity = if at.spec.is_some() {
            Severity::Warning
        } else {
            Severity::Info
        };
        sink.report(field.value, at.subject(context), detail)
            .severity(severity)
            .expect(unit.name(), usual.name());
    }
}

/// The unit of nearly all tables: of more than half of those that state one, and more than one.
/// Where the tables are divided, none is the odd one out.
fn usual(front: Option<Unit>, stated: &[(TableAt<'_>, &Field, Unit)]) -> Option<Unit> {
    let units = [Unit::Yuan, Unit::TenThousandYuan, Unit::HundredMillionYuan];
    let count = |unit: Unit| {
        stated
            .iter()
            .filter(|(_, _, stated)| *stated == unit)
            .count()
    };
    let most = units.into_iter().max_by_key(|unit| count(*unit))?;
    match stated.len() {
        0 => None,
        1 => front,
        all if count(most) * 2 > all => Some(most),
        _ => front,
    }
}
