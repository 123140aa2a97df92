//! The JSON of `check --format json`: a contract, documented in `docs/json.md`.

use budget_rules::{Finding, Severity, Subject, registry};
use budget_syntax::TextRange;
use serde::Serialize;

use super::{
    Sheet, ledger,
    place::{Place, Places},
    reporter::{List, Paper, Reporter, Told, Totals},
};

/// An array of the findings; with the ledger, an object of both.
pub(super) struct Json {
    outcomes: bool,
    findings: List,
    /// The files' ledgers, which stand after all findings.
    ledgers: Vec<String>,
}

impl Json {
    pub(super) fn new(outcomes: bool) -> Self {
        Self {
            outcomes,
            findings: List::default(),
            ledgers: Vec::new(),
        }
    }
}

impl Reporter for Json {
    fn begin(&mut self, paper: &mut dyn Paper) {
        paper.print(if self.outcomes {
            "{\"findings\":["
        } else {
            "["
        });
    }

    fn tell(&self, sheet: &Sheet<'_>, shown: &[&Finding]) -> Told {
        Told {
            findings: shown.iter().map(|it| finding(sheet, it)).collect(),
            tail: if self.outcomes {
                ledger::json(sheet)
            } else {
                String::new()
            },
            ..Told::default()
        }
    }

    fn write(&mut self, told: Told, paper: &mut dyn Paper) {
        for finding in &told.findings {
            self.findings.item(finding, paper);
        }
        if self.outcomes {
            self.ledgers.push(told.tail);
        }
    }

    fn end(&mut self, _totals: &Totals, paper: &mut dyn Paper) {
        self.findings.end(paper);
        if !self.outcomes {
            paper.print("]\n");
            return;
        }
        paper.print("],\"ledger\":[");
        let mut list = List::default();
        for ledger in &self.ledgers {
            list.item(ledger, paper);
        }
        paper.print("\n]}\n");
    }
}

#[derive(Serialize)]
pub(super) struct FindingJson<'a> {
    file: &'a str,
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    severity: &'a str,
    message: String,
    range: RangeJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<SubjectJson<'a>>,
    #[serde(flatten)]
    numbers: NumbersJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<&'a str>,
    template: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<ExplanationJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixJson<'a>>,
}

/// The relation of a finding with its numbers.
#[derive(Serialize)]
pub(super) struct NumbersJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    formula: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    right: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a str>,
}

impl<'a> NumbersJson<'a> {
    pub(super) fn of(finding: &'a Finding) -> Self {
        Self {
            formula: finding.formula.as_deref(),
            left: finding.left.as_deref(),
            right: finding.right.as_deref(),
            expected: finding.expected.as_deref(),
            actual: finding.actual.as_deref(),
            difference: finding.difference.as_deref(),
            cause: finding.cause.as_deref(),
        }
    }
}

/// From 1; the end is the first place after the range.
#[derive(Clone, Copy, Serialize)]
pub(super) struct RangeJson {
    pub(super) start: Place,
    end: Place,
}

#[derive(Serialize)]
pub(super) struct SubjectJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) table: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) row: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) column: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) section: Option<&'a str>,
}

#[derive(Serialize)]
struct ExplanationJson<'a> {
    reason: &'a str,
    who: &'a str,
    when: &'a str,
    lapsed: bool,
}

#[derive(Serialize)]
struct RelatedJson<'a> {
    file: &'a str,
    range: RangeJson,
    message: String,
}

#[derive(Serialize)]
struct FixJson<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<EditJson<'a>>,
}

#[derive(Serialize)]
struct EditJson<'a> {
    range: RangeJson,
    text: &'a str,
}

pub(super) fn range(places: &Places<'_>, range: TextRange) -> RangeJson {
    let (start, end) = places.span(range);
    RangeJson { start, end }
}

/// `error` …
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
        Severity::Hint => "hint",
    }
}

/// What a finding is about, if it is about a part of the document.
pub(super) fn subject(subject: &Subject) -> Option<SubjectJson<'_>> {
    (*subject != Subject::default()).then_some(SubjectJson {
        table: subject.table.as_deref(),
        row: subject.row.as_deref(),
        column: subject.column.as_deref(),
        section: subject.section.as_deref(),
    })
}

/// One finding, on one line.
pub(super) fn finding(sheet: &Sheet<'_>, finding: &Finding) -> String {
    // Strings and numbers always have a JSON form.
    serde_json::to_string(&FindingJson::of(sheet, finding)).unwrap_or_default()
}

impl<'a> FindingJson<'a> {
    pub(super) fn of(sheet: &'a Sheet<'_>, finding: &'a Finding) -> Self {
        let places = &sheet.places;
        let told = sheet.tell(finding);
        Self {
            file: &sheet.name,
            rule: finding.rule,
            name: registry::find(finding.rule).map(|rule| rule.name),
            severity: severity(finding.severity),
            message: told.text,
            range: range(places, finding.range),
            subject: subject(&finding.subject),
            numbers: NumbersJson::of(finding),
            action: told.action,
            origin: finding.origin.as_deref(),
            template: &sheet.template,
            explanation: finding.explanation.as_ref().map(|said| ExplanationJson {
                reason: &said.reason,
                who: &said.who,
                when: &said.when,
                lapsed: said.lapsed,
            }),
            related: finding
                .related
                .iter()
                .map(|related| RelatedJson {
                    file: &sheet.name,
                    range: range(places, related.range),
                    message: budget_rules::message::note(&related.note, sheet.document),
                })
                .collect(),
            fixes: finding
                .fixes
                .iter()
                .map(|fix| FixJson {
                    title: &fix.title,
                    safe: fix.safe,
                    edits: fix
                        .edits
                        .iter()
                        .map(|edit| EditJson {
                            range: range(places, edit.range),
                            text: &edit.text,
                        })
                        .collect(),
                })
                .collect(),
        }
    }
}
