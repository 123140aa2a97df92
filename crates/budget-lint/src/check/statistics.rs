//! `--statistics`: how often each rule spoke, instead of what it said.

use std::{collections::BTreeMap, sync::Mutex};

use budget_rules::{Finding, registry};
use serde::Serialize;

use super::{
    Sheet, human,
    reporter::{List, Paper, Reporter, Told, Totals},
};
use crate::explain::pad;

pub(super) struct Statistics {
    json: bool,
    rules: Mutex<BTreeMap<&'static str, Count>>,
}

/// What one rule found.
#[derive(Clone, Copy, Default)]
struct Count {
    findings: usize,
    /// Those with a fix that `--fix` makes.
    fixable: usize,
    /// Those whose fixes someone has to agree to.
    unsafe_fixable: usize,
    suppressed: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    rule: &'static str,
    name: &'static str,
    count: usize,
    fixable: usize,
    unsafe_fixable: usize,
    suppressed: usize,
}

impl Statistics {
    pub(super) fn new(json: bool) -> Self {
        Self {
            json,
            rules: Mutex::default(),
        }
    }

    /// The most frequent first.
    fn rows(&self) -> Vec<Row> {
        let rules = self.rules.lock().unwrap_or_else(|it| it.into_inner());
        let row = |(rule, count): (&&'static str, &Count)| Row {
            rule,
            name: registry::find(rule).map_or("", |rule| rule.name),
            count: count.findings,
            fixable: count.fixable,
            unsafe_fixable: count.unsafe_fixable,
            suppressed: count.suppressed,
        };
        let mut rows: Vec<_> = rules.iter().map(row).collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.count, row.suppressed)));
        rows
    }
}

impl Reporter for Statistics {
    fn tell(&self, sheet: &Sheet<'_>, shown: &[&Finding]) -> Told {
        let mut rules = self.rules.lock().unwrap_or_else(|it| it.into_inner());
        for finding in shown {
            let count = rules.entry(finding.rule).or_default();
            count.findings += 1;
            if finding.fixes.iter().any(|fix| fix.safe) {
                count.fixable += 1;
            } else if !finding.fixes.is_empty() {
                count.unsafe_fixable += 1;
            }
        }
        for suppressed in &sheet.report.suppressed {
            rules.entry(suppressed.finding.rule).or_default().suppressed += 1;
        }
        Told::default()
    }

    fn end(&mut self, totals: &Totals, paper: &mut dyn Paper) {
        let rows = self.rows();
        if self.json {
            paper.print("[");
            let mut list = List::default();
            for row in rows {
                list.item(&serde_json::to_string(&row).unwrap_or_default(), paper);
            }
            list.end(paper);
            paper.print("]\n");
            return;
        }
        for row in &rows {
            paper.print(&line(row));
        }
        if !rows.is_empty() {
            paper.print("\n");
        }
        if totals.files > 0 {
            paper.print(&human::sum(totals));
            paper.print("\n");
        }
    }
}

fn line(row: &Row) -> String {
    let notes: Vec<_> = [
        ("可自动修复", row.fixable),
        ("可确认后修复", row.unsafe_fixable),
        ("已忽略", row.suppressed),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(name, count)| format!("{name} {count}"))
    .collect();
    let line = format!(
        "{:>6}  {}  {}  {}",
        row.count,
        row.rule,
        pad(row.name, 32),
        notes.join("、")
    );
    format!("{}\n", line.trim_end())
}
