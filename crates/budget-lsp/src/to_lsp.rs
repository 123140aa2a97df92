//! From `budget-ide`'s plain types to the protocol's.

use std::str::FromStr;

use budget_ide::{Action, CompletionKind, CompletionList};
use budget_rules::{Finding, Report, Severity};
use budget_syntax::format::TextEdit as SyntaxEdit;
use budget_workspace::ConfigError;
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CompletionItem, CompletionItemKind,
    CompletionItemLabelDetails, CompletionResponse, CompletionTextEdit, Diagnostic,
    DiagnosticRelatedInformation, DiagnosticSeverity, Documentation, Hover, HoverContents,
    Location, MarkupContent, MarkupKind, NumberOrString, Position, Range, TextEdit, Uri,
    WorkspaceEdit,
};

use crate::capabilities::{Client, SOURCE};
use crate::position::Positions;
use crate::world::{Preferences, Read};

/// More than anyone reads, and what an editor still draws without delay.
const MOST_DIAGNOSTICS: usize = 1000;
/// Other places of a finding that an editor is told: a list that someone still reads.
const MOST_RELATED: usize = 20;

/// The findings of a report as diagnostics.
pub(crate) fn diagnostics(
    read: &Read,
    report: &Report,
    preferences: &Preferences,
    client: &Client,
    uri: &str,
) -> Vec<Diagnostic> {
    let positions = Positions::new(&read.document().text, &read.lines, client.encoding);
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
fn diagnostic(
    finding: &Finding,
    read: &Read,
    positions: &Positions<'_>,
    client: &Client,
    uri: Option<&Uri>,
) -> Diagnostic {
    let told = budget_ide::diagnostic(read.document(), finding);
    let related = |uri: &Uri| {
        let related = told.related.iter().take(MOST_RELATED);
        let related = related.map(|related| DiagnosticRelatedInformation {
            location: Location {
                uri: uri.clone(),
                range: positions.range(related.range),
            },
            message: related.message.clone(),
        });
        related.collect()
    };
    Diagnostic {
        range: positions.range(told.range),
        severity: Some(severity(told.severity)),
        code: Some(NumberOrString::String(told.code.to_owned())),
        code_description: None,
        source: Some(SOURCE.to_owned()),
        related_information: uri
            .filter(|_| client.related && !told.related.is_empty())
            .map(related),
        message: told.message,
        tags: None,
        data: Some(data(finding)),
    }
}

/// A fix of a finding as a quick fix.
pub(crate) fn quick_fix(
    action: &Action<'_>,
    read: &Read,
    positions: &Positions<'_>,
    client: &Client,
    uri: &Uri,
) -> CodeActionOrCommand {
    let edits = action.edits.iter().map(|edit| TextEdit {
        range: positions.range(edit.range),
        new_text: edit.text.clone(),
    });
    CodeActionOrCommand::CodeAction(CodeAction {
        title: action.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic(
            action.finding,
            read,
            positions,
            client,
            None,
        )]),
        edit: Some(changes(uri, edits.collect())),
        is_preferred: action.safe.then_some(true),
        ..CodeAction::default()
    })
}

/// Every safe fix at once, as one edit of what differs.
pub(crate) fn fix_all(mended: &str, positions: &Positions<'_>, uri: &Uri) -> CodeActionOrCommand {
    let edit = positions.replacement(mended);
    CodeActionOrCommand::CodeAction(CodeAction {
        title: "自动修改全部有把握的问题".to_owned(),
        kind: Some(CodeActionKind::SOURCE_FIX_ALL),
        edit: Some(changes(uri, vec![edit])),
        ..CodeAction::default()
    })
}

fn changes(uri: &Uri, edits: Vec<TextEdit>) -> WorkspaceEdit {
    WorkspaceEdit {
        changes: Some(std::iter::once((uri.clone(), edits)).collect()),
        ..WorkspaceEdit::default()
    }
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

/// A list of completions.
pub(crate) fn completion(list: CompletionList, positions: &Positions<'_>) -> CompletionResponse {
    let items = list
        .items
        .into_iter()
        .enumerate()
        .map(|(rank, item)| CompletionItem {
            label: item.label,
            label_details: item.note.map(|note| CompletionItemLabelDetails {
                detail: None,
                description: Some(note),
            }),
            kind: Some(match item.kind {
                CompletionKind::Code => CompletionItemKind::ENUM_MEMBER,
                CompletionKind::Value => CompletionItemKind::VALUE,
                CompletionKind::Heading => CompletionItemKind::STRUCT,
            }),
            detail: Some(item.detail).filter(|detail| !detail.is_empty()),
            documentation: item.documentation.map(|markup| {
                Documentation::MarkupContent(MarkupContent {
                    kind: MarkupKind::Markdown,
                    value: markup.into_markdown(),
                })
            }),
            // The order here is the order shown.
            sort_text: Some(format!("{rank:05}")),
            filter_text: Some(item.filter),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit {
                range: positions.range(item.edit.range),
                new_text: item.edit.text,
            })),
            additional_text_edits: (!item.also.is_empty()).then(|| edits(item.also, positions)),
            ..CompletionItem::default()
        })
        .collect();
    CompletionResponse::List(tower_lsp::ls_types::CompletionList {
        is_incomplete: list.incomplete,
        items,
    })
}

/// A hover, in Markdown if the client shows it.
pub(crate) fn hover(hover: budget_ide::Hover, positions: &Positions<'_>, client: &Client) -> Hover {
    let range = Some(positions.range(hover.range));
    let (kind, value) = if client.markdown {
        (MarkupKind::Markdown, hover.markup.into_markdown())
    } else {
        (MarkupKind::PlainText, hover.markup.into_plain())
    };
    Hover {
        contents: HoverContents::Markup(MarkupContent { kind, value }),
        range,
    }
}

/// Edits of the text.
pub(crate) fn edits(edits: Vec<SyntaxEdit>, positions: &Positions<'_>) -> Vec<TextEdit> {
    edits
        .into_iter()
        .map(|edit| TextEdit {
            range: positions.range(edit.range),
            new_text: edit.text,
        })
        .collect()
}
