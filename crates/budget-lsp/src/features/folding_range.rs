//! Folding.

use budget_ide::{Fold, FoldKind};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};

use crate::server::Backend;

/// `textDocument/foldingRange`.
pub(crate) async fn asked(
    backend: &Backend,
    params: FoldingRangeParams,
) -> Result<Option<Vec<FoldingRange>>> {
    backend
        .answer(
            params.text_document.uri.as_str(),
            |_, read, positions, client| {
                let shown = client.shows.folding?;
                let mut folds = budget_ide::folds(read.document());
                if let Some(most) = shown.most {
                    fewer(&mut folds, most);
                }
                let fold = |fold: Fold| {
                    let range = positions.range(fold.range);
                    FoldingRange {
                        start_line: range.start.line,
                        start_character: (!shown.lines).then_some(range.start.character),
                        end_line: range.end.line,
                        end_character: (!shown.lines).then_some(range.end.character),
                        kind: match fold.kind {
                            FoldKind::Comments => Some(FoldingRangeKind::Comment),
                            FoldKind::FrontMatter => Some(FoldingRangeKind::Region),
                            FoldKind::Section | FoldKind::Table => None,
                        },
                        collapsed_text: fold.instead.filter(|_| shown.instead),
                    }
                };
                Some(folds.into_iter().map(fold).collect())
            },
        )
        .await
}

/// No more than so many: sections rather than tables.
fn fewer(folds: &mut Vec<Fold>, most: usize) {
    if folds.len() > most {
        folds.sort_by_key(|fold| fold.kind);
        folds.truncate(most);
        folds.sort_by_key(|fold| (fold.range.start(), std::cmp::Reverse(fold.range.end())));
    }
}
