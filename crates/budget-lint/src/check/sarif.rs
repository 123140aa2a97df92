//! SARIF 2.1.0: what code hosts and viewers of static analysis read.
//!
//! Results are written as they come; what sums a run up (artifacts, invocation, rules) after them.

mod log;

use std::sync::atomic::{AtomicBool, Ordering};

use budget_rules::{
    Finding, Severity, Subject, Waiver,
    finding::Fix,
    registry::{self, Rule},
};
use budget_syntax::TextRange;
use budget_workspace::Notice;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use self::log::{
    Artifact, ArtifactChange, ArtifactLocation, Configuration, Driver, Fingerprints as Prints,
    FixLog, Hashes, Help, Invocation, Location, LogicalLocation, Notification, Physical,
    Properties, Region, Related, Replacement, ResultLog, RuleLog, RuleProperties, Suppressed, Text,
    Tool,
};
use super::{
    Sheet,
    fingerprint::Fingerprints,
    json::{NumbersJson, subject as subject_json},
    reporter::{List, Paper, Reporter, Told, Totals},
    root::{self, Root},
};

const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
/// What relative paths start from, by the name that code hosts know.
const BASE: &str = "%SRCROOT%";
/// What a path is written with in a URI as it is. A colon in the first name would look like a scheme.
const PATH: AsciiSet = NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) struct Sarif {
    root: Root,
    results: List,
    artifacts: Vec<String>,
    notifications: Vec<Notification>,
    /// By the rules' order: whether it found something, so that its page is worth its length.
    told: Vec<AtomicBool>,
}

impl Sarif {
    pub(super) fn new() -> Self {
        let rules = registry::rules().iter();
        Self {
            root: Root::find(),
            results: List::default(),
            artifacts: Vec::new(),
            notifications: Vec::new(),
            told: rules.map(|_| AtomicBool::new(false)).collect(),
        }
    }
}

impl Reporter for Sarif {
    fn wants_hash(&self) -> bool {
        true
    }

    fn begin(&mut self, paper: &mut dyn Paper) {
        paper.print(concat!(
            r#"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"#,
            r#""columnKind":"unicodeCodePoints","#,
            r#""originalUriBaseIds":{"%SRCROOT%":{"description":{"text":"仓库的根目录，或运行时的当前文件夹"}}},"#,
            r#""results":["#
        ));
    }

    fn tell(&self, sheet: &Sheet<'_>, shown: &[&Finding]) -> Told {
        let mut teller = Teller {
            sheet,
            artifact: self.artifact(sheet),
            prints: Fingerprints::default(),
            told: &self.told,
        };
        let findings = shown
            .iter()
            .map(|it| json(&teller.result(it, explained(it).into_iter().collect())))
            .collect();
        let suppressed: Vec<_> = sheet
            .report
            .suppressed
            .iter()
            .map(|it| json(&teller.result(&it.finding, vec![suppressed(&it.by)])))
            .collect();
        Told {
            head: json(&artifact(sheet, teller.artifact)),
            findings,
            tail: suppressed.join(",\n"),
        }
    }

    fn write(&mut self, told: Told, paper: &mut dyn Paper) {
        for result in told.findings.iter().chain([&told.tail]) {
            if !result.is_empty() {
                self.results.item(result, paper);
            }
        }
        self.artifacts.push(told.head);
    }

    fn refused(&mut self, file: &str, message: &str) {
        self.notifications.push(Notification {
            level: "error",
            message: Text::new(format!("{file}：{message}")),
        });
    }

    fn end(&mut self, _totals: &Totals, paper: &mut dyn Paper) {
        self.results.end(paper);
        paper.print("],\"artifacts\":[");
        let mut artifacts = List::default();
        for artifact in &self.artifacts {
            artifacts.item(artifact, paper);
        }
        artifacts.end(paper);
        paper.print("],\"invocations\":");
        paper.print(&json(&[Invocation {
            execution_successful: self.notifications.is_empty(),
            tool_execution_notifications: &self.notifications,
        }]));
        paper.print(",\"tool\":");
        paper.print(&json(&self.tool()));
        paper.print("}]}\n");
    }
}

/// Strings and numbers always have a JSON form.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "note",
    }
}

impl Sarif {
    fn artifact(&self, sheet: &Sheet<'_>) -> ArtifactLocation {
        let encode = |path: &str| utf8_percent_encode(path, &PATH).to_string();
        let (uri, uri_base_id) = match self.root.place(&sheet.file.path) {
            root::Place::Under(path) => (encode(&path), Some(BASE)),
            root::Place::Elsewhere(path) => {
                let path = encode(path.trim_start_matches('/'));
                (format!("file:///{path}"), None)
            }
            root::Place::Nowhere(name) => (encode(&name), None),
        };
        ArtifactLocation { uri, uri_base_id }
    }

    fn tool(&self) -> Tool {
        let rules = registry::rules().iter().zip(&self.told);
        Tool {
            driver: Driver {
                name: "budget-lint",
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: REPOSITORY,
                language: "zh-CN",
                rules: rules
                    .map(|(rule, told)| rule_log(rule, told.load(Ordering::Relaxed)))
                    .collect(),
            },
        }
    }
}

fn rule_log(rule: &'static Rule, told: bool) -> RuleLog {
    let checks = rule.page.split_once("## 检查什么").map(|(_, after)| after);
    let checks = checks.and_then(|after| after.trim_start().split("\n\n").next());
    let full = checks.unwrap_or(rule.name).trim().replace('\n', "");
    RuleLog {
        id: rule.code,
        name: rule.slug,
        short_description: Text::new(rule.name),
        help: told.then(|| Help {
            text: full.clone(),
            markdown: rule.page,
        }),
        full_description: Text::new(full),
        help_uri: rule.url(),
        default_configuration: Configuration {
            level: level(rule.severity),
        },
        properties: RuleProperties { tags: [rule.group] },
    }
}

fn artifact(sheet: &Sheet<'_>, location: ArtifactLocation) -> Artifact {
    let original = sheet.original.as_ref();
    Artifact {
        location,
        length: original.map(|it| it.length),
        hashes: original.map(|it| Hashes {
            sha256: it.sha256.clone(),
        }),
        encoding: match sheet.file.notice {
            Some(Notice::Encoding(name)) => name,
            _ => "UTF-8",
        },
        roles: ["analysisTarget"],
    }
}

fn suppressed(by: &Waiver) -> Suppressed {
    let (kind, justification) = match by {
        Waiver::Comment { reason } => ("inSource", reason.trim()),
        Waiver::Off => ("external", "这条规则已关闭"),
        Waiver::Baseline => ("external", "已记入基线"),
    };
    Suppressed {
        kind,
        status: "accepted",
        justification: justification.to_owned(),
    }
}

/// What someone said of a finding that is told none the less.
fn explained(finding: &Finding) -> Option<Suppressed> {
    let said = finding.explanation.as_ref()?;
    Some(Suppressed {
        kind: "external",
        status: match said.lapsed {
            true => "rejected",
            false if finding.is_excused() => "accepted",
            false => "underReview",
        },
        justification: said.told(),
    })
}

/// Tells one file's findings.
struct Teller<'a> {
    sheet: &'a Sheet<'a>,
    artifact: ArtifactLocation,
    prints: Fingerprints,
    told: &'a [AtomicBool],
}

impl Teller<'_> {
    fn result<'f>(&mut self, finding: &'f Finding, suppressions: Vec<Suppressed>) -> ResultLog<'f> {
        let index = registry::rules()
            .iter()
            .position(|rule| rule.code == finding.rule);
        if let Some(told) = index.and_then(|index| self.told.get(index)) {
            told.store(true, Ordering::Relaxed);
        }
        let (print, before) = self.prints.of(self.sheet, finding);
        ResultLog {
            rule_id: finding.rule,
            rule_index: index,
            level: level(finding.severity),
            message: Text::new(self.sheet.sentence(finding)),
            locations: [Location {
                physical_location: self.physical(finding.range),
                logical_locations: logical(&finding.subject),
            }],
            related_locations: finding
                .related
                .iter()
                .enumerate()
                .map(|(id, related)| Related {
                    id,
                    physical_location: self.physical(related.range),
                    message: Text::new(budget_rules::message::note(
                        &related.note,
                        self.sheet.document,
                    )),
                })
                .collect(),
            partial_fingerprints: Prints {
                subject: format!("{print}:{before}"),
                // The one that GitHub looks at.
                primary_location_line_hash: format!("{print}:{before}"),
            },
            suppressions,
            fixes: finding.fixes.iter().map(|fix| self.fix(fix)).collect(),
            properties: Properties {
                numbers: NumbersJson::of(finding),
                origin: finding.origin.as_deref(),
                template: self.sheet.template.clone(),
            },
        }
    }

    fn physical(&self, range: TextRange) -> Physical {
        Physical {
            artifact_location: self.artifact.clone(),
            region: self.region(range),
        }
    }

    fn region(&self, range: TextRange) -> Region {
        let (start, end) = self.sheet.places.span(range);
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }

    fn fix(&self, fix: &Fix) -> FixLog {
        let replacements = fix.edits.iter().map(|edit| Replacement {
            deleted_region: self.region(edit.range),
            inserted_content: Text::new(edit.text.clone()),
        });
        FixLog {
            description: Text::new(fix.title.clone()),
            artifact_changes: [ArtifactChange {
                artifact_location: self.artifact.clone(),
                replacements: replacements.collect(),
            }],
            properties: log::FixProperties { safe: fix.safe },
        }
    }
}

/// The part of the document that a finding is about: 表, 行, 栏 or 节 by their ids.
fn logical(subject: &Subject) -> Vec<LogicalLocation<'_>> {
    let Some(place) = subject_json(subject) else {
        return Vec::new();
    };
    let kind = match (place.row, place.column, place.table) {
        (Some(_), Some(_), _) => "cell",
        (Some(_), None, _) => "row",
        (None, Some(_), _) => "column",
        (None, None, Some(_)) => "table",
        (None, None, None) => "section",
    };
    let parts = [place.section, place.table, place.row, place.column];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    vec![LogicalLocation {
        name: parts.last().copied().unwrap_or_default(),
        fully_qualified_name: parts.join("."),
        kind,
        properties: place,
    }]
}
