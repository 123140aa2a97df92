//! One request for everything that a server may advertise: what is advertised must be answered, on any text, at any
//! place, under any load. A capability that isn't in this table fails the tests.

use serde_json::{Map, Value, json};

use super::URI;

/// Capabilities that are no requests.
const OTHERS: [&str; 3] = ["positionEncoding", "textDocumentSync", "workspace"];

/// A place as a client names it; it may lie far beyond the text.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) character: u32,
}

impl Place {
    fn json(self) -> Value {
        json!({"line": self.line, "character": self.character})
    }
}

/// Every request that `capabilities` promise an answer to, at a place. Panics at a capability that is not known here.
pub(crate) fn advertised(capabilities: &Value, place: Place) -> Vec<(&'static str, Value)> {
    let document = || json!({"textDocument": {"uri": URI}});
    let with = |more: Value| {
        let mut all = document();
        merge(&mut all, more);
        all
    };
    let at = || with(json!({"position": place.json()}));
    let start = json!({"line": 0, "character": 0});
    let range = || with(json!({"range": {"start": start, "end": place.json()}}));
    let options = json!({"tabSize": 4, "insertSpaces": true});
    let mut all = Vec::new();
    for (name, promise) in capabilities
        .as_object()
        .map(Map::iter)
        .into_iter()
        .flatten()
    {
        let promises = |key: &str| promise.get(key).is_some_and(|it| it != &json!(false));
        match name.as_str() {
            "hoverProvider" => all.push(("textDocument/hover", at())),
            "completionProvider" => all.push(("textDocument/completion", at())),
            "definitionProvider" => all.push(("textDocument/definition", at())),
            "documentHighlightProvider" => all.push(("textDocument/documentHighlight", at())),
            "referencesProvider" => {
                let mut params = at();
                merge(
                    &mut params,
                    json!({"context": {"includeDeclaration": true}}),
                );
                all.push(("textDocument/references", params));
            }
            "renameProvider" => {
                if promises("prepareProvider") {
                    all.push(("textDocument/prepareRename", at()));
                }
                let mut params = at();
                merge(&mut params, json!({"newName": "新的名称"}));
                all.push(("textDocument/rename", params));
            }
            "documentSymbolProvider" => all.push(("textDocument/documentSymbol", document())),
            "workspaceSymbolProvider" => all.push(("workspace/symbol", json!({"query": "支出"}))),
            "documentLinkProvider" => all.push(("textDocument/documentLink", document())),
            "codeLensProvider" => all.push(("textDocument/codeLens", document())),
            "inlayHintProvider" => all.push(("textDocument/inlayHint", range())),
            "foldingRangeProvider" => all.push(("textDocument/foldingRange", document())),
            "selectionRangeProvider" => {
                let params = with(json!({"positions": [place.json()]}));
                all.push(("textDocument/selectionRange", params));
            }
            "codeActionProvider" => {
                let mut params = range();
                merge(&mut params, json!({"context": {"diagnostics": []}}));
                all.push(("textDocument/codeAction", params));
            }
            "documentFormattingProvider" => {
                all.push(("textDocument/formatting", with(json!({"options": options}))));
            }
            "documentRangeFormattingProvider" => {
                let mut params = range();
                merge(&mut params, json!({"options": options}));
                all.push(("textDocument/rangeFormatting", params));
            }
            "documentOnTypeFormattingProvider" => {
                let mut params = at();
                merge(&mut params, json!({"ch": "|", "options": options}));
                all.push(("textDocument/onTypeFormatting", params));
            }
            "semanticTokensProvider" => {
                all.push(("textDocument/semanticTokens/full", document()));
                if promise["full"]["delta"] == json!(true) {
                    let params = with(json!({"previousResultId": "0"}));
                    all.push(("textDocument/semanticTokens/full/delta", params));
                }
                if promises("range") {
                    all.push(("textDocument/semanticTokens/range", range()));
                }
            }
            "executeCommandProvider" => {
                let commands = promise["commands"].as_array().unwrap().iter();
                all.extend(commands.map(|command| {
                    let params = json!({"command": command, "arguments": ["ARI001"]});
                    ("workspace/executeCommand", params)
                }));
            }
            "diagnosticProvider" => all.push(("textDocument/diagnostic", document())),
            other => assert!(OTHERS.contains(&other), "no request for {other}"),
        }
    }
    all
}

/// Requests that answers invite: items that are resolved later.
pub(crate) fn follow_ups(
    capabilities: &Value,
    method: &str,
    result: &Value,
) -> Vec<(&'static str, Value)> {
    let resolves = |provider: &str| capabilities[provider]["resolveProvider"] == json!(true);
    let items = result.get("items").unwrap_or(result);
    let first = items.as_array().and_then(|items| items.first());
    let follow_up = match method {
        "textDocument/completion" if resolves("completionProvider") => "completionItem/resolve",
        "textDocument/codeAction" if resolves("codeActionProvider") => "codeAction/resolve",
        "textDocument/codeLens" if resolves("codeLensProvider") => "codeLens/resolve",
        "textDocument/inlayHint" if resolves("inlayHintProvider") => "inlayHint/resolve",
        "textDocument/documentLink" if resolves("documentLinkProvider") => "documentLink/resolve",
        _ => return Vec::new(),
    };
    first
        .map(|item| (follow_up, item.clone()))
        .into_iter()
        .collect()
}

fn merge(into: &mut Value, more: Value) {
    if let (Some(into), Value::Object(more)) = (into.as_object_mut(), more) {
        into.extend(more);
    }
}

/// A client that can do all an editor can.
pub(crate) fn everything(pulls: bool) -> Value {
    let mut capabilities = json!({
        "workspace": {
            "applyEdit": true, "configuration": true, "workspaceFolders": true,
            "workspaceEdit": {"documentChanges": true},
            "didChangeConfiguration": {"dynamicRegistration": true},
            "didChangeWatchedFiles": {"dynamicRegistration": true},
            "diagnostics": {"refreshSupport": true}, "semanticTokens": {"refreshSupport": true},
            "inlayHint": {"refreshSupport": true}, "codeLens": {"refreshSupport": true},
            "foldingRange": {"refreshSupport": true},
        },
        "window": {"workDoneProgress": true, "showDocument": {"support": true}},
        "textDocument": {
            "publishDiagnostics": {"relatedInformation": true, "versionSupport": true, "codeDescriptionSupport": true, "dataSupport": true},
            "hover": {"contentFormat": ["markdown", "plaintext"]},
            "completion": {"completionItem": {
                "snippetSupport": true, "documentationFormat": ["markdown"], "labelDetailsSupport": true,
                "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
            }},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "foldingRange": {"lineFoldingOnly": true}, "selectionRange": {},
            "formatting": {}, "rangeFormatting": {}, "onTypeFormatting": {},
            "definition": {"linkSupport": true}, "references": {}, "documentHighlight": {},
            "rename": {"prepareSupport": true},
            "codeAction": {
                "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source", "source.fixAll"]}},
                "isPreferredSupport": true, "dataSupport": true, "resolveSupport": {"properties": ["edit"]},
            },
            "codeLens": {}, "documentLink": {}, "inlayHint": {"resolveSupport": {"properties": ["tooltip"]}},
            "semanticTokens": {
                "requests": {"full": {"delta": true}, "range": true}, "formats": ["relative"],
                "tokenTypes": ["namespace", "type", "class", "enum", "parameter", "variable", "property", "function", "keyword", "comment", "string", "number", "operator"],
                "tokenModifiers": ["declaration", "definition", "readonly"],
            },
        },
    });
    if pulls {
        capabilities["textDocument"]["diagnostic"] = json!({"relatedDocumentSupport": false});
    }
    capabilities
}
