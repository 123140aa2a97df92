//! `file:line:col: error[ARI001] message`

use budget_rules::{Explanation, Finding};

use super::{
    Sheet, human, json,
    reporter::{Paper, Reporter, Told, Totals},
};

pub(super) struct Concise {
    pub(super) outcomes: bool,
}

impl Reporter for Concise {
    fn tell(&self, sheet: &Sheet<'_>, shown: &[&Finding]) -> Told {
        let tail = if self.outcomes {
            human::tail(sheet, true)
        } else {
            String::new()
        };
        Told {
            head: String::new(),
            findings: shown.iter().map(|it| finding(sheet, it)).collect(),
            tail,
        }
    }

    fn end(&mut self, totals: &Totals, paper: &mut dyn Paper) {
        let left = totals.left();
        if left > 0 {
            paper.remark(&format_args!("另有 {left} 条没有显示"));
        }
    }
}

fn finding(sheet: &Sheet<'_>, finding: &Finding) -> String {
    let place = sheet.places.of(finding.range.start());
    let said = finding.explanation.as_ref().map(Explanation::told);
    let said = said.map_or_else(String::new, |said| format!("（说明：{said}）"));
    format!(
        "{}:{}:{}: {}[{}] {}{}\n",
        sheet.name,
        place.line,
        place.column,
        json::severity(finding.severity),
        finding.rule,
        one_line(&sheet.tell(finding).text),
        one_line(&said),
    )
}

/// A message may quote the document, whose text may hold line ends.
fn one_line(text: &str) -> String {
    text.split(['\n', '\r'])
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
}
