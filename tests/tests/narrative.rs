//! The four documents with what is wrong in them mended, and one number of a sentence changed:
//! is it noticed? A sample is tried; `MUTATIONS=1` tries all and prints the table of `docs/narrative.md`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::string_slice,
    reason = "tests"
)]

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc};

use budget_catalog::Catalog;
use budget_model::{
    Document,
    prose::{
        check::{Free, Kind},
        fact::{Fact, FactId, Measure, Role},
    },
    relation::{Collect, Outcome},
};
use budget_rules::{Finding, Severity};
use budget_syntax::TextRange;
use rustc_hash::FxHashSet;

const NAMES: [&str; 4] = ["000", "001", "003", "004"];

/// A document of the corpus without what was wrong in it (`tests/mended.rs`).
fn mended(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/mended");
    fs::read_to_string(folder.join(format!("{name}.budget"))).unwrap()
}

fn read(text: &str) -> Document {
    Document::new(Arc::from(text), Arc::clone(Catalog::builtin()))
}

fn told(document: &Document) -> Vec<Finding> {
    let mut findings = budget_rules::check(document, Collect::Broken).findings;
    findings.retain(|it| it.severity >= Severity::Warning);
    findings
}

/// What a number is, for the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Class {
    /// An amount that a cell says too.
    Restated,
    /// Another amount, in a relation within the narrative.
    Within,
    /// A share, or a rate of change.
    Rate,
    /// 增加, 减少 …
    Direction,
    /// In no relation.
    Free,
}

/// How a number is changed.
const SLIPS: [&str; 5] = ["digit", "swapped", "point", "last", "first lost"];

/// The digits of a number changed; none if that changes nothing.
fn changed(text: &str, slip: &str) -> Option<String> {
    let digits: Vec<usize> = text
        .char_indices()
        .filter(|(_, c)| c.is_ascii_digit())
        .map(|(at, _)| at)
        .collect();
    let mut bytes = text.as_bytes().to_vec();
    let up = |byte: u8| b'0' + (byte - b'0' + 1) % 10;
    match slip {
        "digit" => {
            let at = *digits.get(digits.len() / 2)?;
            bytes[at] = up(bytes[at]);
        }
        "last" => {
            let at = *digits.last()?;
            bytes[at] = up(bytes[at]);
        }
        "swapped" => {
            let pair = digits
                .windows(2)
                .find(|pair| bytes[pair[0]] != bytes[pair[1]])?;
            bytes.swap(pair[0], pair[1]);
        }
        "point" => {
            let at = bytes.iter().position(|byte| *byte == b'.')?;
            if at + 2 > bytes.len() {
                return None;
            }
            bytes.swap(at, at + 1);
            if bytes.last() == Some(&b'.') {
                bytes.pop();
            }
        }
        _ => {
            if digits.len() < 3 || digits[..2] != [0, 1] {
                return None;
            }
            bytes.remove(0);
            if bytes[0] == b',' {
                bytes.remove(0);
            }
        }
    }
    let new = String::from_utf8(bytes).ok()?;
    let value = |text: &str| budget_model::Amount::parse(text).map(|it| it.0);
    (value(&new)? != value(text)?).then_some(new)
}

/// Whether a new finding's range, or a related one, holds the changed place.
fn noticed(text: &str, place: TextRange, before: &FxHashSet<String>) -> bool {
    let document = read(text);
    let on = |range: TextRange| range.start() < place.end() && place.start() < range.end();
    told(&document).iter().any(|finding| {
        let is_new = !before.contains(&key(&document, finding));
        is_new && (on(finding.range) || finding.related.iter().any(|it| on(it.range)))
    })
}

fn key(document: &Document, finding: &Finding) -> String {
    let text = document.slice(finding.range);
    format!("{} {:?} {text}", finding.rule, finding.subject)
}

#[derive(Default, Clone, Copy)]
struct Count {
    tried: u32,
    noticed: u32,
}

#[test]
fn changed_numbers_are_noticed() {
    let all = std::env::var_os("MUTATIONS").is_some();
    let mut table: BTreeMap<(Class, &str), Count> = BTreeMap::new();
    let mut missed: BTreeMap<Class, Vec<String>> = BTreeMap::new();
    let mut numbers: BTreeMap<Class, u32> = BTreeMap::new();
    let mut reasons: BTreeMap<Free, u32> = BTreeMap::new();
    let mut step = 0;
    for name in NAMES {
        let text = mended(name);
        let document = read(&text);
        let report = budget_rules::check(&document, Collect::Broken);
        let before: FxHashSet<String> = report
            .findings
            .iter()
            .filter(|it| it.severity >= Severity::Warning)
            .map(|it| key(&document, it))
            .collect();
        let checked = &report.ledger.prose;
        for (_, why) in &checked.free {
            *reasons.entry(*why).or_default() += 1;
        }
        let mut try_one = |class: Class, slip: &'static str, place: TextRange, new: &str| {
            step += 1;
            if !all && step % 23 != 0 {
                return;
            }
            let (from, to) = (place.start() as usize, place.end() as usize);
            let mut changed = text.clone();
            changed.replace_range(from..to, new);
            let length = u32::try_from(new.len()).unwrap();
            let place_now = TextRange::new(place.start(), place.start() + length);
            let count = table.entry((class, slip)).or_default();
            count.tried += 1;
            if noticed(&changed, place_now, &before) {
                count.noticed += 1;
            } else {
                let line = text[..from].matches('\n').count() + 1;
                let old = &text[from..to];
                let told = format!("{name}:{line} {slip} {old} → {new}");
                missed.entry(class).or_default().push(told);
            }
        };
        for (id, fact) in (0..).zip(&checked.narrative.facts) {
            let class = class(checked, id, fact);
            *numbers.entry(class).or_default() += 1;
            if class == Class::Free {
                continue;
            }
            for slip in SLIPS {
                if let Some(new) = changed(document.slice(fact.range), slip) {
                    try_one(class, slip, fact.range, &new);
                }
            }
        }
        for statement in &checked.narrative.statements {
            for change in &statement.changes {
                // What no other number depends on can't be told.
                let is_free = |id: Option<FactId>| {
                    id.is_none_or(|id| checked.free.iter().any(|it| it.0 == id))
                };
                if is_free(change.amount) && is_free(change.percent) {
                    continue;
                }
                // Nothing more is nothing less.
                let zero = |id: Option<FactId>| {
                    let fact = id.and_then(|id| checked.narrative.fact(id));
                    fact.is_none_or(|fact| fact.amount.is_zero())
                };
                if zero(change.amount) && zero(change.percent) {
                    continue;
                }
                let new = match document.slice(change.word) {
                    "增加" => "减少",
                    "减少" => "增加",
                    "增长" => "下降",
                    "下降" | "降低" => "增长",
                    _ => continue,
                };
                try_one(Class::Direction, "word", change.word, new);
            }
        }
    }
    eprintln!("numbers: {numbers:?}, free: {reasons:?}");
    for ((class, slip), count) in &table {
        eprintln!("{class:?} {slip}: {} of {}", count.noticed, count.tried);
    }
    let share = |wanted: Class| {
        let counts = table.iter().filter(|((class, _), _)| *class == wanted);
        let sum = counts.fold(Count::default(), |sum, (_, count)| Count {
            tried: sum.tried + count.tried,
            noticed: sum.noticed + count.noticed,
        });
        eprintln!("{wanted:?}: {} of {}", sum.noticed, sum.tried);
        100.0 * f64::from(sum.noticed) / f64::from(sum.tried.max(1))
    };
    for (class, missed) in &missed {
        let most = if all { 60 } else { 6 };
        eprintln!("{class:?} missed: {:#?}", &missed[..missed.len().min(most)]);
    }
    let (restated, rates) = (share(Class::Restated), share(Class::Rate));
    let (within, direction) = (share(Class::Within), share(Class::Direction));
    // Changes that rounding explains are among them; a sample is small.
    let least = |wanted: f64| if all { wanted } else { wanted - 25.0 };
    assert!(restated >= least(98.0), "{restated}");
    assert!(rates >= least(92.0), "{rates}");
    assert!(within >= least(80.0), "{within}");
    assert!(direction >= least(90.0), "{direction}");
}

fn class(checked: &budget_model::prose::Checked, id: FactId, fact: &Fact) -> Class {
    let mut related = checked.relations.iter().filter(|it| {
        it.kind != Kind::Direction
            && it.outcome != Outcome::NotApplicable
            && (it.fact == id || it.facts.contains(&id))
    });
    if related.clone().any(|it| it.kind == Kind::Restated) {
        return Class::Restated;
    }
    if related.next().is_none() {
        return Class::Free;
    }
    match (fact.role, fact.measure) {
        (Role::Share | Role::Growth | Role::Rate, _) | (_, Measure::Percent) => Class::Rate,
        _ => Class::Within,
    }
}
