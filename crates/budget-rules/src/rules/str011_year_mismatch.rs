//! STR011: another year in a title, the cover, the contents or the date than the document's.

use budget_catalog::FrontKey;
use budget_catalog::template::DisclosureKind;
use budget_model::Target;
use budget_syntax::TextRange;

use crate::context::Context;
use crate::detail::{Structure, YearAt};
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use crate::text::{Year, years};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR011",
    slug: "year-mismatch",
    name: "年度不一致",
    group: "结构",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::Unsafe,
    page: include_str!("../../../../docs/rules/STR011-year-mismatch.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers],
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let titles = titles(context);
    let Some(year) = context.document.front.year.or_else(|| commonest(&titles)) else {
        return;
    };
    for (found, range, place) in titles {
        if found.year != year {
            report(sink, found, range, place, year);
        }
    }
    published(context, year, sink);
}

/// The years of everything that bears the document's own: titles, contents, cover.
fn titles(context: &Context<'_>) -> Vec<(Year, TextRange, YearAt)> {
    let mut found = Vec::new();
    let mut take = |range: TextRange, place: YearAt| {
        for year in years(context.text(range)) {
            found.push((year, range, place));
        }
    };
    for at in context.headings() {
        match at.heading.target {
            Target::Part { .. } | Target::Section { .. } => take(at.heading.text, YearAt::Title),
            // A form may be about another year: 绩效自评表（2019年度）.
            Target::Table { spec }
                if context
                    .template
                    .tables
                    .get(spec)
                    .is_some_and(|spec| !context.outline.is_form(spec)) =>
            {
                take(at.heading.text, YearAt::Title);
            }
            _ => {}
        }
    }
    let contents = context.outline.first(Target::Contents);
    for prose in context.prose {
        if prose.heading.is_some() && prose.heading == contents {
            take(prose.range, YearAt::Contents);
        }
    }
    if let Some(cover) = context
        .document
        .front
        .entry(&context.document.text, FrontKey::Cover)
    {
        take(cover.value, YearAt::Cover);
    }
    found
}

/// The year that most titles bear, if the document doesn't say its own.
fn commonest(titles: &[(Year, TextRange, YearAt)]) -> Option<u16> {
    let mut counted: Vec<(u16, usize)> = Vec::new();
    for (found, _, _) in titles {
        match counted.iter_mut().find(|(year, _)| *year == found.year) {
            Some((_, count)) => *count += 1,
            None => counted.push((found.year, 1)),
        }
    }
    counted.sort_by_key(|(year, count)| (std::cmp::Reverse(*count), *year));
    match counted.as_slice() {
        // Without a majority none of them is the document's.
        [(_, first), (_, second), ..] if first == second => None,
        [(year, _), ..] => Some(*year),
        [] => None,
    }
}

fn report(sink: &mut Sink<'_>, found: Year, range: TextRange, place: YearAt, year: u16) {
    let at = found.range.shift(range.start());
    let detail = Structure::Year {
        found: found.year,
        year,
        place,
    };
    sink.report(at, Subject::default(), detail)
        .expect(found.year.to_string(), year.to_string())
        .fix(format!("改为 {year}"), false, at, year.to_string());
}

/// A budget is published in its own year, or late in the one before; accounts in the year after.
fn published(context: &Context<'_>, year: u16, sink: &mut Sink<'_>) {
    let Some(field) = context.document.front.published.as_ref() else {
        return;
    };
    let text = context.text(field.value);
    let digits = text
        .get(..4)
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    let Some(found) = digits.and_then(|digits| digits.parse::<u16>().ok()) else {
        return;
    };
    let usual = match context.template.kind {
        DisclosureKind::Budget => year.saturating_sub(1)..=year,
        DisclosureKind::FinalAccounts => year.saturating_add(1)..=year.saturating_add(1),
    };
    if !usual.contains(&found) {
        let range = TextRange::new(field.value.start(), field.value.start().saturating_add(4));
        let detail = Structure::Year {
            found,
            year,
            place: YearAt::Published,
        };
        sink.report(range, Subject::default(), detail)
            .severity(Severity::Warning);
    }
}
