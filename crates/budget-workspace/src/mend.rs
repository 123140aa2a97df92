//! Applies fixes: each must take its finding away and bring none. Fixes that overlap go in rounds.

use std::sync::Arc;

use budget_rules::{Edit, Finding, Fix, Report, Severity, Subject};
use budget_syntax::{
    TextRange,
    format::{TextEdit, apply},
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::File;

/// Which fixes are applied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fixes {
    /// Those that can't change what was meant.
    Safe,
    /// All, also those that change a number or a name.
    Unsafe,
}

/// A fix that was applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Applied {
    /// The rule of the finding that it took away.
    pub rule: &'static str,
    /// What it did.
    pub title: String,
}

/// What became of a text.
#[derive(Debug)]
pub struct Mended {
    /// The text with the fixes; as it was where there was none.
    pub file: File,
    /// The fixes, in the order in which they were applied.
    pub applied: Vec<Applied>,
}

/// Fixes of a round at most: choosing them looks at each pair.
const BATCH: usize = 1_000;

/// Rounds in which something is tried: a bound on the time for a document in which fixes fight each other.
const ROUNDS: usize = 200;

/// Applies the fixes of a file's findings from a severity on, the first of each finding that takes it away and brings no
/// other. What is set aside is left alone, and so is a table whose numbers come from an approved file
/// (来源). Every byte that no fix names stays.
pub fn mend(file: File, fixes: Fixes, least: Severity) -> Mended {
    let mut mended = Mended {
        file,
        applied: Vec::new(),
    };
    let mut refused: FxHashSet<Tried> = FxHashSet::default();
    // Those that are safe do some good nearly always: others, of which many may not, are not to use up their rounds.
    rounds(&mut mended, (Fixes::Safe, least), &mut refused);
    if fixes == Fixes::Unsafe {
        rounds(&mut mended, (Fixes::Unsafe, least), &mut refused);
    }
    mended
}

fn rounds(mended: &mut Mended, wanted: (Fixes, Severity), refused: &mut FxHashSet<Tried>) {
    let mut most = BATCH;
    for _ in 0..ROUNDS {
        let report = Arc::clone(mended.file.report());
        let chosen = choose(&mended.file, &report, wanted, refused, most);
        if chosen.is_empty() {
            break;
        }
        let text = rewritten(&mended.file, &chosen);
        let next = mended.file.with_text(text);
        if is_better(&report, next.report(), &chosen) {
            let applied = chosen.iter().map(|(finding, fix)| Applied {
                rule: finding.rule,
                title: fix.title.clone(),
            });
            mended.applied.extend(applied);
            mended.file = next;
            most = most.saturating_mul(2).min(BATCH);
        } else if let [(finding, fix)] = chosen.as_slice() {
            refused.insert(tried(finding, fix));
            most = 2;
        } else {
            // One of them is to blame.
            most = chosen.len() / 2;
        }
    }
}

/// A fix that did no good, as it is known in later rounds.
type Tried = (&'static str, Subject, String);

fn tried(finding: &Finding, fix: &Fix) -> Tried {
    (finding.rule, finding.subject.clone(), fix.title.clone())
}

/// Fixes that don't touch each other, one a finding, at most so many.
fn choose<'r>(
    file: &File,
    report: &'r Report,
    (fixes, least): (Fixes, Severity),
    refused: &FxHashSet<Tried>,
    most: usize,
) -> Vec<(&'r Finding, &'r Fix)> {
    let mut chosen = Vec::new();
    let mut edits: Vec<&Edit> = Vec::new();
    let findings = report.findings.iter().map(Arc::as_ref);
    for finding in findings.filter(|it| it.severity >= least) {
        if chosen.len() == most {
            break;
        }
        let is_wanted = |fix: &&Fix| {
            (fix.safe || fixes == Fixes::Unsafe)
                && !refused.contains(&tried(finding, fix))
                && fix.edits.iter().all(|edit| is_free(file, edit))
        };
        let Some(fix) = finding.fixes.iter().find(is_wanted) else {
            continue;
        };
        // Also not side by side: what one writes may be what the other looks at.
        let apart = |edit: &Edit| edits.iter().all(|other| !meet(other.range, edit.range));
        if fix.edits.iter().all(apart) {
            edits.extend(&fix.edits);
            chosen.push((finding, fix));
        }
    }
    chosen
}

/// Whether an edit stays away from tables whose numbers were approved elsewhere.
fn is_free(file: &File, edit: &Edit) -> bool {
    let tables = &file.document().tables;
    let sourced = tables.iter().filter(|table| table.source.is_some());
    let mut grids = sourced.flat_map(|table| &table.grids);
    !grids.any(|grid| meet(grid.range, edit.range))
}

/// Whether two ranges overlap or stand side by side.
fn meet(a: TextRange, b: TextRange) -> bool {
    a.start() <= b.end() && b.start() <= a.end()
}

fn rewritten(file: &File, chosen: &[(&Finding, &Fix)]) -> String {
    let edits = chosen.iter().flat_map(|(_, fix)| &fix.edits);
    let mut edits: Vec<TextEdit> = edits
        .map(|edit| TextEdit {
            range: edit.range,
            text: edit.text.clone(),
        })
        .collect();
    edits.sort_by_key(|edit| edit.range);
    apply(&file.text, &edits)
}

/// Whether the findings of the fixes are gone, and no other has come: of each rule there are as many
/// fewer as were to be taken away.
fn is_better(before: &Report, after: &Report, chosen: &[(&Finding, &Fix)]) -> bool {
    let mut left = counts(&before.findings);
    for (finding, _) in chosen {
        *left.entry(finding.rule).or_default() -= 1;
    }
    let now = counts(&after.findings);
    let mut rules = left.keys().chain(now.keys());
    rules.all(|rule| now.get(rule).copied().unwrap_or(0) <= left.get(rule).copied().unwrap_or(0))
}

fn counts(findings: &[Arc<Finding>]) -> FxHashMap<&'static str, i64> {
    let mut counts = FxHashMap::default();
    for finding in findings {
        *counts.entry(finding.rule).or_default() += 1;
    }
    counts
}
