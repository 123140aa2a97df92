//! Where a symbol stands.

use budget_catalog::{Classification, FrontKey};
use budget_model::relation::{Explorer, Place};
use budget_model::{CellId, Document, HeadingId};
use budget_rules::{contents, select};
use budget_syntax::TextRange;
use rustc_hash::FxHashSet;

use super::codes::{self, Classes, Codes, ProseCode};
use super::names::{self, Finder, Name, NameKind, names};
use super::passages::{PassageKind, passages};
use super::paths::{FoundPath, Piece, all_slots, paths_of};
use super::{DOCUMENTS, Symbol, numbered_tables, piece_code, rule_names, table_mentions};

/// What an occurrence does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// It says what the symbol is: the entry of 名词解释, the first row of a code or a project, the
    /// heading, the number asked about.
    Definition,
    /// It speaks of it.
    Use,
}

/// How an occurrence is written, which is what renaming has to keep to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Writing {
    /// As running text.
    Text,
    /// In a cell of a table.
    Cell,
    /// As the template has it: a heading, the head of a column, an account's or a row's name.
    Prescribed,
    /// As a name of a path, with its `【】` if there are any.
    Path,
    /// As the last two digits of a code.
    Tail,
    /// A code by its account's name, or parted over several cells.
    Other,
}

/// A place where a symbol stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// The place.
    pub range: TextRange,
    /// What it does.
    pub role: Role,
    /// How it is written.
    pub writing: Writing,
}

/// Cells of one side of a relation that are told: a sum over more is no list that anyone reads.
const MOST_RELATED: usize = 1000;

/// Every place of a symbol, in order, none twice. Linear in the document.
pub fn occurrences(document: &Document, symbol: &Symbol) -> Vec<Occurrence> {
    let mut found = match symbol {
        Symbol::Term(key) => named(document, key, NameKind::Term),
        Symbol::Project(key) => named(document, key, NameKind::Project),
        Symbol::Code {
            code,
            classification,
        } => of_code(document, code, *classification),
        Symbol::Heading(id) => of_heading(document, *id),
        Symbol::Cells(cells) => of_cells(document, cells),
        Symbol::Document(key) => of_document(document, *key),
        Symbol::Rule(name) => of_rule(document, name),
    };
    found.sort_by_key(|it| (it.range.start(), it.range.end(), it.role));
    found.dedup_by_key(|it| it.range);
    found
}

fn occurrence(range: TextRange, role: Role, writing: Writing) -> Occurrence {
    Occurrence {
        range,
        role,
        writing,
    }
}

/// A term or a project.
fn named(document: &Document, key: &str, kind: NameKind) -> Vec<Occurrence> {
    let names = names(document);
    let name = Name {
        key: key.to_owned(),
        kind,
    };
    // Of the template's words only those of rows are longer than a term and mean something else.
    let template = match kind {
        NameKind::Term => row_labels(document),
        NameKind::Project => Vec::new(),
    };
    let finder = Finder::new(&name, &names, &template);
    let prescribed = Prescribed::of(document);
    let mut found = Vec::new();
    // A line of the contents is its heading's, whatever words it has; a project keeps its name there.
    let speaks = |kind_of| kind_of != PassageKind::Contents || kind == NameKind::Project;
    for passage in passages(document).filter(|it| speaks(it.kind)) {
        let places = finder.find(document, passage);
        if places.is_empty() {
            continue;
        }
        let writing = match passage.kind {
            // A project's name in a heading is the project's.
            PassageKind::Heading | PassageKind::Contents if kind == NameKind::Project => {
                Writing::Text
            }
            PassageKind::Heading | PassageKind::Contents | PassageKind::Header => {
                Writing::Prescribed
            }
            PassageKind::Cell if kind == NameKind::Term && prescribed.covers(passage.range) => {
                Writing::Prescribed
            }
            PassageKind::Cell => Writing::Cell,
            PassageKind::Prose => Writing::Text,
        };
        // What stands in a `{…}` is told with its paths.
        let mut slots =
            budget_syntax::tree::slots(document.slice(passage.range), passage.range.start())
                .map(|slot| slot.range)
                .peekable();
        // Both are in order.
        let outside = |place: &names::Found| {
            while slots.next_if(|it| it.end() < place.range.end()).is_some() {}
            !slots.peek().is_some_and(|slot| slot.contains(place.range))
        };
        let places = places.into_iter().filter(outside);
        found.extend(places.map(
            |names::Found {
                 range,
                 prescribed: within,
             }| {
                let writing = match writing {
                    Writing::Text | Writing::Cell if within => Writing::Prescribed,
                    Writing::Text if prescribed.covers(range) && kind == NameKind::Term => {
                        Writing::Prescribed
                    }
                    writing => writing,
                };
                occurrence(range, Role::Use, writing)
            },
        ));
    }
    found.extend(in_paths(document, |piece| {
        piece.step > 0 && names::key(&piece.name) == key
    }));
    define(document, key, kind, &mut found);
    found
}

/// What the template calls its rows, reduced.
fn row_labels(document: &Document) -> Vec<String> {
    let grids = document
        .template
        .tables
        .iter()
        .flat_map(|table| &table.grids);
    let rows = grids.flat_map(|grid| &grid.rows);
    let labels = rows.flat_map(|row| std::iter::once(&row.label).chain(&row.aliases));
    labels.map(|label| names::key(label)).collect()
}

/// What gives a name: the entries of a term, the first row of a project.
fn given(document: &Document, key: &str, kind: NameKind) -> Vec<TextRange> {
    let is = |range: TextRange| names::key(document.slice(range)) == key;
    match kind {
        NameKind::Term => {
            let entries = document.terms.iter().map(|term| term.name);
            entries.filter(|name| is(*name)).collect()
        }
        NameKind::Project => {
            let rows = document.tables.iter().flat_map(|table| &table.grids);
            let mut rows = rows.flat_map(|grid| &grid.rows);
            // A project of the tables has its account; a summary of projects has none.
            let own = rows.find_map(|row| {
                let project = names::project_of(row).filter(|_| row.code.is_some())?;
                is(project).then_some(project)
            });
            let first = || names::projects(document).find(|range| is(*range));
            own.or_else(first).into_iter().collect()
        }
    }
}

/// Marks what gives a name.
fn define(document: &Document, key: &str, kind: NameKind, found: &mut [Occurrence]) {
    let places = given(document, key, kind);
    for it in found.iter_mut().filter(|it| places.contains(&it.range)) {
        it.role = Role::Definition;
        if kind == NameKind::Term {
            it.writing = Writing::Text;
        }
    }
}

/// The places that say what a symbol is, without looking for the others.
pub(crate) fn definitions(document: &Document, symbol: &Symbol) -> Vec<TextRange> {
    match symbol {
        Symbol::Term(key) => given(document, key, NameKind::Term),
        Symbol::Project(key) => given(document, key, NameKind::Project),
        Symbol::Code {
            code,
            classification,
        } => {
            let grids = codes::grids(document);
            let own = grids.filter(|at| at.classification == *classification);
            let mut rows = own.flat_map(|at| &at.grid.rows);
            let first = rows.find(|row| codes::code_of(row) == Some(code));
            first.map(|row| row.code_range).into_iter().collect()
        }
        Symbol::Heading(id) => {
            let heading = document.heading(*id);
            heading.map(|heading| heading.text).into_iter().collect()
        }
        Symbol::Cells(_) | Symbol::Document(_) | Symbol::Rule(_) => Vec::new(),
    }
}

/// Words that are the template's or the catalogue's: labels of rows, keys of fields above tables.
struct Prescribed(Vec<TextRange>);

impl Prescribed {
    fn of(document: &Document) -> Self {
        let grids = document.tables.iter().flat_map(|table| &table.grids);
        let rows = grids.flat_map(|grid| &grid.rows);
        let labels = rows.filter(|row| row.code.is_some() || row.spec.is_some());
        let fields = document.tables.iter().flat_map(|table| &table.fields);
        let keys = fields.map(|field| field.key);
        let mut labels: Vec<TextRange> = labels.map(|row| row.label).chain(keys).collect();
        labels.sort_unstable();
        Self(labels)
    }

    fn covers(&self, range: TextRange) -> bool {
        let after = self
            .0
            .partition_point(|label| label.start() <= range.start());
        let last = after.checked_sub(1).and_then(|at| self.0.get(at));
        last.is_some_and(|label| label.end() > range.start())
    }
}

/// Names of paths that are wanted.
fn in_paths(document: &Document, wanted: impl Fn(&Piece) -> bool) -> Vec<Occurrence> {
    let paths = all_slots(document).flat_map(|slot| paths_of(document, slot));
    let pieces = paths.flat_map(|path| path.pieces);
    pieces
        .filter(|piece| wanted(piece))
        .map(|piece| occurrence(piece.range, Role::Use, Writing::Path))
        .collect()
}

/// Every path, with what is needed to say what it means; nothing is made where there are none.
fn each_path(document: &Document, mut visit: impl FnMut(&Explorer<'_>, &FoundPath)) {
    let mut explorer = None;
    for slot in all_slots(document) {
        for path in paths_of(document, slot) {
            visit(
                explorer.get_or_insert_with(|| Explorer::new(document)),
                &path,
            );
        }
    }
}

fn of_code(document: &Document, code: &str, classification: Classification) -> Vec<Occurrence> {
    let found = codes_where(document, classification, &|other| other == code);
    found.into_iter().map(|(_, it)| it).collect()
}

/// The places of some codes of a classification, with the codes. Linear, however many are wanted.
pub(crate) fn codes_where(
    document: &Document,
    classification: Classification,
    wanted: &dyn Fn(&str) -> bool,
) -> Vec<(String, Occurrence)> {
    let mut found: Vec<(String, Occurrence)> = Vec::new();
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for at in codes::grids(document).filter(|at| at.classification == classification) {
        for row in &at.grid.rows {
            let Some(code) = codes::code_of(row).filter(|code| wanted(code)) else {
                continue;
            };
            let written = names::key(document.slice(row.code_range));
            let writing = match written == code {
                true => Writing::Cell,
                false => Writing::Other,
            };
            let first = seen.insert(code);
            let role = if first { Role::Definition } else { Role::Use };
            found.push((code.to_owned(), occurrence(row.code_range, role, writing)));
        }
    }
    if !seen.is_empty() {
        let codes = Codes::new(document);
        let is_one =
            |code: &str| wanted(code) && codes.classification(code) == Some(classification);
        for passage in passages(document).filter(|it| it.kind == PassageKind::Prose) {
            for (range, code, kind) in codes.in_text(passage.range) {
                let writing = match kind {
                    ProseCode::Digits => Writing::Text,
                    ProseCode::Tail => Writing::Tail,
                    ProseCode::Named => Writing::Other,
                };
                if is_one(code) {
                    found.push((code.to_owned(), occurrence(range, Role::Use, writing)));
                }
            }
        }
    }
    let classes = Classes::new(document);
    each_path(document, |explorer, path| {
        for piece in path.pieces.iter().filter(|piece| piece.step > 0) {
            let means = piece_code(&classes, explorer, path, piece);
            if let Some((code, of)) = means
                && of == classification
                && wanted(&code)
            {
                found.push((code, occurrence(piece.range, Role::Use, Writing::Path)));
            }
        }
    });
    found
}

fn of_heading(document: &Document, id: HeadingId) -> Vec<Occurrence> {
    let Some(heading) = document.heading(id) else {
        return Vec::new();
    };
    let mut found = vec![occurrence(heading.text, Role::Definition, Writing::Text)];
    let entries = contents(document);
    let own = entries.iter().filter(|entry| entry.heading == Some(id));
    found.extend(own.map(|entry| occurrence(entry.range, Role::Use, Writing::Text)));
    let headed = |table: u32| {
        let table = document.tables.get(table as usize);
        table.is_some_and(|table| table.heading == Some(id))
    };
    if !document
        .tables
        .iter()
        .any(|table| table.heading == Some(id))
    {
        return found;
    }
    each_path(document, |explorer, path| {
        if explorer.table(&path.path).is_some_and(headed)
            && let Some(first) = path.pieces.first()
        {
            found.push(occurrence(first.range, Role::Use, Writing::Path));
        }
    });
    let tables = numbered_tables(document);
    for passage in passages(document).filter(|it| it.kind == PassageKind::Prose) {
        let text = document.slice(passage.range);
        let mentions = table_mentions(&tables, text).filter(|(_, of)| *of == id);
        found.extend(mentions.map(|(range, _)| {
            occurrence(range.shift(passage.range.start()), Role::Use, Writing::Text)
        }));
    }
    found
}

/// Cells that share a relation with one of these, and paths that lead to one.
fn of_cells(document: &Document, cells: &[CellId]) -> Vec<Occurrence> {
    let explorer = Explorer::new(document);
    let mut related: Vec<CellId> = Vec::new();
    // A path may mean a whole column: what those have to do with others is no answer.
    if let [one] = cells {
        for instance in explorer.relations(*one) {
            related.extend(instance.left_cells.into_iter().take(MOST_RELATED));
            related.extend(instance.right_cells.into_iter().take(MOST_RELATED));
        }
        related.extend(explorer.operands(*one).into_iter().take(MOST_RELATED));
    }
    related.sort_unstable();
    related.dedup();
    let place = |id: &CellId| {
        let range = document.cell(*id)?.range;
        (!range.is_empty()).then_some(range)
    };
    let mut found: Vec<Occurrence> = cells
        .iter()
        .filter_map(place)
        .map(|range| occurrence(range, Role::Definition, Writing::Cell))
        .collect();
    let own: FxHashSet<CellId> = cells.iter().copied().collect();
    let others = related.iter().filter(|id| !own.contains(id));
    found.extend(
        others
            .filter_map(place)
            .map(|range| occurrence(range, Role::Use, Writing::Cell)),
    );
    for slot in all_slots(document) {
        for path in paths_of(document, slot) {
            if let Ok(Place::Cells(led)) = explorer.path(&path.path)
                && led.len() <= cells.len().max(1)
                && led.iter().any(|cell| own.contains(cell))
            {
                found.push(occurrence(path.range, Role::Use, Writing::Path));
            }
        }
    }
    found
}

fn of_document(document: &Document, key: FrontKey) -> Vec<Occurrence> {
    let mut found = Vec::new();
    if let Some(entry) = document.front.entry(&document.text, key) {
        found.push(occurrence(entry.value, Role::Definition, Writing::Text));
    }
    let word = DOCUMENTS.iter().find(|(own, _)| *own == key);
    let Some((_, word)) = word else { return found };
    each_path(document, |_, path| {
        if let [first, _, ..] = path.pieces.as_slice()
            && first.name == *word
        {
            found.push(occurrence(first.range, Role::Use, Writing::Path));
        }
    });
    found
}

fn of_rule(document: &Document, name: &str) -> Vec<Occurrence> {
    let codes = |name: &str| select(name).iter().map(|rule| rule.code);
    let wanted: Vec<&str> = codes(name).collect();
    let all = document.suppressions.iter();
    let all = all.flat_map(|suppression| rule_names(document, suppression.rules));
    all.filter(|(_, other)| match wanted.is_empty() {
        true => *other == name,
        false => codes(other).eq(wanted.iter().copied()),
    })
    .map(|(range, _)| occurrence(range, Role::Use, Writing::Other))
    .collect()
}
