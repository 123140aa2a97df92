//! STR008: a heading or column that is nearly, but not, what the template calls it.

use budget_model::Target;
use budget_model::heading::Match;

use crate::context::{Context, HeadingAt};
use crate::detail::Structure;
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::outline::title_of;
use crate::registry::{Check, Fixable, Rule};
use crate::text::{differ_in_small_words, split_number};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR008",
    slug: "renamed",
    name: "标题与模板不一致",
    group: "结构",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::Unsafe,
    page: include_str!("../../../../docs/rules/STR008-renamed.md"),
    check: Check::Heading(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

fn check(context: &Context<'_>, at: HeadingAt<'_>, sink: &mut Sink<'_>) {
    if at.heading.fit == Match::Exact {
        return;
    }
    let Some((title, id)) = title_of(context.template, at.heading.target) else {
        return;
    };
    let written = context.text(at.heading.text);
    let key = &at.heading.key;
    // `表三` alone, `三、` alone: a short title is allowed.
    if key.is_empty() || is_number_only(key) {
        return;
    }
    let (_, bare) = split_number(&title);
    let subject = match at.heading.target {
        Target::Table { .. } | Target::Grid { .. } => Subject {
            table: Some(id.to_owned()),
            ..Subject::default()
        },
        _ => Subject {
            section: Some(id.to_owned()),
            ..Subject::default()
        },
    };
    let severity = if differ_in_small_words(key, &context.outline.key(bare)) {
        Severity::Info
    } else {
        Severity::Warning
    };
    let (number, _) = split_number(written);
    let renamed = format!("{number}{bare}");
    let detail = Structure::Renamed {
        written: written.to_owned(),
        title: title.clone().into_owned(),
    };
    sink.report(at.heading.text, subject, detail)
        .severity(severity)
        .expect(written, title.as_ref())
        .fix(format!("改为“{renamed}”"), false, at.heading.text, renamed);
}

fn is_number_only(key: &str) -> bool {
    key.strip_prefix('表')
        .is_some_and(|rest| rest.chars().count() <= 3)
}
