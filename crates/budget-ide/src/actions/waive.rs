//! A finding is set aside by a comment with a reason.

use budget_rules::{Finding, REASON, suppress};
use budget_syntax::format::TextEdit;
use rustc_hash::FxHashSet;

use super::{Action, ActionKind, Scope};

/// Told of the file as it is stored, or of comments themselves: no comment can speak of that.
const NEVER: [&str; 2] = ["SYN008", "SYN009"];

pub(super) fn offer<'r>(scope: &Scope<'r>, all: &mut Vec<Action<'r>>) {
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for finding in scope.findings() {
        if NEVER.contains(&finding.rule) || !seen.insert(finding.rule) {
            continue;
        }
        let name = budget_rules::find(finding.rule).map_or("", |rule| rule.name);
        let title = format!("忽略 {} {name}（写明理由）", finding.rule);
        let Scope {
            document, report, ..
        } = *scope;
        let scope = *scope;
        let work = move || {
            let of_rule = scope.findings().filter(|it| it.rule == finding.rule);
            let told: Vec<&Finding> = of_rule.collect();
            // What would be told in its place is meant too.
            let behind = report.behind(&told);
            let edits = suppress(document, told.iter().copied().chain(behind), REASON);
            let edits = edits.into_iter().map(|edit| TextEdit {
                range: edit.range,
                text: edit.text,
            });
            edits.collect()
        };
        all.push(Action::new(ActionKind::QuickFix, title, work).mends(Some(finding)));
    }
}
