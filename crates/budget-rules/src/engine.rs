//! The runner: one walk over the document, each rule called at the event it is registered for.

use std::cmp::Ordering;
use std::sync::Arc;

use budget_model::prose::Term;
use budget_model::relation::{Collect, Ledger};
use budget_model::table::Value;
use budget_model::{Document, both};
use budget_syntax::TextRange;
use rustc_hash::FxHashMap;

use crate::clues::Clue;
use crate::context::{CellAt, Codes, Context, GridAt, HeadingAt, Judged, RowAt, TableAt, TextOf};
use crate::finding::{Detail, Finding, Severity, Subject};
use crate::kept::{Before, Kept};
use crate::registry::{Check, OnProse, Rule};
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
    let before = Before::of(document);
    // Most rules don't wait for what relations come to.
    let (ledger, (text, found)) = budget_model::relation::check_beside(document, collect, || {
        let text = TextOf::new(document, before.as_ref());
        let mut found = Found::of(before.as_ref());
        let unread = ask(&Context::new(document, &text), &mut found);
        (text, (unread, found))
    });
    let context = Context::new(document, &text);
    let mut findings = judged(context, &ledger, found, before.as_ref());
    drop(text);
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
    let follows = |finding: &mut Arc<Finding>| !finding.echo_of.is_empty();
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
pub(crate) fn lost_echoes(report: &mut Report) -> Vec<Arc<Finding>> {
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
    let lost = |echo: &mut Arc<Finding>| {
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

/// In the order of their places.
pub(crate) fn sort(findings: &mut [Arc<Finding>]) {
    findings.sort_by(|a, b| by_place(a, b));
}

pub(crate) fn sort_suppressed(suppressed: &mut [Suppressed]) {
    suppressed.sort_by(|a, b| by_place(&a.finding, &b.finding));
}

fn by_place(a: &Finding, b: &Finding) -> Ordering {
    let key = |finding: &Finding| (finding.range, finding.rule);
    key(a).cmp(&key(b)).then_with(|| a.subject.cmp(&b.subject))
}

/// The rules of one event, by their numbers in [`rules::RULES`], each with what it found.
struct Bucket<F>(Vec<(usize, F, Vec<Finding>)>);

impl<F: Copy> Bucket<F> {
    fn fire(&mut self, call: impl Fn(F, &mut Sink<'_>)) {
        for (number, check, findings) in &mut self.0 {
            if let Some(rule) = rules::RULES.get(*number) {
                call(*check, &mut Sink { rule, findings });
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What each rule found, by its number in [`rules::RULES`]; none until it was asked.
struct Found(Vec<Option<Vec<Arc<Finding>>>>);

impl Found {
    /// What stands from an earlier version.
    fn of(before: Option<&Before>) -> Self {
        let nothing = || vec![None; rules::RULES.len()];
        Self(before.map_or_else(nothing, Before::findings))
    }

    /// The rules of one event that are still to be asked.
    fn bucket<F>(&self, pick: fn(Check) -> Option<F>) -> Bucket<F> {
        let rules = rules::RULES.iter().zip(&self.0).enumerate();
        let open = rules.filter(|(_, (_, found))| found.is_none());
        let open =
            open.filter_map(|(number, (rule, _))| Some((number, pick(rule.check)?, Vec::new())));
        Bucket(open.collect())
    }

    fn add<F>(&mut self, asked: Bucket<F>) {
        for (number, _, findings) in asked.0 {
            if let Some(slot) = self.0.get_mut(number) {
                *slot = Some(findings.into_iter().map(Arc::new).collect());
            }
        }
    }
}

macro_rules! bucket {
    ($found:expr, $event:ident) => {
        $found.bucket(|check| match check {
            Check::$event(check) => Some(check),
            _ => None,
        })
    };
}

/// Asks the rules that look at the document alone; tells what can't be read.
fn ask(context: &Context<'_>, found: &mut Found) -> Vec<Finding> {
    let mut unread = Vec::new();
    syntax::report(context, &mut unread);
    let mut of_document = bucket!(found, Document);
    let mut text = TextRules::of(found);
    let mut tables = TableRules::of(found);
    of_document.fire(|check, sink| check(context, sink));
    text.walk(context);
    tables.walk(context);
    found.add(of_document);
    text.tell(found);
    tables.tell(found);
    unread
}

/// What relations say and what is wrong with codes, and what the rules find that wait for it, with what the others have
/// found.
fn judged(
    context: Context<'_>,
    ledger: &Ledger,
    (mut findings, mut found): (Vec<Finding>, Found),
    before: Option<&Before>,
) -> Vec<Arc<Finding>> {
    let unknown = Codes::default();
    let context = &Judged::new(context, ledger, &unknown);
    let mut codes = bucket!(found, Codes);
    let mut of_ledger = bucket!(found, Ledger);
    let mut relations = Vec::new();
    both(
        || {
            let known = Codes::of(context);
            let context = &context.knowing(&known);
            report(context, &mut findings);
            relations.extend(relation::alone(context, before));
            codes.fire(|check, sink| check(context, sink));
        },
        || of_ledger.fire(|check, sink| check(context, sink)),
    );
    found.add(codes);
    found.add(of_ledger);
    let of_rules = found.0.iter().flatten().map(Vec::len);
    let many = findings.len() + relations.len() + of_rules.sum::<usize>();
    let mut all = Vec::with_capacity(many);
    all.extend(findings.into_iter().map(Arc::new));
    all.extend_from_slice(&relations);
    let document = context.document;
    document.keep(Kept::new(context, &found.0, relations));
    all.extend(found.0.into_iter().flatten().flatten());
    all
}

fn report(context: &Judged<'_>, findings: &mut Vec<Finding>) {
    syntax::evaluation(context, findings);
    let blamed = relation::report(context, findings);
    prose::report(context, &blamed, findings);
}

/// The rules of headings, paragraphs and terms.
struct TextRules {
    headings: Bucket<fn(&Context<'_>, HeadingAt<'_>, &mut Sink<'_>)>,
    prose: Bucket<(Clue, OnProse)>,
    terms: Bucket<fn(&Context<'_>, &Term, &mut Sink<'_>)>,
}

impl TextRules {
    fn of(found: &Found) -> Self {
        Self {
            headings: bucket!(found, Heading),
            prose: found.bucket(|check| match check {
                Check::Prose(clue, check) => Some((clue, check)),
                _ => None,
            }),
            terms: bucket!(found, Term),
        }
    }

    fn walk(&mut self, context: &Context<'_>) {
        if !self.headings.is_empty() {
            for heading in context.headings() {
                self.headings
                    .fire(|check, sink| check(context, heading, sink));
            }
        }
        if !self.prose.is_empty() {
            for paragraph in context.prose {
                self.prose.fire(|(clue, check), sink| {
                    if paragraph.has(clue) {
                        check(context, *paragraph, sink);
                    }
                });
            }
        }
        for term in &context.document.terms {
            self.terms.fire(|check, sink| check(context, term, sink));
        }
    }

    fn tell(self, found: &mut Found) {
        found.add(self.headings);
        found.add(self.prose);
        found.add(self.terms);
    }
}

/// The rules of tables and what they are made of.
struct TableRules {
    tables: Bucket<fn(&Context<'_>, TableAt<'_>, &mut Sink<'_>)>,
    grids: Bucket<fn(&Context<'_>, GridAt<'_>, &mut Sink<'_>)>,
    rows: Bucket<fn(&Context<'_>, RowAt<'_>, &mut Sink<'_>)>,
    cells: Bucket<fn(&Context<'_>, CellAt<'_>, &mut Sink<'_>)>,
}

impl TableRules {
    fn of(found: &Found) -> Self {
        Self {
            tables: bucket!(found, Table),
            grids: bucket!(found, Grid),
            rows: bucket!(found, Row),
            cells: bucket!(found, Cell),
        }
    }

    fn walk(&mut self, context: &Context<'_>) {
        for table in context.tables() {
            self.tables.fire(|check, sink| check(context, table, sink));
            for grid in table.grids() {
                self.grids.fire(|check, sink| check(context, grid, sink));
                if !self.rows.is_empty() || !self.cells.is_empty() {
                    self.walk_rows(context, grid);
                }
            }
        }
    }

    fn walk_rows(&mut self, context: &Context<'_>, grid: GridAt<'_>) {
        for row in grid.rows() {
            self.rows.fire(|check, sink| check(context, row, sink));
            if self.cells.is_empty() {
                continue;
            }
            for cell in row.cells().filter(|cell| cell.cell.value != Value::Empty) {
                self.cells.fire(|check, sink| check(context, cell, sink));
            }
        }
    }

    fn tell(self, found: &mut Found) {
        found.add(self.tables);
        found.add(self.grids);
        found.add(self.rows);
        found.add(self.cells);
    }
}

/// Drops what a rule that knows the cause better has said.
fn silence(findings: &mut Vec<Arc<Finding>>) {
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
