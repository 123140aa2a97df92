//! Tries the candidates on the document and keeps those that hold, each telling something new.

use std::sync::Arc;

use budget_catalog::{
    Catalog,
    template::{IdentitySpec, RelationKind},
};
use budget_model::{
    CellId, Document, Value,
    relation::{self, Instance, Outcome},
};
use rustc_hash::FxHashSet;

use super::{
    candidates::{Candidate, Evidence},
    load, reread,
    span::{Equation, Span},
};

/// Held for each that fails: fewer, and it is chance that the others hold.
const LEAST_TO_ONE: usize = 4;
/// Instances that a statement about every account or row must have.
const LEAST_EACH: usize = 2;
/// Loads that are spent on finding out which candidates can't be read.
const MOST_LOADS: usize = 64;
/// Failures told one by one.
const MOST_FAILURES: usize = 5;

/// An identity on offer.
#[derive(Clone, PartialEq, Debug)]
pub struct Offer {
    /// The table it is about: index into the draft's tables; none between tables.
    pub table: Option<usize>,
    /// The identity.
    pub identity: IdentitySpec,
    /// Instances with numbers that hold.
    pub held: usize,
    /// Instances with numbers that don't: something is wrong in the document, or it is chance.
    pub broken: usize,
    /// Where it doesn't hold, with both sides, in Chinese.
    pub failures: Vec<String>,
}

/// What a candidate came to.
#[derive(Default)]
struct Tried {
    held: Vec<Equation>,
    /// Held with two numbers or more on a side.
    telling: usize,
    broken: usize,
    failures: Vec<String>,
}

/// Those that hold, in the candidates' order: first within tables, then between them.
pub(super) fn select(
    structure: &str,
    document: &Document,
    catalog: &Arc<Catalog>,
    candidates: Vec<Candidate>,
) -> Vec<Offer> {
    let tried = try_all(structure, document, catalog, &candidates);
    let mut span = Span::new();
    let mut kept: Vec<(&Candidate, &Tried)> = Vec::new();
    for (candidate, tried) in candidates.iter().zip(&tried) {
        if !is_borne_out(candidate, tried) {
            continue;
        }
        let equation = candidate.kind != RelationKind::PartOfWhole;
        if candidate.evidence == Evidence::Holds || !equation {
            kept.push((candidate, tried));
            continue;
        }
        let new = tried.held.iter().filter(|it| span.is_new(it)).count();
        if new == 0 {
            continue;
        }
        for equation in &tried.held {
            span.take(equation);
        }
        kept.push((candidate, tried));
    }
    kept.sort_by_key(|(candidate, _)| candidate.table.unwrap_or(usize::MAX));
    let source = match document.front.year {
        Some(year) => format!("{year} 年公开文档的表样"),
        None => "公开文档的表样".to_owned(),
    };
    let mut ids = FxHashSet::default();
    let mut offers: Vec<Offer> = Vec::new();
    for (candidate, tried) in kept {
        let mut more = (2..).map(|n: u32| format!("{}-{n}", candidate.stem));
        let mut id = candidate.stem.clone();
        while !ids.insert(id.clone()) {
            id = more.next().unwrap_or_default();
        }
        offers.push(Offer {
            table: candidate.table,
            identity: candidate.spec(id, source.clone()),
            held: tried.held.len(),
            broken: tried.broken,
            failures: tried.failures.clone(),
        });
    }
    define(structure, catalog, &mut offers);
    offers
}

/// Whether the document bears a candidate out.
fn is_borne_out(candidate: &Candidate, tried: &Tried) -> bool {
    let each = candidate.expr.starts_with('每');
    let enough = match candidate.evidence {
        Evidence::Holds => return tried.broken == 0 && !tried.held.is_empty(),
        Evidence::Sum => tried.telling > 0,
        Evidence::Number => !tried.held.is_empty(),
    };
    // What the header doesn't say must be seen more than once, or in a sum of several numbers.
    let often = tried.held.len() >= LEAST_EACH || tried.telling > 0 || candidate.natural || !each;
    match tried.broken {
        0 => enough && often,
        broken => candidate.natural && enough && tried.held.len() >= broken * LEAST_TO_ONE,
    }
}

/// Loads the draft with every candidate and lets the relation engine judge them.
fn try_all(
    structure: &str,
    document: &Document,
    catalog: &Arc<Catalog>,
    candidates: &[Candidate],
) -> Vec<Tried> {
    let specs: Vec<IdentitySpec> = (0..)
        .zip(candidates)
        .map(|(number, candidate): (usize, _)| candidate.spec(format!("x{number}"), String::new()))
        .collect();
    let mut tried: Vec<Tried> = Vec::with_capacity(candidates.len());
    tried.resize_with(candidates.len(), Tried::default);
    // A name that no path can hold spoils its candidate, not the others.
    let mut sound = Vec::with_capacity(specs.len());
    let mut loads = MOST_LOADS;
    sift(catalog, structure, &specs, &mut loads, &mut sound);
    let Ok(own) = load(catalog, structure, &sound) else {
        return tried;
    };
    let document = reread(document, &document.template.id, &own);
    let number = |identity: usize| -> Option<usize> {
        let spec = document.template.identities.get(identity)?;
        spec.id.strip_prefix('x')?.parse().ok()
    };
    let ledger = relation::judge(&document);
    for instance in &ledger.instances {
        let Some(number) = number(instance.identity) else {
            continue;
        };
        if let (Some(tried), Some(candidate)) = (tried.get_mut(number), candidates.get(number)) {
            take(&document, candidate, instance, tried);
        }
    }
    for lacking in &ledger.missing_rows {
        if let Some(tried) = number(lacking.identity).and_then(|number| tried.get_mut(number)) {
            tried.broken += 1;
            if tried.failures.len() < MOST_FAILURES {
                let place = document.tables.get(lacking.table);
                let heading = place.and_then(|table| document.heading(table.heading?));
                let title = heading.map_or("", |heading| document.slice(heading.text));
                tried
                    .failures
                    .push(format!("“{title}”没有科目 {} 这一行", lacking.code));
            }
        }
    }
    tried
}

/// Those that load, found by halves.
fn sift(
    catalog: &Catalog,
    structure: &str,
    specs: &[IdentitySpec],
    loads: &mut usize,
    sound: &mut Vec<IdentitySpec>,
) {
    if specs.is_empty() || *loads == 0 {
        return;
    }
    *loads -= 1;
    if load(catalog, structure, specs).is_ok() {
        sound.extend_from_slice(specs);
    } else if specs.len() > 1 {
        let (first, second) = specs.split_at(specs.len() / 2);
        sift(catalog, structure, first, loads, sound);
        sift(catalog, structure, second, loads, sound);
    }
}

fn take(document: &Document, candidate: &Candidate, instance: &Instance, tried: &mut Tried) {
    let zero = |cell: &CellId| match document.cell(*cell).map(|cell| cell.value) {
        Some(Value::Number(number)) => number.amount.is_zero(),
        _ => true,
    };
    match instance.outcome {
        Outcome::Held | Outcome::Rounding if candidate.evidence == Evidence::Holds => {
            tried.held.push(Vec::new());
        }
        Outcome::Held | Outcome::Rounding => {
            let side = |cells: &[CellId], right: bool| -> Equation {
                let cells = cells.iter().filter(|cell| !zero(cell));
                cells
                    .map(|cell| (*cell, right != instance.subtracted.contains(cell)))
                    .collect()
            };
            let left = side(&instance.left_cells, false);
            let right = side(&instance.right_cells, true);
            // 0 = 0 is no evidence.
            if left.is_empty() && right.is_empty() {
                return;
            }
            tried.telling += usize::from(left.len() > 1 || right.len() > 1);
            tried.held.push(left.into_iter().chain(right).collect());
        }
        Outcome::Broken => {
            tried.broken += 1;
            if tried.failures.len() < MOST_FAILURES {
                let value = |value: Option<budget_model::Amount>| {
                    value.map_or_else(|| "？".to_owned(), |value| value.to_string())
                };
                tried.failures.push(format!(
                    "{}（左值 {}，右值 {}）",
                    instance.formula,
                    value(instance.left),
                    value(instance.right)
                ));
            }
        }
        _ => {}
    }
}

/// Lets sums that always held define their cells (what a bare `=` there means), as long as the
/// draft loads with all of them: no definition may go round in a circle.
fn define(structure: &str, catalog: &Arc<Catalog>, offers: &mut Vec<Offer>) {
    let sums = |offer: &Offer| {
        let kind = offer.identity.kind;
        let sum = matches!(
            kind,
            RelationKind::Hierarchy | RelationKind::RowSum | RelationKind::Total
        );
        sum && offer.broken == 0
    };
    for offer in offers.iter_mut() {
        offer.identity.defines = sums(offer);
    }
    let specs = |offers: &[Offer]| -> Vec<IdentitySpec> {
        offers.iter().map(|offer| offer.identity.clone()).collect()
    };
    if load(catalog, structure, &specs(offers)).is_ok() {
        return;
    }
    let mut taken: Vec<IdentitySpec> = Vec::new();
    offers.retain_mut(|offer| {
        for defines in [offer.identity.defines, false] {
            offer.identity.defines = defines;
            taken.push(offer.identity.clone());
            if load(catalog, structure, &taken).is_ok() {
                return true;
            }
            taken.pop();
        }
        false
    });
}
