//! The four documents with what is wrong in them mended, and one number of a sentence changed:
//! is it noticed? The same for narratives of other provinces. A sample is tried; `MUTATIONS=1` tries all and prints
//! the tables of `docs/narrative.md`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::string_slice,
    reason = "tests"
)]

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc};

use budget_catalog::{Catalog, template::RowRole};
use budget_model::{
    Document,
    prose::{
        Checked,
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

fn told(document: &Document) -> Vec<Arc<Finding>> {
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
    /// A share, or a rate of change, beyond what rounding explains.
    Rate,
    /// The same where the rounding of its operands explains the change.
    Rounded,
    /// 增加, 减少 …
    Direction,
    /// 万元 for 元.
    Unit,
    /// The name of a project.
    Name,
    /// In no relation.
    Free,
}

/// How a number is changed.
const SLIPS: [&str; 6] = ["digit", "swapped", "point", "last", "first lost", "cent"];

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
        "cent" => {
            let (amount, decimals) = budget_model::Amount::parse(text)?;
            let more = amount.checked_add(budget_model::Amount::new(1, 2)?)?;
            let style = budget_model::amount::Style {
                decimals: decimals.max(2),
                trailing_zeros: true,
                thousands: text.contains(','),
            };
            bytes = more.print(style).into_bytes();
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

fn number(text: &str) -> Option<f64> {
    let text: String = text
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    text.parse().ok()
}

/// Half of the last step of the amounts of the four documents: 0.01 万元.
const HALF: f64 = 0.005;

/// The least and the most that a rate can be, by the amounts of its formula (`a ÷ (b + a)`, `a ÷ b`,
/// `(a - b) ÷ b`), each as rounded: worked out here, not by what is tested.
fn range_of_rate(formula: &str) -> Option<(f64, f64)> {
    let right = formula.split(" = ").nth(1)?;
    let (above, below) = right.split_once(" ÷ ")?;
    let two = |text: &str| {
        let inner = text.trim_matches(['(', ')']);
        let (sign, (a, b)) = match inner.split_once(" + ") {
            Some(both) => (1.0, both),
            None => (-1.0, inner.split_once(" - ")?),
        };
        Some((number(a)?, sign, number(b)?))
    };
    let percent = |a: f64, b: f64| 100.0 * a / b;
    if above.starts_with('(') {
        // (done - plan) ÷ plan
        let (done, _, plan) = two(above)?;
        let rate = |done: f64, plan: f64| percent((done - plan).abs(), plan);
        let (a, b) = (
            rate(done - HALF, plan + HALF),
            rate(done + HALF, plan - HALF),
        );
        return Some((a.min(b), a.max(b)));
    }
    let part = number(above)?;
    if below.starts_with('(') {
        let (now, sign, _) = two(below)?;
        let rate = |now: f64, by: f64| percent(by, now + sign * by);
        let (a, b) = (rate(now + HALF, part - HALF), rate(now - HALF, part + HALF));
        return Some((a.min(b), a.max(b)));
    }
    let whole = number(below)?;
    Some((
        percent(part - HALF, whole + HALF),
        percent(part + HALF, whole - HALF),
    ))
}

/// Whether rounding explains a rate as printed.
fn is_explained(printed: &str, formula: &str) -> bool {
    let decimals = printed.split_once('.').map_or(0, |(_, rest)| rest.len());
    let half = 0.5 * 0.1_f64.powi(i32::try_from(decimals).unwrap());
    let rate = number(printed).zip(range_of_rate(formula));
    rate.is_some_and(|(rate, (least, most))| {
        least - half <= rate + 1e-9 && rate <= most + half + 1e-9
    })
}

/// Whether a number restates the sum of several cells, and the rounding of the cells explains a change of it.
fn sum_is_explained(checked: &Checked, id: FactId, old: &str, new: &str) -> bool {
    let cells = checked
        .about(id)
        .filter(|it| it.kind == Kind::Restated)
        .map(|it| it.cells.len())
        .max();
    let apart = number(old).zip(number(new)).map(|(a, b)| (a - b).abs());
    let room = cells.map_or(0.0, |cells| {
        HALF * f64::from(u32::try_from(cells).unwrap() + 1)
    });
    cells > Some(1) && apart.is_some_and(|apart| apart < room)
}

/// What is told of a change.
#[derive(Default, Clone, Copy)]
struct Told {
    /// A new finding's range, or a related one, holds the place.
    noticed: bool,
    /// A new finding stands there.
    there: bool,
}

fn look(text: &str, place: TextRange, before: &FxHashSet<String>) -> Told {
    let document = read(text);
    let on = |range: TextRange| range.start() < place.end() && place.start() < range.end();
    let mut out = Told::default();
    for finding in told(&document) {
        if before.contains(&key(&document, &finding)) {
            continue;
        }
        out.there |= on(finding.range);
        out.noticed |= out.there || finding.related.iter().any(|it| on(it.range));
    }
    out
}

fn key(document: &Document, finding: &Finding) -> String {
    let text = document.slice(finding.range);
    format!("{} {:?} {text}", finding.rule, finding.subject)
}

#[derive(Default, Clone, Copy)]
struct Count {
    tried: u32,
    noticed: u32,
    there: u32,
}

/// Numbers, and those in no relation.
#[derive(Default, Clone, Copy)]
struct Shares {
    all: u32,
    free: u32,
}

impl Shares {
    fn add(&mut self, is_free: bool) {
        self.all += 1;
        self.free += u32::from(is_free);
    }

    fn percent(self) -> f64 {
        100.0 * f64::from(self.free) / f64::from(self.all.max(1))
    }
}

/// What the mutations of some documents came to.
#[derive(Default)]
struct Tally {
    table: BTreeMap<(Class, &'static str), Count>,
    missed: BTreeMap<Class, Vec<String>>,
    numbers: BTreeMap<Class, u32>,
    /// Amounts and rates, and those of them that nothing checks; the same of counts.
    sums: Shares,
    counts: Shares,
    /// Names that stand in one place alone: nothing tells that they are others.
    alone: u32,
    free: BTreeMap<Free, Vec<String>>,
    step: u32,
}

/// A document that is being changed.
struct Case<'t> {
    name: &'t str,
    text: &'t str,
    before: FxHashSet<String>,
    every: u32,
}

impl Tally {
    fn change(&mut self, case: &Case<'_>, what: (Class, &'static str), at: TextRange, new: &str) {
        self.step += 1;
        // There are few of these: all are tried.
        let every = if what.0 == Class::Direction {
            1
        } else {
            case.every
        };
        if !self.step.is_multiple_of(every) {
            return;
        }
        let (from, to) = (at.start() as usize, at.end() as usize);
        let mut changed = case.text.to_owned();
        changed.replace_range(from..to, new);
        let length = u32::try_from(new.len()).unwrap();
        let told = look(
            &changed,
            TextRange::new(at.start(), at.start() + length),
            &case.before,
        );
        let count = self.table.entry(what).or_default();
        count.tried += 1;
        count.noticed += u32::from(told.noticed);
        count.there += u32::from(told.there);
        if !told.noticed {
            let line = case.text[..from].matches('\n').count() + 1;
            let old = &case.text[from..to];
            let told = format!("{}:{line} {} {old} → {new}", case.name, what.1);
            self.missed.entry(what.0).or_default().push(told);
        }
    }

    fn document(&mut self, name: &str, text: &str, every: u32) {
        let document = read(text);
        let report = budget_rules::check(&document, Collect::All);
        let told = report.findings.iter();
        let case = Case {
            name,
            text,
            before: told
                .filter(|it| it.severity >= Severity::Warning)
                .map(|it| key(&document, it))
                .collect(),
            every,
        };
        let checked = &report.ledger.prose;
        for (id, why) in &*checked.free {
            let fact = checked.narrative.fact(*id).unwrap();
            let line = text[..fact.range.start() as usize].matches('\n').count() + 1;
            let told = format!("{name}:{line} {}", document.slice(fact.whole));
            self.free.entry(*why).or_default().push(told);
        }
        for (id, fact) in (0..).zip(&checked.narrative.facts) {
            let class = class(checked, id, fact);
            *self.numbers.entry(class).or_default() += 1;
            match fact.measure {
                Measure::Count { .. } => self.counts.add(class == Class::Free),
                _ => self.sums.add(class == Class::Free),
            }
            if class == Class::Free {
                continue;
            }
            let formula = checked.about(id).find(|it| {
                it.fact == id && matches!(it.kind, Kind::Growth | Kind::Share | Kind::Rate)
            });
            for slip in SLIPS {
                let old = document.slice(fact.range);
                let Some(new) = changed(old, slip) else {
                    continue;
                };
                let explained = formula.is_some_and(|it| is_explained(&new, &it.formula));
                let class = match class {
                    Class::Rate if explained => Class::Rounded,
                    Class::Restated if sum_is_explained(checked, id, old, &new) => Class::Rounded,
                    other => other,
                };
                self.change(&case, (class, slip), fact.range, &new);
            }
            let unit = document.slice(fact.whole);
            if fact.unit().is_some() && unit.ends_with("万元") && !fact.amount.is_zero() {
                let new = unit.replace("万元", "元");
                self.change(&case, (Class::Unit, "unit"), fact.whole, &new);
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
                self.change(&case, (Class::Direction, "word"), change.word, new);
            }
        }
        let rows = document.tables.iter().flat_map(|table| &table.grids);
        let rows = rows.flat_map(|grid| &grid.rows);
        // 合计 and ※ are no names.
        let rows = rows.filter(|row| !matches!(row.role, RowRole::Total | RowRole::ColumnNumbers));
        let mut names: Vec<TextRange> = rows.filter_map(|row| row.project).collect();
        let told = &checked.narrative.statements;
        names.extend(told.iter().filter_map(|it| it.project));
        names.sort();
        names.dedup();
        for name in names {
            let new = format!("{}专项", document.slice(name));
            if text.matches(document.slice(name)).count() < 2 {
                self.alone += 1;
                continue;
            }
            self.change(&case, (Class::Name, "name"), name, &new);
        }
    }

    fn count(&self, wanted: Class) -> Count {
        let counts = self.table.iter().filter(|((class, _), _)| *class == wanted);
        counts.fold(Count::default(), |sum, (_, count)| Count {
            tried: sum.tried + count.tried,
            noticed: sum.noticed + count.noticed,
            there: sum.there + count.there,
        })
    }

    fn share(&self, wanted: Class) -> f64 {
        let count = self.count(wanted);
        100.0 * f64::from(count.noticed) / f64::from(count.tried.max(1))
    }

    /// At least so much is noticed of each, in percent; of a sample, as far as its size tells.
    fn holds(&self, wanted: &[(Class, f64)]) {
        for (class, least) in wanted {
            let count = self.count(*class);
            // Two in a hundred of the whole are one in a small sample.
            let room = if whole() || *class == Class::Direction {
                0.0
            } else {
                4.0 + 100.0 / f64::from(count.tried.max(1))
            };
            let share = self.share(*class);
            assert!(share >= least - room, "{class:?} {share}");
        }
    }

    fn show(&self, all: bool) {
        let free = self.free.iter().map(|(why, them)| (why, them.len()));
        eprintln!(
            "numbers: {:?}, free: {:?}",
            self.numbers,
            free.collect::<Vec<_>>()
        );
        for (what, shares) in [("amounts and rates", self.sums), ("counts", self.counts)] {
            let Shares { all, free } = shares;
            eprintln!(
                "free of {what}: {free} of {all} ({:.1} %)",
                shares.percent()
            );
        }
        let both = Shares {
            all: self.sums.all + self.counts.all,
            free: self.sums.free + self.counts.free,
        };
        eprintln!(
            "free of all: {} of {} ({:.1} %)",
            both.free,
            both.all,
            both.percent()
        );
        eprintln!("names that stand alone: {}", self.alone);
        for ((class, slip), count) in &self.table {
            eprintln!("{class:?} {slip}: {} of {}", count.noticed, count.tried);
        }
        for class in self.numbers.keys().chain([
            &Class::Rounded,
            &Class::Direction,
            &Class::Unit,
            &Class::Name,
        ]) {
            let count = self.count(*class);
            let share = self.share(*class);
            eprintln!(
                "{class:?}: {} of {} ({share:.1} %), there {}",
                count.noticed, count.tried, count.there
            );
        }
        let most = if all { 200 } else { 6 };
        for (class, missed) in &self.missed {
            eprintln!("{class:?} missed: {:#?}", &missed[..missed.len().min(most)]);
        }
        if all {
            eprintln!("free: {:#?}", self.free);
        }
    }
}

fn whole() -> bool {
    std::env::var_os("MUTATIONS").is_some()
}

#[test]
fn changed_numbers_are_noticed() {
    let mut tally = Tally::default();
    for name in NAMES {
        tally.document(name, &mended(name), if whole() { 1 } else { 11 });
    }
    tally.show(whole());
    tally.holds(&[
        (Class::Restated, 98.0),
        (Class::Rate, 98.0),
        (Class::Within, 62.0),
        (Class::Direction, 95.0),
        (Class::Unit, 88.0),
        (Class::Name, 90.0),
    ]);
    // Counts of rooms and machines stand in one place mostly: they are told apart.
    assert!(tally.sums.percent() <= 15.0, "{}", tally.sums.percent());
}

/// The narratives that this wasn't written against.
#[test]
fn changed_numbers_of_other_provinces_are_noticed() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/phrasing");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut tally = Tally::default();
    for path in paths {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        tally.document(name, &text, if whole() { 1 } else { 11 });
    }
    tally.show(whole());
    tally.holds(&[
        (Class::Restated, 92.0),
        (Class::Rate, 96.0),
        (Class::Within, 41.0),
        (Class::Direction, 90.0),
        (Class::Unit, 84.0),
    ]);
    assert!(tally.sums.percent() <= 15.0, "{}", tally.sums.percent());
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
