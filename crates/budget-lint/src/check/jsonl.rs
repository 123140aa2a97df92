//! The findings of the JSON, one a line: for programs that read as it comes.

use budget_rules::Finding;

use super::{
    Sheet, json,
    reporter::{Paper, Reporter, Told},
};

pub(super) struct Jsonl;

impl Reporter for Jsonl {
    fn tell(&self, sheet: &Sheet<'_>, shown: &[&Finding]) -> Told {
        Told {
            findings: shown.iter().map(|it| json::finding(sheet, it)).collect(),
            ..Told::default()
        }
    }

    fn write(&mut self, told: Told, paper: &mut dyn Paper) {
        for finding in &told.findings {
            paper.print(finding);
            paper.print("\n");
        }
    }
}
