//! STR015: sentences of the template that were left as they came.

use budget_syntax::TextRange;

use crate::clues::Clue;
use crate::context::{Context, Prose};
use crate::detail::{Residue, Structure};
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR015",
    slug: "template-residue",
    name: "模板残留",
    group: "结构",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/STR015-template-residue.md"),
    check: Check::Prose(Clue::Residue, check),
    indifferent_to: &[Change::Numbers],
};

/// Both alternatives left standing, where one is to be kept.
const ALTERNATIVES: [&str; 14] = [
    "增加（减少）",
    "增加(减少)",
    "减少（增加）",
    "减少(增加)",
    "增加/减少",
    "增长（下降）",
    "增长(下降)",
    "下降（增长）",
    "下降(增长)",
    "增长/下降",
    "增加或减少",
    "增长或下降",
    "有（无）",
    "有/无",
];

fn check(_context: &Context<'_>, at: Prose<'_>, sink: &mut Sink<'_>) {
    let alternatives = ALTERNATIVES.iter().filter(|_| at.has(Clue::Alternatives));
    for word in alternatives {
        for (start, _) in at.text.match_indices(*word) {
            // A count of both (增加（减少）情况) is a name, not a choice.
            let rest = at.text.get(start + word.len()..).unwrap_or("");
            if rest
                .trim_start()
                .starts_with(|c: char| c.is_ascii_digit() || c == '{')
            {
                report(at, start, word.len(), Residue::Alternatives, sink);
            }
        }
    }
    for (start, word) in at.text.match_indices("原因") {
        let rest = at.text.get(start + word.len()..).unwrap_or("");
        let said = rest.trim_start_matches(['是', '为', '：', ':', ' ', '　']);
        if said.len() == rest.len() {
            continue;
        }
        let lead = rest.len() - said.len();
        let (length, kind) = if ends_after(said, "无") {
            ("无".len(), Residue::NoReason)
        } else if let Some(dots) = said
            .strip_prefix('…')
            .map(|more| said.len() - more.trim_start_matches('…').len())
        {
            (dots, Residue::OpenReason)
        } else {
            continue;
        };
        report(at, start, word.len() + lead + length, kind, sink);
    }
}

/// Whether the sentence ends right after `word`: 主要原因是无 is residue, 无新增项目 is a reason.
fn ends_after(said: &str, word: &str) -> bool {
    said.strip_prefix(word).is_some_and(|rest| {
        rest.trim_start().is_empty() || rest.starts_with(['。', '；', '，', ';', ',', '.', '、'])
    })
}

fn report(at: Prose<'_>, start: usize, length: usize, kind: Residue, sink: &mut Sink<'_>) {
    let offset = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    let from = at.range.start().saturating_add(offset(start));
    let range = TextRange::new(from, from.saturating_add(offset(length)));
    let written = at.text.get(start..start + length).unwrap_or("").to_owned();
    let severity = match kind {
        Residue::NoReason => Severity::Info,
        Residue::Alternatives | Residue::OpenReason => Severity::Warning,
    };
    let detail = Structure::Residue { written, kind };
    sink.report(range, Subject::default(), detail)
        .severity(severity);
}
