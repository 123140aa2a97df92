//! TXT003: 公用 for 公共 and the other way round, in a name that the template or the glossary has.

use budget_catalog::Template;
use budget_syntax::TextRange;
use rustc_hash::FxHashSet;

use crate::Severity;
use crate::context::Context;
use crate::detail::TextFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Rule};
use crate::text;

pub(crate) const RULE: Rule = Rule {
    code: "TXT003",
    slug: "official-name",
    name: "“公共”与“公用”混淆",
    group: "文字",
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("../../../../docs/rules/TXT003-official-name.md"),
    check: Check::Document(check),
};

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let text = &context.document.text;
    for (official, slip) in slips(context.template) {
        for (at, _) in text.match_indices(&slip) {
            let start = text::offset(at);
            let range = TextRange::new(start, start + text::offset(slip.len()));
            let detail = Detail::Text(TextFault::OfficialName {
                written: slip.clone(),
                official: official.clone(),
            });
            sink.report(range, Subject::default(), detail)
                .expect(slip.clone(), official.clone())
                .fix(format!("改为“{official}”"), false, range, official.clone());
        }
    }
}

/// Official names that hold one of the two words, with the name in which it is the other. The
/// words are taken with the two characters before and after them: `一般公共预算`, `公用经费`.
fn slips(template: &Template) -> Vec<(String, String)> {
    let mut official: FxHashSet<String> = FxHashSet::default();
    let names = template.tables.iter().flat_map(|table| {
        let columns = table
            .grids
            .iter()
            .flat_map(|grid| grid.columns.iter().map(|c| &c.name));
        let rows = table
            .grids
            .iter()
            .flat_map(|grid| grid.rows.iter().map(|row| &row.label));
        std::iter::once(&table.title).chain(columns).chain(rows)
    });
    for name in names {
        for word in ["公共", "公用"] {
            for (at, _) in name.match_indices(word) {
                let before = name.get(..at).unwrap_or_default();
                let before: String = before.chars().rev().take(2).collect();
                let before: String = before.chars().rev().collect();
                let after = name.get(at + word.len()..).unwrap_or_default();
                let after: String = after.chars().take(2).collect();
                if after.chars().count() == 2 {
                    official.insert(format!("{before}{word}{after}"));
                }
            }
        }
    }
    let swap = |name: &str| {
        if name.contains("公共") {
            name.replace("公共", "公用")
        } else {
            name.replace("公用", "公共")
        }
    };
    let mut slips: Vec<(String, String)> = official
        .iter()
        .map(|name| (name.clone(), swap(name)))
        .filter(|(_, slip)| !official.contains(slip))
        .collect();
    slips.sort();
    slips
}
