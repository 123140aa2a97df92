//! What can be done at a place: mended, filled in, reshaped, set aside, explained; and all that is safe at
//! once.

use budget_ide::{Action, ActionKind, Scope};
use budget_syntax::position::LineIndex;
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOptions, CodeActionOrCommand, CodeActionParams,
    CodeActionProviderCapability, CodeActionResponse, Command, InitializeParams, Range, TextEdit,
    Uri, WorkDoneProgressOptions, WorkspaceEdit,
};

use super::diagnostics::diagnostic;
use super::execute_command::{APPLY, OPEN_RULE, opens_pages};
use crate::capabilities::Client;
use crate::position::Positions;
use crate::server::Backend;
use crate::service::snapshot;
use crate::to_lsp::{changes, edits};
use crate::uri;
use crate::world::{OpenDocument, Read, Snapshot};

/// All that is safe at once: a kind of its own, under that which editors run on saving.
const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.budget");

/// How a client takes actions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Takes {
    /// It asks for the edits of the one that is chosen.
    resolves: bool,
    /// It knows actions; one that doesn't knows commands alone.
    literals: bool,
    /// It makes edits when it is asked to.
    applies: bool,
}

impl Takes {
    pub(crate) fn new(params: &InitializeParams) -> Self {
        let document = params.capabilities.text_document.as_ref();
        let workspace = params.capabilities.workspace.as_ref();
        let applies = workspace.and_then(|it| it.apply_edit).unwrap_or(false);
        let Some(action) = document.and_then(|document| document.code_action.as_ref()) else {
            return Self {
                applies,
                ..Self::default()
            };
        };
        let literals = action.code_action_literal_support.is_some();
        let lazy = action.resolve_support.as_ref();
        let edit = lazy.is_some_and(|lazy| lazy.properties.iter().any(|known| known == "edit"));
        Self {
            resolves: literals && edit && action.data_support.unwrap_or(false),
            literals,
            applies,
        }
    }

    /// Whether actions are commands that ask the client to make their edits.
    pub(crate) const fn by_command(self) -> bool {
        self.applies && !self.literals
    }

    /// What is offered; `pages`: pages of rules can be opened.
    pub(crate) fn offered(self, pages: bool) -> Option<CodeActionProviderCapability> {
        if !self.literals {
            let some = self.applies || pages;
            return some.then_some(CodeActionProviderCapability::Simple(true));
        }
        Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![
                CodeActionKind::QUICKFIX,
                CodeActionKind::REFACTOR_REWRITE,
                FIX_ALL,
            ]),
            resolve_provider: self.resolves.then_some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }))
    }

    /// An action as the client knows it; none if there is no way to carry it out.
    fn told(self, action: CodeAction, uri: &Uri, revision: u64) -> Option<CodeActionOrCommand> {
        if self.literals {
            return Some(CodeActionOrCommand::CodeAction(action));
        }
        let command = match (action.command, action.edit) {
            (Some(command), _) => command,
            (None, Some(edit)) if self.applies => {
                let chosen = Chosen(uri.as_str().to_owned(), revision, edit);
                Command {
                    title: action.title,
                    command: APPLY.to_owned(),
                    arguments: Some(vec![serde_json::json!(chosen)]),
                }
            }
            (None, _) => return None,
        };
        Some(CodeActionOrCommand::Command(command))
    }
}

/// An action that a command carries out: the text that it was offered on, and its edits.
#[derive(Serialize, Deserialize)]
pub(super) struct Chosen(pub(super) String, pub(super) u64, pub(super) WorkspaceEdit);

/// What an action needs to be resolved: where it was offered, on which text, and which of its kind it was. Of several
/// findings the titles may be equal.
#[derive(Clone, Serialize, Deserialize)]
struct Place(String, u64, Range, usize);

/// `textDocument/codeAction`.
pub(crate) async fn asked(
    backend: &Backend,
    params: CodeActionParams,
) -> Result<Option<CodeActionResponse>> {
    let CodeActionParams {
        text_document,
        range,
        context,
        ..
    } = params;
    let least = snapshot().preferences.min_severity;
    // `source` means every kind below it, `source.fixAll.budget-lint` none of ours.
    let asks = |kind: &CodeActionKind| {
        let under = |wanted: &CodeActionKind| {
            let rest = kind.as_str().strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        context.only.as_ref().map(|only| only.iter().any(under))
    };
    let wanted =
        [ActionKind::QuickFix, ActionKind::Rewrite].map(|it| (it, asks(&kind(it)).unwrap_or(true)));
    // It checks anew for every fix: too much for each move of the cursor.
    let all_safe = asks(&FIX_ALL).unwrap_or(false);
    let uri = text_document.uri.clone();
    let world = snapshot();
    backend
        .answer(
            text_document.uri.as_str(),
            move |open, read, positions, client| {
                let scope = scope(open, read, positions, range, least);
                let wants = |kind| wanted.contains(&(kind, true));
                let found = budget_ide::actions(&scope, wants);
                let tell = Telling::of(open, read, positions, client, &uri);
                let mut of_kind = [0; 2];
                let mut all: Vec<CodeAction> = Vec::with_capacity(found.len());
                for action in found {
                    let [fixes, rewrites] = &mut of_kind;
                    let number = match action.kind {
                        ActionKind::QuickFix => fixes,
                        ActionKind::Rewrite => rewrites,
                    };
                    let place = Place(uri.as_str().to_owned(), open.revision, range, *number);
                    *number += 1;
                    all.push(tell.action(&action, &place));
                }
                if wants(ActionKind::QuickFix) {
                    all.extend(reasons(open, &scope, client, &world));
                }
                if wants(ActionKind::QuickFix) && opens_pages(client) {
                    all.extend(explanations(&scope));
                }
                if all_safe {
                    let mended = read.mended(least);
                    all.extend(mended.map(|text| tell.fix_all(&text)));
                }
                let told = all
                    .into_iter()
                    .filter_map(|action| client.actions.told(action, &uri, open.revision));
                Some(told.collect())
            },
        )
        .await
}

/// `codeAction/resolve`: what can be done there is looked up once more, and the same one of its kind taken.
pub(crate) async fn resolve(backend: &Backend, action: CodeAction) -> Result<CodeAction> {
    let data = action.data.clone().unwrap_or_default();
    let Ok(Place(key, revision, range, number)) = serde_json::from_value(data) else {
        return Ok(action);
    };
    let least = snapshot().preferences.min_severity;
    let open = snapshot().document(&key).cloned();
    if open.is_none_or(|open| open.revision != revision) {
        return Err(Error::content_modified());
    }
    let Ok(uri) = key.parse::<Uri>() else {
        return Ok(action);
    };
    let (title, wanted) = (action.title.clone(), action.kind.clone());
    let edit = backend.feature(&key, move |open, read, positions, client| {
        let scope = scope(open, read, positions, range, least);
        let found = budget_ide::actions(&scope, |it| Some(kind(it)) == wanted);
        let chosen = found.into_iter().nth(number)?;
        debug_assert_eq!(chosen.title, title);
        Some(Telling::of(open, read, positions, client, &uri).edit(&chosen))
    });
    Ok(CodeAction {
        edit: edit.await?,
        ..action
    })
}

fn scope<'r>(
    open: &'r OpenDocument,
    read: &'r Read,
    positions: &Positions<'_>,
    range: Range,
    least: budget_rules::Severity,
) -> Scope<'r> {
    Scope {
        document: read.document(),
        report: open.report(),
        range: positions.text_range(range),
        least,
    }
}

fn kind(kind: ActionKind) -> CodeActionKind {
    match kind {
        ActionKind::QuickFix => CodeActionKind::QUICKFIX,
        ActionKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
    }
}

/// Entries for the file of explanations (出错说明), at its end as it stands in the editor if it is open here: the finding
/// stays, with a reason that is to be written there.
fn reasons(
    open: &OpenDocument,
    scope: &Scope<'_>,
    client: &Client,
    world: &Snapshot,
) -> Vec<CodeAction> {
    let mut all = Vec::new();
    for finding in scope.findings().filter(|finding| !finding.is_explained()) {
        let Some((path, entry)) = open.unexplained(finding) else {
            continue;
        };
        let edited = world.of_file(&path);
        let text = match edited {
            Some(open) => Ok(open.text()),
            None => std::fs::read_to_string(&path),
        };
        let uri = match edited {
            Some(open) => uri::normalize(&open.uri).parse().ok(),
            None => Uri::from_file_path(&path),
        };
        let (Some(uri), Ok(text)) = (uri, text) else {
            continue;
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let lines = LineIndex::new(&text);
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let at = Positions::new(&text, &lines, client.encoding).position(end);
        let gap = match text.ends_with('\n') || text.is_empty() {
            true => "",
            false => "\n",
        };
        let blank = if text.is_empty() { "" } else { "\n" };
        let edit = TextEdit {
            range: Range::new(at, at),
            new_text: format!("{gap}{blank}{}\n", entry.trim_end()),
        };
        let version = edited.map(|open| open.version);
        let version = version.filter(|_| client.versioned_edits);
        all.push(CodeAction {
            title: format!("在 {name} 中说明 {} 的原因", finding.rule),
            kind: Some(CodeActionKind::QUICKFIX),
            edit: Some(changes(&uri, vec![edit], version)),
            ..CodeAction::default()
        });
    }
    all
}

/// The pages of the rules of what was found there.
fn explanations(scope: &Scope<'_>) -> Vec<CodeAction> {
    let mut codes: Vec<&str> = scope.findings().map(|finding| finding.rule).collect();
    codes.sort_unstable();
    codes.dedup();
    let rules = codes.into_iter().filter_map(budget_rules::find);
    let command = |rule: &budget_rules::Rule| {
        let title = format!("解释规则 {} {}", rule.code, rule.name);
        CodeAction {
            kind: Some(CodeActionKind::QUICKFIX),
            command: Some(Command {
                title: title.clone(),
                command: OPEN_RULE.to_owned(),
                arguments: Some(vec![rule.code.into()]),
            }),
            title,
            ..CodeAction::default()
        }
    };
    rules.map(command).collect()
}

/// What actions are told with.
struct Telling<'a> {
    open: &'a OpenDocument,
    read: &'a Read,
    positions: &'a Positions<'a>,
    client: &'a Client,
    uri: &'a Uri,
}

impl<'a> Telling<'a> {
    fn of(
        open: &'a OpenDocument,
        read: &'a Read,
        positions: &'a Positions<'a>,
        client: &'a Client,
        uri: &'a Uri,
    ) -> Self {
        Self {
            open,
            read,
            positions,
            client,
            uri,
        }
    }

    fn action(&self, action: &Action<'_>, place: &Place) -> CodeAction {
        let takes = self.client.actions;
        let finding = action.finding;
        let told = finding.map(|it| diagnostic(it, self.read, self.positions, self.client, None));
        CodeAction {
            title: action.title.clone(),
            kind: Some(kind(action.kind)),
            diagnostics: told.map(|told| vec![told]),
            edit: (!takes.resolves).then(|| self.edit(action)),
            data: takes.resolves.then(|| serde_json::json!(place)),
            is_preferred: action.safe.then_some(true),
            ..CodeAction::default()
        }
    }

    fn edit(&self, action: &Action<'_>) -> WorkspaceEdit {
        let edits = edits(action.edits(), self.positions);
        changes(self.uri, edits, self.version())
    }

    /// Every safe fix at once, as one edit of what differs.
    fn fix_all(&self, mended: &str) -> CodeAction {
        let edit = self.positions.replacement(mended);
        CodeAction {
            title: "自动修改全部有把握的问题".to_owned(),
            kind: Some(FIX_ALL),
            edit: Some(changes(self.uri, vec![edit], self.version())),
            ..CodeAction::default()
        }
    }

    /// The version that the edits are made for, if the client compares it.
    fn version(&self) -> Option<i32> {
        self.client.versioned_edits.then_some(self.open.version)
    }
}
