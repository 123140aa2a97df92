//! GitLab's code quality report: an array of issues.

use budget_rules::{Finding, Severity};
use serde::Serialize;

use super::{
    Sheet,
    fingerprint::{self, Fingerprints},
    reporter::{List, Paper, Reporter, Told, Totals},
    root::Root,
};

pub(super) struct Gitlab {
    root: Root,
    issues: List,
}

impl Gitlab {
    pub(super) fn new() -> Self {
        Self {
            root: Root::find(),
            issues: List::default(),
        }
    }
}

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl Reporter for Gitlab {
    fn begin(&mut self, paper: &mut dyn Paper) {
        paper.print("[");
    }

    fn tell(&self, sheet: &Sheet<'_>, shown: &[&Finding]) -> Told {
        let path = self.root.name(&sheet.file.path);
        let mut prints = Fingerprints::default();
        let issue = |finding: &&Finding| {
            let (print, before) = prints.of(sheet, finding);
            let before = before.to_string();
            let (start, end) = sheet.places.span(finding.range);
            let issue = Issue {
                description: format!("{} {}", finding.rule, sheet.sentence(finding)),
                check_name: finding.rule,
                fingerprint: fingerprint::hash(
                    [Some(&path), Some(&print), Some(&before)].map(|it| it.map(String::as_str)),
                ),
                severity: severity(finding),
                location: Location {
                    path: &path,
                    lines: Lines {
                        begin: start.line,
                        end: end.line,
                    },
                },
            };
            serde_json::to_string(&issue).unwrap_or_default()
        };
        Told {
            findings: shown.iter().map(issue).collect(),
            ..Told::default()
        }
    }

    fn write(&mut self, told: Told, paper: &mut dyn Paper) {
        for issue in &told.findings {
            self.issues.item(issue, paper);
        }
    }

    fn end(&mut self, _totals: &Totals, paper: &mut dyn Paper) {
        self.issues.end(paper);
        paper.print("]\n");
    }
}

fn severity(finding: &Finding) -> &'static str {
    match finding.severity {
        _ if finding.is_excused() => "info",
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "minor",
        Severity::Hint => "info",
    }
}
