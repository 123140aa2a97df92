//! STR013: a table, title or cover that names another body than the document's.

use budget_catalog::FrontKey;
use budget_catalog::name::normalize;
use budget_model::Target;
use budget_model::table::HOLE;
use budget_syntax::TextRange;

use crate::context::{Context, HeadingAt, TableAt};
use crate::detail::Structure;
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use crate::text::{is_subsequence, years};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR013",
    slug: "body-mismatch",
    name: "部门名称不一致",
    group: "结构",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/STR013-body-mismatch.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers],
};

/// Keys that name who made a table; 单位 alone is the unit of money.
const KEYS: [&str; 6] = [
    "编制部门",
    "编制单位",
    "填报部门",
    "填报单位",
    "公开部门",
    "公开单位",
];

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let names = Names::new(context);
    if names.0.is_empty() {
        return;
    }
    for table in context.tables() {
        in_table(context, &names, table, sink);
    }
    for heading in context.headings() {
        in_title(context, &names, heading, sink);
    }
    for key in [FrontKey::Signature, FrontKey::Cover] {
        let Some(field) = context.document.front.entry(&context.document.text, key) else {
            continue;
        };
        if !names.occurs_in(context.text(field.value)) {
            report(context, field.value, Subject::default(), key.name(), sink);
        }
    }
}

fn in_table(context: &Context<'_>, names: &Names, at: TableAt<'_>, sink: &mut Sink<'_>) {
    // A form is made by the unit that has the project.
    if at.spec.is_some_and(|spec| context.outline.is_form(spec)) {
        return;
    }
    for field in &at.table.fields {
        let key = context.text(field.key).trim();
        if KEYS.contains(&key) && !names.know(context.text(field.value)) {
            report(context, field.value, at.subject(context), key, sink);
        }
    }
}

/// 关于某部门2020年……: what stands between 关于 and the year is the body.
fn in_title(context: &Context<'_>, names: &Names, at: HeadingAt<'_>, sink: &mut Sink<'_>) {
    if !matches!(
        at.heading.target,
        Target::Section { .. } | Target::Table { .. }
    ) {
        return;
    }
    let text = context.text(at.heading.text);
    let Some((before, after)) = text.split_once("关于") else {
        return;
    };
    let Some(year) = years(after).next() else {
        return;
    };
    let body = TextRange::new(0, year.range.start()).of(after);
    if body.trim().is_empty() || names.know(body) {
        return;
    }
    let start = at.heading.text.start() + len(before) + len("关于");
    let lead = len(body) - len(body.trim_start());
    let range = TextRange::new(start + lead, start + lead + len(body.trim()));
    let subject = Subject {
        section: crate::outline::title_of(context.template, at.heading.target)
            .map(|(_, id)| id.to_owned()),
        ..Subject::default()
    };
    report(context, range, subject, "标题", sink);
}

fn len(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

fn report(
    context: &Context<'_>,
    range: TextRange,
    subject: Subject,
    place: &str,
    sink: &mut Sink<'_>,
) {
    let written = context.text(range);
    let body = context.document.front.body.as_ref();
    let body = body
        .map(|field| context.text(field.value))
        .unwrap_or_default();
    let detail = Structure::Body {
        place: place.to_owned(),
        written: written.to_owned(),
        body: body.to_owned(),
    };
    sink.report(range, subject, detail).expect(written, body);
}

/// Every name the body goes by, reduced.
struct Names(Vec<String>);

impl Names {
    /// 落款 and 封面 are checked themselves: they name the body only if 部门 does.
    fn new(context: &Context<'_>) -> Self {
        let front = &context.document.front;
        let Some(body) = front.body.as_ref() else {
            return Self(Vec::new());
        };
        let signature = front.signature.map(|field| field.value);
        let names = front
            .names
            .iter()
            .filter(|name| !signature.is_some_and(|range| range.contains(**name)))
            .chain(std::iter::once(&body.value))
            .map(|name| reduce(context.text(*name)))
            .filter(|name| !name.is_empty());
        Self(names.collect())
    }

    /// Whether a name is the body's: one of its names, a longer form of one, or an abbreviation,
    /// which keeps the order of the characters.
    fn know(&self, written: &str) -> bool {
        let written = reduce(written);
        // A name is short; a hole (待填) is STR014's.
        written.chars().count() < 2
            || written.len() > 600
            || written.contains(HOLE)
            || self.0.iter().any(|name| {
                name.contains(&written)
                    || written.contains(name.as_str())
                    || is_subsequence(&written, name)
                    || is_subsequence(name, &written)
            })
    }

    fn occurs_in(&self, text: &str) -> bool {
        let text = reduce(text);
        self.0.iter().any(|name| text.contains(name.as_str())) || self.know(&text)
    }
}

/// Without 本级 and 单位, which are put to a name or left out.
fn reduce(name: &str) -> String {
    let mut reduced = normalize(name).into_owned();
    for end in ["(本级)", "(机关)", "本级", "机关", "单位"] {
        if let Some(rest) = reduced.strip_suffix(end).filter(|rest| !rest.is_empty()) {
            reduced.truncate(rest.len());
        }
    }
    reduced
}
