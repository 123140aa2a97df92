//! The runner: one walk over the document, each rule called at the event it is registered for.

use std::cmp::Ordering;

use budget_model::Document;
use budget_model::relation::Collect;
use budget_model::table::Value;
use budget_syntax::TextRange;
use rustc_hash::FxHashMap;

use crate::context::{Context, TextOf};
use crate::finding::{Detail, Finding, Severity, Subject};
use crate::registry::{Check, Rule};
use crate::{Report, Suppressed, Waiver, prose, relation, rules, suppress, syntax};

/// Where a rule puts its findings.
pub(crate) struct Sink<'a> {
    rule: &'static Rule,
    findings: &'a mut Vec<Finding>,
}

impl Sink<'_> {
    /// Adds a finding of the rule at its own severity; what is returned can be told more.
    pub(crate) fn report(
        &mut self,
        range: TextRange,
        subject: Subject,
        detail: impl Into<Detail>,
    ) -> &mut Finding {
        let finding = Finding::new(
            self.rule.code,
            self.rule.severity,
            range,
            subject,
            detail.into(),
        );
        self.findings.push_mut(finding)
    }
}

/// A rule that is silent where another rule, which knows the cause better, speaks: (silent,
/// speaking). It counts where one finding lies within the other.
const YIELDS: &[(&str, &str)] = &[
    ("STR008", "TXT003"),
    ("STR008", "STR011"),
    ("STR009", "TXT003"),
    ("COD003", "COD002"),
    ("COD005", "COD002"),
    ("COD009", "COD002"),
    ("COD001", "COD009"),
    ("COD003", "COD009"),
    ("COD004", "COD009"),
    ("COD005", "COD009"),
    ("COD007", "COD009"),
    ("NAM001", "TXT003"),
];

pub(crate) fn check(document: &Document, collect: Collect) -> Report {
    // What is done side by side below needs no more waking up once one is in the pool.
    rayon::scope(|_| checked(document, collect))
}

fn checked(document: &Document, collect: Collect) -> Report {
    let (ledger, text) = rayon::join(
        || budget_model::relation::check(document, collect),
        || TextOf::new(document),
    );
    let context = Context::new(document, &ledger, text);
    let mut findings = found(&context);
    drop(context);
    silence(&mut findings);
    sort(&mut findings);
    let mut suppressed = suppress::apply(document, &mut findings);
    sort(&mut findings);
    sort_suppressed(&mut suppressed);
    let mut report = Report {
        findings,
        suppressed,
        echoes: Vec::new(),
        ledger,
    };
    hide_echoes(&mut report);
    report
}

/// Keeps back what another finding says as well. Leaves the findings in order.
pub(crate) fn hide_echoes(report: &mut Report) {
    let follows = |finding: &mut Finding| !finding.echo_of.is_empty();
    report
        .echoes
        .extend(report.findings.extract_if(.., follows));
    // One comes after those that say it as well.
    report.echoes.sort_by_key(|echo| echo.echo_of.len());
    let lost = lost_echoes(report);
    report.findings.extend(lost);
    sort(&mut report.findings);
}

/// Takes out the echoes of which no cause is told, because it is silenced, its rule is off, or it is set to count less
/// than they do. A cause in the baseline is known, and so is what only follows from it.
pub(crate) fn lost_echoes(report: &mut Report) -> Vec<Finding> {
    if report.echoes.is_empty() {
        return Vec::new();
    }
    let known = report.suppressed.iter();
    let known = known.filter(|it| it.by == Waiver::Baseline);
    let causes = report.findings.iter().chain(known.map(|it| &it.finding));
    let mut told: FxHashMap<(&str, TextRange), Severity> = FxHashMap::default();
    for cause in causes {
        let most = told
            .entry((cause.rule, cause.range))
            .or_insert(cause.severity);
        *most = cause.severity.max(*most);
    }
    let lost = |echo: &mut Finding| {
        // The rules that a cause yields to tell it as well.
        let is_told = |(rule, range): &(&'static str, TextRange)| {
            let speaking = YIELDS.iter().filter(|(silent, _)| silent == rule);
            let mut rules = speaking.map(|(_, speaking)| *speaking).chain([*rule]);
            rules.any(|rule| {
                told.get(&(rule, *range))
                    .is_some_and(|it| *it >= echo.severity)
            })
        };
        let lost = !echo.echo_of.iter().any(is_told);
        if lost {
            told.insert((echo.rule, echo.range), echo.severity);
        }
        lost
    };
    report.echoes.extract_if(.., lost).collect()
}

pub(crate) fn sort(findings: &mut [Finding]) {
    findings.sort_by(by_place);
}

pub(crate) fn sort_suppressed(suppressed: &mut [Suppressed]) {
    suppressed.sort_by(|a, b| by_place(&a.finding, &b.finding));
}

fn by_place(a: &Finding, b: &Finding) -> Ordering {
    let key = |finding: &Finding| (finding.range, finding.rule);
    key(a).cmp(&key(b)).then_with(|| a.subject.cmp(&b.subject))
}

/// The rules of one event.
struct Bucket<F>(Vec<(&'static Rule, F)>);

impl<F: Copy> Bucket<F> {
    fn of(pick: fn(Check) -> Option<F>) -> Self {
        let rules = rules::RULES.iter();
        Self(
            rules
                .filter_map(|rule| Some((rule, pick(rule.check)?)))
                .collect(),
        )
    }

    fn fire(&self, findings: &mut Vec<Finding>, call: impl Fn(F, &mut Sink<'_>)) {
        for (rule, check) in &self.0 {
            call(*check, &mut Sink { rule, findings });
        }
    }
}

macro_rules! bucket {
    ($event:ident) => {
        Bucket::of(|check| match check {
            Check::$event(check) => Some(check),
            _ => None,
        })
    };
}

/// What relations say, and what the rules of the document, of its text and of its tables find. Those of the document
/// take as long as all others: none sees what another found.
fn found(context: &Context<'_>) -> Vec<Finding> {
    let (mut findings, mut of_document, mut others) = (Vec::new(), Vec::new(), Vec::new());
    rayon::join(
        || walk_document(context, &mut of_document),
        || {
            report(context, &mut findings);
            walk_text(context, &mut others);
            walk_tables(context, &mut others);
        },
    );
    findings.append(&mut of_document);
    findings.append(&mut others);
    findings
}

fn report(context: &Context<'_>, findings: &mut Vec<Finding>) {
    syntax::report(context, findings);
    let blamed = relation::report(context, findings);
    prose::report(context, &blamed, findings);
}

fn walk_document(context: &Context<'_>, findings: &mut Vec<Finding>) {
    bucket!(Document).fire(findings, |check, sink| check(context, sink));
}

fn walk_text(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let headings = bucket!(Heading);
    for heading in context.headings() {
        headings.fire(findings, |check, sink| check(context, heading, sink));
    }
    let prose = Bucket::of(|check| match check {
        Check::Prose(clue, check) => Some((clue, check)),
        _ => None,
    });
    for paragraph in &context.prose {
        prose.fire(findings, |(clue, check), sink| {
            if paragraph.has(clue) {
                check(context, *paragraph, sink);
            }
        });
    }
    let terms = bucket!(Term);
    for term in &context.document.terms {
        terms.fire(findings, |check, sink| check(context, term, sink));
    }
}

fn walk_tables(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (tables, grids) = (bucket!(Table), bucket!(Grid));
    let (rows, cells) = (bucket!(Row), bucket!(Cell));
    for table in context.tables() {
        tables.fire(findings, |check, sink| check(context, table, sink));
        for grid in table.grids() {
            grids.fire(findings, |check, sink| check(context, grid, sink));
            for row in grid.rows() {
                rows.fire(findings, |check, sink| check(context, row, sink));
                if cells.0.is_empty() {
                    continue;
                }
                for cell in row.cells().filter(|cell| cell.cell.value != Value::Empty) {
                    cells.fire(findings, |check, sink| check(context, cell, sink));
                }
            }
        }
    }
}

/// Drops what a rule that knows the cause better has said.
fn silence(findings: &mut Vec<Finding>) {
    for (silent, speaking) in YIELDS {
        let mut spoken: Vec<TextRange> = findings
            .iter()
            .filter(|finding| finding.rule == *speaking)
            .map(|finding| finding.range)
            .collect();
        spoken.sort();
        findings.retain(|finding| {
            if finding.rule != *silent {
                return true;
            }
            let silent = finding.range;
            // The one that begins before may reach into it; findings of one rule don't nest.
            let first = spoken.partition_point(|range| range.start() < silent.start());
            let mut near = spoken
                .iter()
                .skip(first.saturating_sub(1))
                .take_while(|range| range.start() <= silent.end());
            !near.any(|range| silent.contains(*range) || range.contains(silent))
        });
    }
}
