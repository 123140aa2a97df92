//! The fixes that findings bring with them.

use budget_syntax::format::TextEdit;

use super::{Action, ActionKind, Scope, is_approved};

/// More than anyone reads, of a selection that holds many findings.
const MOST: usize = 50;

pub(super) fn offer<'r>(scope: &Scope<'r>, all: &mut Vec<Action<'r>>) {
    for finding in scope.findings() {
        for fix in &finding.fixes {
            if all.len() >= MOST {
                return;
            }
            let free = |range| !is_approved(scope.document, range);
            if !fix.edits.iter().all(|edit| free(edit.range)) {
                continue;
            }
            let title = match fix.safe {
                true => fix.title.clone(),
                false => format!("{}（改后请核对）", fix.title),
            };
            let edits = || {
                let edits = fix.edits.iter();
                let edits = edits.map(|edit| TextEdit {
                    range: edit.range,
                    text: edit.text.clone(),
                });
                edits.collect()
            };
            let mut action = Action::new(ActionKind::QuickFix, title, edits).mends(Some(finding));
            action.safe = fix.safe;
            all.push(action);
        }
    }
}
