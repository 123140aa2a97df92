//! Colours: all, what differs from the last answer, or a range.

use budget_ide::{Token, TokenKind};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensDelta,
    SemanticTokensDeltaParams, SemanticTokensEdit, SemanticTokensFullDeltaResult,
    SemanticTokensFullOptions, SemanticTokensLegend, SemanticTokensOptions, SemanticTokensParams,
    SemanticTokensRangeParams, SemanticTokensRangeResult, SemanticTokensResult,
    SemanticTokensServerCapabilities, WorkDoneProgressOptions,
};

use crate::position::Positions;
use crate::server::Backend;
use crate::world::OpenDocument;

/// The names of the kinds, in the order of their numbers: the protocol's own where one fits. Editors learn the others
/// (`heading`, `label`, `project`, `unit`, `hole`, `term`) from their extension, and leave alone what they don't know.
const TYPES: [(TokenKind, &str); 18] = [
    (TokenKind::Heading, "heading"),
    (TokenKind::Key, "property"),
    (TokenKind::Value, "string"),
    (TokenKind::Code, "enumMember"),
    (TokenKind::Label, "label"),
    (TokenKind::Project, "project"),
    (TokenKind::Number, "number"),
    (TokenKind::Unit, "unit"),
    (TokenKind::Hole, "hole"),
    (TokenKind::Term, "term"),
    (TokenKind::Operator, "operator"),
    (TokenKind::Function, "function"),
    (TokenKind::Table, "class"),
    (TokenKind::Name, "variable"),
    (TokenKind::Argument, "parameter"),
    (TokenKind::Keyword, "keyword"),
    (TokenKind::Rule, "decorator"),
    (TokenKind::Comment, "comment"),
];

/// The names of the modifiers, in the order of their bits.
const MODIFIERS: [&str; 4] = ["declaration", "total", "part", "table"];

/// What is offered to a client that shows colours.
pub(crate) fn offered(delta: bool, range: bool) -> SemanticTokensServerCapabilities {
    SemanticTokensOptions {
        work_done_progress_options: WorkDoneProgressOptions::default(),
        legend: SemanticTokensLegend {
            token_types: TYPES.map(|(_, name)| SemanticTokenType::new(name)).into(),
            token_modifiers: MODIFIERS.map(SemanticTokenModifier::new).into(),
        },
        range: range.then_some(true),
        full: Some(if delta {
            SemanticTokensFullOptions::Delta { delta: Some(true) }
        } else {
            SemanticTokensFullOptions::Bool(true)
        }),
    }
    .into()
}

/// `textDocument/semanticTokens/full`.
pub(crate) async fn full(
    backend: &Backend,
    params: SemanticTokensParams,
) -> Result<Option<SemanticTokensResult>> {
    backend
        .answer(
            params.text_document.uri.as_str(),
            |open, read, positions, _| {
                let data = encoded(&budget_ide::tokens(read.document(), None), positions);
                Some(answer(open, data).into())
            },
        )
        .await
}

/// `textDocument/semanticTokens/full/delta`: what differs from the answer that the client has; all, if that isn't known
/// any more.
pub(crate) async fn delta(
    backend: &Backend,
    params: SemanticTokensDeltaParams,
) -> Result<Option<SemanticTokensFullDeltaResult>> {
    let previous = params.previous_result_id;
    backend
        .answer(
            params.text_document.uri.as_str(),
            move |open, read, positions, _| {
                let data = encoded(&budget_ide::tokens(read.document(), None), positions);
                let before = open.painted.get(&previous);
                Some(match before {
                    Some(before) => {
                        let edits = difference(&before, &data).into_iter().collect();
                        let SemanticTokens { result_id, .. } = answer(open, data);
                        SemanticTokensDelta { result_id, edits }.into()
                    }
                    None => answer(open, data).into(),
                })
            },
        )
        .await
}

/// `textDocument/semanticTokens/range`.
pub(crate) async fn range(
    backend: &Backend,
    params: SemanticTokensRangeParams,
) -> Result<Option<SemanticTokensRangeResult>> {
    let range = params.range;
    backend
        .answer(
            params.text_document.uri.as_str(),
            move |_, read, positions, _| {
                let range = positions.text_range(range);
                let tokens = budget_ide::tokens(read.document(), Some(range));
                let data = encoded(&tokens, positions);
                Some(SemanticTokensRangeResult::Tokens(SemanticTokens {
                    result_id: None,
                    data,
                }))
            },
        )
        .await
}

/// An answer with all, kept for the next.
fn answer(open: &OpenDocument, data: Vec<SemanticToken>) -> SemanticTokens {
    let result_id = open.revision.to_string();
    open.painted.keep(&result_id, &data);
    SemanticTokens {
        result_id: Some(result_id),
        data,
    }
}

/// Each token by its distance from the one before.
fn encoded(tokens: &[Token], positions: &Positions<'_>) -> Vec<SemanticToken> {
    let (mut line, mut column) = (0, 0);
    tokens
        .iter()
        .map(|token| {
            let range = positions.range(token.range);
            let start = range.start;
            let same_line = start.line == line;
            let encoded = SemanticToken {
                delta_line: start.line.saturating_sub(line),
                delta_start: start
                    .character
                    .saturating_sub(if same_line { column } else { 0 }),
                length: range.end.character.saturating_sub(start.character),
                token_type: number(token.kind),
                token_modifiers_bitset: bits(token),
            };
            (line, column) = (start.line, start.character);
            encoded
        })
        .collect()
}

fn number(kind: TokenKind) -> u32 {
    let at = TYPES.iter().position(|(known, _)| *known == kind);
    at.and_then(|at| u32::try_from(at).ok()).unwrap_or_default()
}

fn bits(token: &Token) -> u32 {
    let modifiers = token.modifiers;
    let set = [
        modifiers.declaration,
        modifiers.total,
        modifiers.part,
        modifiers.table,
    ];
    let bits = set.into_iter().enumerate();
    bits.map(|(at, is)| u32::from(is) << at).sum()
}

/// The one edit that makes old tokens new ones: what lies between their common beginning and end.
fn difference(old: &[SemanticToken], new: &[SemanticToken]) -> Option<SemanticTokensEdit> {
    let same = |(a, b): &(&SemanticToken, &SemanticToken)| a == b;
    let start = old.iter().zip(new).take_while(same).count();
    let (old, new) = (
        old.get(start..).unwrap_or_default(),
        new.get(start..).unwrap_or_default(),
    );
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(same)
        .count();
    let removed = old.len() - end;
    let added = new.get(..new.len() - end).unwrap_or_default();
    // A token is five numbers.
    let numbers = |tokens: usize| u32::try_from(tokens * 5).unwrap_or(u32::MAX);
    (removed > 0 || !added.is_empty()).then(|| SemanticTokensEdit {
        start: numbers(start),
        delete_count: numbers(removed),
        data: (!added.is_empty()).then(|| added.to_vec()),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use budget_catalog::Catalog;
    use budget_model::Document;
    use budget_syntax::position::{Encoding, LineIndex};
    use proptest::prelude::*;

    use super::*;

    fn tokens(text: &str, encoding: Encoding) -> Vec<SemanticToken> {
        let document = Document::new(Arc::from(text), Catalog::builtin().clone());
        let lines = LineIndex::new(text);
        let positions = Positions::new(text, &lines, encoding);
        encoded(&budget_ide::tokens(&document, None), &positions)
    }

    /// As a client does.
    fn applied(old: &[SemanticToken], edit: Option<SemanticTokensEdit>) -> Vec<SemanticToken> {
        let mut all = old.to_vec();
        if let Some(edit) = edit {
            assert_eq!((edit.start % 5, edit.delete_count % 5), (0, 0));
            let start = edit.start as usize / 5;
            let end = start + edit.delete_count as usize / 5;
            all.splice(start..end, edit.data.unwrap_or_default());
        }
        all
    }

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        let mut names: Vec<_> = TYPES.iter().map(|(_, name)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TYPES.len());
        for (at, (kind, _)) in TYPES.iter().enumerate() {
            assert_eq!(number(*kind) as usize, at);
        }
    }

    #[test]
    fn places_are_told_by_distance() {
        let text = "# 𠮷\n\n| 名 | 数 |\n| --- | ---: |\n| 𠮷 | 12 |\n";
        let shown = |encoding| -> Vec<_> {
            let tokens = tokens(text, encoding).into_iter();
            tokens
                .map(|it| (it.delta_line, it.delta_start, it.length))
                .collect()
        };
        // The heading; two columns; a label and a number.
        assert_eq!(
            shown(Encoding::Utf16),
            [(0, 2, 2), (2, 2, 1), (0, 4, 1), (2, 2, 2), (0, 5, 2)]
        );
        assert_eq!(
            shown(Encoding::Utf8),
            [(0, 2, 4), (2, 2, 3), (0, 6, 3), (2, 2, 4), (0, 7, 2)]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn a_difference_applied_gives_the_new_ones(
            at in any::<prop::sample::Index>(), remove in 0_usize..30,
            insert in prop::sample::select(vec!["", "9", "|", "\n", "# ", "{表三.", "<!--", "-->", "𠮷", "| 201 | 甲 | 3 |\n"]),
        ) {
            let old_text = include_str!("../../../../tests/corpus/000.budget");
            let old_text = old_text.get(..old_text.floor_char_boundary(12_000)).unwrap();
            let start = old_text.floor_char_boundary(at.index(old_text.len() + 1));
            let end = old_text.floor_char_boundary((start + remove).min(old_text.len())).max(start);
            let mut new_text = old_text.to_owned();
            new_text.replace_range(start..end, insert);
            let (old, new) = (tokens(old_text, Encoding::Utf16), tokens(&new_text, Encoding::Utf16));
            prop_assert_eq!(applied(&old, difference(&old, &new)), new);
        }
    }
}
