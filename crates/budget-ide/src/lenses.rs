//! How the check of each table ended, in a line above it.

use budget_catalog::template::{RelationKind, Strength};
use budget_model::amount::Style;
use budget_model::heading::{Ordinal, ordinal};
use budget_model::relation::{Instance, Ledger, Outcome};
use budget_model::{Amount, Document, Table, Value};
use budget_syntax::TextRange;
use budget_syntax::expr::{Piece, pieces};
use rustc_hash::FxHashMap;

/// A table's verdict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lens {
    /// The table's heading, or the first line of a table without one.
    pub range: TextRange,
    /// `合计 √ · 12 项核对`
    pub title: String,
    /// The table: index into [`Document::tables`].
    pub table: usize,
    /// Its id in the template (`t3`), if it has one.
    pub id: Option<String>,
}

/// A line for every table that anything can be said of, in order. `ledger` holds all instances.
pub fn lenses(document: &Document, ledger: &Ledger) -> Vec<Lens> {
    let mut tallies = vec![Tally::default(); document.tables.len()];
    let mut tables = Vec::new();
    let names = Names::of(document);
    for instance in &ledger.instances {
        if instance.outcome == Outcome::NotApplicable {
            continue;
        }
        tables.clear();
        let cells = instance.left_cells.iter().chain(&instance.right_cells);
        tables.extend(cells.map(|cell| cell.table));
        if tables.is_empty() {
            // One that couldn't be decided has no cells, but its formula names the tables.
            tables.extend(names.in_formula(&instance.formula));
        }
        tables.sort_unstable();
        tables.dedup();
        for table in &tables {
            if let Some(tally) = tallies.get_mut(*table as usize) {
                tally.add(document, instance);
            }
        }
    }
    let mut lenses: Vec<Lens> = Vec::new();
    let mut last = None;
    for (index, (table, mut tally)) in document.tables.iter().zip(tallies).enumerate() {
        tally.holes = holes(table);
        let Some(title) = tally.told() else { continue };
        let heading = table.heading.and_then(|id| document.heading(id));
        let first = table
            .grids
            .first()
            .map(|grid| first_line(document, grid.range));
        // Tables of one heading stand one after the other: the first has the heading's line, the others their own.
        let place = heading
            .filter(|_| table.heading != last)
            .map(|heading| heading.text)
            .or(first);
        last = table.heading;
        if let Some(range) = place {
            lenses.push(Lens {
                range,
                title,
                table: index,
                id: document.table_spec(table).map(|spec| spec.id.clone()),
            });
        }
    }
    lenses.sort_by_key(|lens| lens.range.start());
    lenses
}

/// How the relations that touch a table ended.
#[derive(Clone, Default)]
struct Tally {
    held: usize,
    rounding: usize,
    broken: usize,
    doubtful: usize,
    waiting: usize,
    unknown: usize,
    holes: usize,
    /// A total row adds up.
    total: bool,
    /// The largest difference of a broken one.
    difference: Option<Amount>,
}

impl Tally {
    fn add(&mut self, document: &Document, instance: &Instance) {
        let identity = document.template.identities.get(instance.identity);
        match instance.outcome {
            Outcome::Held => {
                self.held += 1;
                self.total |= identity.is_some_and(|it| it.kind == RelationKind::Total);
            }
            Outcome::Rounding => self.rounding += 1,
            Outcome::Broken if identity.is_some_and(|it| it.strength == Strength::Soft) => {
                self.doubtful += 1;
            }
            Outcome::Broken => {
                self.broken += 1;
                let difference = instance
                    .left
                    .zip(instance.right)
                    .and_then(|(left, right)| left.checked_sub(right))
                    .map(Amount::abs);
                self.difference = self.difference.max(difference);
            }
            Outcome::Waiting => self.waiting += 1,
            Outcome::Unknown => self.unknown += 1,
            Outcome::NotApplicable => {}
        }
    }

    fn told(&self) -> Option<String> {
        let mut parts = Vec::new();
        let difference = self.difference.map(|difference| {
            let decimals = difference.decimals().max(2);
            difference.print(Style {
                decimals,
                ..Style::default()
            })
        });
        match (self.broken, difference) {
            (0, _) => {}
            (1, Some(difference)) => parts.push(format!("差 {difference}")),
            (broken, Some(difference)) => {
                parts.push(format!("不成立 {broken} 项，最大差 {difference}"));
            }
            (broken, None) => parts.push(format!("不成立 {broken} 项")),
        }
        let waiting = self.holes.max(usize::from(self.waiting > 0));
        let mut more = |count: usize, text: String| {
            if count > 0 {
                parts.push(text);
            }
        };
        more(waiting, format!("待填 {waiting}"));
        more(self.doubtful, format!("请核实 {} 项", self.doubtful));
        more(self.unknown, format!("无法核对 {} 项", self.unknown));
        let checked = self.held + self.rounding + self.broken + self.doubtful;
        if parts.is_empty() && checked > 0 {
            parts.push(if self.total { "合计 √" } else { "√" }.to_owned());
        }
        let mut more = |count: usize, text: String| {
            if count > 0 {
                parts.push(text);
            }
        };
        more(self.rounding, format!("舍位 {} 项", self.rounding));
        more(checked, format!("{checked} 项核对"));
        (!parts.is_empty()).then(|| parts.join(" · "))
    }
}

/// The tables by the names that formulas have for them.
struct Names<'d> {
    by_number: FxHashMap<u8, u32>,
    by_title: FxHashMap<&'d str, u32>,
}

impl<'d> Names<'d> {
    fn of(document: &'d Document) -> Self {
        let mut names = Self {
            by_number: FxHashMap::default(),
            by_title: FxHashMap::default(),
        };
        for (index, table) in (0_u32..).zip(&document.tables) {
            if let Some(spec) = document.read_as(table) {
                if let Some(number) = spec.ordinal {
                    names.by_number.entry(number).or_insert(index);
                }
                names.by_title.entry(&spec.title).or_insert(index);
            }
            if let Some(heading) = table.heading.and_then(|id| document.heading(id)) {
                let title = document.slice(heading.text);
                // Formulas name it without its number: `一、…`, `表三 …`.
                let bare = title.split_once('、').or_else(|| title.split_once(' '));
                for name in [Some(title), bare.map(|(_, bare)| bare.trim())] {
                    names.by_title.entry(name.unwrap_or(title)).or_insert(index);
                }
            }
        }
        names
    }

    fn in_formula(&self, formula: &str) -> impl Iterator<Item = u32> {
        pieces(formula)
            .into_iter()
            .filter(|(piece, _)| matches!(piece, Piece::Step { at: 0, .. }))
            .filter_map(|(_, range)| {
                let name = range.of(formula);
                let name = name.strip_prefix('【').unwrap_or(name);
                let name = name.strip_suffix('】').unwrap_or(name);
                match ordinal(name) {
                    Some(Ordinal::Table(number)) => self.by_number.get(&number),
                    _ => self.by_title.get(name),
                }
                .copied()
            })
    }
}

/// Cells still to be filled in.
fn holes(table: &Table) -> usize {
    let cells = table.grids.iter().flat_map(|grid| &grid.cells);
    cells.filter(|cell| cell.value == Value::Hole).count()
}

fn first_line(document: &Document, range: TextRange) -> TextRange {
    let text = document.slice(range);
    let length = text.find(['\n', '\r']).unwrap_or(text.len());
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    TextRange::new(range.start(), range.start() + length)
}
