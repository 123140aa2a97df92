//! STR020: a value of the front matter that can't be what it says, or a key that is nearly one.

use budget_catalog::FrontKey;
use budget_catalog::front::Values;

use crate::context::Context;
use crate::detail::Structure;
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR020",
    slug: "front-matter-value",
    name: "文档信息的值不对",
    group: "结构",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::Unsafe,
    page: include_str!("../../../../docs/rules/STR020-front-matter-value.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for field in &context.document.front.entries {
        let key = context.text(field.key);
        let value = context.text(field.value).trim();
        let Some(known) = FrontKey::named(key) else {
            if let Some(near) = near(key) {
                let detail = Structure::FrontKey {
                    written: key.to_owned(),
                    near,
                };
                sink.report(field.key, Subject::default(), detail)
                    .severity(Severity::Info)
                    .fix(format!("改为“{near}”"), false, field.key, near);
            }
            continue;
        };
        // What is empty or still to be filled in is told by others.
        if value.is_empty() || !crate::text::holes(value).is_empty() {
            continue;
        }
        let values = known.about().values;
        // STR012 tells of units.
        if !matches!(values, Values::Unit(_)) && !values.fits(value) {
            let detail = Structure::FrontValue {
                key: key.to_owned(),
                written: value.to_owned(),
                expected: values.allowed(),
            };
            sink.report(field.value, Subject::default(), detail);
        }
    }
}

/// The known key that differs by one character.
fn near(key: &str) -> Option<&'static str> {
    let length = key.chars().count();
    let known = FrontKey::ALL.into_iter().map(FrontKey::name);
    let mut alike = known.filter(|known| {
        known.chars().count() == length
            && known
                .chars()
                .zip(key.chars())
                .filter(|(a, b)| a != b)
                .count()
                == 1
    });
    let first = alike.next()?;
    alike.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn keys_that_are_nearly_known() {
        assert_eq!(near("状况"), Some("状态"));
        assert_eq!(near("备注"), None);
        assert_eq!(near("公开日其"), Some("公开日期"));
    }
}
