//! Findings, asked for or pushed.

use std::str::FromStr;

use budget_rules::{Finding, Report, Severity};
use budget_workspace::ConfigError;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, Location, NumberOrString, Position, Range,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, Uri,
};

use crate::answer::Asked;
use crate::capabilities::{Client, SOURCE};
use crate::position::Positions;
use crate::preferences::Preferences;
use crate::server::Backend;
use crate::service::snapshot;
use crate::world::Read;

/// More than anyone reads, and what an editor still draws without delay.
const MOST_DIAGNOSTICS: usize = 1000;
/// Other places of a finding that an editor is told: a list that someone still reads.
const MOST_RELATED: usize = 20;

/// `textDocument/diagnostic`.
pub(crate) async fn asked(
    backend: &Backend,
    params: DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReportResult> {
    let snapshot = snapshot();
    let key = params.text_document.uri.as_str();
    let open = snapshot.document(key).cloned();
    let result_id = open.as_ref().map(|open| open.revision.to_string());
    if let (Some(now), Some(before)) = (&result_id, &params.previous_result_id)
        && now == before
    {
        return Ok(
            DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport {
                    result_id: now.clone(),
                },
            })
            .into(),
        );
    }
    let Some(open) = open else {
        return Ok(full(None, Vec::new()));
    };
    let asked = Asked::now();
    let answer = move |items| {
        let all = full(result_id.clone(), items);
        match &asked {
            Some(asked) => asked.answer(&all),
            None => return all,
        }
        full(None, Vec::new())
    };
    let publisher = backend.publisher();
    publisher.diagnostics(open, &snapshot, key, answer).await
}

fn full(result_id: Option<String>, items: Vec<Diagnostic>) -> DocumentDiagnosticReportResult {
    DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id, items },
    })
    .into()
}

/// The findings of a report as diagnostics.
pub(crate) fn diagnostics(
    read: &Read,
    report: &Report,
    preferences: &Preferences,
    client: &Client,
    uri: &str,
) -> Vec<Diagnostic> {
    let positions = Positions::new(
        &read.document().text,
        read.document().lines(),
        client.encoding,
    );
    let uri = Uri::from_str(uri).ok();
    let shown = || {
        report
            .findings
            .iter()
            .filter(|finding| finding.severity >= preferences.min_severity)
    };
    let mut diagnostics: Vec<Diagnostic> = shown()
        .take(MOST_DIAGNOSTICS)
        .map(|finding| diagnostic(finding, read, &positions, client, uri.as_ref()))
        .collect();
    let all = shown().count();
    if all > MOST_DIAGNOSTICS {
        diagnostics.push(Diagnostic {
            severity: Some(DiagnosticSeverity::INFORMATION),
            source: Some(SOURCE.to_owned()),
            message: format!("共有 {all} 处问题，这里只显示前 {MOST_DIAGNOSTICS} 处。"),
            ..Diagnostic::default()
        });
    }
    diagnostics
}

/// One finding; without a URI it has no related places.
pub(crate) fn diagnostic(
    finding: &Finding,
    read: &Read,
    positions: &Positions<'_>,
    client: &Client,
    uri: Option<&Uri>,
) -> Diagnostic {
    let told = budget_ide::diagnostic(read.document(), finding);
    let related = |uri: &Uri| {
        let related = budget_ide::related(read.document(), finding, MOST_RELATED).into_iter();
        let related = related.map(|(range, message)| DiagnosticRelatedInformation {
            location: Location {
                uri: uri.clone(),
                range: positions.range(range),
            },
            message,
        });
        related.collect()
    };
    Diagnostic {
        range: positions.range(told.range),
        severity: Some(severity(told.severity)),
        code: Some(NumberOrString::String(told.code.to_owned())),
        code_description: code_description(told.code).filter(|_| client.links_codes),
        source: Some(SOURCE.to_owned()),
        related_information: uri
            .filter(|_| client.related && !finding.related.is_empty())
            .map(related),
        message: told.message,
        tags: None,
        data: Some(data(finding)),
    }
}

/// The page of a rule.
fn code_description(code: &str) -> Option<CodeDescription> {
    let href = budget_rules::find(code)?.url().parse().ok()?;
    Some(CodeDescription { href })
}

/// What is wrong with a `budget.toml`. Its columns are scalar values; in what such a file holds
/// before an error they are nearly always the client's columns too.
pub(crate) fn config_error(error: &ConfigError) -> Diagnostic {
    let start = Position::new(error.line.saturating_sub(1), error.column.saturating_sub(1));
    Diagnostic {
        range: Range::new(start, start),
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some(SOURCE.to_owned()),
        message: format!(
            "{}。{}。改好之前沿用原来的设置。",
            error.message, error.help
        ),
        ..Diagnostic::default()
    }
}

/// What is shown instead of findings when the check itself failed: silence would look like
/// a clean file.
pub(crate) fn check_failed() -> Diagnostic {
    Diagnostic {
        range: Range::default(),
        severity: Some(DiagnosticSeverity::WARNING),
        source: Some(SOURCE.to_owned()),
        message: "检查程序内部出错，这一版内容没有核对。请把文件和日志报告给开发者。".to_owned(),
        ..Diagnostic::default()
    }
}

/// What a client's own tools may want of a finding, named as in the command line's JSON.
fn data(finding: &Finding) -> serde_json::Value {
    let mut map = serde_json::Map::new();
    let mut put = |name: &str, value: &Option<String>| {
        if let Some(value) = value {
            map.insert(name.to_owned(), value.clone().into());
        }
    };
    put("table", &finding.subject.table);
    put("row", &finding.subject.row);
    put("column", &finding.subject.column);
    put("section", &finding.subject.section);
    put("formula", &finding.formula);
    put("left", &finding.left);
    put("right", &finding.right);
    put("expected", &finding.expected);
    put("actual", &finding.actual);
    put("difference", &finding.difference);
    put("origin", &finding.origin);
    map.into()
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}
