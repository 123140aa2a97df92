//! `file:line:col: error[ARI001] message`

use budget_rules::Finding;

use super::{Sheet, json};

pub(super) fn finding(sheet: &Sheet<'_>, finding: &Finding) -> String {
    let place = sheet.places.of(finding.range.start());
    format!(
        "{}:{}:{}: {}[{}] {}\n",
        sheet.name,
        place.line,
        place.column,
        json::severity(finding.severity),
        finding.rule,
        one_line(&sheet.tell(finding).text),
    )
}

/// A message may quote the document, whose text may hold line ends.
fn one_line(text: &str) -> String {
    text.split(['\n', '\r'])
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
}
