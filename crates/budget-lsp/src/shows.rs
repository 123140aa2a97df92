//! What the client shows of a document beside its text and its findings, read once from `initialize`. What it doesn't
//! declare isn't offered to it.

use serde_json::Value;
use tower_lsp::ls_types::{
    CodeLensOptions, DocumentLinkOptions, DocumentOnTypeFormattingOptions,
    FoldingRangeProviderCapability, InitializeParams, OneOf, SelectionRangeProviderCapability,
    SemanticTokensFullOptions, ServerCapabilities, WorkDoneProgressOptions,
};

use crate::features::semantic_tokens;

/// What the client shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Shows {
    range_formatting: bool,
    on_type_formatting: bool,
    tokens: Option<Tokens>,
    pub(crate) folding: Option<Folding>,
    selection: bool,
    pub(crate) symbols: Option<Symbols>,
    links: bool,
    hints: bool,
    lenses: bool,
    /// It has the command that shows a table's ledger (`{"commands": true}`).
    pub(crate) commands: bool,
    /// It wants to be told what was checked (`{"checked": true}`).
    pub(crate) checked: bool,
    pub(crate) refreshes: Refreshes,
}

/// Colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Tokens {
    delta: bool,
    range: bool,
}

/// Folding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Folding {
    /// Whole lines only.
    pub(crate) lines: bool,
    /// No more than so many.
    pub(crate) most: Option<usize>,
    /// A text instead of what is gone.
    pub(crate) instead: bool,
}

/// The outline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Symbols {
    /// As a tree.
    pub(crate) nested: bool,
}

/// What the client can be told to ask for again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Refreshes {
    pub(crate) tokens: bool,
    pub(crate) hints: bool,
    pub(crate) lenses: bool,
}

impl Shows {
    pub(crate) fn new(params: &InitializeParams) -> Self {
        let document = params.capabilities.text_document.clone();
        let document = document.unwrap_or_default();
        let workspace = params.capabilities.workspace.clone().unwrap_or_default();
        let asks = |key: &str| {
            let asked =
                |value: Option<&Value>| value.and_then(|it| it.get(key)).and_then(Value::as_bool);
            let options = params.initialization_options.as_ref();
            let experimental = params.capabilities.experimental.as_ref();
            let own = options.and_then(|it| it.get("budget")).or(options);
            let declared = experimental.and_then(|it| it.get("budget"));
            asked(own).or(asked(options)).or(asked(declared)) == Some(true)
        };
        Self {
            range_formatting: document.range_formatting.is_some(),
            on_type_formatting: document.on_type_formatting.is_some(),
            tokens: document.semantic_tokens.and_then(|it| {
                let delta = match it.requests.full {
                    Some(SemanticTokensFullOptions::Bool(true)) => Some(false),
                    Some(SemanticTokensFullOptions::Delta { delta }) => Some(delta == Some(true)),
                    _ => None,
                };
                delta.map(|delta| Tokens {
                    delta,
                    range: it.requests.range == Some(true),
                })
            }),
            folding: document.folding_range.map(|it| Folding {
                lines: it.line_folding_only == Some(true),
                most: it.range_limit.and_then(|most| usize::try_from(most).ok()),
                instead: it.folding_range.and_then(|it| it.collapsed_text) == Some(true),
            }),
            selection: document.selection_range.is_some(),
            symbols: document.document_symbol.map(|it| Symbols {
                nested: it.hierarchical_document_symbol_support == Some(true),
            }),
            links: document.document_link.is_some(),
            hints: document.inlay_hint.is_some(),
            lenses: document.code_lens.is_some(),
            commands: asks("commands"),
            checked: asks("checked"),
            refreshes: Refreshes {
                tokens: workspace.semantic_tokens.and_then(|it| it.refresh_support) == Some(true),
                hints: workspace.inlay_hint.and_then(|it| it.refresh_support) == Some(true),
                lenses: workspace.code_lens.and_then(|it| it.refresh_support) == Some(true),
            },
        }
    }

    /// Offers what the client shows.
    pub(crate) fn offer(&self, capabilities: &mut ServerCapabilities) {
        capabilities.document_range_formatting_provider =
            self.range_formatting.then_some(OneOf::Left(true));
        capabilities.document_on_type_formatting_provider =
            self.on_type_formatting
                .then(|| DocumentOnTypeFormattingOptions {
                    first_trigger_character: "|".to_owned(),
                    more_trigger_character: Some(vec!["｜".to_owned()]),
                });
        capabilities.semantic_tokens_provider = self
            .tokens
            .map(|it| semantic_tokens::offered(it.delta, it.range));
        capabilities.folding_range_provider = self
            .folding
            .map(|_| FoldingRangeProviderCapability::Simple(true));
        capabilities.selection_range_provider = self
            .selection
            .then_some(SelectionRangeProviderCapability::Simple(true));
        capabilities.document_symbol_provider = self.symbols.map(|_| OneOf::Left(true));
        capabilities.document_link_provider = self.links.then(|| DocumentLinkOptions {
            resolve_provider: None,
            work_done_progress_options: WorkDoneProgressOptions::default(),
        });
        capabilities.inlay_hint_provider = self.hints.then_some(OneOf::Left(true));
        capabilities.code_lens_provider = self.lenses.then_some(CodeLensOptions {
            resolve_provider: None,
        });
    }
}
